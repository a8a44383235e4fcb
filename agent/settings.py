"""What the agent is set to: whose profile it follows, and where that file lies."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import msgspec

from agent.exits import CommandError, UsageError
from agent.folders import data_folder
from diagnostics.profile import (
    DeskTarget,
    Profile,
    ProfileError,
    default_profile,
    load_profile,
)

PROVIDER_VARIABLE = "FIRSTHOP_PROVIDER"
#: a desk to use in place of the profile's, as when both ends run on one computer
DESK_VARIABLE = "FIRSTHOP_DESK"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`settings.toml` in the data folder; everything may be left out."""

    provider: str = ""  # path of a provider profile
    keep_runs: int = 500
    keep_days: int = 400


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The profile in force; `folder` is where its logo lies, "" for the built-in one."""

    profile: Profile
    folder: str = ""


def load_settings() -> Settings:
    """CommandError, in one sentence, on a file that cannot be used; a missing one is fine."""
    place = data_folder() / "settings.toml"
    try:
        raw = tomllib.loads(place.read_text("utf-8"))
        return msgspec.convert(raw, type=Settings)
    except FileNotFoundError:
        return Settings()
    except OSError:  # no home that can be read: the lab and rescue systems
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CommandError(f"{place} has a wrong entry: {error}. Correct or remove it.") from error


def profile_file(file: Path | None) -> Path | None:
    """The file that `chosen_profile` reads; None for the built-in profile."""
    name = str(file or os.environ.get(PROVIDER_VARIABLE, "") or load_settings().provider)
    return Path(name).absolute() if name else None


def chosen_profile(file: Path | None) -> Chosen:
    """From --provider, else FIRSTHOP_PROVIDER, else the settings, else the built-in one."""
    path = profile_file(file)
    if path is None:
        return Chosen(profile=_with_desk(default_profile()))
    try:
        return Chosen(profile=_with_desk(load_profile(path)), folder=str(path.parent))
    except ProfileError as error:
        raise UsageError(str(error)) from error


def _with_desk(profile: Profile) -> Profile:
    url = os.environ.get(DESK_VARIABLE, "")
    if not url:
        return profile
    desk = DeskTarget(url=url, identity=profile.desk.identity)
    return msgspec.structs.replace(profile, desk=desk)
