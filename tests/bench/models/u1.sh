#!/usr/bin/env bash
# The models of ratings beside Surprise's, on fold u1 of MovieLens 100K.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [RUNS=5] [MODELS='svd ...'] u1.sh
#
# The same parameters on both sides: Surprise's defaults are those of
# mr-factorize.  knn-item is KNNBaseline between items by pearson-baseline,
# svdpp-30x40 has 30 factors, 40 sweeps, learning rate 0.01 and lambda 0.1; als
# and bayes are not in Surprise and have their defaults, bayes-8x60 8 factors
# and 60 sweeps.
#
# Ours and theirs run by turns with the seeds 1 to RUNS; medians are printed.
# Our seconds are those of the pipe mr-factorize | mr-recommend --pairs |
# mr-eval from start to end, with reading and writing; Surprise's are those of
# fit and test inside Python, without start, imports and reading.  Where the
# peer takes more than 20 seconds, one run of each is made: "runs" has their
# number.  A model that fails says so, and the others go on.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
models=${MODELS:-$eleven svdpp-30x40 knn-item als bayes-8x60 bayes}
train=$data/ml-100k/u1.base
test=$data/ml-100k/u1.test

# measure MODEL - its row.
measure() {
	local model=$1 mine=$work/$1.ours theirs=$work/$1.peer options r=0
	local rmse='' seconds s

	: >"$mine"
	: >"$theirs"

	read -ra options < <(options_of "$model")
	while [ "$r" -lt "$runs" ]; do
		r=$((r + 1))
		ours "$mine" "$train" "$test" "$r" --no-header-in \
			"${options[@]}" || rmse=failed
		if [ "$peers" = yes ]; then
			case $model in
			als | bayes*) ;;
			*) peer surprise "$model" "$train" "$test" "$r" \
				>>"$theirs" || true ;;
			esac
		fi
		[ "$(awk '$2 > 20' "$theirs")" = '' ] || break
	done
	seconds=$(column "$mine" 2 %.3f)
	s=$(column "$theirs" 2 %.3f)
	printf 'u1\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$model" \
		"${rmse:-$(column "$mine" 1)}" "$seconds" \
		"$(column "$theirs" 1)" "$s" "$(ratio "$s" "$seconds")" "$r"
}

[ -r "$train" ] || leave "no $train; MR_SHARED names the folder above data"
peers=no
! find_peer surprise || peers=yes
printf 'bench\tmodel\trmse\tseconds\tsurprise_rmse\tsurprise_seconds'
printf '\tratio\truns\n'
for m in $models; do
	measure "$m"
done
