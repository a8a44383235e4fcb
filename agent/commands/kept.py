"""What commands read of what is kept on this computer, agent or not."""

from __future__ import annotations

from agent.exits import CommandError
from agent.store.database import StoreError
from agent.store.history import History, open_history
from agent.store.postbox import open_outbox
from diagnostics.run import Run
from uploader.outbox import Outbox


def history() -> History:
    try:
        return open_history()
    except StoreError as error:
        raise CommandError(str(error)) from error


def outbox() -> Outbox:
    try:
        return open_outbox()
    except StoreError as error:
        raise CommandError(str(error)) from error


def answered_before() -> Run | None:
    """The check before, when questions were answered there: they are not asked again."""
    try:
        runs = open_history()
    except StoreError:  # the check itself needs no store
        return None
    try:
        newest = runs.newest()
    except StoreError:
        return None
    finally:
        runs.close()
    return newest if newest is not None and newest.answers else None


def wanted_run(runs: History, run_id: str) -> Run:
    """The one named (the beginning of its id is enough), else the newest."""
    try:
        if not run_id:
            run = runs.newest()
        else:
            ids = [one.id for one in runs.page(limit=500) if one.id.startswith(run_id)]
            run = runs.run(ids[0] if len(ids) == 1 else run_id)
    except StoreError as error:
        raise CommandError(str(error)) from error
    if run is None:
        missing = f"There is no check {run_id!r} here." if run_id else "No check was made yet."
        raise CommandError(f"{missing} Make one with: firsthop check")
    return run
