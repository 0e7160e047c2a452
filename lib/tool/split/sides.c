/* On which side each of the kept rows falls, and what there is to tell of it.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tool/split/split_private.h"

static int64_t
count_rows(const struct mr_kept *k, enum mr_side side)
{
	int64_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += k->side[i] == side;
	return n;
}

/* --core, which may leave nothing. */
static int
keep_core(struct mr_kept *k, int64_t least, struct mr_report *report,
    struct mr_err *err)
{
	int rc = mr_kept_core(k, least, err);
	int64_t n;

	if (rc)
		return rc;
	n = count_rows(k, MR_SIDE_NONE);
	mr_report_fact(report, "rows left out by --core: %lld", (long long)n);
	if (n && n == (int64_t)k->n)
		mr_report_warn(report, "--core %lld leaves no row: no set of "
		    "users and items has so many for each", (long long)least);
	return MR_OK;
}

static int
part_each(struct mr_kept *k, const struct mr_split_plan *p, uint64_t key,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_kept_cut cut;
	int rc = mr_kept_each(k, p->some, p->timed, key, &cut, err);

	if (rc)
		return rc;
	mr_report_fact(report, "users with too few rows, all in train: %lld",
	    (long long)cut.n_short);
	if (cut.n_tied)
		mr_report_warn(report, "%lld of %lld users have equal times "
		    "at the cut: chance (-s) decides among them",
		    (long long)cut.n_tied, (long long)cut.n_parted);
	return MR_OK;
}

/* The test set of the plan, from rows that are all in train. */
static int
part(struct mr_kept *k, const struct mr_split_plan *p, uint64_t key,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_split_plan at = *p;
	char text[32];

	if (p->way == MR_SPLIT_LAST || p->way == MR_SPLIT_RANDOM)
		return part_each(k, p, key, report, err);
	if (p->way == MR_SPLIT_WHOLE)
		return mr_kept_whole(k, p->some.n, p->part.by, key, err);
	if (p->way == MR_SPLIT_LATEST) {
		int rc = mr_kept_time(k, p->some.share, &at.before, err);

		if (rc)
			return rc;
		if (!isnan(at.before))
			mr_report_fact(report, "time: %s",
			    mr_f64_text(at.before, text));
	}
	for (size_t i = 0; i < k->n; i++)
		if (k->side[i] == MR_SIDE_TRAIN && mr_split_plan_tests(&at,
		    key, mr_ids_get(&k->users, k->row[i].user),
		    mr_ids_get(&k->items, k->row[i].item), k->row[i].time))
			k->side[i] = MR_SIDE_TEST;
	return MR_OK;
}

/* Rows of test that say nothing of what a model is asked for. */
static int
drop(struct mr_kept *k, const struct mr_split_plan *p,
    struct mr_report *report, int64_t *n_dropped, struct mr_err *err)
{
	int64_t n_test = count_rows(k, MR_SIDE_TEST), seen = 0, unknown = 0;
	int rc = MR_OK;

	if (p->way >= MR_SPLIT_RANDOM)
		rc = mr_kept_seen(k, p->drop_seen, &seen, err);
	if (rc == MR_OK && p->drop_seen)
		mr_report_fact(report, "rows left out by --drop-seen: %lld",
		    (long long)seen);
	else if (rc == MR_OK && seen)
		mr_report_warn(report, "%lld of %lld rows in test have user "
		    "and item in common with rows in train: --drop-seen "
		    "leaves them out", (long long)seen, (long long)n_test);
	if (rc == MR_OK && p->drop_unknown) {
		rc = mr_kept_unknown(k, &unknown, err);
		mr_report_fact(report, "rows left out by --drop-unknown: %lld",
		    (long long)unknown);
	}
	*n_dropped = (p->drop_seen ? seen : 0) + unknown;
	return rc;
}

/* How many users, or items, have rows, and how many on one side alone. */
static int
tell_ids(const struct mr_kept *k, enum mr_split_by by,
    struct mr_report *report, struct mr_err *err)
{
	const int train = 1 << MR_SIDE_TRAIN, test = 1 << MR_SIDE_TEST;
	bool user = by == MR_SPLIT_USER;
	unsigned char *sides = mr_kept_sides(k, by, err);
	int64_t n = 0, in_train = 0, in_test = 0;

	if (!sides)
		return MR_ENOMEM;
	for (int32_t i = 0; i < (user ? k->users.n : k->items.n); i++) {
		n += (sides[i] & (train | test)) != 0;
		in_train += (sides[i] & (train | test)) == train;
		in_test += (sides[i] & (train | test)) == test;
	}
	mr_report_fact(report, "%s: %lld, in train only: %lld, in test only: "
	    "%lld", user ? "users" : "items", (long long)n,
	    (long long)in_train, (long long)in_test);
	free(sides);
	return MR_OK;
}

int
mr_split_sides(struct mr_kept *k, const struct mr_split_plan *p, uint64_t key,
    struct mr_report *report, int64_t *n_dropped, struct mr_err *err)
{
	int rc = mr_kept_end(k, err);

	if (rc == MR_OK && p->core)
		rc = keep_core(k, p->core, report, err);
	if (rc == MR_OK)
		rc = part(k, p, key, report, err);
	if (rc == MR_OK)
		rc = drop(k, p, report, n_dropped, err);
	if (rc == MR_OK)
		rc = tell_ids(k, MR_SPLIT_USER, report, err);
	return rc ? rc : tell_ids(k, MR_SPLIT_ITEM, report, err);
}
