"""`firsthop desk user …`: people are looked after without a secret on the command line."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from desk import command
from desk.settings import Settings
from desk.usage import checked
from diagnostics.profile import default_profile
from tests.desk.running import PASSWORD, Csr, running


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.db'}"


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_user_is_added_and_logs_in(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, f"{PASSWORD}\n")
    options = ["--database", database, "user", "add", "Kim", "--shown-name", "Kim of the desk"]
    assert command.main(options) == 0
    (tmp_path / "started-before").touch()  # somebody has a password: no link is printed
    with running(tmp_path) as desk:
        csr = Csr(desk)
        assert "Kim of the desk" in csr.log_in("kim").text
        assert command.main(["--database", database, "user", "disable", "kim"]) == 0
        assert csr.http.get("/tickets").url.path == "/login"
        assert csr.log_in("kim").status_code == 401
        csr.close()


@pytest.mark.parametrize(
    ("name", "password"),
    [("Kim", "short"), ("../kim", PASSWORD), ("", PASSWORD), ("verylongname", "verylongname")],
)
def test_a_bad_name_or_password_changes_nothing(
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    password: str,
) -> None:
    typed(monkeypatch, f"{password}\n")
    assert command.main(["--database", database, "user", "add", name]) == 4
    assert capsys.readouterr().err.startswith("firsthop desk: ")
    assert command.main(["--database", database, "user", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_the_command_line_takes_no_password(database: str) -> None:
    assert command.main(["--database", database, "user", "add", "kim", PASSWORD]) == 2


def test_a_port_in_use_is_one_sentence(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "first").mkdir()
    with running(tmp_path / "first") as desk:
        port = desk.url.rsplit(":", 1)[1]
        options = ["--database", database, "--files", str(tmp_path / "f"), "--port", port]
        assert command.main(options) == 4
    assert "Choose another --port" in capsys.readouterr().err


def test_no_demo_user_where_others_can_reach_the_desk(tmp_path: Path) -> None:
    """Bound to every address of the machine, for a moment, and never spoken to from outside."""
    with running(tmp_path, "--host", "0.0.0.0") as desk:
        assert desk.setup_url == ""
    assert command.main(["--database", desk.database, "user", "list"]) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--public-url", "notaurl"), "is no web address"),
        (("--public-url", "https://"), "is no web address"),
        (("--trusted-proxies", "zzz"), "is no address or network"),
        (("--trusted-proxies", "127.0.0.1,zzz"), "is no address or network"),
        (("--bundles-per-minute", "-3"), "give 0.1 or more"),
        (("--bundles-per-minute", "nan"), "give 0.1 or more"),
        (("--refresh", "-1"), "give 0.5 or more"),
        (("--refresh", "inf"), "give 0.5 or more"),
        (("--database", "::::"), "is no database"),
        (("--database", "mysql://x/y"), "cannot use a 'mysql' database"),
        (("--port", "99999999"), "is no port"),
        (("--provider", "/absent/acme.toml"), "Cannot read the provider file"),
    ],
)
def test_what_could_work_nowhere_is_refused(
    options: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(list(options)) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert not told.err.endswith("..\n")
    assert told.out == ""


def test_what_may_be_said_is_taken() -> None:
    settings = Settings(
        database="desk.db",
        files="files",
        profile=default_profile(),
        public_url="https://desk.example.net",
        trusted_proxies="127.0.0.1, 10.0.0.0/8,::1",
    )
    assert checked(settings) is settings


def test_names_and_phones_are_for_this_user_alone(tmp_path: Path) -> None:
    """In a folder that others may enter, and with a loose umask."""
    tmp_path.chmod(0o755)
    before = os.umask(0)
    try:
        with running(tmp_path):
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("desk.db*")}
    finally:
        os.umask(before)
    assert "desk.db" in modes
    assert set(modes.values()) == {0o600}
