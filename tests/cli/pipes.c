/* For the command-line tests: start a program behind an awkward pipe.
 *
 *     pipes dribble CMD...    CMD's stdin is a pipe of which each read gets
 *                             one byte; the bytes are those of our stdin
 *     pipes broken CMD...     CMD's stdout is a pipe nobody reads
 *
 * Exits as CMD does, 128 + n when signal n ended it.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
copy_bytes(int to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(0, buf, sizeof buf)) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (write(to, buf + i, 1) != 1)
				return;
}

static void
become(char *cmd[])
{
	execvp(cmd[0], cmd);
	fprintf(stderr, "pipes: %s: %s\n", cmd[0], strerror(errno));
	_exit(127);
}

int
main(int argc, char *argv[])
{
	int fd[2], status, dribble;
	pid_t child;

	if (argc < 3) {
		fputs("usage: pipes dribble|broken CMD...\n", stderr);
		return 2;
	}
	dribble = strcmp(argv[1], "dribble") == 0;
	/* O_DIRECT: a packet pipe, each write is one read. */
	if (pipe2(fd, O_CLOEXEC | (dribble ? O_DIRECT : 0)) != 0) {
		perror("pipes");
		return 2;
	}
	if (!dribble) {
		close(fd[0]);
		dup2(fd[1], 1);
		become(argv + 2);
	}
	child = fork();
	if (child == 0) {
		dup2(fd[0], 0);
		become(argv + 2);
	}
	close(fd[0]);
	signal(SIGPIPE, SIG_IGN);
	if (child > 0)
		copy_bytes(fd[1]);
	close(fd[1]);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("pipes");
		return 2;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}
