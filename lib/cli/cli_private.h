/* Between the files of cli only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CLI_PRIVATE_H
#define MR_CLI_PRIVATE_H

#include "cli/cli.h"

/* mr_cli_start - start the clock, listen to signals. */
void mr_cli_start(struct mr_cli *c);
/* mr_cli_now_s - seconds of a clock that only goes forward. */
double mr_cli_now_s(void);
/* mr_cli_show_progress - listen to the report's, if the options and standard
 * error are so that anybody looks. */
void mr_cli_show_progress(struct mr_cli *c);
/* mr_cli_hold_simd - as the environment's MR_SIMD says: an unknown word is a
 * usage error, of what the CPU lacks the report is told. */
void mr_cli_hold_simd(struct mr_cli *c);

enum mr_help { MR_HELP_TEXT, MR_HELP_TSV, MR_HELP_VERSION };

/* mr_cli_tell_help - print one of the three, of the options in t, and exit:
 * 0, or 1 when it could not be written. */
void mr_cli_tell_help(const struct mr_cli *c, const struct mr_opt *t,
    enum mr_help what) __attribute__((noreturn));

#endif
