#!/usr/bin/env bats
# scripts/compare-models: its figures are those of the tools, one by one.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-ingest mr-split mr-factorize mr-recommend mr-eval
	cd "$BATS_TEST_TMPDIR" || return 1
	mr-ingest ratings --preset movielens -q -o r.tsv "$DATA/ratings.csv"
	export BUILD=$MR_BUILD
}

# mean_of MEASURE FOLDS OPTIONS... - over the folds, by the tools alone.
mean_of() {
	local measure=$1 folds=$2 i
	shift 2

	for ((i = 1; i <= folds; i++)); do
		mr-split --folds "$folds" --fold "$i" --train train \
			--test test r.tsv
		mr-factorize "$@" train | mr-recommend --pairs test |
			mr-eval --resamples 0
	done | awk -F '\t' -v measure="$measure" '
		$1 == measure { sum += $3; n++ }
		END { printf "%.4f", sum / n }'
}

@test "compare-models: rmse and mae are means over the folds" {
	try "$TOP/scripts/compare-models" -k 2 -m als r.tsv
	expect 0
	[ "$(head -n 1 "$OUT")" = "$(printf 'model\trmse\tmae\tseconds')" ]
	[ "$(wc -l <"$OUT")" -eq 2 ]
	[ "$(sed 1d "$OUT" | cut -f 1-3)" = "$(printf 'als\t%s\t%s' \
		"$(mean_of rmse 2 -m als)" "$(mean_of mae 2 -m als)")" ]
	awk -F '\t' 'NR == 2 && $4 > 0 { ok = 1 } END { exit !ok }' "$OUT"
}

@test "compare-models: a model that fails says so, and the next one runs" {
	try "$TOP/scripts/compare-models" -k 2 -m 'nothing als' r.tsv
	[ "$STATUS" -eq 1 ]
	[ "$(sed -n 2p "$OUT" | cut -f 1-3)" = \
		"$(printf 'nothing\tfailed\tfailed')" ]
	[ "$(sed -n 3p "$OUT" | cut -f 1)" = als ]
	[ "$(wc -l <"$ERR")" -eq 1 ]
	grep -q '^compare-models: nothing: mr-factorize: ' "$ERR"
}

@test "compare-models: lists, in pairs with the first model" {
	try "$TOP/scripts/compare-models" -l -k 2 -m 'popular itemknn nothing' r.tsv
	[ "$STATUS" -eq 1 ]
	head -n 1 "$OUT" | tr '\t' ' ' | diff - <(echo model recall ndcg \
		difference lo hi p seconds)
	[ "$(sed -n 4p "$OUT" | cut -f 1-3,8 | tr '\t' ' ')" = \
		'nothing failed failed failed' ]
	[ "$(sed -n 2p "$OUT" | cut -f 4-7)" = "$(printf '\t\t\t')" ]
	# A user of each fold for himself: the mean over all of them.
	for m in popular itemknn; do
		for i in 1 2; do
			mr-split --folds 2 --fold $i --train a.tr --test a.te r.tsv
			mr-factorize -q -m $m a.tr | mr-recommend -q -n 20 |
				mr-eval -q -k 20 --measures ndcg --per-user --test a.te --train a.tr |
				sed 1d
		done | awk -F '\t' '{ s += $4; n++ } END { printf "%.4f\n", s / n }'
	done | diff - <(sed -n 2,3p "$OUT" | cut -f 3)
	awk -F '\t' 'NR == 2 { first = $3 }
		NR == 3 { d = $3 - first - $4; if (d > 2e-4 || d < -2e-4 ||
			$5 > $4 || $6 < $4 || $7 < 0 || $7 > 1) exit 1 }' "$OUT"
}

@test "compare-models: a warning is told, once for all folds" {
	awk 'BEGIN { print "user\titem\trating"
		for (i = 0; i < 200; i++)
			print "u" i "\tf" i % 20 "\t" 1 + i % 5 }' >lone.tsv
	try "$TOP/scripts/compare-models" -k 3 -m 'als svd ials' lone.tsv
	expect 0
	# The tools of a pipe end together: which speaks first is chance.
	sed 's/[0-9][0-9]*/N/g' "$ERR" | cut -d ' ' -f 1-11 | sort | diff - <(
		told='every one of the N users has'
		echo "compare-models: als: mr-factorize: warning: $told"
		echo 'compare-models: als: mr-recommend: warning:' \
			'of N pairs N have a user'
		echo "compare-models: ials: mr-factorize: warning: $told"
		echo 'compare-models: ials: mr-recommend: warning:' \
			'the model ranks films, its estimates are')
}

@test "compare-models: usage, and what is not" {
	try "$TOP/scripts/compare-models" -h
	expect 0
	grep -q 'FOLDS' "$OUT"
	for bad in '' '-k 1 r.tsv' '-k x r.tsv' '-z r.tsv' 'r.tsv r.tsv'; do
		# shellcheck disable=SC2086
		try "$TOP/scripts/compare-models" $bad
		[ "$STATUS" -eq 2 ]
		grep -q '^compare-models: ' "$ERR"
	done
	try "$TOP/scripts/compare-models" -m als none.tsv
	[ "$STATUS" -eq 1 ]
	grep -q 'none.tsv' "$ERR"
}
