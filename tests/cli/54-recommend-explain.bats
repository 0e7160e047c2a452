#!/usr/bin/env bats
# mr-recommend --explain: which of a user's films carry each score.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	odd_and_even >r.tsv
	(printf 'user\titem\trating\n' && sed 1d r.tsv | head -n 60 | sed 's/^u/new/') >new.tsv
}

# sums REST FILE - every row's columns make its score, and none has a rest
# above REST.
sums() {
	awk -F '\t' -v most="$1" 'NR > 1 {
		s = $5 + $7
		n = split($6, part, "|")
		for (i = 1; i <= n; i++) {
			split(part[i], x, "=")
			s += x[2]
		}
		d = s - $4
		if (d * d > 1e-10 * (1 + $4 * $4)) { print "sum: " $0; bad = 1 }
		if ($7 > most || -$7 > most) { print "rest: " $0; bad = 1 }
		rows++
	}
	END { exit bad || !rows }' "$2"
}

@test "base, shares and rest are the score, for every kind of model" {
	local m
	for m in random popular baseline 'baseline --method sgd' svd svdpp nmf \
		slopeone coclustering 'knn --axis item' 'knn --axis user' \
		'knn --axis item --normalise baseline' als bayes ials itemknn \
		'bayes --sweeps 60 --categories ordered' \
		'ease --lambda 1' 'gfilter --low-pass-rank 3' \
		'blend -d 4 --low-pass-rank 3'; do
		# shellcheck disable=SC2086
		mr-factorize -q -m $m r.tsv >m.mrm
		mr-recommend -q -n 5 --explain 100 m.mrm >got
		sums 99 got || fail "$m"
		mr-recommend -q -n 5 --explain 2 m.mrm >got
		sums 99 got || fail "$m, two films"
		# Nothing else of the lists changes.
		mr-recommend -q -n 5 m.mrm | cmp - <(cut -f 1-4 got)
	done
}

@test "of users who are folded in nothing is left over" {
	local m
	for m in baseline svd svdpp nmf slopeone 'knn --axis item' als ials \
		'knn --axis item --normalise baseline' itemknn \
		'ease --lambda 1' 'gfilter --low-pass-rank 3' \
		'blend -d 4 --low-pass-rank 3'; do
		# shellcheck disable=SC2086
		mr-factorize -q -m $m r.tsv >m.mrm
		mr-recommend -q -n 5 --explain 100 --ratings new.tsv m.mrm >got
		sums 1e-5 got || fail "$m"
	done
}

@test "the films named are his, the largest shares first" {
	mr-factorize -q -m als r.tsv >m.mrm
	try mr-recommend -n 3 --explain 4 m.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	[ "$(head -n 1 "$OUT")" = 'user	rank	item	score	base	because	rest' ]
	awk -F '\t' 'NR == FNR { rated[$1, $2]; next }
		FNR > 1 {
			n = split($6, part, "|")
			if (n != 4) exit 1
			for (i = 1; i <= n; i++) {
				split(part[i], x, "=")
				if (!(($1, x[1]) in rated)) exit 1
				a = x[2] < 0 ? -x[2] : x[2]
				if (i > 1 && a > last) exit 1
				last = a
			}
		}' r.tsv "$OUT"
	mr-recommend -t 1 -n 3 --explain 4 m.mrm | cmp - "$OUT"
}

@test "the films named have the columns of films, too" {
	mr-factorize -q -m als r.tsv >m.mrm
	# A bar, a tab, a backslash and nothing at all; f40 is not there.
	awk 'BEGIN { print "item\ttitle\tgenre"
		for (i = 1; i < 40; i++) {
			t = i % 9 ? "T" i "=x" : ""
			if (i % 18 == 0)
				t = "a|b\\t\\\\" i
			print "f" i "\t" t "\tG|H"
		}
	}' >films.tsv
	mr-recommend -q -n 5 --explain 6 --movies films.tsv --with title,genre \
		m.mrm >got
	[ "$(head -n 1 got | cut -f 7-)" = \
		'rest	because_title	because_genre	title	genre' ]
	awk -F '\t' 'NR == FNR { title[$1] = $2; gsub(/[|]/, "/", title[$1]); next }
		FNR == 1 { next }
		{
			want = genres = ""
			n = split($6, part, "|")
			for (i = 1; i <= n; i++) {
				sub(/=.*/, "", part[i])
				want = want (i > 1 ? "|" : "") title[part[i]]
				genres = genres (i > 1 ? "|" : "")
				if (part[i] in title) genres = genres "G/H"
				bars += part[i] == "f18" || part[i] == "f36"
				none += part[i] == "f40"
			}
			if ($8 != want || $9 != genres || NF != 11) { print; exit 1 }
		}
		END { exit !bars || !none }' films.tsv got
	mr-recommend -q -n 5 --explain 6 m.mrm | cmp - <(cut -f 1-7 got)
	printf 'group\tuser\nA\tu1\nA\tu2\n' >g.tsv
	[ "$(mr-recommend -q -n 1 --groups g.tsv --explain 6 --movies films.tsv \
		--with title m.mrm | head -n 1 | cut -f 5-)" = \
		'base	because	rest	title' ]
}

@test "with columns of films behind it; who rates nothing has no reasons" {
	mr-factorize -q -m als r.tsv >m.mrm
	printf 'item\ttitle\nf1\tOne\n' >films.tsv
	printf 'user\titem\trating\nx\tnone\t5\n' >x.tsv
	mr-recommend -q -n 2 --explain 3 --ratings x.tsv --movies films.tsv \
		--with title m.mrm >got
	[ "$(head -n 1 got | cut -f 4-)" = \
		'score	base	because	rest	because_title	title' ]
	awk -F '\t' 'NR > 1 && ($5 != $4 || $6 != "" || $7 != 0) { exit 1 }' got
	printf 'item\tbase\tbecause_x\nf1\tOne\tTwo\n' >films.tsv
	try mr-recommend --movies films.tsv --with because_x m.mrm
	expect 2 "a column of results is called 'because_x' already"
	try mr-recommend --movies films.tsv --with base m.mrm
	expect 2 "a column of results is called 'base' already"
	try mr-recommend --explain 3 --pairs r.tsv m.mrm
	expect 2 '--explain is of lists: --pairs makes none'
}

@test "all reasons of long lists, in little memory" {
	need_plain_build
	mr-ingest ratings -q "$BATS_TEST_DIRNAME/../../data/ratings.csv" >all.tsv
	mr-factorize -q -m als -d 4 all.tsv >m.mrm
	# With room for 1,000 reasons in each row of 1,024 lists it would be
	# 2.7 GiB.
	(ulimit -v 1500000 && mr-recommend -q -t 2 -n 100000 --explain 1000 m.mrm) >got
	(printf 'group\tuser\n' && sed 1d got | cut -f 1 | uniq | head -n 3 |
		sed 's/^/g\t/') >g.tsv
	(ulimit -v 600000 && mr-recommend -q -t 2 -n 100000 --explain 1000 \
		--groups g.tsv m.mrm) >groups
	mr-recommend -q -n 100000 --explain 3 --groups g.tsv m.mrm | cmp - groups
	[ "$(wc -l <groups)" -gt 1 ]
	for u in $(sed -n '2p;40000p;$p' got | cut -f 1); do
		mr-recommend -q -n 100000 --explain 1000 --users <(printf 'user\n%s\n' "$u") \
			m.mrm | diff - <(awk -F '\t' -v u="$u" 'NR == 1 || $1 == u' got)
	done
}
