/* Give every file of the folders named to the fuzz target linked in; TAP on
 * stdout.  A crash is the failure it looks for.
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target gets an allocation of just the size, so that a sanitizer sees a
 * read past its end. */
static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *p = NULL;
	size_t n = 0;
	int ok = f && fstat(fileno(f), &st) == 0;

	if (ok) {
		n = (size_t)st.st_size;
		p = malloc(n ? n : 1);
		ok = p && fread(p, 1, n, f) == n;
	}
	if (ok)
		LLVMFuzzerTestOneInput(p, n);
	free(p);
	if (f)
		fclose(f);
	return ok;
}

static int
replay_folder(const char *path, int *n)
{
	struct dirent **entry;
	int found = scandir(path, &entry, NULL, alphasort), all_ok = found >= 0;

	for (int i = 0; i < found; i++) {
		char name[4096];

		if (entry[i]->d_name[0] != '.') {
			snprintf(name, sizeof name, "%s/%s", path,
			    entry[i]->d_name);
			if (replay(name)) {
				printf("ok %d %s\n", ++*n, name);
			} else {
				printf("not ok %d %s: %s\n", ++*n, name,
				    strerror(errno));
				all_ok = 0;
			}
			fflush(stdout);
		}
		free(entry[i]);
	}
	if (found >= 0)
		free(entry);
	return all_ok;
}

int
main(int argc, char *argv[])
{
	int n = 0, ok = 1;

	for (int i = 1; i < argc; i++)
		ok &= replay_folder(argv[i], &n);
	printf("1..%d\n", n);
	return ok ? 0 : 1;
}
