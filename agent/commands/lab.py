"""`firsthop lab …`: the fault lab of the source tree; an installed app has none."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable

from agent.exits import CommandError

LAB = "tests.sim.command"


def run_lab(arguments: list[str]) -> int:
    try:
        found = importlib.util.find_spec(LAB)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise CommandError("The lab comes with the source tree; this installation has none.")
    main: Callable[[list[str]], int] = importlib.import_module(LAB).main
    return main(arguments)
