/* Writing the rows of mr-eval; see rows.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/rows.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "eval/holm.h"
#include "tool/eval/groups.h"

/* Cells of a table: tabs and a newline, or Markdown's bars. */
struct cells {
	struct mr_out *out;
	bool markdown, begun;
};

static void
cell(struct cells *c)
{
	if (c->markdown)
		mr_out_text(c->out, c->begun ? " | " : "| ");
	else if (c->begun)
		mr_out_byte(c->out, '\t');
	c->begun = true;
}

static void
end(struct cells *c)
{
	mr_out_text(c->out, c->markdown ? " |\n" : "\n");
	c->begun = false;
}

/* A bar within a cell of Markdown is written \|. */
static void
text(struct cells *c, struct mr_slice s)
{
	cell(c);
	if (!c->markdown) {
		mr_tsv_put(c->out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '|')
			mr_out_byte(c->out, '\\');
		mr_out_byte(c->out, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
}

void
mr_eval_value_print(double v, int digits, struct mr_out *out)
{
	if (!isnan(v))
		mr_out_printf(out, "%.*g", digits, v);
}

static void
value(struct cells *c, double v)
{
	cell(c);
	mr_eval_value_print(v, c->markdown ? 4 : 9, c->out);
}

static void
count(struct cells *c, int64_t n)
{
	cell(c);
	mr_out_printf(c->out, "%lld", (long long)n);
}

void
mr_eval_label_print(const struct mr_eval_label *l, struct mr_out *out)
{
	mr_out_text(out, l->measure);
	mr_out_byte(out, '\t');
	if (l->k)
		mr_out_printf(out, "%lld", (long long)l->k);
}

int
mr_eval_rows_add(const struct mr_eval *e, const struct mr_eval_row *row,
    struct mr_err *err)
{
	struct mr_eval_rows *r = e->rows;
	int rc = mr_grow(&r->row, &r->cap, r->n + 1, sizeof *r->row, "rows",
	    err);

	if (rc == MR_OK)
		r->row[r->n++] = *row;
	return rc;
}

/* The columns in their order; those of numbers, which Markdown puts to the
 * right, come with a ':' before their name. */
static void
print_head(const struct mr_eval *e, struct cells *c)
{
	static const char *const alone[] = { "measure", ":k", ":value", ":lo",
	    ":hi", ":users", "definition", NULL };
	static const char *const both[] = { "measure", ":k", ":value",
	    ":other", ":difference", ":lo", ":hi", ":p", ":p_holm", ":wins",
	    ":ties", ":losses", ":users", "definition", NULL };
	const char *const *name = e->o->compare ? both : alone;

	if (!e->run->header_out)
		return;
	if (e->o->n_in > 1)
		text(c, mr_slice_of("file"));
	if (e->groups)
		text(c, mr_slice_of("group"));
	for (int i = 0; name[i]; i++)
		text(c, mr_slice_of(name[i] + (name[i][0] == ':')));
	end(c);
	if (!c->markdown)
		return;
	for (int i = (e->o->n_in > 1) + (e->groups != NULL); i > 0; i--)
		text(c, mr_slice_of("---"));
	for (int i = 0; name[i]; i++)
		text(c, mr_slice_of(name[i][0] == ':' ? "---:" : "---"));
	end(c);
}

static void
print_compared(const struct mr_eval_row *r, struct cells *c)
{
	const struct mr_measured *x = &r->x;

	value(c, x->p);
	value(c, r->p_holm);
	if (r->paired) {
		count(c, r->label.less ? x->below : x->above);
		count(c, x->users - x->above - x->below);
		count(c, r->label.less ? x->above : x->below);
	} else {
		for (int i = 0; i < 3; i++)
			cell(c);
	}
}

static void
print_row(const struct mr_eval *e, const struct mr_eval_row *r,
    struct cells *c)
{
	const struct mr_measured *x = &r->x;

	if (e->o->n_in > 1)
		text(c, mr_slice_of(r->file));
	if (e->groups && r->group < 0)
		cell(c);
	else if (e->groups)
		text(c, mr_ids_get(&e->groups->names, r->group));
	text(c, mr_slice_of(r->label.measure));
	if (r->label.k)
		count(c, r->label.k);
	else
		cell(c);
	value(c, x->value);
	if (e->o->compare) {
		value(c, x->other);
		value(c, x->value - x->other);
	}
	value(c, x->lo);
	value(c, x->hi);
	if (e->o->compare)
		print_compared(r, c);
	count(c, x->users);
	text(c, mr_slice_of(r->label.definition));
	if (e->o->compare && r->over) {
		mr_out_text(c->out, "; ");
		mr_out_text(c->out, r->over);
	}
	end(c);
}

int
mr_eval_rows_print(const struct mr_eval *e, struct mr_err *err)
{
	struct mr_eval_rows *r = e->rows;
	struct cells c = { e->out, e->o->markdown, false };
	double *p = mr_alloc(r->n, 2 * sizeof *p, "p values", err);
	int rc = p ? MR_OK : MR_ENOMEM;

	for (size_t i = 0; rc == MR_OK && i < r->n; i++)
		p[i] = r->row[i].x.p;
	if (rc == MR_OK)
		rc = mr_holm(p + r->n, p, (int64_t)r->n, err);
	for (size_t i = 0; rc == MR_OK && i < r->n; i++)
		r->row[i].p_holm = p[r->n + i];
	if (rc == MR_OK)
		print_head(e, &c);
	for (size_t i = 0; rc == MR_OK && i < r->n; i++)
		print_row(e, &r->row[i], &c);
	free(p);
	return rc;
}
