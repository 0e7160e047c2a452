/* The tree that the paths of a set make, for stream/json_paths alone.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_JSON_STEPS_H
#define MR_STREAM_JSON_STEPS_H

#include "stream/json.h"

/* A step of a path; those that go on from it are its children. */
struct mr_json_step {
	size_t name, n;		/* in names; n = 0: elements of a list, those
				 * that the text in brackets says */
	size_t in, n_in;
	size_t n_key;		/* of in: KEY=VALUE; 0: not that */
	int64_t most;		/* :N; 0: all */
	int child, next;	/* the first of them, the next beside, or 0 */
	int parent;
	int path;		/* that ends here, or -1 */
	bool many;		/* behind a [] */
};

/* mr_json_step_name - its name; mr_json_step_in - what stands in its brackets.
 * Valid until a path is added. */
struct mr_slice mr_json_step_name(const struct mr_json_paths *p, int step);
struct mr_slice mr_json_step_in(const struct mr_json_paths *p, int step);
/* mr_json_step_find - the child of step at that the name in p->key is, or 0;
 * in a time that does not grow with the children. */
int mr_json_step_find(struct mr_json_paths *p, int at);
/* mr_json_step_elements - is there a step for elements of the text, if it is a
 * list? */
bool mr_json_step_elements(const struct mr_json_paths *p);

#endif
