#!/usr/bin/env bash
# Every model of lists on a split that is published, by two ways to choose.
# SPDX-License-Identifier: MIT
#
#     [TRAIN=train.txt TEST=test.txt PRESET=lists] [MODELS='popular itemknn ..']
#         [CHOICES='split published'] [TRIALS=12] [SEEDS='1'] lists.sh
#
# "split": parameters by mr-tune over the grid below on a tenth of TRAIN by
# chance, measured by recall+ndcg, of a longer grid TRIALS settings; TEST is read
# once for each row, and the number of times is told at the end.  "published":
# what papers give, which was chosen on this test set.  auto is mr-factorize -m
# auto; its seconds are those of choosing and learning.
#
# Seconds from start to end and CPU seconds are those of mr-factorize and of
# mr-recommend for all users, tuning apart; MiB the larger peak of the two.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
train=${TRAIN:-$data/gowalla/train.txt}
test=${TEST:-$data/gowalla/test.txt}
n=20
reads=0

# grid MODEL - what mr-tune tries; empty: there is nothing to choose.
grid() {
	local walk='from-exponent=0.5,0.7,0.9;via-exponent=0.4,0.7,1'

	case $1 in
	itemknn) echo 'weighting=cosine,tfidf,bm25;k=50,100,200,500' ;;
	rp3beta) echo 'k=200;alpha=0.3,0.5,0.7,1;beta=0,0.2,0.4' ;;
	gfilter) echo "low-pass-rank=0;$walk;to-exponent=0.1,0.2,0.3,0.4" ;;
	ials) echo 'unobserved-weight=0.003,0.005,0.01,0.02;lambda=0.002,0.004,0.008' ;;
	blend) echo "$walk;to-exponent=0.1,0.2,0.3,0.4;mix=1,2,4" ;;
	esac
}

# published MODEL - options, a way a line.
published() {
	local walk='--from-exponent 0.9 --via-exponent 1 --to-exponent 0.1'
	local ials='-d 512 --sweeps 8 --unobserved-weight 0.005 --lambda 0.003'

	case $1 in
	popular) echo ;;
	itemknn) echo '-k 100' ;;
	rp3beta) echo '-k 777 --alpha 0.566 --beta 0.0011' ;;
	ease) echo '--lambda 80 -k 500' ;;
	gfilter)
		echo '-k 0'
		echo "$walk --low-pass-rank 0"
		;;
	ials) echo "$ials" ;;
	blend)
		echo "$walk $ials --mix 3"
		echo "$walk $ials --mix 3 --low-pass-rank 512"
		;;
	esac
}

# spent FILE - seconds, CPU seconds and peak that its last line tells.
spent() {
	sed -nE 's/^mr-[a-z]*: ([0-9.]+) s, CPU ([0-9.]+) s, peak ([0-9.]+) MiB.*/\1 \2 \3/p' "$1" |
		tail -n 1
}

# row CHOICE MODEL OPTIONS... - learns, makes lists, reads the test set.
row() {
	local choice=$1 model=$2 learnt listed
	shift 2

	mr-factorize -v -m "$model" "$@" -s "$seed" -o "$work/model" \
		"$work/train" 2>"$work/learnt" || {
		sed 's/^/# /' "$work/learnt" >&2
		printf 'lists\t%s\t%s\t%s\tfailed\n' "$choice" "$model" "$*"
		return 0
	}
	mr-recommend -v -n $n -o "$work/lists" "$work/model" 2>"$work/listed"
	learnt=$(spent "$work/learnt")
	listed=$(spent "$work/listed")
	reads=$((reads + 1))
	mr-eval -q -k $n --measures recall,ndcg --resamples 0 \
		--test "$work/test" --train "$work/train" "$work/lists" |
		awk -F '\t' -v choice="$choice" -v model="$model${*:+ $*}" \
			-v seed="$seed" -v a="$learnt" -v b="$listed" '
			{ v[$1] = $3 }
			END {
				split(a, x, " ")
				split(b, y, " ")
				printf "lists\t%s\t%s\t%d\t%.4f\t%.4f", choice,
				    model, seed, v["recall"], v["ndcg"]
				printf "\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\n", x[1],
				    x[2], y[1], y[2], (x[3] > y[3] ? x[3] : y[3])
			}'
	! grep '^mr-factorize: chosen' "$work/learnt" | sed 's/^/# /' || :
}

# by_split MODEL - the best of its grid on a part of the training set.
by_split() {
	local g trials=0 chosen=()

	g=$(grid "$1")
	if [ -n "$g" ]; then
		[ "$1" = itemknn ] || trials=${TRIALS:-12}
		mr-tune -m "$1" --grid "$g" --trials "$trials" --holdout 0.1 \
			--measure recall+ndcg -s "$seed" "$work/train" \
			2>"$work/best" >/dev/null
		# mr-factorize -m MODEL OPTIONS.. [-s SEED] FILE
		read -ra chosen < <(tail -n 1 "$work/best" |
			sed -E 's/^mr-factorize -m [^ ]+//; s/ -s [0-9]+//; s/ [^ ]+$//')
	fi
	row split "$1" "${chosen[@]}"
}

[ -r "$train" ] || leave "no $train; TRAIN= and TEST= name the split, PRESET= its form"
mr-ingest ratings --preset "${PRESET:-lists}" -q -o "$work/train" "$train"
mr-ingest ratings --preset "${PRESET:-lists}" -q -o "$work/test" "$test"
printf 'bench\tchoice\tmodel\tseed\trecall@%d\tndcg@%d\tseconds\tcpu\t' $n $n
printf 'lists_seconds\tlists_cpu\tmib\n'
for model in ${MODELS:-popular itemknn rp3beta gfilter ease ials bpr blend auto}; do
	for seed in ${SEEDS:-1}; do
		for choice in ${CHOICES:-split published}; do
			case $choice in
			split) by_split "$model" ;;
			published)
				while read -ra options; do
					row published "$model" "${options[@]}"
				done < <(published "$model")
				;;
			esac
		done
	done
done
printf '# reads of the test set\t%d\n' $reads
