"""The servers of a bench line: `python -m bench.far_end FOLDER CONGESTION_CONTROL`."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

from tests.sim.servers.manners import Present
from tests.sim.servers.web import Site

_PORTS = (80, 443, 8080)


def main(folder: Path, sends: str) -> None:
    """Serve the lab's sites on every address for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    listeners: list[socket.socket] = []
    for port in _PORTS:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", port))  # noqa: S104 - a namespace of its own
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sends.encode())
        sock.listen(512)
        sock.setblocking(False)
        listeners.append(sock)
    site = Site(Present(folder / "manners.json"), folder / "server.pem")
    (folder / "servers-ready").touch()
    site.serve(listeners)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
