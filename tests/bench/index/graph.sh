#!/usr/bin/env bash
# The graph of near rows beside hnswlib and faiss: CPU time by recall.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [DATA='low clu flat'] [ROWS=200000] [COLUMNS=128]
#         [QUERIES=5000] graph.sh
#
# graph.c says what the data are.  Rows of TSV: data, rows, columns, step, ef
# (of faiss: lists tried, then two digits of how many times 10 rows are scored
# in float), recall@10 and CPU microseconds a query on one thread, or of a build
# CPU seconds on all.  Every search runs three times, so that a noisy moment is
# seen.  The peers are looked for in a virtual environment outside the tree,
# ${XDG_CACHE_HOME:-~/.cache}/mr/index-peers; PEERS=install makes it.
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
rows=${ROWS:-200000} columns=${COLUMNS:-128} queries=${QUERIES:-5000}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mr/index-peers
work=$(mktemp -d)
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
for data in ${DATA:-low clu flat}; do
	"$BUILD/graph" "$data" "$rows" "$columns" "$queries" "$work/data"
	[ ! -x "$cache/bin/python" ] || "$cache/bin/python" \
		tests/bench/index/peers.py "$work/data" "$data" "$rows" \
		"$columns" "$queries"
done
