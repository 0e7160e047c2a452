/* Which option would part the lines of a file; see sniff.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/sniff.h"

#include <string.h>

#define LINES_MAX 20		/* are looked at */

static bool
begins(const struct mr_sniff *f, const char *with)
{
	size_t n = strlen(with);

	return f->n >= n && memcmp(f->text, with, n) == 0;
}

/* How many fields sep makes of a line; what is between quotes is no sep. */
static int
fields(struct mr_slice line, const char *sep)
{
	size_t n_sep = strlen(sep);
	bool even = true, quoted = false;
	int n = 1;

	/* One alone is a letter like others. */
	for (size_t i = 0; i < line.n; i++)
		even ^= line.p[i] == '"';
	for (size_t i = 0; i < line.n; i++) {
		quoted ^= even && line.p[i] == '"';
		if (!quoted && line.n - i >= n_sep &&
		    memcmp(line.p + i, sep, n_sep) == 0) {
			n++;
			i += n_sep - 1;
		}
	}
	return n;
}

/* As many fields as sep makes of each of the first lines; 1 when they
 * differ. */
static int
agreed(const struct mr_sniff *f, const char *sep, int *n_lines)
{
	struct mr_slice line;
	size_t at = 0;
	int n = 0;

	for (*n_lines = 0; *n_lines < LINES_MAX &&
	    mr_ingest_sniff_line(f, &at, &line); ++*n_lines) {
		int here = fields(line, sep);

		if (n && here != n)
			return 1;
		n = here;
	}
	return n;
}

static bool
in_quotes(struct mr_slice s)
{
	return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
}

/* Are there fields in quotes between the tabs of the first lines, and no
 * quotes but these? */
static bool
has_quotes(const struct mr_sniff *f)
{
	struct mr_slice line;
	bool some = false;
	size_t at = 0;

	for (int i = 0; i < LINES_MAX && mr_ingest_sniff_line(f, &at, &line);
	    i++)
		while (line.p) {
			struct mr_slice s = mr_slice_cut(&line, '\t');

			if (in_quotes(s))
				some = true;
			else if (s.n && memchr(s.p, '"', s.n))
				return false;
		}
	return some;
}

/* Is the first field a number, so that the first line may be a row? */
static bool
begins_with_number(const struct mr_sniff *f, const char *sep)
{
	struct mr_slice line = { NULL, 0 };
	size_t at = 0, n = 0;
	double v;

	if (!mr_ingest_sniff_line(f, &at, &line))
		return false;
	while (n < line.n && line.p[n] != sep[0])
		n++;
	return mr_parse_f64((struct mr_slice){ line.p, n }, &v);
}

static const char *
option_for(const struct mr_sniff *f, const char *sep, int n,
    enum mr_ingest_what what)
{
	bool row = begins_with_number(f, sep);
	bool films = what == MR_INGEST_MOVIES;

	if (row && what != MR_INGEST_TABLE &&
	    ((strcmp(sep, "::") == 0 && n == (films ? 3 : 4)) ||
	    (*sep == '|' && films && n == 24) ||
	    (*sep == '\t' && !films && n == 4)))
		return " (--preset movielens)";
	switch (*sep) {
	case ':':
		return sep[1] ? " (parted by '::'? --delimiter ::)" :
		    " (parted by ':'? --delimiter :)";
	case '\t':
		return has_quotes(f) ?
		    " (TSV with quotes? --delimiter tab reads it)" :
		    " (TSV? --tsv reads it)";
	case ';':
		return " (parted by ';'? --delimiter ';')";
	case '|':
		return " (parted by '|'? --delimiter '|')";
	case '^':
		return " (parted by '^'? --delimiter '^')";
	case '~':
		return " (parted by '~'? --delimiter '~')";
	case '\1':
		return " (parted by the byte 1? --delimiter $'\\001')";
	case ',':
		return " (parted by ','? --csv)";
	default:
		return " (parted by blanks? --delimiter ' ')";
	}
}

/* What parts the first line best, where the lines do not agree. */
static const char *
first_line(const struct mr_sniff *f, int *most)
{
	static const char *const known[] = { "::", "\t", ";", "|", "^", "~",
	    "\1" };
	struct mr_slice line = { NULL, 0 };
	const char *best = NULL;
	size_t at = 0;

	if (!mr_ingest_sniff_line(f, &at, &line))
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (fields(line, known[i]) > *most) {
			*most = fields(line, known[i]);
			best = known[i];
		}
	return best;
}

/* Words between runs of blanks, of which some is longer than one; 0: none. */
static int
words(struct mr_slice line)
{
	bool in = false, run = false;
	int n = 0;

	line = mr_slice_trim(line);
	for (size_t i = 0; i < line.n; i++) {
		bool blank = line.p[i] == ' ';

		run |= blank && i && line.p[i - 1] == ' ';
		n += !blank && !in;
		in = !blank;
	}
	return run ? n : 0;
}

/* The first line is not parted: is it no header, or parted as it is shown? */
static const char *
other_lines(const struct mr_sniff *f, const char *sep)
{
	struct mr_slice line = { NULL, 0 };
	size_t at = 0;
	int n;

	if (begins(f, "+--"))
		return " (a table as mysql draws it? mysql --batch gives TSV)";
	if (!mr_ingest_sniff_line(f, &at, &line))
		return "";
	n = words(line);
	if (fields(line, sep) > 1)
		return "";
	for (int i = 1; i < LINES_MAX && mr_ingest_sniff_line(f, &at, &line);
	    i++) {
		if (fields(line, sep) > 1)
			return " (lines above the header? tail -n +N FILE | "
			    "mr-ingest ... from its line N on)";
		/* The first column may have no name. */
		if (n > 1 && words(line) != n && words(line) != n + 1)
			return "";
	}
	return n > 1 ? " (parted by runs of blanks? tr -s ' ' <FILE | "
	    "mr-ingest ... --delimiter ' ')" : "";
}

/* Names of rows first, and no name for them: R's write.table. */
static const char *
row_names(const struct mr_sniff *f)
{
	static const struct {
		const char *sep, *how;
	} of[] = { { " ", " (names of rows first, as R's write.table has "
	    "them? sed '1s/^/row /' FILE | mr-ingest ... --delimiter ' ')" },
	    { "\t", " (names of rows first, as R's write.table has them? "
	    "sed '1s/^/row\\t/' FILE | mr-ingest ... --delimiter tab)" } };

	for (int k = 0; k < 2; k++) {
		struct mr_slice line;
		size_t at = 0;
		int head = 0, n = 0;

		if (!mr_ingest_sniff_line(f, &at, &line))
			return "";
		head = fields(line, of[k].sep);
		while (n < LINES_MAX && mr_ingest_sniff_line(f, &at, &line) &&
		    fields(line, of[k].sep) == head + 1)
			n++;
		if (head > 2 && n &&
		    (n == LINES_MAX || at == f->n))
			return of[k].how;
	}
	return "";
}

/* "1,2003,Dinosaur Planet", perhaps with NULL for a year. */
static bool
is_netflix(const struct mr_sniff *f)
{
	struct mr_slice line, id, year;
	size_t at = 0;
	int64_t n;
	int i = 0;

	for (; i < LINES_MAX && mr_ingest_sniff_line(f, &at, &line); i++) {
		id = mr_slice_cut(&line, ',');
		year = mr_slice_cut(&line, ',');
		if (!mr_parse_i64(id, &n) || n < 1 || line.n == 0 ||
		    (!mr_slice_is(year, "NULL") && (year.n != 4 ||
		    !mr_parse_i64(year, &n) || n < 1880 || n > 2100)))
			return false;
	}
	return i > 0;
}

/* "var ratings = [", "window.YTD.like.part0 = [". */
static bool
is_script(const struct mr_sniff *f)
{
	size_t i = 0;

	while (i < f->n && f->text[i] && f->text[i] != '=' &&
	    (f->text[i] == ' ' || f->text[i] == '.' || f->text[i] == '_' ||
	    f->text[i] == '$' || (f->text[i] >= '0' && f->text[i] <= '9') ||
	    ((f->text[i] | 0x20) >= 'a' && (f->text[i] | 0x20) <= 'z')))
		i++;
	if (i == 0 || i == f->n || f->text[i] != '=')
		return false;
	while (++i < f->n && (f->text[i] == ' ' || f->text[i] == '\n'))
		;
	return i < f->n && (f->text[i] == '[' || f->text[i] == '{');
}

const char *
mr_ingest_sniff_option(const struct mr_sniff *f, const char *sep, int n,
    enum mr_ingest_what what)
{
	static const char *const known[] = { "::", "\t", ";", "|", "^", "~",
	    "\1", ",", ":", " " };
	const char *best = NULL;
	int n_lines, most = 1;
	bool good = agreed(f, sep, &n_lines) > 1 && n_lines > 1;

	if (begins(f, "sep="))
		return " (a spreadsheet's sep= line: tail -n +2 FILE | "
		    "mr-ingest ... with that --delimiter)";
	if (what == MR_INGEST_MOVIES && *sep == ',' && is_netflix(f))
		return " (--preset netflix)";
	if (is_script(f))
		return " (JavaScript? sed '1s/^[^=]*=//; $s/;[[:space:]]*$//' "
		    "FILE | mr-ingest ... --json)";
	if (begins(f, "'"))
		return " (in single quotes? tr \\' \\\" <FILE | "
		    "mr-ingest ...)";
	if (good && n > 1)
		return "";
	if (begins(f, "#"))
		return " (a comment? grep -v '^#' FILE | mr-ingest ...)";
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		int here = agreed(f, known[i], &n_lines);

		/* A name may have a blank, and a title many; '::' is two of
		 * ':'. */
		if (here <= most || strcmp(known[i], sep) == 0 ||
		    (best && strcmp(known[i], ":") == 0) ||
		    (*known[i] == ' ' && (n_lines < 2 || n > 1 || best ||
		    good)))
			continue;
		best = known[i];
		most = here;
	}
	if (!best && n == 1 && *row_names(f))
		return row_names(f);
	if (!best && n == 1)
		best = first_line(f, &most);
	if (best && most > n)
		return option_for(f, best, most, what);
	return n == 1 ? other_lines(f, sep) : "";
}

int
mr_ingest_sniff_quoted(const struct mr_sniff *f, bool header_in)
{
	bool seen[64] = { false }, bare[64] = { false };
	struct mr_slice line;
	size_t at = 0;

	if (header_in && !mr_ingest_sniff_line(f, &at, &line))
		return -1;
	for (int i = 0; i < LINES_MAX && mr_ingest_sniff_line(f, &at, &line);
	    i++)
		for (int col = 0; line.p && col < 64; col++) {
			struct mr_slice s = mr_slice_cut(&line, '\t');

			if (s.n)
				*(in_quotes(s) ? &seen[col] : &bare[col]) =
				    true;
		}
	for (int col = 0; col < 64; col++)
		if (seen[col] && !bare[col])
			return col;
	return -1;
}
