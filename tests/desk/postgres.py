"""A PostgreSQL of one's own: Debian's programs, a folder of its own, reached by a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

OWNER = "postgres"
#: it lives for seconds, nothing must survive a power cut
CONFIGURATION = (
    "listen_addresses=''\nfsync=off\nsynchronous_commit=off\nfull_page_writes=off\n"
    "shared_buffers=32MB\nmax_connections=50\n"
)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is not installed")
    return found[-1].parent if found else Path(str(on_path)).parent


def _run(program: Path, *arguments: str) -> None:
    """initdb refuses to work as root, so root steps down to the package's own user."""
    user = OWNER if os.geteuid() == 0 else None
    subprocess.run(
        [str(program), *arguments], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/"
    )


@contextmanager
def private_postgres() -> Generator[str, None, None]:
    """The URL of an empty database. pg_ctl takes the server out of our children."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="firsthop-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(OWNER).pw_uid, -1)
    data = folder / "data"
    try:
        _run(programs / "initdb", "-D", str(data), "-A", "trust", "-U", OWNER, "-N", "-E", "UTF8")
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{CONFIGURATION}unix_socket_directories='{folder}'\n")
        control, log = programs / "pg_ctl", str(folder / "log")
        _run(control, "start", "-w", "-s", "-D", str(data), "-l", log)
        try:
            yield f"postgresql://{OWNER}@/postgres?host={folder}"
        finally:
            _run(control, "stop", "-w", "-s", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder)
