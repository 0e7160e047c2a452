/* Random numbers as a pure function of (seed, stream, counter).
 * No state: what a row draws depends neither on threads nor on order.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_RNG_H
#define MR_CORE_RNG_H

#include <stdint.h>

/*
 * mr_rng_u64 - 64 well-mixed bits for (seed, stream, counter): the three
 * words are folded by the finaliser of SplitMix64 (Steele, Lea & Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
uint64_t mr_rng_u64(uint64_t seed, uint64_t stream, uint64_t counter);
/* mr_rng_uniform - the same bits as a double in [0, 1), 53 bits. */
double mr_rng_uniform(uint64_t seed, uint64_t stream, uint64_t counter);
/* mr_rng_normal - N(0, 1) by Box and Muller from two uniforms. */
double mr_rng_normal(uint64_t seed, uint64_t stream, uint64_t counter);

#endif
