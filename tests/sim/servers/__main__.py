"""All servers of a lab: `python -m tests.sim.servers FOLDER` (networks, manners, certificate)."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

from tests.sim import atlas, spaces
from tests.sim.servers import clock, proxy, reflector, resolver
from tests.sim.servers.manners import Present
from tests.sim.servers.resolver import Resolver
from tests.sim.servers.web import Site

_WEB_PORTS = (80, 443, 8080)


def _bound(address: str, port: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        sock.listen(512)
    sock.setblocking(False)
    return sock


def _listeners(network: Path, addresses: list[str]) -> list[socket.socket]:
    with spaces.inside(network):
        stream = socket.SOCK_STREAM
        return [_bound(a, port, stream) for a in addresses for port in _WEB_PORTS]


def _web(folder: Path, listeners: list[socket.socket]) -> None:
    """Serve these from a process of their own: transfers must not delay the small answers."""
    if os.fork() == 0:
        Site(Present(folder / "manners.json"), folder / "server.pem").serve(listeners)
    for listener in listeners:
        listener.close()


async def _small_answers(folder: Path) -> None:
    present = Present(folder / "manners.json")
    own, public = Resolver(present, provider=True), Resolver(present, provider=False)
    places = [
        ("core", own, (atlas.PROVIDER_RESOLVER, atlas.PROVIDER_RESOLVER6)),
        ("internet", public, (*atlas.PUBLIC_RESOLVERS, *atlas.PUBLIC_RESOLVERS6)),
    ]
    for network, who, addresses in places:
        for address in addresses:
            with spaces.inside(folder / "networks" / network):
                udp = _bound(address, 53, socket.SOCK_DGRAM)
                tcp = _bound(address, 53, socket.SOCK_STREAM)
            await resolver.serve_datagrams(udp, who)
            await resolver.serve_streams(tcp, who)
    for address in atlas.CLOCKS:
        with spaces.inside(folder / "networks" / "internet"):
            sock = _bound(address, 123, socket.SOCK_DGRAM)
        await clock.serve(sock, present)
    core = folder / "networks" / "core"
    for address in (atlas.SPEED_INSIDE, atlas.SPEED_INSIDE6):
        with spaces.inside(core):
            sock = _bound(address, 862, socket.SOCK_DGRAM)
        await reflector.serve(sock)
    with spaces.inside(core):
        sock = _bound(atlas.PROXY, 3128, socket.SOCK_STREAM)
    await proxy.serve(sock, core)
    (folder / "servers-ready").touch()
    await asyncio.Event().wait()


def main(folder: Path) -> None:
    """Fork the web servers, then answer DNS, NTP and proxy requests for ever."""
    core, internet = folder / "networks" / "core", folder / "networks" / "internet"
    outside = {atlas.SPEED_OUTSIDE, atlas.SINK}
    inside = {atlas.SPEED_INSIDE, atlas.SPEED_INSIDE6}
    rest = set(atlas.outside_v4()) | set(atlas.outside_v6())
    own = set(atlas.inside_v4()) | set(atlas.inside_v6())
    _web(folder, _listeners(internet, sorted(outside)))
    _web(folder, _listeners(core, sorted(inside)))
    sites = _listeners(internet, sorted(rest - outside)) + _listeners(core, sorted(own - inside))
    _web(folder, sites)
    asyncio.run(_small_answers(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
