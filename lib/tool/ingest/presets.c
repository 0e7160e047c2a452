/* What known publishers' files look like.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "stream/tsv.h"
#include "tool/ingest/private.h"

/* The order of the flags in u.item, by its u.genre. */
const char *const mr_genre_flags[19] = {
	"", "Action", "Adventure", "Animation", "Children's", "Comedy",
	"Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror",
	"Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War",
	"Western"
};

#define U_ITEM_FIELDS (5 + 19)

const char *
mr_preset_cols(const struct mr_ingest *o, bool films)
{
	if (o->preset != MR_PRESET_SEED)
		return o->cols;
	return films ? "item=movieId,title=title,people=cast_and_crew,"
	    "year=year,poster=poster_path,genre=genre" :
	    "item=movieId,user=userId,rating=rating";
}

static int
name_all(struct mr_columns *c, const char *names, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(names);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK)
		rc = mr_columns_name(c, mr_slice_cut(&rest, ','), err);
	return rc;
}

/* The last GroupLens form of each kind that the first line fits. */
int
mr_preset_movielens(struct mr_columns *c, struct mr_source *s,
    struct mr_err *err)
{
	struct mr_slice line = mr_buf_slice(&s->line);
	const char *sep = NULL, *names = NULL;
	struct mr_slice *part;
	int rc, n;

	if (!s->have_line)
		return mr_source_start(s, MR_FORM_PLAIN, "::", err);
	if (line.n > 7 && (memcmp(line.p, "movieId", 7) == 0 ||
	    memcmp(line.p, "userId,", 7) == 0)) {
		/* A header; no GroupLens column name needs a quote. */
		s->have_line = false;
		rc = mr_buf_add(&s->line, "", 1, err);
		if (rc == MR_OK)
			rc = name_all(c, s->line.p, err);
		return rc ? rc : mr_source_start(s, MR_FORM_CSV, ",", err);
	}
	rc = mr_source_start(s, MR_FORM_PLAIN, "::", err);
	if (rc)
		return rc;
	part = s->own;
	n = mr_split_text(line, "::", part);
	if (c->films && n == 3) {
		sep = "::";
		names = "item,title,genre";
	} else if (c->films && mr_split_text(line, "|", part) ==
	    U_ITEM_FIELDS) {
		sep = "|";
		names = "item,title,release_date,video_release_date,"
		    "imdb_url,unknown,g1,g2,g3,g4,g5,g6,g7,g8,g9,g10,g11,"
		    "g12,g13,g14,g15,g16,g17,g18";
		c->flags_from = 5;
	} else if (!c->films && n == 4) {
		sep = "::";
		names = "user,item,rating,time";
	} else if (!c->films && mr_split_text(line, "\t", part) == 4) {
		sep = "\t";
		names = "user,item,rating,time";
	}
	if (!sep)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: no MovieLens "
		    "form of %s: expected %s", s->in.name,
		    (long long)s->line_no, c->films ? "films" : "ratings",
		    c->films ? "the header movieId,title,genres, 3 fields "
		    "between ::, or 24 between |" : "the header userId,"
		    "movieId,rating, or 4 fields between :: or tabs");
	s->sep = sep;
	return name_all(c, names, err);
}
