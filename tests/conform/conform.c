/* Third-party suites that no unit test runs: by the library or by the tools.
 * SPDX-License-Identifier: MIT
 *
 *     conform SUITE FOLDER      FOLDER has the suites
 *
 * With the tools in PATH, in a folder of its own.  A line "NOT SURVIVED .." for
 * each case that came out otherwise than its suite says or, where that says
 * nothing, did not end with 0, 1 or 2, the last two with a message; then
 * "SUITE: N of M".
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "core/escape.h"
#include "text/utf8_class.h"
#include "text/utf8_clean.h"
#include "tool/ingest/field.h"

#include "../child.h"

static struct mr_err err;
static int cases, survived;

static void
die(const char *what)
{
	fprintf(stderr, "conform: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
must(int rc)
{
	if (rc == MR_OK)
		return;
	fprintf(stderr, "conform: %s\n", err.msg);
	exit(2);
}

static void
count(bool ok, const char *name, const char *why)
{
	cases++;
	survived += ok;
	if (!ok)
		printf("NOT SURVIVED %s: %s\n", name, why);
}

static struct mr_buf
slurp(const char *path)
{
	struct mr_buf b = { 0 };
	char part[65536];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f)
		die(path);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		must(mr_buf_add(&b, part, n, &err));
	fclose(f);
	return b;
}

static void
spill(const char *path, struct mr_slice s)
{
	FILE *f = fopen(path, "wb");

	if (!f || (s.n && fwrite(s.p, 1, s.n, f) != s.n) || fclose(f) != 0)
		die(path);
}

/* Run a tool on the file "in"; files "out" and "err" take what it writes.
 * Its exit status, or -1 after a signal. */
static int
run(char *const argv[])
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		alarm(60);
		to_file(0, "in", O_RDONLY);
		to_file(1, "out", O_WRONLY | O_CREAT | O_TRUNC);
		to_file(2, "err", O_WRONLY | O_CREAT | O_TRUNC);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		die(argv[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(...) run((char *[]){ __VA_ARGS__, NULL })

/* NULL, or what is wrong with an end of which the suite says nothing. */
static const char *
bad_end(const char *tool, int status)
{
	struct mr_buf e = slurp("err");
	struct mr_slice rest = mr_buf_slice(&e);
	const char *why = NULL;
	size_t n = strlen(tool);
	bool said = false;

	if (status < 0)
		why = "a signal";
	else if (status > 2)
		why = "another status than 0, 1 and 2";
	else if (e.n && e.p[e.n - 1] != '\n')
		why = "a message that is cut";
	while (!why && rest.n) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');

		if (line.n < n + 3 || memcmp(line.p, tool, n) != 0 ||
		    memcmp(line.p + n, ": ", 2) != 0)
			why = "a line that is not the tool's";
		said = true;
	}
	if (!why && status && !said)
		why = "no message";
	mr_buf_free(&e);
	return why;
}

/* The code points of "0044 0307" as UTF-8, appended. */
static void
code_points(struct mr_buf *b, struct mr_slice s)
{
	while (s.n) {
		struct mr_slice one = mr_slice_cut(&s, ' ');
		char digits[9] = "", bytes[4];

		memcpy(digits, one.p, one.n < 8 ? one.n : 8);
		must(mr_buf_add(b, bytes, mr_utf8_encode((uint32_t)strtoul(
		    digits, NULL, 16), bytes), &err));
	}
}

/* c2 = nfc(c1) = nfc(c2) = nfc(c3), c4 = nfc(c4) = nfc(c5). */
static void
normalization(const char *dir)
{
	char path[4096];
	struct mr_buf file, c[5] = { { 0 } }, got = { 0 };
	struct mr_slice rest;

	snprintf(path, sizeof path, "%s/unicode-normalization/resources/"
	    "NormalizationTest.txt", dir);
	file = slurp(path);
	rest = mr_buf_slice(&file);
	while (rest.n) {
		static const int form[] = { 1, 1, 1, 3, 3 };
		struct mr_slice line = mr_slice_cut(&rest, '\n');
		char name[64];
		bool ok = true;

		if (line.n == 0 || strchr("#@", line.p[0]))
			continue;
		snprintf(name, sizeof name, "%.*s",
		    (int)(line.n < 40 ? line.n : 40), line.p);
		for (int i = 0; i < 5; i++) {
			c[i].n = 0;
			code_points(&c[i], mr_slice_cut(&line, ';'));
		}
		for (int i = 0; i < 5; i++) {
			got.n = 0;
			must(mr_utf8_nfc(mr_buf_slice(&c[i]), &got, &err));
			ok &= mr_slice_eq(mr_buf_slice(&got),
			    mr_buf_slice(&c[form[i]]));
		}
		count(ok, name, "another NFC");
	}
	for (int i = 0; i < 5; i++)
		mr_buf_free(&c[i]);
	mr_buf_free(&got);
	mr_buf_free(&file);
}

static void
quote(struct mr_buf *b, struct mr_slice s)
{
	must(mr_buf_add(b, "\"", 1, &err));
	for (size_t i = 0; i < s.n; i++)
		must(mr_buf_add(b, s.p[i] == '"' ? "\"\"" : &s.p[i],
		    1 + (s.p[i] == '"'), &err));
	must(mr_buf_add(b, "\"", 1, &err));
}

/* Field col of the second and last line of "out", unescaped, is want? */
static bool
field_is(int col, struct mr_slice want)
{
	struct mr_buf out = slurp("out");
	struct mr_slice rest = mr_buf_slice(&out), row, field = { "", 0 };
	bool ok;

	mr_slice_cut(&rest, '\n');
	row = mr_slice_cut(&rest, '\n');
	ok = rest.p && rest.n == 0;
	for (int i = 0; i <= col; i++)
		field = mr_slice_cut(&row, '\t');
	ok = ok && field.p && mr_unescape((char *)field.p, &field.n) &&
	    mr_slice_eq(field, want);
	mr_buf_free(&out);
	return ok;
}

/* As mr-ingest(1) has it: NFC, no blanks at the ends, some words mean none. */
static struct mr_slice
cleaned(struct mr_slice s, struct mr_buf *nfc)
{
	static const char *const none[] = { "\\N", "NA", "N/A", "<NA>", "#N/A",
		"#NA", "NaN", "-NaN", "NaT", "NULL", "(null)", "[null]",
		"<null>", "None", "undefined", "#VALUE!", "#REF!", "#DIV/0!",
		"#NAME?", "#NUM!", "#NULL!", "(no genres listed)" };

	nfc->n = 0;
	must(mr_utf8_nfc(s, nfc, &err));
	s = mr_ingest_trim(mr_buf_slice(nfc));
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (s.n == strlen(none[i]) &&
		    strncasecmp(s.p, none[i], s.n) == 0)
			return (struct mr_slice){ "", 0 };
	return s;
}

/* A string as a film's title and id, and as a user and item: NULL or what
 * does not come out as it went in. */
static const char *
naughty(struct mr_slice s, struct mr_buf *csv, struct mr_buf *nfc)
{
	struct mr_slice want = cleaned(s, nfc);
	int status;

	csv->n = 0;
	must(mr_buf_addf(csv, &err, "item,title\nf1,"));
	quote(csv, s);
	must(mr_buf_addf(csv, &err, "\n"));
	spill("in", mr_buf_slice(csv));
	status = RUN("mr-ingest", "movies");
	/* No title, no user: all rows are rejected. */
	if (want.n ? status != 0 || !field_is(1, want) :
	    status != 1 || bad_end("mr-ingest", 1))
		return "mr-ingest movies gives another title";
	csv->n = 0;
	must(mr_buf_addf(csv, &err, "user,item,rating\n"));
	quote(csv, s);
	must(mr_buf_addf(csv, &err, ","));
	quote(csv, s);
	must(mr_buf_addf(csv, &err, ",3\n"));
	spill("in", mr_buf_slice(csv));
	status = RUN("mr-ingest", "ratings");
	if (want.n ? status != 0 || !field_is(0, want) || !field_is(1, want) :
	    status != 1 || bad_end("mr-ingest", 1))
		return "mr-ingest ratings gives another user or item";
	spill("in", s);
	return bad_end("mr-embed", RUN("mr-embed", "-m", "tfidf", "--lines"));
}

static void
blns(const char *dir)
{
	struct mr_buf csv = { 0 }, nfc = { 0 };
	char path[4096], name[32];
	const json_t *one;
	json_t *all;
	size_t i;

	snprintf(path, sizeof path, "%s/blns/blns.json", dir);
	all = json_load_file(path, JSON_ALLOW_NUL, NULL);
	if (!all)
		die(path);
	json_array_foreach(all, i, one) {
		const char *why = naughty((struct mr_slice){
		    json_string_value(one), json_string_length(one) }, &csv,
		    &nfc);

		snprintf(name, sizeof name, "string %zu", i);
		count(!why, name, why ? why : "");
	}
	json_decref(all);
	mr_buf_free(&csv);
	mr_buf_free(&nfc);
}

/* Each line of the file as a title: repaired and whole, or refused. */
static void
kuhn(const char *dir)
{
	struct mr_buf file, csv = { 0 }, out;
	struct mr_slice rest;
	char path[4096], name[32];

	snprintf(path, sizeof path, "%s/kuhn-utf8/data/UTF-8-test.txt", dir);
	file = slurp(path);
	rest = mr_buf_slice(&file);
	for (int i = 1; rest.n; i++) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');
		const char *why;
		int status;

		csv.n = 0;
		must(mr_buf_addf(&csv, &err, "item,title\nf1,"));
		quote(&csv, line);
		must(mr_buf_addf(&csv, &err, "\n"));
		spill("in", mr_buf_slice(&csv));
		status = RUN("mr-ingest", "movies");
		why = bad_end("mr-ingest", status);
		out = slurp("out");
		if (!why && mr_utf8_bad(mr_buf_slice(&out)) != out.n)
			why = "the output is not UTF-8";
		/* Only NUL is refused, and what is no title. */
		if (!why && (status == 0) != (!memchr(line.p, 0, line.n) &&
		    mr_slice_trim(line).n > 0))
			why = status ? "refused" : "not refused";
		mr_buf_free(&out);
		snprintf(name, sizeof name, "line %d", i);
		count(!why, name, why ? why : "");
	}
	mr_buf_free(&csv);
	mr_buf_free(&file);
}

/* Call of with each file of a suite whose name ends so. */
static void
each(const char *dir, const char *suite, const char *end,
    void (*of)(const char *path, const char *name))
{
	char folder[4096], path[8192];
	struct dirent **e;
	int n;

	snprintf(folder, sizeof folder, "%s/%s", dir, suite);
	n = scandir(folder, &e, NULL, alphasort);
	if (n < 0 && errno != ENOENT)	/* that suite is not here */
		die(folder);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(e[i]->d_name), tail = strlen(end);

		snprintf(path, sizeof path, "%s/%s", folder, e[i]->d_name);
		if (len > tail && strcmp(e[i]->d_name + len - tail, end) == 0)
			of(path, e[i]->d_name);
		free(e[i]);
	}
	if (n >= 0)
		free(e);
}

/* The suites say what a reader of CSV sees, not what films are in it. */
static void
csv_file(const char *path, const char *name)
{
	struct mr_buf b = slurp(path);
	const char *why;

	spill("in", mr_buf_slice(&b));
	why = bad_end("mr-ingest", RUN("mr-ingest", "movies"));
	if (!why)
		why = bad_end("mr-ingest", RUN("mr-ingest", "movies",
		    "--no-header-in", "--cols", "item,title,year", "--rejects",
		    "rejects"));
	if (!why)
		why = bad_end("mr-ingest", RUN("mr-ingest", "ratings",
		    "--no-header-in", "--cols", "user,item,rating"));
	if (!why)
		why = bad_end("mr-embed", RUN("mr-embed", "-m", "count",
		    "--lines"));
	if (!why)
		why = bad_end("mr-stat", RUN("mr-stat", "ratings"));
	count(!why, name, why ? why : "");
	mr_buf_free(&b);
}

static void
csv_tools(const char *dir)
{
	each(dir, "csv-spectrum/csvs", ".csv", csv_file);
	each(dir, "csv-test-data/csv", ".csv", csv_file);
	each(dir, "libcsv-tests/tests", ".csv", csv_file);
}

/* In a transformer's folder none of them is its weights. */
static void
weights_file(const char *path, const char *name)
{
	struct mr_buf b = slurp(path);
	const char *why;
	int status;

	spill("tiny/model.safetensors", mr_buf_slice(&b));
	spill("in", mr_slice_of("a\n"));
	status = RUN("mr-embed", "-M", "tiny", "--lines");
	why = bad_end("mr-embed", status);
	count(!why && status == 1, name, why ? why : "not refused");
	mr_buf_free(&b);
}

static void
weights(const char *dir)
{
	each(dir, "safetensors-malformed", ".safetensors", weights_file);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(const char *dir);
	} suite[] = {
		{ "unicode-normalization", normalization },
		{ "blns", blns },
		{ "kuhn-utf8", kuhn },
		{ "csv-tools", csv_tools },
		{ "safetensors-tools", weights },
	};

	for (size_t i = 0; argc == 3 && i < sizeof suite / sizeof *suite; i++)
		if (strcmp(suite[i].name, argv[1]) == 0) {
			suite[i].run(argv[2]);
			printf("%s: %d of %d\n", argv[1], survived, cases);
			return survived < cases || !cases;
		}
	fputs("usage: conform SUITE FOLDER\n", stderr);
	return 2;
}
