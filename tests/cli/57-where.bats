#!/usr/bin/env bats
# --where, --only and --not: which films may stand in lists and results.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	top=$BATS_TEST_DIRNAME/../..
	mr-ingest movies -q "$top/data/movies.csv" >films.tsv
	mr-ingest ratings -q "$top/data/ratings.csv" >ratings.tsv
	mr-factorize -q -m ials -d 8 ratings.tsv >ials.mrm
	mr-factorize -q -m knn ratings.tsv >knn.mrm
	# Dense rows: each film is a neighbour of each other one.
	awk 'NR == 1 { print "item\tdim0\tdim1" }
		NR > 1 { print $1 "\t1\t" NR }' FS='\t' films.tsv |
		mr-show --from-tsv >knn-base.mrm
	(echo user && cut -f 1 ratings.tsv | sed 1d | sort -u | head -n 5) >few.tsv
}

# Expression, tab, what awk says of $1 to $4 (item, title, year, people), $5 and
# G, the genres between bars and between colons.
table() {
	cat <<'END'
year>=1990	$3 != "" && $3 + 0 >= 1990
year<1980 and genre=Horror	$3 != "" && $3 + 0 < 1980 && G ~ /:Horror:/
genre=Horror|War	G ~ /:(Horror|War):/
genre!=Drama	$5 != "" && G !~ /:Drama:/
not genre=Drama	G !~ /:Drama:/
title~the and not title~'the '	tolower($2) ~ /the/ && tolower($2) !~ /the /
(genre=Comedy or genre=Crime) and year=1994	G ~ /:(Comedy|Crime):/ && $3 == 1994
genre=Comedy or genre=Crime and year=1994	G ~ /:Comedy:/ || (G ~ /:Crime:/ && $3 == 1994)
item>=f100 and item<f105	$1 >= "f100" && $1 < "f105"
people~"tom h"	tolower($4) ~ /tom h/
year=''	$3 == ""
title>'S'	$2 > "S"
END
}

@test "the rows that awk chooses, in lists and neighbours" {
	local expr awk n=0
	head -n 1 films.tsv | grep -q '^item	title	year	people	genre'
	while IFS='	' read -r expr awk; do
		awk -F '\t' 'NR > 1 { G = ":" $5 ":"; gsub(/\|/, ":", G) }
			NR > 1 && ('"$awk"') { print $1 }' films.tsv | sort >want
		# Films that nobody rated are not in the model.
		mr-recommend -q -n 1000 --keep-seen --users few.tsv ials.mrm |
			sed 1d | cut -f 3 | sort -u | comm -12 - want >list
		mr-recommend -q -n 1000 --keep-seen --users few.tsv \
			--movies films.tsv --where "$expr" ials.mrm |
			sed 1d | cut -f 3 | sort -u | diff list - || fail "$expr: lists"
		mr-knn -q -k 1000 --self --movies films.tsv --where "$expr" \
			knn-base.mrm | sed 1d | cut -f 3 | sort -u | diff want - ||
			fail "$expr: neighbours"
		n=$((n + 1))
	done < <(table)
	[ "$n" -eq 12 ]
}

@test "as many rows as there are, the best of those chosen" {
	for m in ials knn; do
		mr-recommend -q -n 1000 --users few.tsv $m.mrm >all
		mr-recommend -q -n 7 --users few.tsv --movies films.tsv \
			--where 'genre=Horror' $m.mrm | cut -f 1,3,4 >got
		awk -F '\t' 'NR == FNR { if ("|" $5 "|" ~ /\|Horror\|/) h[$1]; next }
			FNR == 1 || ($3 in h && ++n[$1] <= 7) { print $1 "\t" $3 "\t" $4 }' \
			films.tsv all | diff - got
	done
}

@test "what is no filter is a usage error with its place" {
	try mr-recommend --movies films.tsv --where 'year>=1990 genre=War' ials.mrm
	expect 2 "filter, character 12: expected and, or, \\| or the end"
	try mr-knn --row f121 --movies films.tsv --where 'gnre=War' knn-base.mrm
	expect 2 "filter, character 1: no column 'gnre', found 'item', 'title', 'year'"
	try mr-recommend --where 'year>1990' ials.mrm
	expect 2 '--where needs --movies'
	try mr-knn --row f121 --where 'year>1990' knn-base.mrm
	expect 2 '--where needs --movies'
}

@test "a filter that nothing fits is told" {
	try mr-recommend --movies films.tsv --where 'year>3000' ials.mrm
	expect 0 'leave none of the model.s films: no lists'
	[ "$(wc -l <"$OUT")" -eq 1 ]
	try mr-knn --row f121 --movies films.tsv --where 'year>3000' knn-base.mrm
	expect 0 '--where chooses none of the [0-9]* rows: no results'
	[ "$(wc -l <"$OUT")" -eq 1 ]
	try mr-recommend -n 3 --users few.tsv --movies films.tsv --with title \
		--where 'year>1980' ials.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
}

@test "--only and --not: films, for everybody" {
	printf 'item\nf001\nf002\nf003\nnone\n' >three.tsv
	try mr-recommend -n 5 --keep-seen --users few.tsv --only three.tsv ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 3 | sort -u | tr '\n' ' ')" = 'f001 f002 f003 ' ]
	diff - <(sort "$ERR") <<-'END'
	mr-recommend: warning: 1 of 4 rows of three.tsv name a film that the model does not know
	mr-recommend: warning: 5 of 5 lists are shorter than 5: --where, --only and --not, and what was seen, leave no more films
	END
	mr-recommend -q -n 1000 --keep-seen --users few.tsv ials.mrm |
		grep -v '	f00[123]	' | cut -f 1,3 >want
	mr-recommend -q -n 1000 --keep-seen --users few.tsv --not three.tsv \
		ials.mrm | cut -f 1,3 | diff want -
	sed 1d few.tsv >bare.tsv
	mr-recommend -q -n 1000 --keep-seen --no-header-in --users bare.tsv \
		--not <(sed 1d three.tsv) ials.mrm | cut -f 1,3 | diff want -
}

@test "--only and --not: pairs, each for his user" {
	u=$(sed -n 2p few.tsv) v=$(sed -n 3p few.tsv)
	printf 'user\titem\n%s\tf001\n%s\tf002\n%s\tf003\n' "$u" "$u" "$v" >own.tsv
	try mr-recommend -q -n 5 --keep-seen --users few.tsv --only own.tsv ials.mrm
	expect 0
	sed 1d "$OUT" | cut -f 1,3 | sort | diff <(sed 1d own.tsv | sort) -
	for m in ials knn; do
		mr-recommend -q -n 1000 --keep-seen --users few.tsv $m.mrm |
			cut -f 1,3 >all
		mr-recommend -q -n 1000 --keep-seen --users few.tsv --not own.tsv \
			$m.mrm | cut -f 1,3 | diff <(sed 1d own.tsv |
			grep -vxFf - all) -
	done
	# With the others: all hold.
	try mr-recommend -q -n 5 --keep-seen --users few.tsv --only own.tsv \
		--not <(printf 'item\nf001\n') --movies films.tsv \
		--where 'item!=f003' ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 1,3)" = "$u	f002" ]
}

@test "--where for users who are folded in and for whom nothing is known" {
	printf 'user\titem\trating\nnew\tf121\t5\nnobody\tx\t5\n' >new.tsv
	try mr-recommend -q -n 4 --ratings new.tsv --movies films.tsv \
		--with genre --where genre=Horror ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | wc -l)" -eq 8 ]
	[ "$(sed 1d "$OUT" | grep -vc Horror)" -eq 0 ]
}
