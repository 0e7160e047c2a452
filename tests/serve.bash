# mr-serve run and asked over sockets, for the tests of it.  $WEB is the folder
# where it runs; setup_file makes it.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034

# web - the folder, with films, ratings and a model of data/.
web() {
	export WEB=$BATS_FILE_TMPDIR/web
	mkdir "$WEB" && cd "$WEB" || return 1
	mr-ingest movies -q "$DATA/movies.csv" >movies.tsv
	mr-ingest ratings -q "$DATA/ratings.csv" >ratings.tsv
	mr-factorize -q -m als -d 8 ratings.tsv -o als.mrm
}

# start NAME ARGUMENTS... - a server; its address in NAME.url, $PORT.
# PLACE= where they say where it listens.
start() {
	local name=$1 i
	shift
	rm -f "$name.url"
	# shellcheck disable=SC2086
	mr-serve ${PLACE---port 0} -t 2 "$@" >"$name.url" 2>>"$name.err" 3>&- &
	echo $! >"$name.pid"
	for ((i = 0; i < 600; i++)); do
		[ ! -s "$name.url" ] || return 0
		kill -0 "$(cat "$name.pid")" 2>/dev/null || break
		sleep 0.05
	done
	cat "$name.err"
	return 1
}

# start_all - a server named all of that, with vectors of 81 films where the
# text model is there.
start_all() {
	if [ -e "$MODEL/model.safetensors" ]; then
		sed -n '1p;200,280p' movies.tsv | mr-embed -q >movies.mrm
		start all --movies movies.tsv --items movies.mrm --model als.mrm
	else
		start all --movies movies.tsv --model als.mrm
	fi
}

port_of() {
	sed 's/.*:\([0-9]*\)\/.*/\1/' "$WEB/$1.url"
}

# ended NAME STATUS - wait for its end, which must be so.
ended() {
	local status=0
	wait "$(cat "$1.pid")" || status=$?
	[ "$status" -eq "$2" ] || fail "$1 ended with $status"
}

teardown_file() {
	local f
	for f in "$WEB"/*.pid; do
		kill "$(cat "$f")" 2>/dev/null || true
	done
}

setup() {
	cd "$WEB" || return 1
	PORT=$(port_of all)
}

# send TEXT - as it stands (printf's escapes), to the end of the connection:
# $REPLY_ALL, and the statuses of all answers in $CODES.
send() {
	exec 7<>"/dev/tcp/127.0.0.1/$PORT"
	(printf '%b' "$1" >&7) 2>/dev/null || true
	# Closed with something unread it is reset, behind its answer.
	REPLY_ALL=$({ timeout "${2:-20}" cat <&7 2>/dev/null || true; } |
		tr -d '\r\0')
	exec 7>&- 7<&-
	CODES=$(sed -n 's/^HTTP\/1\.1 \([0-9]*\) .*/\1/p' <<<"$REPLY_ALL" | xargs)
}

# ask TARGET [HEADER...] - $STATUS_LINE, $HEAD, $BODY.
ask() {
	local h target=$1 more=''
	shift
	for h; do more+="$h\r\n"; done
	send "GET ${target//\\/\\\\} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n$more\r\n"
	HEAD=${REPLY_ALL%%$'\n\n'*}
	BODY=${REPLY_ALL#*$'\n\n'}
}

# post TARGET FORM [HEADER...]
post() {
	local h target=$1 form=$2 more=''
	shift 2
	for h; do more+="$h\r\n"; done
	send "POST $target HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${#form}\r\n$more\r\n$form"
	HEAD=${REPLY_ALL%%$'\n\n'*}
}

has() {
	[[ $1 == *"$2"* ]] || {
		echo "expected: $2"
		echo "in: ${1:0:2000}"
		return 1
	}
}

hasnt() {
	[[ $1 != *"$2"* ]] || {
		echo "not expected: $2"
		return 1
	}
}

# items - of a list of the API, "ITEM SCORE" a line by the score's name.
items() {
	grep -o '"item":"[^"]*"[^}]*"'"$1"'":[^,}]*' <<<"$BODY" |
		sed 's/"item":"\([^"]*\)".*:/\1 /'
}

# bring TARGET FIELD=FILE... [-- HEADER...] - a form of files, as a page of ours
# sends it, with $FIELDS before them: $CODES, $HEAD, $BODY, $COOKIE.
bring() {
	local target=$1 x
	shift
	: >form
	# A substitution has taken the last line end away.
	[ -z "${FIELDS:-}" ] || printf '%s\n' "$FIELDS" >form
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		printf -- '--bOuNd\r\nContent-Disposition: form-data; name="%s"; filename="x"\r\nContent-Type: text/plain\r\n\r\n' \
			"${1%%=*}" >>form
		cat "${1#*=}" >>form
		printf '\r\n' >>form
		shift
	done
	printf -- '--bOuNd--\r\n' >>form
	shift || true
	{
		printf 'POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' \
			"$target"
		printf 'Content-Type: multipart/form-data; boundary=bOuNd\r\n'
		printf 'Content-Length: %d\r\n' "$(wc -c <form)"
		for x; do printf '%s\r\n' "$x"; done
		[ $# -gt 0 ] || printf 'Sec-Fetch-Site: same-origin\r\n'
		printf '\r\n'
		cat form
	} >request
	exec 7<>"/dev/tcp/127.0.0.1/$PORT"
	(cat request >&7) 2>/dev/null || true
	REPLY_ALL=$({ timeout 20 cat <&7 2>/dev/null || true; } | tr -d '\r\0')
	exec 7>&- 7<&-
	CODES=$(sed -n 's/^HTTP\/1\.1 \([0-9]*\) .*/\1/p' <<<"$REPLY_ALL" | xargs)
	HEAD=${REPLY_ALL%%$'\n\n'*}
	BODY=${REPLY_ALL#*$'\n\n'}
	COOKIE=$(sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p' <<<"$HEAD")
}
