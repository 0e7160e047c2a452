#!/usr/bin/env bash
# What --precision int8 changes: vectors and neighbours of a whole catalogue.
# SPDX-License-Identifier: MIT
#
#     [FILE=movies.csv PRESET=seed] fidelity.sh
#
# Needs no peer.  One run each: the figures do not depend on the moment, and
# the times are there for orientation only; speed.sh measures.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/embed/common.bash
films

for p in f32 int8; do
	timed "$p" mr-embed -t "$cpus" --precision "$p" -o "$work/$p.mrm" \
		"$work/films.tsv"
	mr-knn --self -k 20 -t "$cpus" --no-header-out "$work/$p.mrm" |
		cut -f 1,3 >"$work/$p.knn"
done
overlap=$(awk -F '\t' '
	NR == FNR { seen[$1, $2]; n++; next }
	{ total++; common += (($1, $2) in seen) }
	END {
		if (total == n && n > 0)
			printf "%.4f", common / n
		else
			exit 1
	}' "$work/f32.knn" "$work/int8.knn")

row "$all films f32" f32 "$(calc "$all / $(median f32 2)" %.0f) texts/s"
row "$all films int8" int8 \
	"cosine with f32: $(cosines "$work/int8.mrm" "$work/f32.mrm"); in common \
of the 20 nearest: $overlap"
