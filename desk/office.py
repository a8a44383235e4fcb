"""Everything one running desk holds, handed to whoever answers a request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from litestar.di import NamedDependency

from desk.backend import Backend, backends
from desk.database import Database
from desk.files import BundleFiles
from desk.keys import Keys, load
from desk.rate import Rate
from desk.reception import Reception
from desk.settings import Settings, database_url


@dataclass(frozen=True)
class Office:
    settings: Settings
    database: Database
    files: BundleFiles
    keys: Keys
    backend: Backend
    reception: Reception
    bundle_rate: Rate
    call_rate: Rate
    login_rate: Rate

    def close(self) -> None:
        self.database.close()


#: how a handler asks for it
TheOffice = NamedDependency[Office]


def open_office(settings: Settings) -> Office:
    """Raise SettingsError when database or files cannot be used."""
    keys = load(Path(settings.key)) if settings.key else ()
    database = Database(database_url(settings.database))
    database.upgrade()
    limits = settings.limits
    return Office(
        settings=settings,
        database=database,
        files=BundleFiles(settings.files),
        keys=keys,
        backend=backends()["local"](database),
        reception=Reception(limits),
        bundle_rate=Rate(limits.bundles_burst, limits.bundles_per_minute),
        call_rate=Rate(limits.calls_burst, limits.calls_per_minute),
        login_rate=Rate(limits.logins_burst, limits.logins_per_minute),
    )
