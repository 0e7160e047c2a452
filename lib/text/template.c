/* Templates over rows; see template.h.
 * SPDX-License-Identifier: MIT */
#include "text/template.h"

#include <string.h>

int
mr_template_parse(struct mr_template *p, const char *template,
    struct mr_err *err)
{
	const char *s = template;
	bool has_column = false;

	p->n = 0;
	while (*s) {
		struct mr_template_part *part = &p->part[p->n];
		size_t n = strcspn(s, "{}");
		const char *close;

		if (p->n++ == MR_TEMPLATE_PARTS)
			return mr_err_set(err, MR_EARG, "template: more than "
			    "%d parts", MR_TEMPLATE_PARTS);
		*part = (struct mr_template_part){ .text = { s, n } };
		s += n;
		if (!*s)
			break;
		if (s[0] == s[1]) {
			part->text.n++;	/* one of the two */
			s += 2;
			continue;
		}
		close = *s == '{' ? strchr(s, '}') : NULL;
		if (!close)
			return mr_err_set(err, MR_EARG, "template: a single "
			    "%c, expected {COLUMN} ({{ and }} are braces)",
			    *s);
		part->name = (struct mr_slice){ s + 1,
		    (size_t)(close - s) - 1 };
		if (part->name.n == 0 || part->name.n > 255)
			return mr_err_set(err, MR_EARG, "template: a column "
			    "name of %zu bytes", part->name.n);
		part->joined = mr_slice_is(part->name, "genre");
		has_column = true;
		s = close + 1;
	}
	/* All texts would be the same one. */
	return has_column ? MR_OK : mr_err_set(err, MR_EARG, "template: no "
	    "{COLUMN} in it, every text would be the same");
}

static int
add_field(const struct mr_template_part *part, struct mr_slice field,
    struct mr_buf *out, struct mr_err *err)
{
	const char *sep = "";
	int rc = MR_OK;

	if (!part->joined)
		return mr_buf_add(out, field.p, field.n, err);
	while (field.p && rc == MR_OK) {
		struct mr_slice value = mr_slice_cut(&field, '|');

		rc = mr_buf_add(out, sep, strlen(sep), err);
		if (rc == MR_OK)
			rc = mr_buf_add(out, value.p, value.n, err);
		sep = ", ";
	}
	return rc;
}

int
mr_template_add(const struct mr_template *p, const struct mr_slice *field,
    struct mr_buf *out, struct mr_err *err)
{
	int rc = MR_OK;

	for (int i = 0; i < p->n && rc == MR_OK; i++) {
		const struct mr_template_part *part = &p->part[i];

		rc = mr_buf_add(out, part->text.p, part->text.n, err);
		if (rc == MR_OK && part->name.p)
			rc = add_field(part, field[part->col], out, err);
	}
	return rc;
}
