"""The short-lived process for bundles and desk: one order in, tellings out, then it is gone."""

from __future__ import annotations

import sys

import msgspec

from agent import deskwork
from agent.crash_note import leave_note
from agent.desk_orders import (
    Changed,
    ConsentOrder,
    DeskOrder,
    DeskTelling,
    Finished,
    PreviewOrder,
)
from agent.ipc.messages import (
    Failed,
)
from agent.store.database import StoreError
from agent.store.history import open_history
from agent.store.postbox import BusyError, open_outbox
from uploader.bundle import BundleError
from uploader.outbox import OutboxError


def main() -> int:
    try:
        order = msgspec.json.decode(sys.stdin.buffer.readline(), type=DeskOrder)
        _tell(_done(order))
    except (StoreError, OutboxError, BundleError, BusyError) as error:
        code = type(error).__name__.removesuffix("Error").lower()
        _tell(Failed(code=code, sentence=str(error)))
    except Exception as error:  # noqa: BLE001 - the window must hear a sentence
        _tell(Failed(code="internal", sentence=leave_note(error)))
    return 0


def _done(order: DeskOrder) -> DeskTelling:
    outbox = open_outbox()
    try:
        if isinstance(order, PreviewOrder):
            history = open_history()
            try:
                return deskwork.preview(order, history, outbox)
            finally:
                history.close()
        if isinstance(order, ConsentOrder):
            deskwork.consent(order, outbox)
        else:
            deskwork.carry(order, outbox, lambda bundle_id: _tell(Changed(bundle_id=bundle_id)))
        return Finished()
    finally:
        outbox.close()


def _tell(telling: DeskTelling) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(telling) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
