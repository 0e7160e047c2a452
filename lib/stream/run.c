/* The outputs of a run, published together; see run.h.
 * SPDX-License-Identifier: MIT */
#include "stream/run.h"

#include "stream/out_place.h"

int
mr_run_side(struct mr_run *r, const char *path, struct mr_out **out,
    struct mr_err *err)
{
	struct mr_out *o = &r->side[r->n_sides];
	int rc;

	*out = o;
	if (r->n_sides == MR_RUN_SIDES)
		return mr_err_set(err, MR_EARG, "%s: more than %d outputs "
		    "beside the main one", path, MR_RUN_SIDES);
	rc = mr_out_open(o, path, err);
	if (rc)
		return rc;
	r->n_sides++;
	rc = r->out.fd < 0 ? MR_OK : mr_out_apart(&r->out, o, err);
	for (int i = 0; rc == MR_OK && i < r->n_sides - 1; i++)
		rc = mr_out_apart(&r->side[i], o, err);
	return rc;
}

static int
sync_all(struct mr_run *r, struct mr_err *err)
{
	int rc = mr_out_sync(&r->out, err);

	for (int i = 0; rc == MR_OK && i < r->n_sides; i++)
		rc = mr_out_sync(&r->side[i], err);
	return rc;
}

static int
place_all(struct mr_run *r, struct mr_err *err)
{
	int rc = MR_OK;

	for (int i = 0; rc == MR_OK && i < r->n_sides; i++)
		if (r->side[i].path)
			rc = mr_out_place(&r->side[i], true, err);
	if (rc == MR_OK && r->out.path)
		rc = mr_out_place(&r->out, false, err);
	/* A folder that cannot be synced after the last name: all are there. */
	for (int i = 0; rc && !r->out.placed && i < r->n_sides; i++)
		mr_out_take_back(&r->side[i]);
	return rc;
}

int
mr_run_publish(struct mr_run *r, struct mr_err *err)
{
	int rc = sync_all(r, err);

	if (rc == MR_OK)
		rc = place_all(r, err);
	for (int i = 0; rc == MR_OK && i < r->n_sides; i++)
		rc = mr_out_close(&r->side[i], err);
	if (rc == MR_OK)
		rc = mr_out_close(&r->out, err);
	mr_run_abandon(r);
	return rc;
}

void
mr_run_abandon(struct mr_run *r)
{
	mr_out_abandon(&r->out);
	for (int i = 0; i < r->n_sides; i++)
		mr_out_abandon(&r->side[i]);
	r->n_sides = 0;
}
