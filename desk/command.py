"""`firsthop desk`: runs the desk, or looks after its key and the people who may log in."""

from __future__ import annotations

import argparse
import getpass
import logging
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from sqlalchemy import Connection

from desk import accounts, keys
from desk.accounts import AccountError, Role, Staff
from desk.app import make_app
from desk.database import Database
from desk.office import open_office
from desk.patience import PatientProtocol
from desk.settings import (
    Limits,
    Settings,
    SettingsError,
    WrongSettingError,
    data_folder,
    database_url,
)
from desk.usage import burst, checked
from diagnostics.profile import ProfileError, default_profile, load_profile

WRONG_USAGE = 2
COULD_NOT_RUN = 4
FIRST_USER = "csr"
#: the link stands on a screen, and a restart prints another one
FIRST_LINK_LIVES_S = 3600.0
BACKLOG = 512


def main(argv: Sequence[str]) -> int:
    """0 when it ended as asked, 2 for wrong usage, 4 when it could not run."""
    try:
        given = _parser().parse_args(argv)
    except SystemExit as stop:
        return WRONG_USAGE if stop.code else 0
    try:
        if given.command == "user":
            return _user(given)
        if given.command == "key":
            return _key(given)
        return _serve(checked(_settings(given)))
    except (ProfileError, WrongSettingError) as error:  # what was named is wrong, as for the app
        sys.stderr.write(f"firsthop desk: {error}\n")
        return WRONG_USAGE
    except (SettingsError, AccountError) as error:
        sys.stderr.write(f"firsthop desk: {error}\n")
        return COULD_NOT_RUN


def _parser() -> argparse.ArgumentParser:
    folder = data_folder()
    parser = argparse.ArgumentParser(prog="firsthop desk", description=__doc__)
    parser.add_argument("--database", default=f"sqlite:///{folder / 'desk.db'}", metavar="URL")
    parser.add_argument("--files", default=str(folder / "files"), metavar="FOLDER-OR-URL")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8787, help="0 for any free one")
    parser.add_argument("--provider", type=Path, metavar="FILE", help="the provider profile")
    parser.add_argument("--public-url", default="", metavar="URL", help="as browsers see it")
    parser.add_argument(
        "--trusted-proxies", default="", metavar="ADDRESSES", help="whose X-Forwarded-For counts"
    )
    parser.add_argument(
        "--bundles-per-minute", type=float, default=30.0, metavar="N", help="from one address"
    )
    parser.add_argument(
        "--refresh", type=float, default=5.0, metavar="S", help="how often open pages look for news"
    )
    parser.set_defaults(command="serve")
    parser.add_argument("--key", default=str(folder / "desk.key"), metavar="FILE")
    commands = parser.add_subparsers()
    key = commands.add_parser("key", help="the key that apps seal bundles to")
    key.set_defaults(command="key")
    key.add_argument("action", choices=("new", "show"))
    user = commands.add_parser("user", help="people who may log in")
    user.set_defaults(command="user")
    user.add_argument("action", choices=("add", "password", "link", "disable", "enable", "list"))
    user.add_argument("name", nargs="?", default="")
    user.add_argument("--shown-name", default="")
    user.add_argument("--role", type=Role, choices=list(Role), default=Role.CSR)
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        database=given.database,
        files=given.files,
        key=given.key,
        profile=load_profile(given.provider) if given.provider else default_profile(),
        host=given.host,
        port=given.port,
        public_url=given.public_url.rstrip("/"),
        trusted_proxies=given.trusted_proxies,
        refresh_s=given.refresh,
        limits=Limits(
            bundles_per_minute=given.bundles_per_minute,
            bundles_burst=burst(given.bundles_per_minute),
        ),
    )


def _serve(settings: Settings) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    listener = _listen(settings.host, settings.port)
    try:
        office = open_office(settings)
    except SettingsError:
        listener.close()
        raise
    app = make_app(office)
    port: int = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = settings.public_url or f"http://{host}:{port}"
    sys.stdout.write(f"Firsthop desk: {url}/\n{_first_login(office.database, settings, url)}")
    sys.stdout.flush()
    config = uvicorn.Config(
        app,
        log_level="error",  # a stranger's bad requests must not fill the log
        access_log=False,
        http=PatientProtocol,
        ws="none",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Bound before anything is opened: a second desk on the port ends at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, OverflowError) as error:
        raise SettingsError(f"Cannot listen on {host} port {port}: {_reason(error)}.") from error
    # asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)  # who reads the address below may connect at once
    except (OSError, OverflowError) as error:
        listener.close()
        message = f"Cannot listen on {host} port {port}: {_reason(error)}. Choose another --port."
        raise SettingsError(message) from error
    return listener


def _reason(error: Exception) -> str:
    return str(error).rstrip(".")


def _first_login(database: Database, settings: Settings, url: str) -> str:
    """While nobody can log in: a link that works once, or how to add somebody."""
    with database.write() as connection:
        people = accounts.everybody(connection)
        if any(person.password_hash for person in people):
            return ""
        if not settings.loopback:
            return "Nobody can log in yet: firsthop desk user add NAME\n"
        first = next((p for p in people if p.active), None) or accounts.add(
            connection, FIRST_USER, "Support", Role.SUPERVISOR
        )
        token = accounts.setup_token(connection, first, FIRST_LINK_LIVES_S)
    return f"First log-in (this link works once, for an hour): {url}/setup/{token}\n"


def _key(given: argparse.Namespace) -> int:
    path = Path(given.key)
    public = keys.make(path) if given.action == "new" else keys.public(path)
    sys.stdout.write(f'[desk]\npublic_key = "{public}"\n')
    return 0


def _user(given: argparse.Namespace) -> int:
    database = Database(database_url(given.database))
    database.upgrade()
    try:
        with database.write() as connection:
            sys.stdout.write(_user_done(connection, given))
    finally:
        database.close()
    return 0


def _user_done(connection: Connection, given: argparse.Namespace) -> str:
    if given.action == "list":
        return "".join(f"{_described(each)}\n" for each in accounts.everybody(connection))
    if given.action == "add":
        staff = accounts.add(connection, given.name, given.shown_name, given.role)
        accounts.set_password(connection, staff, _password())
        return f"{staff.name} can log in.\n"
    staff = accounts.find(connection, given.name)
    if staff is None:
        raise AccountError(f"There is no user {given.name!r}.")
    if given.action == "password":
        accounts.set_password(connection, staff, _password())
        return f"{staff.name} has a new password.\n"
    if given.action == "link":
        return f"/setup/{accounts.setup_token(connection, staff)} works once, for a day.\n"
    accounts.set_active(connection, staff, active=given.action == "enable")
    return f"{staff.name} is {given.action}d.\n"


def _described(staff: Staff) -> str:
    state = "may log in" if staff.active and staff.password_hash else "cannot log in"
    return f"{staff.name}\t{staff.shown_name}\t{staff.role}\t{state}"


def _password() -> str:
    """From the terminal without echo, else the first line of the input; never from the command."""
    if sys.stdin.isatty():
        first = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != first:
            raise AccountError("The two passwords differ.")
        return first
    return sys.stdin.readline().rstrip("\r\n")
