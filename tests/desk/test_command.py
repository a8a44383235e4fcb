"""`firsthop desk user …`: people are looked after without a secret on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desk import command
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
