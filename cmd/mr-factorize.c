/* mr-factorize: learn a model from ratings.  Manual: mr-factorize(1).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/mem.h"
#include "tool/factorize/factorize.h"

static const char examples[] =
    "  mr-factorize -m ials -d 64 < ratings.tsv > model.mrm\n"
    "  mr-factorize -m bayes < train.tsv | \\\n"
    "      mr-recommend --pairs test.tsv | mr-eval\n";

/* After it, the parameters of each model. */
static const char output[] =
    "output: a model as a matrix stream, mr-matrix(5), with the ratings R it\n"
    "was learnt from.\n\n"
    "models, with their parameters and defaults:\n";

#define MAX_ROWS 48	/* options of all kinds, names of kinds */

/* The options of all kinds, each name once. */
struct table {
	struct mr_opt opt[MAX_ROWS + 11];
	const char *text[MAX_ROWS];	/* option i + 1 as it was written */
	struct mr_given given[MAX_ROWS];	/* those that were */
	int n;
	const char *kinds[MAX_ROWS + 2];
};

static bool
has(const struct table *t, const char *name)
{
	for (int i = 0; i < t->n; i++)
		if (strcmp(t->opt[i + 1].name, name) == 0)
			return true;
	return false;
}

static void
fill(struct table *t, int *model, const char **shard,
    struct mr_factorize_opt *o)
{
	int n = 0;

	t->opt[0] = (struct mr_opt)MR_OPT_WORD('m', "model", model, t->kinds,
	    "MODEL", "what to learn; auto: what suits the ratings");
	for (; n < MAX_ROWS && mr_kinds[n]; n++) {
		t->kinds[n] = mr_kinds[n]->name;
		for (const struct mr_param *p = mr_kinds[n]->params;
		    p->name && t->n < MAX_ROWS; p++) {
			if (has(t, p->name))
				continue;
			t->opt[t->n + 1] = (struct mr_opt)MR_OPT_STR(
			    p->letter, p->name, &t->text[t->n], p->arg,
			    p->help);
			t->opt[t->n + 1].hi = 1;
			t->opt[++t->n].words = p->words;
		}
	}
	t->kinds[n] = "auto";
	memcpy(&t->opt[t->n + 1], (struct mr_opt[]){
		MR_OPT_MATRIX(0, "items", &o->items, "FILE",
		    "vectors of films: numbers for those nobody has rated"),
		MR_OPT_TABLE(0, "movies", &o->movies, "FILE",
		    "film TSV whose title, year and genre count, too"),
		MR_OPT_MATRIX(0, "init", &o->init, "MODEL",
		    "go on from this model of the same kind"),
		MR_OPT_STR(0, "at-least", &o->at_least, "X",
		    "ratings of less are left out: no events"),
		MR_OPT_WORD(0, "half-step", &o->half, mr_half_words, "WHAT",
		    "of a training in parts, mr-scale(7)"),
		MR_OPT_STR(0, "shard", shard, "I/N",
		    "half-step: rows of the Ith of N parts"),
		MR_OPT_MATRIX(0, "fixed", &o->fixed, "FILE",
		    "half-step: rows of the other side"),
		MR_OPT_MATRIX(0, "gram", &o->gram, "FILE",
		    "half-step: their Gramian"),
		MR_OPT_MATRIX(0, "gram-out", &o->gram_out, "FILE",
		    "half-step: write that of the rows made"),
		MR_OPT_END
	}, 10 * sizeof *t->opt);
}

/* The kind and its own options, by those given; what is wrong with them ends
 * the program.  Of auto nothing is known yet. */
static int
set_params(const struct mr_cli *cli, struct table *t, int model,
    struct mr_factorize_opt *o, struct mr_err *err)
{
	if (model < 0)
		mr_cli_usage(cli, "-m MODEL is missing: auto for lists, by the "
		    "best of the models, popular to compare them with, bayes "
		    "for estimates of ratings; mr-models(7) has them all");
	o->kind = mr_kinds[model];
	for (int i = 0; i < t->n; i++) {
		if (!t->text[i])
			continue;
		if (!o->kind)
			mr_cli_usage(cli, "--%s means nothing to auto, which "
			    "chooses it", t->opt[i + 1].name);
		t->given[o->n_given++] = (struct mr_given){
		    t->opt[i + 1].name, t->text[i] };
	}
	if (!o->kind)
		return MR_OK;
	o->params = mr_alloc(1, o->kind->opt_bytes, "options", err);
	if (o->params && mr_kind_set(o->kind, t->given, o->n_given, NULL,
	    o->params, err))
		mr_cli_usage(cli, "%s", err->msg);
	return o->params ? MR_OK : MR_ENOMEM;
}

int
main(int argc, char *argv[])
{
	struct table t = { .n = 0 };
	struct mr_buf text = { 0 };
	struct mr_err err = { 0 };
	int model = -1, rc = mr_buf_add(&text, output, strlen(output), &err);
	struct mr_cli cli = {
		.name = "mr-factorize", .operands = "[RATINGS.tsv]",
		.summary = "learn a model from ratings", .examples = examples,
		.opts = t.opt, .max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_factorize_opt o = { .given = t.given, .half = MR_HALF_NONE };
	const char *shard = NULL;

	fill(&t, &model, &shard, &o);
	if (rc == MR_OK)
		rc = mr_factorize_models(&text, &err);
	if (rc == MR_OK)
		rc = mr_buf_add(&text, "", 1, &err);
	cli.output = rc == MR_OK ? text.p : output;
	o.ratings = argv[mr_cli_parse(&cli, argc, argv)];
	if (rc == MR_OK)
		rc = set_params(&cli, &t, model, &o, &err);
	mr_cli_shard(&cli, shard, &o.shard, &o.shards);
	MR_CLI_SIDES(&cli, o.gram_out);
	MR_CLI_INPUTS(&cli, o.ratings ? o.ratings : "-", o.items, o.movies,
	    o.init, o.fixed, o.gram);
	if (rc == MR_OK)
		rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_factorize(&o, &cli.run, &err);
	mr_buf_free(&text);
	free(o.params);
	return mr_cli_finish(&cli, rc, &err);
}
