#!/usr/bin/env bats
# mr-ingest: which column is which, and what is told where one is not read.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

@test "ratings without a rating column are events, and other columns told" {
	input 'user,item\na,x\nb,y\n'
	ratings
	done_with "$rated\na\tx\t1\nb\ty\t1\n"
	input 'user,item,timestamp\na,x,1\n'
	ratings
	done_with "$rated\ttime\na\tx\t1\t1\n"
	for name in 'My Rating' Score user_score 'Book-Rating' stars; do
		option="rating=$name"
		[ "$name" != 'My Rating' ] || option="'$option'"
		input "user,item,$name,x\na,x,4.5,7\n"
		ratings
		done_with "$rated\na\tx\t1\n" "warning: no column 'rating', each row counts as 1; found $name x (--cols $option)"
		ratings --cols "rating=$name"
		done_with "$rated\na\tx\t4.5\n"
		ratings --events
		done_with "$rated\na\tx\t1\n"
	done
	for name in plays weight tag; do
		input "user,item,$name\na,x,4\n"
		ratings
		done_with "$rated\na\tx\t1\n" "warning: no column 'rating', each row counts as 1; found $name (--cols rating=$name, or --events)"
	done
	input 'user,item,tag,note\na,x,4,b\n'
	ratings
	done_with "$rated\na\tx\t1\n" "warning: no column 'rating', each row counts as 1; found tag note (--cols rating=NAME, or --events)"
	input 'a,x,4.5,7\n'
	ratings --no-header-in --cols user=1,item=2
	done_with "$rated\na\tx\t1\n" "warning: no column 'rating', each row counts as 1; found 3 4 (--cols rating=NAME, or --events)"
}

@test "--events counts a row as 1, whatever its rating" {
	input 'user,item,rating,time\na,x,4.5,1\na,y,,2\na,z,none,3\n'
	ratings --events
	done_with "$rated\ttime\na\tx\t1\t1\na\ty\t1\t2\na\tz\t1\t3\n"
	ratings --events --scale 1:5
	expect 2
	says '--events: there is no rating for --scale'
	movies --events
	expect 2
	says '--movies, --events, --scale, --rescale and --anonymise are for ratings'
}

@test "a preset with a header needs the column rating" {
	input 'userId,movieId,tag,timestamp\na,x,long,7\n'
	ratings
	fails_with "<stdin>:1: is a table of movielens, expected ratings (mr-ingest table reads it)"
	cp "$ERR" without
	ratings --preset movielens
	cmp without "$ERR"
	ratings --preset seed
	fails_with "<stdin>:1: no column 'rating', found userId movieId tag timestamp (--events counts each row as 1)"
	for p in movielens seed; do
		ratings --preset $p --events
		done_with "$rated\ttime\na\tx\t1\t7\n"
	done
}

@test "columns not read are a line of -v" {
	input 'user,item,rating,note,When\na,x,4,n,w\n'
	ratings -v
	expect 0 '^mr-ingest: columns not read: note When$'
	input 'user,item,rating\na,x,4\n'
	ratings -v
	expect 0
	run grep 'not read' "$ERR"
	[ "$status" -eq 1 ]
}

@test "known names whatever their case, the same case first" {
	input 'User_ID,ITEM_ID,Rating,Timestamp\na,x,4.5,7\n'
	ratings
	done_with "$rated\ttime\na\tx\t4.5\t7\n"
	ratings --cols rating=RATING
	done_with "$rated\ttime\na\tx\t4.5\t7\n"
	input 'Item,Title,Year,Genres,TITLE2\n1,A,1999,War,b\n'
	movies
	done_with "$films\tTITLE2\n1\tA\t1999\t\tWar\t\tb\n"
	input 'Title,item,title\nb,1,A\n'
	movies
	done_with "$films\tTitle\n1\tA\t\t\t\t\tb\n"
	input 'user,item,rating,Rating\na,x,4,5\n'
	ratings
	done_with "$rated\na\tx\t4\n"
}

@test "a column that --cols names for two of ours" {
	input 'Name,Year\nA,1999\n'
	movies --cols item=Name,title=name
	expect 2
	says "--cols: column 'name' cannot be two of ours"
}

@test "a file without a header says so" {
	input '1,2,3\n7,8,4\n'
	ratings
	fails_with "<stdin>:1: no column 'user', found 1 2 3 (no header line? --no-header-in)"
	ratings --cols user=1,item=2,rating=3
	done_with "$rated\n7\t8\t4\n" "warning: column '2' of the header is a number, is it a row? (--no-header-in)"
	ratings --no-header-in
	done_with "$rated\n1\t2\t3\n7\t8\t4\n"
	input '1,First,1999\n2,Second,2001\n'
	movies
	fails_with "<stdin>:1: no column 'item', found 1 First 1999 (no header line? --no-header-in)"
	input '1,1,3\n2,1,4\n'
	ratings
	fails_with "<stdin>:1: column '1' stands twice (no header line? --no-header-in)"
	# Numbers beside known names, and numbers that stand for no name.
	input 'user,1,2\na,3,4\n'
	ratings
	fails_with "<stdin>:1: no column 'item', found user 1 2 (--cols says which it is)"
	input 'user,,rating\na,3,4\n'
	ratings --cols item=2
	done_with "$rated\na\t3\t4\n"
	input 'item,title,1,2\na,A,3,4\n'
	movies
	done_with "$films\t1\t2\na\tA\t\t\t\t\t3\t4\n"
}

@test "a header that comes again is no film and no user" {
	input 'movieId,title,genres\n1,First,War\nmovieId,title,genres\n2,Second,War\n'
	again='warning: 1 of 3 rows rejected, 1 because header again (line 3)'
	movies --rejects bad.tsv
	done_with "$films\n1\tFirst\t\t\tWar\t\n2\tSecond\t\t\tWar\t\n" "$again"
	printf 'line\treason\traw\n3\theader again\tmovieId,title,genres\n' |
		cmp - bad.tsv
	movies --preset movielens
	done_with "$films\n1\tFirst\t\t\tWar\t\n2\tSecond\t\t\tWar\t\n" "$again"
	input 'who,film\na,x\n"who", film \nb,y\n'
	ratings --cols user=who,item=film
	done_with "$rated\na\tx\t1\nb\ty\t1\n" "$again"
	ratings --cols user=who,item=film --dedupe none
	done_with "$rated\na\tx\t1\nb\ty\t1\n" "$again"
	# In another case, and from a file that had other names.
	input 'userId,movieId\na,x\nUSERID,MOVIEID\nuser,item\nb,y\n'
	ratings
	done_with "$rated\na\tx\t1\nb\ty\t1\n" \
		'warning: 2 of 4 rows rejected, 2 because header again (line 3)'
	# Of one user's file all names, whatever rows count as.
	input 'item,day\nx,1\nItem,day\nitem,2\n'
	ratings --user me --events
	done_with "$rated\nme\tx\t1\nme\titem\t1\n" "$again"
	# Names alone are no header.
	input 'item,title,x\nitem,Heat,1\n2,title,2\n'
	movies
	done_with "$films\tx\nitem\tHeat\t\t\t\t\t1\n2\ttitle\t\t\t\t\t2\n"
}

@test "a header where none was announced is no row" {
	line1='warning: 1 of 2 rows rejected, 1 because header again (line 1)'
	input 'User,item\na,x\n'
	ratings --no-header-in
	done_with "$rated\na\tx\t1\n" "$line1"
	input 'movieId,title\n1,First\n'
	movies --no-header-in
	done_with "$films\n1\tFirst\t\t\t\t\n" "$line1"
	input 'user\titem\trating\ttime\n1\t2\t3\t4\n'
	ratings --preset movielens
	done_with "$rated\ttime\n1\t2\t3\t4\n" "$line1"
	input 'user item\n'
	ratings --preset lists
	done_with "$rated\nuser\titem\t1\n"
	# One of the names: it may be a row.
	told='for a row: is it the header line?'
	input 'user,film\na,x\n'
	ratings --no-header-in
	done_with "$rated\nuser\tfilm\t1\na\tx\t1\n" \
		"warning: --no-header-in takes 'user' $told"
	input 'x,Reviewer,Movie_ID\n1,a,x\n'
	ratings --no-header-in --cols user=2,item=3,rating=1
	done_with "$rated\na\tx\t1\n" "warning: --no-header-in takes 'Movie_ID' $told
warning: 1 of 2 rows rejected, 1 because rating is not a number ('x' on line 1)"
	input 'id,Title\n1,A\n'
	movies --no-header-in
	done_with "$films\nid\tTitle\t\t\t\t\n1\tA\t\t\t\t\n" \
		"warning: --no-header-in takes 'Title' $told"
	input 'a,x\nuser,film\n'
	ratings --no-header-in
	done_with "$rated\na\tx\t1\nuser\tfilm\t1\n"
}
