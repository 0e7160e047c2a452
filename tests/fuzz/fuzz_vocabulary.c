/* Fuzz target: a saved vocabulary, sealed so that mutations get past the
 * checksums, and a text counted and weighed by it.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "seal.h"
#include "store/vocabulary.h"
#include "text/tfidf.h"

static const char text[] = "the red fox and a fox of red fur in fox town";

/* An accepted vocabulary must serve. */
static void
use(const struct mr_vocabulary_file *f)
{
	struct mr_terms terms = { 0 };
	struct mr_row row = { 0 };
	struct mr_err err = { 0 };
	int64_t unknown = 0;
	int rc = mr_terms_split(&terms, mr_slice_of(text), &f->split, &err);

	if (rc == MR_OK)
		rc = mr_vocabulary_count(&f->v, &terms, &row, &unknown, &err);
	assert(rc == MR_OK || rc == MR_ENOMEM);
	for (size_t i = 0; rc == MR_OK && i < row.n; i++)
		assert(row.idx[i] >= 0 && row.idx[i] < f->v.terms.n);
	if (rc == MR_OK)
		mr_vocabulary_weigh(&f->v, row.idx, row.val, (int64_t)row.n);
	mr_row_free(&row);
	mr_terms_free(&terms);
}

static void
load_as(const uint8_t *data, size_t size, bool idf)
{
	struct mr_vocabulary_file f = { 0 };
	struct mr_set s = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	int rc = mr_in_memory(&in, data, size, "fuzz", &err);

	if (rc == MR_OK)
		rc = mr_set_read(&s, &in, &err);
	if (rc == MR_OK)
		rc = mr_vocabulary_take(&f, &s, idf, &err);
	else
		mr_set_free(&s);
	check_told(rc, &err);
	if (rc == MR_OK) {
		assert(f.v.df && !f.v.idf == !idf);
		for (int32_t i = 0; i < f.v.terms.n; i++)
			assert(f.v.df[i] > 0 && (!idf || f.v.idf[i] > 0));
		use(&f);
	}
	mr_vocabulary_file_free(&f);
}

static void
load(const uint8_t *data, size_t size)
{
	load_as(data, size, false);
	load_as(data, size, true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	raw_and_sealed(data, size, load);
	return 0;
}
