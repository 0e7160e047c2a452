/* What is served, and how it is changed for other data while it is.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_SNAPSHOT_H
#define MR_TOOL_SERVE_SNAPSHOT_H

#include <stdatomic.h>

#include "tool/serve/site.h"

/* A site, which is only read, and a clerk for each of n: of those who answer,
 * then of those who make vectors of words for them. */
struct mr_snapshot {
	struct mr_site site;
	struct mr_clerk *clerk;	/* [n] */
	int n;
};

/*
 * mr_snapshot_open - load the files of like->o, on threads cores (0: all), for
 * loops who answer and as many who make vectors of texts words at once; what else
 * like has set is kept.  *s is closed by mr_snapshot_close, also after a
 * failure.
 */
int mr_snapshot_open(struct mr_snapshot **s, const struct mr_site *like,
    int loops, int64_t texts, int threads, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;
void mr_snapshot_close(struct mr_snapshot *s);

/*
 * The one there is now.  Who answers takes it, works and leaves it, in short
 * turns, so that one that nobody can hold any more may be closed: no request
 * waits for another, and none sees two.
 */
struct mr_served {
	struct mr_snapshot *_Atomic now;
	_Atomic int64_t generation;	/* of now, or of the one before */
	_Atomic int64_t *holds;	/* [n] generations; 0: nothing */
	int n;
};

/* mr_served_take - what who, in 0 .. n-1, works with until he leaves it. */
struct mr_snapshot *mr_served_take(struct mr_served *s, int who);
void mr_served_leave(struct mr_served *s, int who);
/* mr_served_change - next, of a generation higher by one, is what there is;
 * returns the one before once nobody holds it. */
struct mr_snapshot *mr_served_change(struct mr_served *s,
    struct mr_snapshot *next);

#endif
