#!/usr/bin/env bats
# mr-recommend in scripts that run at night: shards, and too few lists.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# 2,500 users: more than two batches.
inputs() {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 2500; u++)
			for (i = 1; i <= 6; i++) {
				x = (x + u + i) * 16807 % 2147483647
				print "u" u "\tf" x % 50 "\t" 1 + x % 5
			}
	}' >r.tsv
	mr-factorize -q -m ials -d 4 r.tsv >m.mrm
}

@test "shards end to end are the whole, whatever their number" {
	mr-recommend -q -n 3 m.mrm >whole
	for n in 1 2 7 2499 2500 2600; do
		for i in $(seq "$((n > 50 ? n - 3 : 1))" "$n"); do
			mr-recommend -q -n 3 --shard "$i/$n" m.mrm
		done >some
		if [ "$n" -le 50 ]; then
			cmp whole some
		else
			tail -n "$(wc -l <some)" whole | cmp - some
		fi
	done
	mr-recommend -q -n 3 --shard 1/2600 m.mrm >first
	[ "$(wc -l <first)" -eq 1 ]
}

@test "shards of a model that stands twice, or is cut" {
	cat m.mrm m.mrm >twice.mrm
	mr-recommend -q -n 3 --shard 2/7 m.mrm >one
	mr-recommend -q -n 3 --shard 2/7 twice.mrm | cmp one -
	head -c -64 m.mrm >cut.mrm
	try mr-recommend --shard 1/7 cut.mrm
	expect 1 'cut.mrm: .*truncated'
	[ ! -s "$OUT" ]
}

# change N - damaged.mrm is m.mrm with the byte at N changed.
change() {
	{
		head -c "$1" m.mrm
		printf '\377'
		tail -c +$(($1 + 2)) m.mrm
	} >damaged.mrm
}

@test "a shard reads the blocks of its own users, and the headers of others" {
	local at
	# The last block but META and END is R of the last users.
	at=$(LC_ALL=C grep -abo "$(printf 'MRM\r')" m.mrm | tail -n 3 | head -n 1)
	at=$((${at%%:*} - 1))
	mr-recommend -q -n 3 --shard 2/9 m.mrm >one
	change $((at + 64 + 8))
	mr-recommend -q -n 3 --shard 2/9 damaged.mrm | cmp one -
	try mr-recommend -q -n 3 --shard 9/9 damaged.mrm
	expect 1 'damaged.mrm: block at byte .*: payload is damaged'
	change $((at + 24))
	try mr-recommend -q -n 3 --shard 2/9 damaged.mrm
	expect 1 'damaged.mrm: block at byte .*: header is damaged'
}

@test "shards where users are neighbours, of a pack, and with --seen" {
	local how
	head -n 3001 r.tsv | mr-factorize -q -m knn --axis user >near.mrm
	gzip -k m.mrm
	head -n 500 r.tsv >seen.tsv
	for how in near.mrm m.mrm.gz '--seen seen.tsv m.mrm'; do
		# shellcheck disable=SC2086
		mr-recommend -n 3 $how >whole 2>told
		for i in 1 2 3; do
			# shellcheck disable=SC2086
			mr-recommend -n 3 --shard $i/3 $how 2>>told
		done | cmp whole - || fail "$how"
		[ "$(sort -u told | wc -l)" -le 1 ] || fail "$how: $(cat told)"
	done
}

@test "films of a file stay there, and give the lists of a pipe" {
	local d how pid
	head -n 40 r.tsv >seen.tsv
	awk -v OFS='\t' 'NR == 1 { print "group", "user" }
		NR > 1 { print "g" NR % 5, $1 }' seen.tsv >groups.tsv
	for d in 4 96; do
		awk -v OFS='\t' 'NR == 1 { print; next }
			{ print $1, $2 (NR % 19), $3 }' r.tsv |
			mr-factorize -q -m als -d $d --sweeps 1 -o many.mrm
		for how in '-n 3' '-n 400' '-n 3 --seen seen.tsv' \
			'-n 3 --only seen.tsv' '-n 3 --users seen.tsv' \
			'-n 3 --keep-seen' '--pairs r.tsv' \
			'-n 3 --groups groups.tsv --misery 0.5' \
			'-n 3 --groups groups.tsv --explain 2'; do
			# shellcheck disable=SC2086
			mr-recommend -q $how - <many.mrm >piped
			# shellcheck disable=SC2086
			mr-recommend -q $how many.mrm | cmp piped - ||
				fail "-d $d $how"
		done
	done
	# Nothing of its own is kept of them, so that processes share them.
	mkfifo stay
	for how in '' '--pairs r.tsv' '-n 2000 --groups groups.tsv --explain 2'; do
		# shellcheck disable=SC2086
		mr-recommend -q $how -o stay many.mrm &
		pid=$!
		exec 4<stay
		head -c 1 <&4 >/dev/null
		grep -q ' .*/many.mrm$' "/proc/$pid/maps" || fail "$how"
		cat <&4 >/dev/null
		exec 4<&-
		wait $pid
	done
}

@test "a model that is written to while its films lie there" {
	local pid n groups
	awk 'NR == 1 || $1 ~ /^u[0-9]?[0-9]?[0-9]$/' r.tsv >few.tsv
	mr-factorize -q -m ials -d 4 -o few.mrm few.tsv
	awk 'NR == 1 { print "group\tuser" }
		NR > 1 && !u[$1]++ { print "g" $1 "\t" $1 }' few.tsv >groups.tsv
	for n in taken written groups; do
		rm -f stay err
		mkfifo stay
		groups=
		[ $n != groups ] || groups='--groups groups.tsv'
		# shellcheck disable=SC2086
		mr-recommend -q -n 50 $groups -o stay few.mrm 2>err &
		pid=$!
		exec 4<stay
		head -c 1 <&4 >/dev/null
		if [ $n = taken ]; then
			cp few.mrm other.mrm
			mv other.mrm few.mrm
		else
			cp few.mrm other.mrm
			cp other.mrm few.mrm
		fi
		cat <&4 >/dev/null
		exec 4<&-
		if [ $n = taken ]; then
			wait $pid
		else
			! wait $pid || fail "nobody saw it"
			grep -q 'few.mrm: was written to while it was used' err
		fi
	done
}

# peak USERS - MiB for the lists of so many, who have a rating each.
peak() {
	awk -v n="$1" 'BEGIN { print "user\titem"
		for (u = 1; u <= n; u++) print "user" u "\tf" u % 50 }' |
		mr-factorize -q -m popular 2>/dev/null |
		mr-recommend -v -n 1 -o /dev/null 2>&1 |
		sed -n 's/.* \([0-9.]*\) MiB.*/\1/p'
}

@test "memory is the same for 20,000 users and for 300,000" {
	need_plain_build
	few=$(peak 20000)
	many=$(peak 300000)
	echo "$few and $many MiB"
	awk -v a="$few" -v b="$many" 'BEGIN { exit !(a > 0 && b < a + 3) }'
}

@test "scores of users who do not come take no memory" {
	local one eight t
	need_plain_build
	awk 'BEGIN { print "user\titem"
		for (u = 1; u <= 40; u++)
			for (i = 1; i <= 1000; i++)
				print "u" u "\tf" (u * 1000 + i * 37) % 40000
	}' >wide.tsv
	mr-factorize -q -m blend -d 2 --sweeps 1 -k 2 -o wide.mrm wide.tsv
	printf 'user\nu1\n' >one.tsv
	for t in 1 8; do
		mr-recommend -v -t $t --users one.tsv -o /dev/null wide.mrm \
			2>&1 | sed -n 's/.* \([0-9.]*\) MiB.*/\1/p' >mib.$t
	done
	one=$(cat mib.1)
	eight=$(cat mib.8)
	echo "$one and $eight MiB"
	awk -v a="$one" -v b="$eight" 'BEGIN { exit !(a > 0 && b < a + 35) }'
}

@test "what is no shard" {
	local s
	for s in 0/3 4/3 1 1/ /2 a/b 1/0 -1/2 1/2/3; do
		try mr-recommend --shard "$s" m.mrm
		expect 2 "expected I/N, as 1/4;"
	done
	try mr-recommend --shard 1/2 <m.mrm
	expect 2 'it cannot be standard input'
	for o in --users --ratings --groups --pairs; do
		try mr-recommend --shard 1/2 $o r.tsv m.mrm
		expect 2 'is of all users'
	done
}

@test "fewer lists than asked for are an error, and replace nothing" {
	mr-recommend -q -n 3 -o lists.tsv m.mrm
	cp lists.tsv before
	try mr-recommend -q -n 3 --min-lists 2500 -o lists.tsv m.mrm
	expect 0
	try mr-recommend -n 3 --min-lists 2501 -o lists.tsv m.mrm
	expect 1 '^mr-recommend: 2500 lists, fewer than the 2501 of --min-lists$'
	cmp before lists.tsv
	# Of a part, its lists count.
	try mr-recommend -q -n 3 --min-lists 1250 --shard 1/2 m.mrm
	expect 0
	try mr-recommend -q -n 3 --min-lists 1251 --shard 1/2 m.mrm
	expect 1 '^mr-recommend: 1250 lists, fewer than the 1251 of --min-lists$'
	# Lists without a film are none.
	printf 'item\nnone\n' >none.tsv
	try mr-recommend -n 3 --min-lists 1 --only none.tsv -o lists.tsv m.mrm
	expect 1 '0 lists, fewer than the 1 of --min-lists'
	cmp before lists.tsv
	# Ratings that a failed command did not make.
	try bash -c 'false | mr-factorize -q -m ials |
		mr-recommend --min-lists 1 -o lists.tsv'
	expect 1 '0 lists, fewer than the 1 of --min-lists'
	cmp before lists.tsv
}

@test "the nightly recipe: of an empty export nothing is kept" {
	need_tool mr-ingest
	night() {
		mkdir -p new &&
			mr-ingest ratings -q -o new/ratings.tsv export.csv &&
			mr-factorize -q -m ials -d 4 -o new/model.mrm new/ratings.tsv &&
			mr-recommend -q --min-lists 500 -o new/lists.tsv new/model.mrm &&
			mv new/* .
	}
	tr '\t' , <r.tsv >export.csv
	night
	cksum ratings.tsv model.mrm lists.tsv >before
	for header in '' 'user,item,rating\n'; do
		printf '%b' "$header" >export.csv
		run night
		[ "$status" -eq 1 ]
		cksum ratings.tsv model.mrm lists.tsv | diff before -
	done
}
