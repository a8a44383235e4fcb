"""What a request gets: captive portal checks, transfers, mirrors of one's address, pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

from tests.sim import atlas
from tests.sim.servers import ookla

_HTML, _TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_CHECKS = {
    "/connecttest.txt": "Microsoft Connect Test",
    "/ncsi.txt": "Microsoft NCSI",
    "/success.txt": "success\n",
    "/canonical.html": '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org"/>',
    "/check_network_status.txt": "NetworkManager is online\n",
    "/nm": "NetworkManager is online\n",
    "/hotspot-detect.html": "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>",
}
_MIRRORS = {"api.ipify.org", "api64.ipify.org", "icanhazip.com", "ifconfig.me"}


@dataclass(frozen=True)
class Request:
    """One HTTP request as far as the lab looks at it."""

    method: str
    target: str
    host: str
    peer: str
    local: str
    received_bytes: int = 0


@dataclass(frozen=True)
class Response:
    """`stream_bytes` asks for that many bytes of noise instead of the body."""

    status: int = 200
    body: str = ""
    kind: str = _TEXT
    location: str = ""
    stream_bytes: int = 0


def respond(request: Request) -> Response:
    """The response of the server that has the request's local address."""
    if request.local == atlas.PORTAL:
        return _portal(request)
    if request.local == atlas.ADVERTS:
        return Response(body="<title>Search</title>Nothing found. Sponsored links", kind=_HTML)
    return _ookla(request) or _transfer(request) or _check(request) or _page(request)


def status_feed(notice: str, now: datetime) -> Response:
    """The provider's status feed with one notice, or none."""
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=3)
    if notice == "tomorrow":
        begins, ends = begins + timedelta(days=1), ends + timedelta(days=1)
    one = {
        "id": "N-1",
        "kind": "outage" if notice in ("outage", "over") else "maintenance",
        "begins_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
        "resolved": notice == "over",
        "text": {"en": "Work on the core network."},
    }
    feed = {"schema": "firsthop-status/1", "notices": [] if notice == "none" else [one]}
    return Response(body=json.dumps(feed), kind="application/json")


def _portal(request: Request) -> Response:
    if request.host == "portal.lab-isp.example":
        return Response(body="<title>Sign in</title><form>Accept to get online</form>", kind=_HTML)
    back = quote(f"http://{request.host}{request.target}", safe="")
    return Response(302, location=f"http://portal.lab-isp.example/login?url={back}")


def _number(request: Request, key: str, fallback: int) -> int:
    value = parse_qs(urlsplit(request.target).query).get(key, [""])[0]
    return int(value) if value.isdigit() else fallback


def _ookla(request: Request) -> Response | None:
    path = urlsplit(request.target).path
    if request.method == "POST" and path == "/speedtest/upload.php":
        return Response(body=f"size={request.received_bytes}")
    if size := ookla.picture_bytes(path):
        return Response(stream_bytes=size, kind="image/jpeg")
    text = ookla.document(path, request.peer)
    return Response(body=text) if text is not None else None


def _transfer(request: Request) -> Response | None:
    path = urlsplit(request.target).path
    if request.method in ("POST", "PUT"):
        return Response(body=f"{request.received_bytes}\n")
    if path in ("/__down", "/download"):
        return Response(stream_bytes=_number(request, "bytes", 25_000_000))
    if path.endswith("garbage.php"):
        return Response(stream_bytes=_number(request, "ckSize", 4) << 20)
    if path.endswith(("empty.php", "/ping")):
        return Response()
    if path.endswith("getIP.php"):
        body = f'{{"processedString":"{request.peer}","rawIspInfo":""}}'
        return Response(body=body, kind="application/json")
    return None


def _check(request: Request) -> Response | None:
    path = urlsplit(request.target).path
    if path in ("/generate_204", "/gen_204"):
        return Response(204)
    if path in _CHECKS:
        return Response(body=_CHECKS[path], kind=_HTML if path.endswith("html") else _TEXT)
    if request.host in _MIRRORS:
        return Response(body=f"{request.peer}\n")
    if path == "/cdn-cgi/trace":
        return Response(body=f"fl=lab\nip={request.peer}\ncolo=LAB\n")
    return None


def _page(request: Request) -> Response:
    filler = "<p>Lorem ipsum dolor sit amet.</p>\n" * 60
    body = f"<!doctype html><title>{request.host}</title><h1>{request.host}</h1>\n{filler}"
    return Response(body=body, kind=_HTML)
