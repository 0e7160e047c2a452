/* Templates over the rows of a TSV.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "stream/tsv.h"
#include "text/template.h"

static int
open_tsv(struct mr_tsv *t, char *path, size_t n, struct mr_err *err)
{
	static const char text[] = "title\tyear\tgenre\n"
	    "Jaws\t1975\tHorror|Sea\n\t\t\nA {b}\t\tone\n";
	int fd = memfd_create("tsv", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	snprintf(path, n, "/proc/self/fd/%d", fd);
	assert_int_equal(mr_tsv_open(t, path, NULL, err), MR_OK);
	return fd;
}

static int
parse(struct mr_template *p, const char *template, const struct mr_tsv *t,
    struct mr_err *err)
{
	int rc = mr_template_parse(p, template, err);

	for (int i = 0; rc == MR_OK && i < p->n; i++)
		for (int j = 0; j < t->n_cols; j++)
			if (mr_slice_eq(p->part[i].name, t->name[j]))
				p->part[i].col = j;
	return rc;
}

static void
gives(const char *template, const char *want)
{
	struct mr_template p;
	struct mr_err err = { 0 };
	struct mr_buf out = { 0 };
	struct mr_tsv t;
	char path[64];
	bool more = true;
	int fd = open_tsv(&t, path, sizeof path, &err);

	assert_int_equal(parse(&p, template, &t, &err), MR_OK);
	while (mr_tsv_next(&t, &more, &err) == MR_OK && more) {
		assert_int_equal(mr_template_add(&p, t.field, &out, &err), MR_OK);
		assert_int_equal(mr_buf_add(&out, "\n", 1, &err), MR_OK);
	}
	assert_int_equal(mr_buf_add(&out, "", 1, &err), MR_OK);
	assert_string_equal(out.p, want);
	mr_buf_free(&out);
	mr_tsv_close(&t);
	close(fd);
}

static void
fills(void **state)
{
	(void)state;
	gives("{title} ({year}); {genre}", "Jaws (1975); Horror, Sea\n"
	    " (); \nA {b} (); one\n");
	gives("{title}{year}", "Jaws1975\n\nA {b}\n");
	gives("{{{title}}}", "{Jaws}\n{}\n{A {b}}\n");
	gives("{{title}}{year}", "{title}1975\n{title}\n{title}\n");
	gives("}}{{{year}", "}{1975\n}{\n}{\n");
}

static void
refuse(const char *template, int rc, const char *message)
{
	struct mr_template p;
	struct mr_err err = { 0 };
	struct mr_tsv t;
	char path[64];
	int fd = open_tsv(&t, path, sizeof path, &err);

	assert_int_equal(parse(&p, template, &t, &err), rc);
	if (!strstr(err.msg, message))
		fail_msg("'%s', expected '%s'", err.msg, message);
	mr_tsv_close(&t);
	close(fd);
}

static void
refuses(void **state)
{
	char many[3 * 200 + 1] = "", name[302] = "{";

	(void)state;
	refuse("{title", MR_EARG, "a single {");
	refuse("title}", MR_EARG, "a single }");
	refuse("{{title}", MR_EARG, "a single }");
	refuse("", MR_EARG, "no {COLUMN}");
	refuse("title", MR_EARG, "no {COLUMN}");
	refuse("{{title}}", MR_EARG, "no {COLUMN}");
	refuse("{}", MR_EARG, "a column name of 0 bytes");
	for (int i = 0; i < 200; i++)
		memcpy(many + 2 * i, "{{", 3);
	refuse(many, MR_EARG, "more than 128 parts");
	memset(name + 1, 'x', 299);
	name[300] = '}';
	refuse(name, MR_EARG, "a column name of 299 bytes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
