#!/usr/bin/env bats
# mr-ingest: what is cleaned, what is rejected, what stops it.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

@test "films: known names, any order, others pass through" {
	input 'year,extra,movie_id,name,note\n1995,a b,7,Heat,\n,"x\ty",007,Ran,z\n'
	movies
	done_with "$films\\textra\\tnote
7\\tHeat\\t1995\\t\\t\\t\\ta b\\t
007\\tRan\\t\\t\\t\\t\\tx\\\\ty\\tz
"
}

@test "films: fields are escaped, never quoted" {
	input 'item,title\n1,"a\tb\\c\r\nd""e"\n'
	movies
	done_with "$films\n1\ta\\\\tb\\\\\\\\c\\\\r\\\\nd\"e\t\t\t\t\n"
}

@test "films: preset seed" {
	input 'movieId,title,cast_and_crew,year,poster_path,genre\n9,Ran,"A (director); B, C",1985,p.jpg,"Drama, War,Drama"\n'
	movies --preset seed
	done_with "$films\n9\tRan\t1985\tA (director); B, C\tDrama|War\tp.jpg\n"
}

@test "films: preset movielens, header" {
	input 'movieId,title,genres\n1,"Toy Story (1995) ",Animation|Comedy\n2,Ran,(no genres listed)\n3,"Matrix, The (1999)",\n4,(1999),X\n'
	movies --preset movielens
	done_with "$films
1\\tToy Story\\t1995\\t\\tAnimation|Comedy\\t
2\\tRan\\t\\t\\t\\t
3\\tMatrix, The\\t1999\\t\\t\\t
4\\t(1999)\\t\\t\\tX\\t
"
}

@test "films: preset movielens, header in quotes, with a column beside" {
	input '"movieid"," Title ","Genres","Caf\xe9"\r\n1,"Heat (1995)",Crime,x\n'
	movies --preset movielens
	done_with "$films\tCafé\n1\tHeat\t1995\t\tCrime\t\tx\n"
}

@test "films: preset movielens, header with delimiters in quotes" {
	input '"movieId","title","genres","a, b"\n1,A (1999),x,y\n'
	movies --preset movielens
	done_with "$films\ta, b\n1\tA\t1999\t\tx\t\ty\n"
	input '\xc2\xa0"movieId\xc2\xa0" , title,"a ""b"", c" ,genres \n1,A (1999),y,x\n'
	movies --preset movielens
	done_with "$films\ta \"\"b\"\", c\n1\tA\t1999\t\tx\t\ty\n"
	input '"movieId,title,genres\n1,A (1999),x\n'
	movies --preset movielens
	expect 1 'no MovieLens form of films'
}

@test "films: preset movielens, :: and Latin-1" {
	input "1::Mis\\xe9rables, Les (1995)::Drama|Children's\n2::A \"B\" C (1990)::War\n"
	movies --preset movielens
	done_with "$films\n1\tMisérables, Les\t1995\t\tDrama|Children's\t\n2\tA \"B\" C\t1990\t\tWar\t\n"
	input "1::Mis\\xc3\\xa9rables, Les (1995)::Drama\n"
	movies --preset movielens
	done_with "$films\n1\tMisérables, Les\t1995\t\tDrama\t\n"
}

@test "films: preset movielens, u.item" {
	input '5|Heat (1995)|01-Jan-1995||http://x|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|1\n6|Ran (V)|02-Feb-1985|||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n'
	movies --preset movielens
	done_with "$films\trelease_date\tvideo_release_date\timdb_url
5\\tHeat\\t1995\\t\\tAction|Thriller|Western\\t\\t01-Jan-1995\\t\\thttp://x
6\\tRan (V)\\t1985\\t\\t\\t\\t02-Feb-1985\\t\\t
"
}

@test "ratings: preset movielens, every form" {
	want="$rated\ttime\n1\t7\t4.5\t978300760\n"
	input 'userId,movieId,rating,timestamp\r\n1,7,4.5,978300760\r\n'
	ratings --preset movielens
	done_with "$want"
	# A header as rows may be: marks, blanks, quotes, another case.
	input '\xef\xbb\xbf\n "UserID" ,"MovieId" , rating, Timestamp\r\n"1","7",4.5,978300760\r\n'
	ratings --preset movielens
	done_with "$want"
	input 'userid,MOVIEID,Rating,"timestamp"\n1,7,4.5,978300760\n'
	ratings --preset movielens
	done_with "$want"
	input '1::7::4.5::978300760\n'
	ratings --preset movielens
	done_with "$want"
	input '1\t7\t4.5\t978300760\n'
	ratings --preset movielens
	done_with "$want"
	input 'a;b\n1;2\n'
	ratings --preset movielens
	fails_with '<stdin>:1: no MovieLens form of ratings: expected the header userId,movieId,rating, or 4 fields between :: or tabs'
}

@test "ratings: preset movielens, lines are counted from the header" {
	input 'userId,movieId,rating,timestamp\n1,7,4.5,1\n1,8,x,1\n'
	ratings --preset movielens
	done_with "$rated\ttime\n1\t7\t4.5\t1\n" \
		"warning: 1 of 2 rows rejected, 1 because rating is not a number ('x' on line 3)"
	input '1::7::4.5::1\n1::8::x::1\n'
	ratings --preset movielens
	done_with "$rated\ttime\n1\t7\t4.5\t1\n" \
		"warning: 1 of 2 rows rejected, 1 because rating is not a number ('x' on line 2)"
}

@test "ratings: preset lists" {
	input 'a 1 2\t 3\n\nb\nc 1 1\n'
	ratings --preset lists
	done_with "$rated\na\t1\t1\na\t2\t1\na\t3\t1\nc\t1\t1\n" \
		"warning: 1 of 6 rows repeat a user and item and are not written (--dedupe says which is)
warning: 1 of 6 rows rejected, 1 because no items behind a blank ('b' on line 3); is the file of another form than --preset lists?"
	ratings --preset lists --dedupe none --rejects bad
	[ "$(cat bad)" = "$(printf 'line\treason\traw\n3\tno items behind a blank\tb')" ]
	expect_out "$rated\na\t1\t1\na\t2\t1\na\t3\t1\nc\t1\t1\nc\t1\t1\n"
	input '1,2,3\n4,5\n'
	ratings --preset lists
	fails_with "<stdin>:1: no items behind a blank ('1,2,3'); all 2 rows rejected; is the file of another form than --preset lists?"
	ratings --preset lists --max-rejects 0
	fails_with "<stdin>:1: no items behind a blank ('1,2,3'); 1 rows rejected, expected at most 0; is the file of another form than --preset lists?"
}

@test "years, missing values and white space" {
	input 'item,title,year,genre\n 1 , A B ,1999.0,NA\n2,B,99,NULL\n3,C,1999.5,None\n4,D,\\N,NaN\n'
	movies
	done_with "$films\n1\tA B\t1999\t\t\t\n2\tB\t\t\t\t\n3\tC\t\t\t\t\n4\tD\t\t\t\t\n" \
		"warning: 2 years are not four digits and were left empty ('99' on line 3)"
}

@test "UTF-8 is repaired and counted, text is in NFC" {
	input 'item,title\n1,a\xff\xe2\x82b\n2,Ame\xcc\x81lie\n'
	movies
	done_with "$films\n1\ta\xef\xbf\xbd\xef\xbf\xbdb\t\t\t\t\n2\tAm\xc3\xa9lie\t\t\t\t\n" \
		'warning: 2 byte sequences are not UTF-8 and became U+FFFD'
	input 'item,title\n1,Am\xe9lie\n'
	movies --encoding latin-1
	done_with "$films\n1\tAm\xc3\xa9lie\t\t\t\t\n"
}

@test "ids are strings" {
	input 'user,item,rating\n007,2147483648,1\n7,9223372036854775808,2\n-rf,../..,3\n"=cmd()", ,4\nNA,x,5\n'
	ratings
	done_with "$rated\n007\t2147483648\t1\n7\t9223372036854775808\t2\n-rf\t../..\t3\n" \
		'warning: 2 of 5 rows rejected, 1 because no item (line 5)'
}

@test "ratings that are no numbers are rejected, with reasons" {
	input 'user,item,rating,time\na,1,NaN,1\na,2,inf,1\na,3,1e400,1\na,4,0x1p3,1\na,5,"4,5",1\na,6,,1\na,7, 4 ,\na,8,-0,9007199254740992\na,9,1e-320,0\na,10,3,-1\na,11,3,1.5\na,12,3,9007199254740993\na,13,3\na,14,3,1,1\na,15,-1e39,1\n'
	ratings -v --rejects bad.tsv
	expect 0
	expect_out "$rated\ttime\na\t7\t4\t\na\t8\t-0\t9007199254740992\na\t9\t1e-320\t0\na\t10\t3\t\na\t11\t3\t\na\t12\t3\t\n"
	sed -i '/: version /d' "$ERR"
	says "warning: 1 times are past the year 5000 ('9007199254740992' on line 9): are they microseconds? (--time-unit us)
warning: 2 times are neither whole seconds nor dates and were left empty ('1.5' on line 12)
warning: 1 times are negative and were left empty ('-1' on line 11)
warning: 9 of 15 rows rejected, 5 because rating is not a number ('inf' on line 3)
rows read: 15
rows written: 6
repeated, not written: 0
rejected, wrong number of fields: 2
rejected, rating is taken for missing: 1
rejected, no rating: 1
rejected, rating is not a number: 5"
	[ "$(sed -n 6p bad.tsv)" = '6	rating is not a number	a,5,"4,5",1' ]
	[ "$(cut -f 1 bad.tsv | tr '\n' ' ')" = 'line 2 3 4 5 6 7 14 15 16 ' ]
}

@test "rejects keep the raw text and the line where the row begins" {
	input 'item,title\n1,"a\nb",x\n\n"","c\td"\n2,e\n'
	movies --rejects bad.tsv
	done_with "$films\n2\te\t\t\t\t\n" \
		'warning: 2 of 3 rows rejected, 1 because wrong number of fields (3 instead of 2 on line 2)'
	printf 'line\treason\traw\n2\twrong number of fields\t1,"a\\nb",x\n5\tno item\t"","c\\td"\n' |
		cmp - bad.tsv
}

@test "too many rejects fail, at all" {
	input 'user,item,rating\na,1,x\na,2,3\na,3,y\n'
	ratings --max-rejects 2
	done_with "$rated\na\t2\t3\n" \
		"warning: 2 of 3 rows rejected, 2 because rating is not a number ('x' on line 2)"
	ratings --max-rejects 1 --rejects bad.tsv -o out.tsv
	fails_with "<stdin>:4: rating is not a number ('y'); 2 rows rejected, expected at most 1"
	[ ! -e bad.tsv ] && [ ! -e out.tsv ]
	input 'user,item,rating\na,1,x\n'
	ratings --rejects bad.tsv
	fails_with "<stdin>:2: rating is not a number ('x'); all 1 rows rejected"
	[ ! -e bad.tsv ]
}

@test "scale and rescale" {
	input 'user,item,rating\na,1,0.5\na,2,5\na,3,5.5\na,4,3\n'
	ratings --scale 0.5:5 --rescale 1:10
	done_with "$rated\na\t1\t1\na\t2\t10\na\t4\t6\n" \
		"warning: 1 of 4 rows rejected, 1 because rating outside the scale ('5.5' on line 4)"
	ratings --rescale 1:10
	expect 2
	says '--rescale: --scale MIN:MAX must say from where'
	ratings --scale 5:1
	expect 2
	says "--scale: '5:1', expected MIN:MAX, MIN below MAX, both within 3.4e38"
	ratings --scale 0:1 --rescale 0:1e39
	expect 2
	says "--rescale: '0:1e39', expected MIN:MAX, MIN below MAX, both within 3.4e38"
}

@test "repeated ratings: the latest, the last, the first, all" {
	input 'user,item,rating,time\na,1,1,10\nb,1,2,11\na,2,3,12\na,1,4,9\nb,1,5,11\n'
	ratings
	done_with "$rated\ttime\na\t1\t1\t10\na\t2\t3\t12\nb\t1\t5\t11\n" \
		'warning: 2 of 5 rows repeat a user and item and are not written (--dedupe says which is)'
	cp "$OUT" latest
	ratings --dedupe latest
	cmp latest "$OUT"
	ratings --dedupe last
	done_with "$rated\ttime\na\t2\t3\t12\na\t1\t4\t9\nb\t1\t5\t11\n"
	ratings --dedupe first
	done_with "$rated\ttime\na\t1\t1\t10\nb\t1\t2\t11\na\t2\t3\t12\n"
	ratings --dedupe none --no-header-out
	done_with 'a\t1\t1\t10\nb\t1\t2\t11\na\t2\t3\t12\na\t1\t4\t9\nb\t1\t5\t11\n'
}

@test "repeated ratings: without times the last" {
	input 'user,item,rating,time\na,1,1,30\na,1,2,\na,2,5,7\na,1,3,20\nb,1,4,\nb,1,5,0\nc,1,1,\nc,1,2,\n'
	ratings
	done_with "$rated\ttime\na\t1\t1\t30\na\t2\t5\t7\nb\t1\t5\t0\nc\t1\t2\t\n" \
		'warning: 4 of 8 rows repeat a user and item and are not written (--dedupe says which is)'
	input 'user,item,rating\na,1,5\na,1,4\n'
	ratings --dedupe last
	done_with "$rated\na\t1\t4\n"
	ratings --dedupe latest
	fails_with "<stdin>:1: no column 'time' for --dedupe latest"
	input ''
	ratings --dedupe latest
	done_with "$rated\n"
	input 'item,title\n1,A\n'
	movies --dedupe latest
	expect 2
	says '--dedupe latest is for ratings: films have no times'
}

@test "repeated films: the first, the last, all" {
	input 'item,title\n1,A\n2,B\n1,C\n'
	movies
	done_with "$films\n1\tA\t\t\t\t\n2\tB\t\t\t\t\n" \
		'warning: 1 of 3 rows repeat an item and are not written (--dedupe says which is)'
	movies --dedupe first
	done_with "$films\n1\tA\t\t\t\t\n2\tB\t\t\t\t\n"
	movies --dedupe last
	done_with "$films\n2\tB\t\t\t\t\n1\tC\t\t\t\t\n"
	movies --dedupe none
	done_with "$films\n1\tA\t\t\t\t\n2\tB\t\t\t\t\n1\tC\t\t\t\t\n"
}

@test "repeats are told from a tenth of the rows on" {
	for n in 9 10; do
		{ echo user,item; seq -f 'a,%g' "$n"; echo a,1; } >in
		try mr-ingest ratings in
		expect 0
		[ "$(wc -l <"$OUT")" -eq $((n + 1)) ]
		cp "$ERR" "err.$n"
	done
	[ ! -s err.10 ] || fail "$(cat err.10)"
	grep -q '^mr-ingest: warning: 1 of 10 rows repeat a user and item ' err.9
	try mr-ingest ratings --dedupe last in
	expect 0
	[ ! -s "$ERR" ]
}

@test "merged titles, and ratings that follow" {
	input 'item,title,year\n1,HEAT,1995\n2,Heat,1995\n3,Heat,1986\n4,heat,1995\n5,Ran,\n6,Ran,\n'
	movies --merge-titles --id-map map.tsv
	done_with "$films\n1\tHEAT\t1995\t\t\t\n3\tHeat\t1986\t\t\t\n5\tRan\t\t\t\t\n6\tRan\t\t\t\t\n"
	printf 'from\tto\n2\t1\n4\t1\n' | cmp - map.tsv
	cp "$OUT" films.tsv
	input 'user,item,rating\na,1,1\na,4,2\nb,2,3\nb,9,3\n'
	ratings --id-map map.tsv --movies films.tsv --dedupe last
	done_with "$rated\na\t1\t2\nb\t1\t3\n" \
		"warning: 1 of 4 rows rejected, 1 because unknown film ('9' on line 5)"
	movies --merge-titles
	expect 2
	says '--merge-titles: --id-map FILE must keep which ids were merged'
}

@test "a map that sends an id to two places is refused" {
	input 'user,item,rating\na,1,1\n'
	printf 'from\tto\n1\tx\n2\ty\n1\tx\n1\ty\n' >map.tsv
	ratings --id-map map.tsv
	expect 1
	says "map.tsv:5: '1' becomes 'y' here and 'x' above"
	sed -i 5d map.tsv
	ratings --id-map map.tsv
	done_with "$rated\na\tx\t1\n"
}

@test "anonymised users, and their private table" {
	input 'user,item,rating\nzoe,1,1\namy,1,2\nzoe,2,3\n'
	ratings --anonymise --id-map map.tsv
	done_with "$rated\nu1\t1\t1\nu2\t1\t2\nu1\t2\t3\n"
	printf 'from\tto\nzoe\tu1\namy\tu2\n' | cmp - map.tsv
	[ "$(stat -c %a map.tsv)" = 600 ]
	ratings --anonymise --dedupe none
	done_with "$rated\nu1\t1\t1\nu2\t1\t2\nu1\t2\t3\n"
}

@test "genres by a table" {
	printf 'from\tto\n28\tAction\n18\tDrama\n0\t\n' >genres.tsv
	input 'item,title,genre\n1,A,"28,18,0"\n2,B,99|18\n'
	movies --genre-map genres.tsv
	done_with "$films\n1\tA\t\t\tAction|Drama\t\n2\tB\t\t\t99|Drama\t\n" \
		'warning: 1 genres are not in genres.tsv and stay as they are'
}

@test "TSV and other delimiters" {
	input 'user\titem\trating\na\\tb\t"x\t1\n\\N\ty\t2\nc\\d\tz\t3\n'
	ratings --tsv
	done_with "$rated\na\\\\tb\t\"x\t1\nc\\\\\\\\d\tz\t3\n" \
		"warning: 1 of 3 rows rejected, 1 because user is '\\N', taken for missing (line 3)"
	ratings
	fails_with "<stdin>:1: no column 'user', found user?item?rating (TSV? --tsv reads it)"
	input 'user;item;rating\n"a;b";1;2\n'
	ratings --delimiter ';'
	done_with "$rated\na;b\t1\t2\n"
	input 'user@@item@@rating\n"a@@1@@2\n'
	ratings --delimiter @@
	done_with "$rated\n\"a\t1\t2\n"
}

@test "columns by --cols" {
	input 'film,who,stars\n1,a,3\n'
	ratings --cols item=film,user=who,rating=stars
	done_with "$rated\na\t1\t3\n"
	ratings --cols item=film
	fails_with "<stdin>:1: no column 'user', found film who stars (--cols says which it is, --user NAME that all rows are of one)"
	ratings --cols item=movie
	fails_with "<stdin>:1: no column 'movie', found film who stars"
	ratings --cols genre=film
	expect 2
	says "--cols: ratings have no column 'genre', expected user, item, rating or time"
	input 'item,item\n1,2\n'
	movies
	fails_with "<stdin>:1: column 'item' stands twice (--no-header-in --cols A,B,.. names them in order)"
	input 'item,movieId,title\n1,2,A\n'
	movies --cols item=movieId
	fails_with "<stdin>:1: column 'item' would stand twice in the output (--cols other=item renames it)"
	movies --cols item=movieId,old=item
	done_with "$films\told\n2\tA\t\t\t\t\t1\n"
}

@test "no header line" {
	input 'a,1,3,9\nb,2,4,8\n'
	ratings --no-header-in
	done_with "$rated\ttime\na\t1\t3\t9\nb\t2\t4\t8\n"
	ratings --no-header-in --cols user,item,other,time
	done_with "$rated\ttime\na\t1\t1\t9\nb\t2\t1\t8\n" \
		"warning: no column 'rating', each row counts as 1; found other (--cols rating=other, or --events)"
	ratings --no-header-in --no-header-out --cols user=2,item=1,rating=4
	done_with '1\ta\t9\n2\tb\t8\n'
	input '1,A,1999,x,y,z,w\n'
	movies --no-header-in
	done_with "$films\t7\n1\tA\t1999\tx\ty\tz\tw\n"
}

@test "empty input and header alone" {
	input ''
	movies
	done_with "$films\n"
	ratings
	done_with "$rated\n"
	ratings --preset movielens
	done_with "$rated\n"
	ratings --no-header-in --no-header-out
	done_with ''
	input 'user,item,rating,time\n'
	ratings
	done_with "$rated\ttime\n"
	input '\n\n'
	movies
	done_with "$films\n"
}

@test "byte order marks and line ends" {
	want="$rated\na\t1\t2\nb\t1\t3\n"
	input '\xef\xbb\xbf"user",item,rating\na,1,2\nb,1,3\n'
	ratings
	done_with "$want"
	input '\xef\xbb\xbfuser,item,rating\r\na,1,2\r\n\r\nb,1,3'
	ratings
	done_with "$want"
	input 'user,item,rating\ra,1,2\r\rb,1,3\r'
	ratings
	done_with "$want"
	input '\xff\xfeu\x00,\x00i\x00'
	ratings --cols user=u,item=i
	done_with "$rated\n"
}

@test "broken CSV stops with the line" {
	input 'user,item,rating\na,"1\n2",3\na,"4,5\nb,6,7\n'
	ratings
	fails_with '<stdin>:4: the quote that opens here is never closed'
	input 'user,item,rating\na,"4"5,1\n'
	ratings
	fails_with "<stdin>:2: text behind the quote that closes on line 2, expected ',' or the end of the line (a quote inside is doubled) (--quote backslash takes quotes as they come)"
	input 'user,item,rating\na,4"5",1\n'
	ratings
	fails_with '<stdin>:2: quote inside a field, expected the whole field in quotes and this one doubled (--quote backslash takes quotes as they come)'
	input 'user,item,rating\na,1,2\na,\x00,1\n'
	ratings -o out.tsv
	fails_with "<stdin>:3: NUL byte, expected text (tr -d '\\000' <FILE | mr-ingest ...)"
	[ ! -e out.tsv ]
}

@test "what stands behind a row that is too long is not read" {
	{ printf 'user,item,rating\na,"'; head -c 120000000 /dev/zero | tr '\0' x; } >in
	exec 7<in
	try mr-ingest ratings -t 2 - <&7
	fails_with '<stdin>:2: the field that begins here has more than 1048576 bytes; is a quote not closed?'
	[ "$(wc -c <&7)" -gt 60000000 ]
	exec 7<&-
}

@test "a field over 1 MiB stops, in little memory" {
	{ printf 'user,item,rating\na,"'; head -c 1048580 /dev/zero | tr '\0' x; } >in
	try mr-ingest ratings in
	fails_with 'in:2: the field that begins here has more than 1048576 bytes; is a quote not closed?'
	if [ -z "${MR_SANITIZER:-}" ]; then
		# shellcheck disable=SC2016
		try bash -c 'ulimit -v 65536
			{ printf "user,item\n\""; yes ,; } | mr-ingest ratings -t 2'
		fails_with '<stdin>:2: the field that begins here has more than 1048576 bytes; is a quote not closed?'
		# shellcheck disable=SC2016
		try bash -c 'ulimit -v 65536
			{ echo user,item; yes a,b | head -n 5000000; } |
			mr-ingest ratings -t 2 --dedupe none | wc -l'
		expect 0
		expect_out '5000001\n'
	fi
}

@test "usage" {
	input 'user,item\n'
	try mr-ingest films in
	expect 2
	says "'films' is none of movies, ratings and table; see mr-ingest -h"
	try mr-ingest
	expect 2
	says 'an operand is missing: mr-ingest movies|ratings|table [FILE...]; see mr-ingest -h'
	try mr-ingest movies --scale 1:5 in
	expect 2
	says '--movies, --events, --scale, --rescale and --anonymise are for ratings'
	try mr-ingest ratings --preset seed --tsv in
	expect 2
	says 'a preset says what the input looks like: not with --tsv, --delimiter, --quote, --cols or --no-header-in'
	try mr-ingest ratings --delimiter '"' in
	expect 2
	says 'a delimiter must be an ASCII byte, not a quote or a line end'
	while read -r a b; do
		try mr-ingest ratings --anonymise $a same $b same in
		expect 2
		says "$a and $b name the same file 'same'"
		[ ! -e same ] || fail "a file was written"
	done <<-'END'
		-o --rejects
		-o --id-map
		--rejects --id-map
	END
	try mr-ingest ratings -o same --rejects ./same in
	expect 2
	[ ! -e same ] || fail "a file was written"
	for o in --movies --rejects --id-map; do
		try mr-ingest ratings $o - in
		expect 2
		says "--movies, --rejects, --id-map, --genre-map and --scores need a file, not '-'"
	done
	try mr-ingest ratings --movies nowhere in
	fails_with 'nowhere: cannot open: No such file or directory'
}

@test "file, - and stdin are the same; full and closed outputs fail" {
	cp "$DATA/ratings.csv" in
	try mr-ingest ratings in
	expect 0
	cp "$OUT" first
	try mr-ingest ratings - <in
	cmp first "$OUT"
	try mr-ingest ratings -t 1 in
	cmp first "$OUT"
	TO=/dev/full try mr-ingest ratings in
	fails_with '<stdout>: write error: No space left on device'
	try mr-ingest ratings --rejects /dev/full in
	fails_with '/dev/full: write error: No space left on device'
	STATUS=0
	mr-ingest ratings in >&- 2>"$ERR" || STATUS=$?
	expect 1 '^mr-ingest: <stdout>: write error: Bad file descriptor$'
}

@test "locale changes nothing" {
	cp "$DATA/movies.csv" in
	try mr-ingest movies in
	cp "$OUT" first
	for l in de_DE.UTF-8 tr_TR.UTF-8; do
		LC_ALL=$l try mr-ingest movies in
		cmp first "$OUT"
	done
}

@test "every prefix of a file ends well, with a prefix of the rows" {
	head -n 13 "$DATA/movies.csv" >all
	n=$(wc -c <all)
	try mr-ingest movies --preset seed all
	cp "$OUT" whole
	for ((i = 54; i <= n; i += 7)); do
		head -c "$i" all >part
		timeout 10 mr-ingest movies --preset seed part >out 2>err ||
			grep -qE 'never closed|rows rejected' err || fail "at $i"
		# The last row may be cut short.
		sed '$d' out | cmp -n "$(sed '$d' out | wc -c)" - whole
	done
}

@test "what comes out goes in again unchanged" {
	try mr-ingest movies "$DATA/movies.csv"
	cp "$OUT" films.tsv
	try mr-ingest movies --tsv films.tsv
	done_with_file films.tsv
	[ "$(wc -l <films.tsv)" -eq 358 ]
	try mr-ingest ratings "$DATA/ratings.csv"
	[ "$(wc -l <"$OUT")" -eq 20894 ]
}
done_with_file() {
	expect 0
	cmp "$1" "$OUT"
	says ''
}

# published ROWS KIND FILE ARGS... - a data set read whole, nothing rejected.
published() {
	local rows=$1 kind=$2 file=$3
	shift 3
	need_shared "data/$file"
	try mr-ingest "$kind" "$@" "$SHARED/data/$file"
	expect 0
	says ''
	[ "$(sed 1d "$OUT" | wc -l)" -eq "$rows" ] || fail "expected $rows rows"
}

@test "the original catalogue: 11,505 films" {
	published 11505 movies seed/movies.csv --preset seed
	[ "$(cut -f 5 "$OUT" | grep -c ',')" -eq 0 ]
}

@test "the original ratings: 11,674" {
	published 11674 ratings seed/ratings_cleaned.csv --preset seed
}

@test "MovieLens latest-small: 100,004 ratings, 9,125 films" {
	published 100004 ratings ml-latest-small/ratings.csv --preset movielens
	published 9125 movies ml-latest-small/movies.csv --preset movielens
}

@test "MovieLens 100K: 1,682 films, 80,000 ratings of u1.base" {
	published 80000 ratings ml-100k/u1.base --preset movielens
	published 1682 movies ml-100k/u.item --preset movielens
	[ "$(cut -f 2 "$OUT" | LC_ALL=C.UTF-8 grep -c 'é')" -gt 0 ]
	[ "$(awk -F '\t' 'NR > 1 && $3 == ""' "$OUT" | wc -l)" -eq 1 ]
}

@test "Gowalla: 810,128 pairs" {
	published 810128 ratings gowalla/train.txt --preset lists
}
