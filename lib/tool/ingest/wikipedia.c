/* Films out of Wikipedia's lists; see wikipedia.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/wikipedia.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "tool/ingest/wikipedia_table.h"

#define READ_BYTES ((size_t)1 << 20)

struct pages {
	struct mr_wikipedia w;
	const char *name;
	struct mr_buf all;
	struct mr_report *report;
	int64_t n_pages, n_empty, first_empty;
	char empty_title[64];
};

/* The last number of four digits in the title; "1890s" is none. */
static void
find_year(struct pages *p)
{
	struct mr_slice s = mr_html_title(&p->w.h);
	size_t n = 0;

	*p->w.year = '\0';
	for (size_t i = 0; i <= s.n && s.n; i++) {
		bool digit = i < s.n && s.p[i] >= '0' && s.p[i] <= '9';

		if (!digit && n == 4 && (i == s.n || s.p[i] != 's')) {
			memcpy(p->w.year, s.p + i - 4, 4);
			p->w.year[4] = '\0';
		}
		n = digit ? n + 1 : 0;
	}
}

static int
take_page(struct pages *p, struct mr_slice page, struct mr_err *err)
{
	bool films = false;
	size_t row = 0;
	int rc = mr_html_read(&p->w.h, page, p->name, err);

	if (rc == MR_OK)
		find_year(p);
	for (size_t t = 0; t < p->w.h.n_tables && rc == MR_OK; t++) {
		rc = mr_wikipedia_table(&p->w, row, p->w.h.table_end[t], &films, err);
		row = p->w.h.table_end[t];
	}
	p->n_pages++;
	if (rc == MR_OK && !films && p->n_empty++ == 0) {
		struct mr_slice title = mr_html_title(&p->w.h);

		p->first_empty = p->n_pages;
		snprintf(p->empty_title, sizeof p->empty_title, "%.*s",
		    MR_SHOWN(title));
	}
	if (rc == MR_OK && films && !*p->w.year)
		mr_report_warn(p->report, "page %lld has no year in its "
		    "title: its films have none", (long long)p->n_pages);
	mr_html_free(&p->w.h);
	return rc;
}

/* Where the next page begins in s, behind its first byte; s.n: nowhere. */
static size_t
next_page(struct mr_slice s)
{
	static const char begin[] = "<!doctype";
	size_t n = sizeof begin - 1;

	for (size_t i = 1; i + n <= s.n; i++) {
		const char *at = memchr(s.p + i, '<', s.n - i);

		if (!at)
			break;
		i = (size_t)(at - s.p);
		if (i + n <= s.n && strncasecmp(at, begin, n) == 0)
			return i;
	}
	return s.n;
}

static int
read_all(struct mr_in *in, struct mr_buf *all, struct mr_err *err)
{
	size_t got = 1;
	int rc = MR_OK;

	while (got && rc == MR_OK) {
		rc = mr_grow(&all->p, &all->cap, all->n + READ_BYTES, 1,
		    "pages", err);
		if (rc == MR_OK)
			rc = mr_in_read(in, all->p + all->n, READ_BYTES, &got,
			    err);
		all->n += rc == MR_OK ? got : 0;
	}
	return rc;
}

static int
take_pages(struct pages *p, struct mr_err *err)
{
	static const char header[] = "item\ttitle\tyear\tpeople\tgenre\t"
	    "opening\tcompany\n";
	struct mr_slice rest = mr_buf_slice(&p->all);
	int rc = MR_OK;

	if (mr_slice_trim(rest).n == 0)
		return MR_OK;
	rc = mr_buf_add(p->w.out, header, sizeof header - 1, err);
	while (rest.n && rc == MR_OK) {
		size_t n = next_page(rest);

		if (mr_slice_trim((struct mr_slice){ rest.p, n }).n)
			rc = take_page(p, (struct mr_slice){ rest.p, n },
			    err);
		rest.p += n;
		rest.n -= n;
	}
	if (rc == MR_OK && !p->w.n_tables)
		return mr_err_set(err, MR_EFORMAT, "%s: no table with the "
		    "columns Title and Cast and crew, or Director and Cast",
		    p->name);
	if (p->n_empty && rc == MR_OK)
		mr_report_warn(p->report, "%lld of %lld pages have no table of "
		    "films: page %lld, '%s'%s", (long long)p->n_empty,
		    (long long)p->n_pages, (long long)p->first_empty,
		    p->empty_title, p->n_empty > 1 ? ", is the first" : "");
	mr_report_fact(p->report, "pages: %lld", (long long)p->n_pages);
	mr_report_fact(p->report, "tables of films: %lld",
	    (long long)p->w.n_tables);
	mr_report_fact(p->report, "films without an article: %lld of %lld",
	    (long long)p->w.n_unlinked, (long long)p->w.n_films);
	return rc;
}

int
mr_ingest_wikipedia_open(struct mr_source *s, const char *path,
    struct mr_report *report, struct mr_err *err)
{
	struct pages p = { .report = report, .w.out = &s->pages };
	int rc;

	*s = (struct mr_source){ .in.fd = -1 };
	rc = mr_in_open(&s->in, path, err);
	p.name = s->in.name;
	if (rc == MR_OK)
		rc = read_all(&s->in, &p.all, err);
	if (rc == MR_OK)
		rc = take_pages(&p, err);
	mr_in_close(&s->in);
	if (rc == MR_OK)
		rc = mr_in_memory(&s->in, s->pages.p ? s->pages.p : "",
		    s->pages.n, p.name, err);
	s->head.whole = true;
	mr_buf_free(&p.all);
	mr_buf_free(&p.w.field);
	if (rc)
		mr_ingest_source_close(s);
	return rc;
}
