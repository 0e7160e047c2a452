/* Rights given up; see confine.h.
 * SPDX-License-Identifier: MIT */
#include "cli/confine.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What newer kernels know, and headers of older ones do not. */
struct ruleset {
	uint64_t fs, net, scoped;
};
#define FS_TRUNCATE (UINT64_C(1) << 14)	/* from version 3 on */
#define FS_IOCTL_DEV (UINT64_C(1) << 15)	/* 5 */
#define NET_TCP UINT64_C(3)	/* 4: bind and connect */
#define SCOPE_SIGNAL UINT64_C(2)	/* 6 */

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define APPEND (READ | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	LANDLOCK_ACCESS_FS_MAKE_REG)

static int
open_rules(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r = { .fs = (UINT64_C(1) << 13) - 1 };
	size_t size = version >= 6 ? sizeof r : version >= 4 ?
	    offsetof(struct ruleset, scoped) : sizeof r.fs;

	if (version < 1)
		return -1;
	if (version >= 2)
		r.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 4)
		r.net = NET_TCP;
	if (version >= 6)
		r.scoped = SCOPE_SIGNAL;
	return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

/* Below folder that is allowed. */
static void
allow(int rules, const char *folder, uint64_t what)
{
	struct landlock_path_beneath_attr a = { .allowed_access = what,
	    .parent_fd = open(folder, O_PATH | O_CLOEXEC) };

	if (a.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a,
	    0);
	close(a.parent_fd);
}

/* In the folder of path, and where a symbolic link leads. */
static void
allow_beside(int rules, const char *path, uint64_t what)
{
	char name[PATH_MAX], real[PATH_MAX];

	if (!path || strcmp(path, "-") == 0 || strlen(path) >= sizeof name)
		return;
	snprintf(name, sizeof name, "%s", path);
	allow(rules, dirname(name), what);
	if (realpath(path, real))
		allow(rules, dirname(real), what);
}

static void
allow_folder(int rules, const char *folder)
{
	char inside[PATH_MAX];

	if (!folder)
		return;
	allow(rules, folder, READ);
	if (snprintf(inside, sizeof inside, "%s/model.safetensors", folder) <
	    (int)sizeof inside)
		allow_beside(rules, inside, READ);
}

void
mr_confine(const struct mr_confine *c, struct mr_report *report)
{
	bool done = false;
	int rules;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	rules = open_rules();
	if (rules >= 0) {
		for (size_t i = 0; i < sizeof c->read / sizeof *c->read; i++)
			allow_beside(rules, c->read[i], READ);
		allow_folder(rules, c->folder);
		allow_beside(rules, c->append, APPEND);
		allow_beside(rules, c->remove, LANDLOCK_ACCESS_FS_REMOVE_FILE);
		allow(rules, "/proc/self", READ);
		done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
		close(rules);
	}
	if (!done)
		mr_report_fact(report, "the kernel has no Landlock: files are "
		    "not fenced off");
}
