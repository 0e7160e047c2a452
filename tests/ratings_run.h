/* Ratings of a text cleaned in memory, for tests that compare ways to do so.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_RATINGS_RUN_H
#define MR_TESTS_RATINGS_RUN_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/err.h"
#include "stream/run.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/ratings.h"

/* What a run left: rows, rejects, map of ids, warnings, facts, the message. */
#define CLEANED_TEXTS 5
struct cleaned {
	int rc;
	struct mr_buf text[CLEANED_TEXTS];
	struct mr_err err;
};

/* Files without a name, made once: input, output, rejects, map. */
struct clean_files {
	int fd[4];
	char path[4][32];
};

static inline void
clean_files_open(struct clean_files *f)
{
	for (int i = 0; i < 4; i++) {
		f->fd[i] = memfd_create("test", 0);
		if (f->fd[i] < 0)
			abort();
		snprintf(f->path[i], sizeof f->path[i], "/dev/fd/%d",
		    f->fd[i]);
	}
}

static inline void
clean_files_put(const struct clean_files *f, const void *p, size_t n)
{
	if (ftruncate(f->fd[0], 0) != 0 ||
	    pwrite(f->fd[0], p, n, 0) != (ssize_t)n)
		abort();
}

static inline void
clean_take(int fd, struct mr_buf *b)
{
	off_t n = lseek(fd, 0, SEEK_END);
	struct mr_err err = { 0 };
	char *p = n > 0 ? malloc((size_t)n) : NULL;

	if (n > 0 && (!p || pread(fd, p, (size_t)n, 0) != n ||
	    mr_buf_add(b, p, (size_t)n, &err) != MR_OK))
		abort();
	free(p);
}

/* Clean what was put, as o says: its path, rejects and id_map need only be
 * there or not, and where cols are names alone there is no header.  bytes: of
 * a block, 0: row by row. */
static inline struct cleaned
clean_ratings(struct clean_files *f, const struct mr_ingest *o, int threads,
    size_t bytes)
{
	struct mr_run run = { .out.fd = -1, .header_in = !o->cols ||
	    strchr(o->cols, '='), .header_out = true, .threads = threads };
	struct cleaned c = { 0 };
	struct mr_ingest at = *o;
	const char *in = f->path[0];

	at.path = &in;
	at.n_paths = 1;
	at.rejects = o->rejects ? f->path[2] : NULL;
	at.id_map = o->id_map ? f->path[3] : NULL;
	for (int i = 1; i < 4; i++)
		if (ftruncate(f->fd[i], 0) != 0 ||
		    lseek(f->fd[i], 0, SEEK_SET) != 0)
			abort();
	c.rc = mr_out_open(&run.out, f->path[1], &c.err);
	if (c.rc == MR_OK)
		c.rc = mr_ingest_ratings_in(&at, &run, bytes, &c.err);
	/* What was written before a failure is compared, too. */
	mr_out_flush(&run.out);
	for (int i = 0; i < run.n_sides; i++)
		mr_out_flush(&run.side[i]);
	mr_run_abandon(&run);
	for (int i = 0; i < 3; i++)
		clean_take(f->fd[i + 1], &c.text[i]);
	c.text[3] = run.report.warnings;
	c.text[4] = run.report.facts;
	return c;
}

/* Which text of two runs differs; -1: none, -2: the status or the message. */
static inline int
cleaned_differ(const struct cleaned *a, const struct cleaned *b)
{
	if (a->rc != b->rc || strcmp(a->err.msg, b->err.msg) != 0)
		return -2;
	for (int i = 0; i < CLEANED_TEXTS; i++)
		if (!mr_slice_eq(mr_buf_slice(&a->text[i]),
		    mr_buf_slice(&b->text[i])))
			return i;
	return -1;
}

static inline void
cleaned_free(struct cleaned *c)
{
	for (int i = 0; i < CLEANED_TEXTS; i++)
		mr_buf_free(&c->text[i]);
}

#endif
