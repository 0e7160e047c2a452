/* The inputs of a tool, before they are opened; see cli.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/str.h"

static bool
is_stdin(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Is the file at path, an input, the regular one at to? */
static bool
is_output(const char *path, const char *to)
{
	struct stat in, out;

	return path && to && (is_stdin(path) ? fstat(STDIN_FILENO, &in) :
	    stat(path, &in)) == 0 && stat(to, &out) == 0 &&
	    S_ISREG(in.st_mode) && in.st_dev == out.st_dev &&
	    in.st_ino == out.st_ino;
}

void
mr_cli_sides(struct mr_cli *c, const char *const *path, int n)
{
	for (int i = 0; i < n && i < MR_RUN_SIDES; i++)
		c->side[i] = path[i];
}

void
mr_cli_inputs(const struct mr_cli *c, const char *const *path, int n)
{
	int found = 0;

	for (int i = 0; i < n; i++)
		found += path[i] && is_stdin(path[i]);
	if (found > 1)
		mr_cli_usage(c, "only one file can be standard input");
	for (int i = 0; i < n; i++) {
		if (is_output(path[i], c->common.out_path))
			mr_cli_usage(c, "'%s' is an input: -o would put "
			    "what is made of it in its place", path[i]);
		for (int k = 0; k < MR_RUN_SIDES; k++)
			if (is_output(path[i], c->side[k]))
				mr_cli_usage(c, "'%s' is an input: another "
				    "output would take its place", path[i]);
	}
}

bool
mr_cli_terminal_in(void)
{
	return isatty(STDIN_FILENO);
}

void
mr_cli_shard(const struct mr_cli *c, const char *text, int64_t *i, int64_t *n)
{
	struct mr_slice rest = mr_slice_of(text ? text : "");
	struct mr_slice shard = mr_slice_cut(&rest, '/');

	if (text && (!rest.p || !mr_parse_i64(shard, i) ||
	    !mr_parse_i64(rest, n) || *i < 1 || *n > 1000000 || *i > *n))
		mr_cli_usage(c, "--shard '%s', expected I/N, as 1/4", text);
}
