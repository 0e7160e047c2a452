/* Escaping writers; see write.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/write.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "core/escape.h"

/* Of failures the code alone is kept; a message that nobody reads is not
 * cleared, which would take longer than to write what is written mostly. */
static void
no_message(struct mr_err *err)
{
	err->code = MR_OK;
	err->msg[0] = '\0';
}

void
mr_write_bytes(struct mr_write *w, struct mr_slice s)
{
	struct mr_err err;

	if (w->rc || s.n == 0)
		return;
	no_message(&err);
	w->rc = mr_buf_add(&w->b, s.p, s.n, &err);
}

void
mr_write_base(struct mr_write *w)
{
	if (w->base)
		mr_write_raw(w, w->base);
}

/* Markup of ours with the addresses in it. */
static void
markup(struct mr_write *w, struct mr_slice s)
{
	const char *at;

	while (w->base && w->base[0] && (at = memmem(s.p, s.n, "=\"/", 3))) {
		size_t n = (size_t)(at - s.p) + 2;

		mr_write_bytes(w, (struct mr_slice){ s.p, n });
		mr_write_base(w);
		s.p += n;
		s.n -= n;
		mr_write_bytes(w, (struct mr_slice){ s.p++, 1 });
		s.n--;
	}
	mr_write_bytes(w, s);
}

void
mr_write_raw(struct mr_write *w, const char *cstr)
{
	markup(w, mr_slice_of(cstr));
}

static void
escaped(struct mr_write *w, struct mr_slice s, bool json)
{
	struct mr_err err;

	no_message(&err);
	if (w->rc == MR_OK)
		w->rc = json ? mr_escape_json(&w->b, s, &err) :
		    mr_escape_html(&w->b, s, &err);
}

/* Most numbers are whole, which %.9g has without a point. */
static bool
is_whole(double v)
{
	return fabs(v) < 1e9 && v == floor(v) && (v != 0 || !signbit(v));
}

static void
number(struct mr_write *w, double v, char how, bool json)
{
	struct mr_err err;
	char text[24];

	no_message(&err);
	if (!isfinite(v) && json)
		mr_write_raw(w, "null");
	else if (how == 'g' && is_whole(v))
		mr_write_bytes(w, mr_i64_text((int64_t)v, text));
	else if (w->rc == MR_OK)
		w->rc = mr_buf_addf(&w->b, &err, how == 'g' ? "%.9g" : how == '1' ?
		    "%.1f" : how == '2' ? "%.2f" : "%.3f",
		    isfinite(v) ? v : 0);
}

static void
url(struct mr_write *w, struct mr_slice s)
{
	struct mr_err err;

	no_message(&err);
	if (w->rc == MR_OK)
		w->rc = mr_escape_url(&w->b, s, &err);
}

/* Browsers and proxies rewrite some segments of paths, so that such an id
 * stands in the query. */
static bool
is_plain(struct mr_slice id)
{
	if (id.n == 0 || id.n > 64 || mr_slice_is(id, ".") ||
	    mr_slice_is(id, ".."))
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("-._~", c))))
			return false;
	}
	return true;
}

static void
link_to(struct mr_write *w, const char *what, struct mr_slice id)
{
	mr_write_base(w);
	mr_write_raw(w, what);
	mr_write_raw(w, is_plain(id) ? "/" : "?id=");
	url(w, id);
}

/* Thousands apart. */
static void
count(struct mr_write *w, int64_t n)
{
	char text[24];
	struct mr_slice s = mr_i64_text(n, text);
	size_t sign = n < 0;

	for (size_t i = 0; i < s.n; i++) {
		if (i > sign && (s.n - i) % 3 == 0)
			mr_write_bytes(w, (struct mr_slice){ ",", 1 });
		mr_write_bytes(w, (struct mr_slice){ s.p + i, 1 });
	}
}

/* One argument. */
static void
argument(struct mr_write *w, char c, va_list *ap, bool json)
{
	char text[24];

	switch (c) {
	case 't':
		escaped(w, va_arg(*ap, struct mr_slice), json);
		break;
	case 's':
		escaped(w, mr_slice_of(va_arg(*ap, const char *)), json);
		break;
	case 'u':
		url(w, va_arg(*ap, struct mr_slice));
		break;
	case 'f':
		link_to(w, "/film", va_arg(*ap, struct mr_slice));
		break;
	case 'p':
		link_to(w, "/user", va_arg(*ap, struct mr_slice));
		break;
	case 'a':
		mr_write_base(w);
		escaped(w, mr_slice_of(va_arg(*ap, const char *)), json);
		break;
	case 'd':
		mr_write_bytes(w, mr_i64_text(va_arg(*ap, int64_t), text));
		break;
	case 'n':
		count(w, va_arg(*ap, int64_t));
		break;
	case 'g':
	case '1':
	case '2':
	case '3':
		number(w, va_arg(*ap, double), c, json);
		break;
	default:
		mr_write_bytes(w, (struct mr_slice){ &c, 1 });
	}
}

static void
format(struct mr_write *w, const char *fmt, va_list *ap, bool json)
{
	for (;;) {
		size_t n = strcspn(fmt, "%");

		markup(w, (struct mr_slice){ fmt, n });
		fmt += n;
		if (!*fmt || !fmt[1])
			return;
		argument(w, fmt[1], ap, json);
		fmt += 2;
	}
}

void
mr_write_html(struct mr_write *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(w, fmt, &ap, false);
	va_end(ap);
}

void
mr_write_json(struct mr_write *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(w, fmt, &ap, true);
	va_end(ap);
}

void
mr_write_free(struct mr_write *w)
{
	mr_buf_free(&w->b);
	*w = (struct mr_write){ 0 };
}
