/* The counting sort; see group.h.
 * SPDX-License-Identifier: MIT */
#include "data/group.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static int32_t
key_at(const int32_t *key, size_t stride, size_t i)
{
	int32_t k;

	memcpy(&k, (const char *)key + i * stride, sizeof k);
	return k;
}

int
mr_group_by(struct mr_group *g, const int32_t *key, size_t stride, size_t n,
    int32_t n_groups, const char *what, struct mr_err *err)
{
	*g = (struct mr_group){ 0 };
	if (n > UINT32_MAX)
		return mr_err_set(err, MR_ERANGE, "%zu %s, expected at most "
		    "%u", n, what, UINT32_MAX);
	g->ptr = mr_alloc((size_t)n_groups + 1, sizeof *g->ptr, what, err);
	g->row = g->ptr ? mr_alloc(n, sizeof *g->row, what, err) : NULL;
	if (!g->row)
		return MR_ENOMEM;
	for (size_t i = 0; i < n; i++)
		g->ptr[key_at(key, stride, i) + 1]++;
	for (int32_t k = 0; k < n_groups; k++)
		g->ptr[k + 1] += g->ptr[k];
	for (size_t i = 0; i < n; i++)
		g->row[g->ptr[key_at(key, stride, i)]++] = (uint32_t)i;
	/* Each start has moved to the end of its group. */
	memmove(g->ptr + 1, g->ptr, (size_t)n_groups * sizeof *g->ptr);
	g->ptr[0] = 0;
	return MR_OK;
}

void
mr_group_free(struct mr_group *g)
{
	free(g->ptr);
	free(g->row);
	*g = (struct mr_group){ 0 };
}
