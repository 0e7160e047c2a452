/* Ratings in blocks of rows, by several threads; see ratings.h.
 *
 * In each turn the blocks that are there are read by whoever is free, each into
 * a run of its own; then what they met is joined, in their order, while others
 * are brought into memory, which of a compressed file takes as long.  Where that
 * would not be what rows one by one give (a fault, one reject too many, times in
 * another unit), the rows of the block are taken one by one.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "stream/tsv.h"
#include "tool/ingest/blocks.h"
#include "tool/ingest/ratings.h"

#define SHARES 4		/* blocks of a turn for each thread */

struct part {
	bool open;
	struct mr_row_block block;
	struct mr_rating_run s;
	struct mr_err err;	/* why its rows must be taken one by one */
};

struct work {
	struct mr_rating_run *all;
	int threads, n;		/* n: blocks of a turn */
	struct mr_in file;	/* all's input, whose place the blocks take */
	struct mr_blocks in;
	struct mr_err err;	/* of reading it */
	struct mr_err joined;	/* of joining what was read */
	struct mr_recent **recent;	/* [threads] */
	struct part *part;	/* [2 * n] of this turn, and of the one before */
	struct mr_row_block more;	/* behind all of them */
	int now;		/* place of the first of this turn */
	int n_now, n_before;	/* that are there */
};

static void
clear(struct mr_rating_run *s)
{
	mr_ingest_run_part_clear(&s->run);
	mr_ingest_kept_clear(&s->kept);
	s->not_times = mr_ingest_times(s->run.o);
	s->float_users = s->float_items = (struct mr_floats){ 0 };
	s->n_unrated = 0;
	s->text.n = 0;
}

/* What a part needs when it has its first block. */
static int
open_part(const struct work *w, struct part *p, struct mr_err *err)
{
	struct mr_rating_run *s = &p->s;

	p->open = true;
	s->part = true;
	s->dedupe = w->all->dedupe;
	s->has_time = w->all->has_time;
	s->films = w->all->films;
	s->items = w->all->items;
	s->kept.known = &w->all->kept;
	mr_rating_seen_columns(&s->seen, w->all);
	return mr_ingest_run_part(&s->run, &w->all->run, err);
}

/* Take the rows of a block for itself. */
static void
read_part(struct work *w, struct part *p, int worker)
{
	struct mr_recent **recent = &w->recent[worker];
	struct mr_rating_run *s = &p->s;
	int rc = MR_OK;

	p->err = (struct mr_err){ 0 };
	if (!p->open)
		rc = open_part(w, p, &p->err);
	if (rc == MR_OK && !*recent)
		*recent = mr_alloc(1, sizeof **recent, "names", &p->err);
	clear(s);
	s->kept.recent = *recent;
	/* Keys take a text for one without a NUL. */
	s->seen.on = s->seen.n && p->block.n &&
	    !memchr(p->block.p, '\0', p->block.n);
	s->seen.user.most = 0;
	if (rc == MR_OK && *recent)
		rc = mr_ingest_source_over(&s->run.src, p->block.p,
		    p->block.n, p->block.line, w->file.name, &p->err);
	if (rc == MR_OK && *recent)
		rc = mr_rating_run_rows(s, &p->err);
	p->err.code = *recent ? rc : MR_ENOMEM;
}

static void
fill(struct work *w)
{
	int rc = w->err.code;

	for (w->n_now = 0; rc == MR_OK && w->n_now < w->n; w->n_now++) {
		struct mr_row_block *b = &w->part[w->now + w->n_now].block;

		rc = mr_blocks_next(&w->in, b, &w->err);
		if (rc || b->n == 0)
			break;
	}
}

static void
read_task(void *ctx, int64_t task, int worker)
{
	struct work *w = ctx;

	read_part(w, &w->part[w->n - w->now + (int)task], worker);
}

/* Rows that only lacked the numbers of their users. */
static int
put_users(struct mr_rating_run *all, struct mr_ingest_kept *k,
    struct mr_err *err)
{
	int rc = mr_ingest_kept_join_users(&all->kept, k, err);

	for (size_t i = 0; i < k->rows.n && rc == MR_OK; i++) {
		char text[32];

		/* No item or value is known to all. */
		rc = mr_rating_put(&all->text, mr_rating_anonymous(
		    k->rows.user[i], text), mr_ids_get(&k->items,
		    ~k->rows.item[i]), mr_ids_get(&k->values,
		    ~k->rows.value[i]), all->has_time ? &k->rows.time[i] :
		    NULL, err);
	}
	all->run.n_out += (int64_t)k->rows.n;
	mr_rating_flush(all);
	return rc;
}

/* Join what a block has met; *fits: it is what rows one by one would give. */
static int
join(struct work *w, struct part *p, bool *fits, struct mr_err *err)
{
	struct mr_rating_run *all = w->all, *s = &p->s;
	const struct mr_rejects *r = &all->run.rejects;
	int rc = MR_OK;

	*fits = p->err.code == MR_OK && !(r->max >= 0 &&
	    s->run.rejects.n > r->max - r->n) &&
	    mr_ingest_time_join(&all->not_times, &s->not_times);
	if (!*fits)
		return MR_OK;
	mr_ingest_run_join(&all->run, &s->run);
	mr_ingest_floats_join(&all->float_users, &s->float_users);
	mr_ingest_floats_join(&all->float_items, &s->float_items);
	all->n_unrated += s->n_unrated;
	if (all->dedupe != MR_DEDUPE_NONE)
		rc = mr_ingest_kept_join(&all->kept, &s->kept, err);
	else if (all->run.o->anonymise)
		rc = put_users(all, &s->kept, err);
	else
		mr_out_slice(all->run.out, mr_buf_slice(&s->text));
	return rc;
}

/* Block i behind those of the turn before, which are none from here on; at the
 * end of the input one without bytes. */
static int
take_behind(struct work *w, int i, struct mr_row_block **b, struct mr_err *err)
{
	int rc = MR_OK;

	*b = &w->more;
	if (i < w->n_before)
		*b = &w->part[w->n - w->now + i].block;
	else if (i - w->n_before < w->n_now)
		*b = &w->part[w->now + i - w->n_before].block;
	else if ((rc = w->err.code) == MR_OK)
		rc = mr_blocks_next(&w->in, *b, &w->err);
	if (rc)
		*err = w->err;
	return rc;
}

/* Where backslashes tell which quotes are such, a block may end between two:
 * the next one is the rest of its row then. */
static int
add_behind(struct work *w, int i, struct mr_err *err)
{
	struct part *p = &w->part[w->n - w->now + i];
	size_t n = p->block.n;
	int rc = MR_OK;

	while (rc == MR_OK && p->err.code && p->block.n - n <= MR_LINE_MAX &&
	    strstr(p->err.msg, "never closed")) {
		struct mr_row_block *b;

		rc = take_behind(w, ++i, &b, err);
		if (rc || (b == &w->more && b->n == 0))
			break;
		rc = mr_blocks_join(&p->block, b, err);
		b->n = 0;
		if (rc == MR_OK)
			read_part(w, p, 0);
	}
	return rc;
}

/* The rows of a block one by one. */
static int
take_part(struct work *w, const struct part *p, struct mr_err *err)
{
	struct mr_rating_run *all = w->all;
	int rc = mr_ingest_source_over(&all->run.src, p->block.p, p->block.n,
	    p->block.line, w->file.name, err);

	if (rc == MR_OK)
		rc = mr_rating_run_rows(all, err);
	mr_rating_flush(all);
	return rc;
}

/* The blocks of the turn before, in order. */
static int
join_all(struct work *w, struct mr_err *err)
{
	struct mr_rating_run *all = w->all;
	int rc = MR_OK;

	for (int i = 0; i < w->n_before && rc == MR_OK; i++) {
		struct part *p = &w->part[w->n - w->now + i];
		bool fits;

		/* Its rows may be those of the one before. */
		if (p->block.n == 0)
			continue;
		if (all->run.src.form == MR_FORM_BACKSLASH)
			rc = add_behind(w, i, err);
		if (rc == MR_OK)
			rc = join(w, p, &fits, err);
		if (rc == MR_OK && !fits)
			rc = take_part(w, p, err);
		all->run.src.later = true;
	}
	return rc;
}

/* Task 0 reads the input on, 1 joins what was read before. */
static void
fill_or_join(void *ctx, int64_t task, int worker)
{
	struct work *w = ctx;

	(void)worker;
	if (task == 0)
		fill(w);
	else
		w->joined.code = join_all(w, &w->joined);
}

static int
open_parts(struct work *w, struct mr_err *err)
{
	w->recent = mr_alloc((size_t)w->threads, sizeof *w->recent, "names",
	    err);
	w->part = mr_alloc(2 * (size_t)w->n, sizeof *w->part, "blocks", err);
	return w->recent && w->part ? MR_OK : MR_ENOMEM;
}

static void
close_parts(struct work *w)
{
	for (int i = 0; w->part && i < 2 * w->n; i++) {
		struct part *p = &w->part[i];

		mr_ingest_run_part_free(&p->s.run);
		mr_ingest_kept_free(&p->s.kept);
		mr_buf_free(&p->s.text);
		mr_row_block_free(&p->block);
	}
	for (int i = 0; w->recent && i < w->threads; i++)
		free(w->recent[i]);
	free(w->part);
	free(w->recent);
	mr_row_block_free(&w->more);
	mr_blocks_free(&w->in);
}

/* Turns until the input has ended and all is joined. */
static int
take_turns(struct work *w, struct mr_err *err)
{
	struct mr_ingest_run *r = &w->all->run;
	/* There joining may read the input on, too. */
	bool alone = r->src.form == MR_FORM_BACKSLASH || w->threads == 1;

	do {
		if (w->n_before)
			mr_par_run(w->threads, w->n_before, read_task, w);
		w->n_now = 0;
		mr_par_run(alone || w->n_before == 0 ? 1 : 2, 2, fill_or_join,
		    w);
		mr_report_step(r->report, "rows", r->n_rows,
		    r->o->n_paths > 1 ? 0 : mr_in_total(&w->file, r->n_rows));
		w->n_before = w->n_now;
		w->now = w->n - w->now;
	} while (w->joined.code == MR_OK && w->n_before);
	if (w->joined.code == MR_OK && w->err.code == MR_OK)
		return MR_OK;
	*err = w->joined.code ? w->joined : w->err;
	return err->code;
}

/* Rows that were read ahead, one by one; *may: blocks can follow. */
static int
take_first(struct mr_rating_run *s, int64_t *line, bool *may, bool *more,
    struct mr_err *err)
{
	int rc = MR_OK;

	*may = false;
	*more = true;
	while (rc == MR_OK && *more && !*may) {
		rc = mr_ingest_source_rest(&s->run.src, may, line, err);
		if (rc == MR_OK && !*may)
			rc = mr_rating_run_row(s, more, err);
	}
	return rc;
}

int
mr_rating_run_blocks(struct mr_rating_run *s, size_t bytes, bool *all,
    struct mr_err *err)
{
	struct mr_ingest_run *r = &s->run;
	struct work w = { .all = s, .threads = r->run->threads > 0 ?
	    r->run->threads : 1 };
	bool may, more;
	int rc;

	*all = false;
	/* What is inside of fields is read by way of the columns, and in a
	 * group rows lack their first field. */
	if (r->src.form == MR_FORM_JSON || r->src.form == MR_FORM_GROUPS ||
	    r->cols.inside)
		return MR_OK;
	rc = take_first(s, &w.in.line, &may, &more, err);
	/* They are before those of blocks. */
	mr_rating_flush(s);
	*all = rc == MR_OK;
	if (rc || !may)
		return rc;
	w.n = SHARES * w.threads;
	w.file = r->src.in;
	r->src.in = (struct mr_in){ .fd = -1 };
	w.in.in = &w.file;
	w.in.quoted = r->src.form == MR_FORM_CSV;
	w.in.bytes = bytes;
	rc = open_parts(&w, err);
	if (rc == MR_OK)
		rc = take_turns(&w, err);
	close_parts(&w);
	mr_in_close(&r->src.in);
	r->src.in = w.file;
	return rc;
}
