/* Fields that are made of what columns hold; see run.h.  Apart from the few
 * lines that every field passes.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/run.h"

/* "Name" as "Name (Year)". */
static int
add_year(struct mr_ingest_run *r, struct mr_slice *name, struct mr_err *err)
{
	struct mr_slice year;
	int at = r->cols.year_at;
	int rc = mr_ingest_clean(&r->clean, at, r->src.field[at], &year, err);

	if (rc || name->n == 0 || year.n == 0)
		return rc;
	r->name_year.n = 0;
	rc = mr_buf_addf(&r->name_year, err, "%.*s (%.*s)", (int)name->n,
	    name->p, (int)year.n, year.p);
	*name = mr_buf_slice(&r->name_year);
	return rc;
}

/* What the path of a role finds in its field. */
static int
follow(struct mr_ingest_run *r, enum mr_role role, struct mr_slice *out,
    struct mr_err *err)
{
	struct mr_json_paths *path = &r->cols.path[role];
	bool ok;
	int rc;

	if (out->n == 0)
		return MR_OK;
	rc = mr_json_paths_read(path, *out, &ok, err);
	if (!ok)
		mr_ingest_met(&r->bad_cells, &r->src, *out);
	*out = ok ? mr_buf_slice(path->value) : (struct mr_slice){ "", 0 };
	return rc || out->n == 0 ? rc : mr_ingest_clean(&r->clean, r->cols.n +
	    MR_N_ROLES + (int)role, *out, out, err);
}

int
mr_ingest_run_inside(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err)
{
	int at = r->cols.at[role];
	int rc = mr_ingest_clean(&r->clean, at, r->src.field[at], out, err);

	if (rc == MR_OK && r->cols.path[role].n)
		rc = follow(r, role, out, err);
	if (rc == MR_OK && role == MR_ROLE_ITEM && r->cols.year_at >= 0)
		rc = add_year(r, out, err);
	return rc;
}
