/* Maps of ids; see idmap.h.
 * SPDX-License-Identifier: MIT */
#include "store/idmap.h"

#include <stdlib.h>

#include "core/mem.h"
#include "stream/tsv.h"

int
mr_idmap_add(struct mr_idmap *m, struct mr_slice from, struct mr_slice to,
    struct mr_err *err)
{
	int32_t i, j;
	int rc = mr_ids_add(&m->from, from, &i, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&m->to, to, &j, NULL, err);
	if (rc == MR_OK)
		rc = mr_grow(&m->at, &m->cap, (size_t)m->from.n,
		    sizeof *m->at, "map", err);
	if (rc == MR_OK)
		m->at[i] = j;
	return rc;
}

struct mr_slice
mr_idmap_get(const struct mr_idmap *m, struct mr_slice s, bool *known)
{
	int32_t i = mr_ids_find(&m->from, s);

	*known = i >= 0;
	return i < 0 ? s : mr_ids_get(&m->to, m->at[i]);
}

/* Two places for one id: which of them is meant nobody can know. */
static int
add_read(struct mr_idmap *m, const struct mr_tsv *t, int from, int to,
    struct mr_err *err)
{
	struct mr_slice id = t->field[from], old;
	bool known;
	int rc = mr_tsv_id(t, from, err);

	if (rc)
		return rc;
	old = mr_idmap_get(m, id, &known);
	if (known && !mr_slice_eq(old, t->field[to]))
		return mr_tsv_bad(t, err, "'%.*s' becomes '%.*s' here and "
		    "'%.*s' above", MR_SHOWN(id),
		    MR_SHOWN(t->field[to]), MR_SHOWN(old));
	return known ? MR_OK : mr_idmap_add(m, id, t->field[to], err);
}

int
mr_idmap_read(struct mr_idmap *m, const char *path, struct mr_err *err)
{
	struct mr_tsv t = { .in.fd = -1 };
	int rc, from = 0, to = 0;
	bool more = true;

	rc = mr_tsv_open(&t, path, NULL, err);
	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "from", &from, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t, "to", &to, err);
	while (rc == MR_OK) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		rc = add_read(m, &t, from, to, err);
	}
	mr_tsv_close(&t);
	return rc;
}

void
mr_idmap_write(const struct mr_idmap *m, struct mr_out *out)
{
	mr_out_text(out, "from\tto\n");
	for (int32_t i = 0; i < m->from.n; i++) {
		mr_tsv_put(out, mr_ids_get(&m->from, i));
		mr_out_byte(out, '\t');
		mr_tsv_put(out, mr_ids_get(&m->to, m->at[i]));
		mr_out_byte(out, '\n');
	}
}

void
mr_idmap_free(struct mr_idmap *m)
{
	mr_ids_free(&m->from);
	mr_ids_free(&m->to);
	free(m->at);
	*m = (struct mr_idmap){ 0 };
}
