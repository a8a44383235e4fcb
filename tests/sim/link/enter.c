/* Runs a command inside the lab's namespaces and passes signals and exit status through.
 *
 *   enter [-w PID] [-t PID] [-n FILE] [-c FOLDER] [-u FD] -- COMMAND ...
 *     -w   first step into this process's user, mount and PID namespaces (the lab's warden, as seen from here)
 *     -t   then into this process's mount, network and PID namespaces (the subscriber's computer)
 *     -n   or only into this network namespace
 *     -c   working folder, looked up inside
 *     -u   at the end write to this open descriptor what the command and its children took:
 *          seconds by the clock, CPU seconds of user and system, peak memory of one process in bytes
 *   enter -R            be the first process of a PID namespace: wait for every orphan
 *
 * Unlike nsenter it forwards signals, and the command dies with it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) { fprintf(stderr, "enter: %s: %s\n", what, strerror(errno)); exit(125); }

static int space(const char *pid, const char *kind) {
	char path[80];
	snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) die(path);
	return fd;
}

static int same_user_space(int fd) {
	char here[64], there[64], link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t a = readlink("/proc/self/ns/user", here, sizeof here), b = readlink(link, there, sizeof there);
	return a > 0 && a == b && !memcmp(here, there, a);
}

static void step_into_warden(const char *pid) {
	int user = space(pid, "user"), mnt = space(pid, "mnt"), pids = space(pid, "pid_for_children");
	if (!same_user_space(user) && setns(user, CLONE_NEWUSER)) die("user namespace");
	if (setns(pids, CLONE_NEWPID)) die("PID namespace");
	if (setns(mnt, CLONE_NEWNS)) die("mount namespace");
}

static void step_into_computer(const char *pid) {
	int net = space(pid, "net"), mnt = space(pid, "mnt"), pids = space(pid, "pid");
	if (setns(net, CLONE_NEWNET)) die("network namespace");
	if (setns(pids, CLONE_NEWPID)) die("PID namespace");
	if (setns(mnt, CLONE_NEWNS)) die("mount namespace");
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static double now_s(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Asked of a small parent: a fork counts its parent's memory as its own until it has become the command. */
static void tell(int fd, double begun_s, const struct rusage *r) {
	if (fd < 0) return;
	dprintf(fd, "%.6f %.6f %.6f %ld\n", now_s() - begun_s, seconds(r->ru_utime), seconds(r->ru_stime),
		r->ru_maxrss * 1024);
}

static int pass_through(pid_t child, const sigset_t *set, int usage) {
	double begun_s = now_s();
	for (;;) {
		siginfo_t info;
		int signo = sigwaitinfo(set, &info), status;
		if (signo < 0) continue;
		if (signo != SIGCHLD) {
			/* what the terminal sends (SI_KERNEL) the command has got itself */
			if (info.si_code != SI_KERNEL) kill(child, signo);
			continue;
		}
		struct rusage used;
		if (wait4(child, &status, WNOHANG, &used) != child) continue;
		tell(usage, begun_s, &used);
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}

static _Noreturn void reap(void) {
	sigset_t set;
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int signo; ; ) {
		sigwait(&set, &signo);
		while (waitpid(-1, NULL, WNOHANG) > 0);
	}
}

int main(int argc, char **argv) {
	const char *folder = NULL;
	sigset_t set, old;
	int o, usage = -1;
	while ((o = getopt(argc, argv, "+Rw:t:n:c:u:")) != -1) {
		if (o == 'R') reap();
		if (o == 'w') step_into_warden(optarg);
		if (o == 't') step_into_computer(optarg);
		if (o == 'c') folder = optarg;
		if (o == 'u' && fcntl(usage = atoi(optarg), F_SETFD, FD_CLOEXEC)) die("descriptor");
		if (o == 'n') {
			int fd = open(optarg, O_RDONLY | O_CLOEXEC);
			if (fd < 0 || setns(fd, CLONE_NEWNET)) die(optarg);
			close(fd);
		}
		if (o == '?') return 125;
	}
	if (optind >= argc) { fprintf(stderr, "enter: no command\n"); return 125; }
	sigemptyset(&set);
	int kinds[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) sigaddset(&set, kinds[i]);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid_t child = fork();
	if (child < 0) die("fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_SETMASK, &old, NULL);
		if (folder && chdir(folder) && chdir("/")) die(folder);
		execvp(argv[optind], argv + optind);
		fprintf(stderr, "enter: %s: %s\n", argv[optind], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	return pass_through(child, &set, usage);
}
