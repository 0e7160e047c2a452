#!/usr/bin/env bats
# What `make install` and `make dist` give.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	unset MAKEFLAGS MFLAGS
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "make install: what is promised, to be read by all; uninstall takes it" {
	umask 077
	local into=("DESTDIR=$PWD/to here" "BUILD=$MR_BUILD" PREFIX=/usr) f
	try make -s -C "$TOP" install "${into[@]}"
	expect 0
	cd "to here/usr" || return 1
	run find . ! -perm -444
	[ -z "$output" ] || fail "not for all: $output"
	for f in bin/mr-knn bin/mr-plot share/man/man1/mr-knn.1 \
		share/man/man8/mr-serve.8 share/doc/mr/examples/data/movies.csv \
		share/bash-completion/completions/mr-knn libexec/mr/fetch-model \
		share/zsh/site-functions/_mr-knn \
		share/fish/vendor_completions.d/mr-knn.fish; do
		[ -s "$f" ] || fail "no $f"
	done
	[ "$(bin/mr-plot --version)" = "$(bin/mr-knn --version |
		sed 's/knn/plot/')" ] || fail "mr-plot has another version"
	grep -qxE 'fetch_version=[0-9.]+' libexec/mr/fetch.bash
	# Away from the sources nothing is installed, only named.
	mkdir none
	printf '#!/bin/sh\nexit 1\n' >none/dpkg-query
	printf '#!/bin/sh\necho called >%s/called\n' "$PWD" >none/apt-get
	chmod +x none/*
	PATH=$PWD/none:$PATH try libexec/mr/deps pip
	expect 1 'missing packages: python3-pip$'
	[ ! -e called ] || fail "deps called apt-get"
	rm -r none
	make -s -C "$TOP" uninstall "${into[@]}" >/dev/null
	run find . ! -type d
	[ -z "$output" ] || fail "left: $output"
}

@test "make dist: an archive that is built without git" {
	command -v git >/dev/null || skip "no git"
	[ -e "$TOP/.git" ] || skip "not in a clone"
	unset BUILD	# of the tests
	local version
	version=$(sed -n 's/^VERSION = //p' "$TOP/Makefile")
	git -c advice.detachedHead=false clone -q --depth 1 "file://$TOP" clone
	cd clone || return 1
	git config user.name t
	git config user.email t@t
	try make -s dist
	expect 2 "^dist: git describe says"
	git tag -am release "$version"
	sed -i "s/^## $version .*/## $version (2026-01-02)/" NEWS.md
	git commit -qam release
	git tag -fam release "$version" >/dev/null
	try make -s dist
	expect 0
	cd .. && tar -xzf "clone/build/mr-$version.tar.gz"
	cd "mr-$version" || return 1
	# Every file that git knows, and a plan that needs no more.
	find . -type f | sort | diff - <(cd ../clone && git ls-files |
		sed 's/^/.\//' | LC_ALL=C sort) || fail "other files"
	PATH=$PWD/none:$PATH try make -n all
	expect 0
	grep -q "CC cmd/mr-knn.c" "$OUT" || fail "mr-knn would not be built"
}
