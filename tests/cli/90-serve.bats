#!/usr/bin/env bats
# mr-serve: the page and the API, over sockets.
# SPDX-License-Identifier: MIT

load ../helpers
load ../serve

setup_file() {
	web
	# The titles of two films are what no page may take as its own.
	printf 'x/y\t<script>alert(1)</script>\t\t"&\t<b>|%s\t\n' "'q'" >>movies.tsv
	printf 'x y\t"onload=x\t1999\t\t\t\n' >>movies.tsv
	start_all
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
	ask /film/f210 "If-None-Match: $tag" 'If-None-Match: "x"'
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
	start hidden --movies movies.tsv --model als.mrm --no-users --host b.example,c.example --host a.example
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
