# What the tests of mr-ingest share.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

setup() {
	need_tool mr-ingest
	cd "$BATS_TEST_TMPDIR" || return 1
}

# input TEXT - the file `in`; printf escapes are read.
input() {
	printf '%b' "$1" >in
}

# movies, ratings ARGS... - of the file `in`, which as a pipe of single bytes
# must give the same.
movies() { both movies "$@"; }
ratings() { both ratings "$@"; }
both() {
	if [ -x "$PIPES" ]; then
		try "$PIPES" dribble mr-ingest "$@" <in
		cp "$OUT" dribbled
		sed '/ s, CPU /d; /: instructions: /d' "$ERR" >dribbled.err
		DRIBBLED=$STATUS
	fi
	try mr-ingest "$@" <in
	sed -i '/ s, CPU /d; /: instructions: /d' "$ERR"
	if [ -e dribbled ]; then
		[ "$STATUS" -eq "$DRIBBLED" ] || fail "by bytes: $DRIBBLED"
		cmp dribbled "$OUT" || fail "by bytes: other output"
		cmp dribbled.err "$ERR" || fail "by bytes: other messages"
	fi
}

# says TEXT - stderr of the last try, exactly: lines without the tool's name.
says() {
	printf '%s' "$1" | sed 's/^/mr-ingest: /' >want.err
	[ -z "$1" ] || echo >>want.err
	diff -u want.err "$ERR" || fail "other messages than expected"
}

# done_with STDOUT [STDERR]; fails_with STDERR
done_with() {
	expect 0
	expect_out "$1"
	says "${2:-}"
}
fails_with() {
	expect 1
	says "$1"
}

# shellcheck disable=SC2034 # read by the tests
films='item\ttitle\tyear\tpeople\tgenre\tposter'
# shellcheck disable=SC2034
rated='user\titem\trating'
