/* Does a rule for new users fit a model?  See folder.h.
 * SPDX-License-Identifier: MIT */
#include "model/folder_parts.h"

int
mr_fold_check(const struct mr_folder *f, const char *name, struct mr_err *err)
{
	const struct mr_model *m = f->m;
	int64_t d = m->V.cols;

	switch (f->rule.rule) {
	case MR_FOLD_POSTERIOR:
		if (d < 2)
			return mr_err_set(err, MR_EFORMAT, "%s: its rule for "
			    "new users needs V of two columns at least", name);
		return m->Y.cols == 0 || m->Y.cols == d ? MR_OK :
		    mr_err_set(err, MR_EFORMAT, "%s: its rule for new users "
		    "needs Y of the shape of V", name);
	case MR_FOLD_NONNEG:
	case MR_FOLD_CHOSEN:
		return f->rule.solved + 2 == d ? MR_OK : mr_err_set(err,
		    MR_EFORMAT, "%s: its rule for new users solves %lld of "
		    "%lld columns, expected all but two", name,
		    (long long)f->rule.solved, (long long)d);
	case MR_FOLD_SUMS:
	case MR_FOLD_BLEND:
		if (f->rule.solved > d)
			return mr_err_set(err, MR_EFORMAT, "%s: its rule for "
			    "new users solves %lld of %lld columns", name,
			    (long long)f->rule.solved, (long long)d);
		return f->rule.solved == d || m->Y.cols == 1 ? MR_OK :
		    mr_err_set(err, MR_EFORMAT, "%s: its rule for new users "
		    "needs Y of one column", name);
	default:
		return MR_OK;
	}
}
