/* The ids in one column of a TSV.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_NAMES_H
#define MR_STORE_NAMES_H

#include <stdbool.h>

#include "core/report.h"
#include "data/ids.h"

/*
 * mr_names_load - add the ids in a column of the TSV at path (NULL or "-":
 * standard input), each once.  header false: no header line, that column
 * only; report is told of a first row that looks like one (NULL: nobody).
 * MR_EFORMAT names the line of an empty one.
 */
int mr_names_load(struct mr_ids *ids, const char *path, const char *column,
    bool header, struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
