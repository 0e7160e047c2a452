/* MR_SIMD: the vector instructions that a run is held to.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "core/simd.h"

void
mr_cli_hold_simd(struct mr_cli *c)
{
	const char *word = getenv("MR_SIMD");
	int level = 0;

	if (!word || !*word)
		return;
	while (mr_simd_words[level] && strcmp(mr_simd_words[level], word) != 0)
		level++;
	if (!mr_simd_words[level])
		mr_cli_usage(c, "MR_SIMD: '%s' is none of plain avx2 avx512",
		    word);
	mr_simd_hold((enum mr_simd)level);
	if (mr_simd_level() != (enum mr_simd)level)
		mr_report_warn(&c->run.report, "MR_SIMD=%s: this CPU has no "
		    "such instructions, %s is taken", word,
		    mr_simd_words[mr_simd_level()]);
}
