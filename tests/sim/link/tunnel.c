/* One end of a VPN, without the secrecy: packets of a TUN device travel in UDP.
 *
 *   tunnel NETNS IF ADDRESS PORT [HOST]      ADDRESS: own IPv4 address; HOST: the far end's; without it, whoever wrote last
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what) { fprintf(stderr, "tunnel: %s: %s\n", what, strerror(errno)); exit(1); }

int main(int argc, char **argv) {
	if (argc < 5) { fprintf(stderr, "usage: tunnel NETNS IF ADDRESS PORT [HOST]\n"); return 2; }
	int ns = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET)) die(argv[1]);
	int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC), udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	strncpy(r.ifr_name, argv[2], IFNAMSIZ - 1);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &r)) die(argv[2]);
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[4])) }, peer = here;
	if (inet_pton(AF_INET, argv[3], &here.sin_addr) != 1) die(argv[3]);
	if (bind(udp, (void *)&here, sizeof here)) die("bind");
	int known = argc > 5 && inet_pton(AF_INET, argv[5], &peer.sin_addr) == 1;
	printf("ready\n");
	fflush(stdout);
	static unsigned char bytes[65536];
	for (;;) {
		struct pollfd fds[2] = { { tun, POLLIN, 0 }, { udp, POLLIN, 0 } };
		if (poll(fds, 2, -1) < 0) continue;
		if (fds[0].revents & POLLIN) {
			ssize_t n = read(tun, bytes, sizeof bytes);
			if (n > 0 && known) sendto(udp, bytes, n, MSG_DONTWAIT, (void *)&peer, sizeof peer);
		}
		if (fds[1].revents & (POLLIN | POLLERR)) {
			struct sockaddr_in from;
			socklen_t size = sizeof from;
			ssize_t n = recvfrom(udp, bytes, sizeof bytes, MSG_DONTWAIT, (void *)&from, &size);
			if (n <= 0) continue;
			if (argc <= 5) { peer = from; known = 1; }
			if (write(tun, bytes, n) < 0) continue;
		}
	}
}
