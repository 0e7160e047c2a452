/* What every filter is given for a run: outputs, report, common options.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_RUN_H
#define MR_STREAM_RUN_H

#include "core/report.h"
#include "stream/io.h"

#define MR_RUN_SIDES 4

/*
 * All of a run's outputs appear together, or none: a filter writes to out and
 * to sides and closes neither.  Filled by cli; freed by mr_run_publish or
 * mr_run_abandon but for the report, which cli prints.  In unit tests
 * { .out.fd = -1, .header_in = true, .header_out = true } does.
 */
struct mr_run {
	struct mr_out out;		/* -o FILE or standard output */
	struct mr_report report;
	int threads;			/* 1 or more */
	int n_sides;
	uint64_t seed;
	bool header_in, header_out;	/* of TSV */
	struct mr_out side[MR_RUN_SIDES];	/* --rejects, --ledger, .. */
};

/* mr_run_side - open one more output at path, in *out.  MR_EARG when another
 * output of the run is the same file; a main output that is closed is none. */
int mr_run_side(struct mr_run *r, const char *path, struct mr_out **out,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_run_publish - bring all to the disk, then name all, the main output last;
 * when a name cannot be given the sides named before are taken back.  Every
 * output is closed, also after a failure.
 */
int mr_run_publish(struct mr_run *r, struct mr_err *err) MR_CHECKED;
/* mr_run_abandon - after a failure: nothing of a named file stays. */
void mr_run_abandon(struct mr_run *r);

#endif
