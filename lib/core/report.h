/* What a run has to tell besides its data: warnings, counts, progress.
 * The library collects; only cli prints.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_REPORT_H
#define MR_CORE_REPORT_H

#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

/* All zero is an empty report; mr_report_free leaves it so. */
struct mr_report {
	struct mr_buf warnings;	/* lines, shown unless -q */
	struct mr_buf facts;	/* lines "name: value", shown under -v */
	struct mr_buf result;	/* lines, shown as they are and last, unless
				 * -q */
	/* Called now and then with work done and in all (0: not known). */
	void (*progress)(void *ctx, const char *what, int64_t done,
	    int64_t total);
	void *progress_ctx;
};

/* One line each, without a newline at the end; out of memory loses the line,
 * never the run. */
void mr_report_warn(struct mr_report *r, const char *fmt, ...)
    MR_PRINTF(2, 3);
void mr_report_fact(struct mr_report *r, const char *fmt, ...)
    MR_PRINTF(2, 3);
void mr_report_result(struct mr_report *r, const char *fmt, ...)
    MR_PRINTF(2, 3);
/* mr_report_step - tell the progress of what; r may be without a listener. */
void mr_report_step(struct mr_report *r, const char *what, int64_t done,
    int64_t total);
void mr_report_free(struct mr_report *r);

#endif
