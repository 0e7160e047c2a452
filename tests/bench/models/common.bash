# Shared by the benchmarks of models: the peers, the pipe timed, medians.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# To be sourced.  Makes $work, which goes at the end.
#
# The peers are looked for in a virtual environment outside the tree,
# ${XDG_CACHE_HOME:-~/.cache}/mr/model-peers; PEERS=install makes it.  What is
# not there is left out, with a message.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# OpenBLAS is as the tools choose it.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
data=${MR_SHARED:-../shared}/data
runs=${RUNS:-5}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mr/model-peers
python=$cache/bin/python
libmf=$cache/libmf/mf-train

# The original's eleven, and the options of mr-factorize for a name.
eleven='random baseline svd svdpp nmf slopeone coclustering knn-basic knn-mean
knn-zscore knn-baseline'
options_of() {
	case $1 in
	knn-basic) echo -m knn ;;
	knn-item) echo -m knn --normalise baseline --similarity \
		pearson-baseline --axis item ;;
	knn-*) echo -m knn --normalise "${1#knn-}" ;;
	svdpp-30x40) echo -m svdpp -d 30 --sweeps 40 --learning-rate 0.01 \
		--lambda 0.1 ;;
	bayes-8x60) echo -m bayes -d 8 --sweeps 60 ;;
	*) echo -m "$1" ;;
	esac
}

# leave REASON - nothing can be measured: say so, and succeed.
leave() {
	echo "${0##*/}: left out: $*" >&2
	exit 0
}

# calc EXPRESSION [FORMAT]
calc() {
	awk "BEGIN { printf \"${2:-%.2f}\", $1 }"
}

# median - of the numbers on stdin, '-' without any.
median() {
	sort -g | awk '
		{ v[NR] = $1 }
		END {
			m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2
			print (NR ? m : "-")
		}'
}

# column FILE N [FORMAT] - the median of its column.
column() {
	local m

	m=$(cut -f "$2" "$1" 2>/dev/null | median)
	[ "$m" = - ] && echo - || calc "$m" "${3:-%.4f}"
}

# ratio A B - A / B where both are numbers.
ratio() {
	case "$1 $2" in
	*-* | *failed*) echo - ;;
	*) calc "$1 / $2" ;;
	esac
}

# peer ARGUMENTS... - peers.py, whose stderr is shown only when it fails.
peer() {
	"$python" tests/bench/models/peers.py "$@" 2>"$work/stderr" || {
		cat "$work/stderr" >&2
		return 1
	}
}

# make_libmf - with the flags of LIBMF's own Makefile, AVX where there is any.
make_libmf() {
	local src=$cache/libmf wide=-DUSESSE

	! grep -qw avx /proc/cpuinfo || wide='-DUSEAVX -mavx'
	# shellcheck disable=SC2086
	"$python" -m pip download --no-cache-dir --no-deps \
		--no-binary :all: -d "$src" libmf==0.9.2 &&
		tar -xzf "$src"/libmf-*.tar.gz -C "$src" --strip-components 1 &&
		g++ -O3 -std=c++11 -pthread -march=native $wide -DUSEOMP \
			-fopenmp -I "$src/src_cpp" -o "$libmf" \
			tests/bench/models/libmf.cpp "$src/src_cpp/mf.cpp"
}

install_peers() {
	mkdir -p "${cache%/*}"
	{
		python3 -m venv "$cache" &&
			"$python" -m pip install --no-cache-dir 'numpy<2' \
				scikit-surprise implicit && make_libmf
	} >"$work/install" 2>&1 || {
		tail -n 20 "$work/install" >&2
		echo "${0##*/}: not all peers could be installed" >&2
	}
}

# find_peer surprise|implicit|libmf - whether it can run; its version as '#'.
find_peer() {
	local there

	[ "${PEERS:-}" != install ] || [ -x "$libmf" ] || install_peers
	if [ "$1" = libmf ]; then
		[ ! -x "$libmf" ] || {
			printf '# peer\tLIBMF 0.9.2 of its Python package\n'
			return 0
		}
	elif [ -x "$python" ] && there=$(peer list) &&
		grep -qx "$1" <<<"$there"; then
		sed -n "s/^\([a-z-]*$1 [0-9].*\)/# peer\t\1/p" "$work/stderr"
		return 0
	fi
	echo "${0##*/}: $1 left out, PEERS=install fetches it" >&2
	return 1
}

# ours FILE TRAIN TEST SEED HEADER OPTIONS... - one run of the whole pipe; adds
# to FILE its RMSE and seconds.  HEADER is --no-header-in or nothing.
ours() {
	local file=$1 train=$2 test=$3 seed=$4 head=$5 start=$EPOCHREALTIME end
	shift 5

	# shellcheck disable=SC2086
	(
		mr-factorize "$@" -s "$seed" $head "$train" |
			mr-recommend --pairs "$test" $head |
			mr-eval --resamples 0 >"$work/eval"
	) 2>"$work/errors" || {
		sed 's/^/# /' "$work/errors" >&2
		return 1
	}
	end=$EPOCHREALTIME
	awk -F '\t' -v s="$start" -v e="$end" '$1 == "rmse" {
		printf "%s\t%.4f\n", $3, e - s }' "$work/eval" >>"$file"
}
