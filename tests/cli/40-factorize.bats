#!/usr/bin/env bats
# mr-factorize: what it reads, what its models are, what it refuses.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	need_tool mr-factorize mr-show
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\t%s\t%s\t%s\n' user item rating time >small.tsv
	printf '%s\t%s\t%s\t%s\n' >>small.tsv ann jaws 5 1 ann heat 3 2 \
		007 jaws 4.5 3 7 heat 1 4 7 ran 2e0 5 ann ran -0.5 6
}

# ratings USERS - 40 films, each user rates some of them by two tastes.
ratings() {
	awk -v n="$1" 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= n; u++)
			for (i = 1; i <= 40; i++)
				if ((u * 7 + i * 13) % 5 < 2)
					printf "u%d\tf%d\t%.1f\n", u, i,
						3 + (u % 2 == i % 2 ? 1.5 : -1.5) + (i % 3 - 1) / 2
	}'
}

# part NAME FILE - a matrix of a model as TSV without a header.
part() {
	mr-show --tsv --no-header-out --matrix "$1" "$2"
}

# meta KEY FILE - a value of either META.
meta() {
	mr-show "$2" | awk -v k="$1" '$1 == k { sub(/^ *[^ ]+ +/, ""); print; exit }'
}

@test "als: the parts of the stream" {
	try mr-factorize -m als -d 2 --sweeps 3 small.tsv
	expect 0
	[ ! -s "$ERR" ]
	cp "$OUT" m.mrm
	mr-show m.mrm >shown
	for line in 'tool +mr-factorize' 'model +als' 'fold +ridge' 'rank +2' \
		'fold[.]lambda +0[.]1.*' 'fold[.]exponent +1' \
		'sweeps +3' 'seed +1' 'lambda +0[.]1.*' 'mu +2[.]5' \
		'clip +-0[.]5:5' 'matrix.V +item factor' 'matrix.bi +item one' \
		'matrix.U +user factor' 'matrix.bu +user one' \
		'matrix.R +user item' 'users +3' 'items +3' 'ratings +6'; do
		grep -qE "^  $line\$" shown || fail "not in the META: $line"
	done
	# Ids as they came, in the order of their first row.
	[ "$(part V m.mrm | cut -f 1 | tr '\n' ' ')" = 'jaws heat ran ' ]
	[ "$(part bi m.mrm | cut -f 1 | tr '\n' ' ')" = 'jaws heat ran ' ]
	[ "$(part U m.mrm | cut -f 1 | tr '\n' ' ')" = 'ann 007 7 ' ]
	[ "$(part bu m.mrm | cut -f 1 | tr '\n' ' ')" = 'ann 007 7 ' ]
	part R m.mrm >r
	printf '%s\t%s\t%s\n' ann jaws 5 ann heat 3 ann ran -0.5 007 jaws 4.5 \
		7 heat 1 7 ran 2 | diff - r
}

@test "ials: the parts of the stream" {
	try mr-factorize -m ials -d 2 --sweeps 3 small.tsv
	expect 0 '^mr-factorize: warning: 1 of 6 ratings are 0 or less and count'
	[ "$(wc -l <"$ERR")" -eq 1 ]
	mr-show "$OUT" >shown
	for line in 'model +ials' 'fold +weighted' 'fold[.]alpha +0' \
		'fold[.]unobserved +1' 'sweeps +3' 'alpha +0' \
		'lambda +0[.]055' 'unobserved_weight +1' \
		'reg_exponent +1' 'mu +0' 'matrix.V +item factor' \
		'matrix.U +user factor' 'matrix.R +user item'; do
		grep -qE "^  $line\$" shown || fail "not in the META: $line"
	done
	! grep -E '^  (clip|matrix.b[iu]) ' shown || fail "parts of als"
}

@test "the defaults of each model" {
	ratings 20 >r.tsv
	mr-factorize -m als r.tsv >want.mrm
	mr-factorize --model als --rank 64 --sweeps 10 --lambda 0.12 --seed 1 \
		r.tsv | cmp - want.mrm
	mr-factorize -m ials r.tsv >want.mrm
	mr-factorize -m ials -d 64 --sweeps 10 --lambda 0.01 --alpha 0 \
		--unobserved-weight 1 --reg-exponent 1 -s 1 r.tsv | cmp - want.mrm
}

@test "every option changes the model" {
	ratings 20 >r.tsv
	for m in als ials; do
		mr-factorize -m $m -d 4 --sweeps 2 r.tsv | mr-show --tsv --matrix V >v
		for o in '-d 5' '--sweeps 3' '--lambda 0.5' '-s 2' '--alpha 1' \
			'--unobserved-weight 0.5' '--reg-exponent 0'; do
			case $m$o in
			als--[aur]*) continue ;;
			esac
			# shellcheck disable=SC2086
			mr-factorize -m $m -d 4 --sweeps 2 $o r.tsv |
				mr-show --tsv --matrix V >other
			[ "$(wc -l <other)" -eq 41 ]
			! cmp -s other v || fail "$m: $o changes nothing"
		done
	done
}

@test "als: each user's part solves its equations" {
	# The last half-step was the films': for each film with the users' parts
	# x = (1, U) and targets t = r - mu - bu, (sum x x' + lambda n E) (bi, V)
	# = sum x t.
	ratings 30 >r.tsv
	mr-factorize -m als -d 3 --lambda 0.1 --sweeps 4 r.tsv >m.mrm
	for p in U V bu bi R; do
		part $p m.mrm | sed "s/^/$p\t/" >part.$p
	done
	awk -F '\t' -v mu="$(meta mu m.mrm)" -v lambda=0.1 '
		$1 == "U" { x[$2, 0] = 1; for (j = 1; j <= 3; j++) x[$2, j] = $(j + 2) }
		$1 == "bu" { bu[$2] = $3 }
		$1 == "V" { for (j = 1; j <= 3; j++) y[$2, j] = $(j + 2) }
		$1 == "bi" { y[$2, 0] = $3; film[$2] }
		$1 == "R" {
			e = mu + bu[$2] - $4; n[$3]++
			for (j = 0; j <= 3; j++) e += x[$2, j] * y[$3, j]
			for (j = 0; j <= 3; j++) g[$3, j] += e * x[$2, j]
		}
		END {
			for (i in film) for (j = 0; j <= 3; j++) {
				r = g[i, j] + lambda * n[i] * y[i, j]
				checked++
				if (r > 1e-4 || r < -1e-4) { print i, j, r; bad = 1 }
			}
			exit bad || checked != 160
		}' part.U part.bu part.V part.bi part.R
}

@test "ials: each film's part solves its equations" {
	ratings 30 >r.tsv
	mr-factorize -m ials -d 3 --lambda 0.01 --alpha 0.5 --reg-exponent 0.5 \
		--unobserved-weight 0.1 --sweeps 4 r.tsv >m.mrm
	for p in U V R; do
		part $p m.mrm | sed "s/^/$p\t/" >part.$p
	done
	awk -F '\t' -v a0=0.1 -v lambda=0.01 -v alpha=0.5 '
		$1 == "U" { users++; for (j = 0; j < 3; j++) x[$2, j] = $(j + 3)
			for (j = 0; j < 3; j++) for (k = 0; k < 3; k++)
				gram[j, k] += $(j + 3) * $(k + 3) }
		$1 == "V" { film[$2]; for (j = 0; j < 3; j++) y[$2, j] = $(j + 3) }
		$1 == "R" {
			e = -1; n[$3]++
			for (j = 0; j < 3; j++) e += x[$2, j] * y[$3, j]
			for (j = 0; j < 3; j++) g[$3, j] += (1 + alpha * $4) * e * x[$2, j]
		}
		END {
			for (i in film) for (j = 0; j < 3; j++) {
				r = g[i, j] + lambda * (n[i] + a0 * users) ^ 0.5 * y[i, j]
				for (k = 0; k < 3; k++) r += a0 * gram[j, k] * y[i, k]
				checked++
				if (r > 1e-4 || r < -1e-4) { print i, j, r; bad = 1 }
			}
			exit bad || checked != 120
		}' part.U part.V part.R
}

@test "the same bytes for threads, under each core type" {
	ratings 300 >r.tsv
	grep -q avx512bw /proc/cpuinfo && wide=SKYLAKEX
	grep -q avx2 /proc/cpuinfo && haswell=HASWELL
	for core in PRESCOTT ${haswell:-} ${wide:-}; do
		for m in als ials; do
			for t in 1 2 4 5; do
				OPENBLAS_CORETYPE=$core mr-factorize -m $m -d 20 \
					--sweeps 3 -t $t -o $t.mrm r.tsv
				cmp $t.mrm 1.mrm || fail "$core, $m: -t $t"
			done
			cp 1.mrm "$m.$core"
		done
	done
	# Kernels may differ in the last bits, and in no more; the basis of
	# ials is theirs to choose, what it estimates is not.
	for f in als.* ials.*; do
		paste <(mr-recommend -q --pairs r.tsv "$f") \
			<(mr-recommend -q --pairs r.tsv "${f%.*}.PRESCOTT") |
			awk -F '\t' 'NR > 1 { e = $4 - $8; n++
				if (e > 1e-4 || e < -1e-4) exit 1 }
				END { if (n < 100) exit 1 }' || fail "$f"
	done
	mr-factorize -m als -v r.tsv 2>&1 >/dev/null |
		grep -q '^mr-factorize: OpenBLAS kernels: '
}

@test "AVX-512 kernels: the same bytes for threads" {
	grep -q avx512bw /proc/cpuinfo || skip "no AVX-512"
	ratings 300 >r.tsv
	for t in 1 2 4; do
		OPENBLAS_CORETYPE=SKYLAKEX mr-factorize -m ials -d 33 --sweeps 2 \
			-v -t $t -o $t.mrm r.tsv 2>err
		grep -qi '^mr-factorize: OpenBLAS kernels: SkylakeX$' err
		cmp $t.mrm 1.mrm
	done
}

@test "the same bytes for file, stdin, - and a pipe of single bytes" {
	ratings 50 >r.tsv
	mr-factorize -m als -d 4 r.tsv >want.mrm
	mr-factorize -m als -d 4 <r.tsv | cmp - want.mrm
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat r.tsv | mr-factorize -m als -d 4 - | cmp - want.mrm
	"$PIPES" dribble mr-factorize -m als -d 4 <r.tsv | cmp - want.mrm
	mr-factorize -m als -d 4 -o out.mrm r.tsv
	cmp out.mrm want.mrm
	# Users in blocks of 256: past one, too.
	ratings 600 | mr-factorize -m ials -d 2 | mr-show --tsv --matrix U |
		sed 1d | cut -f 1 | cmp - <(seq 600 | sed 's/^/u/')
}

@test "columns in any order, others passed over" {
	mr-factorize -m als -d 2 small.tsv >want.mrm
	awk -F '\t' -v OFS='\t' '{ print "x", $3, $2, $4, $1 }' small.tsv |
		sed '1s/^x/note/' >mixed.tsv
	mr-factorize -m als -d 2 mixed.tsv >mixed.mrm
	for p in U V bu bi R; do
		part $p mixed.mrm | cmp - <(part $p want.mrm)
	done
	sed 1d small.tsv | mr-factorize -m als -d 2 --no-header-in >bare.mrm
	part U bare.mrm | cmp - <(part U want.mrm)
	sed 1d small.tsv | cut -f 1,2,3 |
		mr-factorize -m als -d 2 --no-header-in >bare.mrm
	part U bare.mrm | cmp - <(part U want.mrm)
}

@test "a CSV is told where to go" {
	printf 'user,item,rating\na,1,5\n' >r.csv
	try mr-factorize -m als r.csv
	expect 1
	echo "mr-factorize: r.csv:1: no column 'user', found user,item,rating" \
		'(CSV? expected tabs; mr-ingest makes TSV of films, ratings and tables)' | diff - "$ERR"
}

@test "no rating column, empty ratings: events of 1" {
	cut -f 1,2 small.tsv >events.tsv
	try mr-factorize -m ials -d 2 events.tsv
	expect 0
	[ ! -s "$ERR" ]
	[ "$(part R "$OUT" | cut -f 3 | sort -u)" = 1 ]
	cp "$OUT" e.mrm
	awk -F '\t' -v OFS='\t' 'NR > 1 { $3 = "" } { print }' small.tsv >empty.tsv
	mr-factorize -m ials -d 2 empty.tsv >m.mrm
	part V m.mrm | cmp - <(part V e.mrm)
	# als of events: every score is 1.
	mr-factorize -m als -d 2 events.tsv >m.mrm
	[ "$(meta mu m.mrm)" = 1 ]
	[ "$(meta clip m.mrm)" = 1:1 ]
}

@test "among ratings a row without one is left out" {
	# First, between and last: ann has seen jaws, ran is not of the model.
	printf 'user\titem\trating\n' >some.tsv
	printf 'ann\tran\t\nann\tjaws\t5\nbob\tran\t\nbob\tjaws\t3\ncid\t7\t\n' \
		>>some.tsv
	for m in als ials; do
		try mr-factorize -m $m -d 2 some.tsv
		expect 0
		grep -Fqx 'mr-factorize: warning: some.tsv: 3 of 5 rows have no rating and are left out, the first on line 2' "$ERR"
		part R "$OUT" >r
		printf '%s\t%s\t%s\n' ann jaws 5 bob jaws 3 | diff - r
	done
	# 0 is a rating.
	sed 's/\t$/\t0/' some.tsv >zero.tsv
	try mr-factorize -m als -d 2 zero.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "a rating under another name is told of, for every kind of model" {
	sed '1s/rating/Rating/' small.tsv >other.tsv
	for m in als ials popular; do
		try mr-factorize -m $m other.tsv
		expect 0
		grep -Fqx "mr-factorize: warning: other.tsv: no column 'rating', each row counts as 1; found Rating (mr-ingest ratings --tsv --cols rating=Rating takes it for one)" "$ERR"
		# As it says, it is taken for one.
		mr-ingest ratings --tsv --cols rating=Rating other.tsv |
			mr-factorize -m $m >m.mrm
		mr-factorize -m $m small.tsv | cmp - m.mrm
	done
}

@test "a header line that --no-header-in takes for a row is told of" {
	cut -f 1,2 small.tsv >events.tsv
	try mr-factorize -m ials -d 2 --no-header-in events.tsv
	expect 0
	grep -Fqx "mr-factorize: warning: events.tsv:1: --no-header-in takes 'user' for a row: is it the header line?" "$ERR"
	try mr-factorize -m ials -d 2 --no-header-in small.tsv
	expect 1 "^mr-factorize: small.tsv:1: rating 'rating', expected"
	grep -Fqx "mr-factorize: warning: small.tsv:1: --no-header-in takes 'user' for a row: is it the header line?" "$ERR"
	try mr-factorize -m ials -d 2 --no-header-in <(sed 1d events.tsv)
	expect 0
	[ ! -s "$ERR" ]
}

@test "-m is needed, and other models' options are refused" {
	try mr-factorize -m pmf small.tsv
	expect 2 "^mr-factorize: --model: 'pmf' is none of random baseline .*ials"
	while IFS='|' read -r args message; do
		# shellcheck disable=SC2086
		try mr-factorize $args small.tsv
		expect 2
		echo "mr-factorize: $message" | diff - "$ERR"
		[ ! -s "$OUT" ]
	done <<-'END'
		|-m MODEL is missing: auto for lists, by the best of the models, popular to compare them with, bayes for estimates of ratings; mr-models(7) has them all; see mr-factorize -h
		-m baseline --learning-rate 1|--learning-rate means nothing to baseline but with --method sgd; see mr-factorize -h
		-m knn --shrinkage 5|--shrinkage means nothing to knn but with --similarity pearson-baseline; see mr-factorize -h
		-m als --alpha 1|--alpha means nothing to als; see mr-factorize -h
		-m als --alpha 0|--alpha means nothing to als; see mr-factorize -h
		-m als --unobserved-weight 1|--unobserved-weight means nothing to als; see mr-factorize -h
		-m als --reg-exponent 1|--reg-exponent means nothing to als; see mr-factorize -h
		-m als -d 0|--rank: '0' is not a whole number from 1 to 4096; see mr-factorize -h
		-m als -d 4097|--rank: '4097' is not a whole number from 1 to 4096; see mr-factorize -h
		-m als --sweeps 0|--sweeps: '0' is not a whole number from 1 to 100000; see mr-factorize -h
		-m als --lambda nan|--lambda: 'nan' is not a number from 0 to 1e+09; see mr-factorize -h
		-m als --lambda -1|--lambda: '-1' is not a number from 0 to 1e+09; see mr-factorize -h
		-m ials --reg-exponent 11|--reg-exponent: '11' is not a number from 0 to 10; see mr-factorize -h
	END
	try mr-factorize -m als --lambda 0 small.tsv
	expect 2 '^mr-factorize: als needs a --lambda above 0; see mr-factorize -h$'
	try mr-factorize -m ials --unobserved-weight 0 small.tsv
	expect 2 '^mr-factorize: ials needs an --unobserved-weight above 0; see mr-factorize -h$'
	try mr-factorize -m als small.tsv small.tsv
	expect 2 "^mr-factorize: 'small.tsv' is one operand too many"
}

@test "a rating that is no finite number fails with its line" {
	for bad in NaN nan inf -inf 1e39 -1e400 0x10 '1,5' ' 4' five .; do
		{ cat small.tsv; printf 'bob\theat\t%s\t7\n' "$bad"; } >bad.tsv
		try mr-factorize -m als -d 2 bad.tsv
		expect 1
		case $bad in
		1e39) why=' is above 3.4e38' ;;
		-1e400) why=' is below -3.4e38' ;;
		*) why=', expected a finite number' ;;
		esac
		echo "mr-factorize: bad.tsv:8: rating '$bad'$why" | diff - "$ERR"
		[ ! -s "$OUT" ]
	done
	{ cat small.tsv; printf '\theat\t1\t7\n'; } >bad.tsv
	try mr-factorize -m als -d 2 bad.tsv
	expect 1 '^mr-factorize: bad\.tsv:8: empty user, expected an id$'
	{ cat small.tsv; printf 'bob\t\t1\t7\n'; } >bad.tsv
	try mr-factorize -m als -d 2 bad.tsv
	expect 1 '^mr-factorize: bad\.tsv:8: empty item, expected an id$'
	try mr-factorize -m ials --alpha 1 small.tsv
	expect 1 '^mr-factorize: ials: a rating is -0\.5, with --alpha '
	for column in user item; do
		sed "1s/$column/other/" small.tsv >bad.tsv
		try mr-factorize -m als bad.tsv
		expect 1 "^mr-factorize: bad\.tsv:1: .*'$column'"
	done
}

@test "of a pair rated twice the latest counts, with a warning" {
	{ cat small.tsv; printf '%s\t%s\t%s\t%s\n' 7 heat 2 7 ann jaws 1 8 \
		7 heat 4 9; } >twice.tsv
	try mr-factorize -m als -d 2 twice.tsv
	expect 0
	echo 'mr-factorize: warning: 3 ratings repeat a user and an item: the' \
		'latest of each counts' | diff - "$ERR"
	part R "$OUT" >r
	printf '%s\t%s\t%s\n' ann jaws 1 ann heat 3 ann ran -0.5 007 jaws 4.5 \
		7 heat 4 7 ran 2 | diff - r
	[ "$(meta ratings "$OUT")" = 6 ]
	try mr-factorize -q -m als -d 2 twice.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "ratings that are all the same: a warning, but for events" {
	printf 'user\titem\na\tx\na\ty\nb\tx\n' >events.tsv
	try mr-factorize -m baseline events.tsv
	expect 0
	grep -Fqx 'mr-factorize: warning: every rating is 1 (no column rating?): baseline predicts nothing else; ials is for events' "$ERR"
	try mr-factorize -m ials -d 2 events.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "every user with one rating: a warning that says what it means" {
	awk 'BEGIN { print "user\titem\trating"
		for (u = 1; u <= 30; u++) print u "\tf" u % 7 "\t" u % 5 + 1 }' >one.tsv
	while IFS='|' read -r m lists; do
		try mr-factorize -m "$m" -d 4 one.tsv
		expect 0
		echo 'mr-factorize: warning: every one of the 30 users has exactly' \
			'one rating: no model can learn what a user likes from that,' \
			'and the RMSE of one says nothing about taste;' \
			"lists $lists (is the user column a review number?);" \
			'mr-recommend --no-model goes by texts' | diff - "$ERR"
		mr-show --check "$OUT"
	done <<-'END'
		als|will follow the one film and the films' means, and chance (-s) where these are close
		svd|will follow the one film and the films' means, and chance (-s) where these are close
		ials|beyond the one film are chance
	END
	# A second rating of one user ends it, and one user alone is no sign.
	{ cat one.tsv; printf '1\tf5\t1\n'; } >more.tsv
	try mr-factorize -m als -d 4 more.tsv
	[ ! -s "$ERR" ]
	head -n 2 one.tsv >single.tsv
	try mr-factorize -m als -d 4 single.tsv
	expect 0
	[ ! -s "$ERR" ]
}

@test "events of 0 or less are told of" {
	printf 'user\titem\trating\nann\ta\t5\nann\tb\t0\nbob\ta\t-3\nbob\tc\t.5\nbob\td\t1\n' \
		>plays.tsv
	for m in ials itemknn popular; do
		try mr-factorize -m $m plays.tsv
		expect 0
		echo 'mr-factorize: warning: 2 of 5 ratings are 0 or less and' \
			'count as events like the others (--at-least leaves out what' \
			'is no event)' | diff - "$ERR"
		# As it says, they are left out.
		try mr-factorize -m $m --at-least 0.1 plays.tsv
		expect 0
		[ ! -s "$ERR" ]
	done
	# For a model of ratings they are what they are.
	for m in als baseline; do
		try mr-factorize -m $m plays.tsv
		expect 0
		[ ! -s "$ERR" ]
	done
}

@test "no ratings: a model of no rows" {
	need_tool mr-recommend
	for m in als ials; do
		for text in '' 'user\titem\trating\n' 'item\tuser\n'; do
			# shellcheck disable=SC2059
			try mr-factorize -m $m -d 3 < <(printf "$text")
			expect 0
			echo 'mr-factorize: warning: no ratings: the model knows' \
				'nobody' | diff - "$ERR"
			cp "$OUT" m.mrm
			mr-show --check m.mrm
			[ "$(mr-show --tsv --matrix V m.mrm)" = "$(printf \
				'item\tfactor0\tfactor1\tfactor2')" ]
			try mr-recommend m.mrm
			expect 0
			expect_out 'user\trank\titem\tscore\n'
			echo 'mr-recommend: warning: the model knows nobody: no' \
				'lists (did the command that made its ratings fail?)' |
				diff - "$ERR"
			try mr-recommend --pairs small.tsv m.mrm
			expect 0
			[ "$(wc -l <"$OUT")" -eq 7 ]
		done
	done
	for m in als nmf coclustering knn slopeone svd bayes ials blend; do
		mr-factorize -q -m "$m" < <(printf 'user\titem\n') >m.mrm
		try mr-recommend -q --ratings small.tsv m.mrm
		expect 0
		expect_out 'user\trank\titem\tscore\n'
	done
}

@test "lambda: huge leaves the mean, tiny fits the ratings" {
	need_tool mr-recommend
	ratings 30 >r.tsv
	mr-factorize -m als -d 4 --lambda 1e9 r.tsv >m.mrm
	for p in U V bu bi; do
		part $p m.mrm | awk -F '\t' '{ for (j = 2; j <= NF; j++)
			if ($j > 1e-6 || $j < -1e-6) exit 1 }' || fail "$p is not 0"
	done
	mr-recommend --pairs r.tsv m.mrm | awk -F '\t' -v mu="$(meta mu m.mrm)" \
		'NR > 1 && ($4 - mu)^2 > 1e-10 { exit 1 }'
	mr-factorize -m als -d 16 --lambda 1e-6 --sweeps 30 r.tsv >m.mrm
	mr-recommend --pairs r.tsv m.mrm >p.tsv
	awk -F '\t' 'NR > 1 { n++; s += ($3 - $4)^2 }
		END { exit !(n > 400 && sqrt(s / n) < 0.01) }' p.tsv
}

@test "a system without a solution says so, one without digits warns" {
	# Two ratings, rank 8: the shortest of many solutions.
	printf 'user\titem\trating\nu\tf\t1\nu\tg\t3\n' >r.tsv
	for o in '-m als --lambda 1e-300' '-m ials --unobserved-weight 0.02 --lambda 1e-300' \
		'-m ials --unobserved-weight 0.02 --lambda 0'; do
		# shellcheck disable=SC2086
		try mr-factorize -d 8 $o r.tsv
		expect 0
		[ ! -s "$ERR" ]
		mr-recommend -q --pairs r.tsv "$OUT" | awk -F '\t' -v o="$o" '
			{ want = o ~ /als/ && o !~ /ials/ ? $3 : 1 / 1.02 }
			NR > 1 && ($4 - want)^2 > 1e-8 { exit 1 }' || fail "$o"
	done
	# 20 users who are one: only lambda tells what a film's numbers are.
	for u in $(seq 20); do
		printf 'u%d\tf\t1\nu%d\tg\t3\n' "$u" "$u"
	done | cat <(printf 'user\titem\trating\n') - >same.tsv
	try mr-factorize -m als -d 8 --lambda 1e-8 same.tsv
	expect 0
	[ ! -s "$ERR" ]
	try mr-factorize -m als -d 8 --lambda 1e-14 same.tsv
	expect 0
	echo 'mr-factorize: warning: the factors of 0 users and 2 items have' \
		"fewer than four right digits, the first item 'f': a larger" \
		'--lambda helps' | diff - "$ERR"
	try mr-factorize -m als -d 8 --lambda 1e-30 same.tsv
	expect 1
	echo "mr-factorize: no finite solution for item 'f': a larger" \
		'lambda helps' | diff - "$ERR"
	[ ! -s "$OUT" ]
}

@test "als finds a structure that is there" {
	need_tool mr-recommend
	# Ratings of rank 1 about the mean; a third of the pairs is held back.
	awk 'BEGIN { print "user\titem\trating" >"train.tsv"
		print "user\titem\trating" >"test.tsv"
		for (u = 0; u < 60; u++) for (i = 0; i < 40; i++) {
			x = (x + u + i + 1) * 16807 % 2147483647
			printf "u%d\tf%d\t%.3f\n", u, i, 3 + sin(u) * cos(2 * i) \
				>(x % 3 ? "train.tsv" : "test.tsv")
		} }'
	mr-factorize -m als -d 2 --lambda 0.0001 --sweeps 30 train.tsv |
		mr-recommend --pairs test.tsv |
		awk -F '\t' 'NR > 1 { n++; s += ($3 - $4)^2 }
			END { print n, sqrt(s / n); exit !(n > 700 && sqrt(s / n) < 0.01) }'
}

@test "ials: chosen films score near 1, others near 0" {
	need_tool mr-recommend
	# Two groups that choose among their own ten films each.
	awk 'BEGIN { print "user\titem"
		for (u = 0; u < 40; u++) for (i = 0; i < 10; i++)
			if ((u + i) % 5) print "u" u "\tf" i * 2 + u % 2 }' >e.tsv
	mr-factorize -m ials -d 2 --lambda 0.003 --unobserved-weight 0.05 \
		--reg-exponent 1 e.tsv | mr-recommend -n 20 --keep-seen >l.tsv
	[ "$(wc -l <l.tsv)" -eq 801 ]
	awk -F '\t' 'NR > 1 {
		own = substr($1, 2) % 2 == substr($3, 2) % 2
		if (own ? $4 < 0.9 : $4 > 0.01) { print; exit 1 }
		if (own != ($2 <= 10)) { print; exit 1 } }' l.tsv
}

@test "an error leaves no file, and binary data no terminal" {
	{ cat small.tsv; printf 'bob\theat\tx\t7\n'; } >bad.tsv
	try mr-factorize -m als -o out.mrm bad.tsv
	expect 1
	[ ! -e out.mrm ]
	[ "$(find . -name '.mr-*' | wc -l)" -eq 0 ]
}

@test "a model does not go to a terminal" {
	need_terminal
	STATUS=0
	script -qec "mr-factorize -m als small.tsv 2>err" /dev/null >screen \
		</dev/null || STATUS=$?
	[ "$STATUS" -eq 2 ]
	grep -q '^mr-factorize: standard output is a terminal' err
	[ ! -s screen ]
}

@test "--init goes on from where the model was" {
	ratings 40 >r.tsv
	for m in als ials svd nmf; do
		mr-factorize -m $m -d 5 --sweeps 5 -o want.mrm r.tsv
		mr-factorize -m $m -d 5 --sweeps 3 -o old.mrm r.tsv
		mr-factorize -m $m --sweeps 2 --init old.mrm -o new.mrm r.tsv
		part V new.mrm | cmp - <(part V want.mrm) || fail "$m"
		[ "$(meta rank new.mrm)" = 5 ]
		[ -n "$(meta input.init new.mrm)" ]
	done
}

@test "--init finds users and films by their ids, and new ones" {
	ratings 40 >r.tsv
	mr-factorize -m als -d 2 --lambda 0.01 --sweeps 30 -o old.mrm r.tsv
	{
		head -n 1 r.tsv
		printf 'new\tf1\t5\nnew\tnewer\t4\n'
		sed 1d r.tsv | tac
	} >turned.tsv
	try mr-factorize -v -m als --lambda 0.01 --sweeps 1 --init old.mrm \
		-o new.mrm turned.tsv
	expect 0
	grep -qx 'mr-factorize: --init: 40 of 41 users and 40 of 41 items' "$ERR"
	paste <(mr-recommend --pairs r.tsv old.mrm) \
		<(mr-recommend --pairs r.tsv new.mrm) |
		awk -F '\t' 'NR > 1 { e = $4 - $8; if (e > 0.1 || e < -0.1) exit 1 }'
	[ "$(part U new.mrm | wc -l)" -eq 41 ]
}

@test "--init: what is no beginning" {
	ratings 10 >r.tsv
	mr-factorize -m als -d 2 -o als.mrm r.tsv
	try mr-factorize -m ials --init als.mrm r.tsv
	expect 2 "^mr-factorize: --init: als.mrm is a model of 'als', expected one of ials\$"
	try mr-factorize -m als -d 3 --init als.mrm r.tsv
	expect 2 '^mr-factorize: --rank 3: the model of --init has rank 2$'
	try mr-factorize -m ease --init als.mrm r.tsv
	expect 2 '^mr-factorize: --init means nothing to ease$'
	printf 'user\titem\nx\ty\n' >other.tsv
	try mr-factorize -q -m als --init als.mrm other.tsv
	expect 0
	try mr-factorize -m als --init als.mrm other.tsv
	grep -q 'warning: --init: als.mrm has none of these users and items' "$ERR"
}

@test "ials: what the ratings say of its parameters" {
	# 400 ratings of 25 x 40: all pairs but those of 2 in 5.
	ratings 25 >r.tsv
	try mr-factorize -v -m ials -o m.mrm r.tsv
	expect 0
	grep -qx 'mr-factorize: --rank 64, by the ratings' "$ERR"
	grep -qx 'mr-factorize: --unobserved-weight 1, by the ratings' "$ERR"
	[ "$(meta unobserved_weight m.mrm)" = 1 ]
	# 1,000 users, one film each of 500: 16 x 1000 / 500000.
	seq 1000 | awk 'BEGIN { print "user\titem" } { print $1 "\t" $1 % 500 }' >s.tsv
	mr-factorize -q -m ials -d 2 -o m.mrm s.tsv
	[ "$(meta unobserved_weight m.mrm)" = 0.032 ]
	[ "$(meta fold.unobserved m.mrm)" = 0.032 ]
	[ "$(meta lambda m.mrm)" = 0.11 ]
	try mr-factorize -q -v -m blend -d 2 --unobserved-weight 0.5 --lambda 0.3 -o m.mrm s.tsv
	expect 0
	[ "$(meta unobserved_weight m.mrm)" = 0.5 ]
	[ "$(meta lambda m.mrm)" = 0.3 ]
	! grep -q 'by the ratings' "$ERR" || fail "what is given was chosen"
}

@test "--at-least leaves lower ratings out, and who has no others" {
	printf '%s\t%s\t%s\n' user item rating a x 5 b z 1 a y 3.9 c x 4 c y 4.5 >r.tsv
	try mr-factorize -v -m popular --at-least 4 r.tsv
	expect 0
	grep -qx 'mr-factorize: ratings left out by --at-least: 2 of 5' "$ERR"
	cp "$OUT" m.mrm
	part R m.mrm | diff - <(printf '%s\t%s\t%s\n' a x 5 c x 4 c y 4.5)
	[ "$(meta at_least m.mrm)" = 4 ]
	# As if they had not been there.
	[ "$(meta input.ratings m.mrm)" = "$(meta input.ratings <(sed '/z/d; /3.9/d' r.tsv |
		mr-factorize -q -m popular))" ]
	ratings 40 >r.tsv
	awk -F '\t' 'NR == 1 || $3 >= 3' r.tsv | mr-factorize -q -m ials -d 3 >want.mrm
	mr-factorize -q -m ials -d 3 --at-least 3 r.tsv | part V - | sort | cut -f 1 |
		cmp - <(part V want.mrm | sort | cut -f 1)
	try mr-factorize -q -m popular --at-least 9 r.tsv
	expect 0
	[ "$(meta ratings "$OUT")" = 0 ]
	try mr-factorize -m popular --at-least four r.tsv
	expect 2 "^mr-factorize: --at-least: 'four' is not a number\$"
}
