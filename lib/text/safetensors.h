/* The safetensors format, read from bytes already in memory.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_SAFETENSORS_H
#define MR_TEXT_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "data/ids.h"

#define MR_SAFETENSORS_HEADER_MAX ((size_t)16 << 20)	/* bytes of JSON */
#define MR_SAFETENSORS_MAX 100000	/* tensors */
#define MR_TENSOR_DIMS_MAX 8

/* Only the types that can be read as float have a name here. */
enum mr_dtype { MR_DTYPE_OTHER, MR_DTYPE_F32, MR_DTYPE_F16, MR_DTYPE_BF16 };

struct mr_tensor {
	enum mr_dtype dtype;
	const char *dtype_name;	/* "F32", "I64"; static */
	int ndim;		/* 0: a scalar */
	int64_t shape[MR_TENSOR_DIMS_MAX];
	const void *data;	/* little-endian, any alignment; borrowed */
	size_t bytes;
};

/*
 *   | n: u64, little-endian | n bytes of JSON | data                  |
 *
 * All zero is an empty file; freed by mr_safetensors_free.  Borrows the bytes
 * and the name it was parsed from.
 */
struct mr_safetensors {
	const char *name;		/* of the file, for messages */
	struct mr_ids names;		/* of the tensors */
	struct mr_tensor *tensor;	/* [names.n], in the order of names */
	bool finite;		/* known to be: values are not looked at */
};

/*
 * mr_safetensors_parse - check the n bytes at p and list their tensors.
 *
 * MR_EFORMAT unless the header lies within the file and is one JSON object
 * in UTF-8 (white space around it is accepted, a key twice is not, as the
 * format's text says); every dtype is known; every shape times the size of
 * its dtype is the length of its data; and the data of the tensors follow
 * one another without hole or overlap from the end of the header to the end
 * of the file.  "__metadata__" must map strings to strings and is ignored,
 * as are unknown keys of a tensor.  Our own limits are the three above; the
 * JSON parser refuses more than 2,048 levels of nesting.
 * Time and memory grow with the header only: no data are read.
 */
int mr_safetensors_parse(struct mr_safetensors *st, const void *p, size_t n,
    const char *name, struct mr_err *err) MR_CHECKED;
void mr_safetensors_free(struct mr_safetensors *st);

/* mr_safetensors_find - the tensor, borrowed, or NULL. */
const struct mr_tensor *mr_safetensors_find(const struct mr_safetensors *st,
    const char *tensor);

/* What a caller asks of a tensor. */
struct mr_tensor_want {
	const char *name;
	int ndim;
	int64_t shape[MR_TENSOR_DIMS_MAX];
};

/* mr_safetensors_check - what comes of asking for it, its values aside. */
int mr_safetensors_check(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, struct mr_err *err) MR_CHECKED;

/*
 * mr_safetensors_f32 - copy a tensor to out [product of want->shape], F16
 * and BF16 made wider, which is exact.  MR_EFORMAT when it is missing, has
 * another type or shape, or holds a value that is not finite; the message
 * names the tensor and the element (counted from 0, row-major).
 */
int mr_safetensors_f32(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, float *out, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_safetensors_borrow - the same checks, but *out points into the file;
 * *out is NULL, with MR_OK, when the tensor must be copied after all: it is
 * F16 or BF16, is not aligned to 4 bytes, or the machine is big-endian.
 */
int mr_safetensors_borrow(const struct mr_safetensors *st,
    const struct mr_tensor_want *want, const float **out, struct mr_err *err)
    MR_CHECKED;

#endif
