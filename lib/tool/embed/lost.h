/* What a transformer could not use of the texts it was given.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_LOST_H
#define MR_TOOL_EMBED_LOST_H

#include "core/report.h"
#include "text/encoder.h"
#include "text/template.h"

/* Counts of texts.  All zero is empty; freed by mr_embed_lost_free. */
struct mr_embed_lost {
	const struct mr_encoder *e;	/* borrowed */
	bool *mark;		/* [tokens] of one mark, or special */
	int32_t *bare;		/* the pieces of a text without content */
	int32_t n_bare;
	int64_t known_bare;	/* of them, as known() counts */
	int64_t n_texts, n_cut, n_empty, n_strange;
};

/*
 * mr_embed_lost_open - for the texts that template makes; of lines it has no
 * parts.  MR_ENOMEM.  Memory: a byte a token and 4 max_pieces bytes.
 */
int mr_embed_lost_open(struct mr_embed_lost *l, const struct mr_encoder *e,
    const struct mr_template *template, struct mr_err *err) MR_CHECKED;

/*
 * mr_embed_lost_count - one more text, its pieces [x->pieces]:
 *
 *   cut      longer than max_pieces
 *   empty    its pieces are those of a row whose fields are all empty
 *   strange  pieces the model does not know and, but for marks and the
 *            template's own words, no others
 */
void mr_embed_lost_count(struct mr_embed_lost *l, const int32_t *pieces,
    const struct mr_encoded *x);
/* mr_embed_lost_report - a warning for each kind that there was. */
void mr_embed_lost_report(const struct mr_embed_lost *l,
    struct mr_report *report);
void mr_embed_lost_free(struct mr_embed_lost *l);

#endif
