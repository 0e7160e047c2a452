#!/usr/bin/env bats
# mr-factorize -m auto: what is chosen and told; jobs that memory is too small for.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-show mr-recommend
	cd "$BATS_TEST_TMPDIR" || return 1
}

# colours - 60 users choose a third of 40 films of their colour.
colours() {
	awk -v times="${1:-}" 'BEGIN { srand(1)
		print "user\titem" (times ? "\ttime" : "")
		for (u = 1; u <= 60; u++)
			for (i = 1; i <= 40; i++)
				if (u % 2 == i % 2 && (u * 31 + i * 17 + u * i) % 3)
					print "u" u "\tf" i (times ? "\t" 1000 + (i * 7 + u) % 40 : "")
	}'
}

# meta KEY FILE - a value of either META.
meta() {
	mr-show "$2" | awk -v k="$1" '$1 == k { sub(/^ *[^ ]+ +/, ""); print; exit }'
}

@test "auto: what was chosen is told, and makes the same model" {
	colours >r.tsv
	try mr-factorize -v -m auto -t 1 -o m.mrm r.tsv
	expect 0
	cp "$ERR" told
	kind=$(meta model m.mrm)
	[ "$(meta chosen m.mrm)" = auto ]
	[ "$(meta chosen.held_out m.mrm)" = chance ]
	[ "$(grep -c '^mr-factorize: trial [0-9]*: ' told)" = "$(meta chosen.trials m.mrm)" ]
	grep -q "^mr-factorize: chosen: $kind, " told
	# The best trial's options, by hand.
	best=$(sed -n 's/^mr-factorize: trial [0-9]*: \(.*\): \([0-9.]*\)$/\2\t\1/p' told |
		sort -s -k 1,1gr | head -n 1 | cut -f 2)
	[ "${best%% *}" = "$kind" ]
	# shellcheck disable=SC2086
	mr-factorize -q -m $best -o same.mrm r.tsv
	mr-recommend -n 5 m.mrm >lists
	mr-recommend -n 5 same.mrm | cmp - lists
	# The same bytes for any number of threads.
	mr-factorize -m auto -t 3 r.tsv | cmp - m.mrm
	# Where there are times they count.
	colours times >t.tsv
	mr-factorize -q -m auto -o t.mrm t.tsv
	[ "$(meta chosen.held_out t.mrm)" = "time and chance" ]
}

@test "auto: what it does not take, and what is too little" {
	colours | head -n 30 >r.tsv
	try mr-factorize -m auto --lambda 3 r.tsv
	expect 2 '^mr-factorize: --lambda means nothing to auto, which chooses it; see mr-factorize -h$'
	try mr-factorize -m auto --init r.tsv r.tsv
	expect 2 '^mr-factorize: --init means nothing to auto'
	try mr-factorize -m auto --items r.tsv r.tsv
	expect 2 '^mr-factorize: --items means nothing to auto'
	for n in 0 1 3; do
		seq $n | awk 'BEGIN { print "user\titem" } { print $1 "\t" $1 }' >one.tsv
		try mr-factorize -m auto -o m.mrm one.tsv
		expect 0
		[ "$(meta model m.mrm)" = popular ]
		[ $n = 0 ] || grep -q 'warning: too few ratings to choose a model by: popular' "$ERR"
	done
	# What is left out by --at-least has no say.
	colours | awk 'NR == 1 { print $0 "\trating"; next } { print $0 "\t" 1 + NR % 2 * 4 }' >s.tsv
	awk 'NR == 1 || $3 == 5' s.tsv | cut -f 1,2 >five.tsv
	mr-factorize -q -m auto --at-least 4 -o a.mrm s.tsv
	mr-factorize -q -m auto -o b.mrm five.tsv
	for key in model chosen.trials chosen.value; do
		[ "$(meta $key a.mrm)" = "$(meta $key b.mrm)" ]
	done
}

@test "what does not fit into memory is not begun, and says so with the number" {
	need_plain_build
	awk 'BEGIN { print "user\titem"; for (u = 0; u < 6000; u++)
		for (j = 0; j < 3; j++) print u "\t" (u * 7 + j * 1001) % 6000 }' >r.tsv
	ulimit -v 600000
	try mr-factorize -t 1 -m ease -o m.mrm r.tsv
	expect 1 '^mr-factorize: out of memory: ease needs up to 0[.]7 GiB for 6000 users and 6000 films, 0[.][0-6] GiB are free; mr-models\(7\) has what others need$'
	try mr-factorize -t 1 -m blend -d 4096 -o m.mrm r.tsv
	expect 1 '^mr-factorize: out of memory: blend needs up to [0-9.]* GiB for 6000 users'
	[ ! -e m.mrm ]
	try mr-factorize -t 1 -v -m itemknn -o m.mrm r.tsv
	expect 0
	grep -q '^mr-factorize: memory for training: 0[.]' "$ERR"
}

@test "films that nothing speaks for are in no list of neighbours" {
	# Two colours that share nobody: of the other one nothing is known.
	colours >r.tsv
	for m in itemknn rp3beta ease 'gfilter --low-pass-rank 0'; do
		# shellcheck disable=SC2086
		mr-factorize -q -m $m -o m.mrm r.tsv
		mr-recommend -q -n 40 m.mrm >lists
		awk -F '\t' 'NR > 1 { n++; if (substr($1, 2) % 2 != substr($3, 2) % 2 || $4 == 0) exit 1 }
			END { if (n < 200) exit 1 }' lists || fail "$m"
		[ "$(mr-recommend -q -n 40 --novelty 0.1 m.mrm | wc -l)" = "$(wc -l <lists)" ]
	done
}
