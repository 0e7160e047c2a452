/* Ratings in a cookie; see own.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/own.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ?
	    c - 'A' + 10 : -1;
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* An id decoded, as it would be written again; 0: it is not well-formed. */
static size_t
decode(struct mr_slice s, char id[256])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int hi = 0, lo = 0;

		if (n == 256)
			return 0;
		if (is_plain(s.p[i])) {
			id[n++] = s.p[i];
			continue;
		}
		if (s.p[i] != '%' || s.n - i < 3 || (hi = hex(s.p[i + 1])) < 0
		    || (lo = hex(s.p[i + 2])) < 0 ||
		    is_plain((char)(hi * 16 + lo)))
			return 0;
		id[n++] = (char)(hi * 16 + lo);
		i += 2;
	}
	return n;
}

bool
mr_own_fits(const struct mr_site *s, double rating)
{
	double x = round(rating * 100);

	return !(s->lo <= s->hi) ||
	    (x >= round(s->lo * 100) && x <= round(s->hi * 100));
}

static bool
take(struct mr_own *own, const struct mr_site *s, struct mr_slice one)
{
	struct mr_slice text = one, id = mr_slice_cut(&text, ':');
	struct mr_own_rating *r = &own->r[own->n];
	char plain[256];
	size_t n = decode(id, plain);
	int64_t hundredths;

	if (own->n == MR_OWN_MOST || n == 0 || !text.p || text.n > 6 ||
	    !mr_parse_i64(text, &hundredths))
		return false;
	r->rating = (float)((double)hundredths / 100);
	if (!mr_own_fits(s, (double)hundredths / 100))
		return false;
	r->id = id;
	r->film = mr_site_find(s, (struct mr_slice){ plain, n });
	for (int k = 0; k < own->n; k++)
		if (mr_slice_eq(own->r[k].id, id))
			return false;
	own->n++;
	own->n_unknown += r->film < 0;
	return true;
}

static const char *
name_of(const struct mr_own *own)
{
	return own->host_only ? "__Host-mr_r" : "mr_r";
}

void
mr_own_read(struct mr_own *own, const struct mr_site *s,
    struct mr_slice cookie)
{
	bool seen = false;

	own->n = own->n_unknown = 0;
	own->bad = own->images = false;
	while (cookie.p) {
		struct mr_slice value = mr_slice_trim(mr_slice_cut(&cookie,
		    ';'));
		struct mr_slice name = mr_slice_cut(&value, '=');

		if (mr_slice_is(name, "mr_i"))
			own->images = value.p && mr_slice_is(value, "1");
		if (seen || !mr_slice_is(name, name_of(own)) || !value.p)
			continue;
		seen = true;
		own->bad = value.n > MR_OWN_BYTES ||
		    !mr_slice_is(mr_slice_cut(&value, '.'), "1");
		while (value.p && !own->bad)
			own->bad = !take(own, s, mr_slice_cut(&value, '.'));
	}
	if (own->bad)
		own->n = own->n_unknown = 0;
}

float
mr_own_find(const struct mr_own *own, int32_t film)
{
	for (int k = 0; k < own->n; k++)
		if (own->r[k].film == film)
			return own->r[k].rating;
	return NAN;
}

static void
encode(struct mr_slice s, struct mr_buf *id)
{
	struct mr_err err = { 0 };
	int rc = MR_OK;

	id->n = 0;
	for (size_t i = 0; i < s.n && rc == MR_OK; i++)
		rc = is_plain(s.p[i]) ? mr_buf_add(id, s.p + i, 1, &err) :
		    mr_buf_addf(id, &err, "%%%02X", (unsigned char)s.p[i]);
	if (rc)
		id->n = 0;
}

bool
mr_own_set(struct mr_own *own, const struct mr_site *s, int32_t film,
    float rating, struct mr_buf *id)
{
	struct mr_own_rating new = { film, rating, { "", 0 } };
	int to = 0;

	for (int k = 0; k < own->n; k++)
		if (own->r[k].film != film)
			own->r[to++] = own->r[k];
		else if (!isnan(rating))
			new.id = own->r[k].id;
	own->n = to;
	if (isnan(rating))
		return true;
	if (new.id.n == 0) {
		encode(mr_site_id(s, film), id);
		new.id = mr_buf_slice(id);
	}
	if (own->n == MR_OWN_MOST || new.id.n == 0)
		return false;
	own->r[own->n++] = new;
	return mr_own_bytes(own) <= MR_OWN_BYTES;
}

int64_t
mr_own_take(struct mr_own *own, const struct mr_site *s,
    const struct mr_own_rating *r, int64_t n, struct mr_buf *ids)
{
	struct mr_buf id = { 0 };
	struct mr_err err = { 0 };
	int64_t taken = 0;

	/* What is borrowed must not move: all there is room for, and one. */
	if (mr_grow(&ids->p, &ids->cap, MR_OWN_BYTES + 3 * 256, 1, "ids",
	    &err))
		return 0;
	ids->n = 0;
	for (; taken < n; taken++) {
		struct mr_own_rating *last;
		struct mr_own before = *own;

		if (!mr_own_set(own, s, r[taken].film, r[taken].rating, &id)) {
			*own = before;
			break;
		}
		last = &own->r[own->n - 1];
		if (last->id.p != id.p)
			continue;
		if (mr_buf_add(ids, id.p, id.n, &err)) {
			*own = before;
			break;
		}
		last->id.p = ids->p + ids->n - id.n;
	}
	mr_buf_free(&id);
	return taken;
}

size_t
mr_own_bytes(const struct mr_own *own)
{
	struct mr_write w = { 0 };
	size_t n;

	mr_own_write(&w, own);
	n = w.b.n;
	mr_write_free(&w);
	return n;
}

void
mr_own_write(struct mr_write *w, const struct mr_own *own)
{
	mr_write_raw(w, name_of(own));
	mr_write_raw(w, "=1");
	for (int k = 0; k < own->n; k++) {
		mr_write_raw(w, ".");
		mr_write_bytes(w, own->r[k].id);
		mr_write_html(w, ":%d", (int64_t)lround((double)
		    own->r[k].rating * 100));
	}
	mr_write_raw(w, "; Path=");
	mr_write_raw(w, w->base && w->base[0] ? w->base : "/");
	if (own->secure)
		mr_write_raw(w, "; Secure");
	mr_write_raw(w, "; HttpOnly; SameSite=Lax; Max-Age=");
	mr_write_raw(w, own->n ? "31536000" : "0");
	mr_write_bytes(w, (struct mr_slice){ "", 1 });
}
