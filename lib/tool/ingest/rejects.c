/* Rows that are not taken; see rejects.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/rejects.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/escape.h"

#define ROW_NAMES "; do names of rows stand first, with none in the header, " \
	"as of R?"

#define OTHER_IDS "; are its ids others than those of --movies? mr-join puts " \
	"these beside them"

static const char *const reason[MR_N_REASONS] = {
	[MR_REASON_FIELDS] = "wrong number of fields",
	[MR_REASON_NOT_OBJECT] = "not a JSON object",
	[MR_REASON_HEADER] = "header again",
	[MR_REASON_NO_USER] = "no user",
	[MR_REASON_NO_ITEM] = "no item",
	[MR_REASON_NO_LIST] = "no items behind a blank",
	[MR_REASON_NO_TITLE] = "no title",
	[MR_REASON_LOST_USER] = "user is taken for missing",
	[MR_REASON_LOST_ITEM] = "item is taken for missing",
	[MR_REASON_LOST_TITLE] = "title is taken for missing",
	[MR_REASON_LOST_RATING] = "rating is taken for missing",
	[MR_REASON_NOT_FILM] = "unknown film",
	[MR_REASON_NO_RATING] = "no rating",
	[MR_REASON_UNRATED] = "not rated",
	[MR_REASON_NOT_NUMBER] = "rating is not a number",
	[MR_REASON_OFF_SCALE] = "rating outside the scale",
	[MR_REASON_NOT_DIGITS] = "item is not a number",
	[MR_REASON_USER_OBJECT] = "user is an object of JSON",
	[MR_REASON_ITEM_OBJECT] = "item is an object of JSON"
};

const char *
mr_ingest_reason(enum mr_reason why)
{
	return reason[why];
}

/* Room for a reason with a value in it. */
#define REASON_MAX (MR_SHOWN_MAX + 48)

/* Of the words that mean missing the reason is which one; value is in quotes,
 * or empty. */
static const char *
reason_text(enum mr_reason why, const char *value, char text[REASON_MAX])
{
	static const char *const lost[MR_N_REASONS] = {
		[MR_REASON_LOST_USER] = "user",
		[MR_REASON_LOST_ITEM] = "item",
		[MR_REASON_LOST_TITLE] = "title",
		[MR_REASON_LOST_RATING] = "rating"
	};

	if (!lost[why])
		return reason[why];
	snprintf(text, REASON_MAX, "%s is %s, taken for missing", lost[why],
	    value);
	return text;
}

static void
quote(struct mr_slice value, char text[MR_SHOWN_MAX + 2])
{
	char shown[MR_SHOWN_MAX];

	*text = '\0';
	if (value.n)
		snprintf(text, MR_SHOWN_MAX + 2, "'%s'",
		    mr_ingest_shown(value, shown));
}

void
mr_ingest_met(struct mr_met *m, const struct mr_source *s,
    struct mr_slice value)
{
	if (m->n++)
		return;
	m->line = s->line_no;
	m->name = s->in.name;
	quote(value, m->value);
}

void
mr_ingest_met_join(struct mr_met *m, const struct mr_met *more)
{
	int64_t n = m->n + more->n;

	if (m->n == 0)
		*m = *more;
	m->n = n;
}

void
mr_ingest_rejects_join(struct mr_rejects *r, const struct mr_rejects *more)
{
	r->n += more->n;
	r->n_one_more += more->n_one_more;
	r->sep = r->sep ? r->sep : more->sep;
	for (int i = 0; i < MR_N_REASONS; i++)
		mr_ingest_met_join(&r->by[i], &more->by[i]);
	if (r->out)
		mr_out_slice(r->out, mr_buf_slice(&more->text));
}

void
mr_ingest_rejects_free(struct mr_rejects *r)
{
	mr_buf_free(&r->text);
	*r = (struct mr_rejects){ 0 };
}

int
mr_ingest_rejects_open(struct mr_rejects *r, const struct mr_ingest *o,
    struct mr_run *run, struct mr_err *err)
{
	int rc;

	r->max = o->max_rejects;
	r->scored = o->scores != NULL;
	if (!o->rejects)
		return MR_OK;
	rc = mr_run_side(run, o->rejects, &r->out, err);
	if (rc == MR_OK && run->header_out)
		mr_out_text(r->out, "line\treason\traw\n");
	return rc;
}

/* " ('3,5')" where the reason does not say it. */
static const char *
example(enum mr_reason why, const char *value, char text[REASON_MAX])
{
	char other[REASON_MAX];

	*text = '\0';
	if (*value && reason_text(why, value, other) == reason[why])
		snprintf(text, REASON_MAX, " (%s)", value);
	return text;
}

/* Digits and a comma in '': of how many are behind it, and is it the last? */
static const char *
comma(const char *quoted)
{
	const char *at = strchr(quoted, ',');
	size_t n = at ? strspn(at + 1, "0123456789") : 0;

	if (!at || strspn(quoted + 1, "0123456789") !=
	    (size_t)(at - quoted) - 1 || n == 0)
		return "";
	if (n == 3)
		return "; do commas part its thousands? tr -d , takes them "
		    "out of TSV";
	return at[n + 1] == '\'' ? "; --decimal , reads it" : "";
}

/* Is what stands in '' of these letters alone, with some of which? */
static bool
is_of(const char *quoted, const char *letters, const char *which)
{
	size_t n = strlen(quoted);

	return n > 2 && strspn(quoted + 1, letters) == n - 2 &&
	    strpbrk(quoted, which);
}

/* Is it one number by another? */
static bool
is_part(const char *quoted)
{
	const char *at = strchr(quoted, '/');

	return is_of(quoted, "0123456789.,/ ", "/") && !strchr(at + 1, '/') &&
	    strcspn(quoted, "0123456789") < (size_t)(at - quoted) &&
	    strpbrk(at, "0123456789");
}

/* Is it a grade such as B+? */
static bool
is_grade(const char *quoted)
{
	size_t n = strlen(quoted);

	return (n == 3 || (n == 4 && (quoted[2] == '+' || quoted[2] == '-'))) &&
	    (quoted[1] | 0x20) >= 'a' && (quoted[1] | 0x20) <= 'f';
}

/* Is what stands in '' a share, stars, a grade, or a word for yes or no? */
static bool
is_score(const char *quoted)
{
	static const char *const words[] = { "true", "false", "yes", "no",
	    "like", "dislike", "up", "down", "liked", "disliked", "loved",
	    "good", "bad", "thumbs up", "thumbs down" };
	size_t n = strlen(quoted);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (n == strlen(words[i]) + 2 && strncasecmp(quoted + 1,
		    words[i], n - 2) == 0)
			return true;
	return is_part(quoted) || is_grade(quoted) ||
	    is_of(quoted, "0123456789.,% ", "%") || is_of(quoted, "* ", "*") ||
	    strstr(quoted, "\xe2\x98\x85") || strstr(quoted, "\xc2\xbd") ||
	    strstr(quoted, " star") || strstr(quoted, " out of ");
}

/* How the header gets a name for its first column. */
static const char *
name_rows(const char *sep, char text[REASON_MAX])
{
	bool tab = strcmp(sep, "\t") == 0;

	*text = '\0';
	if (!strpbrk(sep, "/&\\'\1"))
		snprintf(text, REASON_MAX, " sed '1s/^/row%s/' FILE | "
		    "mr-ingest ... gives it one", tab ? "\\t" : sep);
	return text;
}

/* What may be done about it. */
static const char *
hint(const struct mr_rejects *r, enum mr_reason why)
{
	if (why == MR_REASON_NO_ITEM && r->no_item)
		return r->no_item;
	if (why == MR_REASON_NOT_NUMBER && !r->scored &&
	    is_score(r->by[why].value))
		return "; --scores FILE says what such are as numbers";
	if (why == MR_REASON_USER_OBJECT || why == MR_REASON_ITEM_OBJECT)
		return strncmp(r->by[why].value, "'{\"0\":", 6) == 0 ?
		    "; columns as pandas writes them? jq -r 'keys_unsorted, "
		    "([.[] | [.[]]] | transpose[]) | @csv' FILE | mr-ingest "
		    "..." : "; --cols goes into it by a path, as "
		    "user=user.id";
	if (why == MR_REASON_NOT_NUMBER)
		return comma(r->by[why].value);
	/* Rows without a blank are those of another form. */
	return why == MR_REASON_NO_LIST ? "; is the file of another form "
	    "than --preset lists?" : "";
}

/* A line of --rejects. */
static int
keep(struct mr_rejects *r, const struct mr_source *s, const char *why,
    struct mr_slice raw, struct mr_err *err)
{
	int rc = mr_buf_addf(&r->text, err, "%lld\t", (long long)s->line_no);

	if (rc == MR_OK)
		rc = mr_escape_add(&r->text, mr_slice_of(why), err);
	if (rc == MR_OK)
		rc = mr_buf_add(&r->text, "\t", 1, err);
	if (rc == MR_OK)
		rc = mr_escape_add(&r->text, raw, err);
	if (rc == MR_OK)
		rc = mr_buf_add(&r->text, "\n", 1, err);
	if (rc == MR_OK && !r->keep) {
		mr_out_slice(r->out, mr_buf_slice(&r->text));
		r->text.n = 0;
	}
	return rc;
}

int
mr_ingest_reject(struct mr_rejects *r, const struct mr_source *s,
    enum mr_reason why, struct mr_slice value, struct mr_slice raw,
    struct mr_err *err)
{
	char text[REASON_MAX], eg[REASON_MAX], quoted[MR_SHOWN_MAX + 2] = "";
	bool last = r->max >= 0 && r->n >= r->max;
	int rc = MR_OK;

	r->n++;
	mr_ingest_met(&r->by[why], s, value);
	if (why == MR_REASON_FIELDS && r->by[why].n == 1)
		snprintf(r->by[why].value, sizeof r->by[why].value,
		    "%d instead of %d", s->n, s->n_cols);
	if (why == MR_REASON_FIELDS && s->n == s->n_cols + 1) {
		r->n_one_more++;
		r->sep = s->sep;
	}
	if (r->out || r->keep || last)
		quote(value, quoted);
	if (r->out || r->keep)
		rc = keep(r, s, reason_text(why, quoted, text), raw, err);
	if (rc || !last)
		return rc;
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s%s; %lld rows "
	    "rejected, expected at most %lld%s", s->in.name,
	    (long long)s->line_no, reason_text(why, quoted, text),
	    example(why, quoted, eg), (long long)r->n, (long long)r->max,
	    hint(r, why));
}

/* The commonest reason; of equal ones the first met. */
static enum mr_reason
commonest(const struct mr_rejects *r)
{
	int best = 0;

	for (int i = 1; i < MR_N_REASONS; i++) {
		const struct mr_met *a = &r->by[i], *b = &r->by[best];

		if (a->n > b->n || (a->n && a->n == b->n && a->line < b->line))
			best = i;
	}
	return (enum mr_reason)best;
}

int
mr_ingest_rejects_tell(const struct mr_rejects *r, int64_t n_rows,
    struct mr_report *report, struct mr_err *err)
{
	enum mr_reason why = commonest(r);
	const struct mr_met *m = &r->by[why];
	char text[REASON_MAX], eg[REASON_MAX], row[REASON_MAX], line[48] = "";
	bool names = r->n_one_more == n_rows;
	const char *said;

	if (r->n == 0)
		return MR_OK;
	for (int i = 0; i < MR_N_REASONS; i++)
		if (r->by[i].n)
			mr_report_fact(report, "rejected, %s: %lld",
			    reason[i], (long long)r->by[i].n);
	said = reason_text(why, m->value, text);
	if (m->n < r->n)
		snprintf(line, sizeof line, ", %lld of them so",
		    (long long)m->n);
	if (r->n == n_rows)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s%s; all %lld "
		    "rows rejected%s%s%s", m->name, (long long)m->line,
		    said, example(why, m->value, eg), (long long)n_rows, line,
		    names ? ROW_NAMES : why == MR_REASON_NOT_FILM ? OTHER_IDS :
		    hint(r, why), names && r->sep ?
		    name_rows(r->sep, row) : "");
	snprintf(line, sizeof line, "line %lld", (long long)m->line);
	mr_report_warn(report, "%lld of %lld rows rejected, %lld because %s "
	    "(%s%s%s)%s", (long long)r->n, (long long)n_rows, (long long)m->n,
	    said, said == text ? "" : m->value,
	    *m->value && said != text ? " on " : "", line, hint(r, why));
	return MR_OK;
}
