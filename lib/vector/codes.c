/* Vectors as bytes; see codes.h.
 * SPDX-License-Identifier: MIT */
#include "vector/codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/qdot.h"

#define BLOCK MR_CODES_BLOCK
/* More than what the double sums of up to 10^6 values lose. */
#define UP(x) ((x) * (1 + 1e-9))

int
mr_codes_new(struct mr_codes *c, int64_t n, int64_t d, struct mr_err *err)
{
	int64_t blocks = (n + BLOCK - 1) / BLOCK;

	*c = (struct mr_codes){ .n = n, .d = d, .wide = (d + 3) / 4 * 4 };
	c->packed = mr_alloc((size_t)(blocks * BLOCK), (size_t)c->wide,
	    "codes of vectors", err);
	c->scale = c->packed ? mr_alloc((size_t)(blocks * BLOCK),
	    sizeof *c->scale, "codes of vectors", err) : NULL;
	c->block = c->scale ? mr_alloc((size_t)blocks, sizeof *c->block,
	    "codes of vectors", err) : NULL;
	if (!c->block) {
		mr_codes_free(c);
		return MR_ENOMEM;
	}
	memset(c->packed, 128, (size_t)(blocks * BLOCK * c->wide));
	return MR_OK;
}

void
mr_codes_free(struct mr_codes *c)
{
	free(c->packed);
	free(c->scale);
	free(c->block);
	*c = (struct mr_codes){ 0 };
}

#define RUN 64	/* values coded at a time */
#define LANES 8

/* Squared lengths, summed LANES apart so that the compiler may. */
struct lengths {
	double x[LANES], lost[LANES];
};

/* x[RUN] / scale rounded, ties to even, at most limit; 0 of scale 0. */
static void
code_run(const float *x, float scale, float limit, int8_t *code,
    struct lengths *sum)
{
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */

	const float by = scale > 0 ? scale : INFINITY;

	for (int i = 0; i < RUN; i++) {
		float r = x[i] / by;

		r = r > limit ? limit : r < -limit ? -limit : r;
		code[i] = (int8_t)(r + rounder - rounder);
	}
	for (int i = 0; i < RUN; i += LANES)
		for (int l = 0; l < LANES; l++) {
			double v = (double)x[i + l];
			double lost = v - (double)scale * code[i + l];

			sum->x[l] += v * v;
			sum->lost[l] += lost * lost;
		}
}

/* Values from .. of x[d], 0 beyond them, as code_run. */
static void
code_part(const float *x, int64_t d, int64_t from, float scale, float limit,
    int8_t code[RUN], struct lengths *sum)
{
	int64_t n = d - from < RUN ? d - from : RUN;
	float part[RUN] = { 0 };

	memcpy(part, x + from, (size_t)n * sizeof *x);
	code_run(part, scale, limit, code, sum);
}

static double
length_of(const double square[LANES])
{
	double sum = 0;

	for (int l = 0; l < LANES; l++)
		sum += square[l];
	return UP(sqrt(sum));
}

void
mr_codes_put(struct mr_codes *c, int64_t i, const float *x)
{
	struct mr_codes_block *b = &c->block[i / BLOCK];
	struct lengths sum = { { 0 }, { 0 } };
	float scale = mr_mat_largest(x, c->d) / 127;
	int8_t code[RUN];

	for (int64_t j = 0; j < c->wide; j++) {
		if (j % RUN == 0)
			code_part(x, c->d, j, scale, 127, code, &sum);
		mr_qdot_place(c->packed, i, j / 4 * 4, c->wide)[j % 4] =
		    (uint8_t)(code[j % RUN] + 128);
	}
	c->scale[i] = scale;
	b->length = fmax(b->length, length_of(sum.x));
	b->error = fmax(b->error, length_of(sum.lost));
}

void
mr_codes_copy(struct mr_codes *c, int64_t i, const struct mr_codes *from,
    int64_t j)
{
	struct mr_codes_block *b = &c->block[i / BLOCK];
	const struct mr_codes_block *of = &from->block[j / BLOCK];
	uint8_t *to = mr_qdot_place(c->packed, i, 0, c->wide);
	const uint8_t *x = mr_qdot_place(from->packed, j, 0, c->wide);

	for (int64_t k = 0; k < c->wide * MR_QDOT_PANEL;
	    k += 4 * MR_QDOT_PANEL)
		memcpy(to + k, x + k, 4);
	c->scale[i] = from->scale[j];
	b->length = fmax(b->length, of->length);
	b->error = fmax(b->error, of->error);
}

struct mr_code_query
mr_codes_query(const float *q, int64_t d, int8_t *codes, int64_t wide)
{
	struct mr_code_query x = { .scale = mr_mat_largest(q, d) /
	    MR_QDOT_MOST };
	struct lengths sum = { { 0 }, { 0 } };
	int8_t code[RUN];

	for (int64_t j = 0; j < wide; j++) {
		if (j % RUN == 0)
			code_part(q, d, j, x.scale, MR_QDOT_MOST, code, &sum);
		codes[j] = code[j % RUN];
		x.start -= 128 * codes[j];
	}
	x.length = length_of(sum.x);
	x.error = length_of(sum.lost);
	return x;
}
