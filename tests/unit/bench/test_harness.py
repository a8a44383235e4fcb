"""What a command took, and the table that is made of pairs."""

from __future__ import annotations

import shutil
import sys

import pytest

from bench.__main__ import comparisons, main
from bench.harness import BenchError, Outcome, Pair, paired, run, table, usual_rows

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

_BUSY = """
import time
held = bytearray(b"x" * 80_000_000)
while time.process_time() < 0.3:
    pass
print("done")
"""


def test_it_says_what_a_command_took() -> None:
    used = run([sys.executable, "-I", "-S", "-c", _BUSY])
    assert (used.status, used.output) == (0, "done\n")
    assert 0.3 <= used.cpu_s < 2
    assert used.wall_s >= 0.25
    assert 80e6 < used.peak_bytes < 250e6


def test_this_process_does_not_count_as_the_commands_memory() -> None:
    held = bytearray(b"x" * 60_000_000)
    used = run(["/bin/true"])
    assert used.peak_bytes < len(held) / 4
    assert used.status == 0


def test_children_count() -> None:
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', {_BUSY!r}])"
    assert run([sys.executable, "-I", "-c", inner]).cpu_s >= 0.3


def test_a_command_that_does_not_end_is_ended() -> None:
    with pytest.raises(BenchError, match="did not end"):
        run(["sleep", "30"], timeout_s=0.3)


def test_pairs_take_turns() -> None:
    order: list[str] = []

    def side(name: str, wall_s: float) -> Outcome:
        order.append(name)
        return Outcome(wall_s, 1, 1)

    pairs = paired(lambda: side("a", 2.0), lambda: side("b", 8.0), 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert all((pair.ours.wall_s, pair.peer.wall_s) == (2.0, 8.0) for pair in pairs)


def test_the_table_has_ratio_and_medians() -> None:
    pairs = [
        Pair(Outcome(1, 0.1, 10, 100, 0.001), Outcome(n, 1, 100, 1000, -0.02)) for n in (10, 20, 40)
    ]
    text = table("Link", usual_rows(pairs), "peer")
    assert "| time, s | 1 | 20 | 10 / 20 / 40 |" in text
    assert "| error, % | 0.1 | 2 | 20 / 20 / 20 |" in text


def test_what_is_not_told_is_no_zero() -> None:
    pairs = [Pair(Outcome(1, 1, 10), Outcome(1, 1, 10, 5))]
    assert "| moved, MB | - | 5e-06 | - |" in table("Link", usual_rows(pairs), "peer")
    assert "error" not in table("Link", usual_rows(pairs), "peer")


def test_the_command_lists_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert "desk_rate" in comparisons()
    assert not {"harness", "far_end"} & set(comparisons())
    assert not [name for name in comparisons() if name.endswith("_once")]
    assert main([]) == 0
    assert main(["no-such-comparison"]) == 2
    assert "no-such-comparison" in capsys.readouterr().err
