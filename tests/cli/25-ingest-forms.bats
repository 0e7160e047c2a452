#!/usr/bin/env bats
# mr-ingest: dates and other forms of times, numbers and quotes; one user, one
# rating of several, several files; what was decided.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

@test "dates are times, in seconds UTC" {
	input 'user,item,rating,time
a,1,3,2020-01-02
a,2,3,2020-01-02T03:04:05.999Z
a,3,3,2020/01/02 03:04:05+01:00
a,4,3,Sat Dec 31 00:00:00 2016
a,5,3,01-Jan-1995
a,6,3,"02 25, 2014"
a,7,3,03/04/2020
a,8,3,1950-01-01
a,9,3,1577934245
'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1577923200\na\t2\t3\t1577934245\na\t3\t3\t1577930645\na\t4\t3\t1483142400\na\t5\t3\t788918400\na\t6\t3\t1393286400\na\t7\t3\t\na\t8\t3\t\na\t9\t3\t1577934245\n" \
		"warning: 1 times are neither whole seconds nor dates and were left empty ('03/04/2020' on line 8); --time-form dmy or mdy says whether day or month is first
warning: 1 times are negative and were left empty ('1950-01-01' on line 9)"
}

@test "milliseconds are told by the first time, or said" {
	input 'user,item,rating,time\na,1,3,1693526400123\na,2,3,99999999999\na,3,3,1693526400999\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1693526400\na\t2\t3\t\na\t3\t3\t1693526400\n" \
		"warning: 1 times are too small for milliseconds, which the first one is in, and were left empty ('99999999999' on line 3): --time-unit says what they are"
	ratings --time-unit ms
	done_with "$rated\ttime\na\t1\t3\t1693526400\na\t2\t3\t99999999\na\t3\t3\t1693526400\n"
	ratings --time-unit s
	expect 0 'past the year 5000'
	[ "$(sed -n 2p "$OUT" | cut -f 4)" = 1693526400123 ]
	# The first is what counts, whatever comes.
	input 'user,item,rating,time\na,1,3,978300760\na,2,3,1693526400123\n'
	ratings
	expect 0 'past the year 5000'
	[ "$(sed -n 3p "$OUT" | cut -f 4)" = 1693526400123 ]
}

@test "decimal commas" {
	input 'user;item;rating\na;1;4,5\na;2;3\na;3;2.5\na;4;1.000,5\n'
	ratings --delimiter ';' --decimal ,
	done_with "$rated\na\t1\t4.5\na\t2\t3\na\t3\t2.5\n" \
		"warning: 1 of 4 rows rejected, 1 because rating is not a number ('1.000,5' on line 5)"
	ratings --delimiter ';' --decimal , --scale 0:5 --rescale 0:10
	expect 0
	[ "$(sed -n 2p "$OUT")" = 'a	1	9' ]
	ratings --decimal x
	expect 2
	says "--decimal: expected ',' or '.'"
}

@test "quotes taken away by backslashes, and quotes that are letters" {
	input 'item;title\n"1";"say \\"hi\\" ""x"""\n"2";"a "bare" one; &amp; more"\n3;5\x27 3" tall\n"4";"two\nlines"\n5;a\\;b\\\\c\\N\n"6";""\n'
	movies --delimiter ';' --quote backslash --rejects bad
	done_with "$films\n1\tsay \"hi\" \"x\"\t\t\t\t\n2\ta \"bare\" one; &amp; more\t\t\t\t\n3\t5' 3\" tall\t\t\t\t\n4\ttwo\\\\nlines\t\t\t\t\n5\ta;b\\\\\\\\c\\\\\\\\N\t\t\t\t\n" \
		'warning: 1 of 6 rows rejected, 1 because no title (line 8)'
	input 'item,title\n1,a 3\\" disk\n2,\\"b\n'
	movies --quote backslash
	done_with "$films\n1\ta 3\" disk\t\t\t\t\n2\t\"b\t\t\t\t\n"
	# Blanks around quotes, which are letters where none closes them.
	input 'item, title\n1, "Second, The" \n2,\t"a" "b",\n3, "Heroes" x\n4,"c"\n'
	movies
	fails_with '<stdin>:2: quote inside a field, expected the whole field in quotes and this one doubled (--quote backslash takes quotes as they come)'
	movies --quote backslash
	done_with "$films\n1\tSecond, The\t\t\t\t\n2\ta\" \"b\t\t\t\t\n3\t\"Heroes\" x\t\t\t\t\n4\tc\t\t\t\t\n"
	input 'item,title\n1,"a\n2,b"\n'
	movies --quote none
	done_with "$films\n1\t\"a\t\t\t\t\n2\tb\"\t\t\t\t\n"
	input 'item,title\n1,"a\n'
	movies --quote backslash
	fails_with '<stdin>:2: a quote of the row that begins here is never closed'
	movies --quote none --delimiter ::
	expect 2
	says '--quote is for CSV, with a delimiter of one byte'
}

@test "one user's file" {
	input 'item,rating\nx,5\ny,4\n'
	ratings --user me
	done_with "$rated\nme\tx\t5\nme\ty\t4\n"
	ratings
	fails_with "<stdin>:1: no column 'user', found item rating (--cols says which it is, --user NAME that all rows are of one)"
	input 'userId,item,rating\na,x,5\n'
	ratings --user me
	expect 2
	says "--user: the input has the column 'userId'"
	input '1\t5\n'
	ratings --user me --tsv --no-header-in --cols item,rating
	done_with "$rated\nme\t1\t5\n"
}

@test "a value that means no rating" {
	input 'user,item,rating\na,x,0\na,y,5\na,z,0.0\nb,x,\n'
	ratings --unrated 0 -v
	expect 0
	expect_out "$rated\na\ty\t5\n"
	grep -qx 'mr-ingest: not rated, not written: 2' "$ERR"
	ratings --unrated 0=event
	expect 0
	expect_out "$rated\na\tx\t1\na\ty\t5\na\tz\t1\n"
	ratings --unrated =drop
	done_with "$rated\na\tx\t0\na\ty\t5\na\tz\t0.0\n"
	ratings --unrated 0=x
	expect 2
	says "--unrated: '0=x', expected VALUE, VALUE=event or VALUE=drop"
}

@test "several ratings of one pair as one" {
	input 'user,item,rating,time\na,x,1,10\nb,x,4,\na,x,2,30\na,y,3,5\na,x,4,20\n'
	ratings --dedupe mean
	done_with "$rated\ttime\na\tx\t2.33333333\t30\nb\tx\t4\t\na\ty\t3\t5\n"
	ratings --dedupe sum --scale 0:4 --rescale 0:8
	done_with "$rated\ttime\na\tx\t14\t30\nb\tx\t8\t\na\ty\t6\t5\n"
	ratings --dedupe count
	done_with "$rated\ttime\na\tx\t3\t30\nb\tx\t1\t\na\ty\t1\t5\n"
	movies --dedupe sum
	expect 2
	says '--dedupe mean, sum and count are for ratings'
}

@test "years in dates, ranges and titles" {
	input 'item,title,year\n1,A,1999-10-15\n2,B,01-Jan-1995\n3,C,2013\xe2\x80\x932015\n4,D,(2007-)\n5,E,1975-1979\n6,F,1980\n7,G,19991015\n8,H,(1981)\n'
	movies --year-from date
	expect 0 "1 years are not four digits and were left empty"
	[ "$(cut -f 3 "$OUT" | tr '\n' ' ')" = 'year 1999 1995 2013 2007 1975 1980  1981 ' ]
	input 'item,title\n1,A (1999)\n'
	movies --year-from title
	done_with "$films\n1\tA\t1999\t\t\t\n"
}

@test "rows with empty fields behind the last column" {
	input 'user,item,rating\na,x,5,,\na,y,4, \na,z,3,,q\n'
	ratings
	done_with "$rated\na\tx\t5\na\ty\t4\n" \
		"warning: 1 of 3 rows rejected, 1 because wrong number of fields (5 instead of 3 on line 4)"
}

@test "several files are read in order" {
	printf 'user,item,rating\na,x,5\n' >one
	printf 'userId,item,rating\na,x,5\n' >two
	: >none
	printf 'user,item,rating\r\na,y,4\nb,z\n' | gzip -c >four
	try mr-ingest ratings none one none four --rejects bad
	expect 0
	expect_out "$rated\na\tx\t5\na\ty\t4\n"
	[ "$(cut -f 1,3 bad | tail -n 1)" = '3	b,z' ]
	try mr-ingest ratings one two
	expect 1 "two:1: other columns than in one, expected the same"
	echo '{"user": "a", "item": "x"}' >five
	echo '[{"item": "y", "n": 1, "user": "b"}]' >six
	try mr-ingest ratings five six
	expect 0
	expect_out "$rated\na\tx\t1\nb\ty\t1\n"
	try mr-ingest ratings five one
	expect 1 'one: is no JSON, expected the form of five'
	printf 'user,item,rating\na,x,many\n' >eight
	printf 'user,item,rating\n\n\na,x,,,\n' >nine
	try mr-ingest ratings eight nine
	expect 1 "eight:2: rating is not a number .'many'.; all 2 rows rejected"
	printf '{"user": "\xe9", "item": "x"}' >seven
	try mr-ingest ratings --encoding iso-8859-2 seven seven --dedupe none
	expect 0
	expect_out "$rated\né\tx\t1\né\tx\t1\n"
	try mr-ingest ratings one nowhere
	expect 1 'nowhere: cannot open'
	try mr-ingest ratings one -o one
	expect 2 "'one' is an input"
}

@test "what was decided, as options that do the same" {
	input 'userId;film id;Rating;x\na;1;5;q\n'
	ratings --detect --delimiter ';' --cols 'item=film id'
	done_with "ratings --delimiter ';' --cols 'item=film id'\n"
	input 'userId,movieId,rating\na,1,5\n'
	ratings --detect
	done_with 'ratings --csv --cols item=movieId,user=userId,rating=rating\n'
	eval "mr-ingest $(cat "$OUT")" <in >again
	mr-ingest ratings in | cmp - again
	echo '{"item": 1, "it'"'"'s": "A"}' | iconv -t UTF-16 >in
	movies --detect --cols "title=it's"
	done_with "movies --json --cols 'title=it'\\\\''s' --encoding UTF-16\n"
	eval "mr-ingest $(cat "$OUT")" <in >again
	mr-ingest movies --cols "title=it's" in | cmp - again
	input 'user,item,rating,time\na,1,5,1693526400123000\na,2,5,03/04/2020\n'
	ratings --detect --time-unit us --time-form dmy
	done_with 'ratings --csv --cols item=item,user=user,rating=rating,time=time --time-unit us --time-form dmy\n'
	eval "mr-ingest $(cat "$OUT")" <in >again
	mr-ingest ratings --time-unit us --time-form dmy in | cmp - again
	printf '1::A (1999)::X\n' >in
	movies --detect --preset movielens
	done_with 'movies --preset movielens\n'
}
