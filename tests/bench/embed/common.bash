# Shared by speed.sh and fidelity.sh: the texts, timing, medians and cosines.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# To be sourced.  Makes $work, which goes at the end.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cpus=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
line='a boat crew hunts a giant shark'

# leave REASON - nothing can be measured: say so, and succeed.
leave() {
	echo "${0##*/}: left out: $*" >&2
	exit 0
}

# films - the whole catalogue as TSV in $work/films.tsv, their number in $all.
films() {
	local csv=${FILE:-${MR_SHARED:-../shared}/data/seed/movies.csv}

	[ -r "$csv" ] || leave "no $csv; FILE= names a catalogue"
	echo "$line" | mr-embed --lines -o "$work/line.mrm" ||
		leave "mr-embed fails; scripts/fetch-model"
	mr-ingest movies --preset "${PRESET:-seed}" -q -o "$work/films.tsv" \
		"$csv"
	all=$(($(wc -l <"$work/films.tsv") - 1))
}

# timed NAME CMD... - run one of the tools with -v and note in $work/runs:
# name, seconds from start to end, peak MiB, CPU seconds.
timed() {
	local name=$1 start=$EPOCHREALTIME end
	shift

	"$@" -v 2>"$work/report" || {
		cat "$work/report" >&2
		return 1
	}
	end=$EPOCHREALTIME
	sed -n 's/^.* s, CPU \(.*\) s, peak \(.*\) MiB$/\1 \2/p' \
		"$work/report" | awk -v name="$name" -v s="$start" \
		-v e="$end" '{
			printf "%s\t%.6f\t%s\t%s\n", name, e - s, $2, $1
		}' >>"$work/runs"
}

# median NAME COLUMN - of a column of $work/runs.
median() {
	awk -F '\t' -v name="$1" -v c="$2" '$1 == name { print $c }' \
		"$work/runs" | sort -g | awk '
		{ v[NR] = $1 }
		END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# cosines A.mrm B.mrm - smallest and mean cosine of the rows of equal number.
cosines() {
	paste <(mr-show --tsv --no-header-out "$1") \
		<(mr-show --tsv --no-header-out "$2") | awk -F '\t' '
		{
			half = NF / 2
			ab = aa = bb = 0
			for (i = 2; i <= half; i++) {
				ab += $i * $(half + i)
				aa += $i * $i
				bb += $(half + i) * $(half + i)
			}
			c = ab / sqrt(aa * bb)
			sum += c
			if (NR == 1 || c < least)
				least = c
		}
		END { printf "min %.6f mean %.6f", least, sum / NR }'
}

# calc EXPRESSION [FORMAT]
calc() {
	awk "BEGIN { printf \"${2:-%.2f}\", $1 }"
}

# row INPUT NAME NOTE - one line of output from the runs called NAME.
row() {
	printf 'embed\t%s\t%s\t%s\t%s\n' "$1" \
		"$(calc "$(median "$2" 2)" %.3f)" \
		"$(calc "$(median "$2" 3)" %.0f)" "$3"
}
