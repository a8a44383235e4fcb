"""A site that is kept from the subscriber, told from one that is down."""

from __future__ import annotations

from diagnostics.belief import SURE
from diagnostics.readings.filtering import Filtering, NameFilter, SiteFilter
from diagnostics.result import Unmeasured
from diagnostics.scene import Scene
from diagnostics.signbook import Grade, sign, unknown


def _belief(site: SiteFilter) -> float:
    hidden = site.by_resolver in (NameFilter.SINKHOLE, NameFilter.WITHHELD)
    if site.cut_by_name is True:
        return 0.99
    if site.works_elsewhere is True and hidden:
        return SURE
    # the same address that works now did so before: it failed once, by a lost packet perhaps
    if site.works_elsewhere is True and site.failed and site.by_resolver is NameFilter.OTHER:
        return 0.95
    if hidden:
        return 0.9 if site.failed else 0.6
    return 1 - SURE


@sign("sites-filtered", "A site is kept from this connection.", reads=Filtering, leak=0.0005)
def sites_filtered(scene: Scene) -> Grade:
    reading = scene.evidence.value(Filtering)
    if isinstance(reading, Unmeasured) or not reading.sites:
        return unknown("It was not compared who gives which address.")
    if scene.captive is True or scene.internet_reached is not True:
        return unknown("Sites cannot be compared where nothing gets out.")
    worst = max(reading.sites, key=_belief)
    belief = _belief(worst)
    if belief < 0.5:
        return Grade(belief, "No site is kept from this connection by its name.")
    if worst.cut_by_name is True:
        text = f"Connections are cut as soon as they name {worst.name}; other names pass."
    else:
        text = f"The resolver in use hides {worst.name}; a public one gives its address."
    return Grade(belief, text, worst.name)
