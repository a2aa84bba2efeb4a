"""The page of quality: figures with ranges, odd calls, officers' decisions, the missed-call audit; both languages."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_quality, ui_why
from matcher.errors import InputError
from matcher.ledger import Decision, Discard, State
from matcher.settings import Settings
from matcher.views import audit, quality
from matcher.words import say
from tests.app_driver import opened, seen, sound

TABS = ("figures", "misplaced", "decisions", "audit")


@pytest.fixture
def settings(demo: Path) -> Iterator[Settings]:
    yield Settings()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def shop(
    demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[desk.Ranker, desk.Store, Settings]]:
    path = tmp_path_factory.mktemp("quality") / "calls.db"
    shutil.copy(demo_file, path)
    own = Settings().with_database(f"sqlite:///{path}")
    with desk.open_store(own) as store:
        yield desk.ranker(store, own), store, own


def tab(name: str, language: str = "en") -> AppTest:
    app = opened("quality", language=language)
    app.session_state[f"quality_tabs_{language}"] = say(f"quality.tab.{name}", language)
    return sound(app.run())


def decided(reference: str, month: int = 8, day: int = 20, **more: object) -> Decision:
    said = {"state": State.SHORTLISTED, **more}
    return Decision(
        reference=reference, identifier=reference, by="kb", at=datetime(2026, month, day, 9, tzinfo=UTC), **said
    )  # type: ignore[arg-type]


def answered(reference: str, answer: str, below: int = 100, minute: int = 0) -> Decision:
    moment = datetime(2026, 8, 22, 9, minute, tzinfo=UTC)
    return Decision(
        reference=reference, identifier=reference, by="kb", at=moment, state=State.NEW,
        note=audit.note("2026-08", below, answer),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", TABS)
def test_every_tab_opens_in_both_languages(settings: Settings, name: str, language: str) -> None:
    app = tab(name, language)
    assert not app.error
    assert say("quality.title", language) in seen(app)


def test_figures_stand_with_their_range_and_the_thin_priority_is_named(settings: Settings) -> None:
    app = tab("figures", "de")
    text = seen(app)
    assert "466 beurteilte Aufrufe" in text and "Wenige passende Aufrufe" in text and "Logistik" in text
    table = next(d.value for d in app.dataframe if "MAP" in d.value)
    assert len(table) == 7
    assert table["MAP"].str.fullmatch(r"[01],\d\d \([01],\d\d–[01],\d\d\)").all()


def test_the_figures_are_those_of_the_command_and_lie_in_their_range(
    shop: tuple[desk.Ranker, desk.Store, Settings],
) -> None:
    fitted, store, own = shop
    profile = desk.profile(store, own)
    found = desk_quality.judged(fitted, profile, own, draws=60)
    exact = desk.evaluate(fitted, profile, judgements=own.judgements_file)
    assert {k: {m: v.value for m, v in row.items()} for k, row in found.figures.items()} == exact
    assert all(
        v.low <= v.value + 0.05 and v.value <= v.high + 0.05 for row in found.figures.values() for v in row.values()
    )
    assert all(miss.grade == 0 for rows in found.high.values() for miss in rows)
    assert all(miss.grade >= 1.5 for rows in found.low.values() for miss in rows)
    assert sum(calls for calls, _ in found.promise.values()) == sum(found.calls.values())


def test_with_few_labels_the_figures_say_how_many_hits_are_possible(
    shop: tuple[desk.Ranker, desk.Store, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty labels of a new region: three fit the one field, twelve the other, so 6.5 of ten is the most."""
    references = [call.reference for call in shop[0].calls_[:20]]
    lines = [f"{r},x,{2 if n < 3 else 0},{2 if n < 12 else 0}" for n, r in enumerate(references)]
    file = tmp_path / "labels.csv"
    file.write_text("\n".join(["reference,identifier,green,cyber", *lines]), "utf-8")
    monkeypatch.setenv("MATCHER_JUDGEMENTS_FILE", str(file))
    assert "Höchstens 6,5 sind möglich" in seen(tab("figures", "de"))
    monkeypatch.undo()
    assert "sind möglich" not in seen(tab("figures", "de"))


def test_odd_calls_change_with_the_priority(settings: Settings) -> None:
    app = tab("misplaced", "en")
    assert "Far up, but judged irrelevant" in seen(app)
    control = app.segmented_control(key="quality_priority")
    sound(
        control.set_value(control.options[-1] if control.value != control.options[-1] else control.options[0]).run()
    )


def test_without_judged_calls_the_page_says_so(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("reference,identifier,green\nX,Y,2\n", "utf-8")
    monkeypatch.setenv("MATCHER_JUDGEMENTS_FILE", str(file))
    text = seen(tab("figures", "de"))
    assert "lassen sich keine Kennzahlen bilden" in text and "None of the judged calls is stored" in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_too_few_decisions_are_said_to_be_too_few(
    settings: Settings, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = {"de": "noch keine Entscheidungen zum Thema", "en": "no decisions on the topic yet"}[language]
    assert none in seen(tab("decisions", language))
    with desk.open_store(settings) as store:
        desk.decide(store, calls=store.calls()[:1], state=State.SHORTLISTED, by="kb")
    few = {"de": "zu wenig für eine verlässliche Zahl", "en": "too few for a reliable figure"}[language]
    assert few in seen(tab("decisions", language))
    # Six in two months are still too few: the time is told of one month.
    rows = [(date(2026, m, 1), 0, 0, 0, pd.NA, 3, pd.NA) for m in (8, 7)]
    monkeypatch.setattr(quality, "months", lambda *_: pd.DataFrame(rows, columns=list(quality.MONTHS)))
    assert {"de": "höchstens 3, nötig sind 5", "en": "at most 3, 5 are needed"}[language] in seen(
        tab("decisions", language)
    )
    rows[1] = (date(2026, 7, 1), 0, 0, 0, pd.NA, 5, 4.0)
    told = {
        "de": "Juli 2026: Bis zur ersten Entscheidung vergingen",
        "en": "Jul 2026: the first decision came 4 days",
    }
    assert told[language] in seen(tab("decisions", language))


def test_decisions_give_a_share_in_the_top_ten_of_a_month(shop: tuple[desk.Ranker, desk.Store, Settings]) -> None:
    fitted, store, own = shop
    profile = desk.profile(store, own)
    table = desk.shortlist(fitted, profile, today=date(2026, 8, 22))
    best, rest = list(table["reference"][:12]), list(table["reference"][200:203])
    off = {"state": State.DISCARDED, "reason": Discard.OFF_TOPIC}
    said = [decided(r) for r in best[:9]] + [decided(r, **off) for r in best[9:12]] + [decided(rest[0], month=7)]
    said += [decided(rest[1], state=State.DISCARDED, reason=Discard.NO_CAPACITY)]
    rows = quality.months(fitted, profile, said, news=[])
    assert list(rows["month"]) == [date(2026, 8, 1), date(2026, 7, 1)]
    assert (rows["verdicts"][0], rows["top"][0], rows["wanted"][0]) == (12, 10, 9)
    assert rows["precision"][0] == pytest.approx(0.9)
    assert rows["verdicts"][1] == 1 and rows["precision"].isna()[1] and rows["days"].isna().all()


def test_a_verdict_taken_back_is_none_and_an_answer_of_an_audit_is_none(
    shop: tuple[desk.Ranker, desk.Store, Settings],
) -> None:
    known = {call.reference: call for call in shop[0].calls_}
    one, two = list(known)[:2]
    back = decided(one, day=21, state=State.NEW)
    assert quality.verdicts([decided(one), back, answered(two, "yes")], known) == []
    assert [v.reference for v in quality.verdicts([decided(one), answered(one, "no")], known)] == [one]


def test_days_to_the_first_decision_count_only_calls_that_came_later(
    shop: tuple[desk.Ranker, desk.Store, Settings],
) -> None:
    calls = [c.model_copy(update={"first_seen": date(2026, 8, 10)}) for c in shop[0].calls_[:3]]
    known = {call.reference: call for call in calls}
    said = [decided(calls[0].reference, day=15), decided(calls[0].reference, day=19), decided(calls[1].reference)]
    assert quality.waiting(said, known, news=[calls[0].reference, calls[2].reference]) == {date(2026, 8, 1): [5]}


def test_the_draw_is_the_same_everywhere_and_another_each_month() -> None:
    population = [f"R{n}" for n in range(300)]
    first = audit.draw(population, "2026-08")
    assert first == audit.draw(reversed(population), "2026-08") and len(set(first)) == 20
    assert first != audit.draw(population, "2026-09")
    gone = [r for r in population if r != first[5]]
    assert set(first) - {first[5]} < set(audit.draw(gone, "2026-08")), "one that goes does not move the others"
    assert audit.draw(population, "2026-08", read=["X", first[3]])[:2] == ["X", first[3]]
    assert len(audit.draw(population[:7], "2026-08")) == 7


@pytest.mark.parametrize(
    ("found", "read", "low", "high"),
    # Published tables of exact binomial limits.
    [
        (0, 20, 0.0, 0.1684),
        (1, 20, 0.0013, 0.2487),
        (2, 20, 0.0123, 0.3170),
        (20, 20, 0.8316, 1.0),
        (5, 10, 0.1871, 0.8129),
    ],
)
def test_intervals_are_exact(found: int, read: int, low: float, high: float) -> None:
    assert audit.interval(found, read) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_the_estimate_counts_what_was_found_and_widens_with_doubt() -> None:
    assert audit.estimate([]) is None
    given = [answered(f"R{n}", a, below=300) for n, a in enumerate(["yes", "unsure", *["no"] * 18])]
    told = audit.estimate(audit.answers(given))
    assert told is not None
    assert (told.read, told.found, told.unsure, told.middle) == (20, 1, 1, 15)
    assert told.low == 1 and told.high == round(300 * audit.interval(2, 20)[1])
    few = audit.estimate(audit.answers([answered("R1", "no", below=3), answered("R2", "no", below=3)]))
    assert few is not None and few.high == 1, "only one call was not read"


def test_the_last_answer_holds_and_can_be_withdrawn() -> None:
    said = [answered("A", "yes"), answered("A", "no", minute=1), answered("B", "yes", minute=2)]
    assert [(a.reference, a.answer) for a in audit.answers(said)] == [("A", "no"), ("B", "yes")]
    assert [a.reference for a in audit.answers([*said, answered("B", "withdrawn", minute=3)])] == ["A"]
    plain = decided("C", note="audit 2026-08 of 3: yes")
    assert audit.marker(plain) is None, "only a decision that changes nothing is an answer"


def test_an_audit_is_read_blind_and_leaves_the_calls_where_they_stand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def score(*_: object, **__: object) -> list[object]:
        raise AssertionError("the audit shows no reasons")

    monkeypatch.setattr(ui_why, "why", score)
    app = tab("audit", "en")
    app.button(key="audit_start").click()
    sound(app.run())
    assert "Does this call belong on the list" in seen(app)
    for key in ("audit_no", "audit_yes", "audit_unsure", "audit_no"):
        app.button(key=key).click()
        sound(app.run())
    app.button(key="audit_undo").click()
    sound(app.run())
    app.button(key="audit_pause").click()
    text = seen(sound(app.run()))
    assert "Of 3 calls read, 1 belongs on the list" in text and "1 answer “unsure”" in text
    assert "range is very wide" in text
    with desk.open_store(settings) as store:
        said = store.decisions()
        assert [d.state for d in said] == [State.NEW] * 5
        read = [a.reference for a in audit.answers(said, "2026-08")]
        fitted = desk.ranker(store, settings)
        table = desk.shortlist(fitted, desk.profile(store, settings), today=date(2026, 8, 22), decisions=said)
    rows = table[table["reference"].isin(read)]
    assert list(rows["state"]) == ["new"] * 3 and rows["note"].isna().all()
    assert (rows["fields"].str.len() == 0).all(), "drawn from below the threshold"


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_whole_audit_ends_with_an_estimate(settings: Settings, language: str) -> None:
    with desk.open_store(settings) as store:
        fitted = desk.ranker(store, settings)
        table = desk.shortlist(fitted, desk.profile(store, settings), today=date(2026, 8, 22))
        population = audit.below(table)
        calls = {call.reference: call for call in fitted.calls_}
        for reference in audit.draw(population, "2026-08"):
            desk_quality.answer_audit(
                store, call=calls[reference], month="2026-08", below=len(population), answer="no", by="kb"
            )
    text = seen(tab("audit", language))
    most = round(len(population) * audit.interval(0, 20)[1])
    told = {"de": f"fehlen höchstens {most} von {len(population)}", "en": f"at most {most} of {len(population)}"}
    assert told[language] in text
    assert {"de": "ist vollständig", "en": "is complete"}[language] in text


def test_an_answer_is_one_of_the_known(settings: Settings) -> None:
    with desk.open_store(settings) as store:
        call = store.calls()[0]
        with pytest.raises(InputError, match="perhaps"):
            desk_quality.answer_audit(store, call=call, month="2026-08", below=1, answer="perhaps", by="kb")
        assert store.decisions() == []
