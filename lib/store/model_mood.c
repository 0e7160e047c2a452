/* Moods of users on the stream; see model_mood.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_mood.h"

#include <math.h>

int
mr_model_mood_meta(struct mr_meta *meta, const struct mr_moods *m,
    struct mr_err *err)
{
	char text[32];
	int rc;

	if (!m->E.ptr)
		return MR_OK;
	rc = mr_meta_put(meta, err, "mood.origin", "%s",
	    mr_f64_text(m->origin, text));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "mood.step", "%s",
		    mr_f64_text(m->step, text));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "mood.span", "%s",
		    mr_f64_text(m->span, text));
	return rc ? rc : mr_meta_put(meta, err, "matrix.E", "user step");
}

int
mr_model_mood_start(struct mr_moods *m, const struct mr_meta *meta,
    struct mr_err *err)
{
	int rc = mr_meta_f64(meta, "mood.origin", &m->origin, err);

	if (rc == MR_OK)
		rc = mr_meta_f64(meta, "mood.step", &m->step, err);
	if (rc == MR_OK)
		rc = mr_meta_f64(meta, "mood.span", &m->span, err);
	if (rc)
		return rc;
	return isfinite(m->origin) && isfinite(m->step) && m->step > 0 &&
	    isfinite(m->span) && m->span > 0 ? MR_OK : mr_err_set(err,
	    MR_EFORMAT, "META mood.step= and mood.span= of a model with moods "
	    "are not numbers above 0");
}
