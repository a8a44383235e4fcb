"""The other end of the lab's line: a plain speed server on port 8080, cubic senders."""

from __future__ import annotations

import re
import signal
import socket
import sys
import threading

_NOISE = bytes(1 << 20)


def _serve(sock: socket.socket) -> None:
    with sock:
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
            while _answer(sock):
                pass
        except OSError:
            return  # the client has what it wanted


def _answer(sock: socket.socket) -> bool:
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        data = sock.recv(65_536)
        if not data:
            return False
        buffer += data
    head, _, rest = buffer.partition(b"\r\n\r\n")
    if wanted := re.search(rb"bytes=(\d+)", head):
        left = int(wanted[1])
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % left)
        while left:
            left -= sock.send(_NOISE[:left])
        return True
    length = re.search(rb"Content-Length: (\d+)", head)
    left = int(length[1]) - len(rest) if length else 0
    while left > 0:
        data = sock.recv(min(left, 1 << 20))
        if not data:
            return False
        left -= len(data)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    return True


def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    listening = socket.create_server(
        ("::", 8080), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        sock, _ = listening.accept()
        threading.Thread(target=_serve, args=(sock,), daemon=True).start()


if __name__ == "__main__":
    main()
