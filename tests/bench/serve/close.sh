#!/usr/bin/env bash
# Where films close to words end: F1 of "close" by how far a cosine is above the
# mean of all, for questions.tsv beside this and the films of data/.
# SPDX-License-Identifier: MIT
#
#     PATH=build/bin:$PATH tests/bench/serve/close.sh
set -eu
cd "$(dirname "$0")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mr-ingest movies -q data/movies.csv >"$dir/movies.tsv"
mr-embed -q -f '{title} ({year}); {people}; {genre}' "$dir/movies.tsv" \
	>"$dir/movies.mrm"
films=$(($(wc -l <"$dir/movies.tsv") - 1))
questions=tests/bench/serve/questions.tsv
sed 1d $questions | cut -f 1 | mr-embed -q --lines |
	mr-knn -q -k "$films" "$dir/movies.mrm" >"$dir/all.tsv"
printf 'above\tprecision\trecall\tF1\n'
awk -F '\t' '
	FNR == 1 { next }
	NR == FNR {
		n = split($2, id, "|")
		for (i = 1; i <= n; i++) {
			right[FNR - 1, id[i]] = 1
			answers++
		}
		next
	}
	{ sum[$1] += $4; count[$1]++; q[++rows] = $1; f[rows] = $3; s[rows] = $4 }
	END {
		for (t = 0.10; t < 0.445; t += 0.01) {
			close_ones = hits = 0
			for (r = 1; r <= rows; r++)
				if (s[r] - sum[q[r]] / count[q[r]] >= t) {
					close_ones++
					hits += (q[r], f[r]) in right
				}
			p = close_ones ? hits / close_ones : 0
			c = hits / answers
			printf "%.2f\t%.3f\t%.3f\t%.3f\n", t, p, c,
			    p + c ? 2 * p * c / (p + c) : 0
		}
	}' $questions "$dir/all.tsv"
