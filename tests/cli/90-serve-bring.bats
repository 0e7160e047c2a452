#!/usr/bin/env bats
# mr-serve: what visitors bring along.
# SPDX-License-Identifier: MIT

load ../helpers
load ../serve

setup_file() {
	web
	# A title that is two films, and one that no page may take as its own.
	printf 'd1\tTwins Again\t2001\t\t\t\nd2\tTwins Again\t2001\t\t\t\n' >>movies.tsv
	printf 's1\t<script>alert(1)</script>\t1999\t\t\t\n' >>movies.tsv
	start all --movies movies.tsv --model als.mrm
	printf '%s\n' 'Date,Name,Year,Letterboxd URI,Rating' \
		'2024-01-01,Toy Story,1995,https://boxd.it/1,4.5' \
		'2024-02-01,The Dark Knight,2008,https://boxd.it/2,5' \
		'2024-03-01,Heat,1996,https://boxd.it/3,3' \
		'2024-03-02,<script>alert(2)</script>,1996,https://boxd.it/4,3' \
		'2024-03-03,Twins Again,2001,https://boxd.it/5,1' \
		'2024-04-01,Fargo,1996,https://boxd.it/6,' \
		'2024-04-02,Toy Story,1995,https://boxd.it/1,2' >lb.csv
}

# mine - the ratings of the cookie, by item.
mine() {
	ask /me/ratings.tsv "Cookie: $COOKIE"
	cut -f 2,3 <<<"$BODY" | sed 1d | sort | paste -sd ' ' | tr '\t' =
}

@test "ratings given elsewhere are matched as in a shell, and lists are its" {
	bring /me/import file=lb.csv
	[ "$CODES" = 200 ]
	has "$HEAD" 'Cache-Control: no-store'
	has "$BODY" 'Read as ratings of Letterboxd: rows 7, films matched 3.'
	has "$BODY" 'Rows of a film that has a later one: 1.'
	has "$BODY" '<td>&lt;script&gt;alert(2)&lt;/script&gt; <span class="soft num">1996</span></td><td class="soft">no film here has that title and year</td>'
	has "$BODY" '<td class="soft">several films here have that title</td>'
	has "$BODY" '<td class="soft">not rated</td>'
	hasnt "$BODY" '<script>'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	mr-ingest ratings -q --preset letterboxd --user me lb.csv |
		sed -e '1s/item/title\tyear/' -e 's/ (\([0-9]*\))\t/\t\1\t/' |
		mr-join -q --by title --with item - movies.tsv >joined.tsv
	mr-recommend -q -n 20 --ratings joined.tsv als.mrm |
		awk -F '\t' 'NR > 1 { print $3 }' >want
	[ "$(wc -l <want)" -eq 20 ]
	diff want got
	run mine
	same "$output" = 'f208=3 f210=2 f286=5'
	# The page of all of his shows the same list.
	ask /me "Cookie: $COOKIE"
	has "$BODY" '<a href="/me/import">'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	diff want got
}

# same TEXT = TEXT
same() { [ "$1" = "$3" ] || { echo "is: $1"; echo "not: $3"; return 1; }; }

@test "each publisher's file, tables and titles give the same ratings" {
	local want='f208=3 f210=2 f286=5'
	printf '%s\n' 'Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors' \
		'tt1,4,2024-01-02,Toy Story,Toy Story,u,Movie,8,81,1995,Comedy,9,1995-11-22,John Lasseter' \
		'tt2,10,2024-01-02,The Dark Knight,,u,Movie,8,81,2008,Action,9,2008-07-18,' \
		'tt3,6,2024-01-02,Heat,Heat,u,Movie,8,81,1995,Crime,9,1995-12-15,Michael Mann' \
		'tt4,9,2024-01-02,Fargo,Fargo,u,TV Series,8,81,2014,Crime,9,2014-04-15,' >imdb.csv
	bring /me/import file=imdb.csv
	has "$BODY" 'Read as ratings of IMDb: rows 4, films matched 3. The best rating there is 10, here 5.'
	has "$BODY" '<td class="soft">not a film</td>'
	same "$(mine)" = "$want"
	printf 'movie_id,imdb_id,tmdb_id,rating,average_rating,title\r\n1,0114709,862,2,3.9,Toy Story (1995)\r\n6,0113277,949,3,3.9,Heat (1995)\r\n58559,0468569,155,5,4.2,"Dark Knight, The (2008)"\r\n' >ml.csv
	bring /me/import file=ml.csv
	same "$(mine)" = "$want"
	printf 'user\titem\trating\nme\tf210\t2\nme\tf208\t3\nme\tf286\t5\nme\tnope\t5\n' >t.tsv
	bring /me/import text=t.tsv
	has "$BODY" '<td class="soft">no film here has that id</td>'
	same "$(mine)" = "$want"
	printf '\xef\xbb\xbftitle;year;rating\nToy Story;1995;2,0\nheat;1995;3\nDark Knight;;5\n' >de.csv
	bring /me/import file=de.csv
	same "$(mine)" = 'f208=3 f210=2'
	has "$BODY" '<td>Dark Knight</td>'
	# Percents; gzip; UTF-16.
	printf 'title,rating\nToy Story,40\nHeat,60\nThe Dark Knight,100\n' >p.csv
	gzip -c p.csv >p.csv.gz
	bring /me/import file=p.csv.gz
	same "$(mine)" = "$want"
	iconv -t UTF-16 p.csv >p16.csv
	bring /me/import file=p16.csv
	same "$(mine)" = "$want"
	printf 'Toy Story (1995)\r\n\r\nf208\nThe Dark Knight\nwho knows\n' >titles
	bring /me/import text=titles
	has "$BODY" 'Read as a list of titles: rows 4, films matched 3.'
	same "$(mine)" = 'f208=5 f210=5 f286=5'
}

@test "a browser keeps what it has room for, and the list is by all" {
	sed 1d movies.tsv | head -n 250 | cut -f 2,3 | sed 's/\t\(.*\)/ (\1)/' >many
	bring /me/import file=many
	has "$BODY" 'This browser keeps 200 of them, the latest,'
	[ "${#COOKIE}" -lt 3800 ]
	[ "$(mine | wc -w)" -eq 200 ]
	# Of films that were brought none is recommended, kept or not.
	bring /me/import file=many
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' | sort >got
	[ "$(wc -l <got)" -eq 20 ]
	sed 1d movies.tsv | head -n 250 | cut -f 1 | sort | comm -12 - got >both
	[ ! -s both ]
}

# what STATUS TEXT - of the answer to form f.
what() {
	bring /me/import file=f
	[ "$CODES" = "$1" ] || { echo "$CODES, expected $1: $2"; return 1; }
	has "$BODY" "$2"
	PAGE=$BODY
	hasnt "$HEAD" Set-Cookie
	ask /healthz
	[ "$CODES" = 200 ]
}

@test "what cannot be read is told, and what is too much" {
	: >f
	what 400 'neither a file nor a text'
	printf 'title,rating\n"never closed,1\n' >f
	what 400 'quote'
	printf 'title,rating\nab\0c,1\n' >f
	what 400 'NUL'
	printf 'PK\3\4and so on' >f
	what 400 'zip archive: unpack it, and choose ratings.csv'
	printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0' >f
	what 400 'NUL'
	printf 'user,item,rating\na,f210,1\nb,f208,1\n' >f
	what 400 'several people'
	(printf 'title,rating\n'; head -c 1048577 /dev/zero | tr '\0' x) >f
	what 413 'too long'
	(printf 'title,rating\n'; head -c 1040000 /dev/zero | tr '\0' x
	printf ',1\n') >f
	what 200 'films matched 0'
	has "$PAGE" "no film here has that title"
	[ "${#PAGE}" -lt 20000 ]
	(printf 'title,rating\n'; seq 10001) >f
	what 413 '10000 rows and 4 MiB'
	head -c 30000000 /dev/zero | gzip -9 >f
	what 413 '10000 rows and 4 MiB'
	head -c 300 f >g && mv g f
	what 400 'gzip'
	(printf 'title,rating\n'; seq 250 | sed 's/$/,wrong/') >f
	what 200 'and 50 more.'
}

@test "a form of another site, or of another shape, is refused" {
	bring /me/import file=lb.csv -- 'Sec-Fetch-Site: cross-site'
	[ "$CODES" = 403 ]
	bring /me/import file=lb.csv -- 'Origin: http://evil.example'
	[ "$CODES" = 403 ]
	bring /me/import file=lb.csv -- 'X: y'
	[ "$CODES" = 403 ]
	bring /me/import file=lb.csv -- 'Origin: http://localhost'
	[ "$CODES" = 200 ]
	# No script is needed: the form stands on the page.
	ask /me/import
	has "$BODY" '<form class="bring" method="post" action="/me/import" enctype="multipart/form-data">'
	# A plain form does, too.
	post /me/import 'text=Toy+Story%0AHeat%20(1995)' 'Sec-Fetch-Site: same-origin'
	has "$REPLY_ALL" 'films matched 2'
	post /rate "$(printf '%08193d' 0)" 'Sec-Fetch-Site: same-origin'
	[ "$CODES" = 413 ]
	bring /rate item=lb.csv
	[ "$CODES" = 415 ]
}

@test "a film night has the order, the scores and the shares of a shell" {
	local m head
	printf 'Toy Story (1995)\nHeat (1995)\n' >anna
	printf 'user\titem\trating\nx\tf286\t5\nx\tf208\t1\nx\tf240\t4.5\n' >ben
	printf 'user\titem\trating\nAnna\tf210\t5\nAnna\tf208\t5\nBen & <b>\tf286\t5\nBen & <b>\tf208\t1\nBen & <b>\tf240\t4.5\nPerson 4\tf250\t5\n' >new.tsv
	printf 'group\tuser\nn\tAnna\nn\tBen & <b>\nn\tPerson 4\n' >g.tsv
	echo f250 >four
	echo 'nothing that there is' >five
	for m in 0 0.5 1; do
		head=$(printf -- '--bOuNd\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' \
			name1 Anna name2 'Ben & <b>' misery "$m" n 30)
		FIELDS=$head bring /api/v1/night text1=anna file2=ben text4=four text5=five -- 'X: y'
		[ "$CODES" = 200 ]
		has "$BODY" '{"person":"Person 5","films":0,"missed":1,"has_say":false}'
		mr-recommend -q -n 30 --groups g.tsv --ratings new.tsv --misery "$m" \
			--explain 6 als.mrm >lists
		grep -o '"item":"[^"]*"[^}]*"score":[^,]*' <<<"$BODY" |
			sed 's/"item":"\([^"]*\)".*"score":/\1 /' >got
		awk -F '\t' 'NR > 1 { print $3, $4 }' lists >want
		[ "$(wc -l <want)" -eq 30 ]
		diff want got
		# The shares of the first film; of 0 a shell has none.
		sed -n 2p lists | cut -f 6 | tr '|' '\n' | sort >want
		grep -o '"carried":\[[^]]*' <<<"$BODY" | head -n 1 |
			grep -o '"person":"[^"]*","part":[^}]*' |
			sed -e 's/"person":"\(.*\)","part":/\1=/' \
				-e 's/\\u0026/\&/; s/\\u003c/</; s/\\u003e/>/' | sed '/=0$/d' | sort >got
		diff want got
	done
	FIELDS=$head bring /night text1=anna file2=ben text4=four text5=five
	[ "$CODES" = 200 ]
	has "$HEAD" 'Cache-Control: no-store'
	hasnt "$HEAD" Set-Cookie
	hasnt "$BODY" '<b>:'
	has "$BODY" 'Ben &amp; &lt;b&gt;'
	has "$BODY" '<b>Person 5</b>: films 0, none that the model knows, and so no say'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	awk -F '\t' 'NR > 1 && NR < 22 { print $3 }' lists | diff - got
	has "$BODY" 'Carried by <b>'
}

@test "a film night is of two to six people, who can be read" {
	ask /night
	has "$BODY" '<form class="search" method="post" action="/night" enctype="multipart/form-data">'
	hasnt "$BODY" 'name="me"'
	ask /night "Cookie: mr_r=1.f210:500"
	has "$BODY" 'with the ratings of this browser (1)'
	echo Heat >a
	bring /night text1=a
	[ "$CODES" = 400 ]
	has "$BODY" 'there are fewer than two people'
	FIELDS=$(printf -- '--bOuNd\r\nContent-Disposition: form-data; name="me"\r\n\r\n1\r\n') \
		bring /night text1=a -- 'Sec-Fetch-Site: same-origin' 'Cookie: mr_r=1.f210:500'
	[ "$CODES" = 200 ]
	has "$BODY" '<b>You</b>: films 1.'
	printf 'title,rating\n"never closed\n' >b
	bring /night text1=a text2=b
	[ "$CODES" = 400 ]
	has "$BODY" 'text2: the text:2: '
	has "$BODY" 'aria-invalid="true" aria-describedby="wrong"'
	seq 10001 >b
	bring /night text1=a file6=b
	[ "$CODES" = 413 ]
	printf 3 >b
	bring /night text1=a text2=a from=b
	[ "$CODES" = 400 ]
	has "$BODY" 'From year: expected a year'
	bring /api/v1/night text1=a text2=a nope=a -- 'X: y'
	[ "$CODES" = 400 ]
	bring /api/v1/night text1=a text2=a -- 'Origin: http://evil.example'
	[ "$CODES" = 403 ]
	bring /night text1=a text2=a -- 'X: y'
	[ "$CODES" = 403 ]
	ask /api/v1/night
	[ "$CODES" = 405 ]
	# Of a model that takes no new people, and of none.
	start none --movies movies.tsv
	export PORT
	PORT=$(port_of none)
	ask /night
	[ "$CODES" = 404 ]
	has "$BODY" 'no model here that takes new people'
}

@test "so many forms with files are read at a time, and then the next is" {
	local i k REPLY='' told=0
	# Two loops, eight each.
	for ((i = 20; i < 37; i++)); do
		eval "exec $i<>/dev/tcp/127.0.0.1/$PORT"
		printf 'POST /me/import HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100\r\n\r\n--b' >&"$i"
	done
	for ((k = 0; k < 40 && told == 0; k++)); do
		for ((i = 20; i < 37; i++)); do
			read -r -t 0 -u "$i" || continue
			IFS= read -r -t 5 -u "$i" REPLY
			has "$REPLY" 'HTTP/1.1 503'
			told=1
			break
		done
		sleep 0.1
	done
	for ((i = 20; i < 37; i++)); do eval "exec $i>&- $i<&-"; done
	[ "$told" -eq 1 ]
	for ((k = 0; k < 40; k++)); do
		bring /me/import file=lb.csv
		[ "$CODES" = 503 ] || break
		sleep 0.1
	done
	[ "$CODES" = 200 ]
}
