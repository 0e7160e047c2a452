/* Fuzz target: the JSON files of a transformer, which one by the first
 * byte.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "store/transformer_config.h"

static int
read_one(const struct mr_config_file *f, int which, struct mr_err *err)
{
	struct mr_bert_shape shape = { 0 };
	struct mr_wordpiece_opt opt;
	enum mr_pooling pooling = MR_POOLING_MEAN;
	bool normalise = false;
	char folder[MR_POOLING_MAX + 1];
	int32_t n = 0;
	int rc;

	switch (which) {
	case 0:
		rc = mr_config_shape(f, &shape, err);
		assert(rc || (shape.width > 0 && shape.width <= INT32_MAX));
		return rc;
	case 1:
		return mr_config_tokenizer(f, &opt, err);
	case 2:
		rc = mr_config_length(f, 512, &n, err);
		assert(rc || (n >= 2 && n <= 512));
		return rc;
	case 3:
		rc = mr_config_modules(f, folder, &normalise, err);
		assert(memchr(folder, 0, sizeof folder));
		return rc;
	default:
		return mr_config_pooling(f, 384, &pooling, err);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_config_file f = { "fuzz", { (const char *)data + 1, size } };
	struct mr_err err = { 0 };
	int rc;

	if (size == 0)
		return 0;
	f.text.n--;
	rc = read_one(&f, data[0] % 5, &err);
	check_told(rc, &err);
	return 0;
}
