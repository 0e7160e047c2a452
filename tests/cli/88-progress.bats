#!/usr/bin/env bats
# How far a run is: on a terminal, for programs, and for nobody.
# SPDX-License-Identifier: MIT

load ../helpers

# run: mr-split with $@ over ratings whose second half comes 1.2 s later, from
# a pipe, or with FILE over a file of that size.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >run <<'END'
#!/bin/bash
rows() {
	awk -v i="$1" 'BEGIN { for (n = 0; n < 70000; n++)
		print "u" n % 300 "\ti" i++ "\t3" }'
}
(rows 0; sleep 1.2; rows 70000) | mr-split --no-header-in \
	--leave-random 1 --train /dev/null --test test "$@"
END
	chmod +x run
}

@test "progress: a line on a terminal after a second, wiped at the end" {
	need_terminal
	script -qec ./run screen >/dev/null </dev/null
	grep -q 'mr-split: [a-z]* 131072, [0-9.e+]* a second' screen ||
		fail "$(cat -v screen)"
	run grep -c 65536 screen
	[ "$output" = 0 ] || fail "told before a second was over"
	# The last that is written of it takes the line away.
	tr '\r' '\n' <screen | grep -A 1 131072 | tail -n 1 |
		grep -q "^$(printf '\033')\[K" || fail "$(cat -v screen)"
	script -qec './run --progress none' screen >/dev/null </dev/null
	run grep mr-split screen
	[ "$status" -eq 1 ] || fail "--progress none: $output"
}

@test "progress: JSON for programs, and nothing for a file" {
	try ./run
	expect 0
	[ ! -s "$ERR" ] || fail "progress without a terminal"
	try ./run --progress json
	expect 0
	jq -e '.tool == "mr-split" and .done == 131072 and .total == null and
		.seconds_left == null and .seconds >= 1' "$ERR" >/dev/null ||
		fail "not so"
}

# The end is known: the users of a model.  Who reads the lists begins late.
@test "progress: how much there is, and how long it will take" {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 0; u < 5000; u++) for (k = 0; k < 3; k++)
			print "u" u "\ti" (u * 7 + k * k * 31) % 500 "\t4" }' >r.tsv
	mr-factorize -m popular -o m.mrm r.tsv
	mr-recommend -n 50 --progress json m.mrm 2>err |
		(sleep 1.2; cat >lists)
	jq -e 'select(.total != 5000 or .done > 5000 or .work != "users" or
		((.seconds_left - (.total - .done) * .seconds / .done) | fabs) > 0.2)' \
		err >said || true
	[ ! -s said ] || fail "$(cat said)"
	[ -s err ] || fail "nothing told"
	[ "$(wc -l <lists)" -eq 250001 ]
}
