/* What preload.c tells drive.c: a page of memory that both map.
 * SPDX-License-Identifier: MIT */
#ifndef MR_FAULT_SHARED_H
#define MR_FAULT_SHARED_H

#include <stdint.h>

#define SITE_DEPTH 12
#define MAX_KINDS 32

/* The kinds of calls, in the order of calls[]. */
#define FAULT_KINDS "alloc", "map", "thread", "open", "tmpfile", "read", \
	"shortread", "intrread", "write", "shortwrite", "intrwrite", "sync", \
	"name", "stat", "chmod", "close", "signal"

struct fault_seen {
	_Atomic int64_t calls[MAX_KINDS];	/* of each, from main on */
	_Atomic int64_t hits;	/* those made to fail */
	_Atomic int64_t spared;	/* those that were another library's own */
	/* Where the first one failed, innermost first. */
	struct { char object[48]; uint64_t offset; } site[SITE_DEPTH];
};

#endif
