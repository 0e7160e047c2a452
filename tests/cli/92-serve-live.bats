#!/usr/bin/env bats
# mr-serve while it runs: other files, signals, what may fail meanwhile.
# SPDX-License-Identifier: MIT

load ../helpers
load ../serve

setup_file() {
	web
	sed 's/Toy Story/Toy Fable/' movies.tsv >other.tsv
}

setup() {
	cd "$WEB" || return 1
}

# generation N - wait until that is what is served.
generation() {
	local i
	for ((i = 0; i < 200; i++)); do
		ask /api/v1/model
		[[ $BODY != *"\"generation\":$1,"* ]] || return 0
		sleep 0.05
	done
	echo "$BODY"
	return 1
}

@test "twenty reloads fail none of the requests that go on meanwhile" {
	local i n
	cp movies.tsv now.tsv
	cp als.mrm now.mrm
	start live --movies now.tsv --model now.mrm
	PORT=$(port_of live)
	# Two of each kind in a loop of its own, until told to end.
	for i in 1 2 3; do
		while [ ! -e stop ]; do
			curl -s -m 20 -w '%{http_code}\n' -o /dev/null \
				"http://127.0.0.1:$PORT/film/f[200-250]" -o /dev/null \
				"http://127.0.0.1:$PORT/api/v1/users/u00[11-41]/recommendations" \
				-o /dev/null "http://127.0.0.1:$PORT/search?q=dark&n=[1-9]"
		done >codes.$i 2>&1 3>&- &
		echo $! >>loops
	done
	for i in {2..21}; do
		cp "$([ $((i % 2)) -eq 0 ] && echo other || echo movies).tsv" next
		mv next now.tsv
		cp als.mrm next
		mv next now.mrm
		kill -HUP "$(cat live.pid)"
		generation "$i"
		ask /api/v1/films/f210
		has "$BODY" "Toy $([ $((i % 2)) -eq 0 ] && echo Fable || echo Story)"
	done
	touch stop
	while read -r n; do wait "$n"; done <loops
	sort codes.* | uniq -c >counts
	head -n 5 counts
	[ "$(wc -l <counts)" -eq 1 ]
	grep -q ' 200$' counts
	[ "$(awk '{ print $1 }' counts)" -gt 500 ]
	[ ! -s live.err ] || fail "$(cat live.err)"
}

@test "words searched for together find what each finds alone" {
	need_model
	local i
	head -n 60 movies.tsv | mr-embed -q >some.mrm
	start words --movies movies.tsv --items some.mrm
	PORT=$(port_of words)
	for i in {1..24}; do echo "a film about $i dogs and what they do"; done >texts
	# On a slow machine some wait too long: they ask again.
	curl -s -Z --parallel-max 24 --retry 40 -o 'found.#1' \
		"http://127.0.0.1:$PORT/api/v1/search?match=text&n=10&q=a+film+about+[1-24]+dogs+and+what+they+do"
	for i in {1..24}; do
		BODY=$(cat "found.$i")
		items cosine | sed "s/^/$i /"
	done >got
	mr-embed -q --lines texts | mr-knn -q -k 10 some.mrm |
		awk -F '\t' 'NR > 1 { print $1, $3, $4 }' >want
	[ "$(wc -l <want)" -eq 240 ]
	diff want got
	# Who has closed his own side by then is answered, too.
	if command -v python3 >/dev/null; then
		python3 - "$PORT" <<-'END' >half
			import socket, sys
			s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
			s.sendall(b"GET /api/v1/search?match=text&q=half+a+word HTTP/1.1\r\n"
			          b"Host: localhost\r\n\r\n")
			s.shutdown(socket.SHUT_WR)
			while data := s.recv(65536):
			    sys.stdout.buffer.write(data)
		END
		has "$(head -n 1 half)" 'HTTP/1.1 200'
		has "$(tail -n 1 half)" '"generation":1}'
	fi
	# More than may wait: titles alone, and when to ask again.
	curl -s -Z --parallel-max 250 -o '/dev/null' -w '%{http_code}\n' \
		"http://127.0.0.1:$PORT/search?q=dark+things+[1-400]" >codes
	[ "$(wc -l <codes)" -eq 400 ]
	run grep -vx -e 200 -e 503 codes
	[ "$status" -eq 1 ] || fail "$output"
	for i in {1..40}; do
		ask '/search?q=dark+things+1'
		[ "$CODES" != 200 ] || break
		sleep .5
	done
	[ "$CODES" = 200 ]
}

@test "films from a pipe are read once, titles too" {
	try mr-serve --check --movies - <movies.tsv
	expect 0
	expect_out "films\t$(($(wc -l <movies.tsv) - 1))\nusers\t0\nvectors\t0\n"
	start piped --movies <(cat movies.tsv)
	PORT=$(port_of piped)
	ask /api/v1/films/f210
	has "$BODY" 'Toy Story'
	printf 'Toy Story (1995)\n' >list.txt
	bring /me/import file=list.txt
	has "$BODY" 'films matched 1.'
	[ ! -s piped.err ] || fail "$(cat piped.err)"
}

@test "an answer is made once, but for who has rated something" {
	local i
	start kept --movies movies.tsv --model als.mrm --log kept.tsv
	PORT=$(port_of kept)
	for i in {1..5}; do
		curl -s -o one -o two "http://127.0.0.1:$PORT/film/f210" \
			"http://127.0.0.1:$PORT/film/f210"
		cmp one two
	done
	curl -s -b mr_r=1.f210:500 -o one -o two "http://127.0.0.1:$PORT/film/f210" \
		"http://127.0.0.1:$PORT/film/f210"
	grep -q 'aria-pressed="true"' one
	cmp one two
	curl -s -I "http://127.0.0.1:$PORT/film/f210" |
		grep -i '^content-length: [1-9]'
	until [ "$(wc -l <kept.tsv)" -eq 14 ]; do sleep 0.05; done
	cut -f 8 kept.tsv | sed 1d | sort | uniq -c | awk '{ print $1, $2 }' >got
	# Each of two loops makes it, and hands it out by itself.
	grep -qx '2 ' got
	[ "$(sed -n 's/ hit$//p' got)" -ge 9 ]
}

@test "what cannot be loaded is told, and what was there is served on" {
	local file tag
	cp movies.tsv keep.tsv
	cp als.mrm keep.mrm
	start keep --movies keep.tsv --model keep.mrm
	PORT=$(port_of keep)
	ask /film/f210
	tag=$(sed -n 's/^ETag: //p' <<<"$HEAD")
	# Cut, changed, empty, away.
	head -c 20000 als.mrm >keep.mrm.1
	{ head -c 9000 als.mrm; printf x; tail -c +9002 als.mrm; } >keep.mrm.2
	: >keep.tsv.3
	head -n 1 movies.tsv >keep.tsv.4
	# A pipe would be waited for, and nothing that comes behind be heard.
	mkfifo keep.tsv.6 keep.mrm.7
	for file in keep.mrm.1 keep.mrm.2 keep.tsv.3 keep.tsv.4 keep.tsv.5 keep.tsv.6 keep.mrm.7; do
		: >keep.err
		rm -f keep.tsv keep.mrm
		cp movies.tsv keep.tsv
		cp als.mrm keep.mrm
		if [ -e "$file" ]; then mv "$file" "${file%.*}"; else rm keep.tsv; fi
		kill -HUP "$(cat keep.pid)"
		until [ -s keep.err ]; do sleep 0.05; done
		cat keep.err
		[ "$(wc -l <keep.err)" -eq 1 ]
		grep -q '^mr-serve: warning: not reloaded, what was there is served on: keep' keep.err
		ask /film/f210 "If-None-Match: $tag"
		[ "$CODES" = 304 ]
		ask '/api/v1/films?n=1'
		has "$BODY" '"generation":1}'
	done
	# And once they are right again they are taken.
	rm -f keep.mrm
	cp als.mrm keep.mrm
	cp other.tsv keep.tsv
	kill -HUP "$(cat keep.pid)"
	generation 2
	ask /film/f210 "If-None-Match: $tag"
	[ "$CODES" = 200 ]
	has "$BODY" 'Toy Fable'
}

@test "the demo ends with a page of what it made" {
	need_model
	mkdir -p lens
	printf 'movieId,title,genres\n1,Jaws (1975),Horror\n2,Toy Story (1995),Animation|Comedy\n3,Heat (1995),Crime\n' >lens/movies.csv
	printf 'userId,movieId,rating,timestamp\n1,1,5,1\n1,2,3,1\n2,2,4,1\n2,3,1,1\n3,1,4,1\n' >lens/ratings.csv
	BUILD=$PWD/here PORT=0 SERVE=1 "$TOP/scripts/demo" lens >demo.out 2>&1 3>&- &
	echo $! >demo.pid
	until grep -q '^http://' demo.out; do sleep 0.1; done
	PORT=$(sed -n 's/^http:.*:\([0-9]*\)\/$/\1/p' demo.out)
	ask '/search?q=shark'
	has "$BODY" 'Jaws'
	kill "$(cat demo.pid)"
	ended demo 0
	try env BUILD="$PWD/here" "$TOP/scripts/demo" lens
	expect 0
	tail -n 1 "$OUT" | grep -qE '^/.*/mr-serve --movies .*/demo/movies.tsv --items .*/demo/movies.mrm --model .*/demo/model.mrm$'
}

@test "without descriptors those who are there are served on" {
	local i
	(
		ulimit -n 40
		start few --movies movies.tsv
	)
	PORT=$(port_of few)
	exec 8<>"/dev/tcp/127.0.0.1/$PORT"
	# More than it can take; those wait, and nobody is thrown out.
	for i in {1..60}; do
		(exec 9<>"/dev/tcp/127.0.0.1/$PORT" && sleep 3) 2>/dev/null 3>&- &
	done
	sleep 1
	printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n' >&8
	read -r -t 10 REPLY <&8
	has "$REPLY" ' 200 '
	exec 8>&- 8<&-
	ask /healthz
	[ "$CODES" = 200 ]
	kill -0 "$(cat few.pid)"
}

@test "killed at any time it leaves nothing behind, and begins anew" {
	cp als.mrm hit.mrm
	start hit --movies movies.tsv --model hit.mrm
	PORT=$(port_of hit)
	curl -s -m 20 -o /dev/null "http://127.0.0.1:$PORT/film/f[200-290]" 3>&- &
	kill -HUP "$(cat hit.pid)"
	kill -9 "$(cat hit.pid)"
	ended hit 137
	cmp als.mrm hit.mrm
	: >hit.url
	(PLACE="--port $PORT" start hit --movies movies.tsv --model hit.mrm)
	ask /healthz
	[ "$CODES" = 200 ]
}

@test "damaged or missing files at the start are told, and nothing listens" {
	local file
	head -c 20000 als.mrm >cut.mrm
	{ head -c 9000 als.mrm; printf x; tail -c +9002 als.mrm; } >changed.mrm
	for file in cut.mrm changed.mrm none.mrm movies.tsv; do
		try mr-serve --port 0 --movies movies.tsv --model "$file"
		expect 1 "^mr-serve: $file: "
		expect_out ''
		[ "$(wc -l <"$ERR")" -eq 1 ]
	done
	try mr-serve --port 0 --movies movies.tsv --items als.mrm -M /nowhere
	expect 1 '^mr-serve: '
	expect_out ''
}

@test "memory stays where it is however much is asked" {
	need_plain_build
	local i before after
	start long --movies movies.tsv --model als.mrm --metrics
	PORT=$(port_of long)
	resident() {
		ask /metrics
		sed -n 's/^process_resident_memory_bytes //p' <<<"$BODY"
	}
	much() {
		curl -s -o /dev/null "http://127.0.0.1:$PORT/film/f[001-357]" \
			-o /dev/null "http://127.0.0.1:$PORT/api/v1/users/u0[100-399]/recommendations" \
			-o /dev/null "http://127.0.0.1:$PORT/search?q=the&n=[1-100]" \
			-o /dev/null "http://127.0.0.1:$PORT/nope/[1-100]"
	}
	# The first fill what is kept, and the work of both loops: several
	# connections at once, as one keeps to the loop that took it.
	for i in {1..12}; do
		much 3>&- &
		echo $! >>much.pids
	done
	while read -r i; do wait "$i"; done <much.pids
	before=$(resident)
	for i in {1..3}; do
		much
	done
	after=$(resident)
	echo "$before $after"
	[ "$after" -lt $((before + before / 10)) ]
}
