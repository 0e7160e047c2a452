/* Rows of lists; see print.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/print.h"

#include "store/ranked.h"
#include "tool/recommend/picks.h"

int
mr_print_head(struct mr_print *p, const char *who, struct mr_err *err)
{
	const char *more = p->per ? MR_PICKS_HEAD : "";
	int rc = p->reasons ? mr_reasons_head(p->reasons, &more, err) : MR_OK;

	if (rc == MR_OK && p->places)
		rc = mr_places_head(p->places, &more, err);
	if (rc == MR_OK)
		mr_ranked_head(p->out, who, more, mr_recommender_films(p->r));
	return rc;
}

int
mr_print_list(struct mr_print *p, struct mr_slice who, int64_t number,
    const struct mr_hit *hit, int64_t found, struct mr_slice cell,
    struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(p->r);

	for (int64_t j = 0; j < found && j < p->n_list; j++) {
		struct mr_ranked_row x = { who, j + 1, mr_ids_get(items,
		    hit[j].row), hit[j].score, cell };
		int rc = p->reasons ? mr_reasons_text(p->reasons, number, j,
		    hit[j].score, &x.more, err) : MR_OK;

		if (rc == MR_OK && p->places)
			rc = mr_places_cell(p->places, hit[j].row, &x.more,
			    err);
		if (rc)
			return rc;
		p->n_missing += !mr_ranked_put(p->out, &x,
		    mr_recommender_films(p->r), mr_recommender_film(p->r,
		    hit[j].row));
		p->n_rows++;
	}
	return MR_OK;
}
