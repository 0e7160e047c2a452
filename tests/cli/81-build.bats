#!/usr/bin/env bats
# What the Makefile knows of the programs that `make all` does not build, and
# the readers where a size_t has 32 bits.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	cd "$TOP" || return 1
	unset MAKEFLAGS MFLAGS
}

@test "a changed header makes the objects of the benchmarks stale" {
	local obj src header
	for src in tests/bench/sgemm tests/bench/knn tests/bench/index/graph \
		tests/bench/index/filters tests/bench/models/planted; do
		obj=$BATS_TEST_TMPDIR/b/obj/$src.o
		make -s BUILD="$BATS_TEST_TMPDIR/b" "$obj"
		make -q BUILD="$BATS_TEST_TMPDIR/b" "$obj" || fail "$src: never done"
		header=lib/$(sed -n 's/^#include "\(.*\)"/\1/p' $src.c | head -n 1)
		[ -e "$header" ] || fail "$src: no $header"
		run make -q -W "$header" BUILD="$BATS_TEST_TMPDIR/b" "$obj"
		[ "$status" -eq 1 ] || fail "$src does not see $header"
		make -n -W "$header" BUILD="$BATS_TEST_TMPDIR/b" "$obj" |
			grep -q "$src.o" || fail "$src would not be built"
	done
}

# A frame of 2^29 - 1 names, whose offsets are 2^32 bytes, is among the seeds.
@test "seeds of the matrix reader where sizes have 32 bits" {
	need_plain_build
	local cc=(gcc -m32 -fsanitize=address -O1 -std=c11 -D_GNU_SOURCE
		-DXXH_INLINE_ALL '-DMR_VERSION=""' -Ilib -Itests/fuzz
		-idirafter "/usr/include/$(gcc -dumpmachine)")
	local program=$BATS_TEST_TMPDIR/replay lib
	printf '#include <pthread.h>\n#include <errno.h>\n%s\n' \
		'int main(void) { return sizeof(size_t) != 4; }' >"$program.c"
	"${cc[@]}" -o "$program" "$program.c" 2>/dev/null && "$program" ||
		skip "gcc -m32 does not work (libc6-dev-i386 lib32gcc-*-dev lib32asan*)"
	# Of the libraries for compressed bytes there are none of 32 bits.
	cat >"$BATS_TEST_TMPDIR/none.c" <<'END'
#include "stream/inflate.h"
enum mr_packed mr_inflate_kind(const void *p, size_t n, bool *more)
{ *more = false; return 0; }
int mr_inflate_open(struct mr_inflate **z, enum mr_packed kind,
    struct mr_err *err) { return MR_ENOMEM; }
int mr_inflate_step(struct mr_inflate *z, struct mr_slice *from, bool last,
    void *p, size_t n, size_t *got, const char *name, struct mr_err *err)
{ return MR_ENOMEM; }
void mr_inflate_close(struct mr_inflate *z) { }
END
	lib=$(printf '%s\n' lib/core/*.c lib/data/*.c lib/stream/*.c |
		grep -vE 'stream/(csv|deflate|inflate|json)\.c$')
	# shellcheck disable=SC2086
	"${cc[@]}" -w -o "$program" tests/fuzz/fuzz_matrix.c tests/fuzz/replay.c \
		"$BATS_TEST_TMPDIR/none.c" $lib -lm -lpthread
	try "$program" tests/fuzz/corpus/fuzz_matrix
	expect 0
	grep -q '^ok [0-9]* .*/rows32$' "$OUT"
}
