#!/usr/bin/env bash
# Lists for users with few ratings who come after training, beside popularity.
# SPDX-License-Identifier: MIT
#
#     [FILE=ratings.csv PRESET=movielens] [SEEDS='1 2 3'] [MODEL='-m ials']
#         [GIVEN='1 3 5 10 all'] [VECTORS=text.mrm MIX=0.17] newcomers.sh
#
# A fifth of the users is left out of training, another one with each of SEEDS,
# and a fifth of their ratings held out.  GIVEN of the others, drawn at random,
# are what mr-recommend --ratings is told; what they rated, but for the held
# films, is in no list.  "popular" are the lists of those of whom nothing is
# known.  With VECTORS of the films the rows "mixed" are --items and --mix.
#
# Users of all seeds are measured together, lists of 20: recall and ndcg, and
# what they are above popularity's, with the 95 % interval of mr-eval --compare
# over users.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
file=${FILE:-$data/ml-latest-small/ratings.csv}
read -ra model <<<"${MODEL:--m ials}"
n=20

# lists NAME OPTIONS... - of $new's users, to NAME, with the seed before each.
lists() {
	local name=$1
	shift

	mr-recommend -q -n $n --seen "$work/rest" "$@" "$work/model" |
		tagged >>"$work/$name"
}

tagged() {
	awk -v s="$seed" 'NR > 1 { print s ":" $0 }'
}

# with_head FILE COLUMNS
with_head() {
	tr ' ' '\t' <<<"$2" && cat "$1"
}

# measured GIVEN NAME - its two rows.
measured() {
	with_head "$work/$2" 'user rank item score' >"$work/these"
	mr-eval -q -k $n --measures recall,ndcg --test "$work/test" \
		--compare "$work/those" "$work/these" |
		awk -F '\t' -v given="$1" -v name="${2%"$1"}" '
			NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{
				printf "newcomers\t%s\t%s\t%s\t%.4f", given, name,
				    $at["measure"], $at["value"]
				printf "\t%.4f\t%.4f\t%.4f\t%d\n",
				    $at["difference"], $at["lo"], $at["hi"],
				    $at["users"]
			}'
}

[ -r "$file" ] || leave "no $file; FILE= names ratings, PRESET= their columns"
mr-ingest ratings --preset "${PRESET:-movielens}" -q -o "$work/ratings" "$file"
: >"$work/popular"
: >"$work/held_all"
for seed in ${SEEDS:-1 2 3}; do
	mr-split -s "$seed" --by user --holdout 0.2 --train "$work/train" \
		--test "$work/new" "$work/ratings"
	mr-split -s "$seed" --holdout 0.2 --train "$work/rest" \
		--test "$work/held" "$work/new"
	mr-factorize -q "${model[@]}" -o "$work/model" "$work/train"
	tagged <"$work/held" >>"$work/held_all"
	lists popular --users "$work/rest"
	for given in ${GIVEN:-1 3 5 10 all}; do
		cp "$work/rest" "$work/given"
		[ "$given" = all ] || mr-split -q -s "$seed" \
			--leave-random "$given" --train "$work/others" \
			--test "$work/given" "$work/rest"
		lists "folded$given" --ratings "$work/given"
		[ -z "${VECTORS:-}" ] || lists "mixed$given" --ratings \
			"$work/given" --items "$VECTORS" --mix "${MIX:-0.17}"
	done
done
with_head "$work/held_all" "$(head -n 1 "$work/held")" >"$work/test"
with_head "$work/popular" 'user rank item score' >"$work/those"
printf 'bench\tgiven\tlists\tmeasure\tvalue\tabove_popular\tlo\thi\tusers\n'
measured 0 popular
for given in ${GIVEN:-1 3 5 10 all}; do
	for name in folded mixed; do
		[ ! -f "$work/$name$given" ] || measured "$given" "$name$given"
	done
done
