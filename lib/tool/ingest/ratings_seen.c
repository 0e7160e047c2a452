/* Rows of texts that were all in rows before; see ratings.h.
 *
 * Most rows are lines of short texts that have come already: they were found to
 * be clean, an id, a rating on the scale.  Such a line is told by looking up
 * each text as it stands; whatever is not there is left to the rows one by one,
 * and so are rows of more or fewer fields, whose last text would be another.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/mem.h"
#include "tool/ingest/ratings.h"

#define EACH UINT64_C(0x0101010101010101)	/* a byte in all eight */
#define REACH ((size_t)80)	/* of what is read from the start of a row */
#define AHEAD 16		/* rows: their items are fetched at once */

/* By enum mr_recent_kind. */
struct row {
	struct mr_slice text[3];
	struct mr_recent_key key[3];
	int32_t number[3];
	int64_t time;
	const char *end;	/* the next row */
};

static const enum mr_role role_of[] = {
	[MR_RECENT_USER] = MR_ROLE_USER, [MR_RECENT_ITEM] = MR_ROLE_ITEM,
	[MR_RECENT_RATING] = MR_ROLE_RATING
};

void
mr_rating_seen_columns(struct mr_rating_seen *seen,
    const struct mr_rating_run *all)
{
	const struct mr_columns *c = &all->run.cols;
	const struct mr_source *src = &all->run.src;
	int n = 0;

	*seen = (struct mr_rating_seen){ .by_ids = all->dedupe !=
	    MR_DEDUPE_NONE && !all->run.o->movies && !all->items.from.n };
	if (c->n == 0 || c->n > 4 || strlen(src->sep) != 1 || src->rest ||
	    c->at[MR_ROLE_USER] < 0 || c->at[MR_ROLE_ITEM] < 0 ||
	    c->at[MR_ROLE_RATING] < 0)
		return;
	for (int k = 0; k < 3; k++, n++)
		seen->kind[c->at[role_of[k]]] = k;
	if (c->at[MR_ROLE_TIME] >= 0)
		seen->kind[c->at[MR_ROLE_TIME]] = -1;
	n += c->at[MR_ROLE_TIME] >= 0;
	seen->n = n == c->n ? n : 0;
}

/* Is s a text that nothing is done to, and that no quote, delimiter or escape
 * is in?  id: that is not told of, either. */
static bool
is_plain(struct mr_slice s, char sep, bool id)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' ||
		    c == sep)
			return false;
		if (id && (c == '.' || c == ',' || c == '\'' || c == '+'))
			return false;
	}
	return s.n > 0 && s.n <= MR_RECENT_TEXT;
}

void
mr_rating_seen_learn(struct mr_rating_run *s, const struct mr_ingest_rating *x)
{
	const struct mr_ingest_run *r = &s->run;
	const struct mr_slice text[] = { x->user, x->item, x->rating };
	bool numbers = s->dedupe != MR_DEDUPE_NONE || r->o->anonymise;

	s->seen.user.most = 0;
	for (int k = 0; k < 3; k++) {
		struct mr_slice f = r->src.field[r->cols.at[role_of[k]]];
		struct mr_recent_text *line, *t;
		struct mr_recent_key key;

		if (f.p != text[k].p || f.n != text[k].n || !is_plain(f,
		    r->src.sep[0], k != MR_RECENT_RATING))
			continue;
		/* Both names make a header. */
		if (k == MR_RECENT_USER && mr_ingest_columns_name(&r->cols,
		    MR_ROLE_USER, f))
			continue;
		(void)mr_recent_name(f, (enum mr_recent_kind)k, &key);
		if (k == MR_RECENT_USER) {
			s->seen.user = key;
			s->seen.number = s->kept.last_user;
		}
		line = mr_recent_line(s->kept.recent, key);
		t = mr_recent_find(line, key);
		if (t)
			t->number |= 1;
		else if (!numbers)
			mr_recent_put(line, key, 0, true);
	}
}

/* Where the byte is that stop has eight times, among the next 16; else 16. */
static inline size_t
find(const char *p, uint64_t stop)
{
	uint64_t w[2], at;

	memcpy(w, p, sizeof w);
	for (int i = 0; i < 2; i++) {
		w[i] ^= stop;
		/* The lowest bit is that of the first zero. */
		at = (w[i] - EACH) & ~w[i] & EACH << 7;
		if (at)
			return (size_t)(8 * i + __builtin_ctzll(at) / 8);
	}
	return 16;
}

/* Seconds of the n digits at p, of which there are as many as times of our days
 * have; -1: others. */
static inline int64_t
seconds(const char *p, size_t n, int unit)
{
	size_t most = unit == MR_TIME_SECONDS ? 10 : 13;
	int64_t v = 0;

	if (unit == MR_TIME_AUTO || n > most || n + 1 < most || *p == '0')
		return -1;
	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)p[i] - '0';

		if (d > 9)
			return -1;
		v = v * 10 + d;
	}
	return unit == MR_TIME_SECONDS ? v : unit == MR_TIME_MS ? v / 1000 :
	    -1;
}

/* An item that is none of the recent ones: is it one of all, and plain? */
static struct mr_recent_text *
look_further(const struct mr_rating_run *s, struct mr_slice item,
    struct mr_recent_key key, struct mr_recent_text *line)
{
	int32_t i;

	if (!s->seen.by_ids || !is_plain(item, s->run.src.sep[0], true))
		return NULL;
	i = mr_ids_find(&s->kept.known->items, item);
	return i < 0 ? NULL : mr_recent_put(line, key, i, true);
}

/* Cut the row at p in texts, perhaps of those kinds. */
static inline bool
cut_row(const struct mr_rating_run *s, struct row *x, const char *p)
{
	uint64_t sep = EACH * (unsigned char)s->run.src.sep[0];
	int n_cols = s->seen.n;

	for (int i = 0; i < n_cols; i++) {
		bool last = i + 1 == n_cols;
		size_t n = find(p, last ? EACH * '\n' : sep);
		int kind = s->seen.kind[i];

		if (n == 16)
			return false;
		x->end = p + n + 1;
		n -= last && n && p[n - 1] == '\r';
		if (kind < 0) {
			x->time = seconds(p, n, s->not_times.unit);
			if (x->time < 0)
				return false;
		} else {
			if (n > MR_RECENT_TEXT)
				return false;
			x->text[kind] = (struct mr_slice){ p, n };
			x->key[kind] = mr_recent_key(p, n,
			    (enum mr_recent_kind)kind);
		}
		p = x->end;
	}
	__builtin_prefetch(mr_recent_line(s->kept.recent,
	    x->key[MR_RECENT_ITEM]));
	return true;
}

/* May the text of that kind be taken?  Its number. */
static inline bool
look_up(const struct mr_rating_run *s, struct row *x, enum mr_recent_kind kind)
{
	struct mr_recent_key key = x->key[kind];
	struct mr_recent_text *line, *t;

	line = mr_recent_line(s->kept.recent, key);
	t = mr_recent_find(line, key);
	if (!t && kind == MR_RECENT_ITEM)
		t = look_further(s, x->text[kind], key, line);
	if (!t || !(t->number & 1))
		return false;
	x->number[kind] = (int32_t)(t->number >> 1);
	return true;
}

/* Are these texts that were all learnt? */
static inline bool
is_seen(struct mr_rating_run *s, struct row *x)
{
	struct mr_recent_key user = x->key[MR_RECENT_USER];

	if (!look_up(s, x, MR_RECENT_ITEM) || !look_up(s, x, MR_RECENT_RATING))
		return false;
	x->number[MR_RECENT_USER] = s->seen.number;
	/* Most files are grouped by user. */
	if (user.most == s->seen.user.most && user.rest == s->seen.user.rest)
		return true;
	if (!look_up(s, x, MR_RECENT_USER))
		return false;
	s->seen.number = x->number[MR_RECENT_USER];
	s->seen.user = user;
	return true;
}

/* Keep or write it; *full: there was no room. */
static inline int
take(struct mr_rating_run *s, const struct row *x, bool *full,
    struct mr_err *err)
{
	struct mr_ingest_rows *r = &s->kept.rows;
	const int64_t *time = s->has_time ? &x->time : NULL;

	if (s->dedupe == MR_DEDUPE_NONE && !s->run.o->anonymise) {
		s->run.n_out++;
		return mr_rating_put(&s->text, x->text[MR_RECENT_USER],
		    x->text[MR_RECENT_ITEM], x->text[MR_RECENT_RATING], time,
		    err);
	}
	*full = r->n == r->cap;
	if (*full)
		return MR_OK;
	r->user[r->n] = x->number[MR_RECENT_USER];
	r->item[r->n] = x->number[MR_RECENT_ITEM];
	r->value[r->n] = x->number[MR_RECENT_RATING];
	if (time)
		r->time[r->n] = *time;
	r->n++;
	s->kept.last_user = x->number[MR_RECENT_USER];
	return MR_OK;
}

/* The next rows from *p on; *more: there may be others. */
static int
take_some(struct mr_rating_run *s, const char **p, const char *end,
    int64_t *n_rows, bool *more, struct mr_err *err)
{
	struct row x[AHEAD];
	const char *q = *p;
	int n = 0, rc = MR_OK;

	while (n < AHEAD && (size_t)(end - q) >= REACH &&
	    cut_row(s, &x[n], q))
		q = x[n++].end;
	*more = n == AHEAD;
	for (int i = 0; i < n; i++) {
		bool full = false;

		if (is_seen(s, &x[i]))
			rc = take(s, &x[i], &full, err);
		else
			full = true;
		if (rc || full) {
			*more = false;
			break;
		}
		*p = x[i].end;
		++*n_rows;
	}
	return rc;
}

int
mr_rating_seen_rows(struct mr_rating_run *s, struct mr_err *err)
{
	struct mr_in *in = &s->run.src.in;
	const char *p = (char *)in->buf + in->pos;
	const char *end = (char *)in->buf + in->len;
	int64_t n = 0;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more)
		rc = take_some(s, &p, end, &n, &more, err);
	if (n == 0)
		return rc;
	in->pos = (size_t)(p - (char *)in->buf);
	mr_ingest_source_pass(&s->run.src, n);
	s->run.n_rows += n;
	s->float_users.n += n;
	s->float_items.n += n;
	s->not_times.n += s->has_time ? n : 0;
	return rc;
}
