/* Float tensors out of a safetensors file; see safetensors.h.
 * SPDX-License-Identifier: MIT */
#include "text/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdbool.h>
#include <string.h>

#include "math/simd.h"

static uint32_t
half_at(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static float
from_bits(uint32_t bits)
{
	float f;

	memcpy(&f, &bits, sizeof f);
	return f;
}

static float
f32_at(const unsigned char *p)
{
	return from_bits(half_at(p) | half_at(p + 2) << 16);
}

/* IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction.
 * A subnormal is fraction * 2^-24, which float holds exactly. */
static float
f16_at(const unsigned char *p)
{
	uint32_t h = half_at(p), sign = (h & 0x8000) << 16;
	uint32_t e = h >> 10 & 31, fraction = h & 0x3ff;
	float f;

	if (e == 31)
		return from_bits(sign | 0x7f800000 | fraction << 13);
	if (e)
		return from_bits(sign | (e + 112) << 23 | fraction << 13);
	f = (float)fraction * 0x1p-24f;
	return sign ? -f : f;
}

/* The shape as "384 x 30522", or "scalar". */
static void
print_shape(char *out, size_t n, int ndim, const int64_t *shape)
{
	size_t at = 0;

	snprintf(out, n, "scalar");
	for (int i = 0; i < ndim && at < n; i++)
		at += (size_t)snprintf(out + at, n - at, "%s%lld",
		    i ? " x " : "", (long long)shape[i]);
}

/* The tensor when it is there with a type we read and the shape wanted. */
static int
find_wanted(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, const struct mr_tensor **out,
    struct mr_err *err)
{
	const struct mr_tensor *t = mr_safetensors_find(st, want->name);
	char is[100], expected[100];

	if (!t)
		return mr_err_set(err, MR_EFORMAT,
		    "%s: tensor '%.100s': missing", st->name, want->name);
	if (t->dtype == MR_DTYPE_OTHER)
		return mr_err_set(err, MR_EFORMAT, "%s: tensor '%.100s': "
		    "dtype %s, expected F32, F16 or BF16", st->name,
		    want->name, t->dtype_name);
	if (t->ndim != want->ndim || memcmp(t->shape, want->shape,
	    sizeof *t->shape * (size_t)t->ndim) != 0) {
		print_shape(is, sizeof is, t->ndim, t->shape);
		print_shape(expected, sizeof expected, want->ndim,
		    want->shape);
		return mr_err_set(err, MR_EFORMAT,
		    "%s: tensor '%.100s': shape %s, expected %s", st->name,
		    want->name, is, expected);
	}
	*out = t;
	return MR_OK;
}

int
mr_safetensors_check(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, struct mr_err *err)
{
	const struct mr_tensor *t = NULL;

	return find_wanted(st, want, &t, err);
}

/* Infinities and NaN are the floats whose exponent is all ones.  Flags for
 * all of them let the common case run without a branch. */
static int
check_finite(const struct mr_safetensors *st, const char *tensor,
    const float *x, size_t n, struct mr_err *err)
{
	const int32_t ones = 0x7f800000;
	mr_v16i flags = { 0 };
	bool found = false;
	size_t whole = n / 16 * 16;

	if (st->finite)
		return MR_OK;
	for (size_t i = 0; i < whole; i += 16) {
		mr_v16i v;

		memcpy(&v, x + i, sizeof v);
		flags |= (v & ones) == ones;
	}
	for (int i = 0; i < 16; i++)
		found |= flags[i] != 0;
	for (size_t i = found ? 0 : whole; i < n; i++)
		if (!isfinite(x[i]))
			return mr_err_set(err, MR_EFORMAT, "%s: tensor "
			    "'%.100s': element %zu is %s, expected a finite "
			    "number", st->name, tensor, i,
			    isnan(x[i]) ? "nan" : "inf");
	return MR_OK;
}

int
mr_safetensors_f32(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, float *out, struct mr_err *err)
{
	const struct mr_tensor *t = NULL;
	const unsigned char *p;
	size_t n;
	int rc = find_wanted(st, want, &t, err);

	if (rc)
		return rc;
	p = t->data;
	n = t->bytes / (t->dtype == MR_DTYPE_F32 ? 4 : 2);
	for (size_t i = 0; i < n; i++)
		out[i] = t->dtype == MR_DTYPE_F32 ? f32_at(p + 4 * i) :
		    t->dtype == MR_DTYPE_F16 ? f16_at(p + 2 * i) :
		    from_bits(half_at(p + 2 * i) << 16);
	return check_finite(st, want->name, out, n, err);
}

int
mr_safetensors_borrow(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, const float **out, struct mr_err *err)
{
	const struct mr_tensor *t = NULL;
	int rc = find_wanted(st, want, &t, err);

	*out = NULL;
	if (rc || t->dtype != MR_DTYPE_F32 ||
	    __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ ||
	    (uintptr_t)t->data % sizeof **out != 0)
		return rc;
	rc = check_finite(st, want->name, t->data, t->bytes / sizeof **out,
	    err);
	if (rc == MR_OK)
		*out = t->data;
	return rc;
}
