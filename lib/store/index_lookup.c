/* A store looked into; see index_lookup.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/index_file.h"
#include "store/index_take.h"
#include "stream/beside.h"

/* For each of names its row in the file to base (out), -1: none. */
static int
find_in_file(const struct mr_store_map *m, const struct mr_ids *names,
    int32_t *base, struct mr_err *err)
{
	int32_t left = names->n;

	for (int32_t k = 0; k < names->n; k++)
		base[k] = -1;
	for (int64_t i = 0; i < m->n && left; i++) {
		struct mr_slice name;
		int32_t k;

		if (!mr_store_map_name(m, i, &name))
			return mr_store_map_told(m, err);
		k = mr_ids_find(names, name);
		if (k < 0)
			continue;
		base[k] = (int32_t)i;
		left--;
	}
	return MR_OK;
}

static int
take_names(struct mr_store_lookup *x, struct mr_err *err)
{
	struct mr_change c;
	int32_t k;
	int rc = MR_OK;

	while (rc == MR_OK && mr_changes_next(&x->log, &c))
		for (int64_t i = 0; i < c.n && rc == MR_OK; i++)
			rc = mr_ids_add(&x->ids, mr_changes_name(&c, i), &k,
			    NULL, err);
	mr_changes_rewind(&x->log);
	if (rc)
		return rc;
	x->base = mr_alloc((size_t)x->ids.n, sizeof *x->base, "names", err);
	x->number = x->base ? mr_alloc((size_t)x->ids.n, sizeof *x->number,
	    "names", err) : NULL;
	return x->number ? find_in_file(&x->map, &x->ids, x->base, err) :
	    MR_ENOMEM;
}

/* In order: at[k], where the row of name k stands in the log, NULL: nowhere.
 * number[k] is what x->base says until a change. */
static int
take_changes(struct mr_store_lookup *x, const float **at, int64_t *puts,
    struct mr_err *err)
{
	struct mr_change c;

	memcpy(x->number, x->base, (size_t)x->ids.n * sizeof *x->number);
	while (mr_changes_next(&x->log, &c))
		for (int64_t i = 0; i < c.n; i++) {
			struct mr_slice name = mr_changes_name(&c, i);
			int32_t k = mr_ids_find(&x->ids, name);

			if (!c.rows && !at[k] && x->number[k] < 0)
				return mr_store_deletes_nothing(x->log.name,
				    name, err);
			x->number[k] = -1;
			at[k] = c.rows ? c.rows + i * x->map.d : NULL;
			*puts += c.rows != NULL;
		}
	return MR_OK;
}

/* The rows that count, with their numbers, in the order in which they were
 * put. */
static void
copy_rows(struct mr_store_lookup *x, const float *const *at)
{
	struct mr_change c;
	int64_t n = 0;

	mr_changes_rewind(&x->log);
	while (mr_changes_next(&x->log, &c))
		for (int64_t i = 0; c.rows && i < c.n; i++) {
			const float *row = c.rows + i * x->map.d;
			int32_t k = mr_ids_find(&x->ids,
			    mr_changes_name(&c, i));

			if (at[k] != row)
				continue;
			memcpy(mr_mat_row(&x->rows, n), row,
			    (size_t)x->map.d * sizeof *row);
			x->id[n] = k;
			x->number[k] = (int32_t)(x->map.n + n++);
		}
}

static int
keep_rows(struct mr_store_lookup *x, const float *const *at,
    struct mr_err *err)
{
	int64_t n = 0;
	int rc;

	for (int32_t k = 0; k < x->ids.n; k++)
		n += at[k] != NULL;
	if (x->map.n + n > INT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "%s: more than %d rows",
		    x->map.name, INT32_MAX - 1);
	rc = mr_mat_new(&x->rows, n, x->map.d, "the rows of a log", err);
	x->id = rc ? NULL : mr_alloc((size_t)n, sizeof *x->id, "names", err);
	if (!x->id)
		return MR_ENOMEM;
	for (int32_t k = 0; k < x->ids.n; k++) {
		x->any_dead = x->any_dead || x->base[k] >= 0;
		if (x->base[k] >= 0)
			x->live[x->base[k] / 64] &= ~((uint64_t)1 <<
			    x->base[k] % 64);
	}
	copy_rows(x, at);
	return MR_OK;
}

static int
apply(struct mr_store_lookup *x, struct mr_store_facts *f, struct mr_err *err)
{
	const float **at = NULL;
	int rc = take_names(x, err);

	if (rc == MR_OK)
		at = mr_alloc((size_t)x->ids.n, sizeof *at, "names", err);
	x->live = at ? mr_alloc((size_t)(x->map.n / 64 + 1), sizeof *x->live,
	    "rows that count", err) : NULL;
	if (x->live) {
		memset(x->live, 0xff, (size_t)(x->map.n / 64 + 1) *
		    sizeof *x->live);
		rc = take_changes(x, at, &f->log_rows, err);
		if (rc == MR_OK)
			rc = keep_rows(x, at, err);
	} else if (rc == MR_OK) {
		rc = MR_ENOMEM;
	}
	free(at);
	f->live = x->map.n + x->rows.rows;
	for (int32_t k = 0; rc == MR_OK && k < x->ids.n; k++)
		f->live -= x->base[k] >= 0;
	return rc;
}

/* v over the map: what mr_store_take leaves of one that is read. */
static void
begin(struct mr_vectors *v, struct mr_store_lookup *x)
{
	v->looked = x;
	v->set.in = (struct mr_in){ .fd = -1, .name = x->map.name };
	v->set.r.meta = x->map.meta;
	x->map.meta = (struct mr_meta){ 0 };
	v->set.r.sealed = x->map.digest;
	v->d = x->map.d;
	v->names = &v->set.r.axis[0].ids;
	v->has_graph = v->keep_graph && x->map.graph.n > 0;
	v->store = (struct mr_store_facts){ .is = true,
	    .digest = x->map.digest, .base_rows = x->map.n,
	    .live = x->map.n, .in_graph = x->map.n,
	    .base_bytes = (int64_t)x->map.map.n };
}

int
mr_store_look_into(struct mr_vectors *v, struct mr_store_lookup *x,
    uint64_t before, bool *again, struct mr_err *err)
{
	bool ours;
	int rc;

	begin(v, x);
	rc = mr_store_whose_log(v, &x->log, before, &ours, again, err);
	if (rc == MR_OK && ours)
		rc = apply(x, &v->store, err);
	v->n = v->store.live;
	return rc;
}

static int
look_up_once(struct mr_vectors *v, const char *path, uint64_t before,
    bool *fits, bool *again, struct mr_err *err)
{
	struct mr_store_lookup *x = mr_alloc(1, sizeof *x, "a store", err);
	char *name = NULL;
	int rc = x ? mr_store_map_open(&x->map, path, fits, err) : MR_ENOMEM;

	if (rc || !*fits) {
		free(x);
		return rc;
	}
	name = mr_beside(path, ".log", err);
	rc = name ? mr_changes_open(&x->log, name, err) : MR_ENOMEM;
	free(name);
	if (rc == MR_OK)
		return mr_store_look_into(v, x, before, again, err);
	begin(v, x);
	return rc;
}

int
mr_store_look_up(struct mr_vectors *v, const char *path, bool *fits,
    struct mr_err *err)
{
	const struct mr_vectors asked = *v;
	uint64_t before = 0;
	bool again = true;
	int rc = MR_OK;

	*fits = path && strcmp(path, "-") != 0;
	while (*fits && again && rc == MR_OK) {
		again = false;
		rc = look_up_once(v, path, before, fits, &again, err);
		before = v->store.digest;
		if (rc == MR_OK && again) {
			mr_vectors_free(v);
			*v = asked;
		}
	}
	return rc;
}

int
mr_store_looked_name(const struct mr_store_lookup *x, int64_t row,
    struct mr_slice *name, struct mr_err *err)
{
	if (row >= x->map.n)
		*name = mr_ids_get(&x->ids, x->id[row - x->map.n]);
	else if (!mr_store_map_name(&x->map, row, name))
		return mr_store_map_told(&x->map, err);
	return MR_OK;
}

int
mr_store_looked_find(const struct mr_store_lookup *x, struct mr_slice name,
    int64_t *row, struct mr_err *err)
{
	int32_t k = mr_ids_find(&x->ids, name);

	*row = k >= 0 ? x->number[k] : -1;
	for (int64_t i = 0; k < 0 && *row < 0 && i < x->map.n; i++) {
		struct mr_slice here;

		if (!mr_store_map_name(&x->map, i, &here))
			return mr_store_map_told(&x->map, err);
		if (mr_slice_eq(here, name))
			*row = i;
	}
	return MR_OK;
}

int
mr_store_looked_there(const struct mr_store_lookup *x,
    const struct mr_ids *names, uint64_t *there, struct mr_err *err)
{
	int32_t *base = mr_alloc((size_t)names->n, sizeof *base, "names",
	    err);
	int rc = base ? find_in_file(&x->map, names, base, err) : MR_ENOMEM;

	memset(there, 0, ((size_t)names->n + 63) / 64 * sizeof *there);
	for (int32_t i = 0; rc == MR_OK && i < names->n; i++) {
		int32_t k = mr_ids_find(&x->ids, mr_ids_get(names, i));

		if (k >= 0 ? x->number[k] >= 0 : base[i] >= 0)
			there[i / 64] |= (uint64_t)1 << i % 64;
	}
	free(base);
	return rc;
}

int
mr_store_looked_list(const struct mr_store_lookup *x, struct mr_ids *names,
    int32_t *number, struct mr_err *err)
{
	int64_t n = x->map.n + x->rows.rows;
	int rc = MR_OK;

	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		struct mr_slice name;
		bool is_new = true;
		int32_t at = 0;

		if (i < x->map.n && x->any_dead &&
		    !(x->live[i / 64] >> i % 64 & 1))
			continue;
		rc = mr_store_looked_name(x, i, &name, err);
		if (rc == MR_OK)
			rc = mr_ids_add(names, name, &at, &is_new, err);
		if (rc == MR_OK && !is_new)
			rc = mr_err_set(err, MR_EFORMAT, "%s: axis item: "
			    "'%.*s' stands twice", x->map.name,
			    MR_SHOWN(name));
		number[at] = (int32_t)i;
	}
	return rc;
}

int
mr_store_looked_row(const struct mr_store_lookup *x, int64_t row,
    const float **values, struct mr_err *err)
{
	if (row >= x->map.n)
		*values = mr_mat_row(&x->rows, row - x->map.n);
	else if (!mr_store_map_row(&x->map, row, values))
		return mr_store_map_told(&x->map, err);
	return MR_OK;
}

bool
mr_store_looked_before(const void *ctx, int32_t a, int32_t b)
{
	const struct mr_store_lookup *x = ctx;
	struct mr_err no = { 0 };
	struct mr_slice of_a, of_b;

	if (mr_store_looked_name(x, a, &of_a, &no) != MR_OK ||
	    mr_store_looked_name(x, b, &of_b, &no) != MR_OK)
		return a < b;
	return mr_slice_cmp(of_a, of_b) < 0;
}

void
mr_store_looked_free(struct mr_store_lookup *x)
{
	if (!x)
		return;
	mr_store_map_close(&x->map);
	mr_changes_close(&x->log);
	mr_ids_free(&x->ids);
	mr_mat_free(&x->rows);
	free(x->base);
	free(x->number);
	free(x->id);
	free(x->live);
	free(x);
}
