/* The pages of users of the ratings.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/serve/page.h"

#define NEAREST 8	/* ids told to who asked for one that is not there */
#define W (&v->reply->body)

static bool
begins(struct mr_slice id, struct mr_slice q)
{
	return id.n >= q.n && (q.n == 0 || memcmp(id.p, q.p, q.n) == 0);
}

/* So many bytes that some user's id begins with, whole letters. */
static size_t
longest_beginning(const struct mr_site *s, struct mr_slice id)
{
	const struct mr_ids *users = mr_recommender_kept(s->recommender);
	size_t most = 0;

	for (int32_t k = 0; k < users->n && most < id.n; k++) {
		struct mr_slice user = mr_ids_get(users, k);
		size_t n = 0;

		while (n < id.n && n < user.n && id.p[n] == user.p[n])
			n++;
		most = n > most ? n : most;
	}
	while (most && most < id.n && (id.p[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Of a user: how many, their mean, and what they are of. */
static void
summary(struct mr_visit *v, struct mr_slice id, const struct mr_user *u)
{
	const struct mr_site *s = v->site;
	int64_t *count = v->clerk->per_genre;
	struct mr_slice genre[3];
	double sum = 0;
	int n;

	memset(count, 0, (size_t)s->genres.n * sizeof *count);
	for (int64_t k = 0; k < u->rated.n; k++) {
		mr_site_count_genres(s, s->film_of_item[u->rated.item[k]],
		    count);
		sum += (double)u->rated.rating[k];
	}
	n = mr_site_most_genres(s, count, 3, genre);
	mr_write_html(W, "<div class=\"head\"><h1>User <span class=\"mono\">%t"
	    "</span></h1><p>%d rating%s", id, u->rated.n, u->rated.n == 1 ? "" :
	    "s");
	if (u->rated.n && s->lo <= s->hi)
		mr_write_html(W, ", mean %1", sum / (double)u->rated.n);
	for (int k = 0; k < n; k++)
		mr_write_html(W, k ? ", %t" : " · most: %t", genre[k]);
	/* An id of several segments is not one of the API's. */
	if (!memchr(id.p, '/', id.n))
		mr_write_html(W, " · <a href=\"/api/v1/users/%u/recommendations"
		    "\">JSON</a>", id);
	mr_write_raw(W, "</p></div>\n");
}

/* The highest first. */
static void
ratings_of(struct mr_visit *v, const struct mr_user *u, const char *path)
{
	int64_t from = v->asked.rated;
	struct mr_found f;

	mr_find_ratings(v->site, v->clerk, &v->asked, u, &f);
	mr_write_html(W, "<section aria-labelledby=\"h-r\"><div class=\"head\">"
	    "<h2 id=\"h-r\">Ratings</h2><p class=\"num\">%n, the highest first"
	    "</p></div><ol class=\"list\">\n", f.total);
	for (int64_t k = from; k < f.n && k < from + v->asked.n; k++)
		mr_page_line(v, &(struct mr_card){ .film = f.hit[k].row,
		    .score = MR_CARD_RATING, .value = mr_site_rating(
		    (double)f.hit[k].score) });
	mr_write_raw(W, "</ol>\n");
	mr_page_rated_pager(v, path, &f);
	mr_write_raw(W, "</section>\n");
}

static const char *
by_what(const struct mr_visit *v)
{
	return v->asked.mix == MR_MIX_TEXT ? "nearest by their texts" :
	    v->site->lo <= v->site->hi ? "a guess, and why" : "";
}

/* At most so many whose ids begin with q, as links; the very one first, however
 * many begin so.  Returns how many there are of them. */
static int
chips(struct mr_visit *v, struct mr_slice q, int most)
{
	const struct mr_ids *users = mr_recommender_kept(v->site->recommender);
	int32_t exact = q.n ? mr_ids_find(users, q) : -1;
	int shown = 0;

	mr_write_raw(W, "<ol class=\"chips\">");
	for (int32_t k = exact < 0 ? 0 : -1; k < users->n && shown < most;
	    k++) {
		int32_t u = k < 0 ? exact : k;
		struct mr_slice id = mr_ids_get(users, u);

		if (!begins(id, q) || (k >= 0 && u == exact))
			continue;
		mr_write_html(W, "<li><a href=\"%p\">%t</a></li>", id, id);
		shown++;
	}
	mr_write_raw(W, "</ol>");
	return shown;
}

/* Nobody of that id: perhaps one that begins so. */
static void
no_user(struct mr_visit *v, struct mr_slice id)
{
	size_t n = longest_beginning(v->site, id);

	v->reply->status = 404;
	v->reply->keep = MR_KEEP_NOT;
	mr_page_begin(v, mr_slice_of("No such user"), MR_PAGE_USERS);
	mr_write_html(W, "<div class=\"empty\"><h1>No such user</h1><p>Nobody "
	    "of the ratings has the id <span class=\"mono\">%t</span>.</p>", id);
	if (n) {
		chips(v, (struct mr_slice){ id.p, n }, NEAREST);
		mr_write_html(W, "<p><a class=\"btn\" href=\"/users?q=%u\">"
		    "Those that begin with %t</a></p>", (struct mr_slice){ id.p, n },
		    (struct mr_slice){ id.p, n });
	} else {
		mr_write_raw(W, "<p><a class=\"btn\" href=\"/users\">All of "
		    "them</a></p>");
	}
	mr_write_raw(W, "</div>\n");
	mr_page_end(v);
}

/* What is like it by its text is more than what the model says, unless that is
 * asked for. */
static void
one_rating(struct mr_visit *v, const struct mr_user *u)
{
	const struct mr_site *s = v->site;
	int32_t film = s->film_of_item[u->rated.item[0]];
	bool text = film >= 0 && s->searcher && mr_searcher_is_dense(
	    s->searcher) && s->row_of_film[film] >= 0 &&
	    !(v->asked.given >> MR_ASK_MIX & 1);

	if (text)
		v->asked.mix = MR_MIX_TEXT;
	mr_write_raw(W, text ? "<p class=\"note\">One rating says little: this "
	    "list cannot be personal. It has the films whose texts are like "
	    "that of the one.</p>\n" : "<p class=\"note\">One rating says "
	    "little: this list cannot be personal.</p>\n");
}

int
mr_page_user(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice id = v->q->n_parts > 1 ? v->q->part[1] : v->asked.id;
	struct mr_write path = { 0 };
	struct mr_found f;
	struct mr_user u;
	int rc;

	if (id.n == 0)
		return mr_page_users(v, err);
	if (!mr_recommender_user(v->site->recommender, id, &u)) {
		no_user(v, id);
		return MR_OK;
	}
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, id, MR_PAGE_USERS);
	summary(v, id, &u);
	if (u.rated.n == 1)
		one_rating(v, &u);
	rc = mr_find_user(v->site, v->clerk, &v->asked, &u, &f, err);
	if (rc)
		return rc;
	mr_write_html(W, "<div class=\"cols\"><section aria-labelledby=\"h-l\">"
	    "<div class=\"head\"><h2 id=\"h-l\">Recommended</h2><p>%s</p>"
	    "</div>\n", by_what(v));
	if (f.n <= v->asked.offset)
		mr_write_raw(W, "<p class=\"soft\">No film is left.</p>\n");
	else
		mr_page_list(v, &f, v->asked.mix == MR_MIX_TEXT ? NULL : &u,
		    "", true);
	/* An id that stands in the query goes there again. */
	mr_write_html(&path, v->q->n_parts > 1 ? "%p" : "/user", id);
	mr_write_bytes(&path, (struct mr_slice){ "", 1 });
	if (path.rc == MR_OK)
		mr_page_pager(v, path.b.p, &f);
	mr_write_raw(W, "</section>\n");
	if (path.rc == MR_OK)
		ratings_of(v, &u, path.b.p);
	mr_write_raw(W, "</div>\n");
	mr_page_end(v);
	mr_write_free(&path);
	return MR_OK;
}

int
mr_page_users(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice q = v->asked.q;

	(void)err;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, mr_slice_of("People"), MR_PAGE_USERS);
	mr_write_html(W, "<h1>People of the ratings</h1>\n<form "
	    "class=\"search\" role=\"search\" action=\"/users\"><div class=\"bar\"><div><label "
	    "class=\"sr\" for=\"q\">The beginning of an id</label><input "
	    "type=\"search\" id=\"q\" name=\"q\" maxlength=\"200\" "
	    "value=\"%t\"></div><button class=\"btn main\">Find</button></div>"
	    "</form>\n", q);
	if (chips(v, q, 100) == 0)
		mr_write_raw(W, "<p>Nobody has an id that begins so.</p>");
	mr_write_raw(W, "\n");
	mr_page_end(v);
	return MR_OK;
}
