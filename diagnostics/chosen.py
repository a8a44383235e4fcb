"""What a complaint chooses to be measured besides, or better than, in any check.

The table of terms names probes (`complaints/*.toml`); these are the ones that can do more:

    voice   packets at a call's rate for 6 s instead of 2.5 s, so that loss of 3 % is told from 1 %
            (about 150 kB); in a quick check too, for a call is no load
    web     the page of each service that is named, up to two, beside those of the profile
    watch   14 s before the load (`patience`), so that the check takes some 20 s instead of some 10

Everything else that the table names is part of every check as it is. Without a complaint nothing
is chosen, and a check measures what it always does.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.complaint import Understood

#: a person has one or two in mind; more is a list of what does not work
MOST_SITES = 2


@dataclass(frozen=True)
class Chosen:
    """`probes` are ids; `sites` addresses of pages to be fetched besides."""

    probes: frozenset[str] = frozenset()
    sites: tuple[str, ...] = ()

    def __contains__(self, probe: str) -> bool:
        return probe in self.probes


NOTHING = Chosen()


def chosen_by(understood: Understood, *, stays_here: bool = False) -> Chosen:
    """`stays_here`: every target of the profile is on this computer, so no page elsewhere is."""
    sites = () if stays_here else understood.sites[:MOST_SITES]
    return Chosen(understood.probes, sites if "web" in understood.probes else ())
