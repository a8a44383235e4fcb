"""One desk for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk.running import Csr, RunningDesk, running

#: one address sends them all, and nobody wants to wait for news
OPTIONS = ("--bundles-per-minute", "3000", "--refresh", "0.7")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with running(tmp_path_factory.mktemp("desk"), *OPTIONS) as started:
        first = Csr(started)
        assert first.set_up(started.setup_url).status_code == 200
        first.close()
        yield started
    errors = (started.folder / "desk.err").read_text("utf-8")
    assert errors == "", errors


@pytest.fixture(scope="module")
def csr(desk: RunningDesk) -> Iterator[Csr]:
    """Logged in. Keeps no connection, so that no test leaves one behind."""
    person = Csr(desk)
    assert person.log_in().status_code == 200
    yield person
    person.close()
