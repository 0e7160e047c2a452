#!/usr/bin/env bats
# Manual pages: each is rendered to its end.
# SPDX-License-Identifier: MIT

load ../helpers

# whole COMMAND... - it renders every page with all headings, and with the last
# word of the source among the last lines.  A name such as "An" at the start of
# a title is a macro to groff, which then drops what follows.
whole() {
	local page word
	for page in "$TOP"/man/*.[1-8]; do
		"$@" "$page" 2>"$BATS_TEST_TMPDIR/said" | col -b >"$BATS_TEST_TMPDIR/page"
		sed -n 's/^\.Sh //p' "$page" | while read -r heading; do
			grep -qx "$heading" "$BATS_TEST_TMPDIR/page" ||
				fail "$page: no $heading with $1"
		done || return 1
		word=$(sed 's/^\.[A-Z][a-z]//; s/\\[&e]//g' "$page" |
			grep -oE '[A-Za-z0-9]{3,}' | tail -n 1)
		tail -n 6 "$BATS_TEST_TMPDIR/page" | grep -qw -- "$word" ||
			fail "$page: the end ($word) is missing with $1"
	done
}

@test "groff renders every page to its end" {
	command -v groff >/dev/null || skip "no groff"
	command -v col >/dev/null || skip "no col"
	whole groff -mandoc -Tascii
}

@test "mandoc renders every page to its end" {
	command -v mandoc >/dev/null || skip "no mandoc"
	command -v col >/dev/null || skip "no col"
	whole mandoc -Tascii
}
