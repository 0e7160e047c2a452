/* A transformer on this machine beside vectors that are known.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_SELFTEST_H
#define MR_TOOL_EMBED_SELFTEST_H

#include <stdint.h>

#define MR_EMBED_REFERENCES 6
#define MR_EMBED_REFERENCE_WIDTH 384

/* A text, times times over, and its vector by all-MiniLM-L6-v2 in units of
 * 1e-5.  Short and past 256 pieces, ASCII, accents and other scripts. */
struct mr_embed_reference {
	const char *text;
	int times;
	int16_t vector[MR_EMBED_REFERENCE_WIDTH];
};

extern const struct mr_embed_reference
    mr_embed_references[MR_EMBED_REFERENCES];

#endif
