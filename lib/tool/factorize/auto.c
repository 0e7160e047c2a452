/* The model that the ratings choose; see auto.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/auto.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "stream/memory.h"

static const char *
held_out_by(const struct mr_winner *w)
{
	return w->by_time ? "time and chance" : "chance";
}

int
mr_auto_choose(struct mr_auto *x, struct mr_factorize_opt *o,
    const struct mr_ratings *r, struct mr_run *run, struct mr_err *err)
{
	struct mr_winner *w = &x->winner;
	int rc = MR_OK;

	w->kind = mr_kind_find("popular");
	w->value = (double)NAN;
	if (mr_csr_nnz(&r->R))
		rc = mr_contest_run(w, &(struct mr_contest){ .r = r,
		    .seed = run->seed, .threads = run->threads,
		    .memory = mr_memory_free(),
		    .report = &run->report }, err);
	if (rc)
		return rc;
	x->params = mr_alloc(1, w->kind->opt_bytes, "options", err);
	if (!x->params)
		return MR_ENOMEM;
	o->kind = w->kind;
	o->given = w->given;
	o->n_given = w->n;
	o->params = x->params;
	if (!isnan(w->value))
		mr_report_fact(&run->report, "chosen: %s, %.4f in the mean of "
		    "recall@20 and ndcg@20 on ratings held out by %s, the best "
		    "of %lld trials", w->kind->name, w->value,
		    held_out_by(w), (long long)w->trials);
	return mr_kind_set(o->kind, o->given, o->n_given, NULL, o->params,
	    err);
}

int
mr_auto_describe(const struct mr_auto *x, struct mr_meta *meta,
    struct mr_err *err)
{
	const struct mr_winner *w = &x->winner;
	char text[32];
	int rc = MR_OK;

	if (!w->kind)
		return MR_OK;
	rc = mr_meta_put(meta, err, "chosen", "auto");
	if (rc == MR_OK && w->trials)
		rc = mr_meta_put(meta, err, "chosen.trials", "%lld",
		    (long long)w->trials);
	if (rc == MR_OK && !isnan(w->value))
		rc = mr_meta_put(meta, err, "chosen.held_out", "%s",
		    held_out_by(w));
	if (rc == MR_OK && !isnan(w->value))
		rc = mr_meta_put(meta, err, "chosen.value", "%s",
		    mr_f64_text(w->value, text));
	return rc;
}

void
mr_auto_free(struct mr_auto *x)
{
	free(x->params);
	*x = (struct mr_auto){ .params = NULL };
}
