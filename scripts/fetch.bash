# What the fetchers share: one polite request after another into a folder,
# with a manifest from which a run goes on where another stopped.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Read by scripts/fetch-wikipedia, -wikidata, -tmdb; mr-fetch(7).

export LC_ALL=C
rate=1			# requests a second
rate_max=20
max_age=30		# days
max_requests=
wait_s=5		# after a failure, then twice that, and so on
base=
dry_run=
max_bytes=$((16 << 20))
secret=			# lines of curl's configuration that nobody may see

fetch_name=$(basename "$0")
fetch_version=$(sed -n 's/^VERSION = //p' "$(dirname "$0")/../Makefile")

die() {
	echo "scripts/$fetch_name: $*" >&2
	exit 1
}
usage() {
	echo "scripts/$fetch_name: $*" >&2
	sed -n 's/^#     /usage: /p' "$0" >&2
	exit 2
}

# option NAME VALUE - one of the options that all fetchers take; its value is
# checked.  False: it is none.
option() {
	case $1 in
	--dry-run) dry_run=1 ; return ;;
	--rate | --max-age | --max-requests | --wait | --base) ;;
	*) return 1 ;;
	esac
	[ -n "${2:-}" ] || usage "$1 needs a value"
	case $1 in
	--base)
		[[ $2 =~ ^https://[^/?#]+ || $2 =~ ^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/|$) ]] ||
			usage "--base: https, or http to this machine alone"
		base=${2%/} ; return ;;
	esac
	[[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage "$1: '$2' is no number"
	case $1 in
	--rate) rate=$2 ;;
	--max-age) max_age=$2 ;;
	--wait) wait_s=$2 ;;
	--max-requests) max_requests=$2
		[[ $2 =~ ^[0-9]+$ ]] || usage "$1: '$2' is no whole number" ;;
	esac
}

# encode TEXT - percent-encoded, in $encoded.
encode() {
	local i c
	encoded=
	for ((i = 0; i < ${#1}; i++)); do
		c=${1:i:1}
		case $c in
		[A-Za-z0-9._~-]) encoded+=$c ;;
		*) printf -v c '%%%02X' "'$c"
			# printf knows a byte above 127 as a negative number.
			encoded+=%${c: -2} ;;
		esac
	done
}

# column FILE NAME... - these columns of a TSV, unescaped but for tabs and line
# ends; exits when one is not there.
column() {
	local file=$1
	shift
	awk -F '\t' -v want="$*" -v me="scripts/$fetch_name" '
	NR == 1 {
		sub(/\r$/, "")
		n = split(want, name, " ")
		for (i = 1; i <= n; i++) {
			for (j = 1; j <= NF; j++)
				if ($j == name[i])
					at[i] = j
			if (!at[i]) {
				print me ": no column \047" name[i] "\047" >"/dev/stderr"
				exit 1
			}
		}
		next
	}
	{
		s = ""
		for (i = 1; i <= n; i++)
			s = s (i > 1 ? "\t" : "") $(at[i])
		gsub(/\\\\/, "\\", s)
		print s
	}' "$file"
}

# fetch_open DIR - take the folder, for this run alone, and read its manifest.
# Only this shell holds the lock: what a killed run leaves asleep does not.
fetch_open() {
	local key url status etag time rest limit
	dir=$1
	declare -gA known_status=() known_etag=() known_fresh=()
	n_requests=0 n_new=0 n_old=0 n_gone=0 n_left=0 in_a_row=0
	last_ms=0
	awk -v r="$rate" -v m="${base:+1e9}" 'BEGIN {
		exit !(r > 0 && r <= (m ? m : '$rate_max')) }' ||
		usage "--rate: more than 0, at most $rate_max"
	gap_ms=$(awk -v r="$rate" 'BEGIN { printf "%d", 1000 / r }')
	if [ -z "$dry_run" ]; then
		[ -n "${MR_CONTACT:-}" ] || usage "MR_CONTACT, an address or a" \
			"page at which you are reached, goes with each request"
		[[ $MR_CONTACT != *[$'\n\r"\\']* ]] ||
			usage "MR_CONTACT: a line without quotes"
		mkdir -p "$dir" || exit 1
		[ -e "$dir/manifest.tsv" ] ||
			printf 'key\turl\tstatus\tetag\ttime\tbytes\tsha256\n' \
				>"$dir/manifest.tsv" || exit 1
		exec 9>>"$dir/manifest.tsv"
		flock -n 9 || die "$dir: another run is at work there"
		# What a killed run left.
		rm -f "$dir"/.part.*
	fi
	[ -e "$dir/manifest.tsv" ] || return 0
	limit=$(date -u -d "-$(awk -v d="$max_age" 'BEGIN { printf "%d", d * 86400 }') seconds" +%Y-%m-%dT%H:%M:%SZ)
	# A line that a kill cut short has too few fields, and is no line.
	# shellcheck disable=SC2034 # by their places
	while IFS=$'\t' read -r key url status etag time _ rest; do
		known_status[$key]=$status
		known_etag[$key]=${etag#-}
		known_fresh[$key]=
		if [[ $time > $limit ]]; then
			known_fresh[$key]=1
		fi
	done < <(awk -F '\t' 'NR > 1 && NF == 7' "$dir/manifest.tsv")
	# And what comes next begins on a line of its own.
	[ -n "$dry_run" ] || [ -z "$(tail -c 1 "$dir/manifest.tsv")" ] || echo >&9
}

# wanted KEY - must it be asked for?
wanted() {
	case ${known_status[$1]:-} in
	200) if [ -s "$dir/$1" ] && [ -n "${known_fresh[$1]}" ]; then
			n_old=$((n_old + 1))
			return 1
		fi ;;
	404 | 410)
		n_gone=$((n_gone + 1))
		return 1 ;;
	esac
	return 0
}

# Wait until the next request is due.
pause() {
	local now=${EPOCHREALTIME/./}
	now=$((now / 1000))
	local left=$((last_ms + gap_ms - now))
	if [ "$left" -gt 0 ]; then
		sleep "$((left / 1000)).$(printf %03d $((left % 1000)))" 9>&-
		now=$((now + left))
	fi
	last_ms=$now
}

# head_of NAME - the last header of that name, in $header.
head_of() {
	header=$(sed -n "s/^$1: *//Ip" "$part.head" | tail -n 1 | tr -d '\r\t')
}

# once URL [ETAG] - one request: $code, and the body in $part.  000: nothing
# came, or not all of it.
once() {
	local status limit
	limit=$((max_bytes + 1))
	: >"$part.head"
	pause
	n_requests=$((n_requests + 1))
	{
		printf 'url = "%s"\nuser-agent = "mr/%s (%s) curl"\n' "$1" \
			"$fetch_version" "$MR_CONTACT"
		[ -z "${2:-}" ] || printf 'header = "If-None-Match: %s"\n' \
			"${2//\"/\\\"}"
		printf %s "$secret"
	} |
		curl -q -sS -K - --proto "=${1%%:*}" --compressed -D "$part.head" \
			--connect-timeout 20 --max-time 300 2>"$part.err" 9>&- |
		head -c "$limit" >"$part" 9>&-
	status=${PIPESTATUS[1]}
	code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$part.head" | tail -n 1)
	why="status ${code:-000}"
	if [ "$(stat -c %s "$part")" -gt "$max_bytes" ]; then
		code=000 why="a body of more than $((max_bytes >> 20)) MiB"
	elif [ "$status" -ne 0 ]; then
		code=000 why=$(head -n 1 "$part.err" | cut -c 1-200)
	fi
	[ -n "$code" ] || code=000
}

# follow URL [ETAG] - the same, and where the server sends it on to one of its
# own pages, there.
follow() {
	local url=$1 host i
	host=$(sed -n 's|^\(https*://[^/]*\).*|\1|p' <<<"$1")
	for i in 1 2 3 4 5; do
		once "$url" "${2:-}"
		case $code in
		301 | 302 | 303 | 307 | 308) ;;
		*) return ;;
		esac
		head_of Location
		case $header in
		//* | '') url= ;;
		/*) url=$host$header ;;
		"$host"/*) url=$header ;;
		*) url= ;;
		esac
		if [ -z "$url" ] || [[ $url == *[[:space:]\"\\]* ]]; then
			code=000 why="sent on to another host" final=1
			return
		fi
	done
	code=000 why="sent on more than 5 times" final=1
}

# An answer with status 200 may say that it is none: then why is set.
refusal() {
	local said
	[ "$(head -c 1 "$part")" = '{' ] || return 1
	said=$(head -c 4096 "$part" |
		sed -n 's/.*"error": *{"code": *"\([^"]*\)".*/\1/p' | head -n 1)
	case $said in
	'') return 1 ;;
	maxlag) why="the server lags" ;;
	*) why="the server says $said" ;;
	esac
}

# fetch KEY URL LEFT - bring one file, unless it is there; LEFT: how many are
# after it.  Exits when it is no use to go on.
fetch() {
	local key=$1 url=$2 etag pause_s=$wait_s sum bytes now
	wanted "$key" || return 0
	if [ -n "$dry_run" ]; then
		n_left=$((n_left + 1))
		return 0
	fi
	part=$dir/.part.$$
	etag=
	[ "${known_status[$key]:-}" != 200 ] || [ ! -s "$dir/$key" ] ||
		etag=${known_etag[$key]}
	while :; do
		[ -z "$max_requests" ] || [ "$n_requests" -lt "$max_requests" ] ||
			stop "--max-requests" "$3"
		final=
		follow "$url" "$etag"
		[ "$code" != 200 ] || ! refusal || code=503
		case $code in
		200 | 304 | 404 | 410) break ;;
		401 | 403) stop "status $code: $(refused)" "$3" ;;
		esac
		in_a_row=$((in_a_row + 1))
		echo "scripts/$fetch_name: $key: $why" >&2
		[ "$in_a_row" -lt 5 ] || stop "five failures in a row" "$3"
		# What will not be otherwise next time is noted, not asked again.
		case $final$code in
		429) ;;
		1* | 4[0-9][0-9]) break ;;
		esac
		head_of Retry-After
		[[ $header =~ ^[0-9]{1,5}$ ]] || header=$pause_s
		sleep "$header" 9>&-
		pause_s=$(awk -v s="$pause_s" 'BEGIN { print s * 2 }')
	done
	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	bytes=0 sum=-
	case $code in
	200)
		in_a_row=0 n_new=$((n_new + 1))
		head_of ETag
		etag=$header
		mv "$part" "$dir/$key" || exit 1 ;;
	304) in_a_row=0 n_old=$((n_old + 1)) code=200 ;;
	404 | 410) in_a_row=0 n_gone=$((n_gone + 1)) etag= ;;
	*) etag= ;;
	esac
	if [ "$code" = 200 ]; then
		bytes=$(stat -c %s "$dir/$key")
		sum=$(sha256sum "$dir/$key" | cut -d ' ' -f 1)
	fi
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$key" "$url" "$code" "${etag:--}" \
		"$now" "$bytes" "$sum" >&9 || exit 1
	rm -f "$part" "$part.head" "$part.err"
}

# What a refusal may mean; a fetcher that knows more says it.
refused() { echo "the server refuses; is MR_CONTACT a true address?"; }

# stop WHY LEFT - after a count, without success.
stop() {
	rm -f "$part" "$part.head" "$part.err"
	tell
	die "$1: stopped with $2 left; the same command goes on from here"
}

tell() {
	echo "scripts/$fetch_name: $n_new fetched, $n_old there already," \
		"$n_gone not found, $n_requests requests" >&2
}

# fetch_close - the counts, or of a dry run what it would do.
fetch_close() {
	if [ -n "$dry_run" ]; then
		awk -v n="$n_left" -v r="$rate" -v me="scripts/$fetch_name" 'BEGIN {
			printf "%s: %d requests, %d minutes\n", me, n, (n / r + 59) / 60 }'
	else
		tell
	fi
}
