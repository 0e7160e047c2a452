/* gzip by zlib; see deflate.h.
 * SPDX-License-Identifier: MIT */
#include "stream/deflate.h"

#include <stdint.h>
#include <zlib.h>

#include "core/mem.h"

#define GZIP 31		/* of windowBits: a header and a trailer of gzip */

int
mr_deflate(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)s.p };
	size_t room;
	int rc;

	if (s.n > UINT32_MAX / 2)
		return mr_err_set(err, MR_ERANGE, "%zu bytes are too many to "
		    "be made gzip at once", s.n);
	if (deflateInit2(&z, 9, Z_DEFLATED, GZIP, 9, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		return mr_err_nomem(err, 400 << 10, "gzip");
	z.avail_in = (uInt)s.n;
	room = deflateBound(&z, (uLong)s.n);
	rc = mr_grow(&out->p, &out->cap, out->n + room, 1, "gzip", err);
	if (rc == MR_OK) {
		z.next_out = (unsigned char *)out->p + out->n;
		z.avail_out = (uInt)room;
		deflate(&z, Z_FINISH);	/* there is room */
		out->n += room - z.avail_out;
	}
	deflateEnd(&z);
	return rc;
}
