#!/usr/bin/env bats
# From lists of films by year to recommendations, all of it made up: pages,
# ids, what TMDB says, lists for users; and the same when it is killed on the
# way.  mr-fetch(7) has the commands.
# SPDX-License-Identifier: MIT

load ../helpers
load ../server

teardown() { stop_server; }

# Years 1970 to 1972 with three films each, f1 .. f9.  Wikidata does not know
# f4 and f8; a search finds f4, and of f8 two films that cannot be told apart.
make_web() {
	local y n delay=$1 api titles ids i
	: >script
	for y in 1970 1971 1972; do
		{
			echo "<!DOCTYPE html><title>List of American films of $y</title>"
			echo '<table><tr><th colspan=2>Opening<th>Title<th>Cast and crew'
			for n in 1 2 3; do
				i=$(((y - 1970) * 3 + n))
				printf '<tr>%s<td>%d<td><a href="./F%d">The Film F%d</a><td>Ann A%d (director); Bo B\n' \
					"$([ $n -gt 1 ] || echo '<td rowspan="3">MAY')" $n $i $i $i
			done
			echo '</table>'
		} >page$y
		answer /w/rest.php/v1/page/List_of_American_films_of_$y/html 200 \
			"ETag: \"$y\"" page$y "$delay"
	done
	titles=$(printf '%%7CF%d' 1 2 3 4 5 6 7 8 9)
	ids=$(printf '%%7CQ%d' 1 2 3 5 6 7 9)
	api='/w/api.php?action=query&prop=pageprops&ppprop=wikibase_item&redirects=1&format=json&formatversion=2&maxlag=5&titles='
	jq -n '{query: {pages: [range(1; 10) | {title: "F\(.)"} +
		(if . == 4 or . == 8 then {} else {pageprops: {wikibase_item: "Q\(.)"}} end)]}}' >titles
	answer "$api${titles#%7C}" 200 '' titles "$delay"
	api='/w/api.php?action=wbgetentities&props=claims&format=json&formatversion=2&maxlag=5&ids='
	jq -n '{entities: [range(1; 10) | {key: "Q\(.)", value: {id: "Q\(.)", claims:
		{P4947: [{rank: "normal", mainsnak: {datavalue: {value: "10\(.)"}}}]}}}]
		| from_entries}' >ids
	answer "$api${ids#%7C}" 200 '' ids "$delay"
	for i in 4 8; do
		jq -n --argjson i $i '{page: 1, results: [{id: (100 + $i), title: "Film F\($i), The",
			release_date: "1971-05-02"}, {id: (200 + $i),
			title: "The film F\($i)", release_date: "\(1967 + $i / 2)-01-01"}]}' >search$i
		answer "/3/search/movie?query=The%20Film%20F$i&page=1" 200 '' search$i \
			"$delay"
	done
	for i in 1 2 3 4 5 6 7 9; do
		jq -n --argjson i $i '{id: (100 + $i), title: "The Film F\($i)",
			release_date: "1970-05-01", genres: [{name: "Drama"}, {name: "War"}],
			reviews: {results: [range(1; 6) | {author_details:
				{username: "u\(.)", rating: (if (. + $i) % 3 == 0 then null
					else (. * $i) % 9 + 1 end)},
				created_at: "2024-01-0\(.)T00:00:00Z"}]}}' >movie$i
		answer "/3/movie/10$i?append_to_response=credits,reviews" 200 '' \
			movie$i "$delay"
	done
}

setup() {
	need_tool mr-ingest mr-join mr-factorize mr-recommend
	command -v curl >/dev/null && command -v jq >/dev/null || skip "no curl, jq"
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >rebuild <<'END'
set -euo pipefail
fetch() { "$TOP/scripts/fetch-$1" "${@:2}" --rate 100000 --base "$BASE"; }
mkdir -p "$1" && cd "$1"
fetch wikipedia --years 1970-1972 pages
cat pages/*.html | mr-ingest movies --preset wikipedia -o wiki.tsv
fetch wikidata ids <wiki.tsv >ids.tsv
mr-join --on item --with tmdb -o known.tsv --unmatched rest.tsv wiki.tsv ids.tsv
fetch tmdb search found <rest.tsv
mr-ingest movies --preset tmdb found/*.json |
	mr-join --by title --with tmdb=item --ambiguous unsure.tsv -o guessed.tsv \
		rest.tsv -
{ cat known.tsv; sed 1d guessed.tsv; } >films.tsv
fetch tmdb movies films <films.tsv
mr-ingest movies --preset tmdb -o movies.tsv films/*.json
mr-ingest ratings --preset tmdb --movies movies.tsv -o ratings.tsv films/*.json
mr-factorize -m als -d 2 ratings.tsv |
	mr-recommend -n 2 --movies movies.tsv --with title -o lists.tsv
END
	export TOP TMDB_TOKEN=t
}

@test "the original's way from pages to lists" {
	make_web 0
	serve
	BASE=$BASE try bash rebuild a
	expect 0
	[ "$(wc -l <a/wiki.tsv)" -eq 10 ]
	[ "$(wc -l <a/ids.tsv)" -eq 8 ]
	cut -f 1,7,9 a/unsure.tsv | head -n 4 | cmp - <(printf '%s\n' \
		$'item\topening\ttmdb' $'F8\t1972-05-02\t108' $'F8\t1972-05-02\t208') ||
		fail "F8 is not told as unsure"
	cut -f 1,9 a/guessed.tsv | diff -u - <(printf 'item\ttmdb\nF4\t104\n')
	[ "$(wc -l <a/movies.tsv)" -eq 9 ]
	[ "$(wc -l <log)" -eq 15 ]
	# Five users; a film that each has not rated.
	head -n 1 a/lists.tsv | grep -qx $'user\trank\titem\tscore\ttitle'
	[ "$(cut -f 1 a/lists.tsv | sed 1d | sort -u | wc -l)" -eq 5 ]
	BASE=$BASE try bash rebuild a
	expect 0
	[ "$(wc -l <log)" -eq 15 ]
}

# all TIME - is there a line in the log for each of so many requests?
wait_for() {
	local i
	for i in $(seq 600); do
		[ "$(wc -l <log)" -lt "$1" ] || return 0
		sleep 0.05
	done
	fail "no $1 requests after $i waits"
}

@test "killed on the way: the same bytes, no answer asked for twice" {
	need_plain_build
	make_web 0
	serve
	BASE=$BASE try bash rebuild a
	expect 0
	stop_server
	make_web 120
	serve
	for n in 2 5 8 12; do
		BASE=$BASE setsid bash rebuild b >out 2>&1 3>&- &
		wait_for $n
		kill -KILL -- -$!
		wait $! 2>/dev/null || true
	done
	BASE=$BASE try bash rebuild b
	expect 0
	for f in wiki ids films movies ratings lists unsure; do
		cmp a/$f.tsv b/$f.tsv
	done
	diff -r -x manifest.tsv a/films b/films
	# Each kill may cost the request that was under way.
	[ "$(wc -l <log)" -le $((15 + 4)) ] || fail "asked $(wc -l <log) times"
	[ "$(cut -f 4 log | sort -u | wc -l)" -eq 15 ]
}
