#!/usr/bin/env bats
# mr-ingest: what a file is, and what is said of one that another option or
# command would read.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

# refused IS COMMAND - the file `in` is, of both kinds.
refused() {
	movies
	fails_with "<stdin>: is $1 ($2)"
	ratings --preset movielens
	fails_with "<stdin>: is $1 ($2)"
}

@test "files that are no text are refused with what reads them" {
	if command -v bzip2 >/dev/null; then
		printf 'user,item,rating\na,x,1\n' | bzip2 -c >in
		refused 'bzip2, expected text' 'bzip2 -dc FILE | mr-ingest ...'
	fi
	# Compressed twice, or an archive compressed.
	printf 'user,item\n' | gzip -c | gzip -c >in
	refused 'gzip, expected text' 'gzip -dc FILE | mr-ingest ...'
	input 'PK\x03\x04\x14\x00\x00\x00\x08\x00abcdefghijklmnopqrstratings.csv\x00'
	refused 'zip, expected text' 'unzip -p FILE NAME | mr-ingest ...'
	input 'PK\x03\x04\x14\x00\x06\x00\x08\x00abcdefghijklmnopqrst[Content_Types].xml \x00'
	refused 'an Excel workbook, expected text' 'libreoffice --headless --convert-to csv FILE'
	input 'SQLite format 3\x00\x10\x00'
	refused 'SQLite, expected text' "sqlite3 -csv -header FILE 'select * from TABLE' | mr-ingest ..."
	input 'PAR1\x15\x04\x15\x00'
	refused 'Parquet, expected text' "duckdb -csv -c \"from 'FILE'\" | mr-ingest ..."
	input '\x80\x04\x95\x00'
	refused 'a Python pickle, expected text' "python3 -c \"import pandas; print(pandas.read_pickle('FILE').to_csv())\" | mr-ingest ..."
	input '\x93NUMPY\x01\x00'
	refused 'NumPy, expected text' "python3 -c \"import numpy, sys; numpy.savetxt(sys.stdout, numpy.load('FILE'), '%s', ',')\" | mr-ingest ... --no-header-in"
	mkdir -p x && echo a >x/y && tar -cf in x/y
	refused 'tar, expected text' 'tar -xOf FILE NAME | mr-ingest ...'
	gzip -c in >in.gz && mv in.gz in
	refused 'tar, expected text' 'tar -xOf FILE NAME | mr-ingest ...'
	input '\n<!DOCTYPE html><html>\n'
	refused 'HTML or XML, expected text' 'was a page saved in place of the file?'
	input 'RDX3\nX\n\x00'
	refused 'R, expected text' "Rscript -e \"write.csv(get(load('FILE')[1]), row.names = FALSE)\" | mr-ingest ..."
	# What saveRDS writes is another format than that of save.
	input 'X\n\x00\x00\x00\x03\x00\x04'
	refused 'R, expected text' "Rscript -e \"write.csv(readRDS('FILE'), row.names = FALSE)\" | mr-ingest ..."
	input 'version https://git-lfs.github.com/spec/v1\noid sha256:a\nsize 3\n'
	refused 'a pointer of Git LFS, expected text' 'git lfs pull brings the file'
	# Text that begins as some of these do.
	input 'PKuser,item,BZh\nPAR1,x,1\n'
	ratings --cols user=PKuser
	done_with "$rated\nPAR1\tx\t1\n" "warning: no column 'rating', each row counts as 1; found BZh (--cols rating=BZh, or --events)"
}

@test "what gzip, zstd or xz made is read, members in a row, too" {
	for z in gzip xz zstd; do
		command -v $z >/dev/null || continue
		{
			printf 'user,item,rating\na,x,1\nb,' | $z -c
			printf '' | $z -c
			printf 'y,2\n' | $z -c
		} >in
		ratings
		done_with "$rated\na\tx\t1\nb\ty\t2\n"
		cp in whole
		head -c -3 whole >in
		ratings
		fails_with "<stdin>: its $z data cannot be read: it ends in the middle, is the file whole?"
		{ cat whole; echo b,z,3; } >in
		ratings
		expect 1 "<stdin>: its $z data cannot be read: "
	done
	printf '' | gzip -c >in
	ratings
	done_with "$rated\n"
}

@test "tables and matrices that others read may be compressed" {
	printf 'user\titem\trating\na\tx\t1\nb\tx\t2\n' >r.tsv
	gzip -c r.tsv >r.tsv.gz
	mr-stat ratings r.tsv >want
	mr-stat ratings r.tsv.gz | cmp - want
	# A byte order mark is one inside, too.
	{ printf '\xef\xbb\xbf' && cat r.tsv; } | gzip | mr-stat ratings | cmp - want
	mr-factorize -m popular r.tsv.gz >m.mrm
	mr-factorize -m popular r.tsv | cmp - m.mrm
	mr-show m.mrm >want
	gzip -c m.mrm | mr-show | cmp - want
	head -c -12 r.tsv.gz >cut
	try mr-stat ratings cut
	expect 1 'it ends in the middle'
}

@test "a small file that grows a thousandfold costs no memory" {
	need_plain_build
	# One member many times over is one text.
	yes 'u,1,5' | head -c 3000000 | gzip -9 >part
	{
		printf 'user,item,rating\n' | gzip -c
		for i in 1 2 3 4 5 6 7 8 9 10; do cat part; done
	} >bomb.gz
	ulimit -v 60000
	try mr-ingest ratings --dedupe none -o big.tsv bomb.gz
	expect 0
	[ "$(wc -l <big.tsv)" -eq 5000001 ]
}

@test "UTF-16 by its mark, other encodings by name" {
	want="$rated\na\tx\t1\n"
	rows='user,item,rating\na,x,1\n'
	for e in UTF-16LE UTF-16BE UTF-32LE UTF-32BE UTF-16 UTF-32; do
		printf '%b' "$rows" | iconv -f UTF-8 -t $e >in
		ratings --encoding "${e,,}"
		done_with "$want"
	done
	for e in LE BE; do
		printf '\xef\xbb\xbf%b' "$rows" | iconv -f UTF-8 -t UTF-16$e >in
		ratings
		done_with "$want"
		gzip -c in >in.gz
		mv in.gz in
		ratings
		done_with "$want"
	done
	# Letters of two bytes beside, and four bytes a letter.
	for e in UTF-16LE UTF-16BE UTF-32LE UTF-32BE; do
		printf 'item,title\n1,René\n2,Žlutý Ж 日本語\n3,映画映画映画\n' |
			iconv -f UTF-8 -t $e >in
		refused "${e%?E}, expected text" "--encoding $e"
		movies --encoding $e
		done_with "$films\n1\tRené\t\t\t\t\n2\tŽlutý Ж 日本語\t\t\t\t\n3\t映画映画映画\t\t\t\t\n"
	done
	printf '%b' "$rows" | iconv -f UTF-8 -t UTF-32 >in
	ratings
	fails_with "<stdin>:1: starts with a UTF-32 mark, expected UTF-8 (--encoding UTF-32)"
	# Half a pair, and half a unit at the end.
	printf 'item,title\n1,a\n2,' | iconv -f UTF-8 -t UTF-16LE >in
	printf '\x3d\xd8x\x00\n' >>in
	movies --encoding UTF-16LE
	done_with "$films\n1\ta\t\t\t\t\n2\t\xef\xbf\xbdx\xef\xbf\xbd\t\t\t\t\n" \
		'warning: 2 byte sequences are not of the encoding and became U+FFFD'
	input 'item,title\n1,\xed\xc9\xd2\n'
	movies --encoding KOI8-R
	done_with "$films\n1\tМир\t\t\t\t\n"
	for row in 'a,\x00' 'a,\x00b\x00'; do
		input "user,item\n$row\n"
		ratings
		fails_with "<stdin>:2: NUL byte, expected text (tr -d '\\000' <FILE | mr-ingest ...)"
	done
	input 'user,item\na,\x00\x00\n'
	ratings
	fails_with "<stdin>:2: NUL byte, expected text (tr -d '\\000' <FILE | mr-ingest ...)"
}

@test "JSON: lines, a row of objects, an array, dicts of Python" {
	want="$rated\na\t1\t1.10\nb\t76561197970982479123\t3\n"
	for text in '{"user": "a", "item": 1, "rating": 1.10}\n\n{"item": 76561197970982479123, "user": "b", "rating": "3"}' \
		'\xef\xbb\xbf [{"user": "a", "item": 1, "rating": 1.10}, {\n"item": 76561197970982479123, "user": "b", "rating": 3}]' \
		'{\n"user": "a", "item": 1, "rating": 1.10\n}{"item": 76561197970982479123, "user": "b", "rating": 3}' \
		"{u'user': u'a', 'item': 1, 'rating': 1.10, 'x': None}\n{'item': 76561197970982479123, 'user': 'b', 'rating': 3}"; do
		input "$text"
		ratings
		done_with "$want"
		ratings --json
		done_with "$want"
	done
	for text in '[]' '\n' ''; do
		input "$text"
		ratings --json
		done_with "$rated\n"
	done
}

@test "JSON: paths, and columns that are left" {
	input '[{"id": 5, "name": "A \\u00e9\\t\\"b\\"", "ids": {"imdb": "tt1"}, "genres": [{"name": "Crime"}, {"name": "War"}], "year": 1999, "adult": false, "x": null},\n{"ids": {"imdb": "tt2"}, "name": "B", "genres": [], "late": 1}]\n'
	movies --cols 'item=ids.imdb,genre=genres[].name,imdb=x'
	done_with "$films\tid\tadult\timdb\tlate
tt1\tA \xc3\xa9\\\\t\"b\"\t1999\t\tCrime|War\t\t5\tfalse\t\t
tt2\tB\t\t\t\t\t\t\t\t1
"
	movies --cols 'item=ids.imdb'
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 5)" = 'Crime|War' ]
	movies --cols 'item=nope.imdb'
	fails_with "<stdin>:1: no column 'nope.imdb', found id name ids genres year adult x late"
	movies --cols 'item=ids..imdb'
	expect 2
	says "'ids..imdb' is no path, expected a.b, a[].b, a[b=word].c or a[:9].b"
}

@test "JSON: what is no object is rejected, what has no end stops" {
	input '{"user": "a", "item": 1}\n{"user": "b", "item":\n5\n{"user": "c", "item": "x\\u0000"}\n'
	ratings --rejects bad
	done_with "$rated\na\t1\t1\nc\tx\xef\xbf\xbd\t1\n" \
		"warning: 2 of 4 rows rejected, 2 because not a JSON object (line 2)"
	[ "$(cut -f 1,3 bad | tr '\t\n' ' /')" = 'line raw/2 {"user": "b", "item":/3 5/' ]
	input '[{"user": "a", "item": 1},\n{"user": "b"'
	ratings
	fails_with '<stdin>:2: the value that begins here has no end'
	input '[{"user": "a", "item": 1}]\n,'
	ratings
	fails_with '<stdin>:2: expected nothing behind the array'
	input '["a"]'
	ratings
	fails_with '<stdin>:1: no object with names, expected JSON objects'
	input '{"user": 1, "item": 2}\n'
	ratings --csv
	fails_with '<stdin>: is JSON, expected CSV (--json reads it)'
	ratings --preset movielens
	fails_with '<stdin>: is JSON, which this --preset does not expect (--json reads it)'
	ratings --json --tsv
	expect 2
	says '--json excludes --csv, --tsv, --delimiter, --preset and --no-header-in'
	# An object of more than a buffer, and a name that comes late in it.
	{
		printf '[{"user": "a", "pad": "'
		head -c 900000 /dev/zero | tr '\0' x
		printf '", "item": 7}]'
	} >in
	ratings --cols item=item
	fails_with "<stdin>:1: no column 'item', found user pad"
}

@test "JSON in the fields of a table, by paths" {
	input "id,title,data\n1,A,\"[{\"\"id\"\": 3, \"\"name\"\": \"\"X\"\"}]\"\n2,B,\"[{'name': 'Y'}, {'name': None}, {'name': 'Z'}]\"\n3,C,zz\n4,D,\n"
	movies --cols 'item=id,genre=data[].name'
	done_with "$films\n1\tA\t\t\tX\t\n2\tB\t\t\tY|Z\t\n3\tC\t\t\t\t\n4\tD\t\t\t\t\n" \
		"warning: 1 fields are not JSON that a path of --cols goes into, and count as missing ('zz' on line 4)"
	input 'w,m\n2,"{""t"": ""A"", ""ids"": {""x"": 10}}"\n'
	movies --cols 'item=m.ids.x,title=m.t'
	done_with "$films\tw\n10\tA\t\t\t\t\t2\n"
}

@test "text that begins as JSON does" {
	input '[x],{y}\n[1],{2}\n'
	movies --cols 'item=[x],title={y}'
	done_with "$films\n[1]\t{2}\t\t\t\t\n"
}

@test "another delimiter is named" {
	no="<stdin>:1: no column 'user', found"
	input 'userId;movieId;rating\n1;2;4,5\n3;4;5\n'
	ratings
	fails_with "$no userId;movieId;rating (parted by ';'? --delimiter ';')"
	input '"userId";"movieId";"rating"\n1;2;4.5\n'
	ratings
	fails_with "<stdin>:1: text behind the quote that closes on line 1, expected ',' or the end of the line (a quote inside is doubled) (parted by ';'? --delimiter ';')"
	input 'userId|movieId|rating\n1|2|3\n'
	ratings
	fails_with "$no userId|movieId|rating (parted by '|'? --delimiter '|')"
	for d in '^' '~'; do
		input "userId${d}movieId${d}rating\n1${d}2${d}3\n"
		ratings
		fails_with "$no userId${d}movieId${d}rating (parted by '$d'? --delimiter '$d')"
		ratings --delimiter "$d"
		done_with "$rated\n1\t2\t3\n"
	done
	input 'userId\x01movieId\x01rating\n1\x012\x013\n'
	ratings
	fails_with "$no userId?movieId?rating (parted by the byte 1? --delimiter \$'\\001')"
	ratings --delimiter $'\001'
	done_with "$rated\n1\t2\t3\n"
	input '# made by x\nuserId,movieId,rating\n1,2,3\n'
	ratings
	fails_with "$no # made by x (a comment? grep -v '^#' FILE | mr-ingest ...)"
	input '#userId,movieId,rating\n1,2,3\n'
	ratings
	fails_with "$no #userId movieId rating (--cols says which it is, --user NAME that all rows are of one)"
	input 'userId movieId rating\n1 2 3\n'
	ratings
	fails_with "$no userId movieId rating (parted by blanks? --delimiter ' ')"
	input 'userId::movieId::rating\n1::2::3\n'
	ratings
	fails_with "$no userId::movieId::rating (parted by '::'? --delimiter ::)"
	input '1::2::3::9\n1::4::3::9\n'
	ratings
	fails_with "$no 1::2::3::9 (--preset movielens)"
	input "1::A, L' (1995)::War\n2::B (1996)::War\n"
	movies
	fails_with "<stdin>:1: no column 'item', found 1::A L' (1995)::War (--preset movielens)"
	input '1\t2\t3\t9\n1\t4\t3\t9\n'
	ratings
	fails_with "$no 1?2?3?9 (--preset movielens)"
	input 'userId,movieId,rating\n1,2,3\n'
	ratings --tsv
	fails_with "$no userId,movieId,rating (parted by ','? --csv)"
	input 'sep=;\nuserId;movieId\n1;2\n'
	ratings
	fails_with "$no sep=; (a spreadsheet's sep= line: tail -n +2 FILE | mr-ingest ... with that --delimiter)"
	# Lines that differ in their number of fields.
	input 'userId\tmovieId\n1\t2\nb\n'
	ratings
	fails_with "$no userId?movieId (TSV? --tsv reads it)"
	# What is parted well needs other columns, not another delimiter.
	input 'who;x,film\na;b,c\n'
	ratings
	fails_with "$no who;x film (--cols says which it is)"
	input 'My films of 1999\nA\nB\n'
	movies
	fails_with "<stdin>:1: no column 'item', found My films of 1999 (--cols says which it is)"
}

@test "a tab as a delimiter, by name or escape" {
	input 'item\ttitle\n1\t"A\tb"\n'
	for d in tab TAB '\t' "$(printf '\t')"; do
		movies --delimiter "$d"
		done_with "$films\n1\tA\\\\tb\t\t\t\t\n"
	done
}

@test "TSV with quotes is CSV with a tab" {
	input 'item\ttitle\n1\t"Aunt ""Polly"""\n2\tB\n'
	movies
	fails_with "<stdin>:1: no column 'item', found item?title (TSV with quotes? --delimiter tab reads it)"
	input 'item\ttitle\n1\t"Brigand"\n2\tAunt "Polly"\n'
	movies
	fails_with "<stdin>:1: no column 'item', found item?title (TSV? --tsv reads it)"
	input 'item\ttitle\n1\t"Aunt ""Polly"""\n2\tB\n'
	movies --delimiter tab
	done_with "$films\n1\tAunt \"Polly\"\t\t\t\t\n2\tB\t\t\t\t\n"
	movies --tsv
	done_with "$films\n1\t\"Aunt \"\"Polly\"\"\"\t\t\t\t\n2\tB\t\t\t\t\n"
	input '"userId"\t"movieId"\t"rating"\n"u1"\t"m1"\t4\n'
	ratings --tsv
	fails_with "<stdin>:1: no column 'user', found \"userId\" \"movieId\" \"rating\" (in quotes? --delimiter tab reads them)"
	ratings --tsv --no-header-in
	expect 0
	says "warning: each value of column 'user' in the first rows is in quotes, which --tsv keeps (--delimiter tab reads them)
warning: 1 of 2 rows rejected, 1 because rating is not a number ('\"rating\"' on line 1)"
	input 'user\titem\trating\nu1\t"m1"\t4\nu2\t\t5\nu2\t"m2"\t5\n'
	ratings --tsv
	expect 0
	says "warning: each value of column 'item' in the first rows is in quotes, which --tsv keeps (--delimiter tab reads them)
warning: 1 of 3 rows rejected, 1 because no item (line 3)"
}

@test "a quote that swallows rows is told" {
	rows='item\ttitle\tgenre\n1\t"Lisbon\tDrama\n2\tSecond\tCrime\n3\tNight"\tWar\n'
	input "$rows"
	movies --delimiter tab
	expect 0
	says 'warning: 1 fields have line breaks and as many delimiters as a row, the first on line 2: is a quote not closed? (--tsv takes quotes as they are)'
	[ "$(wc -l <"$OUT")" -eq 2 ]
	movies --tsv
	expect 0
	says ''
	[ "$(wc -l <"$OUT")" -eq 4 ]
	input "$(printf '%s' "$rows" | sed 's/\\t/,/g')"
	movies
	expect 0
	says 'warning: 1 fields have line breaks and as many delimiters as a row, the first on line 2: is a quote not closed?'
	input 'item\ttitle\n1\tA\n2\t"B\n3\tC\n'
	movies --delimiter tab
	fails_with '<stdin>:3: the quote that opens here is never closed (--tsv takes quotes as they are)'
	# A text of several lines with fewer commas.
	input 'item,title,overview\n1,A,"A ship, lost.\nIt drifts."\n2,"B\nC",d\n'
	movies
	expect 0
	says ''
}

@test "--tsv takes bytes as they are, but for a table of ours" {
	slashes='fields with \\t, \\n, \\r or \\\\ taken as they stand (--tsv-escapes reads them)'
	input 'item\ttitle\n1\tAB\\DC\n2\tC:\\temp\\new\n3\t\\\n'
	movies --tsv -v
	expect 0 "^mr-ingest: ${slashes//[()]/.}: 1\$"
	expect_out "$films\n1\tAB\\\\\\\\DC\t\t\t\t\n2\tC:\\\\\\\\temp\\\\\\\\new\t\t\t\t\n3\t\\\\\\\\\t\t\t\t\n"
	movies --tsv-escapes
	done_with "$films\n1\tAB\\\\\\\\DC\t\t\t\t\n2\tC:\\\\temp\\\\new\t\t\t\t\n3\t\\\\\\\\\t\t\t\t\n"
	# Headers as mr-ingest writes them, and their like.
	for h in 'user\titem\trating' 'user\titem\trating\ttime'; do
		input "$h\na\\\\tb\tx\t1${h##*rating}\n"
		ratings --tsv
		[ "$(sed -n 2p "$OUT" | cut -c 1-4)" = 'a\tb' ] || fail "$h"
	done
	for h in 'user\titem\trating\tnote' 'item\tuser\trating'; do
		input "$h\na\\\\tb\tc\\\\td\t1${h##*rating}\n"
		ratings --tsv
		[ "$(sed -n 2p "$OUT" | cut -f 1 | grep -c '\\\\')" -eq 1 ] ||
			fail "$h"
	done
	input "$films\tx\n1\ta\\\\tb\t\t\t\t\tc\\\\nd\n"
	movies --tsv
	done_with "$films\tx\n1\ta\\\\tb\t\t\t\t\tc\\\\nd\n"
	input 'a\\tb\tx\t1\n'
	ratings --tsv --no-header-in
	done_with "$rated\na\\\\\\\\tb\tx\t1\n"
	ratings --tsv-escapes --no-header-in
	done_with "$rated\na\\\\tb\tx\t1\n"
	ratings --tsv-escapes --delimiter ';'
	expect 2
	says '--tsv and --delimiter exclude each other'
}

@test "encodings by their names" {
	input 'item,title\n1,Ren\xe9e \x96 the \x93film\x94\n'
	want="$films\n1\tRenée \xe2\x80\x93 the \xe2\x80\x9cfilm\xe2\x80\x9d\t\t\t\t\n"
	for e in latin-1 Latin1 ISO-8859-1 windows-1252 CP1252; do
		movies --encoding $e
		done_with "$want"
	done
	movies
	expect 0
	says 'warning: 4 byte sequences are not UTF-8 and became U+FFFD (--encoding latin-1?)'
	input 'item,title\n1,Ren\xc3\xa9e\n'
	for e in utf-8 UTF-8 utf8 utf-8-sig; do
		movies --encoding $e
		done_with "$films\n1\tRenée\t\t\t\t\n"
	done
	movies --encoding no-such
	expect 2
	says "encoding 'no-such' is not known (iconv -l lists those that are)"
}

@test "Latin-1 of what is UTF-8 is told" {
	input 'item,title\n1,Ren\xc3\xa9e\n'
	movies --encoding latin-1
	done_with "$films\n1\tRen\xc3\x83\xc2\xa9e\t\t\t\t\n" \
		'warning: the input is UTF-8, so --encoding latin-1 garbles what is not ASCII'
	input 'item,title\n1,Ren\xc3\xa9e\n2,\xe9\n'
	movies --encoding latin-1
	expect 0
	says ''
	input 'item,title\n1,A\n'
	movies --encoding latin-1
	expect 0
	says ''
}

@test "Latin-1 is not advised where UTF-8 stands beside" {
	for text in '1,Ren\xc3\xa9e\n2,\xe9\n' '1,\xe9\n2,Ren\xc3\xa9e\n' '1,\xe9 Ren\xc3\xa9e\n'; do
		input "item,title\n$text"
		movies
		expect 0
		says 'warning: 1 byte sequences are not UTF-8 and became U+FFFD'
	done
}

@test "ids made floats by missing values are told, and mended" {
	told='warning: ids such as 1.0: made from missing values by pandas? (--id-floats strips .0)'
	input 'movieId,title\n1.0,A\nmovieId,title\n'
	movies
	expect 0
	says "$told
warning: 1 of 2 rows rejected, 1 because header again (line 3)"
	input 'userId,movieId,rating\n1.0,2.0,4\n3.0,2.0,3\n'
	ratings
	done_with "$rated\n1.0\t2.0\t4\n3.0\t2.0\t3\n" "$told"
	ratings --dedupe none
	done_with "$rated\n1.0\t2.0\t4\n3.0\t2.0\t3\n" "$told"
	ratings --id-floats
	done_with "$rated\n1\t2\t4\n3\t2\t3\n"
	input 'userId,movieId,rating\na,1.0,4\na,x,3\na,1,2\n'
	ratings
	done_with "$rated\na\t1.0\t4\na\tx\t3\na\t1\t2\n" "$told"
	ratings --id-floats --dedupe last
	done_with "$rated\na\tx\t3\na\t1\t2\n"
	input 'movieId,title\n1.0,A\n1,B\n2,C\n'
	movies
	expect 0
	says "$told"
	movies --id-floats --dedupe first
	done_with "$films\n1\tA\t\t\t\t\n2\tC\t\t\t\t\n"
	# A decimal comma; a thousand is none.
	input 'userId;movieId;rating\n1,0;2,0;4\n'
	ratings --delimiter ';'
	done_with "$rated\n1,0\t2,0\t4\n" "${told/1.0/1,0}"
	ratings --delimiter ';' --id-floats
	done_with "$rated\n1\t2\t4\n"
	input 'userId;movieId;rating\n1,000;2,00;4\n'
	ratings --delimiter ';' --id-floats
	done_with "$rated\n1,000\t2,00\t4\n"
	# Versions, and one with a point among others.
	input 'user,item,rating\n1.0,1.05,4\n2,v1.0,3\n3,1.,3\n'
	ratings
	done_with "$rated\n1.0\t1.05\t4\n2\tv1.0\t3\n3\t1.\t3\n"
	ratings --id-floats
	done_with "$rated\n1\t1.05\t4\n2\tv1.0\t3\n3\t1.\t3\n"
}

@test "ids that a spreadsheet rounded are told" {
	told='did a spreadsheet round them? What differed may be equal now'
	input 'user,item,rating\nann,9.78E+12,3\nbob,x,4\n'
	ratings
	done_with "$rated\nann\t9.78E+12\t3\nbob\tx\t4\n" \
		"warning: ids such as 9.78E+12: $told"
	input 'item;title\n1,23457e+12;A\n'
	movies --delimiter ';'
	done_with "$films\n1,23457e+12\tA\t\t\t\t\n" \
		"warning: ids such as 1,23457e+12: $told"
	# Names that are alike, and numbers written out.
	input 'user,item,rating\n1e12,E+12,3\n1E-12,9.78E+,4\n1E+5x,123456789012,4\n'
	ratings
	done_with "$rated\n1e12\tE+12\t3\n1E-12\t9.78E+\t4\n1E+5x\t123456789012\t4\n"
}

@test "ids all in single quotes are told" {
	input "user,item,rating\n'u1','m1',4\n'u2',m2,5\n"
	ratings
	done_with "$rated\n'u1'\t'm1'\t4\n'u2'\tm2\t5\n" \
		"warning: ids such as 'u1': all are in single quotes, which stay"
	input "item\ttitle\n'm1'\tA\n"
	movies --tsv
	done_with "$films\n'm1'\tA\t\t\t\t\n" \
		"warning: ids such as 'm1': all are in single quotes, which stay"
	input "user,item,rating\n'u1','m,4\nu2,m',5\nu3,'',1\n"
	ratings
	done_with "$rated\n'u1'\t'm\t4\nu2\tm'\t5\nu3\t''\t1\n"
}

@test "one field where no header is" {
	input 'a\nb\n'
	ratings --no-header-in
	fails_with '<stdin>:1: 1 fields on line 1, expected 2 or more'
	ratings --no-header-in --cols user=1,item=2
	fails_with '<stdin>:1: 1 fields on line 1, expected 2 or more'
	input '\n1;2;3\n4;5;6\n'
	ratings --no-header-in
	fails_with "<stdin>:2: 1 fields on line 2, expected 2 or more (parted by ';'? --delimiter ';')"
}

# told HINT TEXT: the message for such ratings ends in the hint.
told() {
	input "$2"
	ratings "${@:3}"
	expect 1
	tail -n 1 "$ERR" | grep -qF -- "$1" || fail "no hint '$1'"
}

@test "what stands around or between the rows is named" {
	told "(in single quotes? tr \\' \\\" <FILE | mr-ingest ...)" \
		"'user','item','rating'\n'a','1',3\n"
	told "(parted by ':'? --delimiter :)" 'user:item:rating\na:1:3\n'
	told '(a table as mysql draws it? mysql --batch gives TSV)' \
		'+------+------+\n| user | item |\n+------+------+\n| a | 1 |\n'
	told '(lines above the header? tail -n +N FILE | mr-ingest ... from its line N on)' \
		'My ratings\n\nuser,item,rating\na,1,3\n'
	told "(parted by runs of blanks? tr -s ' ' <FILE | mr-ingest ... --delimiter ' ')" \
		'   user  item  rating\n0     1     2     3.5\n'
	told '(--quote backslash takes quotes as they come)' \
		'"User Id" , "Movie Id"\n1 , 2\n'
	told "(rows in a list inside? jq -c '.NAME[]' FILE | mr-ingest ...)" \
		'{"ratings": [{"user":"a","item":"1","rating":3}]}\n'
	told '; do names of rows stand first, with none in the header, as of R? sed '\''1s/^/row,/'\'' FILE | mr-ingest ... gives it one' \
		'"user","item","rating"\n"1","a","b",3\n"2","a","c",4\n'
	told "as of R? sed '1s/^/row;/' FILE | mr-ingest" \
		'user;item;rating\n"1";a;b;3\n' --delimiter ';'
	told "as of R? sed '1s/^/row\\t/' FILE | mr-ingest" \
		'user\titem\trating\n1\ta\tb\t3\n' --tsv
	told "(parted by ','? --csv)" 'a,12:30:05\nb,11:20:00\n' \
		--no-header-in --delimiter ';'
	for value in 85% 4/5 '***' TRUE up 'thumbs down' '4.5 / 5'; do
		told '; --scores FILE says what such are as numbers' \
			"user,item,rating\na,1,$value\n"
	done
	for value in n/a /5 4/ 2020/01/02 '100% sure' 'a*b'; do
		input "user,item,rating\na,1,$value\n"
		ratings
		expect 1 'rows rejected$'
	done
	ratings --no-header-in --cols row,user,item,rating
	fails_with "<stdin>:1: 3 fields, but --cols names more ('rating')"
	# A wrong number of some rows, or by more than one, is another matter.
	input 'user,item\na,1,3\nb,2\n'
	ratings
	done_with 'user\titem\trating\nb\t2\t1\n' \
		'warning: 1 of 2 rows rejected, 1 because wrong number of fields (3 instead of 2 on line 2)'
	input 'item,title,year\n1,A,2011–2019\n'
	movies
	done_with "$films\n1\tA\t\t\t\t\n" \
		"warning: 1 years are not four digits and were left empty ('2011–2019' on line 2); --year-from date reads dates and ranges"
}
