/* Models to the matrix stream; see model_file.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_file.h"
#include "store/model_mood.h"
#include "store/model_near.h"
#include "store/model_ordered.h"

static int
put_meta(struct mr_meta *meta, const struct mr_model *m, bool has_ratings,
    struct mr_err *err)
{
	char text[2][32];
	int rc = mr_meta_put(meta, err, "mu", "%s", mr_f64_text(m->mu,
	    text[0]));

	if (rc == MR_OK && m->clip_lo <= m->clip_hi)
		rc = mr_meta_put(meta, err, "clip", "%s:%s",
		    mr_f64_text(m->clip_lo, text[0]),
		    mr_f64_text(m->clip_hi, text[1]));
	if (rc == MR_OK)
		rc = mr_model_ordered_meta(meta, &m->ordered, err);
	if (rc == MR_OK && m->n_new)
		rc = mr_meta_put(meta, err, "new", "%lld",
		    (long long)m->n_new);
	if (rc == MR_OK)
		rc = mr_model_near_meta(meta, m, err);
	if (rc == MR_OK && m->V.cols)
		rc = mr_meta_put(meta, err, "matrix.V", "item factor");
	if (rc == MR_OK && m->Y.cols)
		rc = mr_meta_put(meta, err, "matrix.Y", m->Y.cols == 1 ?
		    "item one" : "item factor");
	if (rc == MR_OK && m->bi)
		rc = mr_meta_put(meta, err, "matrix.bi", "item one");
	if (rc == MR_OK && m->U.cols)
		rc = mr_meta_put(meta, err, "matrix.U", "user factor");
	if (rc == MR_OK && m->bu)
		rc = mr_meta_put(meta, err, "matrix.bu", "user one");
	if (rc == MR_OK && has_ratings)
		rc = mr_meta_put(meta, err, "matrix.R", "user item");
	if (rc == MR_OK)
		rc = mr_model_mood_meta(meta, &m->moods, err);
	return rc;
}

int
mr_model_begin_out(struct mr_mrm_out *w, struct mr_out *out,
    struct mr_meta *meta, const struct mr_model *m,
    const struct mr_ids *items, bool has_ratings, struct mr_err *err)
{
	int rc = put_meta(meta, m, has_ratings, err);

	if (rc == MR_OK)
		rc = mr_mrm_begin(w, out, meta, err);
	if (rc)
		return rc;
	mr_mrm_ids(w, "item", items, 0, items->n);
	if (m->V.cols)
		mr_mrm_dense(w, "V", m->V.a, m->V.rows, m->V.cols);
	if (m->Y.cols)
		mr_mrm_dense(w, "Y", m->Y.a, m->Y.rows, m->Y.cols);
	if (m->bi)
		mr_mrm_dense(w, "bi", m->bi, items->n, 1);
	mr_model_near_rows(w, &m->near, MR_NEAR_ITEM, 0, items->n);
	return MR_OK;
}

/* In blocks, so that a reader can work on them as they come. */
void
mr_model_users_out(struct mr_mrm_out *w, const struct mr_model *m,
    const struct mr_ids *users, const struct mr_csr *R)
{
	int32_t from = 0;

	do {
		int32_t left = users->n - from;
		int32_t n = left < MR_BLOCK_ROWS ? left : MR_BLOCK_ROWS;

		mr_mrm_ids(w, "user", users, from, from + n);
		if (m->U.cols)
			mr_mrm_dense(w, "U", m->U.a + from * m->U.cols, n,
			    m->U.cols);
		if (m->bu)
			mr_mrm_dense(w, "bu", m->bu + from, n, 1);
		mr_model_near_rows(w, &m->near, MR_NEAR_USER, from, n);
		if (R->ptr)
			mr_mrm_csr(w, "R", R, from, from + n);
		if (m->moods.E.ptr)
			mr_mrm_csr(w, "E", &m->moods.E, from, from + n);
		from += n;
	} while (from < users->n);
}

int
mr_model_write(struct mr_out *out, struct mr_meta *meta,
    const struct mr_model *m, const struct mr_ids *users,
    const struct mr_ids *items, const struct mr_csr *R,
    const struct mr_meta *last, struct mr_err *err)
{
	struct mr_mrm_out w;
	int rc = mr_model_begin_out(&w, out, meta, m, items, R->ptr != NULL,
	    err);

	if (rc)
		return rc;
	mr_model_users_out(&w, m, users, R);
	mr_mrm_end(&w, last);
	return MR_OK;
}
