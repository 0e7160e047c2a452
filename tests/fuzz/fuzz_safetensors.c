/* Fuzz target: the header of safetensors, and every tensor it lists.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "core/mem.h"
#include "text/safetensors.h"

/* The tensor as floats: its shape is what the file says. */
static void
read_tensor(const struct mr_safetensors *st, int32_t i)
{
	const struct mr_tensor *t = &st->tensor[i];
	struct mr_slice id = mr_ids_get(&st->names, i);
	struct mr_tensor_want want = { .ndim = t->ndim };
	struct mr_err err = { 0 };
	const float *borrowed;
	char name[256] = "";
	size_t n = 1;
	float *out;
	int rc;

	if (id.n >= sizeof name || memchr(id.p, 0, id.n))
		return;
	memcpy(name, id.p, id.n);
	want.name = name;
	for (int k = 0; k < t->ndim; k++) {
		want.shape[k] = t->shape[k];
		if (!mr_mul(n, (size_t)t->shape[k], &n))
			return;
	}
	if (n > 1 << 20)
		return;
	out = malloc(n * sizeof *out + 1);
	if (!out)
		return;
	rc = mr_safetensors_f32(st, &want, out, &err);
	check_told(rc, &err);
	err = (struct mr_err){ 0 };
	rc = mr_safetensors_borrow(st, &want, &borrowed, &err);
	check_told(rc, &err);
	for (size_t k = 0; rc == MR_OK && borrowed && k < n; k++)
		assert(borrowed[k] == out[k]);
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_safetensors st;
	struct mr_err err = { 0 };
	int rc = mr_safetensors_parse(&st, data, size, "fuzz", &err);

	check_told(rc, &err);
	for (int32_t i = 0; rc == MR_OK && i < st.names.n; i++) {
		const uint8_t *p = st.tensor[i].data;

		assert(p >= data && p + st.tensor[i].bytes <= data + size);
		read_tensor(&st, i);
	}
	mr_safetensors_free(&st);
	return 0;
}
