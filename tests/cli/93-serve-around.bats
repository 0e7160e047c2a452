#!/usr/bin/env bats
# mr-serve and what stands around it: sockets, proxies, service managers, logs.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034

load ../helpers
load ../serve

setup_file() {
	web
}

setup() {
	cd "$WEB" || return 1
}

@test "a Unix socket: its mode, a stale one, a live one" {
	local PLACE='--socket here.sock'
	start named --movies movies.tsv
	[ "$(cat named.url)" = unix:here.sock ]
	[ "$(stat -c %a here.sock)" = 660 ]
	curl -s --unix-socket here.sock http://localhost/healthz | grep -qx ok
	try mr-serve --socket here.sock --movies movies.tsv
	expect 1 '^mr-serve: here.sock: somebody listens there'
	# Killed, it leaves the name behind, which is nobody's then.
	kill -9 "$(cat named.pid)"
	ended named 137
	[ -S here.sock ]
	start named --movies movies.tsv
	curl -s --unix-socket here.sock http://localhost/healthz | grep -qx ok
	kill "$(cat named.pid)"
	ended named 0
	[ ! -e here.sock ]
	: >file
	try mr-serve --socket file --movies movies.tsv
	expect 1 'or it is no socket'
	[ -f file ]
	try mr-serve --socket no/folder --movies movies.tsv
	expect 1 'No such file'
	try mr-serve --socket "$(printf '%0200d' 0)" --movies movies.tsv
	expect 2 'a socket.s path has'
	try mr-serve --socket x --port 1 --movies movies.tsv
	expect 2 '--socket and --port'
}

@test "a socket that is handed over, and what is told of readiness" {
	need_command python3
	cat >manager.py <<'END'
# A service manager: hands over a socket, and writes down what it is told.
import os, socket, subprocess, sys
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.bind(sys.argv[1])
told.settimeout(0.2)
s = socket.create_server(("127.0.0.1", 0))
def child():
    os.dup2(s.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.environ["LISTEN_FDS"] = sys.argv[2]
    os.environ["NOTIFY_SOCKET"] = sys.argv[1]
    os.execvp(sys.argv[3], sys.argv[3:])
pid = os.fork()
if pid == 0:
    child()
print(pid, s.getsockname()[1], flush=True)
s.close()
ended = 0
while not ended:
    ended, status = os.waitpid(pid, os.WNOHANG)
    try:
        while True:
            print(told.recv(4096).decode(), flush=True)
    except TimeoutError:
        pass
sys.exit(os.waitstatus_to_exitcode(status))
END
	python3 manager.py "$PWD/told.sock" 1 mr-serve --movies movies.tsv >told \
		2>told.err 3>&- &
	echo $! >manager.pid
	until grep -q READY told; do sleep 0.05; done
	read -r pid PORT <told
	ask /healthz
	[ "$BODY" = ok ]
	kill -HUP "$pid"
	until grep -q 'generation 2' told; do sleep 0.05; done
	kill "$pid"
	ended manager 0
	sed '1d; /^http/d' told | sed 's/USEC=[0-9]*/USEC=N/' | paste -sd' ' >got
	films=$(($(wc -l <movies.tsv) - 1))
	[ "$(cat got)" = "READY=1 STATUS=generation 1, $films films \
RELOADING=1 MONOTONIC_USEC=N READY=1 STATUS=generation 2, $films films \
STOPPING=1" ] || fail "$(cat got)"
	# Two sockets, or one and a port, are no place to listen.
	python3 manager.py "$PWD/two.sock" 2 mr-serve --movies movies.tsv 2>two.err \
		>two 3>&- || STATUS=$?
	[ "$STATUS" -eq 2 ]
	grep -q '2 sockets were handed over, expected one' two.err
	python3 manager.py "$PWD/port.sock" 1 mr-serve --movies movies.tsv --port 0 \
		2>port.err >port 3>&- || STATUS=$?
	[ "$STATUS" -eq 2 ]
	grep -q 'a socket was handed over' port.err
	# What is meant for another process is not taken.
	export LISTEN_PID=1 LISTEN_FDS=1
	start plain --movies movies.tsv
}

@test "below a path every address has it, and another is not ours" {
	local x
	start below --movies movies.tsv --model als.mrm --base-path /films
	PORT=$(port_of below)
	[ "$(sed 's/[0-9]*\/films/N\/films/' below.url)" = \
		http://127.0.0.1:N/films/ ]
	for x in / /film/f210 '/search?q=dark' '/search?genre=War' /users \
		/user/u0001 /me /about; do
		ask "/films$x" 'Cookie: mr_r=1.f210:500'
		[ "$CODES" = 200 ] || fail "$x: $CODES"
		run grep -oE '(href|src|action)="/([^f]|f[^i]|film[^s])[^"]*' <<<"$BODY"
		[ "$status" -eq 1 ] || fail "$x: $output"
	done
	ask /films
	[ "$CODES" = 200 ]
	for x in / /film/f210 /filmsx /film; do
		ask "$x"
		[ "$CODES" = 404 ]
	done
	ask '/films/api/v1/films?n=2'
	has "$BODY" '"next":"/films/api/v1/films?n=2&offset=2"'
	has "$HEAD" 'Link: </films/api/v1/films?n=2&offset=2>'
	ask /films/api/v1/nope
	has "$BODY" '"type":"/films/api/v1/problems#not-found"'
	post /films/rate 'item=f210&rating=5&back=%2Fsearch%3Fq%3Da' \
		'Sec-Fetch-Site: same-origin'
	has "$HEAD" 'Location: /films/search?q=a#f-f210'
	has "$HEAD" '; Path=/films; HttpOnly'
	for x in films /films/ /a//b '/a b' /; do
		try mr-serve --check --movies movies.tsv --base-path "$x"
		expect "$([ "$x" = / ] && echo 0 || echo 2)"
	done
}

@test "what a trusted proxy says counts, of nobody else" {
	local to=127.0.0.1
	start proxied --movies movies.tsv --trust-proxy 127.0.0.1 --log log.tsv \
		--log-clients --log-queries
	PORT=$(port_of proxied)
	post /rate 'item=f210&rating=5' 'Sec-Fetch-Site: same-origin' \
		'X-Forwarded-Proto: https' 'X-Forwarded-For: 10.1.1.1, 192.0.2.7'
	has "$HEAD" 'Set-Cookie: __Host-mr_r=1.f210:500; Path=/; Secure; HttpOnly'
	ask /me/ratings.tsv 'X-Forwarded-Proto: https' \
		'Cookie: mr_r=1.f210:100; __Host-mr_r=1.f210:500'
	has "$BODY" "f210	5"
	ask /me/ratings.tsv 'Cookie: mr_r=1.f210:100; __Host-mr_r=1.f210:500'
	has "$BODY" "f210	1"
	ask '/search?q=the%09dark' 'X-Forwarded-For: 192.0.2.9, 127.0.0.1'
	ask '/search?q=the+dark' 'X-Forwarded-For: 192.0.2.9, 127.0.0.1'
	ask /film/f210 'X-Forwarded-For: junk'
	kill "$(cat proxied.pid)"
	ended proxied 0
	[ "$(stat -c %a log.tsv)" = 640 ]
	head -n 1 log.tsv | tr '\t' ' ' |
		grep -qx 'time id method route status bytes us cache generation query client'
	grep -qE '^20[0-9-]{8}T[0-9:.]{12}Z		GET	/search	200	[0-9]+	[0-9]+	miss	1	the dark	192\.0\.2\.9$' log.tsv
	cut -f 3-5,11 log.tsv | tr '\t' ' ' | sed 1d >got
	printf '%s\n' "POST /rate 303 192.0.2.7" "GET /me/ratings.tsv 200 $to" \
		"GET /me/ratings.tsv 200 $to" "GET  400 $to" \
		'GET /search 200 192.0.2.9' "GET /film/{id} 200 $to" | diff - got
	start direct --movies movies.tsv --log direct.tsv --log-clients
	PORT=$(port_of direct)
	ask /about 'X-Forwarded-For: 192.0.2.7' 'X-Forwarded-Proto: https'
	kill "$(cat direct.pid)"
	ended direct 0
	[ "$(sed 1d direct.tsv | cut -f 10)" = "$to" ]
	try mr-serve --movies movies.tsv --port 0 --trust-proxy here
	expect 2 '--trust-proxy here: expected'
	try mr-serve --movies movies.tsv --log-queries
	expect 2 'nothing without --log'
}

@test "behind nginx no request becomes two, and half of one none" {
	local nginx text n i direct turn
	nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || skip "no nginx"
	start behind --movies movies.tsv --model als.mrm --trust-proxy 127.0.0.1 \
		--log behind.tsv --log-queries
	direct=$(port_of behind)
	mkdir proxy
	cat >proxy.conf <<END
pid $PWD/proxy/pid; error_log $PWD/proxy/error; daemon off;
events {}
http {
	access_log off;
	client_body_temp_path $PWD/proxy; proxy_temp_path $PWD/proxy;
	fastcgi_temp_path $PWD/proxy; scgi_temp_path $PWD/proxy;
	uwsgi_temp_path $PWD/proxy;
	upstream films { server 127.0.0.1:$direct; keepalive 4; }
	server {
		listen 127.0.0.1:0;
		location / {
			proxy_pass http://films;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host localhost;
			proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
		}
	}
}
END
	for turn in 1 2 3; do
		# A port that is free now; who takes it first has it.
		start spare --movies movies.tsv
		PORT=$(port_of spare)
		kill "$(cat spare.pid)"
		ended spare 0
		sed -i "s/listen .*/listen 127.0.0.1:$PORT;/" proxy.conf
		"$nginx" -c "$PWD/proxy.conf" >proxy.log 2>&1 3>&- &
		echo $! >proxy.pid
		for ((n = 0; n < 200; n++)); do
			[ ! -s proxy/pid ] || break 2
			kill -0 "$(cat proxy.pid)" 2>/dev/null || break
			sleep 0.05
		done
		[ "$turn" -lt 3 ]
	done
	for ((n = 0; n < 200; n++)); do
		! (exec 7<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || break
		sleep 0.05
	done
	ask /healthz
	[ "$BODY" = ok ]
	while IFS= read -r text; do
		n=$(wc -l <behind.tsv)
		send "$text" 3
		ask '/search?q=behind'
		[ "$CODES" = 200 ]
		for ((i = 0; i < 100; i++)); do
			[ "$(tail -n 1 behind.tsv | cut -f 10)" != behind ] || break
			sleep 0.05
		done
		# The one request, or none, and the one asked behind it.
		[ "$(wc -l <behind.tsv)" -le $((n + 2)) ] ||
			fail "$text: $(tail -n 3 behind.tsv)"
		run grep -c smuggled behind.tsv
		[ "$output" = 0 ] || fail "$text"
	done <<'END'
POST /rate HTTP/1.1\r\nHost: a\r\nContent-Length: 42\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /search?q=smuggled HTTP/1.1\r\n\r\n
POST /rate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n27\r\nitem=f210&x=GET /search?q=smuggled HTTP\r\n0\r\n\r\n
POST /rate HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 38\r\n\r\nGET /search?q=smuggled HTTP/1.1\r\nA: b\r\n\r\n
GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 38\r\n\r\nGET /search?q=smuggled HTTP/1.1\r\nA: b\r\n
GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 38\r\n\r\nGET /search?q=smuggled HTTP/1.1\r\nA: b\r\n\r\n
GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n GET /search?q=smuggled HTTP/1.1\r\nConnection: close\r\n\r\n
GET /a%0d%0aGET%20/search?q=smuggled%20HTTP/1.1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
POST /rate HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nGET /search?q=smuggled HTTP/1.1\r\n\r\n
GET /search?q=smug
END
}

@test "the log goes on in a new file at SIGHUP, and a full disk stops nobody" {
	start logged --movies movies.tsv --log access.tsv --metrics
	PORT=$(port_of logged)
	ask '/search?q=secret' 'Cookie: mr_r=1.f210:500'
	mv access.tsv access.1
	kill -HUP "$(cat logged.pid)"
	until [ -s access.tsv ]; do sleep 0.05; done
	ask /about
	until [ "$(wc -l <access.tsv)" -eq 2 ]; do sleep 0.05; done
	[ "$(wc -l <access.1)" -eq 2 ]
	run grep -c -e secret -e f210 -e 127 access.1 access.tsv
	[ "$status" -eq 1 ]
	[ ! -s logged.err ] || fail "$(cat logged.err)"
	start full --movies movies.tsv --log /dev/full --metrics
	PORT=$(port_of full)
	ask /film/f210
	[ "$CODES" = 200 ]
	ask /film/nope
	ask /metrics
	has "$BODY" 'mr_log_lost_lines_total 3'
	kill "$(cat full.pid)"
	ended full 0
	grep -qx 'mr-serve: warning: 4 lines of the log are lost: No space left on device' full.err
	start said --movies movies.tsv --log -
	PORT=$(port_of said)
	ask /about
	until grep -q '	/about	200	' said.err; do sleep 0.05; done
	try mr-serve --movies movies.tsv --port 0 --log no/folder
	expect 1 'no/folder: No such'
}

@test "figures for Prometheus, only where they are asked for" {
	start counted --movies movies.tsv --model als.mrm --metrics
	PORT=$(port_of counted)
	ask /film/f210
	ask /film/f211
	ask /nope
	send 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'
	send 'GET /#x HTTP/1.1\r\nHost: localhost\r\n\r\n'
	send 'PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n'
	ask /metrics
	has "$BODY" 'mr_refused_total{reason="address"} 0'
	has "$BODY" 'mr_refused_total{reason="form"} 1'
	has "$BODY" 'mr_refused_total{reason="method"} 1'
	has "$BODY" 'mr_refused_total{reason="host"} 1'
	has "$BODY" 'mr_refused_total{reason="not-found"} 0'
	has "$HEAD" 'application/openmetrics-text; version=1.0.0'
	has "$HEAD" 'Cache-Control: no-store'
	has "$BODY" 'mr_requests_total{route="/film/{id}",status="200"} 2'
	has "$BODY" 'mr_requests_total{route="none",status="404"} 1'
	has "$BODY" 'mr_requests_total{route="/",status="421"} 1'
	has "$BODY" 'mr_request_seconds_bucket{route="/film/{id}",le="+Inf"} 2'
	has "$BODY" 'mr_request_seconds_count{route="/film/{id}"} 2'
	has "$BODY" 'mr_connections 1'
	has "$BODY" 'mr_generation 1'
	[ "$(tail -n 1 <<<"$BODY")" = '# EOF' ]
	[ "$(sed -n 's/^process_resident_memory_bytes //p' <<<"$BODY")" -gt 1000000 ]
	# No name twice, and each of a declared family.
	sed -n 's/^\([a-z_]*\)[ {].*/\1/p' <<<"$BODY" |
		sed -E 's/_(total|bucket|count|sum|info)$//' | sort -u >used
	sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' <<<"$BODY" | sort >declared
	diff declared used
	start uncounted --movies movies.tsv
	PORT=$(port_of uncounted)
	ask /metrics
	[ "$CODES" = 404 ]
}

@test "it reads the folders of its files, and does nothing else" {
	need_plain_build
	mkdir -p in elsewhere
	cp movies.tsv in
	mv in/movies.tsv elsewhere && ln -s ../elsewhere/movies.tsv in/movies.tsv
	start fenced --movies in/movies.tsv --log in/log.tsv -v
	if grep -q 'no Landlock' fenced.err; then skip 'no Landlock in this kernel'; fi
	PORT=$(port_of fenced)
	grep -q 'NoNewPrivs:.1' "/proc/$(cat fenced.pid)/status"
	# A file put in its place, where the link leads, is read; elsewhere not.
	cp movies.tsv next && mv next elsewhere/movies.tsv
	kill -HUP "$(cat fenced.pid)"
	until grep -q 'generation 2' fenced.err; do sleep 0.05; done
	ln -sf ../movies.tsv in/movies.tsv
	kill -HUP "$(cat fenced.pid)"
	until grep -q 'not reloaded' fenced.err; do sleep 0.05; done
	grep -q 'not reloaded.*in/movies.tsv: cannot open: Permission denied' fenced.err
	ask /healthz
	[ "$BODY" = ok ]
}

@test "measures stand on the page about the model" {
	printf 'measure\tvalue\nrmse\t0.9\n<b>\ta&b\n' >measures.tsv
	start measured --movies movies.tsv --measures measures.tsv
	PORT=$(port_of measured)
	ask /about
	has "$BODY" '<tr><th scope="col">measure</th><th scope="col" class="num">value</th></tr>'
	has "$BODY" '<th scope="row">&lt;b&gt;</th><td class="num">a&amp;b</td>'
	hasnt "$BODY" 'held back'
	ask /api/v1/model
	has "$BODY" '"measures":[{"measure":"rmse","value":"0.9"},{"measure":"\u003cb\u003e","value":"a&b"}]'
	# What mr-eval says, of two files, or of one beside another.
	printf 'file\tgroup\tmeasure\tk\tvalue\tlo\thi\na\t\tmae\t\t.5\t.4\t.6\na\tHorror\trmse\t\t.9\t.8\t1\na\t\trmse\t\t.642\t.63\t.661\nmeans\t\trmse\t\t.719\t.7\t.74\n' >measures.tsv
	start two --movies movies.tsv --model als.mrm --measures measures.tsv
	PORT=$(port_of two)
	ask /about
	has "$BODY" 'On ratings held back from it guesses were off by 0.64 (root mean square error, 0.63 to 0.66), those of means by 0.72. '
	printf 'measure\tvalue\tother\tlo\thi\nrmse\t.642\t.719\t-.1\t-.05\n' >measures.tsv
	start beside --movies movies.tsv --model als.mrm --measures measures.tsv
	PORT=$(port_of beside)
	ask /about
	has "$BODY" 'off by 0.64 (root mean square error), those it was compared with by 0.72. '
	{ echo a; seq 300; } >long.tsv
	try mr-serve --check --movies movies.tsv --measures long.tsv
	expect 1 'more than 199 rows'
}
