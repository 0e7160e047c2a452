/* Unit tests of the safetensors reader: files made here, and the malformed
 * ones of suites/safetensors-malformed where the shared test data are there.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/safetensors.h"

/* Length, header and data in memory as malloc gives it. */
static struct mr_buf
file_of(const char *header, const void *data, size_t n)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	size_t length = strlen(header);
	unsigned char le[8];

	for (int i = 0; i < 8; i++)
		le[i] = (unsigned char)(length >> 8 * i & 255);
	assert_int_equal(mr_buf_add(&b, le, 8, &err), MR_OK);
	assert_int_equal(mr_buf_add(&b, header, length, &err), MR_OK);
	assert_int_equal(mr_buf_add(&b, data, n, &err), MR_OK);
	return b;
}

static void
refused(const char *header, size_t n_data, const char *message)
{
	const char zero[64] = { 0 };
	struct mr_buf b = file_of(header, zero, n_data);
	struct mr_safetensors st = { 0 };
	struct mr_err err = { 0 };

	assert_int_equal(mr_safetensors_parse(&st, b.p, b.n, "f", &err),
	    MR_EFORMAT);
	assert_string_equal(err.msg, message);
	assert_null(st.tensor);
	mr_buf_free(&b);
}

#define T(shape, offsets) "{\"x\":{\"dtype\":\"F32\",\"shape\":" shape \
    ",\"data_offsets\":" offsets "}}"

static void
test_bad_header(void **state)
{
	(void)state;
	refused("[]", 0, "f: header is not a JSON object");
	refused("{\"x\":1}", 0, "f: tensor 'x': expected an object");
	refused("{\"x\":{}}", 0,
	    "f: tensor 'x': no dtype, expected a string");
	refused("{\"x\":{\"dtype\":\"F31\"}}", 0,
	    "f: tensor 'x': unknown dtype");
	refused("{\"x\":{\"dtype\":\"F32\"}}", 0,
	    "f: tensor 'x': no shape, expected an array");
	refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[]}}", 4,
	    "f: tensor 'x': bad data_offsets, expected two integers >= 0");
	refused(T("[1]", "[0]"), 4,
	    "f: tensor 'x': bad data_offsets, expected two integers >= 0");
	refused(T("[1.0]", "[0,4]"), 4,
	    "f: tensor 'x': dimension is not an integer >= 0");
	refused(T("[-1]", "[0,4]"), 4,
	    "f: tensor 'x': dimension is not an integer >= 0");
	refused(T("[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4,
	    "f: tensor 'x': too many dimensions, expected at most 8");
	refused(T("[4294967296,4294967296]", "[0,4]"), 4,
	    "f: tensor 'x': shape is too large");
	refused(T("[1]", "[0,8]"), 8,
	    "f: tensor 'x': data_offsets do not agree with shape and dtype");
	refused(T("[1]", "[4,0]"), 4,
	    "f: tensor 'x': data_offsets are not inside the file");
	refused(T("[2]", "[0,8]"), 4,
	    "f: tensor 'x': data_offsets are not inside the file");
	refused(T("[1]", "[0,4]"), 5, "f: 5 bytes of data, expected 4");
	refused(T("[1]", "[4,8]"), 8,
	    "f: tensor 'x': data begin at byte 4, expected 0");
	refused("{\"x\":{\"dtype\":\"F4\",\"shape\":[3],"
	    "\"data_offsets\":[0,1]}}", 1,
	    "f: tensor 'x': does not fill its last byte");
	refused("{\"__metadata__\":{\"a\":1}}", 0,
	    "f: __metadata__ 'a' is not a string");
}

static void
test_short_file(void **state)
{
	struct mr_buf b = file_of("{}", NULL, 0);
	struct mr_safetensors st = { 0 };

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		struct mr_err err = { 0 };
		char *exact = malloc(n ? n : 1);

		/* A byte too far is one a sanitizer sees. */
		assert_non_null(exact);
		memcpy(exact, b.p, n);
		assert_int_equal(mr_safetensors_parse(&st, exact, n, "f",
		    &err), MR_EFORMAT);
		free(exact);
	}
	mr_buf_free(&b);
}

static void
test_duplicate(void **state)
{
	const char *one = "\"dtype\":\"F32\",\"shape\":[0],"
	    "\"data_offsets\":[0,0]";
	struct mr_safetensors st = { 0 };
	struct mr_err err = { 0 };
	char header[256];
	struct mr_buf b;

	(void)state;
	snprintf(header, sizeof header, "{\"x\":{%s},\"x\":{%s}}", one, one);
	b = file_of(header, NULL, 0);
	assert_int_equal(mr_safetensors_parse(&st, b.p, b.n, "f", &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, "duplicate"));
	mr_buf_free(&b);
}

/* A header of brackets must not use up the stack. */
static void
test_deep_header(void **state)
{
	struct mr_safetensors st = { 0 };
	struct mr_err err = { 0 };
	char *header = malloc(100001);
	struct mr_buf b;

	(void)state;
	assert_non_null(header);
	memset(header, '[', 100000);
	header[100000] = '\0';
	b = file_of(header, NULL, 0);
	assert_int_equal(mr_safetensors_parse(&st, b.p, b.n, "f", &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, "depth"));
	mr_buf_free(&b);
	free(header);
}

static const char three[] = " {\"__metadata__\":{\"format\":\"pt\"},"
    "\"half\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[16,28]},"
    "\"full\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
    "\"brain\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[28,34]},"
    "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[28,28]},"
    "\"count\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[34,42]}}  ";

static struct mr_buf
three_file(struct mr_safetensors *st, uint32_t third)
{
	const uint32_t full[4] = { 0x3f800000, 0x80000000, third, 1 };
	const uint16_t half[6] = { 0x3c00, 0xc000, 0x7bff, 0x0001, 0x83ff,
	    0x3555 };
	const uint16_t brain[3] = { 0x3f80, 0xc049, 0x0001 };
	unsigned char data[42] = { 0 };
	struct mr_err err = { 0 };
	struct mr_buf b;

	for (int i = 0; i < 16; i++)
		data[i] = (unsigned char)(full[i / 4] >> 8 * (i % 4) & 255);
	for (int i = 0; i < 18; i++)
		data[16 + i] = (unsigned char)((i < 12 ? half[i / 2] :
		    brain[i / 2 - 6]) >> 8 * (i % 2) & 255);
	b = file_of(three, data, sizeof data);
	assert_int_equal(mr_safetensors_parse(st, b.p, b.n, "f", &err),
	    MR_OK);
	return b;
}

static void
test_values(void **state)
{
	const struct mr_tensor_want full = { "full", 1, { 4 } };
	const struct mr_tensor_want half = { "half", 2, { 2, 3 } };
	const struct mr_tensor_want brain = { "brain", 1, { 3 } };
	const struct mr_tensor_want none = { "none", 2, { 0, 7 } };
	const float f16[6] = { 1, -2, 65504, 0x1p-24f, -1023 * 0x1p-24f,
	    0x1.554p-2f };
	const float bf16[3] = { 1, -3.140625f, 0x1p-133f };
	struct mr_safetensors st = { 0 };
	struct mr_err err = { 0 };
	struct mr_buf b = three_file(&st, 0x40490fdb);
	float x[6];

	(void)state;
	assert_int_equal(st.names.n, 5);
	assert_int_equal(mr_safetensors_f32(&st, &full, x, &err), MR_OK);
	assert_true(x[0] == 1 && x[1] == 0 && signbit(x[1]) &&
	    x[2] == 0x1.921fb6p+1f && x[3] == 0x1p-149f);
	assert_int_equal(mr_safetensors_f32(&st, &half, x, &err), MR_OK);
	assert_memory_equal(x, f16, sizeof f16);
	assert_int_equal(mr_safetensors_f32(&st, &brain, x, &err), MR_OK);
	assert_memory_equal(x, bf16, sizeof bf16);
	assert_int_equal(mr_safetensors_f32(&st, &none, x, &err), MR_OK);
	mr_safetensors_free(&st);
	mr_safetensors_free(&st);
	mr_buf_free(&b);
}

static void
test_borrow(void **state)
{
	const struct mr_tensor_want want = { "x", 1, { 2 } };
	const struct mr_tensor_want half = { "half", 2, { 2, 3 } };
	const float value[2] = { 1.5f, -2 }, nan = NAN;
	struct mr_safetensors st = { 0 };
	struct mr_err err = { 0 };
	const float *x = value;
	struct mr_buf b;
	char header[80];

	(void)state;
	/* Of the four paddings one puts the data on a multiple of 4. */
	for (int pad = 0; pad < 4; pad++) {
		bool aligned;

		snprintf(header, sizeof header, "%s%*s", T("[2]", "[0,8]"),
		    pad, "");
		b = file_of(header, value, sizeof value);
		aligned = (uintptr_t)(b.p + b.n) % 4 == 0;
		assert_int_equal(mr_safetensors_parse(&st, b.p, b.n, "f",
		    &err), MR_OK);
		assert_int_equal(mr_safetensors_borrow(&st, &want, &x, &err),
		    MR_OK);
		assert_ptr_equal(x, aligned ? b.p + b.n - 8 : NULL);
		memcpy(b.p + b.n - 4, &nan, sizeof nan);
		err = (struct mr_err){ 0 };
		assert_int_equal(mr_safetensors_borrow(&st, &want, &x, &err),
		    aligned ? MR_EFORMAT : MR_OK);
		assert_string_equal(err.msg, aligned ? "f: tensor 'x': element "
		    "1 is nan, expected a finite number" : "");
		assert_null(x);
		err = (struct mr_err){ 0 };
		mr_safetensors_free(&st);
		mr_buf_free(&b);
	}
	b = three_file(&st, 0);
	assert_int_equal(mr_safetensors_borrow(&st, &half, &x, &err), MR_OK);
	assert_null(x);
	mr_safetensors_free(&st);
	mr_buf_free(&b);
}

static void
unwanted(uint32_t third, const struct mr_tensor_want *want,
    const char *message)
{
	struct mr_err err = { 0 }, err2 = { 0 };
	struct mr_safetensors st = { 0 };
	struct mr_buf b = three_file(&st, third);
	const float *p = NULL;
	float x[8];

	assert_int_equal(mr_safetensors_f32(&st, want, x, &err), MR_EFORMAT);
	assert_string_equal(err.msg, message);
	/* The same of a tensor that is borrowed, if it can be. */
	if (mr_safetensors_borrow(&st, want, &p, &err2))
		assert_string_equal(err2.msg, message);
	assert_null(p);
	mr_safetensors_free(&st);
	mr_buf_free(&b);
}

static void
test_unwanted(void **state)
{
	(void)state;
	unwanted(0, &(struct mr_tensor_want){ "gone", 1, { 4 } },
	    "f: tensor 'gone': missing");
	unwanted(0, &(struct mr_tensor_want){ "full", 1, { 5 } },
	    "f: tensor 'full': shape 4, expected 5");
	unwanted(0, &(struct mr_tensor_want){ "half", 2, { 3, 2 } },
	    "f: tensor 'half': shape 2 x 3, expected 3 x 2");
	unwanted(0, &(struct mr_tensor_want){ "full", 0, { 0 } },
	    "f: tensor 'full': shape 4, expected scalar");
	unwanted(0, &(struct mr_tensor_want){ "count", 0, { 0 } },
	    "f: tensor 'count': dtype I64, expected F32, F16 or BF16");
	unwanted(0x7fc00000, &(struct mr_tensor_want){ "full", 1, { 4 } },
	    "f: tensor 'full': element 2 is nan, expected a finite number");
	unwanted(0xff800000, &(struct mr_tensor_want){ "full", 1, { 4 } },
	    "f: tensor 'full': element 2 is inf, expected a finite number");
}

/* Every one of the 65,536 halves against its definition. */
static void
test_all_halves(void **state)
{
	const struct mr_tensor_want want = { "x", 1, { 1 } };
	const char *header = "{\"x\":{\"dtype\":\"F16\",\"shape\":[1],"
	    "\"data_offsets\":[0,2]}}";
	struct mr_buf b = file_of(header, "\0", 2);
	struct mr_safetensors st = { 0 };
	struct mr_err first = { 0 };

	(void)state;
	assert_int_equal(mr_safetensors_parse(&st, b.p, b.n, "f", &first),
	    MR_OK);
	for (int h = 0; h < 65536; h++) {
		int e = h >> 10 & 31;
		double want_value = e ? ldexp(1024 + (h & 1023), e - 25) :
		    ldexp(h & 1023, -24);
		struct mr_err err = { 0 };
		float x = 0;
		int rc;

		b.p[b.n - 2] = (char)(h & 255);
		b.p[b.n - 1] = (char)(h >> 8);
		rc = mr_safetensors_f32(&st, &want, &x, &err);
		assert_int_equal(rc, e == 31 ? MR_EFORMAT : MR_OK);
		if (rc == MR_OK)
			assert_true((double)x == (h >> 15 ? -want_value :
			    want_value) && !signbit(x) == !(h >> 15));
	}
	mr_safetensors_free(&st);
	mr_buf_free(&b);
}

static struct mr_buf
slurp(const char *name)
{
	const char *dir = getenv("MR_SHARED");
	struct mr_err err = { 0 };
	struct mr_buf b = { 0 };
	char path[4096], part[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/suites/safetensors-malformed/%s",
	    dir ? dir : "../shared", name);
	f = fopen(path, "rb");
	if (!f) {
		printf("skipped: %s is not there\n", path);
		skip();
	}
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		assert_int_equal(mr_buf_add(&b, part, n, &err), MR_OK);
	fclose(f);
	return b;
}

static void
test_suite(void **state)
{
	struct mr_buf list = slurp("expected.tsv");
	struct mr_slice rest = mr_buf_slice(&list), line, name, verdict;
	int n = 0, right = 0;

	(void)state;
	mr_slice_cut(&rest, '\n');
	while (rest.p && rest.n) {
		struct mr_safetensors st = { 0 };
		struct mr_err err = { 0 };
		char file[256];
		struct mr_buf b;
		bool same;
		int rc;

		line = mr_slice_cut(&rest, '\n');
		name = mr_slice_cut(&line, '\t');
		verdict = mr_slice_cut(&line, '\t');
		snprintf(file, sizeof file, "%.*s", (int)name.n, name.p);
		b = slurp(file);
		rc = mr_safetensors_parse(&st, b.p, b.n, file, &err);
		same = rc == (mr_slice_is(verdict, "accept") ? MR_OK :
		    MR_EFORMAT);
		if (!same)
			printf("%s: status %d %s\n", file, rc, err.msg);
		n++;
		right += same;
		mr_safetensors_free(&st);
		mr_buf_free(&b);
	}
	mr_buf_free(&list);
	printf("safetensors-malformed: %d of %d\n", right, n);
	assert_int_equal(n, 29);
	assert_int_equal(right, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_header),
		cmocka_unit_test(test_short_file),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_deep_header),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_borrow),
		cmocka_unit_test(test_unwanted),
		cmocka_unit_test(test_all_halves),
		cmocka_unit_test(test_suite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
