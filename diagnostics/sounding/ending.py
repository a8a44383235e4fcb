"""Ends side tasks: cancelled, awaited, nothing left behind."""

from __future__ import annotations

import asyncio


async def end(*tasks: asyncio.Task[object]) -> None:
    """Cancel and see them gone; their own failures are of no interest any more."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
