"""Where the agent can be spoken to. Window, terminal and agent all ask here."""

from __future__ import annotations

from pathlib import Path

from agent.folders import runtime_folder


def socket_path() -> Path:
    """The Unix socket of the agent that serves this user in this network.

    Each Linux network namespace has an agent of its own: one that sits in another namespace
    would check another network than the one its client means.
    """
    return runtime_folder() / f"agent{_network()}.sock"


def lock_path() -> Path:
    return socket_path().with_suffix(".lock")


def _network() -> str:
    try:
        return f"-{Path('/proc/self/ns/net').stat().st_ino}"
    except OSError:
        return ""
