/* Fuzz target: the reader of the matrix stream, first on the bytes as they
 * are, then with checksums and END made right.
 * SPDX-License-Identifier: MIT */
#include "seal.h"
#include "stream/matrix_set.h"

/* What a reader believes of an accepted stream must hold. */
static void
check_set(const struct mr_set *s)
{
	for (int i = 0; i < s->r.n_matrices; i++) {
		const struct mr_matrix_info *m = &s->r.matrix[i];
		const struct mr_csr *c = &s->csr[i];

		if (m->type == MR_BLOCK_DENSE)
			assert(s->mat[i].rows == m->rows &&
			    s->mat[i].cols == m->cols);
		if (m->type != MR_BLOCK_CSR || !c->ptr)
			continue;
		assert(c->rows == m->rows && mr_csr_nnz(c) == m->nnz);
		for (int64_t k = 0; k < m->nnz; k++)
			assert(c->idx[k] >= 0 && c->idx[k] < m->cols);
	}
}

static void
read_all(const uint8_t *data, size_t size)
{
	struct mr_in in;
	struct mr_set s;
	struct mr_err err = { 0 };
	int rc = mr_in_memory(&in, data, size, "input", &err);

	assert(rc == MR_OK);
	rc = mr_set_read(&s, &in, &err);
	check_told(rc, &err);
	if (rc == MR_OK)
		check_set(&s);
	mr_set_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	raw_and_sealed(data, size, read_all);
	return 0;
}
