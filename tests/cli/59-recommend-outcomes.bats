#!/usr/bin/env bats
# mr-recommend: how it ends where something is unknown, empty or broken off.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

# 60 users and 40 films, of which u1 has seen 17; m.mrm, and cut.mrm without END.
inputs() {
	odd_and_even >r.tsv
	mr-factorize -q -m als -d 3 r.tsv >m.mrm
	head -c -64 m.mrm >cut.mrm
	: >zero
	printf 'user\n' >users0.tsv
	printf 'item\n' >items0.tsv
	printf 'user\titem\trating\n' >ratings0.tsv
	printf 'group\tuser\n' >groups0.tsv
	printf 'user\nu1\nwho\n' >u1who.tsv
	printf 'user\nu1\n' >u1.tsv
	printf 'user\nwho\n' >who.tsv
	printf 'item\nf1\nno\n' >f1no.tsv
	printf 'item\nno\n' >no.tsv
	printf 'user\titem\nwho\tf1\nu1\tno\nwho\tno\n' >pairs.tsv
	printf 'user\titem\trating\nwho\tno\t4\n' >whono.tsv
	printf 'user\titem\trating\nwho\tf2\t4\n' >whof2.tsv
	printf 'group\tuser\ng\tu1\nh\twho\n' >groups.tsv
	printf 'group\tuser\nh\twho\n' >nobody.tsv
	awk 'BEGIN { print "item\tyear\tgenre"
		for (i = 1; i <= 40; i++) print "f" i "\t" 1980 + i "\t" (i % 2 ? "War" : "Drama") }' >films.tsv
	sed '2,$s/^f/g/' films.tsv >others.tsv
	head -n 1 films.tsv >films0.tsv
	printf 'item\tdim0\nf1\t1\n' | mr-show --from-tsv >v1.mrm
	printf 'item\tdim0\nf1\t1\nf2\t1\nf3\t1\n' | mr-show --from-tsv >v2.mrm
	printf 'item\tdim0\ng1\t1\n' | mr-show --from-tsv >vother.mrm
}

# Options, tab, status, tab, lines on standard output, tab, what is told: of
# several lines the first, and how many more.
table() {
	cat <<'END'
--users u1who.tsv m.mrm	0	5	1 of 2 users of u1who.tsv are not in the model: they get the most rated films, with the number of ratings as score
--users who.tsv m.mrm	0	3	1 of 1 users of who.tsv are not in the model: they get the most rated films, with the number of ratings as score; are its ids others?
--per genre --movies films.tsv --users u1who.tsv m.mrm	0	9	1 of 2 users of u1who.tsv are not in the model: they get the most rated films, with the number of ratings as score
--per genre --movies films.tsv --users who.tsv m.mrm	0	5	1 of 1 users of who.tsv are not in the model: they get the most rated films, with the number of ratings as score; are its ids others?
--users users0.tsv m.mrm	0	1	
--users zero m.mrm	0	1	
--users no.tsv m.mrm	1	0	no.tsv:1: no column 'user', found item
--users users0.tsv cut.mrm	1	0	cut.mrm: block at byte N: truncated: the stream ends inside it
--users who.tsv --min-lists 1 m.mrm	0	3	1 of 1 users of who.tsv are not in the model: they get the most rated films, with the number of ratings as score; are its ids others?
--ratings whono.tsv m.mrm	0	3	1 of 1 ratings of whono.tsv are of films that the model does not know and count for nothing: are its ids others? +1
--ratings ratings0.tsv m.mrm	0	1	
--ratings zero m.mrm	0	1	
--ratings no.tsv m.mrm	1	0	no.tsv:1: no column 'user', found item
--only f1no.tsv --users u1.tsv --keep-seen m.mrm	0	2	1 of 2 rows of f1no.tsv name a film that the model does not know +1
--only no.tsv m.mrm	0	1	1 of 1 rows of no.tsv name a film that the model does not know: are its ids others? +1
--only items0.tsv m.mrm	0	1	--where, --only and --not leave none of the model's films: no lists
--only zero m.mrm	0	1	--where, --only and --not leave none of the model's films: no lists
--only u1.tsv m.mrm	1	0	u1.tsv:1: no column 'item', found user
--not no.tsv --users u1.tsv m.mrm	0	3	1 of 1 rows of no.tsv name a film that the model does not know: are its ids others?
--not items0.tsv --users u1.tsv m.mrm	0	3	
--not zero --users u1.tsv m.mrm	0	3	
--not u1.tsv m.mrm	1	0	u1.tsv:1: no column 'item', found user
--seen pairs.tsv --users u1.tsv m.mrm	0	3	--seen: the model knows the user and the film of none of the 3 pairs: are its ids others?
--seen pairs.tsv --users u1who.tsv m.mrm	0	5	1 of 2 users of u1who.tsv are not in the model: they get the most rated films, with the number of ratings as score
--seen pairs.tsv --ratings whof2.tsv m.mrm	0	3	
--not pairs.tsv --ratings whof2.tsv --no-model --items v2.mrm	0	2	2 of 3 rows of pairs.tsv name a film that the model does not know +1
--seen zero --users u1.tsv m.mrm	0	3	
--seen u1.tsv m.mrm	1	0	u1.tsv:1: no column 'item', found user
--groups groups.tsv m.mrm	0	3	1 of 2 members of groups are not in the model and have no say +1
--groups nobody.tsv m.mrm	0	1	1 of 1 members of groups are not in the model and have no say: are its ids others? +1
--groups nobody.tsv --min-lists 1 m.mrm	1	0	1 of 1 members of groups are not in the model and have no say: are its ids others? +2
--groups groups0.tsv m.mrm	0	1	
--groups zero m.mrm	0	1	
--groups u1.tsv m.mrm	1	0	u1.tsv:1: no column 'group', found user
--groups groups.tsv cut.mrm	1	0	cut.mrm: block at byte N: truncated: the stream ends inside it
--pairs pairs.tsv m.mrm	0	4	of 3 pairs 2 have a user and 2 an item that the model does not know: estimated by the parts it does know
--pairs ratings0.tsv m.mrm	0	1	
--pairs zero m.mrm	0	1	
--pairs u1.tsv m.mrm	1	0	u1.tsv:1: no column 'item', found user
--pairs pairs.tsv cut.mrm	1	0	cut.mrm: block at byte N: truncated: the stream ends inside it
cut.mrm	1	0	cut.mrm: block at byte N: truncated: the stream ends inside it
--shard 1/2 cut.mrm	1	0	cut.mrm: block at byte N: truncated: the stream ends inside it
zero	1	0	zero: is empty, expected a matrix stream: the program that makes it failed
r.tsv	1	0	r.tsv: not a matrix stream (mr-embed, mr-factorize and mr-show --from-tsv make them)
nowhere.mrm	1	0	nowhere.mrm: cannot open: No such file or directory
--movies others.tsv --with year --users u1.tsv m.mrm	0	3	2 results name a film that --movies does not have: their columns are empty; are its ids others?
--movies films0.tsv --with year --users u1.tsv m.mrm	0	3	2 results name a film that --movies does not have: their columns are empty; are its ids others?
--movies films.tsv --with plot m.mrm	1	0	films.tsv:1: no column 'plot', found item year genre
--movies no.tsv --where year>1990 m.mrm	2	0	filter, character 1: no column 'year', found 'item'
--movies others.tsv --where year>1990 m.mrm	0	1	--where: --movies has none of the 40 films: are its ids others? +1
--movies films0.tsv --where year>1990 m.mrm	0	1	--where, --only and --not leave none of the model's films: no lists
--movies films.tsv --where year>2050 m.mrm	0	1	--where: no film has year>2050 +1
--movies films.tsv --where year>2050 --groups groups.tsv m.mrm	0	1	--where: no film has year>2050 +3
--movies films.tsv --where year>2050 --min-lists 1 m.mrm	1	0	--where: no film has year>2050 +2
--movies films.tsv --where plot=x m.mrm	2	0	filter, character 1: no column 'plot', found 'item', 'year', 'genre'
--movies films.tsv --where year>> m.mrm	2	0	filter, character 6: expected a value, found '>'
--movies films.tsv --per plot m.mrm	1	0	--per: films.tsv has no column 'plot', found year genre
--movies zero --per genre m.mrm	1	0	--per: zero has no column 'genre', found none
--movies others.tsv --per genre m.mrm	0	1	--per: none of the model's films has a genre in others.tsv: no lists; are its ids others?
--movies films.tsv --per genre --where year>2050 m.mrm	0	1	--where: no film has year>2050 +1
--movies u1.tsv --with year m.mrm	1	0	u1.tsv:1: no column 'item', found user
--items v1.mrm --users u1.tsv m.mrm	0	3	39 of the model's 40 films have no vector in v1.mrm: ratings alone speak for them
--items vother.mrm --users u1.tsv m.mrm	0	3	40 of the model's 40 films have no vector in vother.mrm: ratings alone speak for them; are its ids others?
--items zero m.mrm	1	0	zero: is empty, expected a matrix stream: the program that makes it failed
--items m.mrm m.mrm	1	0	m.mrm: 4 dense matrices, expected one
END
}

@test "unknown, empty, broken off: status, rows, and what is told" {
	local options status rows told more n=0
	while IFS='	' read -r options status rows told; do
		more=0
		[ "${told% +[0-9]}" = "$told" ] || more=${told##*+}
		told=${told% +[0-9]}
		# shellcheck disable=SC2086
		try mr-recommend -n 2 $options
		[ "${options#--pairs}" = "$options" ] ||
			try mr-recommend $options	# has no -n
		expect "$status"
		[ "$(wc -l <"$OUT")" -eq "$rows" ] || fail "$options: rows"
		sed 's/^mr-recommend: //; s/^warning: //; s/at byte [0-9]*/at byte N/' \
			"$ERR" >said
		[ "$(wc -l <said)" -eq $((more + (${#told} > 0))) ] ||
			fail "$options: $(wc -l <said) lines"
		[ -z "$told" ] || head -n 1 said | grep -qF -- "$told" ||
			fail "$options: told otherwise"
		[ "$status" -ne 0 ] || [ -z "$told" ] || grep -q warning: "$ERR"
		n=$((n + 1))
	done < <(table)
	[ "$n" -eq 65 ]
}
