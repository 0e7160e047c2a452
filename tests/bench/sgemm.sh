#!/usr/bin/env bash
# sgemm inside the tools beside OpenBLAS with each core type set by hand.
# SPDX-License-Identifier: MIT
#
# Five rounds; in each every choice runs once, so that a noisy moment hits
# all.  The median of the rounds is printed; ratio is to the best choice made
# by hand for that shape.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset OPENBLAS_CORETYPE

choices='tools PRESCOTT SANDYBRIDGE HASWELL ZEN'
grep -qw avx512f /proc/cpuinfo && choices="$choices SKYLAKEX COOPERLAKE"
for round in 1 2 3 4 5; do
	for c in $choices; do
		if [ "$c" = tools ]; then
			"$BUILD/sgemm"
		else
			OPENBLAS_CORETYPE=$c "$BUILD/sgemm"
		fi | sed "s/^/$round\t$c\t/"
	done
done >"$work/runs"

sort -t "$(printf '\t')" -k 4,4 -k 2,2 "$work/runs" | awk -F '\t' '
function median(list,   v, n, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	return v[int((n + 1) / 2)]
}
{
	key = $4 "\t" $2
	if (!(key in rates))
		order[++n_keys] = key
	rates[key] = rates[key] " " $5
	ours[key] = ours[key] " " $6
	kernel[key] = $3
}
END {
	for (i = 1; i <= n_keys; i++) {
		split(order[i], part, "\t")
		split(part[1], size, "x")
		r = median(rates[order[i]])
		if (part[2] != "tools" && r > best[part[1]])
			best[part[1]] = r
		rate[i] = r
	}
	for (i = 1; i <= n_keys; i++) {
		split(order[i], part, "\t")
		split(part[1], size, "x")
		flop = 2e-9 * size[1] * size[2] * size[3]
		printf "sgemm\t%s OpenBLAS %s\t%.5f\t\t%s: %.1f GFLOPS, " \
		    "%.3f of the best set by hand\n", part[1], part[2],
		    flop / rate[i], kernel[order[i]], rate[i],
		    rate[i] / best[part[1]]
		if (part[2] == "tools") {
			r = median(ours[order[i]])
			printf "sgemm\t%s mr_gemm\t%.5f\t\t%.1f GFLOPS, " \
			    "%.3f of the best set by hand\n", part[1],
			    flop / r, r, r / best[part[1]]
		}
	}
}'
