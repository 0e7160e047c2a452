/* Targets and forms; see request.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/request.h"

#include "core/mem.h"
#include "tool/serve/multipart.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* May this byte stand in a decoded text?  A form has several lines. */
static bool
may_stand(unsigned char c, bool form)
{
	return (c >= 0x20 && c != 0x7f) ||
	    (form && (c == '\n' || c == '\r' || c == '\t'));
}

/* s decoded behind what q->text has; there is room. */
static int
decode(struct mr_request *q, struct mr_slice s, bool plus, bool form,
    struct mr_slice *out, struct mr_err *err)
{
	char *to = q->text.p + q->text.n, *from = to;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			int hi = s.n - i > 2 ? hex(s.p[i + 1]) : -1;
			int lo = s.n - i > 2 ? hex(s.p[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				return mr_err_set(err, MR_EARG, "a %% in the "
				    "address is not followed by two "
				    "hexadecimal digits");
			c = (char)(hi * 16 + lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (!may_stand((unsigned char)c, form))
			return mr_err_set(err, MR_EARG,
			    "the address has a control character");
		*to++ = c;
	}
	*out = (struct mr_slice){ from, (size_t)(to - from) };
	if (mr_utf8_bad(*out) < out->n)
		return mr_err_set(err, MR_EARG, "the address is not UTF-8");
	q->text.n += out->n;
	return MR_OK;
}

static int
values(struct mr_request *q, struct mr_slice s, bool form, struct mr_err *err)
{
	int rc = MR_OK;

	while (s.p && rc == MR_OK) {
		struct mr_slice value = mr_slice_cut(&s, '&');
		struct mr_slice name = mr_slice_cut(&value, '=');
		struct mr_named_value *to = &q->value[q->n_values];

		if (name.n == 0 && !value.p)
			continue;
		if (q->n_values == MR_REQUEST_VALUES)
			return mr_err_set(err, MR_EARG, "there are more than "
			    "%d parameters", MR_REQUEST_VALUES);
		rc = decode(q, name, true, form, &to->name, err);
		if (rc == MR_OK)
			rc = decode(q, value.p ? value : (struct mr_slice){
			    "", 0 }, true, form, &to->value, err);
		q->n_values += rc == MR_OK;
	}
	return rc;
}

/* Decoding never needs more bytes than there are, and slices must not move. */
static int
room(struct mr_request *q, size_t n, struct mr_err *err)
{
	mr_buf_free(&q->text);
	return mr_grow(&q->text.p, &q->text.cap, n + 1, 1, "a request", err);
}

int
mr_request_target(struct mr_request *q, struct mr_err *err)
{
	struct mr_slice query = q->target, path, part;
	int rc = room(q, q->target.n, err);

	q->n_parts = q->n_values = 0;
	if (rc)
		return rc;
	path = mr_slice_cut(&query, '?');
	if (path.n == 0 || path.p[0] != '/')
		return mr_err_set(err, MR_EARG,
		    "the address does not begin with /");
	path.p++;
	path.n--;
	while (path.p && rc == MR_OK) {
		part = mr_slice_cut(&path, '/');
		/* More than any route has: it will match none. */
		if (q->n_parts == MR_REQUEST_PARTS)
			q->n_parts--;
		rc = decode(q, part, false, false, &q->part[q->n_parts++],
		    err);
	}
	return rc ? rc : values(q, query, false, err);
}

/* A text of a form, which is borrowed as it is. */
static int
check_text(struct mr_slice s, struct mr_err *err)
{
	for (size_t i = 0; i < s.n; i++)
		if (!may_stand((unsigned char)s.p[i], true))
			return mr_err_set(err, MR_EARG,
			    "the form has a control character");
	return mr_utf8_bad(s) < s.n ? mr_err_set(err, MR_EARG,
	    "the form is not UTF-8") : MR_OK;
}

static int
parts(struct mr_request *q, struct mr_slice boundary, struct mr_err *err)
{
	struct mr_multipart m;
	int rc = MR_OK;

	mr_multipart_begin(&m, boundary, q->body);
	while (rc == MR_OK && mr_multipart_next(&m)) {
		if (q->n_values == MR_REQUEST_VALUES)
			return mr_err_set(err, MR_EARG, "there are more than "
			    "%d parameters", MR_REQUEST_VALUES);
		rc = check_text(m.name, err);
		if (rc == MR_OK && !m.file)
			rc = check_text(m.value, err);
		q->value[q->n_values++] = (struct mr_named_value){ m.name,
		    m.value };
	}
	return rc || !m.wrong ? rc : mr_err_set(err, MR_EARG, "%s", m.wrong);
}

int
mr_request_form(struct mr_request *q, struct mr_err *err)
{
	struct mr_slice boundary = mr_multipart_boundary(q->type);
	int rc = boundary.n ? MR_OK : room(q, q->body.n, err);

	q->n_parts = q->n_values = 0;
	if (boundary.n)
		return parts(q, boundary, err);
	return rc ? rc : values(q, q->body, true, err);
}

struct mr_slice
mr_request_value(const struct mr_request *q, const char *name)
{
	for (int i = 0; i < q->n_values; i++)
		if (mr_slice_is(q->value[i].name, name))
			return q->value[i].value;
	return (struct mr_slice){ NULL, 0 };
}

void
mr_request_free(struct mr_request *q)
{
	mr_buf_free(&q->text);
	*q = (struct mr_request){ 0 };
}
