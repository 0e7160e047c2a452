/* The work of mr-embed: rows or lines of text in, vectors out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_H
#define MR_TOOL_EMBED_H

#include "core/report.h"
#include "stream/io.h"

struct mr_embed_opt {
	const char *folder;	/* of the model */
	const char *template;	/* of a row's text */
	const char *id;		/* the column that names a row */
	int precision;		/* enum mr_precision */
	bool lines;		/* every line is a text, named by its number */
	const char *input;	/* path, NULL: stdin */
	int threads;
	bool header;
};

#define MR_EMBED_OPT_DEFAULT { .id = "item", .header = true, \
	.template = "{title}; {genre}" }

/*
 * mr_embed_run - a stream with the matrix E, item x dim, a row for each text
 * in order, of length 1 when the model says so.  Rows go out 256 at a time,
 * as they are made.  A row's bits depend on its text alone.  int8 on a CPU
 * without the instructions becomes f32, with a warning.
 * Memory: the model (see encoder.h), 256 texts, and for each thread the
 * workspace of max(256, longest text) pieces.
 */
int mr_embed_run(const struct mr_embed_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
