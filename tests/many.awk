# Ratings of 35,000 users and 17,000 films: three blocks of the one and two of
# the other as half-steps cut them, some users of 100 films and some films of
# thousands of users.
# SPDX-License-Identifier: MIT
BEGIN {
	print "user\titem\trating"
	for (u = 0; u < 35000; u++) {
		n = u % 1000 == 7 ? 100 : 2 + u % 3
		for (k = 0; k < n; k++) {
			i = (u * 7919 + k * 104729) % 17000
			if (k == 0 && u % 4 == 0)
				i = u % 9
			else if (i < 9)
				i += 9
			print "u" u "\ti" i "\t" 1 + (u * 3 + k * 5) % 9 / 2
		}
	}
}
