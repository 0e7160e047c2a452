/* Lines appended to a file that others read and rotate meanwhile; what the disk
 * does not take is lost and counted, and nobody waits for it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_JOURNAL_H
#define MR_STREAM_JOURNAL_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

struct mr_journal {
	int fd;
	const char *path;	/* borrowed; "-": standard error */
	const char *first;	/* the line that an empty file begins with, and
				 * its LF; borrowed */
	_Atomic int failed;	/* errno of the last failure, 0: none */
	_Atomic int64_t lost;	/* lines */
};

#define MR_JOURNAL_BYTES 65536	/* of lines that wait */

/* The lines of one of those who write.  All zero is none; p is allocated by the
 * first line. */
struct mr_journal_lines {
	struct mr_buf b;
	bool torn;		/* of the last line only a part was written */
};

/* mr_journal_open - append to path, which is made with mode 0640.  Closed by
 * mr_journal_close; MR_EIO.
 * mr_journal_again - open path anew, for it may be another file now: whoever
 * writes goes on there; after a failure to where it was. */
int mr_journal_open(struct mr_journal *j, const char *path, const char *first,
    struct mr_err *err) MR_CHECKED;
int mr_journal_again(struct mr_journal *j, struct mr_err *err) MR_CHECKED;
void mr_journal_close(struct mr_journal *j);

/* mr_journal_put - a line, without its LF, at most 4,000 bytes, to those that
 * wait; lost where there is no room.
 * mr_journal_write - all that wait, as far as they are taken at once; the rest
 * is lost.  Several may write at a time: no line is inside another. */
void mr_journal_put(struct mr_journal *j, struct mr_journal_lines *l,
    struct mr_slice line);
void mr_journal_write(struct mr_journal *j, struct mr_journal_lines *l);

#endif
