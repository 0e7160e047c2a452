/* Ways to search, and the order of ties that all of them share; see index.h.
 * SPDX-License-Identifier: MIT */
#include "vector/index.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "vector/coded.h"
#include "vector/exact.h"
#include "vector/graph.h"
#include "vector/sparse.h"

const struct mr_index_class *const mr_index_classes[] = {
	&mr_exact_index,
	&mr_coded_index,
	&mr_graph_index,
	&mr_sparse_index,
	NULL
};

bool
mr_rows_zero(const struct mr_rows *q, int64_t i)
{
	const struct mr_csr *m = q->sparse;
	int64_t at = q->from + i, n = m ? m->ptr[at + 1] - m->ptr[at] :
	    q->dense->cols;
	const float *x = m ? m->val + m->ptr[at] : mr_rows_dense(q, i);

	for (int64_t k = 0; k < n; k++)
		if (fabsf(x[k]) > 0)
			return false;
	return true;
}

static const struct mr_index_class *
choose(const struct mr_rows *base, const struct mr_index_opt *o)
{
	int64_t n = o->allow ? 0 : base->n;

	if (base->sparse)
		return &mr_sparse_index;
	for (int64_t i = 0; o->allow && i < (base->n + 63) / 64; i++)
		n += __builtin_popcountll(o->allow[i]);
	return o->k && mr_coded_pays(o->metric, n, base->dense->cols, o->k) ?
	    &mr_coded_index : &mr_exact_index;
}

int
mr_index_build(struct mr_index *x, const struct mr_rows *base,
    const struct mr_index_opt *o, struct mr_err *err)
{
	bool sparse = base->sparse != NULL;
	int rc = MR_OK;

	*x = (struct mr_index){ .class = o->class ? o->class :
	    choose(base, o), .metric = o->metric, .threads = o->threads,
	    .borrows = o->borrow, .n = base->n, .d = sparse ?
	    base->sparse->cols : base->dense->cols };
	assert(x->class->sparse == sparse && base->from == 0);
	if (o->names && o->names->n) {
		x->rank = mr_alloc((size_t)x->n, sizeof *x->rank,
		    "order of ids", err);
		rc = x->rank ? mr_ids_order(o->names, NULL, x->rank, err) :
		    MR_ENOMEM;
	}
	return rc ? rc : x->class->build(x, base, o->allow, err);
}

int
mr_index_search(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	assert(x->class->sparse ? s->q.sparse && s->q.sparse->cols == x->d :
	    s->q.dense && s->q.dense->cols == x->d);
	return x->class->search(x, s, hit, found, err);
}

void
mr_index_free(struct mr_index *x)
{
	if (x->class)
		x->class->free(x->own);
	free(x->rank);
	*x = (struct mr_index){ 0 };
}
