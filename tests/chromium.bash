# A Chromium without a window, told by its DevTools protocol what to do, for the
# tests of pages.  $WEB is the folder where it runs.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034

AXE=${XDG_CACHE_HOME:-$HOME/.cache}/mr/axe.js
CHROMIUM=$(command -v chromium || command -v chromium-browser ||
	command -v google-chrome || true)

# need_chromium - skip where there is none.
need_chromium() {
	need_plain_build
	[ -n "$CHROMIUM" ] || skip "no chromium; scripts/deps page"
	need_command jq
}

# chromium_begin - messages go in by $WEB/told and out by $WEB/tells, each ended
# by a zero.  Both ends of both stay open here, so that none waits for another.
chromium_begin() {
	[ -n "$CHROMIUM" ] && command -v jq >/dev/null &&
		[ -z "${MR_SANITIZER:-}" ] || return 0
	mkfifo "$WEB/told" "$WEB/tells"
	mkdir "$WEB/home"
	local root=''
	[ "$(id -u)" -ne 0 ] || root=--no-sandbox
	# shellcheck disable=SC2086
	HOME=$WEB/home XDG_CONFIG_HOME=$WEB/home XDG_CACHE_HOME=$WEB/home \
		"$CHROMIUM" --headless $root --disable-gpu --no-first-run \
		--disable-dev-shm-usage --disable-background-networking \
		--disable-component-update --disable-extensions --mute-audio \
		--user-data-dir="$WEB/home" --remote-debugging-pipe about:blank \
		3<>"$WEB/told" 4<>"$WEB/tells" >"$WEB/chromium.log" 2>&1 &
	echo $! >"$WEB/chromium.pid"
}

# chromium_end - gone, with what it writes till then.
chromium_end() {
	local i
	[ -e "$WEB/chromium.pid" ] || return 0
	kill "$(cat "$WEB/chromium.pid")" 2>/dev/null || true
	for ((i = 0; i < 300; i++)); do
		if ! kill -0 "$(cat "$WEB/chromium.pid")" 2>/dev/null &&
			rm -rf "${WEB:?}/home" 2>/dev/null; then break; fi
		sleep 0.1
	done
}

# page - a page of its own, with no cookies, for this test.
page() {
	SESSION='' CDP_ID=$((BATS_TEST_NUMBER * 100000)) EVENTS=()
	exec 8<>"$WEB/told" 9<>"$WEB/tells"
	tell Target.createBrowserContext
	tell Target.createTarget "{\"url\":\"about:blank\",\"browserContextId\":$(
		jq .result.browserContextId <<<"$RESULT")}"
	tell Target.attachToTarget "{\"flatten\":true,\"targetId\":$(
		jq .result.targetId <<<"$RESULT")}"
	SESSION=$(jq -r .result.sessionId <<<"$RESULT")
	tell Page.enable
	tell Runtime.enable
	tell Log.enable
}

# tell METHOD [PARAMETERS | <FILE] - its answer in $RESULT; what happened
# meanwhile in EVENTS.
tell() {
	local message id=$((++CDP_ID))
	{
		printf '{"id":%d,"method":"%s",' "$id" "$1"
		[ -z "$SESSION" ] || printf '"sessionId":"%s",' "$SESSION"
		printf '"params":'
		if [ "${2:-}" = - ]; then cat; else printf '%s' "${2:-"{}"}"; fi
		printf '}\0'
	} >&8
	while IFS= read -r -d '' -t 120 message <&9; do
		if [[ $message == "{\"id\":$id,"* ]]; then
			RESULT=$message
			[[ $message != *'"error":{'* ]] || fail "$1: $message"
			return
		fi
		EVENTS+=("$message")
	done
	fail "no answer to $1; $(tail -n 3 "$WEB/chromium.log")"
}

# happens EVENT - wait until it has, since the last go.
happens() {
	local message
	for message in "${EVENTS[@]}"; do
		[[ $message != *"\"$1\""* ]] || return 0
	done
	while IFS= read -r -d '' -t 120 message <&9; do
		EVENTS+=("$message")
		[[ $message != *"\"$1\""* ]] || return 0
	done
	fail "$1 does not happen"
}

# quietly - what the page wrote to its console, or failed at, since page.
quietly() {
	local message
	for message in "${EVENTS[@]}"; do
		[[ $message != *'"Log.entryAdded"'* &&
			$message != *'"Runtime.exceptionThrown"'* &&
			$message != *'"Runtime.consoleAPICalled"'* ]] || fail "$message"
	done
}

# go TARGET - load it.
go() {
	quietly
	EVENTS=()
	tell Page.navigate "{\"url\":\"http://127.0.0.1:$PORT$1\"}"
	happens Page.loadEventFired
}

# js EXPRESSION - its value in $VALUE.
js() {
	tell Runtime.evaluate - < <(jq -n --arg e "$1" '{ expression: $e,
		returnByValue: true, awaitPromise: true }')
	[[ $RESULT != *'"exceptionDetails"'* ]] || fail "$1: $RESULT"
	VALUE=$(jq -r .result.result.value <<<"$RESULT")
}

# is EXPRESSION VALUE - it has it now, or comes to it.
is() {
	local i
	for ((i = 0; i < 100; i++)); do
		js "$1"
		[ "$VALUE" != "$2" ] || return 0
		sleep 0.1
	done
	fail "$1: $VALUE, expected $2"
}

# look WIDTH light|dark - how the window is.
look() {
	tell Emulation.setDeviceMetricsOverride \
		"{\"width\":$1,\"height\":900,\"deviceScaleFactor\":1,\"mobile\":false}"
	tell Emulation.setEmulatedMedia \
		"{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"$2\"}]}"
}

# key NAME... - press each: Tab, Enter, a letter.
key() {
	local k code text
	for k; do
		code=0 text=''
		case $k in
		Tab) code=9 ;;
		Enter) code=13 text='\r' ;;
		Escape) code=27 ;;
		ArrowLeft) code=37 ;;
		ArrowUp) code=38 ;;
		ArrowRight) code=39 ;;
		ArrowDown) code=40 ;;
		*) text=$k ;;
		esac
		tell Input.dispatchKeyEvent "{\"type\":\"keyDown\",\"key\":\"$k\",\"windowsVirtualKeyCode\":$code,\"text\":\"$text\"}"
		tell Input.dispatchKeyEvent "{\"type\":\"keyUp\",\"key\":\"$k\",\"windowsVirtualKeyCode\":$code}"
	done
}

# type TEXT - into what has the focus.
types() {
	tell Input.insertText "{\"text\":$(jq -n --arg t "$1" '$t')}"
}

# axe - what axe-core finds in the page, a line each, in $VALUE.
axe() {
	VALUE=''
	[ -e "$AXE" ] || return 0
	[ -e "$WEB/axe.json" ] ||
		jq -Rs '{ expression: . }' "$AXE" >"$WEB/axe.json"
	tell Runtime.evaluate - <"$WEB/axe.json"
	js 'axe.run({ resultTypes: ["violations"] }).then(r => r.violations.map(
		v => v.id + ": " + v.nodes.map(n => n.target + " " +
		n.failureSummary).join("; ")).join("\n"))'
}
