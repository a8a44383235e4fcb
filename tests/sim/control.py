"""A running `lab run` can be changed from another terminal: `lab ps`, `lab set`, `lab repair`."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from tests.sim.complaint import LabError
from tests.sim.home import Home
from tests.sim.scenario import Setting
from tests.sim.toolchain import cache


class Wish(msgspec.Struct, frozen=True):
    """Settings to change; none at all asks for the repair."""

    settings: dict[str, Setting] = {}


def _folder() -> Path:
    folder = cache() / "running"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def listening(home: Home) -> Generator[str]:
    """Obey wishes from other terminals for a while; gives the home's number."""
    number = secrets.token_hex(3)
    path = _folder() / number
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        door.listen()
        threading.Thread(target=_obey, args=(door, home), daemon=True).start()
        try:
            yield number
        finally:
            path.unlink(missing_ok=True)
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)


def _obey(door: socket.socket, home: Home) -> None:
    while True:
        try:
            caller, _ = door.accept()
        except OSError:
            return
        with caller:
            try:
                wish = msgspec.json.decode(caller.recv(1 << 16), type=Wish)
                home.set(wish.settings) if wish.settings else home.repair()
                answer = "ok"
            except (LabError, msgspec.DecodeError) as fault:
                answer = str(fault)
            with suppress(OSError):
                caller.sendall(answer.encode())


def running() -> list[str]:
    """Numbers of the homes that this user runs; forgets those that are gone."""
    found: list[str] = []
    for path in sorted(_folder().iterdir()):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            try:
                caller.connect(str(path))
            except OSError:
                path.unlink(missing_ok=True)
                continue
        found.append(path.name)
    return found


def wish(number: str, settings: dict[str, Setting]) -> None:
    """Change the home of that number, or the only one; LabError when it refuses."""
    numbers = [number] if number else running()
    if len(numbers) != 1:
        raise LabError(f"Say which home: {len(numbers)} are running; `lab ps` lists them.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.connect(str(_folder() / numbers[0]))
            caller.sendall(msgspec.json.encode(Wish(settings)))
            answer = caller.recv(1 << 16).decode()
        except OSError as gone:
            raise LabError(f"No home {numbers[0]!r} is running.") from gone
    if answer != "ok":
        raise LabError(answer or "The home has ended.")
