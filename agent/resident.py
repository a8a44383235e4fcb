"""The resident process itself: `python -m agent.resident [PROVIDER FILE]`, started by the command.

It imports no command line and no HTTP, so that it stays small while it waits.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agent.exits import CommandError, Exit
from agent.folders import FolderError
from agent.ipc.peer import AnotherAgentError
from agent.service import Service
from agent.settings import chosen_profile, load_settings
from agent.store.database import StoreError
from agent.store.history import open_history
from agent.store.postbox import open_outbox


def main() -> int:
    provider = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        return _resident(provider)
    except (CommandError, AnotherAgentError, FolderError, StoreError) as error:
        sys.stderr.write(f"firsthop: {error}\n")
        return error.status if isinstance(error, CommandError) else Exit.COULD_NOT_RUN


def _resident(provider: Path | None) -> Exit:
    chosen, settings = chosen_profile(provider), load_settings()
    history = open_history()
    try:
        outbox = open_outbox()
        try:
            for moved in filter(None, (history.moved_aside, outbox.moved_aside)):
                sys.stderr.write(f"{moved}\n")
            asyncio.run(Service(chosen, settings, history, outbox).run())
        finally:
            outbox.close()
    finally:
        history.close()
    return Exit.HEALTHY


if __name__ == "__main__":
    sys.exit(main())
