/* The people of a film night; see party.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/party.h"

#include <stdio.h>
#include <string.h>


struct mr_slice
mr_party_value(const struct mr_request *q, const char *what, int place)
{
	char name[16];

	snprintf(name, sizeof name, "%s%d", what, place);
	return mr_request_value(q, name);
}

bool
mr_party_field(struct mr_slice name)
{
	static const char *const what[] = { "name", "file", "text" };

	for (int i = 0; i < 3; i++)
		if (name.n == 5 && memcmp(name.p, what[i], 4) == 0)
			return name.p[4] >= '1' && name.p[4] <= '0' +
			    MR_NIGHT_MOST;
	return mr_slice_is(name, "me");
}

static void
refuse(struct mr_party *p, int status, const char *what, int place,
    const char *detail)
{
	p->status = status;
	snprintf(p->field, sizeof p->field, place ? "%s%d" : "%s", what,
	    place);
	snprintf(p->text, sizeof p->text, "%s", detail);
	p->detail = p->text;
}

static void
name(struct mr_party *p, struct mr_slice given, int place)
{
	int k = p->n;

	p->place[k] = place;
	p->name[k] = mr_slice_trim(given);
	if (p->name[k].n == 0) {
		snprintf(p->label[k], sizeof p->label[k], place ? "Person %d" :
		    "You", place);
		p->name[k] = mr_slice_of(p->label[k]);
	}
}

/* The person at a place, if there is one. */
static int
read_one(struct mr_party *p, const struct mr_visit *v, int place,
    struct mr_err *err)
{
	struct mr_slice body = mr_party_value(v->q, "file", place);
	struct mr_slice called = mr_party_value(v->q, "name", place);
	struct mr_import *m = &p->import[p->n];
	const char *what = "file";
	int rc;

	if (body.n == 0) {
		body = mr_party_value(v->q, "text", place);
		what = "text";
	}
	if (called.p && (mr_asked_letters(called) > MR_PARTY_NAME ||
	    mr_utf8_bad(called) < called.n)) {
		refuse(p, 400, "name", place, "a name has at most 40 "
		    "characters, of UTF-8");
		return MR_OK;
	}
	if (body.n == 0)
		return MR_OK;
	if (p->n == MR_NIGHT_MOST) {
		refuse(p, 400, what, place, "there are more than six people");
		return MR_OK;
	}
	name(p, called.p ? called : (struct mr_slice){ "", 0 }, place);
	rc = mr_import_read(m, v->site, body, err);
	if (rc == MR_EFORMAT || rc == MR_EARG)
		refuse(p, m->too_much ? 413 : 400, what, place, err->msg);
	else if (rc)
		return rc;
	p->taste[p->n++] = (struct mr_taste){ m->r, m->n };
	return MR_OK;
}

int
mr_party_read(struct mr_party *p, const struct mr_visit *v, struct mr_err *err)
{
	int rc = MR_OK;

	*p = (struct mr_party){ .status = 200 };
	if (mr_slice_is(mr_request_value(v->q, "me"), "1") && v->own.n) {
		name(p, (struct mr_slice){ "", 0 }, 0);
		p->taste[p->n++] = (struct mr_taste){ v->own.r, v->own.n };
	}
	for (int place = 1; place <= MR_NIGHT_MOST && rc == MR_OK &&
	    p->status == 200; place++)
		rc = read_one(p, v, place, err);
	if (rc == MR_OK && p->status == 200 && p->n < 2)
		refuse(p, 400, "text", p->n + 1, "there are fewer than two "
		    "people");
	return rc;
}

void
mr_party_free(struct mr_party *p)
{
	for (int i = 0; i < MR_NIGHT_MOST; i++)
		mr_import_free(&p->import[i]);
}
