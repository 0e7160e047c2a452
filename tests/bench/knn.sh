#!/usr/bin/env bash
# Exact search: mr-knn whole, then inside, per query; lists against the float
# scan's.  SAME=1000000 sets how many of those (a third by each metric).
# SPDX-License-Identifier: MIT
#
# Seconds are of CPU; of mr-knn the median of five runs.  All is on made-up
# vectors, which knn.c describes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

vectors() {	# ROWSxCOLUMNS SEED NAME
	"$BUILD/knn" vectors "$1" "$2" >"$work/v.npy"
	mr-show --from-npy "$work/v.npy" -o "$work/$3"
}

vectors 200000x128 5 base.mrm
vectors 2000x128 6 queries.mrm
vectors 1x128 6 one.mrm
for queries in one queries; do
	for _ in 1 2 3 4 5; do
		mr-knn -v --queries "$work/$queries.mrm" "$work/base.mrm" \
			-o "$work/lists.tsv" 2>&1 |
			sed -n 's/.*CPU \([0-9.]*\) s, peak \([0-9.]*\) MiB/\1\t\2/p'
	done | sort -n | sed -n 3p |
		sed "s/^/knn\tmr-knn 200000x128 $queries\t/; s/\$/\t/"
done
for shape in 200000x128 11505x384; do
	"$BUILD/knn" speed $shape "2000x${shape#*x}" |
		awk -F '\t' -v shape=$shape 'NF == 2 && $2 + 0 > 0 {
			printf "knn\t%s: %s\t%.8f\t\t\n", shape, $1, $2 / 1e6
		}'
done
"$BUILD/knn" same 4000x32 "$((${SAME:-30000} / 3))x32" |
	sed 's/\t/: /; s/^/knn\t4000x32 /; s/$/\t\t\t/'
