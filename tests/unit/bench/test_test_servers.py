"""Sums of docs/test-servers.md, the load of its bench, and the tables that it prints."""

from __future__ import annotations

import math
import os
import re
import socket
import threading
from collections.abc import Callable

import pytest

from bench.harness import BenchError
from bench.provider_sums import Assumed, PerCore, at_most, cards, cores, sums, sums_table, with_tls
from bench.server_full import Full
from bench.server_load import Load, Moved, cpu_s, moved
from bench.speed_nginx import DOCUMENT
from bench.test_servers import (
    CAUTION,
    CAUTION_VISITS,
    LINES,
    Case,
    Found,
    Visited,
    capacity_table,
    each_mib,
    full_text,
    in_turn,
    main,
    per_core,
    visits_table,
)

_DOCUMENT = DOCUMENT.read_text("utf-8")
_SPREAD = r"[\d.]+ / ([\d.]+) / [\d.]+"
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_SIZE = 3 << 20


def _documented() -> list[Found]:
    """Medians of nginx in the document's own table."""
    row = re.compile(rf"^\| (download|upload)(, TLS)?, (\d+) at once \| {_SPREAD} \|", re.MULTILINE)
    return [
        Found("nginx", Case("upload" if way == "upload" else "download", bool(tls), int(size)),
              float(gbit), 1.0)
        for way, tls, size, gbit in row.findall(_DOCUMENT)
    ]  # fmt: skip


def _visited() -> list[Visited]:
    rows = {"plain": False, "with a TLS handshake": True}
    found = re.findall(
        r"^\| (plain|with a TLS handshake) \| [\d,]+ / ([\d,]+) /", _DOCUMENT, re.MULTILINE
    )
    return [Visited("nginx", rows[name], float(count.replace(",", ""))) for name, count in found]


def test_the_documents_sums_follow_from_its_assumptions_and_figures() -> None:
    found = _documented()
    assert {one.case.way for one in found} == {"download", "upload"}
    assert sums_table(LINES, *per_core(found, _visited()), Assumed()) in _DOCUMENT


def test_the_documents_words_say_what_is_reckoned_with() -> None:
    assumed = Assumed()
    words = " ".join(_DOCUMENT.split())
    assert f"an average line of {assumed.line_gbps * 1000:g} Mbit/s" in words
    assert f"{assumed.ordinary_share:.1%} of the lines".replace("%", " %") in words
    assert f"on a bad day {assumed.bad_hour_share * 100:g} % within one hour" in words
    assert f"occupies the server for {assumed.test_s:g} s" in words
    assert f"{assumed.connections} connections a test" in words
    assert f"{assumed.check_bytes / 1e6:g} MB a check" in words
    assert f"the {assumed.sureness * 100:g}th percentile" in words
    at_once = round(2_000_000 * assumed.test_s / 600, -2)
    assert f"{at_once:,.0f} tests at once for 10 million lines" in words
    assert f"{500_000 * 2.5 / 3600:.0f} sessions at once" in words
    assert CAUTION == (1 / 5, 1 / 2)
    assert CAUTION_VISITS == 1 / 2
    assert "a fifth of the download's figure and half of the others" in words
    plain, tls = per_core(_documented(), _visited())
    assert f"{plain.gbps:g} Gbit/s a core, {tls.gbps:g} with TLS" in words


@pytest.mark.parametrize("mean", [0.03, 3.6, 361.0, 9000.0])
def test_the_peak_is_the_least_number_that_is_sure_enough(mean: float) -> None:
    def within(number: int) -> float:
        return sum(
            math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(number + 1)
        )

    peak = at_most(mean, 0.999)
    assert within(peak) >= 0.999 > within(peak - 1)


def test_sums_of_one_size() -> None:
    found = sums(10_000_000, Assumed())
    assert (found.ordinary_checks, found.bad_checks) == (5000, 500_000)
    assert found.bad_mean == pytest.approx(361.1, abs=0.1)
    assert found.peak_gbps == found.bad_peak / 4
    assert found.month_tb == pytest.approx(45)
    # 421 tests at once are 6,477 connections a second
    assert cores(found, PerCore(10, 10_000), Assumed()) == 12
    assert cores(found, PerCore(10, 1e9), Assumed()) == 11
    assert (cards(16, 10, Assumed()), cards(16.1, 10, Assumed())) == (2, 3)


def test_encryption_comes_on_top_of_what_a_core_bears() -> None:
    # 0.25 CPU-seconds a gigabit, and 0.1 more with TLS
    assert with_tls(4, plain=10, tls=5) == pytest.approx(1 / 0.35)
    assert with_tls(4, plain=10, tls=11) == 4


def test_the_slower_way_and_the_least_median_decide() -> None:
    cases = {
        Case("download", False, 1): 50.0,
        Case("download", False, 10): 40.0,
        Case("upload", False, 1): 9.0,
        Case("upload", False, 10): 10.0,
        Case("download", True, 1): 40.0,
        Case("upload", True, 1): 4.5,
    }
    found = [Found("nginx", case, gbit, 1.0) for case, gbit in cases.items()]
    # up: 1/4.5 and as much again as 1/4.5 is more than 1/9
    visited = [Visited("nginx", False, 8000.0), Visited("nginx", True, 1000.0)]
    plain, tls = per_core(found, visited)
    assert plain == PerCore(4.5, 4000.0)
    # 1/4000 and what 1/1000 is more than 1/8000
    assert tls == PerCore(3.0, 880.0)


def test_each_connection_moves_its_part() -> None:
    assert [each_mib(tests, 4) for tests in (1, 10, 100)] == [100, 10, 2]


def test_tables_hold_what_both_servers_have() -> None:
    case, other = Case("download", False, 10), Case("upload", True, 100)
    found = [Found("nginx", case, gbit, 0.9) for gbit in (10.0, 20.0, 40.0)]
    found += [Found("peer", case, gbit, 0.5) for gbit in (5.0, 5.0, 5.0)]
    found += [Found("nginx", other, 1.0, 1.0)]
    (row,) = capacity_table(found, "peer").splitlines()[2:]
    assert row == "| download, 10 at once | 10 / 20 / 40 | 90 % | 5 / 5 / 5 | 50 % | 2 / 4 / 8 |"
    visited = [Visited(name, tls, 1000.0) for tls in (False, True) for name in ("nginx", "peer")]
    text = visits_table(visited, "peer")
    assert "| plain | 1,000 / 1,000 / 1,000 | 1,000 / 1,000 / 1,000 | 1 / 1 / 1 |" in text


def test_another_side_begins_each_time() -> None:
    order: list[str] = []
    in_turn([lambda: order.append("a"), lambda: order.append("b")], 3)
    assert order == ["a", "b", "b", "a", "a", "b"]


def _full(let_in: int, refused: int, *down: str) -> Full:
    return Full(
        let_in=let_in,
        refused=refused,
        first="http://127.0.0.1:80",
        down=down,
        up=("http://127.0.0.1:8989/backend",),
        down_failed="status 503",
        up_failed="status 503",
    )


def test_a_limit_that_does_not_hold_is_no_figure() -> None:
    second = "http://127.0.0.1:8989/backend"
    assert "refused 40 with 503" in full_text(_full(160, 40, second))
    with pytest.raises(BenchError, match="let in 200 and refused 0"):
        full_text(_full(200, 0, second))
    with pytest.raises(BenchError, match="nobody"):
        full_text(_full(160, 40))
    with pytest.raises(BenchError, match="download"):
        full_text(_full(160, 40, "http://127.0.0.1:80/download", second))


@pytest.mark.parametrize("words", [["--at-once", "0"], ["--at-once", "x"], ["--runs", "0"]])
def test_bad_arguments_are_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "argument" in capsys.readouterr().err


def test_the_clock_of_a_process_is_its_own() -> None:
    before_s = cpu_s(os.getpid())
    sum(range(2_000_000))
    assert cpu_s(os.getpid()) > before_s


def _loaded(serve: Callable[[socket.socket], None], up: str) -> Moved:
    """One connection to a server of this test's own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def once() -> None:
            sock, _ = listening.accept()
            with sock:
                serve(sock)

        thread = threading.Thread(target=once)
        thread.start()
        try:
            port = int(listening.getsockname()[1])
            load = Load(
                host="127.0.0.1",
                port=port,
                head="X\r\n\r\n",
                pid=os.getpid(),
                up=up,
                connections=1,
                each_bytes=_SIZE,
            )
            return moved(load)
        finally:
            thread.join()


def _received(sock: socket.socket, size: int) -> int:
    seen = 0
    while seen < size and (data := sock.recv(1 << 16)):
        seen += len(data)
    return seen


def test_a_download_is_taken_whole() -> None:
    def give(sock: socket.socket) -> None:
        sock.recv(100)
        sock.sendall(_OK + bytes(_SIZE))

    found = _loaded(give, "")
    assert found.moved_bytes == _SIZE
    assert found.cpu_s > 0


@pytest.mark.parametrize("up", ["zeros", "frames"])
def test_an_upload_is_sent_whole(up: str) -> None:
    got: list[int] = []

    def take(sock: socket.socket) -> None:
        head = len(b"X\r\n\r\n")
        if up == "frames":
            sock.recv(100)
            sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            head = 0
        got.append(_received(sock, head + _SIZE) - head)
        if up == "zeros":
            sock.sendall(_OK)

    assert _loaded(take, up).moved_bytes == _SIZE
    assert got == [_SIZE]


def test_a_refusal_is_no_figure() -> None:
    def refuse(sock: socket.socket) -> None:
        sock.recv(100)
        sock.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(ConnectionError, match="503"):
        _loaded(refuse, "")
