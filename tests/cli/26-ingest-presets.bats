#!/usr/bin/env bats
# mr-ingest: the files of publishers, made up: each with what it does wrong.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

# known WHAT PRESET TEXT - without --preset and with it, gzipped and in CR LF,
# the file `in` gives TEXT.
known() {
	try mr-ingest "$1" -q --detect "${@:4}" in
	expect 0
	case $(cat "$OUT") in
	"$1 --preset $2"*) ;;
	*) fail "not known as $2: $(cat "$OUT")" ;;
	esac
	for how in "cat" "gzip -c" "sed s/\$/\r/"; do
		$how in >other
		for preset in "" "--preset $2"; do
			# shellcheck disable=SC2086
			try mr-ingest "$1" -q $preset "${@:4}" other
			expect 0
			expect_out "$3"
		done
	done
}

@test "imdb: title.basics" {
	printf '%s\n' 'tconst	titleType	primaryTitle	originalTitle	isAdult	startYear	endYear	runtimeMinutes	genres' \
		'tt1	movie	"Lisbon	Lisboa	0	1999	\N	90	Drama,War' \
		'tt2	tvEpisode	Nothing	Nothing	0	1999	\N	9	Drama' \
		'tt3	tvMovie	None	None	0	\N	\N	\N	\N' \
		'tt4	movie	C:\temp	C:\temp	0	2001	\N	\N	Comedy' >in
	known movies imdb "$films\ttitleType\toriginalTitle\tisAdult\tendYear\truntimeMinutes
tt1\\t\"Lisbon\\t1999\\t\\tDrama|War\\t\\tmovie\\tLisboa\\t0\\t\\t90
tt3\\tNone\\t\\t\\t\\t\\ttvMovie\\tNone\\t0\\t\\t
tt4\\tC:\\\\\\\\temp\\t2001\\t\\tComedy\\t\\tmovie\\tC:\\\\\\\\temp\\t0\\t\\t
"
}

@test "imdb: one user's ratings, of two ages" {
	head='Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors'
	printf '%s\n' "$head" \
		'tt1,8,2017-04-02,Ran,Ran,http://x,Movie,8.2,160,1985,"Drama, War",9,1985-06-01,A B' \
		'tt2,7,2017-04-03,Ep,Ep,http://x,TV Episode,8.2,30,2013,Drama,9,2013-06-01,' \
		'tt3,,2017-04-03,New,New,http://x,Movie,8.2,30,2013,Drama,9,2013-06-01,' >in
	known ratings imdb "$rated\ttime\nme\ttt1\t8\t1491091200\n" --user me
	sed 's/,Original Title//; s/^\([^,]*,[^,]*,[^,]*,[^,]*\),\(Ran\|Ep\|New\),/\1,/' in >old
	mv old in
	known ratings imdb "$rated\ttime\nme\ttt1\t8\t1491091200\n" --user me
	try mr-ingest movies -q in
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 1-5)" = 'tt1	Ran	1985	A B	Drama|War' ]

	echo a,b >in
	ratings --preset imdb
	fails_with "<stdin>:1: no IMDb form of ratings: expected the header of one user's ratings, Const,Your Rating,Date Rated,.."
}

@test "letterboxd: ratings and diary" {
	printf '%s\n' 'Date,Name,Year,Letterboxd URI,Rating' \
		'2024-02-01,"Good, Bad",1966,https://boxd.it/1,4.5' \
		'2024-02-02,Leo,,https://boxd.it/2,3' >in
	known ratings letterboxd "$rated\ttime\nme\tGood, Bad (1966)\t4.5\t1706745600\nme\tLeo\t3\t1706832000\n" --user me
	printf '%s\n' 'Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date' \
		'2024-02-01,Ran,1985,https://boxd.it/1,4.5,Yes,"a, b",2024-01-31' \
		'2024-02-02,Leo,2023,https://boxd.it/2,,,,2024-02-02' >in
	known ratings letterboxd "$rated\ttime\nme\tRan (1985)\t4.5\t1706659200\n" --user me
}

@test "tmdb: one user's export, and tables" {
	printf '%s\n' 'TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated' \
		'11,tt1,movie,A,1999-01-01,,,6.5,8.5,2022-09-20T00:00:00Z' \
		'12,tt2,tv,B,1999-01-01,1,2,6.5,8,2022-09-20' >in
	known ratings tmdb "$rated\ttime\nme\t11\t8.5\t1663632000\n" --user me
	printf '%s\n' 'budget,genres,homepage,id,keywords,original_language,original_title,overview,popularity,production_companies,production_countries,release_date,revenue,runtime,spoken_languages,status,tagline,title,vote_average,vote_count' \
		'1,"[{""id"": 28, ""name"": ""Action""}, {""id"": 80, ""name"": ""Crime""}]",,7,[],en,A,x,1,[],[],1999-10-15,1,90,[],Released,,"A, too",6.5,9' \
		'1,[],,8,[],en,B,"two' 'lines",1,[],[],,1,90,[],Released,,B,6.5,9' >in
	try mr-ingest movies -q in
	expect 0
	[ "$(cut -f 1-5 "$OUT" | sed -n '2,3p' | tr '\t\n' ';/')" = '7;A, too;1999;;Action|Crime/8;B;;;/' ]
}

@test "trakt: JSON" {
	echo '[{"rated_at":"2014-09-01T09:10:11.000Z","rating":8,"type":"movie","movie":{"title":"A","year":1999,"ids":{"trakt":1,"imdb":"tt1","tmdb":"11"}}},' \
		'{"rated_at":"2014-09-01T09:10:12.000Z","rating":7,"type":"movie","movie":{"title":"B","ids":{"trakt":2}}}]' >in
	ratings --preset trakt --user me
	done_with "$rated\ttime\nme\t11\t8\t1409562611\n" \
		"warning: 1 of 2 rows rejected, 1 because no item (line 1); movie.ids.tmdb is missing: mr-ingest table has the other ids, for mr-join"
}

@test "hetrec and recbole" {
	printf 'userID\tmovieID\trating\ttimestamp\n75\t3\t1\t1162160236000\n' >in
	known ratings hetrec "$rated\ttime\n75\t3\t1\t1162160236\n"
	printf 'userID\tartistID\tweight\n2\t51\t13883\n' >in
	known ratings hetrec "$rated\n2\t51\t13883\n"
	printf 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t881250949.0\n' >in
	known ratings recbole "$rated\ttime\n1\t2\t3\t881250949\n"
}

@test "bookcrossing" {
	printf '%s\n' '"User-ID";"ISBN";"Book-Rating"' '"1";"034545104X";"0"' '"2";"0155061224";"5"' >in
	known ratings bookcrossing "$rated\n2\t0155061224\t5\n"
	try mr-ingest ratings -q --unrated 0=event in
	expect 0
	expect_out "$rated\n1\t034545104X\t1\n2\t0155061224\t5\n"
	printf '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication";"Publisher";"Image-URL-S";"Image-URL-M";"Image-URL-L"\n"1";"A \\"b\\" &amp; c";"Ren\xe9";"1999";"P";"s";"m";"l"\n"2";"B "x" y";"D";"2000";NULL;"s";"m";"l"\n' >in
	try mr-ingest movies -q in
	expect 0
	[ "$(cut -f 1-4 "$OUT" | sed -n '2,3p' | tr '\t\n' ';/')" = '1;A "b" &amp; c;1999;René/2;B "x" y;2000;D/' ]
}

@test "amazon: lines of JSON, old and new, and the table" {
	printf '%s\n' '{"reviewerID": "A1", "asin": "B1", "overall": 5.0, "unixReviewTime": 1393286400, "reviewTime": "02 25, 2014"}' >in
	ratings --preset amazon
	done_with "$rated\ttime\nA1\tB1\t5.0\t1393286400\n"
	printf '%s\n' '{"rating": 4.0, "title": "x", "asin": "B2", "parent_asin": "B1", "user_id": "A1", "timestamp": 1588687728923}' >in
	ratings --preset amazon
	done_with "$rated\ttime\nA1\tB1\t4.0\t1588687728\n"
	printf '%s\n' 'user_id,parent_asin,rating,timestamp' 'A1,B1,5.0,1588687728923' >in
	known ratings amazon "$rated\ttime\nA1\tB1\t5.0\t1588687728\n"
}

@test "goodreads: one user's library" {
	printf '%s\n' 'Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies' \
		'7,"A, too",B C,"C, B",,="0441013597",="9780441013593",5,4.2,P,Paperback,300,2005,1965,2024/01/02,2024/01/03,,,read,,,,1,0' \
		'8,D,E,"E, ",,="",="",0,4.2,P,Paperback,300,2005,,,2024/01/04,to-read,to-read (#1),to-read,,,,0,0' >in
	known ratings goodreads "$rated\ttime\nme\t7\t5\t1704240000\n" --user me
	try mr-ingest movies -q in
	expect 0
	[ "$(cut -f 1-4,7 "$OUT" | sed -n '2,3p' | tr '\t\n' ';/')" = '7;A, too;1965;B C;C, B/8;D;;E;E,/' ]
}

@test "a header that is part of a publisher's, or other options, chooses none" {
	input 'userID\tmovieID\trating\n75\t3\t1\n'
	ratings
	expect 1 'TSV\? --tsv reads it'
	input 'userID\tmovieID\trating\ttimestamp\n75\t3\t1\t1162160236000\n'
	ratings --detect --tsv
	done_with 'ratings --tsv --cols item=movieID,user=userID,rating=rating,time=timestamp\n'
	ratings -v
	grep -qx 'mr-ingest: known by its header: --preset hetrec' "$ERR"
}

@test "table: any columns, renamed, paths into fields, one user, bad rows" {
	printf '%s\n' 'id,year,when,crew' \
		'7,1999-10-15,2024-02-01,"[{""name"": ""A"", ""job"": ""Director""}, {""name"": ""B""}]"' \
		'8,x,,{' 'a,b' 'id,year,when,crew' >in
	try mr-ingest table --user me --rejects bad \
		--cols 'item=id,year=year,time=when,all=crew[].name,jobs=crew[].job' in
	expect 0
	expect_out 'user\titem\tyear\ttime\tall\tjobs\nme\t7\t1999\t1706745600\tA|B\tDirector\nme\t8\t\t\t\t\n'
	says 'warning: 1 years are not four digits and were left empty ('\''x'\'' on line 3)
warning: 2 fields are not JSON that a path of --cols goes into, and count as missing ('\''{'\'' on line 3)
warning: 2 of 4 rows rejected, 1 because wrong number of fields (2 instead of 4 on line 4)'
	[ "$(cut -f 1,2 bad | tr '\t\n' ',;')" = 'line,reason;4,wrong number of fields;5,header again;' ]
	echo '{"a": {"b": 1}, "c": "x"}' >in
	try mr-ingest table --cols d=a.b in
	expect 0
	expect_out 'c\td\nx\t1\n'
	printf '1;2\n' >in
	try mr-ingest table --no-header-in --delimiter ';' --cols a,b in
	expect 0
	expect_out 'a\tb\n1\t2\n'
	try mr-ingest table --detect --no-header-in --delimiter ';' in
	expect_out "table --delimiter ';' --no-header-in\n"
	try mr-ingest table --cols 'a=x' in
	expect 1 "no column 'x', found 1;2 \(parted by ';'\? --delimiter ';'\)"
	try mr-ingest table --cols 'a' in
	expect 2 "'a', expected OURS=THEIRS"
	for option in --events '--dedupe first' '--id-map x' '--preset lists'; do
		# shellcheck disable=SC2086
		try mr-ingest table $option in
		expect 2
	done
	: >in
	try mr-ingest table in
	expect 0
	expect_out ''
}

@test "scores: grades as numbers, of others what the preset says" {
	printf 'from\tto\nA-\t9\nB+\t8.5\n' >scores
	printf 'user,item,rating\na,x,A-\na,y,7\na,z,C\n' >in
	ratings --scores scores
	done_with "$rated\na\tx\t9\na\ty\t7\n" "warning: 1 of 3 rows rejected, 1 because rating is not a number ('C' on line 4)"
	printf '%s\n' 'rotten_tomatoes_link,critic_name,top_critic,publisher_name,review_type,review_score,review_date,review_content' \
		'm/1,A,True,P,Fresh,B+,,' 'm/2,A,True,P,Rotten,C,,' 'm/3,A,True,P,Fresh,3/4,,' >in
	ratings --scores scores
	done_with "$rated\ttime\nA\tm/1\t8.5\t\nA\tm/2\t0\t\nA\tm/3\t0.75\t\n"
	ratings --scores none
	fails_with "none: cannot open: No such file or directory"
}

@test "commas in numbers: what they may be is said" {
	printf 'user,item,rating\na,x,"1,250"\na,y,"1,2,3"\na,z,4\n' >in
	ratings
	done_with "$rated\na\tz\t4\n" "warning: 2 of 3 rows rejected, 2 because rating is not a number ('1,250' on line 2); do commas part its thousands? tr -d , takes them out of TSV"
	printf 'user,item,rating\na,x,"1,2,3"\na,z,4\n' >in
	ratings
	done_with "$rated\na\tz\t4\n" "warning: 1 of 2 rows rejected, 1 because rating is not a number ('1,2,3' on line 2)"
}

@test "movielens: its header is enough" {
	printf 'genres,movieId,title\nCrime,1,Heat (1995)\n' >in
	movies
	done_with "$films\n1\tHeat\t1995\t\tCrime\t\n"
}
