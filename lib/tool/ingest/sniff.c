/* What a file is, by its first bytes; see sniff.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/sniff.h"

#include <string.h>
#include <strings.h>

#define PANDAS(how) "python3 -c \"import pandas; print(pandas.read_" how \
	"('FILE').to_csv())\" | mr-ingest ..."
#define R_CSV(table) "Rscript -e \"write.csv(" table ", row.names = FALSE)" \
	"\" | mr-ingest ..."

static const struct {
	size_t at, n;
	const char *magic, *is, *command;
} kinds[] = {
	{ 0, 2, "\x1f\x8b", "gzip", "gzip -dc FILE | mr-ingest ..." },
	{ 0, 2, "\x1f\x9d", "compress", "gzip -dc FILE | mr-ingest ..." },
	{ 0, 6, "\xfd" "7zXZ\0", "xz", "xz -dc FILE | mr-ingest ..." },
	{ 0, 10, "BZh91AY&SY", "bzip2", "bzip2 -dc FILE | mr-ingest ..." },
	{ 0, 4, "\x28\xb5\x2f\xfd", "zstd", "zstd -dc FILE | mr-ingest ..." },
	{ 0, 4, "\x04\x22\x4d\x18", "lz4", "lz4 -dc FILE | mr-ingest ..." },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "7-Zip",
	    "7z x -so FILE | mr-ingest ..." },
	{ 0, 6, "Rar!\x1a\x07", "RAR",
	    "unrar p -inul FILE NAME | mr-ingest ..." },
	{ 257, 5, "ustar", "tar", "tar -xOf FILE NAME | mr-ingest ..." },
	{ 30, 19, "[Content_Types].xml", "an Excel workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 30, 11, "_rels/.rels", "an Excel workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 30, 9, "docProps/", "an Excel workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 30, 3, "xl/", "an Excel workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 30, 8, "mimetype", "a workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 0, 4, "\xd0\xcf\x11\xe0", "an old Excel workbook",
	    "libreoffice --headless --convert-to csv FILE" },
	{ 0, 4, "PK\3\4", "zip", "unzip -p FILE NAME | mr-ingest ..." },
	{ 0, 4, "PK\5\6", "an empty zip", "unzip -l FILE" },
	{ 0, 5, "PAR1\x15", "Parquet",
	    "duckdb -csv -c \"from 'FILE'\" | mr-ingest ..." },
	{ 0, 6, "ARROW1", "Arrow",
	    "duckdb -csv -c \"from 'FILE'\" | mr-ingest ..." },
	{ 0, 16, "SQLite format 3\0", "SQLite", "sqlite3 -csv -header FILE "
	    "'select * from TABLE' | mr-ingest ..." },
	{ 0, 4, "FEA1", "Feather", PANDAS("feather") },
	{ 0, 4, "ORC\x08", "ORC", PANDAS("orc") },
	{ 0, 4, "ORC\x0a", "ORC", PANDAS("orc") },
	{ 0, 8, "\x89HDF\r\n\x1a\n", "HDF5", PANDAS("hdf") },
	{ 0, 4, "Obj\x01", "Avro", "avro cat --format csv FILE | "
	    "mr-ingest ..." },
	{ 0, 6, "\x93NUMPY", "NumPy", "python3 -c \"import numpy, sys; "
	    "numpy.savetxt(sys.stdout, numpy.load('FILE'), '%s', ',')\" | "
	    "mr-ingest ... --no-header-in" },
	{ 0, 5, "RDX2\n", "R", R_CSV("get(load('FILE')[1])") },
	{ 0, 5, "RDX3\n", "R", R_CSV("get(load('FILE')[1])") },
	{ 0, 6, "X\n\0\0\0\2", "R", R_CSV("readRDS('FILE')") },
	{ 0, 6, "X\n\0\0\0\3", "R", R_CSV("readRDS('FILE')") },
	{ 0, 24, "version https://git-lfs.", "a pointer of Git LFS",
	    "git lfs pull brings the file" },
	{ 0, 14, "%%MatrixMarket", "Matrix Market", "grep -v '^%' FILE | "
	    "tail -n +2 | mr-ingest ... --delimiter ' ' --no-header-in" },
	{ 0, 9, "@relation", "ARFF", "sed '1,/^@data/Id' FILE | "
	    "mr-ingest ... --no-header-in" },
	{ 0, 9, "@RELATION", "ARFF", "sed '1,/^@data/Id' FILE | "
	    "mr-ingest ... --no-header-in" },
	{ 0, 2, "\x1e{", "JSON with separators of records",
	    "tr -d '\\036' <FILE | mr-ingest ..." },
	{ 0, 5, "%PDF-", "PDF", "pdftotext -layout FILE -" },
	{ 0, 2, "\x80\x03", "a Python pickle", PANDAS("pickle") },
	{ 0, 2, "\x80\x04", "a Python pickle", PANDAS("pickle") },
	{ 0, 2, "\x80\x05", "a Python pickle", PANDAS("pickle") }
};

static bool
has_at(const struct mr_sniff *f, size_t at, const char *s, size_t n)
{
	return f->n >= at + n && memcmp(f->text + at, s, n) == 0;
}

/* Text of 2 or 4 bytes a character, as iconv calls it, by where its NULs are;
 * NULL: it is not. */
static const char *
wide(const struct mr_sniff *f)
{
	size_t n = f->n < 512 ? f->n / 4 : 128, nul[4] = { 0 }, even, odd;

	for (size_t i = 0; i < 4 * n; i++)
		nul[i % 4] += f->text[i] == '\0';
	even = nul[0] + nul[2];
	odd = nul[1] + nul[3];
	if (n && nul[2] == n && nul[3] == n)
		return "UTF-32LE";
	if (n && nul[0] == n && nul[1] == n)
		return "UTF-32BE";
	/* Delimiters and digits are enough, whatever the names are. */
	if (odd > 3 && odd * 4 > n && even * 16 <= odd)
		return "UTF-16LE";
	return even > 3 && even * 4 > n && odd * 16 <= even ? "UTF-16BE" :
	    NULL;
}

static bool
is_markup(const struct mr_sniff *f)
{
	static const char *const begin[] = { "<!doctype", "<!--", "<html",
	    "<head", "<body", "<table", "<script", "<?xml" };
	size_t i = has_at(f, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (i < f->n && f->text[i] && strchr(" \t\r\n", f->text[i]))
		i++;
	for (size_t k = 0; k < sizeof begin / sizeof *begin; k++)
		if (f->n - i >= strlen(begin[k]) && strncasecmp(f->text + i,
		    begin[k], strlen(begin[k])) == 0)
			return true;
	return false;
}

static int
refuse(const char *name, const char *is, const char *command,
    struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: is %s, expected text (%s)",
	    name, is, command);
}

bool
mr_ingest_sniff_utf16(const void *p, size_t n)
{
	/* The mark of UTF-32 of little end begins with the same bytes. */
	return n >= 2 && (memcmp(p, "\xfe\xff", 2) == 0 ||
	    (memcmp(p, "\xff\xfe", 2) == 0 &&
	    (n < 4 || memcmp(p, "\xff\xfe\0\0", 4) != 0)));
}

bool
mr_ingest_sniff_json(const struct mr_sniff *f)
{
	size_t i = has_at(f, 0, "\xef\xbb\xbf", 3) ? 3 : 0;
	char first;

	while (i < f->n && f->text[i] && strchr(" \t\r\n", f->text[i]))
		i++;
	if (i == f->n || (f->text[i] != '{' && f->text[i] != '['))
		return false;
	first = f->text[i++];
	while (i < f->n && f->text[i] && strchr(" \t\r\n", f->text[i]))
		i++;
	/* As JSON goes on, or a dict of Python. */
	if (first == '{' && (has_at(f, i, "'", 1) || has_at(f, i, "u'", 2)))
		return true;
	return i < f->n && f->text[i] && strchr(first == '[' ? "{[]\"" :
	    "\"}", f->text[i]);
}

int
mr_ingest_sniff_kind(const struct mr_sniff *f, const char *name,
    struct mr_err *err)
{
	const char *width = wide(f);

	if (has_at(f, 0, "\xff\xfe\0\0", 4) || has_at(f, 0, "\0\0\xfe\xff", 4))
		return mr_err_set(err, MR_EFORMAT, "%s:1: starts with a "
		    "UTF-32 mark, expected UTF-8 (--encoding UTF-32)", name);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (has_at(f, kinds[i].at, kinds[i].magic, kinds[i].n) &&
		    (kinds[i].at != 30 || has_at(f, 0, "PK\3\4", 4)))
			return refuse(name, kinds[i].is, kinds[i].command,
			    err);
	if (width)
		return mr_err_set(err, MR_EFORMAT, "%s: is %.6s, expected "
		    "text (--encoding %s)", name, width, width);
	if (is_markup(f))
		return refuse(name, "HTML or XML", "was a page saved in "
		    "place of the file?", err);
	return MR_OK;
}

bool
mr_ingest_sniff_line(const struct mr_sniff *f, size_t *at,
    struct mr_slice *line)
{
	bool first = *at == 0;

	if (first && has_at(f, 0, "\xef\xbb\xbf", 3))
		*at = 3;
	for (;;) {
		size_t from = *at, end = from;

		while (end < f->n && f->text[end] != '\n' &&
		    f->text[end] != '\r')
			end++;
		if (end == f->n && (from == end || !(f->whole || first)))
			return false;
		*line = (struct mr_slice){ f->text + from, end - from };
		*at = end + (end < f->n);
		if (mr_slice_trim(*line).n)
			return true;
	}
}

bool
mr_ingest_sniff_first(const struct mr_sniff *f, struct mr_slice *line)
{
	size_t at = 0;

	return mr_ingest_sniff_line(f, &at, line);
}
