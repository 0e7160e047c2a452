/* mr-embed: text to vectors.  Manual: mr-embed(1).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "tool/embed/embed.h"

static const char examples[] =
    "  mr-embed -f '{title} ({year}); {genre}' < movies.tsv > movies.mrm\n"
    "  echo 'a heist that goes wrong' | mr-embed --lines |\n"
    "    mr-knn -k 20 --movies movies.tsv --with title movies.mrm\n"
    "  mr-embed -m tfidf --vocabulary words.mrm < movies.tsv > movies.mrm\n"
    "  echo 'sharks' | mr-embed -m tfidf -M words.mrm --lines |\n"
    "    mr-knn --movies movies.tsv --with title movies.mrm\n";

static const char output[] =
    "output: a matrix stream, mr-matrix(5), with E: item x dim, or sparse,\n"
    "item x term, for count and tfidf.";

enum { MINILM, COUNT, TFIDF };
static const char *const models[] = { "minilm", "count", "tfidf", NULL };
static const char *const precisions[] = { "f32", "int8", NULL };

static int
run_minilm(struct mr_cli *cli, struct mr_embed_opt *o, struct mr_err *err)
{
	char *folder = NULL;
	int rc = MR_OK;

	if (!o->folder) {
		folder = mr_cli_data_path("all-MiniLM-L6-v2", err);
		o->folder = folder;
		rc = folder ? MR_OK : err->code;
	}
	if (rc == MR_OK)
		rc = mr_cli_out(cli, err);
	if (rc == MR_OK)
		rc = mr_cli_given(cli, "selftest") ?
		    mr_embed_selftest(o, &cli->run, err) :
		    mr_embed(o, &cli->run, err);
	free(folder);
	return rc;
}

static int
run_terms(struct mr_cli *cli, struct mr_embed_terms_opt *t, struct mr_err *err)
{
	int rc = mr_cli_out(cli, err);

	return rc ? rc : mr_embed_terms(t, &cli->run, err);
}

/* Options that do not go together end the program here. */
static void
check_options(const struct mr_cli *cli, int model,
    const struct mr_embed_opt *o, const struct mr_embed_terms_opt *t)
{
	const char *given = t->save ? "--vocabulary" :
	    mr_embed_vocabulary_given(&t->vocabulary);
	bool test = mr_cli_given(cli, "selftest");

	if (test && (model != MINILM || o->ledger || o->texts.input ||
	    o->texts.lines || mr_cli_given(cli, "format") ||
	    mr_cli_given(cli, "id")))
		mr_cli_usage(cli, "--selftest: only -M and --precision go "
		    "with it, and no input does");
	if (!test && !o->texts.input && mr_cli_terminal_in())
		mr_cli_usage(cli, "no input: standard input is a terminal");
	if (given && model == MINILM)
		mr_cli_usage(cli, "%s: means nothing to -m minilm", given);
	if (given && o->folder)
		mr_cli_usage(cli, "%s: the vocabulary of -M is made already",
		    given);
	if (t->save && strcmp(t->save, "-") == 0)
		mr_cli_usage(cli, "--vocabulary: it needs a file of its own");
	if ((o->precision || o->ledger) && model != MINILM)
		mr_cli_usage(cli, "--%s: means nothing to -m %s",
		    o->ledger ? "ledger" : "precision", models[model]);
	if (t->vocabulary.sublinear && model == COUNT)
		mr_cli_usage(cli, "--sublinear: means nothing to -m count");
}

int
main(int argc, char *argv[])
{
	struct mr_texts_opt texts = MR_TEXTS_OPT_DEFAULT;
	struct mr_embed_opt o = { 0 };
	struct mr_embed_terms_opt t = { .vocabulary =
	    MR_EMBED_VOCABULARY_OPT_DEFAULT };
	struct mr_embed_vocabulary_opt *v = &t.vocabulary;
	int model = MINILM;
	bool test = false;
	const struct mr_opt opts[] = {
		MR_OPT_WORD('m', "model", &model, models, "MODEL",
		    "how text becomes numbers"),
		MR_OPT_STR('M', "model-folder", &o.folder, "PATH",
		    "the transformer's folder; else all-MiniLM-L6-v2 as "
		    "fetched; or a saved vocabulary"),
		MR_OPT_STR('f', "format", &texts.template, "TEMPLATE",
		    "the text of a row"),
		MR_OPT_WORD(0, "precision", &o.precision, precisions, "NAME",
		    "of the products; int8 is faster, not the same"),
		MR_OPT_STR(0, "ledger", &o.ledger, "FILE",
		    "TSV of each text's pieces and how many were cut"),
		MR_OPT_STR(0, "id", &texts.id, "COLUMN",
		    "the column that names a row"),
		MR_OPT_FLAG(0, "lines", &texts.lines,
		    "every line is a text, named by its number"),
		MR_OPT_MATRIX(0, "vocabulary", &t.save, "FILE",
		    "save the vocabulary, for -M"),
		MR_OPT_STR(0, "ngrams", &v->ngrams, "MIN:MAX",
		    "terms are so many words in a row"),
		MR_OPT_STR(0, "min-df", &v->min_df, "X",
		    "terms of at least X texts, or of a share (0.01)"),
		MR_OPT_STR(0, "max-df", &v->max_df, "X",
		    "terms of at most X texts, or of a share"),
		MR_OPT_INT(0, "max-terms", &v->max_terms, 0, 2147483646, "N",
		    "only the N terms that stand most often; 0: all"),
		MR_OPT_STR(0, "stop-words", &v->stop_words, "en|FILE",
		    "leave out English function words, or those of FILE"),
		MR_OPT_FLAG(0, "sublinear", &v->sublinear,
		    "tfidf: count c weighs as 1 + ln c"),
		MR_OPT_FLAG(0, "selftest", &test,
		    "compare vectors of the model with known ones"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-embed", .operands = "[FILE]",
		.summary = "text to vectors", .examples = examples,
		.output = output, .opts = opts, .max_operands = 1,
	};
	struct mr_err err = { 0 };

	texts.input = argv[mr_cli_parse(&cli, argc, argv)];
	o.texts = t.texts = texts;
	check_options(&cli, model, &o, &t);
	MR_CLI_SIDES(&cli, o.ledger, t.save);
	MR_CLI_INPUTS(&cli, texts.input ? texts.input : "-", o.folder,
	    v->stop_words && strcmp(v->stop_words, "en") == 0 ? NULL :
	    v->stop_words);
	v->idf = model == TFIDF;
	t.apply = o.folder;
	return mr_cli_finish(&cli, model == MINILM ?
	    run_minilm(&cli, &o, &err) : run_terms(&cli, &t, &err), &err);
}
