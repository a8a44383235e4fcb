"""The path MTU beside tracepath: what each tells, what is true, and the tables."""

from __future__ import annotations

import msgspec
import pytest

from bench import path_mtu
from bench.harness import BenchError
from bench.path_mtu import cases
from bench.path_mtu_once import Told
from bench.path_mtu_report import Found, compared, said, summary, summary_head
from bench.path_mtu_told import MtuTold, of_ours, of_tracepath
from diagnostics.wire.pmtu import PathMtu

_TOLD = """\
 1?: [LOCALHOST]                      pmtu 1500
 1:  192.168.1.1                                           0.187ms
 2:  192.168.1.1                                           0.185ms pmtu 1492
 2:  81.2.69.1                                            21.632ms
 3:  1.1.1.1                                              21.709ms reached
     Resume: pmtu 1492 hops 3 back 3
"""
_SILENT = """\
 1?: [LOCALHOST]                      pmtu 1500
 1:  192.168.1.1                                           1.102ms
 2:  no reply
 3:  no reply
     Too many hops: pmtu 1500
     Resume: pmtu 1500
"""


def test_tracepath_names_an_mtu_on_its_way() -> None:
    assert of_tracepath(_TOLD) == MtuTold(1492, "reached")
    assert of_tracepath(_SILENT) == MtuTold(1500, "not reached, 2 hops silent")


def test_a_tracepath_that_names_none_is_refused() -> None:
    with pytest.raises(BenchError, match="named no MTU"):
        of_tracepath("tracepath: 1.1.1.1: Name or service not known")


def test_ours_is_read_with_what_it_took() -> None:
    found = PathMtu(
        target="1.1.1.1",
        state="black_hole",
        largest=1420,
        interface_mtu=1500,
        reported_mtu=None,
        reported_by="",
        small_sent=50,
        small_lost=0,
        big_sent=30,
        big_lost=30,
        rtt_ms=20,
    )
    told = of_ours(msgspec.json.encode(Told(2.5, 0.25, found)).decode())
    assert told == MtuTold(1420, "larger ones vanish", 2.5, 0.25)


def test_truth_is_what_the_scenario_lets_pass() -> None:
    assert [case.mtu for case in cases()] == [1500, 1492, 1400, 1420]


def _found(told: MtuTold, cpu_s: float) -> Found:
    return Found(2.0, cpu_s, 4_000_000, 1000, float(told.mtu - 1420), told=told, packets=20)


def test_the_table_leaves_only_the_start_of_python_out() -> None:
    ours = _found(MtuTold(1420, "larger ones vanish", 2.0, 0.1), 0.3)
    peer = _found(MtuTold(1500, "reached"), 0.05)
    text = compared("title", [ours], [peer])
    assert "| CPU, CPU-s | 0.3 | 0.05 | 0.167 / 0.167 / 0.167 |" in text
    assert "| CPU without the start of Python, CPU-s | 0.1 | 0.05 | 0.5 / 0.5 / 0.5 |" in text
    assert "| packets, both ways | 20 | 20 | 1 / 1 / 1 |" in text
    assert "| error, bytes | 0 | 80 | - |" in text


def test_each_different_answer_is_said_once() -> None:
    runs = [_found(MtuTold(mtu, "reached"), 0.1) for mtu in (1500, 1492, 1500)]
    assert said("tracepath", runs) == "tracepath: 2 times 1500 (reached), 1 times 1492 (reached)"


def test_the_summary_holds_each_figure_that_was_told() -> None:
    ours = [_found(MtuTold(mtu, "reached", 2.0), 0.1) for mtu in (1420, 1400, 1420)]
    peer = [_found(MtuTold(1500, "not reached"), 0.1)] * 3
    line = summary("IPv4", 1420, ours, peer)
    assert line == "| IPv4 | 1420 | 1420, 1400 | 1500 | 2 | 2 | 1 / 1 / 1 |"
    head, rule = summary_head().splitlines()
    assert head.count("|") == rule.count("|") == line.count("|")


@pytest.mark.parametrize("argv", [["--runs", "0"], ["--hops", "3"], ["--hops", "40"]])
def test_a_bad_argument_is_said(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        path_mtu.main(argv)
    assert ended.value.code == 2
    assert "there has to be a run" in capsys.readouterr().err
