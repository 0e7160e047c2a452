/* Bytes on their way from a descriptor; see in_raw.h.
 * SPDX-License-Identifier: MIT */
#include "stream/in_raw.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "stream/encoding.h"
#include "stream/inflate.h"

#define RAW_BYTES (64 * 1024)

/* One read that waits for a non-blocking descriptor and outlives signals. */
static ssize_t
read_some(int fd, void *p, size_t n)
{
	for (;;) {
		ssize_t got = read(fd, p, n);

		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN)
			poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, -1);
	}
}

int
mr_in_raw_fd(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err)
{
	ssize_t r = read_some(in->fd, p, n);

	if (r < 0)
		return mr_err_sys(err, MR_EIO, "%s: read error", in->name);
	*got = (size_t)r;
	return MR_OK;
}

/* Make room for more raw bytes, those there are moved to the front. */
static int
make_room(struct mr_in_raw *r, struct mr_err *err)
{
	if (!r->buf)
		r->buf = mr_alloc_unset(RAW_BYTES, "input buffer", err);
	if (!r->buf)
		return MR_ENOMEM;
	if (r->len > r->pos && r->pos)
		memmove(r->buf, r->buf + r->pos, r->len - r->pos);
	r->len -= r->pos;
	r->pos = 0;
	return MR_OK;
}

/* The same, of a compressed file what it was made of. */
static int
read_plain(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err)
{
	struct mr_in_raw *r = &in->packed;
	int rc = MR_OK;

	if (!in->inflate)
		return mr_in_raw_fd(in, p, n, got, err);
	for (*got = 0; rc == MR_OK && *got == 0;) {
		struct mr_slice from;

		if (r->pos == r->len && !r->eof) {
			rc = make_room(r, err);
			if (rc == MR_OK)
				rc = mr_in_raw_fd(in, r->buf, RAW_BYTES,
				    &r->len, err);
			if (rc)
				break;
			r->eof = r->len == 0;
		}
		from = (struct mr_slice){ (char *)&r->buf[r->pos],
		    r->len - r->pos };
		rc = mr_inflate_step(in->inflate, &from, r->eof, p, n, got,
		    in->name, err);
		r->pos = r->len - from.n;
		if (r->eof && *got == 0)
			break;
	}
	return rc;
}

/* The same, as UTF-8. */
static int
read_decoded(struct mr_in *in, char *p, size_t n, size_t *got,
    struct mr_err *err)
{
	struct mr_in_raw *r = &in->encoded;
	int rc = r->buf ? MR_OK : make_room(r, err);

	for (*got = 0; rc == MR_OK;) {
		struct mr_slice from = { (char *)&r->buf[r->pos],
		    r->len - r->pos };
		size_t before = from.n, more = 0;

		*got = mr_decoder_step(in->decoder, &from, r->eof, p, n);
		r->pos = r->len - from.n;
		if (*got || (r->eof && from.n == before))
			break;
		if (from.n != before)
			continue;
		rc = make_room(r, err);
		if (rc == MR_OK)
			rc = read_plain(in, r->buf + r->len,
			    RAW_BYTES - r->len, &more, err);
		r->eof = rc == MR_OK && more == 0;
		r->len += more;
	}
	return rc;
}

int
mr_in_raw_read(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err)
{
	return in->decoder ? read_decoded(in, p, n, got, err) :
	    read_plain(in, p, n, got, err);
}
