"""The requests that each kind of test server understands."""

import os

import msgspec

from diagnostics.wire import url
from diagnostics.wire.throughput import Direction, SpeedServer

_MEGABYTE = 1_000_000


class Endpoint(msgspec.Struct, frozen=True):
    """One URL to move bytes from or to, `size` bytes a request."""

    target: url.Url
    size: int


def endpoint(server: SpeedServer, direction: Direction) -> Endpoint:
    """ValueError when the server's address is missing or wrong."""
    down = direction == "down"
    token = f"r={os.urandom(4).hex()}"  # no cache on the way may answer
    base = server.url.rstrip("/")
    if server.kind == "http":
        place = server.download_url if down else server.upload_url
        if not place:
            raise ValueError(f"the speed server has no {direction}load_url")
        size = 1000 * _MEGABYTE
        return Endpoint(url.parse(url.with_query(place, f"bytes={size}") if down else place), size)
    if server.kind == "librespeed":
        if down:
            # LibreSpeed's backend takes ckSize in MiB, up to 1024.
            place = url.with_query(f"{base}/garbage.php", f"{token}&ckSize=1000")
            return Endpoint(url.parse(place), 1000 << 20)
        place = url.with_query(f"{base}/empty.php", token)
        return Endpoint(url.parse(place), 20 * _MEGABYTE)
    size = 50 * _MEGABYTE
    if down:
        return Endpoint(url.parse(f"{base}/__down?bytes={size}"), size)
    return Endpoint(url.parse(f"{base}/__up"), size)
