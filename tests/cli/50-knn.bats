#!/usr/bin/env bats
# mr-knn: neighbours by each metric, ties, queries from everywhere.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-knn mr-show mr-embed
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\t%s\t%s\n' >base.tsv item dim0 dim1 b 1 0 a 2 0 c 0 3 z 0 0 \
		d -1 0
	mr-show --from-tsv -o base.mrm base.tsv
	printf '%s\t%s\t%s\n' >q.tsv item dim0 dim1 p 3 0 q 1 1 o 0 0
	mr-show --from-tsv -o q.mrm q.tsv
	head='query\trank\titem\tscore\n'
}

# rows N D - N rows of D values, eighths so that some sums are exact.
rows() {
	awk -v n="$1" -v d="$2" 'BEGIN { printf "item"
		for (j = 0; j < d; j++) printf "\tdim%d", j
		print ""
		for (i = 0; i < n; i++) {
			printf "i%d", i
			for (j = 0; j < d; j++)
				printf "\t%g", ((i * 37 + j * 101 + i * j * 7) % 61 - 30) / 8
			print ""
		} }'
}

@test "cosine, the default: rows of zeros score 0, ties by name" {
	try mr-knn -k 5 base.mrm <q.mrm
	expect 0
	echo 'mr-knn: warning: 1 of 3 queries is all zero: no row is near' |
		diff - "$ERR"
	expect_out "$head""p\t1\ta\t1
p\t2\tb\t1
p\t3\tc\t0
p\t4\tz\t0
p\t5\td\t-1
q\t1\ta\t0.707106769
q\t2\tb\t0.707106769
q\t3\tc\t0.707106769
q\t4\tz\t0
q\t5\td\t-0.707106769
"
	cp "$OUT" want
	mr-knn --neighbours 5 --metric cosine base.mrm <q.mrm | cmp - want
}

@test "dot and l2" {
	try mr-knn -k 2 --metric dot base.mrm <q.mrm
	expect 0
	expect_out "$head"'p\t1\ta\t6\np\t2\tb\t3\nq\t1\tc\t3\nq\t2\ta\t2\n'
	try mr-knn -k 2 --metric l2 base.mrm <q.mrm
	expect 0
	expect_out "$head"'p\t1\ta\t-1\np\t2\tb\t-2\nq\t1\tb\t-1\nq\t2\ta\t-1.41421354\no\t1\tz\t0\no\t2\tb\t-1\n'
	# A place may well be the origin.
	[ ! -s "$ERR" ]
}

@test "queries of zeros are counted, their lists are empty" {
	try mr-knn --self -k 1 --metric dot base.mrm
	expect 0
	echo 'mr-knn: warning: 1 of 5 queries is all zero: no row is near' |
		diff - "$ERR"
	[ "$(grep -c '^z' "$OUT")" -eq 0 ]
	try mr-knn --row z base.mrm
	expect 0 '1 of 1 queries is all zero'
	expect_out "$head"
	printf 'item\tx\ty\na\t0\t-0\nb\t0\t0\n' | mr-show --from-tsv -o o.mrm
	try mr-knn --queries o.mrm base.mrm
	expect 0 '2 of 2 queries are all zero: no row is near$'
	expect_out "$head"
	# The smallest number is not zero.
	printf 'item\tx\ty\na\t1e-45\t0\n' | mr-show --from-tsv -o o.mrm
	try mr-knn -k 1 --queries o.mrm base.mrm
	expect 0
	[ ! -s "$ERR" ]
	expect_out "$head"'a\t1\ta\t1\n'
}

@test "the metrics against awk's arithmetic" {
	rows 40 17 >b.tsv
	mr-show --from-tsv -o b.mrm b.tsv
	{ head -n 1 b.tsv; rows 60 17 | tail -n 7; } >big.tsv
	mr-show --from-tsv -o big.mrm big.tsv
	for metric in cosine dot l2; do
		mr-knn -k 40 --metric $metric --queries big.mrm b.mrm >got.tsv
		[ "$(wc -l <got.tsv)" -eq 281 ]
		awk -F '\t' -v metric=$metric '
			FNR == 1 { file++; next }
			file == 1 { for (j = 2; j <= 18; j++) b[$1, j] = $j; next }
			file == 2 { for (j = 2; j <= 18; j++) q[$1, j] = $j; next }
			{
				s = qq = bb = l = 0
				for (j = 2; j <= 18; j++) {
					x = q[$1, j]; y = b[$3, j]
					s += x * y; qq += x * x; bb += y * y
					l += (x - y) ^ 2
				}
				want = metric == "dot" ? s : metric == "l2" ? -sqrt(l) : \
					s / sqrt(qq * bb)
				e = want - $4
				if (e > 2e-5 || e < -2e-5) { print $0, want; exit 1 }
				if ($1 == last && (($4 > score) || $2 != rank + 1 ||
				    ($4 == score && $3 < name))) { print $0; exit 1 }
				last = $1; score = $4; rank = $2; name = $3
			}' b.tsv big.tsv got.tsv || fail "$metric"
	done
}

@test "a smaller k is the head of a larger one" {
	rows 100 9 | mr-show --from-tsv -o b.mrm
	for metric in cosine dot l2; do
		mr-knn --self -k 99 --metric $metric b.mrm >all
		[ "$(wc -l <all)" -eq 9901 ]
		for k in 1 7 98; do
			mr-knn --self -k $k --metric $metric b.mrm |
				cmp - <(awk -F '\t' -v k=$k 'NR == 1 || $2 <= k' all)
		done
	done
	mr-knn --self b.mrm | cmp - <(mr-knn --self -k 10 b.mrm)
}

@test "--self: never the row itself, its copies in the order of bytes" {
	printf '%s\t%s\t%s\n' item x y 9 1 2 10 1 2 B 1 2 a 1 2 é 1 2 other 2 1 |
		mr-show --from-tsv >dup.mrm
	for metric in cosine dot l2; do
		try mr-knn --self -k 9 --metric $metric dup.mrm
		expect 0
		[ "$(wc -l <"$OUT")" -eq 31 ]
		awk -F '\t' '$1 == $3 { exit 1 }' "$OUT" || fail "a row is its own"
		[ "$(awk -F '\t' '$1 == "B" { printf "%s ", $3 }' "$OUT")" = \
			'10 9 a é other ' ] || fail "$metric: B"
		[ "$(awk -F '\t' '$1 == "10" { printf "%s ", $3 }' "$OUT")" = \
			'9 B a é other ' ] || fail "$metric: 10"
	done
	# The order in which rows stand in the base does not count.
	{ echo 'item	x	y'; printf '%s\t1\t2\n' é a B 10 9; } |
		mr-show --from-tsv | mr-knn --self -k 9 - >got
	[ "$(awk -F '\t' '$1 == "10" { printf "%s ", $3 }' got)" = '9 B a é ' ]
	# A lone row has no neighbours.
	printf 'item\tx\na\t1\n' | mr-show --from-tsv | mr-knn --self - |
		cmp - <(printf 'query\trank\titem\tscore\n')
}

@test "--row: a name, a number where there are no names" {
	try mr-knn --row b -k 2 --metric l2 base.mrm
	expect 0
	expect_out "$head"'b\t1\ta\t-1\nb\t2\tz\t-1\n'
	rows 30 5 | mr-show --from-tsv -o b.mrm
	mr-knn --row i17 b.mrm |
		cmp - <(mr-knn --self b.mrm | awk -F '\t' 'NR == 1 || $1 == "i17"')
	mr-show --npy base.mrm | mr-show --from-npy -o bare.mrm
	try mr-knn --row 0 -k 2 --metric l2 bare.mrm
	expect 0
	expect_out "$head"'0\t1\t1\t-1\n0\t2\t3\t-1\n'
	for name in '' B bb 0 ' b'; do
		try mr-knn --row "$name" base.mrm
		expect 1
		echo "mr-knn: base.mrm: no row is called '$name' (mr-show lists" \
			'the names)' | diff - "$ERR"
	done
	for name in 5 -1 a 99999999999999999999; do
		try mr-knn --row "$name" bare.mrm
		expect 1 "^mr-knn: bare\.mrm: no row is called '$name'"
	done
}

@test "queries and base from files, stdin, pipes: the same bytes" {
	rows 700 12 >b.tsv
	mr-show --from-tsv -o b.mrm b.tsv
	{ head -n 1 b.tsv; tail -n 300 b.tsv; } | mr-show --from-tsv -o q.mrm
	mr-knn -t 1 b.mrm <q.mrm >want
	[ "$(wc -l <want)" -eq 3001 ]
	for t in 2 4 7; do
		mr-knn -t $t b.mrm <q.mrm | cmp - want
	done
	mr-knn --queries q.mrm b.mrm | cmp - want
	mr-knn --queries - b.mrm <q.mrm | cmp - want
	mr-knn --queries q.mrm - <b.mrm | cmp - want
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat q.mrm | mr-knn b.mrm | cmp - want
	"$PIPES" dribble mr-knn b.mrm <q.mrm | cmp - want
	"$PIPES" dribble mr-knn --queries q.mrm - <b.mrm | cmp - want
	mr-knn -o out.tsv b.mrm <q.mrm
	cmp out.tsv want
	mr-knn --no-header-out b.mrm <q.mrm | cmp - <(sed 1d want)
	for t in 1 2 4; do
		mr-knn --self -t $t b.mrm >self.$t
		cmp self.$t self.1
	done
	# A query's answer is its own: one at a time gives the same.
	for i in i400 i401 i699; do
		{ head -n 1 b.tsv; grep "^$i	" b.tsv; } | mr-show --from-tsv |
			mr-knn b.mrm | cmp - <(awk -F '\t' -v i=$i \
				'NR == 1 || $1 == i' want)
	done
	# Both on standard input cannot be.
	try mr-knn - <b.mrm
	expect 2 '^mr-knn: only one file can be standard input; '
	try mr-knn --queries - - <b.mrm
	expect 2 '^mr-knn: only one file can be standard input; '
}

@test "queries without rows, a base without rows" {
	printf 'item\tdim0\tdim1\n' | mr-show --from-tsv >none.mrm
	try mr-knn base.mrm <none.mrm
	expect 0
	expect_out "$head"
	try mr-knn none.mrm <q.mrm
	expect 0
	expect_out "$head"
	try mr-knn --self none.mrm
	expect 0
	expect_out "$head"
}

@test "queries of another width: both widths are named" {
	printf 'item\tx\ty\tz\na\t1\t2\t3\n' | mr-show --from-tsv >wide.mrm
	try mr-knn base.mrm <wide.mrm
	expect 1
	echo 'mr-knn: <stdin>: queries have 3 columns, base.mrm has 2: made by' \
		'another model?' | diff - "$ERR"
	try mr-knn --queries q.mrm wide.mrm
	expect 1 '^mr-knn: q\.mrm: queries have 2 columns, wide\.mrm has 3'
}

@test "streams that were cut off fail" {
	rows 600 12 | mr-show --from-tsv -o b.mrm
	size=$(wc -c <b.mrm)
	for n in 1 100 1000 $((size / 2)) $((size - 64)) $((size - 1)); do
		try mr-knn b.mrm < <(head -c "$n" b.mrm)
		expect 1 '^mr-knn: <stdin>: block at byte [0-9]+: truncated: '
		try mr-knn --queries b.mrm - < <(head -c "$n" b.mrm)
		expect 1 '^mr-knn: <stdin>: block at byte [0-9]+: truncated: '
		[ ! -s "$OUT" ]
	done
	try mr-knn -o out.tsv b.mrm < <(head -c $((size - 64)) b.mrm)
	expect 1
	[ ! -e out.tsv ]
}

@test "a model as base needs --matrix" {
	need_tool mr-factorize
	printf '%s\t%s\t%s\n' user item rating u a 5 u b 1 v a 4 v c 2 w b 3 \
		w c 3 | mr-factorize -m als -d 2 >m.mrm
	try mr-knn --self m.mrm
	expect 1 '^mr-knn: m\.mrm: 4 dense matrices, expected one \(--matrix NAME chooses\): V bi U bu$'
	try mr-knn --self --matrix W m.mrm
	expect 1 "^mr-knn: m\.mrm: no dense matrix 'W', found V bi U bu\$"
	try mr-knn --self --matrix X m.mrm
	expect 1 "^mr-knn: m\.mrm: no dense matrix 'X', found V bi U bu\$"
	try mr-knn --self --matrix V -k 2 m.mrm
	expect 0
	cp "$OUT" want
	[ "$(sed 1d want | cut -f 1 | uniq | tr '\n' ' ')" = 'a b c ' ]
	mr-show --tsv --matrix V m.mrm | mr-show --from-tsv |
		mr-knn --self -k 2 - | cmp - want
	# Users as queries for films.
	mr-show --tsv --matrix U m.mrm | mr-show --from-tsv >U.mrm
	mr-knn --metric dot --matrix V m.mrm <U.mrm | sed 1d | cut -f 1 | uniq |
		cmp - <(printf 'u\nv\nw\n')
	# A model is several matrices, and so no queries.
	mr-show --tsv --matrix V m.mrm | mr-show --from-tsv >V.mrm
	try mr-knn V.mrm <m.mrm
	expect 1 '^mr-knn: <stdin>: (several matrices|queries have 1 columns)'
}

@test "--with: columns in the order given, escapes, unknown films" {
	printf '%s\t%s\t%s\t%s\n' >films.tsv year item title note \
		1995 a Heat 'x\ty\\ ' 1985 b Ran '' 1900 a again no
	try mr-knn --row z -k 4 --metric l2 --movies films.tsv \
		--with note,year,title base.mrm
	expect 0
	expect_out 'query\trank\titem\tscore\tnote\tyear\ttitle
z\t1\tb\t-1\t\t1985\tRan
z\t2\td\t-1\t\t\t
z\t3\ta\t-2\tx\\ty\\\\ \t1995\tHeat
z\t4\tc\t-3\t\t\t
'
	printf 'mr-knn: warning: %s\n' '--movies: 1 rows are of an item that has one before: the first counts' \
		'2 results name a film that --movies does not have: their columns are empty' |
		diff - "$ERR"
	try mr-knn --row z -k 4 --metric l2 --movies <(printf 'item\tyear\nA\t1\n') \
		--with year base.mrm
	echo 'mr-knn: warning: 4 results name a film that --movies does not' \
		'have: their columns are empty; are its ids others?' | diff - "$ERR"
	try mr-knn -q --row z -k 4 --movies films.tsv --with title base.mrm
	[ ! -s "$ERR" ]
	# No name may stand twice in the header.
	try mr-knn --row d --movies films.tsv --with title,item base.mrm
	expect 2
	echo "mr-knn: --with: a column of results is called 'item' already" |
		diff - "$ERR"
	try mr-knn --row d --movies films.tsv --with title,year,title base.mrm
	expect 2
	echo "mr-knn: --with: 'title' stands twice" | diff - "$ERR"
	mr-knn --row z base.mrm | cmp - <(mr-knn --row z --movies films.tsv base.mrm)
	try mr-knn --row z --with title base.mrm
	expect 2
	echo 'mr-knn: --with needs --movies: which file has the columns?' |
		diff - "$ERR"
	try mr-knn --row z --movies films.tsv --with title,plot base.mrm
	expect 1 "^mr-knn: films\.tsv:1: .*'plot'"
	try mr-knn --row z --movies films.tsv --with title,,year base.mrm
	expect 2 '^mr-knn: --with: an empty name, or more than 64$'
	try mr-knn --row z --movies nowhere.tsv --with title base.mrm
	expect 1 '^mr-knn: nowhere\.tsv: '
	[ ! -s "$OUT" ]
}

@test "usage errors are 2" {
	while IFS='|' read -r args message; do
		# shellcheck disable=SC2086
		try mr-knn $args </dev/null
		expect 2
		echo "mr-knn: $message; see mr-knn -h" | diff - "$ERR"
		[ ! -s "$OUT" ]
	done <<-'END'
		|an operand is missing: mr-knn BASE.mrm
		base.mrm q.mrm|'q.mrm' is one operand too many
		--self --row b base.mrm|--self, --row and --queries: only one can say what the queries are
		--self --queries q.mrm base.mrm|--self, --row and --queries: only one can say what the queries are
		--queries q.mrm --row b base.mrm|--self, --row and --queries: only one can say what the queries are
		-k 0 --self base.mrm|--neighbours: '0' is not a whole number from 1 to 100000
		-k 100001 --self base.mrm|--neighbours: '100001' is not a whole number from 1 to 100000
		--metric cos --self base.mrm|--metric: 'cos' is none of cosine dot l2
	END
}

@test "names with tabs and line ends are escaped, values of any size found" {
	printf 'item\tx\tgap\na\\tb\t1e30\t0\nc\\\\\t1e-30\t1e-30\nd\t-1e30\t1\n' |
		mr-show --from-tsv >odd.mrm
	try mr-knn --self -k 1 odd.mrm
	expect 0
	expect_out "$head"'a\\tb\t1\tc\\\\\t0.707106769\nc\\\\\t1\ta\\tb\t0.707106769\nd\t1\tc\\\\\t-0.707106769\n'
	try mr-knn --self -k 1 --metric l2 odd.mrm
	expect 0
	! grep -iE 'nan|inf' "$OUT" || fail "not finite"
}

@test "no score is inf or nan: sums in double, or an error that names the row" {
	printf '%s\t%s\t%s\n' item x y a 1 0 e 0 2 g 3e38 3e38 h 3e38 -3e38 |
		mr-show --from-tsv -o huge.mrm
	# On the way the sums pass a float, at their ends they do not.
	printf '%s\t%s\t%s\n' item x y p 2 -2 q 0.5 0.25 |
		mr-show --from-tsv -o q.mrm
	try mr-knn --no-header-out -k 1 --metric dot --queries q.mrm huge.mrm
	expect 1 "^mr-knn: huge\.mrm: the score of row 'h' for the query 'p' is beyond the 3\.4e38 that a number of 32 bits can be$"
	printf '%s\t%s\t%s\n' item x y s 3e38 3e38 t 0 1 |
		mr-show --from-tsv -o g.mrm
	try mr-knn --no-header-out --metric dot --queries q.mrm g.mrm
	expect 0
	expect_out 'p\t1\ts\t0\np\t2\tt\t-2\nq\t1\ts\t2.2499999e+38\nq\t2\tt\t0.25\n'
	try mr-knn --self -k 1 --metric dot huge.mrm
	expect 1 "row 'g' for the query 'e'"
	try mr-knn --row g --metric l2 huge.mrm
	expect 1 "row '[aeh]' for the query 'g'"
	try mr-knn --self huge.mrm
	expect 0
	! grep -iE 'nan|inf' "$OUT" || fail "not finite"
	grep -q "^a	1	g	0.707106769$" "$OUT"
	printf '%s\t%s\t%s\n' item x y a 1e-45 0 b 0 -3e-45 c 1e-45 1e-45 |
		mr-show --from-tsv -o tiny.mrm
	for metric in cosine dot l2; do
		try mr-knn --self --metric $metric tiny.mrm
		expect 0
		! grep -iE 'nan|inf' "$OUT" || fail "not finite"
	done
	mr-knn --row a -k 1 tiny.mrm | tail -n 1 |
		cmp - <(printf 'a\t1\tc\t0.707106769\n')
}

@test "vectors of different models are not compared" {
	printf 'item\ttitle\na\tred fox\nb\tred hen\n' >films.tsv
	mr-embed -m count -f '{title}' films.tsv >count.mrm
	mr-embed -m tfidf -f '{title}' films.tsv >tfidf.mrm
	try mr-knn --queries tfidf.mrm count.mrm
	expect 1 '^mr-knn: tfidf.mrm: model is tfidf, of count.mrm count: vectors of different models cannot be compared$'
	try mr-knn --queries count.mrm count.mrm
	expect 0
	[ ! -s "$ERR" ]
}

@test "a warning where the two sides do not say, or say other things" {
	printf 'item\ttitle\na\tred fox\nb\tred hen\n' >films.tsv
	mr-embed -m tfidf -f '{title}' --vocabulary v.mrm films.tsv >t.mrm
	# From one vocabulary, by lines or by the template: nothing to say.
	cut -f 2 films.tsv | sed 1d >titles.txt
	for from in '-f {title} films.tsv' '--lines titles.txt'; do
		# shellcheck disable=SC2086
		mr-embed -q -m tfidf -M v.mrm $from >q.mrm
		try mr-knn --queries q.mrm t.mrm
		expect 0
		[ ! -s "$ERR" ] || fail "$from"
	done
	# The same terms, another weight of each: 2 of 3 texts have red.
	printf 'red fox\nhen\nhen red\n' |
		mr-embed -m tfidf --lines --vocabulary w.mrm >w_of.mrm
	mr-embed -m tfidf -M w.mrm -f '{title}' films.tsv >q.mrm
	try mr-knn --queries q.mrm t.mrm
	expect 0
	[ "$(wc -l <"$ERR")" -eq 1 ]
	expect 0 '^mr-knn: warning: q.mrm has the vocabulary [0-9a-f]{16} and t.mrm [0-9a-f]{16}: one term weighs differently in the two$'
	# Counts have no such weights.
	mr-embed -m count -f '{title}' films.tsv >c.mrm
	printf 'red fox\nhen\nhen red\n' | mr-embed -m count --lines >q.mrm
	try mr-knn --queries q.mrm c.mrm
	expect 0
	[ ! -s "$ERR" ]
	# But two rules of cutting texts differ.
	echo 'red fox hen' | mr-embed -m count --stop-words en --lines >q.mrm
	try mr-knn --queries q.mrm c.mrm
	expect 0 'q.mrm has the vocabulary'
	mr-embed -m tfidf -M v.mrm -f '{title} {item}' films.tsv >q.mrm
	try mr-knn --queries q.mrm t.mrm
	expect 0
	echo 'mr-knn: warning: q.mrm has the template {title} {item} and t.mrm' \
		'{title}: the texts are not of one kind' | diff - "$ERR"
}

@test "plain numbers beside vectors of a model: a warning" {
	need_model
	printf 'item\ttitle\na\tred fox\nb\tred hen\n' >films.tsv
	mr-embed -f '{title}' films.tsv >m.mrm
	mr-show --tsv m.mrm >plain.tsv
	mr-show --from-tsv plain.tsv >plain.mrm
	mr-show --npy m.mrm | mr-show --from-npy >npy.mrm
	for x in plain npy; do
		try mr-knn --queries $x.mrm m.mrm
		[ "$(wc -l <"$ERR")" -eq 1 ]
		expect 0 "^mr-knn: warning: m\.mrm is of the model all-MiniLM-L6-v2 and $x\.mrm does not say of which: their vectors may have nothing in common$"
		try mr-knn --queries m.mrm $x.mrm
		expect 0 "^mr-knn: warning: m\.mrm is of the model all-MiniLM-L6-v2 and $x\.mrm does not say"
	done
	# Two plain ones, or two of the model, are as good as one.
	try mr-knn --queries npy.mrm plain.mrm
	expect 0
	[ ! -s "$ERR" ]
	echo 'a fox' | mr-embed --lines >q.mrm
	try mr-knn --queries q.mrm m.mrm
	expect 0
	[ ! -s "$ERR" ]
}

@test "vectors of two precisions are compared with a warning" {
	need_model
	printf 'item\ttitle\na\tred fox\nb\tred hen\n' >films.tsv
	mr-embed -f '{title}' films.tsv >f32.mrm
	mr-embed -f '{title}' --precision int8 films.tsv >int8.mrm
	try mr-knn --queries int8.mrm f32.mrm
	expect 0 '^mr-knn: warning: int8.mrm has the precision int8 and f32.mrm f32: scores differ a little'
}

@test "--min-score leaves out what is written with less" {
	rows 60 9 | mr-show --from-tsv -o b.mrm
	rows 20 9 | mr-show --from-tsv -o few.mrm
	for metric in cosine dot l2; do
		for from in --self '--row i17' '--queries few.mrm'; do
			# shellcheck disable=SC2086
			mr-knn -k 59 --metric $metric $from b.mrm >all
			# Scores that are there, one between, all and none.
			for x in $(sed 1d all | cut -f 4 | sed -n '3p;30p') 0 0.3 \
				-1e30 1e30; do
				# shellcheck disable=SC2086
				mr-knn -k 59 --metric $metric --min-score $x $from b.mrm |
					cmp - <(awk -F '\t' -v x="$x" \
					'NR == 1 || $4 >= x + 0' all) || fail "$metric $from $x"
			done
		done
	done
	try mr-knn --row a --min-score -2 --metric l2 base.mrm
	expect 0
	expect_out "$head"'a\t1\tb\t-1\na\t2\tz\t-2\n'
	[ ! -s "$ERR" ]
	try mr-knn --self --min-score -0.5 --metric l2 base.mrm
	expect 0
	expect_out "$head"
	echo 'mr-knn: warning: no row reaches --min-score -0.5, the best score is' \
		'-1: no results' | diff - "$ERR"
	for x in nan x ''; do
		try mr-knn --row a --min-score "$x" base.mrm
		expect 2 'min-score'
	done
}

@test "-k beyond the base's rows takes no more memory than they need" {
	need_plain_build
	(ulimit -v 700000 && mr-knn -k 100000 --self base.mrm >l.tsv)
	mr-knn -k 5 --self base.mrm | cmp - l.tsv
}

@test "nearest-table: an unknown film is an error, not an empty table" {
	printf 'item\ttitle\tyear\tgenre\n' >films.tsv
	printf 'f%d\tred fox %d\t1999\tDrama\n' 1 1 2 2 3 3 >>films.tsv
	for m in count stop tfidf minilm; do
		mr-embed -m count films.tsv >"$m.mrm"
	done
	BUILD=$MR_BUILD try "$TOP/scripts/nearest-table" films.tsv 'red fox 1' .
	expect 1 "no row is called 'red fox 1'"
	[ ! -s "$OUT" ]
	BUILD=$MR_BUILD try "$TOP/scripts/nearest-table" films.tsv f1 .
	expect 0
	grep -q '^| 1 |.*red fox' "$OUT"
}
