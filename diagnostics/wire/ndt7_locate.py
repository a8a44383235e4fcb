"""M-Lab's Locate service, version 2: which ndt7 server to use, with the token that it asks for."""

import msgspec

from diagnostics.wire.errors import BadAnswer, NotSupported
from diagnostics.wire.http import HttpPlan, get
from diagnostics.wire.throughput import SpeedServer

#: in the address of a Locate service, and of no test server
PATH = "/v2/nearest/"


class _Urls(msgspec.Struct, frozen=True, rename={"down": "wss:///ndt/v7/download",
                                                 "up": "wss:///ndt/v7/upload"}):  # fmt: skip
    down: str
    up: str


class _Result(msgspec.Struct, frozen=True):
    urls: _Urls
    machine: str = ""


class _Answer(msgspec.Struct, frozen=True):
    results: tuple[_Result, ...] = ()


async def located(location: str, plan: HttpPlan | None = None) -> SpeedServer:
    """The first server that Locate names. Raises what `http.get` raises, BadAnswer, NotSupported
    when it has no server to spare (204, the specification's no-capacity signal).
    """
    answer = await get(location, plan)
    if answer.status == 204:
        raise NotSupported("M-Lab has no ndt7 server to spare now")
    try:
        found = msgspec.json.decode(answer.body, type=_Answer)
    except msgspec.DecodeError:
        raise BadAnswer(f"M-Lab's Locate answers something else (status {answer.status})") from None
    if not found.results:
        raise BadAnswer("M-Lab's Locate names no server")
    urls = found.results[0].urls
    return SpeedServer("ndt7", download_url=urls.down, upload_url=urls.up)
