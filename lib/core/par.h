/* The one way to use several cores: independent tasks, shared out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_PAR_H
#define MR_CORE_PAR_H

#include <stdatomic.h>
#include <stdint.h>

/* mr_par_cpus - the CPUs this process is allowed to run on, at least 1. */
int mr_par_cpus(void);

/*
 * mr_par_run - fn(ctx, task, worker) for every task in 0 .. n_tasks-1, on at
 * most threads cores (0: mr_par_cpus()), worker in 0 .. threads-1.  Tasks are
 * taken in rising order by whoever is free, so results must not depend on
 * the worker: it only picks a workspace.  Returns when all are done.  When a
 * thread cannot be made the others do its work.
 */
void mr_par_run(int threads, int64_t n_tasks,
    void (*fn)(void *ctx, int64_t task, int worker), void *ctx);

/* mr_par_lowest - *a becomes the lower of itself and v, whoever else offers
 * one: of all bad rows the first, for any number of threads. */
void mr_par_lowest(_Atomic int64_t *a, int64_t v);

/* mr_par_yield - from now on the calling thread gives way to those of this and
 * of other processes that are short of time (nice 10), where the kernel has that
 * for a thread; which it keeps. */
void mr_par_yield(void);

#endif
