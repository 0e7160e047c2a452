#!/usr/bin/env bats
# mr-serve: lists for somebody unknown, by ratings in a body of JSON.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034

load ../helpers
load ../serve

# Vectors of any kind that can be added will do.
setup_file() {
	web
	"$MR_BUILD/fault/tiny" tiny
	mr-embed -q -M tiny movies.tsv >tiny.mrm
	start all --movies movies.tsv --items tiny.mrm -M tiny --model als.mrm
	printf 'user\titem\trating\nme\tf210\t5\nme\tf240\t4.5\nme\tf088\t1\nme\tf237\t5\n' >mine.tsv
}

# json BODY [HEADER...] - to the list for somebody.
json() {
	local h body=$1 more=''
	shift
	for h; do more+="$h\r\n"; done
	send "POST /api/v1/recommendations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${#body}\r\n$more\r\n$body"
	HEAD=${REPLY_ALL%%$'\n\n'*}
	BODY=${REPLY_ALL#*$'\n\n'}
}

# mine [MEMBERS] - a body with the ratings of mine.tsv.
mine() {
	awk -F '\t' -v more="${1:-}" 'BEGIN { printf "{\"ratings\":[" }
		NR > 1 { printf "%s{\"item\":\"%s\",\"rating\":%s}",
			(NR > 2 ? "," : ""), $2, $3 }
		END { print "]" more "}" }' mine.tsv
}

@test "the list is that of mr-recommend, bit by bit" {
	json "$(mine)"
	[ "$CODES" = 200 ]
	has "$HEAD" 'Cache-Control: no-store'
	hasnt "$HEAD" 'Set-Cookie'
	has "$BODY" '{"unknown":0,"items":['
	has "$BODY" '"next":null,"by":"score of the model","generation":1}'
	items score >got
	mr-recommend -q -n 20 --ratings mine.tsv als.mrm |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	# Further on, all there are, and with texts.
	json "$(mine ',"n":100,"offset":40')"
	items score >got
	mr-recommend -q -n 140 --ratings mine.tsv als.mrm |
		awk -F '\t' 'NR > 41 { print $3, $4 }' | diff - got
	json "$(mine ',"mix":"both","n":50')"
	has "$BODY" '"by":"ratings and texts"'
	items score >got
	mr-recommend -q -n 50 --ratings mine.tsv --items tiny.mrm als.mrm 2>warned |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	# By texts alone it is that of the page.
	json "$(mine ',"mix":"text","n":20')"
	has "$BODY" '"by":"cosine of texts"'
	items cosine | cut -d ' ' -f 1 >got
	ask '/me?mix=text' 'Cookie: mr_r=1.f210:500.f240:450.f088:100.f237:500'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' |
		diff - got
}

@test "what is wanted, and what is not" {
	json "$(mine)"
	items score | head -n 2 | cut -d ' ' -f 1 >first
	{ echo item; cat first; } >not.tsv
	json "$(mine ",\"not\":[\"$(sed -n 1p first)\",\"$(sed -n 2p first)\",\"nobody\"],\"n\":30")"
	has "$BODY" '{"unknown":1,'
	items score >got
	mr-recommend -q -n 30 --ratings mine.tsv --not not.tsv als.mrm |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	json "$(mine ',"where":{"genre":["War"],"from":1990,"to":2010}')"
	items score >got
	[ -s got ]
	mr-recommend -q -n 20 --ratings mine.tsv --movies movies.tsv --where \
		'genre=War and year>=1990 and year<=2010' als.mrm |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	json "$(mine ',"where":{"genre":["Nope"]}')"
	[ "$CODES" = 400 ]
	json "$(mine ',"n":1,"explain":true')"
	mr-recommend -q -n 1 --explain 50 --ratings mine.tsv als.mrm | sed -n 2p |
		cut -f 6 | tr '|' '\n' | grep -v -e '=-' | head -n 2 |
		sed 's/\(.*\)=\(.*\)/{"item":"\1","part":\2}/' | paste -sd, >want
	has "$BODY" "\"because\":[$(cat want)]"
	# The last rating of a film counts.
	json '{"ratings":[{"item":"f210","rating":1},{"item":"f210","rating":5}]}'
	items score >got
	json '{"ratings":[{"item":"f210","rating":5}]}'
	items score | diff - got
}

@test "what is refused, by what it is called" {
	local body want bad=0
	while IFS='|' read -r want body; do
		json "$body"
		[[ $CODES = 400 && $BODY == *"$want"* ]] || {
			echo "$body: $CODES ${BODY:0:300}"
			bad=1
		}
		[[ $HEAD == *'application/problem+json'* ]] || bad=1
	done <<'END'
no JSON|{"ratings":
no JSON|{"n":1,"n":2}
"parameter":"ratings"|{}
"parameter":"ratings[1].rating"|{"ratings":[{"item":"f210","rating":5},{"item":"f211","rating":9}]}
"parameter":"ratings[0].item"|{"ratings":[{"item":210,"rating":5}]}
"parameter":"n"|{"ratings":[{"item":"f210","rating":5}],"n":101}
"parameter":"secret"|{"ratings":[{"item":"f210","rating":5}],"secret":"<b>"}
"parameter":"mix"|{"ratings":[{"item":"f210","rating":5}],"mix":"text","explain":1}
END
	[ "$bad" -eq 0 ]
	hasnt "$BODY" '<b>'
	# 64 KiB are read, one byte more is not.
	body=$(mine)
	json "$body$(printf '%*s' $((65536 - ${#body})) '')"
	[ "$CODES" = 200 ]
	json "$body$(printf '%*s' $((65537 - ${#body})) '')"
	[ "$CODES" = 413 ]
	json "$(mine)" 'Origin: http://evil.example'
	[ "$CODES" = 403 ]
	json "$(mine)" 'Sec-Fetch-Site: cross-site'
	[ "$CODES" = 403 ]
	post /api/v1/recommendations 'ratings=1'
	[ "$CODES" = 415 ]
	has "$REPLY_ALL" '"type":"/api/v1/problems#media-type"'
	ask /api/v1/recommendations
	[ "$CODES" = 405 ]
	has "$HEAD" 'Allow: POST'
	send 'POST /api/v1/recommendations?n=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'
	[ "$CODES" = 400 ]
	has "$REPLY_ALL" '"parameter":"n","detail":"there is no such parameter'
}

@test "without a rule for new people by texts, and without these not at all" {
	start texts --movies movies.tsv --items tiny.mrm -M tiny
	PORT=$(port_of texts)
	json "$(mine)"
	has "$BODY" '"by":"cosine of texts"'
	[ "$(items cosine | wc -l)" -eq 20 ]
	json "$(mine ',"mix":"both"')"
	[ "$CODES" = 400 ]
	has "$BODY" 'there is no model here'
	start neither --movies movies.tsv
	PORT=$(port_of neither)
	json "$(mine)"
	[ "$CODES" = 404 ]
	has "$BODY" '"type":"/api/v1/problems#no-model"'
	# The best rating is what people write, not the float it became.
	awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = 2 * $3 - .3 } 1' ratings.tsv |
		mr-factorize -q -m als -d 8 >odd.mrm
	start odd --movies movies.tsv --model odd.mrm
	PORT=$(port_of odd)
	json '{"ratings":[{"item":"f210","rating":9.7},{"item":"f240","rating":9.7}]}'
	[ "$CODES" = 200 ]
	items score >got
	printf 'user\titem\trating\nme\tf210\t9.7\nme\tf240\t9.7\n' |
		mr-recommend -q -n 20 --ratings - odd.mrm |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	json '{"ratings":[{"item":"f210","rating":9.71}]}'
	[ "$CODES" = 400 ]
	ask /film/f210
	has "$BODY" '<option>8.7</option><option>9.7</option></select>'
	has "$BODY" '9.7: '
	# A model of events counts that a film was rated.
	mr-factorize -q -m ials -d 8 ratings.tsv >ials.mrm
	start events --movies movies.tsv --model ials.mrm
	PORT=$(port_of events)
	json '{"ratings":[{"item":"f210"},{"item":"f240"}]}'
	items score >got
	printf 'user\titem\nme\tf210\nme\tf240\n' |
		mr-recommend -q -n 20 --ratings - ials.mrm |
		awk -F '\t' 'NR > 1 { print $3, $4 }' | diff - got
	# Those who bring stars along are told so, before and after.
	ask /me/import
	has "$BODY" 'counts as liked, whatever its rating'
	printf 'title,rating\nToy Story,1\nHeat,5\n' >stars
	bring /me/import file=stars
	has "$BODY" 'counts as liked, whatever its rating'
	grep -o 'class="card" id="f-[^"]*' <<<"$BODY" | sed 's/.*f-//' >got
	printf 'user\titem\trating\nme\tf210\t1\nme\tf208\t5\n' |
		mr-recommend -q -n 20 --ratings - ials.mrm |
		awk -F '\t' 'NR > 1 { print $3 }' | diff - got
	# Neither it nor texts know any of these.
	json '{"ratings":[{"item":"nobody"}]}'
	has "$BODY" '{"unknown":1,"items":[],'
	has "$BODY" '"by":"nothing known"'
}
