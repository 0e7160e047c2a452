#!/usr/bin/env bats
# mr-ingest: files as other programs than publishers' leave them, read or refused
# with what reads them.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

# none COLUMN FOUND REMEDY - the file `in` has no such column.
none() {
	fails_with "<stdin>:1: no column '$1', found $2 ($3)"
}

@test "dates of other programs" {
	input 'user,item,rating,time
a,1,3,2024-02-01 12:00:00 UTC
a,2,3,"Thu, 01 Feb 2024 12:00:00 GMT"
a,3,3,Thu Feb 01 12:00:00 +0000 2024
a,4,3,"Feb 1, 2024, 12:00:00 PM"
a,5,3,"01.02.2024, 12:00"
a,6,3,2024-2-1
'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1706788800\na\t2\t3\t1706788800\na\t3\t3\t1706788800\na\t4\t3\t1706788800\na\t5\t3\t1706788800\na\t6\t3\t1706745600\n"
	input 'user,item,rating,time\na,1,3,03/04/2020\na,2,3,25/12/20\n'
	ratings --time-form dmy
	done_with "$rated\ttime\na\t1\t3\t1585872000\na\t2\t3\t1608854400\n"
	ratings --time-form mdy
	done_with "$rated\ttime\na\t1\t3\t1583280000\na\t2\t3\t\n" \
		"warning: 1 times are neither whole seconds nor dates and were left empty ('25/12/20' on line 3)"
	# The year is the same.
	input 'item,title,year\n1,A,25/12/2020\n2,B,"Thu, 01 Feb 2024 12:00:00 +0100"\n3,C,25/12/20\n'
	movies --year-from date
	done_with "$films\n1\tA\t2020\t\t\t\n2\tB\t2024\t\t\t\n3\tC\t\t\t\t\n" \
		"warning: 1 years are not four digits and were left empty ('25/12/20' on line 4)"
}

@test "names of columns with blanks, strokes and other cases" {
	input 'User ID,Movie-Id,RATING,Time Stamp\na,1,3,900000000\nuser id,movie id,4,1\n'
	ratings
	done_with "$rated\ttime\na\t1\t3\t900000000\n" 'warning: 1 of 2 rows rejected, 1 because header again (line 3)'
	# The nearest name counts.
	input 'user,user id,item,rating\na,b,1,3\n'
	ratings
	done_with "$rated\na\t1\t3\n"
	input 'user_id,anime_id,rating\na,1,3\n'
	ratings
	none item 'user_id anime_id rating' '--cols item=anime_id?'
	input 'user_id,show id,season_id,rating\na,1,2,3\n'
	ratings
	none item 'user_id show id season_id rating' '--cols says which it is'
	input 'user_id,show id,rating (1-5)\na,1,3\n'
	ratings
	none item 'user_id show id rating (1-5)' "--cols 'item=show id'?"
	input "user_id,show's id,rating\na,1,3\n"
	ratings
	none item "user_id show's id rating" '--cols "item=show'"'"'s id"?'
	input 'user_id,show id,rating (1-5)\na,1,3\n'
	ratings --cols 'item=show id'
	done_with "$rated\na\t1\t1\n" \
		"warning: no column 'rating', each row counts as 1; found rating (1-5) (--cols 'rating=rating (1-5)', or --events)"
}

@test "a delimiter at the end of the header alone" {
	input 'user,item,rating,,\na,1,3\nb,2,4,,\nc,3,5,\n'
	ratings
	done_with "$rated\na\t1\t3\nb\t2\t4\n" \
		'warning: 1 of 3 rows rejected, 1 because wrong number of fields (4 instead of 5 on line 4)'
	input 'item\ttitle\t\n1\tA\n2\tB\t\n'
	movies --tsv
	done_with "$films\t3\n1\tA\t\t\t\t\t\n2\tB\t\t\t\t\t\n"
	input 'user,item,rating\na,1\n'
	ratings
	fails_with '<stdin>:2: wrong number of fields (2 instead of 3); all 1 rows rejected'
}

@test "what a spreadsheet wrote again of a publisher's" {
	input 'Date;Name;Year;Letterboxd URI;Rating\n01.02.2024;"A; B";1999;https://boxd.it/1;4,5\n'
	ratings --user me --decimal ,
	done_with "$rated\ttime\nme\tA; B (1999)\t4.5\t1706745600\n"
	ratings --user me --preset letterboxd
	fails_with "<stdin>:2: rating is not a number ('4,5'); all 1 rows rejected; --decimal , reads it"
	printf 'Const\tYour Rating\tDate Rated\tTitle\tURL\tTitle Type\tIMDb Rating\tRuntime (mins)\tYear\tGenres\tNum Votes\tRelease Date\tDirectors\ntt1\t8\t2017-04-02\t"A ""b"""\tx\tmovie\t8\t9\t1985\tDrama\t9\t1985-06-01\tC\n' |
		iconv -t UTF-16 >in
	ratings --user me
	done_with "$rated\ttime\nme\ttt1\t8\t1491091200\n"
	movies
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 1-5)" = "$(printf 'tt1\tA "b"\t1985\tC\tDrama')" ]
}

@test "names of rows first, as R writes them" {
	input '"user" "item" "rating"\n"1" "a" "x y" 3\n"2" "b" "z" 4\n'
	ratings
	expect 1 "names of rows first, as R's write.table has them\? sed '1s/\^/row /' FILE \| mr-ingest ... --delimiter ' '\)"
	sed -i '1s/^/row /' in
	ratings --delimiter ' '
	done_with "$rated\na\tx y\t3\nb\tz\t4\n"
	input 'user\titem\trating\n1\ta\tx\t3\n'
	ratings
	expect 1 "sed '1s/\^/row.t/' FILE \| mr-ingest ... --delimiter tab\)"
	sed -i '1s/^/row\t/' in
	ratings --delimiter tab
	done_with "$rated\na\tx\t3\n"
}

@test "JSON that is no row an object" {
	input '[{"user":{"id":1},"item":{"id":2},"rating":3}]'
	ratings
	fails_with "<stdin>:1: user is an object of JSON ('{\"id\":1}'); all 1 rows rejected; --cols goes into it by a path, as user=user.id"
	ratings --cols user=user.id,item=item.id
	done_with "$rated\n1\t2\t3\n"
	input '{"id":{"$oid":"5f"},"title":"A"}\n{"id":"6","title":"B"}'
	movies --cols item=id
	done_with "$films\n6\tB\t\t\t\t\n" "warning: 1 of 2 rows rejected, 1 because item is an object of JSON ('{\"\$oid\":\"5f\"}' on line 1); --cols goes into it by a path, as user=user.id"
	# As pandas writes tables, in three of its ways.
	input '{"user":{"0":"a","1":"b"},"item":{"0":1,"1":2},"rating":{"0":3,"1":4}}'
	ratings
	fails_with "<stdin>:1: user is an object of JSON ('{\"0\":\"a\",\"1\":\"b\"}'); all 1 rows rejected; columns as pandas writes them? jq -r 'keys_unsorted, ([.[] | [.[]]] | transpose[]) | @csv' FILE | mr-ingest ..."
	if command -v jq >/dev/null; then
		jq -r 'keys_unsorted, ([.[] | [.[]]] | transpose[]) | @csv' in >csv
		mv csv in
		ratings
		done_with "$rated\na\t1\t3\nb\t2\t4\n"
	fi
	input '{"columns":["user","item","rating"],"index":[0],"data":[["a",1,3]]}'
	ratings
	none user 'columns index data' "names apart from rows, as pandas splits them? jq -r '.columns, .data[] | @csv' FILE | mr-ingest ..."
	input '[["a",1,3],["b",2,4]]'
	ratings
	fails_with "<stdin>:1: no object with names, expected JSON objects (a list of lists? jq -r '.[] | @csv' FILE | mr-ingest ... --no-header-in)"
	input '{"took":3,"hits":{"total":1,"hits":[{"_source":{"user":"a","item":"1","rating":3}}]}}'
	ratings
	none user 'took hits' "rows in a list inside? jq -c '.NAME.NAME[]' FILE | mr-ingest ..."
	input 'window.YTD.like.part0 = [ {"user":"a","item":1,"rating":3} ];\n'
	ratings
	expect 1 "JavaScript\? sed '1s/\^\[\^=\]\*=//; .s/;\[\[:space:\]\]\*.//' FILE \| mr-ingest ... --json\)"
	sed '1s/^[^=]*=//; $s/;[[:space:]]*$//' in >json && mv json in
	ratings --json
	done_with "$rated\na\t1\t3\n"
}

@test "further forms are told" {
	input '1,2003,Dinosaur Planet\n2,NULL,"Rome", and more\n'
	movies
	expect 1 '\(--preset netflix\)$'
	for is in '<table><tr>|HTML or XML' '<!-- saved -->|HTML or XML' \
		'%%%%MatrixMarket matrix\n%% x\n1 1 1\n1 1 5\n|Matrix Market' \
		'@RELATION r\n@DATA\n1,2\n|ARFF' \
		'\036{"user":1}\n|JSON with separators of records' \
		'PK\3\4\24\0\6\0\10\0abcdefghijklmnopqrstxl/workbook.xml\0|an Excel workbook'; do
		# shellcheck disable=SC2059 # escapes are wanted
		printf "${is%|*}" >in
		ratings
		expect 1 "is ${is#*|}, expected text"
	done
}

@test "ratings in words, and genres that others part" {
	for word in 'A+' '4 stars' '4½' '3 out of 5'; do
		input "user,item,rating\na,1,$word\n"
		ratings
		fails_with "<stdin>:2: rating is not a number ('$word'); all 1 rows rejected; --scores FILE says what such are as numbers"
	done
	for sep in ';' ' / ' '•' '、'; do
		input "item,title,genre\n1,A,Drama${sep}War\n2,B,Sci-Fi/War\n"
		movies
		done_with "$films\n1\tA\t\t\tDrama${sep}War\t\n2\tB\t\t\tSci-Fi/War\t\n" \
			"warning: 1 fields of genres hold '$sep', which parts none, the first on line 2: '|' and ',' do"
	done
}
