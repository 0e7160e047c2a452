# A store whose writer fails or is killed before any of its calls: it is what it
# was or what it was to be, and the next writer goes on.
# SPDX-License-Identifier: MIT
load ../helpers

setup() {
	need_plain_build
	need_tool mr-index mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	awk 'BEGIN { print "item\tx\ty"
		for (i = 1; i <= 20; i++) print "f" i "\t" i "\t" i * i % 7 }' >all.tsv
	mr-show --from-tsv -o all.mrm all.tsv
	sed -n '1p; 4,5p' all.tsv | sed 's/\t[0-9]/\t9/' | mr-show --from-tsv -o two.mrm
	sed -n '1p; 2,9p' all.tsv | mr-show --from-tsv -o many.mrm
	printf 'item\nf7\nf9\n' >ids.tsv
	mkdir before
	mr-index build before/s all.mrm
	mr-index put before/s two.mrm
	export MR_FAULT_SEEN=$PWD/seen
}

fresh() {
	rm -rf at
	cp -r before at
}

# injected VERB FILE KIND N [NAME=VALUE] - in at/, from the state before.
injected() {
	fresh
	# What was counted tells when no call is left.
	head -c 4096 /dev/zero >seen
	STATUS=0
	MR_FAULT=$3:$4:once timeout 20 env ${5:+"$5"} LD_PRELOAD="$MR_BUILD/fault/preload.so" \
		mr-index -q "$1" at/s ${2:+"$2"} >out 2>err || STATUS=$?
}

# A dump that is quiet, so that nothing was passed over.
dump() {
	mr-index dump "$@" >dump.mrm 2>>err
}

# after VERB FILE - what it does undisturbed: its dump and its rows.
after() {
	fresh
	mr-index -q "$1" at/s ${2:+"$2"}
	mr-index dump -o after.mrm at/s
	mr-index dump -o before.mrm before/s
}

try_verb() {
	local n kind kind_step tried=0 verb=$1 file=${2:-}
	after "$verb" "$file"
	for ((n = 1; ; n++)); do
		injected "$verb" "$file" signal "$n" MR_FAULT_KILL=1
		[ "$STATUS" -ne 0 ] || break
		[ "$STATUS" -eq 137 ] || fail "$verb, killed at $n: $(cat err)"
		dump at/s || fail "$verb, killed at $n: $(cat err)"
		cmp -s dump.mrm before.mrm || cmp -s dump.mrm after.mrm ||
			fail "$verb, killed at $n: other rows"
		mr-index -q "$verb" at/s ${file:+"$file"} 2>err ||
			fail "$verb, killed at $n: the next fails: $(cat err)"
		dump at/s
		cmp -s dump.mrm after.mrm || fail "$verb, killed at $n: the next differs"
		tried=$((tried + 1))
	done
	for kind in write sync name open tmpfile alloc; do
		kind_step=1
		[ $kind != alloc ] || kind_step=9
		for ((n = 1; ; n += kind_step)); do
			injected "$verb" "$file" "$kind" "$n"
			[ "$(od -An -v -t d8 -j 256 -N 8 seen | tr -d ' ')" -gt 0 ] || break
			tried=$((tried + 1))
			dump at/s || fail "$verb, $kind $n: $(cat err)"
			case $STATUS in
			0) cmp -s dump.mrm after.mrm || fail "$verb, $kind $n: lost" ;;
			1) cmp -s dump.mrm before.mrm || cmp -s dump.mrm after.mrm ||
				fail "$verb, $kind $n: other rows"
				# Only a change that is told of is half of a whole.
				[ "$verb" = build ] || [ "$verb" = compact ] ||
					cmp -s dump.mrm before.mrm ||
					fail "$verb, $kind $n: failed and done"
				;;
			*) fail "$verb, $kind $n: status $STATUS" ;;
			esac
			[ "$(ls -A at)" = "$(printf '%s\n' s s.lock s.log)" ] ||
				fail "$verb, $kind $n: other files: $(ls -A at)"
		done
	done
	[ "$tried" -gt 20 ] || fail "only $tried faults"
}

@test "put: killed or failing at any call" { try_verb put two.mrm; }
@test "put that compacts: killed or failing at any call" { try_verb put many.mrm; }
@test "delete: killed or failing at any call" { try_verb delete ids.tsv; }
@test "compact: killed or failing at any call" { try_verb compact; }
@test "build over a store: killed or failing at any call" { try_verb build two.mrm; }
