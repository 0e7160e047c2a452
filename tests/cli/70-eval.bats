#!/usr/bin/env bats
# mr-eval: measures by hand and by awk, leaks, bad lists, comparisons.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-eval
	cd "$BATS_TEST_TMPDIR" || return 1
	# u1 has two of three in ranks 1 and 3, u2 nothing, u3 no list; u4 is not
	# in the test set.
	rows user item rating -- u1 a 5 u1 b 3 u1 c 4 u2 x 2 u3 y 5 >test.tsv
	rows user rank item score -- u1 1 a 9 u1 2 q 8 u1 3 c 7 u1 4 r 6 \
		u2 1 a 5 u2 2 q 4 u4 1 z 1 >lists.tsv
	rows user item rating -- u1 q2 3 u2 q2 5 u3 a 4 u3 q 4 u4 a 1 u4 r 1 \
		u4 c 2 u4 q2 3 >train.tsv
	rows user item rating estimate -- u1 a 5 4 u1 b 3 3.5 u2 a 2 4 \
		>pairs.tsv
}

# rows NAME... -- FIELD... - TSV with those columns.
rows() {
	local cols=()
	while [ "$1" != -- ]; do
		cols+=("$1")
		shift
	done
	shift
	printf '%s\n' "${cols[@]}" "$@" | paste "${cols[@]/*/-}"
}

# value MEASURE [K [COLUMN]] - of the last output, third column by default.
value() {
	awk -F '\t' -v m="$1" -v k="${2:-}" -v c="${3:-3}" \
		'$1 == m && (k == "" || $2 == k) { print $c }' "$OUT"
}

# is MEASURE K EXPRESSION - equal to what awk makes of it, to 8 digits.
is() {
	awk -v got="$(value "$1" "$2")" "BEGIN { want = $3
		exit !(got != \"\" && (got - want)^2 < 1e-16) }" ||
		fail "$1 at $2: $(value "$1" "$2"), expected $3"
}

# random_lists SEED - of 200 users and 50 items, ten each.
random_lists() {
	awk -v s="$1" 'BEGIN { srand(s); print "user\trank\titem\tscore"
		for (u = 0; u < 200; u++) {
			split("", had)
			for (n = 1; n <= 10; n++) {
				do i = int(rand() * rand() * 50); while (i in had)
				had[i]
				print "u" u "\t" n "\tf" i "\t" 1 / n
			}
		} }'
}
random_test() {
	awk 'BEGIN { srand(77); print "user\titem\trating"
		for (u = 0; u < 200; u++) for (i = 0; i < 50; i++)
			if (rand() < 4 / (i + 8)) print "u" u "\tf" i "\t" 1 + int(5 * rand())
	}'
}

# seen_of TEST - a training set that knows its users and items, and none of its
# pairs.
seen_of() {
	sed '1!s/^u/v/' "$1"
	sed 1d "$1" | awk -F '\t' -v OFS='\t' '!had[$1]++ { print $1, "seen", 3 }'
}

@test "lists: every measure by hand" {
	try mr-eval -k 2,4 --test test.tsv --resamples 0 lists.tsv
	expect 0
	echo 'mr-eval: warning: 1 of 3 users of the test set have no list:' \
		'they count as zero' | diff - "$ERR"
	[ "$(head -n 1 "$OUT")" = \
		'measure	k	value	lo	hi	users	definition' ]
	is recall 2 1/3/3
	is recall_min 2 1/2/3
	is precision 2 1/2/3
	is ndcg 2 '1 / (1 + log(2) / log(3)) / 3'
	is map 2 1/2/3
	is mrr 2 1/3
	is hit_rate 2 1/3
	is recall 4 2/3/3
	is recall_min 4 2/3/3
	is precision 4 2/4/3
	is ndcg 4 '1.5 / (1.5 + log(2) / log(3)) / 3'
	is map 4 '(1 + 2/3) / 3 / 3'
	is items 2 3
	is items 4 5
	[ "$(wc -l <"$OUT")" -eq 17 ]
	# k, users and definition in every row; without draws no interval.
	awk -F '\t' 'NR > 1 && (NF != 7 || $2 !~ /^[24]$/ || $4 $5 != "" ||
		$6 != 3 || $7 == "") { print; exit 1 }' "$OUT"
}

@test "predictions: ratings that a float has not" {
	rows user item rating estimate -- u a 16777217 16777217 \
		u b 100000.1 100000.1 v a 123456.789 123456.789 >p.tsv
	try mr-eval -q --resamples 0 p.tsv
	is rmse '' 0
	is mae '' 0
	# The same when they come from the test set.
	cut -f 1-3 p.tsv >t.tsv
	cut -f 1,2,4 p.tsv >e.tsv
	try mr-eval -q --resamples 0 --test t.tsv e.tsv
	is rmse '' 0
	is pairs '' 3
	# What is 0.00390625 apart as floats is 0.005 apart.
	rows user item rating estimate -- u a 100000.005 100000 >p.tsv
	try mr-eval -q --resamples 0 p.tsv
	is mae '' 0.005
	# Two files whose ratings differ by that do not agree.
	rows user item rating estimate -- u a 16777216 1 >a.tsv
	rows user item rating estimate -- u a 16777217 1 >b.tsv
	try mr-eval -q --compare a.tsv b.tsv
	echo 'mr-eval: a.tsv:2: rating 16777216, expected 16777217 as in b.tsv:2' |
		diff - "$ERR"
}

@test "--relevant: ratings that a float has not" {
	rows user item rating -- u1 a 16777216 u1 q 16777217 u1 c 16777218 >t.tsv
	try mr-eval -q --resamples 0 -k 4 --test t.tsv --relevant 16777217 \
		lists.tsv
	# q and c, at ranks 2 and 3.
	is mrr 4 1/2
	is precision 4 2/4
	is recall 4 1
	rows user item rating -- u1 a 0.7 u1 q 0.70000000001 >t.tsv
	try mr-eval -q --resamples 0 -k 4 --test t.tsv \
		--relevant 0.70000000001 lists.tsv
	is mrr 4 1/2
	try mr-eval -q --test t.tsv --relevant 0.7 --resamples 0 lists.tsv
	is mrr 10 1
}

@test "--measures: graded ndcg, map over |T|, only what is asked for" {
	try mr-eval -k 1,3 --test test.tsv --resamples 0 \
		--measures map_all,ndcg_linear,ndcg_exp,map lists.tsv
	expect 0
	# Of u1 a and c are hit, rated 5 and 4, b is rated 3; of three users.
	is ndcg_linear 3 '(5 + 4/2) / (5 + 4*log(2)/log(3) + 3/2) / 3'
	is ndcg_exp 3 '(31 + 15/2) / (31 + 15*log(2)/log(3) + 7/2) / 3'
	is map_all 3 '(1 + 2/3) / 3 / 3'
	is map_all 1 1/3/3
	is map 1 1/3
	cut -f 1 "$OUT" | uniq | paste -sd ' ' | diff - <(echo measure \
		ndcg_linear ndcg_exp map map_all ndcg_linear ndcg_exp map map_all)
	try mr-eval -q --test test.tsv --per-user --measures ndcg_exp lists.tsv
	cut -f 1,2 "$OUT" | diff - <(printf '%s\t%s\n' user measure \
		u1 ndcg_exp u2 ndcg_exp u3 ndcg_exp)
	# Without ratings all three of ndcg are the same.
	cut -f 1,2 test.tsv >bare.tsv
	try mr-eval -q --resamples 0 --test bare.tsv \
		--measures ndcg,ndcg_linear,ndcg_exp lists.tsv
	[ "$(sed 1d "$OUT" | cut -f 3 | uniq | wc -l)" -eq 1 ]
	# Ratings below 0 and far above what 2^r can be.
	rows user item rating -- u1 a -3 u1 c 5000 u1 b 4999 >far.tsv
	try mr-eval -q -k 3 --resamples 0 --test far.tsv \
		--measures ndcg_linear,ndcg_exp lists.tsv
	is ndcg_linear 3 '5000/2 / (5000 + 4999*log(2)/log(3))'
	is ndcg_exp 3 '1/2 / (1 + log(2)/log(3)/2)'
	# Fewer rows to correct for.
	try mr-eval -q -k 3 --test test.tsv --measures mrr --compare lists.tsv \
		lists.tsv
	[ "$(sed 1d "$OUT" | wc -l)" -eq 1 ]
	try mr-eval -q --resamples 0 --measures rmse pairs.tsv
	[ "$(cut -f 1 "$OUT" | paste -sd ' ')" = 'measure rmse' ]
	try mr-eval --measures mae,novelty pairs.tsv
	expect 2 '--measures: novelty needs --train'
	try mr-eval --measures mae,items pairs.tsv
	expect 2 '--measures: items is of lists, and pairs.tsv has predictions'
	try mr-eval --test test.tsv --measures ndcg,mae lists.tsv
	expect 2 '--measures: mae is of predictions, and lists.tsv has lists'
	try mr-eval --measures ndcg lists.tsv
	expect 2 '--measures: ndcg needs --test'
	try mr-eval --test test.tsv --measures ndcg,ndcg lists.tsv
	expect 2 '--measures: ndcg stands twice'
	try mr-eval --test test.tsv --measures ndcg@10 lists.tsv
	expect 2 "--measures: 'ndcg@10' is none, expected some of recall, "
}

@test "--relevant: only ratings of at least X" {
	try mr-eval -k 4 --test test.tsv --relevant 4 --resamples 0 lists.tsv
	expect 0 '1 of 2 users of the test set have no list'
	# u1: a and c are relevant, both found; u2 has nothing relevant.
	is recall 4 1/2
	is map 4 '(1 + 2/3) / 2 / 2'
	[ "$(value recall 4 6)" = 2 ]
	try mr-eval --test test.tsv --relevant 9 --resamples 0 lists.tsv
	expect 0 '^mr-eval: warning: no rating in --test is 9 or more$'
	cut -f 1 "$OUT" | cmp - <(printf 'measure\nitems\n')
	# Read as the ratings are: 0.7 is not less than itself.
	rows user item rating -- u1 a 0.7 >t.tsv
	try mr-eval -q --test t.tsv --relevant 0.7 lists.tsv
	is recall 10 1
}

@test "train: coverage, Gini, novelty; its items leave the lists" {
	try mr-eval -k 2 --train train.tsv lists.tsv
	expect 0
	# z is not in train: 4 items there, a and q are listed.
	echo 'mr-eval: warning: lists.tsv: 1 entries name an item that train.tsv' \
		'does not have: novelty, coverage and gini leave them out' >want
	echo 'mr-eval: warning: novelty: no interval: all users are alike' >>want
	diff want "$ERR"
	is items 2 3
	is coverage 2 2/5
	# Shares 0 0 0 1/2 1/2 of q2 r c a q.
	is gini 2 '(2/2 + 4/2) / 5'
	is novelty 2 '(log(8/2) + log(8/1)) / 2 / log(2)'
	[ "$(value novelty 2 6)" = 2 ]
	[ "$(value coverage 2 6)" = 3 ]
	grep -q recall "$OUT" && fail "recall of no test set"
	# What u1 rated goes from his list, and rank 2 moves up.
	rows user item -- u1 a u4 k u9 c >seen.tsv
	try mr-eval -k 1 --resamples 0 --test <(rows user item -- u1 q) \
		--train seen.tsv lists.tsv
	expect 0 'lists.tsv: 1 entries of lists are ratings of seen.tsv: left out, those behind them move up$'
	is recall 1 1
}

@test "diversity: 1 - cosine over pairs of a list" {
	need_tool mr-embed
	rows item genre -- a war b war c comedy d 'war comedy' e '' >m.tsv
	mr-embed -q -m tfidf -f '{genre}' <m.tsv >m.mrm
	rows user rank item -- u 1 a u 2 b u 3 c v 1 c v 2 a v 3 e v 4 b \
		w 1 a w 2 e >l.tsv
	try mr-eval -k 2,4 --resamples 0 --vectors m.mrm l.tsv
	expect 0
	# At 2 u has one pair, alike, v one, unlike, w none: e has no words.
	is diversity 2 '(0 + 1) / 2'
	is diversity 4 '2/3'
	[ "$(value diversity 2 6)" = 2 ]
	grep 'no vector' "$ERR" && fail 'a warning where all have one'
	# An item that the file does not have.
	sed 's/	e$/	new/' l.tsv >new.tsv
	try mr-eval -k 4 --resamples 0 --measures diversity --vectors m.mrm new.tsv
	expect 0 '^mr-eval: warning: new.tsv: 2 entries have no vector in m.mrm: diversity leaves them out$'
	is diversity 4 2/3
	# Comparing, and users.
	rows user rank item -- u 1 a u 2 c v 1 a v 2 b >m2.tsv
	try mr-eval -q -k 2 --measures diversity --vectors m.mrm --compare m2.tsv \
		l.tsv
	is diversity 2 '(0 + 1) / 2'
	[ "$(value diversity 2 10)$(value diversity 2 12)" = 11 ]
	try mr-eval -q -k 4 --per-user --vectors m.mrm l.tsv
	grep -c diversity "$OUT" | grep -qx 2
	try mr-eval --measures diversity l.tsv
	expect 2 '--measures: diversity needs --vectors'
	try mr-eval --vectors m.mrm pairs.tsv
	expect 2 '^mr-eval: --vectors is for lists, and pairs.tsv has predictions'
	try mr-eval --vectors l.tsv l.tsv
	expect 1 'l.tsv'
}

@test "calibration: genres of lists and of what the user rated" {
	rows item genre -- a war b 'war|comedy' c comedy d '' e drama >m.tsv
	rows user item -- u a u b v c w d >trn.tsv
	rows user rank item -- u 1 c u 2 e v 1 b w 1 a x 1 a >l.tsv
	try mr-eval -k 1,2 --resamples 0 --train trn.tsv --movies m.tsv l.tsv
	expect 0
	# u had 3/4 war, 1/4 comedy; v comedy alone; w nothing with a genre.
	is calibration 1 '(0.75 * log(100) + 0.25 * log(0.25 / (0.99 + 0.0025)) - log(0.99 / 2 + 0.01)) / 2'
	is calibration 2 '(0.75 * log(100) + 0.25 * log(0.25 / (0.99 / 2 + 0.0025)) - log(0.99 / 2 + 0.01)) / 2'
	[ "$(value calibration 1 6)" = 2 ]
	grep genre "$ERR" && fail 'a warning where all have one'
	# The same shares: 0.  An entry without a genre, one that is not there.
	printf 'f\twar\n' >>m.tsv
	rows user item -- u f v f >war.tsv
	rows user rank item -- u 1 d u 2 a u 3 new v 1 a >same.tsv
	try mr-eval -k 3 --resamples 0 --train war.tsv --movies m.tsv \
		--measures calibration same.tsv
	expect 0 '2 entries have no genre in m.tsv: calibration leaves them out$'
	is calibration 3 0
	# Less is better.
	rows user rank item -- u 1 f v 1 b >better.tsv
	try mr-eval -q -k 1 --train trn.tsv --movies m.tsv --compare l.tsv \
		--measures calibration better.tsv
	[ "$(value calibration 1 10)$(value calibration 1 11)$(value calibration 1 12)" = 110 ]
	try mr-eval --train trn.tsv --measures calibration l.tsv
	expect 2 '--measures: calibration needs --movies'
	try mr-eval --movies m.tsv l.tsv
	expect 2 '--movies needs --train'
	try mr-eval --train trn.tsv --movies lists.tsv l.tsv
	expect 1 "lists.tsv:1: no column 'genre', found .*: --movies needs a table of films\$"
	rows user genre -- u war >g.tsv
	try mr-eval --train trn.tsv --movies g.tsv l.tsv
	expect 1 "g.tsv:1: no column 'item', found user genre: --movies needs a table of films\$"
	try mr-eval --train trn.tsv --movies m.tsv pairs.tsv
	expect 2 '--movies is for lists, and pairs.tsv has predictions'
}

@test "auc: pairs in the right order, by hand" {
	# Candidates of u1 that are not relevant: d e f; of u2: c d e f.
	rows user item -- u1 z v a v b v c v d v e v f u2 z u2 b >trn.tsv
	rows user item rating -- u1 a 5 u1 b 4 u1 c 1 u2 a 5 u3 x 1 >t.tsv
	rows user rank item -- u1 1 d u1 2 a u1 3 q u1 4 c u1 5 e \
		u2 1 f u2 2 e u2 3 a u2 4 d u2 5 c >l.tsv
	try mr-eval --test t.tsv --train trn.tsv --measures auc --relevant 4 l.tsv
	expect 0 '^mr-eval: warning: l.tsv: auc: 1 of 2 lists end before all candidates are in: those beyond are tied$'
	# u1: a before e f, not d; b is beyond, as is f: 2.5 of 6; c is neither.
	# u2: a before d c, behind f e.
	is auc '' '(2.5/6 + 2/4) / 2'
	[ "$(value auc '' 2)" = '' ]
	# All of test are relevant: u3 has no list, x is not in train.
	try mr-eval --test t.tsv --train trn.tsv --measures auc l.tsv
	is auc '' '((2 + 2 + 0.5) / 9 + 2/4 + 1/2) / 3'
	[ "$(value auc '' 6)" = 3 ]
	try mr-eval --test t.tsv --train trn.tsv --measures auc --known-only l.tsv
	is auc '' '((2 + 2 + 0.5) / 9 + 2/4) / 2'
	[ "$(value auc '' 6)" = 2 ]
	# Lists of all candidates: no warning.
	rows user rank item -- u1 1 a u1 2 d u1 3 b u1 4 e u1 5 f u1 6 c \
		u2 1 f u2 2 e u2 3 a u2 4 d u2 5 c >all.tsv
	try mr-eval --test t.tsv --train trn.tsv --measures auc --known-only \
		--resamples 0 all.tsv
	expect 0
	grep 'auc' "$ERR" && fail 'a warning of whole lists'
	is auc '' '((3 + 2 + 0) / 9 + 2/4) / 2'
	# A comparison, and each user.
	try mr-eval -q --test t.tsv --train trn.tsv --measures auc --known-only \
		--compare l.tsv all.tsv
	is auc '' '((3 + 2 + 0) / 9 + 2/4) / 2'
	[ "$(value auc '' 10)$(value auc '' 11)$(value auc '' 12)" = 110 ]
	try mr-eval -q --test t.tsv --train trn.tsv --measures auc --per-user l.tsv
	[ "$(grep -c "	auc		" "$OUT")" -eq 3 ]
	try mr-eval --test t.tsv --measures auc l.tsv
	expect 2 '--measures: auc needs --train'
}

@test "--known-only: users and items that train lacks" {
	rows user item rating -- u1 z 3 u2 a 1 u2 c 1 u2 b 2 >trn.tsv
	# Of the test set x and y are unknown, and so is u3.
	try mr-eval -k 4 --resamples 0 --test test.tsv --train trn.tsv lists.tsv
	expect 0 '^mr-eval: warning: test.tsv: 1 of 3 users and 2 of 5 items are not in trn.tsv: they count, --known-only leaves them out$'
	[ "$(value recall 4 6)" = 3 ]
	try mr-eval -k 4 --resamples 0 --test test.tsv --train trn.tsv \
		--known-only lists.tsv
	expect 0
	grep 'they count' "$ERR" && fail 'a warning of what was left out'
	grep 'no rating in --test' "$ERR" && fail 'a warning where some are known'
	is recall 4 2/3
	[ "$(value recall 4 6)" = 1 ]
	# As if they were not in the test set.
	grep -v 'u3\|x' test.tsv >known.tsv
	mr-eval -q -k 4 --resamples 0 --test known.tsv --train trn.tsv \
		lists.tsv | cmp - "$OUT"
	sed '1!s/^u1/u2/' trn.tsv | sed '2s/^u2/u1/' >trn2.tsv
	try mr-eval -k 4 --resamples 0 --test known.tsv --train trn2.tsv lists.tsv
	grep 'they count' "$ERR" && fail 'a warning where all are known'
	# Nothing is left.
	rows user item rating -- v q 1 >other.tsv
	try mr-eval -k 4 --test test.tsv --train other.tsv --known-only lists.tsv
	expect 0 '^mr-eval: warning: no rating in --test is of a user and an item that --train has$'
	# Pairs: u1 a and u1 b have both, u2 a not, with its own rating or not.
	rows user item -- u1 z v a v b >trn.tsv
	try mr-eval --resamples 0 --train trn.tsv pairs.tsv
	expect 0 '^mr-eval: warning: pairs.tsv: 1 of 3 pairs are of users or items that trn.tsv does not have: they count, --known-only leaves them out$'
	is mae '' '3.5/3'
	try mr-eval --resamples 0 --train trn.tsv --known-only pairs.tsv
	expect 0
	grep 'they count' "$ERR" && fail 'a warning of what was left out'
	is mae '' 1.5/2
	is pairs '' 2
	cut -f 1,2,4 pairs.tsv >bare.tsv
	cut -f 1-3 pairs.tsv >t.tsv
	try mr-eval --resamples 0 --test t.tsv --train trn.tsv --known-only bare.tsv
	is mae '' 1.5/2
	rows user item -- u1 z u2 z v a v b >both.tsv
	try mr-eval --resamples 0 --train both.tsv pairs.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "a test set with pairs of the training set is refused" {
	rows user item -- u9 c u3 y u1 c u1 b >leak.tsv
	try mr-eval --test test.tsv --train leak.tsv lists.tsv
	expect 1
	echo "mr-eval: test.tsv: user 'u1' and item 'c' are in leak.tsv, too," \
		'the first of 3 such pairs; expected pairs that the model has not' \
		"seen, as mr-split --drop-seen leaves them" >want
	# The first by the order of the test set's users, then of its items.
	sed "s/item 'c'/item 'b'/" want | diff - "$ERR"
	[ ! -s "$OUT" ]
	rows user item -- u2 a u1 b >leak.tsv
	try mr-eval --train leak.tsv pairs.tsv
	expect 1 "^mr-eval: pairs\.tsv: user 'u1' and item 'b' are in leak\.tsv, too, the first of 2 such pairs"
	# Pairs without a rating are no test.
	try mr-eval --train leak.tsv <(rows user item rating estimate -- \
		u2 a '' 3 u1 z 3 3)
	expect 0 'have no rating'
}

@test "predictions: RMSE and MAE over pairs" {
	try mr-eval --resamples 0 pairs.tsv
	expect 0
	[ ! -s "$ERR" ]
	is rmse '' 'sqrt((1 + 0.25 + 4) / 3)'
	is mae '' 3.5/3
	is pairs '' 3
	[ "$(wc -l <"$OUT")" -eq 4 ]
	[ "$(value rmse '' 6)" = 2 ]
	# A pair without a rating does not count; --test may have it.
	rows user item rating estimate -- u1 a 5 4 u1 b '' 3.5 u2 a 2 4 >gap.tsv
	try mr-eval --resamples 0 gap.tsv
	expect 0
	echo 'mr-eval: warning: gap.tsv: 1 of 3 pairs have no rating: left out' |
		diff - "$ERR"
	is rmse '' 'sqrt(5 / 2)'
	mr-eval pairs.tsv >want
	cut -f 1-3 pairs.tsv >truth.tsv
	mr-eval --test truth.tsv gap.tsv | cmp - want
	cut -f 1,2,4 pairs.tsv | mr-eval --test truth.tsv | cmp - want
	try mr-eval --test <(cat truth.tsv; rows u3 a 1 -- u4 a 1) pairs.tsv
	expect 0 'pairs.tsv: 2 of 5 pairs of .* have no estimate: they do not count'
	cmp "$OUT" want
	# No rating anywhere: no row.
	try mr-eval <(rows user item estimate -- u1 a 1)
	expect 0 '1 of 1 pairs have no rating'
	[ "$(wc -l <"$OUT")" -eq 1 ]
}

@test "predictions: what is no number, no pair or twice is named" {
	local bad
	for bad in nan inf -inf '' x 4,5; do
		try mr-eval <(rows user item rating estimate -- u a 1 1 u b 2 "$bad")
		expect 1 ":3: estimate '$bad', expected a finite number\$"
		[ -z "$bad" ] || {
			try mr-eval <(rows user item rating estimate -- u a "$bad" 1)
			expect 1 ":2: rating '$bad', expected a finite number or nothing\$"
		}
	done
	for bad in 1e999 1e39; do
		try mr-eval <(rows user item rating estimate -- u a 1 1 u b 2 "$bad")
		expect 1 ":3: estimate '$bad' is above 3\.4e38\$"
		try mr-eval <(rows user item rating estimate -- u a "-$bad" 1)
		expect 1 ":2: rating '-$bad' is below -3\.4e38\$"
	done
	try mr-eval <(rows user item rating estimate -- u a 1 1 v a 1 1 u a 1 1)
	expect 1 ":4: user 'u' and item 'a' stand twice, expected every pair once\$"
	try mr-eval <(rows user item rating estimate -- '' a 1 1)
	expect 1 ':2: empty user, expected an id$'
	try mr-eval <(rows user item rating -- u a 1)
	expect 1 ":1: neither a column 'rank' nor 'estimate', expected one of them: lists have 'rank', predictions 'estimate'\$"
	try mr-eval <(rows user item rank estimate -- u a 1 1)
	expect 1 ":1: columns 'rank' and 'estimate', expected one of them"
}

@test "lists: ranks 1 to n once each, items once; rows in any order" {
	local bad
	for bad in 0 -1 x '' 1.0 nan; do
		try mr-eval <(rows user rank item -- u 1 a u "$bad" b)
		expect 1 ":3: rank '$bad', expected a whole number from 1\$"
	done
	try mr-eval <(rows user rank item -- u 1 a v 1 a u 3 b)
	expect 1 ":4: rank 3 of user 'u' is past the end of his list, expected 1 to 2, each once\$"
	try mr-eval <(rows user rank item -- u 2 a v 1 a u 2 b)
	expect 1 ":4: rank 2 of user 'u' stands twice, expected 1 to 2, each once\$"
	try mr-eval <(rows user rank item -- u 1 a v 1 a u 2 a)
	expect 1 ":4: item 'a' stands twice in the list of user 'u'\$"
	mr-eval -q -k 1,2,3 --test test.tsv --per-user lists.tsv >want
	{ head -n 1 lists.tsv; sed 1d lists.tsv | sort -t '	' -k 3,3r; } |
		mr-eval -q -k 1,2,3 --test test.tsv --per-user | cmp - want
	# The ids of a row are the mebibyte of somebody else.
	try mr-eval < <(rows user rank item -- u "$(printf 'x%.0s' {1..900})" a)
	expect 1 ":2: rank 'x{40}', expected"
}

@test "--per-user: one row for each user and measure" {
	try mr-eval -q -k 4 --test test.tsv --per-user lists.tsv
	expect 0
	{ rows user measure k value -- u1 recall 4 0.666666667 \
		u1 recall_min 4 0.666666667 u1 precision 4 0.5
	printf 'u1\tndcg\t4\t0.703918089\nu1\tmap\t4\t0.555555556\n'
	rows u1 mrr 4 1 -- u1 hit_rate 4 1
	for u in u2 u3; do
		for m in recall recall_min precision ndcg map mrr hit_rate; do
			printf '%s\t%s\t4\t0\n' $u $m
		done
	done; } | diff - "$OUT"
	try mr-eval --per-user pairs.tsv
	rows user measure k value -- u1 rmse '' 0.790569415 u1 mae '' 0.75 \
		u2 rmse '' 2 u2 mae '' 2 | diff - "$OUT"
	# The means of the rows are the summary.
	random_test >t.tsv
	random_lists 1 >l.tsv
	mr-eval -k 3,10 --resamples 0 --test t.tsv l.tsv >summary
	mr-eval -k 3,10 --per-user --test t.tsv l.tsv | awk -F '\t' '
		FNR == 1 { file++; next }
		file == 1 { s[$2, $3] += $4; n[$2, $3]++; next }
		$1 != "items" {
			e = s[$1, $2] / n[$1, $2] - $3
			if (n[$1, $2] != $6 || e > 1e-8 || e < -1e-8) { print; exit 1 }
			seen++
		}
		END { exit seen != 14 }' - summary
}

@test "measures of random lists, by awk" {
	random_test >t.tsv
	random_lists 2 >l.tsv
	try mr-eval -k 7 --test t.tsv l.tsv
	expect 0
	awk -F '\t' 'FNR == 1 { file++; next }
		file == 1 { T[$1]++; in_T[$1, $2]; next }
		$2 <= 7 { l[$1, $2] = $3 }
		END {
			for (u in T) {
				n++; dcg = idcg = h = 0
				for (j = 1; j <= 7; j++) {
					if ((u, l[u, j]) in in_T) { h++; dcg += 1 / log(j + 1) }
					if (j <= T[u]) idcg += 1 / log(j + 1)
				}
				recall += h / T[u]; ndcg += dcg / idcg
			}
			printf "%.9f %.9f\n", recall / n, ndcg / n
		}' t.tsv l.tsv >want
	read -r recall ndcg <want
	is recall 7 "$recall"
	is ndcg 7 "$ndcg"
	# Intervals hold their value, and more draws change little.
	awk -F '\t' '$1 == "items" { next } NR > 1 && !($4 < $3 && $3 < $5) {
		print; exit 1 }' "$OUT"
}

@test "--compare: paired by user" {
	random_test >t.tsv
	random_lists 3 >a.tsv
	# Better lists of the same users: three more of what is relevant.
	awk -F '\t' -v OFS='\t' 'FNR == 1 { file++ }
		file == 1 { if (n[$1]++ < 3) good[$1, n[$1]] = $2; next }
		FNR == 1 { print; next }
		$2 == 1 { split("", had)
			for (r = 1; r <= 3 && ($1, r) in good; r++) {
				print $1, r, good[$1, r], 0; had[good[$1, r]] }
			k = r - 1 }
		!($3 in had) { print $1, ++k, $3, 0 }' t.tsv a.tsv >b.tsv
	try mr-eval -k 5 --test t.tsv --compare a.tsv b.tsv
	expect 0
	[ ! -s "$ERR" ] || fail "a warning"
	[ "$(head -n 1 "$OUT")" = 'measure	k	value	other	difference	lo	hi	p	p_holm	wins	ties	losses	users	definition' ]
	cp "$OUT" both
	awk -F '\t' 'NR == 1 || $1 == "items" { next }
		{ e = $3 - $4 - $5 }
		e > 1e-8 || e < -1e-8 || $6 > $5 || $7 < $5 || $6 <= 0 ||
		$8 > 0.001 || $9 < $8 || $9 > 7 * $8 + 1e-9 || $10 <= $12 ||
		$10 + $11 + $12 != $13 || NF != 14 { print; exit 1 }' both
	# The two columns are the two summaries.
	for f in b:3 a:4; do
		mr-eval -k 5 --test t.tsv "${f%:*}.tsv" | cut -f 3 |
			diff - <(cut -f "${f#*:}" both | sed 's/^other$/value/')
	done
	# The other way round: signs change, p does not.
	mr-eval -k 5 --test t.tsv --compare b.tsv a.tsv | awk -F '\t' '
		FNR == 1 { file++ }
		file == 1 { d[$1] = $5; p[$1] = $8; w[$1] = $10; l[$1] = $12; next }
		FNR > 1 && (d[$1] + $5 != 0 || p[$1] != $8 || w[$1] != $12 ||
			l[$1] != $10) { print; exit 1 }' both -
	# Against itself: no difference, p 1; 200 users without one do not say
	# that there is none.
	mr-eval -k 5 --test t.tsv --train /dev/null --compare a.tsv a.tsv \
		2>/dev/null >same
	awk -F '\t' '$1 ~ /^(recall|ndcg|mrr)/ && ($5 != 0 || $6 >= 0 ||
		$6 + $7 != 0 || $7 > 0.01 || $8 != 1) { print; exit 1 }' same
	# Unrelated lists of the same kind do not differ so.
	random_lists 8 >c.tsv
	try mr-eval -k 5 --test t.tsv --compare c.tsv a.tsv
	awk -v p="$(value recall 5 8)" 'BEGIN { exit !(p > 0.01) }'
	# --common: only users of both files.
	sed -n '1,101p' c.tsv >few.tsv
	try mr-eval -k 5 --test t.tsv --common --compare few.tsv a.tsv
	expect 0 '19[0-9] of [0-9]+ users of the test set are not in both files: they do not count$'
	grep -q '^mr-eval: warning: a.tsv: 190 of 200 users are not in the other file: their lists do not count$' "$ERR"
	[ "$(value recall 5 13)" -le 10 ]
	[[ $(value recall 5 14) = *'; users of both files' ]]
	# Without it both are what they are alone: who has no list has 0.
	try mr-eval -k 5 --test t.tsv --compare few.tsv a.tsv
	expect 0 '^mr-eval: warning: few.tsv: 19[0-9] of [0-9]+ users of the test set have no list: they count as zero$'
	grep -q '^mr-eval: warning: a.tsv: 190 of 200 users are not in the other file: measures of the catalogue leave them out$' "$ERR"
	grep -q 'a.tsv: .* no list' "$ERR" && fail "a.tsv has all lists"
	[[ $(value recall 5 14) = *'; 0 for a user without a list' ]]
	[[ $(value items 5 14) = *'; users of both files' ]]
	grep -v items "$OUT" >both
	for f in a:3 few:4; do
		mr-eval -q -k 5 --test t.tsv "${f%:*}.tsv" | grep -v items |
			cut -f 3 | diff - <(cut -f "${f#*:}" both | sed 's/^other$/value/')
	done
	try mr-eval -k 5 --per-user --test t.tsv --compare few.tsv a.tsv
	[ "$(head -n 1 "$OUT")" = 'user	measure	k	value	other' ]
}

@test "--compare: the catalogue, too, over the users of both" {
	rows user rank item -- A 1 a B 1 b C 1 c >l1.tsv
	rows user rank item -- A 1 a D 1 b >l2.tsv
	rows user item -- x a x b x c x d >trn.tsv
	try mr-eval -k 1 --compare l2.tsv --train trn.tsv l1.tsv
	expect 0
	printf 'mr-eval: warning: %s users are not in the other file: %s\n' \
		'l1.tsv: 2 of 3' 'their lists do not count' \
		'l2.tsv: 1 of 2' 'their lists do not count' >want
	echo 'mr-eval: warning: novelty: no interval: there is one user' >>want
	diff want "$ERR"
	sed 1d "$OUT" | cut -f 1,3,4,5,13 | diff - <(rows \
		novelty 2 2 0 1 -- items 1 1 0 1 coverage 0.25 0.25 0 1 \
		gini 0.75 0.75 0 1)
	mr-eval -q -k 1 --compare l1.tsv --train trn.tsv l2.tsv | cmp - "$OUT"
	# Nobody is in both: no rows.
	try mr-eval -k 1 --train trn.tsv --compare <(rows user rank item -- Z 1 a) \
		l1.tsv
	expect 0 'l1.tsv: 3 of 3 users are not in the other file'
	[ "$(wc -l <"$OUT")" -eq 1 ]
}

@test "--compare: several files, each against the same" {
	random_test >t.tsv
	seen_of t.tsv >seen.tsv
	for i in 1 2 3; do
		random_lists $i >l$i.tsv
	done
	random_pairs 30 >p1.tsv
	for i in 2 3; do
		awk -v i=$i -F '\t' -v OFS='\t' 'NR > 1 { $4 = ($4 * i + 3) / (i + 1) }
			1' p1.tsv >p$i.tsv
	done
	for f in l p; do
		case $f in
		l) set -- -k 3,5 --test t.tsv --train seen.tsv ;;
		p) set -- ;;
		esac
		try mr-eval "$@" --compare ${f}1.tsv ${f}2.tsv ${f}3.tsv
		expect 0
		[ ! -s "$ERR" ]
		[ "$(head -n 1 "$OUT" | cut -f 1,2)" = 'file	measure' ]
		# Each file's rows are those it has alone, but for p_holm.
		for i in 2 3; do
			mr-eval "$@" --compare ${f}1.tsv ${f}$i.tsv | sed 1d |
				cut -f 1-8,10-14 | cmp - <(grep "^${f}$i" "$OUT" |
				cut -f 2-9,11-15)
		done
		# Holm's correction is over all rows.
		sed 1d "$OUT" | awk -F '\t' '$9 != "" { print $9 "\t" $10 }' |
			sort -g | awk -F '\t' '{ p[NR] = $1; q[NR] = $2 } END {
				for (i = 1; i <= NR; i++) {
					v = (NR - i + 1) * p[i]; if (v > 1) v = 1
					if (v > most) most = v
					e = q[i] - most
					if (e > 1e-7 || e < -1e-7) exit 1
				}
				exit !NR }' || fail "Holm of $f"
		try mr-eval "$@" --per-user --compare ${f}1.tsv ${f}2.tsv ${f}3.tsv
		expect 0
		[ "$(head -n 1 "$OUT")" = 'file	user	measure	k	value	other' ]
		grep "^${f}3" "$OUT" | cut -f 2- | cmp - <(mr-eval "$@" \
			--per-user --compare ${f}1.tsv ${f}3.tsv | sed 1d)
	done
	# One of them on standard input; one of another kind.
	mr-eval --compare p1.tsv - p3.tsv <p2.tsv | sed 's/^<stdin>/p2.tsv/' |
		cmp - <(mr-eval --compare p1.tsv p2.tsv p3.tsv)
	try mr-eval --compare p1.tsv p2.tsv l3.tsv
	expect 1
	echo 'mr-eval: l3.tsv: has lists, expected predictions as in p2.tsv' |
		diff - "$ERR"
	# What a file lacks is told with its name, of the other one once.
	sed '/^u1	/d' l1.tsv >few.tsv
	try mr-eval -k 3 --test t.tsv --compare few.tsv l2.tsv few.tsv
	[ "$(grep -c 'few.tsv: 1 of .* have no list' "$ERR")" -eq 2 ]
}

# rows_of GROUP - of the last output, without the column group.
rows_of() {
	awk -F '\t' -v g="$1" 'NR > 1 && $1 == g' "$OUT" | cut -f 2-
}

@test "--by: users, items and predictions of a group, as if they were all" {
	random_test >t.tsv
	seen_of t.tsv >seen.tsv
	random_lists 4 >a.tsv
	random_lists 5 >b.tsv
	random_pairs 100 >p.tsv
	awk 'BEGIN { print "user\tage"
		for (u = 0; u < 200; u++) print "u" u "\t" (u % 3 ? "old" : "new") }' \
		>users.tsv
	# Some items are of two kinds, some of none.
	awk 'BEGIN { print "year\titem\tgenre"
		for (i = 0; i < 50; i++) print 1900 + i "\tf" i "\t" \
			(i % 7 == 0 ? "" : i % 3 ? "Drama" : "Drama|War") }' >films.tsv
	set -- -k 3,5 --train seen.tsv
	# Users: their lists and relevant items alone.
	try mr-eval "$@" --test t.tsv --by age --groups users.tsv a.tsv
	expect 0
	[ ! -s "$ERR" ]
	[ "$(head -n 1 "$OUT")" = 'group	measure	k	value	lo	hi	users	definition' ]
	[ "$(sed 1d "$OUT" | cut -f 1 | uniq | tr '\n' ,)" = ,new,old, ]
	rows_of '' | cmp - <(mr-eval "$@" --test t.tsv a.tsv | sed 1d)
	for g in new old; do
		for f in t a b p; do
			awk -F '\t' -v g=$g 'NR == FNR { of[$1] = $2; next }
				FNR == 1 || of[$1] == g' users.tsv $f.tsv >$f.$g
		done
		rows_of $g | cmp - <(mr-eval "$@" --test t.$g a.$g | sed 1d)
	done
	try mr-eval "$@" --test t.tsv --by age --groups users.tsv \
		--compare b.tsv a.tsv
	expect 0
	for g in new old; do
		rows_of $g | cut -f 1-8,10- | cmp - <(mr-eval "$@" --test t.$g \
			--compare b.$g a.$g | sed 1d | cut -f 1-8,10-)
	done
	try mr-eval --by age --groups users.tsv p.tsv
	expect 0
	for g in new old; do
		rows_of $g | cmp - <(mr-eval p.$g | sed 1d)
	done
	# Items: only they are relevant; lists stay whole.
	for g in Drama War; do
		for f in t p; do
			awk -F '\t' -v g=$g 'NR == FNR { of[$2] = "|" $3 "|"; next }
				FNR == 1 || index(of[$2], "|" g "|")' films.tsv $f.tsv >$f.$g
		done
	done
	try mr-eval "$@" --test t.tsv --by genre --groups films.tsv a.tsv
	expect 0
	echo "mr-eval: warning: films.tsv: 8 of 50 items of t.tsv are in no" \
		"group of 'genre'" | diff - "$ERR"
	[ "$(sed 1d "$OUT" | cut -f 1 | uniq | tr '\n' ,)" = ,Drama,War, ]
	for g in Drama War; do
		rows_of $g | cmp - <(mr-eval -q "$@" --test t.$g a.tsv | sed 1d |
			grep -v '^novelty\|^items\|^coverage\|^gini')
	done
	try mr-eval --by genre --groups films.tsv --compare p.tsv p.tsv
	expect 0
	for g in Drama War; do
		rows_of $g | cut -f 3,13 | cmp - <(mr-eval p.$g | sed 1d | cut -f 3,6)
	done
}

@test "--by activity, popularity: bins by ratings in train" {
	random_test >t.tsv
	random_lists 4 >a.tsv
	# User u has rated u times, items of his own, and an item of all users.
	awk 'BEGIN { print "user\titem"
		for (u = 1; u < 200; u += 3) for (i = 0; i < u * 4; i++)
			print "u" u "\t" (i ? "g" (u * i) % 300 : "all") }' >train.tsv
	awk -F '\t' 'NR > 1 && !had[$0]++ { n[$1]++ } END {
		print "user\tactivity"
		for (u = 0; u < 200; u++) {
			c = n["u" u]; g = c > 0 ? "1-4" : "0"
			if (c > 4) g = "5-19"
			if (c > 19) g = "20-99"
			if (c > 99) g = "100-499"
			if (c > 499) g = "500+"
			print "u" u "\t" g } }' train.tsv >users.tsv
	set -- -q -k 3 --test t.tsv --train train.tsv
	try mr-eval "$@" --by activity a.tsv
	expect 0
	# In the order of the bins, those of a file in that of their names.
	sed 1d "$OUT" | cut -f 1 | uniq >got
	printf '%s\n' '' 0 1-4 5-19 20-99 100-499 | diff - got
	sort "$OUT" | cmp - <(mr-eval "$@" --by activity --groups users.tsv \
		a.tsv | sort)
	# 100 ratings of eleven items.
	awk 'BEGIN { print "user\titem"; split("19 12 12 12 10 10 10 8 4 2 1", n)
		for (i = 1; i <= 11; i++) for (u = 0; u < n[i]; u++)
			print "v" u "\ti" i }' >train.tsv
	awk 'BEGIN { print "user\titem"
		for (i = 1; i <= 13; i++) print "w\ti" i }' >one.tsv
	try mr-eval -q -k 3 --test one.tsv --train train.tsv --by popularity \
		<(rows user rank item -- w 1 i1 w 2 i12 w 3 i9)
	expect 0
	# 19 and all three of 12 are 20 or more; 1, 2, 4, 8 are 15, with 10 45.
	awk -F '\t' '$2 == "recall" { print $1 ":" $4 }' "$OUT" | diff - \
		<(printf '%s\n' :0.230769231 head:0.25 mid:0 tail:0.25 unseen:0.5)
}

@test "--by: what is no group is refused" {
	rows user g -- u1 x u1 y >g.tsv
	try mr-eval -q --test test.tsv --by g --groups g.tsv lists.tsv
	expect 1 "^mr-eval: g.tsv:3: user 'u1' stands twice, expected one row each\$"
	rows user item g -- u1 a y >g.tsv
	try mr-eval -q --test test.tsv --by g --groups g.tsv lists.tsv
	expect 1 "^mr-eval: g.tsv:1: columns 'user' and 'item', expected one of them: groups are of users or of items\$"
	rows name g -- u1 a >g.tsv
	try mr-eval -q --test test.tsv --by g --groups g.tsv lists.tsv
	expect 1 "^mr-eval: g.tsv:1: neither a column 'user' nor 'item', expected"
	seq 1001 | sed 's/.*/u&	g&/; 1i user	g' >g.tsv
	try mr-eval -q --test test.tsv --by g --groups g.tsv lists.tsv
	expect 1 "^mr-eval: g.tsv:1002: 'g1001' is one of more than 1000 different values of 'g', expected groups\$"
	try mr-eval -q --test test.tsv --by h --groups g.tsv lists.tsv
	expect 1 "^mr-eval: g.tsv:1: no column 'h', found user g\$"
	try mr-eval -k 2 --train train.tsv --by popularity lists.tsv
	expect 0 "^mr-eval: warning: no --test: groups of items by 'popularity' have no row, they are groups of relevant items\$"
	try mr-eval -k 2 --train train.tsv --by activity lists.tsv
	grep -q 'no --test' "$ERR" && fail "users have rows of the catalogue"
	# An empty file has no group; one user alone has no interval of novelty.
	try mr-eval -k 2 --test test.tsv --by g --groups /dev/null lists.tsv
	expect 0 "^mr-eval: warning: /dev/null: 3 of 3 users of test.tsv are in no group of 'g'\$"
	try mr-eval -k 2 --train train.tsv --by g --groups <(rows user g -- u1 x) \
		lists.tsv
	expect 0 '^mr-eval: warning: novelty of x: no interval: there is one user$'
}

@test "--markdown: the same table" {
	try mr-eval -q -k 4 --test test.tsv --markdown lists.tsv
	expect 0
	[ "$(sed -n 1p "$OUT")" = '| measure | k | value | lo | hi | users | definition |' ]
	[ "$(sed -n 2p "$OUT")" = '| --- | ---: | ---: | ---: | ---: | ---: | --- |' ]
	grep -qF '| hits / \|T\|, T the test items of the user |' "$OUT"
	grep -q '^| items | 4 | 5 |  |  | 3 | different items in the lists |$' "$OUT"
	# The values, to four digits.
	mr-eval -q -k 4 --test test.tsv lists.tsv | sed 1d | cut -f 3 |
		awk '{ printf "%.4g\n", $1 }' | diff - <(sed 1,2d "$OUT" |
		awk -F ' [|] ' '{ print $3 }')
	try mr-eval -q -k 4 --test test.tsv --markdown --compare lists.tsv \
		lists.tsv lists.tsv
	expect 0
	[ "$(sed 's/\\|//g; s/[^|]//g' "$OUT" | sort -u)" = '||||||||||||||||' ]
}

@test "--compare: predictions, by pairs both have" {
	rows user item rating estimate -- u1 a 5 5 u1 b 3 3 u9 a 1 1 u2 a 2 1 \
		>other.tsv
	try mr-eval --compare other.tsv pairs.tsv
	expect 0
	echo 'mr-eval: warning: other.tsv: 1 of 4 pairs with a rating are not in' \
		'the other file: they do not count' | diff - "$ERR"
	is rmse '' 'sqrt(5.25 / 3)'
	is mae '' 3.5/3
	[ "$(value rmse '' 4)" = 0.577350269 ]
	[ "$(value pairs '' 4)" = 3 ]
	[ "$(value rmse '' 13)" = 2 ]
	# Smaller errors win: of two users one of both was nearer.
	[ "$(value rmse '' 10) $(value rmse '' 12)" = "0 2" ]
	# Two users: four ways to exchange them, two of them as far.
	awk -v p="$(value rmse '' 8)" 'BEGIN { exit !(p > 0.4 && p < 0.6) }'
	sed 's/^u1	b	3/u1	b	4/' other.tsv >bad.tsv
	try mr-eval --compare bad.tsv pairs.tsv
	expect 1
	echo 'mr-eval: bad.tsv:3: rating 4, expected 3 as in pairs.tsv:3' |
		diff - "$ERR"
	try mr-eval --compare lists.tsv pairs.tsv
	expect 1
	echo 'mr-eval: lists.tsv: has lists, expected predictions as in pairs.tsv' |
		diff - "$ERR"
	mr-eval --per-user --compare other.tsv pairs.tsv 2>/dev/null |
		diff - <(rows user measure k value other -- \
			u1 rmse '' 0.790569415 0 u1 mae '' 0.75 0 u2 rmse '' 2 1 \
			u2 mae '' 2 1)
}

# random_pairs USERS - predictions, one to twelve a user.
random_pairs() {
	awk -v n="$1" 'BEGIN { srand(5); print "user\titem\trating\testimate"
		for (u = 0; u < n; u++) for (i = 0; i <= int(12 * rand()); i++)
			print "u" u "\tf" i "\t" 1 + int(5 * rand()) "\t" 1 + 4 * rand()
	}'
}

# turned FILE - its rows from the last to the first.
turned() {
	head -n 1 "$1"
	sed 1d "$1" | tac
}

@test "seed and draws; the same bytes for any threads" {
	random_test >t.tsv
	seen_of t.tsv >seen.tsv
	random_lists 4 >a.tsv
	random_lists 5 >b.tsv
	set -- -k 3,5 --test t.tsv --train seen.tsv --compare b.tsv a.tsv
	mr-eval -t 1 "$@" >want
	for t in 2 3 8; do
		mr-eval -t $t "$@" | cmp - want
	done
	mr-eval -s 1 "$@" | cmp - want
	mr-eval -s 2 "$@" >other
	cmp -s other want && fail "the seed changes nothing"
	cut -f 1-5 other | cmp - <(cut -f 1-5 want)
	# Only novelty is drawn for.
	grep -v novelty other | cmp - <(grep -v novelty want)
	mr-eval --resamples 1000 "$@" | cmp - want
	mr-eval --resamples 0 "$@" |
		awk -F '\t' 'NR > 1 && $6 $7 $8 != "" { exit 1 }'
	random_pairs 100 >p.tsv
	mr-eval -t 1 p.tsv >want
	mr-eval -t 3 p.tsv | cmp - want
	# Student's interval, where the draws give none that is wider.
	for s in 2 3 4 5 6 7 8 9; do
		mr-eval -s $s p.tsv >other
		cmp -s other want || break
	done
	cmp -s other want && fail "the seed changes nothing"
	cut -f 1-3 other | cmp - <(cut -f 1-3 want)
}

@test "the order of rows changes nothing, intervals least of all" {
	random_test >t.tsv
	seen_of t.tsv >seen.tsv
	random_lists 4 >a.tsv
	random_lists 5 >b.tsv
	random_pairs 100 >p.tsv
	random_pairs 80 | sed 's/\.[0-9]*$//' >q.tsv
	for f in t seen a b p q; do
		turned $f.tsv >$f.turned
	done
	for c in '' '--compare b.tsv'; do
		# shellcheck disable=SC2086
		mr-eval -k 3 --test t.tsv --train seen.tsv $c a.tsv >want
		# shellcheck disable=SC2086
		mr-eval -k 3 --test t.turned --train seen.turned \
			${c/.tsv/.turned} a.turned | cmp - want
	done
	awk -F '\t' '$1 == "novelty" && $6 != "" { n++ } END { exit !n }' want
	mr-eval p.tsv >want
	mr-eval p.turned | cmp - want
	mr-eval -q --compare q.tsv p.tsv >want
	mr-eval -q --compare q.turned p.turned | cmp - want
	awk -F '\t' '$1 == "rmse" && $6 != "" && $8 < 1 { n++ }
		END { exit !n }' want
}

@test "intervals of few: wide, or told of" {
	# No hit among 100 users: up to 3.7 % may have one.
	awk 'BEGIN { print "user\trank\titem"
		for (u = 1; u <= 100; u++) print "u" u "\t1\tx" }' >none.tsv
	sed 's/x$/y/; s/rank/r/' none.tsv >far.tsv
	try mr-eval -q -k 1 --test far.tsv none.tsv
	expect 0
	[ "$(value hit_rate 1 4) $(value hit_rate 1 5)" = "0 0.0369934982" ]
	[ "$(value ndcg 1 4)" = 0 ]
	awk -v hi="$(value ndcg 1 5)" 'BEGIN { exit !(hi > .037 && hi < .04) }'
	# One user: everything is possible.
	try mr-eval -q -k 1 --test <(rows user item -- u1 x) none.tsv
	[ "$(value ndcg 1 4) $(value ndcg 1 5)" = "0 1" ]
	# Wilson, by awk: 30 hits of 100.
	awk 'BEGIN { print "user\titem"
		for (u = 1; u <= 100; u++)
			print "u" u "\t" (u <= 30 ? "x" : "y") }' >some.tsv
	try mr-eval -k 1 --test some.tsv none.tsv
	expect 0
	[ ! -s "$ERR" ]
	awk -v lo="$(value hit_rate 1 4)" -v hi="$(value hit_rate 1 5)" 'BEGIN {
		n = 100; m = .3; z = 1.959963984540054
		c = m + z * z / 2 / n
		h = z * sqrt(m * (1 - m) / n + z * z / 4 / n / n)
		a = lo - (c - h) / (1 + z * z / n)
		b = hi - (c + h) / (1 + z * z / n)
		exit !(a < 1e-9 && a > -1e-9 && b < 1e-9 && b > -1e-9) }'
	# RMSE: one user, all alike, one with nearly all pairs; two are enough.
	try mr-eval <(sed 3,9d pairs.tsv)
	expect 0
	echo 'mr-eval: warning: rmse: no interval: there is one user' |
		diff - "$ERR"
	[ -z "$(value rmse '' 4)$(value rmse '' 5)" ]
	try mr-eval --resamples 0 <(sed 3,9d pairs.tsv)
	[ ! -s "$ERR" ]
	random_pairs 60 >p.tsv
	for f in pairs.tsv p.tsv; do
		try mr-eval $f
		[ ! -s "$ERR" ]
		awk -v v="$(value rmse)" -v lo="$(value rmse '' 4)" \
			-v hi="$(value rmse '' 5)" 'BEGIN {
				exit !(lo < v && v < hi) }'
	done
	try mr-eval <(awk -F '\t' -v OFS='\t' 'NR > 1 { $4 = $3 } 1' p.tsv)
	expect 0 '^mr-eval: warning: rmse: no interval: all users are alike$'
	{ cat pairs.tsv; seq 500 | sed 's/.*/big	g&	3	4/'; } >uneven.tsv
	try mr-eval uneven.tsv
	expect 0 '^mr-eval: warning: rmse: no interval: one user has nearly all of the pairs$'
}

@test "no lists, no header, no rows" {
	rows user rank item -- x 1 a | head -n 1 >none.tsv
	try mr-eval --test test.tsv none.tsv
	expect 0 '3 of 3 users of the test set have no list: they count as zero$'
	is recall 10 0
	[ "$(value recall 10 6)" = 3 ]
	try mr-eval none.tsv
	expect 0
	[ "$(wc -l <"$OUT")" -eq 1 ]
	try mr-eval --test test.tsv </dev/null
	expect 0 '<stdin> is empty, without a header: neither lists nor predictions$'
	[ "$(wc -l <"$OUT")" -eq 1 ]
	: >empty.tsv
	for o in '--compare lists.tsv empty.tsv' '--compare empty.tsv lists.tsv'; do
		# shellcheck disable=SC2086
		try mr-eval --test test.tsv $o
		expect 0 'warning: empty.tsv is empty, without a header: neither lists nor predictions$'
	done
	try mr-eval --test test.tsv --kind lists </dev/null
	expect 0
	is recall 10 0
	try mr-eval --test /dev/null --train /dev/null lists.tsv
	expect 0 '^mr-eval: warning: --test has no rating$'
	is items 10 5
	grep -q recall "$OUT" && fail "recall of no test set"
	# Nothing to compare with, or nothing in common, is told.
	try mr-eval -k 2 lists.tsv
	expect 0
	echo 'mr-eval: warning: no --test: only what the lists themselves tell' |
		diff - "$ERR"
	rows user item rating -- 1 a 5 2 b 3 >ids.tsv
	for t in ids.tsv train.tsv; do
		try mr-eval -k 1 --test $t lists.tsv
		expect 0 '^mr-eval: warning: lists.tsv: no list has a hit: is --test the training set, or of other ids\?$'
	done
	try mr-eval -k 2 --test test.tsv --compare lists.tsv \
		<(rows user rank item -- u1 1 v u2 1 v)
	expect 0 '/[^ ]*: no list has a hit: '
	grep -q 'lists.tsv: no list has' "$ERR" && fail "u1 has a hit"
	# A cut-off that no list reaches is told.
	try mr-eval -k 3,9 --test test.tsv lists.tsv
	expect 0 'warning: lists.tsv: the longest list has 4 items, the cut-off is 9$'
}

@test "without header lines" {
	for f in test train lists pairs; do
		sed 1d $f.tsv >$f.bare
	done
	mr-eval -q --test test.tsv --train train.tsv lists.tsv >want
	mr-eval -q --no-header-in --kind lists --test test.bare \
		--train train.bare lists.bare | cmp - want
	mr-eval pairs.tsv >want
	mr-eval --no-header-in --kind predictions pairs.bare | cmp - want
	mr-eval --no-header-in --no-header-out --kind predictions <pairs.bare |
		cmp - <(sed 1d want)
	told="--no-header-in takes 'user' for a row: is it the header line?"
	printf 'user\trank\titem\n' | cat - lists.bare >headed
	try mr-eval --no-header-in --kind lists --test test.bare headed
	expect 1
	grep -Fqx "mr-eval: warning: headed:1: $told" "$ERR"
	try mr-eval --no-header-in --kind lists --test test.bare lists.bare
	expect 0
	[ "$(grep -c 'header line' "$ERR")" -eq 0 ]
	try mr-eval --kind predictions lists.tsv
	expect 1 "^mr-eval: lists\.tsv:1: no column 'estimate', found user rank item score\$"
}

@test "usage errors are 2" {
	while IFS='|' read -r args message; do
		# shellcheck disable=SC2086
		try mr-eval $args lists.tsv
		expect 2
		echo "mr-eval: $message" | diff - "$ERR"
		[ ! -s "$OUT" ]
	done <<-'END'
		-k 0|--cutoffs: '0' is not a whole number from 1 to 100000
		-k 5,,6|--cutoffs: '' is not a whole number from 1 to 100000
		-k 5,x|--cutoffs: 'x' is not a whole number from 1 to 100000
		-k 100001|--cutoffs: '100001' is not a whole number from 1 to 100000
		-k 5,10,5|--cutoffs: 5 stands twice
		-k 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17|--cutoffs: more than 16 of them
		--test test.tsv --relevant x|--relevant: 'x' is not a finite number
		--relevant 3|--relevant needs --test: it chooses among its ratings; see mr-eval -h
		--resamples -1|--resamples: '-1' is not a whole number from 0 to 1000000; see mr-eval -h
		lists.tsv|several files need --compare, which says with which each is compared; see mr-eval -h
		--known-only|--known-only needs --train, which has those that are known; see mr-eval -h
		--common|--common needs --compare; see mr-eval -h
		--by age|--by age needs --groups, the file that has the column; activity and popularity do not; see mr-eval -h
		--by activity|--by activity needs --train, whose ratings it counts; see mr-eval -h
		--groups x|--groups needs --by, the column that has them; see mr-eval -h
		--by x --groups x --per-user|--by is for the summary, not for --per-user; see mr-eval -h
		--markdown --per-user|--markdown is for the summary, not for --per-user; see mr-eval -h
		--no-header-in|--no-header-in needs --kind: there are no columns to tell lists from predictions; see mr-eval -h
		--test - --train -|only one file can be standard input; see mr-eval -h
	END
	# Predictions have nothing that is relevant.
	for o in '' '--kind predictions'; do
		# shellcheck disable=SC2086
		try mr-eval $o --test test.tsv --relevant 4 pairs.tsv
		expect 2 '^mr-eval: --relevant is for lists, and pairs.tsv has predictions'
		[ ! -s "$OUT" ]
	done
	try mr-eval --common --compare pairs.tsv pairs.tsv
	expect 2 '^mr-eval: --common is for lists, and pairs.tsv has predictions'
	try mr-eval --compare pairs.tsv - - <pairs.tsv
	expect 2 'only one file can be standard input'
	try mr-eval --test - <test.tsv
	expect 2 'only one file can be standard input'
}

@test "published split: the whole of it" {
	need_tool mr-ingest mr-factorize mr-recommend
	need_shared data/gowalla/test.txt
	need_plain_build
	for f in train test; do
		mr-ingest ratings --preset lists "$SHARED/data/gowalla/$f.txt" >$f.tsv
	done
	mr-factorize -q -m ials -d 8 --sweeps 2 train.tsv |
		mr-recommend -n 20 >lists.tsv
	try mr-eval -k 20 --test test.tsv --train train.tsv lists.tsv
	expect 0
	[ ! -s "$ERR" ]
	[ "$(value recall 20 6)" = 29858 ]
	# Recall, NDCG and the number of items, by awk.
	awk -F '\t' 'FNR == 1 { file++; next }
		file == 1 { T[$1]++; in_T[$1, $2]; next }
		{ item[$3] }
		($1, $3) in in_T { h[$1]++; g[$1] += log(2) / log($2 + 1) }
		END {
			for (j = 1; j <= 20; j++) ideal[j] = ideal[j-1] + log(2) / log(j + 1)
			for (u in T) {
				n++; r += h[u] / T[u]; d += g[u] / ideal[T[u] < 20 ? T[u] : 20] }
			for (i in item) m++
			printf "%.12f %.12f %d\n", r / n, d / n, m
		}' test.tsv lists.tsv >want
	read -r recall ndcg items <want
	is recall 20 "$recall"
	is ndcg 20 "$ndcg"
	is items 20 "$items"
}
