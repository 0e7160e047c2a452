/* Fuzz target: ratings in blocks, which must be those of rows one by one: the
 * rows, rejects, ids, counts and the message.  The first four bytes are the
 * form, what is done, the size of a block, and threads.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "../ratings_run.h"

static void
set_form(struct mr_ingest *o, unsigned form)
{
	static const char *const seps[] = { NULL, ";", "tab", "::" };

	o->cols = form & 128 ? "user,item,rating,time" : NULL;
	o->tsv = form % 8 == 1;
	o->tsv_escapes = form % 8 == 2;
	if (o->tsv || o->tsv_escapes)
		return;
	o->delimiter = seps[form / 8 % 4];
	if (form % 8 == 3)
		o->quote = MR_QUOTE_NONE;
	else if (form % 8 >= 6 && (form / 8 % 4) < 3)
		o->quote = MR_QUOTE_BACKSLASH;
	if (form % 8 == 4) {
		const char *names[MR_PRESETS_MAX + 1];

		o->delimiter = o->cols = NULL;
		mr_ingest_presets(names);
		for (int i = 0; names[i]; i++)
			if (strcmp(names[i], "lists") == 0)
				o->preset = i;
	}
}

static void
set_rest(struct mr_ingest *o, unsigned what)
{
	static const int dedupe[] = { MR_DEDUPE_DEFAULT, MR_DEDUPE_NONE,
	    MR_DEDUPE_FIRST, MR_DEDUPE_MEAN };

	o->dedupe = dedupe[what % 4];
	o->rejects = what & 4 ? "" : NULL;
	o->anonymise = what & 8;
	o->id_map = what & 8 ? "" : NULL;
	o->max_rejects = what & 16 ? (int)(what >> 5) : -1;
	if (!(what & 16)) {
		o->user = what & 32 && o->preset < 0 ? "me" : NULL;
		o->unrated = what & 64 ? "0" : NULL;
		o->id_floats = what & 128;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clean_files files;
	struct mr_ingest o = MR_INGEST_DEFAULT;
	struct cleaned one, many;

	if (size < 4)
		return 0;
	if (!files.fd[0])
		clean_files_open(&files);
	set_form(&o, data[0]);
	set_rest(&o, data[1]);
	clean_files_put(&files, data + 4, size - 4);
	one = clean_ratings(&files, &o, 1, 0);
	check_told(one.rc, &one.err);
	many = clean_ratings(&files, &o, data[3] % 8 == 7 ? 2 : 1,
	    (size_t)data[2] % 64 + 1);
	assert(cleaned_differ(&one, &many) == -1);
	cleaned_free(&one);
	cleaned_free(&many);
	return 0;
}
