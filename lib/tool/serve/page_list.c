/* Films that were found, as a grid or a list.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/page.h"

#define W (&v->reply->body)

/* The number of hit h. */
static void
score_of(struct mr_visit *v, const struct mr_found *f,
    const struct mr_user *u, struct mr_hit h, struct mr_card *c)
{
	double x = (double)h.score;

	if (u && f->mixed) {
		c->score = MR_CARD_GUESS;
		c->value = mr_find_estimate(v->site, v->clerk, u, h.row);
	} else if (u) {
		c->score = MR_CARD_GUESS;
		c->value = mr_find_guess(v->site, h.score);
	} else if (f->scored && !f->weights) {
		c->score = !f->words ? MR_CARD_COSINE : mr_find_is_close(x,
		    f->mean) ? MR_CARD_CLOSE : MR_CARD_LOOSE;
		c->value = x;
	}
}

void
mr_page_list(struct mr_visit *v, const struct mr_found *f,
    const struct mr_user *u, const char *whose, bool lines)
{
	const struct mr_asked *a = &v->asked;
	struct mr_because why;

	if (u)
		mr_find_reasons_of(v->site, v->clerk, u);
	mr_write_raw(W, lines ? "<ol class=\"list\">\n" :
	    "<ol class=\"grid\">\n");
	for (int64_t k = a->offset; k < f->n && k < a->offset + a->n; k++) {
		struct mr_card c = { .film = f->hit[k].row, .whose = whose };

		score_of(v, f, u, f->hit[k], &c);
		if (u) {
			mr_find_because(v->site, v->clerk, u, c.film, &why);
			c.because = &why;
		}
		if (lines)
			mr_page_line(v, &c);
		else
			mr_page_card(v, &c);
	}
	mr_write_raw(W, "</ol>\n");
}
