/* The key=value lines of a matrix stream.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/escape.h"
#include "stream/matrix.h"

int
mr_meta_put(struct mr_meta *m, struct mr_err *err, const char *key,
    const char *fmt, ...)
{
	char small[4096];
	va_list ap;
	int rc, n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof small)
		return mr_err_set(err, MR_EARG, "option %s is longer than "
		    "%zu bytes", key, sizeof small - 1);
	rc = mr_buf_addf(&m->text, err, "%s=", key);
	if (rc == MR_OK)
		rc = mr_escape_add(&m->text, mr_slice_of(small), err);
	if (rc == MR_OK)
		rc = mr_buf_add(&m->text, "\n", 1, err);
	return rc;
}

int
mr_meta_begin(struct mr_meta *m, const char *tool, struct mr_err *err)
{
	int rc = mr_meta_put(m, err, "tool", "%s", tool);

	return rc ? rc : mr_meta_put(m, err, "version", "%s", MR_VERSION);
}

struct mr_slice
mr_meta_get(const struct mr_meta *m, const char *key)
{
	struct mr_slice rest = { m->text.p, m->text.n };

	while (rest.p && rest.n) {
		struct mr_slice value = mr_slice_cut(&rest, '\n');
		struct mr_slice name = mr_slice_cut(&value, '=');

		if (value.p && mr_slice_is(name, key))
			return value;
	}
	return (struct mr_slice){ 0 };
}

int
mr_meta_f64(const struct mr_meta *m, const char *key, double *out,
    struct mr_err *err)
{
	struct mr_slice v = mr_meta_get(m, key);

	if (!v.p)
		return mr_err_set(err, MR_EFORMAT,
		    "the stream has no %s= in its META", key);
	if (!mr_parse_f64(v, out))
		return mr_err_set(err, MR_EFORMAT,
		    "META %s=%.*s is not a number", key,
		    MR_SHOWN(v));
	return MR_OK;
}

void
mr_meta_free(struct mr_meta *m)
{
	mr_buf_free(&m->text);
}
