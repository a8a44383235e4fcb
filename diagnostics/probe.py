"""The contract of a probe: measures one thing by its deadline, gives up within a second."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from diagnostics.chosen import NOTHING, Chosen
from diagnostics.evidence import Evidence, Outcome
from diagnostics.past import PastCheck
from diagnostics.profile import Profile
from diagnostics.readings.watch import Watch
from diagnostics.result import Reading, Reason
from diagnostics.run import Depth

if TYPE_CHECKING:
    from diagnostics.platforms.base import Platform
    from diagnostics.wire.meter import Meter

R = TypeVar("R", bound=Reading)


class ProbeError(Exception):
    """No reading. The runner turns it into Unmeasured(reason, detail)."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Stage(StrEnum):
    """When a probe may run. Load probes run alone, after a first verdict stands."""

    IDLE = "idle"
    LOAD = "load"
    THROUGHOUT = "throughout"  # begins with the check and ends with it


class Phases:
    """Where the check stands, for probes that run beside others.

    `begun_s` and `load_began_s` are on the event loop's clock, the latter None before any load of
    ours; `over` is set when the check ends and a probe of Stage.THROUGHOUT shall give its reading.
    """

    def __init__(self) -> None:
        self.begun_s: float = time.monotonic()  # asyncio's loops use the same clock
        self.load_began_s: float | None = None
        self.loaded: asyncio.Event = asyncio.Event()
        self.over: asyncio.Event = asyncio.Event()
        #: what the watch has seen so far; None while nobody watches
        self.glance: Callable[[], Watch] | None = None
        #: set when the adapter was let into a network or refused for the password since the check
        #: began, or when nothing of the kind can be heard
        self.join_tried: asyncio.Event = asyncio.Event()
        self._outcomes: dict[str, Outcome] = {}
        self._came: dict[str, asyncio.Event] = {}
        self._edge: str = ""
        self._edge_found: asyncio.Event = asyncio.Event()

    def begin_load(self) -> None:
        """To be called by the probe that is about to fill the line."""
        if self.load_began_s is None:
            self.load_began_s = asyncio.get_running_loop().time()
            self.loaded.set()

    def tell_edge(self, address: str) -> None:
        """To be called as soon as the provider's first hop is known to answer echoes."""
        self._edge = address
        self._edge_found.set()

    async def edge(self) -> str:
        """Its address, once it is known; waits for ever if it never is."""
        await self._edge_found.wait()
        return self._edge

    def came(self, probe: str, outcome: Outcome) -> None:
        self._outcomes[probe] = outcome
        self._came.setdefault(probe, asyncio.Event()).set()

    async def outcome_of(self, kind: type[Reading]) -> Outcome:
        """What a probe beside this one ends in, once it has; waits for ever if it never runs."""
        await self._came.setdefault(kind.PROBE, asyncio.Event()).wait()
        return self._outcomes[kind.PROBE]


@dataclass(frozen=True)
class Context:
    """What a probe may use. `earlier` has the outcomes of the probes named in `after`.

    `past` is what whoever asked for the check remembers of those before, of any connection;
    `chosen` is what the complaint asks to be measured better.
    """

    profile: Profile
    platform: Platform
    earlier: Evidence
    depth: Depth
    meter: Meter
    progress: Callable[[float, str], None]  # fraction 0..1 and a word for the log
    phases: Phases = field(default_factory=Phases)
    past: tuple[PastCheck, ...] = ()
    chosen: Chosen = NOTHING


class Probe(ABC, Generic[R]):
    """One file in `probes` defines one subclass; the folder is scanned.

    `reading` is the type it fills (its PROBE is the probe's id); `after` names the readings it
    wants first: it starts once these are in, whatever their outcome. `measure` raises ProbeError
    for a reason of the closed list; any other exception is our mistake and becomes `internal`.
    """

    reading: ClassVar[type[Reading]]
    stage: ClassVar[Stage] = Stage.IDLE
    after: ClassVar[tuple[type[Reading], ...]] = ()
    deadline_s: ClassVar[float] = 5.0
    quick: ClassVar[bool] = True  # part of `--quick`
    light: ClassVar[bool] = False  # … or of it where the complaint chooses this probe

    @abstractmethod
    async def measure(self, context: Context) -> R: ...

    async def conclude(self, context: Context, reading: R) -> R:
        """Add at the end of the check what only then is known; by default nothing."""
        del context
        return reading
