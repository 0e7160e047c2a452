/* Lists and estimates of models with a neighbourhood term and noise: the
 * whole formula, and the same bytes whichever way they are made.
 * SPDX-License-Identifier: MIT */
#include "near_stream.h"

#include "tool/recommend/recommend.h"

enum { FACTORS = 16, NOISE = 32, CLIPPED = 64 };	/* beside NEAR_ */

/* Ties in the byte order of the names. */
static void
set_ties(struct near_case *c)
{
	bool by_item = c->m.near.axis == MR_NEAR_ITEM;
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	int32_t index;

	for (int i = 0; i < (by_item ? c->items : c->users); i++) {
		char name[32];
		int n = snprintf(name, sizeof name, "%c%d",
		    by_item ? 'i' : 'u', i);

		assert_int_equal(mr_ids_add(&ids, (struct mr_slice){ name,
		    (size_t)n }, &index, NULL, &err), MR_OK);
	}
	assert_int_equal(mr_ids_order(&ids, c->order, c->rank, &err), MR_OK);
	mr_ids_free(&ids);
}

static struct near_case
make(int axis, int parts, int users, int items)
{
	struct near_case c = near_make((uint64_t)(parts * 2 + axis), axis,
	    parts & 15, users, items);
	struct mr_err err = { 0 };

	c.m.near.norm = parts & NEAR_SIGNED ? MR_NORM_COUNT : MR_NORM_SUM;
	c.m.near.k = parts & NEAR_SCALE ? 4 : 0;
	c.m.near.min = 2;
	if (parts & FACTORS) {
		assert_int_equal(mr_mat_new(&c.m.U, users, 2, "", &err),
		    MR_OK);
		assert_int_equal(mr_mat_new(&c.m.V, items, 2, "", &err),
		    MR_OK);
		for (int i = 0; i < users * 2; i++)
			c.m.U.a[i] = value_at(i, 3) / 8;
		for (int i = 0; i < items * 2; i++)
			c.m.V.a[i] = value_at(i, 4) / 8;
	}
	if (parts & NOISE) {
		c.m.noise = 0.3;
		c.m.noise_seed = 11;
	}
	if (!(parts & CLIPPED)) {
		c.m.clip_lo = 1;
		c.m.clip_hi = 0;
	}
	set_ties(&c);
	return c;
}

static uint64_t
key(char prefix, int i)
{
	char name[32];
	int n = snprintf(name, sizeof name, "%c%d", prefix, i);

	return mr_hash64(name, (size_t)n);
}

/* The formula; users and items past the model's are unknown. */
static double
naive(const struct near_case *c, int u, int i)
{
	const struct mr_model *m = &c->m;
	double v = m->mu;

	if (m->bu && u < c->users)
		v += (double)m->bu[u];
	if (m->bi && i < c->items)
		v += (double)m->bi[i];
	if (u < c->users && i < c->items) {
		v += near_naive(c, u, i);
		for (int f = 0; f < m->U.cols; f++)
			v += (double)mr_mat_row(&m->U, u)[f] *
			    (double)mr_mat_row(&m->V, i)[f];
	}
	if (m->noise > 0)
		v += m->noise * mr_rng_normal(m->noise_seed, key('u', u),
		    key('i', i));
	if (m->clip_lo <= m->clip_hi)
		v = fmax(m->clip_lo, fmin(m->clip_hi, v));
	return v;
}

static char *
run(const struct mr_recommend_opt *o, int threads)
{
	struct mr_run r = { .threads = threads };
	struct mr_err err = { 0 };
	int to = near_out(&r.out);
	int rc = o->pairs ? mr_recommend_pairs(o, &r, &err) :
	    mr_recommend_lists(o, &r, &err);

	if (rc)
		fail_msg("%d %s", rc, err.msg);
	mr_report_free(&r.report);
	return near_text(&r.out, to);
}

/* The same text with 1, 2 and 5 threads. */
static char *
run_threads(struct mr_recommend_opt o)
{
	char *first = run(&o, 1), *text;

	for (int threads = 2; threads < 6; threads += 3) {
		text = run(&o, threads);
		assert_string_equal(text, first);
		free(text);
	}
	return first;
}

/* A file of all pairs, also unknown ones, items before users. */
static int
write_pairs(const struct near_case *c, char path[64])
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	int fd;

	for (int i = 0; i < c->items + 2; i++)
		for (int u = 0; u < c->users + 2; u++)
			assert_int_equal(mr_buf_addf(&b, &err,
			    "u%d\ti%d\n", u, i), MR_OK);
	fd = near_file(b.p, b.n, 1, path);
	mr_buf_free(&b);
	return fd;
}

struct line {
	double score;
	char name[16];
};

/* Larger scores first, then the order of the names' bytes. */
static int
by_score(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The list of user u that the estimates e[items][users] make, to b. */
static void
sorted(const struct near_case *c, const double *e, int u, struct mr_buf *b)
{
	struct line *l = calloc((size_t)c->items, sizeof *l);
	struct mr_err err = { 0 };

	assert_non_null(l);
	for (int i = 0; i < c->items; i++) {
		l[i].score = e[(size_t)i * (size_t)c->users + (size_t)u];
		snprintf(l[i].name, sizeof l[i].name, "i%d", i);
	}
	qsort(l, (size_t)c->items, sizeof *l, by_score);
	for (int i = 0; i < c->items; i++)
		assert_int_equal(mr_buf_addf(b, &err, "u%d\t%d\t%s\t%.9g\n",
		    u, i + 1, l[i].name, l[i].score), MR_OK);
	free(l);
}

/* Estimates of all pairs, checked; those of known ones to e. */
static void
estimates(const struct near_case *c, struct mr_recommend_opt o, double *e)
{
	char path[64], *text, *at;
	int fd = write_pairs(c, path);

	o.pairs = path;
	text = at = run_threads(o);
	for (int i = 0; i < c->items + 2; i++)
		for (int u = 0; u < c->users + 2; u++) {
			double want = c->users < 200 ? naive(c, u, i) : 0;
			int gu, gi, n;
			double got;

			assert_int_equal(sscanf(at, "u%d\ti%d\t%lf\n%n", &gu,
			    &gi, &got, &n), 3);
			at += n;
			assert_true(gu == u && gi == i);
			if (c->users < 200 && fabs(got - want) > 1e-5)
				fail_msg("%d %d: %g, expected %g", u, i, got,
				    want);
			if (u < c->users && i < c->items)
				e[(size_t)i * (size_t)c->users +
				    (size_t)u] = got;
		}
	assert_int_equal(*at, '\0');
	free(text);
	close(fd);
}

static void
compare(const struct near_case *c)
{
	static const char wanted[] = "u3\nu59\nu0\n";
	struct mr_recommend_opt o = { .n = c->items, .keep_seen = true };
	double *e = calloc((size_t)c->users * (size_t)c->items, sizeof *e);
	struct mr_buf all = { 0 }, some = { 0 };
	char model[64], users[64], *text;
	int fd = near_write(c, 1, model);
	int fu = near_file(wanted, sizeof wanted - 1, 1, users);

	assert_non_null(e);
	o.model = model;
	estimates(c, o, e);
	if (c->m.clip_lo > c->m.clip_hi) {
		for (int u = 0; u < c->users; u++)
			sorted(c, e, u, &all);
		text = run_threads(o);
		assert_int_equal(strlen(text), all.n);
		assert_memory_equal(text, all.p, all.n);
		free(text);
		sorted(c, e, 3, &some);
		sorted(c, e, 59, &some);
		sorted(c, e, 0, &some);
		o.users = users;
		text = run_threads(o);
		assert_int_equal(strlen(text), some.n);
		assert_memory_equal(text, some.p, some.n);
		free(text);
	}
	mr_buf_free(&all);
	mr_buf_free(&some);
	free(e);
	close(fd);
	close(fu);
}

static void
lists_are_sorted_estimates(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_ITEM; axis <= MR_NEAR_USER; axis++)
		for (int parts = 0; parts < 128; parts += 7) {
			struct near_case c = make(axis, parts, 60, 45);

			compare(&c);
			near_free(&c);
		}
}

/* Past the users that lists are made of at a time. */
static void
many_users(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_ITEM; axis <= MR_NEAR_USER; axis++) {
		struct near_case c = make(axis, NEAR_BIASES | NEAR_SCALE,
		    1100, 20);

		compare(&c);
		near_free(&c);
	}
}

/* What was rated is left out, and lists end early. */
static void
without_the_seen(void **state)
{
	struct near_case c = make(MR_NEAR_USER, NEAR_BIASES, 60, 45);
	char model[64], *text;
	int fd = near_write(&c, 1, model);
	const struct mr_recommend_opt o = { .n = 45, .model = model };
	int64_t lines = 0;
	int u, rank, i, n;
	double score;

	(void)state;
	text = run_threads(o);
	for (const char *at = text; *at; at += n, lines++) {
		double rating;

		assert_int_equal(sscanf(at, "u%d\t%d\ti%d\t%lf\n%n", &u,
		    &rank, &i, &score, &n), 4);
		assert_false(near_cell(&c.R, u, i, &rating));
	}
	assert_int_equal(lines, 60 * 45 - mr_csr_nnz(&c.R));
	free(text);
	close(fd);
	near_free(&c);
}

/* A model whose products are more than a float holds. */
static void
scores_are_finite(void **state)
{
	struct near_case c = make(MR_NEAR_ITEM, FACTORS, 3, 4);
	char model[64], pairs[64];
	int at, rows;

	(void)state;
	c.m.U.a[2] = c.m.V.a[4] = 1e30f;	/* user 1, item 2 */
	at = near_write(&c, 1, model);
	rows = near_file("user\titem\nu1\ti1\nu1\ti2\n", 22, 1, pairs);
	for (int i = 0; i < 2; i++) {
		const struct mr_recommend_opt o = { .model = model, .n = 2,
		    .pairs = i ? pairs : NULL };
		struct mr_run r = { .threads = 1 };
		struct mr_err err = { 0 };
		int to = near_out(&r.out);

		assert_int_equal(i ? mr_recommend_pairs(&o, &r, &err) :
		    mr_recommend_lists(&o, &r, &err), MR_ENUMERIC);
		assert_non_null(strstr(err.msg, i ? "the estimate of user 'u1'"
		    " and item 'i2' is no finite number" :
		    "user 'u1' has a score that is no finite number"));
		mr_report_free(&r.report);
		free(near_text(&r.out, to));
	}
	close(rows);
	close(at);
	near_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_sorted_estimates),
		cmocka_unit_test(many_users),
		cmocka_unit_test(without_the_seen),
		cmocka_unit_test(scores_are_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
