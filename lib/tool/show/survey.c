/* Statistics of a matrix stream in one pass; see survey.h.
 * SPDX-License-Identifier: MIT */
#include "tool/show/survey.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tool/show/show.h"

static void
add_row(struct mr_stats *s, int dtype, const void *x, int64_t from, int64_t n)
{
	double squares = 0, norm;
	int64_t nnz = 0;

	for (int64_t k = 0; k < n; k++) {
		double v = dtype == MR_VALUE_F32 ?
		    (double)((const float *)x)[from + k] :
		    (double)mr_value_get(dtype, x, from + k);

		if (s->values + k == 0 || v < s->min)
			s->min = v;
		if (s->values + k == 0 || v > s->max)
			s->max = v;
		s->sum += v;
		squares += v * v;
		nnz += v < 0 || v > 0;
	}
	norm = sqrt(squares);
	if (s->rows == 0 || norm < s->norm_min)
		s->norm_min = norm;
	if (s->rows == 0 || norm > s->norm_max)
		s->norm_max = norm;
	s->norm_sum += norm;
	s->values += n;
	s->nnz += nnz;
	s->zero_rows += nnz == 0;
	s->rows++;
}

static void
add_block(struct mr_survey *s, const struct mr_block *b)
{
	const struct mr_csr *c = &b->part;
	int64_t cols;

	if (b->type == MR_BLOCK_IDS)
		return;
	cols = s->r.matrix[b->index].cols;
	for (int64_t i = 0; i < b->rows; i++)
		if (b->type == MR_BLOCK_CSR)
			add_row(&s->of[b->index], MR_VALUE_F32, c->val,
			    c->ptr[i], c->ptr[i + 1] - c->ptr[i]);
		else
			add_row(&s->of[b->index], b->dtype, b->values,
			    i * cols, cols);
}

int
mr_show_survey_read(struct mr_survey *s, const char *path, struct mr_err *err)
{
	struct mr_block b;
	bool more = true;
	int rc;

	memset(s, 0, sizeof *s);
	rc = mr_in_open(&s->in, path, err);
	if (rc == MR_OK)
		rc = mr_mrm_open(&s->r, &s->in, err);
	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&s->r, &b, &more, err);
		if (rc == MR_OK && more)
			add_block(s, &b);
	}
	return rc;
}

int64_t
mr_show_survey_axis_size(const struct mr_survey *s, int i)
{
	int64_t n = 0;

	if (s->r.axis[i].named)
		return s->r.axis[i].ids.n;
	for (int k = 0; k < s->r.n_matrices; k++) {
		const struct mr_matrix_info *m = &s->r.matrix[k];

		if (m->row_axis == i && m->rows > n)
			n = m->rows;
		if (m->col_axis == i && m->cols > n)
			n = m->cols;
	}
	return n;
}

int
mr_show_survey_pick(const struct mr_mrm_in *r, const char *name, int *place,
    struct mr_err *err)
{
	char have[MR_MATRIX_MAX * (MR_NAME_MAX + 1) + 1] = "";
	size_t n = 0;

	*place = name ? mr_mrm_find_matrix(r, name) : 0;
	if (*place >= 0 && (name || r->n_matrices == 1))
		return MR_OK;
	for (int i = 0; i < r->n_matrices; i++)
		n += (size_t)snprintf(have + n, sizeof have - n, " %s",
		    r->matrix[i].name);
	if (name)
		return mr_err_set(err, MR_EFORMAT, "%s: no matrix '%s', "
		    "found%s", r->in->name, name, n ? have : " none");
	return mr_err_set(err, MR_EFORMAT, "%s: %d matrices, name one with "
	    "--matrix:%s", r->in->name, r->n_matrices, n ? have : " none");
}

const char *
mr_show_survey_type(const struct mr_matrix_info *m)
{
	return m->type == MR_BLOCK_DENSE ? "dense" : m->type == MR_BLOCK_CSR ?
	    "csr" : mr_value_size(m->dtype) ? mr_value_name(m->dtype) :
	    "absent";
}

void
mr_show_survey_free(struct mr_survey *s)
{
	mr_mrm_close(&s->r);
	mr_in_close(&s->in);
}

int
mr_show_check(const char *path, struct mr_run *run, struct mr_err *err)
{
	struct mr_survey s;
	int rc = mr_show_survey_read(&s, path, err);

	if (rc == MR_OK)
		mr_report_fact(&run->report, "complete: %lld stream%s, %lld "
		    "blocks, %lld bytes", (long long)s.r.n_streams,
		    s.r.n_streams == 1 ? "" : "s",
		    (long long)s.r.n_blocks_all, (long long)s.in.n_bytes);
	mr_show_survey_free(&s);
	return rc;
}
