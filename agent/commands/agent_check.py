"""A check by the agent that serves this network, followed from the terminal."""

from __future__ import annotations

from agent.orders import CheckOrder, Tell
from diagnostics.run import Run


async def check_by_agent(order: CheckOrder, tell: Tell) -> Run | None:
    """None when no agent answers or it follows another provider's profile."""
    del order, tell
    return None
