"""The short-lived process that measures: an order comes in, tellings go out, then it is gone.

Standard input: one order as a JSON line; afterwards "cancel" or the end of input stops it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress

import msgspec

from agent.garbage import look_seldom
from agent.ipc.messages import (
    CheckEnded,
    CheckFailed,
    StepMeasured,
)
from agent.orders import CheckOrder, Order, PlaceOrder, StepOrder, Telling
from diagnostics.platforms.loop import run_check

_ENCODER = msgspec.json.Encoder()


def main() -> int:
    look_seldom()
    first = sys.stdin.buffer.readline()
    try:
        order = msgspec.json.decode(first, type=Order)
    except msgspec.MsgspecError as error:
        _tell(CheckFailed(run_id="", sentence=f"The order to check cannot be read: {error}."))
        return 4
    run_check(_obey(order))
    return 0


async def _obey(order: Order) -> None:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it always makes one
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no such handlers
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
        loop.add_signal_handler(signal.SIGINT, task.cancel)
    # a thread, as not every pipe can be waited for by every loop; it dies with the process
    threading.Thread(target=_wait_for_cancel, args=(loop, task), daemon=True).start()
    try:
        await _carry_out(order)
    except Exception as error:  # noqa: BLE001 - our mistake must not look like a dead network
        _tell(CheckFailed(run_id=_run_id(order), sentence=_sentence(error)))


def _wait_for_cancel(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    sys.stdin.buffer.readline()
    with suppress(RuntimeError):  # the loop may have closed: then there is nothing to cancel
        loop.call_soon_threadsafe(task.cancel)


async def _carry_out(order: Order) -> None:
    from agent import checkup  # noqa: PLC0415 - only here, so that a bad order is told at once

    if isinstance(order, CheckOrder):
        _tell(CheckEnded(run=await checkup.check(order, _tell)))
    elif isinstance(order, StepOrder):
        try:
            run, step = await checkup.measure_step(order, _tell)
        except checkup.Cancelled:
            _tell(CheckEnded(run=msgspec.structs.replace(order.run, complete=False)))
            return
        _tell(StepMeasured(run=run, step=step))
    elif isinstance(order, PlaceOrder):
        try:
            _tell(CheckEnded(run=await checkup.measure_place(order, _tell)))
        except checkup.Cancelled:
            _tell(CheckEnded(run=msgspec.structs.replace(order.run, complete=False)))
    else:
        _tell(CheckEnded(run=checkup.with_answer(order)))


def _run_id(order: Order) -> str:
    return order.run_id if isinstance(order, CheckOrder) else order.run.id


def _sentence(error: Exception) -> str:
    from agent.checkup import OrderError  # noqa: PLC0415 - as above
    from agent.crash_note import leave_note  # noqa: PLC0415 - rarely needed

    return str(error) if isinstance(error, OrderError) else leave_note(error)


def _tell(telling: Telling) -> None:
    try:
        sys.stdout.buffer.write(_ENCODER.encode(telling) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever asked is gone, and with it standard input, which stops this process in order.
        # To end it here would tear tasks out of their contexts.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
