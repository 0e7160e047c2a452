/* Where files lie that are not of one run; see cli.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/mem.h"

/* base + "/mr/" + name, malloc'd. */
static char *
below(struct mr_slice base, const char *between, const char *name,
    struct mr_err *err)
{
	size_t n = base.n + strlen(between) + strlen(name) + 1;
	char *path = mr_alloc(n, 1, "file name", err);

	if (path)
		snprintf(path, n, "%.*s%s%s", (int)base.n, base.p, between,
		    name);
	return path;
}

/* The XDG specification: an empty or relative value is ignored. */
static char *
users_own(const char *name, struct mr_err *err)
{
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (base && base[0] == '/')
		return below(mr_slice_of(base), "/mr/", name, err);
	if (home && home[0] == '/')
		return below(mr_slice_of(home), "/.local/share/mr/", name,
		    err);
	return NULL;
}

char *
mr_cli_data_path(const char *name, struct mr_err *err)
{
	const char *dirs = getenv("XDG_DATA_DIRS");
	struct mr_slice rest = mr_slice_of(dirs && *dirs ? dirs :
	    "/usr/local/share:/usr/share");
	char *own = users_own(name, err), *path;

	if (err->code || (own && access(own, F_OK) == 0))
		return own;
	while (rest.n) {
		struct mr_slice base = mr_slice_cut(&rest, ':');

		if (!base.n || base.p[0] != '/')
			continue;
		path = below(base, "/mr/", name, err);
		if (!path || access(path, F_OK) == 0 || (!own && !rest.n)) {
			free(own);
			return path;
		}
		free(path);
	}
	if (!own)
		mr_err_set(err, MR_EARG, "neither XDG_DATA_HOME nor HOME nor "
		    "XDG_DATA_DIRS names a folder: where is %s? name it with "
		    "-M", name);
	return own;
}
