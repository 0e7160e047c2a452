/* A network in 8 bits fitted to texts; see encoder.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/bert_fit.h"
#include "text/encoder.h"
#include "text/sample_texts.h"

#define MOST 80		/* pieces of a text; longer ones are cut */

int
mr_encoder_fit(struct mr_encoder *e, const struct mr_bert *full,
    struct mr_err *err)
{
	struct mr_wordpiece_scratch scratch = { 0 };
	int64_t n = 0, room = 0;
	int32_t *ids, *start;
	int rc = MR_ENOMEM;

	while (mr_sample_texts[n])
		n++;
	room = n * MOST;
	ids = mr_alloc((size_t)(room + n + 1), sizeof *ids,
	    "a sample of texts", err);
	start = ids ? ids + room : NULL;
	if (ids)
		rc = MR_OK;
	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		struct mr_wordpiece_ids out = { ids + start[i],
			e->max_pieces < MOST ? e->max_pieces : MOST, 0, 0 };

		rc = mr_wordpiece_encode(&e->words,
		    mr_slice_of(mr_sample_texts[i]), &scratch, &out, err);
		start[i + 1] = start[i] + out.n;
	}
	if (rc == MR_OK)
		rc = mr_bert_fit(&e->bert, full, ids, start, n, err);
	mr_wordpiece_scratch_free(&scratch);
	free(ids);
	return rc;
}
