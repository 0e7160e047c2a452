/* Between the files of cli only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CLI_PRIVATE_H
#define MR_CLI_PRIVATE_H

#include "cli/cli.h"

/* mr_cli_start - start the clock, listen to the report's progress
 * and to signals. */
void mr_cli_start(struct mr_cli *c);

#endif
