# A scripted web server for tests of the fetchers; tests/cli/server.c.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034

# serve - start it on the file `script` of this folder: $BASE, log in `log`.
serve() {
	local i
	rm -f port
	"$MR_BUILD/server" script log port 3>&- &
	SERVER=$!
	for i in $(seq 100); do
		[ ! -s port ] || break
		sleep 0.05
	done
	BASE=http://127.0.0.1:$(cat port)
}
stop_server() {
	[ -z "${SERVER:-}" ] || kill "$SERVER" 2>/dev/null || true
	SERVER=
}

# answer TARGET STATUS [HEADERS [FILE [DELAY [CUT]]]] - one line of `script`.
answer() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${3:-}" "${4:--}" "${5:-0}" \
		"${6:--1}" >>script
}

# asked - status and target of the requests so far.
asked() { cut -f 3,4 log | tr '\t' ' '; }

export MR_CONTACT=test@example.org
quick=(--rate 100000 --wait 0.01)
