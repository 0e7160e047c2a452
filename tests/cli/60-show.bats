#!/usr/bin/env bats
# mr-show: what it prints, what it refuses, and the way there and back.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'item\tdim0\tdim1\tdim2\na\t1\t-0\t0.100000001\n' >a.tsv
	printf 'b\\tx\t0\t0\t0\nc\t3\t4\t-12\n' >>a.tsv
	mr-show --from-tsv a.tsv >a.mrm
}

# A named block of n rows, for sizes past a buffer or a block.
rows() {
	awk -v n="$1" 'BEGIN { print "item\tdim0\tdim1"
		for (i = 0; i < n; i++) print "i" i "\t" i % 999 / 8 "\t-1" }'
}

@test "the summary, to the letter" {
	try mr-show a.mrm
	expect 0
	sed -i 's/[0-9a-f]\{16\}$/DIGEST/; s/version   .*/version   V/' "$OUT"
	expect_out 'made by
  tool      mr-show
  version   V
  matrix.E  item dim
totals
  input.tsv  DIGEST

axis  size  names
item  3     a, b?x, c
dim   3     (numbers from 0)

matrix  rows x columns  type    size  nnz  min       mean  max
E       item x dim      dense  3 x 3    5  -12  -0.433333    4

matrix  row norm min     mean  max  zero rows
E                  0  4.66833   13          1

streams: 1
blocks: 5
bytes: 640
complete: yes
'
	[ ! -s "$ERR" ]
}

@test "--json says the same" {
	command -v python3 >/dev/null || skip "no python3"
	try mr-show --json a.mrm
	expect 0
	python3 - "$OUT" <<-'END'
		import json, math, sys
		d = json.load(open(sys.argv[1]))
		assert d["complete"] is True and d["blocks"] == 5, d
		assert d["meta"]["matrix.E"] == "item dim"
		assert len(d["totals"]["input.tsv"]) == 16
		assert d["axes"][0] == {"name": "item", "size": 3, "named": True,
		                        "first_names": ["a", "b\tx", "c"]}
		assert d["axes"][1] == {"name": "dim", "size": 3, "named": False,
		                        "first_names": []}
		m = d["matrices"][0]
		x = 0.10000000149011612
		assert (m["rows"], m["columns"], m["values"], m["nnz"]) == (3, 3, 9, 5)
		assert (m["min"], m["max"], m["mean"]) == (-12, 4, (1 + x + 3 + 4 - 12) / 9)
		assert (m["norm_min"], m["norm_max"]) == (0, 13)
		assert math.isclose(m["norm_mean"], (math.sqrt(1 + x * x) + 13) / 3)
		assert m["zero_rows"] == 1 and d["shard"] is None
	END
}

@test "TSV there and back gives the same bytes" {
	try mr-show --tsv a.mrm
	expect 0
	cmp "$OUT" a.tsv
	rows 600 >b.tsv
	mr-show --from-tsv b.tsv | mr-show --tsv | cmp - b.tsv
	# Named columns, escapes, names that look like numbers.
	printf 'user\tx\\ty\t0\n007\t1\t2\n7\t3.40282347e+38\t1.40129846e-45\n' >c.tsv
	mr-show --from-tsv c.tsv | mr-show --tsv | cmp - c.tsv
	mr-show --from-tsv <c.tsv >stdin.mrm
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat c.tsv | mr-show --from-tsv - | cmp - stdin.mrm
	mr-show --from-tsv c.tsv | cmp - stdin.mrm
}

@test "the header names the axes" {
	printf 'user\tx\ty\na\t1\t2\n' >c.tsv
	mr-show --from-tsv --axis genre --matrix P c.tsv >c.mrm
	try mr-show c.mrm
	expect 0
	grep -q '^  matrix.P  user genre$' "$OUT"
	grep -q '^genre  2     x, y$' "$OUT"
	# Not numbered from 0 in order: names.
	printf 'user\tdim1\tdim0\na\t1\t2\n' | mr-show --from-tsv >d.mrm
	try mr-show d.mrm
	grep -q '^column  2     dim1, dim0$' "$OUT"
	# An empty file is an empty matrix.
	mr-show --from-tsv </dev/null >e.mrm
	mr-show --check e.mrm
	try mr-show --tsv e.mrm
	expect_out 'item\n'
	mr-show --tsv --no-header-out e.mrm | cmp - /dev/null
}

@test "--long gives a line for every value" {
	try mr-show --tsv --long a.mrm
	expect 0
	expect_out 'item\tdim\tvalue
a\t0\t1\na\t1\t-0\na\t2\t0.100000001
b\\tx\t0\t0\nb\\tx\t1\t0\nb\\tx\t2\t0
c\t0\t3\nc\t1\t4\nc\t2\t-12\n'
}

@test "a model: --matrix, and CSR as a line for every value" {
	need_tool mr-factorize
	printf 'user\titem\trating\n' >r.tsv
	printf 'u%d\ti%d\t%d\n' 1 1 5 1 2 3 2 2 4 3 1 2 3 3 1 >>r.tsv
	mr-factorize -m als -d 2 --sweeps 2 r.tsv >m.mrm
	try mr-show --tsv m.mrm
	expect 1 'mr-show: m.mrm: [0-9]+ matrices, name one with --matrix: '
	try mr-show --tsv --matrix R m.mrm
	expect 0
	diff <(sed 1d "$OUT" | sort) <(sed 1d r.tsv | sort)
	try mr-show --npy --matrix R m.mrm
	expect 1 'matrix R is csr, expected a dense one'
}

@test "from-tsv refuses what is no matrix" {
	while IFS='|' read -r text message; do
		try mr-show --from-tsv < <(printf '%b' "$text")
		expect 1
		echo "mr-show: <stdin>:$message" | diff - "$ERR"
		! mr-show --check "$OUT" 2>/dev/null ||
			fail "a complete stream after an error"
	done <<-'END'
		item\tx\na\tnan\n|2: x 'nan', expected a finite number
		item\tx\na\tinf\n|2: x 'inf', expected a finite number
		item\tx\na\t1e39\n|2: x '1e39' is above 3.4e38
		item\tx\na\t-1e400\n|2: x '-1e400' is below -3.4e38
		item\tx\na\t\n|2: x '', expected a finite number
		item\tx\na\t 4\n|2: x ' 4', expected a finite number
		item\tx\na\t4,5\n|2: x '4,5', expected a finite number
		item\tx\na\t1\n\nb\t0x1p3\n|4: x '0x1p3', expected a finite number
		item\tx\na\t1\nb\t1\na\t2\n|4: 'a' stands twice, first as row 1
		item\tx\n\t1\n|2: the row has no name
		item\tx\na\n|2: 1 fields, expected 2
		item\tx\tx\n|1: column 'x' stands twice
		item\na\n|1: only the column 'item', expected columns of values beside it
		the film\tx\na\t1\n|1: the first column 'the film' names the axis of the rows, expected 1 to 8 of A-Z a-z 0-9 _
		column\tx\na\t1\n|1: rows and columns would both be the axis 'column': choose another --axis
		item\titem0\na\t1\nb\t2\n| 2 rows and 1 columns along one axis 'item', expected as many
	END
}

@test "a long name is cut at a character" {
	local pad name
	for pad in '' a ab abc; do
		for name in é 日 🎬; do
			name=$pad$(printf "$name%.0s" {1..30})
			printf 'item\tdim0\n%s\t1\n' "$name" |
				mr-show --from-tsv >long.mrm
			mr-show long.mrm >text
			iconv -f UTF-8 -t UTF-16 text >/dev/null ||
				fail "cut inside a character of $name"
			grep -q "^item  *1  *$pad.*[^.]\.\.\$" text ||
				fail "not cut: $(grep '^item' text)"
		done
	done
}

@test "a name as long as the limit is whole" {
	local name
	name=$(printf 'x%.0s' {1..24})
	printf 'item\tdim0\n%s\t1\n' "$name" | mr-show --from-tsv >long.mrm
	mr-show long.mrm >text
	grep -q "^item  *1  *$name\$" text || fail "$(grep '^item' text)"
	printf 'item\tdim0\n%s\t1\n' "${name}x" | mr-show --from-tsv >long.mrm
	mr-show long.mrm >text
	grep -q "^item  *1  *${name%xx}\.\.\$" text ||
		fail "$(grep '^item' text)"
}

@test "npy there and back" {
	mr-show --npy a.mrm >a.npy
	[ "$(head -c 128 a.npy | tail -c 1 | od -An -tx1)" = ' 0a' ]
	[ "$(wc -c <a.npy)" -eq $((128 + 36)) ]
	printf 'item\na\nb\\tx\nc\n' >ids.tsv
	try mr-show --from-npy --ids ids.tsv a.npy
	expect 0
	mr-show --tsv "$OUT" | cmp - a.tsv
	mr-show --from-npy a.npy | mr-show --npy | cmp - a.npy
	mr-show --from-npy a.npy | mr-show --tsv --no-header-out |
		cut -f 1 | tr '\n' ' ' | grep -qx '0 1 2 '
	rows 600 | mr-show --from-tsv | mr-show --npy >b.npy
	mr-show --from-npy b.npy | mr-show --npy | cmp - b.npy
}

@test "numpy agrees" {
	python3 -c 'import numpy' 2>/dev/null || skip "no numpy"
	mr-show --npy a.mrm >a.npy
	python3 - <<-'END'
		import numpy as np
		a = np.load("a.npy")
		want = [[1, -0.0, 0.1], [0, 0, 0], [3, 4, -12]]
		assert a.dtype == np.float32 and a.flags.c_contiguous
		assert (a == np.array(want, np.float32)).all()
		np.save("f8.npy", a.astype("<f8"))
		np.save("one.npy", np.arange(3, dtype="<f4"))
		with open("v2.npy", "wb") as f:
		    np.lib.format.write_array(f, a, version=(2, 0))
	END
	for f in f8 v2; do
		mr-show --from-npy $f.npy | mr-show --npy | cmp - a.npy
	done
	try mr-show --tsv <(mr-show --from-npy one.npy)
	expect_out 'item\tdim0\n0\t0\n1\t1\n2\t2\n'
}

# npy DICT [BYTES] - a version 1.0 file with that header and zero bytes.
npy() {
	printf '\x93NUMPY\x01\x00'
	printf "\\x$(printf %02x $((${#1} + 1)))\\x00%s\n" "$1"
	head -c "${2:-0}" /dev/zero
}

@test "from-npy refuses what it cannot read" {
	local h="{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
	npy "$h" 24 >good.npy
	mr-show --from-npy good.npy | mr-show --check
	npy '{"shape":(2,3),"fortran_order":False,"descr":"<f4"}' 24 >good.npy
	mr-show --from-npy good.npy | mr-show --check
	while IFS='|' read -r header bytes message; do
		npy "$header" "$bytes" >bad.npy
		try mr-show --from-npy bad.npy
		expect 1
		echo "mr-show: bad.npy: $message" | diff - "$ERR"
	done <<-'END'
		{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }|23|truncated in row 1 of 2
		{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }|25|bytes after the 2 x 3 values
		{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }|24|.npy array is in Fortran order, expected C order (numpy.ascontiguousarray)
		{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }|24|.npy values are '>f4', expected '<f4' or '<f8'
		{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }|48|.npy values are '<i8', expected '<f4' or '<f8'
		{'descr': '<f4', 'fortran_order': False, 'shape': (), }|4|.npy array has 0 dimensions, expected 1 or 2
		{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }|24|.npy array has 3 dimensions, expected 1 or 2
		{'descr': '<f4', 'fortran_order': False, 'shape': (9, 99999999999), }|24|.npy shape 9 x 99999999999 is past the limits
		{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627775, 2147483646), }|24|truncated in row 0 of 1099511627775
		{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627775, 0), }|0|1099511627775 rows without columns
		{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }|24|bad .npy header, expected the keys descr, fortran_order and shape
		{'descr': '<f4', 'fortran_order': False}|24|bad .npy header, expected the keys descr, fortran_order and shape
		{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }|24|bad .npy header, expected the keys descr, fortran_order and shape
		{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }|24|bad .npy header, expected the keys descr, fortran_order and shape
		garbage|24|bad .npy header, expected the keys descr, fortran_order and shape
	END
	try mr-show --from-npy a.tsv
	expect 1 '^mr-show: a.tsv: not a .npy file$'
	printf '\x93NUMPY\x03\x00\x00' >bad.npy
	try mr-show --from-npy bad.npy
	expect 1 '\.npy version 3\.0, expected 1\.0 or 2\.0$'
	printf '\x93NUMPY\x02\x00\xff\xff\xff\xff' >bad.npy
	try mr-show --from-npy bad.npy
	expect 1 'header is longer than 65535 bytes$'
	for n in 1 5 6 7 8 9 10 40; do
		head -c $n good.npy >cut.npy
		try mr-show --from-npy cut.npy
		expect 1 'cut\.npy: (not a|truncated inside the) \.npy'
	done
}

@test "names for npy must be as many as rows" {
	mr-show --npy a.mrm >a.npy
	try mr-show --from-npy --ids - a.npy < <(printf 'item\na\nb\n')
	expect 1 '^mr-show: <stdin>: 2 names, expected 3, one for every row$'
	try mr-show --from-npy --ids - a.npy < <(printf 'item\na\nb\nc\nd\n')
	expect 1 '^mr-show: <stdin>:5: more names than the 3 rows$'
	try mr-show --from-npy --ids - a.npy < <(printf 'item\na\nb\na\n')
	expect 1 "^mr-show: <stdin>:4: 'a' stands twice, first as row 1$"
	try mr-show --from-npy --ids a.tsv a.npy
	expect 1 '^mr-show: a.tsv:1: 4 columns, expected one of names$'
}

@test "--check is silent, or says why" {
	try mr-show --check a.mrm
	expect 0
	expect_out ''
	[ ! -s "$ERR" ]
	try mr-show --check -v a.mrm
	expect 0 '^mr-show: complete: 1 stream, 5 blocks, 640 bytes$'
	try mr-show --check a.tsv
	expect 1
	echo 'mr-show: a.tsv: not a matrix stream (mr-embed, mr-factorize and' \
		'mr-show --from-tsv make them)' | diff - "$ERR"
	try mr-show --check /dev/null
	expect 1 'is empty, expected a matrix stream: the program that makes it failed$'
	try mr-show --check . 
	expect 1 '^mr-show: \.: is a directory, expected a file$'
	try mr-show --check < .
	expect 1 '^mr-show: <stdin>: is a directory, expected a file$'
	try mr-show --check <&-
	expect 1 '^mr-show: <stdin>: read error: '
}

@test "a producer that dies is noticed at every byte, through a pipe" {
	local n
	for n in $(seq 1 7 639); do
		try mr-show --check < <(head -c "$n" a.mrm)
		expect 1 '^mr-show: <stdin>: block at byte [0-9]+: truncated: '
	done
	rows 3000 | mr-show --from-tsv >big.mrm
	for n in 1000 20000 $(($(wc -c <big.mrm) - 1)); do
		for mode in --check --tsv --json --npy ''; do
			# shellcheck disable=SC2086
			try mr-show $mode < <(head -c "$n" big.mrm)
			expect 1 'truncated: '
		done
	done
}

@test "streams one after another" {
	printf 'item\tdim0\nx\t1\n' | mr-show --from-tsv >x.mrm
	printf 'item\tdim0\ny\t2\n' | mr-show --from-tsv >y.mrm
	try mr-show --tsv < <(cat x.mrm y.mrm)
	expect 0
	expect_out 'item\tdim0\nx\t1\ny\t2\n'
	try mr-show --tsv < <(cat x.mrm x.mrm)
	expect_out 'item\tdim0\nx\t1\n'
	try mr-show --check < <(cat x.mrm a.mrm)
	expect 1 'matrix E changes its type or width$'
	printf 'user\tdim0\ny\t2\n' | mr-show --from-tsv >u.mrm
	try mr-show --check < <(cat x.mrm u.mrm)
	expect 1 'they do not belong together$'
}

@test "binary data does not go to a terminal" {
	need_terminal
	# stderr is kept apart, stdout is the terminal.
	for mode in '--from-tsv a.tsv' '--npy a.mrm'; do
		STATUS=0
		script -qec "mr-show $mode 2>err" /dev/null >screen </dev/null || STATUS=$?
		[ "$STATUS" -eq 2 ]
		grep -q '^mr-show: standard output is a terminal' err
		[ ! -s screen ]
	done
}

@test "lost output is an error, a closed pipe is not a message" {
	rows 30000 >big.tsv
	mr-show --from-tsv big.tsv >big.mrm
	for mode in '' --tsv --json --npy; do
		# shellcheck disable=SC2086
		TO=/dev/full try mr-show $mode a.mrm
		expect 1 '^mr-show: <stdout>: write error: No space left on device$'
		STATUS=0
		# shellcheck disable=SC2086
		mr-show $mode a.mrm 2>"$ERR" >&- || STATUS=$?
		expect 1 '^mr-show: <stdout>: write error: Bad file descriptor$'
	done
	TO=/dev/full try mr-show --from-tsv big.tsv
	expect 1 'write error: No space left'
	mr-show --tsv big.mrm 2>err | head -n 1 >one
	[ "${PIPESTATUS[0]}" -eq 141 ]
	[ ! -s err ]
	printf 'item\tdim0\tdim1\n' | cmp - one
}

@test "-o is whole or absent" {
	try mr-show --from-tsv -o out.mrm < <(printf 'item\tx\na\tnan\n')
	expect 1
	[ ! -e out.mrm ]
	mr-show --from-tsv -o out.mrm a.tsv
	cmp out.mrm a.mrm
	try mr-show --from-tsv -o out.mrm < <(printf 'item\tx\na\tnan\n')
	expect 1
	cmp out.mrm a.mrm
	[ "$(find . -name '.mr-*' | wc -l)" -eq 0 ]
}

@test "usage errors are 2" {
	while read -r args; do
		# shellcheck disable=SC2086
		try mr-show $args a.mrm </dev/null
		expect 2 '^mr-show: .*; see mr-show -h$'
		[ ! -s "$OUT" ]
	done <<-'END'
		--tsv --json
		--check --npy
		--from-tsv --from-npy
		--matrix E
		--long
		--axis x --tsv
		--ids f --from-tsv
		--from-tsv --no-header-in
		--nonsense
		a.mrm
	END
	try mr-show --from-tsv --matrix too_long_ a.tsv
	expect 2 "^mr-show: --matrix: 'too_long_' cannot be a name"
	try mr-show --from-tsv --axis a-b a.tsv
	expect 2 "^mr-show: --axis: 'a-b' cannot be a name"
	try mr-show --tsv --matrix X a.mrm
	expect 1 "^mr-show: a.mrm: no matrix 'X', found E$"
}

@test "control bytes of a file do not reach the terminal" {
	printf 'item\tdim0\n\033[31m\302\233x\t1\n' | mr-show --from-tsv >c.mrm
	try mr-show c.mrm
	expect 0
	[ "$(LC_ALL=C tr -dc '\033\302' <"$OUT" | wc -c)" -eq 0 ]
	grep -q '^item  1     ?\[31m?x$' "$OUT"
}

@test "memory does not follow the number of rows" {
	need_plain_build
	rows 100000 >big.tsv
	mr-show --from-tsv big.tsv >big.mrm
	mr-show --tsv big.mrm | cmp - big.tsv
	# The names take about 20 bytes and their text each; rows of 1000 floats
	# would be 40 MB, were they kept.
	awk 'BEGIN { printf "item"
		for (j = 0; j < 1000; j++) printf "\tdim%d", j
		print ""
		for (i = 0; i < 10000; i++) {
			printf "%d", i
			for (j = 0; j < 1000; j++) printf "\t%d", j
			print ""
		} }' >wide.tsv
	try bash -c 'ulimit -v 32768; mr-show --from-tsv wide.tsv'
	expect 0
	mv "$OUT" wide.mrm
	[ "$(wc -c <wide.mrm)" -gt 40000000 ]
	for mode in --tsv --json --check ''; do
		# shellcheck disable=SC2016
		try bash -c 'ulimit -v 32768; mr-show $1 wide.mrm' - "$mode"
		expect 0
		[ "$mode" != --tsv ] || cmp "$OUT" wide.tsv
	done
}

@test "-o with the name of an open descriptor writes into what is open" {
	mr-show a.mrm >want
	mr-show -o /dev/stdout a.mrm | cmp - want
	for name in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		: >got
		before=$(stat -c %i got)
		{ echo before; mr-show -o $name a.mrm; echo behind; } >got
		cmp got <(echo before; cat want; echo behind)
		[ "$(stat -c %i got)" = "$before" ]
	done
	mr-show -o /dev/fd/3 a.mrm 3>got
	cmp got want
	try mr-show -o /dev/fd/99 a.mrm
	expect 1 '^mr-show: /dev/fd/99: cannot open'
}

@test "-o follows a symbolic link, also one to a file that is not there yet" {
	mkdir folder
	mr-show a.mrm >want
	ln -s folder/new link
	ln -s link link2
	# First it leads nowhere, then to a file.
	for old in no yes; do
		[ "$([ -e link2 ] && echo yes || echo no)" = $old ]
		mr-show -o link2 a.mrm
		[ -L link2 ] && [ -L link ] && [ ! -L folder/new ]
		cmp folder/new want
	done
	ln -s loop loop
	try mr-show -o loop a.mrm
	expect 1 '^mr-show: loop: '
	ln -s no-such-folder/x lost
	try mr-show -o lost a.mrm
	expect 1 '^mr-show: lost: cannot create'
	[ -L lost ]
}

@test "--csv: a table with everything that CSV has to quote" {
	printf 'item\ttitle, "x"\n1\ta\\tb "c"\n2\td\\ne\\r\n3\t\n\t\\\\,\n' >t.tsv
	try mr-show --csv t.tsv
	expect 0
	expect_out 'item,"title, ""x"""\n1,"a\tb ""c"""\n2,"d\ne\r"\n3,\n,"\\,"\n'
	try mr-show --csv --no-header-out t.tsv
	[ "$(head -n 1 "$OUT")" = "1,\"a$(printf '\t')b \"\"c\"\"\"" ]
	printf 'item\n\na\n' >one.tsv
	try mr-show --csv one.tsv
	expect_out 'item\n""\na\n'
	: >none
	try mr-show --csv none
	expect 0
	expect_out ''
	try mr-show --csv --no-header-in t.tsv
	expect 2 'needs the header line'
	try mr-show --csv --json t.tsv
	expect 2 'exclude one another'
	printf 'a\tb\n1\n' >bad
	try mr-show --csv bad
	expect 1 'bad:2: 1 fields'
}
