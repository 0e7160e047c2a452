#!/usr/bin/env bats
# --where, --only and --not: which films may stand in lists and results.
# SPDX-License-Identifier: MIT

load ../helpers
load ../recommend

inputs() {
	top=$BATS_TEST_DIRNAME/../..
	mr-ingest movies -q "$top/data/movies.csv" >films.tsv
	mr-ingest ratings -q "$top/data/ratings.csv" >ratings.tsv
	mr-factorize -q -m ials -d 8 ratings.tsv >ials.mrm
	mr-factorize -q -m knn ratings.tsv >knn.mrm
	# Dense rows: each film is a neighbour of each other one.
	awk 'NR == 1 { print "item\tdim0\tdim1" }
		NR > 1 { print $1 "\t1\t" NR }' FS='\t' films.tsv |
		mr-show --from-tsv >knn-base.mrm
	(echo user && cut -f 1 ratings.tsv | sed 1d | sort -u | head -n 5) >few.tsv
}

# Expression, tab, what awk says of $1 to $5 (item, title, year, people, genre),
# of G, the genres between colons, and of N: the year is a number.
table() {
	cat <<'END'
year>=1990	N && $3 >= 1990
year<1980 and genre=Horror	N && $3 < 1980 && G ~ /:Horror:/
genre=Horror|War	G ~ /:(Horror|War):/
genre!=Drama	$5 != "" && G !~ /:Drama:/
not genre=Drama	G !~ /:Drama:/
title~the and not title~'the '	tolower($2) ~ /the/ && tolower($2) !~ /the /
(genre=Comedy or genre=Crime) and year=1994	G ~ /:(Comedy|Crime):/ && N && $3 == 1994
genre=Comedy or genre=Crime and year=1994	G ~ /:Comedy:/ || (G ~ /:Crime:/ && N && $3 == 1994)
item>=f100 and item<f105	$1 >= "f100" && $1 < "f105"
people~"tom h"	tolower($4) ~ /tom h/
year=''	$3 == ""
title>'S'	$2 > "S"
year!=''	$3 != ""
year=1994.0	N && $3 == 1994
year='1994'	$3 == "1994"
year='1996.0'	$3 == "1996.0"
year=1994|1995|''	$3 == "" || (N && ($3 == 1994 || $3 == 1995))
year!=1994	$3 != "" && !(N && $3 == 1994)
not year!=1994	$3 == "" || (N && $3 == 1994)
year>'1995'	$3 > "1995"
year>0	N
year<'~'	$3 != ""
year='n/a'	$3 == "n/a"
not year>0 and not year=''	!N && $3 != ""
genre='Comedy|Crime'	$5 == "Comedy|Crime"
genre!='Comedy|Crime'	$5 != "" && $5 != "Comedy|Crime"
genre=comedy	0
genre~COM	tolower($5) ~ /com/
genre~com|"sci"	tolower($5) ~ /com|sci/
genre~'|'	$5 ~ /[|]/
genre~''	$5 != ""
genre>T	G ~ /:[T-z]/
genre>War	G ~ /:Western:/
genre<B and genre>W	G ~ /:A/ && G ~ /:(Wa|We)/
'genre'='Science Fiction'	G ~ /:Science Fiction:/
"year">=1980 AND"year"<1990	N && $3 >= 1980 && $3 < 1990
not (genre=Drama and year>=1990) and not not genre=War	!(G ~ /:Drama:/ && N && $3 >= 1990) && G ~ /:War:/
((genre=Music)) or (title='UHF' or (title="Jaws"))	G ~ /:Music:/ || $2 == "UHF" || $2 == "Jaws"
NOT genre=Drama Or year=1977 aNd genre=Horror	G !~ /:Drama:/ || (N && $3 == 1977 && G ~ /:Horror:/)
people~'o''neal' or people~"""weird al"""	tolower($4) ~ /o.neal|.weird al./
people~FRANÇOIS|miloš	$4 ~ /François|Miloš/
item=f001|f010|f100|nobody	$1 ~ /^f(001|010|100)$/
item!=f001 and item<=f003	$1 == "f002" || $1 == "f003"
year>=1990 and year<=1999 and (genre=Crime or genre=Thriller) and not people~pacino	N && $3 >= 1990 && $3 <= 1999 && G ~ /:(Crime|Thriller):/ && tolower($4) !~ /pacino/
END
}

@test "the rows that awk chooses, in lists and neighbours" {
	local expr awk n=0
	# Years that are missing, or no number; genres none, or falling.
	awk -F '\t' -v OFS='\t' 'NR > 1 && NR % 9 == 0 { $3 = "" }
		NR % 23 == 0 { $3 = "n/a" }
		NR % 31 == 0 && $3 ~ /^1/ { $3 = $3 ".0" }
		NR % 13 == 0 { $5 = "" }
		NR % 5 == 0 { n = split($5, g, "|"); $5 = g[n]
			while (n > 1) $5 = $5 "|" g[--n] }
		1' films.tsv >holes.tsv
	head -n 1 holes.tsv | grep -q '^item	title	year	people	genre'
	# Films that nobody rated are not in the model.
	mr-recommend -q -n 1000 --keep-seen --users few.tsv ials.mrm |
		sed 1d | cut -f 3 | sort -u >known
	while IFS='	' read -r expr awk; do
		awk -F '\t' 'NR > 1 {
				G = ":" $5 ":"; gsub(/[|]/, ":", G)
				N = $3 ~ /^[0-9.]+$/
			}
			NR > 1 && ('"$awk"') { print $1 }' holes.tsv | sort >want
		mr-recommend -q -n 1000 --keep-seen --users few.tsv \
			--movies holes.tsv --where "$expr" ials.mrm | sed 1d |
			cut -f 3 | sort -u | diff <(comm -12 want known) - ||
			fail "$expr: lists"
		mr-knn -q -k 1000 --self --movies holes.tsv --where "$expr" \
			knn-base.mrm | sed 1d | cut -f 3 | sort -u | diff want - ||
			fail "$expr: neighbours"
		[ -s want ] || [ "$awk" = 0 ] || fail "$expr: chooses nothing"
		n=$((n + 1))
	done < <(table)
	[ "$n" -eq 44 ]
}

# Expression, tab, where and what is told.
no_filters() {
	cat <<'END'
	1: expected a column, not or (, found the end
   	4: expected a column, not or (, found the end
year	5: expected = != < <= > >= or ~, found the end
year 1990	6: expected = != < <= > >= or ~, found '1990'
year=	6: expected a value, found the end
year==1990	6: expected a value, found '='
year=>1990	6: expected a value, found '>'
year=1990 genre=War	11: expected and, or, | or the end (a value with blanks needs quotes), found 'genre'
title=The Matrix	11: expected and, or, | or the end (a value with blanks needs quotes), found 'Matrix'
gnre=War	1: no column 'gnre', found 'item', 'title', 'year', 'people', 'genre', 'poster'
year>1990 and Genre=War	15: no column 'Genre', found 'item', 'title', 'year', 'people', 'genre', 'poster'
title~'é' and gnre=War	15: no column 'gnre', found 'item', 'title', 'year', 'people', 'genre', 'poster'
(year>1990	11: expected and, or, | or ), found the end
year>1990)	10: a ) without its (
()	2: expected a column, not or (, found ')'
year>1990 and	14: expected a column, not or (, found the end
and year>1990	1: expected a column, not or (, found 'and'
year=1 or or year=2	11: expected a column, not or (, found 'or'
not	4: expected a column, not or (, found the end
title='Jaws	7: a quote that is not closed
title=Schindler's	16: a quote that is not closed
title=not	7: expected a value (in quotes if it is meant as one), found 'not'
year!1990	5: '!' is no mark of a filter (a text with it needs quotes)
genre=War|	11: expected a value, found the end
genre=War||Drama	11: expected a value, found '|'
year>1990 && genre=War	11: expected and, or, | or the end (a value with blanks needs quotes), found '&&'
END
}

@test "what is no filter, and where" {
	local expr told n=0
	while IFS= read -r expr; do
		told=${expr#*	}
		expr=${expr%%	*}
		try mr-recommend --movies films.tsv --where "$expr" ials.mrm
		expect 2
		echo "mr-recommend: filter, character $told" | diff - "$ERR" ||
			fail "$expr"
		[ ! -s "$OUT" ]
		n=$((n + 1))
	done < <(no_filters)
	[ "$n" -eq 26 ]
}

@test "as many rows as there are, the best of those chosen" {
	for m in ials knn; do
		mr-recommend -q -n 1000 --users few.tsv $m.mrm >all
		mr-recommend -q -n 7 --users few.tsv --movies films.tsv \
			--where 'genre=Horror' $m.mrm | cut -f 1,3,4 >got
		awk -F '\t' 'NR == FNR { if ("|" $5 "|" ~ /\|Horror\|/) h[$1]; next }
			FNR == 1 || ($3 in h && ++n[$1] <= 7) { print $1 "\t" $3 "\t" $4 }' \
			films.tsv all | diff - got
	done
}

@test "what is no filter is a usage error with its place" {
	try mr-recommend --movies films.tsv --where 'year>=1990 genre=War' ials.mrm
	expect 2 "filter, character 12: expected and, or, \\| or the end"
	try mr-knn --row f121 --movies films.tsv --where 'gnre=War' knn-base.mrm
	expect 2 "filter, character 1: no column 'gnre', found 'item', 'title', 'year'"
	try mr-recommend --where 'year>1990' ials.mrm
	expect 2 '--where needs --movies'
	try mr-knn --row f121 --where 'year>1990' knn-base.mrm
	expect 2 '--where needs --movies'
}

@test "a filter that nothing fits is told" {
	try mr-recommend --movies films.tsv --where 'year>3000' ials.mrm
	expect 0 'leave none of the model.s films: no lists'
	[ "$(wc -l <"$OUT")" -eq 1 ]
	try mr-knn --row f121 --movies films.tsv --where 'year>3000' knn-base.mrm
	expect 0 '--where chooses none of the [0-9]* rows: no results'
	[ "$(wc -l <"$OUT")" -eq 1 ]
	try mr-knn --row f121 --movies films.tsv --with title \
		--where 'year>1980' knn-base.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
	try mr-recommend -n 3 --users few.tsv --movies films.tsv --with title \
		--where 'year>1980' ials.mrm
	expect 0
	[ ! -s "$ERR" ] || fail "$(cat "$ERR")"
}

# Expression, tab, warnings parted by ; without "mr-recommend: warning: --where: ".
doubts() {
	cat <<'END'
genre=Horor	no film has genre=Horor: is 'Horror' meant?;-
genre=HORROR|War	no film has genre=HORROR: is 'Horror' meant?
genre!=Comdy	no film has genre=Comdy: is 'Comedy' meant?
not (genre=Drana or genre=Xxxx)	no film has genre=Drana: is 'Drama' meant?;no film has genre=Xxxx
title="psychos"	no film has title=psychos;-
title="DIE HART"	no film has title=DIE HART: is 'Die Hard' meant?;-
year=1800|1990	no film has year=1800
year='199O'	no film has year=199O: is '1990' meant?;-
year>=199O	'199O' is no number and each year is one: these are compared as texts
year>='1990'	
genre<b	
year>2000 and year<1900	no film has year<1900;-
title~xyzzy and year>1990	no film has title~xyzzy;-
title~xyzzy or year>1990	
item=f121|f999	no film has item=f999
year=''	-
genre=War and genre=Animation and year<1900 and title=Jaws	no film has year<1900;-
title=q1|q2|q3|q4|q5|q6|q7 or year>0	no film has title=q1;no film has title=q2;no film has title=q3;no film has title=q4;no film has title=q5;2 more values that no film has
END
}

@test "values and comparisons that no film has are told" {
	local expr told n=0
	while IFS='	' read -r expr told; do
		try mr-recommend -n 1 --users few.tsv --movies films.tsv --where "$expr" \
			ials.mrm
		expect 0
		# - stands for the last line of an empty choice.
		tr ';' '\n' <<<"$told" | sed -n '/./s/^/mr-recommend: warning: --where: /p' |
			sed "s/--where: -\$/--where, --only and --not leave none of the model's films: no lists/" |
			diff - "$ERR" || fail "$expr"
		n=$((n + 1))
	done < <(doubts)
	[ "$n" -eq 18 ]
	sed '2,$s/^f/g/' films.tsv >other.tsv
	try mr-recommend --movies other.tsv --where genre=War ials.mrm
	expect 0 'warning: --where: --movies has none of the [0-9]* films: are its ids others\?$'
	expect_out 'user\trank\titem\tscore\n'
	try mr-knn --row f121 --movies films.tsv --where genre=war knn-base.mrm
	expect 0 "^mr-knn: warning: --where: no film has genre=war: is 'War' meant\?\$"
	try mr-recommend -q --movies films.tsv --where genre=war ials.mrm
	expect 0
	[ ! -s "$ERR" ]
}

@test "--only and --not: films, for everybody" {
	printf 'item\nf001\nf002\nf003\nnone\n' >three.tsv
	try mr-recommend -n 5 --keep-seen --users few.tsv --only three.tsv ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 3 | sort -u | tr '\n' ' ')" = 'f001 f002 f003 ' ]
	diff - <(sort "$ERR") <<-'END'
	mr-recommend: warning: 1 of 4 rows of three.tsv name a film that the model does not know
	mr-recommend: warning: 5 of 5 lists are shorter than 5: --where, --only and --not, and what was seen, leave no more films
	END
	mr-recommend -q -n 1000 --keep-seen --users few.tsv ials.mrm |
		grep -v '	f00[123]	' | cut -f 1,3 >want
	mr-recommend -q -n 1000 --keep-seen --users few.tsv --not three.tsv \
		ials.mrm | cut -f 1,3 | diff want -
	sed 1d few.tsv >bare.tsv
	mr-recommend -q -n 1000 --keep-seen --no-header-in --users bare.tsv \
		--not <(sed 1d three.tsv) ials.mrm | cut -f 1,3 | diff want -
}

@test "--only and --not: pairs, each for his user" {
	u=$(sed -n 2p few.tsv) v=$(sed -n 3p few.tsv)
	printf 'user\titem\n%s\tf001\n%s\tf002\n%s\tf003\n' "$u" "$u" "$v" >own.tsv
	try mr-recommend -q -n 5 --keep-seen --users few.tsv --only own.tsv ials.mrm
	expect 0
	sed 1d "$OUT" | cut -f 1,3 | sort | diff <(sed 1d own.tsv | sort) -
	for m in ials knn; do
		mr-recommend -q -n 1000 --keep-seen --users few.tsv $m.mrm |
			cut -f 1,3 >all
		mr-recommend -q -n 1000 --keep-seen --users few.tsv --not own.tsv \
			$m.mrm | cut -f 1,3 | diff <(sed 1d own.tsv |
			grep -vxFf - all) -
	done
	# With the others: all hold.
	try mr-recommend -q -n 5 --keep-seen --users few.tsv --only own.tsv \
		--not <(printf 'item\nf001\n') --movies films.tsv \
		--where 'item!=f003' ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | cut -f 1,3)" = "$u	f002" ]
}

@test "--where for users who are folded in and for whom nothing is known" {
	printf 'user\titem\trating\nnew\tf121\t5\nnobody\tx\t5\n' >new.tsv
	try mr-recommend -q -n 4 --ratings new.tsv --movies films.tsv \
		--with genre --where genre=Horror ials.mrm
	expect 0
	[ "$(sed 1d "$OUT" | wc -l)" -eq 8 ]
	[ "$(sed 1d "$OUT" | grep -vc Horror)" -eq 0 ]
}
