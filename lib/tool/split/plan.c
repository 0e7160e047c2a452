/* The options of a split: exactly one way, and what goes with it.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/date.h"
#include "tool/split/split_private.h"

bool
mr_split_time(const char *s, double *out)
{
	int64_t day;

	if (mr_parse_f64(mr_slice_of(s), out))
		return true;
	if (!mr_date_parse(mr_slice_of(s), &day))
		return false;
	*out = (double)(day * 86400);
	return true;
}

/* Exactly one way must be given. */
static int
find_way(struct mr_split_plan *p, const struct mr_split_opt *o,
    struct mr_err *err)
{
	const struct { bool given; enum mr_split_way way; const char *name; }
	ways[] = {
		{ o->folds > 0, MR_SPLIT_FOLDS, "--folds" },
		{ o->holdout, MR_SPLIT_HOLDOUT, "--holdout" },
		{ o->last, MR_SPLIT_LAST, "--leave-last" },
		{ o->random, MR_SPLIT_RANDOM, "--leave-random" },
		{ o->before, MR_SPLIT_BEFORE, "--before" }
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ways[i].given && p->name)
			return mr_err_set(err, MR_EARG, "%s and %s exclude "
			    "each other", p->name, ways[i].name);
		if (ways[i].given) {
			p->way = ways[i].way;
			p->name = ways[i].name;
		}
	}
	if (!p->name && o->fold > 0)
		return mr_err_set(err, MR_EARG, "--fold without --folds: one "
		    "of how many?");
	if (!p->name)
		return mr_err_set(err, MR_EARG, "how to split? one of --folds, "
		    "--holdout, --leave-last, --leave-random and --before is "
		    "needed");
	return MR_OK;
}

/* What goes with one way must not stand beside another. */
static int
check_beside(const struct mr_split_plan *p, const struct mr_split_opt *o,
    struct mr_err *err)
{
	bool hashed = p->way == MR_SPLIT_FOLDS || p->way == MR_SPLIT_HOLDOUT;

	if (p->way == MR_SPLIT_FOLDS && o->fold == 0)
		return mr_err_set(err, MR_EARG, "--folds without --fold: which "
		    "one is the test set?");
	if (p->way != MR_SPLIT_FOLDS && o->fold > 0)
		return mr_err_set(err, MR_EARG, "--fold goes with --folds "
		    "alone");
	if (o->fold > o->folds)
		return mr_err_set(err, MR_EARG, "--fold: %lld, expected 1 to "
		    "%lld", (long long)o->fold, (long long)o->folds);
	if (!hashed && o->by != MR_SPLIT_PAIR)
		return mr_err_set(err, MR_EARG, "--by goes with --folds and "
		    "--holdout alone");
	if (hashed && o->drop_seen)
		return mr_err_set(err, MR_EARG, "--drop-seen: by %s no user "
		    "and item are on both sides", p->name);
	return MR_OK;
}

/* A share, or where whole users or items are held out how many. */
static int
read_holdout(struct mr_split_plan *p, const char *s, struct mr_err *err)
{
	bool whole = p->part.by != MR_SPLIT_PAIR;

	if (mr_parse_f64(mr_slice_of(s), &p->part.share) &&
	    p->part.share >= 0 && p->part.share <= 1)
		return MR_OK;
	if (whole && mr_parse_i64(mr_slice_of(s), &p->some.n) &&
	    p->some.n > 1) {
		p->way = MR_SPLIT_WHOLE;
		return MR_OK;
	}
	return mr_err_set(err, MR_EARG, "--holdout: '%.*s' is not a number "
	    "from 0 to 1%s", MR_SHOWN(mr_slice_of(s)), whole ? " nor a whole "
	    "one above" : "; how many users or items goes with --by");
}

/* Of each user: a whole number, or a share. */
static int
read_amount(struct mr_split_plan *p, const char *s, struct mr_err *err)
{
	if (mr_parse_i64(mr_slice_of(s), &p->some.n) && p->some.n > 0)
		return MR_OK;
	p->some.n = 0;
	if (mr_parse_f64(mr_slice_of(s), &p->some.share) &&
	    p->some.share > 0 && p->some.share < 1)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "%s: '%.*s' is neither a whole number "
	    "from 1 nor a share between 0 and 1", p->name,
	    MR_SHOWN(mr_slice_of(s)));
}

/* A time, or the share of the rows that are before it. */
static int
read_before(struct mr_split_plan *p, const char *s, struct mr_err *err)
{
	size_t n = strlen(s);
	double percent;

	if (n && s[n - 1] == '%') {
		if (!mr_parse_f64((struct mr_slice){ s, n - 1 }, &percent) ||
		    percent <= 0 || percent >= 100)
			return mr_err_set(err, MR_EARG, "--before: '%.*s' is "
			    "not between 0%% and 100%%",
			    MR_SHOWN(mr_slice_of(s)));
		p->way = MR_SPLIT_LATEST;
		p->some.share = percent / 100;
		return MR_OK;
	}
	if (mr_split_time(s, &p->before))
		return MR_OK;
	return mr_err_set(err, MR_EARG, "--before: '%.*s' is neither a number "
	    "nor a day YYYY-MM-DD nor a share as 80%%",
	    MR_SHOWN(mr_slice_of(s)));
}

int
mr_split_plan(struct mr_split_plan *p, const struct mr_split_opt *o,
    struct mr_err *err)
{
	int rc;

	*p = (struct mr_split_plan){ .part = { .folds = o->folds,
	    .fold = o->fold, .by = (enum mr_split_by)o->by },
	    .core = o->core, .drop_seen = o->drop_seen,
	    .drop_unknown = o->drop_unknown };
	rc = find_way(p, o, err);
	if (rc == MR_OK)
		rc = check_beside(p, o, err);
	if (rc == MR_OK && o->holdout)
		rc = read_holdout(p, o->holdout, err);
	if (rc == MR_OK && (o->last || o->random))
		rc = read_amount(p, o->last ? o->last : o->random, err);
	if (rc == MR_OK && o->before)
		rc = read_before(p, o->before, err);
	p->timed = p->way >= MR_SPLIT_LAST;
	p->keeps = o->core > 0 || o->drop_seen || o->drop_unknown ||
	    (p->way >= MR_SPLIT_WHOLE && p->way != MR_SPLIT_BEFORE);
	return rc;
}

bool
mr_split_plan_tests(const struct mr_split_plan *p, uint64_t key,
    struct mr_slice user, struct mr_slice item, double time)
{
	return p->timed ? time >= p->before :
	    mr_split_tests(&p->part, key, user, item);
}
