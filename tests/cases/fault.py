"""What a written case of a cause is, and what every test finds when no packet gets out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diagnostics.readings.web import PortalFinding
from diagnostics.result import Reason
from tests.cases import home as h
from tests.cases.home import HomeInFigures


@dataclass(frozen=True)
class Fault:
    """A spoilt home and the cause that must be named first; `also` are named beside it."""

    cause: str
    home: Callable[[], HomeInFigures]
    complaint: str = ""
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "+".join((self.cause, *self.also))


def nothing_reached(home: HomeInFigures) -> HomeInFigures:
    """What every test finds when no packet gets out."""
    away = (h.GONE, h.GONE, h.GONE)
    return home.having(h.DEAD_ANCHORS, h.DEAD_WEB, h.names(9.0, *away), _unreached()).without(
        *_NEED_INTERNET, reason=Reason.NEEDS_OTHER
    )


def _unreached() -> h.Portal:
    return h.portal(PortalFinding.UNREACHED)


_NEED_INTERNET = (h.Throughput, h.PathMtu, h.Clock)
