#!/usr/bin/env bats
# mr-serve's pages in a browser: what people with other eyes and hands, windows
# and browsers get.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034

load ../helpers
load ../serve
load ../chromium

# Vectors of films, which words are near to where the model is there.
setup_file() {
	export WEB=$BATS_FILE_TMPDIR/web
	mkdir "$WEB" && cd "$WEB" || return 1
	mr-ingest movies -q "$DATA/movies.csv" >movies.tsv
	mr-ingest ratings -q "$DATA/ratings.csv" >ratings.tsv
	mr-factorize -q -m als -d 8 ratings.tsv >als.mrm
	printf 'measure\tvalue\nRMSE\t0.64\n' >measures.tsv
	if [ -e "$MODEL/model.safetensors" ]; then
		sed -n '1p;200,240p' movies.tsv | mr-embed -q >movies.mrm
	else
		mr-embed -q -m tfidf movies.tsv >movies.mrm
	fi
	start all --movies movies.tsv --items movies.mrm --model als.mrm \
		--measures measures.tsv
	chromium_begin
}

teardown_file() {
	chromium_end
	kill "$(cat "$WEB/all.pid")" 2>/dev/null || true
}

# rate - three ratings, as the cookie of this page.
rate() {
	tell Network.setCookie "{\"url\":\"http://127.0.0.1:$PORT/\",\"name\":\"mr_r\",\"value\":\"1.f210:500.f240:450.f088:100\",\"httpOnly\":true}"
}

# Screens and states, each with or without ratings.
screens() {
	cat <<'END'
none /
none /me
none /search?q=dark+knight
none /search?q=zzzz&genre=War&from=1990
none /search?from=12
none /film/f210
none /film/nope
none /users?q=u000
none /about
none /me/import
none /night
some /
some /search?genre=War
some /film/f210
some /me
some /user/u0001
END
}

# What must hold in every page, a word each.
HOLDS='[document.documentElement.scrollWidth <= innerWidth,
	performance.getEntriesByType("resource").every(
		r => r.name.startsWith(location.origin)),
	(e => new Set(e.map(x => x.id)).size === e.length)(
		[...document.querySelectorAll("[id]")]),
	document.querySelectorAll("h1").length === 1,
	[...document.querySelectorAll("input:not([type=hidden]),select,textarea")
		].every(e => e.labels.length === 1),
	[...document.querySelectorAll("button,.btn,nav a,.chips a")].every(e => {
		const b = e.getBoundingClientRect();
		return b.width >= 24 && b.height >= 24 || b.width === 0;
	})].join(" ")'
# Layout shift to three places: a late glyph moves some millionths.
MOVES='new Promise(done => {
	new PerformanceObserver(l => done(Math.round(1000 * l.getEntries().reduce(
		(s, e) => s + e.value, 0)) / 1000)).observe(
		{ type: "layout-shift", buffered: true });
	setTimeout(() => done(0), 50);
})'

@test "light and dark, narrow and wide: nothing moves, and axe-core finds nothing" {
	need_chromium
	local with target look bad=0
	page
	while read -r with target; do
		[ "$with" = none ] || rate
		for look in '320 dark' '1200 light'; do
			# shellcheck disable=SC2086
			look $look
			go "$target"
			js "$HOLDS"
			[[ $VALUE == 'true true true true true true' ]] || {
				echo "$target, $look: $VALUE"
				bad=1
			}
			js "$MOVES"
			[ "$VALUE" = 0 ] || {
				echo "$target, $look: moves by $VALUE"
				bad=1
			}
			axe
			[ -z "$VALUE" ] || {
				echo "$target, $look: $VALUE"
				bad=1
			}
			# A page that says what is wrong has such a status.
			[[ $target != *nope* && $target != *from=12* ]] || EVENTS=()
		done
	done < <(screens)
	[ "$bad" -eq 0 ]
	[ -e "$AXE" ] || skip "all but axe-core: there is none; tests/fetch-axe"
}

# Where the focus is, and whether one sees it.
FOCUS='(e => [e.tagName, e.name || e.id || e.textContent.trim(),
	getComputedStyle(e).outlineStyle].join(" "))(document.activeElement)'

@test "by keys alone, with the script: from the search to a rating" {
	need_chromium
	local i
	page
	look 1200 light
	go /
	key Tab
	is "$FOCUS" 'A Skip to content solid'
	key Enter
	is 'location.hash' '#main'
	key /
	is "$FOCUS" 'INPUT q auto' || is "$FOCUS" 'INPUT q solid'
	types 'toy st'
	is 'document.querySelectorAll("[role=option]").length > 1' true
	is 'document.querySelector("[role=option] mark").textContent' 'Toy St'
	key ArrowDown
	is 'document.getElementById(document.activeElement.getAttribute(
		"aria-activedescendant")).getAttribute("aria-selected")' true
	key Escape
	is 'document.querySelectorAll("[role=option]").length' 0
	is 'document.activeElement.getAttribute("aria-expanded")' false
	types o
	is 'document.querySelectorAll("[role=option]").length > 0' true
	key ArrowDown
	key Enter
	happens Page.loadEventFired
	is 'location.pathname' /film
	js 'document.querySelector("h1").textContent'
	[[ $VALUE == 'Toy Story 1995' ]]
	# The five stars are one stop; arrows go along them.
	for i in {1..25}; do
		key Tab
		js 'document.activeElement.closest(".rate") !== null'
		[ "$VALUE" = false ] || break
	done
	js 'document.activeElement.value'
	[ "$VALUE" = 1 ]
	key ArrowRight ArrowRight ArrowRight
	is 'document.activeElement.value' 4
	key Enter
	is 'document.querySelector("[role=status]").textContent' saved
	is 'document.querySelector(".rate [aria-pressed=true]").value' 4
	is 'document.activeElement.value' 4
	is 'document.querySelectorAll(".rate .on").length' 4
	key Tab
	is 'document.activeElement.className' x
	key Enter
	happens Page.loadEventFired
	is 'document.querySelectorAll(".rate .on").length' 0
	js 'location.hash'
	[[ $VALUE == '#f-'* ]]
	quietly
}

@test "without the script all of it can be done, too" {
	need_chromium
	local i
	page
	tell Emulation.setScriptExecutionDisabled '{"value":true}'
	look 360 dark
	go /
	for i in {1..12}; do
		key Tab
		js 'document.activeElement.id'
		[ "$VALUE" != q ] || break
	done
	[ "$VALUE" = q ]
	types 'toy story'
	EVENTS=()
	key Enter
	happens Page.loadEventFired
	is 'location.search.startsWith("?q=toy+story&")' true
	for i in {1..25}; do
		key Tab
		js 'document.activeElement.name'
		[ "$VALUE" != rating ] || break
	done
	EVENTS=()
	key Tab Tab Tab Tab Enter
	happens Page.loadEventFired
	is 'document.querySelectorAll(".list .rate .on").length' 5
	is 'location.hash.startsWith("#f-")' true
	js 'document.querySelector(".count").textContent'
	[ "$VALUE" = 1 ]
	go /me
	js 'document.querySelectorAll(".card .why").length > 0'
	[ "$VALUE" = true ]
	quietly
}

@test "back and again: what was there is there, in its place" {
	need_chromium
	page
	look 1200 light
	go '/search?genre=Drama&n=100'
	js 'scrollTo(0, 2000)'
	is 'Math.round(scrollY)' 2000
	EVENTS=()
	js 'document.querySelectorAll(".card a")[20].click()'
	happens Page.loadEventFired
	is 'location.pathname.startsWith("/film/")' true
	js 'history.back()'
	is 'location.pathname' /search
	is 'Math.round(scrollY)' 2000
	is 'document.querySelector("select").value' Drama
}
