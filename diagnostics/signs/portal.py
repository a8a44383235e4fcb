"""A page that stands before the internet: log-in, account, activation."""

from __future__ import annotations

from diagnostics.belief import UNSURE
from diagnostics.readings.web import Portal, PortalFinding
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, certain, sign, unknown


@sign("plain-web-works", "Plain web pages pass untouched.", reads=Portal, leak=0.5)
def plain_web_works(scene: Scene) -> Grade:
    portal = scene.evidence.value(Portal)
    if isinstance(portal, Unmeasured):
        return unknown("Plain web pages were not tried.")
    untouched = sum(one.finding is PortalFinding.UNTOUCHED for one in portal.checks)
    return certain(
        untouched > 0, f"{untouched} of {len(portal.checks)} plain pages came untouched."
    )


@sign("portal-altered", "A log-in page stands before the internet.", reads=Portal, leak=0.0003)
def portal_altered(scene: Scene) -> Grade:
    portal = scene.evidence.value(Portal)
    if isinstance(portal, Unmeasured):
        return unknown("No check for a log-in page was made.")
    if scene.captive is True:
        return certain(True, "The network answers for others with a page of its own.")
    untouched = sum(one.finding is PortalFinding.UNTOUCHED for one in portal.checks)
    if untouched == 0:
        return unknown("The checks for a log-in page reached nothing.")
    return certain(False, "No log-in page stands before the internet.")


#: words of a page that stands before the internet, and what they are about
_ACCOUNT = ("suspend", "overdue", "unpaid", "payment", "bill", "blocked", "barred")
_ACTIVATION = ("activat", "register", "order", "new customer", "welcome")


def _page_about(scene: Scene, stems: tuple[str, ...], others: tuple[str, ...]) -> Grade:
    portal = scene.evidence.value(Portal)
    if isinstance(portal, Unmeasured) or scene.captive is not True:
        return unknown("There is no log-in page to read.")
    words = [word.lower() for word in portal.walled_garden_words]
    said = [word for word in words if any(stem in word for stem in stems)]
    if any(stem in word for word in words for stem in others) and not said:
        return certain(False, "The page speaks of something else.")
    if not said:
        return certain(False, "The page does not speak of it.")
    return certain(True, f"The page that stands before the internet says: {', '.join(said)}.")


@sign("account-page", "A page about the account stands before the internet.", reads=Portal,
      leak=0.0002)  # fmt: skip
def account_page(scene: Scene) -> Grade:
    return _page_about(scene, _ACCOUNT, _ACTIVATION)


@sign("activation-page", "A page about activation stands before the internet.", reads=Portal,
      leak=0.0002)  # fmt: skip
def activation_page(scene: Scene) -> Grade:
    if account_page(scene).belief > UNSURE:
        return certain(False, "The page speaks of the account.")
    return _page_about(scene, _ACTIVATION, _ACCOUNT)
