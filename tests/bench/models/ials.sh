#!/usr/bin/env bash
# ials beside implicit: Recall@20 on MovieLens latest-small, the same objective.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [FILE=ratings.csv PRESET=movielens] [SEEDS='1 2 3']
#         [RANK=64] [SWEEPS=15] [WEIGHT=0.1] [LAMBDA=5] ials.sh
#
# Every rating counts as 1.  A fifth of the ratings is the test set, another one
# with each of SEEDS; figures are means over them.  With exponent 0, weight a
# and lambda L, the objective of ials is that of implicit with alpha 1 + 1 / a
# and regularization L (1 + a) / a, but for the length of all vectors; its steps
# are solved by three conjugate gradients ("cg", its default) or exactly
# ("cholesky").  The last row is ials at its own defaults, with RANK and SWEEPS.
#
# Lists of both are measured by mr-eval: Recall@20 is the share of a user's test
# films among his 20.  Seconds are ours of mr-factorize | mr-recommend from
# start to end; implicit's of fit and lists inside Python, without start,
# imports, reading and writing.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
file=${FILE:-$data/ml-latest-small/ratings.csv}
rank=${RANK:-64}
sweeps=${SWEEPS:-15}
weight=${WEIGHT:-0.1}
lambda=${LAMBDA:-5}
n=20

# recall NAME SECONDS - adds what the lists in $work/recs are worth.
recall() {
	mr-eval -k $n --resamples 0 --train "$work/train" --test "$work/test" \
		"$work/recs" >"$work/eval"
	awk -F '\t' -v s="$2" '
		$1 == "recall" { r = $3 }
		$1 == "ndcg" { g = $3 }
		END { printf "%.5f\t%.5f\t%.4f\n", r, g, s }' "$work/eval" \
		>>"$work/$1.runs"
}

# ours NAME OPTIONS...
ours() {
	local name=$1 start=$EPOCHREALTIME end
	shift

	mr-factorize -m ials -d "$rank" --sweeps "$sweeps" "$@" -s "$seed" -q \
		"$work/train" | mr-recommend -n $n -q -o "$work/recs"
	end=$EPOCHREALTIME
	recall "$name" "$(calc "$end - $start" %.6f)"
}

# theirs cg|cholesky
theirs() {
	local fit lists

	peer implicit "$1" "$work/train" "$work/recs" "$seed" \
		"$(calc "1 + 1 / $weight" %.9g)" \
		"$(calc "$lambda * (1 + $weight) / $weight" %.9g)" \
		"$rank" "$sweeps" $n >"$work/run" || return 0
	read -r fit lists <"$work/run"
	recall "$1" "$(calc "$fit + $lists" %.6f)"
}

# row NAME FILE NOTE - means over the seeds.
row() {
	[ -s "$2" ] || return 0
	awk -F '\t' -v name="$1" -v note="$3" '
		{ r += $1; g += $2; s += $3 }
		END {
			printf "ials\t%s\t%.4f\t%.4f\t%.3f\t%d\t%s\n", name,
			    r / NR, g / NR, s / NR, NR, note
		}' "$2"
}

[ -r "$file" ] || leave "no $file; FILE= names ratings, PRESET= their columns"
mr-ingest ratings --preset "${PRESET:-movielens}" -q -o "$work/ratings.tsv" \
	"$file"
peers=no
! find_peer implicit || peers=yes
for seed in ${SEEDS:-1 2 3}; do
	mr-split --holdout 0.2 -s "$seed" --train "$work/train" \
		--test "$work/test" "$work/ratings.tsv"
	ours same --unobserved-weight "$weight" --lambda "$lambda" \
		--reg-exponent 0
	ours default
	if [ "$peers" = yes ]; then
		theirs cg
		theirs cholesky
	fi
done
printf 'bench\tmodel\trecall@%d\tndcg@%d\tseconds\truns\tnote\n' $n $n
row 'mr ials' "$work/same.runs" "weight $weight, lambda $lambda, exponent 0"
row 'implicit cg' "$work/cg.runs" 'the same, translated'
row 'implicit cholesky' "$work/cholesky.runs" 'the same, translated'
row 'mr ials' "$work/default.runs" 'defaults'
