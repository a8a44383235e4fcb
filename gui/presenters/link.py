"""What the banner says when the measuring service (the agent) is not there."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.profile import Support
from gui.locale import _, figure


@dataclass(frozen=True)
class Notice:
    """Empty words: nothing to say."""

    words: str = ""
    action: str = ""


def link_notice(state: str, support: Support) -> Notice:
    """`state` is one of connecting, connected, lost, absent."""
    if state == "connecting":
        return Notice(_("Starting the measuring service…"))
    if state == "lost":
        return Notice(_("The measuring service stopped. It is being started again…"))
    if state == "absent":
        return Notice(_absent(support))
    return Notice()


def cut_off() -> str:
    """After the service is back, when a check or a step was under way as it stopped."""
    return _("The measuring service stopped in the middle. It runs again: measure once more.")


def _absent(support: Support) -> str:
    words = _(
        "The measuring service cannot be started, so nothing can be measured."
        " This window keeps trying. If it stays like this, restart the computer."
    )
    if not support.phone:
        return words
    call = _("Or call {phone}.").format(phone=figure(support.phone))
    return f"{words} {call}"
