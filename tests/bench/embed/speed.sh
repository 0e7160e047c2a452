#!/usr/bin/env bash
# mr-embed beside other libraries: the same texts, model and CPUs, in turn.
# SPDX-License-Identifier: MIT
#
#     [PEERS=install] [FILE=movies.csv PRESET=seed] [TEXTS=2000] [ROUNDS=5]
#         [RUN='openvino ...'] speed.sh
#
# The peers are looked for in a virtual environment outside the tree,
# ${XDG_CACHE_HOME:-~/.cache}/mr/peers; PEERS=install makes it, of about 6 GB,
# and whatever is not there is left out, with a message.  RUN names the peers
# to run; openvino-default, which may compute in 16 bits, is run only so.
#
# First the batch size and the number of batches at a time that are fastest are
# looked for, for each peer.  Then come ROUNDS rounds in each of which everyone
# runs once, so that a noisy moment hits all; medians are printed.  A peer's
# seconds are those from texts to vectors; mr-embed's are those of the process
# from start to end, with loading, reading and writing.  "Without start-up" is
# less the time of one short line, as nearly as that makes the two alike.
# shellcheck disable=SC2154 # set in common.bash
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
. tests/bench/embed/common.bash
rounds=${ROUNDS:-5}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mr/peers
python=$cache/bin/python
onnx=$cache/onnx
peers=

# peer ARGUMENTS... - peers.py, whose stderr is shown only when it fails.
peer() {
	"$python" tests/bench/embed/peers.py "$@" 2>"$work/stderr" || {
		cat "$work/stderr" >&2
		return 1
	}
}

install_peers() {
	mkdir -p "${cache%/*}"
	{
		python3 -m venv "$cache" &&
			"$python" -m pip install --no-cache-dir \
				--only-binary :all: torch sentence-transformers \
				onnxruntime openvino onnx
	} >"$work/install" 2>&1 || {
		tail -n 20 "$work/install" >&2
		echo "speed.sh: the peers could not be installed" >&2
	}
}

# find_peers - those that can run in $peers, with their networks in $onnx.
find_peers() {
	local wanted p can
	wanted=${RUN:-sentence-transformers onnxruntime openvino \
onnxruntime-int8}

	[ "${PEERS:-}" != install ] || install_peers
	if ! [ -x "$python" ]; then
		echo "speed.sh: left out, PEERS=install fetches them: $wanted" >&2
		return
	fi
	can=$(peer list)
	grep -v 'left out' "$work/stderr" | sed 's/^/# peers\t/'
	[ -e "$onnx/f32.onnx" ] || peer export "$onnx" ||
		can=$(grep -x sentence-transformers <<<"$can" || true)
	for p in $wanted; do
		if grep -qxe "$p" <<<"$can"; then
			peers="$peers $p"
		else
			echo "speed.sh: $p left out: it cannot run" >&2
		fi
	done
}

# texts N - of films evenly apart, in $work/texts.tsv.
texts() {
	awk -F '\t' -v n="$1" -v all="$all" '
		NR == 1 { print "item\ttext"; next }
		int((NR - 1) * n / all) > int((NR - 2) * n / all) {
			gsub(/\|/, ", ", $5)
			print $1 "\t" $2 " (" $3 "); " $4 "; " $5
		}' "$work/films.tsv" >"$work/texts.tsv"
}

# one_round - everyone runs once; a peer that fails is not tried again.
one_round() {
	local p size streams still=

	for p in f32 int8; do
		timed "$p" mr-embed -t "$cpus" -f '{text}' --precision "$p" \
			-o "$work/$p.mrm" "$work/texts.tsv"
		timed "line-$p" mr-embed --lines --precision "$p" \
			-o "$work/line.mrm" "$work/line.txt"
	done
	for p in $peers; do
		read -r size streams <"$work/$p.setting"
		if peer run "$p" "$onnx" "$work/texts.tsv" "$size" \
			"$streams" "$work/$p.npy" >"$work/run"; then
			sed "s/^/$p\t/" "$work/run" >>"$work/runs"
			still="$still $p"
		fi
	done
	peers=$still
}

# best PEER... - the one with the smallest median, or nothing.
best() {
	local p

	for p in "$@"; do
		printf '%s\t%s\n' "$(median "$p" 2)" "$p"
	done | sort -g | head -n 1 | cut -f 2
}

# print_ours NAME RIVAL - rows of mr-embed, the ratio to RIVAL where it ran.
print_ours() {
	local s note start

	s=$(median "$1" 2)
	start=$(median "line-$1" 2)
	note="$(calc "$n / $s" %.1f) texts/s"
	note="$note, $(calc "$n / ($s - $start)" %.1f) without start-up"
	if [ -n "$2" ]; then
		note="$note; $(calc "$(median "$2" 2) / $s"),"
		note="$note $(calc "$(median "$2" 2) / ($s - $start)") of $2"
	fi
	note="$note; CPU $(median "$1" 4) s"
	[ "$1" = f32 ] ||
		note="$note; cosine with f32: $(cosines "$work/$1.mrm" \
			"$work/f32.mrm")"
	row "$n texts mr-embed $1" "$1" "$note"
	row "1 short line mr-embed $1" "line-$1" "from start to end"
}

# print_peer NAME - its row.
print_peer() {
	local size streams note

	read -r size streams <"$work/$1.setting"
	mr-show --from-npy "$work/$1.npy" >"$work/$1.mrm"
	note="$(calc "$n / $(median "$1" 2)" %.1f) texts/s"
	note="$note; CPU $(median "$1" 4) s; batch $size, $streams at a time"
	note="$note; loading ($(median "$1" 5) s) not counted"
	note="$note; cosine with f32: $(cosines "$work/$1.mrm" "$work/f32.mrm")"
	row "$n texts $1" "$1" "$note"
}

films
n=${TEXTS:-2000}
[ "$n" -le "$all" ] || n=$all
texts "$n"
echo "$line" >"$work/line.txt"
find_peers
chosen=
for p in $peers; do
	if peer choose "$p" "$onnx" "$work/texts.tsv" >"$work/$p.setting"; then
		sed -n "s/^\($p: batch.*\)/# tried\t\1/p" "$work/stderr"
		chosen="$chosen $p"
	fi
done
peers=$chosen
for ((r = 1; r <= rounds; r++)); do
	one_round
done

# Of the peers in 32 bits the fastest is the one to be measured by.
full=
int8=
for p in $peers; do
	case $p in
	*-int8) int8=$p ;;
	*-default) ;;
	*) full="$full $p" ;;
	esac
done
# shellcheck disable=SC2086
print_ours f32 "$(best $full)"
print_ours int8 "$int8"
for p in $peers; do
	print_peer "$p"
done
