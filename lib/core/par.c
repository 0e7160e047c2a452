/* Threads over independent tasks; see par.h.
 * SPDX-License-Identifier: MIT */
#include "core/par.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

#define MAX_THREADS 256

struct pool {
	void (*fn)(void *, int64_t, int);
	void *ctx;
	int64_t n_tasks;
	_Atomic int64_t next;
};

struct worker {
	struct pool *pool;
	int number;
};

int
mr_par_cpus(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : n;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	int64_t task;

	while ((task = atomic_fetch_add(&p->next, 1)) < p->n_tasks)
		p->fn(p->ctx, task, w->number);
	return NULL;
}

void
mr_par_run(int threads, int64_t n_tasks,
    void (*fn)(void *ctx, int64_t task, int worker), void *ctx)
{
	struct pool pool = { fn, ctx, n_tasks, 0 };
	struct worker worker[MAX_THREADS];
	pthread_t thread[MAX_THREADS];
	int n = threads > 0 ? threads : mr_par_cpus(), started = 0;

	if (n > MAX_THREADS)
		n = MAX_THREADS;
	if (n > n_tasks)
		n = (int)n_tasks;
	for (int i = 0; i < n; i++)
		worker[i] = (struct worker){ &pool, i };
	for (int i = 1; i < n; i++, started++)
		if (pthread_create(&thread[i], NULL, work, &worker[i]) != 0)
			break;
	if (n > 0)
		work(&worker[0]);
	for (int i = 1; i <= started; i++)
		pthread_join(thread[i], NULL);
}

void
mr_par_lowest(_Atomic int64_t *a, int64_t v)
{
	int64_t low = *a;

	while (v < low && !atomic_compare_exchange_weak(a, &low, v))
		;
}

void
mr_par_yield(void)
{
	/* 0 is the calling thread, not its process, on Linux; lower is always
	 * allowed. */
	if (getpriority(PRIO_PROCESS, 0) < 10)
		(void)setpriority(PRIO_PROCESS, 0, 10);
}
