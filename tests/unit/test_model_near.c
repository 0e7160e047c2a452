/* Models with a neighbourhood term on the stream: written, read, shown and
 * refused; see test_recommend_near.c for what comes of them.
 * SPDX-License-Identifier: MIT */
#include "near_stream.h"

#include "store/model_file.h"
#include "tool/show/show.h"

static void
same_rows(const struct mr_csr *a, const struct mr_csr *b)
{
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->cols, b->cols);
	assert_memory_equal(a->ptr, b->ptr, (size_t)(a->rows + 1) * 8);
	assert_memory_equal(a->idx, b->idx, (size_t)mr_csr_nnz(a) * 4);
	assert_memory_equal(a->val, b->val, (size_t)mr_csr_nnz(a) * 4);
}

static void
check_near(const struct mr_near *a, const struct mr_near *b, int n)
{
	assert_int_equal(a->axis, b->axis);
	assert_int_equal(a->norm, b->norm);
	assert_int_equal(a->deviation, b->deviation);
	assert_int_equal(a->k, b->k);
	assert_int_equal(a->min, b->min);
	same_rows(&a->S, &b->S);
	assert_int_equal(a->scale != NULL, b->scale != NULL);
	if (b->scale)
		assert_memory_equal(a->scale, b->scale, (size_t)n * 4);
}

/* All batches of path; users near= users come as one and stay. */
static void
read_back(const struct near_case *c, const char *path)
{
	bool by_user = c->m.near.axis == MR_NEAR_USER, more = true;
	struct mr_err err = { 0 };
	struct mr_model_in *in = calloc(1, sizeof *in);
	int64_t seen = 0;
	int batches = 0;

	assert_non_null(in);
	assert_int_equal(mr_model_open(in, path, &err), MR_OK);
	while (more) {
		if (mr_model_next(in, &more, &err))
			fail_msg("%s", err.msg);
		check_near(&in->m.near, &c->m.near, by_user ? c->users :
		    c->items);
		assert_true(in->m.noise == c->m.noise &&
		    in->m.noise_seed == c->m.noise_seed);
		if (more || by_user)
			for (int64_t i = 0; c->m.bu && i < in->n; i++)
				assert_true(in->m.bu[i] == c->m.bu[seen + i]);
		if (by_user)
			same_rows(&in->R, &c->R);
		seen += in->n;
		batches += more;
	}
	assert_int_equal(seen, c->users);
	assert_int_equal(batches, by_user || c->users < 1024 ? 1 : 2);
	mr_model_close(in);
	free(in);
}

static void
round_trip(void **state)
{
	static const int users[] = { 3, 256, 257, 1500 };

	(void)state;
	for (int axis = MR_NEAR_ITEM; axis <= MR_NEAR_USER; axis++)
		for (int parts = 0; parts < 16; parts++) {
			struct near_case c = near_make(77, axis, parts,
			    users[parts % 4], 300);
			char path[64];
			int fd;

			c.m.near.norm = parts % 4;
			c.m.near.k = parts * 3;
			c.m.near.min = parts;
			if (parts & NEAR_SIGNED) {
				c.m.noise = 0.1;
				c.m.noise_seed = UINT64_MAX - 5;
			}
			fd = near_write(&c, 1, path);
			read_back(&c, path);
			close(fd);
			/* The stream twice is the same model. */
			fd = near_write(&c, 2, path);
			read_back(&c, path);
			close(fd);
			near_free(&c);
		}
}

static void
shown(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_ITEM; axis <= MR_NEAR_USER; axis++) {
		struct near_case c = near_make(5, axis, 15, 300, 280);
		const struct mr_show_opt o = { .matrix = "S" };
		const struct mr_csr *S = &c.m.near.S;
		char p = axis == MR_NEAR_ITEM ? 'i' : 'u', path[64];
		char *text, *at, line[96];
		struct mr_run run = { .header_out = true };
		struct mr_err err = { 0 };
		int fd = near_write(&c, 1, path);
		int to = near_out(&run.out);

		assert_int_equal(mr_show_tsv(path, &o, &run, &err), MR_OK);
		text = near_text(&run.out, to);
		at = strchr(text, '\n') + 1;
		assert_memory_equal(text, axis == MR_NEAR_ITEM ?
		    "item\titem_2\tvalue\n" : "user\tuser_2\tvalue\n", 18);
		for (int64_t i = 0; i < S->rows; i++)
			for (int64_t k = S->ptr[i]; k < S->ptr[i + 1]; k++) {
				int n = snprintf(line, sizeof line,
				    "%c%d\t%c%d\t%.9g\n", p, (int)i, p,
				    S->idx[k], (double)S->val[k]);

				assert_memory_equal(at, line, (size_t)n);
				at += n;
			}
		assert_int_equal(*at, '\0');
		free(text);
		to = near_out(&run.out);
		assert_int_equal(mr_show_text(path, &run, &err), MR_OK);
		text = near_text(&run.out, to);
		at = strstr(text, axis == MR_NEAR_ITEM ?
		    "\nS       item x item" : "\nS       user x user");
		assert_non_null(at);
		assert_non_null(strstr(at, axis == MR_NEAR_ITEM ?
		    "  csr    280 x 280  " : "  csr    300 x 300  "));
		assert_non_null(strstr(text, "\n  near.term      deviation"));
		free(text);
		assert_int_equal(mr_show_check(path, &run, &err), MR_OK);
		mr_report_free(&run.report);
		close(fd);
		near_free(&c);
	}
}

/* Streams by hand: a few users, 4 items, R, and S and nscale as told. */
struct hand {
	const char *lines;	/* of META */
	char axis;		/* the side S and nscale are on: i, u, or 0 */
	const float *scale;	/* or NULL */
	int scale_cols, wide;	/* columns of S too many */
	bool dense;
	const char *message;	/* NULL: none */
	int users;		/* 0: 3 */
};

static void
put_side(struct build *b, const struct hand *h, int n)
{
	struct mr_csr S = make_csr(n, n + h->wide);

	if (h->scale)
		mr_mrm_dense(&b->w, "nscale", h->scale, n, h->scale_cols);
	if (strstr(h->lines, "matrix.S=")) {
		if (h->dense)
			build_dense(b, "S", 0, n, n);
		else
			mr_mrm_csr(&b->w, "S", &S, 0, n);
	}
	mr_csr_free(&S);
}

static void
refuse(const struct hand *h)
{
	struct mr_model_in *in = calloc(1, sizeof *in);
	int n = h->users ? h->users : 3;
	struct mr_csr R = make_csr(n, 4);
	struct mr_err err = { 0 };
	struct bytes all;
	struct build b;
	char meta[400], path[64];
	bool more = true;
	int fd, rc;

	assert_non_null(in);
	snprintf(meta, sizeof meta, "model=knn\nmu=0\nmatrix.bi=item one\n"
	    "matrix.bu=user one\n%s%s", strstr(h->lines, "noR") ? "" :
	    "matrix.R=user item\n", h->lines);
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 4);
	build_dense(&b, "bi", 0, 4, 1);
	if (h->axis == 'i')
		put_side(&b, h, 4);
	build_ids(&b, "user", "u", 0, n);
	build_dense(&b, "bu", 0, n, 1);
	if (h->axis == 'u')
		put_side(&b, h, n);
	if (!strstr(h->lines, "noR"))
		mr_mrm_csr(&b.w, "R", &R, 0, n);
	all = build_end(&b, NULL);
	fd = near_file(all.p, all.n, 1, path);
	free(all.p);
	rc = mr_model_open(in, path, &err);
	while (rc == MR_OK && more)
		rc = mr_model_next(in, &more, &err);
	if (!h->message ? rc != MR_OK : rc != MR_EFORMAT ||
	    !strstr(err.msg, h->message))
		fail_msg("%d '%s', expected '%s'", rc, err.msg, h->message ?
		    h->message : "no error");
	mr_model_close(in);
	free(in);
	mr_csr_free(&R);
	close(fd);
}

#define REST "near.norm=sum\nnear.term=product\nnear.k=2\nnear.min=1\n"
#define BY_ITEM "near=item\n" REST "matrix.S=item item\n"
#define BY_USER "near=user\n" REST "matrix.S=user user\n"
#define SCALE(axis) "matrix.nscale=" axis " one\n"

static const float good[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const float zero[4] = { 1, 2, 0, 4 };
static const float below[4] = { 1, -2, 1, 4 };
static const struct hand cases[] = {
	{ BY_ITEM, .axis = 'i' },
	{ BY_USER, .axis = 'u' },
	{ BY_ITEM SCALE("item"), .axis = 'i', .scale = good,
	    .scale_cols = 1 },
	{ BY_USER SCALE("user"), .axis = 'u', .scale = good,
	    .scale_cols = 1 },
	/* words and numbers */
	{ "near=film\n" REST "matrix.S=item item\n", .axis = 'i',
	    .message = "META near=film: expected one of item, user" },
	{ "near=\n" REST "matrix.S=item item\n", .axis = 'i', .message
	    = "META near=: expected one of item, user" },
	{ "near.norm=mean\n" BY_ITEM, .axis = 'i', .message =
	    "META near.norm=mean: expected one of none, sum, abs, "
	    "count" },
	{ "near.term=x\n" BY_ITEM, .axis = 'i', .message =
	    "META near.term=x: expected one of product, deviation" },
	{ "near.k=-1\n" BY_ITEM, .axis = 'i', .message =
	    "META near.k=-1: expected a whole number from 0" },
	{ "near.min=1.5\n" BY_ITEM, .axis = 'i', .message =
	    "META near.min=1.5: expected a whole number" },
	{ "near=item\nmatrix.S=item item\n", .axis = 'i', .message =
	    "META near.norm=: expected" },
	{ "noise=-1\nnoise.seed=1\n", .message = "META noise=" },
	{ "noise=1\n", .message = "META noise=" },
	{ "noise=1\nnoise.seed=x\n", .message = "META noise=" },
	{ "noise.seed=1\n", .message = "META noise=" },
	/* parts that are absent or too many */
	{ "near=item\n" REST, .message =
	    "near=item needs the matrices S and R" },
	{ "noR=1\n" BY_USER, .axis = 'u', .message =
	    "near=user needs the matrices S and R" },
	{ "matrix.S=item item\n", .axis = 'i', .message =
	    "a matrix S, but META has no near=" },
	{ SCALE("item"), .axis = 'i', .scale = good, .scale_cols = 1,
	    .message = "a matrix nscale, but META has no near=" },
	{ BY_ITEM, .message = "matrix S has 0 rows" },
	{ BY_USER, .message = "matrix S has 0 rows" },
	/* shapes */
	{ BY_ITEM, .axis = 'i', .wide = 1, .message =
	    "matrix S has 5 columns" },
	/* before the end of the stream */
	{ BY_ITEM, .axis = 'i', .wide = 1, .users = 1300, .message =
	    "matrix S is not sparse, 4 x 4 over the axis item (near=)"
	    },
	{ BY_ITEM, .users = 1300, .message = "matrix S is not sparse"
	    },
	{ BY_USER, .axis = 'u', .wide = 1, .message =
	    "matrix S has 4 columns" },
	{ BY_ITEM, .axis = 'i', .dense = true, .message =
	    "matrix S is not sparse" },
	{ BY_USER, .axis = 'u', .dense = true, .message =
	    "matrix S is not sparse" },
	{ "near=user\n" REST "matrix.S=item item\n", .axis = 'i',
	    .message =
	    "matrix S is not sparse, 3 x 3 over the axis user" },
	{ "near=item\n" REST "matrix.S=item film\n", .axis = 'i',
	    .message =
	    "matrix S is not sparse, 4 x 4 over the axis item" },
	{ BY_ITEM SCALE("item"), .axis = 'i', .scale = good,
	    .scale_cols = 2, .message =
	    "nscale is not a column of 4 items" },
	{ BY_USER SCALE("user"), .axis = 'u', .scale = good,
	    .scale_cols = 0, .message =
	    "nscale is not a column of 3 users" },
	{ "near=item\n" REST "matrix.S=item item\n" SCALE("user"),
	    .axis = 'i', .message = "nscale" },
	/* values */
	{ BY_ITEM SCALE("item"), .axis = 'i', .scale = zero,
	    .scale_cols = 1, .message =
	    "row 2 of nscale is 0, expected a number above 0" },
	{ BY_USER SCALE("user"), .axis = 'u', .scale = below,
	    .scale_cols = 1, .message =
	    "row 1 of nscale is -2, expected a number above 0" },
};

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		refuse(&cases[i]);
}

/* A bit of damage anywhere is seen before anybody is given out. */
static void
damaged(void **state)
{
	struct near_case c = near_make(3, MR_NEAR_USER, 3, 40, 20);
	char path[64];
	int fd = near_write(&c, 1, path);
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	unsigned char *p = malloc(n);

	(void)state;
	assert_non_null(p);
	assert_int_equal(pread(fd, p, n, 0), (ssize_t)n);
	close(fd);
	for (size_t at = 7; at < n; at += 61) {
		struct mr_model_in *in = calloc(1, sizeof *in);
		struct mr_err err = { 0 };
		bool more = true;
		int rc;

		assert_non_null(in);
		p[at] ^= 4;
		fd = near_file(p, n, 1, path);
		p[at] ^= 4;
		rc = mr_model_open(in, path, &err);
		if (rc == MR_OK)
			rc = mr_model_next(in, &more, &err);
		assert_int_equal(rc, MR_EFORMAT);
		assert_false(more);
		mr_model_close(in);
		free(in);
		close(fd);
	}
	free(p);
	near_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(shown),
		cmocka_unit_test(refused),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
