#!/usr/bin/env bats
# mr-recommend --ratings: users whom the model was not trained on.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# Users 1 to 80 like films of their own kind, u81 to u90 are left out of in.tsv;
# of their ratings a quarter is held.
inputs() {
	awk 'BEGIN {
		for (f = 1; f <= 3; f++) {
			part = "part" f
			print "user\titem\trating" >part
		}
		for (u = 1; u <= 90; u++)
			for (i = 1; i <= 60; i++) {
				x = (x + u + i) * 16807 % 2147483647
				if (x % 5 >= 2)
					continue
				side = int(x / 7 + u) % 4 < 1 ? 3 : 2
				part = "part" (u <= 80 ? 1 : side)
				r = 3 + (u % 3 == i % 3 ? 1.5 : -1.5) + (x % 3 - 1) / 2
				printf "u%d\tf%d\t%.1f\n", u, i, r >part
			}
	}'
	mv part1 in.tsv
	mv part2 new.tsv
	mv part3 held.tsv
	(cat in.tsv && sed 1d new.tsv) >all.tsv
	for m in als ials; do
		mr-factorize -m $m -d 4 in.tsv >$m.mrm
	done
}

# rmse ARGUMENT... - of estimates of held.tsv.
rmse() {
	mr-recommend -q --pairs held.tsv "$@" | mr-eval -q - |
		awk -F '\t' '$1 == "rmse" { print $3 }'
}

@test "each kind folds users in nearly as if it had been trained on them" {
	local m trained folded
	# From the seed 1 coclustering ends beside the three groups.
	for m in baseline svd svdpp nmf slopeone als 'coclustering -s 2' \
		'bayes --sweeps 60' 'bayes --sweeps 60 --implicit-sets none' \
		'bayes --sweeps 60 --categories ordered' \
		'knn --axis item' 'knn --axis item --normalise baseline' \
		knn 'knn --normalise zscore' \
		'knn --normalise baseline --similarity pearson-baseline'; do
		# shellcheck disable=SC2086 # options
		mr-factorize -q -m $m in.tsv >m.mrm
		# shellcheck disable=SC2086
		trained=$(mr-factorize -q -m $m all.tsv | rmse)
		folded=$(rmse --ratings new.tsv m.mrm)
		awk -v t="$trained" -v f="$folded" 'BEGIN {
			exit !(t > 0 && f > 0 && f < t * 1.1 + 0.02)
		}' || fail "$m: trained $trained, folded in $folded"
	done
}

@test "lists of those of the file alone, in its order, without what they rated" {
	try mr-recommend -n 5 --ratings new.tsv ials.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	sed 1d "$OUT" | cut -f 1 | uniq >got
	sed 1d new.tsv | cut -f 1 | uniq | diff - got
	[ "$(sed 1d "$OUT" | wc -l)" -eq $((5 * $(wc -l <got))) ]
	awk -F '\t' 'NR == FNR { seen[$1, $2]; next }
		FNR > 1 && ($1, $3) in seen { exit 1 }' new.tsv "$OUT"
	# Most films of lists by ratings are of the kind that he likes.
	mr-recommend -n 5 --ratings new.tsv als.mrm | sed 1d | tr -d uf |
		awk '$1 % 3 == $3 % 3 { n++ } END { exit n < NR * 3 / 4 }'
	mr-recommend -t 1 -n 5 --ratings new.tsv ials.mrm | cmp - "$OUT"
	mr-recommend -n 5 --ratings - ials.mrm <new.tsv | cmp - "$OUT"
}

@test "the order of users and rows changes no list" {
	(head -n 1 new.tsv && sed 1d new.tsv | sort -r) >turned.tsv
	for m in als ials; do
		mr-recommend --ratings new.tsv $m.mrm | sort >a
		mr-recommend --ratings turned.tsv $m.mrm | sort >b
		cmp a b
	done
}

@test "neighbours of users of the model, folded in, are those of training" {
	local o
	for o in '' '--normalise zscore --similarity cosine' \
		'--normalise mean --similarity pearson-baseline' \
		'--normalise baseline --similarity pearson --min-support 3'; do
		# shellcheck disable=SC2086
		mr-factorize -q -m knn $o in.tsv >m.mrm
		mr-recommend -q --pairs in.tsv m.mrm >want
		mr-recommend -q --pairs in.tsv --ratings in.tsv m.mrm |
			paste want - | awk -F '\t' 'NR > 1 {
				d = $4 - $8
				if (d * d > 1e-10)
					exit 1
			}' || fail "$o"
		mr-recommend -q -n 60 --keep-seen m.mrm | sort >want
		mr-recommend -q -n 60 --keep-seen --ratings in.tsv m.mrm |
			sort | paste want - | awk -F '\t' '{
				d = $4 - $8
				if ($1 != $5 || d * d > 1e-10)
					exit 1
			}' || fail "lists: $o"
	done
}

@test "of a user whom the model knows new ratings are added to the old" {
	grep '^user\|^u7	' in.tsv >u7.tsv
	# The same ratings again change nothing.
	head -n 2 u7.tsv >again.tsv
	mr-recommend -n 60 --ratings u7.tsv als.mrm >a
	mr-recommend -n 60 --ratings again.tsv als.mrm | cmp - a
	# A new one takes its film from the list.
	printf 'user\titem\trating\nu7\t%s\t5\n' "$(cut -f 3 a | sed -n 2p)" >new7.tsv
	mr-recommend -n 60 --ratings new7.tsv als.mrm >b
	[ "$(wc -l <b)" -eq $(($(wc -l <a) - 1)) ]
	run grep "	$(sed -n 2p new7.tsv | cut -f 2)	" b
	[ "$status" -eq 1 ]
}

@test "who rates nothing that the model knows gets the most rated films" {
	printf 'user\titem\trating\nx\tnone\t5\nu81\tf1\t5\n' >some.tsv
	try mr-recommend -n 3 --ratings some.tsv ials.mrm
	expect 0
	sed 1d in.tsv | cut -f 2 | LC_ALL=C sort | uniq -c |
		LC_ALL=C sort -k 1,1nr -k 2,2 | head -n 3 |
		awk '{ printf "x\t%d\t%s\t%d\n", NR, $2, $1 }' >want
	sed -n 2,4p "$OUT" | diff want -
	sort "$ERR" >said
	diff - said <<-'END'
	mr-recommend: warning: 1 of 2 ratings of some.tsv are of films that the model does not know and count for nothing
	mr-recommend: warning: 1 of 2 users of some.tsv rate no film that the model knows: they get the most rated films, with the number of ratings as score
	END
	sed 2d some.tsv >fine.tsv
	try mr-recommend -n 3 --ratings fine.tsv ials.mrm
	expect 0
	[ ! -s "$ERR" ]
	# Not those of --seen.
	printf 'user\titem\nx\t%s\n' "$(sed -n 1p want | cut -f 3)" >seen.tsv
	try mr-recommend -q -n 3 --ratings some.tsv --seen seen.tsv ials.mrm
	expect 0
	[ "$(sed -n 2p "$OUT" | cut -f 3)" = "$(sed -n 2p want | cut -f 3)" ]
}

@test "films of which none is known are asked about" {
	printf 'user\titem\trating\nx\ta\t5\ny\tb\t5\n' >others.tsv
	try mr-recommend --ratings others.tsv als.mrm
	expect 0 '2 of 2 ratings of others.tsv .* nothing: are its ids others\?$'
}

@test "usage and bad input" {
	try mr-recommend --ratings new.tsv --users new.tsv als.mrm
	expect 2 'both say who gets a list'
	try mr-recommend --ratings - <als.mrm
	expect 2
	printf 'user\titem\trating\nx\tf1\tgood\n' >bad.tsv
	try mr-recommend --ratings bad.tsv als.mrm
	expect 1 'bad.tsv:2: '
	try mr-recommend --ratings none.tsv als.mrm
	expect 1 'none.tsv'
	printf 'user\titem\trating\n' >nobody.tsv
	try mr-recommend --ratings nobody.tsv als.mrm
	expect 0
	[ "$(wc -l <"$OUT")" -eq 1 ]
}

@test "ratings that are not on the model's scale are told of" {
	odd_and_even >scale.tsv
	mr-factorize -q -m als -d 2 scale.tsv >als.mrm
	mr-factorize -q -m ials -d 2 scale.tsv >ials.mrm
	lo=$(sed 1d scale.tsv | awk '{ print $3 + 0 }' | sort -n | head -n 1)
	hi=$(sed 1d scale.tsv | awk '{ print $3 + 0 }' | sort -n | tail -n 1)
	printf 'user\titem\trating\nx\tf1\t%s\nx\tf2\t%s\n' "$lo" "$hi" >on.tsv
	{ cat on.tsv; printf 'x\tf3\t50\nx\tf4\t-1\n'; } >off.tsv
	cut -f 1,2 on.tsv >none.tsv
	sed '2,$s/[^\t]*$//' on.tsv >blank.tsv
	try mr-recommend -n 1 --ratings off.tsv als.mrm
	expect 0
	echo "mr-recommend: warning: 2 of 4 ratings of off.tsv are outside the" \
		"model's scale $lo to $hi: is theirs another?" | diff - "$ERR"
	for f in none.tsv blank.tsv; do
		try mr-recommend -n 1 --ratings $f als.mrm
		expect 0
		echo "mr-recommend: warning: $f has no ratings, each row counts as 1:" \
			"the model is of ratings from $lo to $hi" | diff - "$ERR"
	done
	try mr-recommend -n 1 --ratings on.tsv als.mrm
	expect 0
	[ ! -s "$ERR" ]
	for f in off.tsv none.tsv; do
		try mr-recommend -n 1 --ratings $f ials.mrm
		expect 0
		! grep -q 'scale\|no ratings' "$ERR" || fail "$f: $(cat "$ERR")"
	done
}
