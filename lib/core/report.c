/* Warnings, counts and progress of a run; see report.h.
 * SPDX-License-Identifier: MIT */
#include "core/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/escape.h"

static void
add_line(struct mr_buf *b, const char *fmt, va_list ap)
{
	struct mr_err lost = { 0 };
	char line[1024];
	int n = vsnprintf(line, sizeof line, fmt, ap);

	if (n < 0)
		return;
	mr_mask_text(line);
	if (mr_buf_addf(b, &lost, "%s\n", line) != MR_OK)
		return;
}

void
mr_report_warn(struct mr_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&r->warnings, fmt, ap);
	va_end(ap);
}

void
mr_report_fact(struct mr_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&r->facts, fmt, ap);
	va_end(ap);
}

void
mr_report_result(struct mr_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&r->result, fmt, ap);
	va_end(ap);
}

void
mr_report_step(struct mr_report *r, const char *what, int64_t done,
    int64_t total)
{
	if (r->progress)
		r->progress(r->progress_ctx, what, done, total);
}

void
mr_report_free(struct mr_report *r)
{
	mr_buf_free(&r->warnings);
	mr_buf_free(&r->facts);
	mr_buf_free(&r->result);
}
