#!/usr/bin/env bats
# mr-ingest: what a field may hold, and what is told of one that is not read.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

@test "lists of JSON and Python are genres and people" {
	input 'item,title,genre,people\n1,A,"[{""id"": 28, ""name"": ""Action""}, {""id"": 9, ""name"": ""Sci, Fi""}]","[{""name"": ""B. C.""}, {""name"": ""D.""}, {""name"": ""B. C.""}]"\n2,B,"['"'Crime', 'Drama', 'Crime'"']","[""it'"'"'s""]"\n3,C,[],[ ]\n4,D,"[""Caf\\u0065\\u0301"", "" War "", null, ""None""]",E (director)\n'
	movies
	done_with "$films
1\\tA\\t\\tB. C.|D.|B. C.\\tAction|Sci, Fi\\t
2\\tB\\t\\tit's\\tCrime|Drama\\t
3\\tC\\t\\t\\t\\t
4\\tD\\t\\tE (director)\\tCafé|War\\t
"
	input 'item,title,genre\n1,A,"[28, 18]"\n'
	printf 'from\tto\n28\tAction\n18\tDrama\n' >genres.tsv
	movies --genre-map genres.tsv
	done_with "$films\n1\tA\t\t\tAction|Drama\t\n"
	input 'item\ttitle\tgenre\n1\tA\t["x", "y"]\n'
	movies --tsv
	done_with "$films\n1\tA\t\t\tx|y\t\n"
	input "item\ttitle\tgenre\n1\tA\t{'id': 1, 'name': 'x'}\n2\tB\t('x', 'y')\n3\tC\t{x,y}\n"
	movies --tsv
	done_with "$films\n1\tA\t\t\tx\t\n2\tB\t\t\tx|y\t\n3\tC\t\t\t{x,y}\t\n" \
		'warning: 1 lists in genre or people cannot be read and stay as they are, the first on line 4'
}

@test "lists as R and NumPy write them" {
	input 'item,title,genre\n1,A,"c(""Crime"", ""Drama"")"\n2,B,character(0)\n3,C,"array([""x"", ""y""])"\n4,D,"c(NA, ""z"")"\n5,E,list()\n6,F,c()\n'
	movies
	done_with "$films\n1\tA\t\t\tCrime|Drama\t\n2\tB\t\t\t\t\n3\tC\t\t\tx|y\t\n4\tD\t\t\tz\t\n5\tE\t\t\t\t\n6\tF\t\t\t\t\n"
	input "item\ttitle\tgenre\n1\tA\tfrozenset({'a','b'})\n2\tB\tCrime (noir), War\n"
	movies --tsv
	done_with "$films\n1\tA\t\t\tfrozenset({'a','b'})\t\n2\tB\t\t\tCrime (noir)|War\t\n" \
		'warning: 1 lists in genre or people cannot be read and stay as they are, the first on line 2'
}

@test "genres with semicolons between are told" {
	input 'item,title,genre\n1,A,War\n2,B,Crime;Drama\n3,C,"Crime;Drama, War"\n'
	movies
	done_with "$films\n1\tA\t\t\tWar\t\n2\tB\t\t\tCrime;Drama\t\n3\tC\t\t\tCrime;Drama|War\t\n" \
		"warning: 2 fields of genres hold ';', which parts none, the first on line 3: '|' and ',' do"
	input 'item,title,genre\n1,A;B,War|x;y\n'
	movies
	done_with "$films\n1\tA;B\t\t\tWar|x;y\t\n"
}

@test "genres by the hundred thousand, each once" {
	TRY_SECONDS=20
	{ printf 'item,title,genre\n1,A,"' && seq -s, 150000 | tr -d '\n' &&
		printf ',7,149999,x"\n2,B,"7,7,8"\n'; } >in
	movies
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 5)" = "$(seq -s '|' 150000)|x" ]
	[ "$(sed -n 3p "$OUT" | cut -f 5)" = '7|8' ]
}

@test "years that stay in titles are told" {
	input 'item,title\n1,A\n2,B (1995)\n3,C (1996)\n'
	movies
	done_with "$films\n1\tA\t\t\t\t\n2\tB (1995)\t\t\t\t\n3\tC (1996)\t\t\t\t\n" \
		"warning: 2 films have no year but in their titles ('B (1995)' on line 3), where it stays: --year-from title takes it out"
	input 'item,title,year\n1,A,\n2,B (1995),1995\n3,C (19xx),\n'
	movies
	done_with "$films\n1\tA\t\t\t\t\n2\tB (1995)\t1995\t\t\t\n3\tC (19xx)\t\t\t\t\n"
	input 'movieId,title,genres\n1,A (1995),War\n'
	movies --preset movielens
	done_with "$films\n1\tA\t1995\t\tWar\t\n"
}

@test "a list that cannot be read stays as it is, and is counted" {
	input 'item,title,genre,people\n1,A,"[Crime, War]",\n2,B,"[{""id"": 1, ""na","['"'x', 'y"'"\n3,C,"[{""id"": 1}]",x\n4,D,"Crime, [War]","[x] y"\n'
	movies
	done_with "$films
1\\tA\\t\\t\\t[Crime, War]\\t
2\\tB\\t\\t['x', 'y\\t[{\"id\": 1, \"na\\t
3\\tC\\t\\tx\\t[{\"id\": 1}]\\t
4\\tD\\t\\t[x] y\\tCrime|[War]\\t
" 'warning: 4 lists in genre or people cannot be read and stay as they are, the first on line 2'
}

@test "CR alone ends rows in every form" {
	want="$rated\n1\t2\t3\n4\t5\t1\n"
	input 'userId\tmovieId\trating\r1\t2\t3\r4\t5\t1\r'
	ratings --tsv
	done_with "$want"
	input 'userId\tmovieId\trating\r\n1\t2\t3\r\r\n\n4\t5\t1'
	ratings --tsv
	done_with "$want"
	input 'userId@@movieId@@rating\r1@@2@@3\r4@@5@@1'
	ratings --delimiter @@
	done_with "$want"
	input '1::2::3::9\r4::5::x::9\r'
	ratings --preset movielens
	done_with "$rated\ttime\n1\t2\t3\t9\n" \
		"warning: 1 of 2 rows rejected, 1 because rating is not a number ('x' on line 2)"
	input 'userId,movieId,rating\r1,2,3\r4,5,1\r'
	ratings --preset movielens
	done_with "$want"
	input 'a 1 2\rb 3\r'
	ratings --preset lists
	done_with "$rated\na\t1\t1\na\t2\t1\nb\t3\t1\n"
	input 'item\ttitle\tyear\r1\tA\t1999\r'
	movies --tsv
	done_with "$films\n1\tA\t1999\t\t\t\n"
}

@test "a spreadsheet's =\"x\" is x, in quotes and without" {
	input 'item,title,year\n="007",A,="1999"\n"=""008""","=""B, ""","=""1999"""\n="1,2","=C",=\n="a ""b""",="D\nE",\n'
	movies
	done_with "$films
007\\tA\\t1999\\t\\t\\t
008\\tB,\\t1999\\t\\t\\t
1,2\\t=C\\t\\t\\t\\t
a \"\"b\"\"\\tD\\\\nE\\t\\t\\t\\t
" "warning: 1 years are not four digits and were left empty ('=' on line 4)"
	input 'item,title\n="",A\n"=""""",B\n="None",C\n1,D\n'
	movies
	done_with "$films\n1\tD\t\t\t\t\n" \
		'warning: 3 of 4 rows rejected, 2 because no item (line 2)'
	input 'item\ttitle\n="7"\tA\n'
	movies --tsv
	done_with "$films\n7\tA\t\t\t\t\n"
	input 'item,title\n=,="\n'
	movies
	fails_with '<stdin>:2: the quote that opens here is never closed'
	input 'item,title\n=,="A"'
	movies
	done_with "$films\n=\tA\t\t\t\t\n"
	input 'item,title\n1,="A"b\n'
	movies
	fails_with "<stdin>:2: text behind the quote that closes on line 2, expected ',' or the end of the line (a quote inside is doubled) (--quote backslash takes quotes as they come)"
}

@test "words for missing, without case, are told by name" {
	input 'user,item,rating\nnull,f1,1\nNan,f2,2\nn/a,f3,3\n<na>,f4,4\nann,NONE,5\nann,f5,#N/A\nann,f6,6\n'
	ratings --rejects bad.tsv
	done_with "$rated\nann\tf6\t6\n" \
		"warning: 6 of 7 rows rejected, 4 because user is 'null', taken for missing (line 2)"
	cut -f 1,2 bad.tsv >reasons
	printf "line\treason\n2\tuser is 'null', taken for missing\n3\tuser is 'Nan', taken for missing\n4\tuser is 'n/a', taken for missing\n5\tuser is '<na>', taken for missing\n6\titem is 'NONE', taken for missing\n7\trating is '#N/A', taken for missing\n" |
		diff - reasons
	input 'item,title\n1,None\n2,null\n3,A\n'
	movies
	done_with "$films\n3\tA\t\t\t\t\n" \
		"warning: 2 of 3 rows rejected, 2 because title is 'None', taken for missing (line 2)"
	movies --missing ''
	done_with "$films\n1\tNone\t\t\t\t\n2\tnull\t\t\t\t\n3\tA\t\t\t\t\n"
	movies --missing 'a, NULL'
	done_with "$films\n1\tNone\t\t\t\t\n" \
		"warning: 2 of 3 rows rejected, 2 because title is 'null', taken for missing (line 3)"
	input 'nan 1\nb null 2\n'
	ratings --preset lists --rejects bad.tsv
	done_with "$rated\nb\t2\t1\n" \
		"warning: 2 of 3 rows rejected, 1 because user is 'nan', taken for missing (line 1)"
	[ "$(sed -n 3p bad.tsv)" = "2	item is 'null', taken for missing	null" ]
	# Names that only begin so.
	input 'user,item,rating\nundefined,f1,1\n(null),f2,2\nNaT,f3,3\n#REF!,f4,4\n[null],f5,5\na,-nan,5\n'
	ratings
	fails_with "<stdin>:2: user is 'undefined', taken for missing; all 6 rows rejected, 5 of them so"
	input 'user,item,rating\nNANCY,nullo,1\n'
	ratings
	done_with "$rated\nNANCY\tnullo\t1\n"
}

@test "blanks that are not ASCII go at both ends" {
	input 'userId\xc2\xa0,\xef\xbb\xbfmovieId,rating\na\xc2\xa0,1,\xc2\xa04\na,2,5\n\xe2\x80\x8ba\xe3\x80\x80,3,3\na\xc2\xa0b,4,3\n'
	ratings
	done_with "$rated\na\t1\t4\na\t2\t5\na\t3\t3\na\xc2\xa0b\t4\t3\n"
	input 'movieId,title\n1,First\xc2\xa0(1995)\xe2\x80\x8b\n\xef\xbb\xbfmovieId,title\n'
	movies --preset movielens
	done_with "$films\n1\tFirst\t1995\t\t\t\n" \
		'warning: 1 of 2 rows rejected, 1 because header again (line 3)'
	# Marks of direction, a soft hyphen, a control.
	input 'user,item,rating\n\xe2\x80\xaaa\xe2\x80\xac,1,3\na\xc2\xad,2,3\n\x01a\x1f,3,3\n\xe2\x81\xa6a\xe2\x81\xa9,4,\x1f3\n'
	ratings
	done_with "$rated\na\t1\t3\na\t2\t3\na\t3\t3\na\t4\t3\n"
	input 'item,title\n\xc2\xa0,A\n1,B\n'
	movies
	done_with "$films\n1\tB\t\t\t\t\n" \
		'warning: 1 of 2 rows rejected, 1 because no item (line 2)'
}

@test "messages show blanks that are not ASCII" {
	input 'user\xc2\xa0id,item\n1,2\n'
	ratings
	fails_with "<stdin>:1: no column 'user', found user<U+00A0>id item (--cols says which it is, --user NAME that all rows are of one)"
	input 'user,item,rating\na,1,3\xe2\x80\xaf5\na,2,3\n'
	ratings
	done_with "$rated\na\t2\t3\n" \
		"warning: 1 of 2 rows rejected, 1 because rating is not a number ('3<U+202F>5' on line 2)"
}

@test "a time that is none costs the time alone" {
	input 'user,item,rating,time\na,1,3,900000001.0\na,2,3,9.00000002e8\na,3,3,-5\na,4,3,-0.5\na,5,3,2006-01-02\na,6,3,1e300\na,7,3,\n'
	ratings
	done_with "$rated\ttime
a\\t1\\t3\\t900000001
a\\t2\\t3\\t900000002
a\\t3\\t3\\t
a\\t4\\t3\\t
a\\t5\\t3\\t1136160000
a\\t6\\t3\\t
a\\t7\\t3\\t
" "warning: 1 times are neither whole seconds nor dates and were left empty ('1e300' on line 7)
warning: 2 times are negative and were left empty ('-5' on line 4)"
	input 'user,item,rating,time\na,1,3,9007199254740992\na,2,3,9007199254740993\na,3,3,9.1e15\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t9007199254740992\na\t2\t3\t\na\t3\t3\t\n" \
		"warning: 1 times are past the year 5000 ('9007199254740992' on line 2): are they microseconds? (--time-unit us)
warning: 2 times are neither whole seconds nor dates and were left empty ('9007199254740993' on line 3)"
}

@test "times that are days or years are told" {
	input 'user,item,rating,time\na,1,3,20090529\na,2,3,20091231.0\na,3,3,\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t20090529\na\t2\t3\t20091231\na\t3\t3\t\n" \
		"warning: all 2 times look like days ('20090529' on line 2), but count as seconds"
	input 'user,item,rating,time\na,1,3,2009\na,2,3,1999\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t2009\na\t2\t3\t1999\n" \
		"warning: all 2 times look like years ('2009' on line 2), but count as seconds"
	input 'user,item,rating,time\na,1,3,44197\na,2,3,44198\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t44197\na\t2\t3\t44198\n" \
		"warning: all 2 times look like days as a spreadsheet counts them ('44197' on line 2), but count as seconds: give their cells a form of dates there"
	for times in '20090529 20090532' '44197 60000' '20090529 20091301' '2009 2100' '1 2009'; do
		input "user,item,rating,time\na,1,3,${times% *}\na,2,3,${times#* }\n"
		ratings
		done_with "$rated\ttime\na\t1\t3\t${times% *}\na\t2\t3\t${times#* }\n"
	done
}

@test "times of 12 or 13 digits are milliseconds, longer ones asked about" {
	input 'user,item,rating,time\na,1,3,95617583999\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t95617583999\n"
	input 'user,item,rating,time\na,1,3,1693526400123\na,2,3,1693526400456\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1693526400\na\t2\t3\t1693526400\n"
	input 'user,item,rating,time\na,1,3,1693526400123000\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1693526400123000\n" \
		"warning: 1 times are past the year 5000 ('1693526400123000' on line 2): are they microseconds? (--time-unit us)"
	ratings --time-unit us
	done_with "$rated\ttime\na\t1\t3\t1693526400\n"
	input 'user,item,rating,time\na,1,3,1693526400123000999\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t\n" \
		"warning: 1 times are neither whole seconds nor dates and were left empty ('1693526400123000999' on line 2); are they nanoseconds? (--time-unit ns)"
	ratings --time-unit ns
	done_with "$rated\ttime\na\t1\t3\t1693526400\n"
	# What is no time is none in small units either.
	input 'user,item,rating,time\na,1,3,abc\na,2,3,03/04/2020\na,3,3,1.5\na,4,3,1.6935264e18\na,5,3,1e19\n'
	for unit in us ns; do
		at=1693526400
		[ "$unit" = ns ] || at=${at}000
		ratings --time-unit "$unit"
		expect 0 '4 times are neither whole seconds nor dates and were left empty'
		expect_out "$rated\ttime\na\t1\t3\t\na\t2\t3\t\na\t3\t3\t\na\t4\t3\t$at\na\t5\t3\t\n"
	done
}

@test "of reasons the commonest is told, with its first value" {
	printf 'u,%d,"3,5"\n' 1 2 3 >nine
	{ echo user,item,rating; cat nine; echo ,4,5; echo u,5,4; } >in
	ratings
	done_with "$rated\nu\t5\t4\n" \
		"warning: 4 of 5 rows rejected, 3 because rating is not a number ('3,5' on line 2); --decimal , reads it"
	sed -i '$d' in
	ratings
	fails_with "<stdin>:2: rating is not a number ('3,5'); all 4 rows rejected, 3 of them so; --decimal , reads it"
	input 'user,item,rating\na,1,12,004\na,2,"12,004"\na,3,1\n'
	ratings
	done_with "$rated\na\t3\t1\n" \
		'warning: 2 of 3 rows rejected, 1 because wrong number of fields (4 instead of 3 on line 2)'
}
