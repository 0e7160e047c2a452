#!/usr/bin/env bats
# mr-ingest: files as other programs than publishers' leave them, read or refused
# with what reads them.
# SPDX-License-Identifier: MIT

# shellcheck disable=SC2154,SC2034 # films, rated and STATUS are shared
load ../helpers
load ../ingest

@test "dates of other programs" {
	input 'user,item,rating,time
a,1,3,2024-02-01 12:00:00 UTC
a,2,3,"Thu, 01 Feb 2024 12:00:00 GMT"
a,3,3,Thu Feb 01 12:00:00 +0000 2024
a,4,3,"Feb 1, 2024, 12:00:00 PM"
a,5,3,"01.02.2024, 12:00"
a,6,3,2024-2-1
'
	ratings
	done_with "$rated\ttime\na\t1\t3\t1706788800\na\t2\t3\t1706788800\na\t3\t3\t1706788800\na\t4\t3\t1706788800\na\t5\t3\t1706788800\na\t6\t3\t1706745600\n"
	input 'user,item,rating,time\na,1,3,03/04/2020\na,2,3,25/12/20\n'
	ratings --time-form dmy
	done_with "$rated\ttime\na\t1\t3\t1585872000\na\t2\t3\t1608854400\n"
	ratings --time-form mdy
	done_with "$rated\ttime\na\t1\t3\t1583280000\na\t2\t3\t\n" \
		"warning: 1 times are neither whole seconds nor dates and were left empty ('25/12/20' on line 3)"
	# The year is the same.
	input 'item,title,year\n1,A,25/12/2020\n2,B,"Thu, 01 Feb 2024 12:00:00 +0100"\n3,C,25/12/20\n'
	movies --year-from date
	done_with "$films\n1\tA\t2020\t\t\t\n2\tB\t2024\t\t\t\n3\tC\t\t\t\t\n" \
		"warning: 1 years are not four digits and were left empty ('25/12/20' on line 4)"
}
