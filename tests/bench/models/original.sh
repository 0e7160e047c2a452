#!/usr/bin/env bash
# The original's comparison of eleven models, on its data, beside Surprise.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [FILE=ratings_cleaned.csv PRESET=seed] [FOLDS=3]
#         [MODELS='svd ...'] original.sh
#
# scripts/compare-models parts the ratings into FOLDS folds and runs ours;
# Surprise gets the same folds, and its estimates are clipped to the range of
# each training set, as ours are.  RMSE are means over the folds, seconds sums
# over them: ours of the whole pipe from start to end, Surprise's of fit and
# test inside Python, without start, imports and reading.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
file=${FILE:-$data/seed/ratings_cleaned.csv}
folds=${FOLDS:-3}
models=${MODELS:-$eleven}

[ -r "$file" ] || leave "no $file; FILE= names ratings, PRESET= their columns"
mr-ingest ratings --preset "${PRESET:-seed}" -q -o "$work/ratings.tsv" "$file"
scripts/compare-models -k "$folds" -s 1 -m "$models" "$work/ratings.tsv" \
	>"$work/ours" 2>"$work/errors" || true
sed 's/^/# /' "$work/errors" >&2
peers=no
if find_peer surprise; then
	peers=yes
	for ((i = 1; i <= folds; i++)); do
		mr-split --folds "$folds" --fold "$i" -s 1 --train \
			"$work/$i.train" --test "$work/$i.test" \
			"$work/ratings.tsv"
	done
fi

# theirs MODEL - mean RMSE and sum of seconds of Surprise, or '-' twice.
theirs() {
	local i

	: >"$work/theirs"
	for ((i = 1; i <= folds; i++)); do
		[ "$peers" = yes ] && peer surprise "$1" "$work/$i.train" \
			"$work/$i.test" "$i" >>"$work/theirs" || break
	done
	awk -v folds="$folds" '
		{ e += $1; s += $2 }
		END {
			if (NR < folds)
				print "-\t-"
			else
				printf "%.4f\t%.3f\n", e / NR, s
		}' "$work/theirs"
}

printf 'bench\tmodel\trmse\tseconds\tsurprise_rmse\tsurprise_seconds\tratio\n'
while IFS=$'\t' read -r model rmse _ seconds; do
	[ "$model" != model ] || continue
	IFS=$'\t' read -r e s < <(theirs "$model")
	printf 'original\t%s\t%s\t%s\t%s\t%s\t%s\n' "$model" "$rmse" \
		"$seconds" "$e" "$s" "$(ratio "$s" "$seconds")"
done <"$work/ours"
