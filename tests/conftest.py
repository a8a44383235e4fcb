"""Rules for every test: nothing is left running, and nothing is contacted but this computer.

Code that sends packets elsewhere runs in child processes inside the lab's network namespaces.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.scheduling import LabApart, needs_lab

# a machine that does other work beside the tests makes no example slow; the seeds are fixed
settings.register_profile("firsthop", deadline=None, derandomize=True)
settings.load_profile("firsthop")

ROOT = Path(__file__).parent.parent
#: a library's own pool may end its thread a moment after the test
LEAK_GRACE_S = 2.0


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return True  # a Unix socket, a netlink socket or a packet socket of this computer
    host = address[0].split("%")[0]
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and len(arguments) > 1:
        address = arguments[1]
        if not _is_local(address):
            message = f"a test tried to reach {address!r}; only loopback and the lab are allowed"
            raise PermissionError(message)


sys.addaudithook(_guard)

# Whoever starts the tests in the background of a script has SIGINT ignored for them and for all
# their children (POSIX shell, 2.11); tests of Ctrl-C need what a person's terminal gives.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lab's tests come first: they take longest, and the others run beside them."""
    items.sort(key=lambda item: not needs_lab(str(item.path.relative_to(ROOT))))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """With `-n 2` one worker has the lab, and the other files go to the other one."""
    config.option.loadscopereorder = False
    return LabApart(config, log)


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the folders of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    patch = pytest.MonkeyPatch()
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    patch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for name in ("FIRSTHOP_PROVIDER", "http_proxy", "https_proxy", "all_proxy"):
        patch.delenv(name, raising=False)
        patch.delenv(name.upper(), raising=False)
    yield
    patch.undo()


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def _threads() -> set[int]:
    return {t.ident for t in threading.enumerate() if t.ident and not t.name.startswith("Dummy-")}


def _sockets() -> int:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return 0
    count = 0
    for entry in folder.iterdir():
        try:
            count += str(entry.readlink()).startswith("socket:")
        except OSError:
            continue
    return count


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """A test that leaves a thread, a child process or a socket behind has failed.

    Being automatic it is set up before the test's own fixtures and looked at after they are
    gone; fixtures of a wider scope (a server for a whole module) stand before it.
    """
    children, threads, sockets = _children(), _threads(), _sockets()
    yield
    deadline = time.monotonic() + LEAK_GRACE_S
    while time.monotonic() < deadline:
        if not (_children() - children or _threads() - threads or _sockets() > sockets):
            return
        time.sleep(0.02)
    left_children = _children() - children
    left_threads = [t.name for t in threading.enumerate() if t.ident in _threads() - threads]
    assert not left_children, f"child processes left behind: {left_children}"
    assert not left_threads, f"threads left behind: {left_threads}"
    assert _sockets() <= sockets, "sockets left open"


@pytest.fixture
def fixtures_folder() -> Path:
    """Captured output that may not be committed; a test that needs it skips where it is absent."""
    default = ROOT.parent / "shared" / "fixtures"
    folder = Path(os.environ.get("FIRSTHOP_FIXTURES", default))
    if not folder.is_dir():
        pytest.skip("the captured output of other people's tools is not on this machine")
    return folder
