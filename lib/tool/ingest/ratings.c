/* Cleaning ratings.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "store/names.h"
#include "tool/ingest/ratings.h"

#define TEXT_BYTES ((size_t)64 * 1024)	/* of rows written together */
#define BLOCK_BYTES ((size_t)256 * 1024)

/* An accepted rating: written now or kept. */
static int
accept(struct mr_rating_run *s, const struct mr_ingest_rating *x, int64_t time,
    struct mr_err *err)
{
	const struct mr_ingest *o = s->run.o;
	struct mr_slice user = x->user;
	char text[32];
	int32_t u = 0;
	int rc = MR_OK;

	if (o->anonymise || s->dedupe != MR_DEDUPE_NONE)
		rc = mr_ingest_kept_user(&s->kept, user, &u, err);
	if (rc)
		return rc;
	/* The numbers of users are known when all before are. */
	if (s->dedupe != MR_DEDUPE_NONE || (s->part && o->anonymise))
		return mr_ingest_kept_add(&s->kept, u, x, s->has_time ?
		    &time : NULL, err);
	if (o->anonymise)
		user = mr_rating_anonymous(u, text);
	s->run.n_out++;
	return mr_rating_put(&s->text, user, x->item, x->rating,
	    s->has_time ? &time : NULL, err);
}

/* Why x is refused, or MR_N_REASONS; *value: for which one. */
static enum mr_reason
check(struct mr_rating_run *s, struct mr_ingest_rating *x, struct mr_slice *value)
{
	struct mr_ingest_run *r = &s->run;
	enum mr_reason why;
	bool known;

	if (x->user.n == 0)
		return MR_REASON_NO_USER;
	if (x->item.n == 0)
		return MR_REASON_NO_ITEM;
	*value = mr_ingest_is_object(x->user) ? x->user : x->item;
	if (mr_ingest_is_object(*value))
		return value->p == x->user.p ? MR_REASON_USER_OBJECT :
		    MR_REASON_ITEM_OBJECT;
	*value = (struct mr_slice){ "", 0 };
	if (r->src.form != MR_FORM_BLANKS &&
	    (r->o->user ? mr_ingest_columns_again(&r->cols, &r->src) :
	    mr_ingest_columns_header(&r->cols, MR_ROLE_USER, x->user,
	    MR_ROLE_ITEM, x->item)))
		return MR_REASON_HEADER;
	mr_ingest_floats_add(&s->float_users, r->o->id_floats, &x->user);
	mr_ingest_floats_add(&s->float_items, r->o->id_floats, &x->item);
	if (s->items.from.n)
		x->item = mr_idmap_get(&s->items, x->item, &known);
	*value = x->item;
	if (r->o->movies && mr_ids_find(&s->films, x->item) < 0)
		return MR_REASON_NOT_FILM;
	*value = x->rating;
	return mr_ingest_rating_check(&r->rule, x, &why) ? MR_N_REASONS : why;
}

/* Cut the next word off *line; n = 0 at its end. */
static struct mr_slice
cut_word(struct mr_slice *line)
{
	struct mr_slice w;

	*line = mr_slice_trim(*line);
	w = (struct mr_slice){ line->p, 0 };
	while (w.n < line->n && line->p[w.n] != ' ' && line->p[w.n] != '\t')
		w.n++;
	line->p += w.n;
	line->n -= w.n;
	return w;
}

/* The word for missing that a field of x was, or n = 0. */
static int
lost(struct mr_rating_run *s, const struct mr_ingest_rating *x, enum mr_role role,
    struct mr_slice *word, struct mr_err *err)
{
	struct mr_cleaner *k = &s->run.clean;
	struct mr_slice line = s->run.src.field[0];
	int rc;

	if (s->run.src.form != MR_FORM_BLANKS)
		return mr_ingest_run_lost(&s->run, role, word, err);
	k->keep_missing = true;
	rc = mr_ingest_clean(k, role, role == MR_ROLE_USER ? cut_word(&line) :
	    x->raw, word, err);
	k->keep_missing = false;
	return rc;
}

/* An empty field may be a word for missing, which is the reason then. */
static int
look_again(struct mr_rating_run *s, const struct mr_ingest_rating *x,
    enum mr_reason *why, struct mr_slice *word, struct mr_err *err)
{
	static const struct {
		enum mr_reason none, lost;
		enum mr_role role;
	} of[] = {
		{ MR_REASON_NO_USER, MR_REASON_LOST_USER, MR_ROLE_USER },
		{ MR_REASON_NO_ITEM, MR_REASON_LOST_ITEM, MR_ROLE_ITEM },
		{ MR_REASON_NO_RATING, MR_REASON_LOST_RATING, MR_ROLE_RATING }
	};
	int rc = MR_OK;

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		if (*why != of[i].none)
			continue;
		rc = lost(s, x, of[i].role, word, err);
		if (word->n)
			*why = of[i].lost;
		break;
	}
	return rc;
}

static int
take_rating(struct mr_rating_run *s, struct mr_ingest_rating *x, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	struct mr_slice value = { "", 0 };
	enum mr_reason why = check(s, x, &value);
	int rc;

	if (why == MR_N_REASONS) {
		rc = accept(s, x, mr_ingest_time(&s->not_times, &r->src,
		    x->time), err);
		if (s->seen.on && rc == MR_OK)
			mr_rating_seen_learn(s, x);
		return rc;
	}
	if (why == MR_REASON_UNRATED) {
		s->n_unrated++;
		return MR_OK;
	}
	rc = look_again(s, x, &why, &value, err);
	return rc ? rc : mr_ingest_reject(&r->rejects, &r->src, why, value,
	    x->raw, err);
}

static int
take_row(struct mr_rating_run *s, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	struct mr_ingest_rating x = { .raw = r->src.raw };
	int rc;

	r->n_rows++;
	if (r->cols.only_at >= 0 && r->src.n == r->cols.n &&
	    mr_ingest_run_other(r))
		return MR_OK;
	if (r->src.n != r->cols.n)
		return mr_ingest_reject(&r->rejects, &r->src, r->src.bad ?
		    MR_REASON_NOT_OBJECT : MR_REASON_FIELDS,
		    (struct mr_slice){ "", 0 }, r->src.raw, err);
	if (r->o->user) {
		x.user = mr_slice_of(r->o->user);
		rc = MR_OK;
	} else {
		rc = mr_ingest_run_field(r, MR_ROLE_USER, &x.user, err);
	}
	if (rc == MR_OK)
		rc = mr_ingest_run_field(r, MR_ROLE_ITEM, &x.item, err);
	if (rc == MR_OK && r->cols.at[MR_ROLE_RATING] >= 0)
		rc = mr_ingest_run_rating(r, &x, err);
	if (rc == MR_OK)
		rc = mr_ingest_run_field(r, MR_ROLE_TIME, &x.time, err);
	return rc ? rc : take_rating(s, &x, err);
}

/* --preset lists: a user, then his items. */
static int
take_list(struct mr_rating_run *s, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	struct mr_slice line = r->src.field[0], user, item, w;
	int64_t before = r->n_rows;
	int rc = mr_ingest_clean(&r->clean, MR_ROLE_USER, cut_word(&line), &user,
	    err);

	while (rc == MR_OK && (w = cut_word(&line)).n) {
		struct mr_ingest_rating x = { .user = user, .raw = w };

		r->n_rows++;
		rc = mr_ingest_clean(&r->clean, MR_ROLE_ITEM, w, &item, err);
		x.item = item;
		if (rc == MR_OK)
			rc = take_rating(s, &x, err);
	}
	if (rc || r->n_rows > before)
		return rc;
	r->n_rows++;
	return mr_ingest_reject(&r->rejects, &r->src, MR_REASON_NO_LIST, user,
	    r->src.raw, err);
}

static int
write_users(const struct mr_rating_run *s, struct mr_err *err)
{
	struct mr_idmap map = { 0 };
	char text[32];
	int rc = MR_OK;

	for (int32_t i = 0; i < s->kept.users.n && rc == MR_OK; i++)
		rc = mr_idmap_add(&map, mr_ids_get(&s->kept.users, i),
		    mr_rating_anonymous(i, text), err);
	if (rc == MR_OK)
		mr_idmap_write(&map, s->run.map);
	mr_idmap_free(&map);
	return rc;
}

static int
start(struct mr_rating_run *s, struct mr_err *err)
{
	const struct mr_ingest *o = s->run.o;
	int rc = MR_OK;

	if (o->movies)
		rc = mr_names_load(&s->films, o->movies, "item", true,
		    NULL, err);
	if (rc == MR_OK && o->id_map && !o->anonymise)
		rc = mr_idmap_read(&s->items, o->id_map, err);
	if (rc == MR_OK && o->scores)
		rc = mr_idmap_read(&s->run.scores, o->scores, err);
	s->not_times = mr_ingest_times(o);
	s->has_time = s->run.cols.at[MR_ROLE_TIME] >= 0;
	s->dedupe = o->dedupe >= 0 ? o->dedupe : s->has_time ?
	    MR_DEDUPE_LATEST : MR_DEDUPE_LAST;
	if (rc == MR_OK && s->dedupe == MR_DEDUPE_LATEST && !s->has_time &&
	    s->run.cols.n)
		rc = mr_err_set(err, MR_EFORMAT, "%s:%lld: no column 'time' "
		    "for --dedupe latest", s->run.src.in.name,
		    (long long)s->run.src.line_no);
	if (rc == MR_OK && s->run.run->header_out)
		mr_out_text(s->run.out, s->has_time ?
		    "user\titem\trating\ttime\n" : "user\titem\trating\n");
	return rc;
}

int
mr_rating_run_row(struct mr_rating_run *s, bool *more, struct mr_err *err)
{
	int rc = mr_ingest_source_next(&s->run.src, more, err);

	if (rc || !*more)
		return rc;
	return s->run.src.form == MR_FORM_BLANKS ? take_list(s, err) :
	    take_row(s, err);
}

int
mr_rating_run_rows(struct mr_rating_run *s, struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		if (s->seen.on)
			rc = mr_rating_seen_rows(s, err);
		if (rc == MR_OK)
			rc = mr_rating_run_row(s, &more, err);
		if (s->part)
			continue;
		if (s->run.n_rows % 65536 == 0)
			mr_report_step(s->run.report, "rows", s->run.n_rows,
			    mr_ingest_run_total(&s->run, s->run.n_rows));
		if (s->text.n >= TEXT_BYTES)
			mr_rating_flush(s);
	}
	return rc;
}

void
mr_rating_flush(struct mr_rating_run *s)
{
	mr_out_slice(s->run.out, mr_buf_slice(&s->text));
	s->text.n = 0;
}

/* All files. */
static int
take_all(struct mr_rating_run *s, size_t bytes, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	bool more = r->src.form == MR_FORM_BLANKS || r->cols.n;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		bool all = false;

		if (bytes)
			rc = mr_rating_run_blocks(s, bytes, &all, err);
		if (rc == MR_OK && !all)
			rc = mr_rating_run_rows(s, err);
		mr_rating_flush(s);
		more = false;
		if (rc == MR_OK)
			rc = mr_ingest_run_more(r, &more, err);
		/* Its first row is read. */
		r->src.again = more;
	}
	return rc;
}

int
mr_ingest_ratings(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err)
{
	return mr_ingest_ratings_in(o, run, BLOCK_BYTES, err);
}

int
mr_ingest_ratings_in(const struct mr_ingest *o, struct mr_run *run,
    size_t bytes, struct mr_err *err)
{
	struct mr_rating_run s = { .has_time = false };
	int rc = mr_ingest_run_open(&s.run, o, MR_INGEST_RATINGS, run,
	    err);

	if (rc || o->detect) {
		rc = rc ? rc : mr_ingest_detect(&s.run, err);
		mr_ingest_run_free(&s.run);
		return rc;
	}
	rc = start(&s, err);
	if (rc == MR_OK)
		rc = take_all(&s, bytes, err);
	if (rc == MR_OK && s.dedupe != MR_DEDUPE_NONE)
		rc = mr_rating_put_kept(&s, err);
	if (rc == MR_OK && !mr_ingest_floats_tell(&s.float_users,
	    &s.kept.users, &run->report))
		mr_ingest_floats_tell(&s.float_items, &s.kept.items,
		    &run->report);
	if (rc == MR_OK && s.n_unrated)
		mr_report_fact(&run->report, "not rated, not written: %lld",
		    (long long)s.n_unrated);
	if (rc == MR_OK)
		mr_ingest_time_tell(&s.not_times, &run->report);
	if (rc == MR_OK)
		rc = mr_ingest_run_end(&s.run, err);
	if (rc == MR_OK && s.run.map)
		rc = write_users(&s, err);
	mr_ingest_run_free(&s.run);
	mr_ids_free(&s.films);
	mr_idmap_free(&s.items);
	mr_ingest_kept_free(&s.kept);
	mr_buf_free(&s.text);
	return rc;
}
