/* Which model of lists, and with which parameters, suits ratings best: models
 * are learnt from a part of them and measured on the rest.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_CONTEST_H
#define MR_ENGINE_CONTEST_H

#include "engine/trial.h"

#define MR_WINNER_PARAMS 12

/* All borrowed. */
struct mr_contest {
	const struct mr_ratings *r;	/* loaded with MR_KEEP_TIMES; at least
					 * one */
	uint64_t seed;
	int threads;
	size_t memory;			/* free bytes; 0: not known */
	struct mr_report *report;	/* a fact for every trial, progress */
};

/* given is into text: it stays where it was made. */
struct mr_winner {
	const struct mr_kind *kind;
	struct mr_given given[MR_WINNER_PARAMS];
	char text[MR_WINNER_PARAMS][32];
	size_t n;
	double value;		/* on what was held out; NAN: nothing was */
	int64_t trials;
	int splits;
	bool by_time;
};

/*
 * mr_contest_run - of popular, gfilter without a projection, ease, ials,
 * blend and itemknn the one, with its parameters, of the best mean of recall
 * and ndcg of lists of 20 on what is held out:
 *
 *   a tenth of the ratings of a user: of one half of the users by chance, of
 *   the other half the latest where all ratings have a time, else one by
 *   chance and those most like it, by the users they share, for what comes
 *   next is often of a kind; so what wins is good for what comes next and for
 *   what is left out in between; of about 5,000 users at most, by chance; with
 *   fewer than 2,000 users of up to three tenths in turn, where by time those
 *   after the one that is measured are in no training set
 *
 * From its defaults, or values of its own (contest_entrants.c), a kind goes to
 * a better value on either side of one parameter after the other, as far as
 * that leads, in long steps and then in short ones, but not again along one
 * where the parabola through the best value and those on either side has less
 * than a thousandth more; one whose first value is less than 0.7 times the best
 * so far is left at that.  blend begins where gfilter, ials and ease have
 * ended, and takes their parameters; its factors and ease are kept from trial
 * to trial as long as they are the same and there is memory for a trial beside
 * them.  Weights of ials are tried as multiples of what suits the data (struct
 * mr_param), so that they hold for all ratings; lambda anew for every
 * unobserved weight, for what is good lies along a ridge that neither goes
 * along alone; the rank begins at 64 at most.
 * Of more than MR_CONTEST_RATINGS ratings only those of a share of the users
 * are looked at; ease is left out where its system has more than
 * MR_CONTEST_EASE rows, and in blend, where it is put to the walk in every
 * trial, with more than MR_CONTEST_EASE_BESIDE.
 *
 * Where nobody has two ratings nothing is held out: popular, with a warning.
 * Fails as training does, but not with MR_ENUMERIC, by which a trial is lost,
 * or MR_ENOMEM, by which it is left out with a warning, also where it is the
 * model of all ratings that would not fit.  The result depends on threads and
 * memory only where that happens, as what training takes does.
 * Time: some 40 to 70 trials; memory: a copy of the ratings for each split, the
 * largest of the models, what training it takes, and the factors and ease of
 * blends of every split.
 */
#define MR_CONTEST_RATINGS 4000000
#define MR_CONTEST_EASE 20000
#define MR_CONTEST_EASE_BESIDE 5000
int mr_contest_run(struct mr_winner *w, const struct mr_contest *c,
    struct mr_err *err) MR_CHECKED;

#endif
