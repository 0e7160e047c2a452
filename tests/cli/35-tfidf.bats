#!/usr/bin/env bats
# mr-embed -m count and -m tfidf, their vocabularies, and mr-knn on what they
# make.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-embed mr-knn mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\n' 'The cat and the dog' 'A dog, a DOG' '' 'cat dog bird' \
		>lines.txt
	printf '%s\n' 'item	title	genre' 'f2	Dog days	Drama|War' \
		'f1	Cat	Drama' >films.tsv
}

# rows ARGS... - E of mr-embed ARGS as item:term=value, on one line.
rows() {
	mr-embed "$@" >e.mrm && mr-show --tsv --matrix E e.mrm |
		awk -F '\t' 'NR > 1 { printf "%s:%s=%s ", $1, $2, $3 }'
}

# is GOT WANT
is() {
	[ "$1" = "$2" ] || fail "got:  $1
want: $2"
}

@test "counts: terms in order, repeats counted, short words left out" {
	is "$(rows -m count --lines lines.txt)" \
		"1:and=1 1:cat=1 1:dog=1 1:the=2 2:dog=2 4:bird=1 4:cat=1 4:dog=1 "
	mr-show e.mrm | grep -qE '^E +item x term +csr +4 x 5 +8 '
}

@test "a header line that --no-header-in takes for a row is told of" {
	for m in count tfidf; do
		try mr-embed -m $m --no-header-in films.tsv
		expect 0
		[ "$(grep -Fcx "mr-embed: warning: films.tsv:1: --no-header-in takes 'item' for a row: is it the header line?" "$ERR")" -eq 1 ]
		sed 1d films.tsv >bare.tsv
		try mr-embed -m $m --no-header-in bare.tsv
		expect 0
		[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	done
}

@test "tfidf: smooth idf, rows of length 1, an empty text an empty row" {
	# idf(dog) = ln(5/4) + 1, of cat ln(5/3) + 1, of others ln(5/2) + 1.
	mr-embed -m tfidf --lines lines.txt >e.mrm
	mr-show --tsv --matrix E e.mrm | awk -F '\t' '
		BEGIN {
			d = log(5 / 4) + 1; c = log(5 / 3) + 1; o = log(5 / 2) + 1
			n = sqrt(5 * o * o + c * c + d * d)
			m = sqrt(o * o + c * c + d * d)
			w["1and"] = o / n; w["1cat"] = c / n; w["1dog"] = d / n
			w["1the"] = 2 * o / n; w["2dog"] = 1; w["4bird"] = o / m
			w["4cat"] = c / m; w["4dog"] = d / m
		}
		NR > 1 {
			e = $3 - w[$1 $2]
			if (e > 1e-7 || e < -1e-7)
				bad = 1
			n_seen++
		}
		END { exit bad || n_seen != 8 }'
}

@test "ngrams, after stop words; stop words of a file" {
	is "$(rows -m count --ngrams 2:2 --lines lines.txt)" \
		"1:and the=1 1:cat and=1 1:the cat=1 1:the dog=1 2:dog dog=1 4:cat dog=1 4:dog bird=1 "
	is "$(rows -m count --ngrams 1:2 --stop-words en --lines lines.txt)" \
		"1:cat=1 1:cat dog=1 1:dog=1 2:dog=2 2:dog dog=1 4:bird=1 4:cat=1 4:cat dog=1 4:dog=1 4:dog bird=1 "
	echo "The DOG's" >stop
	is "$(rows -m count --stop-words stop --lines lines.txt)" \
		"1:and=1 1:cat=1 4:bird=1 4:cat=1 "
}

@test "min-df and max-df as counts and shares, max-terms" {
	is "$(rows -m count --min-df 2 --lines lines.txt)" \
		"1:cat=1 1:dog=1 2:dog=2 4:cat=1 4:dog=1 "
	is "$(rows -m count --min-df 0.5 --lines lines.txt)" \
		"1:cat=1 1:dog=1 2:dog=2 4:cat=1 4:dog=1 "
	is "$(rows -m count --max-df 2 --lines lines.txt)" \
		"1:and=1 1:cat=1 1:the=2 4:bird=1 4:cat=1 "
	is "$(rows -m count --max-df 0.25 --lines lines.txt)" \
		"1:and=1 1:the=2 4:bird=1 "
	# dog 4, cat and the 2, and and bird 1: of equal ones the first.
	is "$(rows -m count --max-terms 2 --lines lines.txt)" \
		"1:cat=1 1:dog=1 2:dog=2 4:cat=1 4:dog=1 "
}

@test "sublinear" {
	echo 'aa aa bb' | mr-embed -m tfidf --sublinear --lines >e.mrm
	mr-show --tsv --matrix E e.mrm | awk -F '\t' '
		NR > 1 { v[$2] = $3 }
		END { e = v["aa"] / v["bb"] - (1 + log(2)); exit e * e > 1e-12 }'
}

@test "lower case: final sigma, dotted I, marks split words" {
	is "$(printf 'ΟΔΟΣ İstanbul ÉTÉ cafe\xcc\x81s\n' | rows -m count --lines)" \
		"1:cafe=1 1:stanbul=1 1:été=1 1:οδος=1 "
}

@test "a table by template, rows named by their ids" {
	is "$(rows -m count -f '{title}; {genre}' films.tsv)" \
		"f2:days=1 f2:dog=1 f2:drama=1 f2:war=1 f1:cat=1 f1:drama=1 "
	mr-show e.mrm | grep -q '^  template  *{title}; {genre}'
}

@test "a vocabulary, saved and applied: the same rows, unknown terms ignored" {
	for m in count tfidf; do
		mr-embed -m $m --ngrams 1:2 --stop-words en --vocabulary $m.mrm \
			--lines lines.txt | mr-show --tsv --matrix E >built
		mr-embed -m $m -M $m.mrm --lines lines.txt |
			mr-show --tsv --matrix E | cmp - built
		mr-show --check $m.mrm
	done
	is "$(mr-show --tsv --matrix df tfidf.mrm | sed 1d | tr '\t\n' '= ')" \
		"bird=1 cat=2 cat dog=2 dog=3 dog bird=1 dog dog=1 "
	# The stop word is left out, too, so that "dog dog" is found.
	is "$(printf 'the fish\nFish, dog and dog\n' |
		rows -v -m count -M count.mrm --lines 2>err)" \
		"2:dog=2 2:dog dog=1 "
	grep -q 'vocabulary does not have: 3$' err
}

@test "the vocabulary is whole or absent" {
	printf 'aa\0\n' >bad.txt
	try mr-embed -m count --vocabulary voc.mrm --lines bad.txt
	expect 1 '1'
	[ ! -e voc.mrm ]
	try mr-embed -m count --vocabulary no/voc.mrm --lines lines.txt
	expect 1 'no/voc.mrm'
}

@test "another model's vocabulary, no vocabulary, half a vocabulary: refused" {
	mr-embed -m count --vocabulary c.mrm --lines lines.txt >e.mrm
	try mr-embed -m tfidf -M c.mrm --lines lines.txt
	expect 1 'c.mrm: a vocabulary of -m count, expected one of -m tfidf'
	try mr-embed -m count -M e.mrm --lines lines.txt
	expect 1 'e.mrm: no vocabulary'
	head -c -64 c.mrm >cut.mrm
	try mr-embed -m count -M cut.mrm --lines lines.txt
	expect 1 'cut.mrm'
	[ ! -s "$OUT" ]
}

@test "options that do not go together are usage errors" {
	mr-embed -m count --vocabulary c.mrm --lines lines.txt >e.mrm
	for o in '--ngrams 1:2' '--min-df 2' '--max-df 0.5' '--max-terms 5' \
		'--stop-words en' --sublinear '--vocabulary x.mrm'; do
		# shellcheck disable=SC2086
		try mr-embed $o --lines lines.txt
		expect 2 "${o%% *}.*minilm"
		# shellcheck disable=SC2086
		try mr-embed -m tfidf -M c.mrm $o --lines lines.txt
		expect 2 "${o%% *}"
	done
	[ ! -e x.mrm ]
	try mr-embed -m count --sublinear --lines lines.txt
	expect 2 sublinear
	try mr-embed -m count --precision int8 --lines lines.txt
	expect 2 precision
	try mr-embed -m count --vocabulary - --lines lines.txt
	expect 2 vocabulary
	for o in '--ngrams 0:1' '--ngrams 2:1' '--ngrams 2' '--ngrams 1:17' \
		'--ngrams 1:x' '--min-df 0' '--min-df -1' '--min-df 1.5' \
		'--max-df x' '--max-df 0' '--max-df nan' '--max-terms -1'; do
		# shellcheck disable=SC2086
		try mr-embed -m count $o --lines lines.txt
		expect 2 "${o%% *}"
		[ ! -s "$OUT" ]
	done
}

@test "no text, no term: an empty matrix, and a warning where texts are lost" {
	try mr-embed -m tfidf --vocabulary voc.mrm --lines </dev/null
	expect 0
	mr-show "$OUT" | grep -qE '^E .* 0 x 0 '
	try mr-embed -m tfidf -M voc.mrm --lines lines.txt
	expect 0
	mr-show "$OUT" | grep -qE '^E .* 4 x 0 '
	try mr-embed -m count --min-df 9 --lines lines.txt
	expect 0 'warning: no term of 4 texts is left'
	mr-show "$OUT" | grep -qE '^E .* 4 x 0 '
	cp "$OUT" none.mrm
	try mr-knn --self -k 1 --no-header-out none.mrm
	expect 0
	[ ! -s "$OUT" ]
	echo 'mr-knn: warning: 4 of 4 queries are all zero: no row is near' |
		diff - "$ERR"
}

# More than one block of rows, from words drawn by a generator of our own.
many_lines() {
	awk 'BEGIN { x = 1; for (i = 0; i < 700; i++) {
		s = ""
		for (k = 0; k < i % 13; k++) {
			x = (x * 1103515245 + 12345) % 2147483648
			s = s " w" int((x / 2147483648) ^ 3 * 200)
		}
		print s } }'
}

@test "same bytes for any number of threads, built and applied" {
	many_lines >many.txt
	mr-embed -t 1 -m tfidf --ngrams 1:2 --vocabulary v1.mrm --lines \
		many.txt >one.mrm
	mr-embed -t 4 -m tfidf --ngrams 1:2 --vocabulary v4.mrm --lines \
		many.txt | cmp - one.mrm
	cmp v1.mrm v4.mrm
	mr-embed -t 1 -m tfidf -M v1.mrm --lines many.txt >again.mrm
	mr-embed -t 3 -m tfidf -M v1.mrm --lines many.txt | cmp - again.mrm
	mr-show --tsv --matrix E one.mrm >a
	mr-show --tsv --matrix E again.mrm | cmp - a
	for m in cosine dot l2; do
		mr-knn -t 1 --self --metric $m one.mrm >n1
		mr-knn -t 4 --self --metric $m one.mrm | cmp - n1
		# A row of the base as a query: the same scores.
		mr-knn --row 300 --metric $m one.mrm | cmp - <(
			sed -n 1p n1; grep -P '^300\t' n1)
	done
}

@test "sparse neighbours: exact scores, ties by name, rows without a term" {
	mr-embed -m count --vocabulary voc.mrm --lines lines.txt >e.mrm
	try mr-knn --row 4 --metric dot e.mrm
	expect 0
	expect_out 'query\trank\titem\tscore\n4\t1\t1\t2\n4\t2\t2\t2\n'
	[ ! -s "$ERR" ]
	try mr-knn --row 2 --metric l2 --no-header-out e.mrm
	expect_out '2\t1\t4\t-1.73205078\n2\t2\t1\t-2.64575124\n'
	printf 'cat\nfish\n' | mr-embed -m count -M voc.mrm --lines >q.mrm
	try mr-knn -k 2 --no-header-out --queries q.mrm e.mrm
	expect_out '1\t1\t4\t0.577350259\n1\t2\t1\t0.377964467\n'
	echo 'mr-knn: warning: 1 of 2 queries is all zero: no row is near' |
		diff - "$ERR"
}

@test "texts without a term are counted, and nothing is near them" {
	printf 'item\ttitle\nm\tM\nw\tW\nup\tUp\nx\tX\nz\tZ\n' >short.tsv
	for m in count tfidf; do
		try mr-embed -m $m -f '{title}' --vocabulary v.mrm -o t.mrm short.tsv
		expect 0
		echo 'mr-embed: warning: 4 of 5 texts have no term: nothing is near' \
			'them' | diff - "$ERR"
		try mr-embed -m $m -M v.mrm --lines -o q.mrm <<<'M'
		expect 0
		echo 'mr-embed: warning: 1 of 1 texts has no term of the' \
			'vocabulary: nothing is near it' | diff - "$ERR"
		for metric in cosine dot l2; do
			try mr-knn --metric $metric --queries q.mrm t.mrm
			expect 0
			expect_out 'query\trank\titem\tscore\n'
			echo 'mr-knn: warning: 1 of 1 queries is all zero: no row is' \
				'near' | diff - "$ERR"
			try mr-knn --metric $metric --row up t.mrm
			expect_out 'query\trank\titem\tscore\n'
			echo 'mr-knn: warning: 1 of 1 queries shares no term with' \
				'another row of t.mrm: no row is near' | diff - "$ERR"
		done
	done
	# A term of the vocabulary that the base has not, and a known one.
	printf 'up there\nthere\n' >two.txt
	mr-embed -m count --vocabulary v.mrm --lines -o e.mrm two.txt
	mr-embed -m count -M v.mrm --lines -o base.mrm <<<'up'
	try mr-embed -m count -M v.mrm --lines -o q.mrm two.txt
	expect 0
	[ ! -s "$ERR" ]
	try mr-knn --no-header-out --queries q.mrm base.mrm
	expect_out '1\t1\t1\t0.707106769\n'
	echo 'mr-knn: warning: 1 of 2 queries shares no term with a row of' \
		'base.mrm: no row is near' | diff - "$ERR"
	# Where all have terms there is no word.
	try mr-embed -m tfidf --lines -o e.mrm two.txt
	[ ! -s "$ERR" ]
	try mr-knn --self e.mrm
	expect 0
	[ ! -s "$ERR" ]
}

@test "queries that do not fit a sparse base are refused by name" {
	mr-embed -m count --lines lines.txt >e.mrm
	try mr-knn e.mrm < <(echo 'cat' | mr-embed -m count --lines)
	expect 1 'queries have 1 columns, e.mrm has 5'
	try mr-knn e.mrm < <(echo 'aa bb cc dd ee' | mr-embed -m count --lines)
	expect 1 "column 0 of the queries is 'aa', of e.mrm 'and'"
	printf 'item\tf0\tf1\tf2\tf3\tf4\nx\t1\t2\t3\t4\t5\n' |
		mr-show --from-tsv >dense.mrm
	try mr-knn e.mrm <dense.mrm
	expect 1 'a dense matrix, expected sparse queries'
	try mr-knn dense.mrm <e.mrm
	expect 1 'a sparse matrix, expected dense queries'
}

@test "a vocabulary without the names of its terms is refused" {
	need_tool mr-show
	python3 - <<-'END' >df.npy || skip "no python3"
		import struct, sys
		head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
		head = head.ljust(117) + b"\n"
		sys.stdout.buffer.write(b"\x93NUMPY\x01\x00" +
		    struct.pack("<H", len(head)) + head + struct.pack("<2f", 1, 2))
	END
	mr-show --from-npy --matrix df df.npy >df.mrm
	try mr-embed -m count -M df.mrm --lines <<<'red fox'
	expect 1 '^mr-embed: df.mrm: no vocabulary'
}
