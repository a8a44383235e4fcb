"""What every helpdesk that can hold the tickets must do; one helpdesk a file in `backends`.

All methods are blocking and are called from worker threads, also at the same time.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from typing import ClassVar

import msgspec

import desk.backends as backends_package
from desk.database import Database
from diagnostics.run import Run
from uploader.bundle import Manifest
from uploader.desk_messages import Author, TicketState, TicketView


class NewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was checked and stored under `file_key`; hashes are SHA-256 in hex."""

    manifest: Manifest
    run: Run
    sha256: str
    size_bytes: int
    claim: str
    file_key: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """`fresh` is false when this bundle had its ticket already."""

    number: str
    state: TicketState
    received_at: str
    fresh: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A reply. `id` makes a repeat harmless; `staff_id` 0 is the subscriber."""

    id: str
    author: Author
    name: str
    text: str
    staff_id: int = 0


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A change of state by somebody who saw the ticket in state `seen`."""

    seen: TicketState
    to: TicketState
    name: str
    staff_id: int


class BackendError(Exception):
    """What was asked cannot be done; the message is one sentence for a person."""


class OtherContentError(BackendError):
    """The bundle id is known with other content or another sender."""


class NoSuchTicketError(BackendError):
    pass


class NotNowError(BackendError):
    """The ticket's state does not allow it."""


class Backend(ABC):
    """Where tickets live. NAME is the file's name and what the desk is configured with."""

    NAME: ClassVar[str]

    def __init__(self, database: Database) -> None:
        self.database = database

    @abstractmethod
    def open(self, new: NewTicket) -> Opened:
        """Open the ticket, once per bundle id, however often and however parallel it is asked.

        Raise OtherContentError when the id is known with other bytes or another claim.
        """

    @abstractmethod
    def find(self, bundle_id: str, claim: str) -> Opened | None:
        """The ticket of a bundle for whoever holds its claim, else None."""

    @abstractmethod
    def view(self, number: str) -> TicketView:
        """What the subscriber may see. Raise NoSuchTicketError."""

    @abstractmethod
    def reply(self, number: str, message: Message) -> TicketView:
        """Add a reply, once per message id. Raise NoSuchTicketError, NotNowError when closed."""

    @abstractmethod
    def move(self, number: str, move: Move) -> TicketView:
        """Change the state. Raise NoSuchTicketError, NotNowError when `seen` no longer holds."""


@cache
def backends() -> Mapping[str, type[Backend]]:
    """Every helpdesk by name, found by scanning the folder `backends`."""
    found: dict[str, type[Backend]] = {}
    for info in pkgutil.iter_modules(backends_package.__path__):
        module = importlib.import_module(f"{backends_package.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Backend) and value is not Backend:
                found[value.NAME] = value
    return found
