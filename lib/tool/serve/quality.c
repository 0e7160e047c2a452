/* A small table of figures; see quality.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/quality.h"

#include "stream/tsv.h"

static int
add(struct mr_quality *m, const struct mr_slice *cell, const char *path,
    struct mr_err *err)
{
	int rc = MR_OK;

	if (m->rows == MR_QUALITY_ROWS)
		return mr_err_set(err, MR_EFORMAT, "%s: more than %d rows of "
		    "measures", path, MR_QUALITY_ROWS - 1);
	for (int c = 0; c < m->columns && rc == MR_OK; c++) {
		rc = mr_buf_add(&m->text, cell[c].p, cell[c].n, err);
		m->end[m->rows * m->columns + c] = m->text.n;
	}
	m->rows++;
	return rc;
}

int
mr_quality_load(struct mr_quality *m, const char *path, struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int rc = mr_tsv_open(&t, path, NULL, err);

	if (rc)
		return rc;
	m->columns = t.n_cols;
	if (t.n_cols > MR_QUALITY_COLUMNS)
		rc = mr_err_set(err, MR_EFORMAT, "%s: more than %d columns of "
		    "measures", path, MR_QUALITY_COLUMNS);
	if (rc == MR_OK && t.n_cols)
		rc = add(m, t.name, path, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc == MR_OK && more)
			rc = add(m, t.field, path, err);
	}
	mr_tsv_close(&t);
	return rc;
}

struct mr_slice
mr_quality_cell(const struct mr_quality *m, int row, int column)
{
	int at = row * m->columns + column;
	size_t from = at ? m->end[at - 1] : 0;

	return (struct mr_slice){ m->text.p + from, m->end[at] - from };
}

void
mr_quality_free(struct mr_quality *m)
{
	mr_buf_free(&m->text);
	*m = (struct mr_quality){ 0 };
}
