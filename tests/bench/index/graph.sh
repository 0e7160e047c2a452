#!/usr/bin/env bash
# The graph of near rows beside hnswlib and faiss: CPU time by recall.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [DATA='low clu flat'] [ROWS=200000] [COLUMNS=128]
#         [QUERIES=5000] [FILMS=VECTORS.mrm] graph.sh
#
# FILMS: vectors of films, of which the last QUERIES are looked for among the
# others, in place of made data, of which graph.c tells.  Rows of TSV: data,
# rows, columns, step, ef (of faiss's IVF-PQ: lists tried, then two digits of
# how many times 10 rows are scored in float), recall@10 and CPU microseconds a
# query on one thread, or of a build CPU seconds on all.  Every search runs
# three times, so that a noisy moment is seen.  The peers are looked for in a
# virtual environment outside the tree, ${XDG_CACHE_HOME:-~/.cache}/mr/index-
# peers; PEERS=install makes it.
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
rows=${ROWS:-200000} columns=${COLUMNS:-128} queries=${QUERIES:-5000}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mr/index-peers
work=$(mktemp -d) films=/dev/null
trap 'rm -rf "$work"' EXIT

if [ "${PEERS:-}" = install ] && ! [ -x "$cache/bin/python" ]; then
	mkdir -p "${cache%/*}"
	{ python3 -m venv "$cache" && "$cache/bin/python" -m pip install \
		--no-cache-dir numpy faiss-cpu hnswlib; } >"$work/install" \
		2>&1 || {
		tail -n 20 "$work/install" >&2
		exit 1
	}
fi
[ -x "$cache/bin/python" ] ||
	echo "${0##*/}: peers left out, PEERS=install fetches them" >&2

printf 'data\trows\tcolumns\tstep\tef\trecall\tcpu\n'
if [ -n "${FILMS:-}" ]; then
	DATA=films
	"$BUILD/bin/mr-show" --npy -o "$work/npy" "$FILMS"
	read -r rows columns < <(head -n 1 "$work/npy" | tr -cs 0-9 ' ' |
		grep -aoE '[0-9]+ [0-9]+ *$')
	tail -c $((4 * rows * columns)) "$work/npy" >"$work/films"
	films=$work/films
	rows=$((rows - queries))
fi
for data in ${DATA:-low clu flat}; do
	"$BUILD/graph" "$data" "$rows" "$columns" "$queries" "$work/data" \
		<"$films"
	[ ! -x "$cache/bin/python" ] || "$cache/bin/python" \
		tests/bench/index/peers.py "$work/data" "$data" "$rows" \
		"$columns" "$queries"
done
