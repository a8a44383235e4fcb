"""`firsthop wifi`: the air and the advice for each band, and the walk through the rooms."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from agent.commands.kept import history, wanted_run
from agent.exits import CommandError, Exit
from agent.orders import CheckOrder, PlaceOrder
from agent.settings import chosen_profile
from agent.store.database import StoreError
from agent.terminal.findings import Line
from agent.terminal.plain import plain
from agent.terminal.screen import show
from diagnostics.air.radio import radio_of
from diagnostics.explain.air import for_air
from diagnostics.explain.places import for_walk
from diagnostics.place import PlaceError, tidy_name
from diagnostics.platforms.loop import run_check
from diagnostics.profile import Profile
from diagnostics.result import Unmeasured
from diagnostics.run import Depth, Run
from diagnostics.words import Words


def show_air(run_id: str) -> Exit:
    """Advice and what is withheld, from a check that is kept."""
    with closing(history()) as runs:
        run = wanted_run(runs, run_id)
    show(air_lines(run))
    return Exit.HEALTHY


def air_lines(run: Run) -> list[Line]:
    words = Words()
    told, walk = for_air(run, words), for_walk(run.places, words)
    lines = [Line(plain(text)) for text in told.advice]
    lines += [Line(plain(one.sentence(words))) for one in told.withheld]
    if told.setting is not None and told.setting.matters:
        lines.append(Line(plain(f"{told.setting.words} {told.setting.address}")))
    if run.places:
        lines += [Line(plain(one.sentence(words)), "bold") for one in walk.places]
        lines += [Line(plain(text)) for text in walk.advice]
    return lines or [Line("This check has nothing to say about WiFi.")]


def walk(run_id: str, provider: Path | None) -> Exit:
    """Room after room until an empty line; each is kept with the check at once."""
    profile = chosen_profile(provider).profile
    run = _begun(run_id, profile)
    if isinstance(radio_of(run.evidence()), Unmeasured):
        raise CommandError("This computer's WiFi cannot be read, so there is nothing to walk with.")
    show([Line("Carry this computer from room to room. An empty line ends the walk.")])
    for name in _names():
        run = _taken(run, name, profile)
        show([_last_line(run, name)])
    show([Line(plain(text)) for text in for_walk(run.places, Words()).advice])
    return Exit.HEALTHY


def _begun(run_id: str, profile: Profile) -> Run:
    """The check that the walk belongs to; a quick one is made where none is kept."""
    from agent.commands.local_check import check_here  # noqa: PLC0415 - loads every probe

    with closing(history()) as runs:
        if run_id or runs.newest() is not None:
            return wanted_run(runs, run_id)
    show([Line("No check was made yet; a quick one comes first.")])
    order = CheckOrder(run_id=uuid4().hex, profile=profile, depth=Depth.QUICK)
    return run_check(check_here(order, lambda _telling: None))


def _names() -> Iterator[str]:
    """Names of places as they are typed; a wrong one is told and asked again."""
    while True:
        sys.stdout.write("Where are you now? ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line.strip():
            return
        try:
            yield tidy_name(line)
        except PlaceError as error:
            show([Line(str(error))])


def _taken(run: Run, name: str, profile: Profile) -> Run:
    from agent.checkup import Cancelled, OrderError, measure_place  # noqa: PLC0415 - as above

    order = PlaceOrder(run=run, profile=profile, place=name)
    try:
        newer = run_check(measure_place(order, lambda _telling: None))
    except OrderError as error:
        raise CommandError(str(error)) from error
    except Cancelled as stopped:
        raise CommandError("The measurement was stopped; the places before are kept.") from stopped
    try:
        with closing(history()) as runs:
            runs.keep(newer)
    except StoreError as error:
        raise CommandError(str(error)) from error
    return newer


def _last_line(run: Run, name: str) -> Line:
    words = Words()
    place = next(one for one in run.places if one.name.casefold() == name.casefold())
    return Line(plain(for_walk((place,), words).places[0].sentence(words)), "bold")
