/* The work of mr-stat: films or ratings described by counts and in words.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_STAT_STAT_H
#define MR_TOOL_STAT_STAT_H

#include "stream/run.h"

struct mr_stat_opt {
	const char *path;	/* NULL: stdin */
	const char *movies;	/* mr_stat_ratings: their film TSV, or NULL */
};

/*
 * Both write TSV section, name, value, share, note; mr-stat(1) has the
 * sections.  The input is read once.  MR_EFORMAT names the line of a rating,
 * time or year that is no number.
 * mr_stat_ratings - memory: 28 bytes a rating while reading, 8 after, and
 * about 64 and the id for each user and item.
 * mr_stat_movies - memory: 30 bytes and the text for each id, title, genre.
 */
int mr_stat_ratings(const struct mr_stat_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_stat_movies(const struct mr_stat_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
