/* The .npy format of NumPy, as far as a matrix of floats needs it: versions
 * 1.0 and 2.0, little-endian f4 and f8, C order, one or two dimensions.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_NPY_H
#define MR_STREAM_NPY_H

#include "stream/io.h"

/* What a header says.  One dimension is a single column. */
struct mr_npy {
	int64_t rows, cols;
	int width;		/* bytes of a value: 4 or 8 */
};

/* mr_npy_head - the header of a rows x cols array, version 1.0, of values that
 * are called type, as "<f4", padded to a multiple of 64 bytes; the values
 * follow, row by row. */
void mr_npy_head(struct mr_out *out, const char *type, int64_t rows,
    int64_t cols);
/* mr_npy_read_head - read and check a header from the start of in.  MR_EFORMAT
 * says what is not as above; rows and cols are below 2^40 and 2^31. */
int mr_npy_read_head(struct mr_npy *h, struct mr_in *in, struct mr_err *err)
    MR_CHECKED;
/* mr_npy_float - value i of the raw bytes p; not finite when a value of 8
 * bytes is out of the range of float (it is rounded otherwise). */
float mr_npy_float(const struct mr_npy *h, const unsigned char *p, size_t i);

#endif
