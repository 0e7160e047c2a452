#!/usr/bin/env bats
# mr-serve: requests as they come over the wire, right and wrong, fast and slow.
# SPDX-License-Identifier: MIT

load ../helpers
load ../serve

setup_file() {
	export WEB=$BATS_FILE_TMPDIR/web
	mkdir "$WEB" && cd "$WEB" || return 1
	mr-ingest movies -q "$DATA/movies.csv" >movies.tsv
	start all --movies movies.tsv
}

# Name, statuses, request.  Behind each stands a good request, which is
# answered, as "200" at the end, only where the connection stays.
cases() {
	cat <<'END'
plain|200 200|GET / HTTP/1.1\r\nHost: localhost\r\n\r\n
http10|200|GET / HTTP/1.0\r\n\r\n
three at once|200 200 200 200|GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n
upgrade|200 200|GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n
not there|404 200|GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n
two hosts|400|GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n
other host|421|GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n
version|505|GET / HTTP/1.2\r\nHost: localhost\r\n\r\n
bare LF|400|GET / HTTP/1.1\nHost: localhost\n\n
bare LF in a header|400|GET / HTTP/1.1\r\nHost: localhost\nA: b\r\n\r\n
NUL in a header|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\0c\r\n\r\n
NUL in the target|400|GET /a\0b HTTP/1.1\r\nHost: localhost\r\n\r\n
folded|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n c\r\n\r\n
blank before colon|400|GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\nhello
absolute|400|GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n
star|400|OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n
connect|400|CONNECT x:80 HTTP/1.1\r\nHost: localhost\r\n\r\n
lower case|405|get / HTTP/1.1\r\nHost: localhost\r\n\r\n
delete|405|DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n
post to a page|405|POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n
get of a form|405|GET /rate HTTP/1.1\r\nHost: localhost\r\n\r\n
body of a get|400|GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello
length and coding|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX
coding|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n
two lengths|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello
too long a body|413|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8193\r\n\r\n
no form|415|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na
no length|411|POST /rate HTTP/1.1\r\nHost: localhost\r\n\r\n
from elsewhere|403 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 13\r\nOrigin: http://evil.example\r\n\r\nitem=x&rating
broken percent|400|GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n
no UTF-8|400|GET /search?q=%ff HTTP/1.1\r\nHost: localhost\r\n\r\n
zero|400|GET /film/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n
overlong|400|GET /search?q=%c0%af HTTP/1.1\r\nHost: localhost\r\n\r\n
surrogate|400|GET /search?q=%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n
cut percent|400|GET /film/a% HTTP/1.1\r\nHost: localhost\r\n\r\n
raw bytes|400|GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n
dots|404 200|GET /static/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n
more dots|404 200|GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n
fragment|400|GET /#x HTTP/1.1\r\nHost: localhost\r\n\r\n
backslash|400|GET /\\\\x HTTP/1.1\r\nHost: localhost\r\n\r\n
absolute of another|400|GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n
two slashes|404 200|GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n
empty host|421|GET / HTTP/1.1\r\nHost:\r\n\r\n
host with a path|421|GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n
host with a user|421|GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n
host with a port|200 200|GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n
host with no port|421|GET / HTTP/1.1\r\nHost: localhost:x\r\n\r\n
host in capitals|200 200|GET / HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n
host of 1.0|421|GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n
lines before|200 200|\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n
http20|505|GET / HTTP/2.0\r\nHost: localhost\r\n\r\n
trace|405|TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n
unknown method|405|FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n
method on nothing|405|PUT /nope HTTP/1.1\r\nHost: localhost\r\n\r\n
post to nothing|404|POST /nope HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n
control in a value|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\x01c\r\n\r\n
bad name|400|GET / HTTP/1.1\r\nHost: localhost\r\nA(b): c\r\n\r\n
folded by a tab|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n\tc\r\n\r\n
coding of a get|400|GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
identity|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity\r\n\r\n
two codings|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n
coding, then length|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /a HTTP/1.1\r\n
same length twice|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello
length of zero|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n
huge length|413|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 999999999999999999\r\n\r\n
two types|415|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na
two cookies|400|GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n
bad form|400 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\nitem=%ff
range|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-3\r\n\r\n
lone CR in a value|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\rc\r\n\r\n
lone CR as a line end|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\rTransfer-Encoding: chunked\r\n\r\n
two CR before LF|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\r\n\r\n
blank before the first header|400|GET / HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n
folded length|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length:\r\n 5\r\n\r\nhello
folded coding|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n
coding with a tab|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n
coding of 1.0|411|POST /rate HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
chunks with an extension|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n
a chunk that says another length|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxyz\r\n0\r\n\r\n
coding told in another|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n
coding with a form feed|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: \x0cchunked\r\n\r\n0\r\n\r\n
two lengths in two cases|400|POST /rate HTTP/1.1\r\nHost: localhost\r\ncontent-length: 0\r\nContent-Length: 5\r\n\r\nhello
asks whether to go on|100 403 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=x
asks, and is refused|413|POST /rate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\n
expects what nobody knows|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\n\r\n
options of a page|405|OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n
head of nothing|404 200|HEAD /nope HTTP/1.1\r\nHost: localhost\r\n\r\n
head of a form|405|HEAD /rate HTTP/1.1\r\nHost: localhost\r\n\r\n
authority alone|400|GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n
no path|400|GET ?q=a HTTP/1.1\r\nHost: localhost\r\n\r\n
encoded slash|404 200|GET /film%2Ff210 HTTP/1.1\r\nHost: localhost\r\n\r\n
encoded percent|404 200|GET /film/%2525 HTTP/1.1\r\nHost: localhost\r\n\r\n
encoded line end|400|GET /search?q=a%0d%0ab HTTP/1.1\r\nHost: localhost\r\n\r\n
encoded letter|200 200|GET /%66ilm/f210 HTTP/1.1\r\nHost: localhost\r\n\r\n
two question marks|200 200|GET /search?q=a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n
slash behind|404 200|GET /about/ HTTP/1.1\r\nHost: localhost\r\n\r\n
ranges|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-0,5-\r\n\r\n
close, in capitals, and a request behind|200|GET /healthz HTTP/1.1\r\nHost: localhost\r\nCONNECTION: CLOSE\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n
1.0 that stays|200 200|GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n
close|200|GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
last line a bare LF|400|GET / HTTP/1.1\r\nHost: localhost\r\n\n
last line a bare CR|400|GET / HTTP/1.1\r\nHost: localhost\r\n\r
last line a bare LF, no header|400|GET / HTTP/1.0\r\n\n
last line a bare LF, a body|400|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\nitem=x
two blanks before the target|400|GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n
two blanks before the version|400|GET /  HTTP/1.1\r\nHost: localhost\r\n\r\n
blank in the target|400|GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n
blank behind the version|400|GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n
NUL behind the method|400|GET\0 / HTTP/1.1\r\nHost: localhost\r\n\r\n
NUL in the method|405|GE\0T / HTTP/1.1\r\nHost: localhost\r\n\r\n
NUL behind the version|400|GET / HTTP/1.1\0x\r\nHost: localhost\r\n\r\n
CR in the first line|400|GET /a\rb HTTP/1.1\r\nHost: localhost\r\n\r\n
version of two digits|400|GET / HTTP/1.10\r\nHost: localhost\r\n\r\n
version in lower case|400|GET / http/1.1\r\nHost: localhost\r\n\r\n
version before all|505|GET / HTTP/0.9\r\nHost: localhost\r\n\r\n
no version|400|GET /\r\nHost: localhost\r\n\r\n
method that is no token|405|GE{T / HTTP/1.1\r\nHost: localhost\r\n\r\n
no host|400|GET / HTTP/1.1\r\n\r\n
no host, another header|400|GET / HTTP/1.1\r\nA: b\r\n\r\n
blank before the colon of Host|400|GET / HTTP/1.1\r\nHost : localhost\r\n\r\n
folded host|400|GET / HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n
hosts in a list|421|GET / HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n
host between tabs|200 200|GET / HTTP/1.1\r\nHost:\tlocalhost\t \r\n\r\n
host with an empty port|200 200|GET / HTTP/1.1\r\nHost: localhost:\r\n\r\n
host with a port that is none|421|GET / HTTP/1.1\r\nHost: localhost:65536\r\n\r\n
host with a NUL|400|GET / HTTP/1.1\r\nHost: localhost\0.evil\r\n\r\n
empty name|400|GET / HTTP/1.1\r\nHost: localhost\r\n: b\r\n\r\n
folded at the end|400|GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n \r\n\r\n
name in UTF-8|400|GET / HTTP/1.1\r\nHost: localhost\r\n\xc3\xa9: b\r\n\r\n
value of any bytes|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nA: \xff\xfe\r\n\r\n
overlong, three bytes|400|GET /film/%e0%80%af HTTP/1.1\r\nHost: localhost\r\n\r\n
beyond Unicode|400|GET /film/%f4%90%80%80 HTTP/1.1\r\nHost: localhost\r\n\r\n
cookie of overlong bytes|200 200|GET /me HTTP/1.1\r\nHost: localhost\r\nCookie: mr_r=1.%C0%AF:100\r\n\r\n
cookie of raw bytes|200 200|GET /me HTTP/1.1\r\nHost: localhost\r\nCookie: mr_r=1.\xff:100\r\n\r\n
length with zeros before|403 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 006\r\n\r\nitem=x
length with many zeros|413|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0000000000000000000006\r\n\r\nitem=x
length by another name|403 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent_Length: 100\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=x
a body twice|403 403 200|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=xPOST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=x
a body longer than it says|403 405|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\nitem=x
no coding|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n\r\n
coding in quotes|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n
chunks with trailers|411|POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nHost: evil\r\n\r\n
TE|200 200|GET / HTTP/1.1\r\nHost: localhost\r\nTE: not chunked\r\n\r\n
asks whether to go on, in 1.0|403|POST /rate HTTP/1.0\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=x
expects to go on with nothing|200|GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\n\r\n
and with a length of nothing|403|POST /forget HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 00\r\n\r\n
a coded body|415|POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nitem=x
if it is another|412 200|GET /about HTTP/1.1\r\nHost: localhost\r\nIf-Match: "x", W/"y"\r\n\r\n
if it is any|200 200|GET /about HTTP/1.1\r\nHost: localhost\r\nIf-Match: *\r\n\r\n
if there is none|404 200|GET /nope HTTP/1.1\r\nHost: localhost\r\nIf-Match: "x"\r\n\r\n
if it is none|304 200|GET /about HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n\r\n
a number with a plus|400 200|GET /api/v1/films?n=%2B1 HTTP/1.1\r\nHost: localhost\r\n\r\n
close in a list|200|GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, close\r\n\r\n
END
}

@test "requests that others read in other ways are refused, once" {
	local name want text bad=0
	while IFS='|' read -r name want text; do
		send "${text}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" 5
		[ "$CODES" = "$want" ] || {
			echo "$name: $CODES, expected $want"
			bad=1
		}
	done < <(cases)
	[ "$bad" -eq 0 ]
	# What the library refuses itself, with a bare page; once it may find it
	# unfit to answer at all.
	for text in 'POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\nhello' \
		'POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x5\r\n\r\nhello' \
		'POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\nhello' \
		'POST /rate HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello' \
		'POST /rate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n' \
		'GET\t/ HTTP/1.1\r\nHost: localhost\r\n\r\n' 'GET /\r\n\r\n' \
		"GET / HTTP/1.1\r\nHost: localhost\r\nA: $(printf '%033000d' 0)\r\n\r\n" \
		'\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03xxxxxxxxxxxxxxxx\r\n\r\n' \
		'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'; do
		send "${text}" 1
		[[ $CODES =~ ^(4[0-9][0-9]|505)?( 400)*$ ]] || {
			echo "${text:0:60}: $CODES"
			bad=1
		}
	done
	[ "$bad" -eq 0 ]
	# 64 headers are heard, Host and Connection among them, one more is not.
	text=$(printf 'A: b\\r\\n%.0s' {1..62})
	send "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n$text\r\n"
	[ "$CODES" = 200 ]
	send "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${text}A: b\r\n\r\n"
	[ "$CODES" = 431 ]
	# What other sites have left in a cookie.
	send "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: a=$(printf '%012000d' 0)\r\n\r\n"
	[ "$CODES" = 200 ]
	# A hundred in one go are answered in order.
	text=$(seq -f 'GET /film/f%g HTTP/1.1\r\nHost: localhost\r\n\r\n' -s '' 200 299)
	send "${text}GET /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
	[ "$(wc -w <<<"$CODES")" -eq 101 ]
	[ "$(grep -c '^<title>' <<<"$REPLY_ALL")" -eq 101 ]
	[[ $(grep '^<title>' <<<"$REPLY_ALL" | tail -n 1) == *About* ]]
	# A target of 2,048 bytes is heard, one more is not.
	ask "/$(printf '%02047d' 0)"
	[ "$CODES" = 404 ]
	ask "/$(printf '%02048d' 0)"
	[ "$CODES" = 414 ]
	ask /healthz
	[ "$CODES" = 200 ]
}

@test "who sends, or takes, a byte now and then is shut out" {
	local begin=$SECONDS i
	start slow --movies movies.tsv --metrics
	PORT=$(port_of slow)
	# More than what the system holds for one who reads hardly.
	exec 6<>"/dev/tcp/127.0.0.1/$PORT"
	for i in {1..90}; do
		printf 'GET /search?n=100 HTTP/1.1\r\nHost: localhost\r\n\r\n'
	done >&6
	(for _ in {1..140}; do
		read -r -N 1 -u 6 -t 9 || break
		sleep 0.5
	done) >/dev/null 3>&- &
	i=$!
	ask /metrics
	has "$BODY" 'mr_connections 2'
	exec 7<>"/dev/tcp/127.0.0.1/$PORT"
	printf 'GET / HTTP/1.1\r\n' >&7
	(for _ in {1..40}; do
		printf 'X' >&7 || break
		sleep 0.4
	done) 2>/dev/null 3>&- &
	timeout 14 cat <&7 >/dev/null
	[ $((SECONDS - begin)) -ge 4 ]
	exec 7>&- 7<&-
	# An answer has twenty seconds, and is not cut before.
	until [[ $BODY == *'mr_connections 1'* ]]; do
		[ $((SECONDS - begin)) -lt 60 ]
		sleep 0.5
		ask /metrics
	done
	[ $((SECONDS - begin)) -ge 19 ]
	kill "$i" 2>/dev/null || true
	exec 6>&- 6<&-
}

@test "SIGTERM lets what is asked be answered, and ends with 0" {
	local status=0
	start brief --movies movies.tsv
	PORT=$(port_of brief)
	# One has sent half a request, one waits for nothing.
	exec 8<>"/dev/tcp/127.0.0.1/$PORT" 7<>"/dev/tcp/127.0.0.1/$PORT"
	printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n' >&8
	IFS= read -r -t 10 REPLY <&8
	printf 'GET /healthz HTTP/1.1\r\n' >&7
	sleep 0.2
	kill "$(cat brief.pid)"
	sleep 0.3
	# Nobody new is taken who would not be answered.
	! (: <>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || fail connected
	printf 'Host: localhost\r\n\r\n' >&7
	REPLY=$(timeout 10 cat <&7)
	has "$REPLY" 'HTTP/1.1 200'
	has "$REPLY" 'Connection: close'
	wait "$(cat brief.pid)" || status=$?
	[ "$status" -eq 0 ]
	# Who waits for nothing is not waited for.
	[ ! -s brief.err ]
	exec 8>&- 7>&-
}
