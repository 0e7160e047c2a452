#!/usr/bin/env bats
# mr-recommend --groups: one list for several users.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-recommend mr-factorize
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR"/* .
}

setup_file() {
	[ -x "$MR_BUILD/bin/mr-factorize" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
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

@test "threads, rows in another order, the group twice: the same lists" {
	mr-recommend -q --groups g.tsv als.mrm >a
	mr-recommend -q -t 1 --groups g.tsv als.mrm | cmp a -
	mr-recommend -q -t 4 --groups <(cat g.tsv && sed 1d g.tsv) als.mrm | cmp a -
	mr-recommend -q --groups <(head -n 1 g.tsv && sed 1d g.tsv | sort -r) \
		als.mrm | sort | cmp <(sort a) -
	mr-recommend -q --no-header-in --groups <(sed 1d g.tsv) als.mrm | cmp a -
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
	printf 'item\nf5\n' >f5.tsv
	try mr-recommend -n 3 --groups g.tsv --keep-seen --only f5.tsv als.mrm
	expect 0 '3 of 3 lists are shorter than 3'
	[ "$(sed 1d "$OUT" | cut -f 3 | sort -u)" = f5 ]
	try mr-recommend --groups g.tsv --min-lists 4 als.mrm
	expect 1 '3 lists, fewer than the 4'
}

@test "usage, and what is no group" {
	try mr-recommend --groups g.tsv --users g.tsv als.mrm
	expect 2 'both say who gets a list'
	try mr-recommend --misery 0.5 als.mrm
	expect 2 'means nothing without --groups'
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
