/* What a transformer could not use of its texts; see lost.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/lost.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/utf8_class.h"

/* Past the blocks of punctuation, U+10000 and on, no model has tokens. */
static void
find_marks(struct mr_embed_lost *l)
{
	const struct mr_wordpiece *w = &l->e->words;

	for (uint32_t c = '!'; c < 0x10000; c++) {
		char text[4];
		struct mr_slice s = { text, 0 };
		int32_t id;

		if (mr_utf8_class(c) != MR_UTF8_PUNCT)
			continue;
		s.n = mr_utf8_encode(c, text);
		id = mr_wordpiece_id(w, s);
		if (id >= 0)
			l->mark[id] = true;
	}
	l->mark[w->unk] = l->mark[w->cls] = l->mark[w->sep] = true;
}

/* Pieces that say something. */
static int64_t
known(const struct mr_embed_lost *l, const int32_t *pieces, int32_t n)
{
	int64_t sum = 0;

	for (int32_t i = 0; i < n; i++)
		sum += !l->mark[pieces[i]];
	return sum;
}

int
mr_embed_lost_open(struct mr_embed_lost *l, const struct mr_encoder *e,
    const struct mr_template *template, struct mr_err *err)
{
	struct mr_wordpiece_scratch scratch = { 0 };
	struct mr_wordpiece_ids out = { .max = e->max_pieces };
	struct mr_buf text = { 0 };
	int rc = MR_OK;

	*l = (struct mr_embed_lost){ .e = e };
	l->mark = mr_alloc((size_t)e->words.n, sizeof *l->mark, "tokens", err);
	l->bare = l->mark ? mr_alloc((size_t)out.max, sizeof *l->bare,
	    "word pieces", err) : NULL;
	if (!l->bare)
		return MR_ENOMEM;
	find_marks(l);
	for (int i = 0; i < template->n && rc == MR_OK; i++)
		rc = mr_buf_add(&text, template->part[i].text.p,
		    template->part[i].text.n, err);
	out.id = l->bare;
	if (rc == MR_OK)
		rc = mr_wordpiece_encode(&e->words, mr_buf_slice(&text),
		    &scratch, &out, err);
	if (rc == MR_OK) {
		l->n_bare = out.n;
		l->known_bare = known(l, l->bare, out.n);
	}
	mr_wordpiece_scratch_free(&scratch);
	mr_buf_free(&text);
	return rc;
}

void
mr_embed_lost_count(struct mr_embed_lost *l, const int32_t *pieces,
    const struct mr_encoded *x)
{
	l->n_texts++;
	l->n_cut += x->full > x->pieces;
	if (x->pieces == l->n_bare && memcmp(pieces, l->bare,
	    (size_t)x->pieces * sizeof *pieces) == 0)
		l->n_empty++;
	else if (x->unknown)
		l->n_strange += known(l, pieces, x->pieces) <= l->known_bare;
}

void
mr_embed_lost_report(const struct mr_embed_lost *l, struct mr_report *report)
{
	if (l->n_cut)
		mr_report_warn(report, "%lld of %lld texts %s longer than %d "
		    "pieces: the rest counts for nothing",
		    (long long)l->n_cut, (long long)l->n_texts,
		    l->n_cut == 1 ? "is" : "are", (int)l->e->max_pieces);
	if (l->n_empty)
		mr_report_warn(report, l->n_empty == 1 ? "%lld text is empty" :
		    "%lld texts are empty: they have one vector",
		    (long long)l->n_empty);
	if (l->n_strange)
		mr_report_warn(report, "%lld of %lld texts %s no piece that "
		    "the model knows", (long long)l->n_strange,
		    (long long)l->n_texts, l->n_strange == 1 ? "has" :
		    "have");
}

void
mr_embed_lost_free(struct mr_embed_lost *l)
{
	free(l->mark);
	free(l->bare);
	*l = (struct mr_embed_lost){ 0 };
}
