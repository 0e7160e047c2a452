/* Every task once, whatever the number of threads.
 * SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/par.h"

#define TASKS 1000

struct count {
	_Atomic int done[TASKS];
	_Atomic int busy[512];	/* workers at work */
	_Atomic int bad;
	int threads;
};

static void
count_task(void *ctx, int64_t task, int worker)
{
	struct count *c = ctx;

	if (task < 0 || task >= TASKS || worker < 0 || worker >= c->threads) {
		c->bad++;
		return;
	}
	/* A worker has one task at a time: a workspace each is enough. */
	if (atomic_fetch_add(&c->busy[worker], 1) != 0)
		c->bad++;
	c->done[task]++;
	atomic_fetch_sub(&c->busy[worker], 1);
}

static void
every_task_once(void **state)
{
	static const int threads[] = { 1, 2, 3, 8, 64, 256, 300, 0 };
	static const int64_t tasks[] = { 0, 1, 2, 7, 255, TASKS };
	static struct count c;

	(void)state;
	for (int t = 0; t < 8; t++)
		for (int n = 0; n < 6; n++) {
			memset(&c, 0, sizeof c);
			c.threads = threads[t] ? threads[t] : mr_par_cpus();
			mr_par_run(threads[t], tasks[n], count_task, &c);
			assert_int_equal(c.bad, 0);
			for (int64_t i = 0; i < TASKS; i++)
				assert_int_equal(c.done[i], i < tasks[n]);
		}
}

static void
some_cpu(void **state)
{
	(void)state;
	assert_in_range(mr_par_cpus(), 1, 256);
}

static void *
give_way(void *ctx)
{
	mr_par_yield();
	*(int *)ctx = getpriority(PRIO_PROCESS, 0);
	return NULL;
}

static void
thread_gives_way(void **state)
{
	int own = getpriority(PRIO_PROCESS, 0), nice = 0;
	pthread_t thread;

	(void)state;
	if (own >= 10)
		skip();		/* it does already */
	assert_int_equal(pthread_create(&thread, NULL, give_way, &nice), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(nice, 10);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_once),
		cmocka_unit_test(some_cpu),
		cmocka_unit_test(thread_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
