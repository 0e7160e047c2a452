/* The neighbourhood term on the stream; see model_near.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_near.h"

#include <stdio.h>
#include <string.h>

/* In the order of the enums of model.h. */
static const char *const axis_words[] = { "", "item", "user", NULL };
static const char *const norm_words[] = { "none", "sum", "abs", "count",
	NULL };
static const char *const term_words[] = { "product", "deviation", NULL };

int
mr_model_near_meta(struct mr_meta *meta, const struct mr_model *m,
    struct mr_err *err)
{
	const struct mr_near *a = &m->near;
	const char *axis = axis_words[a->axis];
	int rc = MR_OK;

	if (m->noise > 0) {
		char text[32];

		rc = mr_meta_put(meta, err, "noise", "%s",
		    mr_f64_text(m->noise, text));
		if (rc == MR_OK)
			rc = mr_meta_put(meta, err, "noise.seed", "%lld",
			    (long long)m->noise_seed);
	}
	if (a->axis == MR_NEAR_NONE || rc)
		return rc;
	rc = mr_meta_put(meta, err, "near", "%s", axis);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "near.norm", "%s",
		    norm_words[a->norm]);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "near.term", "%s",
		    term_words[a->deviation]);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "near.k", "%lld",
		    (long long)a->k);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "near.min", "%lld",
		    (long long)a->min);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "matrix.S", "%s %s", axis, axis);
	if (rc == MR_OK && a->scale)
		rc = mr_meta_put(meta, err, "matrix." MR_NEAR_SCALE,
		    "%s one", axis);
	return rc;
}

void
mr_model_near_rows(struct mr_mrm_out *w, const struct mr_near *a, int axis,
    int64_t from, int64_t n)
{
	if (a->axis != axis)
		return;
	if (a->scale)
		mr_mrm_dense(w, MR_NEAR_SCALE, a->scale + from, n, 1);
	mr_mrm_csr(w, "S", &a->S, from, from + n);
}

/* The place of META key= among words, which may be an empty string first. */
static int
read_word(const struct mr_model_in *in, const char *key,
    const char *const *words, int *place, struct mr_err *err)
{
	struct mr_slice v = mr_meta_get(&in->set.r.meta, key);
	char list[64] = "";
	size_t n = 0;

	for (int i = 0; words[i]; i++) {
		if (v.n && mr_slice_is(v, words[i])) {
			*place = i;
			return MR_OK;
		}
		if (words[i][0])
			n += (size_t)snprintf(list + n, sizeof list - n,
			    "%s%s", n ? ", " : "", words[i]);
	}
	return mr_err_set(err, MR_EFORMAT, "%s: META %s=%.*s: expected one "
	    "of %s", in->set.in.name, key, MR_SHOWN(v), list);
}

static int
read_count(const struct mr_model_in *in, const char *key, int64_t *out,
    struct mr_err *err)
{
	struct mr_slice v = mr_meta_get(&in->set.r.meta, key);

	if (v.p && mr_parse_i64(v, out) && *out >= 0)
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s: META %s=%.*s: expected a "
	    "whole number from 0", in->set.in.name, key,
	    MR_SHOWN(v));
}

static int
read_noise(struct mr_model_in *in, struct mr_err *err)
{
	const struct mr_meta *meta = &in->set.r.meta;
	struct mr_slice noise = mr_meta_get(meta, "noise");
	struct mr_slice seed = mr_meta_get(meta, "noise.seed");
	int64_t number = 0;

	if (!noise.p && !seed.p)
		return MR_OK;
	if (!noise.p || !seed.p || !mr_parse_f64(noise, &in->m.noise) ||
	    in->m.noise < 0 || !mr_parse_i64(seed, &number))
		return mr_err_set(err, MR_EFORMAT, "%s: META noise= and "
		    "noise.seed= are not a standard deviation and a whole "
		    "number", in->set.in.name);
	in->m.noise_seed = (uint64_t)number;
	return MR_OK;
}

int
mr_model_near_start(struct mr_model_in *in, struct mr_err *err)
{
	struct mr_mrm_in *r = &in->set.r;
	struct mr_near *a = &in->m.near;
	int term = 0, rc = read_noise(in, err);

	in->s = mr_mrm_find_matrix(r, "S");
	in->scale = mr_mrm_find_matrix(r, MR_NEAR_SCALE);
	if (rc)
		return rc;
	if (!mr_meta_get(&r->meta, "near").p) {
		if (in->s < 0 && in->scale < 0)
			return MR_OK;
		return mr_err_set(err, MR_EFORMAT, "%s: a matrix %s, but META "
		    "has no near=", in->set.in.name, in->s >= 0 ? "S" :
		    MR_NEAR_SCALE);
	}
	rc = read_word(in, "near", axis_words, &a->axis, err);
	if (rc == MR_OK)
		rc = read_word(in, "near.norm", norm_words, &a->norm, err);
	if (rc == MR_OK)
		rc = read_word(in, "near.term", term_words, &term, err);
	if (rc == MR_OK)
		rc = read_count(in, "near.k", &a->k, err);
	if (rc == MR_OK)
		rc = read_count(in, "near.min", &a->min, err);
	a->deviation = term;
	if (rc == MR_OK && (in->s < 0 || in->r < 0))
		return mr_err_set(err, MR_EFORMAT, "%s: near=%s needs the "
		    "matrices S and R", in->set.in.name, axis_words[a->axis]);
	return rc;
}

/* Does the matrix lie on the axis, both ways when it is square? */
static bool
lies_on(const struct mr_mrm_in *r, int matrix, const char *axis, int type)
{
	const struct mr_matrix_info *m = &r->matrix[matrix];

	return strcmp(r->axis[m->row_axis].name, axis) == 0 &&
	    (type == MR_BLOCK_DENSE || m->row_axis == m->col_axis) &&
	    (m->type == 0 || m->type == type);
}

static int
check_scale(const struct mr_model_in *in, int64_t n, const char *axis,
    struct mr_err *err)
{
	const struct mr_set *s = &in->set;
	const struct mr_mat *a = &s->mat[in->scale];

	if (!lies_on(&s->r, in->scale, axis, MR_BLOCK_DENSE) || a->rows != n ||
	    (n && a->cols != 1))
		return mr_err_set(err, MR_EFORMAT, "%s: matrix "
		    MR_NEAR_SCALE " is not a column of %lld %ss", s->in.name,
		    (long long)n, axis);
	for (int64_t i = 0; i < n; i++)
		if (!(a->a[i] > 0))
			return mr_err_set(err, MR_EFORMAT, "%s: row %lld of "
			    MR_NEAR_SCALE " is %g, expected a number above 0",
			    s->in.name, (long long)i, (double)a->a[i]);
	return MR_OK;
}

int
mr_model_near_check(const struct mr_model_in *in, struct mr_err *err)
{
	const struct mr_set *s = &in->set;
	int axis = in->m.near.axis;
	int64_t n = axis == MR_NEAR_USER ? in->users->n : in->n_items;

	if (axis == MR_NEAR_NONE)
		return MR_OK;
	if (!lies_on(&s->r, in->s, axis_words[axis], MR_BLOCK_CSR) ||
	    s->csr[in->s].rows != n || (n && s->csr[in->s].cols != n))
		return mr_err_set(err, MR_EFORMAT, "%s: matrix S is not "
		    "sparse, %lld x %lld over the axis %s (near=)",
		    s->in.name, (long long)n, (long long)n,
		    axis_words[axis]);
	return in->scale < 0 ? MR_OK :
	    check_scale(in, n, axis_words[axis], err);
}
