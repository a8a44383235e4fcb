"""How a voice call would fare: packets lost or too late, in a stream long enough to tell."""

from __future__ import annotations

import math

from diagnostics.belief import UNSURE, Count, loss_belief
from diagnostics.readings.voice import Voice
from diagnostics.result import Unmeasured
from diagnostics.scene import THROUGH_TUNNEL, Scene
from diagnostics.signbook import Grade, sign, unknown
from diagnostics.thresholds import range_of

#: fewer packets than this decide nothing: of 125, one is 0.8 %
FEWEST_PACKETS = 250
#: ITU-T G.107 with loss concealment: about 1 % one way is heard, 3 % disturbs; over the whole loop
_HEARD, _DISTURBS = 0.02, 0.05
#: one or two hiccups in six seconds happen in sound homes too (a scan, a restart of something)
_FEWEST_RUNS = 3


@sign("call-breaks-up", "A call at its usual rate would break up.", reads=Voice, unit="%",
      leak=0.01)  # fmt: skip
def call_breaks_up(scene: Scene) -> Grade:
    """Loss alone: a long delay is right on some lines; other signs judge it by the plan."""
    voice = scene.evidence.value(Voice)
    if isinstance(voice, Unmeasured):
        # closed: only a complaint chooses the stream, no verdict waits for it
        return Grade(UNSURE, "No stream of a call was sent.", closed=True)
    if voice.sent < FEWEST_PACKETS:
        return unknown("Too few packets of a call were sent to judge one by.")
    if scene.in_tunnel is True:
        return unknown(THROUGH_TUNNEL)
    usual = range_of(scene.plan).loss
    heard = max(_HEARD, 2 * usual)
    disturbs = max(_DISTURBS, 2 * heard)
    gone = voice.sent - voice.received + voice.discarded
    share = gone / voice.sent
    runs = _runs(voice)
    text = f"Of {voice.sent} packets at a call's rate {gone} were lost or came too late."
    if gone and runs < _FEWEST_RUNS:
        return unknown(f"{text} That may have been a single hiccup.")
    belief = loss_belief(Count(voice.sent, gone, runs), heard, disturbs)
    return Grade(belief, text, 100 * share, 100 * disturbs)


def _runs(voice: Voice) -> int:
    """The fewest separate losses that there can have been: one hiccup is one, however long."""
    lost = voice.sent - voice.received
    return (math.ceil(lost / max(voice.longest_loss, 1))) + (voice.discarded > 0)
