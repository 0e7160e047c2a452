#!/usr/bin/env bats
# mr-join: which rows match, what is added, what goes to the other files.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-join
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%b' 'item\ttitle\tnote\nb\tB\\tb\t1\na\tA\t\nc\tC\t3\na\tA\t4\n' \
		>left.tsv
	printf 'tconst\ttitle\timdb\na\tzz\tt1\nb\tyy\tt\\\\2\nd\txx\tt4\n' >right.tsv
}

# says TEXT - stderr of the last try, exactly; lines without the tool's name.
says() {
	printf '%b' "$1" | sed 's/^/mr-join: /' | diff -u - "$ERR" ||
		fail "other messages than expected"
}

@test "equal columns: order and bytes of the left side stay" {
	try mr-join --on item=tconst --with imdb,other=title --how \
		--unmatched rest.tsv left.tsv right.tsv
	expect 0
	expect_out 'item\ttitle\tnote\timdb\tother\thow
b\tB\\tb\t1\tt\\\\2\tyy\tid
a\tA\t\tt1\tzz\tid
a\tA\t4\tt1\tzz\tid
'
	says ''
	printf 'item\ttitle\tnote\nc\tC\t3\n' | diff -u - rest.tsv
}

@test "what is left out is told, and nothing chosen by order" {
	printf 'a\tother\tt9\nd\txx\tt4\n' >>right.tsv
	try mr-join --on item=tconst --with imdb left.tsv right.tsv
	expect 0
	expect_out 'item\ttitle\tnote\timdb\nb\tB\\tb\t1\tt\\\\2\n'
	says 'warning: 1 of 4 rows have no match and are left out (--unmatched FILE keeps them)
warning: 2 of 4 rows have several matches and are left out (--ambiguous FILE keeps them)
'
	try mr-join --on item=tconst --with imdb --unmatched u --ambiguous a \
		left.tsv right.tsv
	expect 0
	says ''
	printf 'item\ttitle\tnote\timdb\na\tA\t\tt1\na\tA\t\tt9\na\tA\t4\tt1\na\tA\t4\tt9\n' |
		diff -u - a
	# In a column in which they agree they are one, and without any.
	sed -i 's/other/zz/' right.tsv
	try mr-join --on item=tconst --with other=title left.tsv right.tsv
	[ "$(wc -l <"$OUT")" -eq 4 ] || fail "rows that add the same are not one"
	try mr-join --on item=tconst left.tsv right.tsv
	expect_out 'item\ttitle\tnote\nb\tB\\tb\t1\na\tA\t\na\tA\t4\n'
}

@test "several columns, empty keys, other orders of the right side" {
	printf 'user\titem\tx\nu\ti\t1\nu\t\t2\nui\t\t3\nu\tj\t4\n' >l
	printf 'item\tuser\ty\n\tui\t9\ni\tu\t8\nj\tv\t7\n' >r
	try mr-join --on user,item --with y -v l r
	expect 0
	expect_out 'user\titem\tx\ty\nu\ti\t1\t8\n'
	grep -qx 'mr-join: of these without a key: 1' "$ERR"
	{ head -n 1 r; sed 1d r | tac; } >r2
	try mr-join --on user,item --with y -q l r2
	expect_out 'user\titem\tx\ty\nu\ti\t1\t8\n'
}

films() {
	printf '%b' 'item\ttitle\tyear\tpeople
a\tMatrix, The\t1999\tLana Wachowski|Keanu Reeves
b\tSolaris\t2002\tSteven Soderbergh
c\tSOLARIS\t1972\t
d\tNix\t2000\t
e\tLost Children, The (Enfants perdus, Les)\t1995\t
f\tHulk\t2003\tAng Lee
g\tCrash\t1996\tDavid Cronenberg
h\tTwins\t\t
i\tDouble\t2000\t
' >l
	printf '%b' 'item\ttitle\toriginal_title\tyear\tpeople
1\tThe Matrix\t\t1998\tLana Wachowski (director); Keanu Reeves
2\tSolaris\tSolyaris\t1972\tA. Tarkowski
3\tSolaris\t\t2001\tSteven Soderbergh (director)
4\tNix\t\t2002\t
5\tLa cite\tLes enfants perdus\t1996\t
6\tHulk\t\t2003\tX Y
7\tHulk\t\t2003\tAng Lee; X Y
8\tCrash\t\t1996\tP Q
9\tCrash\t\t1995\tDavid Cronenberg
10\tTwins\t\t1988\t
11\tDouble\t\t1999\t
12\tDouble\t\t2001\t
' >r
}

@test "by title: forms, year before slack, people, no guess" {
	films
	try mr-join --by title --with tmdb=item --how --unmatched u --ambiguous a \
		l r
	expect 0
	cut -f 1,5,6 "$OUT" | diff -u - <(printf '%b' 'item\ttmdb\thow
a\t1\ttitle+people
b\t3\ttitle+people
c\t2\ttitle
e\t5\ttitle
f\t7\ttitle+people
h\t10\ttitle
')
	cut -f 1 u | diff -u - <(printf 'item\nd\n')
	# One is of the year, the other of the director; two as near.
	cut -f 1,5 a | diff -u - <(printf 'item\ttmdb\ng\t8\ng\t9\ni\t11\ni\t12\n')
	says ''
	# The other way round the rows are the same pairs.
	{ head -n 1 r; sed 1d r | tac; } >r2
	try mr-join --by title --with tmdb=item l r2 -q
	cut -f 1,5 "$OUT" | diff -u - <(printf '%b' \
		'item\ttmdb\na\t1\nb\t3\nc\t2\ne\t5\nf\t7\nh\t10\n')
}

@test "by title: the slack, and tables without year or people" {
	films
	try mr-join --by title --year-slack 0 --with tmdb=item l r -q
	cut -f 1 "$OUT" | diff -u - <(printf '%s\n' item c f g h)
	try mr-join --by title --year-slack 2 --with tmdb=item l r -q
	cut -f 1 "$OUT" | grep -qx d
	cut -f 1,2 r >bare
	try mr-join --by title --with tmdb=item l bare -q
	cut -f 1,5 "$OUT" | diff -u - <(printf 'item\ttmdb\na\t1\nd\t4\nh\t10\n')
}

@test "an empty side" {
	: >none
	try mr-join --on item --with x left.tsv none
	expect 0 'warning: 4 of 4 rows have no match.*; are the ids others\?'
	expect_out 'item\ttitle\tnote\tx\n'
	try mr-join --on item --with x none right.tsv
	expect 1 "no column 'item'"
	try mr-join --on item=tconst --with imdb none right.tsv
	expect 0
	expect_out ''
}

@test "refused: names twice, none, outputs and inputs that are one" {
	try mr-join --on item=tconst --with title left.tsv right.tsv
	expect 1 "left.tsv: there is a column 'title' already: --with NAME=title"
	try mr-join --on item=tconst --with imdb,imdb left.tsv right.tsv
	expect 2 "'imdb' stands twice"
	try mr-join --on item=tconst --with how=imdb --how left.tsv right.tsv
	expect 2 "'how' stands twice"
	try mr-join --on item=tconst --with imdb, left.tsv right.tsv
	expect 2 '--with: an empty name'
	try mr-join --on item --with imdb left.tsv right.tsv
	expect 1 "no column 'item', found"
	try mr-join left.tsv right.tsv
	expect 2 '--on COLUMNS or --by title'
	try mr-join --on item --by title left.tsv right.tsv
	expect 2 'exclude each other'
	try mr-join --on item --year-slack 2 left.tsv right.tsv
	expect 2 'year-slack'
	try mr-join --on item - -
	expect 2 'only one'
	try mr-join --no-header-in --on item left.tsv right.tsv
	expect 2 'by their names'
	try mr-join --on item=tconst --unmatched - left.tsv right.tsv
	expect 2 "not '-'"
	cp left.tsv before
	try mr-join --on item=tconst --unmatched ./left.tsv left.tsv right.tsv
	expect 2 'is an input'
	cmp before left.tsv
	try mr-join --on item=tconst --unmatched x --ambiguous ./x left.tsv \
		right.tsv
	expect 2
	[ ! -e x ]
}

@test "memory is what the manual says" {
	need_plain_build
	seq 300000 | awk 'BEGIN { print "item" } { print "tt" $1 }' >l
	seq 300000 -1 1 | awk -v OFS='\t' 'BEGIN { print "item", "n" }
		{ print "tt" $1, $1 }' >r
	# By mr-join(1) 300,000 rows of 8 + 6 bytes are 33 MiB, twice that while
	# arrays grow.
	(ulimit -v 90000 && mr-join --on item --with n l r >out)
	seq 300000 | awk -v OFS='\t' 'BEGIN { print "item", "n" }
		{ print "tt" $1, $1 }' | cmp - out
}
