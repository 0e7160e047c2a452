#!/usr/bin/env bats
# mr-ingest movies --preset wikipedia: films out of lists by year.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # films is in ../ingest

load ../helpers
load ../ingest

# All of it is made up.
page() {
	cat <<'END'
<!DOCTYPE html><html><head><title>List of American films of 1999</title></head>
<body><p>In 1999 and 2001.<table class="wikitable"><caption>Top</caption>
<tr><th>Rank<th>Title<th>Cast<th>Worldwide gross<tr><td>1<td><a href=/wiki/Top>Top</a><td>x<td>$9</table>
<table class="wikitable sortable"><tbody>
<tr><th colspan="2">Opening<th>Title<th>Production company<th>Cast and crew<th class="unsortable">Ref.
<tr><td rowspan="4"><b>J<br/>A<br/>N</b>UARY<td rowspan="q">7<td><i><a href="./One_%26_Only_(1999_film)">One &amp; Only</a></i><td>A / B<td>Ann Lee (director); Bo Day, Cy Eve<sup class="reference"><a href=#n>[2]</a></sup><td>[1]
<tr><td rowspan="2;">14<td><i><a class=new href="/w/index.php?title=Red&amp;action=edit&amp;redlink=1">Red</a></i><td>&nbsp;<td>Di Fox (director)<td>
<tr><td><i><a href="https://en.wikipedia.org/wiki/Mission:_Two?x#y">Mission: Two</a></i><td>C<td><ul><li>Ed Gil<li>Fay Hun</ul>
<tr><td rowspan="'1&quot;'">21<td>  <td>D<td>moved<td>
<tr><td colspan="6">F E B R U A R Y
<tr><td rowspan=0>FEBRUARY<td rowspan=2>4<td><i>Two 	 Days</i><td>E<td><td>
<tr><td><a href="/wiki/Help:IPA">Caf&eacute;</a><td>F
</table>
<table><tr><th>Title<th>Director<th>Cast<th>Genre<th>Notes
<tr><td><a href="/wiki/Zed">Zed</a><td>Gus Ivy<td>Hal Jo<td>Drama, war<td>
<tr><th>Title<th>Director<th>Cast<th>Genre<th>Notes
<tr><td><a href="/wiki/One_%26_Only_(1999_film)">One</a><td><td>Bo Day<td>Comedy<td>
</table><table><tr><th>Title<th>Year<tr><td>No people<td>1999</table></body></html>
END
}

@test "wikipedia: quarters and letters, spans, links, days" {
	page >in
	movies --preset wikipedia -v
	expect 0
	expect_out "$films"'\topening\tcompany
One & Only (1999 film)\tOne & Only\t1999\tAnn Lee (director); Bo Day, Cy Eve\t\t\t1999-01-07\tA / B
Red (1999)\tRed\t1999\tDi Fox (director)\t\t\t1999-01-14\t
Mission: Two\tMission: Two\t1999\tEd Gil, Fay Hun\t\t\t1999-01-14\tC
Two Days (1999)\tTwo Days\t1999\t\t\t\t1999-02-04\tE
Caf\xc3\xa9 (1999)\tCaf\xc3\xa9\t1999\t\t\t\t1999-02-04\tF
Zed\tZed\t1999\tGus Ivy (director); Hal Jo\tDrama|war\t\t\t
'
	for fact in 'pages: 1' 'tables of films: 2' \
		'films without an article: 3 of 7' 'repeated, not written: 1'; do
		grep -qx "mr-ingest: $fact" "$ERR" || fail "expected: $fact"
	done
}

@test "wikipedia: several pages, one behind another" {
	page >one
	sed 's/of 1999/of the 1890s/; s/DOCTYPE/doctype/' one >two
	printf '<!doctype html><title>Talk</title><p>nothing' >three
	cat one two three >in
	movies --preset wikipedia --dedupe none
	expect 0 "page 2 has no year in its title: its films have none"
	grep -qx "mr-ingest: warning: 1 of 3 pages have no table of films: page 3, 'Talk'" "$ERR"
	[ "$(wc -l <"$OUT")" -eq 15 ]
	cut -f 1,3 "$OUT" | grep -qx 'Red	'
	cut -f 7 "$OUT" | sed -n '9,15p' | sort | uniq -c |
		diff -u <(printf '      7 \n') -
	try mr-ingest movies --preset wikipedia --dedupe none one two
	expect 0
	[ "$(wc -l <"$OUT")" -eq 15 ]
}

@test "wikipedia: pages that are none" {
	: >in
	movies --preset wikipedia
	done_with "$films\n"
	input '<table><tr><th>Title<th>Gross'
	movies --preset wikipedia
	fails_with '<stdin>: no table with the columns Title and Cast and crew, or Director and Cast'
	yes '<div>' | head -n 100000 >in
	movies --preset wikipedia
	fails_with '<stdin>: more than 10000 elements are not closed'
	try mr-ingest ratings --preset wikipedia in
	expect 2 'this --preset is for movies'
}

@test "wikipedia: a link with a NUL leads to no article" {
	input '<!doctype html><title>1999</title><table><tr><th>Title<th>Cast<tr><td><a href="/wiki/A%%00B">T</a><td>C</table>'
	movies --preset wikipedia
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 1)" = 'T (1999)' ]
}

# A page that ends anywhere is read: HTML has no end that must be there.
@test "wikipedia: cut at any byte" {
	need_plain_build
	page >all
	# From where a table has its header.
	for n in $(seq 700 23 2600); do
		head -c "$n" all >in
		try mr-ingest movies --preset wikipedia in
		expect 0
	done
}
