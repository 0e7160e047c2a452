/* Reading a column of ids; see names.h.
 * SPDX-License-Identifier: MIT */
#include "store/names.h"

#include "stream/tsv.h"

int
mr_names_load(struct mr_ids *ids, const char *path, const char *column,
    bool header, struct mr_report *report, struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int32_t index;
	int at, rc = mr_tsv_open(&t, path, header ? NULL : column, err);

	if (rc)
		return rc;
	t.report = report;
	rc = mr_tsv_need(&t, column, &at, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		rc = mr_tsv_id(&t, at, err);
		if (rc == MR_OK)
			rc = mr_ids_add(ids, t.field[at], &index, NULL, err);
	}
	mr_tsv_close(&t);
	return rc;
}
