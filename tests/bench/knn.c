/* Exact search by codes: its time beside the float scan's, and its lists.
 * SPDX-License-Identifier: MIT
 *
 *     knn vectors ROWSxCOLUMNS SEED     made-up vectors as .npy
 *     knn speed BASE QUERIES            TSV, CPU microseconds a query
 *     knn same BASE QUERIES             lists by codes against the float scan
 *
 * BASE and QUERIES are matrix streams, or ROWSxCOLUMNS of such vectors.
 *
 * Made-up vectors have 1,000 clusters in 32 dimensions, mapped to all columns
 * with a little noise, as embeddings of texts have. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "core/rng.h"
#include "core/simd.h"
#include "store/vectors.h"
#include "stream/npy.h"
#include "vector/coded.h"
#include "vector/exact.h"

#define LATENT 32
#define CLUSTERS 1000
#define K 10

static void
must(int rc, const struct mr_err *err)
{
	if (rc == MR_OK)
		return;
	fprintf(stderr, "knn: %s\n", err->msg);
	exit(1);
}

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Rows of one seed are of the same clusters as those of another. */
static void
make(struct mr_mat *m, int64_t rows, int64_t d, uint64_t seed)
{
	struct mr_err err = { 0 };
	float *map = mr_alloc((size_t)(LATENT * d), sizeof *map, "a map",
	    &err);

	must(map ? mr_mat_new(m, rows, d, "rows", &err) : MR_ENOMEM, &err);
	for (int64_t i = 0; i < LATENT * d; i++)
		map[i] = (float)mr_rng_normal(1, 1, (uint64_t)i);
	for (int64_t i = 0; i < rows; i++) {
		float *row = mr_mat_row(m, i);
		uint64_t at = (uint64_t)i * (uint64_t)(LATENT + d), cluster =
		    mr_rng_u64(seed, 2, (uint64_t)i) % CLUSTERS;

		for (int64_t j = 0; j < d; j++)
			row[j] = (float)(.05 * mr_rng_normal(seed, 3, at +
			    LATENT + (uint64_t)j));
		for (uint64_t l = 0; l < LATENT; l++) {
			float x = (float)(mr_rng_normal(1, 4, cluster *
			    LATENT + l) + .4 * mr_rng_normal(seed, 3, at + l));

			for (int64_t j = 0; j < d; j++)
				row[j] += x * map[l * (uint64_t)d +
				    (uint64_t)j];
		}
	}
	free(map);
}


static void
write_npy(const struct mr_mat *m)
{
	struct mr_err err = { 0 };
	struct mr_out out;

	must(mr_out_open(&out, NULL, &err), &err);
	mr_npy_head(&out, "<f4", m->rows, m->cols);
	mr_out_write(&out, m->a, (size_t)(m->rows * m->cols) *
	    sizeof *m->a);
	must(mr_out_close(&out, &err), &err);
}

/* A matrix stream, or ROWSxCOLUMNS. */
static void
get(struct mr_mat *m, const char *what, uint64_t seed)
{
	struct mr_vectors v = { 0 };
	struct mr_err err = { 0 };
	long long rows, d;

	if (sscanf(what, "%lldx%lld", &rows, &d) == 2) {
		make(m, rows, d, seed);
		return;
	}
	must(mr_vectors_load(&v, what, NULL, &err), &err);
	*m = v.set.mat[v.index];
	v.set.mat[v.index] = (struct mr_mat){ 0 };
	mr_vectors_free(&v);
}

struct lists {
	struct mr_hit *hit;
	int64_t *found;
};

static struct lists
new_lists(int64_t n)
{
	struct mr_err err = { 0 };
	struct lists l = { mr_alloc((size_t)(n * K), sizeof *l.hit, "hits",
	    &err), mr_alloc((size_t)n, sizeof *l.found, "hits", &err) };

	must(l.hit && l.found ? MR_OK : MR_ENOMEM, &err);
	return l;
}

/* Seconds of CPU for all of q, at most some at a time. */
static double
search(const struct mr_index *x, const struct mr_mat *q, int64_t some,
    const uint64_t *allow, int threads, struct lists l)
{
	struct mr_err err = { 0 };
	double begin = cpu_s();

	for (int64_t i = 0; i < q->rows; i += some)
		must(mr_index_search(x, &(struct mr_search){ .q = { .dense =
		    q, .from = i, .n = q->rows - i < some ? q->rows - i :
		    some }, .k = K, .threads = threads, .allow = allow },
		    l.hit + i * K, l.found + i, &err), &err);
	return cpu_s() - begin;
}

static double
build(struct mr_index *x, const struct mr_mat *base,
    const struct mr_index_class *class, enum mr_metric metric)
{
	struct mr_rows rows = { .dense = base, .n = base->rows };
	struct mr_err err = { 0 };
	double begin = cpu_s();

	must(mr_index_build(x, &rows, &(struct mr_index_opt){ .class = class,
	    .metric = metric, .threads = 2 }, &err), &err);
	return cpu_s() - begin;
}

static void
same(struct lists a, struct lists b, int64_t from, int64_t n)
{
	for (int64_t q = 0; q < n; q++)
		if (a.found[q] != b.found[q] || memcmp(a.hit + q * K, b.hit +
		    q * K, (size_t)a.found[q] * sizeof *a.hit) != 0) {
			fprintf(stderr, "knn: query %" PRId64 ": the two "
			    "lists differ\n", from + q);
			exit(1);
		}
}

/* Rows for a filter: n in all, spread or side by side. */
static void
allow_some(uint64_t *allow, int64_t rows, int64_t n, bool spread)
{
	memset(allow, 0, (size_t)((rows + 63) / 64) * sizeof *allow);
	for (int64_t i = 0; i < n; i++) {
		int64_t at = spread ? i * rows / n : rows / 3 + i;

		allow[at / 64] |= UINT64_C(1) << at % 64;
	}
}

/* As mr-knn does with --where: an index of the rows alone. */
static double
build_and_search(const struct mr_mat *base, const struct mr_mat *q,
    const uint64_t *allow, struct lists l)
{
	struct mr_rows rows = { .dense = base, .n = base->rows };
	struct mr_err err = { 0 };
	struct mr_index x;
	double begin = cpu_s();

	must(mr_index_build(&x, &rows, &(struct mr_index_opt){ .k = K,
	    .allow = allow, .threads = 1 }, &err), &err);
	search(&x, q, q->rows, NULL, 1, l);
	mr_index_free(&x);
	return cpu_s() - begin;
}

static void
row_of(const char *what, double seconds, int64_t n)
{
	printf("%s\t%.2f\n", what, 1e6 * seconds / (double)n);
	fflush(stdout);
}

static void
speed_filters(const struct mr_index *x, const struct mr_mat *base,
    const struct mr_mat *q, struct lists l, struct lists again)
{
	int64_t rows = base->rows;
	static const double share[] = { .5, .2, .1, .05, .01, .001, 0 };
	struct mr_err err = { 0 };
	uint64_t *allow = mr_alloc((size_t)(rows + 63) / 64, sizeof *allow,
	    "a filter", &err);

	must(allow ? MR_OK : MR_ENOMEM, &err);
	for (int i = 0; i < 14; i++) {
		double part = share[i / 2];
		int64_t n = part > 0 ? (int64_t)(part * (double)rows) : 3;
		char what[80];

		allow_some(allow, rows, n, i % 2 == 0);
		snprintf(what, sizeof what, "%" PRId64 " rows of a filter, %s",
		    n, i % 2 == 0 ? "spread" : "together");
		row_of(what, search(x, q, q->rows, allow, 1, l), q->rows);
		row_of("  and an index of them", build_and_search(base, q,
		    allow, again), q->rows);
		same(l, again, 0, q->rows);
		for (int64_t j = 0; j < q->rows; j++)
			if (l.found[j] != (n < K ? n : K))
				must(mr_err_set(&err, MR_ERANGE, "%s: a list "
				    "of %" PRId64, what, l.found[j]), &err);
	}
	free(allow);
}

static void
speed(const char *base_path, const char *query_path)
{
	struct mr_mat base, q, few;
	struct mr_index coded, exact;
	struct lists a, b;

	get(&base, base_path, 5);
	get(&q, query_path, 6);
	a = new_lists(q.rows);
	b = new_lists(q.rows);
	printf("# %s\nwhat\tCPU_us\n", mr_simd_words[mr_simd_level()]);
	row_of("codes of a row", build(&coded, &base, &mr_coded_index,
	    MR_METRIC_COSINE), base.rows);
	row_of("packing of a row", build(&exact, &base, &mr_exact_index,
	    MR_METRIC_COSINE), base.rows);
	few = (struct mr_mat){ q.rows < 100 ? q.rows : 100, q.cols, q.a };
	row_of("float, a batch", search(&exact, &few, few.rows, NULL, 1, b),
	    few.rows);
	row_of("float, one at a time", search(&exact, &few, 1, NULL, 1, b),
	    few.rows);
	row_of("codes, a batch", search(&coded, &q, q.rows, NULL, 1, a),
	    q.rows);
	same(a, b, 0, few.rows);
	row_of("codes, one at a time", search(&coded, &q, 1, NULL, 1, a),
	    q.rows);
	row_of("codes, one at a time, 2 threads", search(&coded, &q, 1, NULL,
	    2, b), q.rows);
	same(a, b, 0, q.rows);
	row_of("codes, 12 at a time", search(&coded, &q, 12, NULL, 1, a),
	    q.rows);
	same(a, b, 0, q.rows);
	speed_filters(&coded, &base, &q, a, b);
}

/* All queries by both, by each metric. */
static void
compare(const char *base_path, const char *query_path)
{
	static const char *const words[] = { "cosine", "dot", "l2" };
	const int64_t some = 20000;
	struct mr_mat base, q;

	get(&base, base_path, 5);
	get(&q, query_path, 6);
	for (int m = MR_METRIC_COSINE; m <= MR_METRIC_L2; m++) {
		struct lists a = new_lists(some), b = new_lists(some);
		struct mr_index coded, exact;

		build(&coded, &base, &mr_coded_index, (enum mr_metric)m);
		build(&exact, &base, &mr_exact_index, (enum mr_metric)m);
		for (int64_t i = 0; i < q.rows; i += some) {
			struct mr_mat part = { q.rows - i < some ? q.rows - i :
			    some, q.cols, mr_mat_row(&q, i) };

			search(&coded, &part, some, NULL, 0, a);
			search(&exact, &part, some, NULL, 0, b);
			same(a, b, i, part.rows);
		}
		printf("%s\t%" PRId64 " of %" PRId64 " lists the same\n",
		    words[m], q.rows, q.rows);
		fflush(stdout);
		mr_index_free(&coded);
		mr_index_free(&exact);
		free(a.hit), free(a.found), free(b.hit), free(b.found);
	}
}

int
main(int argc, char *argv[])
{
	const char *word = getenv("MR_SIMD");

	for (int l = 0; word && mr_simd_words[l]; l++)
		if (strcmp(word, mr_simd_words[l]) == 0)
			mr_simd_hold((enum mr_simd)l);
	if (argc == 4 && strcmp(argv[1], "speed") == 0) {
		speed(argv[2], argv[3]);
	} else if (argc == 4 && strcmp(argv[1], "same") == 0) {
		compare(argv[2], argv[3]);
	} else if (argc == 4 && strcmp(argv[1], "vectors") == 0) {
		struct mr_mat m;

		get(&m, argv[2], strtoull(argv[3], NULL, 10));
		write_npy(&m);
	} else {
		fprintf(stderr, "usage: knn vectors RxC SEED, or knn speed|"
		    "same BASE QUERIES\n");
		return 2;
	}
	return 0;
}
