/* mr-stat of ids: which look like 1.0, and which films the ratings know.
 * SPDX-License-Identifier: MIT */
#include "store/names.h"
#include "tool/stat/private.h"

/* The digits before ".0", or n = 0. */
static struct mr_slice
before_zero(struct mr_slice id)
{
	size_t i = 0;

	if (id.n < 3 || id.p[id.n - 2] != '.' || id.p[id.n - 1] != '0')
		return (struct mr_slice){ NULL, 0 };
	id.n -= 2;
	while (i < id.n && id.p[i] >= '0' && id.p[i] <= '9')
		i++;
	return i == id.n ? id : (struct mr_slice){ NULL, 0 };
}

int32_t
mr_stat_floats(const struct mr_ids *ids)
{
	int32_t n = 0;
	bool twice = false;

	for (int32_t i = 0; i < ids->n; i++) {
		struct mr_slice whole = before_zero(mr_ids_get(ids, i));

		n += whole.n > 0;
		twice = twice || (whole.n && mr_ids_find(ids, whole) >= 0);
	}
	return twice || n == ids->n ? n : 0;
}

int
mr_stat_films(const char *path, const struct mr_ids *items,
    struct mr_stat_figures *f, struct mr_err *err)
{
	struct mr_ids films = { 0 };
	int rc = mr_names_load(&films, path, "item", true, NULL, err);

	f->films = films.n;
	for (int32_t i = 0; rc == MR_OK && i < items->n; i++)
		f->in_films += mr_ids_find(&films, mr_ids_get(items, i)) >= 0;
	mr_ids_free(&films);
	return rc;
}
