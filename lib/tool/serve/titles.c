/* Titles; see titles.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/titles.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/utf8_clean.h"
#include "text/utf8_class.h"
#include "text/utf8_word.h"

/* One character, after folding; blank: is one due before the next? */
static int
put(struct mr_buf *to, uint32_t c, bool *blank, struct mr_err *err)
{
	uint32_t part[MR_UTF8_NFD_MAX];
	int n = mr_utf8_nfd(c, part), rc = MR_OK;
	char bytes[4];

	for (int i = 0; i < n && rc == MR_OK; i++) {
		if (part[i] == '\'' || part[i] == 0x2019 ||
		    mr_utf8_class(part[i]) == MR_UTF8_MARK)
			continue;
		if (!mr_utf8_is_word(part[i])) {
			*blank = true;
			continue;
		}
		if (*blank && to->n)
			rc = mr_buf_add(to, " ", 1, err);
		*blank = false;
		if (rc == MR_OK)
			rc = mr_buf_add(to, bytes, mr_utf8_encode(part[i],
			    bytes), err);
	}
	return rc;
}

int
mr_titles_plain(struct mr_slice s, struct mr_buf *plain, struct mr_err *err)
{
	struct mr_buf folded = { 0 };
	bool blank = false;
	size_t used;
	int rc = mr_utf8_fold(s, &folded, err);

	plain->n = 0;
	for (size_t i = 0; i < folded.n && rc == MR_OK; i += used) {
		uint32_t c;

		used = mr_utf8_decode(folded.p + i, folded.n - i, &c);
		rc = put(plain, c, &blank, err);
	}
	mr_buf_free(&folded);
	return rc;
}

static int
by_text(const void *a, const void *b)
{
	const struct mr_titles_word *x = a, *y = b;

	return mr_slice_cmp(x->s, y->s);
}

static struct mr_slice
title_of(const struct mr_titles *t, int32_t i)
{
	return (struct mr_slice){ t->text.p + t->at[i],
	    t->at[i + 1] - t->at[i] - 1 };
}

/* The text stays where it is from here on. */
static int
sort_words(struct mr_titles *t, struct mr_err *err)
{
	size_t cap = 0;

	for (int32_t i = 0; i < t->n; i++) {
		struct mr_slice s = title_of(t, i);

		while (s.n) {
			struct mr_slice whole = s;

			if (mr_grow(&t->word, &cap, t->n_words + 1,
			    sizeof *t->word, "words of titles", err))
				return MR_ENOMEM;
			t->word[t->n_words++] = (struct mr_titles_word){ whole,
			    i };
			mr_slice_cut(&s, ' ');
		}
	}
	if (t->n_words)
		qsort(t->word, t->n_words, sizeof *t->word, by_text);
	return MR_OK;
}

int
mr_titles_open(struct mr_titles *t, const struct mr_table *films, int column,
    struct mr_err *err)
{
	struct mr_buf plain = { 0 };
	int rc = MR_OK;

	t->n = films->keys.n;
	t->at = mr_alloc((size_t)t->n + 1, sizeof *t->at, "titles", err);
	if (!t->at)
		return MR_ENOMEM;
	for (int32_t i = 0; i < t->n && rc == MR_OK; i++) {
		rc = mr_titles_plain(column < 0 ? mr_ids_get(&films->keys, i) :
		    mr_table_get(films, i, column), &plain, err);
		t->at[i] = t->text.n;
		if (rc == MR_OK && plain.n)
			rc = mr_buf_add(&t->text, plain.p, plain.n, err);
		if (rc == MR_OK)
			rc = mr_buf_add(&t->text, "\n", 1, err);
	}
	t->at[t->n] = t->text.n;
	mr_buf_free(&plain);
	return rc ? rc : sort_words(t, err);
}

void
mr_titles_free(struct mr_titles *t)
{
	mr_buf_free(&t->text);
	free(t->at);
	free(t->word);
	*t = (struct mr_titles){ 0 };
}

static bool
starts(struct mr_slice s, struct mr_slice with)
{
	return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

static struct mr_slice
without_article(struct mr_slice s)
{
	static const char *const articles[] = { "the ", "a ", "an " };

	for (int i = 0; i < 3; i++) {
		struct mr_slice a = mr_slice_of(articles[i]);

		if (starts(s, a) && s.n > a.n)
			return (struct mr_slice){ s.p + a.n, s.n - a.n };
	}
	return s;
}

/* The beginning of a word of title where s stands, NULL: there is none. */
static const char *
at_word(struct mr_slice title, struct mr_slice s)
{
	const char *p = title.p, *end = title.p + title.n;

	while ((p = memmem(p, (size_t)(end - p), s.p, s.n))) {
		if (p == title.p || p[-1] == ' ')
			return p;
		p++;
	}
	return NULL;
}

/* How well, as the header has it; -1: not at all. */
static int
quality(struct mr_slice title, struct mr_slice asked)
{
	struct mr_slice bare = without_article(title), rest = asked;

	if (mr_slice_eq(title, asked) || mr_slice_eq(bare, asked))
		return 3;
	if (starts(title, asked) || starts(bare, asked))
		return 2;
	if (at_word(title, asked))
		return 1;
	while (rest.p)
		if (!at_word(title, mr_slice_cut(&rest, ' ')))
			return -1;
	return 0;
}

/* Where in the words those begin that are not below s, or, past, those that do
 * not begin with s and are above it. */
static size_t
bound(const struct mr_titles *t, struct mr_slice s, bool past)
{
	size_t lo = 0, hi = t->n_words;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct mr_slice w = t->word[mid].s;

		if (mr_slice_cmp(w, s) < 0 || (past && starts(w, s)))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The word of asked that begins the fewest of the words *from .. *to. */
static struct mr_slice
rarest(const struct mr_titles *t, struct mr_slice asked, size_t *from,
    size_t *to)
{
	struct mr_slice best = asked;

	*from = 0;
	*to = t->n_words;
	while (asked.p) {
		struct mr_slice s = mr_slice_cut(&asked, ' ');
		size_t lo = bound(t, s, false), hi = bound(t, s, true);

		if (hi - lo <= *to - *from) {
			*from = lo;
			*to = hi;
			best = s;
		}
	}
	return best;
}

int64_t
mr_titles_find(const struct mr_titles *t, struct mr_slice plain,
    const uint64_t *allow, const int32_t *rank, int64_t k,
    struct mr_hit *hit, int64_t *total)
{
	int64_t found = 0;
	size_t from, to;
	struct mr_slice s;

	*total = 0;
	if (plain.n == 0)
		return 0;
	s = rarest(t, plain, &from, &to);
	for (; from < to; from++) {
		const struct mr_titles_word *w = &t->word[from];
		int32_t i = w->title;
		struct mr_slice title = title_of(t, i);
		int q;

		/* A title counts at the first of its words that begins so. */
		if ((allow && !(allow[i / 64] >> (i % 64) & 1)) ||
		    at_word(title, s) != w->s.p)
			continue;
		q = quality(title, plain);
		if (q < 0)
			continue;
		++*total;
		mr_topk_push(hit, &found, k, (struct mr_hit){ (float)q, i },
		    rank);
	}
	mr_topk_sort(hit, found, rank);
	return found;
}
