#!/usr/bin/env bats
# mr-factorize -m knn, slopeone, coclustering: through the pipe, against
# figures of Surprise.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-recommend
	cd "$BATS_TEST_TMPDIR" || return 1
}

# estimate MODEL... - user, item, estimate of the pairs in pairs.tsv.
estimate() {
	mr-factorize -m "$@" train.tsv |
		mr-recommend -q --pairs pairs.tsv --no-header-out | cut -f 1,2,4
}

# rmse WHICH MODEL... - on u1; WHICH: all pairs, or those of known items.
# Surprise calls the 32 others impossible.
rmse() {
	local which=$1
	shift
	mr-factorize --no-header-in -m "$@" "$SHARED/data/ml-100k/u1.base" |
		mr-recommend -q --no-header-in --no-header-out \
			--pairs "$SHARED/data/ml-100k/u1.test" |
		awk -F '\t' -v which="$which" '
			NR == FNR { known[$2] = 1; next }
			which == "all" || $2 in known {
				e = $3 - $4; sum += e * e; n++
			}
			END { printf "%.4f\n", sqrt(sum / n) }' \
			"$SHARED/data/ml-100k/u1.base" -
}

# about A B - they differ by 0.0002 at most.
about() {
	awk -v a="$1" -v b="$2" 'BEGIN { d = a - b
		exit !(a > 0 && d < 0.00021 && d > -0.00021) }' ||
		fail "$1, expected about $2"
}

@test "slopeone: an estimate by hand, with a half" {
	printf '%s\t%s\t%s\n' user item rating ann a 3.5 ann b 2 bob a 5 \
		bob b 4.5 eve b 3 >train.tsv
	printf '%s\t%s\t%s\n' user item rating eve a 1 >pairs.tsv
	# dev(a, b) = (1.5 + 0.5) / 2
	[ "$(estimate slopeone)" = "$(printf 'eve\ta\t4')" ]
}

@test "knn: an estimate by hand" {
	printf '%s\t%s\t%s\n' user item rating ann a 4 ann b 2 bob a 4 bob b 3 \
		eve a 5 eve b 2 eve c 1 ann c 3.5 >train.tsv
	printf '%s\t%s\t%s\n' user item rating bob c 1 >pairs.tsv
	# msd: s(bob, ann) = 1 / (1 + 1/2), s(bob, eve) = 1 / (1 + 2/2), so
	# (3.5 . 2/3 + 1/2) / (2/3 + 1/2)
	estimate knn | awk -F '\t' '{ e = $3 - 17 / 7
		exit !(NR == 1 && e < 1e-6 && e > -1e-6) }'
	[ "$(estimate knn -k 1)" = "$(printf 'bob\tc\t3.5')" ]
	# Too few neighbours: the mean of all ratings.
	[ "$(estimate knn --min-neighbours 3)" = "$(printf 'bob\tc\t3.0625')" ]
}

@test "the same bytes for any number of threads" {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 300; u++)
			for (i = 1; i <= 40; i++)
				if ((u * 7 + i * 13) % 5 < 2)
					printf "u%d\tf%d\t%.1f\n", u, i,
						(u * i * 31 % 10 + 1) / 2 }' >train.tsv
	for m in "knn --axis item --normalise zscore" slopeone coclustering \
		"knn --similarity pearson-baseline --normalise baseline"; do
		# shellcheck disable=SC2086
		mr-factorize -t 1 -m $m train.tsv >1.mrm
		# shellcheck disable=SC2086
		mr-factorize -t 4 -m $m train.tsv >4.mrm
		cmp 1.mrm 4.mrm
	done
}

# The figures are those of scikit-surprise 1.1.5 on this split.
@test "knn and slopeone: the errors of Surprise on ML-100K u1" {
	need_shared data/ml-100k/u1.base
	# Surprise breaks ties in an order of its own.
	about "$(rmse known knn)" 0.9867
	about "$(rmse known knn --normalise mean)" 0.9627
	about "$(rmse known knn --normalise zscore)" 0.9613
	about "$(rmse all knn --normalise baseline)" 0.9418
	[ "$(rmse all knn --normalise baseline --axis item \
		--similarity pearson-baseline)" = 0.9359 ]
	[ "$(rmse known slopeone)" = 0.9544 ]
}

# Surprise with ten seeds: from 0.965 to 0.984.
@test "coclustering: about the error of Surprise on ML-100K u1" {
	need_shared data/ml-100k/u1.base
	for seed in 1 2 3; do
		e=$(rmse all coclustering -s $seed)
		awk -v e="$e" 'BEGIN { exit !(e > 0.95 && e < 0.99) }' ||
			fail "seed $seed: $e"
	done
}

@test "knn: shuffled rows change no estimate, equal neighbours or not" {
	# Few common ratings in steps of a half: many similarities are equal.
	awk 'BEGIN { for (u = 1; u <= 60; u++)
			for (i = 1; i <= 40; i++) {
				s = (s * 1103 + 12345) % 65536
				if (s % 65536 < 16384)
					printf "u%d\tf%d\t%.1f\n", u, i,
						(int(s / 64) % 7 + 3) / 2
			} }' >rows
	awk 'BEGIN { for (u = 1; u <= 60; u++) for (i = 1; i <= 40; i++)
			printf "u%d\tf%d\n", u, i }' >pairs
	# Another order of rows, users and films.
	awk '{ print NR * 7919 % 1500 "\t" $0 }' rows | sort -n |
		cut -f 2- >mixed
	[ "$(sort rows)" = "$(sort mixed)" ]
	for o in "" "--axis item"; do
		for f in rows mixed; do
			# shellcheck disable=SC2086
			mr-factorize -m knn -k 3 $o --no-header-in $f >$f.mrm
			mr-recommend -q --pairs pairs --no-header-in \
				--no-header-out $f.mrm >$f.est
		done
		[ "$(wc -l <rows.est)" -eq 2400 ]
		bad=$(paste rows.est mixed.est | awk -F '\t' '{ d = $4 - $8 }
			d > 1e-6 || d < -1e-6' | wc -l)
		[ "$bad" -eq 0 ]
	done
}
