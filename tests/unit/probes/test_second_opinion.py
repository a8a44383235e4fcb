"""How long a check still asks a second server about a low figure."""

from __future__ import annotations

import msgspec

from diagnostics.probes.throughput import second_until_s
from tests.cases import home as h
from tests.cases.healthy import HOME


def test_a_low_figure_that_stood_still_is_asked_about_longer() -> None:
    figure = h.throughput(HOME).down[0]
    still = msgspec.structs.replace(figure, stopped_by="stable")
    wandering = msgspec.structs.replace(figure, stopped_by="varying")
    assert second_until_s((still,)) > second_until_s((wandering,)) >= 10
    assert second_until_s((wandering,)) == second_until_s(())
