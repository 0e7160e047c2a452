#!/usr/bin/env bats
# mr-tune: the settings it tries, what it says of them, and that a run goes on.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-tune mr-factorize mr-recommend mr-eval mr-split
	cd "$BATS_TEST_TMPDIR" || return 1
	awk -F, -v OFS='\t' 'NR == 1 { print "user", "item", "rating", "time" }
		NR > 1 { print $1, $2, $3, $4 }' "$DATA/ratings.csv" >r.tsv
}

# col NAME FILE - a column without its header.
col() {
	awk -F '\t' -v c="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) n = i; next }
		{ print $n }' "$2"
}

# by_hand OPTIONS.. - what mr-eval says of the split in a.tr and a.te.
by_hand() {
	local what=$1
	shift
	case $what in
	pairs) mr-factorize -q "$@" a.tr | mr-recommend -q --pairs a.te |
		mr-eval -q --measures rmse --no-header-out ;;
	*) mr-factorize -q "$@" a.tr | mr-recommend -q -n 20 |
		mr-eval -q -k 20 --measures ndcg --test a.te --train a.tr --no-header-out ;;
	esac | awk -F '\t' '{ printf "%.7g\t%.7g\t%.7g\n", $3, $4, $5 }'
}

@test "the grid in order, each trial as the pipe has it" {
	mr-split --holdout 0.2 -s 3 --train a.tr --test a.te r.tsv
	try mr-tune -m itemknn --holdout 0.2 -s 3 \
		--grid 'weighting=cosine,bm25; k=5,50' r.tsv
	expect 0
	cp "$OUT" t.tsv
	head -n 1 t.tsv | tr '\t' ' ' | diff - <(echo trial round share folds \
		options measure value lo hi users data)
	col options t.tsv | diff - <(for w in cosine bm25; do for k in 5 50; do
		echo "-m itemknn --weighting $w --neighbours $k"; done; done)
	while read -r options; do
		# shellcheck disable=SC2086
		by_hand lists $options
	done < <(col options t.tsv) | diff - <(paste <(col value t.tsv) \
		<(col lo t.tsv) <(col hi t.tsv) | awk '{
		printf "%.7g\t%.7g\t%.7g\n", $1, $2, $3 }')
	# The command of the best.
	best=$(paste <(col value t.tsv) <(col options t.tsv) | sort -g | tail -n 1 | cut -f 2)
	echo "mr-factorize $best -s 3 r.tsv" | diff - "$ERR"
	bash -c "$(cat "$ERR")" | mr-show >/dev/null
	try mr-tune -q -m itemknn --grid 'k=5' r.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "ratings: pairs by the pipe, and a test set of one's own" {
	mr-split --holdout 0.2 --train a.tr --test a.te r.tsv
	try mr-tune -q -m baseline --test a.te --grid 'reg-user=1,20' a.tr
	expect 0
	for x in 1 20; do
		by_hand pairs -m baseline --reg-user $x
	done | diff - <(paste <(col value "$OUT") <(col lo "$OUT") <(col hi "$OUT") |
		awk '{ printf "%.7g\t%.7g\t%.7g\n", $1, $2, $3 }')
	[ "$(col measure "$OUT" | sort -u)" = rmse ]
}

@test "folds: a round of one, then all; the mean over both" {
	for f in 1 2; do
		mr-split --folds 2 --fold $f --train a.tr --test a.te r.tsv
		mr-factorize -m baseline a.tr | mr-recommend -q --pairs a.te |
			sed 1d
	done >pairs
	awk -F '\t' '{ n++; s += ($3 - $4)^2 } END { printf "%.6f\n", sqrt(s / n) }' pairs >want
	try mr-tune -q -m baseline --folds 2 --grid 'reg-user=15,16' r.tsv
	expect 0
	[ "$(col round "$OUT" | tr '\n' ' ')" = '1 1 2 2 ' ]
	[ "$(col folds "$OUT" | tr '\n' ' ')" = '1 1 2 2 ' ]
	col value "$OUT" | sed -n 3p | awk '{ printf "%.6f\n", $1 }' | diff - want
	# What is beyond doubt not the best stops.
	try mr-tune -q -m als --folds 2 --grid 'd=2;lambda=0.00001,0.1' r.tsv
	expect 0
	[ "$(col trial "$OUT" | tr '\n' ' ')" = '1 2 2 ' ]
}

@test "by chance: so many, none twice, ranges, the same bytes for any -t" {
	try mr-tune -q -m ials --trials 5 --grid 'd=2,3,4;sweeps=1,2' r.tsv
	expect 0
	[ "$(col options "$OUT" | sort -u | wc -l)" -eq 5 ]
	for t in 1 3; do
		mr-tune -q -m ials -t $t --trials 6 --grid 'lambda=0.01:10;d=2:5;sweeps=1,2' \
			r.tsv >$t.tsv
	done
	cmp 1.tsv 3.tsv
	col options 1.tsv | awk '{ if ($4 < 0.01 || $4 > 10 || $6 < 2 || $6 > 5 ||
		$6 != int($6) || $8 !~ /^[12]$/) exit 1; seen[$0] }
		END { if (length(seen) != 6) exit 1 }'
}

@test "half by chance, the others a step or two from one of the best" {
	args=(-q -m als --grid 'lambda=0.01,0.03,0.1,0.3,1;d=1:6;sweeps=1,2,3' --trials 15)
	mr-tune -t 1 "${args[@]}" r.tsv >a.tsv
	mr-tune -t 3 "${args[@]}" r.tsv | cmp - a.tsv
	for rows in 6 10 14; do
		head -n $rows a.tsv >part.tsv
		mr-tune --resume <(cat part.tsv) "${args[@]}" r.tsv | cmp - a.tsv ||
			fail "$rows"
	done
	# Trials 9 to 13 after the 8 by chance, the rest after these.
	paste <(col options a.tsv) <(col value a.tsv) | awk '
		BEGIN { n = split("0.01 0.03 0.1 0.3 1", v, " ")
			for (i in v) at[v[i]] = i }
		{ l[NR] = at[$4]; d[NR] = $6; s[NR] = $8; value[NR] = $9
			before = NR > 13 ? 13 : 8; beside = 0
			for (j = 1; j <= before && NR > 8; j++) {
				a = l[NR] - l[j]; b = d[NR] - d[j]; c = s[NR] - s[j]
				if (value[j] <= limit && (a != 0) + (b != 0) + (c != 0) <= 2 &&
				    a * a <= 1 && c * c <= 1 && b * b <= 4)
					beside = 1
			}
			if (NR > 8 && !beside) { print; exit 1 }
			if (NR == 8 || NR == 13) {	# the third of the best
				m = split("", x)
				for (j = 1; j <= NR; j++) x[++m] = value[j]
				for (i = 1; i <= 3; i++) for (j = i + 1; j <= m; j++)
					if (x[j] < x[i]) { t = x[i]; x[i] = x[j]; x[j] = t }
				limit = x[3]
			}
		}
		END { if (NR != 15) exit 1 }'
	# Beside 1 and 2 nothing is left.
	mr-tune -q -m als --grid 'sweeps=1:2' --trials 9 r.tsv | awk '
		END { if (NR != 6) exit 1 }'
}

@test "halving: a third goes on with all users" {
	# 700 users.
	awk 'BEGIN { print "user\titem"; for (u = 0; u < 700; u++)
		for (i = u % 7; i < 40; i += 3 + u % 4) print "u" u "\tf" i }' >many.tsv
	try mr-tune -q -m itemknn --halving --grid 'k=1,2,5,10,20,30;shrinkage=0,9' many.tsv
	expect 0
	[ "$(col round "$OUT" | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = '12 4 ' ]
	[ "$(col share "$OUT" | sort -u | wc -l)" -eq 2 ]
	awk -F '\t' 'NR > 1 { n = $10; if ($2 == 1 && (n < 100 || n > 250)) exit 1
		if ($2 == 2 && n < 350) exit 1 }' "$OUT"
}

@test "a run that was ended goes on" {
	args=(-q -m svd --folds 2 --grid 'd=2,3;sweeps=2,4;lambda=0.02,0.1' r.tsv)
	mr-tune "${args[@]}" >whole.tsv
	for rows in 1 4 7 10; do
		head -n $rows whole.tsv >part.tsv
		# A row that was being written.
		sed -n "$((rows + 1))p" whole.tsv | cut -c 1-30 | tr -d '\n' >>part.tsv
		mr-tune --resume part.tsv "${args[@]}" | cmp - whole.tsv || fail "$rows"
	done
	# They are believed: nothing is tried again.
	awk -F '\t' -v OFS='\t' 'NR > 1 { $7 = 1.5; $8 = 1; $9 = 2 } { print }' \
		whole.tsv >other.tsv
	mr-tune --resume other.tsv "${args[@]}" | col value /dev/stdin | grep -c '^1.5$' |
		diff - <(sed 1d whole.tsv | wc -l)
	try mr-tune --resume whole.tsv -s 2 "${args[@]}"
	expect 1 '^mr-tune: whole.tsv:2: of other ratings, another split, seed or measure$'
}

@test "killed in the middle, its rows are there" {
	mr-tune -q -m svd --grid 'd=2,3;lambda=0.1,0.2' r.tsv >whole.tsv
	mkfifo rows
	mr-tune -q -t 1 -m svd --grid 'd=2,3;lambda=0.1,0.2' r.tsv >rows &
	pid=$!
	head -n 3 <rows >part.tsv
	kill -9 $pid 2>/dev/null || true
	wait $pid || true
	[ "$(wc -l <part.tsv)" -eq 3 ]
	mr-tune -q --resume part.tsv -m svd --grid 'd=2,3;lambda=0.1,0.2' r.tsv |
		cmp - whole.tsv
}

@test "the latest ratings" {
	try mr-tune -q -m popular --latest 0.25 --measure recall@5 --grid '' r.tsv
	expect 0
	[ "$(col measure "$OUT")" = recall@5 ]
	mr-split --before 75% --train a.tr --test a.te r.tsv
	mr-factorize -q -m popular a.tr | mr-recommend -q -n 5 |
		mr-eval -q -k 5 --measures recall --test a.te --train a.tr --no-header-out |
		awk -F '\t' '{ printf "%.6f\n", $3 }' |
		diff - <(col value "$OUT" | awk '{ printf "%.6f\n", $1 }')
	cut -f 1-3 r.tsv >bare.tsv
	try mr-tune -m popular --latest 0.25 --grid '' bare.tsv
	expect 1 '^mr-tune: --latest: a rating has no time$'
}

@test "numbers that blow up are no value, and no end" {
	try mr-tune -m svd --grid 'learning-rate=100,0.01;d=2' r.tsv
	expect 0
	grep -q "^mr-tune: warning: trial 1: .*a smaller --learning-rate" "$ERR"
	[ "$(tail -n 1 "$ERR")" = 'mr-factorize -m svd --learning-rate 0.01 --rank 2 r.tsv' ]
	[ -z "$(col value "$OUT" | head -n 1)" ]
	# The second half is by chance, too, where none has a value.
	for grid in 'learning-rate=100,101,102,103,104,105,106,107,108;d=2' \
		'learning-rate=100:200;d=2'; do
		try mr-tune -m svd --trials 8 --grid "$grid" r.tsv
		expect 0
		grep -q '^mr-tune: warning: no trial of 4 has a value: 4 more are by chance$' "$ERR"
		[ "$(col options "$OUT" | sort -u | wc -l)" -eq 8 ]
		mr-tune -q --resume <(head -n 4 "$OUT") -m svd --trials 8 \
			--grid "$grid" r.tsv 2>/dev/null | cmp - "$OUT"
	done
	# A draw that is known is followed by another one.
	try mr-tune -m svd --trials 8 --grid 'learning-rate=100;d=2:9' r.tsv
	expect 0
	[ "$(col options "$OUT" | wc -l)" -eq 8 ]
	[ "$(col options "$OUT" | tail -n 4 | sort -u | wc -l)" -eq 4 ]
	try mr-tune -m svd --trials 8 --grid 'learning-rate=100;d=2:3' r.tsv
	expect 0
	[ "$(col options "$OUT" | sort -u | wc -l)" -eq 2 ]
}

@test "grids that are none" {
	bad() {
		try mr-tune -m ials "${@:2}" r.tsv
		expect 2 "$1"
	}
	bad 'no parameter of ials' --grid 'beta=1'
	bad 'has a range: how many --trials' --grid 'lambda=0.1:1'
	bad "is no range of --lambda" --grid 'lambda=1:0.1' --trials 3
	bad "no value for --lambda" --grid 'lambda=0.1,,2'
	bad "no value for --lambda" --grid 'lambda'
	bad 'stands there twice' --grid 'd=2;rank=3'
	bad "'0' is not a whole number from 1 to 4096" --grid 'd=4,0'
	bad 'four ways' --grid 'd=2' --folds 2 --holdout 0.1
	bad "'rmsd' is no measure" --grid 'd=2' --measure rmsd
	bad '.-halving leaves users out' --grid 'd=2' --halving --test r.tsv
	try mr-tune --grid d=2 r.tsv
	expect 2 'MODEL is missing'
}

@test "trials stand in line where memory is too small for two at once" {
	need_plain_build
	awk 'BEGIN { print "user\titem"; for (u = 0; u < 2500; u++)
		for (j = 0; j < 4; j++) print u "\t" (u * 7 + j * 1001) % 2500 }' >r.tsv
	set -- -m ease --holdout 0.2 --grid 'lambda=50,100' r.tsv
	mr-tune -q -t 1 "$@" >want
	ulimit -v 500000
	try mr-tune -q -t 2 "$@"
	expect 0
	diff want "$OUT"
}
