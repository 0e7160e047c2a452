/* A matrix stream in memory; see matrix_set.h.
 * SPDX-License-Identifier: MIT */
#include "stream/matrix_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

int
mr_set_begin(struct mr_set *s, struct mr_in *in, struct mr_err *err)
{
	memset(s, 0, sizeof *s);
	s->in = *in;
	*in = (struct mr_in){ .fd = -1 };
	return mr_mrm_open(&s->r, &s->in, err);
}

int
mr_set_open(struct mr_set *s, const char *path, struct mr_err *err)
{
	struct mr_in in;
	int rc = mr_in_open(&in, path, err);

	memset(s, 0, sizeof *s);
	return rc ? rc : mr_set_begin(s, &in, err);
}

static int
add_csr(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	struct mr_csr *m = &s->csr[b->index];
	const struct mr_csr *p = &b->part;
	int64_t nnz = mr_csr_nnz(m), more = p->ptr[p->rows];
	size_t same_cap = s->nnz_cap[b->index];
	int rc = mr_grow(&m->ptr, &s->cap[b->index],
	    (size_t)(m->rows + p->rows) + 1, sizeof *m->ptr, "rows", err);

	if (rc == MR_OK)
		rc = mr_grow(&m->idx, &same_cap, (size_t)(nnz + more),
		    sizeof *m->idx, "values", err);
	if (rc == MR_OK)
		rc = mr_grow(&m->val, &s->nnz_cap[b->index],
		    (size_t)(nnz + more), sizeof *m->val, "values", err);
	if (rc)
		return rc;
	for (int64_t u = 0; u <= p->rows; u++)
		m->ptr[m->rows + u] = nnz + p->ptr[u];
	if (more) {
		memcpy(m->idx + nnz, p->idx, (size_t)more * sizeof *m->idx);
		memcpy(m->val + nnz, p->val, (size_t)more * sizeof *m->val);
	}
	m->rows += p->rows;
	m->cols = p->cols;
	return MR_OK;
}

static int
add_whole(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	const struct mr_matrix_info *m = &s->r.matrix[b->index];
	size_t wide = (size_t)m->cols * mr_value_size(m->dtype);
	size_t have = (size_t)b->from * wide, more = (size_t)b->rows * wide;
	int rc = mr_grow(&s->whole[b->index], &s->cap[b->index], have + more,
	    1, m->name, err);

	if (rc == MR_OK && more)
		memcpy((char *)s->whole[b->index] + have, b->values, more);
	return rc;
}

/* Do the rows of b stand in the map, and where they are looked for?  Those that
 * were written since it was made are read, not looked at. */
static bool
in_place(const struct mr_set *s, const struct mr_block *b)
{
	const struct mr_matrix_info *i = &s->r.matrix[b->index];
	size_t wide = (size_t)i->cols * mr_value_size(i->dtype);
	size_t at = (uintptr_t)b->values - (uintptr_t)s->map.p;
	const char *first = b->from ? s->whole[b->index] : b->values;

	return at <= s->map.n &&
	    b->from % MR_BLOCK_ROWS == 0 && b->rows <= MR_BLOCK_ROWS &&
	    (const char *)b->values == first + (size_t)b->from * wide +
	    (size_t)(b->from / MR_BLOCK_ROWS) * MR_MATRIX_HEADER;
}

static int
add_dense(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	const struct mr_matrix_info *i = &s->r.matrix[b->index];
	struct mr_mat *m = &s->mat[b->index];

	m->cols = i->cols;
	return mr_mat_append(m, &s->cap[b->index], b->a, b->rows, i->name,
	    err);
}

/* Rows that lay in the map are copied from there after all, then b. */
static int
copy_lent(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	struct mr_mat *m = &s->mat[b->index], was = *m;
	struct mr_block part = { .index = b->index, .a = was.a };
	int rc = MR_OK;

	*m = (struct mr_mat){ 0 };
	s->whole[b->index] = NULL;
	s->lent[b->index] = false;
	for (int64_t i = 0; i < was.rows && rc == MR_OK; i += MR_BLOCK_ROWS) {
		part.rows = was.rows - i < MR_BLOCK_ROWS ? was.rows - i :
		    MR_BLOCK_ROWS;
		rc = add_dense(s, &part, err);
		part.a += MR_BLOCK_ROWS * was.cols + MR_MATRIX_HEADER / 4;
	}
	return rc ? rc : add_dense(s, b, err);
}

static int
lend_rows(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	const struct mr_matrix_info *i = &s->r.matrix[b->index];

	if (!in_place(s, b))
		return b->type == MR_BLOCK_DENSE && !s->in.lent ?
		    copy_lent(s, b, err) : mr_err_set(err, MR_EFORMAT,
		    "%s: rows of %s stand anywhere", s->in.name, i->name);
	if (b->from == 0)
		s->whole[b->index] = (void *)(uintptr_t)b->values;
	if (b->type == MR_BLOCK_DENSE)
		s->mat[b->index] = (struct mr_mat){ b->from + b->rows,
		    i->cols, s->whole[b->index] };
	return MR_OK;
}

int
mr_set_add(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
{
	if (b->type == MR_BLOCK_IDS)
		return MR_OK;	/* the reader keeps names */
	if (b->type == MR_BLOCK_CSR && s->in.lent && s->map.p)
		return mr_err_set(err, MR_EFORMAT, "%s: sparse rows",
		    s->in.name);
	if (b->type == MR_BLOCK_CSR)
		return add_csr(s, b, err);
	if (s->lent[b->index])
		return lend_rows(s, b, err);
	return b->type == MR_BLOCK_WHOLE ? add_whole(s, b, err) :
	    add_dense(s, b, err);
}

int
mr_set_lend(struct mr_set *s, int matrix, struct mr_err *err)
{
	struct mr_err why = { 0 };
	struct stat st;
	int rc = MR_OK;

	if (s->in.fd <= STDERR_FILENO || s->in.size <= 0 ||
	    fstat(s->in.fd, &st) != 0)
		return MR_OK;	/* where standard input begins is not known */
	if (!s->map.p) {
		rc = mr_map_fd(&s->map, s->in.fd, s->in.name, &why);
		s->written[0] = st.st_mtim.tv_sec;
		s->written[1] = st.st_mtim.tv_nsec;
	}
	if (rc)
		return rc == MR_ENOMEM ? mr_err_set(err, rc, "%s", why.msg) :
		    MR_OK;
	s->lent[matrix] = true;
	mr_mrm_lend(&s->r, matrix, (struct mr_slice){ s->map.p, s->map.n });
	return MR_OK;
}

int
mr_set_untouched(const struct mr_set *s, struct mr_err *err)
{
	struct stat st;

	if (!s->map.p || s->in.fd < 0 || fstat(s->in.fd, &st) != 0 ||
	    (st.st_mtim.tv_sec == s->written[0] &&
	    st.st_mtim.tv_nsec == s->written[1]))
		return MR_OK;
	return mr_err_set(err, MR_EIO, "%s: was written to while it was used: "
	    "once more, and what makes it should give it its name at the end, "
	    "as -o does", s->in.name);
}

static int
read_all(struct mr_set *s, struct mr_err *err)
{
	struct mr_block b;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&s->r, &b, &more, err);
		if (rc == MR_OK && more)
			rc = mr_set_add(s, &b, err);
	}
	return rc;
}

int
mr_set_load(struct mr_set *s, const char *path, struct mr_err *err)
{
	int rc = mr_set_open(s, path, err);

	return rc ? rc : read_all(s, err);
}

int
mr_set_read(struct mr_set *s, struct mr_in *in, struct mr_err *err)
{
	int rc = mr_set_begin(s, in, err);

	return rc ? rc : read_all(s, err);
}

int
mr_set_map(struct mr_set *s, const char *path, bool *fits,
    struct mr_err *err)
{
	struct mr_err why = { 0 };
	struct mr_map map;
	struct mr_in in;
	int rc = mr_map_open(&map, path, &why);

	*s = (struct mr_set){ 0 };
	if (rc == MR_OK) {
		in = (struct mr_in){ .fd = -1, .begun = true, .lent = true,
		    .eof = true, .name = path, .buf = (unsigned char *)
		    (uintptr_t)map.p, .len = map.n, .n_bytes =
		    (int64_t)map.n, .size = (int64_t)map.n };
		rc = mr_set_begin(s, &in, &why);
		s->map = map;
		for (int i = 0; i < MR_MATRIX_MAX; i++)
			s->lent[i] = true;
	}
	if (rc == MR_OK)
		rc = read_all(s, &why);
	*fits = rc == MR_OK;
	if (rc)
		mr_set_free(s);
	return rc == MR_ENOMEM ? mr_err_set(err, rc, "%s", why.msg) : MR_OK;
}

int
mr_set_dense(const struct mr_set *s, const char *name, int *index,
    const char *hint, struct mr_err *err)
{
	char have[256] = "";
	size_t n = 0;
	int found = -1, dense = 0;

	for (int i = 0; i < s->r.n_matrices; i++) {
		const struct mr_matrix_info *m = &s->r.matrix[i];

		if (m->type != MR_BLOCK_DENSE)
			continue;
		dense++;
		if (!name || strcmp(m->name, name) == 0)
			found = i;
		if (n < sizeof have - 1)
			n += (size_t)snprintf(have + n, sizeof have - n,
			    " %s", m->name);
	}
	*index = found;
	if (found >= 0 && (name || dense == 1))
		return MR_OK;
	if (name)
		return mr_err_set(err, MR_EFORMAT, "%s: no dense matrix '%s', "
		    "found%s", s->in.name, name, dense ? have : " none");
	return mr_err_set(err, MR_EFORMAT, "%s: %d dense matrices, expected "
	    "one%s%s%s", s->in.name, dense, hint ? hint : "", dense ? ":" :
	    "", have);
}

void
mr_set_free(struct mr_set *s)
{
	for (int i = 0; i < MR_MATRIX_MAX; i++) {
		if (!s->lent[i]) {
			mr_mat_free(&s->mat[i]);
			free(s->whole[i]);
		}
		s->mat[i] = (struct mr_mat){ 0 };
		s->whole[i] = NULL;
		s->lent[i] = false;
		mr_csr_free(&s->csr[i]);
	}
	mr_mrm_close(&s->r);
	mr_in_close(&s->in);
	mr_map_close(&s->map);
}
