"""Signs that only a person can see. They are unknown until asked; ids stand in the guides.

A question that the measurements answer is closed: it is never asked. How long an answer holds
says whether a new check may build on it ("worse in the evening") or must not ("red light").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diagnostics.belief import UNSURE
from diagnostics.readings.interfaces import InterfaceKind
from diagnostics.readings.load import Throughput
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, Judge, sign
from diagnostics.signs.restarts import router_restarts
from diagnostics.signs.speed_step import speed_stepped_down

#: a lamp or a film of now: true for this sitting, and only until something was changed
_NOW_H = 1.0
#: how the trouble behaves from day to day
_WEEK_H = 7 * 24.0


def _never(scene: Scene) -> bool:
    return False


def _internet_answers(scene: Scene) -> bool:
    return scene.internet_reached is True or scene.edge_alive is True


def _router_answers(scene: Scene) -> bool:
    return scene.gateway_alive is True


def _cable_is_read(scene: Scene) -> bool:
    """The adapter itself tells whether there is a signal: the lamp shows the same."""
    wired = [one for one in scene.physical if one.kind is InterfaceKind.ETHERNET]
    return not wired or not isinstance(scene.link_up, Unmeasured)


def _not_on_wifi(scene: Scene) -> bool:
    """By cable the place of the computer tells nothing."""
    return scene.on_wire is True


def _line_was_idle(scene: Scene) -> bool:
    """The whole plan came through: nobody else can be using it."""
    down, up = _best_mbps(scene)
    plan = scene.plan
    return plan.known and down >= 0.9 * plan.down_mbps and up >= 0.9 * plan.up_mbps


def _router_runs_on(scene: Scene) -> bool:
    """Nothing that it tells looks like a start that nobody made."""
    return router_restarts(scene).belief <= UNSURE


def _without_step(scene: Scene) -> bool:
    """No earlier check knew a speed that is gone now."""
    return speed_stepped_down(scene).belief <= UNSURE


def _best_mbps(scene: Scene) -> tuple[float, float]:
    """Best download and upload of the check, Mbit/s; 0 when not measured."""
    load = scene.evidence.value(Throughput)
    if isinstance(load, Unmeasured):
        return 0.0, 0.0
    down = max((one.rate_bps for one in load.down), default=0.0)
    up = max((one.rate_bps for one in load.up), default=0.0)
    return down / 1e6, up / 1e6


@dataclass(frozen=True)
class _Question:
    id: str
    sentence: str
    leak: float
    text: str
    holds_h: float = _NOW_H
    settled: Callable[[Scene], bool] = _never


_QUESTIONS = (
    _Question(
        "asked-internet-light",
        "The router's internet light is red or off.",
        0.05,
        "Is the light for the internet on your router red, or off?",
        settled=_internet_answers,
    ),
    _Question(
        "asked-router-lights",
        "Lights are on at the router.",
        0.97,
        "Are any lights on at the router?",
        settled=_router_answers,
    ),
    _Question(
        "asked-router-restarts",
        "The router goes dark and starts again by itself.",
        0.05,
        "Does your router go dark at times and start again by itself?",
        holds_h=_WEEK_H,
        settled=_router_runs_on,
    ),
    _Question(
        "asked-cable-light",
        "A light shows at the network socket.",
        0.9,
        "Is there a small light at the network socket where the cable goes in?",
        settled=_cable_is_read,
    ),
    _Question(
        "asked-somebody-streams",
        "Somebody at home moves a lot of data.",
        0.15,
        "Does somebody at home load, stream or save something big right now?",
        settled=_line_was_idle,
    ),
    _Question(
        "asked-bad-when-rain",
        "It is worse when it rains, or at certain hours.",
        0.15,
        "Is it worse when it rains, or at certain hours?",
        holds_h=_WEEK_H,
    ),
    _Question(
        "asked-evening-worse",
        "It is worse in the evening and well at night.",
        0.2,
        "Is it worse in the evening than early in the morning?",
        holds_h=_WEEK_H,
    ),
    _Question(
        "asked-better-near-router",
        "It works well next to the router.",
        0.3,
        "Does it work well when you stand next to the router?",
        holds_h=_WEEK_H,
        settled=_not_on_wifi,
    ),
    _Question(
        "asked-new-box",
        "A new box was connected lately.",
        0.08,
        "Did somebody plug in a new router or other box lately?",
        holds_h=_WEEK_H,
    ),
    _Question(
        "asked-other-devices-too",
        "Other devices of the home have the same trouble.",
        0.3,
        "Do other devices in your home have the same trouble?",
        holds_h=24.0,
    ),
    _Question(
        "asked-foreign-network",
        "This computer is in another WiFi than the home's own.",
        0.02,
        "Is this computer in another WiFi than your own, like a phone's or a guest's?",
    ),
    _Question(
        "asked-allowance-used",
        "The data of the plan is used up.",
        0.1,
        "Is the data of your plan used up for this month?",
        holds_h=24.0,
        settled=_without_step,
    ),
    _Question(
        "asked-neighbours-too",
        "Neighbours with the same provider have it too.",
        0.05,
        "Do neighbours with the same provider have the same trouble?",
        holds_h=24.0,
    ),
)


def _judge_of(question: _Question) -> Judge:
    def judge(scene: Scene) -> Grade:
        if question.settled(scene):
            return Grade(UNSURE, "Not asked: what was measured answers it.", closed=True)
        return Grade(UNSURE, "The person was not asked.")

    return judge


for _question in _QUESTIONS:
    sign(
        _question.id,
        _question.sentence,
        reads=None,
        leak=_question.leak,
        question=_question.text,
        holds_h=_question.holds_h,
    )(_judge_of(_question))
