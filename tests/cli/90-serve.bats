#!/usr/bin/env bats
# mr-serve: the page and the API, over sockets.
# SPDX-License-Identifier: MIT

load ../helpers
load ../serve

setup_file() {
	export WEB=$BATS_FILE_TMPDIR/web
	mkdir "$WEB" && cd "$WEB" || return 1
	# The titles of two films are what no page may take as its own.
	mr-ingest movies -q "$DATA/movies.csv" >movies.tsv
	mr-ingest ratings -q "$DATA/ratings.csv" >ratings.tsv
	mr-factorize -q -m als -d 8 ratings.tsv >als.mrm
	printf 'x/y\t<script>alert(1)</script>\t\t"&\t<b>|%s\t\n' "'q'" >>movies.tsv
	printf 'x y\t"onload=x\t1999\t\t\t\n' >>movies.tsv
	if [ -e "$MODEL/model.safetensors" ]; then
		sed -n '1p;200,280p' movies.tsv | mr-embed -q >movies.mrm
		start all --movies movies.tsv --items movies.mrm --model als.mrm
	else
		start all --movies movies.tsv --model als.mrm
	fi
}

@test "one line on standard output, and then it answers" {
	[ "$(wc -l <all.url)" -eq 1 ]
	grep -qE '^http://127\.0\.0\.1:[0-9]+/$' all.url
	[ ! -s all.err ] || fail "$(cat all.err)"
	ask /healthz
	[ "$CODES" = 200 ] && [ "$BODY" = ok ]
}

@test "pages have their headers, and are asked for again by ETag" {
	local tag
	ask /film/f210
	has "$HEAD" "Content-Security-Policy: default-src 'none'; style-src 'self'"
	has "$HEAD" 'X-Content-Type-Options: nosniff'
	has "$HEAD" 'Cache-Control: public, max-age=60'
	has "$HEAD" 'Content-Type: text/html; charset=utf-8'
	hasnt "$HEAD" 'Server:'
	has "$BODY" '<h1>Toy Story'
	hasnt "$BODY" '&lt;'
	tag=$(sed -n 's/^ETag: //p' <<<"$HEAD")
	ask /film/f210 "If-None-Match: $tag"
	[ "$CODES" = 304 ] && [ -z "${REPLY_ALL#"$HEAD"}" ]
	ask /film/f210 "If-Match: \"x\", $tag"
	[ "$CODES" = 200 ]
	ask /film/f210 "If-Match: W/$tag"
	[ "$CODES" = 412 ]
	ask /film/f210 "If-None-Match: \"x\", W/$tag"
	[ "$CODES" = 304 ]
	ask /film/f210 'If-None-Match: "x"'
	[ "$CODES" = 200 ]
	send 'HEAD /film/f210 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
	[ "$(sed -n '/^Content-Length/p' <<<"$REPLY_ALL")" = \
		"$(sed -n '/^Content-Length/p' <<<"$HEAD")" ]
	hasnt "$REPLY_ALL" '<'
	send 'PUT /about HTTP/1.1\r\nHost: localhost\r\n\r\n'
	has "$REPLY_ALL" 'Allow: GET, HEAD'
	tag=$(grep -o '/static/style[^"]*' <<<"$BODY")
	ask "$tag"
	has "$HEAD" 'Cache-Control: public, max-age=31536000, immutable'
	has "$HEAD" 'Content-Type: text/css'
	has "$HEAD" 'Vary: Accept-Encoding'
	hasnt "$HEAD" 'Content-Encoding'
	# As gzip it is the same, and a fourth of it.
	curl -s -H 'Accept-Encoding: br, gzip;q=0.5' -D head -o packed \
		"http://127.0.0.1:$PORT$tag"
	grep -q '^Content-Encoding: gzip' head
	gzip -dc packed | diff - <(curl -s "http://127.0.0.1:$PORT$tag")
	[ "$(wc -c <packed)" -lt 5000 ]
	ask /
	ask "$(grep -o '/static/script[^"]*' <<<"$BODY")"
	has "$HEAD" 'Content-Type: text/javascript'
	ask '/api/v1/films?n=1'
	has "$HEAD" "Content-Security-Policy: default-src 'none'; frame-ancestors"
	has "$HEAD" 'Link: </api/v1/films?n=1&offset=1>; rel="next"'
}

@test "what a film is called is text wherever it stands" {
	local page
	for page in '/search?q=script' '/film/x%2Fy' '/film?id=x/y' '/film?id=x+y' \
		'/search?q=onload' '/search?genre=%3Cb%3E' \
		'/search?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E' \
		'/search?q=%22%3E%3Cscript%3E&from=%3Cscript%3E' \
		'/api/v1/complete?q=script'; do
		ask "$page"
		[[ $CODES =~ ^(200|400)$ ]]
		hasnt "${BODY/<script src=\"\/static\/script./}" '<script'
		hasnt "$BODY" '<b>|'
		hasnt "$BODY" '"onload=x'
	done
	ask '/search?q=script'
	has "$BODY" '<a href="/film?id=x%2Fy">&lt;script&gt;alert(1)&lt;/script&gt;</a>'
	ask /api/v1/films/x%2Fy
	has "$BODY" '"title":"\u003cscript\u003ealert(1)\u003c/script\u003e","year":null'
	ask '/api/v1/film?id=x+y'
	has "$BODY" '"title":"\"onload=x","year":1999'
}

@test "a film and the model tell more where more is asked for" {
	local n
	ask /api/v1/films/f210
	hasnt "$BODY" '"people"'
	ask '/api/v1/films/f210?with=people,histogram,poster'
	has "$BODY" '"people":"John Lasseter'
	has "$BODY" '"poster":null'
	grep -o '{"rating":[^}]*}' <<<"$BODY" | sed 's/[^0-9.]/ /g' >got
	awk '$2 == "f210" { n[$3 + 0]++ } END { for (x in n) print x, n[x] }' \
		ratings.tsv | sort -g | diff -bw - got
	n=$(awk '{ s += $2 } END { print s }' got)
	has "$BODY" "\"ratings\":$n,"
	for x in with=x with=people,people 'with=people,'; do
		ask "/api/v1/films/f210?$x"
		[ "$CODES" = 400 ]
	done
	ask '/api/v1/complete?q=the&n=3'
	[ "$(grep -o '"item"' <<<"$BODY" | wc -l)" -eq 3 ]
	ask '/api/v1/complete?q=the&n=11'
	[ "$CODES" = 400 ]
	ask /api/v1/model
	has "$BODY" '"model":{"tool":"mr-factorize",'
	has "$BODY" '"rank":"8"'
	has "$BODY" "\"input.ratings\":\"$(mr-show als.mrm | sed -n 's/^  input.ratings *//p')\""
	has "$BODY" '"measures":[]'
	# Every rating there is can be given, where stars have half of them.
	ask /film/f210 'Cookie: mr_r=1.f210:450'
	has "$BODY" '<option selected>4.5</option><option>5</option></select>'
}

@test "titles are found whatever their case and accents" {
	ask '/api/v1/complete?q=th%C3%A9%20DARK'
	has "$BODY" '"title":"The Dark Knight"'
	ask '/api/v1/search?q=whats+up+doc&match=title&n=1'
	has "$BODY" "\"title\":\"What's Up, Doc?\""
	ask '/search?q=dark+knight'
	has "$BODY" '<h2 id="h-t">Titles</h2>'
	ask '/api/v1/search?q=dark&match=title&from=2008&to=2008'
	has "$BODY" '"total":1,'
	ask '/search?q=zzzz&genre=War'
	has "$BODY" 'zzzz'
	ask '/search?genre=War&from=1990'
	has "$BODY" '<option selected>War</option>'
	ask '/search?from=12'
	[ "$CODES" = 400 ]
	has "$BODY" 'aria-invalid="true" aria-describedby="wrong"'
	# What was typed stays, right or wrong.
	ask '/search?q=dark&genre=War&from=20155&to=%22'
	[ "$CODES" = 400 ]
	has "$BODY" 'role="alert">From year: expected a year from 1800 to 2200.'
	has "$BODY" 'name="from" min="1800" max="2200" inputmode="numeric" value="20155"'
	has "$BODY" 'value="&quot;" placeholder'
	has "$BODY" '<option selected>War</option>'
	has "$BODY" 'name="q" maxlength="200" value="dark"'
	# So many characters, however many code points an accent takes.
	ask "/search?match=title&q=$(printf 'e%%cc%%81%.0s' {1..200})"
	[ "$CODES" = 200 ]
	ask "/search?q=$(printf '%0201d' 0)"
	[ "$CODES" = 400 ]
	has "$BODY" "value=\"$(printf '%0201d' 0)\""
	# The first titles, and all of them.
	ask '/search?q=the'
	has "$BODY" '<a href="/search?q=the&amp;match=title">all '
	[ "$(sed -n '/id="h-t"/,/<\/ol>/p' <<<"$BODY" | grep -c '^<li>')" -eq 5 ]
	ask '/search?q=the&match=title&n=7&offset=7'
	[ "$(grep -c '^<li>' <<<"$BODY")" -eq 7 ]
	has "$BODY" 'href="/search?q=the&amp;match=title&amp;offset=14&amp;n=7">Next'
	hasnt "$BODY" 'h-w'
	ask '/api/v1/search?q=the&match=title&n=7'
	has "$BODY" '"next":"/api/v1/search?q=the&match=title&n=7&offset=7"'
}

@test "films near words and films are those of mr-knn" {
	need_model
	local q
	for q in 'a heist that goes wrong' 'toys come alive' 'robots & humans'; do
		ask "/api/v1/search?match=text&n=50&q=$(sed 's/ /+/g; s/&/%26/' <<<"$q")"
		items cosine >got
		mr-embed -q --lines <<<"$q" | mr-knn -q -k 50 movies.mrm |
			awk -F '\t' 'NR > 1 { print $3, $4 }' >want
		[ "$(wc -l <want)" -eq 50 ]
		diff want got
	done
	ask '/api/v1/films/f210/similar?n=20&offset=5'
	items cosine >got
	mr-knn -q -k 25 --row f210 movies.mrm |
		awk -F '\t' 'NR > 6 { print $3, $4 }' >want
	diff want got
	# what a film page found is kept, and is the same then
	head -n 8 <(mr-knn -q -k 8 --row f210 movies.mrm | sed 1d) |
		awk -F '\t' '{ print $3, $4 }' >want
	for q in 1 2; do
		ask "/film/f210?$q"
		ask "/api/v1/films/f210/similar?n=8&offset=0"
		items cosine | diff want -
	done
	ask '/api/v1/films/f210/similar?genre=War&n=8'
	[ "$(items cosine | diff - want | grep -c '^<')" -gt 0 ]
	ask '/api/v1/films/f210/similar?genre=War&n=3'
	[ "$(items cosine | wc -l)" -eq 3 ]
}

@test "close and loose words, what it took, and the same as JSON" {
	need_model
	local line mean
	ask '/search?q=toys+that+come+alive&genre=Animation'
	line=$(grep -o '[0-9a-z ,]* · searched 81 texts in [0-9.]* ms · <a href="[^"]*">JSON' <<<"$BODY")
	has "$line" 'href="/api/v1/search?q=toys%20that%20come%20alive&amp;genre=Animation&amp;match=text"'
	mr-embed -q --lines <<<'toys that come alive' |
		mr-knn -q -k 81 movies.mrm | sed 1d >all
	mean=$(awk '{ s += $4 } END { print s / NR }' all)
	ask '/search?q=toys+that+come+alive&n=81'
	awk -v m="$mean" '{ printf "%s, %.3f\n", $4 - m >= .19 ? "close" : "loose", $4 }' all >want
	grep -oE '(close|loose), -?[0-9.]+' <<<"$BODY" | diff - want
	has "$BODY" "$(grep -c close want) close, then looser ones"
	[ "$(grep -c 'class="meter loose"' <<<"$BODY")" -eq "$(grep -c loose want)" ]
	ask '/search?q=zzzz&genre=Horror&from=2021'
	has "$BODY" 'No film matches “zzzz” with genre Horror, from 2021 on.'
	has "$BODY" 'Without the filters there are 0 titles.'
	has "$BODY" '<a class="btn" href="/search?q=zzzz">Search without filters'
}

@test "words are embedded as the vectors were, in 8 bits too" {
	need_model
	sed -n '1p;200,230p' movies.tsv | mr-embed -q --precision int8 >eight.mrm
	start eight --movies movies.tsv --items eight.mrm
	PORT=$(port_of eight)
	ask '/api/v1/search?match=text&n=30&q=robots+and+humans'
	items cosine >got
	mr-embed -q --precision int8 --lines <<<'robots and humans' |
		mr-knn -q -k 30 eight.mrm | awk -F '\t' 'NR > 1 { print $3, $4 }' |
		diff - got
	[ ! -s eight.err ] || fail "$(cat eight.err)"
}

# Of a store the rows stay in its file, with a header before every 256.
@test "vectors in a store answer as those in a stream" {
	local x target
	"$MR_BUILD/fault/tiny" tiny
	mr-embed -q -M tiny movies.tsv >tiny.mrm
	mr-index build -q tiny.store tiny.mrm
	for x in mrm store; do
		start "tiny-$x" --movies movies.tsv --items "tiny.$x" -M tiny \
			--model als.mrm
		PORT=$(port_of "tiny-$x")
		for target in '/search?q=toys+that+come+alive&n=100' \
			'/search?q=a+war+of+robots&n=100&offset=200' \
			'/api/v1/users/u0011/recommendations?n=100&mix=both' \
			'/api/v1/users/u0400/recommendations?n=100&mix=text' \
			'/api/v1/films/f300/similar?n=100'; do
			ask "$target"
			[ "$CODES" = 200 ]
			sed 's/ in [0-9.]* ms / /' <<<"$BODY"
		done >"answers.$x"
	done
	diff answers.mrm answers.store
	# The mean over all films, by which they are close, is that of all rows.
	ask '/api/v1/search?match=text&n=1&q=a+war+of+robots'
	x=$(sed 's/.*"mean":\([^,]*\),.*/\1/' <<<"$BODY")
	mr-embed -q -M tiny --lines <<<'a war of robots' |
		mr-knn -q -k 1000 tiny.mrm | sed 1d | awk -F '\t' -v mean="$x" '
		{ s += $4 } END { exit !(NR > 300 && s / NR - mean < 1e-6 &&
			mean - s / NR < 1e-6) }'
	# With or without a cookie, and the time that each took, the same words.
	ask '/search?q=toys+that+come+alive' 'Cookie: x=1'
	x=$(sed -n 's/^ETag: //p' <<<"$HEAD")
	[[ $x == W/* ]]
	for target in 1 2 3; do
		ask '/search?q=toys+that+come+alive' "Cookie: x=$target" \
			"If-None-Match: $x"
		[ "$CODES" = 304 ]
	done
	ask '/search?q=toys+that+come+alone' 'Cookie: x=1' "If-None-Match: $x"
	[ "$CODES" = 200 ]
	# What a list by texts has not is refused.
	for x in explain keep_seen; do
		ask "/api/v1/users/u0011/recommendations?mix=text&$x=1"
		[ "$CODES" = 400 ]
		has "$BODY" '"parameter":"mix","detail":"a list by texts has neither'
		ask "/api/v1/users/u0011/recommendations?mix=both&$x=1"
		[ "$CODES" = 200 ]
	done
}

@test "who has rated almost all gets what is left" {
	local x
	"$MR_BUILD/fault/tiny" tiny-many
	seq 10300 | awk -v OFS='\t' 'BEGIN { print "item", "title", "genre" }
		{ print "n" $1, "film " $1 % 97 " of " $1 % 89, "" }' >many.tsv
	mr-embed -q -M tiny-many many.tsv >many.mrm
	seq 10300 | awk -v OFS='\t' 'BEGIN { print "user", "item", "rating" }
		$1 > 30 { print "all", "n" $1, $1 % 5 + 1 }
		$1 < 60 { print "few", "n" $1, $1 % 4 + 1 }' >many.ratings
	mr-factorize -q -m baseline many.ratings >many.model
	sed -i '1s/$/\tyear/; 2s/$/\t1990/; 3s/$/\t20011/; 4s/$/\t2001/
		5,$s/$/\t/' many.tsv
	printf 'late\tWithout words\tLate\t\n' >>many.tsv
	start many --movies many.tsv --items many.mrm -M tiny-many \
		--model many.model
	PORT=$(port_of many)
	seq 30 | sed 's/^/n/' | sort >left
	for x in text both ratings; do
		ask "/api/v1/users/all/recommendations?n=100&mix=$x"
		grep -o '"item":"[^"]*"' <<<"$BODY" | cut -d '"' -f 4 | sort |
			diff left -
	done
	ask '/user/all?mix=both'
	has "$BODY" '<p class="num">10,270, the highest first</p>'
	has "$BODY" '1 to 20 of 10270'
	ask '/user/all?rated=10000&offset=5&n=100'
	has "$BODY" '10001 to 10100 of 10270'
	has "$BODY" 'href="/user/all?offset=5&amp;rated=9900&amp;n=100#h-r">Previous'
	hasnt "$BODY" 'Next'
	ask '/api/v1/users/all/ratings?sort=rating&n=3&offset=10000'
	has "$BODY" '"total":10270,"next":null,"by":"rating"'
	ask /about
	has "$BODY" ', 1990 to 2001'
	ask '/search?q=without&genre=Late'
	has "$BODY" '<p>none of these films has a text · searched 10,300 texts'
}

@test "lists by ratings, texts or both" {
	need_model
	local cookie='mr_r=1.f210:500.f240:450.f088:100.f237:500'
	ask /me/ratings.tsv "Cookie: $cookie"
	echo "$BODY" >some.tsv
	ask '/me?mix=both' "Cookie: $cookie"
	has "$BODY" 'mix=both" aria-current="true">both</a>'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	mr-recommend -q -n 20 --ratings some.tsv --items movies.mrm als.mrm \
		2>warned | awk -F '\t' 'NR > 1 { print $3 }' | diff - got
	has "$BODY" '<a class="btn" rel="next" href="/me?offset=20&amp;mix=both">Next</a>'
	has "$BODY" '<a href="/me?genre=Animation&amp;mix=both">Animation</a>'
	ask '/me?mix=text' "Cookie: $cookie"
	has "$BODY" 'By the texts of the films that you rated'
	ask '/me?genre=War&to=1999' "Cookie: $cookie"
	has "$BODY" '<b>those with genre War, up to 1999</b>'
	hasnt "$BODY" 'aria-current="true">All'
	# Of users likewise, as pages and as JSON.
	echo u0011 | sed '1i user' >one.tsv
	for x in both text; do
		ask "/api/v1/users/u0011/recommendations?mix=$x"
		items "$([ $x = both ] && echo score || echo cosine)" >"got.$x"
		ask "/user/u0011?mix=$x"
		sed '/id="h-r"/,$d' <<<"$BODY" | grep -o 'href="/film/[^"]*">' |
			sed 's/.*film.//; s/".*//' | awk '!n[$0]++' >shown
	done
	mr-recommend -q -n 20 --users one.tsv --items movies.mrm als.mrm \
		2>warned | awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got.both
	cut -d ' ' -f 1 got.text | head -n 5 >five
	head -n 5 shown | diff five -
	start bare --movies movies.tsv --model als.mrm
	PORT=$(port_of bare)
	ask '/api/v1/users/u0011/recommendations?mix=text'
	[ "$CODES" = 400 ]
	has "$BODY" '"parameter":"mix","detail":"there are no vectors of texts here"'
	ask '/me?mix=both' "Cookie: $cookie"
	[ "$CODES" = 400 ]
	ask /me "Cookie: $cookie"
	hasnt "$BODY" Weigh
}

@test "lists, guesses and reasons are those of mr-recommend" {
	local u x
	mr-recommend -q -n 30 als.mrm >lists
	for u in $(cut -f 1 lists | sed 1d | sort -u | head -n 20); do
		ask "/api/v1/users/$u/recommendations?n=30"
		items score | sed "s/^/$u /"
	done >got
	awk -F '\t' 'NR > 1 { print $1, $3, $4 }' lists |
		head -n "$(wc -l <got)" >want
	[ "$(wc -l <got)" -eq 600 ]
	diff want got
	u=$(sed -n 2p lists | cut -f 1)
	ask "/api/v1/users/$u/recommendations?n=1&explain=1"
	mr-recommend -q -n 1 --explain 50 als.mrm | sed -n 2p | cut -f 6 |
		tr '|' '\n' | grep -v -e '=-' | head -n 2 |
		sed 's/\(.*\)=\(.*\)/{"item":"\1","part":\2}/' | paste -sd, >want
	has "$BODY" "\"because\":[$(cat want)]"
	ask "/user/$u"
	has "$BODY" 'Because of '
	has "$BODY" "<h1>User <span class=\"mono\">$u</span></h1><p>$(
		mr-show --tsv --matrix R als.mrm | grep -c "^$u	") ratings, mean "
	has "$BODY" ' · most: '
	for x in 0 20 40; do
		ask "/user/$u?rated=$x"
		grep -o 'seen">★ [0-9.]*' <<<"$BODY" | sed 's/.* //'
	done >order
	sort -gr order | diff - order
	mr-show --tsv --matrix R als.mrm | awk -v u="$u" '$1 == u { print $3 }' |
		sort -gr | diff - order
	ask "/api/v1/users/$u/ratings?sort=rating&n=100"
	items rating | cut -d ' ' -f 2 | diff order -
	ask "/user/$u"
	has "$BODY" "<a class=\"btn\" rel=\"next\" href=\"/user/$u?offset=20\">"
	ask "/user?id=$u&offset=20"
	has "$BODY" "href=\"/user?id=$u&amp;offset=0\""
	ask /user/nobody
	[ "$CODES" = 404 ]
	ask /user/u00119
	[ "$CODES" = 404 ]
	has "$BODY" 'href="/users?q=u0011">Those that begin with u0011</a>'
	ask /user/nobody
	has "$BODY" 'href="/users">All of them</a>'
	# É and é begin with one byte, and are two letters.
	printf 'user\titem\trating\n%s\tf001\t4\nz\tf001\t3\n' aé |
		mr-factorize -q -m baseline >accents.mrm
	start accents --movies movies.tsv --model accents.mrm
	PORT=$(port_of accents)
	ask /user/a%C3%89
	has "$BODY" 'href="/users?q=a">Those that begin with a</a>'
	PORT=$(port_of all)
	ask /about
	has "$BODY" "<dd class=\"num\">20,893 by 600 people, 9.75 % of the table filled</dd>"
	has "$BODY" '<dt>Model</dt><dd>als, rank <span class="mono">8</span>, sweeps'
	has "$BODY" "<dd class=\"mono\">$(mr-show als.mrm | sed -n 's/^  input.ratings *//p')</dd>"
	has "$BODY" '<code>--measures measures.tsv</code>'
	ask '/users?q=u000'
	has "$BODY" '<a href="/user/u0001">'
}

@test "ratings stand in a cookie, and lists for them are those of a shell" {
	local cookie='' x
	ask /me
	has "$BODY" 'No ratings yet'
	for x in f210:5 f240:4.5 f088:1 f237:5; do
		post /rate "item=${x%:*}&rating=${x#*:}&back=%2Fsearch%3Fq%3Da%2Bb" \
			'Sec-Fetch-Site: same-origin' "Cookie: $cookie"
		[ "$CODES" = 303 ]
		cookie=$(sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p' <<<"$HEAD")
	done
	has "$HEAD" 'HttpOnly; SameSite=Lax'
	has "$HEAD" 'Location: /search?q=a%20b#f-f237'
	ask /me/ratings.tsv "Cookie: $cookie"
	echo "$BODY" >mine.tsv
	[ "$(wc -l <mine.tsv)" -eq 5 ]
	mr-recommend -q -n 20 --ratings mine.tsv als.mrm |
		awk -F '\t' 'NR > 1 { print $3 }' >want
	ask /me "Cookie: $cookie"
	has "$HEAD" 'Cache-Control: private, no-cache'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	diff want got
	has "$BODY" 'Because of your '
	ask / "Cookie: $cookie"
	has "$BODY" 'For you'
	# What is guessed of a film does not know what he gave it.
	grep -v f210 mine.tsv |
		mr-recommend -q -n 400 --ratings - als.mrm |
		awk -F '\t' '$3 == "f210" { printf "%.1f", $4 }' >want
	ask /film/f210 "Cookie: $cookie"
	has "$BODY" "Our guess without it</p><p class=\"big num\">$(cat want) <span"
	ask /film/f211 "Cookie: $cookie"
	has "$BODY" 'Our guess</p>'
	has "$BODY" 'Because of your '
	post /rate 'item=f210&rating=' "Cookie: $cookie" 'Origin: http://localhost'
	hasnt "$HEAD" 'f210:'
	has "$HEAD" 'Location: /me#f-f210'
	post /rate 'item=f210&rating=9' 'Sec-Fetch-Site: same-origin'
	[ "$CODES" = 400 ]
	post /rate 'item=nope&rating=1' 'Sec-Fetch-Site: same-origin'
	[ "$CODES" = 404 ]
	post /rate 'item=f210&rating=1&back=%2F%2Fevil.example%2F' \
		'Sec-Fetch-Site: same-origin'
	has "$HEAD" 'Location: /me#f-f210'
	# One more than there is room for: what can be done about it.
	post /rate 'item=f210&rating=1' 'Sec-Fetch-Site: same-origin' \
		"Cookie: mr_r=1$(seq -f .x%g:300 -s '' 200)"
	[ "$CODES" = 400 ]
	hasnt "$HEAD" 'Set-Cookie'
	has "$REPLY_ALL" '<a class="btn" href="/me/ratings.tsv">Save them</a>'
	post /forget '' 'Sec-Fetch-Site: same-origin' "Cookie: $cookie"
	has "$HEAD" 'Max-Age=0'
	ask /me 'Cookie: mr_r=1.f210:9999'
	has "$BODY" 'could not be read'
}

@test "who has rated nothing is shown twelve films, genres or not" {
	ask /
	[ "$(grep -c '<li class="card"' <<<"$BODY")" -eq 12 ]
	has "$BODY" '<a href="/?offset=12">Show others</a>'
	grep -o 'id="f-[^"]*' <<<"$BODY" >first
	ask '/?offset=12'
	grep -o 'id="f-[^"]*' <<<"$BODY" | sort - first | uniq -d >both
	[ ! -s both ]
	[ "$(grep -c '<li class="card"' <<<"$BODY")" -eq 12 ]
	cut -f 1,2 movies.tsv >plain.tsv
	start plain --movies plain.tsv
	PORT=$(port_of plain)
	ask /
	[ "$(grep -c '<li class="card"' <<<"$BODY")" -eq 12 ]
}

@test "what cannot be served is told, and nothing is written" {
	try mr-serve --port "$PORT" --movies movies.tsv
	expect 1 "^mr-serve: 127.0.0.1 port $PORT: "
	expect_out ''
	TO=/dev/full try mr-serve --port 0 --movies movies.tsv
	expect 1 'No space'
	try mr-serve
	expect 2 '--movies is missing'
	try mr-serve --movies movies.tsv --address localhost
	expect 2 'in numbers'
	try mr-serve --movies nope.tsv
	expect 1 'nope.tsv'
	try mr-serve --movies movies.tsv --model movies.tsv
	expect 1 'movies.tsv'
	try mr-serve --check --movies movies.tsv --model als.mrm
	expect 0
	expect_out "films\t$(($(wc -l <movies.tsv) - 1))\nusers\t600\nvectors\t0\n"
	try mr-serve --check --movies movies.tsv --address 0.0.0.0 --model als.mrm
	expect 0 'whoever reaches it can read the films and the ratings'
	try mr-serve --openapi
	expect 0
	grep -q '^{"openapi":"3.1.0"' "$OUT"
	# Served, it knows the genres, and that words are more than blanks.
	ask /api/v1/openapi.json
	has "$BODY" '"Drama","Family","Fantasy","History"'
	run jq -e '.paths["/api/v1/search"].get.parameters[0].schema.pattern as $p |
		["  ", " a b", "a\t"] | map(test($p)) | join(" ")' "$OUT"
	[ "$output" = '"false true false"' ]
}

@test "without users nothing of them is served" {
	start hidden --movies movies.tsv --model als.mrm --no-users --host a.example
	PORT=$(port_of hidden)
	ask / 'X: y'
	[ "$CODES" = 421 ]
	for x in /users /user/u0001 /api/v1/users/u0001; do
		send "GET $x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
		[ "$CODES" = 404 ]
	done
	send 'GET / HTTP/1.1\r\nHost: A.example:80\r\nConnection: close\r\n\r\n'
	[ "$CODES" = 200 ]
	hasnt "$REPLY_ALL" '/users'
}

@test "posters are shown to who asks for them, and of films that have one" {
	local cookie bad
	printf 'item\ttitle\tposter\n1\tOne\t/a-1.jpg\n2\tTwo\t\n3\tThree\t/x" onerror=x\n4\tFour\t/../a.jpg\n5\tFive\t.evil/a.jpg\n' >p.tsv
	start posters --movies p.tsv --posters https://image.tmdb.org/t/p/w342
	PORT=$(port_of posters)
	ask /
	hasnt "$BODY" '<img'
	has "$HEAD" "img-src 'self';"
	has "$BODY" 'Show posters</button>'
	post /images 'images=1&back=%2Fsearch%3Fq%3DOne' 'Sec-Fetch-Site: same-origin'
	[ "$CODES" = 303 ]
	has "$HEAD" 'Location: /search?q=One'
	cookie=$(sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p' <<<"$HEAD")
	[ "$cookie" = mr_i=1 ]
	ask / "Cookie: mr_r=1.2:500; $cookie"
	has "$BODY" '<span class="count">1</span>'
	has "$HEAD" "img-src 'self' https://image.tmdb.org;"
	has "$BODY" '<img src="https://image.tmdb.org/t/p/w342/a-1.jpg" alt="" width="200" height="300" loading="lazy" decoding="async" referrerpolicy="no-referrer">'
	[ "$(grep -c '<img' <<<"$BODY")" -eq 1 ]
	[ "$(grep -c 'class="card"' <<<"$BODY")" -eq 5 ]
	has "$BODY" 'Hide posters</button>'
	ask /film/2 "Cookie: $cookie"
	[ "$CODES" = 200 ]
	has "$HEAD" "img-src 'self';"
	ask /about
	has "$BODY" 'not endorsed or certified by TMDB'
	post /images 'images=0' 'Sec-Fetch-Site: same-origin' "Cookie: $cookie"
	has "$HEAD" 'Set-Cookie: mr_i=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
	for bad in http://a.example/ 'https://a.example/"' 'https://a b/' https:///x; do
		try mr-serve --movies p.tsv --posters "$bad"
		expect 2 'expected https://HOST/PATH'
	done
	cut -f 1,2 p.tsv >none.tsv
	try mr-serve --check --movies none.tsv --posters https://a.example
	expect 0 'no column poster'
}

@test "liked by the same people: by factors, else by the weights of neighbours" {
	local m
	ask '/api/v1/films/f210/similar?by=ratings&n=5'
	has "$BODY" '"by":"cosine of factors"'
	for m in itemknn 'knn --axis item' slopeone; do
		# shellcheck disable=SC2086
		mr-factorize -q -m $m ratings.tsv >near.mrm
		start "${m%% *}" --movies movies.tsv --model near.mrm
		PORT=$(port_of "${m%% *}")
		ask '/api/v1/films/f210/similar?by=ratings&n=20'
		if [ "$m" = slopeone ]; then
			has "$BODY" '"items":[]'
			ask /film/f210
			has "$BODY" 'The model does not compare this film'
			continue
		fi
		items weight >got
		mr-show --tsv --matrix S near.mrm | awk -F '\t' '
			$2 == "f210" && $3 > 0 { print $1, $3 }' |
			LC_ALL=C sort -k 2,2gr -k 1,1 | head -n 20 >want
		[ "$(wc -l <want)" -eq 20 ]
		# Equal weights stand by the number of ratings.
		cut -d ' ' -f 2 want >a
		cut -d ' ' -f 2 got | diff a -
		diff <(sort want | head -n 15) <(sort got | head -n 15)
		ask /film/f210
		has "$BODY" 'Liked by the same people'
		hasnt "$BODY" cosine
	done
}

@test "the very id stands first among those that begin so, and unknown is named" {
	printf 'user\titem\trating\n' >many.tsv
	seq -f $'u9%03g\tf210\t3' 150 >>many.tsv
	printf 'u9\tf210\t4\n' >>many.tsv
	mr-factorize -q -m baseline many.tsv 2>/dev/null >many.mrm
	start many --movies movies.tsv --model many.mrm
	PORT=$(port_of many)
	ask '/users?q=u9'
	has "$BODY" '<ol class="chips"><li><a href="/user/u9">u9</a></li><li><a href="/user/u9001">'
	[ "$(grep -o 'href="/user/' <<<"$BODY" | wc -l)" -eq 100 ]
	ask '/users?q=x'
	has "$BODY" 'Nobody has an id that'
	ask '/api/v1/films?n=1&what=%22x%22'
	[ "$CODES" = 400 ]
	has "$BODY" '"errors":[{"parameter":"what","detail":"there is no such parameter here"}]'
	ask '/api/v1/films?=1'
	has "$BODY" '"errors":[{"parameter":"="'
	ask '/search?what=1'
	[ "$CODES" = 200 ]
}

@test "no user, a word for one, no title, no poster: an answer each, and in order" {
	local x
	for x in /user/0 /user/99999999 /user/abc /film/nope /api/v1/users/abc \
		/api/v1/films/nope; do
		ask "$x"
		[ "$CODES" = 404 ]
	done
	has "$BODY" 'no film has that id'
	# Nobody named is everybody, and what is not there says what is.
	ask /user
	[ "$CODES" = 200 ]
	has "$BODY" '<h1>People of the ratings</h1>'
	ask /about/
	[ "$CODES" = 404 ]
	has "$BODY" '<a class="btn" href="/about">To the one without</a>'
	ask /nope/
	hasnt "$BODY" 'one without'
	ask '/api/v1/films?genre=Nope'
	has "$BODY" '"errors":[{"parameter":"genre","detail":"it is none of the catalogue"}]'
	ask /film/nope
	has "$BODY" 'href="/search?q=nope">Search for it</a>'
	ask '/search?q='
	[ "$CODES" = 200 ]
	has "$BODY" '<h2 id="h-w">Films</h2>'
	ask '/search?q=%20%20'
	[[ $CODES =~ ^(200|400)$ ]]
	ask '/api/v1/search?q='
	[ "$CODES" = 400 ]
	ask /film/f001
	[ "$CODES" = 200 ]
	hasnt "$BODY" '<img'
	need_model
	# On the page as in the list, the nearest first.
	ask '/search?q=a+heist+that+goes+wrong'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	mr-embed -q --lines <<<'a heist that goes wrong' |
		mr-knn -q -k 20 movies.mrm | awk -F '\t' 'NR > 1 { print $3 }' |
		diff - got
}
