"""How to reach a person: always shown, with an agent or without."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from diagnostics.profile import Support
from gui.locale import _, figure


@dataclass(frozen=True)
class Channel:
    """One way to reach somebody. `address` is opened when pressed, such as tel: or https:."""

    glyph: str
    name: str
    value: str
    address: str


def channels(support: Support) -> tuple[Channel, ...]:
    """Only those the provider has."""
    phone, mail = support.phone, support.email
    all_of_them = (
        Channel("phone", _("Call"), figure(phone), f"tel:{quote(phone.replace(' ', ''), '+')}"),
        Channel("chat", _("Chat"), "", support.chat_url),
        Channel("mail", _("Mail"), figure(mail), f"mailto:{quote(mail, '@')}"),
        Channel("web", _("Help pages"), "", support.help_centre_url),
        Channel("clock", _("Known faults"), "", support.status_url),
    )
    there = (phone, support.chat_url, mail, support.help_centre_url, support.status_url)
    return tuple(each for each, text in zip(all_of_them, there, strict=True) if text)


def side_lines(support: Support) -> tuple[str, ...]:
    """For the foot of the side bar."""
    if not support.phone:
        return ()
    lines = (_("Help by phone"), figure(support.phone), support.hours)
    return tuple(line for line in lines if line)
