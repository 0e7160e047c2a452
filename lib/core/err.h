/* Status codes and the one error message a failing call leaves behind.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_ERR_H
#define MR_CORE_ERR_H

enum mr_status {
	MR_OK = 0,
	MR_ENOMEM = -1,		/* memory or address space ran out */
	MR_EIO = -2,		/* the system refused to read or write */
	MR_EFORMAT = -3,	/* input is not what its format promises */
	MR_ERANGE = -4,		/* a size or an index is out of range */
	MR_ENUMERIC = -5,	/* numbers blew up; the message names the row */
	MR_EARG = -6		/* the caller asked for something impossible */
};

#define MR_CHECKED __attribute__((warn_unused_result))
#define MR_PRINTF(f, a) __attribute__((format(printf, f, a)))

struct mr_err {
	int code;		/* enum mr_status */
	char msg[512];		/* one line, complete, control bytes masked */
};

/*
 * mr_err_set - fill err with code and a formatted message; returns code, so
 * that callers write `return mr_err_set(err, MR_EFORMAT, ...)`.
 * A first message is kept: what went wrong first is what the user needs.
 */
int mr_err_set(struct mr_err *err, int code, const char *fmt, ...)
    MR_PRINTF(3, 4);

/* mr_err_sys - the same with ": " and the text of errno at the end. */
int mr_err_sys(struct mr_err *err, int code, const char *fmt, ...)
    MR_PRINTF(3, 4);

/* mr_err_more - text behind the message that a call has left, as far as there
 * is room. */
void mr_err_more(struct mr_err *err, const char *text);

/* mr_err_nomem - "out of memory: 3.1 GiB for WHAT"; returns MR_ENOMEM. */
int mr_err_nomem(struct mr_err *err, double bytes, const char *what);

#endif
