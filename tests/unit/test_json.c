/* Tests of text/json: every allocation refused in turn.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/json.h"

#define MOST 4096

/* An allocator that refuses call number n, or all from it on, and knows what
 * was not given back. */
static int calls, refuse_at;
static bool for_ever;
static void *held[MOST];

static void *
take(size_t n)
{
	void *p;

	calls++;
	assert_true(calls < MOST);
	if (calls == refuse_at || (for_ever && calls > refuse_at))
		return NULL;
	p = malloc(n);
	assert_non_null(p);
	held[calls] = p;
	return p;
}

static void
give(void *p)
{
	for (int i = calls; p && i > 0; i--)
		if (held[i] == p) {
			held[i] = NULL;
			free(p);
			return;
		}
}

static void
start(int n, bool ever)
{
	calls = 0;
	refuse_at = n;
	for_ever = ever;
	memset(held, 0, sizeof held);
}

/* Words longer than jansson's first buffers, of 16, 32 and 64 bytes. */
static const char text[] = "{\"a\": [1, -2.5e3, true, null, {}],\n"
    "\"a name that does not fit\": \"\\u00e9 and a text of more than thirty\","
    "\n\"a name of more than sixty-four bytes, which is another step of the "
    "buffer\": 12345678901234567}\n";

static void
check_tree(json_t *top)
{
	assert_int_equal(json_object_size(top), 3);
	assert_int_equal(json_array_size(json_object_get(top, "a")), 5);
	assert_string_equal(json_string_value(json_object_get(top,
	    "a name that does not fit")),
	    "\xc3\xa9 and a text of more than thirty");
	assert_int_equal(json_integer_value(json_object_get(top,
	    "a name of more than sixty-four bytes, which is another step of "
	    "the buffer")), 12345678901234567);
}

static void
each_allocation_refused(void **state)
{
	json_malloc_t m;
	json_free_t f;
	int n = 0;

	(void)state;
	json_get_alloc_funcs(&m, &f);
	json_set_alloc_funcs(take, give);
	for (int ever = 0; ever < 2; ever++)
		for (n = 1;; n++) {
			struct mr_err err = { 0 };
			json_t *top = NULL;
			int rc;

			start(n, ever);
			rc = mr_json_load(&top, mr_slice_of(text), "f.json",
			    "header", &err);
			if (rc == MR_OK) {
				check_tree(top);
				json_decref(top);
				break;
			}
			assert_int_equal(rc, MR_ENOMEM);
			assert_null(top);
			assert_string_equal(err.msg,
			    "out of memory: 200 bytes for header");
			for (int i = 0; i < MOST; i++)
				free(held[i]);
		}
	assert_true(n > 20);
	json_set_alloc_funcs(m, f);
}

static void
what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *text, *part, *message;
	} c[] = {
		{ "{\"a\":\n1 2}", NULL,
		    "f.json:2: '}' expected near '2'" },
		{ "{\"a\": 1, \"a\": 2}", "header",
		    "f.json:1: header: duplicate object key near '\"a\"'" },
		{ "", NULL, "f.json:1: '[' or '{' expected near end of file" },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct mr_err err = { 0 };
		json_t *top = NULL;

		assert_int_equal(mr_json_load(&top, mr_slice_of(c[i].text),
		    "f.json", c[i].part, &err), MR_EFORMAT);
		assert_null(top);
		assert_string_equal(err.msg, c[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_refused),
		cmocka_unit_test(what_is_wrong_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
