/* Text to words in one pass; see wordpiece_words.h.
 * SPDX-License-Identifier: MIT */
#include "text/wordpiece_words.h"

#include <stdlib.h>

#include "core/mem.h"
#include "text/utf8_class.h"

struct walk {
	const struct mr_wordpiece_opt *opt;
	struct mr_wordpiece_scratch *s;
	const struct mr_wordpiece_sink *sink;
	size_t n_chars;		/* of the word so far, stored or not */
};

void
mr_wordpiece_scratch_free(struct mr_wordpiece_scratch *s)
{
	mr_buf_free(&s->word);
	free(s->mark);
	*s = (struct mr_wordpiece_scratch){ 0 };
}

static int
end_word(struct walk *w, struct mr_err *err)
{
	int rc;

	if (w->n_chars == 0)
		return MR_OK;
	rc = w->sink->word(w->sink->ctx, mr_buf_slice(&w->s->word),
	    w->n_chars, err);
	w->s->word.n = 0;
	w->n_chars = 0;
	return rc;
}

/* One code point, in its final form, to the word. */
static int
put(struct walk *w, uint32_t c, struct mr_err *err)
{
	bool alone = mr_utf8_class(c) == MR_UTF8_PUNCT;
	char bytes[4];
	int rc = MR_OK;

	if (alone)
		rc = end_word(w, err);
	if (rc == MR_OK && w->n_chars++ < w->sink->max_chars)
		rc = mr_buf_add(&w->s->word, bytes, mr_utf8_encode(c, bytes),
		    err);
	if (rc == MR_OK && alone)
		rc = end_word(w, err);
	return rc;
}

static int
put_lower(struct walk *w, uint32_t c, struct mr_err *err)
{
	uint32_t out[MR_UTF8_LOWER_MAX];
	int n = 1, rc = MR_OK;

	if (w->opt->lower_case)
		n = mr_utf8_lower(c, out);
	else
		out[0] = c;
	for (int i = 0; i < n && rc == MR_OK; i++)
		rc = put(w, out[i], err);
	return rc;
}

/*
 * Canonical order sorts a run of marks by combining class and keeps equal
 * ones as they came.  A waiting mark is class | place in the run | code
 * point in 8, 35 and 21 bits, so that plain order of numbers does both.
 */
static int
wait_mark(struct walk *w, uint32_t c, int ccc, struct mr_err *err)
{
	struct mr_wordpiece_scratch *s = w->s;
	int rc;

	/* The word is too long whatever the order: only its length counts. */
	if (w->n_chars + s->n_marks >= w->sink->max_chars) {
		w->n_chars++;
		return MR_OK;
	}
	rc = mr_grow(&s->mark, &s->mark_cap, s->n_marks + 1, sizeof *s->mark,
	    "combining marks", err);
	if (rc)
		return rc;
	s->mark[s->n_marks] = (uint64_t)ccc << 56 |
	    (uint64_t)s->n_marks << 21 | c;
	s->n_marks++;
	return MR_OK;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* A code point of class 0 ends a run of marks. */
static int
flush_marks(struct walk *w, struct mr_err *err)
{
	struct mr_wordpiece_scratch *s = w->s;
	int rc = MR_OK;

	if (s->n_marks > 1)
		qsort(s->mark, s->n_marks, sizeof *s->mark, by_number);
	for (size_t i = 0; i < s->n_marks && rc == MR_OK; i++)
		rc = put_lower(w, (uint32_t)(s->mark[i] & 0x1fffff), err);
	s->n_marks = 0;
	return rc;
}

static int
put_decomposed(struct walk *w, uint32_t c, struct mr_err *err)
{
	uint32_t d[MR_UTF8_NFD_MAX];
	int n = mr_utf8_nfd(c, d), rc = MR_OK;

	for (int i = 0; i < n && rc == MR_OK; i++) {
		bool dropped = mr_utf8_class(d[i]) == MR_UTF8_MARK;
		int ccc = mr_utf8_ccc(d[i]);

		/* A dropped mark of class 0 still parts two runs. */
		if (ccc == 0)
			rc = flush_marks(w, err);
		if (dropped || rc)
			continue;
		rc = ccc ? wait_mark(w, d[i], ccc, err) :
		    put_lower(w, d[i], err);
	}
	return rc;
}

/* The blocks the reference spreads; the hole 2b820 - 2b91f is its own. */
static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
	    (c >= 0x20000 && c <= 0x2a6df) ||
	    (c >= 0x2a700 && c <= 0x2b81f) ||
	    (c >= 0x2b920 && c <= 0x2ceaf) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

static int
end_run_and_word(struct walk *w, struct mr_err *err)
{
	int rc = flush_marks(w, err);

	return rc ? rc : end_word(w, err);
}

static int
take(struct walk *w, uint32_t c, struct mr_err *err)
{
	enum mr_utf8_class class = mr_utf8_class(c);
	bool alone = is_ideograph(c);
	int rc = MR_OK;

	if (class == MR_UTF8_CONTROL)
		return MR_OK;
	if (class == MR_UTF8_SPACE)
		return end_run_and_word(w, err);
	if (alone)
		rc = end_run_and_word(w, err);
	if (rc == MR_OK)
		rc = w->opt->strip_accents ? put_decomposed(w, c, err) :
		    put_lower(w, c, err);
	if (rc == MR_OK && alone)
		rc = end_run_and_word(w, err);
	return rc;
}

static bool
is_alnum(unsigned char c)
{
	return (unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10;
}

/* n ASCII letters and digits at p: most of most texts, so in one go. */
static int
take_alnum(struct walk *w, const char *p, size_t n, struct mr_err *err)
{
	struct mr_buf *b = &w->s->word;
	size_t room = w->n_chars < w->sink->max_chars ?
	    w->sink->max_chars - w->n_chars : 0, from;
	int rc = flush_marks(w, err);

	from = b->n;
	if (rc == MR_OK)
		rc = mr_buf_add(b, p, n < room ? n : room, err);
	if (rc)
		return rc;
	w->n_chars += n;
	if (w->opt->lower_case)
		for (size_t i = from; i < b->n; i++)
			if (b->p[i] >= 'A' && b->p[i] <= 'Z')
				b->p[i] = (char)(b->p[i] | 0x20);
	return MR_OK;
}

int
mr_wordpiece_words(const struct mr_wordpiece_opt *opt, struct mr_slice text,
    struct mr_wordpiece_scratch *s, const struct mr_wordpiece_sink *sink,
    struct mr_err *err)
{
	struct walk w = { opt, s, sink, 0 };
	size_t i = 0, run;
	int rc = MR_OK;

	s->word.n = s->n_marks = 0;
	while (i < text.n && rc == MR_OK) {
		uint32_t c;

		for (run = i; run < text.n; run++)
			if (!is_alnum((unsigned char)text.p[run]))
				break;
		if (run > i) {
			rc = take_alnum(&w, text.p + i, run - i, err);
			i = run;
			continue;
		}
		i += mr_utf8_decode(text.p + i, text.n - i, &c);
		rc = take(&w, c, err);
	}
	return rc ? rc : end_run_and_word(&w, err);
}
