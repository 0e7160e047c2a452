/* The people of a film night, out of a form: names, and what each likes.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_PARTY_H
#define MR_TOOL_SERVE_PARTY_H

#include "tool/serve/import.h"
#include "tool/serve/night.h"
#include "tool/serve/routes.h"

#define MR_PARTY_NAME 40	/* characters of a name */

/* All zero is empty; freed by mr_party_free.  Slices are of the request. */
struct mr_party {
	int n;
	struct mr_slice name[MR_NIGHT_MOST];
	char label[MR_NIGHT_MOST][16];	/* of those without a name */
	int place[MR_NIGHT_MOST];	/* in the form, from 1; 0: the visitor,
					 * with the ratings of his cookie */
	struct mr_import import[MR_NIGHT_MOST];	/* but of the visitor */
	struct mr_taste taste[MR_NIGHT_MOST];
	/* 200, or the status that says what is wrong, and with which field. */
	int status;
	const char *detail;
	char field[16], text[512];
};

/*
 * mr_party_read - of the form's fields name1, file1, text1 to those of the sixth
 * person: text is asked for where there is no file, and a person with neither is
 * none; me=1 is the visitor.  2 to MR_NIGHT_MOST of them.  MR_ENOMEM.
 * mr_party_field - is that the name of such a field?
 */
int mr_party_read(struct mr_party *p, const struct mr_visit *v,
    struct mr_err *err) MR_CHECKED;
bool mr_party_field(struct mr_slice name);
void mr_party_free(struct mr_party *p);

/* mr_party_value - of field what, "name", "file" or "text", of the person at a
 * place of the form. */
struct mr_slice mr_party_value(const struct mr_request *q, const char *what,
    int place);

#endif
