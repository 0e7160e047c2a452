/* How much memory there is to be had, as the system tells it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MEMORY_H
#define MR_STREAM_MEMORY_H

#include <stddef.h>

/*
 * mr_memory_free - bytes that this process may still take: the least of what
 * the system has to give (MemAvailable and SwapFree of /proc/meminfo), what
 * its control group leaves (memory.max less memory.current of cgroup v2, where
 * inactive_file of memory.stat is free, too), and what is left of the limit of
 * its address space (ulimit -v).  The group is the one at /sys/fs/cgroup: in a
 * container its own; elsewhere that is the root, which has no limit, and those
 * of groups below are not seen.  0: nobody knows.  An estimate: others take
 * memory, too.
 */
size_t mr_memory_free(void);

#endif
