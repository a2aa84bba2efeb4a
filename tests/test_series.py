"""Day after day of the portal: what is told as new, changed or gone; on real days where there are some, else made."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import app_driver
import pytest

from matcher import desk_clock, rankers, region
from matcher.harvest import harvest
from matcher.ledger import Change, Run
from matcher.model import Call, Kind
from matcher.sources._page import Page
from matcher.store import Store
from matcher.views import news, shortlist
from tests.fake_portal import FORTHCOMING, OPEN, Record, cascade, external, topic
from tests.torture import series

MONDAY = date(2026, 11, 23)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.db'}") as opened:
        yield opened


def pull(store: Store, records: list[Record], day: date) -> Run:
    answers = [Page("mixed", 1, len(records), records, rows=len(records))]
    now = datetime(day.year, day.month, day.day, 2, 10, tzinfo=UTC)
    return harvest(store, "portal", answers, scope="live", recorded_on=None, now=now, today=day)


def told(store: Store, run: Run) -> list[tuple[str, str, str | None, str | None]]:
    return [(change.reference, change.kind, change.old, change.new) for change in store.changes(run=run.id)]


# Real days

Real = tuple[series.Truth, series.Told, series.News]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    if not (series.SHARED / "series" / "daily.csv.gz").is_file():
        pytest.skip("the recorded daily series is not beside this checkout")
    days = series.read(series.SHARED / "series" / "daily.csv.gz")
    known = series.known_texts(series.SHARED / "corpus")
    with Store(f"sqlite:///{tmp_path_factory.mktemp('series') / 'matcher.db'}") as opened:
        told = series.replay(opened, days, series.light(known), looks=8)
    return series.truth(days), told, series.news_a_week(told, known, min(days), max(days))


def test_nothing_is_new_twice_in_159_real_days(real: Real) -> None:
    truth, told, _ = real
    first_seen = set().union(*truth.new)
    assert (truth.naive, len(first_seen), truth.naive - len(first_seen)) == (1207, 433, 774)
    assert told.news == first_seen
    assert [run.new for run in told.runs[1:]] == [len(new) for new in truth.new]
    assert sum(run.returned for run in told.runs) == truth.gaps


def test_nothing_is_withdrawn_because_it_was_not_seen(real: Real) -> None:
    truth, told, _ = real
    assert told.withdrawn == 0
    assert len(told.calls) == told.runs[0].new + len(set().union(*truth.new)) == 1301
    assert told.labelled > told.returned > 0, "long absences are labelled, and the label goes when a call is back"
    assert told.refused == 0


def test_each_real_move_of_a_deadline_is_told_once(real: Real) -> None:
    truth, told, _ = real
    assert len(truth.moves) == 64
    assert sorted(series.moves_told(told.changes)) == sorted(truth.moves)


def test_openings_and_little_else_are_told(real: Real) -> None:
    truth, told, _ = real
    kinds = [change.kind for change in told.changes]
    assert (kinds.count("opened"), kinds.count("postponed")) == (truth.opened, truth.postponed) == (262, 1)
    assert kinds.count("opening moved") == truth.openings == 11
    assert (kinds.count("title"), kinds.count("budget")) == (3, 1)
    assert len(kinds) == 262 + 1 + 11 + 64 + 3 + 1


def test_the_default_view_has_few_news_a_week(real: Real) -> None:
    """Topics of one call that appear or open together are one item, the rest is counted."""
    _, _, weekly = real
    assert len(weekly.items) == 23
    assert series.within(weekly.items) >= 0.95
    assert 50 < sum(weekly.items) < sum(weekly.single) < sum(weekly.everything), (
        "a view that shows nothing would pass as well"
    )


# Made days


def deadline(moment: datetime) -> list[str]:
    return [f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"]


@pytest.mark.parametrize("hour", [(12, 0), (17, 0), (23, 59), (0, 0)])
def test_seconds_that_wobble_are_never_told(store: Store, hour: tuple[int, int]) -> None:
    """As observed: 128 of 179 differences between two nights were below a minute."""
    chance = random.Random(7)
    at = datetime(2027, 3, 1, *hour, tzinfo=UTC)
    pull(store, [cascade(1, deadlineDate=deadline(at)), external(2, deadlineDate=deadline(at))], MONDAY)
    for night in range(1, 20):
        wobbling = at + timedelta(seconds=chance.choice((-1, 0, 1, 19, 20, 59)))
        one, two = cascade(1, deadlineDate=deadline(wobbling)), external(2, deadlineDate=deadline(wobbling))
        run = pull(store, [one, two], MONDAY + timedelta(days=night))
        assert (run.new, run.changes, told(store, run)) == (0, 0, [])
        assert all(call.deadlines[0].on == at.date() for call in store.calls())
    assert len(store.call_versions("10001COMPETITIVE_CALLen")) == 1
    moved = pull(store, [cascade(1, deadlineDate=deadline(at + timedelta(days=2))), two], MONDAY + timedelta(days=20))
    assert moved.changes == 1
    assert [kind for _, kind, _, _ in told(store, moved)] == ["later"]


def test_a_move_is_told_once_and_not_again_when_the_call_comes_back(store: Store) -> None:
    stable = [topic(n) for n in range(10)]
    old = topic(20, deadlineDate=["2027-01-26T00:00:00.000+0000"])
    new = topic(20, deadlineDate=["2026-12-15T00:00:00.000+0000"])
    days = [[*stable, old], stable, [*stable, old], stable, [*stable, new], stable, [*stable, new]]
    runs = [pull(store, records, MONDAY + timedelta(days=n)) for n, records in enumerate(days)]
    assert [run.new for run in runs] == [11, 0, 0, 0, 0, 0, 0]
    assert [run.returned for run in runs] == [0, 0, 1, 0, 1, 0, 1]
    assert [told(store, run) for run in runs] == [
        [], [], [], [], [("50000020TOPICSen", "earlier", "2027-01-26", "2026-12-15")], [], []
    ]  # fmt: skip
    assert store.new_since(date.min) == []


def test_a_call_is_labelled_after_three_pulls_and_closed_by_its_own_date_only(store: Store) -> None:
    stable = [topic(n) for n in range(10)]
    gone = topic(20, deadlineDate=["2026-12-01T00:00:00.000+0000"])
    reference = "50000020TOPICSen"
    pull(store, [*stable, gone], MONDAY)
    for night in range(1, 15):
        day = MONDAY + timedelta(days=night)
        run = pull(store, stable, day)
        life = store.life()[reference]
        assert (life.absences, life.last_seen) == (night, MONDAY)
        call = store.call(reference)
        assert call is not None
        over = day > date(2026, 12, 1)
        assert call.status(day) == ("closed" if over else "open")
        assert run.not_seen == (0 if over else 1)
    back = pull(store, [*stable, gone], MONDAY + timedelta(days=15))
    assert (back.new, back.returned, store.life()[reference].absences) == (0, 1, 0)


def test_a_successor_is_not_new_and_an_opening_is_told(store: Store) -> None:
    stable = [topic(n) for n in range(10)]
    soon = topic(20, status=[FORTHCOMING])
    pull(store, [*stable, soon], MONDAY)
    heir = {**topic(20, status=[OPEN], REFERENCE=["60000020TOPICSen"]), "reference": "60000020TOPICSen"}
    run = pull(store, [*stable, heir], MONDAY + timedelta(days=1))
    assert store.new_since(date.min) == []
    assert told(store, run) == [("60000020TOPICSen", "opened", "forthcoming", "open")]
    assert store.life()["60000020TOPICSen"].first_seen == MONDAY


def test_the_dashboard_marks_what_is_new_and_what_three_pulls_did_not_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'matcher.db'}"
    monkeypatch.setenv("MATCHER_DATABASE", url)
    today = desk_clock.day_of(desk_clock.now())
    later = [f"{today + timedelta(days=200)}T00:00:00.000+0000"]
    stable = [topic(n, deadlineDate=later) for n in range(8)]
    gone, old, new = (topic(n, deadlineDate=later) for n in (20, 21, 22))
    with Store(url) as opened:
        pull(opened, [*stable, gone], today - timedelta(days=60))
        pull(opened, [*stable, old, gone], today - timedelta(days=50))
        for ago in (3, 2, 1):
            pull(opened, [*stable, old], today - timedelta(days=ago))
        pull(opened, [*stable, old, new], today)
    shown = app_driver.opened("matches", language="en").dataframe[0].value
    said = dict(zip(shown["title"], shown["news"], strict=True))
    assert len(said) == 11
    assert {title: news for title, news in said.items() if news} == {
        "Heat networks 20": "not seen for 4 pulls",
        "Heat networks 22": "new",
    }


def test_topics_of_one_call_that_come_or_move_together_are_one_item_of_news() -> None:
    def calls(*numbers: int, **fields: object) -> list[Call]:
        base = Call(reference="r", source="portal", kind=Kind.TOPIC, identifier="i", title="Mine water heat")
        made = [base.model_copy(update={"reference": f"r{n}", "title": f"Mine water heat {n}"}) for n in numbers]
        return [call.model_copy(update=fields) for call in made]

    listed = [
        *calls(1, 2, 3, call_identifier="CALL-A", first_seen=MONDAY),
        *calls(4, 5, call_identifier="CALL-B", first_seen=date(2026, 3, 1)),
        *calls(6, first_seen=date(2026, 3, 1), title="Fishing quotas"),
        *calls(7, first_seen=date(2026, 3, 1), kind=Kind.EXTERNAL),
    ]
    moved = [
        Change(reference=f"r{n}", field="deadline", kind=kind, on=on, old="2027-01-26", new="2026-12-15")
        for n, kind, on in (
            (4, "earlier", MONDAY), (5, "earlier", MONDAY), (1, "later", MONDAY), (6, "earlier", MONDAY),
            (7, "earlier", MONDAY), (5, "later", MONDAY - timedelta(days=1)), (99, "later", MONDAY),
        )
    ]  # fmt: skip
    table = shortlist.build(
        rankers.make("concepts").fit(listed), region.load(series.ROOT / "data/regions/ruhr"), MONDAY,
        news=["r1", "r2", "r3"],
    )  # fmt: skip
    table["grade"] = ["none" if reference == "r6" else "strong" for reference in table["reference"]]
    items, more, *_ = news.build(table, moved, MONDAY, "en")
    assert [(item.kind, item.call, sorted(item.references)) for item in items.itertuples()] == [
        ("earlier", "CALL-B", ["r4", "r5"]),
        ("later", "CALL-A", ["r1"]),
        ("new", "CALL-A", ["r1", "r2", "r3"]),
    ]
    assert more == 2
    assert items["change"].tolist()[0] == "Deadline brought forward: 26 Jan 2027 → 15 Dec 2026"
    everything, rest, *_ = news.build(table, moved, MONDAY - timedelta(days=1), "en", fitting=False)
    assert (len(everything), rest) == (5, 1)


def test_what_one_view_counts_as_news() -> None:
    assert series.within([0, 25, 26, 3]) == 0.75
    assert series.within([]) == 1.0
