/* A wire between two network namespaces, in user space: two TAP devices and, in each direction, a queue in
 * front of a rate, then a delay. Kernels without netem get delay, loss and queues from here.
 *
 *   link NETNS_A IF_A MTU_A NETNS_B IF_B MTU_B [SEED]
 *
 * Direction `up` carries what enters at A, `down` what enters at B. Standard input is the control: one line a
 * command, one line back ("ok", "error ...", or the figures); end of file ends the wire and its devices.
 *   up|down KEY=VALUE ...     keys: see `knobs` below; times in microseconds, shares from 0 to 1
 *   carrier a|b 0|1           cable out, cable in
 *   figures                   packets, bytes, lost, overflowed, queued_us of both directions, as JSON
 *
 * The rate is counted over what lies above the Ethernet header (14 bytes): plans are sold that way, about.
 * A packet's departure is computed when it comes in (virtual time), so that a late wake-up delays packets
 * but never changes the rate. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ETHERNET = 14, LARGEST = 9216, BATCH = 64, WAITING_MAX = 400000 };

struct packet {
	struct packet *before, *after;
	int64_t due_ns;
	int size;
	unsigned char bytes[];
};

struct knobs {
	double rate_bps;                       /* 0: no limit */
	double delay_us, jitter_us, jitter_step_us;
	double loss;                           /* share lost at random */
	double bad_loss, good_us, bad_us;      /* Gilbert-Elliott: share lost while bad, mean time in each state */
	double drop_every_us, drop_for_us;     /* nothing passes for drop_for in each drop_every */
	double reorder, reorder_us;            /* share that waits reorder_us more and so is overtaken */
	double duplicate;
	double queue_us, queue_bytes;          /* whichever is reached first; 0: not limited by this one */
	double police_bps, police_bytes;       /* a bucket of police_bytes fills at police_bps; what finds it empty is dropped */
	double max_bytes;                      /* larger IP packets vanish without a word; 0: none do */
	double cut;                            /* 1: nothing passes */
};

static const struct { const char *name; size_t at; } knobs[] = {
#define KNOB(k) { #k, offsetof(struct knobs, k) }
	KNOB(rate_bps), KNOB(delay_us), KNOB(jitter_us), KNOB(jitter_step_us), KNOB(loss), KNOB(bad_loss), KNOB(good_us),
	KNOB(bad_us), KNOB(drop_every_us), KNOB(drop_for_us), KNOB(reorder), KNOB(reorder_us), KNOB(duplicate),
	KNOB(queue_us), KNOB(queue_bytes), KNOB(police_bps), KNOB(police_bytes), KNOB(max_bytes), KNOB(cut),
};

struct direction {
	struct knobs k;
	int in, out;
	struct packet *first, *last;
	long waiting;
	double tokens;                         /* bytes in the policer's bucket */
	int64_t tokens_at_ns;
	double free_ns;                        /* when the wire has sent all that it has accepted */
	int64_t last_due_ns;
	int bad;
	int64_t state_until_ns;
	double jitter_now_ns, jitter_from_ns, jitter_to_ns;
	int64_t jitter_at_ns;
	uint64_t packets, bytes, lost, overflowed;
};

static struct direction ways[2];           /* 0 up, 1 down */
static int64_t born_ns;

static void die(const char *what) { fprintf(stderr, "link: %s: %s\n", what, strerror(errno)); exit(1); }

static int64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint64_t dice_state;
static double dice(void) {                     /* xorshift64*: [0, 1) */
	dice_state ^= dice_state >> 12; dice_state ^= dice_state << 25; dice_state ^= dice_state >> 27;
	return (double)((dice_state * 2685821657736338717ULL) >> 11) / 9007199254740992.0;
}
static double exponential(double mean) { return -log(1 - dice()) * mean; }

static int tap(const char *netns, const char *name) {
	int ns = open(netns, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET)) die(netns);
	close(ns);
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) die("/dev/net/tun");
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	strncpy(r.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, TUNSETIFF, &r)) die(name);
	/* out until it is put in: only then does the kernel say "up" of it, as it does of a real port */
	unsigned out = 0;
	if (ioctl(fd, TUNSETCARRIER, &out)) die("carrier");
	return fd;
}

static void set_mtu(const char *name, int mtu) {
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_mtu = mtu };
	strncpy(r.ifr_name, name, IFNAMSIZ - 1);
	if (s < 0 || ioctl(s, SIOCSIFMTU, &r)) die("mtu");
	close(s);
}

/* ---- what may happen to a packet */

static int in_bad_state(struct direction *d, int64_t now) {
	if (d->k.bad_us <= 0 || d->k.good_us <= 0) return 0;
	if (!d->state_until_ns) { d->bad = 0; d->state_until_ns = now + exponential(d->k.good_us) * 1000; }
	while (now >= d->state_until_ns) {
		d->bad = !d->bad;
		d->state_until_ns += 1 + exponential(d->bad ? d->k.bad_us : d->k.good_us) * 1000;
	}
	return d->bad;
}

static int vanishes(struct direction *d, int64_t now, int size) {
	const struct knobs *k = &d->k;
	if (k->cut) return 1;
	if (k->max_bytes && size - ETHERNET > k->max_bytes) return 1;
	if (k->drop_every_us) {                /* the drop is the end of each period: the wire starts out working */
		double at = fmod((now - born_ns) / 1000.0, k->drop_every_us);
		if (at >= k->drop_every_us - k->drop_for_us) return 1;
	}
	if (in_bad_state(d, now) && dice() < k->bad_loss) return 1;
	return k->loss > 0 && dice() < k->loss;
}

/* Delay wanders from one value to the next in straight lines: neighbours in time suffer alike, nobody overtakes. */
static double jitter_ns(struct direction *d, int64_t now) {
	double step = (d->k.jitter_step_us ? d->k.jitter_step_us : 40000) * 1000;
	if (d->k.jitter_us <= 0) return 0;
	if (now - d->jitter_at_ns > 4 * step) d->jitter_at_ns = now - step;
	while (now - d->jitter_at_ns >= step) {
		d->jitter_at_ns += step;
		d->jitter_from_ns = d->jitter_to_ns;
		d->jitter_to_ns = exponential(d->k.jitter_us) * 1000;
		if (d->jitter_to_ns > 6000 * d->k.jitter_us) d->jitter_to_ns = 6000 * d->k.jitter_us;
	}
	return d->jitter_from_ns + (d->jitter_to_ns - d->jitter_from_ns) * (now - d->jitter_at_ns) / step;
}

static void enqueue(struct direction *d, const unsigned char *bytes, int size, int64_t due) {
	struct packet *p = d->waiting < WAITING_MAX ? malloc(sizeof *p + size) : NULL, *at = d->last;
	if (!p) { d->overflowed++; return; }
	memcpy(p->bytes, bytes, size);
	p->size = size; p->due_ns = due;
	while (at && at->due_ns > due) at = at->before;
	p->before = at; p->after = at ? at->after : d->first;
	*(p->after ? &p->after->before : &d->last) = p;
	*(at ? &at->after : &d->first) = p;
	d->waiting++;
}

static int overflows(const struct direction *d, int64_t now) {
	double ahead_us = (d->free_ns - now) / 1000;
	if (ahead_us <= 0) return 0;
	if (d->k.queue_us && ahead_us > d->k.queue_us) return 1;
	return d->k.queue_bytes && ahead_us * d->k.rate_bps / 8e6 > d->k.queue_bytes;
}

static int policed(struct direction *d, int64_t now, int size) {
	const struct knobs *k = &d->k;
	if (k->police_bps <= 0) return 0;
	d->tokens += (now - d->tokens_at_ns) * k->police_bps / 8e9;
	if (d->tokens > k->police_bytes) d->tokens = k->police_bytes;
	d->tokens_at_ns = now;
	if (d->tokens < size - ETHERNET) return 1;
	d->tokens -= size - ETHERNET;
	return 0;
}

static void arrive(struct direction *d, const unsigned char *bytes, int size, int64_t now) {
	const struct knobs *k = &d->k;
	int64_t due = now;
	if (policed(d, now, size)) { d->overflowed++; return; }
	if (k->rate_bps > 0) {
		if (overflows(d, now)) { d->overflowed++; return; }
		if (d->free_ns < now) d->free_ns = now;
		d->free_ns += (size - ETHERNET) * 8e9 / k->rate_bps;
		due = d->free_ns;
	}
	if (vanishes(d, now, size)) { d->lost++; return; }
	due += k->delay_us * 1000 + jitter_ns(d, now);
	if (k->reorder > 0 && dice() < k->reorder) {
		due += k->reorder_us * 1000;
	} else {
		if (due < d->last_due_ns) due = d->last_due_ns;
		d->last_due_ns = due;
	}
	enqueue(d, bytes, size, due);
	if (k->duplicate > 0 && dice() < k->duplicate) enqueue(d, bytes, size, due);
}

static void deliver(struct direction *d, int64_t now) {
	while (d->first && d->first->due_ns <= now) {
		struct packet *p = d->first;
		if (write(d->out, p->bytes, p->size) == p->size) { d->packets++; d->bytes += p->size - ETHERNET; }
		d->first = p->after;
		*(d->first ? &d->first->before : &d->last) = NULL;
		d->waiting--;
		free(p);
	}
}

static void drain(struct direction *d) {
	static unsigned char bytes[LARGEST];
	for (int i = 0; i < BATCH; i++) {
		int size = read(d->in, bytes, sizeof bytes);
		if (size <= ETHERNET) return;
		arrive(d, bytes, size, now_ns());
	}
}

/* ---- control */

static const char *set(struct direction *d, char *words) {
	for (char *save, *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		char *value = strchr(w, '='), *end;
		if (!value) return "error KEY=VALUE expected";
		*value++ = 0;
		size_t i = 0, n = sizeof knobs / sizeof *knobs;
		while (i < n && strcmp(knobs[i].name, w)) i++;
		double v = strtod(value, &end);
		if (i == n || *end || end == value || !(v >= 0)) return "error unknown key or bad value";
		*(double *)((char *)&d->k + knobs[i].at) = v;
	}
	if (d->free_ns > now_ns() + 60e9) d->free_ns = now_ns();
	d->state_until_ns = 0;
	return "ok";
}

static const char *figures(void) {
	static char out[512];
	int n = 0;
	for (int i = 0; i < 2; i++) {
		struct direction *d = &ways[i];
		double queued_us = (d->free_ns - now_ns()) / 1000;
		n += snprintf(out + n, sizeof out - n,
			"%s\"%s\":{\"packets\":%llu,\"bytes\":%llu,\"lost\":%llu,\"overflowed\":%llu,\"queued_us\":%.0f}",
			i ? "," : "{", i ? "down" : "up", (unsigned long long)d->packets, (unsigned long long)d->bytes,
			(unsigned long long)d->lost, (unsigned long long)d->overflowed, queued_us > 0 ? queued_us : 0);
	}
	snprintf(out + n, sizeof out - n, "}");
	return out;
}

static const char *obey(char *line) {
	char side; unsigned on;
	if (!strncmp(line, "up ", 3)) return set(&ways[0], line + 3);
	if (!strncmp(line, "down ", 5)) return set(&ways[1], line + 5);
	if (!strcmp(line, "figures")) return figures();
	if (sscanf(line, "carrier %c %u", &side, &on) == 2 && (side == 'a' || side == 'b'))
		return ioctl(ways[side == 'b'].in, TUNSETCARRIER, &on) ? "error carrier" : "ok";
	return "error unknown command";
}

static void control(void) {
	static char buffer[4096];
	static size_t held;
	ssize_t n = read(0, buffer + held, sizeof buffer - 1 - held);
	if (n <= 0) exit(0);
	held += n;
	buffer[held] = 0;
	for (char *end; (end = strchr(buffer, '\n'));) {
		*end = 0;
		const char *answer = obey(buffer);
		dprintf(1, "%s\n", answer);
		held -= end + 1 - buffer;
		memmove(buffer, end + 1, held + 1);
	}
	if (held == sizeof buffer - 1) exit(2);
}

static int64_t next_due(void) {
	int64_t due = INT64_MAX;
	for (int i = 0; i < 2; i++) if (ways[i].first && ways[i].first->due_ns < due) due = ways[i].first->due_ns;
	return due;
}

int main(int argc, char **argv) {
	if (argc < 7) { fprintf(stderr, "usage: link NETNS_A IF_A MTU_A NETNS_B IF_B MTU_B [SEED]\n"); return 2; }
	int a = tap(argv[1], argv[2]); set_mtu(argv[2], atoi(argv[3]));
	int b = tap(argv[4], argv[5]); set_mtu(argv[5], atoi(argv[6]));
	ways[0].in = ways[1].out = a; ways[0].out = ways[1].in = b;
	dice_state = (argc > 7 ? strtoull(argv[7], NULL, 10) : 1) * 0x9E3779B97F4A7C15ULL | 1;
	for (int i = 0; i < 16; i++) dice();
	/* the wire must not wait for the machine's other work: its delays are the measurement's truth */
	struct sched_param priority = { .sched_priority = 10 };
	sched_setscheduler(0, SCHED_FIFO, &priority);
	prctl(PR_SET_TIMERSLACK, 1);
	mlockall(MCL_CURRENT);
	born_ns = now_ns();
	dprintf(1, "ready\n");
	for (;;) {
		struct pollfd fds[3] = { { a, POLLIN, 0 }, { b, POLLIN, 0 }, { 0, POLLIN, 0 } };
		int64_t due = next_due(), wait = due == INT64_MAX ? 1000000000 : due - now_ns();
		struct timespec t = { 0, 0 };
		if (wait > 0) { t.tv_sec = wait / 1000000000; t.tv_nsec = wait % 1000000000; }
		if (ppoll(fds, 3, &t, NULL) > 0) {
			if (fds[0].revents) drain(&ways[0]);
			if (fds[1].revents) drain(&ways[1]);
			if (fds[2].revents) control();
		}
		int64_t now = now_ns();
		deliver(&ways[0], now);
		deliver(&ways[1], now);
	}
}
