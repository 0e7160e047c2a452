/* Neighbours that were found once; see near_kept.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/near_kept.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct mr_near_kept {
	int32_t films;
	_Atomic(struct mr_near_list *) list[];	/* [MR_NEAR_KINDS * films] */
};

int
mr_near_kept_new(struct mr_near_kept **out, int32_t films, struct mr_err *err)
{
	size_t n = (size_t)films * MR_NEAR_KINDS;
	struct mr_near_kept *k = *out = mr_alloc(1, sizeof *k + n *
	    sizeof k->list[0], "neighbours", err);

	if (!k)
		return MR_ENOMEM;
	k->films = films;
	for (size_t i = 0; i < n; i++)
		atomic_init(&k->list[i], NULL);
	return MR_OK;
}

void
mr_near_kept_free(struct mr_near_kept *k)
{
	for (int64_t i = 0; k && i < (int64_t)k->films * MR_NEAR_KINDS; i++)
		free(atomic_load(&k->list[i]));
	free(k);
}

const struct mr_near_list *
mr_near_kept_get(const struct mr_near_kept *k, enum mr_near_kind kind,
    int32_t film)
{
	return atomic_load(&k->list[(int64_t)kind * k->films + film]);
}

void
mr_near_kept_put(struct mr_near_kept *k, enum mr_near_kind kind, int32_t film,
    const struct mr_near_list *list)
{
	struct mr_near_list *none = NULL, *copy = malloc(sizeof *copy);

	if (!copy)
		return;
	memcpy(copy, list, sizeof *copy);
	if (!atomic_compare_exchange_strong(&k->list[(int64_t)kind * k->films +
	    film], &none, copy))
		free(copy);
}
