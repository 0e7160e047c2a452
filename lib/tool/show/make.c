/* The frame of the streams mr-show makes; see make.h.
 * SPDX-License-Identifier: MIT */
#include "tool/show/make.h"

#include <string.h>

#include "core/hash.h"

bool
mr_show_make_name(char to[MR_NAME_MAX + 1], struct mr_slice s)
{
	if (s.n == 0 || s.n > MR_NAME_MAX || memchr(s.p, '\0', s.n))
		return false;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return strspn(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
	    "xyz0123456789_") == s.n;
}

int
mr_show_make_check(const struct mr_show_opt *o, char name[MR_NAME_MAX + 1],
    struct mr_err *err)
{
	const char *matrix = o->matrix ? o->matrix : "E";
	char axis[MR_NAME_MAX + 1];

	if (!mr_show_make_name(name, mr_slice_of(matrix)))
		return mr_err_set(err, MR_EARG, "--matrix: '%.40s' cannot be a "
		    "name, expected 1 to %d of A-Z a-z 0-9 _", matrix,
		    MR_NAME_MAX);
	if (o->axis && !mr_show_make_name(axis, mr_slice_of(o->axis)))
		return mr_err_set(err, MR_EARG, "--axis: '%.40s' cannot be a "
		    "name, expected 1 to %d of A-Z a-z 0-9 _", o->axis,
		    MR_NAME_MAX);
	return MR_OK;
}

int
mr_show_make_begin(struct mr_mrm_out *w, struct mr_out *out, const char *name,
    const char *row, const char *col, struct mr_err *err)
{
	struct mr_meta m = { 0 };
	char key[8 + MR_NAME_MAX] = "matrix.";
	int rc;

	strcat(key, name);
	rc = mr_meta_begin(&m, "mr-show", err);
	if (rc == MR_OK)
		rc = mr_meta_put(&m, err, key, "%s %s", row, col);
	if (rc == MR_OK)
		rc = mr_mrm_begin(w, out, &m, err);
	mr_meta_free(&m);
	return rc;
}

int
mr_show_make_row(struct mr_ids *ids, const struct mr_tsv *t, struct mr_err *err)
{
	struct mr_slice s = t->field[0];
	int32_t index;
	bool is_new;
	int rc;

	if (s.n == 0)
		return mr_tsv_bad(t, err, "the row has no name");
	rc = mr_ids_add(ids, s, &index, &is_new, err);
	if (rc == MR_OK && !is_new)
		rc = mr_tsv_bad(t, err, "'%.*s' stands twice, first as row "
		    "%d", MR_SHOWN(s), index + 1);
	return rc;
}

int
mr_show_make_end(struct mr_mrm_out *w, const char *key, const struct mr_in *in,
    const struct mr_in *ids, struct mr_err *err)
{
	struct mr_meta m = { 0 };
	int rc = mr_meta_put(&m, err, key, "%016llx",
	    (unsigned long long)mr_in_digest(in));

	if (rc == MR_OK && ids)
		rc = mr_meta_put(&m, err, "input.ids", "%016llx",
		    (unsigned long long)mr_in_digest(ids));
	if (rc == MR_OK)
		mr_mrm_end(w, &m);
	else
		mr_show_make_drop(w);
	mr_meta_free(&m);
	return rc;
}

void
mr_show_make_drop(struct mr_mrm_out *w)
{
	if (w->digest)
		mr_digest_close(w->digest);
	*w = (struct mr_mrm_out){ 0 };
}
