/* The searcher: hits of rows and likings against a plain double loop.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include <math.h>

#include "engine/search.h"

enum { N = 40, D = 5 };

static float E[N * D];

/* A stream of N rows r0 .. in a file without a name. */
static void
make(struct build *b)
{
	struct mr_ids names = { 0 };
	struct mr_err err = { 0 };
	char name[16];
	int32_t at;

	build_begin(b, "tool=test\nversion=1\nmatrix.E=item dim\n");
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "r%d", i);
		assert_int_equal(mr_ids_add(&names, mr_slice_of(name), &at,
		    NULL, &err), MR_OK);
		for (int j = 0; j < D; j++)
			E[i * D + j] = (float)((i * 7 + j * 13) % 11 - 5);
	}
	memset(E + 3 * D, 0, D * sizeof *E);	/* a row of zeros */
	mr_mrm_ids(&b->w, "item", &names, 0, N);
	mr_mrm_dense(&b->w, "E", E, N, D);
	mr_mrm_end(&b->w, NULL);
	assert_int_equal(mr_out_sync(&b->out, &err), MR_OK);
	mr_ids_free(&names);
	snprintf(b->path, sizeof b->path, "/proc/self/fd/%d", b->fd);
}

static double
cosine(const double *q, const float *v)
{
	double dot = 0, a = 0, b = 0;

	for (int j = 0; j < D; j++) {
		dot += q[j] * (double)v[j];
		a += q[j] * q[j];
		b += (double)v[j] * (double)v[j];
	}
	return a > 0 && b > 0 ? dot / sqrt(a) / sqrt(b) : 0;
}

/* Hits fall, have the cosine they say, and no row left out is better. */
static void
check(const double *q, const struct mr_hit *hit, int64_t found, int64_t want,
    const bool *out)
{
	bool in[N] = { false };

	assert_int_equal(found, want);
	for (int64_t k = 0; k < found; k++) {
		in[hit[k].row] = true;
		assert_false(out[hit[k].row]);
		assert_true(k == 0 || hit[k].score <= hit[k - 1].score);
		assert_true(fabs((double)hit[k].score - cosine(q, E +
		    hit[k].row * D)) < 1e-6);
	}
	for (int i = 0; i < N; i++)
		assert_true(in[i] || out[i] || cosine(q, E + i * D) <
		    (double)hit[found - 1].score + 1e-6);
}

static void
finds(void **state)
{
	struct build b;
	struct mr_searcher *s;
	struct mr_searcher_work *w;
	struct mr_report report = { 0 };
	struct mr_err err = { 0 };
	struct mr_hit hit[N];
	static const int32_t row[] = { 9, 2 };
	static const float weight[] = { 4, 1.5F };
	uint64_t allow = 0x5555555555;
	bool out[N] = { false };
	double q[D];
	int64_t found;

	(void)state;
	make(&b);
	if (mr_searcher_open(&s, &(struct mr_searcher_opt){ .base = b.path,
	    .threads = 1 }, &report, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(mr_searcher_names(s)->n, N);
	assert_int_equal(mr_searcher_width(s), D);
	assert_true(mr_searcher_is_dense(s));
	/* No weights= in META, so nobody knows which words it means. */
	assert_false(mr_searcher_knows_words(s));
	assert_non_null(strstr(report.warnings.p, "transformer"));
	assert_int_equal(mr_searcher_work_new(&w, s, 0, &err), MR_OK);

	for (int j = 0; j < D; j++)
		q[j] = (double)E[7 * D + j];
	out[7] = true;
	assert_int_equal(mr_searcher_row(s, 7, &(struct mr_near_ask){
	    .k = 6 }, hit, &found, &err), MR_OK);
	check(q, hit, found, 6, out);
	for (int i = 0; i < N; i++)
		out[i] |= !(allow >> i & 1);
	assert_int_equal(mr_searcher_row(s, 7, &(struct mr_near_ask){
	    .k = N, .allow = &allow }, hit, &found, &err), MR_OK);
	check(q, hit, found, N / 2, out);
	assert_int_equal(mr_searcher_row(s, 3, &(struct mr_near_ask){
	    .k = 6 }, hit, &found, &err), MR_OK);
	assert_int_equal(found, 0);

	memset(out, 0, sizeof out);
	memset(q, 0, sizeof q);
	for (int k = 0; k < 2; k++) {
		const float *v = E + row[k] * D;
		double norm = 0;

		out[row[k]] = true;
		for (int j = 0; j < D; j++)
			norm += (double)v[j] * (double)v[j];
		for (int j = 0; j < D; j++)
			q[j] += (double)weight[k] * (double)v[j] / sqrt(norm);
	}
	assert_int_equal(mr_searcher_liking(s, row, weight, 2,
	    &(struct mr_near_ask){ .k = 6 }, w, hit, &found, &err), MR_OK);
	check(q, hit, found, 6, out);
	mr_searcher_work_free(w);
	mr_searcher_close(s);
	mr_report_free(&report);
	mr_out_abandon(&b.out);
	close(b.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
