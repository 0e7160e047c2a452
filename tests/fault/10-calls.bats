# Every tool, with calls of the system and allocations that fail.
# The long form, each call of each command line, is `make fault`.
# SPDX-License-Identifier: MIT
load ../helpers

# survive NAME - the cases of tests/fault/cases whose name begins so, five
# calls of each kind from the first to the last.
survive() {
	need_plain_build
	need_tool "mr-$1"
	BUILD=$MR_BUILD try "$TOP/tests/fault/run" -k 5 "$1"
	grep -qE '^survived [1-9][0-9]* of [0-9]+$' "$OUT" ||
		fail "nothing was tried"
	[ "$STATUS" -eq 0 ] || {
		cat "$OUT"
		fail "not all was survived"
	}
}

@test "mr-embed survives failing calls" { survive embed; }
@test "mr-eval survives failing calls" { survive eval; }
@test "mr-factorize survives failing calls" { survive factorize; }
@test "mr-index survives failing calls" { survive index; }
@test "mr-ingest survives failing calls" { survive ingest; }
@test "mr-join survives failing calls" { survive join; }
@test "mr-knn survives failing calls" { survive knn; }
@test "mr-recommend survives failing calls" { survive recommend; }
@test "mr-serve survives failing calls" { survive serve; }
@test "mr-show survives failing calls" { survive show; }
@test "mr-split survives failing calls" { survive split; }
@test "mr-stat survives failing calls" { survive stat; }
@test "mr-tune survives failing calls" { survive tune; }

@test "each tool has cases" {
	local t
	for t in "$TOP"/cmd/mr-*.c; do
		t=$(basename "$t" .c)
		grep -q "	$t " "$TOP/tests/fault/cases" ||
			fail "no case of $t in tests/fault/cases"
		grep -q "survive ${t#mr-};" "$BATS_TEST_FILENAME" ||
			fail "$t is not tried here"
	done
}
