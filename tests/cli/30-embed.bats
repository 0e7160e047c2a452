#!/usr/bin/env bats
# mr-embed: texts from templates and lines, vectors that are each text's own.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-embed mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' >films.tsv \
		item title year people genre note \
		a Heat 1995 'Michael Mann' 'Crime|Drama' '{x}' \
		007 Ran '' '' '' 'long ago' \
		7 Amélie 2001 'Jean-Pierre Jeunet' Romance ''
}

# vectors FILE - names and values as TSV, without the header.
vectors() {
	mr-show --tsv --no-header-out "$1"
}

# values ARGS... - of mr-embed on stdin: the values without the names.
values() {
	mr-embed "$@" >values.mrm
	vectors values.mrm | cut -f 2-
}

# A text of n different words.
words() {
	seq "$1" | tr '\n' ' '
}

# The folder m: the model without what is packed of it.
bare_model() {
	local p
	mkdir m
	for p in "$MODEL"/*; do
		case $p in *.mr-*) ;; *) ln -s "$p" m/ ;; esac
	done
}

@test "a row for each film, of length 1, in order" {
	need_model
	try mr-embed films.tsv
	expect 0
	[ ! -s "$ERR" ]
	vectors "$OUT" >v
	[ "$(cut -f 1 v | tr '\n' ' ')" = 'a 007 7 ' ]
	awk -F '\t' 'NF != 385 { exit 1 }
		{ s = 0; for (i = 2; i <= NF; i++) s += $i * $i
		if ((s - 1)^2 > 1e-12) exit 1 }' v || fail "not 384 of length 1"
	mr-show "$OUT" >shown
	for line in 'tool +mr-embed' 'model +all-MiniLM-L6-v2' 'max_pieces +256' \
		'template +[{]title[}]; [{]genre[}]' \
		'matrix.E +item dim' 'texts +3' 'cut +0'; do
		grep -qE "^  $line\$" shown || fail "not in the META: $line"
	done
}

@test "the template: columns, genres joined, braces, the default" {
	need_model
	mr-embed films.tsv | mr-show --tsv --no-header-out | cut -f 2- >default
	printf 'Heat; Crime, Drama\nRan; \nAmélie; Romance\n' |
		values --lines | cmp - default
	values -f '{title} ({year}); {people}; {genre}' films.tsv >people
	printf 'Heat (1995); Michael Mann; Crime, Drama\nRan (); ; \n%s\n' \
		'Amélie (2001); Jean-Pierre Jeunet; Romance' |
		values --lines | cmp - people
	values -f '{title}; {genre}' films.tsv | cmp - default
	values --format '{{{note}}} {{year}} {title}{title}' films.tsv >braces
	printf '%s\n' '{{x}} {year} HeatHeat' '{long ago} {year} RanRan' \
		'{} {year} AmélieAmélie' | values --lines | cmp - braces
	# Escapes of the TSV are undone before the text is used.
	printf 'item\ttitle\na\tx\\ty\\\\z\n' | values -f '{title}' >escaped
	printf 'x\ty\\z\n' | values --lines | cmp - escaped
}

@test "template errors are named" {
	need_model
	while IFS='|' read -r template status message; do
		try mr-embed -f "$template" films.tsv
		expect "$status"
		echo "mr-embed: $message" | diff - "$ERR"
		[ ! -s "$OUT" ] || fail "output after an error"
	done <<-'END'
		{title|2|template: a single {, expected {COLUMN} ({{ and }} are braces)
		title}|2|template: a single }, expected {COLUMN} ({{ and }} are braces)
		{}|2|template: a column name of 0 bytes
		|2|template: no {COLUMN} in it, every text would be the same
		title|2|template: no {COLUMN} in it, every text would be the same
		{{title}}|2|template: no {COLUMN} in it, every text would be the same
	END
	try mr-embed -f '{plot}' films.tsv
	expect 1 "^mr-embed: films\.tsv:1: .*'plot'"
	try mr-embed -f "$(printf '{title}%.0s' {1..129})" films.tsv
	expect 2 '^mr-embed: template: more than 128 parts$'
	# The template is of no use to --lines, and its columns are not sought.
	try mr-embed --lines films.tsv
	expect 0
	for o in '--format={title}' --id=title; do
		for m in minilm count; do
			try mr-embed -m $m "$o" --lines films.tsv
			expect 2
			echo 'mr-embed: --lines has no columns: --format and --id mean' \
				'nothing to it' | diff - "$ERR"
		done
	done
}

@test "--id names the rows" {
	need_model
	mr-embed --id title films.tsv >t.mrm
	[ "$(vectors t.mrm | cut -f 1 | tr '\n' ' ')" = 'Heat Ran Amélie ' ]
	vectors t.mrm | cut -f 2- >t
	values films.tsv | cmp - t
	try mr-embed --id isbn films.tsv
	expect 1 "^mr-embed: films\.tsv:1: .*'isbn'"
	try mr-embed --id year films.tsv
	expect 1 '^mr-embed: films\.tsv:3: empty year, expected an id$'
	printf 'item\ttitle\na\tx\nb\ty\na\tz\n' >twice.tsv
	try mr-embed -f '{title}' twice.tsv
	expect 1
	echo "mr-embed: twice.tsv:4: item 'a' stands twice (mr-ingest removes" \
		'repeats)' | diff - "$ERR"
	printf 'item\ttitle\na\tx\nb\tx\n' >titles.tsv
	try mr-embed -f '{title}' --id title titles.tsv
	expect 1
	echo "mr-embed: titles.tsv:3: title 'x' stands twice (names must" \
		'differ)' | diff - "$ERR"
}

@test "--lines: numbers from 1, nothing is an escape, empty lines count" {
	need_model
	printf '\xef\xbb\xbfx\\ty\r\n\n\tz' >l.txt
	try mr-embed --lines l.txt
	expect 0
	vectors "$OUT" >v
	[ "$(cut -f 1 v | tr '\n' ' ')" = '1 2 3 ' ]
	# [CLS] [SEP] alone is a vector, too.
	printf '\n' | mr-embed --lines | vectors - | cut -f 2- >empty
	sed -n 2p v | cut -f 2- | cmp - empty
	# Blanks at the ends and between words are all the same to the model.
	printf '  z \n' | values --lines >z
	sed -n 3p v | cut -f 2- | cmp - z
	# The template and the header belong to tables.
	mr-show "$OUT" >shown
	! grep '^  template' shown || fail "a template in the META"
	try mr-embed --lines --no-header-in l.txt
	vectors "$OUT" | cmp - v
	# What is no text is refused as in a table.
	try mr-embed --lines < <(printf 'caf\xc3\xa9\ncaf\xe9\n')
	expect 1 '^mr-embed: <stdin>:2: byte 4 is not UTF-8$'
	try mr-embed --lines < <(printf 'a\nb\0c\n')
	expect 1 '^mr-embed: <stdin>:2: '
}

@test "--no-header-in: item, title, year, people, genre, poster" {
	need_model
	cut -f 1-5 films.tsv | sed 1d >bare.tsv
	values --no-header-in bare.tsv >bare
	values films.tsv | cmp - bare
	# Lines may end early.
	printf 'a\tHeat\t1995\n' | values --no-header-in >short
	echo 'Heat; ' | values --lines | cmp - short
}

@test "-m, -M and where the model lives" {
	need_model
	mr-embed films.tsv >want.mrm
	mr-embed -m minilm -M "$MODEL" films.tsv | cmp - want.mrm
	mr-embed --model minilm --model-folder "$MODEL" films.tsv | cmp - want.mrm
	mkdir -p home/.local/share/mr
	ln -s "$MODEL" home/.local/share/mr/all-MiniLM-L6-v2
	env -u XDG_DATA_HOME HOME="$PWD/home" mr-embed films.tsv | cmp - want.mrm
	XDG_DATA_HOME="$PWD/home/.local/share" mr-embed films.tsv | cmp - want.mrm
	# As the XDG specification says, a relative folder is passed over.
	XDG_DATA_HOME=x HOME="$PWD/home" mr-embed films.tsv | cmp - want.mrm
	# The folders of all users, also where there is no user.
	XDG_DATA_HOME=/none XDG_DATA_DIRS="/none:$PWD/home/.local/share" \
		mr-embed films.tsv | cmp - want.mrm
	env -i XDG_DATA_DIRS="$PWD/home/.local/share:/none" \
		"$MR_BUILD/bin/mr-embed" films.tsv | cmp - want.mrm
}

@test "META names the folder of the model, not always the same" {
	need_model
	ln -s "$MODEL" other
	odd=$'\xff'	# not UTF-8, as META must be
	ln -s "$MODEL" "$odd"
	while IFS='|' read -r folder name; do
		mr-embed -M "$folder" films.tsv >named.mrm
		mr-show named.mrm | grep -qE "^  model +$name\$" ||
			fail "$folder: not $name"
	done <<-END
		$MODEL/|all-MiniLM-L6-v2
		other|other
		./other//|other
		$PWD/other|other
		other/.|transformer
		$odd|transformer
	END
	(cd other && mr-embed -M . "$OLDPWD/films.tsv") | mr-show |
		grep -qE '^  model +transformer$'
	# Whatever the name is: the same weights are the same model.
	mr-embed -M other films.tsv >other.mrm
	mr-embed films.tsv | mr-knn other.mrm | grep -q .
}

@test "a model that is not there or not one is named" {
	try mr-embed -M nowhere films.tsv
	expect 1
	echo 'mr-embed: nowhere/config.json: cannot open: No such file or' \
		'directory (fetch-model of mr(7) brings all-MiniLM-L6-v2; -M names' \
		'another folder)' | diff - "$ERR"
	try env -u XDG_DATA_HOME -u HOME XDG_DATA_DIRS=/n1:/n2 mr-embed films.tsv
	expect 1 '^mr-embed: /n2/mr/all-MiniLM-L6-v2/config.json: cannot open: '
	try env -u XDG_DATA_HOME HOME=/n0 XDG_DATA_DIRS=/n1:/n2 mr-embed films.tsv
	expect 1 '^mr-embed: /n0/.local/share/mr/all-MiniLM-L6-v2/config.json: '
	try env -u XDG_DATA_HOME -u HOME XDG_DATA_DIRS=share mr-embed films.tsv
	expect 2
	echo 'mr-embed: neither XDG_DATA_HOME nor HOME nor XDG_DATA_DIRS names a' \
		'folder: where is all-MiniLM-L6-v2? name it with -M' | diff - "$ERR"
	try mr-embed -m bag films.tsv
	expect 2 "^mr-embed: --model: 'bag' is none of minilm count tfidf; see mr-embed -h\$"
	mkdir m
	echo '{"model_type": "gpt2"}' >m/config.json
	try mr-embed -M m films.tsv
	expect 1
	echo "mr-embed: m/config.json: unsupported model_type 'gpt2', expected" \
		'bert' | diff - "$ERR"
	echo '{"model_type": "bert"' >m/config.json
	try mr-embed -M m films.tsv
	expect 1 '^mr-embed: m/config\.json:2: '
	[ ! -s "$OUT" ]
}

@test "damaged weights are refused" {
	need_model
	mkdir m
	for f in "$MODEL"/*; do
		ln -s "$f" m/
	done
	rm m/model.safetensors
	head -c 1000000 "$MODEL/model.safetensors" >m/model.safetensors
	try mr-embed -M m films.tsv
	expect 1 '^mr-embed: m/model\.safetensors: '
	[ ! -s "$OUT" ]
	rm m/vocab.txt
	head -n 1000 "$MODEL/vocab.txt" >m/vocab.txt
	try mr-embed -M m films.tsv
	expect 1
	echo 'mr-embed: m/vocab.txt: 1000 tokens, config.json says 30522' |
		diff - "$ERR"
}

@test "texts are cut at 256 pieces, and -v counts them" {
	need_model
	{ words 254; echo; words 255; echo; words 1000; echo; echo qzxjv; } >l.txt
	try mr-embed --lines -v l.txt
	expect 0
	expect 0 '^mr-embed: texts: 4, word pieces: 775, unknown: 0$'
	expect 0 '^mr-embed: texts cut at 256 pieces: 2, longest: 1557$'
	vectors "$OUT" | cut -f 2- >v
	# What is behind the cut counts for nothing.
	sed -n 3p v | cmp - <(words 900 | values --lines)
	mr-show "$OUT" | grep -qE '^  cut +2$'
	# One piece a word: 254 fit, 255 do not.
	{ yes a | head -n 254 | tr '\n' ' '; echo
	yes a | head -n 255 | tr '\n' ' '; echo; } >a.txt
	try mr-embed --lines -v a.txt
	expect 0 '^mr-embed: texts cut at 256 pieces: 1, longest: 257$'
	expect 0 '^mr-embed: texts: 2, word pieces: 512, unknown: 0$'
	vectors "$OUT" | cut -f 2- | sort -u | wc -l | grep -qx 1
	# Words without pieces are counted.
	printf '\xf0\x9f\xa6\x84 horse\n' >u.txt
	try mr-embed --lines -v u.txt
	expect 0 ', unknown: 1$'
}

@test "warnings of texts that are cut, empty or strange to the model" {
	need_model
	local p
	for p in f32 int8; do
		{ words 300; echo; words 9; echo; yes a | head -n 255 | tr '\n' ' '
		} >cut.txt
		try mr-embed --precision $p --lines -o cut.mrm cut.txt
		expect 0
		diff "$ERR" <(echo 'mr-embed: warning: 2 of 3' \
			'texts are longer than 256 pieces: the rest counts for nothing')
		# Blanks and control characters leave nothing, either.
		printf 'a\n\nb\n' >one.txt
		printf 'a\n\n \t \nb\n\302\240\n\342\200\213\n' >empty.txt
		try mr-embed --precision $p --lines -o e.mrm one.txt
		diff "$ERR" <(echo \
			'mr-embed: warning: 1 text is empty')
		try mr-embed --precision $p --lines -o e.mrm empty.txt
		diff "$ERR" <(echo \
			'mr-embed: warning: 4 texts are empty: they have one vector')
		# Marks around what is not known say nothing, but by themselves do.
		printf '\360\237\232\200!\n(\360\237\222\251), ...\n$\nfox\n' \
			>strange.txt
		try mr-embed --precision $p --lines -o s.mrm strange.txt
		diff "$ERR" <(echo 'mr-embed: warning: 2 of 4' \
			'texts have no piece that the model knows')
	done
	try mr-embed -q --lines -o s.mrm strange.txt
	[ ! -s "$ERR" ]
}

@test "a row of nothing but the template is empty; its words are no content" {
	need_model
	printf 'item\ttitle\tgenre\na\t\t\nb\tFox\t\nc\t\tDrama\n' >t.tsv
	printf 'd\t\360\237\232\200\t\n' >>t.tsv
	for f in '{title}; {genre}' 'A film: {title} ({genre})'; do
		try mr-embed -f "$f" -o t.mrm t.tsv
		expect 0
		diff "$ERR" - <<-'END'
			mr-embed: warning: 1 text is empty
			mr-embed: warning: 1 of 4 texts has no piece that the model knows
		END
	done
	# Where every text has something to say there is no word.
	{ words 254; echo; printf 'fox \360\237\232\200\n'; echo '...'; } >well.txt
	try mr-embed --lines -o w.mrm well.txt
	expect 0
	[ ! -s "$ERR" ]
}

# Rows of lengths from 2 to 256 pieces, past a block of 256.
many() {
	awk 'BEGIN { print "item\ttitle"
		for (i = 1; i <= 300; i++) {
			printf "i%d\tfilm %d", i, i
			for (j = 0; j < (i % 37 == 0 ? 250 : i % 11); j++)
				printf " word%d", i * j
			print ""
		} }'
}

@test "a row alone has the bits it has among others" {
	need_model
	many >many.tsv
	mr-embed -f '{title}' many.tsv >many.mrm
	vectors many.mrm >together
	for i in 1 2 37 74 185 255 256 257 300; do
		sed -n "1p;$((i + 1))p" many.tsv >one.tsv
		mr-embed -f '{title}' one.tsv >one.mrm
		vectors one.mrm | cmp - <(sed -n "${i}p" together) ||
			fail "row $i alone differs"
	done
	# Other neighbours, another place.
	{ head -n 1 many.tsv; sed 1d many.tsv | tail -n 61 | sort -r; } >other.tsv
	mr-embed -f '{title}' other.tsv >other.mrm
	vectors other.mrm | sort | cmp - <(tail -n 61 together | sort)
	# In lines, too; names aside.
	sed 1d many.tsv | cut -f 2 | head -n 20 | values --lines |
		cmp - <(head -n 20 together | cut -f 2-)
}

@test "the same bytes for threads, core types, files and pipes" {
	need_model
	# Eleven runs; a sanitizer on a busy machine takes a minute for each 280.
	many | head -n "$([ -n "${MR_SANITIZER:-}" ] && echo 60 || echo 280)" \
		>many.tsv
	mr-embed -f '{title}' -t 1 many.tsv >want.mrm
	for t in 2 4 7; do
		mr-embed -f '{title}' -t $t many.tsv | cmp - want.mrm
	done
	for core in HASWELL SKYLAKEX PRESCOTT; do
		OPENBLAS_CORETYPE=$core mr-embed -f '{title}' many.tsv |
			cmp - want.mrm || fail "$core differs"
	done
	mr-embed -f '{title}' <many.tsv | cmp - want.mrm
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat many.tsv | mr-embed -f '{title}' - | cmp - want.mrm
	"$PIPES" dribble mr-embed -f '{title}' <many.tsv | cmp - want.mrm
	mr-embed -f '{title}' -s 7 -o out.mrm many.tsv
	cmp out.mrm want.mrm
}

@test "texts that mean the same are near" {
	need_model
	need_tool mr-knn
	printf '%s\n' 'A shark kills swimmers.' 'Two people fall in love.' \
		'A man robs a bank.' >base.txt
	printf '%s\n' 'a bank robbery' 'SHARKS ATTACK!' 'romance' >q.txt
	mr-embed --lines base.txt >base.mrm
	try mr-knn -k 1 base.mrm < <(mr-embed --lines q.txt)
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 3 | tr '\n' ' ')" = '3 1 2 ' ]
}

@test "--selftest: the smallest cosine with known vectors, and its bound" {
	need_model
	for p in f32 int8; do
		for t in 1 3; do
			try mr-embed --selftest --precision $p -t $t </dev/null
			expect 0
			grep -E '^smallest cosine: (1|0\.99)[.0-9]*, texts: 6, precision: (f32|int8)$' \
				"$OUT" || fail "$p"
		done
	done
	mr-embed --selftest -M "$MODEL" | awk '{ exit !($3 + 0 > 0.999999) }'
	# Weights with some bytes changed far from their head.
	mkdir m
	ln -s "$MODEL"/* m/
	rm m/model.safetensors
	cp "$MODEL/model.safetensors" m/
	head -c 65536 /dev/zero | dd of=m/model.safetensors bs=1M seek=60 \
		conv=notrunc 2>/dev/null
	try mr-embed --selftest -M m
	expect 1 '^mr-embed: m: a cosine of [-0-9.]+ with the reference, expected at least 0\.9999: not all-MiniLM-L6-v2, or this machine computes wrongly$'
	try mr-embed --selftest -M m -o out.txt
	expect 1
	[ ! -e out.txt ]
	while read -r args; do
		# shellcheck disable=SC2086
		try mr-embed --selftest $args
		expect 2 '^mr-embed: --selftest: only -M and --precision go with it'
		[ ! -s "$OUT" ]
	done <<-'END'
		films.tsv
		-m tfidf
		--lines
		-f {title}
		--id title
		--ledger l.tsv
	END
}

@test "the reference's vectors" {
	need_model
	need_shared data/minilm/reference.jsonl
	python3 -c 'import numpy' 2>/dev/null || skip "no numpy"
	# Texts with a line end cannot be lines: they go as a table.
	python3 - "$SHARED/data/minilm/reference.jsonl" >ref.tsv <<-'END'
		import json, sys
		esc = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r",
		                     "\\": "\\\\"})
		print("item\ttext")
		for i, line in enumerate(open(sys.argv[1], encoding="utf-8")):
		    # A table holds no NUL, and the tokenizer drops it.
		    text = json.loads(line)["text"].replace("\0", "")
		    print(i, text.translate(esc), sep="\t")
	END
	mr-embed -f '{text}' ref.tsv | mr-show --npy >ref.npy
	python3 - "$SHARED/data/minilm/reference.f32" <<-'END'
		import numpy as np, sys
		a = np.load("ref.npy").astype("f8")
		b = np.fromfile(sys.argv[1], "<f4").reshape(-1, 384).astype("f8")
		assert a.shape == b.shape, (a.shape, b.shape)
		cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) \
		    / np.linalg.norm(b, axis=1)
		assert cosine.min() > 0.99999, cosine.min()
	END
}

@test "empty and header-only tables are matrices of no rows" {
	need_model
	for text in '' 'item\ttitle\tyear\tpeople\tgenre\n'; do
		# shellcheck disable=SC2059
		try mr-embed < <(printf "$text")
		expect 0
		[ ! -s "$ERR" ]
		mr-show --tsv "$OUT" | head -n 1 | cut -f 1,2,385 |
			cmp - <(printf 'item\tdim0\tdim383\n')
		[ "$(mr-show --tsv --no-header-out "$OUT" | wc -l)" -eq 0 ]
	done
	try mr-embed --lines </dev/null
	expect 0
	mr-show --check "$OUT"
}

@test "an error in the middle leaves no stream that is complete" {
	need_model
	{ many; printf 'i1\tagain\n'; } >bad.tsv
	TRY_SECONDS=400 try mr-embed -f '{title}' bad.tsv
	expect 1 "^mr-embed: bad\.tsv:302: item 'i1' stands twice"
	! mr-show --check "$OUT" 2>/dev/null || fail "a complete stream"
	TRY_SECONDS=400 try mr-embed -f '{title}' -o out.mrm bad.tsv
	expect 1
	[ ! -e out.mrm ]
	[ "$(find . -name '.mr-*' | wc -l)" -eq 0 ]
}

@test "--precision int8 is near f32, and as independent of place and threads" {
	need_model
	values films.tsv >f32
	values --precision int8 -t 1 films.tsv >int8
	values --precision int8 -t 4 films.tsv | cmp - int8
	! cmp -s f32 int8 || fail "int8 has the values of f32"
	paste f32 int8 | awk -F '\t' '{ s = 0
		for (i = 1; i <= 384; i++) s += $i * $(i + 384)
		if (s < 0.995) { print NR, s; exit 1 } }'
	# A row alone has the bits that it has among others.
	{ sed -n 1p films.tsv; sed -n 3p films.tsv; } | values --precision int8 |
		cmp - <(sed -n 2p int8)
	many >many.tsv
	values -f '{title}' --precision int8 many.tsv >together
	for i in 1 37 74 185 256 257; do
		sed -n "1p;$((i + 1))p" many.tsv |
			values -f '{title}' --precision int8 |
			cmp - <(sed -n "${i}p" together) || fail "row $i alone differs"
	done
	mr-embed --precision int8 films.tsv | mr-show |
		grep -q '^  precision *int8$'
	try mr-embed --precision int8 -v -o v.mrm films.tsv
	expect 0 '^mr-embed: 8-bit products: [a-z0-9]+$'
}

# In the mean of 300 the cosine was .9994 and, of weights that are each rounded
# for itself, .9984.
@test "weights in 8 bits are fitted to texts, alike each time" {
	need_model
	local p=model.safetensors.mr-int8
	bare_model
	many >many.tsv
	values -f '{title}' many.tsv >f32
	values -M m -f '{title}' --precision int8 many.tsv >first
	values -M m -f '{title}' --precision int8 many.tsv | cmp - first
	paste f32 first | awk -F '\t' '
		{ for (i = 1; i <= 384; i++) s += $i * $(i + 384) }
		END { if (s / NR < 0.9991) { print s / NR; exit 1 } }'
	mv m/$p kept
	mr-embed -q -M m --precision int8 -o v.mrm films.tsv
	cmp kept m/$p
}

@test "vectors have the same bytes at each level of instructions" {
	need_model
	local p level
	{ head -n 3 films.tsv; } >few.tsv
	many | head -n 40 >more.tsv
	for level in avx512 avx2 plain; do
		export MR_SIMD=$level
		mr-embed -q -f '{title}' -o f32.$level few.tsv
		mr-embed -q -f '{title}' --precision int8 -o int8.$level \
			more.tsv
	done
	unset MR_SIMD
	for p in f32 int8; do
		for level in avx2 plain; do
			cmp $p.avx512 $p.$level || fail "$p: $level differs"
		done
	done
}

@test "packed weights beside the model: used, made anew, two writers at once" {
	need_model
	local a b packed=m/model.safetensors.mr-f32
	bare_model
	printf 'fox\nhen\n' >lines.txt
	try mr-embed -M m --lines -o cold.mrm lines.txt
	expect 0
	[ ! -s "$ERR" ]
	cp $packed first
	try mr-embed -M m --lines -o warm.mrm lines.txt
	cmp cold.mrm warm.mrm
	cmp $packed first
	# Damaged, then gone and made by two at once.
	printf X | dd of=$packed bs=1 seek=5000000 conv=notrunc 2>/dev/null
	try mr-embed -M m --lines -o warm.mrm lines.txt
	expect 0
	[ ! -s "$ERR" ]
	cmp cold.mrm warm.mrm
	cmp $packed first
	rm $packed
	mr-embed -M m --lines -o a.mrm lines.txt &
	a=$!
	mr-embed -M m --lines -o b.mrm lines.txt &
	b=$!
	wait $a
	wait $b
	cmp a.mrm cold.mrm
	cmp b.mrm cold.mrm
	cmp $packed first
	[ "$(find m -name '*.mr-*' | wc -l)" -eq 1 ]
	[ "$(find m -name '.*' | wc -l)" -eq 0 ]
}

@test "--ledger: pieces of every text, and how many were cut" {
	need_model
	{ echo 'a b'; echo; words 300; echo; } >lines.txt
	mr-embed --lines --ledger ledger.tsv lines.txt >v.mrm
	awk -F '\t' 'NR == 1 { exit !($0 == "item\tpieces\tcut") }' ledger.tsv
	sed -n '2,3p' ledger.tsv | diff - <(printf '1\t4\t0\n2\t2\t0\n')
	awk -F '\t' 'NR == 4 { exit !($1 == 3 && $2 > 256 && $3 == $2 - 256) }' \
		ledger.tsv
	[ "$(wc -l <ledger.tsv)" -eq 4 ]
	# Whole or absent.
	printf 'a\nb\377\n' >bad.txt
	try mr-embed --lines --ledger none.tsv -o none.mrm bad.txt
	expect 1
	[ ! -e none.tsv ] && [ ! -e none.mrm ]
	try mr-embed -m tfidf --ledger none.tsv lines.txt
	expect 2 '^mr-embed: --ledger: means nothing to -m tfidf'
}
