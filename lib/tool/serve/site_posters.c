/* Posters: where they are, and which films have one; see site.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tool/serve/site.h"

#define PATH_BYTES 200

static bool
is_plain(struct mr_slice s, const char *others)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr(others, c))))
			return false;
	}
	return s.n > 0;
}

struct mr_slice
mr_site_poster(const struct mr_site *s, int32_t i)
{
	struct mr_slice p = mr_site_cell(s, i, s->poster);

	return s->poster_origin[0] && p.n && p.p[0] == '/' &&
	    p.n <= PATH_BYTES && is_plain(p, "/._~-") &&
	    !memmem(p.p, p.n, "..", 2) ? p : (struct mr_slice){ "", 0 };
}

/* The origin stands in a header, the prefix in attributes. */
int
mr_site_posters(struct mr_site *s, struct mr_report *report,
    struct mr_err *err)
{
	static const char scheme[] = "https://";
	const char *given = s->o->posters;
	struct mr_slice rest = mr_slice_of(given ? given : ""), host;

	s->poster = -1;
	if (!given)
		return MR_OK;
	if (strncmp(given, scheme, sizeof scheme - 1) == 0) {
		rest.p += sizeof scheme - 1;
		rest.n -= sizeof scheme - 1;
		host = mr_slice_cut(&rest, '/');
		if (host.n < 128 && is_plain(host, ".-:") &&
		    (!rest.p || rest.n == 0 || is_plain(rest, "/._~-"))) {
			s->poster = mr_ids_find(&s->films.columns,
			    mr_slice_of("poster"));
			if (s->poster >= 0)
				snprintf(s->poster_origin,
				    sizeof s->poster_origin, "%s%.*s", scheme,
				    (int)host.n, host.p);
			else
				mr_report_warn(report, "%s has no column "
				    "poster: --posters shows nothing",
				    s->o->movies);
			return MR_OK;
		}
	}
	return mr_err_set(err, MR_EARG, "--posters %s: expected "
	    "https://HOST/PATH of letters, digits and . - _ ~", given);
}
