"""The page of data: state, pulls, refusals, changes, own list, copies, limits; in both languages, full and empty."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_state, ui_pull
from matcher.desk_pull import Puller
from matcher.errors import InputError, SourceError
from matcher.ledger import Reject, Run
from matcher.settings import Settings
from matcher.store import Store
from tests.app_driver import opened, seen, small_recording, sound
from tests.fake_portal import FakePortal, cascade, external, topic

CALLS = [*(topic(n) for n in range(40)), *(cascade(n) for n in range(12)), external(1)]
TABS = ("history", "changes", "past", "fill", "sheet", "storage", "limits", "licence")


@pytest.fixture(scope="module")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    path = folder / "matcher.db"
    settings = Settings().with_database(f"sqlite:///{path}")
    with desk.open_store(settings) as store:
        desk.refresh(store, settings, replay=small_recording(folder / "recording"))
    return path


@pytest.fixture
def settings(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    path = tmp_path / "matcher.db"
    shutil.copy(demo_store, path)
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{path}")
    yield Settings()
    st.cache_resource.clear()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """No call stored, and no recording to load at the start."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setenv("MATCHER_SNAPSHOT_FOLDER", str(nothing))
    yield Settings()
    st.cache_resource.clear()


def puller(settings: Settings) -> Puller:
    return ui_pull.puller(settings.database)


def pulled(app: AppTest, settings: Settings) -> AppTest:
    """Press the button, wait for the end of the pull, look again."""
    app.button(key="pull").click().run()
    assert puller(settings).wait(30)
    return sound(app.run())


def tab(app: AppTest, name: str, language: str = "en") -> AppTest:
    """The page with another tab open."""
    from matcher.words import say

    app.session_state[f"data_tabs_{language}"] = say(f"data.tab.{name}", language)
    return sound(app.run())


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "de",
            ["Aufrufe im Bestand 100", "Stand der Daten 22.08.2026", "Demodaten wurden am 22.08.2026 aufgezeichnet"],
        ),
        ("en", ["Calls in store 100", "Data as of 22 Aug 2026", "demo data was recorded on 22 Aug 2026"]),
    ],
)
def test_the_state_of_the_data_is_said_first(settings: Settings, language: str, texts: list[str]) -> None:
    text = seen(opened("data", language=language))
    assert [t for t in texts if t not in text] == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", TABS)
def test_every_tab_opens_in_both_languages(settings: Settings, name: str, language: str) -> None:
    app = tab(opened("data", language=language), name, language)
    assert not app.error


def test_without_any_call_the_page_offers_to_pull_and_to_load_the_demo(empty: Settings) -> None:
    app = opened("data", language="en")
    assert "No calls loaded yet" in seen(app)
    assert {"pull", "seed"} <= {b.key for b in app.button}


def test_the_first_pull_replaces_the_demo_and_is_a_baseline(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakePortal(CALLS) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        app = pulled(opened("data", language="en"), settings)
    text = seen(app)
    assert "53 calls as the first list, so nothing in it counts as new" in text and "two scans agree" in text
    assert "Calls in store 53" in text and "Data set Portal" in text
    assert "53 received = 53 new + 0 changed" in text


def test_a_later_pull_says_what_changed_and_the_feed_shows_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakePortal(CALLS) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        app = pulled(opened("data", language="de"), settings)
        portal.records = [topic(0, deadlineDate=["2027-01-26T00:00:00.000+0000"]), *CALLS[1:], topic(60)]
        pulled(app, settings)
    assert "1 neu, 1 Frist geändert, 0 verloren; Stand" in seen(app)
    tab(app, "changes", "de")
    feed = next(d.value for d in app.dataframe if "change" in d.value)
    assert any("Frist" in line and "26.01.2027" in line for line in feed["change"])


def test_without_internet_the_sentence_names_what_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> Run:
        raise SourceError("https://api.tech.ec.europa.eu cannot be reached.")

    monkeypatch.setattr(desk, "refresh", unreachable)
    app = pulled(opened("data", language="de"), settings)
    text = seen(app)
    assert "Es wurde nicht abgerufen: das Portal ist nicht erreichbar" in text
    assert "Die aufgezeichnete Liste vom 22.08.2026 bleibt gültig" in text
    assert "Aufrufe im Bestand 100" in text


def test_a_refused_pull_can_be_accepted_by_a_person_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakePortal(CALLS) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        app = pulled(opened("data", language="en"), settings)
        portal.records = CALLS[20:]
        pulled(app, settings)
        assert "The pull was not published:" in seen(app)
        assert "nothing of this pull was taken over" in seen(app) and "records of this pull were taken." not in seen(
            app
        )
        assert "Calls in store 53" in seen(app)
        sound(app.checkbox(key="pull_accept").check().run())
        pulled(app, settings)
    assert "lost; as of" in seen(app)


def test_a_running_pull_shows_its_progress_and_a_click_does_not_stop_it(settings: Settings) -> None:
    from threading import Event

    go_on = Event()

    def work(progress: object) -> Run | None:
        progress(50, 200, "page 1")  # type: ignore[operator]
        go_on.wait(20)
        return None

    puller(settings).start(work)
    app = opened("data", language="en")
    assert not [b for b in app.button if b.key == "pull"]
    tab(app, "licence")
    assert puller(settings).running
    go_on.set()
    assert puller(settings).wait(20)
    assert "There was nothing to load" in seen(sound(app.run()))


def test_refused_records_are_counted_by_reason_and_shown_as_plain_text(settings: Settings) -> None:
    moment = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
    hostile = "<img src=x onerror=alert(1)> **bold** [click](javascript:1)"
    with desk.open_store(settings) as store:
        run = store.begin(Run(source="portal", scope="demo", started=moment))
        run = run.model_copy(
            update={
                "state": "refused",
                "exit_code": 4,
                "finished": moment,
                "received": 3,
                "rejected": {"no title": 2, "ghost": 1},
            }
        )
        store.end(
            run, [Reject(reason="no title", key="A*1", excerpt=hostile), Reject(reason="no title", excerpt="{}")]
        )
    app = opened("data", language="en")
    sound(next(box for box in app.selectbox if str(box.key).startswith("run_picked_")).set_value(run.id).run())
    text = seen(app)
    assert "Not taken: 2" in text and "1 leftover of the source" in text
    assert [c.value for c in app.code] == [hostile]


def upload(app: AppTest, data: bytes, name: str = "list.csv") -> AppTest:
    app.file_uploader(key="sheet_file").upload(name, data, "text/csv")
    sound(app.run())
    app.button(key="sheet_apply").click()
    return sound(app.run())


def test_an_own_list_with_faults_is_refused_whole_with_every_row_named(settings: Settings) -> None:
    lines = desk_state.sheet_template("en").decode("utf-8-sig").splitlines()
    titles = lines[0].count(";")
    rows = [lines[0], "X-1;" + ";" * (titles - 1), "X-2;A title;;;never" + ";" * (titles - 4)]
    app = upload(tab(opened("data", language="en"), "sheet"), "\n".join(rows).encode())
    text = seen(app)
    assert "Nothing was published" in text
    assert "2" in text and "3" in text
    with desk.open_store(settings) as store:
        assert store.last_published("sheet") is None


def test_an_own_list_is_added_and_the_recorded_day_stays(settings: Settings) -> None:
    lines = desk_state.sheet_template("en").decode("utf-8-sig").splitlines()
    empty = ";" * (lines[0].count(";") - 1)
    app = upload(
        tab(opened("data", language="en"), "sheet"), f"{lines[0]}\nNWE-7;Ports and waterways{empty}".encode()
    )
    assert "Own list with 1 entry taken over" in seen(app)
    sound(app.run())
    assert "Calls in store 101" in seen(app)
    assert "Data as of 22 Aug 2026" in seen(app) and "Demonstration data of 22 Aug 2026" in seen(app)


def test_a_copy_is_made_verified_and_shown(settings: Settings) -> None:
    app = tab(opened("data", language="en"), "storage")
    assert "Last backup none" in seen(app)
    sound(app.button(key="copy_now").click().run())
    assert "Backup made and verified: backups/matcher-" in seen(app)
    with desk.open_store(settings) as store:
        made = desk_state.storage(store).copy
        assert made is not None
        with Store(f"sqlite:///{made}") as copy:
            assert copy.counts()["calls"] == store.counts()["calls"]


def test_what_is_not_covered_is_listed_with_links_of_the_region(settings: Settings) -> None:
    found = desk_state.elsewhere(settings)
    assert {"Interreg Nordwesteuropa", "EFRE.NRW"} <= {entry.names["de"] for entry in found}
    assert all(entry.url.startswith("https://") and entry.texts["en"] for entry in found)


def test_a_region_without_a_list_of_others_says_so_and_a_faulty_list_names_its_entry(
    settings: Settings, tmp_path: Path
) -> None:
    own = settings.model_copy(update={"regions_folder": tmp_path, "region": "coast"})
    (tmp_path / "coast").mkdir()
    assert desk_state.elsewhere(own) == []
    (tmp_path / "coast" / "elsewhere.toml").write_text('[[programme]]\nurl = "http://x"\n')
    with pytest.raises(InputError, match="entry 1"):
        desk_state.elsewhere(own)
