#!/usr/bin/env bats
# mr-serve: lists, by words, of films and for people, beside those of a shell.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034

load ../helpers
load ../serve

setup_file() {
	web
	start_all
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
	has "$BODY" '<li><a href="/user/u0011">u0011</a></li></ol>'
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
