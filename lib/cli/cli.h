/* The front of every tool: options, help, finish.  The only place that may
 * exit, write to stderr or read the environment.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CLI_CLI_H
#define MR_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "stream/run.h"

enum mr_opt_kind {
	MR_OPT_KIND_END, MR_OPT_KIND_INT, MR_OPT_KIND_REAL, MR_OPT_KIND_STR,
	MR_OPT_KIND_FLAG, MR_OPT_KIND_WORD
};

/* One option: parsing, range check, -h and the manual-page check all come
 * from the table of these. */
struct mr_opt {
	char letter;		/* 0: none */
	const char *name;	/* long name without -- */
	enum mr_opt_kind kind;
	void *dest;		/* int64_t, double, const char *, bool, int */
	double lo, hi;		/* of whole and real numbers; a value below lo
				 * before parsing: no default.  Of a text hi 1:
				 * given again, the last counts; 2: it is added
				 * behind a comma; 0: an error */
	const char *arg;	/* what -h calls the argument */
	const char *const *words;	/* the choices, NULL at end; of a word
				 * dest gets the place of the one given */
	const char *help;
	const char *holds;	/* "table" (TSV), "matrix" (.mrm): a file of
				 * that kind; NULL: as kind and arg say */
};

#define MR_OPT_INT(l, n, d, lo, hi, a, h) \
	{ l, n, MR_OPT_KIND_INT, d, lo, hi, a, 0, h, 0 }
#define MR_OPT_REAL(l, n, d, lo, hi, a, h) \
	{ l, n, MR_OPT_KIND_REAL, d, lo, hi, a, 0, h, 0 }
#define MR_OPT_HOLDS(l, n, d, a, h, what) \
	{ l, n, MR_OPT_KIND_STR, d, 0, 0, a, 0, h, what }
#define MR_OPT_STR(l, n, d, a, h) MR_OPT_HOLDS(l, n, d, a, h, 0)
#define MR_OPT_LIST(l, n, d, a, h) \
	{ l, n, MR_OPT_KIND_STR, d, 0, 2, a, 0, h, 0 }
#define MR_OPT_TABLE(l, n, d, a, h) MR_OPT_HOLDS(l, n, d, a, h, "table")
#define MR_OPT_MATRIX(l, n, d, a, h) MR_OPT_HOLDS(l, n, d, a, h, "matrix")
#define MR_OPT_FLAG(l, n, d, h) { l, n, MR_OPT_KIND_FLAG, d, 0, 0, 0, 0, h, 0 }
#define MR_OPT_WORD(l, n, d, w, a, h) \
	{ l, n, MR_OPT_KIND_WORD, d, 0, 0, a, w, h, 0 }
#define MR_OPT_END { 0, 0, MR_OPT_KIND_END, 0, 0, 0, 0, 0, 0, 0 }

enum mr_progress { MR_PROGRESS_AUTO, MR_PROGRESS_JSON, MR_PROGRESS_NONE };

/* What every tool takes; the rest of it is in run. */
struct mr_common {
	int64_t threads;	/* -t; default the CPUs allowed */
	int64_t seed;		/* -s; default 1 */
	bool verbose, quiet;	/* -v, -q */
	int progress;		/* --progress, enum mr_progress */
	bool no_header_in, no_header_out;
	const char *out_path;	/* -o; NULL is stdout */
};

struct mr_cli {
	const char *name;	/* "mr-knn" */
	const char *operands;	/* "[FILE]", for the usage line */
	const char *summary;	/* what it does, one line */
	const char *examples;	/* two or three pipelines, indented lines */
	const char *output;	/* lines on what comes out */
	const struct mr_opt *opts;
	const char *const *verbs;	/* what the first operand may be, NULL
					 * at end; NULL: anything */
	int min_operands, max_operands;
	bool stdin_unless_operand;	/* without operands, a terminal on
				 * stdin is a usage error */
	/* set by mr_cli_parse */
	struct mr_common common;
	struct mr_run run;	/* its output opened by mr_cli_out */
	const char *side[MR_RUN_SIDES];	/* of mr_cli_sides */
	double start_s;
	/* Of progress: when a line was last shown, the work now under way and
	 * the time of the last step, when that of the next began. */
	double shown_s, work_s, step_s;
	const char *work;
	bool progress_shown;	/* a line is to be wiped off the terminal */
	char **argv;
	int argc;
	uint64_t given;		/* bit i: opts[i] was given */
	struct mr_cli_text {
		struct mr_cli_text *next;
		char text[];
	} *texts;		/* of options that were given again */
};

/*
 * mr_cli_parse - parse argv by c->opts and the common options.  Prints help
 * or version and exits 0, or a usage error and exits 2; else returns the
 * index of the first operand (argv[argc] is NULL: "no operand" needs no
 * branch).  Descriptors 0 to 2 are open afterwards.
 */
int mr_cli_parse(struct mr_cli *c, int argc, char *argv[]);
/* mr_cli_usage - "name: message" and a hint on stderr; exits 2. */
void mr_cli_usage(const struct mr_cli *c, const char *fmt, ...)
    MR_PRINTF(2, 3) __attribute__((noreturn));
/* mr_cli_given - was the tool's option of that long name given? */
bool mr_cli_given(const struct mr_cli *c, const char *name);
/* mr_cli_sides - the n outputs, MR_RUN_SIDES at most, that options name beside
 * -o, for mr_cli_inputs; NULL: not given.  The texts are borrowed. */
void mr_cli_sides(struct mr_cli *c, const char *const *path, int n);
#define MR_CLI_SIDES(c, ...) mr_cli_sides(c, \
	(const char *const []){ __VA_ARGS__ }, \
	(int)(sizeof((const char *const []){ __VA_ARGS__ }) / sizeof(char *)))
/* mr_cli_inputs - a usage error when more than one of the n inputs is "-", or
 * one is the file of -o or of mr_cli_sides, as standard input may be, too;
 * NULL: not given. */
void mr_cli_inputs(const struct mr_cli *c, const char *const *path, int n);
#define MR_CLI_INPUTS(c, ...) mr_cli_inputs(c, \
	(const char *const []){ __VA_ARGS__ }, \
	(int)(sizeof((const char *const []){ __VA_ARGS__ }) / sizeof(char *)))
/* mr_cli_shard - text, "I/N" of --shard, to *i and *n, 1 <= I <= N <= 10^6; a
 * usage error when it is none.  NULL: both stay. */
void mr_cli_shard(const struct mr_cli *c, const char *text, int64_t *i,
    int64_t *n);
/* mr_cli_terminal_in - standard input is a terminal: nothing comes from it. */
bool mr_cli_terminal_in(void);
/* mr_cli_out - open -o FILE or stdout as c->run.out. */
int mr_cli_out(struct mr_cli *c, struct mr_err *err) MR_CHECKED;
/* mr_cli_tell - print the warnings there are now, and under -v the facts, and
 * forget them: for a tool that does not end. */
void mr_cli_tell(struct mr_cli *c);
/*
 * mr_cli_finish - publish c->run (abandon it after a failure), print warnings,
 * the error and the -v report; returns the exit status: 0, 1, or 2 when rc is
 * MR_EARG.
 */
int mr_cli_finish(struct mr_cli *c, int rc, struct mr_err *err);
/*
 * mr_cli_data_path - malloc'd DIR/mr/NAME, the first that is there: DIR is
 * $XDG_DATA_HOME, by default ~/.local/share, and then of $XDG_DATA_DIRS, by
 * default /usr/local/share and /usr/share.  When none is, the first of them,
 * or without a HOME the last; NULL with err when there is no such folder.
 */
char *mr_cli_data_path(const char *name, struct mr_err *err);

#endif
