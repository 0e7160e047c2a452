/* The forward pass, in floats and in 8 bits, against the one in double.
 * SPDX-License-Identifier: MIT */
#include "bert_naive.h"

#include "math/simd.h"
#include "text/bert_fit.h"

/* A network that was loaded, with the bytes it borrows. */
struct net {
	struct mr_safetensors st;
	struct mr_bert b;
};

static int
load_as(struct net *n, const struct bert_file *f, enum mr_precision precision,
    struct mr_err *err)
{
	int rc;

	memset(n, 0, sizeof *n);
	memset(err, 0, sizeof *err);
	rc = mr_safetensors_parse(&n->st, f->bytes.p, f->bytes.n, "f", err);
	return rc ? rc : mr_bert_load(&n->b, &f->s, precision, &n->st, NULL,
	    err);
}

static int
load(struct net *n, const struct bert_file *f, struct mr_err *err)
{
	return load_as(n, f, MR_PRECISION_F32, err);
}

static void
unload(struct net *n)
{
	mr_bert_free(&n->b);
	mr_safetensors_free(&n->st);
}

static void
embed(const struct net *n, const int32_t *ids, const int32_t *start,
    int64_t count, enum mr_pooling pooling, float *out)
{
	size_t floats = (size_t)mr_bert_work_floats(&n->b, start[count]);
	float *work = aligned_alloc(64, (floats * 4 + 63) / 64 * 64);

	assert_non_null(work);
	/* What was there before must not matter. */
	memset(work, 0xff, floats * 4);
	mr_bert_embed(&n->b, ids, start, count, pooling, work, out);
	free(work);
}

static const struct mr_bert_shape shapes[] = {
	/* layers, width, heads, inner, vocab, positions, types, eps */
	{ 1, 16, 1, 16, 11, 5, 1, 1e-12 },
	{ 1, 16, 16, 32, 11, 40, 2, 1e-12 },
	{ 2, 32, 4, 64, 30, 33, 2, 1e-12 },
	{ 2, 48, 3, 96, 30, 64, 2, 1e-5 },
	{ 2, 16, 1, 112, 30, 64, 2, 1e-12 },	/* half a panel of 8 bits */
	{ 3, 64, 2, 128, 50, 64, 2, 1e-12 },
};
#define SHAPES (int)(sizeof shapes / sizeof *shapes)

/* Sequences of 1, 2, ... and the most tokens, end to end. */
static int
sequences(const struct mr_bert_shape *s, int32_t *ids, int32_t *start)
{
	static const int64_t some[] = { 1, 2, 3, 7, 16, 17, 31, 32, 33, 40,
	    63 };
	int n = 0;

	start[0] = 0;
	for (int i = 0; i < 12; i++) {
		int64_t len = i < 11 ? some[i] : s->positions;

		if (i < 11 && len >= s->positions)
			continue;
		start[n + 1] = start[n] + (int32_t)len;
		for (int32_t t = start[n]; t < start[n + 1]; t++)
			ids[t] = (int32_t)(mr_rng_u64(9, 9, (uint64_t)t) %
			    (uint64_t)s->vocab);
		n++;
	}
	return n;
}

/*
 * After a layer norm the states have size 1; a float forward pass of up to 3
 * layers with sums of up to 128 terms was off by less than 2e-6; gelu alone
 * may add 5e-7 a layer.  1e-5 is far below what a wrong formula changes
 * (leaving out the type row, say, changes 1e-2).
 */
#define TOLERANCE 1e-5

static void
against_double(void **state)
{
	int32_t ids[16 * MOST], start[17];
	float out[16 * MOST];
	double want[MOST];

	(void)state;
	for (int i = 0; i < SHAPES; i++)
		for (int pooling = 0; pooling < 2; pooling++) {
			struct bert_file f;
			struct mr_err err;
			struct net net;
			int n = sequences(&shapes[i], ids, start);

			make_bert(&f, &shapes[i]);
			write_bert(&f, "F32", pooling ? "bert." : "");
			assert_int_equal(load(&net, &f, &err), MR_OK);
			embed(&net, ids, start, n, (enum mr_pooling)pooling,
			    out);
			for (int s = 0; s < n; s++) {
				naive(&f, ids + start[s], start[s + 1] -
				    start[s], (enum mr_pooling)pooling, want);
				for (int64_t j = 0; j < f.s.width; j++)
					assert_true(fabs((double)
					    out[s * f.s.width + j] -
					    want[j]) < TOLERANCE);
			}
			unload(&net);
			drop_bert(&f);
		}
}

/* Alone, among others, in another order: the same bits; and the same from
 * F16 and BF16, which hold these weights exactly. */
static void
same_bits(void **state)
{
	int32_t ids[16 * MOST], start[17], one[2] = { 0 };
	float out[16 * MOST], alone[MOST];
	static const char *const dtype[] = { "F32", "F16", "BF16" };

	(void)state;
	for (int i = 0; i < SHAPES; i++) {
		int n = sequences(&shapes[i], ids, start);
		size_t bytes = (size_t)shapes[i].width * sizeof *out;

		for (int d = 0; d < 3; d++) {
			struct bert_file f;
			struct mr_err err;
			struct net net;

			make_bert(&f, &shapes[i]);
			write_bert(&f, dtype[d], "");
			assert_int_equal(load(&net, &f, &err), MR_OK);
			if (d == 0)
				embed(&net, ids, start, n, MR_POOLING_MEAN,
				    out);
			for (int s = 0; s < n; s++) {
				one[1] = start[s + 1] - start[s];
				embed(&net, ids + start[s], one, 1,
				    MR_POOLING_MEAN, alone);
				assert_memory_equal(alone, out + s *
				    shapes[i].width, bytes);
			}
			unload(&net);
			drop_bert(&f);
		}
	}
}

static double
cosine(const float *a, const double *b, int64_t n)
{
	double ab = 0, aa = 0, bb = 0;

	for (int64_t j = 0; j < n; j++) {
		ab += (double)a[j] * b[j];
		aa += (double)a[j] * (double)a[j];
		bb += b[j] * b[j];
	}
	return ab / sqrt(aa * bb);
}

/*
 * In 8 bits: near the formulas, and a sequence alone has the bits it has
 * among others.  An input is off by 1/510 of its range in 8 products; cosines
 * were above 0.999 for every shape.
 */
static void
check_eight(const struct bert_file *f, const struct net *net,
    const int32_t *ids, const int32_t *start, int n, double *off)
{
	float out[16 * MOST], alone[MOST];
	int64_t w = f->s.width;
	double want[MOST];

	embed(net, ids, start, n, MR_POOLING_MEAN, out);
	for (int s = 0; s < n; s++) {
		const int32_t one[] = { 0, start[s + 1] - start[s] };
		double c;

		naive(f, ids + start[s], one[1], MR_POOLING_MEAN, want);
		c = cosine(out + s * w, want, w);
		assert_true(c > 0.998);
		*off += 1 - c;
		embed(net, ids + start[s], one, 1, MR_POOLING_MEAN, alone);
		assert_memory_equal(alone, out + s * w, (size_t)w *
		    sizeof *out);
	}
}

/* Fitted to what it is given, a network is nearer: in the mean of all. */
static void
eight_bits(void **state)
{
	int32_t ids[16 * MOST], start[17];
	double plain = 0, fitted = 0;

	(void)state;
	for (int i = 0; i < SHAPES; i++) {
		int n = sequences(&shapes[i], ids, start);
		struct net net, full;
		struct bert_file f;
		struct mr_err err;

		make_bert(&f, &shapes[i]);
		write_bert(&f, "F32", "");
		assert_int_equal(load_as(&net, &f, MR_PRECISION_INT8, &err),
		    MR_OK);
		check_eight(&f, &net, ids, start, n, &plain);
		assert_int_equal(load(&full, &f, &err), MR_OK);
		assert_int_equal(mr_bert_fit(&net.b, &full.b, ids, start, n,
		    &err), MR_OK);
		check_eight(&f, &net, ids, start, n, &fitted);
		unload(&full);
		unload(&net);
		drop_bert(&f);
	}
	assert_true(fitted < 0.9 * plain);
}

static void
refuse(struct bert_file *f, const char *message)
{
	struct mr_err err;
	struct net net;

	write_bert(f, "F32", "");
	assert_int_equal(load(&net, f, &err), MR_EFORMAT);
	assert_string_equal(err.msg, message);
	unload(&net);
}

static void
bad_tensors(void **state)
{
	struct bert_file f;
	int i;

	(void)state;
	/* Each tensor in turn is missing, of another shape, not a number. */
	make_bert(&f, &shapes[2]);
	for (i = 0; i < f.n; i++) {
		struct mr_err err;
		struct net net;
		char name[96], quoted[100];
		int64_t rows = f.t[i].rows;
		float v = f.t[i].v[3];

		memcpy(name, f.t[i].name, sizeof name);
		snprintf(quoted, sizeof quoted, "'%s'", name);
		for (int how = 0; how < 3; how++) {
			if (how == 0)
				snprintf(f.t[i].name, sizeof name, "other");
			else if (how == 1)
				f.t[i].rows--;
			else
				f.t[i].v[3] = NAN;
			write_bert(&f, "F32", "");
			assert_int_equal(load(&net, &f, &err), MR_EFORMAT);
			/* Without its first name the prefix is tried. */
			if (!strstr(err.msg, i == 0 && how == 0 ?
			    "'bert.embeddings.word_embeddings.weight'" :
			    quoted))
				fail_msg("%s: %s", quoted, err.msg);
			assert_null(strchr(err.msg, '\n'));
			unload(&net);
			memcpy(f.t[i].name, name, sizeof name);
			f.t[i].rows = rows;
			f.t[i].v[3] = v;
		}
	}
	f.t[0].v[2] = INFINITY;
	refuse(&f, "f: tensor 'embeddings.word_embeddings.weight': element 2 "
	    "is inf, expected a finite number");
	drop_bert(&f);
}

static void
bad_shapes(void **state)
{
	struct bert_file f;

	(void)state;
	make_bert(&f, &shapes[2]);
	f.s.heads = 3;
	refuse(&f, "unsupported model: width 32 and inner width 64 must be "
	    "multiples of 16, the width of the 3 heads too");
	f.s.heads = 0;
	refuse(&f, "the model's sizes are out of range");
	f.s = shapes[2];
	f.s.width = INT64_MAX;
	refuse(&f, "the model's sizes are out of range");
	f.s = shapes[2];
	f.s.layers = 3;
	refuse(&f, "f: tensor 'encoder.layer.2.attention.self.query."
	    "weight': missing");
	drop_bert(&f);
}

/* The widest shape in 8 bits, fitted. */
static void
make_fitted(struct net *net, struct bert_file *f)
{
	int32_t ids[16 * MOST], start[17];
	int n = sequences(&shapes[SHAPES - 1], ids, start);
	struct mr_err err;
	struct net full;

	make_bert(f, &shapes[SHAPES - 1]);
	write_bert(f, "F32", "");
	assert_int_equal(load_as(net, f, MR_PRECISION_INT8, &err), MR_OK);
	assert_int_equal(load(&full, f, &err), MR_OK);
	assert_int_equal(mr_bert_fit(&net->b, &full.b, ids, start, n, &err),
	    MR_OK);
	unload(&full);
}

/* Last: what is held stays held. */
static void
fitted_alike_at_each_level(void **state)
{
	struct bert_file f, g;
	struct net want, got;

	(void)state;
	make_fitted(&want, &f);
	for (int level = MR_SIMD_AVX2; level >= MR_SIMD_PLAIN; level--) {
		mr_simd_hold((enum mr_simd)level);
		make_fitted(&got, &g);
		assert_memory_equal(got.b.packed, want.b.packed,
		    (size_t)want.b.packed_bytes);
		unload(&got);
		drop_bert(&g);
	}
	unload(&want);
	drop_bert(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_double),
		cmocka_unit_test(same_bits),
		cmocka_unit_test(eight_bits),
		cmocka_unit_test(bad_tensors),
		cmocka_unit_test(bad_shapes),
		cmocka_unit_test(fitted_alike_at_each_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
