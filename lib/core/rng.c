/* Counter-based random numbers; see rng.h.
 * SPDX-License-Identifier: MIT */
#include "core/rng.h"

#include <math.h>

static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t
mr_rng_u64(uint64_t seed, uint64_t stream, uint64_t counter)
{
	const uint64_t golden = 0x9e3779b97f4a7c15u;

	return mix(mix(mix(seed + golden) + stream * golden) +
	    (counter + 1) * golden);
}

double
mr_rng_uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
	return (double)(mr_rng_u64(seed, stream, counter) >> 11) * 0x1p-53;
}

double
mr_rng_normal(uint64_t seed, uint64_t stream, uint64_t counter)
{
	const double tau = 6.283185307179586;
	/* 1 - u is in (0, 1]: the logarithm is finite. */
	double u = 1 - mr_rng_uniform(seed, stream, 2 * counter);
	double v = mr_rng_uniform(seed, stream, 2 * counter + 1);

	return sqrt(-2 * log(u)) * cos(tau * v);
}
