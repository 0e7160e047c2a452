/* Models written and read back in batches, users kept, and refused.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include "store/model_file.h"
#include "store/users.h"

#define ITEMS 7
#define D 3

/* Read whole models from a file without a name. */
struct input {
	int fd;
	char path[64];
	struct mr_model_in in;
	struct mr_err err;
};

/* map: as who makes lists of scores alone. */
static void
open_bytes(struct input *f, struct bytes b, bool map)
{
	memset(f, 0, sizeof *f);
	f->fd = memfd_create("model", 0);
	assert_true(f->fd >= 0);
	assert_int_equal(write(f->fd, b.p, b.n), b.n);
	snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
	assert_int_equal(mr_model_open(&f->in, f->path, &f->err), MR_OK);
	f->in.map = map;
}

static void
close_input(struct input *f)
{
	mr_model_close(&f->in);
	close(f->fd);
}

/* Which parts a model has. */
/* MOODS only with RATINGS, whose numbers theirs are. */
enum { FACTORS = 1, BIASES = 2, RATINGS = 4, CLIP = 8, SETS = 16,
	MOODS = 32 };

static void
make_ids(struct mr_ids *ids, const char *prefix, int from, int to)
{
	struct mr_err err = { 0 };
	char name[32];
	int32_t k;

	for (int i = from; i < to; i++) {
		snprintf(name, sizeof name, "%s%d", prefix, i);
		assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &k, NULL,
		    &err), MR_OK);
	}
}

static float
bias_at(int64_t i)
{
	return (float)(i % 11) - 5;
}

/* The bytes mr_model_write makes of users from .. to-1. */
static struct bytes
written(int parts, int from, int to, const char *shard)
{
	struct mr_ids users = { 0 }, items = { 0 };
	struct mr_csr all = make_csr(to, ITEMS), R = { 0 };
	struct mr_model m = { .mu = 0.1, .clip_lo = 1, .clip_hi = 0 };
	struct mr_meta meta = { 0 }, last = { 0 };
	struct mr_err err = { 0 };
	struct mr_out out;
	struct bytes b;
	int n = to - from, fd = memfd_create("out", 0);

	make_ids(&users, "u", from, to);
	make_ids(&items, "i", 0, ITEMS);
	if (parts & FACTORS) {
		assert_int_equal(mr_mat_new(&m.U, n, D, "", &err), MR_OK);
		assert_int_equal(mr_mat_new(&m.V, ITEMS, D, "", &err), MR_OK);
		for (int i = 0; i < n * D; i++)
			m.U.a[i] = value_at(from + i / D, i % D);
		m.n_new = 2;
		for (int i = 0; i < ITEMS * D; i++)
			m.V.a[i] = value_at(i / D, i % D + 50);
	}
	if (parts & SETS) {
		assert_int_equal(mr_mat_new(&m.Y, ITEMS, D, "", &err), MR_OK);
		for (int i = 0; i < ITEMS * D; i++)
			m.Y.a[i] = value_at(i / D, i % D + 90);
	}
	if (parts & BIASES) {
		m.bu = calloc((size_t)n + 1, 4);
		m.bi = calloc(ITEMS, 4);
		assert_true(m.bu && m.bi);
		for (int i = 0; i < n; i++)
			m.bu[i] = bias_at(from + i);
		for (int i = 0; i < ITEMS; i++)
			m.bi[i] = bias_at(100 + i);
	}
	if (parts & CLIP) {
		m.ordered = (struct mr_ordered){ 3, { 0.5, 2, 5 }, { 1.25, 3 },
		    0.75 };
		m.clip_lo = 0.5;
		m.clip_hi = 5;
	}
	if (parts & RATINGS) {
		struct mr_coo c = { 0 };
		int64_t again;

		for (int u = from; u < to; u++)
			for (int64_t k = all.ptr[u]; k < all.ptr[u + 1]; k++)
				assert_int_equal(mr_coo_add(&c, u - from,
				    all.idx[k], all.val[k], &err), MR_OK);
		assert_int_equal(mr_csr_from_coo(&R, &c, n, ITEMS, &again,
		    &err), MR_OK);
		mr_coo_free(&c);
	}
	if (parts & MOODS)
		m.moods = (struct mr_moods){ R, -7, 2, 300 };
	assert_int_equal(mr_meta_put(&meta, &err, "model", "als"), MR_OK);
	if (shard)
		assert_int_equal(mr_meta_put(&meta, &err, "shard", "%s",
		    shard), MR_OK);
	assert_int_equal(mr_out_open(&out, "/dev/null", &err), MR_OK);
	assert_true(dup2(fd, out.fd) >= 0);
	assert_int_equal(mr_model_write(&out, &meta, &m, &users, &items, &R,
	    &last, &err), MR_OK);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	b.n = (size_t)lseek(fd, 0, SEEK_END);
	b.p = malloc(b.n);
	assert_non_null(b.p);
	assert_int_equal(pread(fd, b.p, b.n, 0), b.n);
	close(fd);
	mr_meta_free(&meta);
	mr_meta_free(&last);
	m.moods.E = (struct mr_csr){ 0 };
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&all);
	mr_ids_free(&users);
	mr_ids_free(&items);
	return b;
}

static void
check_user(const struct mr_model_in *in, int64_t i, int parts,
    const struct mr_csr *all)
{
	int64_t u = in->first + i, n = all->ptr[u + 1] - all->ptr[u];
	const struct mr_csr *R = &in->R;
	char name[32];

	snprintf(name, sizeof name, "u%d", (int)u);
	assert_true(mr_slice_is(mr_ids_get(in->users, (int32_t)i), name));
	for (int j = 0; j < D && parts & FACTORS; j++)
		assert_true(mr_mat_row(&in->m.U, i)[j] == value_at(u, j));
	if (parts & BIASES)
		assert_true(in->m.bu[i] == bias_at(u));
	assert_true((in->m.moods.E.ptr != NULL) == ((parts & MOODS) != 0));
	if (!(parts & RATINGS))
		return;
	if (parts & MOODS) {
		struct mr_users batch = mr_model_batch(in);
		struct mr_mood e = mr_users_get(&batch, i).mood;

		assert_int_equal(e.n, n);
		assert_memory_equal(e.at, all->idx + all->ptr[u], (size_t)n *
		    4);
		assert_memory_equal(e.e, all->val + all->ptr[u], (size_t)n *
		    4);
		assert_true(in->m.moods.origin == -7 && in->m.moods.step == 2
		    && in->m.moods.span == 300);
	}
	assert_int_equal(R->ptr[i + 1] - R->ptr[i], n);
	assert_memory_equal(R->idx + R->ptr[i], all->idx + all->ptr[u],
	    (size_t)n * 4);
	assert_memory_equal(R->val + R->ptr[i], all->val + all->ptr[u],
	    (size_t)n * 4);
}

static void
read_so(struct bytes b, int parts, int users, bool map)
{
	struct mr_csr all = make_csr(users + 1, ITEMS);
	struct input f;
	int64_t seen = 0;
	bool more = true;

	open_bytes(&f, b, map);
	while (more) {
		const struct mr_model_in *in = &f.in;

		assert_int_equal(mr_model_next(&f.in, &more, &f.err), MR_OK);
		assert_true(in->m.mu == 0.1);
		assert_int_equal(in->n_items, ITEMS);
		assert_true(parts & CLIP ? in->m.clip_lo == 0.5 &&
		    in->m.clip_hi == 5 : in->m.clip_lo > in->m.clip_hi);
		assert_int_equal(in->m.ordered.n, parts & CLIP ? 3 : 0);
		if (parts & CLIP)
			assert_true(in->m.ordered.level[1] == 2 &&
			    in->m.ordered.level[2] == 5 &&
			    in->m.ordered.cut[1] == 3 &&
			    in->m.ordered.spread == 0.75);
		assert_int_equal(in->m.V.rows, parts & FACTORS ? ITEMS : 0);
		assert_int_equal(in->m.gap, map && parts & FACTORS ? 64 : 0);
		assert_int_equal(in->m.Y.rows, parts & SETS ? ITEMS : 0);
		for (int i = 0; i < in->m.Y.rows * D; i++)
			assert_true(in->m.Y.a[i] == value_at(i / D, i % D +
			    90));
		assert_int_equal(in->m.n_new, parts & FACTORS ? 2 : 0);
		assert_true((in->m.bi != NULL) == ((parts & BIASES) != 0));
		assert_int_equal(in->R.ptr != NULL && in->n,
		    (parts & RATINGS) && in->n);
		for (int i = 0; i < ITEMS; i++) {
			for (int j = 0; j < D && parts & FACTORS; j++)
				assert_true(mr_mat_row(&in->m.V, i)[j] ==
				    value_at(i, j + 50));
			if (parts & BIASES)
				assert_true(in->m.bi[i] == bias_at(100 + i));
		}
		assert_int_equal(more, in->n > 0);
		if (!more)
			break;
		assert_int_equal(in->first, seen);
		assert_true(in->n >= 1024 || seen + in->n == users);
		assert_true(in->n <= 2048);
		for (int64_t i = 0; i < in->n; i++)
			check_user(in, i, parts, &all);
		seen += in->n;
	}
	assert_int_equal(seen, users);
	close_input(&f);
	mr_csr_free(&all);
}

static void
read_back(struct bytes b, int parts, int users)
{
	read_so(b, parts, users, false);
	read_so(b, parts, users, true);
	free(b.p);
}

static void
round_trip(void **state)
{
	static const int users[] = { 0, 1, 255, 256, 257, 1023, 1024, 1025,
	    2600 };

	(void)state;
	for (int parts = 1; parts < 64; parts++)
		for (int i = 0; i < 9; i++)
			if (parts != CLIP && (parts & FACTORS || parts < SETS)
			    && (parts & RATINGS || parts < MOODS))
				read_back(written(parts, 0, users[i], NULL),
				    parts, users[i]);
}

static void
two_shards_are_one_model(void **state)
{
	static const int cut[] = { 1, 100, 1024, 1300, 2599 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct bytes a = written(15, 0, cut[i], "1/2");
		struct bytes b = written(15, cut[i], 2600, "2/2");

		read_back(join(a, b), 15, 2600);
		free(a.p);
		free(b.p);
	}
}

/* In the order of the stream, and found by name. */
static void
keeps_users(void **state)
{
	static const char *const want[] = { "u2000", "nobody", "u0", "u1500",
	    "u2599" };
	static const int number[] = { 2000, -1, 0, 1500, 2599 };
	struct mr_csr all = make_csr(2600, ITEMS);
	struct mr_ids only = { 0 };
	struct mr_err err = { 0 };
	int32_t at;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(mr_ids_add(&only, mr_slice_of(want[i]), &at,
		    NULL, &err), MR_OK);
	for (int parts = 1; parts < 16; parts += 1 + (parts == 7)) {
		struct bytes b = written(parts & 7, 0, 2600, NULL);
		struct mr_kept_users kept = { 0 };
		struct input f;
		bool more = true;

		open_bytes(&f, b, false);
		while (more) {
			struct mr_users batch;

			assert_int_equal(mr_model_next(&f.in, &more, &f.err),
			    MR_OK);
			batch = mr_model_batch(&f.in);
			assert_int_equal(mr_kept_users_add(&kept, &batch,
			    parts < 8 ? &only : NULL, "m", &f.err), MR_OK);
		}
		assert_int_equal(kept.names.n, parts < 8 ? 4 : 2600);
		for (int i = 0; i < 5; i++) {
			struct mr_user u;
			bool known = mr_kept_users_find(&kept,
			    mr_slice_of(want[i]), &u);
			int k = number[i];

			assert_true(mr_slice_is(u.id, want[i]));
			assert_int_equal(known, k >= 0);
			assert_int_equal(u.number, k);
			assert_true((u.U != NULL) == (known && parts &
			    FACTORS));
			for (int j = 0; j < D && u.U; j++)
				assert_true(u.U[j] == value_at(k, j));
			assert_true((float)u.bu == (known && parts & BIASES ?
			    bias_at(k) : 0));
			assert_int_equal(u.rated.n, known && parts & RATINGS ?
			    all.ptr[k + 1] - all.ptr[k] : 0);
			if (u.rated.n == 0)
				continue;
			assert_memory_equal(u.rated.item, all.idx +
			    all.ptr[k], (size_t)u.rated.n * 4);
			assert_memory_equal(u.rated.rating, all.val +
			    all.ptr[k], (size_t)u.rated.n * 4);
		}
		mr_kept_users_free(&kept);
		close_input(&f);
		free(b.p);
	}
	mr_ids_free(&only);
	mr_csr_free(&all);
}

static void
refuse_so(struct bytes b, const char *message, bool map)
{
	struct input f;
	bool more = true;
	int rc = MR_OK;

	open_bytes(&f, b, map);
	while (rc == MR_OK && more)
		rc = mr_model_next(&f.in, &more, &f.err);
	if (rc != MR_EFORMAT || !strstr(f.err.msg, message))
		fail_msg("%d '%s', expected '%s'", rc, f.err.msg, message);
	close_input(&f);
}

static void
refuse(struct bytes b, const char *message)
{
	refuse_so(b, message, false);
	refuse_so(b, message, true);
	free(b.p);
}

/* META as given, then items and users with the parts in letters: V U b(i)
 * B(u) R as they should be, in this order. */
static struct bytes
stream(const char *meta, const char *parts, int users)
{
	struct mr_csr r = make_csr(users, ITEMS);
	struct build b;
	struct bytes all;

	build_begin(&b, meta);
	for (; *parts; parts++)
		if (*parts == 'i')
			build_ids(&b, "item", "i", 0, ITEMS);
		else if (*parts == 'u')
			build_ids(&b, "user", "u", 0, users);
		else if (*parts == 'V')
			build_dense(&b, "V", 0, ITEMS, D);
		else if (*parts == 'W')	/* V of another rank */
			build_dense(&b, "V", 0, ITEMS, D + 1);
		else if (*parts == 'Y')	/* one row short */
			build_dense(&b, "Y", 0, ITEMS - 1, D);
		else if (*parts == 'Z')	/* of another rank */
			build_dense(&b, "Y", 0, ITEMS, D - 1);
		else if (*parts == 'U')
			build_dense(&b, "U", 0, users, D);
		else if (*parts == 'B')	/* bu without columns */
			build_dense(&b, "bu", 0, users, 0);
		else if (*parts == 'R')
			mr_mrm_csr(&b.w, "R", &r, 0, users);
		else if (*parts == 'D')	/* R dense */
			build_dense(&b, "R", 0, users, ITEMS);
		else if (*parts == 'X')	/* U on the items' axis */
			build_dense(&b, "U", 0, ITEMS, D);
	all = build_end(&b, NULL);
	mr_csr_free(&r);
	return all;
}

/* Users who stand twice, far apart and among the last read, and a model twice
 * where only the first user is the same. */
static void
users_are_each_once(void **state)
{
	struct bytes a = written(15, 0, 2000, NULL), b[3], other;

	(void)state;
	read_back(join(a, a), 15, 2000);
	b[0] = written(15, 1999, 2600, NULL);
	b[1] = written(15, 1, 2, NULL);
	b[2] = written(15, 0, 1999, NULL);
	refuse(join(a, b[0]), "axis user: 'u1999' stands twice");
	refuse(join(a, b[1]), "axis user: 'u1' stands twice");
	refuse(join(a, b[2]), "axis user repeats 1999 of 2000 names");
	other = written(15, 0, 2000, NULL);
	for (size_t i = 0; i + 10 < other.n; i++)
		if (memcmp(other.p + i, "u1998u1999", 10) == 0)
			other.p[i + 4] = 'x';
	reseal(other);
	refuse(join(a, other), "other names behind");
	free(a.p);
	free(other.p);
	for (int i = 0; i < 3; i++)
		free(b[i].p);
}

#define MU "model=als\nmu=0\n"
#define UV "matrix.V=item f\nmatrix.U=user f\n"

static void
refused(void **state)
{
	(void)state;
	refuse(stream(MU "matrix.V=item f\n", "iV", 0), "not a model");
	refuse(stream("tool=x\nmu=0\n" UV, "iVuU", 3), "not a model");
	refuse(stream("model=als\n" UV, "iVuU", 3), "mu");
	refuse(stream(MU "clip=1\n" UV, "iVuU", 3), "META clip=");
	refuse(stream(MU "matrix.E=user step\n" UV, "iVuU", 3),
	    "no mood.origin= in its META");
	refuse(stream(MU "mood.origin=0\nmood.step=0\nmood.span=1\n"
	    "matrix.E=user step\n" UV, "iVuU", 3), "META mood.step= and");
	refuse(stream(MU "levels=1:2\ncuts=1:2\nspread=1\n" UV, "iVuU", 3),
	    "META levels= of a model");
	refuse(stream(MU "levels=1:1\ncuts=1\nspread=1\n" UV, "iVuU", 3),
	    "META levels= of a model");
	refuse(stream(MU "levels=1:2\ncuts=1\nspread=0\n" UV, "iVuU", 3),
	    "META levels= of a model");
	refuse(stream(MU "new=-1\n" UV, "iVuU", 3), "META new=-1, expected");
	refuse(stream(MU "new=x\n" UV, "iVuU", 3), "META new=x, expected");
	refuse(stream(MU "new=99\n" UV, "iVuU", 3), "META new=99, more than");
	refuse(stream(MU "fold=explicit\n" UV, "iVuU", 3),
	    "META fold=explicit: expected one of none, ");
	refuse(stream(MU UV, "iWuU", 3), "U has 3 columns, V has 4");
	refuse(stream(MU "matrix.V=item f\nmatrix.R=user item\n", "iVuR", 3),
	    "only one of U and V");
	refuse(stream(MU "matrix.U=user f\nmatrix.R=user item\n", "iuUR", 3),
	    "only one of U and V");
	/* Users first: known only when a batch is complete. */
	refuse(stream(MU UV, "uUiV", 1100), "items are not complete");
	refuse(stream(MU UV "matrix.bu=user one\n", "iVuUB", 3),
	    "no column");
	refuse(stream(MU UV "matrix.R=user item\n", "iVuUD", 3),
	    "matrix R is not sparse");
	refuse(stream(MU "matrix.V=item f\nmatrix.U=item f\n"
	    "matrix.R=user item\n", "iVXuR", 20), "matrix U is not dense");
	refuse(stream(MU UV "matrix.Y=item f\n", "iVYuU", 3), "matrix Y");
	refuse(stream(MU UV "matrix.Y=item g\n", "iVZuU", 3),
	    "Y is not of the shape of V");
	/* Columns without names: nothing else bounds their numbers. */
	refuse(stream(MU "matrix.R=user item\n", "uR", 3), "R has 7 columns");
}

#define MANY 700	/* items of three blocks */

/* A model of MANY items whose V comes in runs of so many rows. */
static struct bytes
many_items(int run)
{
	struct build b;

	build_begin(&b, MU UV "matrix.bi=item one\n");
	build_ids(&b, "item", "i", 0, MANY);
	for (int i = 0; i < MANY; i += run)
		build_dense(&b, "V", i, i + run < MANY ? i + run : MANY, D);
	build_dense(&b, "bi", 0, MANY, 1);
	build_ids(&b, "user", "u", 0, 3);
	build_dense(&b, "U", 0, 3, D);
	return build_end(&b, NULL);
}

/* Where they are, if their blocks are as we write them; and others copied. */
static void
items_stay_in_the_file(void **state)
{
	static const int run[] = { MANY, 512, 256, 255, 300, 90 };

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct bytes b = many_items(run[i]), twice = join(b, b);
		bool more, fits = run[i] % 256 == 0 || run[i] == MANY;

		for (int again = 0; again < 2; again++) {
			struct input f;
			const struct mr_model *m = &f.in.m;

			open_bytes(&f, again ? twice : b, true);
			assert_int_equal(mr_model_next(&f.in, &more, &f.err),
			    MR_OK);
			assert_int_equal(m->gap, fits ? 64 : 0);
			assert_int_equal(m->V.rows, MANY);
			for (int64_t r = 0; r < MANY; r++) {
				const float *row = m->V.a + r * D + r / 256 *
				    (int64_t)m->gap / 4;

				for (int j = 0; j < D; j++)
					assert_true(row[j] == value_at(r, j));
				assert_true(m->bi[r] == value_at(r, 0));
			}
			assert_int_equal(mr_model_next(&f.in, &more, &f.err),
			    MR_OK);
			assert_false(more);
			close_input(&f);
		}
		free(twice.p);
		b.p[b.n / 3] ^= 1;	/* in a row of V */
		refuse_so(b, "payload is damaged", true);
		refuse_so((struct bytes){ b.p, b.n / 3 }, "truncated", true);
		free(b.p);
	}
}

/* A file that is still being written: what the map does not hold is copied. */
static void
items_behind_the_map_are_copied(void **state)
{
	(void)state;
	for (int n = 2; n < 5; n++) {	/* META, the names, blocks of V */
		struct bytes b = many_items(256);
		size_t have = block_at(b, n);
		struct input f;
		struct mr_set *s = &f.in.set;
		struct mr_block block;
		bool more = true;
		int v = -1;

		open_bytes(&f, (struct bytes){ b.p, have }, false);
		for (int i = 0; more; i++) {
			assert_int_equal(mr_mrm_next(&s->r, &block, &more,
			    &f.err), MR_OK);
			if (i == 0) {
				v = mr_mrm_find_matrix(&s->r, "V");
				assert_int_equal(mr_set_lend(s, v, &f.err),
				    MR_OK);
				assert_int_equal(write(f.fd, b.p + have, b.n -
				    have), b.n - have);
			}
			if (more)
				assert_int_equal(mr_set_add(s, &block,
				    &f.err), MR_OK);
		}
		assert_false(s->lent[v]);
		assert_int_equal(s->mat[v].rows, MANY);
		for (int64_t r = 0; r < MANY; r++)
			for (int j = 0; j < D; j++)
				assert_true(s->mat[v].a[r * D + j] ==
				    value_at(r, j));
		close_input(&f);
		free(b.p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(two_shards_are_one_model),
		cmocka_unit_test(users_are_each_once),
		cmocka_unit_test(keeps_users),
		cmocka_unit_test(refused),
		cmocka_unit_test(items_stay_in_the_file),
		cmocka_unit_test(items_behind_the_map_are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
