# What the tests of mr-recommend share: a file's `inputs` are made once, and
# each of its tests has a copy.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

setup_file() {
	[ -x "$MR_BUILD/bin/mr-factorize" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	inputs
}

setup() {
	need_tool mr-recommend mr-factorize mr-show mr-knn mr-embed mr-ingest \
		mr-eval
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR"/* .
}
