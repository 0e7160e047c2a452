/* Vectors of films beside a model; see texts.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/texts.h"

int
mr_recommend_vectors(struct mr_vectors *v, const char *path,
    struct mr_err *err)
{
	int rc = mr_vectors_load(v, path, NULL, err);

	if (rc)
		return rc;
	return v->names->n || v->n == 0 ? MR_OK : mr_err_set(err, MR_EFORMAT,
	    "%s: its rows have no names, so no film is found in it",
	    v->set.in.name);
}

int
mr_recommend_texts(struct mr_content *c, const struct mr_vectors *v,
    const char *path, const struct mr_recommender *r,
    struct mr_report *report, struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(r);
	struct mr_rows rows = mr_vectors_rows(v, 0, v->n);
	int rc = mr_content_open(c, &rows, v->names, items, err);

	if (rc == MR_OK && mr_vectors_numbered(v))
		mr_report_warn(report, "%s: its rows are called by the numbers "
		    "of lines (mr-embed --lines), which are not the ids of "
		    "films but by chance", path);
	if (rc == MR_OK && c->n_has < items->n)
		mr_report_warn(report, "%lld of the model's %d films have no "
		    "vector in %s: ratings alone speak for them%s",
		    (long long)(items->n - c->n_has), items->n, path,
		    c->n_has == 0 ? "; are its ids others?" : "");
	return rc;
}
