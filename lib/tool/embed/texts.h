/* The texts that mr-embed reads: rows of a TSV through a template, or lines.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_TEXTS_H
#define MR_TOOL_EMBED_TEXTS_H

#include "data/ids.h"
#include "stream/matrix.h"
#include "stream/tsv.h"
#include "text/template.h"

#define MR_TEXTS MR_BLOCK_ROWS	/* read at a time */

struct mr_texts_opt {
	const char *template;	/* of a row's text */
	const char *id;		/* the column that names a row */
	bool lines;		/* every line is a text, named by its number */
	const char *input;	/* path, NULL: stdin */
};

#define MR_TEXTS_OPT_DEFAULT { .id = "item", \
	.template = "{title}; {genre}" }

/*
 * The block in hand: n texts end to end, text i ends at end[i]; its names are
 * ids first .. first + n - 1.  ids has the names of all texts so far, but
 * with forget set those of lines go with their block: numbers do not repeat.
 * All zero is closed; freed by mr_embed_texts_close.  Memory: a block and the
 * names.
 */
struct mr_texts {
	const struct mr_texts_opt *o;	/* borrowed */
	struct mr_tsv tsv;	/* its input serves lines, too */
	struct mr_template template;
	int id_col;
	struct mr_ids ids;
	struct mr_buf text;
	size_t end[MR_TEXTS];
	int n;
	int32_t first;
	bool forget;		/* set by the caller after the open */
	int64_t n_before;	/* texts before this block */
};

/* mr_embed_texts_open - open the input; MR_EFORMAT when a column is missing,
 * MR_EARG when lines come with a template or an id other than the default. */
int mr_embed_texts_open(struct mr_texts *t, const struct mr_texts_opt *o,
    bool header_in, struct mr_err *err) MR_CHECKED;
/* mr_embed_texts_next - the next block, n = 0 at the end.  *more is false when
 * the input ended in it.  MR_EFORMAT names the line of an empty or repeated
 * name or of text that is not UTF-8. */
int mr_embed_texts_next(struct mr_texts *t, bool *more, struct mr_err *err)
    MR_CHECKED;
/* mr_embed_texts_total - how many texts the input will have, guessed from how
 * far its bytes have been read; 0 when its size is not known. */
int64_t mr_embed_texts_total(const struct mr_texts *t);
/* mr_embed_texts_get - text i of the block; valid until the next. */
struct mr_slice mr_embed_texts_get(const struct mr_texts *t, int64_t i);
/* mr_embed_texts_describe - to META: the template, where the texts have one,
 * and that E has a row a text and columns by axis.  mr_embed_texts_totals - to
 * the last META: the input's digest and n, the number of texts. */
int mr_embed_texts_describe(struct mr_meta *m, const struct mr_texts *t,
    const char *axis, struct mr_err *err) MR_CHECKED;
int mr_embed_texts_totals(struct mr_meta *m, const struct mr_texts *t,
    int64_t n, struct mr_err *err) MR_CHECKED;
void mr_embed_texts_close(struct mr_texts *t);

#endif
