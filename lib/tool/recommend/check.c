/* Options that do not go together; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/recommend/picks.h"
#include "tool/recommend/recommend.h"

int
mr_recommend_check(const struct mr_recommend_opt *o, struct mr_err *err)
{
	const char *order = o->per ? "--per" : o->diversity > 0 ?
	    "--diversity" : o->novelty > 0 ? "--novelty" : NULL;

	if (o->where && !o->movies)
		return mr_err_set(err, MR_EARG, "--where needs --movies: "
		    "which file has the columns?");
	if (o->users && (o->ratings || o->groups))
		return mr_err_set(err, MR_EARG, "--users and %s both say who "
		    "gets a list: one of them", o->groups ? "--groups" :
		    "--ratings");
	if (o->explain && o->pairs)
		return mr_err_set(err, MR_EARG, "--explain is of lists: "
		    "--pairs makes none");
	if (o->items && (o->pairs || o->groups))
		return mr_err_set(err, MR_EARG, "--items is of the lists of "
		    "users");
	if (order && o->pairs)
		return mr_err_set(err, MR_EARG, "%s is of lists: --pairs "
		    "makes none", order);
	if (o->per && !o->movies)
		return mr_err_set(err, MR_EARG, "--per needs --movies: which "
		    "file has the column?");
	if (o->per && strcmp(o->per, "item") == 0)
		return mr_err_set(err, MR_EARG, "--per item would be a list "
		    "for each film: expected another column, as genre");
	if (o->new_films && (o->pairs || o->per || o->no_model || (o->items &&
	    o->explain)))
		return mr_err_set(err, MR_EARG, "--new-films does not go with "
		    "%s", o->pairs ? "--pairs: it makes no lists" : o->per ?
		    "--per" : o->no_model ? "--no-model: new films are those "
		    "of a model" : "both --items and --explain");
	if (o->new_films > o->n)
		return mr_err_set(err, MR_EARG, "--new-films keeps %lld "
		    "places of lists of %lld: at most all of them",
		    (long long)o->new_films, (long long)o->n);
	if (o->novelty > 0 && !o->users && !o->ratings && !o->groups &&
	    !o->no_model && (!o->model || strcmp(o->model, "-") == 0))
		return mr_err_set(err, MR_EARG, "--novelty counts ratings "
		    "before the first list, so the model is read twice: it "
		    "cannot be standard input");
	return MR_OK;
}
