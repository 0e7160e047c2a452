/* A tool that has opened all it needs gives up what else it could do.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CLI_CONFINE_H
#define MR_CLI_CONFINE_H

#include "core/report.h"

/* Paths, NULL: not given; "-" is none. */
struct mr_confine {
	const char *read[8];	/* files: their folders may be read, so that one
				 * that is put in their place can be */
	const char *folder;	/* that may be read, and where its files lead */
	const char *append;	/* a file that may be made and written */
	const char *remove;	/* one whose name may be taken away */
};

/*
 * mr_confine - from here on this process and its threads to come gain no rights
 * by what they execute (prctl(2)) and, where the kernel has Landlock, execute
 * nothing, reach no file but those of c and of /proc/self, and listen and
 * connect nowhere anew.  The report is told, under -v, where there is none.
 */
void mr_confine(const struct mr_confine *c, struct mr_report *report);

#endif
