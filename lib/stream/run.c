/* The outputs of a run, published together; see run.h.
 * SPDX-License-Identifier: MIT */
#include "stream/run.h"

#include "stream/leftover.h"
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

/* A step of every output; none after one that fails. */
static int
each(struct mr_run *r, int (*step)(struct mr_out *out, struct mr_err *err),
    struct mr_err *err)
{
	int rc = step(&r->out, err);

	for (int i = 0; rc == MR_OK && i < r->n_sides; i++)
		rc = step(&r->side[i], err);
	return rc;
}

/* All names, or none: those given before one that cannot be are taken back. */
static int
place_all(struct mr_run *r, struct mr_err *err)
{
	int rc = MR_OK;

	for (int i = 0; rc == MR_OK && i < r->n_sides; i++)
		rc = mr_out_place(&r->side[i], true, err);
	if (rc == MR_OK)
		rc = mr_out_place(&r->out, false, err);
	for (int i = 0; rc && i < r->n_sides; i++) {
		struct mr_err first = *err;

		if (mr_out_take_back(&r->side[i]))
			continue;
		*err = (struct mr_err){ 0 };
		rc = mr_err_set(err, MR_EIO, "%s; %s is new and cannot be "
		    "taken back", first.msg, r->side[i].name);
	}
	return rc;
}

int
mr_run_publish(struct mr_run *r, struct mr_err *err)
{
	int rc = each(r, mr_out_sync, err);
	sigset_t before;

	/* A signal ends the run before the first name or after the last. */
	mr_leftover_hold(&before);
	if (rc == MR_OK)
		rc = each(r, mr_out_ready, err);
	if (rc == MR_OK)
		rc = place_all(r, err);
	if (rc == MR_OK)
		rc = each(r, mr_out_sync_folder, err);
	mr_run_abandon(r);
	mr_leftover_release(&before);
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
