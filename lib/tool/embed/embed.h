/* The work of mr-embed with a transformer: rows or lines of text in, vectors
 * out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_EMBED_H
#define MR_TOOL_EMBED_EMBED_H

#include "stream/run.h"
#include "text/bert.h"
#include "tool/embed/terms.h"
#include "tool/embed/texts.h"

struct mr_embed_opt {
	struct mr_texts_opt texts;
	const char *folder;	/* of the model */
	const char *ledger;	/* TSV of item, pieces, cut; NULL: none */
	int precision;		/* enum mr_precision */
};

/*
 * mr_embed - a stream with the matrix E, item x dim, a row for each text
 * in order, of length 1 when the model says so.  Rows go out 256 at a time,
 * as they are made.  A row's bits depend on its text alone.
 * Memory: the model (see transformer.h), 256 texts, and for each thread the
 * workspace of max(256, longest text) pieces.
 */
int mr_embed(const struct mr_embed_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_embed_selftest - the texts of selftest.h through o->folder at
 * o->precision; a line on the run's output has the smallest cosine with their
 * vectors there.  MR_ENUMERIC when it is below 0.9999, of int8 0.99;
 * MR_EFORMAT when the model's width is another.  o->texts and o->ledger are
 * not looked at.
 */
int mr_embed_selftest(const struct mr_embed_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
