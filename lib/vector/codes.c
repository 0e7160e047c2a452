/* Vectors as bytes; see codes.h.
 * SPDX-License-Identifier: MIT */
#include "vector/codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/lanes.h"
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
	if (n % BLOCK)
		memset(c->packed + (blocks - 1) * BLOCK * c->wide, 128,
		    (size_t)(BLOCK * c->wide));
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
#define INLINE static inline __attribute__((always_inline))

/* What is made of a row. */
struct coded_row {
	float most, scale;	/* the largest |x|; s */
	double x[LANES], lost[LANES];	/* squares, summed apart so that the
					 * compiler may */
};

INLINE void
most_run(const float *x, float most[RUN / 4])
{
	for (int i = 0; i < RUN; i += RUN / 4)
		for (int l = 0; l < RUN / 4; l++) {
			float v = fabsf(x[i + l]);

			most[l] = v > most[l] ? v : most[l];
		}
}

/* x[RUN] / scale rounded, ties to even, at most limit; 0 of scale 0. */
INLINE void
code_run(const float *x, float limit, int8_t *code, struct coded_row *row)
{
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */
	const float by = row->scale > 0 ? row->scale : INFINITY;
	float whole[RUN];

	for (int i = 0; i < RUN; i++) {
		float r = x[i] / by;

		r = r > limit ? limit : r;
		r = r < -limit ? -limit : r;
		whole[i] = r + rounder - rounder;
	}
	for (int i = 0; i < RUN; i++)
		code[i] = (int8_t)(int32_t)whole[i];
	for (int i = 0; i < RUN; i += LANES)
		for (int l = 0; l < LANES; l++) {
			double v = (double)x[i + l];
			double lost = v - (double)row->scale *
			    (double)whole[i + l];

			row->x[l] += v * v;
			row->lost[l] += lost * lost;
		}
}

/* The largest sum of four that math/qdot.h means, a quarter of it, or as large
 * a one as most. */
INLINE float
fours_run(const float *x, float most)
{
	for (int i = 0; i < RUN; i += MR_QDOT_FOURS)
		for (int l = 0; l < 4; l += 2) {
			const float *v = x + i + l;
			float up = 0, down = 0;

			for (int j = 0; j < 6; j += j == 1 ? 3 : 1) {
				up += v[j] > 0 ? v[j] / 4 : 0;
				down -= v[j] < 0 ? v[j] / 4 : 0;
			}
			up = up > down ? up : down;
			most = up > most ? up : most;
		}
	return most;
}

/* Rounding may add half to each of four.  Not so small that few digits are
 * left of it. */
INLINE float
step_of(const float *x, const float *tail, int64_t whole, int room,
    float scale)
{
	float most = 0;

	for (int64_t j = 0; j < whole; j += RUN)
		most = fours_run(x + j, most);
	most = fours_run(tail, most) * (4 / (float)(room - 2));
	scale = most > scale ? most : scale;
	return scale > 0 && scale < 1e-30F ? 1e-30F : scale;
}

INLINE void
code_all(const float *x, int64_t d, int limit, int room, int8_t *code,
    struct coded_row *row)
{
	float most[RUN / 4] = { 0 }, tail[RUN] = { 0 };
	int64_t whole = d / RUN * RUN, j;

	*row = (struct coded_row){ 0 };
	if (d > whole)
		memcpy(tail, x + whole, (size_t)(d - whole) * sizeof *x);
	for (j = 0; j < whole; j += RUN)
		most_run(x + j, most);
	most_run(tail, most);
	for (int l = 0; l < RUN / 4; l++)
		row->most = most[l] > row->most ? most[l] : row->most;
	row->scale = row->most / (float)limit;
	if (room)
		row->scale = step_of(x, tail, whole, room, row->scale);
	for (j = 0; j < whole; j += RUN)
		code_run(x + j, (float)limit, code + j, row);
	if (d > whole)
		code_run(tail, (float)limit, code + j, row);
}

/* Codes of x[d], at most limit, and four within room unless that is 0, to code:
 * whole runs, 0 beyond d. */
MR_FOR_EACH_CPU(int, code_row, MR_LIST(const float *x, int64_t d, int limit,
    int room, int8_t *code, struct coded_row *row), MR_LIST(x, d, limit, room,
    code, row),
{
	code_all(x, d, limit, room, code, row);
	return 0;
})

static double
length_of(const double square[LANES])
{
	double sum = 0;

	for (int l = 0; l < LANES; l++)
		sum += square[l];
	return UP(sqrt(sum));
}

struct mr_code_row
mr_codes_put(struct mr_codes *c, int64_t i, const float *x, int8_t *work)
{
	struct mr_codes_block *b = &c->block[i / BLOCK];
	uint8_t *to = mr_qdot_place(c->packed, i, 0, c->wide);
	struct mr_code_row found;
	struct coded_row row;

	code_row(x, c->d, 127, 0, work, &row);
	found = (struct mr_code_row){ row.most, length_of(row.x),
	    length_of(row.lost) };
	for (int64_t k = 0; k < c->wide; k += 4, to += 4 * MR_QDOT_PANEL) {
		uint32_t four;

		memcpy(&four, work + k, sizeof four);
		four ^= 0x80808080;	/* + 128 each */
		memcpy(to, &four, sizeof four);
	}
	c->scale[i] = row.scale;
	b->length = fmax(b->length, found.length);
	b->error = fmax(b->error, found.error);
	return found;
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

static struct mr_code_query
query_of(const float *x, int64_t d, int limit, int room, int8_t *codes)
{
	struct coded_row row;
	struct mr_code_query c;
	int32_t sum = 0;

	code_row(x, d, limit, room, codes, &row);
	for (int64_t j = 0; j < d; j++)
		sum += codes[j];
	c = (struct mr_code_query){ .scale = row.scale, .start = -128 * sum,
	    .length = length_of(row.x), .error = length_of(row.lost) };
	return c;
}

struct mr_code_query
mr_codes_of(const float *x, int64_t d, int most, int8_t *codes)
{
	return query_of(x, d, most, 0, codes);
}

struct mr_code_query
mr_codes_query(const float *q, int64_t d, int most, int8_t *codes)
{
	return query_of(q, d, 127, mr_qdot_room(most), codes);
}
