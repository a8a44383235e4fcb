"""Sites that the connection's own resolver or something on the way keeps from the subscriber."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from diagnostics.private import Address, HostName
from diagnostics.result import Reading, Unmeasured


class NameFilter(StrEnum):
    """What the resolver in use says of a name, beside a public one."""

    SAME = "same"  # an address that leads to the site, or both give none
    SINKHOLE = "sinkhole"  # 0.0.0.0, this computer or an address of the home
    WITHHELD = "withheld"  # no address at all, where the public one gives one
    OTHER = "other"  # another address; large sites have many


class SiteFilter(msgspec.Struct, frozen=True, kw_only=True):
    """One site. `works_elsewhere`: its page loads at the address that the public resolver gives.

    `cut_by_name`: connections with its name are cut, those with another name to the same address
    are not. Both are only tried where the page failed or the name is withheld.
    """

    name: HostName
    failed: bool
    by_resolver: NameFilter | Unmeasured
    own_address: Address | Unmeasured
    works_elsewhere: bool | Unmeasured
    cut_by_name: bool | Unmeasured


class Filtering(Reading, frozen=True, kw_only=True):
    PROBE: ClassVar[str] = "filtering"
    sites: tuple[SiteFilter, ...]
