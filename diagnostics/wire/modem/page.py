"""One page of a modem or router: what it tells of the line's signal, if anything."""

from __future__ import annotations

from diagnostics.result import Unmeasured
from diagnostics.wire.modem.channels import channels_in
from diagnostics.wire.modem.pairs import dsl_in, optics_in
from diagnostics.wire.modem.told import Told

#: a page that has none of these words tells nothing of a line, and is not looked at closely
_WORDS = ("power", "pwr", " level", "margin", "signalstrength", ".10.127.1.1.1.1.6.")


def told_by(body: bytes) -> Told:
    """Read any page: bytes of any encoding, cut anywhere, by anybody."""
    page = body.decode("utf-8", errors="replace")
    words = page.lower()
    if not any(word in words for word in _WORDS):
        return Told()
    channels = channels_in(page)
    if channels:
        return Told(channels=channels)
    dsl = dsl_in(page)
    if not isinstance(dsl, Unmeasured):
        return Told(dsl=dsl)
    return Told(optics=optics_in(page))
