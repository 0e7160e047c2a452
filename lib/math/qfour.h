/* Steps of the 8-bit kernels on four floats, in C; for qkernels_*.c only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QFOUR_H
#define MR_MATH_QFOUR_H

#include <stdint.h>
#include <string.h>

#include "math/fma.h"

typedef int32_t mr_v4i
    __attribute__((vector_size(16), aligned(4), may_alias));
typedef int16_t mr_v8s
    __attribute__((vector_size(16), aligned(2), may_alias));

#define MR_FOUR static inline __attribute__((always_inline))

/* mr_four_whole - v to the nearest whole number, |v| < 2^22: beyond 2^23
 * floats are whole numbers. */
MR_FOUR mr_v4
mr_four_whole(mr_v4 v)
{
	return (v + 12582912.0f) - 12582912.0f;
}

MR_FOUR mr_v4
mr_four_floor(mr_v4 v)
{
	mr_v4 near = mr_four_whole(v);

	return near + __builtin_convertvector(near > v, mr_v4);
}

/* mr_four_min, mr_four_max - the second where they are equal or no numbers. */
MR_FOUR mr_v4
mr_four_min(mr_v4 a, mr_v4 b)
{
	mr_v4i m = (mr_v4i)(a < b);

	return (mr_v4)((m & (mr_v4i)a) | (~m & (mr_v4i)b));
}

MR_FOUR mr_v4
mr_four_max(mr_v4 a, mr_v4 b)
{
	mr_v4i m = (mr_v4i)(a > b);

	return (mr_v4)((m & (mr_v4i)a) | (~m & (mr_v4i)b));
}

/* mr_four_bytes, mr_four_words - 16 integers in 8 or 16 bits each. */
MR_FOUR void
mr_four_bytes(void *to, const mr_v4i *v)
{
	int8_t byte[16];

	for (int l = 0; l < 16; l++)
		byte[l] = (int8_t)v[l / 4][l % 4];
	memcpy(to, byte, sizeof byte);
}

MR_FOUR void
mr_four_words(void *to, const mr_v4i *v)
{
	int16_t word[16];

	for (int l = 0; l < 16; l++)
		word[l] = (int16_t)v[l / 4][l % 4];
	memcpy(to, word, sizeof word);
}

/* mr_four_mixed - as NAME(mixed) of qkernels.inc: pairs of 16 bits, whose
 * products need 32. */
MR_FOUR void
mr_four_mixed(int rows, const int16_t *share, int64_t lds,
    const int16_t *panel, int64_t k, int32_t *out, int64_t ldo)
{
	for (int i = 0; i < rows; i++, share += lds, out += ldo) {
		mr_v4i sum[8] = { 0 };

		for (int64_t p = 0; p < k; p += 2) {
			const mr_v4i *b = (const void *)(panel + p * 32);
			int32_t even = share[p], odd = share[p + 1];

#pragma GCC unroll 8
			for (int l = 0; l < 8; l++)
				sum[l] += ((b[l] << 16) >> 16) * even +
				    (b[l] >> 16) * odd;
		}
		memcpy(out, sum, sizeof sum);
	}
}

#endif
