/* Filters: random ones against a walk over what they were made of, each mark
 * by hand, and what is no filter.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "engine/filter.h"

#define ROWS 150

static const char *const names[] = { "title", "year", "genre", "my own" };
static const char *const cells[] = {
	"", "", "1990", "1990.0", "1999", "999", "-3", "Horror", "horror",
	"Horror|War", "War|Sea and Sun", "|", "a|", "'", "\"", "it's", "B",
	"Ünder", "ünder", "STRASSE|x", "straße", "1e3", "not", "2001-02-03",
};
#define CELLS (int)(sizeof cells / sizeof *cells)

static struct mr_err err;

static struct mr_slice
key(void)
{
	return mr_slice_of("item");
}

static void
films_new(struct mr_table *t, int rows)
{
	*t = (struct mr_table){ 0 };
	for (int c = 0; c < 4; c++)
		assert_int_equal(mr_ids_add(&t->columns, mr_slice_of(names[c]),
		    &(int32_t){ 0 }, &(bool){ false }, &err), MR_OK);
	for (int i = 0; i < rows; i++) {
		struct mr_slice cell[4];
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		for (int c = 0; c < 4; c++)
			cell[c] = mr_slice_of(cells[mr_rng_u64(7, (uint64_t)i,
			    (uint64_t)c) % CELLS]);
		assert_int_equal(mr_table_add(t, mr_slice_of(id), cell, &err),
		    MR_OK);
	}
}

/* The rows chosen, a byte each; NULL with err told where it is no filter. */
static bool *
chosen(const struct mr_table *t, const char *text)
{
	struct mr_filter *f;
	uint64_t rows[4] = { ~0ull, ~0ull, ~0ull, ~0ull };
	bool *yes;

	err = (struct mr_err){ 0 };
	if (mr_filter_parse(&f, mr_slice_of(text), t, key(), &err)) {
		assert_null(f);
		return NULL;
	}
	assert_int_equal(mr_filter_run(f, t, rows, &err), MR_OK);
	yes = calloc(ROWS + 1, sizeof *yes);
	for (int i = 0; i < t->keys.n; i++)
		yes[i] = rows[i / 64] >> i % 64 & 1;
	if (t->keys.n % 64)
		assert_true(rows[t->keys.n / 64] >> t->keys.n % 64 == 0);
	mr_filter_free(f);
	return yes;
}

/* What a comparison says, by the words of the header. */
struct comparison {
	int column;		/* 4: the key */
	const char *op, *value[2];
	bool is_quoted[2];
	int n;
};

static bool
plain_number(const char *s, double *x)
{
	char *end;

	if (!*s || !strchr("+-.0123456789", *s))
		return false;
	*x = strtod(s, &end);
	return !*end;
}

/* All cells here fold by ASCII, but for those listed. */
static void
plain_fold(const char *s, char *to)
{
	for (; *s; s++) {
		if (memcmp(s, "Ü", 2) == 0) {
			to += sprintf(to, "ü");
			s++;
		} else if (memcmp(s, "ß", 2) == 0) {
			to += sprintf(to, "ss");
			s++;
		} else {
			*to++ = (char)(*s >= 'A' && *s <= 'Z' ? *s + 32 : *s);
		}
	}
	*to = '\0';
}

static bool
plain_holds(const struct comparison *c, const char *op, const char *part)
{
	bool any = false;

	for (int k = 0; k < c->n; k++) {
		const char *v = c->value[k];
		double x, y;
		bool asked = !c->is_quoted[k] && plain_number(v, &y);
		bool numbers = asked && plain_number(part, &x);
		int cmp = numbers ? (x > y) - (x < y) : strcmp(part, v);
		char a[64], b[64];

		if (*op == '~') {
			plain_fold(part, a);
			plain_fold(v, b);
			any |= strstr(a, b) != NULL;
		} else if (*op == '=') {
			any |= cmp == 0;
		} else if (!asked || numbers) {
			any |= *op == '<' ? cmp < 0 : cmp > 0;
			any |= op[1] == '=' && cmp == 0;
		}
	}
	return any;
}

static bool
plain_chooses(const struct comparison *c, const char *cell)
{
	const char *op = strcmp(c->op, "!=") ? c->op : "=";
	char copy[64], *part, *rest = copy;
	bool yes;

	if (!*cell) {
		for (int k = 0; k < c->n; k++)
			if (!*c->value[k] && strcmp(c->op, "=") == 0)
				return true;
		return false;
	}
	strcpy(copy, cell);
	/* In an order the parts alone have a place. */
	yes = (*op == '=' || *op == '~' || !strchr(cell, '|')) &&
	    plain_holds(c, op, cell);
	while ((part = strsep(&rest, "|")))
		yes |= *part && plain_holds(c, op, part);
	return yes != (op != c->op);
}

struct made {
	char text[16384];
	bool yes[ROWS];
};

static uint64_t draws;

static int
draw(int n)
{
	return (int)(mr_rng_u64(11, 1, draws++) % (uint64_t)n);
}

/* text, quoted where it must be, or by chance; true when it is quoted. */
static bool
put(char *to, const char *text, bool must)
{
	static const char *const marks = " ()=!<>~|'\"";
	char quote = draw(2) ? '"' : '\'';

	to += strlen(to);
	if (!must && *text && !strpbrk(text, marks) && draw(3)) {
		strcpy(to, text);
		return false;
	}
	*to++ = quote;
	for (; *text; text++) {
		*to++ = *text;
		if (*text == quote)
			*to++ = quote;
	}
	*to++ = quote;
	*to = '\0';
	return true;
}

static void
make_comparison(struct made *m, const struct mr_table *t)
{
	static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=",
		"~" };
	struct comparison c = { .column = draw(5), .op = ops[draw(7)],
		.n = 1 + (draw(4) == 0) };

	m->text[0] = '\0';
	put(m->text, c.column == 4 ? "item" : names[c.column], false);
	strcat(m->text, draw(2) ? " " : "");
	strcat(m->text, c.op);
	for (int k = 0; k < c.n; k++) {
		c.value[k] = c.column == 4 ? draw(2) ? "17" : "1" :
		    cells[draw(CELLS)];
		strcat(m->text, k ? " |" : draw(2) ? "\t" : "");
		c.is_quoted[k] = put(m->text, c.value[k],
		    strcmp(c.value[k], "not") == 0);
	}
	for (int i = 0; i < ROWS; i++) {
		struct mr_slice s = c.column == 4 ? mr_ids_get(&t->keys, i) :
		    mr_table_get(t, i, c.column);
		char cell[64];

		snprintf(cell, sizeof cell, "%.*s", (int)s.n, s.p);
		m->yes[i] = plain_chooses(&c, cell);
	}
}

/* level 0: whole expressions, 1: parts of or, 2: parts of and. */
static void
make(struct made *m, const struct mr_table *t, int deep, int level)
{
	struct made *part = calloc(1, sizeof *part);
	int n = level < 2 && deep ? 1 + draw(3) : 1;

	m->text[0] = '\0';
	for (int k = 0; k < n; k++) {
		if (k)
			strcat(m->text, level ? " and " : draw(2) ? " or " :
			    " OR\n");
		if (level < 2) {
			make(part, t, deep, level + 1);
		} else if (deep && draw(2)) {
			make(part, t, deep - 1, 0);
			strcat(m->text, "(");
			strcat(part->text, ")");
		} else if (deep && draw(3) == 0) {
			make(part, t, deep - 1, 2);
			strcat(m->text, "Not ");
			for (int i = 0; i < ROWS; i++)
				part->yes[i] = !part->yes[i];
		} else {
			make_comparison(part, t);
		}
		strcat(m->text, part->text);
		for (int i = 0; i < ROWS; i++)
			m->yes[i] = !k ? part->yes[i] : level ?
			    m->yes[i] && part->yes[i] :
			    m->yes[i] || part->yes[i];
	}
	free(part);
}

static void
as_plain_walks_say(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct mr_table t;
	int some = 0;

	(void)state;
	films_new(&t, ROWS);
	for (int i = 0; i < 3000; i++) {
		bool *yes;
		int n = 0;

		make(m, &t, i % 3, 0);
		yes = chosen(&t, m->text);
		if (!yes)
			fail_msg("%s: %s", m->text, err.msg);
		for (int k = 0; k < ROWS; k++) {
			if (yes[k] != m->yes[k])
				fail_msg("%s: row %d", m->text, k);
			n += yes[k];
		}
		some += n > 0 && n < ROWS;
		free(yes);
	}
	assert_true(some > 1500);
	mr_table_free(&t);
	free(m);
}

static int
count_of(const char *text)
{
	static const char *const films[][4] = {
		{ "Jaws", "1975", "Horror|Sea", "1975-06-20" },
		{ "The Matrix", "1999", "Action|Sci-Fi", "1999-03-31" },
		{ "Ocean's Eleven", "2001", "Crime", "2001-12-07" },
		{ "Unknown", "", "", "" },
		{ "AMÉLIE", "2001", "Comedy|Romance", "" },
	};
	struct mr_table t = { 0 };
	bool *yes;
	int n = 0;

	films_new(&t, 0);
	for (int i = 0; i < 5; i++) {
		struct mr_slice cell[4];

		for (int c = 0; c < 4; c++)
			cell[c] = mr_slice_of(films[i][c]);
		assert_int_equal(mr_table_add(&t,
		    mr_slice_of((const char *[]){ "a", "b", "c", "d", "e" }[i]),
		    cell, &err), MR_OK);
	}
	yes = chosen(&t, text);
	if (!yes)
		n = -1;
	for (int i = 0; yes && i < 5; i++)
		n = n * 2 + yes[i];
	free(yes);
	mr_table_free(&t);
	return n;
}

static void
by_hand(void **state)
{
	static const struct {
		const char *text;
		int rows;	/* Jaws is 16, AMÉLIE 1 */
	} c[] = {
		{ "genre=Horror", 16 }, { "genre=horror", 0 },
		{ "genre='Horror|Sea'", 16 }, { "genre=Horror|Crime", 20 },
		{ "genre!=Horror", 13 }, { "not genre=Horror", 15 },
		{ "genre=''", 2 }, { "genre!=''", 29 }, { "year<2000", 24 },
		{ "year>=1999 and year<=2001", 13 }, { "year=2001.0", 5 },
		{ "year='2001.0'", 0 }, { "year>'2000'", 5 },
		{ "title~matrix", 8 }, { "title~\"amÉlie\"", 1 },
		{ "title~'OCEAN''S'", 4 }, { "title~''", 31 },
		{ "'my own'>=1999-03-31", 12 }, { "item=c", 4 },
		{ "item>b", 7 }, { "genre=Horror or genre=Crime and year>2001",
		16 }, { "(genre=Horror or genre=Crime) and year<2002", 20 },
		{ "not not year=1975", 16 }, { "not year>0", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++)
		if (count_of(c[i].text) != c[i].rows)
			fail_msg("%s: %d, %s", c[i].text, count_of(c[i].text),
			    err.msg);
}

static void
no_filters(void **state)
{
	static const struct {
		const char *text, *message;
	} c[] = {
		{ "", "1: expected a column, not or (, found the end" },
		{ "year", "5: expected = != < <= > >= or ~, found the end" },
		{ "year=", "6: expected a value, found the end" },
		{ "year==1", "6: expected a value, found '='" },
		{ "year=1 genre=b", "8: expected and, or, | or the end (a value "
		"with blanks needs quotes), found 'genre'" },
		{ "title=The Matrix", "11: expected and, or, | or the end (a "
		"value with blanks needs quotes), found 'Matrix'" },
		{ "gnre=b", "1: no column 'gnre', found 'item', 'title', "
		"'year', 'genre', 'my own'" },
		{ "title~'é' and gnre=b", "15: no column 'gnre', found 'item', "
		"'title', 'year', 'genre', 'my own'" },
		{ "(year=1", "8: expected and, or, | or ), found the end" },
		{ "year=1)", "7: a ) without its (" },
		{ "()", "2: expected a column, not or (, found ')'" },
		{ "year=1 and", "11: expected a column, not or (, found the "
		"end" },
		{ "and year=1", "1: expected a column, not or (, found 'and'" },
		{ "year=1 or or year=2", "11: expected a column, not or (, "
		"found 'or'" },
		{ "title='a", "7: a quote that is not closed" },
		{ "title=it's", "9: a quote that is not closed" },
		{ "title=not", "7: expected a value (in quotes if it is meant "
		"as one), found 'not'" },
		{ "year!1", "5: '!' is no mark of a filter (a text with it "
		"needs quotes)" },
		{ "year=1|", "8: expected a value, found the end" },
		{ "not", "4: expected a column, not or (, found the end" },
		{ "year = 1 & year = 2", "10: expected and, or, | or the end (a "
		"value with blanks needs quotes), found '&'" },
	};
	char deep[256];

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		char want[512];

		snprintf(want, sizeof want, "filter, character %s",
		    c[i].message);
		assert_int_equal(count_of(c[i].text), -1);
		assert_int_equal(err.code, MR_EARG);
		assert_string_equal(err.msg, want);
	}
	memset(deep, '(', 101);
	strcpy(deep + 101, "year=1");
	assert_int_equal(count_of(deep), -1);
	assert_string_equal(err.msg, "filter, character 101: more than 100 "
	    "parentheses and nots inside each other");
	memset(deep + 107, ')', 100);
	deep[207] = '\0';
	assert_true(count_of(deep + 1) >= 0);
}

static void
too_long(void **state)
{
	char *text = malloc(65538);

	(void)state;
	memset(text, ' ', 65537);
	memcpy(text, "year=1", 6);
	text[65536] = '\0';
	assert_true(count_of(text) >= 0);
	text[65536] = ' ';
	text[65537] = '\0';
	assert_int_equal(count_of(text), -1);
	assert_string_equal(err.msg, "filter: 65537 bytes, at most 65536");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_plain_walks_say),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(no_filters),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
