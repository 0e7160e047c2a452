#!/usr/bin/env bats
# mr-recommend: lists without what was seen, estimates, broken models.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# Ratings of 60 users and 40 films, and a model of each kind.
inputs() {
	odd_and_even >r.tsv
	mr-factorize -m als -d 5 --lambda 0.005 r.tsv >als.mrm
	mr-factorize -m ials -d 5 r.tsv >ials.mrm
}

# part NAME FILE - a matrix of a model as TSV, its name before each line.
part() {
	mr-show --tsv --no-header-out --matrix "$1" "$2" | sed "s/^/$1\t/"
}

# scores FILE - user, item and score of every pair, by awk.
scores() {
	local p parts mu
	mu=$(mr-show "$1" | awk '$1 == "mu" { print $2; exit }')
	parts='U V'
	[ "$1" != als.mrm ] || parts='bu bi U V'
	for p in $parts; do
		part "$p" "$1"
	done | awk -F '\t' -v mu="$mu" '
		$1 == "bu" { bu[$2] = $3 }
		$1 == "bi" { bi[$2] = $3 }
		$1 == "U" { users[++n] = $2; for (j = 3; j <= NF; j++) U[$2, j] = $j }
		$1 == "V" {
			for (k = 1; k <= n; k++) {
				u = users[k]
				s = mu + bu[u] + bi[$2]
				for (j = 3; j <= NF; j++) s += U[u, j] * $j
				printf "%s\t%s\t%.9f\n", u, $2, s
			}
		}'
}

# unseen LISTS SEEN - fails when a pair of SEEN is in LISTS.
unseen() {
	awk -F '\t' 'FNR == 1 { file++; next }
		file == 1 { seen[$1, $2]; next }
		($1, $3) in seen { print "seen: " $0; bad = 1 }
		END { exit bad }' "$2" "$1"
}

@test "n rows for every user in order, best first, none of them seen" {
	for m in als ials; do
		try mr-recommend $m.mrm
		expect 0
		[ ! -s "$ERR" ]
		[ "$(head -n 1 "$OUT")" = 'user	rank	item	score' ]
		[ "$(wc -l <"$OUT")" -eq 601 ]
		unseen "$OUT" r.tsv
		sed 1d "$OUT" | cut -f 1 | uniq | cmp - <(seq 60 | sed 's/^/u/')
		awk -F '\t' 'NR > 1 { if ($2 != (NR - 2) % 10 + 1) exit 1
			if ($2 > 1 && $4 > last) exit 1
			if (($1, $3) in had) exit 1
			had[$1, $3]; last = $4 }' "$OUT" || fail "$m: order"
		cp "$OUT" want
		mr-recommend -n 10 $m.mrm | cmp - want
		for n in 1 3; do
			mr-recommend --length $n $m.mrm |
				cmp - <(awk -F '\t' -v n=$n 'NR == 1 || $2 <= n' want)
		done
		mr-recommend --no-header-out $m.mrm | cmp - <(sed 1d want)
	done
}

@test "scores are mu + bu + bi + U.V, and the best of all that are unseen" {
	for m in als ials; do
		scores $m.mrm >scores.tsv
		[ "$(wc -l <scores.tsv)" -eq 2400 ]
		mr-recommend -n 5 $m.mrm >l.tsv
		awk -F '\t' '
			FNR == 1 { file++ }
			file == 1 { seen[$1, $2]; next }
			file == 2 { s[$1, $2] = $3; item[$2]; next }
			FNR == 1 { next }
			{
				e = s[$1, $3] - $4
				if (e > 1e-5 || e < -1e-5) { print $0, s[$1, $3]; exit 1 }
				listed[$1, $3]; worst[$1] = $4; n++
			}
			END {
				if (n != 300) exit 1
				for (u in worst) for (i in item)
					if (!((u, i) in seen) && !((u, i) in listed) &&
					    s[u, i] > worst[u] + 1e-5) {
						print "missed", u, i; exit 1 }
			}' r.tsv scores.tsv l.tsv || fail "$m"
	done
}

@test "lists and pairs agree to the bit" {
	mr-recommend -n 40 --keep-seen als.mrm >l.tsv
	cut -f 1,3 l.tsv >pairs.tsv
	mr-recommend --pairs pairs.tsv als.mrm >p.tsv
	# Inside the range of the ratings; 1 to 5 here.
	mr-show als.mrm | grep -qE '^  clip +1:5$'
	paste l.tsv p.tsv | awk -F '\t' 'NR > 1 {
		want = $4 > 5 ? "5" : $4 < 1 ? "1" : $4
		if ($7 "" != want "") { print; exit 1 }
		inside += $7 == $4; out += $7 != $4 }
		END { exit !(inside > 1000 && out > 0 && inside + out == 2400) }'
	# ials has no range: all agree.
	mr-recommend -n 40 --keep-seen ials.mrm >l.tsv
	cut -f 1,3 l.tsv >pairs.tsv
	mr-recommend --pairs pairs.tsv ials.mrm | cut -f 3 | sed 1d |
		cmp - <(cut -f 4 l.tsv | sed 1d)
}

@test "--keep-seen and lists that are too short" {
	try mr-recommend --keep-seen -n 40 als.mrm
	expect 0
	[ ! -s "$ERR" ]
	[ "$(wc -l <"$OUT")" -eq 2401 ]
	try mr-recommend -n 40 als.mrm
	expect 0
	echo 'mr-recommend: warning: 60 of 60 lists are shorter than 40: these' \
		"users have seen the rest of the model's 40 films" | diff - "$ERR"
	# Every pair is listed or seen, and not both.
	[ "$(wc -l <"$OUT")" -eq $((2401 - $(sed 1d r.tsv | wc -l))) ]
	unseen "$OUT" r.tsv
	# --keep-seen undoes --seen, too.
	mr-recommend --keep-seen --seen r.tsv als.mrm |
		cmp - <(mr-recommend --keep-seen als.mrm)
}

@test "--users: what filters leave of the most rated films, counted" {
	printf 'user\nnobody\nu1\n' >two.tsv
	mr-factorize -q -m popular r.tsv |
		mr-recommend -q -n 60 --keep-seen --users <(printf 'user\nu1\n') |
		sed 1d >most
	{ printf 'user\titem\n' && sed -n 1p most | cut -f 3 |
		sed 's/^/nobody	/'; } >seen.tsv
	{ printf 'item\n' && sed -n 3p most | cut -f 3; } >not.tsv
	try mr-recommend -v -n 3 --users two.tsv --seen seen.tsv --not not.tsv \
		--explain 2 ials.mrm
	expect 0 '^mr-recommend: lists: 2, of the most rated films: 1, without a film: 0$'
	sed -n '2p; 4,5p' most | awk -F '\t' -v OFS='\t' '
		{ print "nobody", NR, $3, $4, $4, "", 0 }' >want
	sed -n 2,4p "$OUT" | cmp - want
	# The lists of others are what they were.
	mr-recommend -n 3 --users <(printf 'user\nu1\n') --not not.tsv \
		--explain 2 ials.mrm | sed 1d | diff - <(sed 1,4d "$OUT")
	mr-recommend -q -t 1 -n 3 --users two.tsv --seen seen.tsv \
		--not not.tsv --explain 2 ials.mrm | cmp - "$OUT"
}

@test "--seen adds pairs, unknown ones do no harm" {
	mr-recommend -n 3 als.mrm >first.tsv
	{ printf 'note\titem\tuser\n'
	awk -F '\t' 'NR > 1 { print "x\t" $3 "\t" $1 }' first.tsv
	printf 'x\tnowhere\tu1\nx\tf1\tnobody\n'; } >seen.tsv
	try mr-recommend -n 3 --seen seen.tsv als.mrm
	expect 0
	[ ! -s "$ERR" ]
	cp "$OUT" second.tsv
	[ "$(wc -l <second.tsv)" -eq 181 ]
	unseen second.tsv r.tsv
	awk -F '\t' 'FNR == 1 { file++; next } file == 1 { had[$1, $3]; next }
		($1, $3) in had { exit 1 }' first.tsv second.tsv
	# They are the three behind the first three.
	mr-recommend -n 6 als.mrm | awk -F '\t' 'NR > 1 && $2 > 3 { print $1, $3 }' |
		cmp - <(awk -F '\t' 'NR > 1 { print $1, $3 }' second.tsv)
	sed 1d seen.tsv | awk -F '\t' -v OFS='\t' '{ print $3, $2 }' >bare.tsv
	mr-recommend -n 3 --no-header-in --seen bare.tsv als.mrm | cmp - second.tsv
	mr-recommend -n 3 --seen <(printf 'user\titem\n') als.mrm | cmp - first.tsv
	# A header line that is said not to be there is told of; bare.tsv has none.
	try mr-recommend -n 3 --no-header-in --seen bare.tsv als.mrm
	[ ! -s "$ERR" ]
	printf 'user\titem\n' | cat - bare.tsv >headed.tsv
	for o in --seen --pairs; do
		try mr-recommend --no-header-in $o headed.tsv als.mrm
		expect 0 "^mr-recommend: warning: headed.tsv:1: --no-header-in takes 'user' for a row: is it the header line\?$"
	done
	cut -f 1 bare.tsv >users.bare
	cut -f 2 bare.tsv >items.bare
	for case in --users:user_id:users.bare --only:item:items.bare --not:movieId:items.bare \
		"--groups:group	user:"; do
		IFS=: read -r o head rest <<<"$case"
		{ echo "$head"; cat "${rest:-bare.tsv}"; } >headed.tsv
		try mr-recommend --no-header-in "$o" headed.tsv als.mrm
		expect 0 "^mr-recommend: warning: headed.tsv:1: --no-header-in takes '${head%	*}' for a row: is it the header line\?$"
		sed 1d headed.tsv >headless.tsv
		try mr-recommend --no-header-in "$o" headless.tsv als.mrm
		expect 0
		[ "$(grep -c 'header line' "$ERR")" -eq 0 ]
	done
	try mr-recommend --seen first.tsv als.mrm
	expect 0
	try mr-recommend --seen <(printf 'user\tfilm\n') als.mrm
	expect 1 "^mr-recommend: .*'item'"
}

@test "--users: their order, each once, unknown ones counted" {
	mr-recommend -n 3 als.mrm >all.tsv
	printf 'user\nu60\nu2\nnobody\nu31\nu2\nU2\nu1\n' >users.tsv
	try mr-recommend -n 3 --users users.tsv als.mrm
	expect 0
	echo 'mr-recommend: warning: 2 of 6 users of users.tsv are not in the' \
		'model: they get the most rated films, with the number of ratings' \
		'as score' | diff - "$ERR"
	mr-factorize -q -m popular r.tsv | mr-recommend -q -n 3 --keep-seen |
		sed -n 2,4p | cut -f 2- >most
	{ head -n 1 all.tsv; for u in u60 u2 nobody u31 U2 u1; do
		case $u in
		nobody | U2) sed "s/^/$u	/" most ;;
		*) grep "^$u	" all.tsv ;;
		esac
	done; } | cmp - "$OUT"
	cp "$OUT" want
	sed 1d users.tsv | mr-recommend -q -n 3 --no-header-in --users - als.mrm |
		cmp - want
	# Another column beside; lists serve as users.
	mr-recommend -n 3 --users all.tsv als.mrm | cmp - all.tsv
	# Nobody, or nobody who is known.
	try mr-recommend --users <(printf 'user\n') als.mrm
	expect 0
	expect_out 'user\trank\titem\tscore\n'
	try mr-recommend --users <(printf 'user\nx\n') als.mrm
	expect 0 'warning: 1 of 1 users .*; are its ids others\?$'
	sed -n 2,4p "$OUT" | sed 's/^x	//' | cmp - most
	try mr-recommend --users r.tsv --seen all.tsv -n 3 als.mrm
	expect 0
	mr-recommend --seen all.tsv -n 3 als.mrm | cmp - "$OUT"
	try mr-recommend --users <(printf 'item\nf1\n') als.mrm
	expect 1 "^mr-recommend: .*'user'"
}

@test "--pairs: in order, the rating as it stands, other columns dropped" {
	printf '%s\t%s\t%s\t%s\n' >pairs.tsv time rating item user \
		1 5.00 f3 u9 2 '' f1 u1 3 4e0 f3 u9
	try mr-recommend --pairs pairs.tsv als.mrm
	expect 0
	[ ! -s "$ERR" ]
	cut -f 1-3 "$OUT" | cmp - <(printf '%s\t%s\t%s\n' user item rating \
		u9 f3 5.00 u1 f1 '' u9 f3 4e0)
	[ "$(head -n 1 "$OUT")" = 'user	item	rating	estimate' ]
	cut -f 4 "$OUT" >estimates
	[ "$(sed -n 2p estimates)" = "$(sed -n 4p estimates)" ]
	cut -f 3,4 pairs.tsv >bare.tsv
	mr-recommend --pairs bare.tsv als.mrm >bare.out
	[ "$(head -n 1 bare.out)" = 'user	item	estimate' ]
	cut -f 3 bare.out | cmp - estimates
	# Without a header: user, item, rating, of which the last may be absent.
	printf 'u9\tf3\nu1\tf1\nu9\tf3\t2\n' |
		mr-recommend --no-header-in --no-header-out --pairs - als.mrm >got
	cut -f 4 got | cmp - <(sed 1d estimates)
	mr-recommend --pairs <(printf 'user\titem\n') als.mrm |
		cmp - <(printf 'user\titem\testimate\n')
	# All 2,400 pairs against awk's arithmetic.
	scores als.mrm >scores.tsv
	{ printf 'user\titem\trating\n'; cat scores.tsv; } >pairs.tsv
	mr-recommend --pairs pairs.tsv als.mrm | awk -F '\t' 'NR > 1 {
		want = $3 > 5 ? 5 : $3 < 1 ? 1 : $3
		if ((want - $4)^2 > 1e-10) { print; exit 1 } }
		END { exit NR != 2401 }'
}

@test "--pairs: unknown users and films by the parts that are known" {
	printf '%s\t%s\n' >pairs.tsv user item u3 f7 nobody f7 u3 nothing \
		nobody nothing
	try mr-recommend --pairs pairs.tsv als.mrm
	expect 0
	echo 'mr-recommend: warning: of 4 pairs 2 have a user and 2 an item that' \
		'the model does not know: estimated by the parts it does know' |
		diff - "$ERR"
	mu=$(mr-show als.mrm | awk '$1 == "mu" { print $2; exit }')
	bu=$(part bu als.mrm | awk '$2 == "u3" { print $3 }')
	bi=$(part bi als.mrm | awk '$2 == "f7" { print $3 }')
	full=$(scores als.mrm | awk '$1 == "u3" && $2 == "f7" { print $3 }')
	sed 1d "$OUT" | cut -f 3 | paste - <(printf '%s\n' "$full" \
		"$mu $bi" "$mu $bu" "$mu") | awk '{
		e = $1 - $2 - $3
		if (e > 1e-6 * 9 || e < -1e-6 * 9) { print; exit 1 } }'
	try mr-recommend --pairs pairs.tsv ials.mrm
	expect 0
	[ "$(sed '1,2d' "$OUT" | cut -f 3 | sort -u)" = 0 ]
}

@test "--pairs: what the model has learnt, and what are no ratings, is told" {
	try mr-recommend --pairs r.tsv als.mrm
	expect 0
	n=$(sed 1d r.tsv | wc -l)
	echo "mr-recommend: warning: $n of $n pairs are ratings that the model" \
		'has learnt from: errors on them say nothing about others' |
		diff - "$ERR"
	# Every pair of the two: those of r.tsv are counted.
	scores als.mrm >scores.tsv
	try mr-recommend --no-header-in --pairs scores.tsv als.mrm
	expect 0 "warning: $n of 2400 pairs are ratings that"
	mr-recommend als.mrm | cut -f 1,3 >new.tsv
	try mr-recommend --pairs new.tsv als.mrm
	expect 0
	[ ! -s "$ERR" ]
	try mr-recommend --pairs new.tsv ials.mrm
	expect 0 '^mr-recommend: warning: the model ranks films, its estimates are no ratings$'
}

@test "scores of lists are not clipped" {
	# Ratings that add up past 5.
	printf '%s\t%s\t%s\n' user item rating >high.tsv
	for u in 1 2 3 4; do
		printf '%s\t%s\t%s\n' g$u top 5 g$u low 4 k$u top 2 k$u low 1 \
			g1 x$u 3 k1 y$u 1
	done | sort -u >>high.tsv
	printf '%s\t%s\t%s\n' >>high.tsv h a 5 h b 5 h c 5 k2 best 5 k3 best 5 \
		k4 best 5
	mr-factorize -m als -d 1 --lambda 0.01 high.tsv >high.mrm
	mr-recommend --no-header-out -n 1 high.mrm >l.tsv
	awk -F '\t' '$4 > 5 { n++ } END { exit !n }' l.tsv || fail "none above 5"
	{ printf 'user\titem\n'; cut -f 1,3 l.tsv; } >p.tsv
	mr-recommend --pairs p.tsv high.mrm | sed 1d | cut -f 3 |
		paste l.tsv - | awk -F '\t' '$5 != ($4 > 5 ? 5 : $4 < 1 ? 1 : $4) {
			print; exit 1 }'
}

@test "--with: columns in the order given, escapes, unknown films" {
	{ printf 'year\titem\ttitle\n'
	seq 2 40 | awk '{ print 1900 + $1 "\tf" $1 "\tFilm\\t" $1 }'; } >films.tsv
	try mr-recommend -n 2 --movies films.tsv --with title,year als.mrm
	expect 0
	awk -F '\t' 'NR == 1 { if ($5 != "title" || $6 != "year") exit 1; next }
		{ n = substr($3, 2) }
		NF != 6 { exit 1 }
		n == 1 && $5 $6 != "" { exit 1 }
		n > 1 && ($5 != "Film\\t" n || $6 != 1900 + n) { exit 1 }' "$OUT"
	cut -f 1-4 "$OUT" | cmp - <(mr-recommend -n 2 als.mrm)
	printf 'user\titem\nu1\tf1\nu1\tf2\nu1\tzz\n' >pairs.tsv
	try mr-recommend --pairs pairs.tsv --movies films.tsv --with year als.mrm
	expect 0
	cut -f 1,2,4 "$OUT" | cmp - \
		<(printf 'user\titem\tyear\nu1\tf1\t\nu1\tf2\t1902\nu1\tzz\t\n')
	grep -qx 'mr-recommend: warning: 2 results name a film that --movies does not have: their columns are empty' "$ERR"
	try mr-recommend --with year als.mrm
	expect 2
	echo 'mr-recommend: --with needs --movies: which file has the columns?' |
		diff - "$ERR"
	try mr-recommend --movies films.tsv --with item als.mrm
	expect 2 "^mr-recommend: --with: a column of results is called 'item' already\$"
	try mr-recommend --pairs pairs.tsv --movies films.tsv --with year,year \
		als.mrm
	expect 2 "^mr-recommend: --with: 'year' stands twice\$"
	try mr-recommend --movies films.tsv --with plot als.mrm
	expect 1 "^mr-recommend: films\.tsv:1: .*'plot'"
}

@test "the same bytes for threads, file, stdin, - and single bytes" {
	# Past a batch of 1,024 users.
	awk 'BEGIN { print "user\titem"
		for (u = 0; u < 2500; u++) for (i = 0; i < 6; i++)
			print "u" u "\tf" (u * 7 + i * i * 3) % 90 }' >many.tsv
	mr-factorize -q -m ials -d 6 --sweeps 2 many.tsv >many.mrm
	mr-recommend -t 1 many.mrm >want
	[ "$(wc -l <want)" -eq 25001 ]
	unseen want many.tsv
	sed 1d want | cut -f 1 | uniq | cmp - <(seq 0 2499 | sed 's/^/u/')
	for t in 2 4 7; do
		mr-recommend -t $t many.mrm | cmp - want
	done
	mr-recommend <many.mrm | cmp - want
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat many.mrm | mr-recommend - | cmp - want
	"$PIPES" dribble mr-recommend <many.mrm | cmp - want
	mr-factorize -q -m ials -d 6 --sweeps 2 many.tsv | mr-recommend -o out
	cmp out want
	mr-recommend --users want many.mrm | cmp - want
	for t in 1 2 4; do
		mr-recommend -q -t $t --pairs many.tsv many.mrm >pairs.$t
		cmp pairs.$t pairs.1
	done
	"$PIPES" dribble mr-recommend --pairs many.tsv <many.mrm | cmp - pairs.1
}

@test "ties by film id, in the order of bytes" {
	printf 'user\titem\trating\n' >t.tsv
	for i in 9 10 B a é; do
		printf 'x\t%s\t3\ny\t%s\t3\n' "$i" "$i"
	done >>t.tsv
	printf 'z\tlone\t3\nz\tother\t3\n' >>t.tsv
	# All ratings alike: no part but mu, all scores the same.
	mr-factorize -m als -d 1 t.tsv | mr-recommend -n 9 >l.tsv 2>/dev/null
	[ "$(awk -F '\t' '$1 == "z" { printf "%s ", $3 }' l.tsv)" = \
		'10 9 B a é ' ]
	[ "$(awk -F '\t' 'NR > 1 { print $4 }' l.tsv | sort -u)" = 3 ]
}

@test "lists that ids decide are counted, but not where they are few" {
	w='lists end inside a tie: of many films with the last score those whose ids come first were taken'
	# 30 users saw s0 to s3, and each one film more, which the next saw, too:
	# all these have two raters.
	awk 'BEGIN { print "user\titem\trating"
		for (u = 0; u < 30; u++) {
			for (i = 0; i < 4; i++)
				print "u" u "\ts" i "\t" (u + i) % 5 + 1
			print "u" u "\tx" u "\t4"
			print "u" u "\tx" (u + 1) % 30 "\t4"
		} }' >x.tsv
	mr-factorize -m popular x.tsv >pop.mrm
	for n in 1 10 17 27; do
		try mr-recommend -n $n pop.mrm
		expect 0
		echo "mr-recommend: warning: 30 of 30 $w" | diff - "$ERR"
	done
	# Nothing is cut: all that they have not seen, and all there are.
	try mr-recommend -n 28 pop.mrm
	expect 0
	[ ! -s "$ERR" ]
	try mr-recommend -n 34 --keep-seen pop.mrm
	expect 0
	[ ! -s "$ERR" ]
	# Four that are before all others.
	try mr-recommend -n 4 --keep-seen pop.mrm
	expect 0
	[ ! -s "$ERR" ]
	try mr-recommend -n 5 --keep-seen pop.mrm
	expect 0 "^mr-recommend: warning: 30 of 30 $w\$"
	# What --seen leaves may be no tie.
	awk 'BEGIN { print "user\titem"
		for (u = 0; u < 20; u++)
			for (i = 0; i < 30; i++)
				if (i != (u + 2) % 30)
					print "u" u "\tx" i }' >seen.tsv
	try mr-recommend -n 1 --seen seen.tsv pop.mrm
	expect 0
	[ ! -s "$ERR" ]		# 10 of 30
	try mr-recommend -n 1 --seen <(grep -v 'u1*[0-5]	' seen.tsv) pop.mrm
	expect 0 "^mr-recommend: warning: 22 of 30 $w\$"
	# Two or three films alike are in most models of ratings: one user rated
	# them, and alike.  More than that is the model's way to score.
	awk 'BEGIN { print "user\titem\trating"
		for (u = 0; u < 30; u++)
			for (i = 0; i < 12; i++)
				if ((u * 7 + i * 5) % 11 < 5)
					print "u" u "\ts" i "\t" (u * i) % 4 + 1
		for (i = 0; i < 4; i++) print "u0\tt" i "\t5"
		for (i = 0; i < 20; i++) print "u" i "\tz" i "\t1" }' >t.tsv
	mr-factorize -m als -d 2 t.tsv >few.mrm
	mr-recommend -n 3 few.mrm | awk -F '\t' '$2 > 1 && $4 == last { n++ }
		{ last = $4 } END { exit n < 20 }' || fail "no ties"
	try mr-recommend -n 2 few.mrm
	expect 0
	[ ! -s "$ERR" ]
	# Of knn many are rated 5 by one neighbour alone.
	mr-factorize -m knn --min-support 1 x.tsv >knn.mrm
	try mr-recommend -n 5 knn.mrm
	expect 0 "^mr-recommend: warning: [0-9]+ of 30 $w\$"
}

@test "ials, svd and bayes tell scores apart, knn and coclustering do not" {
	need_tool mr-ingest
	need_shared data/ml-latest-small/ratings.csv
	mr-ingest ratings "$SHARED/data/ml-latest-small/ratings.csv" >ml.tsv
	while read -r m; do
		# shellcheck disable=SC2086
		mr-factorize -m $m ml.tsv >m.mrm
		for n in 1 10; do
			try mr-recommend -n $n m.mrm
			expect 0
			[ ! -s "$ERR" ] || fail "$m, $n"
		done
	done <<-'END'
		ials -d 8 --sweeps 4
		svd -d 8 --sweeps 5
		als -d 8 --sweeps 5
		bayes -d 4 --sweeps 12 --burn-in 4
		baseline
	END
	for m in knn coclustering; do
		mr-factorize -m $m ml.tsv >m.mrm
		try mr-recommend m.mrm
		expect 0 'of 671 lists end inside a tie: '
	done
}

@test "a model that breaks off anywhere fails" {
	size=$(wc -c <als.mrm)
	for n in 1 63 64 500 1000 5000 $((size / 2)) $((size - 200)) \
		$((size - 128)) $((size - 64)) $((size - 1)); do
		for o in '' '--users r.tsv' '--pairs r.tsv'; do
			# shellcheck disable=SC2086
			try mr-recommend $o < <(head -c "$n" als.mrm)
			expect 1 '^mr-recommend: <stdin>: block at byte [0-9]+: truncated: '
			[ "$(wc -l <"$ERR")" -eq 1 ]
			[ "$(wc -l <"$OUT")" -le 1 ] || fail "rows of a broken model"
		done
	done
	try mr-recommend -o out.tsv < <(head -c $((size - 64)) als.mrm)
	expect 1
	[ ! -e out.tsv ]
	try mr-recommend </dev/null
	expect 1
	echo 'mr-recommend: <stdin>: is empty, expected a matrix stream: the' \
		'program that makes it failed' | diff - "$ERR"
	# The producer of a pipe fails: so does the pipe.
	printf 'user\titem\trating\nu\tf\tx\n' >bad.tsv
	mr-factorize -m als bad.tsv 2>/dev/null | { try mr-recommend
		expect 1 'is empty'; }
}

@test "a stream that is no model is named" {
	printf 'item\tdim0\na\t1\n' | mr-show --from-tsv >v.mrm
	try mr-recommend v.mrm
	expect 1
	echo 'mr-recommend: v.mrm: a matrix stream but not a model (mr-factorize' \
		'makes them)' | diff - "$ERR"
	try mr-recommend r.tsv
	expect 1 '^mr-recommend: r\.tsv: not a matrix stream'
	try mr-recommend nowhere.mrm
	expect 1 '^mr-recommend: nowhere\.mrm: cannot open: No such file'
	# Two models one after another do not belong together.
	try mr-recommend < <(cat als.mrm ials.mrm)
	expect 1 '^mr-recommend: <stdin>: '
}

@test "usage errors are 2" {
	while IFS='|' read -r args message; do
		# shellcheck disable=SC2086
		try mr-recommend $args als.mrm
		expect 2
		echo "mr-recommend: $message; see mr-recommend -h" | diff - "$ERR"
		[ ! -s "$OUT" ]
	done <<-'END'
		-n 0|--length: '0' is not a whole number from 1 to 100000
		-n 100001|--length: '100001' is not a whole number from 1 to 100000
		--pairs r.tsv --users r.tsv|--pairs makes no lists: -n, --users, --seen, --keep-seen, --where, --only, --not, --groups and --min-lists mean nothing to it
		--pairs r.tsv --seen r.tsv|--pairs makes no lists: -n, --users, --seen, --keep-seen, --where, --only, --not, --groups and --min-lists mean nothing to it
		--pairs r.tsv --keep-seen|--pairs makes no lists: -n, --users, --seen, --keep-seen, --where, --only, --not, --groups and --min-lists mean nothing to it
		--pairs r.tsv -n 5|--pairs makes no lists: -n, --users, --seen, --keep-seen, --where, --only, --not, --groups and --min-lists mean nothing to it
		--seen - --users -|only one file can be standard input
		als.mrm|'als.mrm' is one operand too many
	END
}

@test "random: a draw for each pair, whatever else is asked" {
	mr-factorize -m random -s 7 r.tsv >random.mrm
	[ "$(mr-show random.mrm | awk '$1 == "noise.seed" { print $2 }')" = 7 ]
	sed 1d r.tsv | cut -f 1,2 >some.tsv
	awk 'BEGIN { print "user\titem"
		for (u = 1; u <= 61; u++) for (i = 1; i <= 41; i++)
			print "u" u "\tf" i }' >all.tsv
	mr-recommend -q --pairs all.tsv random.mrm >want
	for t in 1 2 5; do
		mr-recommend -q -t $t --pairs all.tsv random.mrm | cmp - want
	done
	# The same pairs in another file, and from another order of ratings.
	mr-recommend --no-header-in --no-header-out --pairs some.tsv random.mrm |
		cut -f 1,2,4 | sort | comm -23 - <(sort want) | cmp - /dev/null
	{ head -n 1 r.tsv; sed 1d r.tsv | sort -r; } | mr-factorize -m random -s 7 |
		mr-recommend -q --pairs all.tsv | awk -F '\t' 'NR == FNR {
			e[$1, $2] = $3; next }
			FNR > 1 && (e[$1, $2] - $3)^2 > 1e-9 { print; exit 1 }' want -
	mr-factorize -m random -s 8 r.tsv | mr-recommend -q --pairs all.tsv |
		paste want - | awk -F '\t' '$3 == $6 { n++ } END { exit n > 600 }'
	# Lists are the same scores, sorted; 1 to 5 is where estimates end.
	mr-recommend --keep-seen -n 40 random.mrm >l.tsv
	awk -F '\t' 'NR == FNR { e[$1, $2] = $3; next }
		FNR == 1 { next }
		$2 > 1 && $4 > last { print; exit 1 }
		{ last = $4; n++ }
		e[$1, $3] != ($4 > 5 ? 5 : $4 < 1 ? 1 : $4) { print; exit 1 }
		END { if (n != 2400) exit 1 }' want l.tsv
	for t in 1 5; do
		mr-recommend -t $t --keep-seen -n 40 random.mrm | cmp - l.tsv
	done
	mr-recommend -n 4 random.mrm >four.tsv
	unseen four.tsv r.tsv
	{ echo user; seq 60 | sed 's/^/u/'; } |
		mr-recommend -n 4 --users - random.mrm | cmp - four.tsv
	# Mean and spread of the unclipped draws are those of the ratings.
	{ sed 1d r.tsv | awk -F '\t' '{ print 0, $3 }'
	sed 1d l.tsv | awk -F '\t' '{ print 1, $4 }'; } | awk '
		{ n[$1]++; s[$1] += $2; q[$1] += $2 * $2 }
		END { for (k = 0; k < 2; k++) {
				m[k] = s[k] / n[k]; v[k] = sqrt(q[k] / n[k] - m[k]^2) }
			print m[0], m[1], v[0], v[1]
			exit !((m[0] - m[1])^2 < 0.01 && (v[0] / v[1] - 1)^2 < 0.0025) }'
}

@test "random: the error on MovieLens that its definition predicts" {
	need_shared data/ml-100k/u1.base
	mr-factorize -m random --no-header-in "$SHARED/data/ml-100k/u1.base" |
		mr-recommend -q --no-header-in --pairs "$SHARED/data/ml-100k/u1.test" |
		awk -F '\t' 'NR > 1 { s += ($3 - $4)^2; n++ }
			END { e = sqrt(s / n); print e
				exit !(n == 20000 && e > 1.50 && e < 1.56) }'
}

@test "data that was made here, from end to end" {
	need_tool mr-ingest
	mr-ingest ratings "$DATA/ratings.csv" >ratings.tsv
	mr-factorize -m ials -d 16 ratings.tsv | mr-recommend >l.tsv
	[ "$(wc -l <l.tsv)" -eq 6001 ]
	unseen l.tsv ratings.tsv
	# Users who like different films get different lists.
	[ "$(cut -f 3 l.tsv | sed 1d | sort -u | wc -l)" -gt 100 ]
}

@test "the model and another input cannot both be standard input" {
	for o in --users --seen --pairs --movies; do
		try mr-recommend $o - <als.mrm
		expect 2 '^mr-recommend: only one file can be standard input; '
	done
}

@test "an empty id is refused wherever ids are read" {
	printf 'user\titem\nu1\tf1\n\tf2\n' >user.tsv
	printf 'user\titem\nu1\t\n' >item.tsv
	for o in --pairs --seen --users; do
		try mr-recommend $o user.tsv als.mrm
		expect 1 '^mr-recommend: user.tsv:3: empty user, expected an id$'
	done
	for o in --pairs --seen; do
		try mr-recommend $o item.tsv als.mrm
		expect 1 '^mr-recommend: item.tsv:2: empty item, expected an id$'
	done
}

@test "--pairs: a rating that is none is refused with its line" {
	printf 'user\titem\trating\nu1\tf1\t4\nu1\tf2\tn/a\n' >p.tsv
	try mr-recommend --pairs p.tsv als.mrm
	expect 1 "^mr-recommend: p.tsv:3: rating 'n/a', expected a finite number$"
	# What a float cannot hold is none, and --seen reads by the same rules.
	printf 'user\titem\trating\nu1\tf1\t1e39\n' >p.tsv
	for o in --pairs --seen; do
		try mr-recommend $o p.tsv als.mrm
		expect 1 "^mr-recommend: p.tsv:2: rating '1e39' is above 3.4e38"
	done
}

@test "--seen: pairs that the model does not know are counted" {
	printf 'user\titem\nu1\tf1\nu1\tnowhere\nnobody\tf1\n' >some.tsv
	try mr-recommend -v --seen some.tsv als.mrm
	expect 0 '^mr-recommend: seen: 3 pairs, in 1 of them a user and in 1 a film that the model does not know$'
	! grep -q warning "$ERR" || fail "a warning"
	printf 'user\titem\nx1\tf1\nx2\tf2\n' >others.tsv
	try mr-recommend --seen others.tsv als.mrm
	expect 0 '^mr-recommend: warning: --seen: the model knows the user and the film of none of the 2 pairs'
	# Those whom --users or --ratings name have lists, known or not.
	printf 'user\titem\trating\nx1\tf3\t5\n' >x1.tsv
	for o in --users --ratings; do
		for p in --seen --not; do
			try mr-recommend $o x1.tsv $p others.tsv als.mrm
			expect 0
			! grep -q 'of none of the' "$ERR" || fail "$o $p: a warning"
		done
	done
}

@test "a list is short because of what was seen, or of the catalogue" {
	try mr-recommend --keep-seen -n 41 als.mrm
	expect 0
	short='mr-recommend: warning: lists of at most 40 rows, not'
	echo "$short 41: the model has 40 films" | diff - "$ERR"
	try mr-recommend --keep-seen -n 100000 als.mrm
	expect 0
	[ "$(wc -l <"$OUT")" -eq 2401 ]
	# Whoever has seen a film gets fewer; that is not what made lists short.
	try mr-recommend -n 100000 als.mrm
	expect 0
	echo "$short 100000: the model has 40 films" | diff - "$ERR"
	try mr-recommend --keep-seen -n 40 als.mrm
	expect 0
	[ ! -s "$ERR" ]
	# One user of two has one film left, by what the model or --seen says.
	printf '%s\t%s\t%s\n' user item rating a 1 5 a 2 4 a 3 3 b 4 5 b 2 2 \
		c 1 2 c 4 4 >few.tsv
	printf 'user\titem\na\t9\nb\t1\nb\t3\nx\t1\n' >seen.tsv
	mr-factorize -q -m als -d 2 few.tsv >few.mrm
	try mr-recommend -n 2 few.mrm
	expect 0
	of="lists are shorter than 2: these users have seen the rest of the model's 4 films"
	echo "mr-recommend: warning: 1 of 3 $of" | diff - "$ERR"
	try mr-recommend -n 2 --seen seen.tsv few.mrm
	expect 0
	echo "mr-recommend: warning: 2 of 3 $of" | diff - "$ERR"
	try mr-recommend -n 9 --seen seen.tsv few.mrm
	expect 0
	echo 'mr-recommend: warning: lists of at most 4 rows, not 9: the model' \
		'has 4 films' | diff - "$ERR"
	# Nor have users who are not known.
	for n in 2 9; do
		try mr-recommend -n $n --users <(printf 'user\nnobody\n') few.mrm
		expect 0 'they get the most rated films'
		[ "$(sed 1d "$OUT" | wc -l)" -eq $((n < 4 ? n : 4)) ]
	done
}

@test "-n 100000 takes no more memory than the catalogue needs" {
	need_plain_build
	(ulimit -v 700000 && mr-recommend -q -n 100000 ials.mrm >l.tsv)
	mr-recommend -q -n 40 ials.mrm | cmp - l.tsv
}

@test "--movies is read also where --with takes nothing from it" {
	try mr-recommend --movies nowhere.tsv als.mrm
	expect 1 '^mr-recommend: nowhere.tsv: '
	try mr-recommend --movies <(printf 'film\ttitle\n') als.mrm
	expect 1 "'item'"
	printf 'item\ttitle\nf1\tJaws\n' >films.tsv
	try mr-recommend --movies films.tsv als.mrm
	expect 0 '^mr-recommend: warning: --movies without --with adds no column$'
	mr-recommend als.mrm | cmp - "$OUT"
}

@test "files of other ids are asked about, a few unknown ids are not" {
	# As a float column or a spreadsheet has them.
	awk -F '\t' -v OFS='\t' 'NR > 1 { $1 = $1 ".0"; $2 = $2 ".0" } 1' r.tsv \
		>other.tsv
	n=$(sed 1d other.tsv | wc -l)
	try mr-recommend -n 1 --users other.tsv als.mrm
	expect 0
	echo 'mr-recommend: warning: 60 of 60 users of other.tsv are not in the' \
		'model: they get the most rated films, with the number of ratings' \
		'as score; are its ids others?' | grep -Fxf - "$ERR"
	try mr-recommend --pairs other.tsv als.mrm
	expect 0
	echo "mr-recommend: warning: of $n pairs $n have a user and $n an item" \
		'that the model does not know: estimated by the parts it does know;' \
		'are their ids others?' | diff - "$ERR"
	for c in 1 2; do	# one of the two columns is enough
		cut -f $c r.tsv | paste - other.tsv | awk -F '\t' -v OFS='\t' -v c=$c '
			{ $(c + 1) = $1; print $2, $3 }' >half.tsv
		try mr-recommend --pairs half.tsv als.mrm
		expect 0 "^mr-recommend: warning: of $n pairs $n have an? (user|item) that the model does not know: .*; are their ids others\?$"
		try mr-recommend -n 1 --seen half.tsv als.mrm
		expect 0
		echo 'mr-recommend: warning: --seen: the model knows the user and the' \
			"film of none of the $n pairs: are its ids others?" | diff - "$ERR"
	done
	printf 'item\ttitle\nf1.0\tJaws\n' >films.tsv
	try mr-recommend -n 1 --movies films.tsv --with title als.mrm
	expect 0 '^mr-recommend: warning: 60 results name a film .* empty; are its ids others\?$'
	sed 2p films.tsv >again.tsv
	for o in '' '--pairs half.tsv' '--groups g.tsv'; do
		printf 'group\tuser\ng\tu1\n' >g.tsv
		# shellcheck disable=SC2086
		try mr-recommend $o --movies again.tsv --with title als.mrm
		expect 0 'warning: --movies: 1 rows are of an item that has one before: the first counts$'
	done

	# One that is known.
	{ cat other.tsv; printf 'u1\tf1\t3\n'; } >some.tsv
	{ cat films.tsv; printf 'f1\tJaws\n'; } >known.tsv
	{ printf 'user\titem\n'; mr-recommend --no-header-out -n 40 als.mrm |
		awk -F '\t' '$3 == "f1" { print $1 "\t" $3 }' | head -n 1; } >f1.tsv
	for o in '-n 1 --users some.tsv' '-n 1 --seen some.tsv' \
		'--pairs some.tsv' '--pairs f1.tsv --movies known.tsv --with title'; do
		# shellcheck disable=SC2086
		try mr-recommend $o als.mrm
		expect 0
		run grep 'ids others' "$ERR"
		[ "$status" -eq 1 ]
	done
	# No ids at all are no others.
	for o in --users --seen --pairs; do
		try mr-recommend -n 1 $o <(head -n 1 r.tsv) als.mrm
		[ "$o" != --pairs ] || try mr-recommend $o <(head -n 1 r.tsv) als.mrm
		expect 0
		[ ! -s "$ERR" ]
	done
}
