/* Models on the matrix stream: the one place that writes and reads them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_FILE_H
#define MR_STORE_MODEL_FILE_H

#include "model/fold.h"
#include "model/model.h"
#include "model/users.h"
#include "stream/matrix_set.h"

/*
 * mr_model_write - model with its training ratings as a stream.
 *
 * meta   what made it (tool, version, model, options, fold, seed); mu, clip
 *        and the matrices are added here
 * users, items  names of the rows; R users x items, or empty
 * last   the second META
 */
int mr_model_write(struct mr_out *out, struct mr_meta *meta,
    const struct mr_model *m, const struct mr_ids *users,
    const struct mr_ids *items, const struct mr_csr *R,
    const struct mr_meta *last, struct mr_err *err) MR_CHECKED;

/* mr_model_begin_out - the same in pieces: all but users and the second META.
 * mr_model_users_out - behind it, all users or, by whole MR_BLOCK_ROWS, some of
 * them: U and bu of m, and R, are theirs.  mr_mrm_end ends it. */
int mr_model_begin_out(struct mr_mrm_out *w, struct mr_out *out,
    struct mr_meta *meta, const struct mr_model *m,
    const struct mr_ids *items, bool has_ratings, struct mr_err *err)
    MR_CHECKED;
void mr_model_users_out(struct mr_mrm_out *w, const struct mr_model *m,
    const struct mr_ids *users, const struct mr_csr *R);

/*
 * A model being read: the item side is in m (V, bi), users come in batches.
 * Freed by mr_model_close.
 */
struct mr_model_in {
	struct mr_set set;
	const struct mr_ids *users, *items;	/* users: of the batch and those
						 * read beyond it; items grow */
	struct mr_model m;	/* mu, clip, noise, near; bi, V, Y, S, scale
				 * borrowed from set; bu and U of the current
				 * batch */
	struct mr_fold fold;	/* the rule for new users */
	struct mr_csr R;	/* of the current batch, borrowed; ptr from 0;
				 * 0 rows when the model carries no ratings;
				 * its moods are m.moods.E, likewise */
	int64_t first, n;	/* users first .. first + n - 1 */
	int user;		/* the axis */
	int u, bu, r, e, v, y, bi, s, scale;	/* places of the matrices, or
						 * -1 */
	int64_t n_items;
	int64_t from, to;	/* set after the open: users of other rows are
				 * not read where that can be; to 0: all are */
	bool map;		/* set after the open: V and Y of a file may
				 * stay there, with m.gap, where nothing but
				 * factors and biases makes scores */
	bool started, ended;
};

/* mr_model_open - the stream at path (NULL: stdin); nothing is read yet, so
 * that it is no model is mr_model_next's to find.  MR_EIO, MR_ENOMEM. */
int mr_model_open(struct mr_model_in *in, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_model_open_in - the same over an open input at its start, which becomes
 * m's. */
int mr_model_open_in(struct mr_model_in *m, struct mr_in *in,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_model_next - the next batch of users; *more false after the last one
 * (then the item side is complete and checked too).  A batch is at least
 * 1,024 users but for the last, so that memory is the item side and some MiB,
 * however many users there are.  A user who stands twice is refused as
 * mr_mrm_forget says.  Where users are near= users, all of them are one batch,
 * which stays until the close: memory is the whole model.
 */
int mr_model_next(struct mr_model_in *in, bool *more, struct mr_err *err)
    MR_CHECKED;
/* mr_model_users - how many users were read so far, or passed over. */
int64_t mr_model_users(const struct mr_model_in *in);
/* mr_model_batch - the users of the current batch, whose first is the number
 * of those before them, read or not; valid until the next. */
struct mr_users mr_model_batch(const struct mr_model_in *in);
/* mr_model_untouched - with map, once scores are made: MR_EIO where the file
 * was written to since it was mapped. */
int mr_model_untouched(const struct mr_model_in *in, struct mr_err *err)
    MR_CHECKED;
void mr_model_close(struct mr_model_in *in);

#endif
