#!/usr/bin/env bats
# Models learnt by half-steps: the bytes of one run, whatever the parts.
# SPDX-License-Identifier: MIT

load ../helpers

TRAIN=$TOP/scripts/train-parallel

setup() {
	need_tool mr-factorize mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
}

# few - of 60 users and 40 films.
few() {
	awk 'BEGIN {
		print "user\titem\trating"
		for (u = 0; u < 60; u++)
			for (k = 0; k < 40; k++)
				if ((u * 7 + k * 5) % 4)
					print "u" u "\ti" k "\t" 1 + (u * k) % 5
	}'
}

@test "half-steps: one machine's bytes in 1, 3 and 7 parts" {
	local m n
	awk -f "$TOP/tests/many.awk" >r.tsv
	for m in ials als; do
		mr-factorize -q -m $m -d 5 --sweeps 2 -o want.mrm r.tsv
		for n in 1 3 7; do
			[ $m$n != als1 ] || continue
			TRY_SECONDS=300 try "$TRAIN" -j 2 --users $n --items $((n / 2 + 1)) \
				-o $m$n.mrm -q -t 1 -m $m -d 5 --sweeps 2 $m$n r.tsv
			expect 0
			cmp want.mrm $m$n.mrm || fail "$m in $n parts"
		done
	done
}

@test "half-steps: what is lost is made again, alone, and the same" {
	few >r.tsv
	train() {
		"$TRAIN" -j 1 --users 2 --items 1 -o m.mrm -q -m ials -d 3 --sweeps 3 w r.tsv
	}
	mr-factorize -q -m ials -d 3 --sweeps 3 -o want.mrm r.tsv
	train
	cmp want.mrm m.mrm
	# What is three sweeps old has gone.
	[ "$(cd w && echo s00* s01*users*[0-9].mrm)" = "s00* s01-users-00001-of-00002.mrm s01-users-00002-of-00002.mrm" ]
	cp -r w all
	touch -d @1000000000 w/*.mrm r.tsv
	rm w/s03-users-00002-of-00002.mrm m.mrm
	train
	cmp want.mrm m.mrm
	[ "$(find w -name '*.mrm' -newermt @1000000001 | sort | tr '\n' ' ')" = \
		'w/s03-users-00002-of-00002.gram.mrm w/s03-users-00002-of-00002.mrm ' ]
	diff -r w all
	# Most of it gone: from the start.
	rm w/s0[12]-* w/s03-items-*
	train
	cmp want.mrm m.mrm
	# Ended in the middle: nothing half is there.
	rm w/s03-*
	try env PATH="$PWD/bin:$PATH" bash -c 'mkdir bin
		printf "%s\n" "#!/bin/sh" "case \$* in *items*--shard*) kill -9 \$\$ ;; esac" \
			"exec $MR_BUILD/bin/mr-factorize \"\$@\"" >bin/mr-factorize
		chmod +x bin/mr-factorize
		exec "$@"' sh "$TRAIN" -j 1 --users 2 --items 1 -o n.mrm -q -m ials -d 3 \
		--sweeps 3 w r.tsv
	[ "$STATUS" -ne 0 ] || fail "a killed task is a success"
	[ ! -e n.mrm ]
	[ -e w/s03-users-00002-of-00002.mrm ]
	train
	cmp want.mrm m.mrm
	touch -d @2000000000 r.tsv
	run train
	[ "$status" = 1 ]
	[[ $output == *'w is of older ratings than r.tsv'* ]]
}

@test "half-steps by Slurm: a job that was cancelled is no success" {
	few >r.tsv
	mkdir bin
	# One of several clusters.
	cat >bin/sbatch <<-'END'
		#!/bin/sh
		case "$*" in *--dependency=*here*) exit 1 ;; esac
		echo "7;here"
	END
	cat >bin/scontrol <<-'END'
		#!/bin/sh
		[ "$*" = '-M here -o show job 7' ] && echo "JobId=7 JobState=$STATE x"
	END
	chmod +x bin/*
	set -- "$TRAIN" --slurm -o m.mrm -q -m als --sweeps 1 w r.tsv
	try env STATE=CANCELLED PATH="$PWD/bin:$PATH" "$@"
	expect 1 '^train-parallel: a job failed or was cancelled, see w/log-[*];'
	try env STATE=COMPLETED PATH="$PWD/bin:$PATH" "$@"
	expect 0
}

@test "half-steps: defaults by the data, --at-least, --alpha, -s" {
	few >r.tsv
	set -- -q -m ials --sweeps=1 --at-least 3 --alpha 2 -s 5
	mr-factorize "$@" -o want.mrm r.tsv
	"$TRAIN" -o m.mrm "$@" w r.tsv
	cmp want.mrm m.mrm
	# What is kept is of other ratings.
	cp r.tsv other.tsv
	try "$TRAIN" -o n.mrm "$@" w other.tsv
	expect 1 "^train-parallel: w is of other ratings than $PWD/other[.]tsv [0-9]* bytes --at-least 3: remove it"
	try "$TRAIN" -o n.mrm "$@" --at-least 4 w r.tsv
	expect 1 '^train-parallel: w is of other ratings than .* bytes --at-least 4:'
	sed -i 2d r.tsv
	touch -r w/ratings.mrm r.tsv
	try "$TRAIN" -o n.mrm "$@" w r.tsv
	expect 1 '^train-parallel: w is of other ratings than .*/r[.]tsv [0-9]* bytes'
	[ ! -e n.mrm ]
	# A rating that is no event.
	printf 'u1\tnew\t-1\n' >>r.tsv
	try "$TRAIN" -j 1 -o n.mrm -q -m ials --alpha 1 v r.tsv
	[ "$STATUS" -ne 0 ] || fail "a negative weight"
	grep -q 'with --alpha they must not be negative' "$ERR"
	[ ! -e n.mrm ]
}

@test "half-steps: what does not belong together is refused" {
	few >r.tsv
	h="mr-factorize -q -m ials -d 3 --sweeps 2"
	$h --half-step ratings -o all r.tsv
	$h --half-step items --shard 1/1 --gram-out v0g -o v0 all
	try $h --lambda 0.5 --half-step users --fixed v0 --gram v0g all
	expect 1 '^mr-factorize: v0: was made with fold.lambda=0\.01, expected 0\.5$'
	try $h --half-step items --fixed v0 --gram v0g --init v0 all
	expect 1 '^mr-factorize: v0: not rows of users by a half-step'
	try $h --half-step users --fixed v0 --gram v0 all
	expect 1 '^mr-factorize: v0: not the Gramian'
	$h --half-step items --shard 1/2 --gram-out g1 -o p1 all
	$h --half-step items --shard 2/2 --gram-out g2 -o p2 all
	try $h --half-step users --fixed p1 --gram v0g all
	expect 1 '^mr-factorize: p1: has 0 of the 40 rows that are needed'
	try $h --half-step users --fixed p2 --gram g1 all
	expect 1 '^mr-factorize: g1: has 0 blocks of a Gramian, expected 1'
	cat p2 p1 >p21
	try $h --half-step users --fixed p21 --gram v0g all
	expect 1 'p21: .*shard'
	$h --half-step users --fixed v0 --gram v0g --gram-out u1g -o u1 all
	try $h --half-step items --fixed u1 --gram u1g all
	expect 2 'needs --init: the rows of the sweep before'
	try $h --half-step users --fixed v0 --gram v0g --init u1 all
	expect 2 '--init means nothing to this --half-step users'
	$h --half-step items --fixed u1 --gram u1g --init v0 -o v1 all
	try $h --half-step model --fixed v1 --init u1 all
	expect 1 'v1: was made with sweep=1, expected 2'
	# Other ratings.
	sed 2d r.tsv >s.tsv
	$h --half-step ratings -o other s.tsv
	try $h --half-step users --fixed v0 --gram v0g other
	expect 1 'v0: was made with .*=.*, expected'
	try $h --half-step users --fixed v0 --gram v0g r.tsv
	expect 1 'r.tsv: '
	# A piece cut short.
	head -c 400 v0 >cut
	try $h --half-step users --fixed cut --gram v0g all
	expect 1 '^mr-factorize: cut: '
}

@test "half-steps: kernels of OpenBLAS are not mixed" {
	few >r.tsv
	grep -q avx2 /proc/cpuinfo || skip "no AVX2"
	h="mr-factorize -q -m ials -d 3 --sweeps 1"
	$h --half-step ratings -o all r.tsv
	OPENBLAS_CORETYPE=Haswell $h --half-step items --gram-out v0g -o v0 all
	OPENBLAS_CORETYPE=Prescott try $h --half-step users --fixed v0 --gram v0g all
	expect 1 '^mr-factorize: v0: was made with blas=Haswell, expected .*: one OPENBLAS_CORETYPE'
}

@test "half-steps: usage" {
	few >r.tsv
	mr-factorize -q -m ials -d 2 --half-step ratings -o all r.tsv
	try mr-factorize -m svd --half-step ratings r.tsv
	expect 2 '^mr-factorize: --half-step means nothing to svd'
	try mr-factorize -m ials --shard 1/2 r.tsv
	expect 2 'mean nothing without --half-step'
	try mr-factorize -m ials --half-step users --shard 3/2 --fixed x all
	expect 2 "^mr-factorize: --shard '3/2', expected I/N, as 1/4"
	try mr-factorize -m ials --half-step users all
	expect 2 '^mr-factorize: --half-step users needs --fixed'
	try mr-factorize -m ials --half-step users --fixed x all
	expect 2 '^mr-factorize: --half-step users needs --gram'
	try mr-factorize -m als --half-step users --fixed x --gram y all
	expect 2 '^mr-factorize: --gram means nothing to --half-step users of als'
	try mr-factorize -m ials --half-step ratings --fixed x r.tsv
	expect 2 '^mr-factorize: --fixed means nothing to --half-step ratings'
	try mr-factorize -m ials --half-step items --at-least 2 all
	expect 2 '^mr-factorize: --at-least means nothing'
	try mr-factorize -m ials --half-step items --movies x all
	expect 2 '^mr-factorize: --movies means nothing to --half-step items'
	try mr-factorize -m ials --half-step items - <all
	expect 2 'reads its ratings twice'
	try "$TRAIN" -m svd -o m.mrm w r.tsv
	expect 2 '^train-parallel: -m als or -m ials, expected'
}

@test "input.ratings adds up over parts and does not ask for an order" {
	few >r.tsv
	digest() {
		mr-factorize -q -m popular "$1" | mr-show - |
			awk '$1 == "input.ratings" { print $2 }'
	}
	a=$(digest r.tsv)
	b=$(digest <(head -n 500 r.tsv))
	c=$(digest <(head -n 1 r.tsv; tail -n +501 r.tsv))
	[[ $a =~ ^[0-9a-f]{16}$ ]]
	[ "$(printf '%016x' $((0x$b + 0x$c)))" = "$a" ]
	[ "$(digest <(head -n 1 r.tsv; tail -n +2 r.tsv | sort -R --random-source=/dev/zero))" = "$a" ]
	[ "$(digest <(sed '$s/.$/9/' r.tsv))" != "$a" ]
	[ "$(digest <(sed '2s/^u0/u1000/' r.tsv))" != "$a" ]
}
