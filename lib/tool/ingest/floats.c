/* Ids such as 1.0; see floats.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/floats.h"

#include <string.h>

bool
mr_ingest_float_id(struct mr_slice s, struct mr_slice *whole)
{
	size_t n = s.n;
	bool comma = n > 2 && s.p[n - 1] == '0' && s.p[n - 2] == ',';

	/* 1,000 may be a thousand. */
	while (n && s.p[n - 1] == '0' && !(comma && n < s.n))
		n--;
	if (n < 2 || n == s.n || (s.p[n - 1] != '.' && !comma))
		return false;
	*whole = (struct mr_slice){ s.p, n - 1 };
	for (size_t i = 0; i < whole->n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Digits, perhaps a point and more of them, E+ and an exponent. */
static bool
is_rounded(struct mr_slice s)
{
	size_t i = 0;

	while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (i &&
	    (s.p[i] == '.' || s.p[i] == ','))))
		i++;
	if (i == 0 || s.n - i < 3 || (s.p[i] | 0x20) != 'e' ||
	    s.p[i + 1] != '+')
		return false;
	for (i += 2; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

void
mr_ingest_floats_add(struct mr_floats *f, bool strip, struct mr_slice *id)
{
	struct mr_slice whole;

	if (id->n == 0)
		return;
	f->n++;
	if (id->n > 2 && id->p[0] == '\'' && id->p[id->n - 1] == '\'' &&
	    f->n_quoted++ == 0)
		mr_ingest_shown(*id, f->quoted);
	if (!*f->rounded && is_rounded(*id))
		mr_ingest_shown(*id, f->rounded);
	if (!mr_ingest_float_id(*id, &whole))
		return;
	if (strip)
		*id = whole;
	else if (f->n_float++ == 0)
		mr_ingest_shown(*id, f->first);
}

void
mr_ingest_floats_join(struct mr_floats *f, const struct mr_floats *more)
{
	if (f->n_float == 0)
		memcpy(f->first, more->first, sizeof f->first);
	if (f->n_quoted == 0)
		memcpy(f->quoted, more->quoted, sizeof f->quoted);
	if (!*f->rounded)
		memcpy(f->rounded, more->rounded, sizeof f->rounded);
	f->n += more->n;
	f->n_float += more->n_float;
	f->n_quoted += more->n_quoted;
}

/* Is an id there as 1.0 and as 1? */
static bool
has_both(const struct mr_ids *ids)
{
	struct mr_slice whole;

	for (int32_t i = 0; i < ids->n; i++)
		if (mr_ingest_float_id(mr_ids_get(ids, i), &whole) &&
		    mr_ids_find(ids, whole) >= 0)
			return true;
	return false;
}

bool
mr_ingest_floats_tell(const struct mr_floats *f, const struct mr_ids *ids,
    struct mr_report *report)
{
	if (*f->rounded)
		mr_report_warn(report, "ids such as %s: did a spreadsheet "
		    "round them? What differed may be equal now",
		    f->rounded);
	if (f->n_quoted && f->n_quoted == f->n)
		mr_report_warn(report, "ids such as %s: all are in single "
		    "quotes, which stay", f->quoted);
	if (f->n_float == 0 || (f->n_float < f->n && !has_both(ids)))
		return false;
	mr_report_warn(report, "ids such as %s: made from missing values by "
	    "pandas? (--id-floats strips .0)", f->first);
	return true;
}
