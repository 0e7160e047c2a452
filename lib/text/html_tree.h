/* A page of HTML as a tree, and walking it without recursion: pages nest as
 * deep as they like.  For text/html only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_HTML_TREE_H
#define MR_TEXT_HTML_TREE_H

#include <gumbo.h>
#include <stdbool.h>

#include "core/str.h"

struct mr_html_tree;

/* mr_html_tree_open - the page s, whose text must stay: *root is its document.
 * *tree is to be closed also after a failure.  Errors as mr_html_read. */
int mr_html_tree_open(struct mr_html_tree **tree, const GumboNode **root,
    struct mr_slice s, const char *name, struct mr_err *err) MR_CHECKED;
void mr_html_tree_close(struct mr_html_tree *tree);

const GumboVector *mr_html_children(const GumboNode *n);
bool mr_html_is(const GumboNode *n, GumboTag tag);
/* mr_html_attribute - of an element; NULL: it has none. */
const char *mr_html_attribute(const GumboNode *n, const char *name);
/* mr_html_following - the node behind n in the order of the page, below root;
 * inside: or the first in n.  NULL at the end. */
const GumboNode *mr_html_following(const GumboNode *n, const GumboNode *root,
    bool inside);

#endif
