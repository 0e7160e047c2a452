/* Parsing filters; see filter.h.
 * SPDX-License-Identifier: MIT */
#include "engine/filter.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "engine/filter_parts.h"
#include "text/utf8_clean.h"

#define LONGEST 65536
#define DEEPEST 100

enum kind {
	END, WORD, QUOTED, OPEN, CLOSE, EITHER, COMPARE, AND, OR, NOT
};

struct token {
	enum kind kind;
	enum mr_filter_op op;	/* of COMPARE */
	struct mr_slice text;	/* as it stands */
};

struct parser {
	struct mr_filter *f;
	struct mr_slice all;
	size_t at;		/* behind the token */
	struct token token;	/* the next one */
	const struct mr_table *films;
	struct mr_slice key;
	int nested, depth;
	struct mr_err *err;
};

/* "filter, character N: ..", N the place of from. */
static int MR_PRINTF(3, 4)
fail(struct parser *p, const char *from, const char *fmt, ...)
{
	char text[400];
	va_list args;
	size_t n = 1;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	for (const char *c = p->all.p; c < from; c++)
		n += ((unsigned char)*c & 0xc0) != 0x80;
	return mr_err_set(p->err, MR_EARG, "filter, character %zu: %s", n,
	    text);
}

static int
expected(struct parser *p, const char *what)
{
	if (p->token.kind == END)
		return fail(p, p->token.text.p, "expected %s, found the end",
		    what);
	return fail(p, p->token.text.p, "expected %s, found '%.*s'", what,
	    MR_SHOWN(p->token.text));
}

static bool
is_word(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !strchr("()=!<>~|'\"", c);
}

/* A quoted text; its quotes belong to the token. */
static int
quoted(struct parser *p)
{
	const char *from = p->all.p + p->at;
	char quote = *from;

	for (p->at++; p->at < p->all.n; p->at++) {
		if (p->all.p[p->at] != quote)
			continue;
		if (p->at + 1 < p->all.n && p->all.p[p->at + 1] == quote) {
			p->at++;
			continue;
		}
		p->at++;
		p->token = (struct token){ QUOTED, 0, { from,
		    (size_t)(p->all.p + p->at - from) } };
		return MR_OK;
	}
	return fail(p, from, "a quote that is not closed");
}

static void
word(struct parser *p)
{
	static const char *const names[] = { "and", "or", "not" };
	struct mr_slice s = { p->all.p + p->at, 0 };

	while (p->at < p->all.n && is_word(p->all.p[p->at]))
		p->at++;
	s.n = (size_t)(p->all.p + p->at - s.p);
	p->token = (struct token){ WORD, 0, s };
	for (int i = 0; i < 3; i++)
		if (s.n == strlen(names[i]) &&
		    strncasecmp(s.p, names[i], s.n) == 0)
			p->token.kind = AND + (enum kind)i;
}

/* One of the marks: ( ) | and comparisons. */
static int
mark(struct parser *p)
{
	static const struct {
		const char *text;
		enum kind kind;
		enum mr_filter_op op;
	} marks[] = {
		{ "!=", COMPARE, MR_FILTER_NE }, { "<=", COMPARE, MR_FILTER_LE },
		{ ">=", COMPARE, MR_FILTER_GE }, { "=", COMPARE, MR_FILTER_EQ },
		{ "<", COMPARE, MR_FILTER_LT }, { ">", COMPARE, MR_FILTER_GT },
		{ "~", COMPARE, MR_FILTER_HAS }, { "(", OPEN, 0 },
		{ ")", CLOSE, 0 }, { "|", EITHER, 0 },
	};
	struct mr_slice rest = { p->all.p + p->at, p->all.n - p->at };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t n = strlen(marks[i].text);

		if (rest.n < n || memcmp(rest.p, marks[i].text, n) != 0)
			continue;
		p->token = (struct token){ marks[i].kind, marks[i].op, { rest.p,
		    n } };
		p->at += n;
		return MR_OK;
	}
	return fail(p, rest.p, "'%.1s' is no mark of a filter (a text with it "
	    "needs quotes)", rest.p);
}

static int
next(struct parser *p)
{
	char c;

	while (p->at < p->all.n && strchr(" \t\n\r", p->all.p[p->at]) &&
	    p->all.p[p->at])
		p->at++;
	if (p->at == p->all.n) {
		p->token = (struct token){ END, 0, { p->all.p + p->at, 0 } };
		return MR_OK;
	}
	c = p->all.p[p->at];
	if (c == '\'' || c == '"')
		return quoted(p);
	if (is_word(c)) {
		word(p);
		return MR_OK;
	}
	return mark(p);
}

/* The text that a token stands for, at the end of b. */
static int
plain(const struct token *t, struct mr_buf *b, struct mr_err *err)
{
	struct mr_slice s = t->text;
	char quote = s.p[0];
	int rc = MR_OK;

	if (t->kind == WORD)
		return mr_buf_add(b, s.p, s.n, err);
	for (size_t i = 1; i + 1 < s.n && rc == MR_OK; i++) {
		rc = mr_buf_add(b, s.p + i, 1, err);
		i += s.p[i] == quote;
	}
	return rc;
}

static int
add_step(struct parser *p, enum mr_filter_do what, int term)
{
	struct mr_filter *f = p->f;
	int rc = mr_grow(&f->step, &f->steps_cap, f->n_steps + 1,
	    sizeof *f->step, "a filter", p->err);

	if (rc)
		return rc;
	f->step[f->n_steps++] = (struct mr_filter_step){ what, term };
	if (what == MR_FILTER_TERM)
		p->depth++;
	else if (what != MR_FILTER_NOT)
		p->depth--;
	if (p->depth > f->depth)
		f->depth = p->depth;
	return MR_OK;
}

/* With the columns there are. */
static int
no_column(struct parser *p, struct mr_slice name)
{
	const struct mr_ids *c = &p->films->columns;
	struct mr_buf found = { 0 };
	int rc = MR_OK;

	for (int32_t i = 0; i < c->n && i < 8 && rc == MR_OK; i++)
		rc = mr_buf_addf(&found, p->err, ", '%.*s'",
		    MR_SHOWN(mr_ids_get(c, i)));
	if (rc == MR_OK && c->n > 8)
		rc = mr_buf_addf(&found, p->err, ", ..");
	if (rc == MR_OK)
		rc = fail(p, p->token.text.p, "no column '%.*s', found '%.*s'"
		    "%.*s", MR_SHOWN(name), MR_SHOWN(p->key), (int)found.n,
		    found.n ? found.p : "");
	mr_buf_free(&found);
	return rc;
}

static int
find_column(struct parser *p, int *column)
{
	struct mr_buf name = { 0 };
	int rc = plain(&p->token, &name, p->err);

	*column = -1;
	if (rc == MR_OK && !mr_slice_eq(mr_buf_slice(&name), p->key)) {
		*column = mr_ids_find(&p->films->columns, mr_buf_slice(&name));
		if (*column < 0)
			rc = no_column(p, mr_buf_slice(&name));
	}
	mr_buf_free(&name);
	return rc ? rc : next(p);
}

static int
add_value(struct parser *p, enum mr_filter_op op)
{
	struct mr_filter *f = p->f;
	struct mr_filter_value v = { .at = f->text.n };
	struct mr_buf raw = { 0 };
	int rc;

	if (p->token.kind != WORD && p->token.kind != QUOTED)
		return expected(p, p->token.kind >= AND ?
		    "a value (in quotes if it is meant as one)" : "a value");
	rc = plain(&p->token, op == MR_FILTER_HAS ? &raw : &f->text, p->err);
	if (rc == MR_OK && op == MR_FILTER_HAS)
		rc = mr_utf8_fold(mr_buf_slice(&raw), &f->text, p->err);
	mr_buf_free(&raw);
	v.n = f->text.n - v.at;
	v.is_word = p->token.kind == WORD;
	v.is_number = v.is_word && mr_parse_f64(p->token.text, &v.number);
	if (rc == MR_OK)
		rc = mr_grow(&f->value, &f->values_cap, f->n_values + 1,
		    sizeof v, "a filter", p->err);
	if (rc == MR_OK)
		f->value[f->n_values++] = v;
	return rc ? rc : next(p);
}

static int
comparison(struct parser *p)
{
	struct mr_filter *f = p->f;
	struct mr_filter_term t = { .first = (int)f->n_values };
	int rc;

	if (p->token.kind != WORD && p->token.kind != QUOTED)
		return expected(p, "a column, not or (");
	rc = find_column(p, &t.column);
	if (rc == MR_OK && p->token.kind != COMPARE)
		rc = expected(p, "= != < <= > >= or ~");
	if (rc)
		return rc;
	t.op = p->token.op;
	do {	/* behind the comparison, then behind each | */
		rc = next(p);
		if (rc == MR_OK)
			rc = add_value(p, t.op);
	} while (rc == MR_OK && p->token.kind == EITHER);
	t.n = (int)f->n_values - t.first;
	if (rc == MR_OK)
		rc = mr_grow(&f->term, &f->terms_cap, f->n_terms + 1, sizeof t,
		    "a filter", p->err);
	if (rc)
		return rc;
	f->term[f->n_terms] = t;
	return add_step(p, MR_FILTER_TERM, (int)f->n_terms++);
}

static int either(struct parser *p);

static int
negated(struct parser *p)
{
	enum kind kind = p->token.kind;
	int rc;

	if (kind != NOT && kind != OPEN)
		return comparison(p);
	if (p->nested == DEEPEST)
		return fail(p, p->token.text.p, "more than 100 parentheses and "
		    "nots inside each other");
	p->nested++;
	rc = next(p);
	if (rc == MR_OK)
		rc = kind == NOT ? negated(p) : either(p);
	p->nested--;
	if (rc)
		return rc;
	if (kind == NOT)
		return add_step(p, MR_FILTER_NOT, 0);
	return p->token.kind == CLOSE ? next(p) :
	    expected(p, "and, or, | or )");
}

/* All that one word joins, from the left. */
static int
joined(struct parser *p, enum kind by, enum mr_filter_do what,
    int (*part)(struct parser *))
{
	int rc = part(p);

	while (rc == MR_OK && p->token.kind == by) {
		rc = next(p);
		if (rc == MR_OK)
			rc = part(p);
		if (rc == MR_OK)
			rc = add_step(p, what, 0);
	}
	return rc;
}

static int
both(struct parser *p)
{
	return joined(p, AND, MR_FILTER_AND, negated);
}

static int
either(struct parser *p)
{
	return joined(p, OR, MR_FILTER_OR, both);
}

int
mr_filter_parse(struct mr_filter **f, struct mr_slice text,
    const struct mr_table *films, struct mr_slice key, struct mr_err *err)
{
	struct parser p = { .all = text, .films = films, .key = key,
	    .err = err };
	int rc;

	*f = NULL;
	if (text.n > LONGEST)
		return mr_err_set(err, MR_EARG, "filter: %zu bytes, at most %d",
		    text.n, LONGEST);
	p.f = mr_alloc(1, sizeof *p.f, "a filter", err);
	if (!p.f)
		return MR_ENOMEM;
	rc = next(&p);
	if (rc == MR_OK)
		rc = either(&p);
	if (rc == MR_OK && p.token.kind == CLOSE)
		rc = fail(&p, p.token.text.p, "a ) without its (");
	else if (rc == MR_OK && p.token.kind != END)
		rc = expected(&p, "and, or, | or the end (a value with blanks "
		    "needs quotes)");
	if (rc)
		mr_filter_free(p.f);
	else
		*f = p.f;
	return rc;
}

void
mr_filter_free(struct mr_filter *f)
{
	if (!f)
		return;
	mr_buf_free(&f->text);
	free(f->value);
	free(f->term);
	free(f->step);
	free(f);
}
