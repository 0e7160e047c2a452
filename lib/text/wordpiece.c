/* Vocabulary trie and greedy cutting; see wordpiece.h.
 * SPDX-License-Identifier: MIT */
#include "text/wordpiece.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define START 0u		/* the two roots */
#define GO_ON 1u
#define NO_NODE UINT32_MAX

/* key is node << 8 | byte.  No token holds NUL, so 0 is a free slot. */
struct mr_wordpiece_edge {
	uint32_t key, child;
};

/* VOCAB_MAX and LINE_MAX (so many bytes are newlines) keep the nodes below
 * 2^24, so that a key fits. */
static size_t
slot_of(const struct mr_wordpiece *w, uint32_t key)
{
	uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 32) & (w->n_slots - 1);

	while (w->edge[i].key && w->edge[i].key != key)
		i = (i + 1) & (w->n_slots - 1);
	return i;
}

static uint32_t
step(const struct mr_wordpiece *w, uint32_t node, char byte)
{
	uint32_t key = node << 8 | (unsigned char)byte;
	size_t i = slot_of(w, key);

	return w->edge[i].key == key ? w->edge[i].child : NO_NODE;
}

static int
grow_edges(struct mr_wordpiece *w, struct mr_err *err)
{
	struct mr_wordpiece_edge *old = w->edge;
	size_t n_old = w->n_slots, n = n_old ? 2 * n_old : 1024;
	struct mr_wordpiece_edge *new = mr_alloc(n, sizeof *new,
	    "the vocabulary", err);

	if (!new)
		return MR_ENOMEM;
	w->edge = new;
	w->n_slots = n;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].key)
			new[slot_of(w, old[i].key)] = old[i];
	free(old);
	return MR_OK;
}

static int
add_node(struct mr_wordpiece *w, uint32_t *node, struct mr_err *err)
{
	int rc = mr_grow(&w->token, &w->token_cap, w->n_nodes + 1,
	    sizeof *w->token, "the vocabulary", err);

	if (rc)
		return rc;
	*node = (uint32_t)w->n_nodes;
	w->token[w->n_nodes++] = -1;
	return MR_OK;
}

/* The child of *node at byte, made when it is not there. */
static int
descend(struct mr_wordpiece *w, uint32_t *node, char byte,
    struct mr_err *err)
{
	uint32_t key = *node << 8 | (unsigned char)byte;
	uint32_t child = step(w, *node, byte);
	int rc;

	if (child == NO_NODE) {
		if (w->n_nodes * 2 >= w->n_slots) {
			rc = grow_edges(w, err);
			if (rc)
				return rc;
		}
		rc = add_node(w, &child, err);
		if (rc)
			return rc;
		w->edge[slot_of(w, key)] =
		    (struct mr_wordpiece_edge){ key, child };
	}
	*node = child;
	return MR_OK;
}

/* The root a token hangs from; its "##" is taken off. */
static uint32_t
root_of(struct mr_slice *token)
{
	if (token->n <= 2 || token->p[0] != '#' || token->p[1] != '#')
		return START;
	token->p += 2;
	token->n -= 2;
	return GO_ON;
}

static const char *
line_fault(struct mr_slice line)
{
	if (line.n == 0)
		return "empty line, expected a token";
	if (line.n > MR_WORDPIECE_LINE_MAX)
		return "line too long, expected at most 1024 bytes";
	if (line.p[line.n - 1] == '\r')
		return "line ends in CR LF, expected LF";
	if (memchr(line.p, '\0', line.n))
		return "NUL byte in a token";
	if (mr_utf8_bad(line) < line.n)
		return "not UTF-8";
	return NULL;
}

static int
add_line(struct mr_wordpiece *w, struct mr_slice line, const char *name,
    struct mr_err *err)
{
	const char *fault = line_fault(line);
	struct mr_slice rest = line;
	uint32_t node = root_of(&rest);
	int rc = MR_OK;

	if (fault)
		return mr_err_set(err, MR_EFORMAT, "%s:%d: %s", name,
		    (int)w->n + 1, fault);
	for (size_t i = 0; i < rest.n && rc == MR_OK; i++)
		rc = descend(w, &node, rest.p[i], err);
	if (rc)
		return rc;
	if (w->token[node] >= 0)
		return mr_err_set(err, MR_EFORMAT,
		    "%s:%d: token '%.*s' was already on line %d", name,
		    (int)w->n + 1, (int)(line.n < 100 ? line.n : 100), line.p,
		    (int)w->token[node] + 1);
	w->token[node] = w->n++;
	return MR_OK;
}

int32_t
mr_wordpiece_id(const struct mr_wordpiece *w, struct mr_slice token)
{
	uint32_t node = root_of(&token);

	if (w->n_nodes == 0)
		return -1;
	for (size_t i = 0; i < token.n && node != NO_NODE; i++)
		node = step(w, node, token.p[i]);
	return node == NO_NODE ? -1 : w->token[node];
}

static int
find_specials(struct mr_wordpiece *w, const char *name, struct mr_err *err)
{
	const struct {
		const char *text;
		int32_t *id;
	} need[] = { { "[PAD]", &w->pad }, { "[UNK]", &w->unk },
	    { "[CLS]", &w->cls }, { "[SEP]", &w->sep } };

	for (size_t i = 0; i < sizeof need / sizeof need[0]; i++) {
		*need[i].id = mr_wordpiece_id(w, mr_slice_of(need[i].text));
		if (*need[i].id < 0)
			return mr_err_set(err, MR_EFORMAT,
			    "%s:%d: end of file without the token %s", name,
			    (int)w->n, need[i].text);
	}
	w->mask = mr_wordpiece_id(w, mr_slice_of("[MASK]"));
	return MR_OK;
}

int
mr_wordpiece_load(struct mr_wordpiece *w, struct mr_slice vocab,
    const char *name, const struct mr_wordpiece_opt *opt, struct mr_err *err)
{
	struct mr_slice rest = vocab;
	uint32_t root;
	int rc;

	*w = (struct mr_wordpiece){ .opt = *opt };
	if (vocab.n > MR_WORDPIECE_VOCAB_MAX)
		return mr_err_set(err, MR_EFORMAT,
		    "%s:1: vocabulary of %zu bytes, expected at most %zu",
		    name, vocab.n, MR_WORDPIECE_VOCAB_MAX);
	rc = grow_edges(w, err);
	if (rc == MR_OK)
		rc = add_node(w, &root, err);
	if (rc == MR_OK)
		rc = add_node(w, &root, err);
	while (rc == MR_OK && rest.p && rest.n)
		rc = add_line(w, mr_slice_cut(&rest, '\n'), name, err);
	if (rc == MR_OK)
		rc = find_specials(w, name, err);
	if (rc)
		mr_wordpiece_free(w);
	return rc;
}

void
mr_wordpiece_free(struct mr_wordpiece *w)
{
	free(w->token);
	free(w->edge);
	*w = (struct mr_wordpiece){ 0 };
}

/* One text on its way to ids; n counts pieces, also those that did not fit. */
struct cutter {
	const struct mr_wordpiece *w;
	int32_t *id;
	int64_t room, n;
};

static void
put(struct cutter *c, int32_t id)
{
	if (c->n < c->room)
		c->id[c->n] = id;
	c->n++;
}

/* The longest piece from node along s: its length and *id, or 0. */
static size_t
longest(const struct mr_wordpiece *w, uint32_t node, struct mr_slice s,
    int32_t *id)
{
	size_t len = 0;

	for (size_t i = 0; i < s.n; i++) {
		node = step(w, node, s.p[i]);
		if (node == NO_NODE)
			break;
		if (w->token[node] >= 0) {
			*id = w->token[node];
			len = i + 1;
		}
	}
	return len;
}

/* No token but one of broken UTF-8 could end inside a code point, and
 * loading refuses those: bytes match where code points match. */
static int
cut_word(void *ctx, struct mr_slice word, size_t n_chars, struct mr_err *err)
{
	struct cutter *c = ctx;
	bool unknown = n_chars > MR_WORDPIECE_WORD_MAX;
	int64_t before = c->n;
	uint32_t node = START;
	int32_t id = 0;

	(void)err;
	while (word.n && !unknown) {
		size_t len = longest(c->w, node, word, &id);

		unknown = len == 0;
		put(c, id);
		word.p += len;
		word.n -= len;
		node = GO_ON;
	}
	if (unknown) {
		c->n = before;
		put(c, c->w->unk);
	}
	return MR_OK;
}

/* The first literal special token in text: its place and *id, *len, or
 * text.n. */
static size_t
find_special(const struct mr_wordpiece *w, struct mr_slice text, int32_t *id,
    size_t *len)
{
	const struct {
		const char *text;
		size_t n;
		int32_t id;
	} known[MR_WORDPIECE_SPECIALS] = { { "[PAD]", 5, w->pad },
	    { "[UNK]", 5, w->unk }, { "[CLS]", 5, w->cls },
	    { "[SEP]", 5, w->sep }, { "[MASK]", 6, w->mask } };
	const char *p = text.p, *end = text.p + text.n;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		for (int k = 0; k < MR_WORDPIECE_SPECIALS; k++)
			if (known[k].id >= 0 &&
			    (size_t)(end - p) >= known[k].n &&
			    memcmp(p, known[k].text, known[k].n) == 0) {
				*id = known[k].id;
				*len = known[k].n;
				return (size_t)(p - text.p);
			}
		p++;
	}
	return text.n;
}

int
mr_wordpiece_encode(const struct mr_wordpiece *w, struct mr_slice text,
    struct mr_wordpiece_scratch *s, struct mr_wordpiece_ids *out,
    struct mr_err *err)
{
	struct cutter c = { w, out->id + 1, (int64_t)out->max - 2, 0 };
	const struct mr_wordpiece_sink sink = { cut_word, &c,
	    MR_WORDPIECE_WORD_MAX };
	int32_t id = 0;
	int rc = MR_OK;

	if (out->max < 2)
		return mr_err_set(err, MR_EARG,
		    "room for %d ids, expected at least 2", (int)out->max);
	while (text.n && rc == MR_OK) {
		size_t len = 0, at = find_special(w, text, &id, &len);

		rc = mr_wordpiece_words(&w->opt,
		    (struct mr_slice){ text.p, at }, s, &sink, err);
		if (len)
			put(&c, id);
		text.p += at + len;
		text.n -= at + len;
	}
	if (rc)
		return rc;
	out->n = 2 + (int32_t)(c.n < c.room ? c.n : c.room);
	out->n_full = c.n + 2;
	out->id[0] = w->cls;
	out->id[out->n - 1] = w->sep;
	return MR_OK;
}
