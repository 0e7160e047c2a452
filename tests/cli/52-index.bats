# mr-index: what each verb does, what it refuses, and who reads a store.
# SPDX-License-Identifier: MIT
load ../helpers

setup() {
	need_tool mr-index mr-knn mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	awk 'BEGIN { print "item\tx\ty\tz"
		for (i = 1; i <= 300; i++)
			print "f" i "\t" i % 17 - 8 "\t" i * i % 23 "\t" i % 5 }' >all.tsv
	printf 'item\tx\ty\tz\nf3\t9\t9\t9\nnew\t1\t2\t3\n' >put.tsv
	printf 'item\nf1\nf2\nnope\n' >ids.tsv
	mr-show --from-tsv -o all.mrm all.tsv
	mr-show --from-tsv -o put.mrm put.tsv
}

# rows STORE - id and values of each row that counts.
rows() {
	mr-index dump "$1" | mr-show --tsv | sed 1d
}

# what a plain table would hold
plain() {
	sed 1d all.tsv | grep -vE '^f[123]	'
	sed 1d put.tsv
}

@test "put replaces and adds, delete takes away; compact is a fresh build" {
	try mr-index build s.mrm all.mrm
	expect 0
	[ ! -s "$OUT" ]
	try mr-index put -v s.mrm put.mrm
	expect 0 '^mr-index: put: 2 rows, 1 of them in place of others'
	try mr-index delete s.mrm ids.tsv
	expect 0 '^mr-index: warning: 1 of 3 ids are not in s.mrm$'
	rows s.mrm | diff - <(plain)
	mr-index info --no-header-out s.mrm >info
	grep -qx 'rows	299' info
	grep -qx 'log_batches	2' info
	grep -qx 'dead	3' info
	mr-index dump -o dump.mrm s.mrm
	mr-index build again.mrm dump.mrm
	try mr-index compact s.mrm
	expect 0
	cmp s.mrm again.mrm
	rows s.mrm | diff - <(plain)
	# A second time there is nothing to do.
	touch -d '2001-01-01' s.mrm
	mr-index compact s.mrm
	[ "$(stat -c %Y s.mrm)" -lt 1000000000 ]
}

@test "neighbours are those of the plain stream of the same rows" {
	local metric
	mr-index build s.mrm <all.mrm
	mr-index put s.mrm <put.mrm
	mr-index delete s.mrm <ids.tsv
	{ head -n 1 all.tsv; plain; } | mr-show --from-tsv -o plain.mrm
	for metric in cosine dot l2; do
		mr-knn --metric $metric -k 7 --self plain.mrm >want.tsv
		mr-knn --metric $metric -k 7 --self s.mrm | cmp - want.tsv
		mr-knn --metric $metric -k 7 --queries put.mrm plain.mrm >want.tsv
		mr-knn --metric $metric -k 7 --queries put.mrm s.mrm | cmp - want.tsv
	done
	try mr-knn --queries s.mrm plain.mrm
	expect 1 'a store, whose log would not be heeded'
}

@test "the metric of the store is the one of its neighbours" {
	mr-index build --metric l2 s.mrm all.mrm
	mr-knn --metric l2 -k 3 --row f9 all.mrm >want.tsv
	mr-knn -k 3 --row f9 s.mrm | cmp - want.tsv
	mr-knn --metric dot -k 3 --row f9 all.mrm >want.tsv
	mr-knn --metric dot -k 3 --row f9 s.mrm | cmp - want.tsv
	# A dump and what is salvaged keep it, and an option is heeded.
	mr-index build --metric l2 --graph links s.mrm all.mrm
	mr-index dump s.mrm | mr-index build again.mrm
	cmp s.mrm again.mrm
	mr-index check --salvage whole.mrm s.mrm >/dev/null
	mr-index build again.mrm whole.mrm
	cmp s.mrm again.mrm
	mr-index build --metric dot --graph none again.mrm whole.mrm
	mr-index build --metric dot --graph none want.mrm all.mrm
	cmp want.mrm again.mrm
}

@test "add refuses an id that is there, and adds nothing" {
	mr-index build s.mrm all.mrm
	cp s.mrm.log log
	try mr-index add s.mrm put.mrm
	expect 1 "^mr-index: put.mrm: 'f3' is in s.mrm already: nothing is added"
	cmp s.mrm.log log
	sed 2d put.tsv | mr-show --from-tsv | mr-index add s.mrm
	[ "$(rows s.mrm | wc -l)" -eq 301 ]
}

@test "a producer that dies changes nothing" {
	mr-index build s.mrm all.mrm
	cp s.mrm.log log
	head -c 300 put.mrm >cut.mrm
	try mr-index put s.mrm cut.mrm
	expect 1 'truncated'
	cmp s.mrm.log log
	try mr-index build s.mrm cut.mrm
	expect 1 'truncated'
	mr-index check s.mrm
	rows s.mrm | diff - <(sed 1d all.tsv)
}

@test "what is no store, or does not fit one, is refused" {
	try mr-index put all.mrm put.mrm
	expect 1 '^mr-index: all.mrm: not a store: mr-index build makes one'
	try mr-index build all.mrm put.mrm
	expect 1 '^mr-index: all.mrm: is there and is no store'
	try mr-index info all.mrm
	expect 1 'not a store'
	try mr-index put absent.mrm put.mrm
	expect 1 '^mr-index: absent.mrm: cannot open: No such file'
	[ ! -e absent.mrm.lock ]
	mr-index build s.mrm all.mrm
	printf 'item\tx\ny\t1\n' | mr-show --from-tsv -o thin.mrm
	try mr-index put s.mrm thin.mrm
	expect 1 'thin.mrm: rows have 1 columns, s.mrm has 3'
	printf 'a b\n' | mr-embed -m count --vocabulary words.mrm --lines -o sparse.mrm
	try mr-index build t.mrm sparse.mrm
	expect 1 'sparse vectors, a store holds dense ones'
	[ ! -e t.mrm ]
	try mr-index calibrate s.mrm put.mrm
	expect 1 'no store with a graph'
	try mr-index shrink s.mrm
	expect 2 "'shrink' is none of build"
	try mr-index compact s.mrm all.mrm
	expect 2 'takes no vectors'
	try mr-index put -o out s.mrm put.mrm
	expect 2 'put prints nothing'
	try mr-index put --metric dot s.mrm put.mrm
	expect 2 'metric and --graph go with build'
	try mr-index put - put.mrm
	expect 2 'is a file'
}

@test "the remains of a writer are passed over, told of, and cut off" {
	mr-index build s.mrm all.mrm
	mr-index put s.mrm put.mrm
	cp s.mrm.log whole
	head -c 1000 put.mrm >>s.mrm.log
	head -c -64 whole >s.mrm.log
	try mr-index dump s.mrm
	expect 0 's.mrm.log ends in [0-9]+ bytes of a batch that is not finished'
	try mr-index check s.mrm
	expect 0 'not finished'
	rows s.mrm | diff - <(sed 1d all.tsv)
	mr-index -q put s.mrm put.mrm
	cmp s.mrm.log whole
	# Any other damage is an error, to readers and writers.
	printf 'X' | dd of=s.mrm.log bs=1 seek=300 conv=notrunc status=none
	try mr-index check s.mrm
	expect 1 's.mrm.log: block at byte'
	try mr-index put s.mrm put.mrm
	expect 1 's.mrm.log: block at byte'
	try mr-knn --row f1 s.mrm
	expect 1 's.mrm.log: block at byte'
	rm s.mrm.log
	try mr-index check s.mrm
	expect 0 's.mrm.log is not there'
}

@test "the log goes into the file when it is long or a fifth is dead" {
	mr-index build s.mrm all.mrm
	head -n 60 all.tsv | cut -f 1 | mr-index delete s.mrm
	grep -qa f1 s.mrm	# the file is as it was
	mr-index info s.mrm | grep -qx 'dead	59'
	sed -n '1p; 70,80p' all.tsv | cut -f 1 >more.tsv
	try mr-index delete -v s.mrm more.tsv
	expect 0 '^mr-index: store: 230 rows, 0 in the log, compacted'
	mr-index info s.mrm | grep -qx 'dead	0'
	awk 'BEGIN { print "item\tx\ty\tz"
		for (i = 0; i < 8200; i++) print "n" i "\t1\t2\t" i }' >many.tsv
	try mr-index put -v s.mrm <(mr-show --from-tsv many.tsv)
	expect 0 'compacted'
	mr-index info s.mrm | grep -qx 'log_rows	0'
	[ "$(rows s.mrm | wc -l)" -eq 8430 ]
}

@test "two writers at once: both changes are there" {
	local i writers=()
	mr-index build s.mrm all.mrm
	for i in 1 2 3 4; do
		printf 'item\tx\ty\tz\nw%d\t1\t1\t%d\n' $i $i | mr-show --from-tsv -o w$i.mrm
	done
	for i in 1 2 3 4; do
		mr-index put s.mrm w$i.mrm &
		writers+=($!)
	done
	wait "${writers[@]}"
	[ "$(rows s.mrm | grep -c '^w')" -eq 4 ]
	mr-index info s.mrm | grep -qx 'log_batches	4'
}

@test "a store behind a symbolic link is the one it leads to" {
	mkdir real
	mr-index build real/s.mrm all.mrm
	ln -s real/s.mrm link
	mr-index put link put.mrm
	[ ! -e link.log ]
	mr-index compact link
	[ -L link ]
	[ "$(rows real/s.mrm | wc -l)" -eq 301 ]
}

@test "readers meet the store of before or after, whatever they are between" {
	local i writer
	need_plain_build
	mr-index build s.mrm all.mrm
	for i in $(seq 40); do
		mr-index put s.mrm put.mrm
		mr-index compact s.mrm
	done &
	writer=$!
	for i in $(seq 60); do
		try mr-index dump s.mrm
		expect 0
		mr-show --tsv "$OUT" | wc -l | grep -qE '^30[12]$' ||
			fail "other rows"
		# A reader may come while a batch is written: then that is told.
		grep -v 'ends in [0-9]* bytes of a batch that is not finished' "$ERR" &&
			fail "a warning"
	done
	wait "$writer"
}

@test "an empty store, and one of every way in" {
	head -n 1 all.tsv | mr-show --from-tsv | mr-index build s.mrm
	mr-index info s.mrm | grep -qx 'rows	0'
	mr-index put s.mrm put.mrm
	rows s.mrm | diff - <(sed 1d put.tsv)
	mr-index dump - <s.mrm >/dev/null 2>err
	grep -q 'a store that comes by a pipe is read without its log' err
	mr-index -q build again.mrm s.mrm
	rows again.mrm | diff - <(sed 1d put.tsv)
}

# planted FILE - 3,000 rows round 30 places.
planted() {
	awk 'BEGIN { srand(7); printf "item"
		for (j = 0; j < 16; j++) printf "\tdim%d", j
		print ""
		for (c = 0; c < 30; c++) for (j = 0; j < 16; j++) at[c, j] = rand() * 4 - 2
		for (i = 0; i < 3000; i++) { c = int(rand() * 30); printf "i%d", i
			for (j = 0; j < 16; j++) printf "\t%.4f", at[c, j] + rand() - 0.5
			print "" } }' | mr-show --from-tsv -o "$1"
}

# recall WANT GOT K - that share of the rows of WANT stand in GOT, in thousandths.
recall() {
	awk -F '\t' 'NR == FNR { got[$1, $3]; next }
		FNR > 1 { n++; hit += ($1, $3) in got }
		END { print int(1000 * hit / n) }' "$2" "$1"
}

@test "a graph finds what every row scored finds, through changes too" {
	local t
	planted all.mrm
	mr-index build --graph links s.mrm all.mrm
	for t in 1 3; do
		mr-index build -t $t --graph links t.mrm all.mrm
		cmp s.mrm t.mrm
	done
	mr-index check s.mrm
	mr-index info s.mrm | grep -qx 'graph	links'
	mr-index info s.mrm | awk '/ef_128/ && $2 > 0.95 { ok = 1 } END { exit !ok }'
	mr-knn --self all.mrm >want.tsv
	try mr-knn -v --recall 0.9 --check-recall 500 --recall-table r.tsv --self s.mrm
	expect 0 '^mr-knn: recall@10 of 500 queries checked: (1|0.9)'
	awk 'NR == 1 { ok = $0 == "query\tbest\tfound\trecall"; next }
		{ n++; ok = ok && $1 == "i" n - 1 && $2 == 10 && $4 == $3 / 10; sum += $4 }
		END { exit !(ok && n == 500 && sum / n > 0.9) }' r.tsv
	grep -q 'search: by the graph, ef' "$ERR"
	[ "$(recall want.tsv "$OUT")" -gt 950 ]
	mr-knn --recall 1 --self s.mrm | cmp - want.tsv
	mr-knn --metric l2 --self all.mrm >want.tsv
	mr-knn --metric l2 --self s.mrm | cmp - want.tsv
	# The rows as queries find themselves, so more than hidden ones.
	mr-index calibrate s.mrm all.mrm >table.tsv
	[ "$(wc -l <table.tsv)" -eq 9 ]
	awk '$1 == 128 && $2 > 0.97 && $3 < 0.01 { ok = 1 } END { exit !ok }' table.tsv
	# Changes: some die, some move, some are new.
	mr-show --tsv all.mrm >all.tsv
	awk 'NR == 1 || NR % 40 == 0' all.tsv | cut -f 1 | mr-index delete s.mrm
	awk -F '\t' -v OFS='\t' 'NR > 1 && NR % 30 == 1 { $5 += 1; if (NR % 60 == 1) $1 = "n" $1 }
		NR == 1 || NR % 30 == 1' all.tsv | mr-show --from-tsv | mr-index put s.mrm
	mr-index info s.mrm | awk '/^log_rows/ { exit !($2 == 100) }'
	mr-index dump -o dump.mrm s.mrm
	mr-knn --self dump.mrm >want.tsv
	mr-knn --recall 0.9 --self s.mrm >got.tsv
	[ "$(wc -l <want.tsv)" -eq "$(wc -l <got.tsv)" ]
	[ "$(recall want.tsv got.tsv)" -gt 950 ]
	# By few films every one is compared.
	awk 'BEGIN { print "item\tyear" } { print $1 "\t" 1900 + NR % 50 }' \
		<(mr-show --tsv dump.mrm | sed 1d) >films.tsv
	set -- --movies films.tsv --where 'year=1907' -k 5 --self
	mr-knn "$@" dump.mrm >want.tsv
	mr-knn "$@" s.mrm | cmp - want.tsv
	mr-index compact s.mrm
	mr-index build --graph links t.mrm dump.mrm
	cmp s.mrm t.mrm
}

@test "a lookup answers as a reader of all, and reads only where it comes by" {
	local at t
	planted all.mrm
	mr-show --tsv all.mrm | sed -n '1p; 2~90p' | mr-show --from-tsv -o q.mrm
	mr-show --tsv all.mrm | awk 'BEGIN { print "item\tyear" }
		NR > 1 { print $1 "\t" 1900 + NR % 50 }' >films.tsv
	mr-index build --graph links s.mrm all.mrm
	for _ in 1 2; do
		mr-knn --check-recall 1 --recall-table r.tsv --queries q.mrm s.mrm >want.tsv
		for t in 1 3; do
			mr-knn -t $t --queries q.mrm s.mrm | cmp - want.tsv
		done
		mr-knn --check-recall 1 --recall-table r.tsv --row i2 s.mrm >want.tsv
		mr-knn --row i2 s.mrm | cmp - want.tsv
		# Every row, and filters: many rows are walked to, few scored.
		for t in '' 'year>1903' 'year=1907' 'year=1800'; do
			set -- -k 5 --self --movies films.tsv --with year ${t:+--where "$t"}
			mr-knn --check-recall 1 --recall-table r.tsv "$@" s.mrm >want.tsv
			mr-knn "$@" s.mrm | cmp - want.tsv
			mr-knn --recall 1 "$@" s.mrm >want.tsv
			mr-index dump s.mrm | mr-knn "$@" - | cmp - want.tsv
		done
		printf 'item\ni1\ni180\n' | mr-index delete s.mrm
		mr-show --tsv q.mrm | sed 's/^i9/n9/; s/^i45/n45/' | mr-show --from-tsv |
			mr-index -q put s.mrm
	done 2>err
	try mr-knn --check-recall 1 --row i2 s.mrm
	expect 2 'go together'
	try mr-knn --matrix S --row i2 s.mrm
	expect 1 's.mrm: a store, whose rows are the matrix E'
	try mr-knn --row i1 s.mrm
	expect 1 "no row is called 'i1'"
	mr-index compact s.mrm
	# In a vector: who wants names alone does not see it.
	at=$(LC_ALL=C grep -abo MRM s.mrm | while IFS=: read -r at _; do
		[ "$(tail -c +$((at + 16)) s.mrm | head -c 1)" != E ] || echo $((at - 1))
	done | head -n 1)
	printf 'X' | dd of=s.mrm bs=1 seek=$((at + 64 + 20)) conv=notrunc status=none
	mr-index info s.mrm | grep -qx 'dead	0'
	mr-index -q put s.mrm q.mrm
	try mr-knn --row i2 s.mrm
	expect 1 "^mr-knn: s.mrm: block at byte $at is damaged"
	[ ! -s "$OUT" ] || expect_out 'query\trank\titem\tscore\n'
	try mr-index check s.mrm
	expect 1 "block at byte $at: payload is damaged"
}

@test "a store that another program cuts beneath a reader" {
	local reader
	need_plain_build
	planted all.mrm
	mr-index build --graph links s.mrm all.mrm
	mkfifo queries
	mr-knn s.mrm <queries >out 2>err &
	reader=$!
	exec 7>queries
	for _ in $(seq 100); do
		grep -q s.mrm "/proc/$reader/maps" && break
		sleep 0.1
	done
	truncate -s 4096 s.mrm
	cat all.mrm >&7 || true
	exec 7>&-
	STATUS=0
	wait "$reader" || STATUS=$?
	[ "$STATUS" -eq 1 ]
	grep -qx 'mr-knn: a file was cut short by another program while it was read' err
}

@test "salvage: every row whose block is whole, and the ids of the others" {
	local at e0 n1
	mr-index build s.mrm all.mrm
	mr-index put s.mrm put.mrm
	try mr-index check --salvage out.mrm s.mrm
	expect 0
	expect_out 'item\n'
	mr-show --tsv out.mrm | sed 1d | diff - <(rows s.mrm)
	cp s.mrm whole
	# E begins behind META and two blocks of names; a row has 12 bytes.
	e0=$(LC_ALL=C grep -abo MRM s.mrm | while IFS=: read -r at _; do
		[ "$(tail -c +$((at + 16)) s.mrm | head -c 1)" != E ] || echo $((at - 1))
	done | head -n 1)
	n1=$(LC_ALL=C grep -abo MRM s.mrm | sed -n '2s/:.*//p')
	# In the values of the second block, then in its header.
	for at in $((e0 + 64 + 256 * 12 + 64 + 20)) $((e0 + 64 + 256 * 12 + 30)); do
		cp whole s.mrm
		printf 'X' | dd of=s.mrm bs=1 seek="$at" conv=notrunc status=none
		try mr-index check s.mrm
		expect 1
		try mr-index check --salvage out.mrm s.mrm
		expect 0 'lost: 44 ids, and about 0 rows more'
		sed 1d "$OUT" | diff - <(seq -f 'f%.0f' 257 300)
		mr-show --tsv out.mrm | sed 1d |
			diff - <(rows whole 2>/dev/null | grep -vE '^f3	' | head -n 255
				sed 1d put.tsv)
	done
	# Names of the first block, by its header.
	cp whole s.mrm
	printf 'X' | dd of=s.mrm bs=1 seek=$((n1 + 20)) conv=notrunc status=none
	try mr-index check --salvage out.mrm s.mrm
	expect 0 'lost: 0 ids, and about 256 rows more'
	# Cut off behind the first rows.
	head -c $((e0 + 64 + 256 * 12)) whole >s.mrm
	try mr-index check --salvage out.mrm s.mrm
	expect 0 'lost: 44 ids, and about 0 rows more'
	# The log alone.
	cp whole s.mrm
	printf 'X' | dd of=s.mrm.log bs=1 seek=200 conv=notrunc status=none
	try mr-index check --salvage out.mrm s.mrm
	expect 0 'the last [0-9]+ bytes of the log are lost; of what they held can be read that they put 0 rows'
	mr-show --tsv out.mrm | sed 1d | diff - <(sed 1d all.tsv)
	# What stands behind the damage is told of: a row, and rows that are back.
	mr-index -q build s.mrm all.mrm
	mr-index put s.mrm put.mrm
	at=$(stat -c %s s.mrm.log)
	printf 'item\tx\ty\tz\nf3\t1\t1\t1\nlate\t1\t2\t3\n' | mr-show --from-tsv |
		mr-index put s.mrm
	mr-index -q delete s.mrm ids.tsv
	printf 'X' | dd of=s.mrm.log bs=1 seek=$((at - 100)) conv=notrunc status=none
	try mr-index check --salvage out.mrm s.mrm
	expect 0 'of what they held can be read that they put 4 rows$'
	grep -qE "and that they deleted 2 rows, which are there again: 'f1' and others" "$ERR"
	expect_out 'item\nnew\nlate\n'
	mr-show --tsv out.mrm | sed 1d | diff - <(sed 1d all.tsv)
	# Vectors that are no store: there is nothing to salvage.
	try mr-index check --salvage out.mrm all.mrm
	expect 1 'all.mrm: not a store'
	try mr-index info --salvage out.mrm s.mrm
	expect 2 'salvage goes with check'
}
