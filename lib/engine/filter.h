/* Expressions over the columns of films: which rows they choose.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_FILTER_H
#define MR_ENGINE_FILTER_H

#include "core/report.h"
#include "data/table.h"

/*
 * expression = and { "or" and }
 * and        = not { "and" not }
 * not        = "not" not | "(" expression ")" | column op value { "|" value }
 * op         = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"
 *
 * Columns and values are words, or anything in '...' or "..." in which two
 * quotes are one.  A word ends at a blank or at one of ( ) = ! < > ~ | ' "; the
 * words and, or, not are taken in any case and as names need quotes.
 *
 * A cell holds the values that | separates.  A cell without text is missing:
 * it is chosen by ='' alone (and by `not` of what does not choose it).  Of any
 * other cell
 *   =  chooses where a value of it, or all of it, is one of those asked for,
 *      as bytes, or as numbers if both are and the one asked for is unquoted;
 *   != where it is not missing and = does not choose;
 *   ~  where a value of it contains one of those asked for, both case folded
 *      (Unicode's full folding, then NFC);
 *   < <= > >= where a value of it is so to one of those asked for: among
 *      numbers if that is an unquoted number (what is no number is not
 *      chosen), else in the order of bytes, which is that of dates as
 *      1999-12-31.
 */
struct mr_filter;

/*
 * mr_filter_parse - *f, freed by mr_filter_free, of text, over the columns of
 * films: their places, or the key's own by the name key.  Only films->columns
 * are looked at.  MR_EARG "filter, character N: ..", N from 1, with the columns
 * there are where one is missing; what is longer than 65,536 bytes or deeper
 * than 100 parentheses and nots is refused.  Linear.
 */
int mr_filter_parse(struct mr_filter **f, struct mr_slice text,
    const struct mr_table *films, struct mr_slice key, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_filter_run - bit i % 64 of rows[i / 64] says whether row i of films,
 * whose columns are those of the parse, is chosen; bits past the last row
 * are 0.  rows has (films->keys.n + 63) / 64 words.  Time: for each comparison
 * that of reading its column; memory: a bit a row and level.  MR_ENOMEM.
 */
int mr_filter_run(const struct mr_filter *f, const struct mr_table *films,
    uint64_t *rows, struct mr_err *err) MR_CHECKED;
/*
 * mr_filter_names - parse text over films, run it, and say in bit i of chosen
 * [(names->n + 63) / 64] (out) whether there is a film with the key
 * mr_ids_get(names, i) that it chooses.  Warns of what cannot have been meant:
 * values of = that no film has, as misspelt ones, with the value that is like
 * it; words among numbers; names of which films has none.  Fails as the two.
 */
int mr_filter_names(struct mr_slice text, const struct mr_table *films,
    const struct mr_ids *names, uint64_t *chosen, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;
void mr_filter_free(struct mr_filter *f);	/* NULL, too */

#endif
