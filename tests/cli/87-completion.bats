#!/usr/bin/env bats
# Completion in the shells that are installed, and the table it is made from.
# SPDX-License-Identifier: MIT

load ../helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'item\ttitle\tyear\n' >movies.tsv
	: >base.mrm
	: >notes.txt
}

# Of each line what a TAB at its end gives: all, in the order of bytes.
CASES='mr-knn --metric c|cosine
mr-knn --metric=d|dot
mr-knn --ro|--row
mr-knn --movies m|movies.tsv
mr-knn --movies movies.tsv --with title,y|title,year
mr-knn b|base.mrm
mr-index bu|build
mr-index build b|base.mrm
mr-factorize -m ba|baseline bayes
mr-eval --movies=movies.tsv --by t|title
mr-serve --movies m|movies.tsv
mr-tune -m ba|baseline bayes
mr-join --unm|--unmatched
mr-ingest ra|ratings
mr-embed -m tf|tfidf
mr-stat mo|movies
mr-split --hol|--holdout
mr-recommend b|base.mrm
mr-show b|base.mrm
mr-plot dec|decades'

# completion SHELL - the files of the tools in the cases, in .
completion() {
	local t
	for t in $(printf '%s\n' "$CASES" | cut -d ' ' -f 1 | sort -u); do
		"$t" --help=tsv | "$TOP/scripts/completion" "$1" "$t" \
			>"$(printf "$2" "$t")" || fail "$t: no completion"
	done
}

# compare COMMAND - it prints what is offered for the line it is given.
compare() {
	local line want got
	while IFS='|' read -r line want; do
		got=$("$1" "$line" </dev/null | sort | xargs) || true
		[ "$got" = "$want" ] || fail "$line: '$got', not '$want'"
	done <<<"$CASES"
}

@test "--help=tsv: a row for each option that -h has" {
	local t
	for t in "$MR_BUILD"/bin/mr-*; do
		try "$t" --help=tsv
		expect 0
		awk -F '\t' 'NF != 6 { exit 1 }' "$OUT" || fail "$t: not six columns"
		sed 1d "$OUT" | cut -f 2 | grep . | sort >table
		"$t" -h | sed '/^options/,/^$/!d' | grep -oE '^  (-., |    )--[a-z0-9-]+' | sed 's/.*--//' |
			sort | diff - table || fail "$t: other options than -h"
		# What is offered must be known to scripts/completion.
		run grep -vE "$(printf '^[^\t]*\t[^\t]*\t[^\t]*\t')(kind|none|number|text|choice|file|table|matrix|folder|columns?)$(printf '\t')" "$OUT"
		[ -z "$output" ] || fail "$t: $output"
	done
	mr-knn --help=tsv |
		grep -q '^k	neighbours	K	number		rows given' || fail "no -k"
	TO=/dev/full try mr-knn --help=tsv
	expect 1 '^mr-knn: <stdout>: write error$'
}

@test "scripts/completion refuses what is no table of options" {
	try "$TOP/scripts/completion" bash mr-knn <<<'letter	name'
	expect 1 'no table of options'
	try "$TOP/scripts/completion" csh mr-knn
	expect 2 usage
}

in_bash() {
	bash --norc -c 'line=${1//=/ = }
		read -ra COMP_WORDS <<<"$line"
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		. "./${COMP_WORDS[0]}"
		f=_${COMP_WORDS[0]}
		"${f//-/_}" && printf "%s\n" "${COMPREPLY[@]}"' bash "$1"
}
@test "completion in bash" {
	completion bash %s
	compare in_bash
	# Found by the loader where it is installed.
	local loader=/usr/share/bash-completion/bash_completion
	[ -e "$loader" ] || skip "no bash-completion"
	mkdir -p share/bash-completion/completions
	mv mr-knn share/bash-completion/completions
	XDG_DATA_HOME=$PWD/none XDG_DATA_DIRS=$PWD/share run bash --norc -c \
		". $loader; _completion_loader mr-knn; complete -p mr-knn"
	[ "${lines[0]}" = 'complete -F _mr_knn mr-knn' ] || fail "$output"
}

in_fish() {
	HOME=$PWD XDG_DATA_HOME=$PWD/.fish XDG_CONFIG_HOME=$PWD/.fish fish -c '
		source ./(string split " " $argv[1])[1].fish
		complete -C $argv[1]' "$1" | cut -f 1 | sed 's/^--metric=//' |
		grep -v / | case $1 in
		*' m' | *' b') head -n 1 ;;	# other files stand behind
		*) cat ;;
		esac
}
@test "completion in fish" {
	command -v fish >/dev/null || skip "no fish"
	completion fish %s.fish
	compare in_fish
}

# In a terminal of zsh's own, TAB writes what is offered to a file.
@test "completion in zsh" {
	command -v zsh >/dev/null || skip "no zsh"
	mkdir zsh
	completion zsh zsh/_%s
	printf '%s\n' "$CASES" | cut -d '|' -f 1 >lines
	cat >rc <<'END'
PS1= fpath=($PWD/zsh $fpath)
autoload -U compinit
compinit -u -D
compadd() {
	local -a offered
	builtin compadd -O offered "$@"
	print -rl -- $offered >>out
	builtin compadd "$@"
}
tell() {
	print -r -- "= $BUFFER" >>out
	zle list-choices
	BUFFER=
}
zle -N tell
bindkey '^I' tell
END
	try zsh -f -c 'zmodload zsh/zpty
		zpty z "TERM=dumb zsh -f -i"
		zpty -w z ". ./rc"
		while IFS= read -r line; do zpty -w -n z $line$'\''\t'\''; done <lines
		zpty -w z exit
		while zpty -r z line; do :; done'
	expect 0
	# zsh offers the last word of a list.
	in_zsh() {
		awk -v q="= $1" '/^= / { on = $0 == q; next } on' out | sort -u |
			sed 's/^year$/title,year/'
	}
	compare in_zsh
}
