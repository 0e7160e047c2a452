/* Option tables: parsing by getopt_long; what they print is help.c's.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_private.h"
#include "core/par.h"

#define MAX_OPTS 64
#define FIRST_LONG 1000	/* getopt value of option i is FIRST_LONG + i */

void
mr_cli_usage(const struct mr_cli *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", c->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see %s -h\n", c->name);
	exit(2);
}

static int
common_table(struct mr_cli *c, bool *help, bool *version,
    struct mr_opt t[MAX_OPTS])
{
	static const char *const progress[] = { "auto", "json", "none", NULL };
	struct mr_common *m = &c->common;
	const struct mr_opt common[] = {
		MR_OPT_STR('o', "output", &m->out_path, "FILE",
		    "write to FILE, whole or not at all, not to stdout"),
		MR_OPT_INT('t', "threads", &m->threads, 1, 256, "N",
		    "threads; the result does not depend on it"),
		MR_OPT_INT('s', "seed", &m->seed, 0, 9007199254740992., "N",
		    "seed of everything random"),
		MR_OPT_FLAG(0, "no-header-in", &m->no_header_in,
		    "TSV input has no header line"),
		MR_OPT_FLAG(0, "no-header-out", &m->no_header_out,
		    "write TSV without a header line"),
		MR_OPT_FLAG('v', "verbose", &m->verbose,
		    "report counts, time and memory on stderr"),
		MR_OPT_WORD(0, "progress", &m->progress, progress, "WORD",
		    "on stderr, to a terminal or for programs"),
		MR_OPT_FLAG('q', "quiet", &m->quiet, "no warnings"),
		MR_OPT_FLAG('h', "help", help, "this text"),
		MR_OPT_FLAG('V', "version", version, "the version"),
		MR_OPT_END
	};
	int n = 0;

	for (const struct mr_opt *o = c->opts; o->name; o++)
		t[n++] = *o;
	for (const struct mr_opt *o = common; o->name; o++)
		t[n++] = *o;
	t[n] = (struct mr_opt)MR_OPT_END;
	return n;
}

static int64_t
take_int(const struct mr_cli *c, const struct mr_opt *o, const char *arg)
{
	int64_t v;

	if (!mr_parse_i64(mr_slice_of(arg), &v) || (double)v < o->lo ||
	    (double)v > o->hi)
		mr_cli_usage(c, "--%s: '%s' is not a whole number from %.0f "
		    "to %.0f", o->name, arg, o->lo, o->hi);
	return v;
}

static double
take_real(const struct mr_cli *c, const struct mr_opt *o, const char *arg)
{
	double v;

	if (!mr_parse_f64(mr_slice_of(arg), &v) || v < o->lo || v > o->hi)
		mr_cli_usage(c, "--%s: '%s' is not a number from %g to %g",
		    o->name, arg, o->lo, o->hi);
	return v;
}

static int
take_word(const struct mr_cli *c, const struct mr_opt *o, const char *arg)
{
	char have[256] = "";
	size_t n = 0;

	for (int i = 0; o->words[i]; i++) {
		if (strcmp(o->words[i], arg) == 0)
			return i;
		if (n < sizeof have)
			n += (size_t)snprintf(have + n, sizeof have - n,
			    " %s", o->words[i]);
	}
	mr_cli_usage(c, "--%s: '%s' is none of%s", o->name, arg, have);
}

static void
take(const struct mr_cli *c, const struct mr_opt *o, const char *arg)
{
	switch (o->kind) {
	case MR_OPT_KIND_INT:
		*(int64_t *)o->dest = take_int(c, o, arg);
		break;
	case MR_OPT_KIND_REAL:
		*(double *)o->dest = take_real(c, o, arg);
		break;
	case MR_OPT_KIND_STR:
		*(const char **)o->dest = arg;
		break;
	case MR_OPT_KIND_WORD:
		*(int *)o->dest = take_word(c, o, arg);
		break;
	default:
		*(bool *)o->dest = true;
	}
}

/* text behind what the option has already, freed by mr_cli_finish. */
static void
add_text(struct mr_cli *c, const char **to, const char *text)
{
	size_t n = strlen(*to), m = strlen(text);
	struct mr_cli_text *all = malloc(sizeof *all + n + m + 2);

	if (!all)
		mr_cli_usage(c, "out of memory");
	memcpy(all->text, *to, n);
	all->text[n] = ',';
	memcpy(all->text + n + 1, text, m + 1);
	all->next = c->texts;
	c->texts = all;
	*to = all->text;
}

/* The changes of a letter, or of two beside each other, that make b of a. */
static int
distance(const char *a, size_t n, const char *b)
{
	int d[3][32] = { { 0 } };	/* rows i - 2, i - 1, i, in turn */
	size_t m = strlen(b);

	if (n > 31 || m > 31)
		return 99;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int *now = d[i % 3], *last = d[(i + 2) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int least = last[j - 1] + (a[i - 1] != b[j - 1]);

			least = last[j] + 1 < least ? last[j] + 1 : least;
			least = now[j - 1] + 1 < least ? now[j - 1] + 1 :
			    least;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[(i + 1) % 3][j - 2] + 1 < least)
				least = d[(i + 1) % 3][j - 2] + 1;
			now[j] = least;
		}
	}
	return d[n % 3][m];
}

/* An option that there is not; one of a name like it, or that begins so. */
static void
unknown(const struct mr_cli *c, const struct mr_opt *t, const char *text)
{
	const char *name = text + strspn(text, "-"), *near = NULL;
	size_t n = strcspn(name, "=");
	int least = n < 4 ? 2 : 3;

	for (; t->name && n > 1; t++) {
		int d = strncmp(name, t->name, n) == 0 ? 0 :
		    distance(name, n, t->name);

		/* Of those that begin so the shortest is the nearest. */
		if (d < least || (d == 0 && least == 0 &&
		    strlen(t->name) < strlen(near))) {
			least = d;
			near = t->name;
		}
	}
	if (near)
		mr_cli_usage(c, "unknown option %.*s; did you mean --%s?",
		    (int)(name - text) + (int)n, text, near);
	mr_cli_usage(c, "unknown option %s", text);
}

/* getopt_long takes the beginning of a name for the whole of it: what means
 * one thing now may mean another when there are more options. */
static void
check_whole(const struct mr_cli *c, const struct mr_opt *t,
    const struct mr_opt *o, const char *const *argv)
{
	const char *text = argv[optind - 1];

	if (optarg && optarg == text)
		text = argv[optind - 2];
	if (strcspn(text + 2, "=") != strlen(o->name))
		unknown(c, t, text);
}

/* getopt_long over the table t of n options; returns the first operand. */
static int
scan(struct mr_cli *c, const struct mr_opt *t, int n, int argc,
    char *argv[])
{
	struct option longs[MAX_OPTS + 1] = { 0 };
	char shorts[2 * MAX_OPTS + 2] = ":";
	size_t k = 1;
	int got;

	for (int i = 0; i < n; i++) {
		longs[i] = (struct option){ t[i].name,
		    t[i].kind == MR_OPT_KIND_FLAG ? no_argument :
		    required_argument, NULL, FIRST_LONG + i };
		if (!t[i].letter)
			continue;
		shorts[k++] = t[i].letter;
		if (t[i].kind != MR_OPT_KIND_FLAG)
			shorts[k++] = ':';
	}
	opterr = 0;
	while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int i = got - FIRST_LONG;

		if (got == ':')
			mr_cli_usage(c, "%s: an argument is missing",
			    argv[optind - 1]);
		if (got == '?' && optopt >= FIRST_LONG)
			mr_cli_usage(c, "--%s takes no argument",
			    t[optopt - FIRST_LONG].name);
		if (got == '?' && optopt)
			mr_cli_usage(c, "unknown option -%c", optopt);
		if (got == '?')
			unknown(c, t, argv[optind - 1]);
		if (i >= 0)
			check_whole(c, t, &t[i], (const char *const *)argv);
		for (int j = 0; i < 0 && j < n; j++)
			if (t[j].letter == got)
				i = j;
		if (t[i].kind == MR_OPT_KIND_STR && t[i].hi < 1 &&
		    c->given >> i & 1)
			mr_cli_usage(c, "--%s is given twice", t[i].name);
		if (t[i].kind == MR_OPT_KIND_STR && t[i].hi > 1 &&
		    c->given >> i & 1)
			add_text(c, t[i].dest, optarg);
		else
			take(c, &t[i], optarg);
		c->given |= UINT64_C(1) << i;
	}
	return optind;
}

/* A closed descriptor would be given to the next file opened, and messages
 * would land in data.  Opened the wrong way round, its use still fails. */
static void
hold_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int
mr_cli_parse(struct mr_cli *c, int argc, char *argv[])
{
	bool help = false, version = false;
	struct mr_opt t[MAX_OPTS];
	int first, n;

	hold_standard_fds();
	c->argc = argc;
	c->argv = argv;
	c->common = (struct mr_common){ .threads = mr_par_cpus(), .seed = 1 };
	c->run.out.fd = -1;
	mr_cli_start(c);
	n = common_table(c, &help, &version, t);
	/* Help must show defaults, whatever stands before it. */
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "-h") == 0 ||
		    strcmp(argv[i], "--help") == 0)
			mr_cli_tell_help(c, t, MR_HELP_TEXT);
		else if (strcmp(argv[i], "--help=tsv") == 0)
			mr_cli_tell_help(c, t, MR_HELP_TSV);
	first = scan(c, t, n, argc, argv);
	if (help || version)
		mr_cli_tell_help(c, t, help ? MR_HELP_TEXT : MR_HELP_VERSION);
	mr_cli_hold_simd(c);
	mr_cli_show_progress(c);
	c->run.threads = (int)c->common.threads;
	c->run.seed = (uint64_t)c->common.seed;
	c->run.header_in = !c->common.no_header_in;
	c->run.header_out = !c->common.no_header_out;
	if (argc - first < c->min_operands)
		mr_cli_usage(c, "an operand is missing: %s %s", c->name,
		    c->operands);
	if (argc - first > c->max_operands)
		mr_cli_usage(c, "'%s' is one operand too many",
		    argv[first + c->max_operands]);
	if (c->stdin_unless_operand && first == argc &&
	    mr_cli_terminal_in())
		mr_cli_usage(c, "no input: standard input is a terminal");
	return first;
}

bool
mr_cli_given(const struct mr_cli *c, const char *name)
{
	for (int i = 0; c->opts[i].name; i++)
		if (strcmp(c->opts[i].name, name) == 0)
			return c->given >> i & 1;
	return false;
}
