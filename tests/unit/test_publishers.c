/* The files of publishers, made up, in tests/publishers: each gives what stands
 * beside it, also compressed, in UTF-16 and with CR LF, and cut anywhere rows
 * that are the first of these, or an error.
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "core/hash.h"
#include "slurp.h"
#include "tool/ingest/ingest.h"

#define CUTS 30			/* of each file */
#define FOLDER "tests/publishers"

static char dir[] = "/tmp/mr-publishers-XXXXXX";

/* A block of a file there: how, the input, the output. */
struct given {
	struct mr_slice how, in, out;
	const char *file;	/* of the input */
	char name[64], preset[64], user[32], scores[64], cols[96], sep[8],
	    unrated[8];
	int what;
	bool latin1, known, no_header, tsv, events;
};

static struct mr_slice
cut_line(struct mr_slice *rest)
{
	struct mr_slice line = mr_slice_cut(rest, '\n');

	if (!rest->p)
		*rest = (struct mr_slice){ "", 0 };
	return line;
}

/* Up to a line that begins with mark. */
static struct mr_slice
cut_block(struct mr_slice *rest, const char *mark)
{
	struct mr_slice all = *rest;
	size_t n = strlen(mark);

	while (rest->n && !(rest->n >= n && memcmp(rest->p, mark, n) == 0))
		cut_line(rest);
	all.n -= rest->n;
	return all;
}

static void
copy(char *to, size_t max, struct mr_slice s)
{
	assert_true(s.n < max);
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

/* "#! movies --preset imdb --user me as ratings.csv latin1", or options where
 * there is no preset; a delimiter of t for each tab is one of tabs. */
static void
read_how(struct given *g)
{
	struct mr_slice rest = g->how;

	copy(g->name, sizeof g->name, mr_slice_of("in"));
	g->what = -1;
	while (rest.n) {
		struct mr_slice w = mr_slice_cut(&rest, ' '), next = rest;

		for (int i = 0; i < MR_INGEST_N; i++)
			if (mr_slice_is(w, mr_ingest_what_name[i]))
				g->what = i;
		next = mr_slice_cut(&next, ' ');
		if (mr_slice_is(w, "--preset"))
			copy(g->preset, sizeof g->preset, next);
		else if (mr_slice_is(w, "known"))
			g->known = true;
		else if (mr_slice_is(w, "--user"))
			copy(g->user, sizeof g->user, next);
		else if (mr_slice_is(w, "--scores"))
			copy(g->scores, sizeof g->scores, next);
		else if (mr_slice_is(w, "--cols"))
			copy(g->cols, sizeof g->cols, next);
		else if (mr_slice_is(w, "--unrated"))
			copy(g->unrated, sizeof g->unrated, next);
		else if (mr_slice_is(w, "--delimiter"))
			copy(g->sep, sizeof g->sep, next);
		else if (mr_slice_is(w, "--no-header-in"))
			g->no_header = true;
		else if (mr_slice_is(w, "--tsv"))
			g->tsv = true;
		else if (mr_slice_is(w, "--events"))
			g->events = true;
		else if (mr_slice_is(w, "as"))
			copy(g->name, sizeof g->name, next);
		else if (mr_slice_is(w, "latin1"))
			g->latin1 = true;
	}
	assert_true(g->what >= 0);
	for (char *c = g->sep; (c = strchr(c, 't')) != NULL;)
		*c = '\t';
}

static int
preset_of(const char *name)
{
	const char *names[MR_PRESETS_MAX + 1];

	mr_ingest_presets(names);
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	fail_msg("no preset %s", name);
	return -1;
}

/* What a run over bytes writes, terminated; *rc. */
static char *
ingest(const struct given *g, struct mr_slice bytes, bool known, bool all,
    int *rc, struct mr_err *err)
{
	struct mr_run run = { .header_in = !g->no_header, .header_out = true,
	    .threads = 1 };
	struct mr_ingest o = MR_INGEST_DEFAULT;
	char path[256], *text;
	const char *paths[] = { path };
	int to = memfd_create("out", 0), in;
	off_t size;

	snprintf(path, sizeof path, "%s/%s", dir, g->name);
	in = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_true(in >= 0 && to >= 0);
	assert_int_equal(write(in, bytes.p, bytes.n), (ssize_t)bytes.n);
	close(in);
	memset(err, 0, sizeof *err);
	assert_int_equal(mr_out_open(&run.out, "/dev/null", err), MR_OK);
	assert_true(dup2(to, run.out.fd) >= 0);
	o.path = paths;
	o.n_paths = 1;
	o.preset = known || !*g->preset ? -1 : preset_of(g->preset);
	o.cols = *g->cols ? g->cols : NULL;
	o.delimiter = *g->sep ? g->sep : NULL;
	o.unrated = *g->unrated ? g->unrated : NULL;
	o.tsv = g->tsv;
	o.events = g->events;
	o.user = *g->user ? g->user : NULL;
	o.scores = *g->scores ? g->scores : NULL;
	if (all && g->what != MR_INGEST_TABLE)
		o.dedupe = MR_DEDUPE_NONE;
	*rc = g->what == MR_INGEST_MOVIES ? mr_ingest_movies(&o, &run, err) :
	    g->what == MR_INGEST_RATINGS ? mr_ingest_ratings(&o, &run, err) :
	    mr_ingest_table(&o, &run, err);
	mr_out_flush(&run.out);
	mr_run_abandon(&run);
	mr_report_free(&run.report);
	size = lseek(to, 0, SEEK_END);
	text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(pread(to, text, (size_t)size, 0), size);
	close(to);
	return text;
}

static void
expect(const struct given *g, struct mr_slice bytes, bool known,
    const char *form)
{
	struct mr_err err;
	char *text;
	int rc;

	text = ingest(g, bytes, known, false, &rc, &err);
	/* A line end in a field is that of the file. */
	for (char *at = text; (at = strstr(at, "\\r\\n")) != NULL;)
		memmove(at, at + 2, strlen(at + 2) + 1);
	if (rc || !mr_slice_eq(mr_slice_of(text), g->out))
		fail_msg("%s: %.*s, %s: %d %s\n%s\ninstead of\n%.*s", g->file,
		    (int)g->how.n, g->how.p, form, rc, err.msg, text,
		    (int)g->out.n, g->out.p);
	free(text);
}

/* The code point at *p, which moves behind it: of well-formed text. */
static unsigned
next_point(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	int n = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	unsigned c = n == 1 ? *s : *s & (0x7fu >> n);

	for (int i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3fu);
	*p += n;
	return c;
}

/* The input as g wants it, and as UTF-16; what has CR LF in place of LF. */
static struct mr_buf
encode(struct mr_slice in, bool latin1, bool utf16, bool crlf)
{
	struct mr_buf b = { 0 };
	struct mr_err err;

	if (utf16)
		assert_int_equal(mr_buf_add(&b, "\xff\xfe", 2, &err), MR_OK);
	for (const char *p = in.p; p < in.p + in.n;) {
		const char *from = p;
		unsigned c = next_point(&p);
		char two[2] = { (char)(c & 0xff), (char)(c >> 8) };

		if (crlf && c == '\n')
			assert_int_equal(mr_buf_add(&b, "\r", 1, &err), MR_OK);
		assert_int_equal(utf16 ? mr_buf_add(&b, two, 2, &err) :
		    latin1 ? mr_buf_add(&b, two, 1, &err) :
		    mr_buf_add(&b, from, (size_t)(p - from), &err), MR_OK);
	}
	return b;
}

static struct mr_buf
gzip(struct mr_slice s)
{
	struct mr_buf b = { 0 };
	struct mr_err err;
	z_stream z = { 0 };
	char room[65536];

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)s.p;
	z.avail_in = (unsigned)s.n;
	z.next_out = (unsigned char *)room;
	z.avail_out = sizeof room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(mr_buf_add(&b, room, sizeof room - z.avail_out, &err),
	    MR_OK);
	deflateEnd(&z);
	return b;
}

/* Are the rows of text, its header and its last row apart, the first of
 * all? */
static bool
is_first(const char *text, const char *all)
{
	const char *a = strchr(text, '\n'), *b = strchr(all, '\n'), *last;

	if (!a || !b)
		return !*text;
	last = strrchr(text, '\n');
	while (last > a && last[-1] != '\n')
		last--;
	return last <= a || strncmp(a, b, (size_t)(last - a)) == 0;
}

/* Cut behind each byte, or behind some; three are enough to know gzip. */
static void
try_cuts(const struct given *g, struct mr_slice in, const char *all,
    bool packed)
{
	for (size_t n = 0; n < in.n; n++) {
		struct mr_err err;
		char *text;
		int rc;

		if (in.n > CUTS && mr_hash64(&n, sizeof n) % in.n >= CUTS)
			continue;
		text = ingest(g, (struct mr_slice){ in.p, n }, false, true,
		    &rc, &err);
		if (rc ? !*err.msg || memchr(err.msg, '\n', strlen(err.msg)) :
		    packed ? n > 3 : !is_first(text, all))
			fail_msg("%s: %.*s, cut behind %zu%s: %d %s\n%s",
			    g->file, (int)g->how.n, g->how.p, n, packed ?
			    " of gzip" : "", rc, err.msg, text);
		free(text);
	}
}

static void
try_all(const struct given *g)
{
	struct mr_buf plain = encode(g->in, g->latin1, false, false);
	struct mr_buf wide = encode(g->in, false, true, false);
	struct mr_buf crlf = encode(g->in, g->latin1, false, true);
	struct mr_buf packed = gzip(mr_buf_slice(&plain));
	struct mr_err err;
	char *all;
	int rc;

	for (int known = 0; known < (g->known ? 2 : 1); known++) {
		expect(g, mr_buf_slice(&plain), known, "plain");
		expect(g, mr_buf_slice(&packed), known, "gzip");
		expect(g, mr_buf_slice(&wide), known, "UTF-16");
		expect(g, mr_buf_slice(&crlf), known, "CR LF");
	}
	all = ingest(g, mr_buf_slice(&plain), false, true, &rc, &err);
	assert_int_equal(rc, MR_OK);
	try_cuts(g, mr_buf_slice(&plain), all, false);
	try_cuts(g, mr_buf_slice(&packed), all, true);
	free(all);
	mr_buf_free(&plain);
	mr_buf_free(&wide);
	mr_buf_free(&crlf);
	mr_buf_free(&packed);
}

static void
test_publishers(void **state)
{
	struct dirent **name;
	int n_blocks = 0, n = scandir(FOLDER, &name, NULL, alphasort);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct mr_buf file = { 0 };
		struct mr_slice rest = { "", 0 };

		if (*name[i]->d_name != '.') {
			file = slurp(FOLDER, name[i]->d_name);
			rest = mr_buf_slice(&file);
			cut_block(&rest, "#! ");
		}
		while (rest.n) {
			struct given g = { .file = name[i]->d_name };

			rest.p += 3;
			rest.n -= 3;
			g.how = cut_line(&rest);
			g.in = cut_block(&rest, "#>\n");
			cut_line(&rest);
			g.out = cut_block(&rest, "#! ");
			read_how(&g);
			try_all(&g);
			n_blocks++;
		}
		mr_buf_free(&file);
		free(name[i]);
	}
	free(name);
	print_message("# %d files\n", n_blocks);
}

/* A header of one kind asked for as another names the mode that reads it. */
static void
test_kinds(void **state)
{
	static const struct {
		int what;
		const char *in, *says;
	} of[] = {
		{ MR_INGEST_MOVIES, "movieId,imdbId,tmdbId\n1,2,3\n",
		    "is a table of movielens, expected movies (mr-ingest table "
		    "reads it)" },
		{ MR_INGEST_RATINGS, "userId,movieId,tag,timestamp\n1,2,a,4\n",
		    "is a table of movielens, expected ratings (mr-ingest "
		    "table reads it)" },
		{ MR_INGEST_RATINGS, "id,name,url,pictureURL\n", NULL },
		{ MR_INGEST_RATINGS, "id\tname\turl\tpictureURL\n1\ta\tb\tc\n",
		    "is movies of hetrec, expected ratings (mr-ingest movies "
		    "reads it)" },
		{ MR_INGEST_RATINGS, "7:\n30\n",
		    "is a table of netflix, expected ratings (mr-ingest table "
		    "reads it)" },
		{ MR_INGEST_MOVIES, "7:\n30,3,2005-01-01\n",
		    "is ratings of netflix, expected movies (mr-ingest ratings "
		    "reads it)" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct given g = { .what = of[i].what, .name = "in" };
		struct mr_err err;
		int rc;

		free(ingest(&g, mr_slice_of(of[i].in), true, false, &rc,
		    &err));
		assert_int_equal(rc, MR_EFORMAT);
		if (of[i].says)
			assert_string_equal(strstr(err.msg, "is "),
			    of[i].says);
	}
}

/* What was watched and what is to be have one header. */
static void
test_watched(void **state)
{
	struct given g = { .what = MR_INGEST_RATINGS, .user = "me",
	    .name = "watchlist.csv" };
	struct mr_slice in = mr_slice_of("Date,Name,Year,Letterboxd URI\n"
	    "2024-02-01,A,1999,u\n");
	struct mr_err err;
	char *text;
	int rc;

	(void)state;
	free(ingest(&g, in, true, false, &rc, &err));
	assert_int_equal(rc, MR_EARG);
	assert_non_null(strstr(err.msg, "only the name tells them apart"));
	copy(g.name, sizeof g.name, mr_slice_of("watched.csv"));
	text = ingest(&g, in, true, false, &rc, &err);
	assert_int_equal(rc, MR_OK);
	assert_string_equal(text, "user\titem\trating\ttime\n"
	    "me\tA (1999)\t1\t1706745600\n");
	free(text);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct dirent **name;
	int n = scandir(dir, &name, NULL, NULL);

	(void)state;
	for (int i = 0; i < n; i++) {
		char path[512];

		snprintf(path, sizeof path, "%s/%s", dir, name[i]->d_name);
		unlink(path);
		free(name[i]);
	}
	free(name);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_publishers),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_watched)
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
