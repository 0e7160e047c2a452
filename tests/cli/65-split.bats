#!/usr/bin/env bats
# mr-split: which row goes where, two files or none, bad options and input.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-split
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR/r.tsv" .
}

# 6,000 ratings of 100 users and 60 items, in no order; few distinct times; a
# column that nobody knows, with escapes.
setup_file() {
	awk 'BEGIN { print "note\titem\ttime\tuser\trating"
		for (i = 0; i < 6000; i++) {
			k = i * 2311 % 6000
			printf "a\\tb%d\\\\\tf%d\t%d\tu%d\t%.1f\n", i, k % 60,
				1e9 + (k * 7919 % 6000) % 37 * 3600, int(k / 60),
				1 + k % 9 / 2
		}
	}' >"$BATS_FILE_TMPDIR/r.tsv"
}

# rows FILE - without the header line, sorted.
rows() {
	sed 1d "$1" | sort
}

# parts OF TRAIN TEST - together they are OF, each in its order.
parts() {
	head -n 1 "$1" | cmp - <(head -n 1 "$2")
	head -n 1 "$1" | cmp - <(head -n 1 "$3")
	sort <(sed 1d "$2") <(sed 1d "$3") | cmp - <(rows "$1")
	in_order "$1" "$2"
	in_order "$1" "$3"
}

# in_order OF PART - PART is OF with lines left out; lines differ.
in_order() {
	awk 'NR == FNR { at[$0] = FNR; next }
		!($0 in at) || at[$0] <= last { exit 1 }
		{ last = at[$0] }' "$1" "$2" || fail "$2 is not a part of $1"
}

@test "folds: the K test sets are a partition, train is the rest" {
	for k in 2 5 7; do
		: >all
		for i in $(seq $k); do
			try mr-split --folds $k --fold "$i" --train tr --test te r.tsv
			expect 0
			[ ! -s "$ERR" ] && [ ! -s "$OUT" ]
			parts r.tsv tr te
			sed 1d te >>all
			# 5 standard deviations of a binomial number.
			awk -v k=$k 'END { d = NR - 1 - 6000 / k
				exit d * d > 25 * 6000 / k * (1 - 1 / k) }' te ||
				fail "fold $i of $k has $(wc -l <te) lines"
		done
		sort all | cmp - <(rows r.tsv)
	done
}

@test "holdout: its share of the rows, for any share" {
	for share in 0.01 0.1 0.5 0.9; do
		mr-split --holdout $share --train tr --test te r.tsv
		parts r.tsv tr te
		awk -v p=$share 'END { d = NR - 1 - 6000 * p
			exit d * d > 25 * 6000 * p * (1 - p) }' te ||
			fail "share $share: $(wc -l <te) lines"
	done
	mr-split --holdout 0 --train tr --test te r.tsv
	cmp tr r.tsv
	mr-split --holdout 1 --train tr --test te r.tsv
	cmp te r.tsv
}

@test "neither the order of rows nor that of columns matters" {
	{ head -n 1 r.tsv; sed 1d r.tsv | sort -t '	' -k 5,5 -k 1,1; } >shuffled
	awk -F '\t' -v OFS='\t' '{ print $3, $4, $2, $1 }' r.tsv >columns
	for way in '--folds 4 --fold 2' '--holdout 0.3' '--leave-last 3' \
		'--before 1000050000' '--leave-random 3' '--leave-random 0.1' \
		'--leave-last 0.1' '--holdout 9 --by user' '--before 70%' \
		'--holdout 0.3 --by item' '--folds 3 --fold 1 --by user' \
		'--core 9 --leave-last 2' '--before 2% --drop-unknown'; do
		mr-split $way --train tr --test te r.tsv
		mr-split $way --train tr2 --test te2 shuffled
		rows te | cmp - <(rows te2)
		rows tr | cmp - <(rows tr2)
		mr-split $way --train tr2 --test te2 columns
		awk -F '\t' -v OFS='\t' '{ print $3, $4, $2, $1 }' te | cmp - te2
	done
}

@test "a pair given twice falls on one side" {
	awk -F '\t' -v OFS='\t' 'NR == 1 { print; next }
		{ print; $1 = "again"; $5 = 1; print }' r.tsv >twice
	mr-split --holdout 0.4 --train tr --test te twice
	cut -f 2,4 tr | sed 1d | sort -u >a
	cut -f 2,4 te | sed 1d | sort -u >b
	[ -s a ] && [ -s b ]
	[ -z "$(comm -12 a b)" ]
}

@test "shards split apart are the whole split" {
	sed 1d r.tsv >body
	head -n 1 r.tsv >head
	split -n l/3 body shard.
	mr-split --folds 5 --fold 3 --train tr --test te r.tsv
	cp head te3
	for s in shard.*; do
		cat head "$s" >one
		mr-split --no-header-out --folds 5 --fold 3 --train /dev/null \
			--test - one >>te3
	done
	cmp te te3
}

@test "another seed, another split; the same seed, the same" {
	mr-split --holdout 0.5 --train tr1 --test te1 r.tsv
	mr-split --holdout 0.5 -s 1 --train tr2 --test te2 r.tsv
	cmp te1 te2
	mr-split --holdout 0.5 -s 2 --train tr2 --test te2 r.tsv
	# Of those in one test set half are in the other: 5 deviations.
	rows te1 | comm -12 - <(rows te2) | awk 'END {
		exit NR < 1500 - 168 || NR > 1500 + 168 }'
	mr-split --before 1000050000 --train tr1 --test te1 r.tsv
	mr-split --before 1000050000 -s 9 --train tr2 --test te2 r.tsv
	cmp te1 te2
}

@test "a part split again needs another seed, and is told so" {
	mr-split --holdout 0.2 --train tr --test te r.tsv
	try mr-split --holdout 0.2 --train tr2 --test te2 tr
	expect 0 '^mr-split: warning: no row is in test: .* another -s$'
	cmp tr tr2
	try mr-split --holdout 0.2 --train tr2 --test te2 te
	expect 0 '^mr-split: warning: no row is in train'
	# By another share it is independent.
	for o in '-s 2 --holdout 0.2' '--folds 5 --fold 1'; do
		try mr-split $o --train tr2 --test te2 tr
		expect 0
		[ ! -s "$ERR" ]
		awk 'END { exit NR < 800 || NR > 1120 }' te2
	done
}

# times N FILE - user and time of the N latest of each user, by plain awk.
times() {
	sed 1d "$2" | cut -f 3,4 | sort -k 2,2 -k 1,1nr | awk -v n="$1" '
		$2 != u { for (i = 1; i <= n && c > n; i++) print u, t[i]
			u = $2; c = 0 }
		{ t[++c] = $1 }
		END { for (i = 1; i <= n && c > n; i++) print u, t[i] }' | sort
}

@test "leave-last: the N latest of each user" {
	# Some users with few rows.
	awk -F '\t' 'NR == 1 || $4 !~ /^u[1-4]$/ || n[$4]++ < substr($4, 2) + 0' \
		r.tsv >f.tsv
	for n in 1 2 3 10; do
		mr-split --leave-last $n --train tr --test te f.tsv
		parts f.tsv tr te
		times $n f.tsv | cmp - <(sed 1d te | awk '{ print $4, $3 }' | sort)
		mr-split --leave-last $n --train tr2 --test - <f.tsv | cmp te -
		cmp tr tr2
	done
	try mr-split -v --leave-last 3 --train tr --test te f.tsv
	expect 0 '^mr-split: users with too few rows, all in train: 3$'
	expect 0 '^mr-split: users: 100, in train only: 3, in test only: 0$'
	expect 0 '^mr-split: rows in test: 291$'
	for u in u1 u2 u3; do
		[ "$(cut -f 4 te | grep -cx $u)" -eq 0 ]
	done
	[ "$(cut -f 4 te | grep -cx u4)" -eq 3 ]
}

@test "leave-last: chance decides among equal times, and is counted" {
	# Of 20 films at one time each gets 5 of 100 users, whatever its id.
	awk 'BEGIN { print "user\titem\ttime"
		for (u = 0; u < 100; u++)
			for (i = 0; i < 20; i++) print u "\t" i "\t" u }' >same.tsv
	for s in 1 2 3; do
		try mr-split -s $s --leave-last 1 --train tr --test te same.tsv
		expect 0 '^mr-split: warning: 100 of 100 users have equal times at the cut: chance \(-s\) decides among them$'
		parts same.tsv tr te
		# Five standard deviations of a binomial number.
		sed 1d te | cut -f 2 | sort | uniq -c | awk '
			$1 > 5 + 5 * sqrt(4.75) { exit 1 }
			END { exit NR < 15 }' || fail "some films have most users"
		cp te te.$s
	done
	run cmp -s te.1 te.2
	[ "$status" -eq 1 ]
	# The order of rows does not matter, not even where a pair is there twice.
	{ cat same.tsv; sed 1d same.tsv; } | awk -v OFS='\t' '
		{ print $0, NR == 1 ? "note" : NR }' >twice.tsv
	{ head -n 1 twice.tsv; sed 1d twice.tsv | sort -k 4,4; } >other.tsv
	mr-split -q --leave-last 3 --train tr --test te twice.tsv
	mr-split -q --leave-last 3 --train tr2 --test te2 other.tsv
	rows te | cmp - <(rows te2)
	# Users who are not cut, or not between equal times, do not count.
	{ cat same.tsv; for u in 1 2 3; do printf '%d\tnew\t1000\n' $u; done
		printf 'lone\tx\t5\n'; } >some.tsv
	try mr-split --leave-last 1 --train tr --test te some.tsv
	expect 0 '^mr-split: warning: 97 of 100 users have'
}

@test "leave-last without equal times: no word, and no effect of -s" {
	awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = 1e9 + NR } 1' r.tsv >d.tsv
	mr-split --leave-last 2 --train tr --test te d.tsv 2>err
	[ ! -s err ]
	mr-split -s 2 --leave-last 2 --train tr2 --test te2 d.tsv
	cmp te te2
	# Equal times on one side of the cut are no tie.
	printf 'user\titem\ttime\na\tx\t1\na\ty\t1\na\tz\t2\na\tw\t2\n' >e
	try mr-split --leave-last 2 --train tr --test te e
	expect 0
	[ ! -s "$ERR" ]
	# Nor is that of one pair alone: no chance is in it.
	printf 'user\titem\ttime\tn\na\tx\t1\t1\na\ty\t2\t1\na\ty\t2\t2\n' >f
	try mr-split --drop-seen --leave-last 1 --train tr --test te f
	expect 0 '^mr-split: warning: no row is left in test'
	run grep chance "$ERR"
	[ "$status" -eq 1 ]
	try mr-split --leave-last 4 --train tr --test te e
	expect 0 '^mr-split: warning: no user has more than 4 rows'
}

@test "leave-last where each user has one rating says so" {
	printf 'user\titem\ttime\na\tx\t1\nb\tx\t2\n' >one.tsv
	try mr-split --leave-last 1 --train tr --test te one.tsv
	expect 0 '^mr-split: warning: no user has more than 1 rows'
	cmp one.tsv tr
	[ "$(cat te)" = 'user	item	time' ]
}

@test "leave-random: N or a share of each user, whatever the time" {
	cut -f 2,4 r.tsv >f.tsv
	awk -F '\t' 'NR == 1 || $2 !~ /^u[1-9]$/ || n[$2]++ < substr($2, 2) + 0' \
		f.tsv >g.tsv
	for n in 1 3 20 0.01 0.1 0.5 0.99; do
		mr-split --leave-random $n --train tr --test te g.tsv 2>err
		[ ! -s err ]
		parts g.tsv tr te
		awk -F '\t' -v n=$n 'FNR == 1 { next }
			NR == FNR { te[$2]++; next }
			{ c[$2]++ }
			END { for (u in c) {
				w = n < 1 ? int(n * c[u] + 0.5) : c[u] > n ? n : 0
				if (w == c[u]) w--
				if (te[u] + 0 != w) { print u, c[u], te[u], w; exit 1 }
			} }' te g.tsv || fail "not $n of each"
	done
	# Chance takes all films alike, another seed takes others, the same the
	# same; more rows are more of the same.
	mr-split --leave-random 15 --train tr --test te f.tsv
	sed 1d te | cut -f 1 | sort | uniq -c | awk '{ d = $1 - 25
		if (d * d > 25 * 25 * 0.75) exit 1 } END { if (NR != 60) exit 1 }'
	mr-split -s 2 --leave-random 15 --train tr2 --test te2 f.tsv
	rows te | comm -12 - <(rows te2) | awk 'END {
		exit NR < 375 - 84 || NR > 375 + 84 }'
	mr-split --leave-random 0.25 --train tr2 --test te2 f.tsv
	cmp te te2
	mr-split --leave-random 5 --train tr2 --test te2 f.tsv
	[ -z "$(rows te2 | comm -23 - <(rows te))" ]
	# The training set split again by the same seed: the next in turn.
	mr-split --leave-random 10 --train tr3 --test te3 tr2
	sort <(sed 1d te2) <(sed 1d te3) | cmp - <(rows te)
}

@test "a share of each user's latest rows" {
	for share in 0.05 0.3; do
		mr-split --leave-last $share --train tr --test te r.tsv
		parts r.tsv tr te
		# All have 60 rows.
		times "$(awk "BEGIN { print 60 * $share }")" r.tsv |
			cmp - <(sed 1d te | awk '{ print $4, $3 }' | sort)
	done
	printf 'user\titem\ttime\na\tx\t1\nb\tx\t2\n' >one.tsv
	try mr-split --leave-last 0.9 --train tr --test te one.tsv
	expect 0 '^mr-split: warning: no user has rows enough for this share: all'
	cmp one.tsv tr
}

@test "by user and by item: each with all its rows on one side" {
	for way in '2 user 0.3' '4 item 0.4' '2 user 25' '4 item 12'; do
		read -r other by n <<<"$way"
		mr-split --by "$by" --holdout "$n" --train tr --test te r.tsv 2>err
		[ ! -s err ]
		parts r.tsv tr te
		col=$((6 - other))
		sed 1d tr | cut -f $col | sort -u >a
		sed 1d te | cut -f $col | sort -u >b
		[ -z "$(comm -12 a b)" ]
		# 100 users and 60 items; 5 standard deviations.
		awk -v n="$n" -v m="$(cat a b | wc -l)" 'END {
			if (n > 1) exit NR != n
			d = NR - n * m
			exit d * d > 25 * m * n * (1 - n) }' b || fail "$way: $(wc -l <b)"
		mr-split -s 2 --by "$by" --holdout "$n" --train tr --test te2 r.tsv
		run cmp -s te te2
		[ "$status" -eq 1 ]
	done
	: >all
	for i in 1 2 3; do
		mr-split --by user --folds 3 --fold $i --train tr --test te r.tsv
		parts r.tsv tr te
		cut -f 4 te | sed 1d | sort -u >>all
	done
	[ "$(sort -u all | wc -l)" -eq 100 ] && [ "$(wc -l <all)" -eq 100 ]
	# So many of them again are the next ones.
	mr-split --by user --holdout 40 --train tr --test te r.tsv
	mr-split --by user --holdout 15 --train tr --test te2 r.tsv
	mr-split --by user --holdout 25 --train tr2 --test te3 tr
	sort <(sed 1d te2) <(sed 1d te3) | cmp - <(rows te)
	try mr-split -v --by user --holdout 40 --train tr --test te r.tsv
	expect 0 '^mr-split: users: 100, in train only: 60, in test only: 40$'
	expect 0 '^mr-split: items: 60, in train only: 0, in test only: 0$'
	# Pipelined, the held out users' rows are parted into given and wanted.
	mr-split --by user --holdout 40 --train tr --test - r.tsv |
		mr-split --leave-last 0.2 --train given --test wanted -
	parts te given wanted
	[ "$(sed 1d wanted | cut -f 4 | sort | uniq -c | awk '{ print $1 }' |
		sort -u)" = 12 ]
}

@test "by user and by item: empty sides are told" {
	try mr-split --by user --holdout 100 --train tr --test te r.tsv
	expect 0 '^mr-split: warning: there are no more than 100 users: none is in train$'
	try mr-split --by item --holdout 61 --train tr --test te r.tsv
	expect 0 '^mr-split: warning: there are no more than 61 items: none is in train$'
	mr-split --by user --holdout 0.2 --train tr --test te r.tsv
	try mr-split --by user --holdout 0.2 --train tr2 --test te2 tr
	expect 0 '^mr-split: warning: no user is in test: are they few, or was .* another -s$'
	try mr-split --by user --holdout 0.2 --train tr2 --test te2 te
	expect 0 '^mr-split: warning: no user is in train: are they few'
	try mr-split --by item --holdout 0 --train tr2 --test te2 r.tsv
	expect 0
	[ ! -s "$ERR" ]
}

# core N FILE - user and item columns of FILE, those with fewer than N rows left
# out round by round.
core() {
	awk -F '\t' -v n="$1" '
		NR == 1 { next }
		{ u[NR] = $1; i[NR] = $2; row[NR] = $0 }
		END {
			do {
				split("", c); split("", d); again = 0
				for (r in row) { c[u[r]]++; d[i[r]]++ }
				for (r in row)
					if (c[u[r]] < n || d[i[r]] < n) {
						delete row[r]; again = 1
					}
			} while (again)
			for (r = 2; r <= NR; r++) if (r in row) print row[r]
		}' "$2"
}

@test "core: until every user and item has N rows" {
	awk 'BEGIN { print "user\titem"; srand(1)
		for (k = 0; k < 3000; k++)
			print "u" int(300 * rand() ^ 2) "\ti" int(200 * rand() ^ 3) }' >c.tsv
	for n in 1 2 5 9; do
		mr-split --core $n --holdout 0 --train tr --test te c.tsv 2>err
		[ ! -s err ]
		core $n c.tsv >want
		[ -s want ]
		sed 1d tr | cmp - want
	done
	try mr-split -v --core 9 --holdout 0.3 --train tr --test te c.tsv
	expect 0 "^mr-split: rows left out by --core: $((3000 - $(wc -l <want)))\$"
	sort <(sed 1d tr) <(sed 1d te) | cmp - <(sort want)
	# The split is that of what is left.
	{ head -n 1 c.tsv; cat want; } >left
	mr-split --holdout 0.3 --train tr2 --test te2 left
	cmp te te2
	try mr-split --core 400 --holdout 0.3 --train tr --test te c.tsv
	expect 0 '^mr-split: warning: --core 400 leaves no row: '
	[ "$(cat tr te)" = "$(printf 'user\titem\nuser\titem')" ]
}

@test "drop-seen: what is on both sides is told of, or left out" {
	# Every user watches film w again at the end.
	awk 'BEGIN { print "user\titem\ttime"
		for (u = 0; u < 30; u++) for (t = 0; t < 9; t++)
			print u "\t" (t % 7 ? "f" t : "w") "\t" 100 * t + u }' >s.tsv
	try mr-split --leave-last 2 --train tr --test te s.tsv
	expect 0 '^mr-split: warning: 30 of 60 rows in test have user and item in common with rows in train: --drop-seen leaves them out$'
	parts s.tsv tr te
	try mr-split -v --leave-last 2 --drop-seen --train tr2 --test te2 s.tsv
	expect 0 '^mr-split: rows left out by --drop-seen: 30$'
	run grep warning "$ERR"
	[ "$status" -eq 1 ]
	cmp tr tr2
	grep -v '	w	' te | cmp - te2
	# mr-eval wants such a test set, and names the option.
	need_tool mr-eval
	printf 'user\trank\titem\n1\t1\tf8\n' >lists
	try mr-eval --resamples 0 -k 1 --train tr --test te lists
	expect 1 'the first of 30 such pairs; .* mr-split --drop-seen'
	try mr-eval --resamples 0 -k 1 --train tr --test te2 lists
	expect 0
	# By a time nothing is looked for, unless it is asked for.
	try mr-split --before 650 --train tr --test te s.tsv
	expect 0
	[ ! -s "$ERR" ]
	mr-split --before 650 --drop-seen --train tr2 --test te2 s.tsv
	cmp tr tr2
	grep -v '	w	' te | cmp - te2
	try mr-split --before 75% --train tr2 --test te2 s.tsv
	expect 0 'warning: 30 of .* --drop-seen leaves them out$'
	try mr-split --leave-random 8 --train tr --test te s.tsv
	expect 0 'warning: [0-9]+ of 240 rows in test have .* --drop-seen'
	# Where each pair is there once, no word.
	grep -v '	w	7' s.tsv >once.tsv
	for way in '--leave-last 2' '--leave-random 3' '--before 70%'; do
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te once.tsv
		expect 0
		[ ! -s "$ERR" ]
	done
	printf 'user\titem\ttime\na\tx\t1\na\tx\t2\n' >two.tsv
	try mr-split --leave-last 1 --drop-seen --train tr --test te two.tsv
	expect 0 '^mr-split: warning: no row is left in test: all 1 were left out$'
}

@test "drop-unknown: test has users and items of train alone" {
	awk -F '\t' 'NR == 1 || $4 !~ /^u[1-3]/ || $2 ~ /^f[1-3]/' r.tsv >f.tsv
	mr-split --before 1% --train tr --test te f.tsv
	try mr-split -v --before 1% --drop-unknown --train tr2 --test te2 f.tsv
	cmp tr tr2
	awk -F '\t' 'NR == FNR { u[$4]; i[$2]; next } $4 in u && $2 in i' tr te |
		cmp - te2
	# Where all are left out it is told, and not where some are.
	grep 'no row is left' "$ERR" && fail 'a warning where rows are left'
	expect 0 "^mr-split: rows left out by --drop-unknown: $(($(wc -l <te) - $(wc -l <te2)))\$"
	expect 0 '^mr-split: users: [0-9]+, in train only: [0-9]+, in test only: 0$'
	try mr-split --by user --holdout 0.5 --drop-unknown --train tr --test te r.tsv
	expect 0 '^mr-split: warning: no row is left in test: all [0-9]+ were left out$'
}

@test "before: a share of the rows" {
	for p in 10 50.5 80; do
		try mr-split -v --before $p% --train tr --test te r.tsv
		parts r.tsv tr te
		t=$(sed 1d r.tsv | cut -f 3 | sort -n |
			sed -n "$(awk "BEGIN { print int(60 * $p + 0.5) + 1 }")p")
		expect 0 "^mr-split: time: $t\$"
		mr-split --before "$t" --train tr2 --test te2 r.tsv
		cmp te te2
		[ "$(wc -l <tr)" -gt 1 ]
	done
	# One time is no cut.
	awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = 5 } 1' r.tsv >same.tsv
	try mr-split --before 80% --train tr --test te same.tsv
	expect 0 'warning: all rows are at or after the time: none is in train'
	cmp te same.tsv
}

@test "before: by number and by day" {
	mr-split --before 1000050000 --train tr --test te r.tsv
	parts r.tsv tr te
	awk -F '\t' 'NR > 1 && $3 >= 1000050000' r.tsv | cmp - <(sed 1d te)
	printf 'user\titem\ttime\na\tx\t1420070399\nb\tx\t1420070400\nc\ty\t-5e3\n' >d
	mr-split --before 2015-01-01 --train tr --test te d
	[ "$(sed 1d te | cut -f 1)" = b ]
	try mr-split --before 2016-01-01 --train tr --test te d
	expect 0 'warning: all rows are before the time: none is in test'
	try mr-split --before -5000.5 --train tr --test te d
	expect 0 'warning: all rows are at or after the time: none is in train'
}

@test "exactly one way, and two outputs" {
	while IFS='|' read -r args want; do
		# shellcheck disable=SC2086
		try mr-split $args r.tsv
		expect 2 "$want"
		[ ! -e tr ] && [ ! -e te ]
	done <<'END'
--train tr --test te|one of --folds, --holdout, --leave-last, --leave-random and
--train tr --test te --fold 1|--fold without --folds
--train tr --test te --folds 3|--folds without --fold
--train tr --test te --folds 3 --fold 4|--fold: 4, expected 1 to 3
--train tr --test te --folds 3 --fold 0|'0' is not a whole number from 1
--train tr --test te --folds 1 --fold 1|'1' is not a whole number from 2
--train tr --test te --holdout 20|'20' is not a number from 0 to 1
--train tr --test te --holdout 0.2 --fold 1|--fold goes with --folds
--train tr --test te --holdout 0.2 --leave-last 2|--holdout and --leave-last ex
--train tr --test te --folds 2 --fold 1 --before 7|--folds and --before exclude
--train tr --test te --holdout x|--holdout: 'x' is not a number from 0 to 1; how
--train tr --test te --holdout 20 --by pair|many users or items goes with --by
--train tr --test te --holdout 2.5 --by user|'2.5' is not a number from 0 to 1 nor
--train tr --test te --holdout -1 --by item|'-1' is not a number from 0 to 1 nor
--train tr --test te --leave-last 0|neither a whole number from 1 nor a share
--train tr --test te --leave-last 1.0|--leave-last: '1.0' is neither a whole
--train tr --test te --leave-last -2|--leave-last: '-2' is neither a whole
--train tr --test te --leave-random 1.5|--leave-random: '1.5' is neither a whole
--train tr --test te --leave-random x|--leave-random: 'x' is neither a whole
--train tr --test te --leave-random 1 --leave-last 2|exclude each other
--train tr --test te --leave-random 1 --by user|--by goes with --folds and --hold
--train tr --test te --before 7 --by item|--by goes with --folds and --holdout
--train tr --test te --holdout 0.1 --by film|'film' is none of pair user item
--train tr --test te --holdout 0.1 --drop-seen|by --holdout no user and item are
--train tr --test te --folds 2 --fold 1 --drop-seen|by --folds no user and item
--train tr --test te --holdout 0.1 --core 0|'0' is not a whole number from 1
--train tr --test te --before 0%|'0%' is not between 0% and 100%
--train tr --test te --before 100%|'100%' is not between 0% and 100%
--train tr --test te --before %|'%' is not between
--train tr --test te --before soon|'soon' is neither a number nor a day
--train tr --test te --before 2015-02-29|neither a number nor a day
--train tr --holdout 0.2|--test is missing
--test te --holdout 0.2|--train is missing
--train tr --test tr --holdout 0.2|name the same file 'tr'
--train - --test - --holdout 0.2|name the same file '-'
--train tr --test te -o x --holdout 0.2|-o: nothing goes to standard output
--train tr --test - -o tr --holdout 0.2|-o and --train name the same file
END
}

@test "one file by two names is refused, and stays as it was" {
	mkdir d
	ln -s ../old d/link
	ln -s . here
	for pair in 'new ./new' 'new here/new' "new $PWD/new" 'old d/link' \
		'd/link d/../old' 'here/old old'; do
		echo kept >old
		# shellcheck disable=SC2086
		set -- $pair
		try mr-split --holdout 0.5 --train "$1" --test "$2" r.tsv
		expect 2 "^mr-split: outputs '$1' and '$2' are the same file\$"
		try mr-split --holdout 0.5 --train "$1" --test - -o "$2" r.tsv
		expect 2 "^mr-split: outputs '$2' and '$1' are the same file\$"
		[ ! -e new ] && [ "$(cat old)" = kept ]
	done
	# Standard output is a file that has a name.
	mr-split --holdout 0.5 --train - --test ./new r.tsv >new 2>message &&
		fail 'the training set is lost'
	grep -q "^mr-split: outputs '<stdout>' and './new' are the same file\$" \
		message
	[ ! -s new ]
	[ -z "$(find . -name '.mr-*')" ]
	# Files of one name in two folders, and two that go nowhere, are apart.
	mr-split --holdout 0.5 --train new --test d/new r.tsv
	parts r.tsv new d/new
	mr-split --holdout 0.5 --train /dev/null --test - r.tsv >/dev/null
	# A link to nothing yet is followed all the same.
	rm old
	try mr-split --holdout 0.5 --train old --test d/link r.tsv
	expect 2 "^mr-split: outputs 'old' and 'd/link' are the same file\$"
	[ ! -e old ] && [ -L d/link ]
	mr-split --holdout 0.5 --train other --test d/link r.tsv
	[ -L d/link ]
	parts r.tsv other old
}

@test "bad rows end it with their line, and neither file is there" {
	while IFS='|' read -r way row want; do
		printf 'user\titem\ttime\na\tx\t1\nb\ty\t2\n%b\nc\tz\t3\n' "$row" >bad
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te bad
		expect 1 "^mr-split: bad:4: $want"
		[ ! -s "$OUT" ] && [ -z "$(find . -name tr -o -name te -o -name '.mr-*')" ]
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te - < <(cat bad)
		expect 1 "^mr-split: <stdin>:4: $want"
	done <<'END'
--holdout 0.5|\tx\t1|empty user, expected an id
--holdout 0.5|a\t\t1|empty item, expected an id
--folds 2 --fold 1|a\tx|2 fields, expected 3
--folds 2 --fold 1|a\tx\t1\t1|4 fields, expected 3
--holdout 0.5|a\\x\tx\t1|field 1 has a backslash
--leave-last 1|a\tx\t|time '', expected a number
--leave-last 1|a\tx\tnow|time 'now', expected a number
--before 2|a\tx\tnan|time 'nan', expected a number
--before 2|a\tx\t1999-01-01|time '1999-01-01', expected a number
END
	printf 'user\titem\trating\na\tx\t1\na\ty\tgood\n' >bad
	try mr-split --holdout 0.5 --train tr --test te bad
	expect 1 "^mr-split: bad:3: rating 'good', expected a finite number\$"
	printf 'user\titem\ttime\na\tx\tlong ago\n' >bad
	mr-split --holdout 0.5 --train tr --test te bad
	sed 1s/time/date/ r.tsv >bad
	for way in '--leave-last 1' '--before 3'; do
		rm -f tr te
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te bad
		expect 1 "bad:1: no column 'time', found note item date user rating"
		[ ! -e tr ] && [ ! -e te ]
	done
}

@test "when one output fails the other does not appear" {
	echo old >old
	for way in '--holdout 0.2' '--leave-last 1'; do
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test /dev/full r.tsv
		expect 1 '/dev/full: write error: No space'
		# shellcheck disable=SC2086
		try mr-split $way --train /dev/full --test old r.tsv
		expect 1 '/dev/full: write error: No space'
		# shellcheck disable=SC2086
		TO=/dev/full try mr-split $way --train old --test - r.tsv
		expect 1 '<stdout>: write error: No space'
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test nowhere/te r.tsv
		expect 1 'nowhere/te: cannot create'
		[ ! -e tr ]
		[ "$(cat old)" = old ]
		[ "$(find . -name '.mr-*' | wc -l)" -eq 0 ]
	done
}

@test "-: one side to standard output, or to -o" {
	mr-split --holdout 0.2 --train tr --test te r.tsv
	mr-split --holdout 0.2 --train - --test te2 r.tsv | cmp - tr
	cmp te te2
	mr-split --holdout 0.2 --train tr2 --test - -o te3 <r.tsv
	cmp tr tr2
	cmp te te3
}

@test "header alone, nothing, and no header lines" {
	for way in '--holdout 0.2' '--leave-last 1' '--before 3' \
		'--folds 2 --fold 1' '--leave-random 0.5' '--before 10%' \
		'--holdout 2 --by user' '--holdout 0.5 --core 3' \
		'--leave-last 1 --drop-seen --drop-unknown'; do
		head -n 1 r.tsv >h
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te h
		expect 0
		[ ! -s "$ERR" ]
		cmp h tr
		cmp h te
		# shellcheck disable=SC2086
		try mr-split $way --train tr --test te </dev/null
		expect 0
		[ -e tr ] && [ ! -s tr ] && [ -e te ] && [ ! -s te ]
	done
	# Without a header line rows may end early, but not below one.
	printf 'a\tx\nb\\\\\ty\t2\nc\tz\t3\t7\n' >bare
	mr-split --no-header-in --no-header-out --holdout 0 --train - \
		--test te bare | cmp - bare
	mr-split --no-header-in --holdout 0 --train - --test te bare |
		cmp - <(printf 'user\titem\trating\ttime\na\tx\t\t\nb\\\\\ty\t2\t\nc\tz\t3\t7\n')
	try mr-split --no-header-in --holdout 0 --train tr --test te bare
	expect 0
	[ ! -s "$ERR" ]
	printf 'user\titem\n' | cat - bare >headed
	try mr-split --no-header-in --holdout 0 --train tr --test te headed
	expect 0 "^mr-split: warning: headed:1: --no-header-in takes 'user' for a row: is it the header line\?$"
	try mr-split --no-header-in --leave-last 1 --train tr --test te bare
	expect 1 "bare:1: time '', expected a number"
}

@test "memory does not grow with the rows of a split by hash" {
	need_plain_build
	peak() {
		mr-split -v --holdout 0.2 --train - --test /dev/null "$1" \
			2>&1 >/dev/null | sed -n 's/.*peak \([0-9]*\).*/\1/p'
	}
	for _ in $(seq 30); do sed 1d r.tsv; done | cat <(head -n 1 r.tsv) - >big
	[ "$(peak big)" -le $(($(peak r.tsv) + 2)) ]
	mr-split -v --by user --folds 3 --fold 1 --train - --test /dev/null big \
		2>&1 >/dev/null | awk -v most=$(($(peak r.tsv) + 2)) '
		/peak/ { sub(".*peak ", ""); exit $1 > most }'
}

@test "a part is not put in the place of the input" {
	cp r.tsv in.tsv
	ln -s in.tsv link
	for out in in.tsv ./in.tsv link; do
		for o in "--train $out --test te" "--train tr --test $out" \
			"--train tr --test - -o $out"; do
			# shellcheck disable=SC2086
			try mr-split --holdout 0.5 $o in.tsv
			expect 2 "^mr-split: '$out' is the input: the rows of the other part would be lost from it\$"
			cmp in.tsv r.tsv
			[ ! -e te ] && [ ! -e tr ]
		done
	done
	# A copy of it may be, and so may a device.
	mr-split --holdout 0.5 --train out --test /dev/null in.tsv
}
