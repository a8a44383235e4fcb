"""The requests that each kind of test server understands."""

import os

import msgspec

from diagnostics.wire import url
from diagnostics.wire.throughput import Direction, SpeedServer

_MEGABYTE = 1_000_000
#: an ndt7 client has one connection; so few more are no burden to a server
_NDT7_CONNECTIONS = 4
#: what speedtest.net's own settings tell clients to use
_OOKLA_CONNECTIONS = 8
_PICTURE = 31_625_365


class Endpoint(msgspec.Struct, frozen=True):
    """One URL to move bytes from or to, `size` bytes a request.

    `ndt7`: by WebSocket.  `most_connections`: what servers of this kind bear.
    """

    target: url.Url
    size: int
    ndt7: bool = False
    most_connections: int = 16


def endpoint(server: SpeedServer, direction: Direction) -> Endpoint:
    """ValueError when the server's address is missing or wrong."""
    place = server.download_url if direction == "down" else server.upload_url
    if server.kind == "http":
        return _http(place, direction)
    return _OF_KIND[server.kind](server, direction)


def small(server: SpeedServer) -> url.Url | None:
    """What is answered with a few bytes, for the time of a request; None: no such thing."""
    base = server.url.rstrip("/")
    if server.kind == "http":
        return url.parse(url.with_query(server.download_url, "bytes=1"))
    if server.kind == "librespeed":
        return url.parse(f"{base}/empty.php")
    if server.kind == "cloudflare":
        return url.parse(f"{base}/__down?bytes=1")
    if server.kind == "ookla":
        return url.parse(f"{_folder(server)}/latency.txt")
    return None


def _http(place: str, direction: Direction) -> Endpoint:
    if not place:
        raise ValueError(f"the speed server has no {direction}load_url")
    size = 1000 * _MEGABYTE
    down = direction == "down"
    return Endpoint(url.parse(url.with_query(place, f"bytes={size}") if down else place), size)


def _librespeed(server: SpeedServer, direction: Direction) -> Endpoint:
    base = server.url.rstrip("/")
    if direction == "down":
        # LibreSpeed's backend takes ckSize in MiB, up to 1024.
        place = url.with_query(f"{base}/garbage.php", f"{_token()}&ckSize=1000")
        return Endpoint(url.parse(place), 1000 << 20)
    place = url.with_query(f"{base}/empty.php", _token())
    return Endpoint(url.parse(place), 20 * _MEGABYTE)


def _cloudflare(server: SpeedServer, direction: Direction) -> Endpoint:
    base, size = server.url.rstrip("/"), 50 * _MEGABYTE
    place = f"{base}/__down?bytes={size}" if direction == "down" else f"{base}/__up"
    return Endpoint(url.parse(place), size)


def _ndt7(server: SpeedServer, direction: Direction) -> Endpoint:
    """`url` is the server; the addresses of both ways come with a token from M-Lab's Locate."""
    place = server.download_url if direction == "down" else server.upload_url
    place = place or f"{server.url.rstrip('/')}/ndt/v7/{direction}load"
    secure = place.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return Endpoint(url.parse(secure), 0, ndt7=True, most_connections=_NDT7_CONNECTIONS)


def _ookla(server: SpeedServer, direction: Direction) -> Endpoint:
    """`url` ends in upload.php, as in the public list; the pictures lie beside it."""
    if direction == "down":
        place = f"{_folder(server)}/random4000x4000.jpg?{_token()}"
        return Endpoint(url.parse(place), _PICTURE, most_connections=_OOKLA_CONNECTIONS)
    place = url.with_query(server.url, _token())
    return Endpoint(url.parse(place), 25 * _MEGABYTE, most_connections=_OOKLA_CONNECTIONS)


def _folder(server: SpeedServer) -> str:
    return server.url.split("?")[0].rpartition("/")[0]


def _token() -> str:
    """No cache on the way may answer."""
    return f"r={os.urandom(4).hex()}"


_OF_KIND = {
    "librespeed": _librespeed,
    "cloudflare": _cloudflare,
    "ndt7": _ndt7,
    "ookla": _ookla,
}
