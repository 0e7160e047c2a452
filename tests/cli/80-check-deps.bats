#!/usr/bin/env bats
# scripts/check-deps: each of its rules sees a breach planted for it.
# SPDX-License-Identifier: MIT

load ../helpers

# It compiles every header; a busy machine takes minutes for that.
# shellcheck disable=SC2034
TRY_SECONDS=500

setup() {
	need_plain_build
	need_tool mr-knn
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir tree
	cp -r "$TOP"/lib "$TOP"/cmd "$TOP"/scripts "$TOP"/Makefile tree
	mkdir -p tree/build/obj
	cp -r "$MR_BUILD"/obj/lib "$MR_BUILD"/obj/cmd tree/build/obj
	cd tree || return 1
	# To compile every header takes longest; where it is not the point
	# nobody does.
	export CC=true
}

# compile FILE - its object, as the Makefile would place it.
compile() {
	mkdir -p "build/obj/$(dirname "$1")"
	cc -std=c11 -D_GNU_SOURCE -Ilib -c -o "build/obj/${1%.c}.o" "$1"
}

# breach REGEX - check-deps tells it, and nothing else.
breach() {
	BUILD=build try scripts/check-deps
	expect 1
	grep -qE "$1" "$OUT" || fail "expected a breach: $1"
	grep -qx 'check-deps: 1 breaches in [0-9]* files' "$OUT" ||
		fail "expected one breach"
}

@test "check-deps: the tree as it stands has no breach" {
	unset CC
	BUILD=build try scripts/check-deps
	expect 0
}

@test "check-deps: an include that points upwards" {
	sed -i '3i #include "stream/tsv.h"' lib/model/als.c
	breach 'lib/model/als.c:3: model may not include stream/tsv.h'
}

@test "check-deps: a header that does not stand alone" {
	unset CC
	printf '#ifndef A\n#define A\n%s\nint f(struct mr_csr *m, size_t n);\n#endif\n' \
		'/* SPDX-License-Identifier: MIT */' >lib/data/alone.h
	breach 'lib/data/alone.h: does not compile alone'
}

@test "check-deps: two headers with one name for two things" {
	unset CC
	printf 'struct mr_csr { int x; };\n' >lib/data/twin.h
	breach 'headers: not in one file'
}

@test "check-deps: a system call outside its folder" {
	printf '#include <unistd.h>\nint f(int fd);\nint f(int fd)\n%s\n' \
		'{ return isatty(fd); }' >lib/data/call.c
	compile lib/data/call.c
	breach 'lib/data/call.c: calls isatty, which only'
}

@test "check-deps: an engine that reads a stream" {
	printf 'int mr_set_f(int);\nint f(int a);\nint f(int a)\n%s\n' \
		'{ return mr_set_f(a); }' >lib/engine/reads.c
	compile lib/engine/reads.c
	breach 'lib/engine/reads.c: calls mr_set_f: the engine sees no byte'
}

@test "check-deps: a library in another file than its own" {
	sed -i '3i #include <csv.h>' lib/stream/tsv.c
	breach 'lib/stream/tsv.c:3: only .* may include <csv.h>'
}

@test "check-deps: a rule that names no file" {
	sed -i 's/only\["csv.h"\] = .*/only["csv.h"] = "^lib\/stream\/gone\\\\.c$"/' \
		scripts/check-deps
	sed -i '/include <csv.h>/d' lib/stream/csv.c
	breach 'the rule for <csv.h> names no file'
}

@test "check-deps: a variable that can change" {
	printf 'int mr_count;\n' >lib/data/count.c
	compile lib/data/count.c
	breach 'lib/data/count.c: variable mr_count at file scope can change'
}

@test "check-deps: a function of more than 60 lines" {
	{ printf 'int f(void);\nint\nf(void)\n{\n'
		yes '	;' | head -n 61
		printf '	return 0;\n}\n'; } >lib/data/long.c
	breach 'lib/data/long.c:4: a function of 62 lines, more than 60'
}
