/* The rows of mr-stat's table; see private.h.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "eval/summary.h"
#include "tool/stat/private.h"

static const struct {
	const char *name;
	double q;
} quantiles[] = {
	{ "0", 0 }, { "0.01", 0.01 }, { "0.05", 0.05 }, { "0.1", 0.1 },
	{ "0.25", 0.25 }, { "0.5", 0.5 }, { "0.75", 0.75 }, { "0.9", 0.9 },
	{ "0.95", 0.95 }, { "0.99", 0.99 }, { "1", 1 },
};
#define N_QUANTILES ((int)(sizeof quantiles / sizeof quantiles[0]))

/* As few digits as give the same double when read: 0.1, not 0.1000..01. */
static struct mr_stat_text
shortest(double x)
{
	struct mr_stat_text t = { "" };

	for (int digits = 15; digits <= 17; digits++) {
		double back;

		snprintf(t.s, sizeof t.s, "%.*g", digits, x);
		back = strtod(t.s, NULL);
		if (!(back < x || back > x))
			break;
	}
	return t;
}

void
mr_stat_head(struct mr_out *out)
{
	mr_out_text(out, "section\tname\tvalue\tshare\tnote\n");
}

static void
put_share(struct mr_out *out, int64_t n, int64_t of)
{
	if (of > 0)
		mr_out_printf(out, "%.9g", (double)n / (double)of);
}

void
mr_stat_count(struct mr_out *out, const char *section, struct mr_slice name,
    int64_t n, int64_t of)
{
	mr_out_printf(out, "%s\t", section);
	mr_tsv_put(out, name);
	mr_out_printf(out, "\t%lld\t", (long long)n);
	put_share(out, n, of);
	mr_out_text(out, "\t\n");
}

void
mr_stat_real(struct mr_out *out, const char *section, const char *name,
    double value)
{
	mr_out_printf(out, "%s\t%s\t%s\t\t\n", section, name,
	    shortest(value).s);
}

void
mr_stat_diagnose(struct mr_out *out, const char *name, int64_t n, int64_t of,
    const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	mr_out_printf(out, "diagnosis\t%s\t%lld\t", name, (long long)n);
	put_share(out, n, of);
	mr_out_byte(out, '\t');
	mr_tsv_put(out, mr_slice_of(text));
	mr_out_byte(out, '\n');
}

struct mr_stat_text
mr_stat_words(int64_t n)
{
	struct mr_stat_text t;
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
	size_t to = 0;

	for (int i = 0; i < len; i++) {
		if (i > (digits[0] == '-') && (len - i) % 3 == 0)
			t.s[to++] = ',';
		t.s[to++] = digits[i];
	}
	t.s[to] = '\0';
	return t;
}

struct mr_stat_text
mr_stat_short(double x)
{
	struct mr_stat_text t;

	snprintf(t.s, sizeof t.s, "%.6g", x);
	return t;
}

double
mr_stat_percent(int64_t n, int64_t of)
{
	return of > 0 ? 100 * (double)n / (double)of : 0;
}

void
mr_stat_describe(struct mr_out *out, const char *name,
    const struct mr_tally *t)
{
	struct mr_fences f;
	char section[64];

	mr_stat_count(out, name, mr_slice_of("count"), t->total, 0);
	if (t->total == 0)
		return;
	mr_stat_count(out, name, mr_slice_of("distinct"),
	    (int64_t)t->distinct, 0);
	mr_stat_real(out, name, "mean", mr_summary_mean(t));
	if (t->total > 1)
		mr_stat_real(out, name, "sd", mr_summary_sd(t));
	mr_stat_real(out, name, "min", t->cell[0].value);
	mr_stat_real(out, name, "max", t->cell[t->distinct - 1].value);
	snprintf(section, sizeof section, "%s-quantiles", name);
	for (int i = 0; i < N_QUANTILES; i++)
		mr_stat_real(out, section, quantiles[i].name,
		    mr_summary_quantile(t, quantiles[i].q));
	snprintf(section, sizeof section, "%s-outliers", name);
	mr_summary_fences(t, &f);
	mr_stat_real(out, section, "lower-fence", f.lower);
	mr_stat_real(out, section, "upper-fence", f.upper);
	mr_stat_count(out, section, mr_slice_of("below"), f.below, t->total);
	mr_stat_count(out, section, mr_slice_of("above"), f.above, t->total);
}

void
mr_stat_numbers(struct mr_out *out, const char *section,
    const struct mr_tally *t)
{
	for (size_t i = 0; i < t->distinct; i++)
		mr_stat_count(out, section,
		    mr_slice_of(shortest(t->cell[i].value).s), t->cell[i].n,
		    t->total);
}

void
mr_stat_histogram(struct mr_out *out, const char *name,
    const struct mr_tally *t)
{
	int64_t n[MR_STAT_BINS];
	char section[64];

	snprintf(section, sizeof section, "%s-%s", name,
	    t->distinct <= MR_STAT_VALUES ? "histogram" : "bins");
	if (t->distinct <= MR_STAT_VALUES) {
		mr_stat_numbers(out, section, t);
		return;
	}
	mr_summary_bins(t, MR_STAT_BINS, n);
	for (int k = 0; k < MR_STAT_BINS; k++)
		mr_stat_count(out, section, mr_slice_of(shortest(
		    mr_summary_edge(t, MR_STAT_BINS, k)).s), n[k], t->total);
}

int
mr_stat_missing_open(struct mr_stat_missing *m, const struct mr_tsv *t,
    struct mr_err *err)
{
	m->rows = 0;
	m->n = mr_alloc((size_t)t->n_cols, sizeof *m->n, "columns", err);
	return m->n ? MR_OK : MR_ENOMEM;
}

void
mr_stat_missing_add(struct mr_stat_missing *m, const struct mr_tsv *t)
{
	m->rows++;
	for (int i = 0; i < t->n_cols; i++)
		m->n[i] += t->field[i].n == 0;
}

void
mr_stat_missing_put(struct mr_out *out, const struct mr_stat_missing *m,
    const struct mr_tsv *t)
{
	for (int i = 0; i < t->n_cols; i++)
		mr_stat_count(out, "missing", t->name[i], m->n[i], m->rows);
}

int
mr_stat_tally_counts(struct mr_tally *t, const int64_t *v, int32_t n,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (int32_t i = 0; i < n && rc == MR_OK; i++)
		if (v[i])
			rc = mr_tally_add(t, (double)v[i], 1, err);
	mr_tally_sort(t);
	return rc;
}
