/* The record of every kind of model, and its options.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train_build.h"

static bool
same_words(const char *const *a, const char *const *b)
{
	if (!a || !b)
		return a == b;
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return *a == *b;
}

/* The message of options that k must refuse. */
static void
refused(const struct mr_kind *k, const char *name, const char *text,
    const char *expected)
{
	const struct mr_given g = { name, text };
	struct mr_err err = { 0 };
	void *opt = malloc(k->opt_bytes);

	assert_non_null(opt);
	assert_int_equal(mr_kind_set(k, &g, 1, NULL, opt, &err), MR_EARG);
	if (!strstr(err.msg, expected))
		fail_msg("%s: '%s' without '%s'", k->name, err.msg, expected);
	free(opt);
}

static void
names_are_found_once(void **state)
{
	(void)state;
	for (int i = 0; mr_kinds[i]; i++) {
		assert_ptr_equal(mr_kind_find(mr_kinds[i]->name),
		    mr_kinds[i]);
		assert_non_null(mr_kinds[i]->train);
		assert_non_null(mr_kinds[i]->lone);
	}
	assert_null(mr_kind_find("no such model"));
	assert_null(mr_kind_find(""));
}

static void
check_row(const struct mr_kind *k, const struct mr_param *p)
{
	static const size_t bytes[] = { sizeof(int64_t), sizeof(double),
	    sizeof(int) };

	assert_true(p->at + bytes[p->type] <= k->opt_bytes);
	assert_non_null(p->help);
	assert_non_null(p->arg);
	assert_int_equal(!p->words, p->type != MR_PARAM_WORD);
	assert_int_equal(!p->counts, !p->when);
	if (p->words)
		for (int i = 0; i <= (int)p->value; i++)
			assert_non_null(p->words[i]);
	else
		assert_true(p->value >= p->lo && p->value <= p->hi);
}

/* One option of the command line is one thing, whatever the model. */
static void
rows_of_one_name_agree(void **state)
{
	(void)state;
	for (int i = 0; mr_kinds[i]; i++)
		for (const struct mr_param *p = mr_kinds[i]->params; p->name;
		    p++) {
			check_row(mr_kinds[i], p);
			for (int j = 0; j <= i; j++)
				for (const struct mr_param *q =
				    mr_kinds[j]->params; q->name; q++) {
					bool same = !strcmp(p->name, q->name);

					assert_int_equal(same && q->letter,
					    same && p->letter);
					if (p->letter && !same)
						assert_int_not_equal(
						    p->letter, q->letter);
					if (!same)
						continue;
					assert_int_equal(p->type, q->type);
					assert_string_equal(p->arg, q->arg);
					assert_true(same_words(p->words,
					    q->words));
				}
		}
}

static void
ranges_are_kept(void **state)
{
	char text[64];

	(void)state;
	for (int i = 0; mr_kinds[i]; i++) {
		const struct mr_kind *k = mr_kinds[i];

		refused(k, "no-such", "1", "--no-such means nothing to ");
		for (const struct mr_param *p = k->params; p->name; p++) {
			if (p->counts)
				continue;
			refused(k, p->name, "", p->name);
			refused(k, p->name, "x", p->name);
			refused(k, p->name, "nan", p->name);
			if (p->words)
				continue;
			snprintf(text, sizeof text, "%.17g", p->lo - 1);
			refused(k, p->name, text, p->name);
			snprintf(text, sizeof text, "%.17g", p->hi * 2);
			refused(k, p->name, text, p->name);
		}
	}
}

static void
what_does_not_count_is_refused(void **state)
{
	(void)state;
	refused(mr_kind_find("baseline"), "lambda", "1",
	    "--lambda means nothing to baseline but with --method sgd");
	refused(mr_kind_find("knn"), "shrinkage", "1",
	    "--shrinkage means nothing to knn but with --similarity ");
	refused(mr_kind_find("als"), "lambda", "0",
	    "als needs a --lambda above 0");
	refused(mr_kind_find("ials"), "unobserved-weight", "0",
	    "ials needs an --unobserved-weight above 0");
	refused(mr_kind_find("bayes"), "sweeps", "20",
	    "bayes needs more --sweeps than --burn-in: 20, not 20");
}

/* A name in two rows has the default of the one that counts. */
static void
default_of_the_row_that_counts(void **state)
{
	const struct mr_given sgd = { "method", "sgd" };
	const struct mr_kind *k = mr_kind_find("baseline");

	(void)state;
	for (int is_sgd = 0; is_sgd < 2; is_sgd++) {
		void *opt = options(k, &sgd, (size_t)is_sgd);

		for (const struct mr_param *p = k->params; p->name; p++)
			if (strcmp(p->name, "sweeps") == 0 &&
			    mr_param_counts(p, opt))
				assert_true(mr_param_value(p, opt) ==
				    (is_sgd ? 20 : 10));
		free(opt);
	}
}

/* Options told as META tells them give the same options. */
static void
there_and_back(const struct mr_kind *k, void *opt)
{
	char text[32][40];
	struct mr_given given[32];
	void *again;
	size_t n = 0;

	for (const struct mr_param *p = k->params; p->name; p++) {
		double v = mr_param_value(p, opt);

		if (!mr_param_counts(p, opt))
			continue;
		assert_true(n < 32);
		if (p->words)
			snprintf(text[n], 40, "%s", p->words[(int)v]);
		else
			snprintf(text[n], 40, "%.17g", v);
		given[n] = (struct mr_given){ p->name, text[n] };
		n++;
	}
	again = options(k, given, n);
	assert_memory_equal(opt, again, k->opt_bytes);
	free(again);
}

static void
there_and_back_again(void **state)
{
	(void)state;
	for_each_form(there_and_back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_once),
		cmocka_unit_test(rows_of_one_name_agree),
		cmocka_unit_test(ranges_are_kept),
		cmocka_unit_test(what_does_not_count_is_refused),
		cmocka_unit_test(default_of_the_row_that_counts),
		cmocka_unit_test(there_and_back_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
