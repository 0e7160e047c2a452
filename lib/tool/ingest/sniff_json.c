/* What makes rows of JSON whose objects are none; see sniff.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/sniff.h"

#include <string.h>

/* Does its first object begin with a list? */
static bool
begins_with_list(const struct mr_sniff *f)
{
	struct mr_slice rest = { f->text, f->n }, part;
	int more = 2;

	/* A name, whatever is in it: between its quotes. */
	part = mr_slice_trim(mr_slice_cut(&rest, '"'));
	if (!mr_slice_is(part, "{") && !mr_slice_is(part, "[{") &&
	    !mr_slice_is(part, "\xef\xbb\xbf{"))
		return false;
	(void)mr_slice_cut(&rest, '"');
	while (more-- && rest.p) {
		char want = more ? ':' : '[';

		rest = mr_slice_trim(rest);
		if (rest.n == 0 || *rest.p != want)
			return false;
		rest.p++;
		rest.n--;
	}
	return rest.p != NULL;
}

static bool
has(const struct mr_sniff *f, const char *what)
{
	return memmem(f->text, f->n, what, strlen(what)) != NULL;
}

const char *
mr_ingest_sniff_inside(const struct mr_sniff *f)
{
	bool list = begins_with_list(f);

	if (list && has(f, "\"columns\"") && has(f, "\"data\""))
		return " (names apart from rows, as pandas splits them? "
		    "jq -r '.columns, .data[] | @csv' FILE | mr-ingest ...)";
	return list ? " (rows in a list inside? jq -c '.NAME[]' FILE | "
	    "mr-ingest ...)" : "";
}

const char *
mr_ingest_sniff_deeper(const struct mr_sniff *f)
{
	return has(f, ":[{") || has(f, ": [{") || has(f, ": [\n") ?
	    " (rows in a list inside? jq -c '.NAME.NAME[]' FILE | "
	    "mr-ingest ...)" : "";
}

const char *
mr_ingest_sniff_lists(const struct mr_sniff *f)
{
	size_t i = 0;
	int n = 0;

	while (i < f->n && n < 2 && f->text[i] &&
	    strchr("[ \t\r\n", f->text[i]))
		n += f->text[i++] == '[';
	return n == 2 ? " (a list of lists? jq -r '.[] | @csv' FILE | "
	    "mr-ingest ... --no-header-in)" : "";
}
