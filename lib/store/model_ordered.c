/* Ordered categories on the stream; see model_ordered.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_ordered.h"

#include <math.h>

static int
put_list(struct mr_meta *meta, const char *key, const double *x, int n,
    struct mr_err *err)
{
	struct mr_buf text = { 0 };
	char number[32];
	int rc = MR_OK;

	for (int i = 0; i < n && rc == MR_OK; i++)
		rc = mr_buf_addf(&text, err, "%s%s", i ? ":" : "",
		    mr_f64_text(x[i], number));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, key, "%.*s", (int)text.n, text.p);
	mr_buf_free(&text);
	return rc;
}

int
mr_model_ordered_meta(struct mr_meta *meta, const struct mr_ordered *o,
    struct mr_err *err)
{
	char text[32];
	int rc;

	if (o->n == 0)
		return MR_OK;
	rc = put_list(meta, "levels", o->level, o->n, err);
	if (rc == MR_OK)
		rc = put_list(meta, "cuts", o->cut, o->n - 1, err);
	return rc ? rc : mr_meta_put(meta, err, "spread", "%s",
	    mr_f64_text(o->spread, text));
}

/* How many rising numbers key has, at most MR_LEVELS; -1: they are not so. */
static int
get_list(const struct mr_meta *meta, const char *key, double *x)
{
	struct mr_slice rest = mr_meta_get(meta, key);
	int n = 0;

	while (rest.p) {
		struct mr_slice one = mr_slice_cut(&rest, ':');

		if (n == MR_LEVELS || !mr_parse_f64(one, &x[n]) ||
		    !isfinite(x[n]) || (n && !(x[n] > x[n - 1])))
			return -1;
		n++;
	}
	return n;
}

int
mr_model_ordered_start(struct mr_ordered *o, const struct mr_meta *meta,
    struct mr_err *err)
{
	int n, cuts;

	if (!mr_meta_get(meta, "levels").p)
		return MR_OK;
	n = get_list(meta, "levels", o->level);
	cuts = get_list(meta, "cuts", o->cut);
	if (n < 2 || cuts != n - 1 || !mr_parse_f64(mr_meta_get(meta,
	    "spread"), &o->spread) || !isfinite(o->spread) ||
	    !(o->spread > 0))
		return mr_err_set(err, MR_EFORMAT, "META levels= of a model: "
		    "expected rising numbers, 2 to %d, with cuts= between "
		    "any two and a spread= above 0", MR_LEVELS);
	o->n = n;
	return MR_OK;
}
