/* How much memory there is; see memory.h.
 * SPDX-License-Identifier: MIT */
#include "stream/memory.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/str.h"

#define TEXT 16384	/* memory.stat has the most */

/* The first bytes of a file; empty where there is none. */
static struct mr_slice
read_text(const char *path, char text[TEXT])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, TEXT);

	if (fd >= 0)
		close(fd);
	return mr_slice_trim((struct mr_slice){ text, n > 0 ? (size_t)n : 0 });
}

/* The number behind the word that begins a line, or where word is NULL the
 * first of all; SIZE_MAX: there is none ("max" is none, too). */
static size_t
number(struct mr_slice text, const char *word, size_t unit)
{
	while (text.p) {
		struct mr_slice line = mr_slice_cut(&text, '\n'), first;
		int64_t v;

		if (word && !mr_slice_is(mr_slice_cut(&line, ' '), word))
			continue;
		line = line.p ? mr_slice_trim(line) : line;
		first = mr_slice_cut(&line, ' ');
		return first.p && mr_parse_i64(first, &v) && v >= 0 ?
		    (size_t)v * unit : SIZE_MAX;
	}
	return SIZE_MAX;
}

static size_t
of_system(void)
{
	char text[TEXT];
	struct mr_slice s = read_text("/proc/meminfo", text);
	size_t free = number(s, "MemAvailable:", 1024);
	size_t swap = number(s, "SwapFree:", 1024);

	return free == SIZE_MAX || swap == SIZE_MAX ? free : free + swap;
}

static size_t
of_group(void)
{
	char text[TEXT];
	size_t most = number(read_text("/sys/fs/cgroup/memory.max", text),
	    NULL, 1);
	size_t used = number(read_text("/sys/fs/cgroup/memory.current", text),
	    NULL, 1);
	size_t cache = number(read_text("/sys/fs/cgroup/memory.stat", text),
	    "inactive_file", 1);

	if (most == SIZE_MAX || used == SIZE_MAX)
		return SIZE_MAX;
	/* Pages of files that nobody has read for a while are given back. */
	if (cache != SIZE_MAX)
		used = used > cache ? used - cache : 0;
	return most > used ? most - used : 1;
}

static size_t
of_limit(void)
{
	char text[TEXT];
	struct rlimit l;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t used = number(read_text("/proc/self/statm", text), NULL, page);

	/* The first number of statm is the size of the address space. */
	if (getrlimit(RLIMIT_AS, &l) != 0 || l.rlim_cur == RLIM_INFINITY ||
	    used == SIZE_MAX)
		return SIZE_MAX;
	return l.rlim_cur > used ? l.rlim_cur - used : 1;
}

size_t
mr_memory_free(void)
{
	size_t system = of_system(), group = of_group(), limit = of_limit();
	size_t least = system < group ? system : group;

	if (limit < least)
		least = limit;
	return least == SIZE_MAX ? 0 : least;
}
