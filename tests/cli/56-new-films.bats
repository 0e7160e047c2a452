#!/usr/bin/env bats
# mr-recommend --new-films: places of lists for films that nobody has rated.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# f1 to f30 are rated, f31 to f40 are not.
inputs() {
	odd_and_even | awk -F '\t' 'NR == 1 || substr($2, 2) + 0 <= 30' >r.tsv
	awk 'BEGIN { print "item\tdim0\tdim1"
		for (i = 1; i <= 40; i++) {
			x = (x + i) * 16807 % 2147483647
			print "f" i "\t" (i % 2 ? 1 : -1) "\t" x % 7 / 3
			print "f" i >(i > 30 ? "new" : "old")
		}
	}' >v.tsv
	(echo item && cat old) >old.tsv
	(echo item && cat new) >new.tsv
	printf 'user\titem\trating\nx\tf1\t5\nx\tf3\t4\ny\tf33\t5\ny\tf2\t1\n' >n.tsv
	printf 'group\tuser\na\tu1\na\tu2\nb\tu3\nb\tu5\nb\tu7\n' >g.tsv
	mr-show --from-tsv <v.tsv >v.mrm
	mr-factorize -q -m als -d 3 --items v.mrm r.tsv >als.mrm
	mr-factorize -q -m ials -d 3 --items v.mrm r.tsv >ials.mrm
}

# joined KEEP N ARGUMENTS - what lists of --only old and of --only new make:
# user, rank, item, score, new.
joined() {
	local keep=$1 n=$2
	shift 2
	mr-recommend -q -n $((n - keep)) --only old.tsv "$@" >rated
	mr-recommend -q -n "$keep" --only new.tsv "$@" >others
	awk -F '\t' -v OFS='\t' -v at=$((n - keep)) 'FNR == 1 { f++; next }
		f == 1 { print $1, $2, $3, $4, 0; next }
		{ print $1, $2 + at, $3, $4, 1 }' rated others | sort
}

@test "the last places are those of the best new films" {
	local m
	for m in als ials; do
		mr-recommend -q -n 6 --new-films 2 $m.mrm >got
		[ "$(head -n 1 got)" = "user	rank	item	score	new" ]
		[ "$(wc -l <got)" -eq 361 ]
		sed 1d got | sort | diff <(joined 2 6 $m.mrm) - || fail $m
		mr-recommend -q -n 6 --new-films 2 --items v.mrm --mix 0.3 $m.mrm |
			sed 1d | sort |
			diff <(joined 2 6 --items v.mrm --mix 0.3 $m.mrm) - || fail "$m mix"
		mr-recommend -q -n 6 --new-films 2 --diversity 0.4 $m.mrm |
			sed 1d | sort |
			diff <(joined 2 6 --diversity 0.4 $m.mrm) - || fail "$m unlike"
		mr-recommend -q -n 6 --new-films 3 --ratings n.tsv $m.mrm |
			sed 1d | sort |
			diff <(joined 3 6 --ratings n.tsv $m.mrm) - || fail "$m ratings"
		mr-recommend -q -n 5 --new-films 1 --groups g.tsv --misery 0.4 \
			$m.mrm >got
		[ "$(head -n 1 got)" = "group	rank	item	score	new" ]
		sed 1d got | sort |
			diff <(joined 1 5 --groups g.tsv --misery 0.4 $m.mrm) - ||
			fail "$m groups"
	done
	# All of a list.
	mr-recommend -q -n 4 --new-films 4 als.mrm | cut -f 1-4 |
		cmp - <(mr-recommend -q -n 4 --only new.tsv als.mrm)
}

@test "without the option, or with 0, the score decides" {
	mr-recommend -q -n 40 als.mrm | sed 1d | cut -f 3 | sort | uniq -c |
		awk '{ print $2 }' | diff <(sort old new) -
	mr-recommend -q -n 9 als.mrm |
		cmp - <(mr-recommend -q -n 40 als.mrm | awk -F '\t' 'NR == 1 || $2 <= 9')
	mr-recommend -q -n 9 als.mrm |
		cmp - <(mr-recommend -q -n 9 --new-films 0 als.mrm)
}

@test "the same bytes for shards, threads and users by name" {
	local i
	mr-recommend -q -n 6 --new-films 2 als.mrm >want
	for i in 1 2 3; do
		mr-recommend -q -n 6 --new-films 2 --shard $i/3 als.mrm
	done | cmp - want
	for i in 1 2 4; do
		mr-recommend -q -t $i -n 6 --new-films 2 <als.mrm | cmp - want
	done
	mr-recommend -q -n 6 --new-films 2 --users <(cut -f 1 r.tsv) als.mrm |
		cmp - want
	mr-recommend -q -t 1 -n 6 --new-films 2 --items v.mrm als.mrm |
		cmp - <(mr-recommend -q -t 4 -n 6 --new-films 2 --items v.mrm als.mrm)
}

@test "where one sort runs out the other fills the list" {
	printf 'item\nf31\nf1\nf2\nf3\nf4\nf5\nf6\nf7\nf8\nf9\n' >one.tsv
	mr-recommend -q -n 4 --new-films 3 --only one.tsv --keep-seen als.mrm |
		awk -F '\t' 'NR > 1 { n[$1]++; new[$1] += $5; at[$1] = $3 }
		END { for (u in n) if (n[u] != 4 || new[u] != 1 || at[u] != "f31")
			exit 1 }'
	printf 'item\nf1\nf31\nf32\nf33\nf34\n' >few.tsv
	mr-recommend -q -n 4 --new-films 1 --only few.tsv --keep-seen als.mrm |
		awk -F '\t' 'NR > 1 { n[$1]++; new[$1] += $5 }
		END { for (u in n) if (n[u] != 4 || new[u] != 3) exit 1 }'
	# --only of a user apart.
	printf 'user\titem\nu1\tf1\nu1\tf31\nu1\tf32\nu2\tf2\n' >own.tsv
	mr-recommend -q -n 3 --new-films 1 --only own.tsv --keep-seen als.mrm |
		sed 1d | cut -f 1,2,5 >got
	printf 'u1\t1\t0\nu1\t2\t1\nu1\t3\t1\nu2\t1\t0\n' | cmp - got
	printf 'user\titem\nu1\tf31\nu1\tf32\n' >seen.tsv
	mr-recommend -q -n 6 --new-films 6 --seen seen.tsv als.mrm |
		awk -F '\t' '$1 == "u1" && ($3 == "f31" || $3 == "f32") { exit 1 }'
}

@test "reasons add up, titles follow, nobody known gets popular films" {
	mr-recommend -q -n 5 --new-films 2 --explain 40 als.mrm >got
	[ "$(head -n 1 got)" = "user	rank	item	score	base	because	rest	new" ]
	awk -F '\t' 'NR > 1 {
		s = $5 + $7
		n = split($6, part, "|")
		for (i = 1; i <= n; i++) { sub(/.*=/, "", part[i]); s += part[i] }
		if ((s - $4) ^ 2 > 1e-8 || $8 != ($2 > 3)) { print; exit 1 }
	}' got
	# Of a group each member's part, of a new film, too.
	mr-recommend -q -n 5 --new-films 2 --groups g.tsv --explain 9 als.mrm |
		awk -F '\t' 'NR == 1 { if ($NF != "new") exit 1; next }
		{ s = $5 + $7
		n = split($6, part, "|")
		for (i = 1; i <= n; i++) { sub(/.*=/, "", part[i]); s += part[i] }
		if ((s - $4) ^ 2 > 1e-8 || $8 != ($2 > 3)) { print; exit 1 } }'
	awk 'NR == 1 { print "item\ttitle" } NR > 1 { print $1 "\tT" $1 }' v.tsv >m.tsv
	mr-recommend -q -n 5 --new-films 2 --movies m.tsv --with title als.mrm |
		awk -F '\t' 'NR > 1 && $6 != "T" $3 { exit 1 }'
	printf 'user\titem\trating\nz\tnone\t5\n' >z.tsv
	mr-recommend -q -n 3 --new-films 1 --ratings z.tsv als.mrm | sed 1d |
		cut -f 1-4 |
		diff - <(mr-recommend -q -n 3 --ratings z.tsv als.mrm | sed 1d)
	mr-recommend -q -n 3 --new-films 1 --ratings z.tsv --items v.mrm als.mrm |
		sed 1d | cut -f 1-4 |
		diff - <(mr-recommend -q -n 3 --ratings z.tsv als.mrm | sed 1d)
}

@test "what means nothing is refused, or told" {
	try mr-recommend -n 3 --new-films 4 als.mrm
	expect 2 '^mr-recommend: --new-films keeps 4 places of lists of 3: at most all of them$'
	try mr-recommend --new-films 4 --pairs r.tsv als.mrm
	expect 2 '--new-films does not go with --pairs: it makes no lists'
	try mr-recommend -n 5 --new-films 4 --items v.mrm --explain 2 als.mrm
	expect 2 '--new-films does not go with both --items and --explain'
	try mr-recommend --new-films 4 --movies v.tsv --per dim0 als.mrm
	expect 2 '--new-films does not go with --per'
	try mr-recommend -n 5 --new-films 4 --no-model --items v.mrm --ratings n.tsv
	expect 2 '--new-films does not go with --no-model: new films are those of a model'
	try mr-recommend -n 3 --new-films 4 --groups g.tsv als.mrm
	expect 2 'keeps 4 places of lists of 3'
	sed '1s/dim0/new/' v.tsv >columns.tsv
	try mr-recommend --movies columns.tsv --with new als.mrm
	expect 2 "a column of results is called 'new' already"
	mr-factorize -q -m als -d 3 r.tsv >rated.mrm
	try mr-recommend -n 3 --new-films 1 rated.mrm
	expect 0 "^mr-recommend: warning: --new-films keeps no place: the model has no film without ratings \\(mr-factorize --items adds them\\)\$"
	cut -f 1-4 "$OUT" | cmp - <(mr-recommend -q -n 3 rated.mrm)
	try mr-recommend -v -n 3 --new-films 1 -o out als.mrm
	expect 0 'rows of new films: 60 of 180$'
}
