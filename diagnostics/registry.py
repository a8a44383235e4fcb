"""Every probe there is, found by scanning the folder `probes`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import cast

import diagnostics.probes as probes_package
from diagnostics.probe import Probe
from diagnostics.result import Reading


class RegistryError(Exception):
    """The folder is not in order: a mistake of ours, found by the first test that looks."""


def all_probes() -> tuple[Probe[Reading], ...]:
    """One of each, every probe behind those it waits for."""
    names = sorted(info.name for info in pkgutil.iter_modules(probes_package.__path__))
    return in_order([_probe_in(f"{probes_package.__name__}.{name}") for name in names])


def _probe_in(module_name: str) -> Probe[Reading]:
    module = importlib.import_module(module_name)
    own = [
        cast("type[Probe[Reading]]", value)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Probe) and value.__module__ == module_name
    ]
    if len(own) != 1:
        raise RegistryError(f"{module_name} must define one probe, not {len(own)}")
    return own[0]()


def in_order(probes: Iterable[Probe[Reading]]) -> tuple[Probe[Reading], ...]:
    """Sorted so that each comes after what it names; RegistryError for a circle."""
    waiting = {probe.reading: probe for probe in probes}
    sorted_probes: list[Probe[Reading]] = []
    while waiting:
        ready = [p for p in waiting.values() if not any(kind in waiting for kind in p.after)]
        if not ready:
            circle = ", ".join(sorted(kind.PROBE for kind in waiting))
            raise RegistryError(f"these probes wait for each other: {circle}")
        for probe in ready:
            sorted_probes.append(probe)
            del waiting[probe.reading]
    return tuple(sorted_probes)
