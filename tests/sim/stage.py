"""Where a lab plays: its folder, its networks, and how programs are run in them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.sim import spaces
from tests.sim.complaint import LabError
from tests.sim.toolchain import Tools, search_path

_PATIENCE_S = 20


@dataclass(frozen=True)
class Stage:
    """`folder` is a tmpfs that only this lab's warden sees."""

    folder: Path
    tools: Tools

    def network(self, name: str) -> Path:
        """File of the network namespace of that place."""
        return self.folder / "networks" / name

    def make_networks(self, names: Iterable[str]) -> None:
        """Make an empty network namespace for each place."""
        (self.folder / "networks").mkdir(exist_ok=True)
        for name in names:
            spaces.make_network(self.network(name))

    def within(self, place: str, command: list[str]) -> list[str]:
        """The command line that runs `command` in a place's network."""
        return [str(self.tools.enter), "-n", str(self.network(place)), "--", *command]

    def run(self, place: str, command: list[str], text: str = "") -> str:
        """Run to its end; LabError holds what it said when it fails."""
        done = subprocess.run(
            self.within(place, command) if place else command,
            input=text,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            env=environment(),
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise LabError(
                f"The lab's `{' '.join(command)}` failed in {place or 'the lab'}: {said}"
            )
        return done.stdout

    def batch(self, place: str, lines: Iterable[str]) -> None:
        """Several `ip` commands in one process."""
        self.run(place, ["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def firewall(self, place: str, rules: str) -> None:
        """Replace the place's nftables rules."""
        self.run(place, ["nft", "-f", "-"], f"flush ruleset\n{rules}\n")

    def start(self, name: str, command: list[str], place: str = "") -> subprocess.Popen[bytes]:
        """Start a program that stays; what it says goes to NAME.log in the lab's folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                self.within(place, command) if place else command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                start_new_session=True,
            )

    def settle(self, place: str, settings: dict[str, str]) -> None:
        """Write kernel settings (paths under /proc/sys/net) of a place; absent ones are skipped.

        A value may be several, apart by spaces after "first of": the first that the kernel allows.
        """
        with spaces.inside(self.network(place)):
            for key, value in settings.items():
                path = Path("/proc/sys/net") / key
                if path.exists():
                    _write_first_allowed(path, value)


def _write_first_allowed(path: Path, value: str) -> None:
    choices = value.removeprefix("first of ").split() if value.startswith("first of ") else [value]
    for choice in choices:
        try:
            path.write_text(choice, encoding="ascii")
        except PermissionError:
            continue
        return
    raise LabError(f"The kernel refuses {value!r} for {path}.")


def environment() -> dict[str, str]:
    """A plain environment for the lab's own programs."""
    return {"PATH": search_path(), "LC_ALL": "C.UTF-8", "HOME": "/root"}


def wait_until(happened: Callable[[], bool], limit_s: float) -> bool:
    """Look every 10 ms; False when it has not happened within the limit."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.01)
    return happened()
