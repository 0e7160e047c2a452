# Shared by all bats files: where things are, how to run and what to expect.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# `load ../helpers` in a bats file; see tests/README.md.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MR_BUILD=${MR_BUILD:-$TOP/build}
DATA=$TOP/data
MODEL=${XDG_DATA_HOME:-$HOME/.local/share}/mr/all-MiniLM-L6-v2
SHARED=${MR_SHARED:-$TOP/../shared}
PIPES=$MR_BUILD/pipes
export PATH="$MR_BUILD/bin:$PATH" LC_ALL=C

# need_tool NAME... - the test fails when one of the tools is not built.
need_tool() {
	local t
	for t in "$@"; do
		[ -x "$MR_BUILD/bin/$t" ] || fail "$t is not built"
	done
}

# need_terminal - skip where no pseudo-terminal can be had.
need_terminal() {
	command -v script >/dev/null || skip "no script(1)"
	script -qec true /dev/null >/dev/null 2>&1 </dev/null ||
		skip "no pseudo-terminal"
}

# need_command NAME - skip where there is none.
need_command() {
	command -v "$1" >/dev/null || skip "no $1"
}

# need_model - skip when the transformer is not on this machine.
need_model() {
	[ -e "$MODEL/model.safetensors" ] || skip "no model; scripts/fetch-model"
}

# need_shared PATH - skip when that reference data is not beside the project.
need_shared() {
	[ -e "$SHARED/$1" ] || skip "no $1 in MR_SHARED"
}

# need_plain_build - skip what a sanitizer cannot do (memory limits, timing).
need_plain_build() {
	[ -z "${MR_SANITIZER:-}" ] || skip "not under a sanitizer"
}

# try CMD... - run it with a time limit (TRY_SECONDS): $STATUS, and files $OUT
# and $ERR.  The caller redirects stdin; TO=FILE sends stdout elsewhere.
try() {
	OUT=$BATS_TEST_TMPDIR/stdout
	ERR=$BATS_TEST_TMPDIR/stderr
	: >"$OUT"
	STATUS=0
	timeout -k 5 "${TRY_SECONDS:-120}" "$@" >"${TO:-$OUT}" 2>"$ERR" || STATUS=$?
}

# fail MESSAGE... - say it and what the last `try` left, and end the test.
fail() {
	echo "$*"
	echo "status: ${STATUS:-}"
	[ -e "${ERR:-}" ] && head -n 5 "$ERR" | sed 's/^/stderr: /'
	[ -e "${OUT:-}" ] && head -n 5 "$OUT" | cat -v | sed 's/^/stdout: /'
	return 1
}

# expect STATUS [STDERR-REGEX] - of the last `try`.
expect() {
	[ "$STATUS" -eq "$1" ] || fail "expected status $1"
	if [ $# -gt 1 ]; then
		grep -qE -- "$2" "$ERR" || fail "expected on stderr: $2"
	fi
}

# expect_out TEXT - stdout of the last `try`, exactly; printf escapes are read.
expect_out() {
	printf '%b' "$1" | cmp -s - "$OUT" || {
		printf '%b' "$1" | diff -u - "$OUT" || true
		fail "other output than expected"
	}
}

# odd_and_even - ratings of 60 users and 40 films: who has an odd number likes
# films with odd ones.
odd_and_even() {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 60; u++)
			for (i = 1; i <= 40; i++) {
				x = (x + u + i) * 16807 % 2147483647
				if (x % 5 < 2)
					printf "u%d\tf%d\t%.1f\n", u, i,
						3 + (u % 2 == i % 2 ? 1.5 : -1.5) + (i % 3 - 1) / 2
			}
	}'
}
