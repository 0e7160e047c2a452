#!/usr/bin/env bats
# mr-recommend --items: lists by ratings and by what films say.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# Films 1 to 40 with vectors, f41 without; users of 16 films.
inputs() {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 30; u++)
			for (i = 1; i <= 41; i++) {
				x = (x + u + i) * 16807 % 2147483647
				if (x % 5 < 2)
					print "u" u "\tf" i "\t" 1 + x % 5
			}
	}' >r.tsv
	awk 'BEGIN { print "item\tdim0\tdim1\tdim2"
		for (i = 1; i <= 40; i++) {
			x = (x + i) * 16807 % 2147483647
			print "f" i "\t" x % 101 - 50 "\t" i % 7 - 3 "\t" i % 11 - 5
		}
	}' >v.tsv
	mr-show --from-tsv <v.tsv >v.mrm
	mr-factorize -q -m ials -d 4 r.tsv >ials.mrm
	mr-factorize -q -m knn --axis item r.tsv >knn.mrm
}

# want MIX MODEL - the best three of each user by awk.
want() {
	mr-recommend -q -n 41 "$2" >all.tsv
	awk -F '\t' -v w="$1" '
		function z(v, mean, sd) { return sd > 0 ? (v - mean) / sd : 0 }
		FILENAME == "v.tsv" {
			if (FNR == 1) next
			l = sqrt($2 * $2 + $3 * $3 + $4 * $4)
			for (j = 2; j <= 4; j++) E[$1, j] = $j / l
			has[$1]
			next
		}
		FNR == 1 { next }
		FILENAME == "r.tsv" {
			if (!n[$1]++) order[++users] = $1
			rated[$1, n[$1]] = $2
			next
		}
		{ score[$1, $3] = $4; m[$1]++; cand[$1, m[$1]] = $3 }
		END {
			for (a = 1; a <= users; a++) {
				u = order[a]
				s = ss = t = tt = k = 0
				for (c = 1; c <= m[u]; c++) {
					i = cand[u, c]
					s += score[u, i]; ss += score[u, i] ^ 2
					if (!(i in has)) continue
					for (b = 1; b <= 5; b++) best[b] = -2
					for (r = 1; r <= n[u]; r++) {
						j = rated[u, r]
						if (!(j in has)) continue
						v = E[i, 2] * E[j, 2] + E[i, 3] * E[j, 3] + E[i, 4] * E[j, 4]
						for (b = 1; b <= 5; b++)
							if (v > best[b]) { h = best[b]; best[b] = v; v = h }
					}
					near[i] = (best[1] + best[2] + best[3] + best[4] + best[5]) / 5
					t += near[i]; tt += near[i] ^ 2; k++
				}
				s /= m[u]; ss = sqrt(ss / m[u] - s * s)
				t /= k; tt = sqrt(tt / k - t * t)
				for (c = 1; c <= m[u]; c++) {
					i = cand[u, c]
					v = (1 - w) * z(score[u, i], s, ss)
					if (i in has) v += w * z(near[i], t, tt)
					printf "%d\t%s\t%s\t%.4f\n", a, u, i, v
				}
			}
		}' v.tsv r.tsv all.tsv | sort -t '	' -k 1,1n -k 4,4gr -k 3,3 |
		awk -F '\t' '++n[$1] <= 3 { print $2 "\t" n[$1] "\t" $4 }'
}

@test "z(ratings) and z(text), any mix, as awk adds them up" {
	local m w
	for m in ials knn; do
		for w in 0 0.25 1; do
			want "$w" $m.mrm >want
			mr-recommend -q -n 3 --items v.mrm --mix "$w" $m.mrm | sed 1d |
				awk -F '\t' '{ printf "%s\t%d\t%.4f\n", $1, $2, $4 }' >got
			paste want got | awk -F '\t' '$1 != $4 || $2 != $5 ||
				($3 - $6) ^ 2 > 1e-6 { print; bad = 1 } END { exit bad }' ||
				fail "$m, mix $w"
		done
	done
}

# parts FILE - user:item, score, what ratings and what the text carry of it, and
# the sum of what is said of the films alike.
parts() {
	awk -F '\t' '
		function sum(list,	part, n, i, x, s) {
			n = split(list, part, "|")
			for (i = 1; i <= n; i++) {
				split(part[i], x, "=")
				s += x[2]
			}
			return s + 0
		}
		NR > 1 { print $1 ":" $3, $4, $5 + sum($6) + $7, $8, sum($9) }
	' OFMT=%.9g CONVFMT=%.9g "$1" | sort
}

@test "the shares of ratings and text, and the films that carry each" {
	local m w
	for m in ials knn; do
		for w in 0 0.3 1; do
			mr-recommend -q -n 41 --items v.mrm --mix $w --explain 99 \
				$m.mrm >got
			mr-recommend -q -n 41 --items v.mrm --mix $w $m.mrm |
				cmp - <(cut -f 1-4 got)
			parts got >at$w
		done
		# Each is its weight times the score where it is alone.
		join at0.3 at0 | join - at1 | awk '
			function off(a, b) { return (a - b) ^ 2 > 1e-10 * (1 + b * b) }
			off($3 + $4, $2) || off($5, $4) || off($3, 0.7 * $6) ||
			off($4, 0.3 * $10) || off($8, 0) || off($11, 0) { print; bad = 1 }
			{ moved += $4 != 0 }
			END { exit bad || !moved }' || fail "$m"
	done
	[ "$(head -n 1 got | cut -f 5-)" = 'base	because	rest	content	alike' ]
	mr-recommend -q -n 41 -t 1 --items v.mrm --mix 1 --explain 99 knn.mrm |
		cmp got -
}

@test "films alike are those of his whose vectors are nearest" {
	mr-recommend -q -n 41 --items v.mrm --explain 5 ials.mrm >got
	awk -F '\t' '
		function bad(what) { print what ": " $0; exit failed = 1 }
		FNR == 1 { next }
		FILENAME == "v.tsv" {
			l = sqrt($2 * $2 + $3 * $3 + $4 * $4)
			for (j = 2; j <= 4; j++) E[$1, j] = $j / l
			has[$1]
			next
		}
		FILENAME == "r.tsv" { rated[$1, ++n[$1]] = $2; next }
		{
			n_alike = split($9, part, "|")
			if (n_alike != ($3 in has ? 5 : 0)) bad("number")
			split("", named)
			least = 2
			for (i = 1; i <= n_alike; i++) {
				split(part[i], x, "=")
				v = 0
				for (j = 2; j <= 4; j++) v += E[$3, j] * E[x[1], j]
				if (v < least) least = v
				named[x[1]]
			}
			found = 0
			for (k = 1; k <= n[$1] && n_alike; k++) {
				r = rated[$1, k]
				found += r in named
				v = 0
				for (j = 2; j <= 4; j++) v += E[$3, j] * E[r, j]
				if (r in has && !(r in named) && v > least + 1e-6) bad("nearer")
			}
			if (found != n_alike) bad("not his")
			rows++
		}
		END { exit failed || !rows }' v.tsv r.tsv got
	printf 'item\ttitle\nf1\tOne\n' >films.tsv
	mr-recommend -q -n 41 --items v.mrm --explain 5 --movies films.tsv \
		--with title ials.mrm >titled
	[ "$(head -n 1 titled | cut -f 7-)" = \
		'rest	because_title	content	alike	alike_title	title' ]
	cut -f 1-7,9,10 titled | sed 1d | cmp - <(sed 1d got)
	[ "$(grep -c 'f1=.*|.*One' titled)" -gt 0 ]
	# Of newcomers nothing is left over; fewer films than five are named.
	(head -n 1 r.tsv && sed -n 2,9p r.tsv | sed 's/^u1/new/') >new.tsv
	mr-recommend -q -n 9 --items v.mrm --explain 3 --ratings new.tsv \
		ials.mrm >got
	awk -F '\t' 'NR > 1 && split($9, x, "|") > 3 { exit 1 }' got
	mr-recommend -q -n 9 --items v.mrm --explain 99 --ratings new.tsv \
		ials.mrm >got
	awk -F '\t' 'NR > 1 && $7 * $7 > 1e-10 { print; exit 1 }' got
	printf 'user\titem\trating\nx\tnone\t5\n' >x.tsv
	mr-recommend -q -n 2 --items v.mrm --explain 3 --ratings x.tsv ials.mrm >got
	awk -F '\t' 'NR > 1 && ($5 != $4 || $6 $9 != "" || $7 + $8 != 0) { exit 1 }' got
}

@test "without a word of the text the order is that of the ratings" {
	mr-recommend -q -n 7 ials.mrm | cut -f 1-3 |
		diff - <(mr-recommend -q -n 7 --items v.mrm --mix 0 ials.mrm | cut -f 1-3)
	mr-recommend -q -n 7 --items v.mrm ials.mrm |
		cmp - <(mr-recommend -q -n 7 --items v.mrm --mix 0.25 ials.mrm)
	mr-recommend -q -t 1 --items v.mrm ials.mrm |
		cmp - <(mr-recommend -q -t 4 --items v.mrm ials.mrm)
}

@test "newcomers, filters and what is seen hold here, too" {
	(printf 'user\titem\trating\n' && sed -n 2,9p r.tsv | sed 's/^u1/new/') >new.tsv
	printf 'item\nf5\nf6\nf7\nf8\n' >only.tsv
	mr-recommend -q -n 9 --items v.mrm --ratings new.tsv --only only.tsv \
		ials.mrm >got
	sed 1d got | cut -f 3 | sort | diff <(sed 1d only.tsv | cut -f 1 |
		grep -vxFf <(cut -f 2 new.tsv)) -
	# Of whom nothing is known the popular list, as without texts.
	printf 'user\titem\trating\nx\tnone\t5\nnew\tf3\t5\n' >x.tsv
	for m in ials knn; do
		mr-recommend -q -n 5 --items v.mrm --ratings x.tsv $m.mrm >got
		[ "$(sed 1d got | wc -l)" -eq 10 ]
		mr-recommend -q -n 5 --ratings x.tsv $m.mrm | grep '^x' |
			diff - <(grep '^x' got)
	done
	printf 'user\titem\nu1\t%s\n' "$(mr-recommend -q -n 1 --items v.mrm \
		ials.mrm | sed -n 2p | cut -f 3)" >seen.tsv
	run grep -q "^u1	.*	$(sed -n 2p seen.tsv | cut -f 2)	" \
		<(mr-recommend -q -n 40 --items v.mrm --seen seen.tsv ials.mrm)
	[ "$status" -eq 1 ]
}

@test "films without a vector are counted; other vectors are refused" {
	try mr-recommend -n 3 --items v.mrm ials.mrm
	expect 0 "^mr-recommend: warning: 1 of the model's 41 films have no vector in v.mrm: ratings alone speak for them\$"
	(cat v.tsv && printf 'f41\t1\t2\t3\n') | mr-show --from-tsv >all.mrm
	try mr-recommend -n 3 --items all.mrm ials.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	sed 's/^f/g/' v.tsv | mr-show --from-tsv >others.mrm
	try mr-recommend -n 3 --items others.mrm ials.mrm
	expect 0 '41 of the model.s 41 films have no vector .* are its ids others\?$'
	try mr-recommend --mix 0.5 ials.mrm
	expect 2 '--mix means nothing without --items'
	try mr-recommend --items v.mrm --pairs r.tsv ials.mrm
	expect 2 '--items is of the lists of users'
	try mr-recommend --items none.mrm ials.mrm
	expect 1 'none.mrm'
	printf 'a b c\n' | mr-embed -q -m count --lines >lines.mrm
	try mr-recommend --items lines.mrm ials.mrm
	expect 0 '41 of the model.s 41 films have no vector .* are its ids others\?$'
}

@test "vectors of lines are called by numbers, which is told" {
	sed 's/\tf/\t/' r.tsv | mr-factorize -q -m ials -d 4 >numbers.mrm
	(echo item title && seq 1 41 | sed 's/.*/& word&/') | tr ' ' '\t' >t.tsv
	mr-embed -q -m count --lines t.tsv >lines.mrm
	try mr-recommend --items lines.mrm numbers.mrm
	expect 0 "^mr-recommend: warning: lines.mrm: its rows are called by the numbers of lines .mr-embed --lines., which are not the ids of films but by chance\$"
	mr-embed -q -m count -f "{title}" t.tsv >films.mrm
	try mr-recommend --items films.mrm numbers.mrm
	expect 0
	run grep 'numbers of lines' "$ERR"
	[ "$status" -eq 1 ]
}

@test "TF-IDF: the same lists as by its values as dense vectors" {
	awk 'BEGIN { print "item\ttitle"
		for (i = 1; i <= 40; i++) {
			t = "film" i % 7
			for (w = 2; w < 12; w++)
				if (i % w == 0) t = t " word" w
			print "f" i "\t" t
		}
	}' >films.tsv
	mr-embed -q -m tfidf -f '{title}' films.tsv >sparse.mrm
	# The triples of mr-show, a row a film, as a table.
	mr-show --tsv sparse.mrm | awk -F '\t' '
		FNR > 1 {
			if (!($1 in row)) { row[$1]; order[++n] = $1 }
			if (!($2 in at)) at[$2] = ++d
			v[$1, at[$2]] = $3
		}
		END {
			printf "item"
			for (j = 0; j < d; j++) printf "\tdim%d", j
			print ""
			for (k = 1; k <= n; k++) {
				printf "%s", order[k]
				for (j = 1; j <= d; j++) printf "\t%s", v[order[k], j] + 0
				print ""
			}
		}' CONVFMT=%.9g | mr-show --from-tsv >dense.mrm
	[ "$(mr-show dense.mrm | grep -c 'dense')" -gt 0 ]
	for m in ials knn; do
		mr-recommend -q -n 9 --items sparse.mrm --explain 9 $m.mrm >got
		mr-recommend -q -n 9 --items dense.mrm --explain 9 $m.mrm >want
		paste got want | awk -F '\t' '
			function off(a, b) { return (a - b) ^ 2 > 1e-10 * (1 + b * b) }
			FNR > 1 && (off($4, $13) || off($8, $17)) { print; exit 1 }
			FNR > 1 { same += $3 == $12 }
			END { exit same < 0.97 * (FNR - 1) }' || fail "$m"
	done
	mr-recommend -q -t 1 -n 9 --items sparse.mrm --explain 9 knn.mrm | cmp got -
}

@test "--no-model: the five nearest films of his, without any model" {
	(cat v.tsv && printf 'f50\t3\t-2\t1\nf51\t0\t0\t0\n') | mr-show --from-tsv >more.mrm
	try mr-recommend --no-model -n 50 --ratings r.tsv --items more.mrm \
		--explain 9
	expect 0
	mv "$OUT" got
	diff - "$ERR" <<-'END'
	mr-recommend: warning: 1 of the model's 42 films have no vector in more.mrm: ratings alone speak for them
	mr-recommend: warning: lists of at most 42 rows, not 50: --items has 42 films
	mr-recommend: warning: 15 of 468 ratings of r.tsv are of films that --items does not know and count for nothing
	END
	mr-recommend -q --no-model -t 1 -n 50 --ratings r.tsv --items - \
		--explain 9 <more.mrm | cmp got -
	awk -F '\t' '
		function bad(what) { print what ": " $0; exit failed = 1 }
		function off(a, b) { return (a - b) ^ 2 > 1e-9 * (1 + b * b) }
		function cosine(i, j) {
			return E[i, 2] * E[j, 2] + E[i, 3] * E[j, 3] + E[i, 4] * E[j, 4]
		}
		function near(i, u,	k, b, v, h, best, s) {
			for (b = 1; b <= 5; b++) best[b] = -2
			for (k = 1; k <= n[u]; k++) {
				if (!(rated[u, k] in has)) continue
				v = cosine(i, rated[u, k])
				for (b = 1; b <= 5; b++)
					if (v > best[b]) { h = best[b]; best[b] = v; v = h }
			}
			for (b = 1; b <= 5; b++) s += best[b]
			return s / 5
		}
		FNR == 1 { next }
		FILENAME == "v.tsv" {
			l = sqrt($2 * $2 + $3 * $3 + $4 * $4)
			for (j = 2; j <= 4; j++) E[$1, j] = $j / l
			has[$1]
			next
		}
		FILENAME == "r.tsv" { rated[$1, ++n[$1]] = $2; his[$1, $2]; next }
		{
			if (($1, $3) in his) bad("rated")
			if (off($4, $8) || off($5 + $7, 0) || $6 != "") bad("parts")
			rows[$1]++
			item[$1, $2] = $3
			score[$1, $2] = $4
		}
		END {
			if (failed) exit 1
			has["f50"]
			l = sqrt(14)
			E["f50", 2] = 3 / l; E["f50", 3] = -2 / l; E["f50", 4] = 1 / l
			for (u in rows) {
				t = tt = k = 0
				for (i in has) {
					if ((u, i) in his) continue
					v[i] = near(i, u)
					t += v[i]; tt += v[i] ^ 2; k++
				}
				t /= k; tt = sqrt(tt / k - t * t)
				if (rows[u] != k + 1) bad("length of " u)
				for (q = 1; q <= rows[u]; q++) {
					i = item[u, q]
					if (off(score[u, q], i == "f51" ? 0 : (v[i] - t) / tt))
						bad(u " " i)
				}
				users++
			}
			exit failed || users != 30
		}' v.tsv r.tsv got
}

@test "--no-model with less text: popularity of the ratings themselves" {
	(cat v.tsv && printf 'f41\t1\t2\t3\n') | mr-show --from-tsv >all.mrm
	mr-factorize -q -m popular r.tsv >popular.mrm
	for w in 0 0.25 1; do
		mr-recommend -q --mix $w --items all.mrm popular.mrm >want
		mr-recommend -q --no-model --mix $w --ratings r.tsv \
			--items all.mrm >got
		paste want got | awk -F '\t' 'NR > 1 && ($1 != $5 || $3 != $7 ||
			($4 - $8) ^ 2 > 1e-9 * (1 + $4 ^ 2)) { print; bad = 1 }
			END { exit bad || NR < 300 }' || fail "mix $w"
	done
	mr-recommend -q --no-model --ratings r.tsv --items all.mrm | cmp got -
	# Of whom nothing is known: the most rated films.
	printf 'x\tnone\t5\n' | cat r.tsv - >more.tsv
	try mr-recommend --no-model -n 3 --ratings more.tsv --items v.mrm
	expect 0 'of films that --items does not know'
	grep -q '1 of 31 users of more.tsv rate no film that --items knows' "$ERR"
	sed 1d r.tsv | cut -f 2 | grep -v '^f41$' | sort | uniq -c |
		sort -k 1,1nr -k 2,2 | awk 'NR <= 3 { print $2 "\t" $1 }' |
		diff - <(grep '^x' "$OUT" | cut -f 3,4)
	printf 'user\titem\nu1\t%s\n' "$(sed -n 2p got | cut -f 3)" >seen.tsv
	mr-recommend -q --no-model --ratings r.tsv --items all.mrm \
		--seen seen.tsv >without
	sed 1d got | grep '^u1	' | cut -f 3 | sed 1d |
		diff - <(grep '^u1	' without | cut -f 3 | sed '$d')
}

@test "--no-model takes ratings, vectors, and no model" {
	for o in '--ratings r.tsv' '--items v.mrm' \
		'--ratings r.tsv --items v.mrm ials.mrm'; do
		# shellcheck disable=SC2086
		try mr-recommend --no-model $o
		expect 2 '--no-model takes --ratings and --items in its place'
	done
	# No option of this tool chooses a matrix.
	try mr-recommend --no-model --ratings r.tsv --items ials.mrm
	expect 1 '^mr-recommend: ials.mrm: [0-9] dense matrices, expected one: V '
	try mr-recommend --no-model --ratings r.tsv --items none.mrm
	expect 1 'none.mrm'
	printf 'item\tdim0\n' | mr-show --from-tsv >empty.mrm
	try mr-recommend --no-model --ratings r.tsv --items empty.mrm
	expect 0
	[ "$(wc -l <"$OUT")" -eq 1 ]
}
