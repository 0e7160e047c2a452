/* Fuzz target: the reader of models, sealed so that mutations get past the
 * checksums; what it accepts must serve: lists with the scores of their pairs.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <math.h>

#include "engine/scorer.h"
#include "seal.h"
#include "store/model_file.h"

#define K 3
#define USERS 4

/* A list of one user, best first, its scores those of the pairs. */
static void
check_list(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *u, const struct mr_hit *hit, int64_t found)
{
	assert(found >= 0 && found <= K && found <= s->n_items);
	mr_score_begin(s, w, u);
	for (int64_t i = 0; i < found; i++) {
		float score;

		assert(hit[i].row >= 0 && hit[i].row < s->n_items);
		score = mr_score_item(s, w, hit[i].row);
		assert(score == hit[i].score ||
		    (isnan(score) && isnan(hit[i].score)));
		assert(i == 0 || !(hit[i - 1].score < hit[i].score));
	}
	mr_score_end(s, w);
}

/* The first users of a batch. */
static void
serve(const struct mr_model_in *in, const struct mr_scorer *s,
    struct mr_score_work *w)
{
	struct mr_users batch = mr_model_batch(in);
	struct mr_user user[USERS];
	struct mr_hit hit[USERS * K];
	int64_t found[USERS], none[USERS + 1] = { 0 }, n = 0;
	struct mr_csr skip = { .cols = s->n_items, .ptr = none };
	struct mr_err err = { 0 };
	int rc;

	while (n < batch.n && n < USERS) {
		user[n] = mr_users_get(&batch, n);
		assert(!user[n].U == !in->m.V.cols);
		n++;
	}
	skip.rows = n;
	rc = mr_scorer_lists(s, user, n, &skip, NULL, K, w, 1, hit,
		    found, &err);
	check_told(rc, &err);
	for (int64_t q = 0; rc == MR_OK && q < n; q++)
		check_list(s, w, &user[q], hit + q * K, found[q]);
}

static void
read_all(const uint8_t *data, size_t size)
{
	struct mr_model_in m = { 0 };
	struct mr_scorer s = { 0 };
	struct mr_score_work w = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	bool more = true, open = false;
	int rc = mr_in_memory(&in, data, size, "fuzz", &err);

	if (rc == MR_OK)
		rc = mr_model_open_in(&m, &in, &err);
	while (rc == MR_OK && more) {
		rc = mr_model_next(&m, &more, &err);
		if (rc == MR_OK && !open) {
			struct mr_users all = mr_model_batch(&m);

			rc = mr_scorer_open(&s, &m.m, m.items, &all,
			    MR_SCORE_PAIRS | MR_SCORE_LISTS, &err);
			if (rc == MR_OK)
				rc = mr_score_work_new(&w, &s, &err);
			open = true;
		}
		if (rc == MR_OK)
			serve(&m, &s, &w);
	}
	check_told(rc, &err);
	mr_score_work_free(&w);
	mr_scorer_free(&s);
	mr_model_close(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	raw_and_sealed(data, size, read_all);
	return 0;
}
