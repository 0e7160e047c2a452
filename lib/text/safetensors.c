/* Header checks of safetensors and its float tensors; see safetensors.h.
 * SPDX-License-Identifier: MIT */
#include "text/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/json.h"

static const struct dtype {
	const char *name;
	unsigned bits;
	enum mr_dtype dtype;
} dtypes[] = {
	{ "F32", 32, MR_DTYPE_F32 }, { "F16", 16, MR_DTYPE_F16 },
	{ "BF16", 16, MR_DTYPE_BF16 }, { "F64", 64, MR_DTYPE_OTHER },
	{ "I64", 64, MR_DTYPE_OTHER }, { "U64", 64, MR_DTYPE_OTHER },
	{ "C64", 64, MR_DTYPE_OTHER }, { "I32", 32, MR_DTYPE_OTHER },
	{ "U32", 32, MR_DTYPE_OTHER }, { "I16", 16, MR_DTYPE_OTHER },
	{ "U16", 16, MR_DTYPE_OTHER }, { "I8", 8, MR_DTYPE_OTHER },
	{ "U8", 8, MR_DTYPE_OTHER }, { "BOOL", 8, MR_DTYPE_OTHER },
	{ "F8_E5M2", 8, MR_DTYPE_OTHER }, { "F8_E4M3", 8, MR_DTYPE_OTHER },
	{ "F8_E8M0", 8, MR_DTYPE_OTHER }, { "F6_E2M3", 6, MR_DTYPE_OTHER },
	{ "F6_E3M2", 6, MR_DTYPE_OTHER }, { "F4", 4, MR_DTYPE_OTHER }
};

#define N_DTYPES (sizeof dtypes / sizeof dtypes[0])

/* The file while its header is read. */
struct header {
	struct mr_safetensors *st;
	const char *data;	/* behind the header */
	size_t n_data;
	struct mr_err *err;
};

static int
bad_tensor(const struct header *h, const char *tensor, const char *what)
{
	return mr_err_set(h->err, MR_EFORMAT, "%s: tensor '%.100s': %s",
	    h->st->name, tensor, what);
}

/* A JSON integer >= 0. */
static bool
count_of(const json_t *v, int64_t *out)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*out = json_integer_value(v);
	return true;
}

static int
read_dtype(const struct header *h, const char *name, const json_t *info,
    const struct dtype **out)
{
	const char *s = json_string_value(json_object_get(info, "dtype"));

	for (size_t i = 0; s && i < N_DTYPES; i++)
		if (strcmp(s, dtypes[i].name) == 0) {
			*out = &dtypes[i];
			return MR_OK;
		}
	return bad_tensor(h, name, s ? "unknown dtype" :
	    "no dtype, expected a string");
}

/* The shape, and in *bytes the room it takes. */
static int
read_shape(const struct header *h, const char *name, const json_t *info,
    struct mr_tensor *t, size_t *bytes)
{
	const json_t *shape = json_object_get(info, "shape"), *one;
	const struct dtype *dtype = NULL;
	size_t i, n = 1;
	int rc = read_dtype(h, name, info, &dtype);

	if (rc)
		return rc;
	t->dtype = dtype->dtype;
	t->dtype_name = dtype->name;
	if (!json_is_array(shape))
		return bad_tensor(h, name, "no shape, expected an array");
	if (json_array_size(shape) > MR_TENSOR_DIMS_MAX)
		return bad_tensor(h, name,
		    "too many dimensions, expected at most 8");
	t->ndim = (int)json_array_size(shape);
	json_array_foreach(shape, i, one) {
		if (!count_of(one, &t->shape[i]))
			return bad_tensor(h, name,
			    "dimension is not an integer >= 0");
		if (!mr_mul(n, (size_t)t->shape[i], &n))
			return bad_tensor(h, name, "shape is too large");
	}
	if (!mr_mul(n, dtype->bits, &n))
		return bad_tensor(h, name, "shape is too large");
	if (n % 8)
		return bad_tensor(h, name, "does not fill its last byte");
	*bytes = n / 8;
	return MR_OK;
}

static int
read_tensor(const struct header *h, const char *name, const json_t *info,
    struct mr_tensor *t)
{
	const json_t *place = json_object_get(info, "data_offsets");
	int64_t from, to;
	int rc;

	if (!json_is_object(info))
		return bad_tensor(h, name, "expected an object");
	rc = read_shape(h, name, info, t, &t->bytes);
	if (rc)
		return rc;
	if (json_array_size(place) != 2 ||
	    !count_of(json_array_get(place, 0), &from) ||
	    !count_of(json_array_get(place, 1), &to))
		return bad_tensor(h, name,
		    "bad data_offsets, expected two integers >= 0");
	if (to < from || (uint64_t)to > h->n_data)
		return bad_tensor(h, name,
		    "data_offsets are not inside the file");
	if ((uint64_t)(to - from) != t->bytes)
		return bad_tensor(h, name,
		    "data_offsets do not agree with shape and dtype");
	t->data = h->data + from;
	return MR_OK;
}

static int
check_metadata(const struct header *h, json_t *meta)
{
	const json_t *v;
	const char *key;

	if (!json_is_object(meta))
		return mr_err_set(h->err, MR_EFORMAT,
		    "%s: __metadata__ is not an object", h->st->name);
	json_object_foreach(meta, key, v)
		if (!json_is_string(v))
			return mr_err_set(h->err, MR_EFORMAT,
			    "%s: __metadata__ '%.100s' is not a string",
			    h->st->name, key);
	return MR_OK;
}

static int
read_tensors(const struct header *h, json_t *top)
{
	struct mr_safetensors *st = h->st;
	const char *key;
	json_t *info;
	int32_t i;
	int rc;

	if (!json_is_object(top))
		return mr_err_set(h->err, MR_EFORMAT,
		    "%s: header is not a JSON object", st->name);
	if (json_object_size(top) > MR_SAFETENSORS_MAX)
		return mr_err_set(h->err, MR_EFORMAT,
		    "%s: %zu tensors, expected at most %d", st->name,
		    json_object_size(top), MR_SAFETENSORS_MAX);
	st->tensor = mr_alloc(json_object_size(top), sizeof *st->tensor,
	    "the list of tensors", h->err);
	if (!st->tensor)
		return MR_ENOMEM;
	json_object_foreach(top, key, info) {
		if (strcmp(key, "__metadata__") == 0) {
			rc = check_metadata(h, info);
			if (rc)
				return rc;
			continue;
		}
		rc = mr_ids_add(&st->names, mr_slice_of(key), &i, NULL,
		    h->err);
		if (rc == MR_OK)
			rc = read_tensor(h, key, info, &st->tensor[i]);
		if (rc)
			return rc;
	}
	return MR_OK;
}

/* Where a tensor lies, and its number for the message. */
struct extent {
	size_t from, bytes;
	int32_t tensor;
};

static int
by_place(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? -1 : 1;
	return (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

/* Every byte of the data must belong to one tensor. */
static int
check_cover(const struct header *h)
{
	const struct mr_safetensors *st = h->st;
	size_t n = (size_t)st->names.n, at = 0;
	struct extent *e = mr_alloc(n, sizeof *e, "the list of tensors",
	    h->err);
	int rc = MR_OK;

	if (!e)
		return MR_ENOMEM;
	for (size_t i = 0; i < n; i++)
		e[i] = (struct extent){ (size_t)((const char *)
		    st->tensor[i].data - h->data), st->tensor[i].bytes,
		    (int32_t)i };
	qsort(e, n, sizeof *e, by_place);
	for (size_t i = 0; i < n && rc == MR_OK; i++) {
		struct mr_slice name = mr_ids_get(&st->names, e[i].tensor);

		if (e[i].from != at)
			rc = mr_err_set(h->err, MR_EFORMAT, "%s: tensor "
			    "'%.*s': data begin at byte %zu, expected %zu",
			    st->name, (int)(name.n < 100 ? name.n : 100),
			    name.p, e[i].from, at);
		at = e[i].from + e[i].bytes;
	}
	if (rc == MR_OK && at != h->n_data)
		rc = mr_err_set(h->err, MR_EFORMAT,
		    "%s: %zu bytes of data, expected %zu", st->name,
		    h->n_data, at);
	free(e);
	return rc;
}

/* The length of the header, or MR_EFORMAT when it cannot be. */
static int
header_length(const unsigned char *p, size_t n, const char *name,
    size_t *length, struct mr_err *err)
{
	uint64_t v = 0;

	if (n < 8)
		return mr_err_set(err, MR_EFORMAT,
		    "%s: %zu bytes, expected at least 8", name, n);
	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	if (v > MR_SAFETENSORS_HEADER_MAX)
		return mr_err_set(err, MR_EFORMAT,
		    "%s: header of %llu bytes, expected at most %zu", name,
		    (unsigned long long)v, MR_SAFETENSORS_HEADER_MAX);
	if (v > n - 8)
		return mr_err_set(err, MR_EFORMAT,
		    "%s: header of %llu bytes in a file of %zu bytes", name,
		    (unsigned long long)v, n);
	*length = (size_t)v;
	return MR_OK;
}

int
mr_safetensors_parse(struct mr_safetensors *st, const void *p, size_t n,
    const char *name, struct mr_err *err)
{
	struct header h = { st, NULL, 0, err };
	const char *bytes = p;
	json_t *top = NULL;
	size_t length = 0;
	int rc = header_length(p, n, name, &length, err);

	*st = (struct mr_safetensors){ .name = name };
	if (rc)
		return rc;
	h.data = bytes + 8 + length;
	h.n_data = n - 8 - length;
	rc = mr_json_load(&top, (struct mr_slice){ bytes + 8, length }, name,
	    "header", err);
	if (rc == MR_OK)
		rc = read_tensors(&h, top);
	if (rc == MR_OK)
		rc = check_cover(&h);
	json_decref(top);
	if (rc)
		mr_safetensors_free(st);
	return rc;
}

void
mr_safetensors_free(struct mr_safetensors *st)
{
	mr_ids_free(&st->names);
	free(st->tensor);
	*st = (struct mr_safetensors){ 0 };
}

const struct mr_tensor *
mr_safetensors_find(const struct mr_safetensors *st, const char *tensor)
{
	int32_t i = mr_ids_find(&st->names, mr_slice_of(tensor));

	return i < 0 ? NULL : &st->tensor[i];
}
