/* Bytes in and out: files and pipes, every error seen, outputs whole.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_IO_H
#define MR_STREAM_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

struct mr_digest;

/* Bytes read that are not handed on yet: compressed, or of an encoding. */
struct mr_in_raw {
	unsigned char *buf;
	size_t pos, len;
	bool eof;		/* none come behind them */
};

/* An input.  name is what messages call it ("<stdin>" for standard input).
 * What gzip, zstd or xz made is read as what it was made of, told by its first
 * bytes; then digest, n_bytes and all below are of that. */
struct mr_in {
	int fd;			/* -1: all of it is in buf */
	bool begun;		/* the first bytes were looked at */
	bool lent;		/* buf is the caller's */
	bool eof;
	const char *name;	/* borrowed */
	unsigned char *buf;	/* owned unless lent */
	size_t pos, len;	/* unread bytes are buf[pos .. len) */
	int64_t n_bytes;	/* handed out or buffered so far */
	int64_t size;		/* of a regular file when opened, else 0;
				 * 0 when it is compressed */
	size_t step;		/* what is asked for at a time, so that little
				 * is read beside what is skipped; 0: 256 KiB */
	struct mr_digest *digest;	/* of every byte read */
	struct mr_inflate *inflate;	/* NULL: not compressed */
	struct mr_decoder *decoder;	/* NULL: as it stands */
	struct mr_in_raw packed, encoded;	/* before each of them */
};

/* mr_in_open - path NULL or "-" is standard input.  MR_EIO with the cause
 * when it cannot be opened or is a directory. */
int mr_in_open(struct mr_in *in, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_in_once - can it be read but once, as standard input ("-") and pipes?  To
 * open one of these may take until somebody writes. */
bool mr_in_once(const char *path);
/* mr_in_memory - the n bytes at p, which must stay while in is open, for what
 * is no file: they are read where they lie.  MR_ENOMEM. */
int mr_in_memory(struct mr_in *in, const void *p, size_t n, const char *name,
    struct mr_err *err) MR_CHECKED;
/* mr_in_fill - read on until at least one byte is unread or the end is
 * reached (then pos == len and eof). */
int mr_in_fill(struct mr_in *in, struct mr_err *err) MR_CHECKED;
/* mr_in_read - up to n bytes to p, short only at the end; *got how many. */
int mr_in_read(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err) MR_CHECKED;
/* mr_in_skip - go past n bytes, or to the end if it comes first; of a regular
 * file they are not read, nor in its digest. */
int mr_in_skip(struct mr_in *in, size_t n, struct mr_err *err) MR_CHECKED;
/* mr_in_line - the next line without its LF (and one CR before it) in line,
 * cleared first; *more false at the end of input.  A line longer than max
 * bytes or a NUL, whichever comes first, is MR_EFORMAT with line_no. */
int mr_in_line(struct mr_in *in, struct mr_buf *line, size_t max,
    int64_t line_no, bool *more, struct mr_err *err) MR_CHECKED;
/* mr_in_any_line - the same for lines that end with LF, CR LF or CR. */
int mr_in_any_line(struct mr_in *in, struct mr_buf *line, size_t max,
    int64_t line_no, bool *more, struct mr_err *err) MR_CHECKED;
/* mr_in_gather - at the very start: at least n bytes, n at most 64 KiB, or all
 * there are into buf, unread. */
int mr_in_gather(struct mr_in *in, size_t n, struct mr_err *err) MR_CHECKED;
/* mr_in_decode - at the very start, some bytes gathered or none: what is read
 * from here on is UTF-8 of text in that encoding (stream/encoding.h), and the
 * digest is of no use.  MR_EARG when it is not known, MR_ENOMEM. */
int mr_in_decode(struct mr_in *in, const char *encoding, struct mr_err *err)
    MR_CHECKED;
/* mr_in_begin_text - at the very start: drop a UTF-8 byte order mark; a UTF-16
 * or UTF-32 one, or a matrix stream, is MR_EFORMAT that names it. */
int mr_in_begin_text(struct mr_in *in, struct mr_err *err) MR_CHECKED;
/* mr_in_digest - XXH3 of all bytes read; all of the input once eof is set. */
uint64_t mr_in_digest(const struct mr_in *in);
/* mr_in_total - about how many rows all of in has, when the first of it were
 * done; 0: not known, as of a pipe or what is compressed. */
int64_t mr_in_total(const struct mr_in *in, int64_t done);
void mr_in_close(struct mr_in *in);

/*
 * An output.  Errors stick: writing goes on without effect and
 * mr_out_close tells, so printing loops need no checks.
 * A named regular file appears whole under its name when mr_out_close
 * succeeds (temporary file, fsync, rename), and not at all otherwise; through a
 * symbolic link it is the file that the link leads to, also where that is not
 * there yet.  Devices, FIFOs and names of open descriptors (/dev/stdout,
 * /dev/fd/N) are written in place.
 */
struct mr_out {
	int fd;
	int failed;		/* errno of the first failure */
	const char *name;	/* borrowed */
	char *path, *temp;	/* where it goes; NULL when written in place */
	int placed;		/* has it its name?  See out_place.h */
	int folder;		/* open, to be synced; 0: none */
	bool kept;		/* a file that goes on, see mr_out_append */
	char *buf;
	size_t n;
};

int mr_out_open(struct mr_out *out, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_out_append - go on with the regular file at path behind its first at
 * bytes; what stands there goes.  Written in place, so whole only to a reader
 * that can tell; mr_out_sync brings it to the disk. */
int mr_out_append(struct mr_out *out, const char *path, int64_t at,
    struct mr_err *err) MR_CHECKED;
/* mr_out_private - a named regular file is to be read by its owner only. */
int mr_out_private(struct mr_out *out, struct mr_err *err) MR_CHECKED;
/* mr_out_not_terminal - MR_EARG when bytes that are no text would go to one:
 * "standard output is a terminal and", then why that is wrong. */
int mr_out_not_terminal(const struct mr_out *out, const char *why,
    struct mr_err *err) MR_CHECKED;
void mr_out_write(struct mr_out *out, const void *p, size_t n);
void mr_out_byte(struct mr_out *out, char c);
void mr_out_text(struct mr_out *out, const char *cstr);
/* mr_out_slice - the bytes of s. */
void mr_out_slice(struct mr_out *out, struct mr_slice s);
void mr_out_printf(struct mr_out *out, const char *fmt, ...) MR_PRINTF(2, 3);
/* mr_out_flush - hand buffered bytes to the system now. */
void mr_out_flush(struct mr_out *out);
/* mr_out_sync - flush and check, and make sure that what was written is on
 * the disk: for a named file only the renaming is left to mr_out_close. */
int mr_out_sync(struct mr_out *out, struct mr_err *err) MR_CHECKED;
/* mr_out_apart - MR_EARG when both would write one file, by whatever names:
 * the later of two renamings would win, or two streams mix.  Both are open.
 * Devices, as /dev/null and terminals, may be shared. */
int mr_out_apart(const struct mr_out *a, const struct mr_out *b,
    struct mr_err *err) MR_CHECKED;
/* mr_out_replaces - is in the file that out will be put in the place of? */
bool mr_out_replaces(const struct mr_out *out, const struct mr_in *in);
/* mr_out_close - flush, check, and put a named file in its place. */
int mr_out_close(struct mr_out *out, struct mr_err *err) MR_CHECKED;
/* mr_out_abandon - after a failure: nothing of a named file stays. */
void mr_out_abandon(struct mr_out *out);

#endif
