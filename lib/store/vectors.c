/* Vectors in matrix streams; see vectors.h.
 * SPDX-License-Identifier: MIT */
#include "store/vectors.h"

#include <stdio.h>
#include <string.h>

#include "store/index_file.h"
#include "store/index_lookup.h"

/* The matrix asked for; without a name the only dense one or, where there is
 * none, the only sparse one. */
static int
find_matrix(struct mr_vectors *v, const char *name, struct mr_err *err)
{
	const struct mr_mrm_in *r = &v->set.r;
	int dense = 0, sparse = 0, place = -1;

	for (int i = 0; i < r->n_matrices; i++) {
		const struct mr_matrix_info *m = &r->matrix[i];

		dense += m->type == MR_BLOCK_DENSE;
		if (m->type != MR_BLOCK_CSR)
			continue;
		sparse++;
		if (!name || strcmp(name, m->name) == 0)
			place = i;
	}
	v->sparse = place >= 0 && (name || (dense == 0 && sparse == 1));
	v->index = place;
	return v->sparse ? MR_OK : mr_set_dense(&v->set, name, &v->index,
	    v->hint, err);
}

int
mr_vectors_choose(struct mr_vectors *v, const char *matrix,
    struct mr_err *err)
{
	const struct mr_matrix_info *m;
	int rc = find_matrix(v, matrix, err);

	if (rc)
		return rc;
	m = &v->set.r.matrix[v->index];
	v->n = m->rows;
	v->d = m->cols;
	v->names = &v->set.r.axis[m->row_axis].ids;
	if (v->n > INT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "%s: %lld rows, expected "
		    "at most %d", v->set.in.name, (long long)v->n,
		    INT32_MAX - 1);
	return MR_OK;
}

/* What cannot be read is none, nor what can be read once. */
static bool
is_store(const char *path)
{
	struct mr_set s;
	struct mr_map map;
	struct mr_block b;
	struct mr_err no = { 0 };
	bool more, is;

	if (mr_map_open(&map, path, &no) != MR_OK)
		return false;
	mr_map_close(&map);
	is = mr_set_open(&s, path, &no) == MR_OK &&
	    mr_mrm_next(&s.r, &b, &more, &no) == MR_OK &&
	    mr_store_is(&s.r.meta);
	mr_set_free(&s);
	return is;
}

/* *map: where it lies, if it can be; not again, when that was in vain. */
static int
load_set(struct mr_vectors *v, const char *path, enum mr_vectors_map *map,
    struct mr_err *err)
{
	bool named = path && strcmp(path, "-") != 0, fits = false;
	int rc = MR_OK;

	if (named && (*map == MR_MAP_ANY || (*map == MR_MAP_STORES &&
	    is_store(path))))
		rc = mr_set_map(&v->set, path, &fits, err);
	*map = MR_MAP_NONE;
	return rc || fits ? rc : mr_set_load(&v->set, path, err);
}

int
mr_vectors_load(struct mr_vectors *v, const char *path, const char *matrix,
    struct mr_err *err)
{
	const struct mr_vectors asked = { .hint = v->hint,
	    .keep_graph = v->keep_graph, .check_codes = v->check_codes };
	uint64_t before = 0;
	bool again = true, fits = false;
	enum mr_vectors_map map = v->map;
	int rc = MR_OK;

	if (v->look_up && !matrix)
		rc = mr_store_look_up(v, path, &fits, err);
	if (rc || fits)
		return rc;
	/* A store that is replaced between the readings of it and of its log
	 * is read again. */
	while (rc == MR_OK && again) {
		again = false;
		rc = load_set(v, path, &map, err);
		if (rc == MR_OK && mr_store_is(&v->set.r.meta) && matrix &&
		    strcmp(matrix, "E") != 0)
			rc = mr_err_set(err, MR_EFORMAT, "%s: a store, whose "
			    "rows are the matrix E: no other can be taken for "
			    "vectors", v->set.in.name);
		else if (rc == MR_OK && mr_store_is(&v->set.r.meta))
			rc = mr_vectors_choose(v, "E", err);
		else if (rc == MR_OK)
			rc = mr_vectors_choose(v, matrix, err);
		if (rc || !mr_store_is(&v->set.r.meta))
			return rc;
		rc = mr_store_take(v, path, before, &again, err);
		before = v->set.r.sealed;
		if (rc == MR_OK && again) {
			mr_vectors_free(v);
			*v = asked;
		}
	}
	return rc;
}

int
mr_vectors_films(struct mr_vectors *v, const char *path, struct mr_err *err)
{
	int rc = mr_vectors_load(v, path, NULL, err);

	if (rc)
		return rc;
	if (v->sparse)
		return mr_err_set(err, MR_EFORMAT, "%s: sparse vectors, "
		    "expected dense ones (mr-embed -m minilm)",
		    v->set.in.name);
	return v->names->n || v->n == 0 ? MR_OK : mr_err_set(err, MR_EFORMAT,
	    "%s: its rows have no names, so no film is found in it",
	    v->set.in.name);
}

bool
mr_vectors_numbered(const struct mr_vectors *v)
{
	const struct mr_meta *meta = &v->set.r.meta;

	return mr_slice_is(mr_meta_get(meta, "tool"), "mr-embed") &&
	    !mr_meta_get(meta, "template").p;
}

struct mr_rows
mr_vectors_rows(const struct mr_vectors *v, int64_t from, int64_t n)
{
	return (struct mr_rows){
		.dense = v->sparse ? NULL : &v->set.mat[v->index],
		.sparse = v->sparse ? &v->set.csr[v->index] : NULL,
		.from = from, .n = n, .gap = mr_set_gap(&v->set) };
}

int
mr_vectors_name(const struct mr_vectors *v, int64_t row, char number[24],
    struct mr_slice *name, struct mr_err *err)
{
	if (v->looked)
		return mr_store_looked_name(v->looked, row, name, err);
	if (v->names->n) {
		*name = mr_ids_get(v->names, (int32_t)row);
		return MR_OK;
	}
	snprintf(number, 24, "%lld", (long long)row);
	*name = mr_slice_of(number);
	return MR_OK;
}

int
mr_vectors_find(const struct mr_vectors *v, struct mr_slice name,
    int64_t *row, struct mr_err *err)
{
	if (v->looked)
		return mr_store_looked_find(v->looked, name, row, err);
	*row = -1;
	if (v->names->n)
		*row = mr_ids_find(v->names, name);
	else if (!mr_parse_i64(name, row) || *row >= v->n)
		*row = -1;
	return MR_OK;
}

int
mr_vectors_there(const struct mr_vectors *v, const struct mr_ids *names,
    uint64_t *there, struct mr_err *err)
{
	if (v->looked)
		return mr_store_looked_there(v->looked, names, there, err);
	memset(there, 0, ((size_t)names->n + 63) / 64 * sizeof *there);
	for (int32_t i = 0; i < names->n; i++)
		if (mr_ids_find(v->names, mr_ids_get(names, i)) >= 0)
			there[i / 64] |= (uint64_t)1 << i % 64;
	return MR_OK;
}

int
mr_vectors_list(const struct mr_vectors *v, struct mr_ids *names,
    int32_t *number, struct mr_err *err)
{
	return mr_store_looked_list(v->looked, names, number, err);
}

int
mr_vectors_row(const struct mr_vectors *v, int64_t row, const float **values,
    struct mr_err *err)
{
	if (v->looked)
		return mr_store_looked_row(v->looked, row, values, err);
	*values = mr_rows_at(&v->set.mat[v->index], mr_set_gap(&v->set), row);
	return MR_OK;
}

void
mr_vectors_free(struct mr_vectors *v)
{
	mr_store_looked_free(v->looked);
	mr_set_free(&v->set);
	*v = (struct mr_vectors){ 0 };
}
