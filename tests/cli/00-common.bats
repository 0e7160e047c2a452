#!/usr/bin/env bats
# What every tool must do: help, usage errors, broken streams, damaged input,
# sameness.  One test per case, over a table of ways to call the tools.
# SPDX-License-Identifier: MIT
#
# The outcomes (tool, case, exit status, first line of stderr) are left in
# $BUILD/test/outcomes.tsv.  A tool that is not built is not asked.

load ../helpers

# The table.  An entry sets
#   TOOL ARGS   the call, without its input
#   KIND INPUT  csv, tsv, lines or mrm; a good, small input of that kind
#   AFTER       operands that come before the input, or instead of it
#   BY          option that names the input file; empty: it is an operand
#   STDIN       what must be said to read stdin, if anything
#   RESULT      kind of the output
#   COLUMN      of csv and tsv: a column that must be there
#   MISSING     arguments that lack something
#   REPAIRS     non-empty: invalid UTF-8 is repaired, not refused
ENTRIES=(ingest_movies ingest_ratings embed_lines embed_tsv embed_tfidf
	embed_apply factorize_als factorize_ials knn_self knn_queries knn_sparse
	index_dump recommend eval_lists eval_pairs show show_tsv split split_last tune
	stat_movies stat_ratings join_left join_right join_title)

ingest_movies() {
	TOOL=mr-ingest ARGS=(movies --preset seed) KIND=csv RESULT=tsv
	INPUT=$IN/movies.csv COLUMN=movieId MISSING=() REPAIRS=1
}
ingest_ratings() {
	TOOL=mr-ingest ARGS=(ratings --preset movielens) KIND=csv RESULT=tsv
	INPUT=$IN/ratings.csv COLUMN=userId REPAIRS=1
}
embed_lines() {
	TOOL=mr-embed ARGS=(--lines) KIND=lines RESULT=mrm
	INPUT=$IN/lines.txt NEEDS_MODEL=1
}
embed_tsv() {
	TOOL=mr-embed ARGS=(-f '{title} ({year})') KIND=tsv RESULT=mrm
	INPUT=$IN/films.tsv COLUMN=title NEEDS_MODEL=1
}
embed_tfidf() {
	TOOL=mr-embed ARGS=(-m tfidf -f '{title} ({year})') KIND=tsv RESULT=mrm
	INPUT=$IN/films.tsv COLUMN=title
}
embed_apply() {
	TOOL=mr-embed ARGS=(-m count -M "$IN/words.mrm" --lines) KIND=lines
	INPUT=$IN/lines.txt RESULT=mrm
}
factorize_als() {
	TOOL=mr-factorize ARGS=(-m als -d 4 --sweeps 2) KIND=tsv RESULT=mrm
	INPUT=$IN/ratings.tsv COLUMN=user MISSING=(-m)
}
factorize_ials() {
	TOOL=mr-factorize ARGS=(-m ials -d 4 --sweeps 2) KIND=tsv RESULT=mrm
	INPUT=$IN/ratings.tsv COLUMN=item MISSING=(-m)
}
knn_self() {
	TOOL=mr-knn ARGS=(--self -k 3) KIND=mrm RESULT=tsv
	INPUT=$IN/base.mrm STDIN=(-) MISSING=()
}
knn_queries() {
	TOOL=mr-knn ARGS=(-k 3) KIND=mrm RESULT=tsv
	INPUT=$IN/queries.mrm AFTER=("$IN/base.mrm") BY=--queries MISSING=()
}
knn_sparse() {
	TOOL=mr-knn ARGS=(-k 3) KIND=mrm RESULT=tsv
	INPUT=$IN/words_rows.mrm AFTER=("$IN/words_rows.mrm") BY=--queries
	MISSING=()
}
# Without its warning that a pipe brings no log.
index_dump() {
	TOOL=mr-index ARGS=(-q dump) KIND=mrm RESULT=mrm INPUT=$IN/store.mrm
	MISSING=(put)
}
recommend() {
	TOOL=mr-recommend ARGS=(-n 5) KIND=mrm RESULT=tsv INPUT=$IN/model.mrm
}
eval_lists() {
	TOOL=mr-eval ARGS=(-k '3,5' --train "$IN/ratings.tsv") KIND=tsv RESULT=tsv
	INPUT=$IN/lists.tsv COLUMN=rank
}
eval_pairs() {
	TOOL=mr-eval ARGS=() KIND=tsv RESULT=tsv INPUT=$IN/pairs.tsv
	COLUMN=estimate
}
show() {
	TOOL=mr-show ARGS=() KIND=mrm RESULT=text INPUT=$IN/base.mrm
}
show_tsv() {
	TOOL=mr-show ARGS=(--tsv) KIND=mrm RESULT=tsv INPUT=$IN/base.mrm
}
split() {
	TOOL=mr-split ARGS=(--holdout 0.2 --train - --test /dev/null) KIND=tsv
	INPUT=$IN/ratings.tsv COLUMN=item RESULT=tsv
}
split_last() {
	TOOL=mr-split ARGS=(--leave-last 2 --train /dev/null --test -) KIND=tsv
	INPUT=$IN/ratings.tsv COLUMN=time RESULT=tsv
}
tune() {
	TOOL=mr-tune ARGS=(-q -m popular --grid '') KIND=tsv RESULT=tsv
	INPUT=$IN/ratings.tsv COLUMN=item
}
# Its table has rows also where the input has none: no RESULT=tsv.
stat_movies() {
	TOOL=mr-stat ARGS=(movies) KIND=tsv RESULT=text INPUT=$IN/films.tsv
	COLUMN=item MISSING=()
}
# The table that is looked into comes last, and the input before it.
join_left() {
	TOOL=mr-join ARGS=(--on item --with other) KIND=tsv RESULT=tsv
	INPUT=$IN/films.tsv COLUMN=item BY=-- AFTER=("$IN/other.tsv") MISSING=()
}
join_right() {
	TOOL=mr-join ARGS=(--on item --with year) KIND=tsv RESULT=tsv
	INPUT=$IN/films.tsv COLUMN=item AFTER=("$IN/other.tsv") STDIN=(-)
	MISSING=()
}
join_title() {
	TOOL=mr-join ARGS=(--by title --with new=item) KIND=tsv RESULT=tsv
	INPUT=$IN/films.tsv COLUMN=title BY=-- AFTER=("$IN/films.tsv")
	MISSING=()
}
stat_ratings() {
	TOOL=mr-stat ARGS=(ratings) KIND=tsv RESULT=text INPUT=$IN/ratings.tsv
	COLUMN=user MISSING=()
}

# Inputs come from data/, by awk and by the tools that are built.
setup_file() {
	export IN=$BATS_FILE_TMPDIR/in
	mkdir "$IN"
	cd "$IN" || return 1
	head -n 41 "$DATA/movies.csv" >movies.csv
	head -n 401 "$DATA/ratings.csv" >ratings.csv
	awk -F, -v OFS='\t' 'NR == 1 { print "user", "item", "rating", "time" }
		NR > 1 { print $1, $2, $3, $4 }' ratings.csv >ratings.tsv
	# Titles without a comma need no CSV reader.
	awk -F, -v OFS='\t' 'NR == 1 { print "item", "title", "year" }
		NR > 1 && !/^[^,]*,"/ && n++ < 8 {
			print $1, $2, substr($0, match($0, /,[12][0-9][0-9][0-9],/) + 1, 4)
		}' movies.csv >films.tsv
	awk -F '\t' -v OFS='\t' '{ print $1, NR == 1 ? "other" : NR }' \
		films.tsv >other.tsv
	# A title of one letter alone would have no term.
	cut -f 2 films.tsv | sed '1d; s/$/ film/' >lines.txt
	printf 'item\tf0\tf1\tf2\n' >base.tsv
	awk 'BEGIN { for (i = 1; i <= 20; i++)
		printf "i%02d\t%d\t%d\t%d\n", i, i, i * i % 7, 3 - i }' >>base.tsv
	{ head -n 1 base.tsv; sed -n '5,8p' base.tsv; } >queries.tsv
	if [ -x "$MR_BUILD/bin/mr-show" ]; then
		mr-show --from-tsv base.tsv >base.mrm || rm -f base.mrm
		mr-show --from-tsv queries.tsv >queries.mrm || rm -f queries.mrm
	fi
	if [ -x "$MR_BUILD/bin/mr-index" ]; then
		mr-index build store.mrm base.mrm || rm -f store.mrm
	fi
	if [ -x "$MR_BUILD/bin/mr-factorize" ]; then
		mr-factorize -m als -d 4 --sweeps 2 ratings.tsv >model.mrm ||
			rm -f model.mrm
	fi
	awk -F '\t' -v OFS='\t' 'NR == 1 { print $1, $2, $3, "estimate"; next }
		{ print $1, $2, $3, 2 + NR % 5 / 2 }' ratings.tsv >pairs.tsv
	# Lists of five films that the user has not rated.
	awk -F '\t' -v OFS='\t' 'NR == 1 { print "user", "rank", "item", "score" }
		NR > 1 { seen[$1, $2]; item[$2]; if (!user[$1]++) u[++n] = $1 }
		END { for (j = 1; j <= n && j <= 4; j++) { r = 0
			for (i in item) if (r < 5 && !((u[j], i) in seen))
				print u[j], ++r, i, 1 / r } }' ratings.tsv >lists.tsv
	if [ -x "$MR_BUILD/bin/mr-embed" ]; then
		mr-embed -m count --vocabulary words.mrm --lines lines.txt \
			>words_rows.mrm || rm -f words.mrm words_rows.mrm
	fi
	mkdir -p "$MR_BUILD/test"
	printf 'tool\tcase\tstatus\tmessage\n' >"$MR_BUILD/test/outcomes.tsv"
}

# each CASE KINDS - call CASE for every entry of KINDS whose tool is built;
# fails at the end if one of them did, naming all.
each() {
	local entry n=0
	BAD=
	for entry in "${ENTRIES[@]}"; do
		ARGS=() AFTER=() STDIN=() BY='' COLUMN='' REPAIRS='' NEEDS_MODEL=''
		MISSING=(-o)
		"$entry"
		[ -x "$MR_BUILD/bin/$TOOL" ] || continue
		[ -z "$NEEDS_MODEL" ] || [ -e "$MODEL/model.safetensors" ] || continue
		case " $2 " in
		*" $KIND "*) ;;
		*) continue ;;
		esac
		[ -e "$INPUT" ] || {
			bad "its input $INPUT could not be made"
			continue
		}
		n=$((n + 1))
		ENTRY=$entry
		"$1"
	done
	[ -z "$BAD" ] || return 1
	[ "$n" -gt 0 ] || skip "no tool of this kind is built"
}

all='csv tsv lines mrm'

bad() {
	BAD=1
	echo "$ENTRY ($TOOL): $*"
	echo "  status ${STATUS:-}"
	[ ! -e "${ERR:-}" ] || head -n 3 "$ERR" | cut -c 1-300 | sed 's/^/  stderr: /'
}

# The call with its input on stdin, or as a file.
from_stdin() {
	try "$TOOL" "${ARGS[@]}" "$@" "${AFTER[@]}" "${STDIN[@]}"
}
from_file() {
	local file=$1
	shift
	if [ -n "$BY" ]; then
		try "$TOOL" "${ARGS[@]}" "$@" "$BY" "$file" "${AFTER[@]}"
	else
		try "$TOOL" "${ARGS[@]}" "$@" "${AFTER[@]}" "$file"
	fi
}

# want STATUS [REGEX] - of the last try; a failure says one line, which begins
# with the tool's name and holds no control bytes.
want() {
	printf '%s\t%s\t%s\t%s\n' "$ENTRY" "$BATS_TEST_DESCRIPTION" "$STATUS" \
		"$(head -n 1 "$ERR" | cut -c 1-200 | tr '\t' ' ')" \
		>>"$MR_BUILD/test/outcomes.tsv"
	[ "$STATUS" -eq "$1" ] || {
		bad "expected status $1"
		return 0
	}
	if [ "$1" -ne 0 ] && [ "$1" -ne 141 ]; then
		if [ "$(grep -cv "^$TOOL: warning: " "$ERR")" -ne 1 ] ||
			! grep -q "^$TOOL: " "$ERR" ||
			grep -q '[[:cntrl:]]' "$ERR"; then
			bad "expected one line on stderr"
		fi
	fi
	[ $# -lt 2 ] || grep -qE -- "$2" "$ERR" || bad "expected on stderr: $2"
}

quiet() {
	[ ! -s "$ERR" ] || bad "expected nothing on stderr"
}

# same FILE - the last output equals FILE.  Streams of matrices carry digests
# of their input: for other input bytes, `same_rows` compares what they hold.
same() {
	cmp -s "$OUT" "$1" || bad "output differs from that of ${2:-the first run}"
}
same_rows() {
	if [ "$RESULT" != mrm ]; then
		same "$@"
	else
		[ "$(wc -c <"$OUT")" -eq "$(wc -c <"$1")" ] ||
			bad "output has another size than that of ${2:-the first run}"
	fi
}

# keep - put the last output aside and name it in $KEPT.
keep() {
	KEPT=$BATS_TEST_TMPDIR/kept
	cp "$OUT" "$KEPT"
}

# changed SED - a copy of the input changed by sed, named in $CHANGED.
changed() {
	CHANGED=$BATS_TEST_TMPDIR/changed
	LC_ALL=C sed "$1" "$INPUT" >"$CHANGED"
	! cmp -s "$INPUT" "$CHANGED" || bad "the test changed nothing"
}

help_case() {
	try "$TOOL" -h
	want 0
	quiet
	keep
	[ "$(sed -n '/^examples:/,/^options/p' "$OUT" |
		grep -cE '^ +.*mr-.*[|<>]')" -ge 2 ] || bad "fewer than two pipelines"
	try "$TOOL" "${ARGS[@]}" --help
	want 0
}
@test "help goes to stdout, pipelines first" {
	each help_case "$all"
}

version_case() {
	try "$TOOL" -V
	want 0
	quiet
	head -n 1 "$OUT" | grep -qxE "$TOOL \(mr\) [0-9]+\.[0-9]+\.[0-9]+" ||
		bad "no version line"
	keep
	try "$TOOL" --version
	same "$KEPT" -V
}
@test "version" {
	each version_case "$all"
}

unknown_case() {
	local o
	for o in --no-such-option -Z; do
		try "$TOOL" "${ARGS[@]}" $o <"$INPUT"
		want 2 "option.*$o"
		[ ! -s "$OUT" ] || bad "output in spite of a usage error"
	done
}
@test "unknown option is a usage error" {
	each unknown_case "$all"
}

near_case() {
	local o
	# A beginning, a typing error, two letters changed over; with a value.
	for o in --thread --treads --htreads --threads1 --thread=2; do
		try "$TOOL" "${ARGS[@]}" "$o" 2 <"$INPUT"
		want 2 "unknown option ${o%=2}; did you mean --threads\\?"
	done
	try "$TOOL" "${ARGS[@]}" --no-header-on <"$INPUT"
	want 2 'unknown option --no-header-on; did you mean --no-header-(in|out)\?'
}
@test "no option is taken by a part of its name: a near one is told" {
	each near_case "$all"
}

missing_case() {
	try "$TOOL" "${MISSING[@]}" <"$INPUT"
	want 2
	try "$TOOL" "${ARGS[@]}" -t <"$INPUT"
	want 2 '-t'
}
@test "missing argument is a usage error" {
	each missing_case "$all"
}

range_case() {
	local o
	for o in -t=0 -t=x --seed=-1 --threads=1e99; do
		try "$TOOL" "${ARGS[@]}" "${o%%=*}" "${o#*=}" <"$INPUT"
		want 2 "'${o#*=}'"
	done
}
@test "value out of range is a usage error" {
	each range_case "$all"
}

help_full_case() {
	local o
	for o in -h -V; do
		TO=/dev/full try "$TOOL" $o
		want 1 'write error'
	done
}
@test "help on a full device fails" {
	each help_full_case "$all"
}

full_case() {
	TO=/dev/full from_stdin <"$INPUT"
	want 1 'write error'
	from_file "$INPUT" -o /dev/full
	want 1 'write error'
}
@test "output on a full device fails" {
	each full_case "$all"
}

closed_out_case() {
	STATUS=0
	ERR=$BATS_TEST_TMPDIR/stderr
	timeout -k 5 120 "$TOOL" "${ARGS[@]}" "${AFTER[@]}" "${STDIN[@]}" \
		<"$INPUT" >&- 2>"$ERR" || STATUS=$?
	want 1 'write error'
}
@test "closed stdout fails" {
	each closed_out_case "$all"
}

broken_case() {
	try "$PIPES" broken "$TOOL" "${ARGS[@]}" "${AFTER[@]}" "${STDIN[@]}" \
		<"$INPUT"
	want 141
	quiet
	try env --ignore-signal=PIPE "$PIPES" broken "$TOOL" "${ARGS[@]}" \
		"${AFTER[@]}" "${STDIN[@]}" <"$INPUT"
	want 1 'write error'
}
@test "a reader that went away ends the tool quietly" {
	each broken_case "$all"
}

closed_in_case() {
	from_stdin <&-
	want 1
}
@test "closed stdin fails" {
	each closed_in_case "$all"
}

closed_err_case() {
	STATUS=0
	"$TOOL" "${ARGS[@]}" "${AFTER[@]}" "${STDIN[@]}" \
		<"$INPUT" >"$BATS_TEST_TMPDIR/out" 2>&- || STATUS=$?
	from_stdin <"$INPUT"
	want 0
	cmp -s "$OUT" "$BATS_TEST_TMPDIR/out" || bad "stderr closed: other output"
	STATUS=0
	"$TOOL" "${ARGS[@]}" --no-such-option 2>/dev/full || STATUS=$?
	[ "$STATUS" -eq 2 ] || bad "stderr full: expected status 2"
}
@test "stderr closed or full changes nothing" {
	each closed_err_case "$all"
}

no_file_case() {
	from_file "$BATS_TEST_TMPDIR/no-such-file"
	want 1 'no-such-file'
	mkdir -p "$BATS_TEST_TMPDIR/a-folder"
	from_file "$BATS_TEST_TMPDIR/a-folder"
	want 1 'a-folder'
}
@test "missing file and folder as input fail by name" {
	each no_file_case "$all"
}

empty_text_case() {
	from_stdin </dev/null
	want 0
}
empty_mrm_case() {
	from_stdin </dev/null
	want 1
}
@test "empty text is no error" {
	each empty_text_case 'csv tsv lines'
}
@test "empty matrix stream fails" {
	each empty_mrm_case mrm
}

header_case() {
	head -n 1 "$INPUT" >"$BATS_TEST_TMPDIR/header"
	from_stdin <"$BATS_TEST_TMPDIR/header"
	want 0
	if [ "$RESULT" = tsv ]; then
		[ "$(wc -l <"$OUT")" -eq 1 ] || bad "expected a header line alone"
	fi
}
@test "header alone is no error" {
	each header_case 'csv tsv'
}

column_case() {
	changed "1s/$COLUMN/nonsense/"
	from_stdin <"$CHANGED"
	want 1 "$COLUMN"
}
@test "missing column fails by name" {
	each column_case 'csv tsv'
}

twice_case() {
	changed "1s/\$/$([ "$KIND" = csv ] && echo , || printf '\t')$COLUMN/"
	sed -i "2,\$s/\$/$([ "$KIND" = csv ] && echo , || printf '\t')x/" "$CHANGED"
	from_stdin <"$CHANGED"
	want 1 "$COLUMN"
}
@test "column given twice fails by name" {
	each twice_case 'csv tsv'
}

nul_case() {
	changed '3s/$/\x00/'
	from_stdin <"$CHANGED"
	want 1 '3'
}
@test "NUL byte fails with its line" {
	each nul_case 'csv tsv lines'
}

ragged_case() {
	changed "4s/	[^	]*\$//"
	from_stdin <"$CHANGED"
	want 1 '4'
	changed '4s/$/	more/'
	from_stdin <"$CHANGED"
	want 1 '4'
}
@test "row of another length fails with its line" {
	each ragged_case tsv
}

utf8_case() {
	changed '3s/$/\xff/'
	[ "$KIND" != csv ] || changed '3s/,$/,\xff/;3s/^\([^,]*,\)/\1\xff/'
	from_stdin <"$CHANGED"
	if [ -n "$REPAIRS" ]; then
		want 0
	else
		want 1 '3'
	fi
}
@test "invalid UTF-8 fails with its line" {
	each utf8_case 'csv tsv lines'
}

long_case() {
	{
		sed -n '1,2p' "$INPUT"
		sed -n 3p "$INPUT" | tr -d '\n'
		head -c 1100000 /dev/zero | tr '\0' x
		echo
	} >"$BATS_TEST_TMPDIR/long"
	from_stdin <"$BATS_TEST_TMPDIR/long"
	want 1 '3'
}
@test "field of more than 1 MiB fails with its line" {
	each long_case 'csv tsv'
}

utf16_case() {
	iconv -f UTF-8 -t UTF-16 "$INPUT" >"$BATS_TEST_TMPDIR/utf16"
	if [ "$KIND" = csv ]; then	# mr-ingest reads it
		from_stdin <"$INPUT"
		want 0
		keep
		from_stdin <"$BATS_TEST_TMPDIR/utf16"
		want 0
		same_rows "$KEPT" "input of UTF-8"
		return
	fi
	from_stdin <"$BATS_TEST_TMPDIR/utf16"
	want 1 'UTF-16'
}
@test "UTF-16 fails by name, or is read" {
	each utf16_case 'csv tsv'
}

lines_case() {
	from_stdin <"$INPUT"
	want 0
	keep
	changed '1s/^/\xef\xbb\xbf/'
	from_stdin <"$CHANGED"
	want 0
	same_rows "$KEPT" "input without a byte order mark"
	changed 's/$/\r/'
	from_stdin <"$CHANGED"
	want 0
	same_rows "$KEPT" "input with LF ends"
	head -c -1 "$INPUT" >"$CHANGED"
	from_stdin <"$CHANGED"
	want 0
	same_rows "$KEPT" "input with a last newline"
}
@test "byte order mark, CRLF, no last newline: same output" {
	each lines_case 'csv tsv lines'
}

truncated_case() {
	local size cut
	size=$(wc -c <"$INPUT")
	for cut in 1 8 63 64 65 128 $((size / 2)) $((size - 129)) \
		$((size - 128)) $((size - 64)) $((size - 1)); do
		head -c "$cut" "$INPUT" >"$BATS_TEST_TMPDIR/cut"
		from_stdin <"$BATS_TEST_TMPDIR/cut"
		want 1 'stdin'
	done
	from_file "$BATS_TEST_TMPDIR/cut"
	want 1 '/cut'
}
@test "truncated matrix stream fails" {
	each truncated_case mrm
}

# flip FILE OFFSET - one bit of one byte.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf '%b' "\\0$(printf %o $((byte ^ 4)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
flipped_case() {
	local size at
	size=$(wc -c <"$INPUT")
	for at in 0 9 20 40 63 70 $((size / 3)) $((size / 2)) $((size - 100)) \
		$((size - 60)) $((size - 1)); do
		cp "$INPUT" "$BATS_TEST_TMPDIR/flipped"
		flip "$BATS_TEST_TMPDIR/flipped" "$at"
		from_stdin <"$BATS_TEST_TMPDIR/flipped"
		want 1
	done
}
@test "matrix stream with one bit changed fails" {
	each flipped_case mrm
}

other_kind_case() {
	if [ "$KIND" = mrm ]; then
		from_stdin <"$IN/ratings.tsv"
	else
		printf '\211MRM\r\n\032\n%056d' 0 >"$BATS_TEST_TMPDIR/magic"
		from_stdin <"$BATS_TEST_TMPDIR/magic"
	fi
	want 1
}
@test "text for a matrix, a matrix for text: fails" {
	each other_kind_case "$all"
}

again_case() {
	local t
	from_stdin -t 1 -s 5 <"$INPUT"
	want 0
	keep
	for t in 1 2 4; do
		from_stdin -t $t -s 5 <"$INPUT"
		want 0
		same "$KEPT" "one thread"
	done
}
@test "same bytes again and with 1, 2, 4 threads" {
	each again_case "$all"
}

# What OpenBLAS computed has other last bits with its other kernels.
level_case() {
	local level
	from_stdin <"$INPUT"
	keep
	for level in plain avx2; do
		export MR_SIMD=$level
		from_stdin <"$INPUT"
		want 0
		[ "$TOOL" = mr-factorize ] || same "$KEPT" "a run without MR_SIMD"
	done
	export MR_SIMD=plain
	from_stdin -v <"$INPUT"
	grep -qx "$TOOL: instructions: plain" "$ERR" || bad "-v: not plain"
	export MR_SIMD=sse
	from_stdin <"$INPUT"
	want 2 "MR_SIMD: 'sse' is none of plain avx2 avx512; see $TOOL -h"
	try "$TOOL" -h
	want 0
	unset MR_SIMD
}
@test "MR_SIMD: the same bytes at each level, else a usage error" {
	each level_case "$all"
}

@test "MR_SIMD: what the CPU lacks is told, and -q is silent" {
	local best=plain
	grep -qw avx512f /proc/cpuinfo && skip "this CPU has all"
	grep -qw avx2 /proc/cpuinfo && best=avx2
	printf 'user\titem\na\tb\n' >one.tsv
	MR_SIMD=avx512 try mr-stat ratings one.tsv
	expect 0
	grep -qx "mr-stat: warning: MR_SIMD=avx512: this CPU has no such\
 instructions, $best is taken" "$ERR" || fail "not told"
	MR_SIMD=avx512 try mr-stat -q ratings one.tsv
	expect 0
	[ ! -s "$ERR" ] || fail "-q, and still a word"
}

ways_case() {
	from_stdin <"$INPUT"
	want 0
	quiet
	[ -s "$OUT" ] || bad "no output"
	keep
	from_file "$INPUT"
	want 0
	same "$KEPT" stdin
	from_file - <"$INPUT"
	want 0
	same "$KEPT" stdin
	from_stdin < <(cat "$INPUT")
	want 0
	same "$KEPT" "a file on stdin"
	try "$PIPES" dribble "$TOOL" "${ARGS[@]}" "${AFTER[@]}" "${STDIN[@]}" \
		<"$INPUT"
	want 0
	same "$KEPT" "a file on stdin"
}
@test "file, stdin, -, pipe, pipe of single bytes: same output" {
	each ways_case "$all"
}

output_case() {
	local d=$BATS_TEST_TMPDIR/o-$ENTRY
	mkdir "$d"
	from_stdin <"$INPUT"
	keep
	from_stdin -o "$d/out" <"$INPUT"
	want 0
	[ ! -s "$OUT" ] || bad "-o and still output on stdout"
	cmp -s "$d/out" "$KEPT" || bad "-o: other bytes than on stdout"
	[ "$(ls -A "$d")" = out ] || bad "files beside the one of -o"
	[ "$(stat -c %a "$d/out")" = "$(printf '%o' $((0666 & ~$(umask))))" ] ||
		bad "-o: not the mode a new file has"
	from_stdin -o "$d/no-such-folder/out" <"$INPUT"
	want 1 'no-such-folder'
}
@test "-o writes the bytes of stdout, and one file" {
	each output_case "$all"
}

absent_case() {
	local d=$BATS_TEST_TMPDIR/a-$ENTRY
	mkdir "$d"
	case $KIND in
	mrm) head -c -64 "$INPUT" >"$BATS_TEST_TMPDIR/broken" ;;
	*) { cat "$INPUT"; printf 'a\0b\n'; } >"$BATS_TEST_TMPDIR/broken" ;;
	esac
	from_stdin -o "$d/out" <"$BATS_TEST_TMPDIR/broken"
	want 1
	[ -z "$(ls -A "$d")" ] || bad "a failed run left $(ls -A "$d")"
	echo old >"$d/out"
	from_stdin -o "$d/out" <"$BATS_TEST_TMPDIR/broken"
	[ "$(cat "$d/out")" = old ] || bad "a failed run changed the old file"
	[ "$(ls -A "$d")" = out ] || bad "a failed run left $(ls -A "$d")"
}
@test "-o after a failure: absent, or as it was" {
	each absent_case "$all"
}

verbose_case() {
	from_stdin <"$INPUT"
	keep
	from_stdin -v <"$INPUT"
	want 0 'peak [0-9.]+ MiB'
	same "$KEPT" "a run without -v"
}
@test "-v reports on stderr and changes no output" {
	each verbose_case "$all"
}

@test "-v tells the CPU seconds that the shell counts" {
	local said counted
	awk 'BEGIN {
		print "user\titem\trating"
		for (u = 0; u < 400; u++)
			for (i = u % 3; i < 300; i += 3)
				print u "\t" i "\t" 1 + (u * i) % 5
	}' >many.tsv
	counted=$({
		TIMEFORMAT='%3U %3S'
		time mr-factorize -v -m svd -d 100 --sweeps 300 -o /dev/null \
			many.tsv 2>said
	} 2>&1)
	said=$(sed -n 's/.* CPU \([0-9.]*\) s.*/\1/p' said)
	# The shell's has the process's end, too.
	awk -v said="$said" -v counted="$counted" 'BEGIN {
		split(counted, c)
		d = c[1] + c[2] - said
		exit !(said > 0.05 && d > -0.02 && d < 0.1 + 0.1 * said)
	}' || fail "said $said, counted $counted"
}

no_header_case() {
	from_stdin <"$INPUT"
	sed 1d "$OUT" >"$BATS_TEST_TMPDIR/body"
	from_stdin --no-header-out <"$INPUT"
	want 0
	[ "$RESULT" != tsv ] || same "$BATS_TEST_TMPDIR/body" "the rows alone"
}
@test "--no-header-out leaves the header out" {
	each no_header_case "$all"
}

locale_case() {
	from_stdin <"$INPUT"
	keep
	LC_ALL=de_DE.UTF-8 from_stdin <"$INPUT"
	want 0
	same "$KEPT" "the C locale"
}
@test "German locale: same output" {
	if ! locale -a | grep -qix 'de_DE.utf-\?8'; then
		export LOCPATH=$BATS_TEST_TMPDIR/locale
		mkdir "$LOCPATH"
		localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.UTF-8" ||
			skip "no German locale can be made"
	fi
	[ "$(LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ] ||
		skip "no German locale"
	each locale_case "$all"
}

@test "a full disk leaves no side file behind" {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'userId,movieId,rating\n1,2,3\n1,2,x\n' >r.csv
	printf 'movieId,title\n1,Jaws\n2,Jaws\n,Lost\n' >m.csv
	printf 'item\ttitle\na\tred fox\n' >films.tsv
	full() { TO=/dev/full try "$@"; expect 1 'write error'; }
	full mr-ingest ratings --rejects side r.csv
	full mr-ingest ratings --anonymise --id-map side r.csv
	full mr-ingest movies --merge-titles --id-map side --rejects side2 m.csv
	full mr-embed -m count -f '{title}' --vocabulary side films.tsv
	[ ! -e side ] && [ ! -e side2 ]
	[ -e "$MODEL/model.safetensors" ] || skip "no model: not --ledger"
	full mr-embed -f '{title}' --ledger side films.tsv
	[ ! -e side ]
}

@test "an input that -o names is refused, and stays as it was" {
	local i
	need_tool mr-ingest mr-stat mr-factorize mr-recommend mr-knn mr-show mr-eval
	printf 'user,item,rating\nu,a,5\nu,b,3\nv,a,1\n' >r.csv
	mr-ingest ratings r.csv >r.tsv
	mr-factorize -q -m als -d 2 r.tsv >m.mrm
	printf 'user\titem\trating\testimate\nu\ta\t5\t4\n' >e.tsv
	ln -s r.tsv link.tsv
	for i in "r.csv mr-ingest ratings r.csv" "r.tsv mr-stat ratings r.tsv" \
		"r.tsv mr-factorize -m als link.tsv" \
		"m.mrm mr-recommend m.mrm" "r.tsv mr-recommend --seen r.tsv m.mrm" \
		"m.mrm mr-knn --self --matrix V m.mrm" "m.mrm mr-show m.mrm" \
		"e.tsv mr-eval e.tsv"; do
		cp "${i%% *}" before
		# shellcheck disable=SC2086
		try ${i#* } -o "${i%% *}"
		expect 2 'is an input: -o would put'
		cmp before "${i%% *}"
	done
	mr-stat ratings -o /dev/null r.tsv
	mr-stat ratings -o other r.tsv
	cp r.tsv before
	try mr-stat ratings -o link.tsv <r.tsv
	expect 2 "'-' is an input: -o would put"
	try mr-ingest ratings -o r.csv <r.csv
	expect 2 "'-' is an input: -o would put"
	cmp before r.tsv
}

@test "an input that another output names is refused, and stays as it was" {
	local i
	need_tool mr-ingest mr-join mr-knn mr-index mr-embed mr-show mr-serve
	printf 'user,item,rating\nu,a,5\nv,b,1\n' >r.csv
	mr-ingest ratings r.csv >r.tsv
	printf 'item\ttitle\na\tx\nb\ty\n' >m.tsv
	printf 'item\tx\na\t1\nb\t2\n' | mr-show --from-tsv >v.mrm
	mr-index build s.mrm v.mrm
	ln -s r.csv link
	for i in "r.csv mr-ingest ratings r.csv --rejects link" \
		"m.tsv mr-ingest ratings r.csv --movies m.tsv -o m.tsv" \
		"m.tsv mr-ingest ratings r.csv --movies m.tsv --rejects m.tsv" \
		"m.tsv mr-ingest movies --tsv m.tsv --merge-titles --id-map m.tsv" \
		"m.tsv mr-join --on item r.tsv m.tsv --ambiguous m.tsv" \
		"v.mrm mr-knn s.mrm --queries v.mrm --check-recall 1
			--recall-table v.mrm" \
		"s.mrm mr-index check s.mrm --salvage s.mrm" \
		"m.tsv mr-embed -m count -f {title} m.tsv --vocabulary m.tsv" \
		"m.tsv mr-serve --check --movies m.tsv --log m.tsv"; do
		cp "${i%% *}" before
		# shellcheck disable=SC2086
		try ${i#* }
		expect 2 'is an input: '
		cmp before "${i%% *}"
	done
	mr-ingest ratings --rejects /dev/null r.csv >again
	# The list "en" is no file.
	: >en
	mr-embed -q -m count -f '{title}' --stop-words en -o en m.tsv
}

@test "a file or a name given twice is a usage error, a number is not" {
	need_tool mr-recommend mr-factorize
	printf 'user\titem\trating\nu\ta\t5\nu\tb\t3\nv\ta\t1\n' >r.tsv
	mr-factorize -q -m als -d 2 r.tsv >m.mrm
	try mr-recommend --not r.tsv --seen r.tsv --not r.tsv m.mrm
	expect 2 '^mr-recommend: --not is given twice;'
	try mr-recommend -q -q -n 3 -n 1 m.mrm
	expect 0
	try mr-factorize -q -m als -d 4 -d 2 r.tsv
	expect 0
}

@test "one file cannot be the output and a side file" {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'userId,movieId,rating\n1,2,3\n' >r.csv
	printf 'item\ttitle\na\tred fox\n' >films.tsv
	same() { try "$@"; expect 2 "are the same file"; [ ! -e x ]; }
	same mr-ingest ratings -o x --rejects ./x r.csv
	same mr-ingest ratings -o x --anonymise --id-map ./x r.csv
	same mr-embed -m count -f '{title}' -o x --vocabulary ./x films.tsv
	[ -e "$MODEL/model.safetensors" ] || skip "no model: not --ledger"
	same mr-embed -f '{title}' -o x --ledger ./x films.tsv
}
