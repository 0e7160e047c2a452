/* Every task once, whatever the number of threads.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_once),
		cmocka_unit_test(some_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
