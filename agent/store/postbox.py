"""The outbox's file in the user's data folder, and the lock that lets one courier out at a time."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from agent.folders import data_folder, private_folder
from agent.ipc.peer import AnotherAgentError, SingleLock
from agent.store.database import open_database
from uploader.outbox import MIGRATIONS, Outbox


def open_outbox(folder: Path | None = None) -> Outbox:
    """StoreError, in one sentence, when it cannot be used."""
    return Outbox(open_database((folder or data_folder()) / "outbox.db", MIGRATIONS))


class BusyError(Exception):
    """Another process of this user talks to the desk right now."""


@contextmanager
def courier_out() -> Generator[None]:
    """Two couriers could hand in the same bundle at once; the kernel frees it if we are killed."""
    folder = private_folder(data_folder())
    try:
        lock = SingleLock(folder / "courier.lock")
    except AnotherAgentError as error:
        raise BusyError("Firsthop talks to the desk already; try again in a moment.") from error
    try:
        yield
    finally:
        lock.release()
