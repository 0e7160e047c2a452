/* For the command-line tests: a web server on this machine that answers by a
 * script and writes down what it was asked.
 * SPDX-License-Identifier: MIT
 *
 *     server SCRIPT LOG PORTFILE
 *
 * A line of SCRIPT is an answer, its fields parted by tabs:
 *     TARGET STATUS HEADERS FILE DELAY_MS CUT
 * HEADERS are parted by '|'; FILE is the body, '-' none; CUT: so many bytes of
 * it are sent, -1 all.  The answers to one target are given in their order,
 * the last again and again; other targets are answered 404.
 *
 * A line of LOG is a request that was answered: milliseconds, the number of
 * connections open, status, target, and the headers parted by '|'.  PORTFILE
 * appears when the server is ready.  It ends by a signal, or after 10 minutes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWERS_MAX 4096

struct answer {
	char *target, *status, *headers, *file;
	long delay_ms, cut;
	int used;
};

static struct answer answer[ANSWERS_MAX];
static int n_answers;

static void
fail(const char *what)
{
	fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
read_script(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;

	if (!f)
		fail(path);
	while (getline(&line, &cap, f) > 0) {
		struct answer *a = &answer[n_answers];
		char *field[6], *rest = line;
		int n = 0;

		line[strcspn(line, "\n")] = '\0';
		while (n < 6 && (field[n] = strsep(&rest, "\t")) != NULL)
			n++;
		if (n != 6 || ++n_answers == ANSWERS_MAX) {
			fprintf(stderr, "server: %s: a bad line\n", path);
			exit(2);
		}
		*a = (struct answer){ field[0], field[1], field[2], field[3],
		    atol(field[4]), atol(field[5]), 0 };
		line = NULL;
	}
	free(line);
	fclose(f);
}

/* The next answer to target; NULL: none is known. */
static struct answer *
find(const char *target)
{
	struct answer *last = NULL;

	for (int i = 0; i < n_answers; i++)
		if (strcmp(answer[i].target, target) == 0) {
			last = &answer[i];
			if (!last->used)
				break;
		}
	if (last)
		last->used = 1;
	return last;
}

static void
put(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

static void
send_answer(int fd, const struct answer *a)
{
	char *body = NULL, head[4096], *h;
	FILE *f = a && strcmp(a->file, "-") != 0 ? fopen(a->file, "r") : NULL;
	size_t size = 0, n = 0;

	if (f) {
		fseek(f, 0, SEEK_END);
		size = (size_t)ftell(f);
		rewind(f);
		body = malloc(size + 1);
		n = body ? fread(body, 1, size, f) : 0;
		fclose(f);
	}
	if (a)
		nanosleep(&(struct timespec){ a->delay_ms / 1000,
		    a->delay_ms % 1000 * 1000000 }, NULL);
	snprintf(head, sizeof head, "HTTP/1.1 %s .\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n", a ? a->status : "404", size);
	put(fd, head, strlen(head));
	snprintf(head, sizeof head, "%s", a ? a->headers : "");
	for (char *rest = head; (h = strsep(&rest, "|")) != NULL;)
		if (*h) {
			put(fd, h, strlen(h));
			put(fd, "\r\n", 2);
		}
	put(fd, "\r\n", 2);
	if (body)
		put(fd, body, a->cut >= 0 && (size_t)a->cut < n ?
		    (size_t)a->cut : n);
	free(body);
}

/* Another one that waits while this one is served? */
static int
n_open(int listener)
{
	struct pollfd p = { listener, POLLIN, 0 };

	return 1 + (poll(&p, 1, 0) > 0);
}

static void
serve(int fd, int listener, FILE *log)
{
	char text[65536], *target, *end, *h;
	struct answer *a;
	struct timespec t;
	size_t n = 0;

	do {
		ssize_t got = read(fd, text + n, sizeof text - 1 - n);

		if (got <= 0)
			return;
		n += (size_t)got;
		text[n] = '\0';
	} while (!strstr(text, "\r\n\r\n") && n < sizeof text - 1);
	target = strchr(text, ' ');
	end = target ? strchr(target + 1, ' ') : NULL;
	h = end ? strstr(end, "\r\n") : NULL;
	if (!h)
		return;
	target++;
	*end = '\0';
	clock_gettime(CLOCK_MONOTONIC, &t);
	a = find(target);
	send_answer(fd, a);
	fprintf(log, "%lld\t%d\t%s\t%s\t", (long long)t.tv_sec * 1000 +
	    t.tv_nsec / 1000000, n_open(listener), a ? a->status : "404",
	    target);
	for (h += 2; *h; h++)
		if (*h != '\r')
			fputc(*h == '\n' ? '|' : *h, log);
	fputc('\n', log);
	fflush(log);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
	FILE *log, *port;

	if (argc != 4) {
		fputs("usage: server SCRIPT LOG PORTFILE\n", stderr);
		return 2;
	}
	alarm(600);
	signal(SIGPIPE, SIG_IGN);
	read_script(argv[1]);
	log = fopen(argv[2], "w");
	if (!log)
		fail(argv[2]);
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) != 0 ||
	    listen(listener, 8) != 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) != 0)
		fail("no port");
	port = fopen(argv[3], "w");
	if (!port)
		fail(argv[3]);
	fprintf(port, "%d\n", ntohs(at.sin_port));
	fclose(port);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		serve(fd, listener, log);
		close(fd);
	}
	return 0;
}
