#!/usr/bin/env bats
# mr-factorize -m baseline, svd, svdpp and nmf: streams, defaults, refusals,
# and how near they come on MovieLens 100K.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-recommend mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
}

# ratings USERS - 40 films, each user rates some of them by two tastes.
ratings() {
	awk -v n="$1" 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= n; u++)
			for (i = 1; i <= 40; i++)
				if ((u * 7 + i * 13) % 5 < 2)
					printf "u%d\tf%d\t%.1f\n", u, i,
						3 + (u % 2 == i % 2 ? 1.5 : -1.5) + (i % 3 - 1) / 2
	}'
}

@test "the parts of their streams" {
	ratings 20 >r.tsv
	for m in baseline svd svdpp nmf; do
		mr-factorize -m "$m" r.tsv >m.mrm
		mr-show m.mrm >shown
		for line in "model +$m" 'mu +[0-9.]+' 'clip +1:5' 'matrix.bi +item one' \
			'matrix.bu +user one' 'matrix.R +user item' 'ratings +320'; do
			grep -qE "^  $line\$" shown || fail "$m: not in the META: $line"
		done
		case $m in
		baseline) ! grep -q 'matrix.[UV]' shown || fail "factors" ;;
		*) grep -qE '^  matrix.V +item factor' shown || fail "no factors" ;;
		esac
	done
	# The last two of the 17 columns of nmf are no factors.
	mr-show m.mrm | grep -qE '^  fold +nonneg$'
	mr-show m.mrm | grep -qE '^  fold.solved +15$'
}

@test "their defaults" {
	ratings 20 >r.tsv
	mr-factorize -m baseline r.tsv >want.mrm
	mr-factorize -m baseline --method als --sweeps 10 --reg-user 15 \
		--reg-item 10 r.tsv | cmp - want.mrm
	mr-factorize -m baseline --method sgd r.tsv >want.mrm
	mr-factorize -m baseline --method sgd --sweeps 20 --lambda 0.02 \
		--learning-rate 0.005 r.tsv | cmp - want.mrm
	mr-factorize -m baseline --method sgd --sweeps 19 r.tsv >other.mrm
	! cmp -s want.mrm other.mrm || fail "19 sweeps are not 20"
	mr-factorize -m svd r.tsv >want.mrm
	mr-factorize -m svd -d 100 --sweeps 20 --lambda 0.02 \
		--learning-rate 0.005 -s 1 r.tsv | cmp - want.mrm
	mr-factorize -m svdpp r.tsv >want.mrm
	mr-factorize -m svdpp -d 20 --sweeps 20 --lambda 0.02 \
		--learning-rate 0.007 -s 1 r.tsv | cmp - want.mrm
	mr-factorize -m nmf r.tsv >want.mrm
	mr-factorize -m nmf -d 15 --sweeps 50 --lambda 0.06 -s 1 r.tsv |
		cmp - want.mrm
}

@test "any number of threads, the same bytes" {
	ratings 400 >r.tsv
	for m in baseline 'baseline --method sgd' svd svdpp nmf; do
		# shellcheck disable=SC2086
		mr-factorize -t 1 -m $m --sweeps 3 r.tsv >one.mrm
		# shellcheck disable=SC2086
		mr-factorize -t 3 -m $m --sweeps 3 r.tsv | cmp - one.mrm
	done
}

@test "nmf: a user or film that is not known has the estimate of baseline" {
	ratings 20 >r.tsv
	printf '%s\t%s\n' user item u1 nobody nobody f1 nobody nothing >p.tsv
	for m in nmf baseline; do
		mr-factorize -m "$m" r.tsv | mr-recommend --pairs p.tsv |
			awk -F'\t' 'NR > 1 { printf "%.4f\n", $NF }' >"$m"
	done
	[ "$(sort -u baseline | wc -l)" -eq 3 ]
	diff baseline nmf
}

@test "numbers that blow up end the run with a user, a film and a remedy" {
	ratings 50 >r.tsv
	for m in svd svdpp; do
		try mr-factorize -m "$m" --learning-rate 10 r.tsv
		expect 1 "^mr-factorize: user 'u[0-9]+', item 'f[0-9]+': numbers grew \
without bound: a smaller --learning-rate or a larger --lambda helps$"
	done
	try mr-factorize -m baseline --method sgd --sweeps 1000 \
		--learning-rate 10 r.tsv
	expect 1 "^mr-factorize: user 'u1': numbers grew without bound"
}

@test "nmf takes no rating below 0" {
	printf '%s\t%s\t%s\n' user item rating ann jaws 3 bob heat -0.5 >r.tsv
	try mr-factorize -m nmf r.tsv
	expect 1 "^mr-factorize: user 'bob', item 'heat': a rating below 0, which nmf cannot take$"
}

@test "a single rating" {
	printf '%s\t%s\t%s\n' user item rating ann jaws 3.5 >r.tsv
	for m in baseline 'baseline --method sgd' svd svdpp nmf; do
		# shellcheck disable=SC2086
		mr-factorize -m $m r.tsv 2>/dev/null | mr-recommend --pairs r.tsv >got
		awk -F'\t' 'NR == 2 && ($4 - 3.5) ^ 2 < 0.01 { ok = 1 }
			END { exit !ok }' got || fail "$m"
	done
}

# rmse MODEL... - of split u1 of MovieLens 100K, the published one.
rmse() {
	mr-factorize --no-header-in -m "$@" "$SHARED/data/ml-100k/u1.base" |
		mr-recommend --no-header-in --pairs "$SHARED/data/ml-100k/u1.test" \
			2>/dev/null | awk -F'\t' 'NR > 1 { s += ($3 - $NF) ^ 2; n++ }
				END { printf "%.4f\n", sqrt(s / n) }'
}

@test "MovieLens 100K: as near as the same models elsewhere" {
	need_shared data/ml-100k/u1.base
	need_plain_build
	# Model, and what scikit-surprise 1.1 reaches with the same parameters.
	while IFS='|' read -r most model; do
		# shellcheck disable=SC2086
		got=$(rmse $model)
		awk -v g="$got" -v m="$most" 'BEGIN { exit !(g < m + 0.002 && g > 0.9) }' ||
			fail "$model: $got, expected $most or less"
	done <<-'E'
		0.9599|baseline
		0.9561|baseline --method sgd
		0.9529|svd
		0.9760|nmf
		0.9330|svdpp
	E
}
