/* Values as JSON and Python write them, piece by piece from memory.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_LITERAL_H
#define MR_STREAM_LITERAL_H

#include "core/str.h"

#define MR_LITERAL_DEPTH 64	/* of objects and lists in one another */

/* What is left of a text.  Each function below returns false where the text
 * goes on otherwise, or with rc set.  text NULL: nothing is kept. */
struct mr_literal {
	const char *p, *end;
	int rc;
	struct mr_err *err;
};

void mr_literal_blanks(struct mr_literal *x);
/* mr_literal_pass - is c next, behind blanks?  Then it is passed. */
bool mr_literal_pass(struct mr_literal *x, char c);
bool mr_literal_word(struct mr_literal *x, const char *word);
/* mr_literal_string - a string, the next thing there is, added to text without
 * its quotes and escapes.  Quotes are single or double, u may stand before
 * them; \x, \u and \U are code points, those that are none and 0 U+FFFD. */
bool mr_literal_string(struct mr_literal *x, struct mr_buf *text);
/* mr_literal_number - a finite decimal one, added to text as it stands. */
bool mr_literal_number(struct mr_literal *x, struct mr_buf *text);
/* mr_literal_skip - any value, that many objects and lists around it. */
bool mr_literal_skip(struct mr_literal *x, int depth);

#endif
