/* The page about what answers: where it comes from, how good it is.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "stream/matrix.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)

/* Whose they are; the sentence is what that publisher asks for. */
static void
posters(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	const char *host = s->poster_origin + sizeof "https://" - 1;

	mr_write_html(W, "<h2>Posters</h2>\n<p>Whoever wants them, below, gets "
	    "them from %s, which then sees that browser's address; nobody else "
	    "asks it anything.</p>\n", host);
	if (strcmp(host, "image.tmdb.org") == 0)
		mr_write_raw(W, "<p>This product uses the TMDB API but is not "
		    "endorsed or certified by TMDB.</p>\n");
}

/* Of a META line: is it an option, beside what is told elsewhere? */
static bool
is_option(struct mr_slice key)
{
	static const char *const others[] = { "tool", "version", "model", "mu",
	    "clip", "fold", "weights", NULL };

	for (int i = 0; others[i]; i++)
		if (mr_slice_is(key, others[i]))
			return false;
	return key.n && !memchr(key.p, '.', key.n);
}

/* What made a stream, as its META says; name is what it is. */
static void
provenance(struct mr_visit *v, const char *name, const struct mr_meta *m)
{
	struct mr_slice rest = mr_buf_slice(&m->text);

	mr_write_html(W, "<dt>%s</dt><dd>%t", name, mr_meta_get(m, "model"));
	while (rest.p && rest.n) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');
		struct mr_slice key = mr_slice_cut(&line, '=');

		if (is_option(key))
			mr_write_html(W, ", %t <span class=\"mono\">%t</span>",
			    key, line.p ? line : (struct mr_slice){ "", 0 });
	}
	mr_write_html(W, " <span class=\"soft\">(%t %t)</span></dd>",
	    mr_meta_get(m, "tool"), mr_meta_get(m, "version"));
}

static void
digest(struct mr_visit *v, const char *name, struct mr_slice value)
{
	if (value.p)
		mr_write_html(W, "<dt>%s</dt><dd class=\"mono\">%t</dd>", name,
		    value);
}

static void
model(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	const struct mr_recommender *r = s->recommender;
	int64_t people = mr_recommender_kept(r)->n;
	int64_t items = mr_recommender_items(r)->n;
	int64_t n = mr_csr_nnz(&s->raters);

	mr_write_html(W, "<dt>Ratings</dt><dd class=\"num\">%n by %n people", n,
	    people);
	if (people && items)
		mr_write_html(W, ", %2 %% of the table filled", 100 *
		    (double)n / (double)people / (double)items);
	mr_write_raw(W, "</dd>");
	provenance(v, "Model", mr_recommender_meta(r));
	mr_write_html(W, "<dt>Films it knows</dt><dd class=\"num\">%n</dd>",
	    items);
	digest(v, "Digest of ratings", mr_meta_get(mr_recommender_totals(r),
	    "input.ratings"));
}

static void
texts(struct mr_visit *v)
{
	const struct mr_searcher *x = v->site->searcher;

	provenance(v, "Texts", mr_searcher_meta(x));
	mr_write_html(W, "<dt>Films with one</dt><dd class=\"num\">%n</dd>",
	    (int64_t)mr_searcher_names(x)->n);
	digest(v, "Digest of weights", mr_meta_get(mr_searcher_meta(x),
	    "weights"));
}

static void
loaded(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	struct tm t;
	char text[40];

	gmtime_r(&s->loaded, &t);
	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &t);
	mr_write_html(W, "<dt>Loaded</dt><dd class=\"num\">%s, in %d ms; "
	    "generation %d</dd><dt>Version</dt><dd>mr-serve %s</dd></dl>"
	    "</section>\n", text, s->load_us / 1000, s->generation, MR_VERSION);
}

/* The column of that name, -1: none. */
static int
column_of(const struct mr_quality *m, const char *name)
{
	int c = 0;

	while (c < m->columns && !mr_slice_is(mr_quality_cell(m, 0, c), name))
		c++;
	return c < m->columns ? c : -1;
}

/* Of what mr-eval writes those columns that say something here, an interval
 * unless it is of a difference; of any other table all. */
static bool
is_shown(const struct mr_quality *m, int column)
{
	static const char *const names[] = { "file", "group", "measure", "k",
	    "value", "other", "users", "lo", "hi" };
	size_t n = column_of(m, "other") < 0 ? 9 : 7;
	bool known = column_of(m, "definition") < 0, any = known;

	for (size_t i = 0; i < n && !known; i++)
		known = column == column_of(m, names[i]);
	for (int r = 1; r < m->rows && !any; r++)
		any = mr_quality_cell(m, r, column).n > 0;
	return known && any;
}

/* Nine digits are more than one reads. */
static void
measure(struct mr_visit *v, int row, int column)
{
	struct mr_slice cell = mr_quality_cell(&v->site->quality, row, column);
	double x;

	if (memchr(cell.p, '.', cell.n) && mr_parse_f64(cell, &x))
		mr_write_html(W, "<td class=\"num\">%3</td>", x);
	else
		mr_write_html(W, "<td class=\"num\">%t</td>", cell);
}

/* How good the models are, as the operator's table says; or how to know. */
static void
measures(struct mr_visit *v)
{
	const struct mr_quality *m = &v->site->quality;

	mr_write_raw(W, "<section aria-labelledby=\"h-m\"><div class=\"head\">"
	    "<h2 id=\"h-m\">How good it is</h2></div>");
	if (m->rows == 0) {
		mr_write_raw(W, "<p>Nobody has measured it for this page. With "
		    "a part of the ratings held back, and then "
		    "<code>--measures measures.tsv</code>:</p>\n<pre "
		    "class=\"panel wide mono\" tabindex=\"0\" role=\"region\" "
		    "aria-label=\"Commands that measure\">mr-split --holdout .2 "
		    "--train train.tsv --test test.tsv ratings.tsv\n"
		    "mr-factorize -m als train.tsv |\n    mr-recommend --pairs "
		    "test.tsv | mr-eval > measures.tsv</pre></section>\n");
		return;
	}
	mr_write_raw(W, "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Table of measures\"><table>\n");
	for (int r = 0; r < m->rows; r++) {
		mr_write_raw(W, "<tr>");
		for (int c = 0; c < m->columns; c++)
			if (c && r && is_shown(m, c))
				measure(v, r, c);
			else if (is_shown(m, c))
				mr_write_html(W, r ? "<th scope=\"row\">%t</th>" :
				    c ? "<th scope=\"col\" class=\"num\">%t</th>"
				    : "<th scope=\"col\">%t</th>",
				    mr_quality_cell(m, r, c));
		mr_write_raw(W, "</tr>\n");
	}
	mr_write_raw(W, "</table></div><p class=\"small soft\">Rows of the file "
	    "given with --measures.</p></section>\n");
}

/* A number of the table; false: there is none. */
static bool
figure(const struct mr_quality *m, int row, int column, double *x)
{
	return row && column >= 0 &&
	    mr_parse_f64(mr_quality_cell(m, row, column), x);
}

/* The next row after that has the root mean square error of all, 0: none. */
static int
next_rmse(const struct mr_quality *m, int row)
{
	int measure = column_of(m, "measure"), group = column_of(m, "group");

	while (++row < m->rows && measure >= 0) {
		struct mr_slice name = mr_quality_cell(m, row, measure);

		if (name.n == 4 && strncasecmp(name.p, "rmse", 4) == 0 &&
		    (group < 0 || mr_quality_cell(m, row, group).n == 0))
			return row;
	}
	return 0;
}

/* By how much guesses were off, where the operator's table says so, and by how
 * much those of what stands behind it, or beside it, as mr-eval has them. */
static void
held_back(struct mr_visit *v)
{
	const struct mr_quality *m = &v->site->quality;
	int value = column_of(m, "value"), other = column_of(m, "other");
	int file = column_of(m, "file");
	int row = next_rmse(m, 0), next = row ? next_rmse(m, row) : 0;
	double x, lo, hi;

	if (!figure(m, row, value, &x))
		return;
	mr_write_html(W, "On ratings held back from it guesses were off by %2 "
	    "(root mean square error", x);
	if (other < 0 && figure(m, row, column_of(m, "lo"), &lo) &&
	    figure(m, row, column_of(m, "hi"), &hi))
		mr_write_html(W, ", %2 to %2", lo, hi);
	mr_write_raw(W, ")");
	if (figure(m, row, other, &x))
		mr_write_html(W, ", those it was compared with by %2", x);
	else if (file >= 0 && figure(m, next, value, &x))
		mr_write_html(W, ", those of %t by %2",
		    mr_quality_cell(m, next, file), x);
	mr_write_raw(W, ". ");
}

static void
scores(struct mr_visit *v)
{
	const struct mr_site *s = v->site;

	mr_write_raw(W, "<p class=\"note\">");
	if (s->recommender && s->lo <= s->hi)
		mr_write_html(W, "A guess is what the model expects that you "
		    "would rate, from %g to %g. ", s->lo, s->hi);
	if (s->recommender && s->lo <= s->hi)
		held_back(v);
	if (s->searcher)
		mr_write_raw(W, "A cosine says how close two texts are, from "
		    "-1 to 1, and is no percentage. ");
	if (s->searcher && mr_searcher_knows_words(s->searcher))
		mr_write_html(W, "A film is called close to words when its "
		    "cosine is %g above the mean of all films, else loose. ",
		    MR_FIND_CLOSE);
	mr_write_raw(W, "Your ratings are a cookie of this browser; the server "
	    "keeps nothing.</p>\n");
}

static void
limits(struct mr_visit *v)
{
	mr_write_html(W, "<section aria-labelledby=\"h-n\"><div "
	    "class=\"head\"><h2 id=\"h-n\">Limits and licences</h2></div>"
	    "<dl class=\"pairs\"><dt>Your ratings</dt><dd>at most %d, in %d "
	    "bytes of a cookie</dd><dt>A search</dt><dd>at most 200 characters"
	    "</dd><dt>A list</dt><dd>100 films a page, 10000 in all</dd>"
	    "<dt>Licence</dt><dd>this program is free, by the MIT licence; "
	    "films, ratings and texts have those of who made them</dd></dl>"
	    "</section>\n", (int64_t)MR_OWN_MOST, (int64_t)MR_OWN_BYTES);
}

int
mr_page_about(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;

	(void)err;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, mr_slice_of("About"), MR_PAGE_ABOUT);
	mr_write_raw(W, "<h1>About this model</h1>\n");
	scores(v);
	mr_write_html(W, "<div class=\"cols\"><section aria-labelledby=\"h-p\">"
	    "<div class=\"head\"><h2 id=\"h-p\">Where it comes from</h2></div>"
	    "<dl class=\"pairs\"><dt>Films</dt><dd class=\"num\">%n",
	    (int64_t)s->n);
	if (s->first_year)
		mr_write_html(W, ", %d to %d", s->first_year, s->last_year);
	mr_write_raw(W, "</dd>");
	if (s->recommender)
		model(v);
	if (s->searcher)
		texts(v);
	loaded(v);
	measures(v);
	mr_write_raw(W, "</div>\n<section aria-labelledby=\"h-c\"><div "
	    "class=\"head\"><h2 id=\"h-c\">The same from a shell</h2></div>"
	    "<pre class=\"panel wide mono\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Shell command\">echo 'a boat crew hunts a giant "
	    "shark' | mr-embed --lines |\n    mr-knn -k 10 --movies movies.tsv "
	    "--with title movies.mrm\nmr-recommend -n 10 --movies movies.tsv "
	    "--with title model.mrm</pre>\n<p>By programs: <a "
	    "href=\"/api/v1/openapi.json\">the API</a>.</p></section>\n");
	if (s->poster_origin[0])
		posters(v);
	limits(v);
	mr_page_end(v);
	return MR_OK;
}
