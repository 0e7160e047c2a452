/* Cleaning one field; see field.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/field.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/utf8_clean.h"
#include "tool/ingest/ingest.h"

static bool
is_missing(struct mr_slice s)
{
	static const char *const word[] = { "\\N", "NA", "NaN", "NULL",
	    "None", "(no genres listed)" };

	/* Most fields end here. */
	if (s.n < 2 || !strchr("\\N(", s.p[0]))
		return false;
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (mr_slice_is(s, word[i]))
			return true;
	return false;
}

static bool
is_ascii(struct mr_slice s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

int
mr_ingest_clean_init(struct mr_cleaner *k, int n_slots, struct mr_err *err)
{
	k->slot = mr_alloc((size_t)n_slots, sizeof *k->slot, "fields", err);
	k->n_slots = k->slot ? n_slots : 0;
	return k->slot ? MR_OK : MR_ENOMEM;
}

/* Well-formed UTF-8 of s, borrowed or in k->decoded. */
static int
decode(struct mr_cleaner *k, struct mr_slice *s, struct mr_err *err)
{
	bool latin1 = k->encoding == MR_ENCODING_LATIN1;
	int rc;

	if (!latin1 && mr_utf8_bad(*s) == s->n)
		return MR_OK;
	k->decoded.n = 0;
	rc = latin1 || k->guess_latin1 ?
	    mr_utf8_from_latin1(*s, &k->decoded, err) :
	    mr_utf8_repair(*s, &k->decoded, &k->n_repaired, err);
	*s = mr_buf_slice(&k->decoded);
	return rc;
}

int
mr_ingest_clean(struct mr_cleaner *k, int slot, struct mr_slice s,
    struct mr_slice *out, struct mr_err *err)
{
	int rc = MR_OK;

	if (!is_ascii(s)) {
		struct mr_buf *to = &k->slot[slot];

		rc = decode(k, &s, err);
		to->n = 0;
		if (rc == MR_OK &&
		    (s.p == k->decoded.p || !mr_utf8_is_nfc(s))) {
			rc = mr_utf8_nfc(s, to, err);
			s = mr_buf_slice(to);
		}
	}
	s = mr_slice_trim(s);
	*out = is_missing(s) ? (struct mr_slice){ "", 0 } : s;
	return rc;
}

void
mr_ingest_clean_free(struct mr_cleaner *k)
{
	mr_buf_free(&k->decoded);
	for (int i = 0; i < k->n_slots; i++)
		mr_buf_free(&k->slot[i]);
	free(k->slot);
	*k = (struct mr_cleaner){ 0 };
}

static bool
is_year(const char *p)
{
	for (int i = 0; i < 4; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

bool
mr_ingest_clean_year(struct mr_slice *year)
{
	struct mr_slice y = *year;

	*year = (struct mr_slice){ "", 0 };
	if (y.n == 0)
		return true;
	if (y.n > 5 && y.p[4] == '.')
		while (y.n > 5 && y.p[y.n - 1] == '0')
			y.n--;
	if (y.n == 5 && y.p[4] == '.')
		y.n = 4;
	if (y.n != 4 || !is_year(y.p))
		return false;
	*year = y;
	return true;
}

bool
mr_ingest_title_year(struct mr_slice *title, struct mr_slice *year)
{
	const char *end = title->p + title->n;

	if (title->n < 8 || end[-1] != ')' || end[-6] != '(' ||
	    end[-7] != ' ' || !is_year(end - 5))
		return false;
	*year = (struct mr_slice){ end - 5, 4 };
	title->n -= 7;
	*title = mr_slice_trim(*title);
	return true;
}
