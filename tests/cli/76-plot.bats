#!/usr/bin/env bats
# mr-plot: every picture, its numbers, files whole or absent, usage.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-plot mr-stat
	cd "$BATS_TEST_TMPDIR" || return 1
	[ ! -e "$BATS_FILE_TMPDIR/r" ] || cp "$BATS_FILE_TMPDIR"/[rm] .
}

setup_file() {
	[ -x "$MR_BUILD/bin/mr-stat" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	awk -F , -v OFS='\t' 'NR == 1 { print "user", "item", "rating", "time" }
		NR > 1 { print $1, $2, $3, $4 }' "$DATA/ratings.csv" |
		mr-stat ratings >r
	awk -v OFS='\t' 'BEGIN { print "item", "title", "year", "genre"
		for (i = 0; i < 90; i++)
			print i, "film " i, 1950 + i * i % 70,
				i % 7 ? "Drama|\"G" i % 40 "\\\\#'\''{/=9 x}%$`" : "" }' |
		mr-stat movies >m
}

need_gnuplot() {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
}

# of PICTURE - the table that has its section.
of() {
	case $1 in
	years-histogram | decades | genres | genres-per-film) echo m ;;
	*) echo r ;;
	esac
}

pictures='ratings-histogram per-user-histogram per-item-histogram long-tail
months missing years-histogram decades genres genres-per-film'

@test "every picture, as text, SVG and PNG" {
	need_gnuplot
	for p in $pictures; do
		try mr-plot "$p" "$(of "$p")"
		expect 0
		[ ! -s "$ERR" ] || fail "$p: messages"
		grep -q '[*-]' "$OUT" || fail "$p: nothing drawn"
		[ "$(wc -L <"$OUT")" -le 79 ] || fail "$p: too wide"
		try mr-plot -o "$p.svg" "$p" "$(of "$p")"
		expect 0
		[ ! -s "$OUT" ] && [ ! -s "$ERR" ]
		grep -q '^<svg' "$p.svg" || fail "$p: no SVG"
		tail -n 2 "$p.svg" | grep -qx '</svg>' || fail "$p: SVG not whole"
		try mr-plot --output="$p.png" "$p" "$(of "$p")"
		expect 0
		[ "$(head -c 8 "$p.png" | od -An -tx1 | tr -d ' ')" = \
			89504e470d0a1a0a ] || fail "$p: no PNG"
		[ "$(tail -c 8 "$p.png" | head -c 4)" = IEND ] || fail "$p: PNG cut"
	done
	[ -z "$(find . -name '.mr-*')" ]
}

@test "titles have the figures, labels the names" {
	need_gnuplot
	n=$(awk -F '\t' '$1 == "counts" && $2 == "rows" { print $3 }' r)
	commas=$(echo "$n" | sed 's/\(.*\)\(...\)$/\1,\2/')
	for p in ratings-histogram long-tail months; do
		mr-plot $p r | grep -qF "($commas ratings)" || fail "$p: $commas"
	done
	mr-plot -o g.svg genres m
	grep -qF 'Drama' g.svg
	# 40 genres and Drama: the 30 most frequent are drawn.
	grep -qF 'the 30 most frequent of 41' g.svg
	[ "$(mr-plot genres m | grep -cF "#'{/=9 x}%\$\`")" -eq 29 ]
}

@test "bars are as high as the counts" {
	need_gnuplot
	printf 'section\tname\tvalue\tshare\tnote\n' >t
	printf 'decades\t%s\t%s\t\t\n' 1950 10 1960 20 1970 5 >>t
	mr-plot -o - decades t >text
	# Columns of stars, from the left: their heights.
	awk '{ for (i = 1; i <= length($0); i++)
			if (substr($0, i, 1) == "*") n[i]++ }
		END { for (i = 1; i <= 79; i++) if (n[i]) h[++k] = n[i]
			if (k != 3 || h[2] < 2 * h[1] - 2 || h[2] > 2 * h[1] + 2 ||
			    h[1] < 2 * h[3] - 2 || h[1] > 2 * h[3] + 2) {
				print k, h[1], h[2], h[3]; exit 1 } }' text
}

@test "stdin, - and a file: the same; columns by name" {
	need_gnuplot
	mr-plot ratings-histogram r >want
	mr-plot ratings-histogram <r | cmp - want
	mr-plot ratings-histogram - <r | cmp - want
	mr-plot -- ratings-histogram r | cmp - want
	awk -F '\t' -v OFS='\t' '{ print $5, $3, $2, $1 }' r |
		mr-plot ratings-histogram | cmp - want
}

@test "bins are drawn for a histogram" {
	need_gnuplot
	awk -v OFS='\t' 'BEGIN { print "user", "item", "rating"
		for (i = 0; i < 1000; i++) print "u" i % 9, "f" i, i / 10 }' |
		mr-stat ratings >t
	try mr-plot ratings-histogram t
	expect 0
	grep -qF '(1,000 ratings)' "$OUT"
}

@test "a table of one row, and of zeros" {
	need_gnuplot
	printf 'user\titem\trating\nu\tf\t3\n' | mr-stat ratings >t
	for p in ratings-histogram per-user-histogram per-item-histogram \
		long-tail missing; do
		try mr-plot $p t
		expect 0
	done
}

@test "what is not mr-stat's table fails, and no file appears" {
	need_gnuplot
	try mr-plot -o x.svg genres r
	expect 1 "^mr-plot: r: no rows of section genres"
	printf 'user\titem\n1\t2\n' >t
	try mr-plot -o x.svg genres t
	expect 1 "^mr-plot: t:1: no columns section, name, value"
	printf 'section\tname\tvalue\ndecades\t1950\t5; system\n' >t
	try mr-plot -o x.svg decades t
	expect 1 "^mr-plot: t:2: .*expected numbers"
	try mr-plot -o x.svg decades /dev/null
	expect 1 "no rows of section decades"
	try mr-plot -o x.svg decades no-such-file
	expect 1 "^mr-plot: no-such-file: cannot read"
	try mr-plot -o no-such-folder/x.svg decades m
	expect 1 "^mr-plot: no-such-folder/x.svg: cannot create"
	[ ! -e x.svg ]
	echo old >x.svg
	try mr-plot -o x.svg genres r
	expect 1
	[ "$(cat x.svg)" = old ]
	TO=/dev/full try mr-plot decades m
	expect 1 'write error'
}

@test "a reader that went away, a strange folder, a file's mode" {
	need_gnuplot
	"$PIPES" broken mr-plot genres m || [ $? -eq 141 ]
	mkdir "a b'c\"d\$e"
	cd "a b'c\"d\$e" || return 1
	TMPDIR=$PWD mr-plot -o "./x y.svg" genres ../m
	[ "$(stat -c %a "x y.svg")" = "$(printf '%o' $((0666 & ~$(umask))))" ]
	[ "$(ls -A)" = 'x y.svg' ]
	TMPDIR=$PWD/none try mr-plot genres ../m
	expect 1 'none: no folder can be made in it'
	[ "$(wc -l <"$ERR")" -eq 1 ]
}

@test "help, version, usage" {
	try mr-plot -h
	expect 0
	[ "$(grep -cE '^ +mr-.*[|;]' "$OUT")" -ge 2 ]
	for p in $pictures; do
		grep -qw -- "$p" "$OUT" || fail "-h: no $p"
	done
	try mr-plot --version
	expect 0
	version=$(mr-stat -V | cut -d ' ' -f 3)
	expect_out "mr-plot (mr) $version\n"
	# The script in its own place knows it, too.
	[ "$("$TOP/scripts/mr-plot" -V)" = "mr-plot (mr) $version" ]
	for o in -h -V; do
		TO=/dev/full try mr-plot $o
		expect 1 'write error'
	done
	try mr-plot
	expect 2 'no picture named'
	try mr-plot circles r
	expect 2 "no picture 'circles'"
	try mr-plot --no-such-option
	expect 2 "unknown option '--no-such-option'"
	try mr-plot -o
	expect 2 "option '-o' needs an argument"
	try mr-plot -o x.jpeg genres m
	expect 2 'ends in .svg or .png'
	try mr-plot genres m more
	expect 2 "unexpected operand 'more'"
}

@test "without gnuplot it says so" {
	mkdir bin
	for c in sed awk rm mktemp dirname cat sh; do
		ln -s "$(command -v $c)" bin/
	done
	try env PATH="$PWD/bin" "$MR_BUILD/bin/mr-plot" genres m
	expect 1 'gnuplot is not installed'
}
