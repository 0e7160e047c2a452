#!/usr/bin/env bash
# The graph of near rows under filters: full lists, recall and CPU time.
# SPDX-License-Identifier: MIT
#
#     [DATA='low flat'] [ROWS=200000] [COLUMNS=128] [QUERIES=2000] filters.sh
#
# filters.c says what is measured, made.h what the data are.
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
printf 'data\trows\tcolumns\twhich\tmatches\tqueries\tshort\trecall\tgraph\talone\n'
for data in ${DATA:-low flat}; do
	"$BUILD/filters" "$data" "${ROWS:-200000}" "${COLUMNS:-128}" \
		"${QUERIES:-2000}"
done
