#!/usr/bin/env bats
# mr-stat: exact tables, what is missing, the diagnoses and their limits.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-stat
	cd "$BATS_TEST_TMPDIR" || return 1
}

# value SECTION NAME - from the last try, "value share".
value() {
	awk -F '\t' -v s="$1" -v n="$2" \
		'$1 == s && $2 == n { print $3 ($4 == "" ? "" : " " $4) }' "$OUT"
}

# is SECTION NAME "VALUE SHARE" - must be there, once.
is() {
	[ "$(value "$1" "$2")" = "$3" ] ||
		fail "$1 $2 is '$(value "$1" "$2")', expected '$3'"
}

# absent SECTION [NAME] - no such row.
absent() {
	awk -F '\t' -v s="$1" -v n="${2:-}" '
		$1 == s && (n == "" || $2 == n) { bad = 1 }
		END { exit bad }' "$OUT" || fail "there is $*"
}

# diagnosed NAME... - exactly these, in this order.
diagnosed() {
	local got
	got=$(awk -F '\t' '$1 == "diagnosis" { print $2 }' "$OUT" | xargs)
	[ "$got" = "$*" ] || fail "diagnosed '$got', expected '$*'"
}

# ratings ROWS... - "user,item,rating,time" each, as TSV in r.tsv.
ratings() {
	printf 'user\titem\trating\ttime\n' >r.tsv
	printf '%s\n' "$@" | tr ',' '\t' >>r.tsv
}

@test "ratings: the whole table of a small input" {
	ratings a,x,4,0 a,y,2.5,86400 b,x,4,2678400 c,x,5,-1
	try mr-stat ratings r.tsv
	expect 0
	[ ! -s "$ERR" ]
	expect_out 'section\tname\tvalue\tshare\tnote
counts\trows\t4\t\t\ncounts\tusers\t3\t\t\ncounts\titems\t2\t\t
counts\tpairs\t4\t1\t\ncounts\trepeated\t0\t0\t\ncounts\tincomplete\t0\t0\t
counts\tfirm-pairs\t0\t0\t
matrix\tcells\t6\t\t\nmatrix\tdensity\t0.6666666666666666\t\t
matrix\tsparsity\t0.3333333333333333\t\t
missing\tuser\t0\t0\t\nmissing\titem\t0\t0\t\nmissing\trating\t0\t0\t
missing\ttime\t0\t0\t
ratings\tcount\t4\t\t\nratings\tdistinct\t3\t\t\nratings\tmean\t3.875\t\t
ratings\tsd\t1.0307764064044151\t\t\nratings\tmin\t2.5\t\t\nratings\tmax\t5\t\t
ratings-quantiles\t0\t2.5\t\t\nratings-quantiles\t0.01\t2.545\t\t
ratings-quantiles\t0.05\t2.725\t\t\nratings-quantiles\t0.1\t2.95\t\t
ratings-quantiles\t0.25\t3.625\t\t\nratings-quantiles\t0.5\t4\t\t
ratings-quantiles\t0.75\t4.25\t\t\nratings-quantiles\t0.9\t4.7\t\t
ratings-quantiles\t0.95\t4.85\t\t\nratings-quantiles\t0.99\t4.97\t\t
ratings-quantiles\t1\t5\t\t
ratings-outliers\tlower-fence\t2.6875\t\t\nratings-outliers\tupper-fence\t5.1875\t\t
ratings-outliers\tbelow\t1\t0.25\t\nratings-outliers\tabove\t0\t0\t
ratings-histogram\t2.5\t1\t0.25\t\nratings-histogram\t4\t2\t0.5\t
ratings-histogram\t5\t1\t0.25\t
per-user\tcount\t3\t\t\nper-user\tdistinct\t2\t\t\nper-user\tmean\t1.3333333333333333\t\t
per-user\tsd\t0.5773502691896257\t\t\nper-user\tmin\t1\t\t\nper-user\tmax\t2\t\t
per-user-quantiles\t0\t1\t\t\nper-user-quantiles\t0.01\t1\t\t
per-user-quantiles\t0.05\t1\t\t\nper-user-quantiles\t0.1\t1\t\t
per-user-quantiles\t0.25\t1\t\t\nper-user-quantiles\t0.5\t1\t\t
per-user-quantiles\t0.75\t1.5\t\t\nper-user-quantiles\t0.9\t1.8\t\t
per-user-quantiles\t0.95\t1.9\t\t\nper-user-quantiles\t0.99\t1.98\t\t
per-user-quantiles\t1\t2\t\t
per-user-outliers\tlower-fence\t0.25\t\t\nper-user-outliers\tupper-fence\t2.25\t\t
per-user-outliers\tbelow\t0\t0\t\nper-user-outliers\tabove\t0\t0\t
per-user-few\t1\t2\t0.666666667\t\nper-user-few\tbelow-5\t3\t1\t
per-user-few\tbelow-20\t3\t1\t
per-user-histogram\t1\t2\t0.666666667\t\nper-user-histogram\t2\t1\t0.333333333\t
per-item\tcount\t2\t\t\nper-item\tdistinct\t2\t\t\nper-item\tmean\t2\t\t
per-item\tsd\t1.4142135623730951\t\t\nper-item\tmin\t1\t\t\nper-item\tmax\t3\t\t
per-item-quantiles\t0\t1\t\t\nper-item-quantiles\t0.01\t1.02\t\t
per-item-quantiles\t0.05\t1.1\t\t\nper-item-quantiles\t0.1\t1.2\t\t
per-item-quantiles\t0.25\t1.5\t\t\nper-item-quantiles\t0.5\t2\t\t
per-item-quantiles\t0.75\t2.5\t\t\nper-item-quantiles\t0.9\t2.8\t\t
per-item-quantiles\t0.95\t2.9\t\t\nper-item-quantiles\t0.99\t2.98\t\t
per-item-quantiles\t1\t3\t\t
per-item-outliers\tlower-fence\t0\t\t\nper-item-outliers\tupper-fence\t4\t\t
per-item-outliers\tbelow\t0\t0\t\nper-item-outliers\tabove\t0\t0\t
per-item-few\t1\t1\t0.5\t\nper-item-few\tbelow-5\t2\t1\t
per-item-few\tbelow-20\t2\t1\t
per-item-histogram\t1\t1\t0.5\t\nper-item-histogram\t3\t1\t0.5\t
long-tail\ttop-1-percent\t3\t0.75\t\nlong-tail\ttop-10-percent\t3\t0.75\t
long-tail\ttop-20-percent\t3\t0.75\t\nlong-tail\titems-for-50-percent\t1\t0.5\t
long-tail\titems-for-80-percent\t2\t1\t\nlong-tail\tgini\t0.25\t\t
time\tcount\t4\t\t\ntime\tfirst\t-1\t\t\ntime\tlast\t2678400\t\t\ntime\tdays\t4\t\t
months\t1969-12\t1\t0.25\t\nmonths\t1970-01\t2\t0.5\t\nmonths\t1970-02\t1\t0.25\t
diagnosis\tfew-per-user\t3\t1\t100.0 % of the users have fewer than 5 ratings: their lists follow what is liked in general more than their own taste
diagnosis\tsingle-rating-users\t2\t0.666666667\t2 of the 3 users have one rating: it can be learnt from or tested on, not both
diagnosis\tfew-per-item\t2\t1\t100.0 % of the items have fewer than 5 ratings: too few to tell them apart by ratings; vectors of their texts (mr-embed) need none
diagnosis\tthin\t0\t0\t0.0 % of the pairs join a user and an item that have at least 5 each; a model of ratings learns most from those
diagnosis\tscale\t3\t\tratings from 2.5 to 5: 3 different values, all multiples of 0.5 (half stars)
diagnosis\tone-value-dominates\t2\t0.5\t50.0 % of the ratings are 4: estimating 4 for every film is right as often, so compare RMSE with that of a constant
diagnosis\toutliers\t1\t0.25\t1 of 4 ratings are outside Tukey'"'"'s fences 2.6875 to 5.1875; a value inside the scale is no error by that, one outside is rejected by mr-ingest --scale MIN:MAX
'
}

@test "films: counts, years, decades, genres" {
	printf 'item\ttitle\tyear\tgenre\tnotes\n' >m.tsv
	printf '1\tHeat\t1995\tCrime|Drama\t\n2\tHeat\t1986\tDrama\t\n' >>m.tsv
	printf '3\tTab\\there\t\tA "b"|Drama|#c\t\n3\t\t2003\t\t\n' >>m.tsv
	try mr-stat movies m.tsv
	expect 0
	is counts rows 4
	is counts items '3 0.75'
	is counts repeated '1 0.25'
	is counts titles 2
	is counts shared-titles '2 0.5'
	is counts genres 4
	is missing item '0 0'
	is missing title '1 0.25'
	is missing year '1 0.25'
	is missing genre '1 0.25'
	is missing notes '4 1'
	is years count 3
	is years min 1986
	is years-quantiles 0.5 1995
	is decades 1980 '1 0.333333333'
	[ "$(grep '^genres	' "$OUT" | cut -f 2-4)" = 'Drama	3	0.75
#c	1	0.25
A "b"	1	0.25
Crime	1	0.25' ]
	[ "$(grep '^genres-per-film	' "$OUT" | cut -f 2-4)" = '0	1	0.25
1	1	0.25
2	1	0.25
3	1	0.25' ]
	diagnosed repeated-ids missing-titles shared-titles missing-years \
		missing-genres empty-columns
	grep -q 'no film has a value in notes:' "$OUT"
	# Every row has five fields.
	awk -F '\t' 'NF != 5 { print; exit 1 }' "$OUT"
}

@test "no rows, and no bytes: counts of 0" {
	printf 'user\titem\trating\n' >r.tsv
	for in in r.tsv /dev/null; do
		try mr-stat ratings "$in"
		expect 0
		is counts rows 0
		is counts users 0
		diagnosed empty
	done
	printf 'item\tyear\tgenre\n' >m.tsv
	for in in m.tsv /dev/null; do
		try mr-stat movies "$in"
		expect 0
		is counts rows 0
		diagnosed empty
	done
}

@test "missing values are counted and left out of the rest" {
	ratings a,x,4,0 ,x,4,0 a,,2,0 b,y,,0 b,x,3,
	try mr-stat ratings r.tsv
	expect 0
	is counts rows 5
	is counts users 2
	is counts items 2
	is counts pairs '3 0.6'
	is counts incomplete '2 0.4'
	is missing user '1 0.2'
	is missing item '1 0.2'
	is missing rating '1 0.2'
	is missing time '1 0.2'
	is ratings count 4
	is ratings mean 3.25
	is per-user-histogram 2 '2 1'
	is per-item-histogram 3 '1 0.5'
	is time count 4
	diagnosed few-per-user few-per-item thin incomplete-rows \
		missing-ratings scale one-value-dominates constant-time
}

@test "times that are whole days are said to be" {
	# In UTC or where the day begins at another hour, also before 1970.
	for shift in 0 18000 -86400000; do
		ratings a,x,4,$((86400 + shift)) a,y,3,$((172800 + shift)) \
			b,x,5,$((172800 + shift)) b,z,2,
		try mr-stat ratings r.tsv
		expect 0
		is diagnosis whole-days '3 0.75'
		absent diagnosis constant-time
	done
	# One second off, one time alone and one day alone are none.
	ratings a,x,4,86400 a,y,3,172800 b,x,5,172801
	try mr-stat ratings r.tsv
	absent diagnosis whole-days
	ratings a,x,4,86400 a,y,3,
	try mr-stat ratings r.tsv
	absent diagnosis whole-days
	ratings a,x,4,86400 a,y,3,86400
	try mr-stat ratings r.tsv
	absent diagnosis whole-days
	is diagnosis constant-time '2 1'
}

@test "the latest times of most users are equal, or not" {
	# Two of three tie at their end; d has one time, e none.
	ratings a,x,4,1 a,y,3,9 a,z,3,9 b,x,5,7 b,z,2,7 c,x,2,7 c,y,2,7 c,z,2,8 \
		d,x,2,7 e,x,2, e,y,1,
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis equal-last-times '2 0.666666667'
	grep -q 'of 2 of the 3 users with two times or more the latest stands more than once' "$OUT"
	# One of three does.
	sed -i 's/^b\tz\t2\t7/b\tz\t2\t6/' r.tsv
	try mr-stat ratings r.tsv
	absent diagnosis equal-last-times
	# Equal ones before the latest are no end; all equal is another matter.
	ratings a,x,4,1 a,y,3,1 a,z,3,9
	try mr-stat ratings r.tsv
	absent diagnosis equal-last-times
	ratings a,x,4,1 a,y,3,1 b,z,3,1
	try mr-stat ratings r.tsv
	absent diagnosis equal-last-times
	is diagnosis constant-time '3 1'
}

@test "ids like 1.0 are told of where they are others than 1" {
	ratings 1.0,2,4,1 1.0,3,4,2 2.0,3,5,3
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis float-ids '2 0.5'
	grep -q '2 of 2 user ids and 0 of 2 item ids are like 1.0' "$OUT"
	# As it says.
	mr-ingest ratings --tsv --id-floats r.tsv >mended.tsv
	try mr-stat ratings mended.tsv
	absent diagnosis float-ids
	# One of several, with its other self.
	ratings 1,2,4,1 1,7.0,4,2 2,7,5,3 2,8.5,5,3
	try mr-stat ratings r.tsv
	is diagnosis float-ids '1 0.166666667'
	# Without it, names, versions and fractions are ids.
	ratings 1,2,4,1 1,7.0,4,2 2,v2.0,5,3 2,.0,5,3 2,8.5,5,3
	try mr-stat ratings r.tsv
	absent diagnosis float-ids
}

@test "ratings of 0 or less are told of, unless all are" {
	ratings a,x,4,1 a,y,0,2 b,x,-1,3
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis zero-ratings '2 0.666666667'
	mr-ingest ratings --tsv --scale 0.5:5 r.tsv >mended.tsv
	try mr-stat ratings mended.tsv
	absent diagnosis zero-ratings
	ratings a,x,0,1 a,y,0,2 b,x,0,3
	try mr-stat ratings r.tsv
	absent diagnosis zero-ratings
	ratings a,x,4,1 a,y,,2 b,x,.5,3
	try mr-stat ratings r.tsv
	absent diagnosis zero-ratings
}

@test "one item with more than half of the ratings" {
	{ echo "user item"; for i in $(seq 9); do echo "u$i f$i"; done
		for i in $(seq 10); do echo "u$i unknown"; done; } | tr ' ' '\t' >r.tsv
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis one-item-dominates '10 0.526315789'
	grep -q "52.6 % of the ratings are of item 'unknown'" "$OUT"
	# Half is not more, and few items are no sign.
	sed '$d' r.tsv >half.tsv
	try mr-stat ratings half.tsv
	absent diagnosis one-item-dominates
	grep -v f9 r.tsv >few.tsv
	try mr-stat ratings few.tsv
	absent diagnosis one-item-dominates
}

@test "--movies: a catalogue that has few of the items" {
	ratings a,1,4,1 a,2,3,2 b,3,5,3 b,1,5,4
	printf 'item\ttitle\n1\tHeat\ntt2\tJaws\ntt3\tRan\n' >m.tsv
	try mr-stat ratings --movies m.tsv r.tsv
	expect 0
	is counts films 3
	is counts items-in-films '1 0.333333333'
	is diagnosis other-films '2 0.666666667'
	grep -q '2 of 3 items are not among the 3 films of --movies' "$OUT"
	mr-stat ratings --movies - r.tsv <m.tsv | cmp - "$OUT"
	# One more is most of them; without the option nothing is said.
	printf '2\tJaws\n' >>m.tsv
	try mr-stat ratings --movies m.tsv r.tsv
	is counts items-in-films '2 0.666666667'
	absent diagnosis other-films
	try mr-stat ratings r.tsv
	absent counts films
	absent diagnosis other-films
	try mr-stat movies --movies m.tsv m.tsv
	expect 2 '^mr-stat: --movies means nothing to movies'
	try mr-stat ratings --movies - <r.tsv
	expect 2 'only one file can be standard input'
	try mr-stat ratings --movies none.tsv r.tsv
	expect 1 'none.tsv'
}

@test "one rating for each user is said plainly" {
	ratings u1,x,4,1 u2,x,3,2 u3,y,5,3
	try mr-stat ratings r.tsv
	expect 0
	diagnosed one-rating-per-user few-per-item scale
	is diagnosis one-rating-per-user '3 1'
	grep -q 'every one of the 3 users has exactly one rating' "$OUT"
	grep -q 'cannot personalise' "$OUT"
	grep -q 'every user of the test set is unknown to the model, so RMSE' \
		"$OUT"
	# A repeated pair is still one rating of one film.
	ratings u1,x,4,1 u2,x,3,2 u1,x,5,3
	try mr-stat ratings r.tsv
	diagnosed one-rating-per-user few-per-item repeated-pairs scale
	# One more film for one user, and it is not.
	ratings u1,x,4,1 u2,x,3,2 u3,y,5,3 u3,x,5,4
	try mr-stat ratings r.tsv
	absent diagnosis one-rating-per-user
	is diagnosis single-rating-users '2 0.666666667'
	# One user alone says nothing about users.
	ratings u1,x,4,1
	try mr-stat ratings r.tsv
	absent diagnosis one-rating-per-user
}

@test "the original's ratings: 11,674 users of one rating" {
	need_tool mr-ingest
	need_shared data/seed/ratings_cleaned.csv
	mr-ingest ratings --preset seed "$SHARED/data/seed/ratings_cleaned.csv" \
		>r.tsv
	try mr-stat ratings r.tsv
	expect 0
	is counts users 11674
	is counts items 5243
	is diagnosis one-rating-per-user '11674 1'
	grep -q 'every one of the 11,674 users has' "$OUT"
}

@test "MovieLens 100K: published figures" {
	need_tool mr-ingest
	need_shared data/ml-100k/u1.base
	cat "$SHARED"/data/ml-100k/u1.base "$SHARED"/data/ml-100k/u1.test |
		mr-ingest ratings --preset movielens >r.tsv
	try mr-stat ratings r.tsv
	expect 0
	is counts rows 100000
	is counts users 943
	is counts items 1682
	is ratings mean 3.52986
	is ratings-histogram 5 '21201 0.21201'
	is per-user min 20
	is per-user max 737
	is per-item max 583
	is diagnosis no-light-users '943 1'
	grep -q 'no user has fewer than 20 ratings' "$OUT"
}

@test "equal ratings, no ratings" {
	ratings a,x,1,0 a,y,1,1 b,x,1,2
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis constant-ratings '3 1'
	absent diagnosis scale
	# What has no value is a 1: not every rating is 4.
	ratings a,x,4,0 a,y,,1 b,x,4,2
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis missing-ratings '1 0.333333333'
	absent diagnosis constant-ratings
	absent diagnosis scale
	ratings a,x,1,0 a,y,1,1 b,x,1,2
	cut -f 1,2 r.tsv >events.tsv
	try mr-stat ratings events.tsv
	expect 0
	is diagnosis events-only '3 1'
	absent ratings
	ratings a,x,,0 a,y,,1 b,x,,2
	try mr-stat ratings r.tsv
	expect 0
	is ratings count 0
	is diagnosis events-only '3 1'
}

@test "scale: whole, half, tenths, none" {
	for c in '1 3 5|multiples of 1 (whole stars)' \
		'0.5 3 5|multiples of 0.5 (half stars)' \
		'0.5 3 10|multiples of 0.5$' '0.1 3 5|multiples of 0.1$' \
		'0.25 3 5|with no step in common' '-1 3 5|multiples of 1$'; do
		printf 'user\titem\trating\n' >r.tsv
		for x in ${c%|*}; do
			printf 'u\tf%s\t%s\n' "$x" "$x"
		done >>r.tsv
		try mr-stat ratings r.tsv
		expect 0
		grep '^diagnosis	scale	3	' "$OUT" | grep -q -- "${c#*|}" ||
			fail "$c"
	done
}

@test "limits: shares of users and items, the tail, the dominating value" {
	# 10 users; 9 with 5 ratings or more, one with 4: 10 % are few.
	mk() {
		awk -v OFS='\t' -v few="$1" 'BEGIN {
			print "user", "item", "rating"
			for (u = 1; u <= 10; u++)
				for (i = 1; i <= (u <= few ? 4 : 5); i++)
					print "u" u, "f" i, i }'
	}
	mk 1 >r.tsv
	try mr-stat ratings r.tsv
	diagnosed scale
	mk 2 >r.tsv
	try mr-stat ratings r.tsv
	diagnosed few-per-user scale
	is diagnosis few-per-user '2 0.2'
	# 10 items: the first has 9 ratings, the other 9 one each: just half.
	awk -v OFS='\t' -v n=9 'BEGIN { print "user", "item"
		for (u = 1; u <= n; u++) { print "u" u, "f0"; print "u" u, "f" u } }' \
		>r.tsv
	try mr-stat ratings r.tsv
	is diagnosis long-tail '9 0.5'
	sed -i '2d' r.tsv
	try mr-stat ratings r.tsv
	absent diagnosis long-tail
}

@test "time: milliseconds, and months far away" {
	ratings a,x,1,874965758000 a,y,2,874965759000
	try mr-stat ratings r.tsv
	expect 0
	is diagnosis time-unit 874965759000
	day=$(date -u -d @874965759000 +%F)
	grep -q "the latest time is ${day#+} as seconds" "$OUT"
	# date(1) as the judge, over leap years and the turn of centuries.
	for d in 1900-03-01 1969-12-31 1970-01-01 1999-12-31 2000-02-29 \
		2000-12-31 2024-02-29 2100-02-28 2100-03-01 2400-02-29; do
		for h in 00:00:00 23:59:59; do
			ratings "a,x,1,$(date -u -d "$d $h" +%s)"
			try mr-stat ratings r.tsv
			expect 0
			is months "${d%-*}" '1 1'
		done
	done
	ratings a,x,1,9223372036854775807 a,y,1,-9223372036854775808
	try mr-stat ratings r.tsv
	expect 0
	is time last 9223372036854775807
	is time first -9223372036854775808
}

@test "time: fractions of a second are dropped" {
	ratings a,x,1,1714521600.5 a,y,2,-0.5
	try mr-stat ratings r.tsv
	expect 0
	is time first -1
	is time last 1714521600
	is months 2024-05 '1 0.5'
	is months 1969-12 '1 0.5'
}

@test "more than 100 different ratings are binned" {
	awk -v OFS='\t' 'BEGIN { print "user", "item", "rating"
		for (i = 0; i <= 1000; i++) print "u", "f" i, i / 10 }' >r.tsv
	try mr-stat ratings r.tsv
	expect 0
	absent ratings-histogram
	[ "$(grep -c '^ratings-bins' "$OUT")" -eq 50 ]
	is ratings-bins 0 '20 0.01998002'
	is ratings-bins 98 '21 0.020979021'
	awk -F '\t' '$1 == "ratings-bins" { n += $3 } END { exit n != 1001 }' "$OUT"
	# 100 of them are not.
	head -n 101 r.tsv >few.tsv
	try mr-stat ratings few.tsv
	[ "$(grep -c '^ratings-histogram' "$OUT")" -eq 100 ]
}

@test "a rating under another name is told of" {
	printf 'user\titem\tStars\na\tx\t4\n' >r.tsv
	try mr-stat ratings r.tsv
	expect 0 "^mr-stat: warning: r.tsv: no column 'rating', each row counts as 1; found Stars \\(mr-ingest ratings --tsv --cols rating=Stars takes it for one\\)\$"
	printf 'user\titem\ttime\na\tx\t4\n' >r.tsv
	try mr-stat ratings r.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "what is no number is named with its line" {
	ratings a,x,4,0 a,y,nan,1
	try mr-stat ratings r.tsv
	expect 1 "^mr-stat: r.tsv:3: rating 'nan', expected a finite number$"
	[ ! -s "$OUT" ]
	ratings a,x,4,0 a,y,1e300,1
	try mr-stat ratings r.tsv
	expect 1 "r.tsv:3: rating '1e300' is above 3.4e38$"
	ratings a,x,4,yesterday
	try mr-stat ratings r.tsv
	expect 1 "r.tsv:2: time 'yesterday', expected seconds since 1970$"
	ratings a,x,4,1e19
	try mr-stat ratings r.tsv
	expect 1 "r.tsv:2: time '1e19', expected seconds since 1970$"
	printf 'item\tyear\r1\t1990\r' >m.tsv
	try mr-stat movies m.tsv
	expect 1 "m.tsv:1: a carriage return inside, expected LF line ends$"
	printf 'item\tyear\n1\t1990s\n' >m.tsv
	try mr-stat movies m.tsv
	expect 1 "m.tsv:2: year '1990s', expected four digits$"
	printf 'item\tyear\n1\t12345\n' >m.tsv
	try mr-stat movies m.tsv
	expect 1 "m.tsv:2: year '12345'"
}

@test "usage: what to count must be named" {
	try mr-stat
	expect 2
	try mr-stat films r.tsv
	expect 2 "'films' is neither movies nor ratings"
	try mr-stat ratings a b
	expect 2
}

@test "without a header line" {
	ratings a,x,4,0 a,y,2.5,86400
	sed 1d r.tsv >body.tsv
	try mr-stat ratings r.tsv
	cp "$OUT" want
	try mr-stat ratings --no-header-in body.tsv
	expect 0
	cmp "$OUT" want
	cut -f 1,2 body.tsv >short.tsv
	try mr-stat ratings --no-header-in short.tsv
	expect 0
	is missing rating '2 1'
	is diagnosis events-only '2 1'
	[ ! -s "$ERR" ]
	printf 'user\titem\n' | cat - short.tsv >headed.tsv
	try mr-stat ratings --no-header-in headed.tsv
	expect 0 "^mr-stat: warning: headed.tsv:1: --no-header-in takes 'user' for a row: is it the header line\\?$"
	printf 'item\ttitle\n1\tHeat\n' >m.tsv
	try mr-stat movies --no-header-in m.tsv
	expect 0 "^mr-stat: warning: m.tsv:1: --no-header-in takes 'item' for a row"
	printf '1\tHeat\t1995\n' >m.tsv
	try mr-stat movies --no-header-in m.tsv
	expect 0
	is missing genre '1 1'
	is years max 1995
}

@test "the order of rows changes nothing" {
	awk -v OFS='\t' 'BEGIN { print "user", "item", "rating", "time"
		for (i = 0; i < 3000; i++) { x = (x * 1103 + 12345) % 65536
			print "u" x % 71, "f" int(x / 71) % 97, x % 10 / 2, x * 9999 } }' \
		>r.tsv
	try mr-stat ratings r.tsv
	cp "$OUT" want
	{ head -n 1 r.tsv; sed 1d r.tsv | sort; } >sorted.tsv
	try mr-stat ratings sorted.tsv
	expect 0
	cmp "$OUT" want
	{ head -n 1 r.tsv; sed 1d r.tsv | tac; } >back.tsv
	try mr-stat ratings back.tsv
	cmp "$OUT" want
}
