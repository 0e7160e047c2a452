#!/usr/bin/env bash
# svd and als beside LIBMF, on 6 million ratings of planted factors.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [RUNS=5] [MODELS='svd als'] [SVD=OPTIONS] [ALS=OPTIONS]
#         [SIZE='69878 10677 6000000 64'] [RANK=64] [EPOCHS=20] [LIMIT=64]
#         planted.sh
#
# The ratings are those of planted.c: SIZE is users, items, ratings, rank.
# LIBMF has RANK factors, EPOCHS epochs, all CPUs and else its defaults.  Then
# the smallest number of sweeps, up to LIMIT, is looked for at which each MODEL
# has on the test set an RMSE no larger than the median of LIBMF's: by doubling,
# then by halving the interval.  SVD and ALS hold further options.  With that
# number everyone runs by turns, RUNS times; medians are printed.
#
# Seconds are from start to end of what reads the text file, trains and writes
# the model: mr-factorize on our side; on LIBMF's libmf.cpp, which does what its
# mf-train does and is compiled as its Makefile says, with AVX.  Neither counts
# the test set.  LIBMF's estimates are not clipped, ours are.  Without LIBMF
# ours have the sweeps that they have by default.  bytes is the peak of memory
# over the number of ratings; ratio is LIBMF's seconds over ours.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/models/common.bash
models=${MODELS:-svd als}
read -ra size <<<"${SIZE:-69878 10677 6000000 64}"
rank=${RANK:-64}
epochs=${EPOCHS:-20}
limit=${LIMIT:-64}
cpus=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
train=$work/train.tsv
test=$work/test.tsv

# run_libmf - adds RMSE, seconds, MiB, seconds of reading, training, writing.
run_libmf() {
	"$libmf" "$rank" "$epochs" "$cpus" "$train" "$test" \
		"$work/libmf.model" |
		awk -F '\t' -v OFS='\t' \
			'{ print $5, $1 + $2 + $3, $4, $1, $2, $3 }' \
			>>"$work/libmf.runs"
}

# run MODEL FILE [OPTIONS...] - one training; adds RMSE, seconds, MiB to FILE.
run() {
	local model=$1 file=$2 more=$1 start=$EPOCHREALTIME end
	shift 2

	more=${more^^}
	# shellcheck disable=SC2086
	mr-factorize -m "$model" -d "$rank" "$@" ${!more:-} -t "$cpus" \
		--no-header-in -v -o "$work/model.mrm" "$train" \
		2>"$work/errors" || {
		grep -v ' s, CPU ' "$work/errors" | tail -n 1 >&2
		return 1
	}
	end=$EPOCHREALTIME
	mr-recommend --pairs "$test" --no-header-in "$work/model.mrm" |
		mr-eval --resamples 0 >"$work/eval"
	awk -F '\t' -v s="$start" -v e="$end" -v mib="$(sed -n \
		's/^.* s, CPU .* s, peak \(.*\) MiB$/\1/p' "$work/errors")" '
		$1 == "rmse" {
			printf "%.5f\t%.4f\t%s\n", $3, e - s, mib
		}' "$work/eval" >>"$file"
}

# reaches MODEL SWEEPS - whether its RMSE is LIBMF's or less.
reaches() {
	: >"$work/try"
	run "$1" "$work/try" --sweeps "$2" || return 2
	printf '# tried\t%s, %s sweeps: RMSE %s, %s s\n' "$1" "$2" \
		"$(cut -f 1 "$work/try")" "$(cut -f 2 "$work/try")"
	awk -v goal="$goal" '{ exit !($1 <= goal) }' "$work/try"
}

# find_sweeps MODEL - the smallest number that reaches the goal in $sweeps, or
# nothing; what is printed there are rows for the reader.
find_sweeps() {
	local low=0 high=1 middle

	sweeps=
	until reaches "$1" "$high"; do
		[ -s "$work/try" ] && [ "$high" -lt "$limit" ] || return 0
		low=$high
		high=$((2 * high < limit ? 2 * high : limit))
	done
	while [ $((high - low)) -gt 1 ]; do
		middle=$(((low + high) / 2))
		if reaches "$1" "$middle"; then
			high=$middle
		else
			low=$middle
		fi
	done
	sweeps=$high
}

# row NAME FILE SWEEPS NOTE
row() {
	local seconds

	seconds=$(column "$2" 2 %.3f)
	printf 'planted\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$3" \
		"$(column "$2" 1 %.4f)" "$seconds" \
		"$(calc "$(column "$2" 3 %.3f) * 1048576 / ${size[2]}" %.1f)" \
		"$(ratio "$theirs" "$seconds")" "$4"
}

"$BUILD/planted" "$train" "$test" "${size[@]}" | sed 's/^/# RMSE\t/'
peer=no
! find_peer libmf || peer=yes
theirs=-
if [ "$peer" = yes ]; then
	for ((r = 1; r <= 3; r++)); do
		run_libmf
	done
	goal=$(column "$work/libmf.runs" 1 %.5f)
fi
found=
for m in $models; do
	sweeps=default
	[ "$peer" = no ] || find_sweeps "$m"
	[ -z "$sweeps" ] || found="$found $m:$sweeps"
	[ -n "$sweeps" ] ||
		printf '# left out\t%s fails, or is above %s at %s sweeps\n' \
			"$m" "$goal" "$limit"
done
: >"$work/libmf.runs"
for ((r = 1; r <= runs; r++)); do
	[ "$peer" = no ] || run_libmf
	for m in $found; do
		sweeps=${m#*:}
		if [ "$sweeps" = default ]; then
			run "${m%:*}" "$work/${m%:*}.runs" || true
		else
			run "${m%:*}" "$work/${m%:*}.runs" --sweeps "$sweeps"
		fi
	done
done

printf 'bench\tmodel\tsweeps\trmse\tseconds\tbytes\tratio\tnote\n'
if [ "$peer" = yes ]; then
	theirs=$(column "$work/libmf.runs" 2 %.3f)
	note="reading $(column "$work/libmf.runs" 4 %.2f),"
	note="$note training $(column "$work/libmf.runs" 5 %.2f),"
	note="$note writing $(column "$work/libmf.runs" 6 %.2f) s"
	row LIBMF "$work/libmf.runs" "$epochs" "$note"
fi
for m in $found; do
	[ -s "$work/${m%:*}.runs" ] || continue
	more=${m%:*}
	more=${more^^}
	row "${m%:*}" "$work/${m%:*}.runs" "${m#*:}" "${!more:-}"
done
