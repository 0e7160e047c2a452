# What stands under the names of outputs when publishing them goes wrong, or a
# signal comes.
# SPDX-License-Identifier: MIT
load ../helpers

setup() {
	need_plain_build
	need_tool mr-ingest mr-split
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'userId,movieId,rating\n1,2,3\n' >in.csv
	printf 'user\titem\trating\n1\t2\t3\n' >want.tsv
	: >seen
	truncate -s 4096 seen
	mkdir out
}

# faulty KIND:N:MODE - the calls that fail in what is tried next.
faulty() {
	export MR_FAULT=$1 MR_FAULT_SEEN=$PWD/seen
	WITH="LD_PRELOAD=$MR_BUILD/fault/preload.so"
}

@test "a folder that cannot be synced: the new file is in place, and told" {
	faulty sync:2:once
	try env "$WITH" mr-ingest ratings -o out/r.tsv in.csv
	expect 1
	[ "$(cat "$ERR")" = "mr-ingest: out/r.tsv: the new file is in place, \
but its folder cannot be synced: Input/output error" ] || fail "other words"
	cmp out/r.tsv want.tsv
	[ "$(ls -A out)" = r.tsv ]
}

@test "a file that cannot be synced does not appear" {
	faulty sync:1:once
	try env "$WITH" mr-ingest ratings -o out/r.tsv in.csv
	expect 1 '^mr-ingest: out/r.tsv: cannot sync: Input/output error$'
	[ -z "$(ls -A out)" ]
}

@test "a file whose mode cannot be learnt is not replaced" {
	echo old >out/r.tsv
	# After the two that ask whether the output is an input.
	faulty stat:3:once
	try env "$WITH" mr-ingest ratings -o out/r.tsv in.csv
	expect 1 '^mr-ingest: out/r.tsv: cannot find its place: Input/output'
	[ "$(cat out/r.tsv)" = old ]
}

@test "renaming that fails from the last name on tells what stays" {
	echo old >out/rejects
	# linkat three times, as a name is taken; exchange; then rename and the
	# way back.
	faulty name:5:ever
	try env "$WITH" mr-ingest ratings --rejects out/rejects -o out/r.tsv \
		in.csv
	expect 1 "out/r.tsv: cannot rename into place: Input/output error; \
out/rejects is new and cannot be taken back$"
	[ "$(ls -A out)" = rejects ]
}

# A file system without nameless files.
named_files() {
	faulty none:0:once
	export MR_FAULT_NO_TMPFILE=1
}

# end_by SIGNAL - mr-ingest, which waits for input, has both outputs open.
end_by() {
	local pid i
	rm -f fifo
	mkfifo fifo
	env --default-signal="$1" "$WITH" mr-ingest ratings \
		--rejects out/rejects -o out/r.tsv fifo 2>err 3>&- &
	pid=$!
	exec 9>fifo
	# More than what is looked at before there are outputs.
	(head -n 1 in.csv && yes 1,2,3 | head -n 20000) >&9
	for ((i = 0; i < 200; i++)); do
		[ "$(find out -name '.mr-*' | wc -l)" -lt 2 ] || break
		sleep 0.05
	done
	[ "$(find out -name '.mr-*' | wc -l)" -eq 2 ] ||
		fail "the new files have no names: nothing to try"
	kill -s "$1" "$pid"
	STATUS=0
	wait "$pid" || STATUS=$?
	exec 9>&-
	[ "$STATUS" -eq $((128 + $(kill -l "$1"))) ] || fail "not by the signal"
	[ ! -s err ] || fail "$(cat err)"
	[ -z "$(ls -A out)" ] || fail "left behind: $(ls -A out)"
}

@test "a signal leaves no temporary file behind" {
	local s
	named_files
	for s in TERM INT HUP QUIT; do
		end_by "$s"
	done
}

@test "a reader that went away leaves no temporary file behind" {
	named_files
	yes "$(printf '1\t2\t3')" | head -n 200000 >many
	sed -i '1s/.*/user\titem\trating/' many
	try env "$WITH" "$PIPES" broken mr-split --holdout 0.5 --train - \
		--test out/test.tsv many
	expect 141
	[ -z "$(ls -A out)" ] || fail "left behind: $(ls -A out)"
}

@test "a signal that is ignored stays ignored" {
	named_files
	mkfifo fifo
	env --ignore-signal=HUP "$WITH" mr-ingest ratings -o out/r.tsv fifo \
		3>&- &
	exec 9>fifo
	kill -s HUP $!
	cat in.csv >&9
	exec 9>&-
	wait $!
	cmp out/r.tsv want.tsv
}

@test "whatever address space there is, the last word is ours" {
	local kib
	yes '' | head -n 300 | awk '
		BEGIN { print "user\titem\trating" }
		{ print NR % 20 "\t" NR % 13 "\t" NR % 5 + 1 }' >r.tsv
	# From too little to load the program to more than OpenBLAS asks for.
	for kib in $(seq 4000 1500 60000) $(seq 60000 20000 600000); do
		STATUS=0
		(
			ulimit -v "$kib"
			exec timeout -k 5 60 mr-factorize -m als -d 4 --sweeps 1 \
				-t 1 -o out/m.mrm r.tsv
		) 2>err || STATUS=$?
		# The loader's, or timeout's, before main.
		if grep -qE '^(timeout|.*error while loading|bash|.*bats)' err ||
			[ "$STATUS" -ge 124 ] && [ "$kib" -lt 30000 ]; then
			continue
		fi
		echo "$kib KiB: $STATUS: $(cat err)"
		[ "$STATUS" -le 1 ]
		[ "$STATUS" -eq 0 ] || [ "$(grep -cv '^mr-factorize: ' err)" -eq 0 ]
		[ "$STATUS" -eq 0 ] || [ ! -e out/m.mrm ]
		rm -f out/m.mrm
	done
	[ "$STATUS" -eq 0 ] || fail "the largest was not enough"
}
