"""Signs that only a person can see. They are unknown until asked; ids stand in the guides."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown


@dataclass(frozen=True)
class _Question:
    id: str
    sentence: str
    leak: float
    text: str


_QUESTIONS = (
    _Question(
        "asked-internet-light",
        "The router's internet light is red or off.",
        0.05,
        "Is the light for the internet on your router red, or off?",
    ),
    _Question(
        "asked-router-lights",
        "Lights are on at the router.",
        0.97,
        "Are any lights on at the router?",
    ),
    _Question(
        "asked-cable-light",
        "A light shows at the network socket.",
        0.9,
        "Is there a small light at the network socket where the cable goes in?",
    ),
    _Question(
        "asked-somebody-streams",
        "Somebody at home moves a lot of data.",
        0.15,
        "Does somebody at home load, stream or save something big right now?",
    ),
    _Question(
        "asked-bad-when-rain",
        "It is worse when it rains, or at certain hours.",
        0.15,
        "Is it worse when it rains, or at certain hours?",
    ),
    _Question(
        "asked-evening-worse",
        "It is worse in the evening and well at night.",
        0.2,
        "Is it worse in the evening than early in the morning?",
    ),
    _Question(
        "asked-better-near-router",
        "It works well next to the router.",
        0.3,
        "Does it work well when you stand next to the router?",
    ),
    _Question(
        "asked-new-box",
        "A new box was connected lately.",
        0.08,
        "Did somebody connect a new router, extender or other box lately?",
    ),
    _Question(
        "asked-other-devices-too",
        "Other devices of the home have the same trouble.",
        0.3,
        "Do other devices in your home have the same trouble?",
    ),
    _Question(
        "asked-neighbours-too",
        "Neighbours with the same provider have it too.",
        0.05,
        "Do neighbours with the same provider have the same trouble?",
    ),
)


def _not_asked(scene: Scene) -> Grade:
    return unknown("The person was not asked.")


for _question in _QUESTIONS:
    sign(
        _question.id,
        _question.sentence,
        reads=None,
        leak=_question.leak,
        question=_question.text,
    )(_not_asked)
