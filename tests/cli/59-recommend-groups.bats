#!/usr/bin/env bats
# mr-recommend --groups: one list for several users.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	odd_and_even >r.tsv
	for m in als ials 'knn --axis item' random; do
		# shellcheck disable=SC2086
		mr-factorize -q -m $m r.tsv >"${m%% *}.mrm"
	done
	printf 'group\tuser\nB\tu7\nA\tu1\nA\tu2\nA\tu3\nB\tu8\nC\tu9\n' >g.tsv
}

# want MISERY MODEL - lists of g.tsv by awk, from the scores of all films.
want() {
	mr-recommend -q -n 40 --keep-seen "$2" | awk -F '\t' -v w="$1" '
		FILENAME == "g.tsv" {
			if (FNR > 1) {
				if (!n[$1]++) order[++groups] = $1
				member[$1, n[$1]] = $2
			}
			next
		}
		FILENAME == "r.tsv" { rated[$1, $2]; next }
		FNR > 1 { score[$1, $3] = $4; item[$3] }
		END {
			for (g = 1; g <= groups; g++)
				for (i in item) {
					G = order[g]; sum = 0; seen = 0
					for (k = 1; k <= n[G]; k++) {
						u = member[G, k]
						s = score[u, i]
						sum += s
						if (k == 1 || s < least) least = s
						seen += (u, i) in rated
					}
					if (!seen)
						printf "%d\t%s\t%s\t%.5f\n", g, G, i,
							(1 - w) * sum / n[G] + w * least
				}
		}' g.tsv r.tsv - | LC_ALL=C sort -t '	' -k 1,1n -k 4,4gr -k 3,3 |
		awk -F '\t' '++n[$1] <= 3 { print $2 "\t" n[$1] "\t" $3 "\t" $4 }'
}

@test "mean, least misery and their mix, without what one of them has seen" {
	local m w
	for m in als ials knn random; do
		for w in 0 0.5 1; do
			want "$w" "$m.mrm" >want
			mr-recommend -q -n 3 --misery "$w" --groups g.tsv "$m.mrm" |
				sed 1d | awk '{ printf "%s\t%d\t%s\t%.5f\n", $1, $2, $3, $4 }' |
				diff want - || fail "$m, misery $w"
		done
	done
	[ "$(mr-recommend -q -n 1 --groups g.tsv als.mrm | head -n 1)" = \
		'group	rank	item	score' ]
}

@test "a group of one has that user's list" {
	printf 'group\tuser\nu9\tu9\n' >one.tsv
	printf 'user\nu9\n' >u9.tsv
	for m in als ials knn random; do
		mr-recommend -q --users u9.tsv $m.mrm | sed 1d |
			diff - <(mr-recommend -q --groups one.tsv $m.mrm | sed 1d)
	done
}

# shares MISERY MODEL FILE - base, shares and rest add up to each score of FILE,
# and each member's share is what his scores make of it.
shares() {
	mr-recommend -q -n 40 --keep-seen "$2" | awk -F '\t' -v w="$1" '
		function bad(what) { print what ": " $0; exit failed = 1 }
		function off(a, b) { return (a - b) ^ 2 > 1e-10 * (1 + b * b) }
		FILENAME == "g.tsv" {
			if (FNR > 1) member[$1, ++n[$1]] = $2
			next
		}
		FILENAME == "-" { score[$1, $3] = $4; next }
		FNR == 1 { next }
		{
			sum = $5 + $7
			split("", part)
			for (k = split($6, list, "|"); k; k--) {
				split(list[k], x, "=")
				part[x[1]] = x[2]
				sum += x[2]
			}
			if (off(sum, $4)) bad("sum")
			least = score[member[$1, 1], $3]
			for (k = 1; k <= n[$1]; k++)
				if (score[member[$1, k], $3] < least)
					least = score[member[$1, k], $3]
			ties = 0
			for (k = 1; k <= n[$1]; k++)
				ties += score[member[$1, k], $3] == least
			for (k = 1; k <= n[$1]; k++) {
				s = score[member[$1, k], $3]
				want = (1 - w) / n[$1] + (s == least ? w / ties : 0)
				if (off(part[member[$1, k]], want * (s - $5))) bad("share")
			}
			rows++
		}
		END { exit failed || !rows }' g.tsv - "$3"
}

@test "each member's share, by mean, least misery and their mix" {
	local m w
	mr-factorize -q -m nmf r.tsv >nmf.mrm
	for m in als ials knn random nmf; do
		for w in 0 0.5 1; do
			mr-recommend -q -n 4 --misery "$w" --explain 9 \
				--groups g.tsv "$m.mrm" >got
			shares "$w" "$m.mrm" got || fail "$m, misery $w"
			mr-recommend -q -n 4 --misery "$w" --groups g.tsv "$m.mrm" |
				cmp - <(cut -f 1-4 got)
		done
	done
	[ "$(head -n 1 got | cut -f 5-)" = 'base	because	rest' ]
	# All are named, so that nothing is left.
	[ "$(sed 1d got | cut -f 7 | sort -u)" = 0 ]
	# Two who like nothing more than the other do share it.
	printf 'group\tuser\nT\tu1\nT\tu2\nT\tu3\n' >g.tsv
	sed '/^u[23]	/d' r.tsv >same.tsv
	for u in u2 u3; do
		grep '^u1	' r.tsv | sed "s/^u1/$u/"
	done >>same.tsv
	mr-factorize -q -m knn --axis item same.tsv >same.mrm
	mr-recommend -q -n 4 --misery 1 --explain 9 --groups g.tsv same.mrm >got
	shares 1 same.mrm got
	# Fewer members are named; the others are the rest.
	mr-recommend -q -n 4 --explain 1 --groups g.tsv same.mrm >got
	[ "$(sed 1d got | cut -f 6 | grep -c '|')" -eq 0 ]
	awk -F '\t' 'NR > 1 { split($6, x, "="); d = $5 + x[2] + $7 - $4
		if (d * d > 1e-10 * (1 + $4 * $4)) exit 1 }' got
	mr-recommend -q -n 4 -t 1 --explain 1 --groups g.tsv same.mrm | cmp got -
}

@test "newcomers of a group are named, too" {
	printf 'group\tuser\nA\tu1\nA\twho\nA\tnew\n' >g2.tsv
	printf 'user\titem\trating\nnew\tf1\t5\nnew\tf3\t5\n' >new.tsv
	mr-recommend -q -n 3 --explain 9 --ratings new.tsv --groups g2.tsv \
		als.mrm >got
	[ "$(sed 1d got | cut -f 6 | tr '|' '\n' | cut -d = -f 1 | sort -u |
		tr '\n' ' ')" = 'new u1 ' ]
}

@test "threads, rows in another order, the group twice: the same lists" {
	mr-recommend -q --groups g.tsv als.mrm >a
	mr-recommend -q -t 1 --groups g.tsv als.mrm | cmp a -
	mr-recommend -q -t 4 --groups <(cat g.tsv && sed 1d g.tsv) als.mrm | cmp a -
	mr-recommend -q --groups <(head -n 1 g.tsv && sed 1d g.tsv | sort -r) \
		als.mrm | sort | cmp <(sort a) -
	mr-recommend -q --no-header-in --groups <(sed 1d g.tsv) als.mrm | cmp a -
	(cat g.tsv && sed -n 2,3p g.tsv) >again.tsv
	try mr-recommend -n 3 --groups again.tsv als.mrm
	expect 0 '^mr-recommend: warning: 2 of 8 rows of again.tsv name a user whom the group has already: he counts once$'
}

@test "nobody, strangers, newcomers, filters" {
	printf 'group\tuser\nA\tu1\nA\twho\nN\tnobody\n' >g2.tsv
	try mr-recommend -n 3 --groups g2.tsv als.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 1 | sort -u)" = A ]
	diff - <(sort "$ERR") <<-'END'
	mr-recommend: warning: 1 of 2 groups have nobody whom the model knows and get no list
	mr-recommend: warning: 2 of 3 members of groups are not in the model and have no say
	END
	# Where all are known and there is enough, no word.
	try mr-recommend -n 3 --groups g.tsv als.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	printf 'user\titem\trating\nnobody\tf1\t5\nnobody\tf3\t5\n' >new.tsv
	try mr-recommend -n 3 --groups g2.tsv --ratings new.tsv als.mrm
	expect 0 '1 of 3 members of groups are not in the model'
	[ "$(sed 1d "$OUT" | grep -c '^N')" -eq 3 ]
	# His films are odd ones, and not those he has seen.
	[ "$(grep '^N' "$OUT" | cut -f 3 | tr -d f |
		awk '$1 % 2 == 0 || $1 == 1 || $1 == 3' | wc -l)" -eq 0 ]
	printf 'user\titem\nu2\t%s\n' "$(mr-recommend -q -n 1 --groups g.tsv \
		als.mrm | grep '^A' | cut -f 3)" >seen.tsv
	for o in --seen --not; do
		mr-recommend -q -n 40 --groups g.tsv $o seen.tsv als.mrm >got
		run grep "^A.*	$(sed -n 2p seen.tsv | cut -f 2)	" got
		[ "$status" -eq 1 ]
	done
	try mr-recommend -n 3 --groups g.tsv --only seen.tsv als.mrm
	expect 2 '--only for each user does not go with --groups'
	# What is of one group would be barred, or kept, for all.
	mr-recommend -q -n 1 --groups g.tsv -o lists.tsv als.mrm
	for o in --only --not; do
		try mr-recommend --groups g.tsv $o lists.tsv als.mrm
		expect 1 "^mr-recommend: lists.tsv:1: no column 'user', found group rank item score: $o is "
	done
	printf 'item\nf5\n' >f5.tsv
	try mr-recommend -n 3 --groups g.tsv --keep-seen --only f5.tsv als.mrm
	expect 0 '3 of 3 lists are shorter than 3'
	[ "$(sed 1d "$OUT" | cut -f 3 | sort -u)" = f5 ]
	try mr-recommend --groups g.tsv --min-lists 4 als.mrm
	expect 1 '3 lists, fewer than the 4'
}

@test "--seen and --not: pairs of nobody known are asked about" {
	printf 'user\titem\nx\tf1\ny\tf2\n' >x.tsv
	printf 'group\tuser\nA\tu1\nA\tx\n' >gx.tsv
	for o in --seen --not; do
		try mr-recommend -v -n 3 --groups g.tsv $o x.tsv als.mrm
		expect 0 "^mr-recommend: warning: $o: the model knows the user and the film of none of the 2 pairs: are its ids others\?$"
		grep -q '^mr-recommend: seen: 2 pairs, in 2 of them a user and' "$ERR"
		# A member's pair holds, whether the model knows him or not.
		try mr-recommend -n 3 --groups gx.tsv $o x.tsv als.mrm
		expect 0
		! grep -q 'of none of the' "$ERR" || fail "$o: a warning"
	done
}

@test "usage, and what is no group" {
	try mr-recommend --groups g.tsv --users g.tsv als.mrm
	expect 2 'both say who gets a list'
	try mr-recommend --misery 0.5 als.mrm
	expect 2 'means nothing without --groups'
	try mr-recommend --groups g.tsv --items als.mrm als.mrm
	expect 2 '^mr-recommend: --items is of the lists of users$'
	try mr-recommend --groups g.tsv --misery 2 als.mrm
	expect 2
	try mr-recommend --groups r.tsv als.mrm
	expect 1 "no column 'group'"
	printf 'group\tuser\nA\t\n' >empty.tsv
	try mr-recommend --groups empty.tsv als.mrm
	expect 1 'empty.tsv:2: empty user'
	try mr-recommend --groups <(printf 'group\tuser\n') als.mrm
	expect 0
	[ "$(wc -l <"$OUT")" -eq 1 ]
}
