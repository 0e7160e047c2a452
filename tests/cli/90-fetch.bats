#!/usr/bin/env bats
# The fetchers against a scripted server on this machine.
# SPDX-License-Identifier: MIT

load ../helpers
load ../server

WIKI=/w/rest.php/v1/page/List_of_American_films_of_

setup() {
	command -v curl >/dev/null || skip "no curl"
	cd "$BATS_TEST_TMPDIR" || return 1
	: >script
	for y in 1970 1971 1972 1973; do
		echo "page of $y" >"$y"
	done
}
teardown() { stop_server; }

# quick is in ../server.
# shellcheck disable=SC2154
wiki() {
	try "$TOP/scripts/fetch-wikipedia" "${quick[@]}" --base "$BASE" "$@" d
}

@test "fetch: in order, one at a time, with name and contact; then nothing" {
	for y in 1970 1971 1972; do
		answer "$WIKI$y/html" 200 'ETag: "e'$y'"' "$y"
	done
	answer "${WIKI}the_1890s/html" 404
	serve
	wiki --years 1970-1972,1893-1899
	expect 0 '^scripts/fetch-wikipedia: 3 fetched, 0 there already, 1 not found, 4 requests$'
	asked | diff -u - <(printf '%s\n' "200 $WIKI"{1970,1971,1972}/html \
		"404 ${WIKI}the_1890s/html")
	cut -f 2 log | sort -u | diff -u <(echo 1) -
	grep -qF 'User-Agent: mr/' log
	grep -qF '(test@example.org) curl' log
	grep -qi 'Accept-Encoding:.*gzip' log
	cmp 1971 d/1971.html
	awk -F '\t' -v OFS='\t' '{ $5 = ""; print }' d/manifest.tsv >m
	diff -u m - <<END
$(printf 'key\turl\tstatus\tetag\t\tbytes\tsha256')
$(for y in 1970 1971 1972; do printf '%s.html\t%s%s%s/html\t200\t"e%s"\t\t13\t%s\n' \
	$y "$BASE" "$WIKI" $y $y "$(sha256sum <$y | cut -d ' ' -f 1)"; done)
$(printf '1890s.html\t%s%sthe_1890s/html\t404\t-\t\t0\t-' "$BASE" "$WIKI")
END
	wiki --years 1970-1972,1893-1899
	expect 0 '0 fetched, 3 there already, 1 not found, 0 requests'
	[ "$(wc -l <log)" -eq 4 ]
	[ -z "$(find d -name '.part*')" ]
}

@test "fetch: an old page is asked for by its tag, a lost one anew" {
	answer "${WIKI}1970/html" 200 'ETag: W/"a\b"' 1970
	answer "${WIKI}1970/html" 304
	answer "${WIKI}1971/html" 200 '' 1971
	serve
	wiki --years 1970-1971
	sed -i 's/\t20[0-9-]*T/\t2001-01-01T/' d/manifest.tsv
	rm d/1971.html
	wiki --years 1970-1971
	expect 0 '1 fetched, 1 there already, 0 not found, 2 requests'
	cmp 1970 d/1970.html
	cmp 1971 d/1971.html
	[ "$(grep -c 'If-None-Match' log)" -eq 1 ]
	wiki --years 1970-1971
	expect 0 '0 requests'
}

@test "fetch: failures that pass" {
	head -c 17000000 /dev/zero >large
	echo '{"error":{"code":"maxlag"}}' >lag
	echo '{"error":{"code":"ratelimited","info":"x"}}' >limited
	answer "${WIKI}1970/html" 429 'Retry-After: 1'
	answer "${WIKI}1970/html" 503
	answer "${WIKI}1970/html" 200 'Retry-After: 0' lag
	answer "${WIKI}1970/html" 200 '' 1970 0 5
	answer "${WIKI}1970/html" 200 '' 1970
	answer "${WIKI}1971/html" 200 '' large
	answer "${WIKI}1971/html" 302 "Location: ${WIKI}x"
	answer "${WIKI}x" 200 '' 1971
	answer "${WIKI}1972/html" 302 'Location: http://example.org/'
	answer "${WIKI}1973/html" 200 'Retry-After: 0' limited
	answer "${WIKI}1973/html" 200 '' 1973
	serve
	wiki --years 1970-1973
	expect 0 '3 fetched, 0 there already, 0 not found, 11 requests'
	cmp 1970 d/1970.html
	cmp 1971 d/1971.html
	[ ! -e d/1972.html ]
	sed -n 's/^scripts.fetch-wikipedia: 197/197/p' "$ERR" | cut -c 1-44 |
		diff -u - <(printf '%s\n' '1970.html: status 429' \
			'1970.html: status 503' '1970.html: the server lags' \
			'1970.html: curl: (18) transfer closed with 8' \
			'1971.html: a body of more than 16 MiB' \
			'1972.html: sent on to another host' \
			'1973.html: the server says ratelimited')
	# The server said to wait a second.
	awk 'NR < 3 { t[NR] = $1 } END { exit t[2] - t[1] < 950 }' log
}

@test "fetch: five failures in a row, a refusal, a limit: stopped" {
	answer "${WIKI}1970/html" 200 '' 1970
	answer "${WIKI}1971/html" 500
	answer "${WIKI}1972/html" 403
	serve
	wiki --years 1970-1973
	expect 1 'fetch-wikipedia: five failures in a row: stopped with 3 left; the same command goes on'
	[ "$(wc -l <log)" -eq 6 ]
	wiki --years 1972
	expect 1 'status 403: the server refuses; is MR_CONTACT'
	rm -r d
	wiki --years 1970-1973 --max-requests 1
	expect 1 '--max-requests: stopped with 3 left'
	cmp 1970 d/1970.html
}

@test "fetch: killed, and run again: what was answered is not asked again" {
	need_plain_build
	for y in 1970 1971 1972 1973; do
		answer "$WIKI$y/html" 200 '' $y 200
	done
	serve
	for _ in 1 2 3; do
		timeout -s KILL 0.6 "$TOP/scripts/fetch-wikipedia" "${quick[@]}" \
			--base "$BASE" --years 1970-1973 d 2>/dev/null || true
	done
	printf 'torn line\t' >>d/manifest.tsv
	wiki --years 1970-1973
	expect 0 ' 0 not found'
	for y in 1970 1971 1972 1973; do
		cmp $y d/$y.html
	done
	[ -z "$(find d -name '.part*')" ]
	# A file that is there was answered once; what a kill met, at most thrice.
	[ "$(wc -l <log)" -le 7 ]
	wiki --years 1970-1973
	expect 0 '0 requests'
}

@test "fetch: a dry run, spacing, and usage" {
	try "$TOP/scripts/fetch-wikipedia" --dry-run --years 1970-2023 d
	expect 0
	expect_out 'scripts/fetch-wikipedia: 54 requests, 1 minutes\n'
	[ ! -e d ]
	for y in 1970 1971 1972; do
		answer "$WIKI$y/html" 200 '' $y
	done
	serve
	try "$TOP/scripts/fetch-wikipedia" --rate 4 --base "$BASE" \
		--years 1970-1972 d
	expect 0
	# Two gaps of 250 ms, less what the first was late.
	awk '{ t[NR] = $1 } END { exit t[3] - t[1] < 400 }' log
	MR_CONTACT='' try "$TOP/scripts/fetch-wikipedia" --years 1970 d
	expect 2 'MR_CONTACT'
	for o in '--years 70' '--base http://example.org --years 1970' \
		'--rate 21 --years 1970' '--rate 0 --years 1970' '--what 1' \
		'--max-requests x --years 1970' ''; do
		# shellcheck disable=SC2086 # words
		try "$TOP/scripts/fetch-wikipedia" $o d
		expect 2 usage
	done
}

tmdb() {
	try "$TOP/scripts/fetch-tmdb" "$1" "${quick[@]}" --base "$BASE" "${@:2}" d
}

@test "fetch-tmdb: what is asked, and the token in no other place" {
	local movie='?append_to_response=credits,reviews'
	echo '{"id":7}' >seven
	answer '/3/search/movie?query=Am%C3%A9lie%20%26%20%231%3F&page=1' 200 '' seven
	answer "/3/movie/7$movie" 200 '' seven 500
	serve
	printf 'title\ttmdb\nAm\303\251lie & #1?\t7\nAm\303\251lie & #1?\t\nx\ta7\n' >f
	TMDB_TOKEN=se.cr-et tmdb search <f
	expect 0 'not endorsed or certified by TMDB'
	grep -q '1 fetched, 0 there already, 1 not found' "$ERR"
	: >args
	(for _ in $(seq 500); do
		ps axww -o args >args
		! grep -q '^curl -q' args || break
		sleep 0.01
	done) 3>&- &
	TMDB_TOKEN=se.cr-et tmdb movies <f
	expect 0 '1 values of tmdb are no ids'
	cmp seven d/7.json
	grep -q '^curl -q' args
	[ "$(grep -c 'Authorization: Bearer se.cr-et' log)" -eq 3 ]
	if grep -rF se.cr-et d args "$ERR" "$OUT"; then
		fail "the token is seen"
	fi
	printf 'se.cr-et\n' >token
	tmdb movies --token-file token <f
	expect 1 'others may read it'
	chmod 600 token
	tmdb movies --token-file token <f
	expect 0 '1 there already'
	tmdb movies <f
	expect 2 'no token'
	echo item >f
	tmdb movies --token-file token <f
	expect 1 "no column 'tmdb'"
}

@test "fetch-wikidata: redirects, ranks, and ids of one request" {
	command -v jq >/dev/null || skip "no jq"
	local api='/w/api.php?action=query&prop=pageprops&ppprop=wikibase_item&redirects=1&format=json&formatversion=2&maxlag=5&titles='
	local get='/w/api.php?action=wbgetentities&props=claims&format=json&formatversion=2&maxlag=5&ids='
	cat >titles <<'END'
{"query":{"normalized":[{"from":"c_d","to":"C d"}],"redirects":[{"from":"C d","to":"C D (film)"}],
"pages":[{"title":"A","pageprops":{"wikibase_item":"Q1"}},{"title":"B"},{"title":"C D (film)","pageprops":{"wikibase_item":"Q3"}}]}}
END
	cat >ids <<'END'
{"entities":{"Q1":{"id":"Q1","claims":{
 "P4947":[{"rank":"normal","mainsnak":{"datavalue":{"value":"11"}}},{"rank":"preferred","mainsnak":{"datavalue":{"value":"12"}}},{"rank":"deprecated","mainsnak":{"datavalue":{"value":"13"}}}],
 "P345":[{"rank":"normal","mainsnak":{"datavalue":{"value":"tt1"}}},{"rank":"normal","mainsnak":{"datavalue":{"value":"tt2"}}}]}},
"Q3":{"id":"Q3","claims":{"P345":[{"rank":"normal","mainsnak":{"datavalue":{"value":"tt3"}}}]}}}}
END
	answer "${api}c_d%7CA%7CB" 200 '' titles
	answer "${get}Q1%7CQ3" 200 '' ids
	answer "${get}Q3%7CQ1" 200 '' ids
	serve
	printf 'title\titem\nx\tc_d\ny\tA\nz\tB\ny\tA\n' >films
	try "$TOP/scripts/fetch-wikidata" "${quick[@]}" --base "$BASE" d <films
	expect 0 '2 fetched'
	expect_out 'item\ttmdb\timdb\nc_d\t\ttt3\nA\t12\t\n'
	try "$TOP/scripts/fetch-wikidata" "${quick[@]}" --base "$BASE" d <films
	expect 0 '0 requests'
	expect_out 'item\ttmdb\timdb\nc_d\t\ttt3\nA\t12\t\n'
}

@test "fetch-movielens: goes on where it stopped, and checks what came" {
	command -v unzip >/dev/null || skip "no unzip"
	command -v python3 >/dev/null || skip "no python3 to make a zip"
	mkdir ml-1m
	head -c 3000 /dev/urandom >ml-1m/ratings.dat
	python3 -m zipfile -c zip ml-1m
	tail -c +1001 zip >rest
	answer /ml-1m.zip 200 '' zip 0 1000
	answer /ml-1m.zip 503
	answer /ml-1m.zip 206 "Content-Range: bytes 1000-$(($(wc -c <zip) - 1))/$(wc -c <zip)" rest
	answer /ml-1m.zip 200 '' zip
	serve
	try "$TOP/scripts/fetch-movielens" --any-version --base "$BASE" 1m d
	expect 0
	cmp ml-1m/ratings.dat d/ml-1m/ratings.dat
	# A failure of the server's costs nothing of what there is.
	sed -n 3p log | grep -q 'Range: bytes=1000-'
	[ "$(ls -A d)" = ml-1m ]
	# It is there: nobody is asked.
	try "$TOP/scripts/fetch-movielens" --base "$BASE" 1m d
	expect 0
	[ "$(wc -l <log)" -eq 3 ]
	try "$TOP/scripts/fetch-movielens" --base "$BASE" 1m e
	expect 1 'is not the file it was'
	[ -z "$(ls -A e)" ]
	try "$TOP/scripts/fetch-movielens" --base "$BASE" 25m e
	expect 1 'ml-25m.zip is not there'
	try "$TOP/scripts/fetch-movielens" 2m e
	expect 2 "'2m' is none of"
}
