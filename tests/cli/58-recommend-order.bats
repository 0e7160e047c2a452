#!/usr/bin/env bats
# mr-recommend --diversity and --novelty: other orders than that of the score.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	odd_and_even >r.tsv
	mr-factorize -q -m als -d 5 r.tsv >als.mrm
	mr-factorize -q -m ials -d 5 r.tsv >ials.mrm
	mr-factorize -q -m knn --axis item r.tsv >knn.mrm
	# f40 has no vector.
	awk 'BEGIN { print "item\tdim0\tdim1\tdim2"
		for (i = 1; i < 40; i++)
			print "f" i "\t" i % 7 - 3 "\t" i % 11 - 5 "\t" i % 3 + 0.1 }' >v.tsv
	mr-show --from-tsv <v.tsv >v.mrm
}

# diverse X VECTORS LISTS - the first three of LISTS, whole, by MMR.
diverse() {
	awk -F '\t' -v x="$1" '
		function cosine(a, b,	s, t, w, j) {
			for (j = 2; j <= d; j++) {
				s += E[a, j] * E[b, j]; t += E[a, j] ^ 2; w += E[b, j] ^ 2
			}
			return t > 0 && w > 0 ? s / sqrt(t * w) : 0
		}
		function flush(	n, i, j, s, v, near, best, most, c) {
			n = m < 30 ? m : 30
			for (s = 1; s <= 3; s++) {
				most = -9
				for (i = 1; i <= n; i++) {
					if (i in taken) continue
					near = s == 1 ? 0 : -1
					for (j in taken)
						if ((c = cosine(item[i], item[j])) > near) near = c
					v = (1 - x) * (score[i] - score[n]) / (score[1] - score[n])
					v -= x * near
					if (v > most + 1e-9) { most = v; best = i }
				}
				taken[best]
				printf "%s\t%d\t%s\t%s\n", user, s, item[best], score[best]
			}
			m = 0
			split("", taken)
		}
		NR == FNR { for (j = 2; j <= NF; j++) E[$1, j] = $j; d = NF; next }
		FNR == 1 { next }
		$1 != user && m { flush() }
		{ user = $1; item[++m] = $3; score[m] = $4 }
		END { flush() }' "$2" "$3"
}

@test "--diversity is MMR over the factors, or over vectors" {
	for m in als ials; do
		mr-show --tsv --matrix V $m.mrm >V.tsv
		mr-recommend -q -n 40 $m.mrm >all.tsv
		for x in 0.2 0.6; do
			diverse $x V.tsv all.tsv >want
			mr-recommend -q -n 3 --diversity $x $m.mrm | sed 1d | diff want - ||
				fail "$m, $x"
		done
	done
	for m in ials knn; do
		mr-recommend -q -n 40 --items v.mrm $m.mrm >all.tsv
		diverse 0.5 v.tsv all.tsv >want
		mr-recommend -q -n 3 --items v.mrm --diversity 0.5 $m.mrm >got
		sed 1d got | diff want - || fail "$m, vectors"
	done
}

@test "--diversity is of factors, not of biases that stand behind them" {
	mr-factorize -q -m bayes -d 4 --sweeps 10 --burn-in 5 r.tsv >bayes.mrm
	mr-factorize -q -m nmf -d 4 r.tsv >nmf.mrm
	mr-factorize -q -m coclustering r.tsv >coclustering.mrm
	for m in bayes nmf coclustering; do
		mr-show --tsv --matrix V $m.mrm >V.tsv
		mr-recommend -q -n 40 $m.mrm >all.tsv
		# The last two columns are 1 or another constant, and a bias.
		awk -F '\t' 'NR > 1 { if (n++ && $(NF - 1) != one) exit 1
			one = $(NF - 1) }' V.tsv
		awk -F '\t' -v OFS='\t' '{ NF -= 2; print }' V.tsv >first.tsv
		diverse 0.6 first.tsv all.tsv >want
		mr-recommend -q -n 3 --diversity 0.6 $m.mrm | sed 1d | diff want - ||
			fail "$m"
		diverse 0.6 V.tsv all.tsv >all
		run cmp -s want all
		[ "$status" -eq 1 ]
	done
}

@test "sparse vectors are as good as dense ones" {
	# The films of a word, as counts and as numbers.
	awk 'BEGIN { print "item\ttitle"
		for (i = 1; i < 40; i++)
			print "f" i "\taa" i % 7 " bb" i % 5 " cc" i % 3 }' >words.tsv
	mr-embed -q -m count --min-df 1 -f '{title}' words.tsv >sparse.mrm
	awk -F '\t' 'BEGIN { printf "item"; for (k = 0; k < 15; k++) printf "\tdim%d", k
			print "" }
		NR > 1 { split($2, w, " "); printf "%s", $1
			for (k = 0; k < 7; k++) printf "\t%d", w[1] == "aa" k
			for (k = 0; k < 5; k++) printf "\t%d", w[2] == "bb" k
			for (k = 0; k < 3; k++) printf "\t%d", w[3] == "cc" k
			print "" }' words.tsv | mr-show --from-tsv >dense.mrm
	for m in als knn; do
		for v in sparse dense; do
			mr-recommend -q -n 4 --items $v.mrm --mix 0 --diversity 0.37 \
				$m.mrm >$v
		done
		cmp sparse dense
		mr-recommend -q -n 4 $m.mrm | cut -f 1-3 >plain
		cut -f 1-3 sparse | cmp -s - plain && fail "no other order"
	done
	true
}

@test "0 is the list as it is, and the scores are those of the formula" {
	mr-recommend -q -n 4 als.mrm >plain
	mr-recommend -q -n 4 --diversity 0 --novelty 0 als.mrm | cmp plain -
	mr-recommend -q -n 40 als.mrm | cut -f 1,3,4 | sort >scores
	mr-recommend -q -n 4 --diversity 0.7 --novelty 0.4 als.mrm >other
	sed 1d other | cut -f 1,3,4 | sort | comm -23 - scores | wc -l | grep -qx 0
	run cmp -s plain other
	[ "$status" -eq 1 ]
	# As long as without, each rank once, nothing twice; any threads.
	cut -f 1,2 plain | diff - <(cut -f 1,2 other)
	cut -f 1,3 other | sort | uniq -d | wc -l | grep -qx 0
	for t in 1 3; do
		mr-recommend -q -t $t -n 4 --diversity 0.7 --novelty 0.4 als.mrm |
			cmp other -
	done
	# The reasons are of the score, whatever the order.
	try mr-recommend -q -n 3 --diversity 0.4 --explain 40 als.mrm
	expect 0
	awk -F '\t' 'NR > 1 { s = $5 + $7; n = split($6, a, /[=|]/)
		for (i = 2; i <= n; i += 2) s += a[i]
		if ((s - $4) ^ 2 > 1e-8) { print; exit 1 } }' "$OUT"
}

# novel X LISTS - the first three of LISTS, whole, by z(score) and z(novelty).
novel() {
	awk -F '\t' -v x="$1" '
		FNR == 1 { file++; next }
		file == 1 { raters[$2]++; next }
		file == 2 {
			n = ++m[$1]; item[$1, n] = $3; score[$1, n] = $4
			if (n == 1) order[++users] = $1
			c = -log(raters[$3]) / log(2)
			s[$1] += $4; ss[$1] += $4 ^ 2; t[$1] += c; tt[$1] += c ^ 2
		}
		END { for (k = 1; k <= users; k++) {
			u = order[k]; n = m[u]
			sd = sqrt(ss[u] / n - (s[u] / n) ^ 2)
			td = sqrt(tt[u] / n - (t[u] / n) ^ 2)
			for (i = 1; i <= n; i++) {
				c = -log(raters[item[u, i]]) / log(2)
				v = (1 - x) * (score[u, i] - s[u] / n) / sd
				v += x * (c - t[u] / n) / td
				printf "%d\t%s\t%s\t%s\t%.5f\n", k, u, item[u, i], score[u, i], v
			} } }' r.tsv "$2" | sort -t '	' -k 1,1n -k 5,5gr -k 3,3 |
		awk -F '\t' '++n[$2] <= 3 { print $2 "\t" n[$2] "\t" $3 "\t" $4 }'
}

@test "--novelty adds what few have rated" {
	for m in als ials; do
		mr-recommend -q -n 40 $m.mrm >all.tsv
		for x in 0.3 1; do
			novel $x all.tsv >want
			mr-recommend -q -n 3 --novelty $x $m.mrm | sed 1d | diff want - ||
				fail "$m, $x"
			# Users named, or from a pipe: counted as they are read.
			mr-recommend -q -n 3 --novelty $x --users all.tsv <$m.mrm |
				sed 1d | diff want -
			for i in 1 2; do
				mr-recommend -q -n 3 --novelty $x --shard $i/2 $m.mrm
			done | sed 1d | diff want -
		done
	done
	try mr-recommend --novelty 0.5 <als.mrm
	expect 2 '^mr-recommend: --novelty counts ratings before the first list, so the model is read twice: it cannot be standard input$'
	# A model that is not whole is no model of fewer ratings.
	head -c -64 als.mrm >cut.mrm
	try mr-recommend --novelty 0.5 -o out cut.mrm
	expect 1 'cut.mrm'
	[ ! -e out ]
}

@test "newcomers, groups, pairs and models without factors" {
	printf '%s\t%s\t%s\n' user item rating new f1 5 new f3 4 x none 5 >new.tsv
	try mr-recommend -q -n 3 --ratings new.tsv --diversity 0.4 --novelty 0.2 als.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 1 | uniq -c | tr -s ' ')" = ' 3 new
 3 x' ]
	try mr-recommend --diversity 0.4 knn.mrm
	expect 2 '^mr-recommend: --diversity: the model has no factors that say how films are alike: give their vectors by --items$'
	printf 'group\tuser\ng\tu1\n' >g.tsv
	for o in '--diversity 0.1' '--novelty 0.1'; do
		# A group of one has the list of its user.
		# shellcheck disable=SC2086
		mr-recommend -q $o --groups g.tsv als.mrm | sed 1d | cut -f 2- |
			diff <(mr-recommend -q $o --users <(printf 'user\nu1\n') \
				als.mrm | sed 1d | cut -f 2-) -
		# shellcheck disable=SC2086
		try mr-recommend $o --pairs r.tsv als.mrm
		expect 2 "^mr-recommend: ${o% *} is of lists: --pairs makes none\$"
	done
	# Of more, rated films and others, the order of MMR.
	printf 'group\tuser\ng\tu1\ng\tu2\nh\tu5\nh\tu3\n' >g.tsv
	mr-recommend -q -n 40 --groups g.tsv als.mrm >whole
	mr-recommend -q -n 3 --groups g.tsv --diversity 0.4 als.mrm >got
	diverse 0.4 <(mr-show --tsv --matrix V als.mrm) whole |
		diff - <(sed 1d got)
	mr-recommend -q -n 3 --groups g.tsv --novelty 1 als.mrm >got
	[ "$(sed 1d got | wc -l)" -eq 6 ]
	! cut -f 1-3 got | cmp -s - <(mr-recommend -q -n 3 --groups g.tsv als.mrm |
		cut -f 1-3) || fail 'the same films'
	for x in -0.1 1 1.5 x; do
		try mr-recommend --diversity $x als.mrm
		expect 2
	done
	for x in -0.1 1.1; do
		try mr-recommend --novelty $x als.mrm
		expect 2
	done
}
