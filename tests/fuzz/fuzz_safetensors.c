/* Fuzz target: safetensors, first as the bytes are, then with the length of
 * the header made to end behind the last brace.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "fuzz.h"
#include "text/safetensors.h"

#define MOST ((size_t)1 << 20)	/* bytes copied out of a tensor */

/* Take the tensor as one who wants just this would. */
static void
take(const struct mr_safetensors *st, const struct mr_tensor *t,
    const char *name)
{
	struct mr_tensor_want want = { .name = name, .ndim = t->ndim };
	size_t n = t->bytes / (t->dtype == MR_DTYPE_F32 ? 4 : 2);
	struct mr_err err = { 0 };
	const float *in_place;
	float *copy;
	int rc, lent;

	memcpy(want.shape, t->shape, sizeof want.shape);
	if (t->bytes > MOST)
		return;
	copy = malloc(n * sizeof *copy + 1);
	if (!copy)
		abort();
	rc = mr_safetensors_f32(st, &want, copy, &err);
	check_told(rc, &err);
	if (t->dtype == MR_DTYPE_OTHER)
		assert(rc == MR_EFORMAT);
	for (size_t i = 0; rc == MR_OK && i < n; i++)
		assert(isfinite(copy[i]));
	memset(&err, 0, sizeof err);
	lent = mr_safetensors_borrow(st, &want, &in_place, &err);
	check_told(lent, &err);
	/* What cannot be lent has not been looked at. */
	assert(rc != MR_OK || lent == MR_OK);
	if (in_place)
		assert(rc == MR_OK &&
		    memcmp(in_place, copy, n * sizeof *copy) == 0);
	free(copy);
}

static void
parse(const uint8_t *data, size_t size)
{
	struct mr_safetensors st;
	struct mr_err err = { 0 };
	size_t sum = 0;
	int rc = mr_safetensors_parse(&st, data, size, "input", &err);

	check_told(rc, &err);
	for (int32_t i = 0; rc == MR_OK && i < st.names.n; i++) {
		const struct mr_tensor *t = &st.tensor[i];
		const uint8_t *p = t->data;
		char *name = as_string(mr_ids_get(&st.names, i));

		assert(p >= data + 8 && p <= data + size);
		assert(t->bytes <= (size_t)(data + size - p));
		sum += t->bytes;
		assert(mr_safetensors_find(&st, name) == t);
		take(&st, t, name);
		free(name);
	}
	assert(rc || sum <= size);
	mr_safetensors_free(&st);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	size_t end = size;

	if (!copy)
		abort();
	parse(data, size);
	memcpy(copy, data, size);
	while (end > 8 && copy[end - 1] != '}')
		end--;
	if (end > 8) {
		end -= 8;
		for (int i = 0; i < 8; i++, end >>= 8)
			copy[i] = (uint8_t)end;
		parse(copy, size);
	}
	free(copy);
	return 0;
}
