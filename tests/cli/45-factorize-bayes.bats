#!/usr/bin/env bats
# mr-factorize -m bayes: its parts, its options, its figure on MovieLens.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-recommend mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	# 40 films, each user rates some of them by two tastes.
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 120; u++)
			for (i = 1; i <= 40; i++)
				if ((u * 7 + i * 13) % 5 < 2)
					printf "u%d\tf%d\t%.1f\n", u, i,
						3 + (u % 2 == i % 2 ? 1.5 : -1.5) + (i % 3 - 1) / 2
	}' >r.tsv
}

# rmse PREDICTIONS - of the columns user, item, rating, estimate.
rmse() {
	awk -F '\t' 'NR > 1 { s += ($3 - $4)^2; n++ }
		END { printf "%.4f\n", sqrt(s / n) }' "$1"
}

@test "bayes: the parts of the stream, and what -v tells" {
	try mr-factorize -m bayes -v -d 3 --sweeps 30 --burn-in 10 --max-rank 7 \
		-o m.mrm r.tsv
	expect 0 '^mr-factorize: mean of 20 samples of noise 0[.0-9]+, at rank 7 within 0[.0-9]+ \('
	mr-show m.mrm >shown
	for line in 'model +bayes' 'fold +posterior' 'fold.lambda +1' 'rank +3' 'sweeps +30' \
		'burn_in +10' 'max_rank +7' 'implicit_sets +both' 'dates +user' 'categories +none' 'clip +1:5' \
		'matrix.V +item factor' 'matrix.bi +item one' \
		'matrix.Y +item factor' 'matrix.U +user factor' 'matrix.bu +user one'; do
		grep -qE "^  $line\$" shown || fail "not in the META: $line"
	done
	[ "$(mr-show --tsv --no-header-out --matrix V m.mrm | head -n 1 |
		awk -F '\t' '{ print NF }')" -eq $((1 + 7 + 2)) ]
}

@test "bayes: the same bytes for threads, others for other options" {
	for t in 1 2 5; do
		mr-factorize -m bayes --sweeps 25 -t $t -o $t.mrm r.tsv
		cmp $t.mrm 1.mrm
	done
	for o in '-s 2' '--burn-in 19' '--sweeps 26' '--max-rank 8' '-d 4' \
		'--implicit-sets user' '--implicit-sets item' \
		'--implicit-sets none'; do
		# shellcheck disable=SC2086
		mr-factorize -m bayes --sweeps 25 $o r.tsv |
			mr-show --tsv --matrix U >other
		mr-show --tsv --matrix U 1.mrm | cmp -s - other && fail "$o"
	done
	true
}

@test "bayes: sweeps beyond the burn-in are needed" {
	try mr-factorize -m bayes --sweeps 20 r.tsv
	expect 2 '^mr-factorize: bayes needs more --sweeps than --burn-in: 20, not 20; see mr-factorize -h$'
}

@test "bayes: finds a structure that is there" {
	mr-factorize -m bayes -d 4 --sweeps 60 r.tsv |
		mr-recommend --pairs r.tsv >p.tsv
	awk "BEGIN { exit !($(rmse p.tsv) < 0.05) }"
}

# Sittings of twelve ratings, each with a mood of its own.
@test "bayes: moods of a sitting are found where times are known" {
	awk 'BEGIN { OFS = "\t"; srand(3)
		for (u = 1; u <= 60; u++)
			for (i = 1; i <= 48; i++) {
				sitting = int((i * 7 % 48) / 12)
				mood = 1.5 * sin(u * 7 + sitting * 5)
				print "u" u, "f" i, 3 + mood + (i % 3 - 1) / 2,
					100000 * sitting + i > \
					(rand() < 0.3 ? "test" : "train")
			}
	}'
	mr-factorize -m bayes -v -d 2 --sweeps 60 --no-header-in -o m.mrm train \
		2>err
	grep -qE '^mr-factorize: dates: moods of spread [01][.][0-9]+$' err
	for line in 'mood.origin +1' 'mood.step +1' 'mood.span +300' 'dates +user' \
		'matrix.E +user step'; do
		mr-show m.mrm | grep -qE "^  $line\$" ||
			fail "not in the META: $line"
	done
	mr-recommend --pairs test --no-header-in m.mrm >p.tsv
	cut -f 1-3 test | mr-recommend --pairs - --no-header-in m.mrm >less.tsv
	echo "with times $(rmse p.tsv), without $(rmse less.tsv)" >&3
	awk "BEGIN { exit !($(rmse p.tsv) < 0.4 && $(rmse less.tsv) > 0.8) }"
	mr-factorize -m bayes -d 2 --sweeps 60 --no-header-in -t 5 train |
		cmp - m.mrm
	# Without times, or unheeded, there are none.
	cut -f 1-3 train |
		mr-factorize -m bayes -d 2 --sweeps 60 --no-header-in -o a.mrm
	mr-factorize -m bayes -d 2 --sweeps 60 --no-header-in --dates none \
		-o b.mrm train
	for f in a b; do
		mr-show $f.mrm | grep -q mood && fail "$f.mrm has moods"
		mr-show --tsv --matrix U $f.mrm >$f
	done
	cmp a b
	printf 'u1\tf1\t3\tnoon\n' >bad
	try mr-recommend --pairs bad --no-header-in m.mrm
	expect 1 "^mr-recommend: bad:1: time 'noon', expected a number"
}

# Four levels; the greatest is common.
@test "bayes: ratings as ordered categories" {
	awk 'BEGIN { OFS = "\t"; srand(4)
		split("1 2 3 3.5", level, " ")
		for (u = 1; u <= 80; u++)
			for (i = 1; i <= 40; i++) {
				x = (u % 2 == i % 2 ? 1 : -1) + (i % 5 - 2) / 2 + rand()
				k = 1 + (x > -1.5) + (x > -0.6) + (x > -0.1)
				print "u" u, "f" i, level[k] > \
					(rand() < 0.3 ? "test" : "train")
			}
	}'
	mr-factorize -m bayes -v -d 2 --sweeps 60 --categories ordered \
		--no-header-in -o m.mrm train 2>err
	grep -qE '^mr-factorize: categories: 4, spread 0[.][0-9]+ around a score$' err
	for line in 'categories +ordered' 'levels +1:2:3:3.5' \
		'cuts +[-0-9.]+:[-0-9.]+:[-0-9.]+' 'spread +0[.][0-9]+'; do
		mr-show m.mrm | grep -qE "^  $line\$" ||
			fail "not in the META: $line"
	done
	mr-recommend --pairs test --no-header-in m.mrm >p.tsv
	echo "RMSE $(rmse p.tsv)" >&3
	awk "BEGIN { exit !($(rmse p.tsv) < 0.4) }"
	awk 'NR > 1 && ($4 < 1 || $4 > 3.5) { exit 1 }' p.tsv
	mr-factorize -m bayes -d 2 --sweeps 60 --categories ordered -t 5 \
		--no-header-in train | cmp - m.mrm
	# Of two values there is no order to learn.
	awk '{ print $1 "\t" $2 "\t" ($3 > 2) }' train |
		mr-factorize -m bayes -d 2 --sweeps 60 --categories ordered \
		--no-header-in | mr-show | grep -q levels && fail "levels of two"
	true
}

# A short chain of few factors; the defaults are for bench.
@test "bayes: MovieLens-100K, fold u1" {
	need_shared data/ml-100k/u1.base
	mr-factorize -m bayes -d 8 --sweeps 60 --no-header-in "$SHARED/data/ml-100k/u1.base" |
		mr-recommend --pairs "$SHARED/data/ml-100k/u1.test" --no-header-in >p.tsv
	[ "$(wc -l <p.tsv)" -eq 20001 ]
	echo "RMSE $(rmse p.tsv)" >&3
	awk "BEGIN { exit !($(rmse p.tsv) < 0.885) }"
}

# Twelve films that all rate 4 or 5, sixty that one user each rates 1 or 2.
@test "bayes: unknown users and films are estimated as baseline does" {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 0; u < 30; u++) {
			for (i = 0; i < 12; i++)
				print "u" u "\tp" i "\t" 4 + (u + i) % 2
			print "u" u "\tx" u "\t1\nu" u "\ty" u "\t2"
		} }' >few.tsv
	printf 'user\titem\nu1\tNEW\nNEW\tNEW\nNEW\tp1\n' >new.tsv
	mr-factorize -m baseline few.tsv | mr-recommend -q --pairs new.tsv >b.tsv
	for s in 1 2 3; do
		mr-factorize -m bayes -s $s --sweeps 60 few.tsv >m.mrm
		mr-recommend -q --pairs new.tsv m.mrm | cut -f 3 | paste b.tsv - |
			awk -F '\t' 'NR > 1 && ($3 - $4)^2 > 0.3^2 { print; exit 1 }'
		# mr-models(7): mu is the mean of all ratings.
		mr-show m.mrm | awk -v want="$(awk 'NR > 1 { s += $3 }
			END { print s / (NR - 1) }' few.tsv)" '$1 == "mu" {
			exit ($2 - want)^2 > 1e-10 }'
	done
}

# Every tenth film, and every tenth user, is not known.
@test "bayes: MovieLens-100K, unknown users and films no worse than baseline" {
	need_shared data/ml-100k/u1.base
	for c in 1 2; do
		cat "$SHARED/data/ml-100k/u1.base" "$SHARED/data/ml-100k/u1.test" |
			awk -F '\t' -v c=$c '{ print >($c % 10 == 3 ? "test" : "train") }'
		for m in baseline 'bayes -d 8 --sweeps 60'; do
			# shellcheck disable=SC2086
			mr-factorize -m $m --no-header-in train |
				mr-recommend -q --no-header-in --pairs test >"${m%% *}"
		done
		echo "column $c: bayes $(rmse bayes), baseline $(rmse baseline)" >&3
		awk "BEGIN { exit !($(rmse bayes) <= $(rmse baseline)) }"
	done
}
