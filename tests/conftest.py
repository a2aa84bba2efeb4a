"""What all tests share: no network beyond loopback, the optional folder of recorded data, databases to test on."""

import os
import re
import shutil
import socket
import sys
import uuid
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# What a push must pass is the same for everybody; by hand every run looks for new examples.
hypothesis.settings.register_profile("push", derandomize=True)
if os.environ.get("MATCHER_TEST_ALL") == "1":
    hypothesis.settings.load_profile("push")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, what takes longest begins first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not _in_browser(item.path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays on one worker, and all files with a browser on the same one: a browser and the dashboard behind it
    keep more than a core busy, and two of each would wait for each other."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if _in_browser(ROOT / file) else file

    return ByFile(config, log)


@cache
def _in_browser(file: Path) -> bool:
    return "need_browser" in file.read_text("utf-8")


PROGRAMS = re.compile(r"chromium|playwright|postgresql|libreoffice|soffice", re.IGNORECASE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where MATCHER_TEST_ALL is 1 every program is installed: a test that skips for want of one has failed."""
    report = yield
    if report.skipped and os.environ.get("MATCHER_TEST_ALL") == "1" and PROGRAMS.search(str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"skipped although MATCHER_TEST_ALL is 1: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that calls another host than this machine fails with the address it tried."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def own_session() -> None:
    """Outside a run of the script Streamlit has one session for the whole process, in which AppTest formats options:
    what an earlier test looked up there (settings, store, names) would name the options of this one."""
    if "streamlit" in sys.modules:
        sys.modules["streamlit"].session_state.clear()


@pytest.fixture
def shared() -> Path:
    """The folder of recorded portal data, where it lies beside the checkout."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("the folder of recorded portal data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL database that the tests may use, from MATCHER_TEST_DATABASE."""
    url = os.environ.get("MATCHER_TEST_DATABASE", "")
    if not url:
        pytest.skip("no PostgreSQL: MATCHER_TEST_DATABASE is not set")
    return url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped afterwards."""
    name = f"matcher_test_{uuid.uuid4().hex[:12]}"
    address = make_url(postgres_url)
    server = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database; each test that asks for it runs on SQLite and, where there is one, on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'matcher.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the shipped snapshot in it; copy it before writing."""
    from matcher import desk
    from matcher.settings import Settings

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    settings = Settings().with_database(f"sqlite:///{path}")
    with desk.open_store(settings) as store:
        assert desk.seed(store, settings) is not None
    return path


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the demo database, named by MATCHER_DATABASE for this test."""
    path = tmp_path / "matcher.db"
    shutil.copy(demo_file, path)
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{path}")
    return path
