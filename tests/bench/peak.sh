#!/usr/bin/env bash
# Share of the measured peak of one core for each product and shape.
# SPDX-License-Identifier: MIT
set -eu
"$BUILD/peak" | awk -F '\t' '
/^#/ { print; next }
{
	split($2, size, "x")
	printf "peak\t%s %s\t%.6f\t\t%s G/s%s\n", $1, $2,
	    2e-9 * size[1] * size[2] * size[3] / $3, $3,
	    $4 == "" ? "" : ", " $4 " of the peak"
}'
