/* Cleaning ratings.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "store/idmap.h"
#include "store/names.h"
#include "stream/tsv.h"
#include "tool/ingest/floats.h"
#include "tool/ingest/kept.h"
#include "tool/ingest/run.h"

struct ratings {
	struct mr_ingest_run run;
	int dedupe;
	bool has_time;
	struct mr_ids films;	/* --movies */
	struct mr_idmap items;	/* --id-map */
	int64_t n_unrated;	/* left out by --unrated */
	struct mr_not_times not_times;
	struct mr_floats float_users, float_items;
	struct mr_ingest_kept kept;	/* rows unless MR_DEDUPE_NONE */
};

static void
put_row(struct ratings *s, struct mr_slice user, struct mr_slice item,
    struct mr_slice rating, int64_t time)
{
	struct mr_out *out = s->run.out;

	mr_tsv_put(out, user);
	mr_out_byte(out, '\t');
	mr_tsv_put(out, item);
	mr_out_byte(out, '\t');
	mr_out_write(out, rating.p, rating.n);
	if (s->has_time) {
		char text[24], *p = text + sizeof text;

		mr_out_byte(out, '\t');
		/* printf would take a third of the run. */
		for (int64_t t = time; t > 0 || (time == 0 && p == text +
		    sizeof text); t /= 10)
			*--p = (char)('0' + t % 10);
		mr_out_write(out, p, (size_t)(text + sizeof text - p));
	}
	mr_out_byte(out, '\n');
	s->run.n_out++;
}

static struct mr_slice
anonymous(int32_t user, char text[24])
{
	int n = snprintf(text, 24, "u%d", user + 1);

	return (struct mr_slice){ text, (size_t)n };
}

/* An accepted rating: written now or kept. */
static int
accept(struct ratings *s, const struct mr_ingest_rating *x, int64_t time,
    struct mr_err *err)
{
	const struct mr_ingest *o = s->run.o;
	struct mr_slice user = x->user;
	char text[24];
	int32_t u = 0;
	int rc = MR_OK;

	if (o->anonymise || s->dedupe != MR_DEDUPE_NONE)
		rc = mr_ingest_kept_user(&s->kept, user, &u, err);
	if (rc)
		return rc;
	if (s->dedupe != MR_DEDUPE_NONE)
		return mr_ingest_kept_add(&s->kept, u, x, s->has_time ?
		    &time : NULL, err);
	if (o->anonymise)
		user = anonymous(u, text);
	put_row(s, user, x->item, x->rating, time);
	return MR_OK;
}

/* Why x is refused, or MR_N_REASONS; *value: for which one. */
static enum mr_reason
check(struct ratings *s, struct mr_ingest_rating *x, struct mr_slice *value)
{
	struct mr_ingest_run *r = &s->run;
	enum mr_reason why;
	bool known;

	if (x->user.n == 0)
		return MR_REASON_NO_USER;
	if (x->item.n == 0)
		return MR_REASON_NO_ITEM;
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
lost(struct ratings *s, const struct mr_ingest_rating *x, enum mr_role role,
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
look_again(struct ratings *s, const struct mr_ingest_rating *x,
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
take_rating(struct ratings *s, struct mr_ingest_rating *x, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	struct mr_slice value = { "", 0 };
	enum mr_reason why = check(s, x, &value);
	int rc;

	if (why == MR_N_REASONS)
		return accept(s, x, mr_ingest_time(&s->not_times,
		    &r->src, x->time), err);
	if (why == MR_REASON_UNRATED) {
		s->n_unrated++;
		return MR_OK;
	}
	rc = look_again(s, x, &why, &value, err);
	return rc ? rc : mr_ingest_reject(&r->rejects, &r->src, why, value,
	    x->raw, err);
}

static int
take_row(struct ratings *s, struct mr_err *err)
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
take_list(struct ratings *s, struct mr_err *err)
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
put_kept(struct ratings *s, struct mr_err *err)
{
	const struct mr_ingest_rows *r = &s->kept.rows;
	int rc = mr_ingest_kept_mark(&s->kept, s->dedupe, &s->run.n_repeats,
	    err);

	for (size_t i = 0; rc == MR_OK && i < r->n; i++) {
		char text[24], value[32];

		if (r->user[i] < 0)
			continue;
		put_row(s, s->run.o->anonymise ?
		    anonymous(r->user[i], text) :
		    mr_ids_get(&s->kept.users, r->user[i]),
		    mr_ids_get(&s->kept.items, r->item[i]),
		    mr_ingest_kept_rating(&s->kept, s->dedupe, i, value),
		    s->has_time ? r->time[i] : -1);
	}
	return rc;
}

static int
write_users(const struct ratings *s, struct mr_err *err)
{
	struct mr_idmap map = { 0 };
	char text[24];
	int rc = MR_OK;

	for (int32_t i = 0; i < s->kept.users.n && rc == MR_OK; i++)
		rc = mr_idmap_add(&map, mr_ids_get(&s->kept.users, i),
		    anonymous(i, text), err);
	if (rc == MR_OK)
		mr_idmap_write(&map, s->run.map);
	mr_idmap_free(&map);
	return rc;
}

static int
start(struct ratings *s, struct mr_err *err)
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
	s->not_times.unit = o->time_unit;
	s->not_times.told = o->time_unit != MR_TIME_AUTO;
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

static int
take_all(struct ratings *s, struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	bool lists = r->src.form == MR_FORM_BLANKS, more = true;
	int64_t n = 0;
	int rc = MR_OK;

	while (rc == MR_OK && (lists || r->cols.n)) {
		rc = mr_ingest_source_next(&r->src, &more, err);
		if (rc == MR_OK && !more)
			rc = mr_ingest_run_more(r, &more, err);
		if (rc || !more)
			break;
		if (++n % 65536 == 0)
			mr_report_step(r->report, "rows", n,
			    mr_ingest_run_total(r, n));
		rc = lists ? take_list(s, err) : take_row(s, err);
	}
	return rc;
}

int
mr_ingest_ratings(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err)
{
	struct ratings s = { .has_time = false };
	int rc = mr_ingest_run_open(&s.run, o, MR_INGEST_RATINGS, run,
	    err);

	if (rc || o->detect) {
		rc = rc ? rc : mr_ingest_detect(&s.run, err);
		mr_ingest_run_free(&s.run);
		return rc;
	}
	rc = start(&s, err);
	if (rc == MR_OK)
		rc = take_all(&s, err);
	if (rc == MR_OK && s.dedupe != MR_DEDUPE_NONE)
		rc = put_kept(&s, err);
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
	return rc;
}
