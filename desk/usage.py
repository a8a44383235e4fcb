"""What the desk's command line may say: what could work nowhere is refused, not bent in silence."""

from __future__ import annotations

import math
from ipaddress import ip_network
from urllib.parse import urlsplit

from desk.settings import Settings, WrongSettingError, database_url

HIGHEST_PORT = 65_535
#: an open page that looked more often would be load and no news
SHORTEST_REFRESH_S = 0.5
FEWEST_BUNDLES_PER_MINUTE = 0.1


def checked(settings: Settings) -> Settings:
    """The same. WrongSettingError, one sentence that names the option, when one cannot be meant."""
    database_url(settings.database)
    if not 0 <= settings.port <= HIGHEST_PORT:
        raise WrongSettingError(f"--port {settings.port} is no port; give 0 to {HIGHEST_PORT}.")
    _at_least("--refresh", settings.refresh_s, SHORTEST_REFRESH_S)
    _at_least("--bundles-per-minute", settings.limits.bundles_per_minute, FEWEST_BUNDLES_PER_MINUTE)
    _check_public_url(settings.public_url)
    _check_proxies(settings.trusted_proxies)
    return settings


def burst(bundles_per_minute: float) -> int:
    """Twice a minute's share at once; 1 for what `checked` refuses anyway."""
    return max(1, round(2 * bundles_per_minute)) if math.isfinite(bundles_per_minute) else 1


def _at_least(option: str, value: float, least: float) -> None:
    if not math.isfinite(value) or value < least:
        raise WrongSettingError(f"{option} {value:g} cannot be used; give {least:g} or more.")


def _check_public_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise WrongSettingError(
            f"--public-url {url!r} is no web address; give https://NAME as browsers call the desk."
        )


def _check_proxies(text: str) -> None:
    """As uvicorn reads it: addresses and networks with commas between, or * for everybody."""
    if text.strip() in {"", "*"}:
        return
    for each in text.split(","):
        try:
            ip_network(each.strip(), strict=False)
        except ValueError as error:
            raise WrongSettingError(
                f"--trusted-proxies {each.strip()!r} is no address or network such as 10.0.0.0/8."
            ) from error
