/* JSON objects of an input, one after another, and values of one by their
 * paths.  There is no tree: numbers stay as they stand, and dicts of Python
 * are read as well.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_JSON_H
#define MR_STREAM_JSON_H

#include "stream/io.h"

enum mr_json_form {
	MR_JSON_UNKNOWN,
	MR_JSON_LINES,		/* a value a line */
	MR_JSON_SERIES,		/* values over several lines each */
	MR_JSON_ARRAY		/* the elements of one array */
};

/* A reader of values; raw, from their first byte to their last, is borrowed
 * until the next.  All zero is closed; freed by mr_json_close. */
struct mr_json {
	struct mr_in *in;	/* borrowed */
	enum mr_json_form form;
	int64_t line_no;	/* on which the current value begins, from 1 */
	int64_t next_line;	/* of the next unread byte */
	bool ended;		/* the array was closed */
	struct mr_slice raw;
	struct mr_buf text;
};

/* mr_json_open - of in, an open input whose byte order mark is passed; the
 * first bytes say the form.  Memory: the longest value. */
int mr_json_open(struct mr_json *j, struct mr_in *in, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_json_next - *more: a value was read, which is not looked into: of lines a
 * line that is not blank, else what is between brackets and quotes that pair.
 * MR_EFORMAT with its line: a NUL byte, more than MR_LINE_MAX bytes
 * (stream/tsv.h), no end, no comma between elements, something behind an
 * array.
 */
int mr_json_next(struct mr_json *j, bool *more, struct mr_err *err) MR_CHECKED;
void mr_json_close(struct mr_json *j);

/* A set of paths and their values in one text. */
struct mr_json_step;
struct mr_json_paths {
	int n;
	struct mr_buf *value;	/* [n] of the last text, empty: none */
	size_t value_cap;
	struct mr_json_step *step;	/* [n_steps] a tree, 0 its root */
	int n_steps;
	size_t step_cap;
	int *slot;		/* [n_slots] steps by name and parent, or 0 */
	size_t n_slots;		/* a power of two, more than n_steps */
	struct mr_buf names;	/* of the steps, end to end */
	struct mr_buf key;	/* workspace */
	int found;		/* the step of the last name that was one */
};

/*
 * mr_json_paths_add - one more: "a.b" is b of the object a, "a[]" every element
 * of the list a, "a[].b" of those b, "a[b=word].c" of those whose b is the
 * string word, and "a[:9].b" of the first nine; with whole, path is one name whatever is
 * in it.  Its number is the count before.  MR_EARG for another form or more
 * than MR_LITERAL_DEPTH steps.
 */
int mr_json_paths_add(struct mr_json_paths *p, struct mr_slice path,
    bool whole, struct mr_err *err) MR_CHECKED;
/*
 * mr_json_paths_read - the values of text: a string without quotes and escapes,
 * a number as it stands, true or false, an object or a list as it stands, null
 * as none; those of a path with [] are joined by |, of two that are not the
 * last counts.  *ok is false when text is not one object (or list, when a path
 * begins with []) that is well formed and not deeper than MR_LITERAL_DEPTH.
 */
int mr_json_paths_read(struct mr_json_paths *p, struct mr_slice text,
    bool *ok, struct mr_err *err) MR_CHECKED;
void mr_json_paths_free(struct mr_json_paths *p);

/* mr_json_names - take each name of the object that text begins with, in its
 * order, up to where it cannot be read on. */
typedef int mr_json_take(void *ctx, struct mr_slice name, struct mr_err *err);
int mr_json_names(struct mr_slice text, mr_json_take *take, void *ctx,
    struct mr_err *err) MR_CHECKED;

#endif
