/* CSV by libcsv, fed a line at a time so that each row's text is known; see
 * csv.h.
 * SPDX-License-Identifier: MIT */
#include "stream/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/formula.h"
#include "stream/plain.h"
#include "stream/tsv.h"

/* libcsv keeps the closing quote until it knows it for one. */
#define ENTRY_MAX (MR_FIELD_MAX + 2)
#define ENTRY_STEP ((size_t)64 * 1024)

struct mr_csv_parser {
	struct csv_parser lib;
	char delim;
	int64_t next_line;	/* number of the next unread line */
	int64_t open_line;	/* where the open field began */
	bool in_row;		/* lines of an unfinished row were fed */
	bool after_cr;		/* a LF here belongs to the CR before it */
	bool too_wide;
	struct mr_plain plain;
	struct mr_formula formula;	/* ="x", which is no CSV */
	int rows_ended;		/* by the last feed */
	int rc;			/* of the callbacks */
	struct mr_err *err;	/* where they put it */
	struct mr_buf text;	/* the fields, end to end */
	struct mr_buf raw;	/* the row, when it came in parts */
	size_t *end;		/* [n_fields] where field i ends in text */
	size_t end_cap;
	int n_fields;
};

/* Without it libcsv takes blanks around a field for nothing. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

/* libcsv halves its wish until it fits, so a buffer ends at the limit. */
static void *
limited_realloc(void *p, size_t n)
{
	return n > ENTRY_MAX ? NULL : realloc(p, n);
}

static void
on_field(void *s, size_t n, void *ctx)
{
	struct mr_csv_parser *p = ctx;

	if (p->rc)
		return;
	if (p->n_fields == MR_COLS_MAX || n > MR_FIELD_MAX) {
		p->too_wide = true;
		return;
	}
	p->rc = mr_grow(&p->end, &p->end_cap, (size_t)p->n_fields + 1,
	    sizeof *p->end, "fields", p->err);
	if (p->rc == MR_OK)
		p->rc = mr_buf_add(&p->text, s, n, p->err);
	if (p->rc == MR_OK)
		p->end[p->n_fields++] = p->text.n;
}

static void
on_row(int c, void *ctx)
{
	struct mr_csv_parser *p = ctx;

	(void)c;
	p->rows_ended++;
}

int
mr_csv_open(struct mr_csv *c, struct mr_in *in, char delim,
    int64_t first_line, struct mr_err *err)
{
	struct mr_csv_parser *p;

	*c = (struct mr_csv){ .in = in };
	/* char is signed or not by machine. */
	if (delim == '"' || delim == '\r' || delim == '\n' || delim == '\0' ||
	    (unsigned char)delim > 0x7f)
		return mr_err_set(err, MR_EARG, "a delimiter must be an ASCII "
		    "byte, not a quote or a line end");
	p = mr_alloc(1, sizeof *p, "CSV reader", err);
	if (!p)
		return MR_ENOMEM;
	c->parser = p;
	/* csv_init fails only without a parser. */
	csv_init(&p->lib, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_delim(&p->lib, (unsigned char)delim);
	csv_set_space_func(&p->lib, no_space);
	csv_set_realloc_func(&p->lib, limited_realloc);
	csv_set_blk_size(&p->lib, ENTRY_STEP);
	p->delim = delim;
	p->next_line = first_line;
	return MR_OK;
}

static int
bad_size(const struct mr_csv *c, struct mr_err *err)
{
	const struct mr_csv_parser *p = c->parser;

	if (p->n_fields == MR_COLS_MAX)
		return mr_err_set(err, MR_EFORMAT,
		    "%s:%lld: more than %d fields", c->in->name,
		    (long long)c->line_no, MR_COLS_MAX);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: the field that begins "
	    "here has more than %zu bytes; is a quote not closed?",
	    c->in->name, (long long)p->open_line, MR_FIELD_MAX);
}

/* What libcsv found wrong on line line. */
static int
bad_parse(const struct mr_csv *c, int64_t line, struct mr_err *err)
{
	const struct mr_csv_parser *p = c->parser;
	long long open = p->open_line;

	if (csv_error((struct csv_parser *)&p->lib) != CSV_EPARSE) {
		if (csv_get_buffer_size((struct csv_parser *)&p->lib) >=
		    ENTRY_MAX)
			return bad_size(c, err);
		return mr_err_nomem(err, (double)ENTRY_STEP, "CSV field");
	}
	if (!p->lib.quoted)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: quote inside a "
		    "field, expected the whole field in quotes and this one "
		    "doubled", c->in->name, (long long)line);
	if (line < 0)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: the quote that "
		    "opens here is never closed", c->in->name, open);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: text behind the quote "
	    "that closes on line %lld, expected '%c' or the end of the line "
	    "(a quote inside is doubled)", c->in->name, open,
	    (long long)line, p->delim);
}

/* A line without quotes, begun and ended here, needs no parser. */
static int
split_plain(struct mr_csv *c, struct mr_slice line, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	int rc = mr_plain_split(&p->plain, line, p->delim, &c->n, err);

	if (rc)
		return rc;
	if (c->n > MR_COLS_MAX) {
		p->n_fields = MR_COLS_MAX;
		return bad_size(c, err);
	}
	c->field = p->plain.field;
	c->raw = line;
	c->plain = true;
	return MR_OK;
}

/* The same of the next line, if it is such a one; *taken. */
static int
take_plain(struct mr_csv *c, bool *taken, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	struct mr_slice line;

	*taken = !p->in_row && !p->after_cr && mr_plain_line(&p->plain, c->in,
	    MR_FIELD_MAX, &line);
	if (!*taken)
		return MR_OK;
	c->line_no = p->next_line++;
	return split_plain(c, line, err);
}

/* Feed n bytes of line line; a row that ends with them gives c->n > 0. */
static int
feed(struct mr_csv *c, const char *s, size_t n, int64_t line,
    struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	bool too_long = n > MR_LINE_MAX - p->raw.n;
	int before = p->n_fields, rc;
	const char *text = s;
	size_t n_text, done;

	if (!p->in_row || p->raw.n == 0)
		p->open_line = line;
	/* However the input came in pieces, the first fault is told. */
	if (too_long)
		n = MR_LINE_MAX - p->raw.n;
	n_text = n;
	rc = mr_formula_quote(&p->formula, p->delim, &text, &n_text, err);
	if (rc)
		return rc;
	p->err = err;
	p->rows_ended = 0;
	done = csv_parse(&p->lib, text, n_text, on_field, on_row, p);
	/* A field that began in this piece began on this line. */
	if (p->n_fields > before)
		p->open_line = line;
	if (p->rc)
		return p->rc;
	if (p->too_wide)
		return bad_size(c, err);
	if (done < n_text)
		return bad_parse(c, line, err);
	if (too_long)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: the row that "
		    "begins here has more than %zu bytes", c->in->name,
		    (long long)c->line_no, MR_LINE_MAX);
	p->in_row = p->rows_ended == 0;
	return mr_buf_add(&p->raw, s, n, err);
}

/* The fields the callbacks kept, as slices. */
static int
deliver(struct mr_csv *c, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	size_t from = 0;
	int rc = mr_plain_room(&p->plain, (size_t)p->n_fields, err);

	if (rc)
		return rc;
	c->field = p->plain.field;
	c->plain = false;
	for (c->n = 0; c->n < p->n_fields; c->n++) {
		/* Fields that are all empty have no text behind them. */
		c->field[c->n].p = p->text.p ? p->text.p + from : "";
		c->field[c->n].n = p->end[c->n] - from;
		from = p->end[c->n];
	}
	c->raw = mr_buf_slice(&p->raw);
	while (c->raw.n && (c->raw.p[c->raw.n - 1] == '\n' ||
	    c->raw.p[c->raw.n - 1] == '\r'))
		c->raw.n--;
	return MR_OK;
}

/* n bytes and then a NUL: however the input came in pieces, the first fault
 * is told. */
static int
stop_at_nul(struct mr_csv *c, const char *s, size_t n, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	int rc;

	if (!p->in_row)
		c->line_no = p->next_line;
	rc = feed(c, s, n, p->next_line, err);
	return rc ? rc : mr_err_set(err, MR_EFORMAT,
	    "%s:%lld: NUL byte, expected text", c->in->name,
	    (long long)p->next_line);
}

/* One piece of input; c->n > 0 when it ended a row. */
static int
take_piece(struct mr_csv *c, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	const char *s = (char *)c->in->buf + c->in->pos;
	int64_t line = p->next_line;
	bool ends;
	size_t n = mr_plain_piece(c->in, &ends), bare = n;
	const char *nul = memchr(s, '\0', n);
	int rc;

	c->in->pos += n;
	if (nul)
		return stop_at_nul(c, s, (size_t)(nul - s), err);
	if (p->after_cr && s[0] == '\n') {
		p->after_cr = false;
		/* In a quoted field the LF is data, on the line before. */
		if (!p->in_row)
			return MR_OK;
		return feed(c, s, n, line, err);
	}
	p->next_line += ends;
	p->after_cr = ends && s[n - 1] == '\r';
	while (ends && bare && (s[bare - 1] == '\n' || s[bare - 1] == '\r'))
		bare--;
	if (!p->in_row) {
		c->line_no = line;
		if (ends && n <= MR_FIELD_MAX && !memchr(s, '"', bare))
			return split_plain(c, (struct mr_slice){ s, bare },
			    err);
	}
	rc = feed(c, s, n, line, err);
	return rc || p->in_row ? rc : deliver(c, err);
}

/* The last row may lack its line end. */
static int
finish(struct mr_csv *c, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	struct mr_slice held;

	if (!p->in_row)
		return MR_OK;
	p->err = err;
	held = mr_formula_end(&p->formula);
	if (csv_parse(&p->lib, held.p, held.n, on_field, on_row, p) < held.n)
		return bad_parse(c, p->open_line, err);
	if (csv_fini(&p->lib, on_field, on_row, p) != 0)
		return bad_parse(c, -1, err);
	p->in_row = false;
	if (p->rc)
		return p->rc;
	if (p->too_wide)
		return bad_size(c, err);
	return deliver(c, err);
}

int
mr_csv_next(struct mr_csv *c, bool *more, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	bool taken;
	int rc = MR_OK;

	p->text.n = p->raw.n = 0;
	p->n_fields = 0;
	c->n = 0;
	while (rc == MR_OK && c->n == 0) {
		if (c->in->pos == c->in->len) {
			mr_plain_begin(&p->plain);
			rc = mr_in_fill(c->in, err);
		}
		if (rc)
			break;
		if (c->in->pos == c->in->len) {
			rc = finish(c, err);
			break;
		}
		rc = take_plain(c, &taken, err);
		if (!taken)
			rc = take_piece(c, err);
	}
	*more = rc == MR_OK && c->n > 0;
	return rc;
}

int
mr_csv_rest(struct mr_csv *c, int64_t *line, struct mr_err *err)
{
	struct mr_csv_parser *p = c->parser;
	int rc = p->after_cr ? mr_in_fill(c->in, err) : MR_OK;

	if (p->after_cr && rc == MR_OK && c->in->pos < c->in->len &&
	    c->in->buf[c->in->pos] == '\n')
		c->in->pos++;
	p->after_cr = false;
	*line = p->next_line;
	return rc;
}

void
mr_csv_pass(struct mr_csv *c, int64_t n)
{
	c->parser->next_line += n;
	c->parser->after_cr = false;
}

void
mr_csv_close(struct mr_csv *c)
{
	struct mr_csv_parser *p = c->parser;

	if (p) {
		csv_free(&p->lib);
		mr_buf_free(&p->text);
		mr_buf_free(&p->raw);
		mr_buf_free(&p->formula.out);
		free(p->end);
		mr_plain_free(&p->plain);
		free(p);
	}
	*c = (struct mr_csv){ 0 };
}
