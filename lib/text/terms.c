/* From text to terms; see terms.h.
 * SPDX-License-Identifier: MIT */
#include "text/terms.h"

#include <stdlib.h>

#include "core/mem.h"
#include "text/utf8_class.h"
#include "text/utf8_word.h"

bool
mr_terms_ngrams(struct mr_slice s, struct mr_terms_rule *rule)
{
	struct mr_slice min = mr_slice_cut(&s, ':');
	int64_t lo, hi;

	if (!s.p || !mr_parse_i64(min, &lo) || !mr_parse_i64(s, &hi) ||
	    lo < 1 || lo > hi || hi > MR_NGRAM_MAX)
		return false;
	rule->min_n = (int)lo;
	rule->max_n = (int)hi;
	return true;
}

static int
add_span(struct mr_terms *t, size_t from, size_t n, struct mr_err *err)
{
	int rc = mr_grow(&t->span, &t->cap, t->n + 1, sizeof *t->span,
	    "terms", err);

	if (rc == MR_OK)
		t->span[t->n++] = (struct mr_span){ from, n };
	return rc;
}

/* The words of the text in lower case, stop words left out. */
static int
find_words(struct mr_terms *t, const struct mr_ids *stop, struct mr_err *err)
{
	size_t start = 0, at = 0, chars = 0, end = t->text.n;
	int rc = MR_OK;

	while (at <= end && rc == MR_OK) {
		uint32_t c = ' ';
		size_t len = 1;

		if (at < end)
			len = mr_utf8_decode(t->text.p + at, end - at, &c);
		if (mr_utf8_is_word(c)) {
			chars++;
			at += len;
			continue;
		}
		if (chars > 1 && (!stop || mr_ids_find(stop, (struct mr_slice)
		    { t->text.p + start, at - start }) < 0))
			rc = add_span(t, start, at - start, err);
		at += len;
		start = at;
		chars = 0;
	}
	return rc;
}

/* words span[i .. i + n) as one term behind the text. */
static int
add_ngram(struct mr_terms *t, size_t i, size_t n, struct mr_err *err)
{
	size_t from = t->text.n;
	int rc = MR_OK;

	for (size_t k = i; k < i + n && rc == MR_OK; k++) {
		struct mr_span w = t->span[k];

		if (k > i)
			rc = mr_buf_add(&t->text, " ", 1, err);
		/* The word may move while the buffer that holds it grows. */
		if (rc == MR_OK)
			rc = mr_grow(&t->text.p, &t->text.cap,
			    t->text.n + w.n, 1, "terms", err);
		if (rc == MR_OK)
			rc = mr_buf_add(&t->text, t->text.p + w.from, w.n,
			    err);
	}
	return rc ? rc : add_span(t, from, t->text.n - from, err);
}

int
mr_terms_split(struct mr_terms *t, struct mr_slice text,
    const struct mr_terms_rule *rule, struct mr_err *err)
{
	size_t n_words;
	int rc;

	t->text.n = t->n = t->first = 0;
	rc = mr_utf8_lower_text(text, &t->text, err);
	if (rc == MR_OK)
		rc = find_words(t, rule->stop, err);
	n_words = t->n;
	for (size_t n = 2; n <= (size_t)rule->max_n && rc == MR_OK; n++) {
		if (n < (size_t)rule->min_n)
			continue;
		for (size_t i = 0; i + n <= n_words && rc == MR_OK; i++)
			rc = add_ngram(t, i, n, err);
	}
	t->first = rule->min_n > 1 ? n_words : 0;
	return rc;
}

void
mr_terms_free(struct mr_terms *t)
{
	mr_buf_free(&t->text);
	free(t->span);
	*t = (struct mr_terms){ 0 };
}
