/* Setting the parameters of a kind; see kind.h.
 * SPDX-License-Identifier: MIT */
#include "model/kind.h"

#include <string.h>

const struct mr_param mr_no_params[] = { { .name = NULL } };

const struct mr_kind *
mr_kind_find(const char *name)
{
	for (const struct mr_kind *const *k = mr_kinds; *k; k++)
		if (strcmp((*k)->name, name) == 0)
			return *k;
	return NULL;
}

bool
mr_param_counts(const struct mr_param *p, const void *opt)
{
	return !p->counts || p->counts(opt);
}

double
mr_param_value(const struct mr_param *p, const void *opt)
{
	const char *at = (const char *)opt + p->at;
	int64_t whole;
	double real;
	int word;

	switch (p->type) {
	case MR_PARAM_INT:
		memcpy(&whole, at, sizeof whole);
		return (double)whole;
	case MR_PARAM_REAL:
		memcpy(&real, at, sizeof real);
		return real;
	default:
		memcpy(&word, at, sizeof word);
		return word;
	}
}

static void
put(const struct mr_param *p, double value, void *opt)
{
	char *at = (char *)opt + p->at;
	int64_t whole = (int64_t)value;
	int word = (int)value;

	switch (p->type) {
	case MR_PARAM_INT:
		memcpy(at, &whole, sizeof whole);
		break;
	case MR_PARAM_REAL:
		memcpy(at, &value, sizeof value);
		break;
	default:
		memcpy(at, &word, sizeof word);
	}
}

static int
no_word(const struct mr_param *p, const char *text, struct mr_err *err)
{
	struct mr_buf have = { 0 };
	int rc = MR_OK;

	for (int i = 0; p->words[i] && rc == MR_OK; i++)
		rc = mr_buf_addf(&have, err, " %s", p->words[i]);
	if (rc == MR_OK)
		rc = mr_err_set(err, MR_EARG, "--%s: '%s' is none of%.*s",
		    p->name, text, (int)have.n, have.p);
	mr_buf_free(&have);
	return rc;
}

/* The value that text gives. */
static int
take(const struct mr_param *p, const char *text, double *value,
    struct mr_err *err)
{
	int64_t whole;

	switch (p->type) {
	case MR_PARAM_INT:
		if (!mr_parse_i64(mr_slice_of(text), &whole) ||
		    (double)whole < p->lo || (double)whole > p->hi)
			return mr_err_set(err, MR_EARG, "--%s: '%s' is not a "
			    "whole number from %.0f to %.0f", p->name, text,
			    p->lo, p->hi);
		*value = (double)whole;
		return MR_OK;
	case MR_PARAM_REAL:
		if (!mr_parse_f64(mr_slice_of(text), value) ||
		    !(*value >= p->lo && *value <= p->hi))
			return mr_err_set(err, MR_EARG, "--%s: '%s' is not a "
			    "number from %g to %g", p->name, text, p->lo,
			    p->hi);
		return MR_OK;
	default:
		for (int i = 0; p->words[i]; i++)
			if (strcmp(p->words[i], text) == 0) {
				*value = i;
				return MR_OK;
			}
		return no_word(p, text, err);
	}
}

/* Was g taken by a row, or why not? */
static int
check_given(const struct mr_kind *k, const struct mr_given *g,
    const void *opt, struct mr_err *err)
{
	const char *when = NULL;

	for (const struct mr_param *p = k->params; p->name; p++) {
		if (strcmp(p->name, g->name) != 0)
			continue;
		if (mr_param_counts(p, opt))
			return MR_OK;
		when = p->when;
	}
	return mr_err_set(err, MR_EARG, "--%s means nothing to %s%s%s",
	    g->name, k->name, when ? " but with " : "", when ? when : "");
}

static double
usual(const struct mr_param *p, const struct mr_extent *x)
{
	return x && p->suited ? p->suited(x) : p->value;
}

int
mr_kind_set(const struct mr_kind *k, const struct mr_given *given, size_t n,
    const struct mr_extent *x, void *opt, struct mr_err *err)
{
	int rc = MR_OK;

	memset(opt, 0, k->opt_bytes);
	/* Also what does not count is in its range. */
	for (const struct mr_param *p = k->params; p->name; p++)
		put(p, usual(p, x), opt);
	for (const struct mr_param *p = k->params; p->name; p++) {
		double value = usual(p, x);

		if (!mr_param_counts(p, opt))
			continue;
		for (size_t i = 0; i < n && rc == MR_OK; i++)
			if (strcmp(given[i].name, p->name) == 0)
				rc = take(p, given[i].text, &value, err);
		if (rc)
			return rc;
		put(p, value, opt);
	}
	for (size_t i = 0; i < n && rc == MR_OK; i++)
		rc = check_given(k, &given[i], opt, err);
	return rc || !k->check ? rc : k->check(opt, err);
}

double
mr_kind_value(const struct mr_kind *k, const void *opt, const char *name,
    double none)
{
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, name) == 0 && mr_param_counts(p, opt))
			return mr_param_value(p, opt);
	return none;
}

struct mr_fold
mr_kind_fold(const struct mr_kind *k, const void *opt)
{
	struct mr_fold rule = { .rule = MR_FOLD_NONE };

	if (k->fold)
		k->fold(&rule, opt);
	return rule;
}

void
mr_fold_rated(struct mr_fold *rule, const void *opt)
{
	(void)opt;
	rule->rule = MR_FOLD_RATED;
}
