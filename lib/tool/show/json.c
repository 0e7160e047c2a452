/* mr-show --json: what a stream holds as one JSON object.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/escape.h"
#include "tool/show/show.h"
#include "tool/show/survey.h"

#define SHOWN_NAMES 3

/* A value as it was before escaping; NULL when memory is short. */
static json_t *
plain_string(struct mr_slice s)
{
	char *text = malloc(s.n + 1);
	size_t n = s.n;
	json_t *j;

	if (!text)
		return NULL;
	memcpy(text, s.n ? s.p : "", s.n);
	if (!mr_unescape(text, &n)) {	/* not by this toolkit: as it is */
		n = s.n;
		memcpy(text, s.p, n);
	}
	j = json_stringn(text, n);
	free(text);
	return j;
}

static json_t *
meta_object(const struct mr_meta *m)
{
	struct mr_slice rest = mr_buf_slice(&m->text);
	json_t *j = json_object();

	while (j && rest.n) {
		struct mr_slice v = mr_slice_cut(&rest, '\n');
		struct mr_slice key = mr_slice_cut(&v, '=');
		char *name = strndup(key.p, key.n);

		if (!name || json_object_set_new(j, name, plain_string(v))) {
			json_decref(j);
			j = NULL;
		}
		free(name);
	}
	return j;
}

static json_t *
axis_object(const struct mr_survey *s, int i)
{
	const struct mr_axis *a = &s->r.axis[i];
	json_t *first = json_array();

	for (int32_t k = 0; k < a->ids.n && k < SHOWN_NAMES; k++) {
		struct mr_slice name = mr_ids_get(&a->ids, k);

		if (json_array_append_new(first,
		    json_stringn(name.p, name.n)) != 0) {
			json_decref(first);
			return NULL;
		}
	}
	return json_pack("{s:s, s:I, s:b, s:o}", "name", a->name, "size",
	    (json_int_t)mr_show_survey_axis_size(s, i), "named", a->named,
	    "first_names", first);
}

/* A number, or null where there is nothing to tell about. */
static json_t *
real_if(bool any, double v)
{
	return any ? json_real(v) : json_null();
}

static json_t *
matrix_object(const struct mr_survey *s, int i)
{
	const struct mr_matrix_info *m = &s->r.matrix[i];
	const struct mr_stats *v = &s->of[i];
	bool any = v->values > 0, rows = v->rows > 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o, "
	    "s:o, s:o, s:o, s:o, s:I}",
	    "name", m->name, "type", mr_show_survey_type(m),
	    "row_axis", s->r.axis[m->row_axis].name,
	    "column_axis", s->r.axis[m->col_axis].name,
	    "rows", (json_int_t)m->rows,
	    "columns", (json_int_t)(m->cols < 0 ? 0 : m->cols),
	    "values", (json_int_t)v->values, "nnz", (json_int_t)v->nnz,
	    "min", real_if(any, v->min),
	    "mean", real_if(any, v->sum / (double)(any ? v->values : 1)),
	    "max", real_if(any, v->max),
	    "norm_min", real_if(rows, v->norm_min),
	    "norm_mean", real_if(rows, v->norm_sum /
	    (double)(rows ? v->rows : 1)),
	    "norm_max", real_if(rows, v->norm_max),
	    "zero_rows", (json_int_t)v->zero_rows);
}

/* NULL when memory is short: json_pack takes what it is given, even then. */
static json_t *
whole_object(const struct mr_survey *s)
{
	json_t *axes = json_array(), *matrices = json_array();
	json_t *shard = s->r.n_shards ? json_pack("[I, I]",
	    (json_int_t)s->r.shard, (json_int_t)s->r.n_shards) : json_null();
	bool ok = axes && matrices && shard;

	for (int i = 0; ok && i < s->r.n_axes; i++)
		ok = json_array_append_new(axes, axis_object(s, i)) == 0;
	for (int i = 0; ok && i < s->r.n_matrices; i++)
		ok = json_array_append_new(matrices, matrix_object(s, i)) == 0;
	if (!ok) {
		json_decref(axes);
		json_decref(matrices);
		json_decref(shard);
		return NULL;
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:b}",
	    "meta", meta_object(&s->r.meta),
	    "totals", meta_object(&s->r.totals), "axes", axes,
	    "matrices", matrices, "shard", shard,
	    "streams", (json_int_t)s->r.n_streams,
	    "blocks", (json_int_t)s->r.n_blocks_all,
	    "bytes", (json_int_t)s->in.n_bytes, "complete", 1);
}

/* json_dumps would go on when its own buffer cannot grow. */
static int
write_out(const char *text, size_t n, void *ctx)
{
	mr_out_write(ctx, text, n);
	return 0;
}

int
mr_show_json(const char *path, struct mr_run *run, struct mr_err *err)
{
	struct mr_survey s;
	json_t *j = NULL;
	int rc = mr_show_survey_read(&s, path, err);

	if (rc)
		goto out;
	j = whole_object(&s);
	if (!j || json_dump_callback(j, write_out, &run->out,
	    JSON_INDENT(2)) != 0)
		rc = mr_err_nomem(err, (double)s.r.meta.text.n + 4096,
		    "the JSON text");
	mr_out_byte(&run->out, '\n');
out:
	json_decref(j);
	mr_show_survey_free(&s);
	return rc;
}
