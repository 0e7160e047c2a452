/* Fuzz target: the header of .npy, and the values behind it.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/npy.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_npy h = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	unsigned char b[64];
	size_t got = 0;
	int rc = mr_in_memory(&in, data, size, "fuzz", &err);

	if (rc == MR_OK)
		rc = mr_npy_read_head(&h, &in, &err);
	check_told(rc, &err);
	if (rc == MR_OK) {
		assert(h.width == 4 || h.width == 8);
		assert(h.rows >= 0 && h.rows < (int64_t)1 << 40);
		assert(h.cols >= 0 && h.cols < INT32_MAX);
		rc = mr_in_read(&in, b, sizeof b, &got, &err);
		for (size_t i = 0; rc == MR_OK && i < got / (size_t)h.width;
		    i++)
			(void)mr_npy_float(&h, b, i);
	}
	mr_in_close(&in);
	return 0;
}
