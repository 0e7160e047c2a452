/* What the server counts: requests by route and status, and how long they
 * took.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_FIGURES_H
#define MR_TOOL_SERVE_FIGURES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tool/serve/write.h"

#define MR_FIGURES_ROUTES 64	/* of routes.c, and one for none of them */
#define MR_FIGURES_STATUSES 20
#define MR_FIGURES_STEPS 10	/* of the histogram, and one for the rest */
#define MR_FIGURES_REASONS 11	/* to refuse */

/* Of one loop, which alone writes them; all may read. */
struct mr_figures {
	_Atomic int64_t requests[MR_FIGURES_ROUTES][MR_FIGURES_STATUSES];
	_Atomic int64_t took[MR_FIGURES_ROUTES][MR_FIGURES_STEPS + 1];
	_Atomic int64_t took_us[MR_FIGURES_ROUTES];
	_Atomic int64_t refused[MR_FIGURES_REASONS];
	_Atomic int64_t connections, hits;
};

/* Of the whole server. */
struct mr_figures_all {
	struct mr_figures *loop;	/* [n] */
	int n;
	_Atomic int64_t reloads, reloads_failed, load_us, waiting;
	const _Atomic int64_t *lost;	/* lines of the log; NULL: there is
					 * none */
};

/* mr_figures_now_us - a clock that never goes back. */
int64_t mr_figures_now_us(void);
/* mr_figures_add - one more answer of that status to a request of route, its
 * number in routes.c, -1: none. */
void mr_figures_add(struct mr_figures *f, int route, int status, int64_t us);
/* mr_figures_refuse - one more that was refused with that status, whatever it
 * asked for, 0: a connection of an address that has too many. */
void mr_figures_refuse(struct mr_figures *f, int status);
/* mr_figures_write - all of them in the text form of OpenMetrics 1.0; resident
 * is the memory in bytes, 0: not known. */
void mr_figures_write(struct mr_write *w, const struct mr_figures_all *all,
    int64_t generation, int64_t resident);

#endif
