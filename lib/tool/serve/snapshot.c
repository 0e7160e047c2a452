/* Snapshots of what is served; see snapshot.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/snapshot.h"

#include <stdlib.h>
#include <time.h>

#include "core/mem.h"

int
mr_snapshot_open(struct mr_snapshot **out, const struct mr_site *like,
    int loops, int64_t texts, int threads, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_snapshot *s = *out = mr_alloc(1, sizeof *s, "state", err);
	int rc;

	if (!s)
		return MR_ENOMEM;
	s->site = *like;
	s->clerk = mr_alloc(2 * (size_t)loops, sizeof *s->clerk, "work", err);
	rc = s->clerk ? mr_site_open(&s->site, threads, report, err) :
	    MR_ENOMEM;
	while (rc == MR_OK && s->n < loops)
		rc = mr_clerk_open(&s->clerk[s->n++], &s->site, err);
	while (rc == MR_OK && s->n < 2 * loops)
		rc = mr_clerk_open_words(&s->clerk[s->n++], &s->site, texts,
		    err);
	return rc;
}

void
mr_snapshot_close(struct mr_snapshot *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->n; i++)
		mr_clerk_close(&s->clerk[i]);
	free(s->clerk);
	mr_site_close(&s->site);
	free(s);
}

/* The generation is told before it is looked up again: whoever changes it later
 * sees that something of it may be held. */
struct mr_snapshot *
mr_served_take(struct mr_served *s, int who)
{
	int64_t g;

	do {
		g = atomic_load(&s->generation);
		atomic_store(&s->holds[who], g);
	} while (atomic_load(&s->generation) != g);
	return atomic_load(&s->now);
}

void
mr_served_leave(struct mr_served *s, int who)
{
	atomic_store(&s->holds[who], 0);
}

static bool
is_held(const struct mr_served *s, int64_t before)
{
	for (int i = 0; i < s->n; i++) {
		int64_t g = atomic_load(&s->holds[i]);

		if (g && g < before)
			return true;
	}
	return false;
}

struct mr_snapshot *
mr_served_change(struct mr_served *s, struct mr_snapshot *next)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	struct mr_snapshot *old = atomic_exchange(&s->now, next);

	atomic_store(&s->generation, next->site.generation);
	while (is_held(s, next->site.generation))
		nanosleep(&ms, NULL);
	return old;
}
