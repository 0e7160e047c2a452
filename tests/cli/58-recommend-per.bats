#!/usr/bin/env bats
# mr-recommend --per: a list for each value of a column of the films.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	top=$BATS_TEST_DIRNAME/../..
	mr-ingest movies -q "$top/data/movies.csv" >films.tsv
	mr-ingest ratings -q "$top/data/ratings.csv" >ratings.tsv
	mr-factorize -q -m ials -d 8 ratings.tsv >ials.mrm
	mr-factorize -q -m knn --axis item ratings.tsv >knn.mrm
	(echo user && sed 1d ratings.tsv | cut -f 1 | sort -u | head -n 40) >few.tsv
	sed 1d films.tsv | cut -f 5 | tr '|' '\n' | sort -u | grep . >genres
	awk -F '\t' 'NR == 1 { print "item\tdim0\tdim1\tdim2" }
		NR > 1 { print $1 "\t" NR % 7 - 3 "\t" NR % 11 - 5 "\t1" }' films.tsv |
		mr-show --from-tsv >vectors.mrm
}

# per ARG... - what --per prints, and in file `want` what the lists of one genre
# after the other are.
per() {
	local genre
	mr-recommend -q -n 6 --movies films.tsv --per genre "$@" >got
	while read -r genre; do
		mr-recommend -q -n 6 --no-header-out --movies films.tsv \
			--where "genre='$genre'" "$@" |
			awk -v genre="$genre" '{ print $0 "\t" genre }' FS='\t' OFS='\t'
	done <genres | sort -s -t '	' -k 1,1 >want
	[ "$(head -n 1 got)" = 'user	rank	item	score	per' ]
	# Users stand in the order of their ids here.
	sed 1d got | cut -f "${columns:-1-}" |
		diff <(cut -f "${columns:-1-}" want) - >differ || fail "$* $(head differ)"
	[ "$(wc -l <want)" -gt 600 ]
}

@test "each list is that of --where for its value" {
	for m in ials knn; do
		per --users few.tsv $m.mrm
		# Scores of text are moved by the mean over what is offered.
		columns=1-3,5
		per --users few.tsv --items vectors.mrm --mix 0 $m.mrm
		per --users few.tsv --diversity 0.5 --items vectors.mrm --mix 0 $m.mrm
		columns=1-
	done
	per --users few.tsv --keep-seen --diversity 0.3 ials.mrm
	cp got whole
	for t in 1 4; do
		mr-recommend -q -t $t -n 6 --movies films.tsv --per genre --users \
			few.tsv --keep-seen --diversity 0.3 ials.mrm | cmp whole -
	done
}

@test "together with filters, films of a user, what is seen and shards" {
	# per says --where itself, so the filter of the genre is joined by hand.
	mr-recommend -q -n 4 --movies films.tsv --per genre --users few.tsv \
		--where 'year>=1990' ials.mrm >got
	for g in Drama Western; do
		mr-recommend -q -n 4 --movies films.tsv --users few.tsv \
			--where "year>=1990 and genre=$g" ials.mrm | sed 1d |
			diff - <(awk -F '\t' -v OFS='\t' -v g=$g '$5 == g {
				print $1, $2, $3, $4 }' got)
	done
	mr-recommend -q -n 100 --no-header-out --users few.tsv ials.mrm |
		awk -F '\t' 'BEGIN { print "user\titem" }
			$2 % 3 { print $1 "\t" $3 }' >some.tsv
	for o in --only --not --seen; do
		per --users few.tsv $o some.tsv ials.mrm
	done
	sed 1d some.tsv | cut -f 2 | sort -u | head -n 60 | sed '1i item' >items.tsv
	for o in --only --not; do
		per --users few.tsv $o items.tsv knn.mrm
	done
	mr-recommend -q -n 2 --movies films.tsv --per genre ials.mrm >whole
	for i in 1 2 3; do
		mr-recommend -q -n 2 --movies films.tsv --per genre --shard $i/3 ials.mrm
	done | cmp whole -
}

@test "for users of --ratings, also of whom nothing is known" {
	printf '%s\t%s\t%s\n' user item rating new f121 5 new f171 4 x none 5 >new.tsv
	for m in ials knn; do
		mr-recommend -q -n 3 --movies films.tsv --per genre --ratings new.tsv \
			$m.mrm >got
		for g in Horror War; do
			mr-recommend -q -n 3 --movies films.tsv --where genre=$g \
				--ratings new.tsv $m.mrm | sed 1d |
				diff - <(awk -F '\t' -v OFS='\t' -v g=$g '$5 == g {
					print $1, $2, $3, $4 }' got)
		done
	done
}

@test "of groups, too; with reasons, which are those of the film anywhere" {
	printf 'group\tuser\nb\tu0002\nb\tu0007\na\tu0001\nb\tu0009\nn\tno\n' >g.tsv
	for o in '' '--diversity 0.4' '--explain 2 --misery 0.5'; do
		# shellcheck disable=SC2086
		mr-recommend -q -n 5 --movies films.tsv --per genre --groups g.tsv $o \
			ials.mrm >got
		for g in Comedy Drama Western; do
			# shellcheck disable=SC2086
			mr-recommend -q -n 5 --movies films.tsv --where "genre=$g" \
				--groups g.tsv $o ials.mrm | sed 1d |
				diff - <(awk -F '\t' -v g=$g '$5 == g' got | cut -f 1-4,6-) ||
				fail "$o $g"
		done
		[ "$(sed 1d got | cut -f 1 | uniq | tr '\n' ' ')" = 'b a ' ]
	done
	[ "$(head -n 1 got | cut -f 4-)" = 'score	per	base	because	rest' ]
	for o in '' "--items vectors.mrm --mix 0"; do
		# shellcheck disable=SC2086
		mr-recommend -q -n 3 --movies films.tsv --per genre --users few.tsv \
			--explain 3 --with title $o knn.mrm >got
		# shellcheck disable=SC2086
		mr-recommend -q -n 1000 --movies films.tsv --users few.tsv \
			--explain 3 --with title $o knn.mrm >whole
		awk -F '\t' -v OFS='\t' 'FNR > 1 { k = $1 FS $3 }
			NR == FNR { $2 = ""; row[k] = $0; next }
			FNR > 1 {
				for (i = 5; i < NF; i++) $i = $(i + 1)
				NF--; $2 = ""; n++
				if ($0 != row[k]) { print; print row[k]; exit bad = 1 }
			}
			END { exit bad || n < 1000 }' whole got
	done
	mr-recommend -q -t 1 -n 3 --movies films.tsv --per genre --users few.tsv \
		--explain 3 --with title --items vectors.mrm --mix 0 knn.mrm | cmp got -
}

@test "values: once each, in the order of bytes, escaped; films without one" {
	printf '%s\t%s\t%s\n' item mood note f001 'b|a|b' 1 f002 '' 2 f003 'B' 3 \
		f004 'a\tz|' 4 f005 '|' 5 f006 b 6 other c 7 >moods.tsv
	echo user >one.tsv && sed -n 2p few.tsv >>one.tsv
	try mr-recommend -n 9 --keep-seen --users one.tsv --movies moods.tsv \
		--per mood --with note,mood ials.mrm
	expect 0
	[ "$(head -n 1 "$OUT")" = 'user	rank	item	score	per	note	mood' ]
	sed 1d "$OUT" | cut -f 2,5 | diff - <(printf '%s\t%s\n' 1 B 1 a 1 'a\tz' \
		1 b 2 b)
	sed 1d "$OUT" | sort -k 5,5 -k 3,3 | awk -F '\t' '{ print $3, $5, $6, $7 }' |
		diff - <(printf '%s\n' 'f003 B 3 B' 'f001 a 1 b|a|b' \
			'f004 a\tz 4 a\tz|' 'f001 b 1 b|a|b' 'f006 b 6 b')
	echo 'mr-recommend: warning: 4 of 4 lists are shorter than 9: 4 of 4 values of mood have fewer films' |
		diff - "$ERR"
	try mr-recommend --min-lists 5 --users one.tsv --movies moods.tsv --per mood \
		ials.mrm
	expect 1 'lists, fewer than the 5 of --min-lists'
	# As many values as films: many lists for a user, each of a film.
	try mr-recommend -q -n 3 --movies films.tsv --per title ials.mrm
	expect 0
	mr-recommend -q -n 1000 ials.mrm | cut -f 1,3,4 | sort |
		diff - <(cut -f 1,3,4 "$OUT" | sort)
}

@test "what does not go with --per, and columns that are not there" {
	try mr-recommend --per genre ials.mrm
	expect 2 '^mr-recommend: --per needs --movies: which file has the column\?$'
	try mr-recommend --movies films.tsv --per genre --pairs ratings.tsv ials.mrm
	expect 2 '^mr-recommend: --per is of lists: --pairs makes none$'
	try mr-recommend --movies films.tsv --per gnre ials.mrm
	expect 1 "^mr-recommend: --per: films.tsv has no column 'gnre', found title year people genre"
	try mr-recommend --movies films.tsv --per item ials.mrm
	expect 2 '^mr-recommend: --per item would be a list for each film: expected another column, as genre'
	sed '1s/poster/per/' films.tsv >per.tsv
	try mr-recommend --movies per.tsv --per genre --with per ials.mrm
	expect 2 "a column of results is called 'per' already"
	sed '2,$s/^f/g/' films.tsv >other.tsv
	try mr-recommend --movies other.tsv --per genre ials.mrm
	expect 0 "none of the model's films has a genre in other.tsv: no lists; are its ids others"
	expect_out 'user\trank\titem\tscore\tper\n'
	# Nothing is left, or what is left was seen.
	try mr-recommend --movies films.tsv --per genre --where 'year>3000' ials.mrm
	expect 0 'leave none of the model.s films: no lists'
	expect_out 'user\trank\titem\tscore\tper\n'
	run grep 'are its ids' "$ERR"
	[ "$status" -eq 1 ]
	# Genres that --where leaves no film of are no lists.
	try mr-recommend -v --movies films.tsv --per genre --where 'genre=Western' \
		--users <(printf 'user\nu0001\n') ials.mrm
	n=$(awk -F '\t' '$5 ~ /Western/ { print $5 }' films.tsv | tr '|' '\n' |
		sort -u | wc -l)
	expect 0 "^mr-recommend: lists: $n, .*without"
	[ "$n" -lt 18 ]
	echo item >f.tsv && awk -F '\t' '$1 == "u0001" { print $2 }' ratings.tsv >>f.tsv
	try mr-recommend --movies films.tsv --per genre --only f.tsv \
		--users <(printf 'user\nu0001\n') ials.mrm
	expect 0 'lists are shorter than 10'
	expect_out 'user\trank\titem\tscore\tper\n'
}
