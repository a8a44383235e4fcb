"""Hostile bytes against the decoder of elements, the packet reader and each text parser.

    python -m tests.fuzz.elements --minutes 10 [--seed N]

Seeds are frames and texts of our own; each round takes one, breaks it, and reads it. What may
not happen: an exception other than the one that says "no WiFi here", or a round of over 2 s.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from diagnostics.platforms.parse.encodings import decoded
from diagnostics.platforms.parse.wifi.file import READERS, NoWifiError, read_wifi
from diagnostics.wire.wifi.beacon import Heard, networks_of
from tests.fuzz.seeds import FRAMES, TEXTS

#: A reader that needs longer for a few kilobytes has a trap in it.
SLOW_S = 2.0
_BYTES = (b"\0", b"\xff", b":", b"\n", b"\\x", b"<", b"%", b"9" * 40, b" " * 300, b"\xdd\xff")


def broken(seed: bytes, draw: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(5)
        if kind == 0 and data:
            data[at % len(data)] = draw.randrange(256)
        elif kind == 1:
            data[at:at] = draw.choice(_BYTES)
        elif kind == 2:
            del data[at : at + draw.randrange(1, 20)]
        elif kind == 3:
            data = data[:at]
        else:
            data[at:at] = data[: draw.randrange(len(data) + 1)]
    return bytes(data[:20_000])


def read_elements(data: bytes) -> None:
    for mhz in (2437, 5180, 6135):
        networks_of(
            Heard(bssid="02:00:00:00:00:01", elements=data, frequency_mhz=mhz, capability=0x11)
        )


def read_file(data: bytes) -> None:
    with suppress(NoWifiError):
        read_wifi(data)


def read_text(data: bytes) -> None:
    text = decoded(data)
    for reader in READERS:
        reader(text)


def fuzz(seconds: float, seed: int) -> dict[str, int]:
    """Rounds of each target. Any failure is raised, with the seed and round that bring it back."""
    targets: tuple[tuple[str, Callable[[bytes], None], tuple[bytes, ...]], ...] = (
        ("elements", read_elements, FRAMES),
        ("file", read_file, (*FRAMES, *TEXTS)),
        ("texts", read_text, TEXTS),
    )
    rounds = dict.fromkeys((name for name, _, _ in targets), 0)
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        draw = random.Random(f"{seed} {number}")
        name, target, seeds = targets[number % len(targets)]
        data = broken(draw.choice(seeds), draw)
        began = time.process_time()
        try:
            target(data)
        except Exception as error:
            raise AssertionError(f"{name}: seed {seed}, round {number}: {data[:200]!r}") from error
        if time.process_time() - began > SLOW_S:
            raise AssertionError(f"{name}: seed {seed}, round {number} is slow")
        rounds[name] += 1
        number += 1
    return rounds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    rounds = fuzz(wanted.minutes * 60, wanted.seed)
    sys.stdout.write(f"{rounds}: no crash\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
