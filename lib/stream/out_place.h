/* The place of a named output: steps that mr_out_open, mr_out_close and
 * mr_run_publish are made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_OUT_PLACE_H
#define MR_STREAM_OUT_PLACE_H

#include "stream/io.h"

enum {
	MR_OUT_NOWHERE,
	MR_OUT_RENAMED,		/* nothing of a file before it is left */
	MR_OUT_EXCHANGED	/* out->temp names the file before it */
};

/* mr_out_open_named - open a device or a FIFO itself; of a regular file, one
 * there already or not, a new one beside it. */
int mr_out_open_named(struct mr_out *out, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_out_ready - the last that can fail before a name is given: a nameless
 * file gets one of its own, the descriptor is closed.  Of an output that is
 * written in place only the latter. */
int mr_out_ready(struct mr_out *out, struct mr_err *err) MR_CHECKED;
/* mr_out_place - give the new file its name.  keep: where the system can,
 * the file that had the name is kept until mr_out_abandon, and
 * mr_out_take_back puts it there again; else it removes the new one. */
int mr_out_place(struct mr_out *out, bool keep, struct mr_err *err)
    MR_CHECKED;
/* mr_out_take_back - false when the new file is there still. */
bool mr_out_take_back(struct mr_out *out);
/* mr_out_sync_folder - bring the name to the disk; a failure says that the
 * file is in its place. */
int mr_out_sync_folder(struct mr_out *out, struct mr_err *err) MR_CHECKED;

#endif
