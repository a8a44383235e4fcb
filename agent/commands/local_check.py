"""A check in the terminal's own process, without an agent."""

from __future__ import annotations

import asyncio
import sys

from agent.checkup import check
from agent.orders import CheckOrder, Tell
from agent.store.database import StoreError
from agent.store.history import open_history
from diagnostics.run import Run


async def check_here(order: CheckOrder, tell: Tell) -> Run:
    """Measure, and keep the Run if there is a place for it; the check itself needs none."""
    run = await check(order, tell)
    task = asyncio.current_task()
    while task is not None and task.cancelling():  # Ctrl-C gave us the partial Run: go on with it
        task.uncancel()
    try:
        history = open_history()
    except StoreError as error:
        if sys.stderr.isatty():
            sys.stderr.write(f"The result is not kept: {error}\n")
        return run
    try:
        history.keep(run)
    except StoreError as error:
        sys.stderr.write(f"The result is not kept: {error}\n")
    finally:
        history.close()
    return run
