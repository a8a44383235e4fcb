"""What commands read of what is kept on this computer, agent or not."""

from __future__ import annotations

import sys

from agent.exits import CommandError
from agent.store.database import StoreError
from agent.store.history import History, open_history
from agent.store.postbox import open_outbox
from diagnostics.past import PastCheck
from diagnostics.run import Run
from uploader.outbox import Outbox


def history() -> History:
    try:
        runs = open_history()
    except StoreError as error:
        raise CommandError(str(error)) from error
    tell_moved(runs.moved_aside)
    return runs


def outbox() -> Outbox:
    try:
        box = open_outbox()
    except StoreError as error:
        raise CommandError(str(error)) from error
    tell_moved(box.moved_aside)
    return box


def tell_moved(sentence: str) -> None:
    """A damaged file made room for a new one: said by whoever found it, and so once."""
    if sentence:
        sys.stderr.write(f"{sentence}\n")


def known_before() -> tuple[Run | None, tuple[PastCheck, ...]]:
    """The check before, when questions were answered there, and what is remembered of all."""
    try:
        runs = open_history()
    except StoreError:  # the check itself needs no store
        return None, ()
    tell_moved(runs.moved_aside)
    try:
        return _answered(runs), _past(runs)
    finally:
        runs.close()


def _answered(runs: History) -> Run | None:
    try:
        newest = runs.newest()
    except StoreError:
        return None
    return newest if newest is not None and newest.answers else None


def _past(runs: History) -> tuple[PastCheck, ...]:
    try:
        return runs.past()
    except StoreError:
        return ()


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
