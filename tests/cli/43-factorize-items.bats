#!/usr/bin/env bats
# mr-factorize --items: numbers for films that nobody has rated.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-recommend mr-eval mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR"/* .
}

# Odd users like odd films: f1 to f40, of which the last ten lose their
# ratings, to cold.tsv.  Vectors say whether a film is odd, and noise.
setup_file() {
	[ -x "$MR_BUILD/bin/mr-show" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	odd_and_even >all.tsv
	awk -F '\t' 'NR == 1 || substr($2, 2) + 0 <= 30' all.tsv >r.tsv
	awk -F '\t' 'NR == 1 || substr($2, 2) + 0 > 30' all.tsv >cold.tsv
	awk 'BEGIN { print "item\tdim0\tdim1\tdim2"
		for (i = 1; i <= 40; i++) {
			x = (x + i) * 16807 % 2147483647
			print "f" i "\t" (i % 2 ? 1 : -1) "\t" x % 7 / 20 "\t" i % 3 / 9
		}
	}' >v.tsv
	awk 'BEGIN { print "item\ttitle\tyear\tgenre"
		for (i = 1; i <= 40; i++)
			print "f" i "\tFilm " (i % 2 ? "odd" : "even") "\t" 1950 + i \
				"\t" (i % 2 ? "Odd|War" : "Even")
	}' >movies.tsv
	mr-show --from-tsv <v.tsv >v.mrm
}

# rows MODEL MATRIX N - the first N rows.
rows() {
	mr-show --tsv --matrix "$2" "$1" | head -n $(($3 + 1))
}

@test "new films stand behind the rated, who lose nothing" {
	local m x
	for m in baseline svd svdpp als bayes ials; do
		mr-factorize -q -m $m r.tsv >without.mrm
		mr-factorize -q -m $m --items v.mrm r.tsv >with.mrm
		for x in V bi U bu R; do
			mr-show without.mrm | grep -q "^  matrix.$x " || continue
			mr-show --tsv --matrix $x without.mrm >want
			case $x in
			V | bi) rows with.mrm $x 30 ;;
			*) mr-show --tsv --matrix $x with.mrm ;;
			esac | cmp - want || fail "$m $x"
		done
		mr-show with.mrm | grep -q '^  new  *10$' || fail "$m"
		x=V
		[ $m = baseline ] && x=bi
		[ "$(mr-show --tsv --matrix $x with.mrm | cut -f 1 | tail -n 10 |
			xargs)" = "f31 f32 f33 f34 f35 f36 f37 f38 f39 f40" ] ||
			fail "$m"
	done
}

@test "META says what the map is, the same for any -t, file and pipe" {
	mr-factorize -q -m als -d 3 --items v.mrm --movies movies.tsv r.tsv >a.mrm
	mr-show a.mrm >shown
	local line
	for line in 'map  *ridge' 'map.features  *vector genre year title' \
		'map.items  *30' 'map.lambda  *[0-9.]*' 'map.fit  *0\.[0-9]*' \
		'input.items  *[0-9a-f]*' 'input.movies  *[0-9a-f]*' 'items  *40'; do
		grep -q "^  $line\$" shown || fail "$line"
	done
	mr-show --check a.mrm
	for line in 1 2 4; do
		mr-factorize -q -t $line -m als -d 3 --items - --movies movies.tsv \
			r.tsv <v.mrm | cmp - a.mrm || fail "-t $line"
	done
	mr-factorize -q -m als -d 3 --items v.mrm r.tsv | mr-show |
		grep -q '^  map.features  *vector$'
	try mr-factorize -v -m als -d 3 --items v.mrm -o b.mrm r.tsv
	expect 0 'new films: 10, by a map of 3 features learnt from 30 films, lambda .*; of films held out it explains 0\.[0-9]* of their'
}

@test "cold films are told by what they say" {
	local m have want
	for m in als svd bayes; do
		have=$(mr-factorize -q -m $m --items v.mrm r.tsv |
			mr-recommend -q --pairs cold.tsv | mr-eval -q |
			awk '$1 == "rmse" { print $2 }')
		want=$(mr-factorize -q -m $m r.tsv |
			mr-recommend -q --pairs cold.tsv | mr-eval -q |
			awk '$1 == "rmse" { print $2 }')
		awk -v have="$have" -v want="$want" \
			'BEGIN { exit !(have < 0.7 * want) }' ||
			fail "$m: $have, without $want"
	done
	# No pair is of a film that the model does not know.
	mr-factorize -q -m als --items v.mrm r.tsv >m.mrm
	try mr-recommend --pairs cold.tsv m.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
}

@test "new users of a model with new films are those of one without" {
	mr-factorize -q -m ials -d 3 r.tsv >without.mrm
	mr-factorize -q -m ials -d 3 --items v.mrm r.tsv >with.mrm
	printf 'user\titem\trating\nnew\tf1\t5\nnew\tf4\t5\nnew\tf9\t3\n' >new.tsv
	sed -n '1p;2,31p' v.tsv | cut -f 1 >rated.tsv
	mr-recommend -q -n 30 --ratings new.tsv without.mrm |
		cmp - <(mr-recommend -q -n 30 --ratings new.tsv --only rated.tsv \
			with.mrm)
}

@test "what cannot be is refused; what is little is told" {
	sed 's/^f/g/' v.tsv | mr-show --from-tsv >others.mrm
	try mr-factorize -m als --items others.mrm r.tsv
	expect 1 '^mr-factorize: others.mrm: 0 of its 40 films are rated, too few to learn from: are its ids others\?$'
	printf 'a b c\n' | mr-embed -q -m count --lines >sparse.mrm
	try mr-factorize -m als --items sparse.mrm r.tsv
	expect 1 'sparse.mrm: sparse vectors, expected dense ones'
	for m in random nmf slopeone coclustering knn popular; do
		try mr-factorize -m $m --items v.mrm r.tsv
		expect 2 "^mr-factorize: --items means nothing to $m: "
	done
	try mr-factorize -m als --movies movies.tsv r.tsv
	expect 2 '--movies means nothing without --items'
	try mr-factorize -m als --items - <r.tsv
	expect 2 'only one'
	try mr-factorize --item v.mrm
	expect 2 '^mr-factorize: unknown option --item; did you mean --items\?; see'
	printf 'item\tposter\nf1\tx\n' >poster.tsv
	try mr-factorize -m als --items v.mrm --movies poster.tsv r.tsv
	expect 1 "poster.tsv:1: no column 'title', found item poster: --items can use title, year or genre"
	try mr-factorize -m als --items none.mrm r.tsv
	expect 1 'none.mrm'
	try mr-factorize -m als --items v.mrm r.tsv
	expect 0 'warning: 30 of 30 rated films have a vector in v.mrm: the numbers of new films are learnt from those alone$'
	head -n 31 v.tsv | mr-show --from-tsv >rated.mrm
	try mr-factorize -m als --items rated.mrm r.tsv
	expect 0 'warning: rated.mrm has no film that nobody has rated: the model stays as it was$'
	head -n 1 r.tsv >no.tsv
	try mr-factorize -m als --items v.mrm no.tsv
	expect 0 'no ratings: the model knows nobody'
}
