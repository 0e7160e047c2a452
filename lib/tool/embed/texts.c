/* Reading the texts of mr-embed; see texts.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/texts.h"

#include <stdio.h>
#include <string.h>

/* Where the column of a part of the template stands. */
static int
find_column(const struct mr_texts *t, struct mr_template_part *part,
    struct mr_err *err)
{
	char name[256];

	if (!part->name.p)
		return MR_OK;
	memcpy(name, part->name.p, part->name.n);
	name[part->name.n] = '\0';
	return mr_tsv_need(&t->tsv, name, &part->col, err);
}

int
mr_embed_texts_open(struct mr_texts *t, const struct mr_texts_opt *o,
    bool header_in, struct mr_err *err)
{
	static const struct mr_texts_opt plain = MR_TEXTS_OPT_DEFAULT;
	int rc;

	t->o = o;
	if (o->lines && (strcmp(o->template, plain.template) != 0 ||
	    strcmp(o->id, plain.id) != 0))
		return mr_err_set(err, MR_EARG, "--lines has no columns: "
		    "--format and --id mean nothing to it");
	if (o->lines) {
		rc = mr_in_open(&t->tsv.in, o->input, err);
		return rc ? rc : mr_in_begin_text(&t->tsv.in, err);
	}
	rc = mr_tsv_open(&t->tsv, o->input, header_in ? NULL :
	    "item,title,year,people,genre,poster", err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t->tsv, o->id, &t->id_col, err);
	if (rc == MR_OK)
		rc = mr_template_parse(&t->template, o->template, err);
	for (int i = 0; rc == MR_OK && i < t->template.n; i++)
		rc = find_column(t, &t->template.part[i], err);
	return rc;
}

/* The next line as a text; its number is its name. */
static int
take_line(struct mr_texts *t, bool *more, struct mr_err *err)
{
	struct mr_tsv *v = &t->tsv;
	char name[24];
	int32_t index;
	size_t bad;
	int rc = mr_in_line(&v->in, &v->line, MR_FIELD_MAX, ++v->line_no,
	    more, err);

	if (rc || !*more)
		return rc;
	bad = mr_utf8_bad(mr_buf_slice(&v->line));
	if (bad < v->line.n)
		return mr_tsv_bad(v, err, "byte %zu is not UTF-8", bad + 1);
	snprintf(name, sizeof name, "%lld", (long long)v->line_no);
	rc = mr_ids_add(&t->ids, mr_slice_of(name), &index, NULL, err);
	return rc ? rc : mr_buf_add(&t->text, v->line.p, v->line.n, err);
}

static int
take_row(struct mr_texts *t, bool *more, struct mr_err *err)
{
	struct mr_slice id;
	int32_t index;
	bool is_new;
	int rc = mr_tsv_next(&t->tsv, more, err);

	if (rc || !*more)
		return rc;
	id = t->tsv.field[t->id_col];
	rc = mr_tsv_id(&t->tsv, t->id_col, err);
	if (rc == MR_OK)
		rc = mr_ids_add(&t->ids, id, &index, &is_new, err);
	if (rc == MR_OK && !is_new)
		rc = mr_tsv_bad(&t->tsv, err, "%s '%.*s' stands twice "
		    "(%s)", t->o->id, MR_SHOWN(id),
		    strcmp(t->o->id, "item") == 0 ?
		    "mr-ingest removes repeats" : "names must differ");
	return rc ? rc : mr_template_add(&t->template, t->tsv.field,
	    &t->text, err);
}

int
mr_embed_texts_next(struct mr_texts *t, bool *more, struct mr_err *err)
{
	int rc = MR_OK;

	*more = true;
	t->n_before += t->n;
	if (t->forget && t->o->lines)
		mr_ids_free(&t->ids);
	t->first = t->ids.n;
	t->text.n = 0;
	for (t->n = 0; t->n < MR_TEXTS; t->n++) {
		rc = t->o->lines ? take_line(t, more, err) :
		    take_row(t, more, err);
		if (rc || !*more)
			break;
		t->end[t->n] = t->text.n;
	}
	return rc;
}

int64_t
mr_embed_texts_total(const struct mr_texts *t)
{
	return mr_in_total(&t->tsv.in, t->n_before + t->n);
}

struct mr_slice
mr_embed_texts_get(const struct mr_texts *t, int64_t i)
{
	size_t from = i ? t->end[i - 1] : 0;

	return (struct mr_slice){ t->text.n ? t->text.p + from : "",
	    t->end[i] - from };
}

int
mr_embed_texts_describe(struct mr_meta *m, const struct mr_texts *t,
    const char *axis, struct mr_err *err)
{
	int rc = t->o->lines ? MR_OK : mr_meta_put(m, err, "template", "%s",
	    t->o->template);

	return rc ? rc : mr_meta_put(m, err, "matrix.E", "item %s", axis);
}

int
mr_embed_texts_totals(struct mr_meta *m, const struct mr_texts *t, int64_t n,
    struct mr_err *err)
{
	int rc = mr_meta_put(m, err, "input.text", "%016llx",
	    (unsigned long long)mr_in_digest(&t->tsv.in));

	return rc ? rc : mr_meta_put(m, err, "texts", "%lld", (long long)n);
}

void
mr_embed_texts_close(struct mr_texts *t)
{
	mr_tsv_close(&t->tsv);
	mr_ids_free(&t->ids);
	mr_buf_free(&t->text);
	*t = (struct mr_texts){ 0 };
}
