/* Buffered input; see io.h.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/mem.h"
#include "stream/encoding.h"
#include "stream/inflate.h"
#include "stream/in_raw.h"
#include "stream/io.h"

#define BUF_BYTES (256 * 1024)

bool
mr_in_once(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 || (stat(path, &st) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

int
mr_in_open(struct mr_in *in, const char *path, struct mr_err *err)
{
	bool std = !path || strcmp(path, "-") == 0;
	struct stat st = { 0 };
	int rc;

	*in = (struct mr_in){ .fd = -1, .name = std ? "<stdin>" : path };
	in->fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot open", in->name);
	/* Whether it is a file decides whether a log stands beside it. */
	rc = fstat(in->fd, &st) == 0 ? MR_OK : mr_err_sys(err, MR_EIO,
	    "%s: cannot look at it", in->name);
	if (rc == MR_OK && S_ISDIR(st.st_mode))
		rc = mr_err_set(err, MR_EIO, "%s: is a directory, expected a "
		    "file", in->name);
	if (rc) {
		mr_in_close(in);
		return rc;
	}
	if (S_ISREG(st.st_mode))
		in->size = st.st_size;
	in->buf = mr_alloc_unset(BUF_BYTES, "input buffer", err);
	in->digest = in->buf ? mr_digest_open() : NULL;
	if (!in->digest) {
		mr_in_close(in);
		return mr_err_nomem(err, BUF_BYTES, "input buffer");
	}
	return MR_OK;
}

int
mr_in_memory(struct mr_in *in, const void *p, size_t n, const char *name,
    struct mr_err *err)
{
	/* Nothing is read behind eof, so nothing is written to the buffer. */
	*in = (struct mr_in){ .fd = -1, .eof = true, .name = name,
	    .begun = true, .lent = true, .buf = (unsigned char *)p, .len = n,
	    .n_bytes = (int64_t)n };
	in->digest = mr_digest_open();
	if (!in->digest)
		return mr_err_nomem(err, 1024, "a digest");
	mr_digest_add(in->digest, p, n);
	return MR_OK;
}

static size_t
step_of(const struct mr_in *in)
{
	return in->step && in->step < BUF_BYTES ? in->step : BUF_BYTES;
}

/* Bytes to p, past the buffer, counted and digested; 0 sets eof. */
static int
read_raw(struct mr_in *in, void *p, size_t n, size_t *got, struct mr_err *err)
{
	int rc = mr_in_raw_read(in, p, n, got, err);

	if (rc)
		return rc;
	in->eof = *got == 0;
	in->n_bytes += (int64_t)*got;
	mr_digest_add(in->digest, p, *got);
	return MR_OK;
}

/* Read the first bytes, as many as say whether they are compressed: a pipe may
 * bring one at a time. */
static int
begin(struct mr_in *in, struct mr_err *err)
{
	enum mr_packed kind = MR_PACKED_NOT;
	bool more = true;
	int rc = MR_OK;

	if (in->begun)
		return MR_OK;
	in->begun = true;
	while (rc == MR_OK && more && !in->eof) {
		size_t got = 0;

		rc = mr_in_raw_fd(in, in->buf + in->len, BUF_BYTES - in->len,
		    &got, err);
		in->len += got;
		in->eof = rc == MR_OK && got == 0;
		kind = mr_inflate_kind(in->buf, in->len, &more);
	}
	if (rc || kind == MR_PACKED_NOT) {
		in->n_bytes = (int64_t)in->len;
		mr_digest_add(in->digest, in->buf, in->len);
		return rc;
	}
	in->packed = (struct mr_in_raw){ .buf = in->buf, .len = in->len };
	in->eof = false;
	in->size = 0;
	in->len = 0;
	in->buf = mr_alloc_unset(BUF_BYTES, "input buffer", err);
	return in->buf ? mr_inflate_open(&in->inflate, kind, err) : MR_ENOMEM;
}

int
mr_in_decode(struct mr_in *in, const char *encoding, struct mr_err *err)
{
	struct mr_in_raw raw = { .pos = in->pos, .len = in->len,
	    .eof = in->eof };
	int rc = mr_decoder_open(&in->decoder, encoding, err);
	unsigned char *other;

	if (rc)
		return rc;
	/* What was gathered is yet to be decoded. */
	other = mr_alloc_unset(in->lent && in->len > BUF_BYTES ? in->len :
	    BUF_BYTES, "input buffer", err);
	if (!other)
		return MR_ENOMEM;
	raw.buf = in->buf;
	in->buf = other;
	if (in->lent) {
		memcpy(other, raw.buf, raw.len);
		raw.buf = other;
		in->buf = mr_alloc_unset(BUF_BYTES, "input buffer", err);
		in->lent = false;
	}
	in->encoded = raw;
	in->pos = in->len = 0;
	in->n_bytes = 0;
	in->eof = false;
	return in->buf ? MR_OK : MR_ENOMEM;
}

int
mr_in_fill(struct mr_in *in, struct mr_err *err)
{
	size_t got;
	int rc = begin(in, err);

	if (rc || in->pos < in->len || in->eof)
		return rc;
	rc = read_raw(in, in->buf, step_of(in), &got, err);
	if (rc == MR_OK) {
		in->pos = 0;
		in->len = got;
	}
	return rc;
}

int
mr_in_read(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err)
{
	unsigned char *to = p;
	int rc = begin(in, err);

	*got = 0;
	while (*got < n && rc == MR_OK) {
		size_t have = in->len - in->pos, part;

		if (have == 0 && n - *got >= step_of(in) && !in->eof) {
			rc = read_raw(in, to + *got, n - *got, &part, err);
			*got += rc == MR_OK ? part : 0;
		} else if (have == 0) {
			if (in->eof)
				break;
			rc = mr_in_fill(in, err);
		} else {
			part = have < n - *got ? have : n - *got;
			memcpy(to + *got, in->buf + in->pos, part);
			in->pos += part;
			*got += part;
		}
	}
	return rc;
}

int
mr_in_skip(struct mr_in *in, size_t n, struct mr_err *err)
{
	int rc = MR_OK;

	while (n > 0 && rc == MR_OK) {
		size_t have = in->len - in->pos;

		if (have == 0 && in->eof)
			break;
		if (have == 0 && in->size > 0) {
			if (lseek(in->fd, (off_t)n, SEEK_CUR) < 0)
				return mr_err_sys(err, MR_EIO, "%s: cannot go "
				    "to a place in it", in->name);
			in->n_bytes += (int64_t)n;
			break;
		}
		if (have == 0)
			rc = mr_in_fill(in, err);
		have = have < n ? have : n;
		in->pos += have;
		n -= have;
	}
	return rc;
}

int
mr_in_gather(struct mr_in *in, size_t n, struct mr_err *err)
{
	int rc = begin(in, err);

	while (in->len < n && !in->eof && rc == MR_OK) {
		size_t got;

		rc = read_raw(in, in->buf + in->len, BUF_BYTES - in->len,
		    &got, err);
		if (rc == MR_OK)
			in->len += got;
	}
	return rc;
}

int
mr_in_begin_text(struct mr_in *in, struct mr_err *err)
{
	/* A pipe may bring one byte at a time: gather four before looking. */
	int rc = mr_in_gather(in, 4, err);
	const unsigned char *b = in->buf;	/* of a compressed file anew */

	if (rc)
		return rc;
	if (in->len >= 3 && memcmp(b, "\xef\xbb\xbf", 3) == 0)
		in->pos = 3;
	else if (in->len >= 4 && (memcmp(b, "\xff\xfe\0\0", 4) == 0 ||
	    memcmp(b, "\0\0\xfe\xff", 4) == 0))
		return mr_err_set(err, MR_EFORMAT,
		    "%s:1: starts with a UTF-32 mark, expected UTF-8",
		    in->name);
	else if (in->len >= 2 && (memcmp(b, "\xff\xfe", 2) == 0 ||
	    memcmp(b, "\xfe\xff", 2) == 0))
		return mr_err_set(err, MR_EFORMAT,
		    "%s:1: starts with a UTF-16 mark, expected UTF-8",
		    in->name);
	else if (in->len >= 4 && memcmp(b, "\x89MRM", 4) == 0)
		return mr_err_set(err, MR_EFORMAT,
		    "%s: is a matrix stream, expected text "
		    "(mr-show --tsv turns it into text)", in->name);
	return MR_OK;
}

/* Where a line ends in the n bytes at p: at LF, or with any at CR, too. */
static const unsigned char *
line_end(const unsigned char *p, size_t n, bool any)
{
	const unsigned char *lf = memchr(p, '\n', n), *cr = NULL;

	if (any)
		cr = memchr(p, '\r', lf ? (size_t)(lf - p) : n);
	return cr ? cr : lf;
}

static int
read_line(struct mr_in *in, struct mr_buf *line, size_t max, int64_t line_no,
    bool any, bool *more, struct mr_err *err)
{
	const unsigned char *end = NULL;
	int rc;

	line->n = 0;
	*more = false;
	while (!end) {
		size_t n, room = max - line->n;

		rc = mr_in_fill(in, err);
		if (rc)
			return rc;
		if (in->pos == in->len)
			break;
		*more = true;
		end = line_end(in->buf + in->pos, in->len - in->pos, any);
		n = end ? (size_t)(end - in->buf) - in->pos :
		    in->len - in->pos;
		/* However the buffer was filled, the first fault is told. */
		if (memchr(in->buf + in->pos, '\0', n < room ? n : room))
			return mr_err_set(err, MR_EFORMAT,
			    "%s:%lld: NUL byte, expected text", in->name,
			    (long long)line_no);
		if (n > room)
			return mr_err_set(err, MR_EFORMAT,
			    "%s:%lld: line is longer than %zu bytes",
			    in->name, (long long)line_no, max);
		rc = mr_buf_add(line, in->buf + in->pos, n, err);
		if (rc)
			return rc;
		in->pos += n + (end != NULL);
	}
	if (!end || *end != '\r')
		return MR_OK;
	/* Behind CR a LF is of the same end. */
	rc = mr_in_fill(in, err);
	if (rc == MR_OK && in->pos < in->len && in->buf[in->pos] == '\n')
		in->pos++;
	return rc;
}

int
mr_in_line(struct mr_in *in, struct mr_buf *line, size_t max,
    int64_t line_no, bool *more, struct mr_err *err)
{
	int rc = read_line(in, line, max, line_no, false, more, err);

	if (rc == MR_OK && line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return rc;
}

int
mr_in_any_line(struct mr_in *in, struct mr_buf *line, size_t max,
    int64_t line_no, bool *more, struct mr_err *err)
{
	return read_line(in, line, max, line_no, true, more, err);
}

uint64_t
mr_in_digest(const struct mr_in *in)
{
	return mr_digest_value(in->digest);
}

int64_t
mr_in_total(const struct mr_in *in, int64_t done)
{
	int64_t used = in->n_bytes - (int64_t)(in->len - in->pos);

	if (in->size <= 0 || used <= 0)
		return 0;
	return (int64_t)((double)done * (double)in->size / (double)used + 0.5);
}

void
mr_in_close(struct mr_in *in)
{
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	if (!in->lent)
		free(in->buf);
	if (in->digest)
		mr_digest_close(in->digest);
	mr_inflate_close(in->inflate);
	mr_decoder_close(in->decoder);
	free(in->packed.buf);
	free(in->encoded.buf);
	*in = (struct mr_in){ .fd = -1 };
}
