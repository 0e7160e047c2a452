/* What a tool says of itself: its help, its options as a table, its version.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "core/escape.h"

/* A number below its range stands for an option that was not given. */
static void
print_default(FILE *f, const struct mr_opt *o)
{
	const char *s;

	switch (o->kind) {
	case MR_OPT_KIND_INT:
		if ((double)*(int64_t *)o->dest >= o->lo)
			fprintf(f, " [%lld]", (long long)*(int64_t *)o->dest);
		break;
	case MR_OPT_KIND_REAL:
		if (*(double *)o->dest >= o->lo)
			fprintf(f, " [%g]", *(double *)o->dest);
		break;
	case MR_OPT_KIND_WORD:
		if (*(int *)o->dest >= 0)
			fprintf(f, " [%s]", o->words[*(int *)o->dest]);
		break;
	case MR_OPT_KIND_STR:
		s = *(const char **)o->dest;
		if (s)
			fprintf(f, " [%s]", s);
		break;
	default:
		break;
	}
}

static void
print_option(FILE *f, const struct mr_opt *o)
{
	char left[64];
	int n = 0;

	if (o->letter)
		n = snprintf(left, sizeof left, "-%c, ", o->letter);
	else
		n = snprintf(left, sizeof left, "    ");
	snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", o->name,
	    o->arg ? " " : "", o->arg ? o->arg : "");
	fprintf(f, "  %-28s ", left);
	if (strlen(left) > 28)
		fprintf(f, "\n  %-28s ", "");
	fputs(o->help, f);
	if (o->words) {
		fputs(": ", f);
		for (int i = 0; o->words[i]; i++)
			fprintf(f, "%s%s", i ? ", " : "", o->words[i]);
	}
	print_default(f, o);
	fputc('\n', f);
}

static void
print_help(const struct mr_cli *c, const struct mr_opt *t)
{
	printf("%s: %s\n\nusage: %s [options]%s%s\n\nexamples:\n%s\n"
	    "options, with their values now:\n", c->name, c->summary, c->name,
	    *c->operands ? " " : "", c->operands, c->examples);
	for (; t->name; t++)
		print_option(stdout, t);
	printf("\n%s\nexit: 0 done, 1 bad data or a failed read or write, "
	    "2 usage.  Manual: %s(1), mr(7).\n", c->output, c->name);
}

/* What the argument of an option is, for a shell that completes it. */
static const char *
kind_of(const struct mr_opt *o)
{
	if (o->holds)
		return o->holds;
	if (o->words)
		return "choice";
	switch (o->kind) {
	case MR_OPT_KIND_FLAG:
		return "none";
	case MR_OPT_KIND_INT:
	case MR_OPT_KIND_REAL:
		return "number";
	default:
		return strstr(o->arg, "FILE") ? "file" :
		    strcmp(o->arg, "PATH") == 0 ? "folder" :
		    strcmp(o->arg, "COLUMN") == 0 ? "column" :
		    strcmp(o->arg, "COLUMN,...") == 0 ? "columns" : "text";
	}
}

/* What the operands behind a verb are, by the usage line. */
static const char *
kind_of_operands(const char *text)
{
	return !*text ? "none" : strstr(text, ".mrm") ||
	    strstr(text, "STORE") ? "matrix" :
	    strstr(text, ".tsv") || strstr(text, "TABLE") ? "table" : "file";
}

static void
print_cell(const char *s, char end)
{
	for (; s && *s; s++)
		if (mr_escape(*s))
			fputs(mr_escape(*s), stdout);
		else
			putchar(*s);
	putchar(end);
}

static void
print_row(const char *letter, const char *name, const char *arg,
    const char *kind, const char *const *words, const char *text)
{
	print_cell(letter, '\t');
	print_cell(name, '\t');
	print_cell(arg, '\t');
	print_cell(kind, '\t');
	for (int i = 0; words && words[i]; i++)
		printf("%s%s", i ? " " : "", words[i]);
	putchar('\t');
	print_cell(text, '\n');
}

/* A row for each option; without a name, what the verb is and then what the
 * other operands are.  Nothing in it depends on the machine. */
static void
print_table(const struct mr_cli *c, const struct mr_opt *t)
{
	char letter[2] = "";

	puts("letter\tname\targument\tkind\tchoices\thelp");
	for (; t->name; t++) {
		letter[0] = t->letter;
		print_row(letter, t->name, t->arg, kind_of(t), t->words,
		    t->help);
	}
	if (c->verbs)
		print_row("", "", "VERB", "choice", c->verbs, "");
	print_row("", "", c->operands, kind_of_operands(c->operands), NULL,
	    c->summary);
}

void
mr_cli_tell_help(const struct mr_cli *c, const struct mr_opt *t,
    enum mr_help what)
{
	if (what == MR_HELP_TEXT)
		print_help(c, t);
	else if (what == MR_HELP_TSV)
		print_table(c, t);
	else
		printf("%s (mr) %s\n", c->name, MR_VERSION);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "%s: <stdout>: write error\n", c->name);
		exit(1);
	}
	exit(0);
}
