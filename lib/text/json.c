/* Parsing JSON without believing in what jansson does when memory is short:
 * its lexer (2.14, issue 362) goes on without the byte that it could not keep,
 * so that a key is another one, or a string has no end and is read past.
 * SPDX-License-Identifier: MIT */
#include "text/json.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>

/* An allocator is given no context, hence these. */
static _Thread_local jmp_buf *give_up;
static _Thread_local json_malloc_t allocate;

static void *
take(size_t n)
{
	void *p = allocate(n);

	if (!p)
		longjmp(*give_up, 1);
	return p;
}

/* NULL with *refused, or with what is wrong in *at.  One thread at a time, as
 * the allocator is the process's; what others give back meanwhile goes the same
 * way with it. */
static json_t *
load(struct mr_slice text, json_error_t *at, bool *refused)
{
	static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
	json_free_t free_one;
	jmp_buf here;
	json_t *top;

	pthread_mutex_lock(&alone);
	json_get_alloc_funcs(&allocate, &free_one);
	give_up = &here;
	json_set_alloc_funcs(take, free_one);
	if (setjmp(here)) {
		*refused = true;
		top = NULL;
	} else {
		top = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, at);
	}
	json_set_alloc_funcs(allocate, free_one);
	give_up = NULL;
	pthread_mutex_unlock(&alone);
	return top;
}

int
mr_json_load(json_t **top, struct mr_slice text, const char *name,
    const char *part, struct mr_err *err)
{
	bool refused = false;
	json_error_t at;

	*top = load(text, &at, &refused);
	if (refused)
		return mr_err_nomem(err, (double)text.n, part ? part : name);
	if (*top)
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s:%d: %s%s%s", name, at.line,
	    part ? part : "", part ? ": " : "", at.text);
}
