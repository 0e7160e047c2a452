/* Status codes and messages; see err.h.  No printing happens here.
 * SPDX-License-Identifier: MIT */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/escape.h"

static void
set_message(struct mr_err *err, int code, const char *fmt, va_list ap,
    const char *cause)
{
	int n;

	if (err->code != MR_OK)
		return;
	err->code = code;
	n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	if (n >= 0 && (size_t)n < sizeof err->msg && cause)
		snprintf(err->msg + n, sizeof err->msg - (size_t)n, ": %s",
		    cause);
	/* A message may quote bytes of a hostile file: nothing of it may reach
	 * a terminal as a control sequence or break the one-line promise. */
	mr_mask_text(err->msg);
}

int
mr_err_set(struct mr_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_message(err, code, fmt, ap, NULL);
	va_end(ap);
	return code;
}

int
mr_err_sys(struct mr_err *err, int code, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	set_message(err, code, fmt, ap, strerror(saved));
	va_end(ap);
	return code;
}

void
mr_err_more(struct mr_err *err, const char *text)
{
	size_t n = strlen(err->msg);

	snprintf(err->msg + n, sizeof err->msg - n, "%s", text);
	mr_mask_text(err->msg);
}

int
mr_err_nomem(struct mr_err *err, double bytes, const char *what)
{
	const char *unit[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	int u = 0;

	while (bytes >= 1024 && u < 4) {
		bytes /= 1024;
		u++;
	}
	return mr_err_set(err, MR_ENOMEM, "out of memory: %.*f %s for %s",
	    u ? 1 : 0, bytes, unit[u], what);
}
