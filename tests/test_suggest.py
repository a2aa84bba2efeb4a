"""Suggestions, the guard and the figures before and after: on small sets of calls whose answers are plain to see."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from matcher import desk_concepts, desk_measure, rankers, ui_suggest
from matcher.ledger import Decision, Discard, State
from matcher.model import Call, Concept, Deadline, Kind, Priority, Rule, Section
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.views import absent, doubled, effects, fit, formula, lab, near, shared, suggest
from matcher.views.verdict import verdict

FILLER = "Proposals are expected to work with partners from several countries and to reach all relevant audiences."
MARKETS = "Loans for small firms, guarantees for banks, training for accountants and mentors for founders."


def call(number: int, title: str, text: str = FILLER) -> Call:
    return Call(
        reference=f"R{number}", source="portal", kind=Kind.TOPIC, identifier=f"HORIZON-{number}", title=title,
        sections=[Section(kind="scope", text=text)],
    )  # fmt: skip


DRONES = [call(n, f"Drones for city {n}", f"Drones fly in U-space with a vertiport. {FILLER}") for n in range(6)]
FLIGHT = [call(10 + n, f"Vertiports near hospital {n}", f"A vertiport and geofencing. {FILLER}") for n in range(3)]
OTHER = [
    call(30 + n, f"Soil health measure {n}", f"Soil, water and crops. {FILLER if n % 4 == 0 else MARKETS}")
    for n in range(40)
]
CALLS = [*DRONES, *FLIGHT, *OTHER]


def concept(key: str, *spellings: str, **more: object) -> Concept:
    return Concept.model_validate({"key": key, "weight": 2, "spellings": {"en": list(spellings)}, **more})


def priority(*concepts: Concept) -> Priority:
    return Priority(key="air", labels={"en": "Air"}, concepts=list(concepts))


def said(number: int, state: State, **more: object) -> Decision:
    return Decision.model_validate(
        {
            "reference": f"R{number}", "identifier": f"HORIZON-{number}", "state": state, "by": "Bea",
            "at": datetime(2026, 11, 1, tzinfo=UTC), "priority": "air", **more,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return rankers.make("concepts").fit(CALLS)


def test_what_some_calls_share_and_others_lack_comes_first_and_known_words_are_left_out(ranker: Ranker) -> None:
    told = ranker.telling(range(6), [("en", "drone")])
    texts = [one.text for one in told]
    assert "vertiport" in texts and not [text for text in texts if "drone" in text]
    assert "soil" not in texts and texts.index("vertiport") < texts.index("partners")
    vertiport = next(one for one in told if one.text == "vertiport")
    assert (vertiport.inside, vertiport.calls) == (6, 9)


def test_nothing_is_telling_of_no_call_one_call_or_all_calls(ranker: Ranker) -> None:
    for rows in ([], [0], range(len(CALLS))):
        assert ranker.telling(rows) == []


def test_a_method_that_cannot_tell_suggests_nothing_from_texts() -> None:
    plain = rankers.make("tfidf").fit(CALLS)
    drones = concept("drones", "drones")
    assert plain.telling(range(6)) == []
    assert [one for one in suggest.spellings(plain, priority(drones), drones) if one.source == "texts"] == []


def test_further_spellings_bring_calls_and_show_one_of_them(ranker: Ranker) -> None:
    drones = concept("drones", "drones")
    found = suggest.spellings(ranker, priority(drones), drones)
    one = next(one for one in found if one.text == "vertiport")
    assert (one.source, one.calls, one.inside, one.new, one.reference) == ("texts", 9, 6, 3, "R10")
    assert "Vertiports near hospital" in one.example
    assert all(one.new > 0 for one in found if one.source != "glossary")


def test_what_stands_in_the_priority_already_is_not_suggested(ranker: Ranker) -> None:
    drones, ports = concept("drones", "drones"), concept("ports", "Vertiport")
    found = suggest.spellings(ranker, priority(drones, ports), drones)
    assert "vertiport" not in {one.text.casefold() for one in found}


def test_a_misspelt_word_finds_the_one_that_stands_in_the_calls(ranker: Ranker) -> None:
    wrong = concept("ports", "vertiprot")
    assert not ranker.having(wrong).any()
    found = suggest.spellings(ranker, priority(wrong), wrong)
    assert [(one.text, one.source, one.calls) for one in found] == [("vertiport", "letters", 9)]


def test_a_concept_that_no_call_has_gets_rare_words_like_its_own_and_no_common_ones(ranker: Ranker) -> None:
    """As parts of its own words, which a concept with calls would need to share calls with."""
    dead = concept("ports", "unmanned vertiport network", "soil drone")
    mute = concept("mute", "zeppelin soil")
    assert not ranker.having(dead).any() and not ranker.having(mute).any()
    some = rankers.make("concepts").fit([*CALLS, *(call(100 + n, f"Loan {n}", MARKETS) for n in range(300))])
    found = suggest.spellings(some, priority(dead), dead)
    assert [(one.text, one.source, one.calls) for one in found] == [
        ("drones", "letters", 6),
        ("vertiport", "letters", 9),
    ]
    new = suggest.concepts(some, priority(dead, mute))
    assert [(one.text, one.new) for one in new] == [("drones", 6), ("vertiport", 9)]
    assert [one.text for one in suggest.concepts(some, priority(dead, concept("drones", "drones")))][:1] != ["drones"]


def test_function_words_are_near_nothing() -> None:
    assert effects.nearest(["heating and cooling"], ["and", "And", "cooling", "soil"]) == ["cooling"]


def test_a_part_of_a_term_is_not_like_it_and_words_have_one_case() -> None:
    known = ["beyond", "visual", "Line", "Sight", "Drone", "drones", "UAS"]
    assert effects.similar(["beyond visual line of sight"], known) == ([], True)
    assert effects.similar(["dronez sights"], known) == (["drone", "drones", "sight"], False)
    assert effects.similar(["Dronez"], known) == (["drone", "drones"], False)
    assert effects.similar(["uas"], known) == (["UAS"], False) and effects.similar(["vertiport"], known) == (
        [],
        False,
    )


def test_the_glossary_speaks_in_both_directions_and_wrong_entries_are_silent(ranker: Ranker) -> None:
    rows: list[dict[str, object]] = [
        {"de": "Drohne", "en": "drones", "origin": "own"},
        {"de": "Senkrechtlandeplatz", "en": "vertiport", "origin": "lexicon"},
        {"de": "Brummer", "en": "drones", "origin": "own", "wrong": True},
    ]
    known = Concept(key="d", weight=1, spellings={"en": ["drones"], "de": ["Drohnen"]})
    assert [
        one.language for one in suggest.spellings(rankers.make("concepts").fit(OTHER), priority(known), known, rows)
    ] == []
    english, german = (
        concept("drones", "drones"),
        Concept(key="p", weight=1, spellings={"de": ["Senkrechtlandeplatz"]}),
    )
    glossary = [
        one for one in suggest.spellings(ranker, priority(english), english, rows) if one.source == "glossary"
    ]
    assert [(one.text, one.language, one.origin) for one in glossary] == [("Drohne", "de", "own")]
    glossary = [one for one in suggest.spellings(ranker, priority(german), german, rows) if one.source == "glossary"]
    assert [(one.text, one.language, one.calls) for one in glossary] == [("vertiport", "en", 9)]


def test_new_concepts_come_from_the_calls_people_kept(ranker: Ranker) -> None:
    soil = priority(concept("soil", "soil"))
    kept = [said(n, State.SHORTLISTED) for n in range(4)] + [said(5, State.DISCARDED, reason=Discard.OFF_TOPIC)]
    grounds = suggest.grounds(ranker, soil, kept)
    assert grounds.kept and grounds.rows.tolist() == [0, 1, 2, 3]
    found = suggest.concepts(ranker, soil, kept)
    by_text = {one.text: one for one in found}
    assert "drones" in by_text and by_text["drones"].inside == 4 and by_text["drones"].new == 6
    assert "soil" not in by_text


def test_what_calls_copy_from_one_another_is_no_suggestion() -> None:
    """The language of a programme stands in few calls and in no others, as words of a subject do."""
    ways = ("slow down by a", "need a light", "carry a", "are tested with a", "land with a", "open a")
    copied = "The aim is to follow up and complement previous efforts in the field of"
    air = [
        call(n, f"Drones for city {n}", f"Drones {way} parachute {n} times. {copied} area {n}. {FILLER}")
        for n, way in enumerate(ways)
    ]
    ships = [call(20 + n, f"Ferries {n}", f"{copied} ships. {MARKETS}") for n in range(2)]
    some = rankers.make("concepts").fit([*air, *ships, *OTHER])
    drones = concept("drones", "drones")
    told = {one.text for one in some.telling(range(6), [("en", "drones")])}
    assert "parachute" in told and {text for text in told if "previous" in text}
    for found in (
        suggest.spellings(some, priority(drones), drones),
        near.near(some, priority(drones), [], np.arange(3, 48)),
    ):
        assert not [one.text for one in found if "previous" in one.text or "efforts" in one.text]
    assert "parachute" not in {one.text for one in suggest.spellings(some, priority(drones), drones)}
    more = rankers.make("concepts").fit([*air, *ships, call(28, "Sailing", "A parachute pulls."), *OTHER])
    assert "parachute" in {one.text for one in suggest.spellings(more, priority(drones), drones)}
    # A title that says it makes it a subject, and a phrase of words that stand everywhere is none.
    named = [*air, *(one.model_copy(update={"title": "Previous efforts"}) for one in ships), *OTHER]
    ranker = rankers.make("concepts").fit(named)
    assert not formula.formal(ranker, "previous efforts", np.arange(6))
    assert formula.formal(ranker, "soil crops", np.arange(8, 20))
    assert not formula.formal(ranker, "zeppelinry", np.arange(6))


def test_of_many_calls_two_that_share_a_word_are_a_chance() -> None:
    air = [
        call(
            n, f"Drones for city {n}{' and pipes' if n < 2 else ''}",
            f"Drones fly in U-space{' along longer pipes' if n < 2 else ''}. {FILLER}",
        )
        for n in range(8)
    ]  # fmt: skip
    some = rankers.make("concepts").fit([*air, *OTHER])
    soil = priority(concept("soil", "soil"))
    many = [one.text for one in suggest.concepts(some, soil, [said(n, State.SHORTLISTED) for n in range(8)])]
    few = [one.text for one in suggest.concepts(some, soil, [said(n, State.SHORTLISTED) for n in range(4)])]
    assert "drones" in many and not {"longer", "pipes"} & set(many)
    assert "pipes" in few, "two of four say something"
    assert "longer" not in few, "what no title says is said in passing"


@pytest.mark.parametrize(
    ("inside", "calls", "told"), [(2, 10, True), (1, 1, False), (2, 47, False), (2, 240, False), (4, 46, True)]
)
def test_a_word_that_is_shared_must_be_unusual_elsewhere(inside: int, calls: int, told: bool) -> None:
    assert shared.tells(DRONES[:4], "drones", inside, calls, 466) is told
    assert not shared.tells(DRONES[:4], "groups", inside, calls, 466)
    assert not shared.tells(DRONES[:4], "drone fleets", 2, 60, 466), "in more than a tenth of all calls"
    assert not shared.tells(DRONES, "drones", 2, 10, 466), "two of six"
    assert not shared.tells([*DRONES[:4]] * 10, "drones", 5, 20, 466), "hardly oftener than elsewhere"


def test_without_decisions_the_strongest_calls_are_the_ground_and_that_is_said(ranker: Ranker) -> None:
    grounds = suggest.grounds(ranker, priority(concept("drones", "drones")), [])
    assert not grounds.kept and set(range(6)) <= set(grounds.rows.tolist())
    assert suggest.grounds(ranker, priority(concept("none", "zeppelin")), []).rows.tolist() == []


def test_kept_calls_that_share_nothing_leave_the_word_to_those_that_fit_best(ranker: Ranker) -> None:
    air, kept = priority(concept("drones", "drones")), [said(0, State.SHORTLISTED), said(30, State.SHORTLISTED)]
    assert suggest.grounds(ranker, air, kept).kept and suggest.concepts(ranker, air, kept) == []
    grounds, found = ui_suggest._found(ranker, air, None, kept, ("kept",))
    assert not grounds.kept and found == suggest.concepts(ranker, air)
    assert found


def test_what_was_turned_down_stays_away_however_it_is_written(ranker: Ranker) -> None:
    drones = concept("drones", "drones")
    found = suggest.spellings(ranker, priority(drones), drones)
    left = suggest.without(found, {("en", "vertiport")})
    assert len(left) == len(found) - 1 and "vertiport" not in {one.text for one in left}


def test_the_guard_names_kept_calls_that_fall_and_rejected_ones_that_rise(ranker: Ranker) -> None:
    before, after = (np.zeros(len(CALLS)) for _ in range(2))
    before[[0, 1, 2]], after[[0, 6]] = 70.0, 65.0
    before[[3, 4, 5]], after[[3, 4, 5]] = 20.0, (10.0, 10.0, 5.0)
    decisions = [
        said(0, State.SHORTLISTED), said(1, State.FORWARDED), said(3, State.APPLIED), said(4, State.APPLIED),
        said(5, State.APPLIED), said(10, State.DISCARDED, reason=Discard.OFF_TOPIC), said(11, State.DISCARDED),
    ]  # fmt: skip
    ranks = {"R0": 1, "R3": 3, "R4": 4, "R5": 5}, {"R0": 6, "R3": 7, "R4": 8, "R5": 9}
    found = verdict(ranker, decisions, before, after, leaving={"R3"}, entering=set(), ranks=ranks)
    # R11 has no class of this priority, before or after: it says nothing of a draft.
    assert (found.kept, found.rejected) == (5, 1)
    assert [(one.reference, one.before, one.after, one.top) for one in found.buried] == [
        ("R1", 70.0, 0.0, False), ("R3", 20.0, 10.0, True),
    ]  # fmt: skip
    assert [(one.reference, one.after) for one in found.lifted] == [("R10", 65.0)]
    # Not buried, but five places lower, or of a lower class; four places in one class are no fall.
    assert [(one.reference, one.places, one.grades) for one in found.fallen] == [
        ("R0", 5, ("strong", "strong")), ("R5", 4, ("weak", "none")),
    ]  # fmt: skip


def test_a_decision_taken_back_counts_no_more(ranker: Ranker) -> None:
    before, after = np.full(len(CALLS), 70.0), np.zeros(len(CALLS))
    later = said(0, State.NEW).model_copy(update={"at": datetime(2026, 11, 2, tzinfo=UTC)})
    found = verdict(ranker, [said(0, State.SHORTLISTED), later], before, after, leaving=set(), entering=set())
    assert found == (0, 0, [], [], [])


def test_the_example_is_the_best_call_with_the_concept(ranker: Ranker) -> None:
    drones = concept("drones", "drones")
    scores = np.arange(len(CALLS), dtype=float)
    found = lab.example(ranker, drones, scores)
    assert found is not None and found[0].reference == "R5"
    assert found[1] is not None and "Drones" in found[1].text
    assert lab.example(ranker, concept("none", "zeppelin"), scores) is None
    inside = lab.example(ranker, drones, scores, np.array([0, 2, 20]))
    assert inside is not None and inside[0].reference == "R2"


def test_borders_are_those_of_the_classes(ranker: Ranker) -> None:
    assert effects.borders(ranker) == [("weak", 8), ("partial", 30), ("strong", 60)]


def test_figures_before_and_after_are_of_the_same_draws(ranker: Ranker, tmp_path: Path) -> None:
    lines = [f"R{n},HORIZON-{n},{2 if n < 13 else 0}" for n in (*range(6), *range(10, 13), *range(30, 70))]
    file = tmp_path / "judged.csv"
    file.write_text("\n".join(["reference,identifier,air", *lines]), "utf-8")
    settings = Settings().model_copy(update={"judgements_file": file})
    poor, good = priority(concept("soil", "soil")), priority(concept("drones", "drones", "vertiport"))
    found = desk_measure.measured(ranker, poor, good, settings, draws=200)
    assert found is not None and (found.calls, found.relevant) == (49, 9)
    assert found.after["MAP"].value == 1 > found.before["MAP"].value
    assert found.change["MAP"].value == pytest.approx(found.after["MAP"].value - found.before["MAP"].value)
    assert found.change["MAP"].low > 0
    assert len(found.gained) == 9 and found.lost == []
    same = desk_measure.measured(ranker, good, good, settings, draws=50)
    assert same is not None and set(same.change.values()) == {(0.0, 0.0, 0.0)}


def test_a_new_or_unjudged_priority_has_no_figures(ranker: Ranker, tmp_path: Path) -> None:
    one = priority(concept("drones", "drones"))
    gone = Settings().model_copy(update={"judgements_file": tmp_path / "none.csv"})
    assert desk_measure.measured(ranker, None, one, Settings()) is None
    assert desk_measure.measured(ranker, one, one, gone) is None
    assert desk_measure.measured(ranker, one, one, Settings()) is None


def test_words_that_stand_everywhere_are_no_new_concepts() -> None:
    from tests.test_rankers import fitted, ruhr

    logistics = next(p for p in ruhr() if p.key == "logistics")
    found = suggest.concepts(fitted(), logistics)
    assert len(found) >= suggest.FEW and all(one.inside >= suggest.OWN * one.calls for one in found)
    assert not {"infrastructure", "networks"} & {one.text for one in found}


def test_the_words_of_a_priority_are_found_beside_the_list_too() -> None:
    today = date(2026, 8, 22)
    calls = [
        one.model_copy(update={"deadlines": [Deadline(on=today - timedelta(days=1))] if n < 4 else []})
        for n, one in enumerate(CALLS)
    ]
    ranker = rankers.make("concepts").fit(calls)
    air = priority(concept("drones", "U-space", "drones"), concept("off", "soil", active=False))
    rows = np.arange(len(DRONES) - 1, len(calls))
    found = absent.elsewhere(ranker, air, rows, today)
    found_closed, undated = {c.reference for c in found.closed}, [calls[4]]
    assert (found_closed, found.hidden, found.undated) == ({"R0", "R1", "R2", "R3"}, [], undated)
    # Seen a day before they closed, the same calls run, so that only their programme hides them.
    found = absent.elsewhere(ranker, air, rows, today - timedelta(days=2))
    assert ({c.reference for c in found.hidden}, found.closed, found.undated) == (found_closed, [], undated)
    assert absent.elsewhere(ranker, air, np.arange(len(calls)), today) == ([], [], [])
    assert absent.elsewhere(ranker, priority(), rows, today) == ([], [], [])
    # What a title says comes before what a text says, however often; one title is named once.
    port = priority(concept("port", "vertiport", weight=1), concept("fly", "U-space", weight=3))
    none = np.arange(0, dtype=np.intp)
    found = absent.elsewhere(ranker, port, none, today)
    assert {c.reference for c in found.undated[:3]} == {"R10", "R11", "R12"} and len(found.undated) == 5
    again = [calls[0], calls[1], calls[0].model_copy(update={"reference": "again"}), calls[2]]
    assert absent.titles(again, 3) == [calls[0], calls[1], calls[2]] and absent.titles(again, 1) == [calls[0]]
    # A concept that no call of a list has is named with its calls, one that has a call there is not.
    assert absent.asleep(ranker, air, rows) == []
    (silent,) = absent.asleep(ranker, air, np.arange(len(DRONES), len(calls)))
    assert (silent.spelling, silent.calls, silent.concept) == ("U-space", len(DRONES), air.concepts[0])


@pytest.mark.parametrize(
    ("word", "meant", "expected"),
    [
        ("Senkrechtstarter", None, "de"), ("Blockchain", (), "en"), ("vertiport", None, "en"),
        ("UNMANNED", None, "en"),
        ("drones", (), "en"), ("Luftkissenböte", (), "de"), ("Flugsicherung", (), "de"), ("testing", (), "en"),
        ("Wasserstoff", ("hydrogen",), "de"), ("wasserstoff", ("hydrogen",), "de"),
        ("Recycling", ("recycling",), "en"),
        ("U-space", (), "en"), ("Young", (), "en"), ("KI", ("artificial intelligence",), "de"),
    ],
)  # fmt: skip
def test_a_word_tells_its_language(word: str, meant: tuple[str, ...] | None, expected: str) -> None:
    """None: a word that neither the dictionary nor the calls know."""
    assert desk_concepts.tongue(word, meant or (), heard=meant is not None) == expected


def test_languages_are_swapped_and_back() -> None:
    old = Concept(key="a", weight=2, spellings={"en": ["Luftraum"], "nl": ["luchtruim"]})
    once = desk_concepts.swap(priority(old), "a")
    assert once.concepts[0].spellings == {"de": ["Luftraum"], "nl": ["luchtruim"]}
    assert desk_concepts.swap(once, "a") == priority(old)


PILOTS = "Pilots, runways and wings: what flies must be safe and quiet, and noise in approach is measured."
AIR = [
    call(70, "Aircraft noise near the airport", PILOTS), call(71, "Aircraft made of aluminium for aviation", PILOTS),
    call(72, "Aviation security for pilots", PILOTS), call(73, "Airspace for everyone", PILOTS),
    call(74, "Air quality in schools"), call(75, "Transparent transactions in ports"),
    call(76, "Loans for ferries", f"{MARKETS} Flights are no part of it."),
]  # fmt: skip
WORDS = [
    {"de": "Luft", "en": "air"}, {"de": "Luftfahrt", "en": "aviation"}, {"de": "Luftraum", "en": "airspace"},
    {"de": "Luftqualität", "en": "air quality"}, {"de": "unbemanntes Luftfahrzeug", "en": "unmanned aircraft"},
    {"de": "Luftfahrzeug", "en": "aircraft"},
    {"de": "Luftzug", "en": "transparent", "wrong": True}, {"de": "Bodenschutz", "en": "soil"},
    {"de": "Flughafen", "en": "airport"}, {"de": "Luftreise", "en": "flight"}, {"de": "Luftreise", "en": "voyage"},
]  # fmt: skip


def test_a_priority_that_finds_little_is_led_to_near_words_that_calls_have() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    german = Concept(key="craft", weight=2, spellings={"de": ["unbemanntes Luftfahrzeug"]})
    drones = priority(concept("drone", "drone"), german, concept("space", "airspace"))
    found = {one.text: one for one in near.near(own, drones, WORDS)}
    assert next(iter(found)) == "aircraft" and "aviation" in found
    assert not {"airspace", "drone", "unmanned aircraft", "soil", "transparent", "transactions"} & set(found)
    # What only opens like them and leads elsewhere, or brings nothing that a better word does not bring.
    assert not {"air quality", "flight", "airport"} & set(found)
    assert (found["aircraft"].calls, found["aviation"].calls) == (2, 2)
    assert found["aircraft"].references == ("R70", "R71") and found["aviation"].german == "Luftfahrt"
    assert ("part", "unbemanntes Luftfahrzeug") in found["aircraft"].why
    assert {way for way, _ in found["aviation"].why} == {"glossary"}
    # Only calls of the list count, and what was taken is not offered again.
    few = near.near(own, drones, WORDS, np.arange(2, len(OTHER) + 3))
    assert [(one.text, one.calls) for one in few] == [("aircraft", 2), ("aviation", 2)]
    few = near.near(own, drones, WORDS, np.array([*range(len(OTHER)), len(OTHER) + 2]))
    assert [(one.text, one.calls, one.references) for one in few] == [("aviation", 1, ("R72",))]
    taken = desk_concepts.add_concept(drones, "en", "Aviation", 1.0)
    assert "aviation" not in {one.text for one in near.near(own, taken, WORDS)}


def test_near_words_are_rare_and_come_from_something() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    assert near.near(own, priority(concept("none", "zeppelinry")), []) == []
    assert "soil" not in {one.text for one in near.near(own, priority(concept("health", "soil zeppelinry")), WORDS)}


def test_where_the_words_find_nothing_near_words_must_be_meant_by_calls_that_are_alike() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    drones = priority(concept("craft", "unmanned aircraft"), concept("port", "airport terminals"))
    assert not any(own.having(c).any() for c in drones.concepts)
    found = [one.text for one in near.near(own, drones, WORDS)]
    assert {"aircraft", "airspace"} <= set(found) and not {"air quality", "flight", "terminals"} & set(found)
    # Nothing to compare with: the titles must say the word.
    alone = priority(Concept(key="t", weight=2, spellings={"de": ["Fährenlinie"]}))
    found = near.near(own, alone, [{"de": "Fähren", "en": "ferries"}, {"de": "Fährenflug", "en": "flights"}])
    assert [(one.text, one.references) for one in found] == [("ferries", ("R76",))]


def test_the_title_of_a_call_that_says_a_priority_in_passing_lends_its_rare_word() -> None:
    text = "Networks carry what pilots say, also in low airspace, and the needs of e-conspicuity are known."
    passing = call(77, "Soil health and e-conspicuity", f"{FILLER} {text} Zeppelinry pays.")
    own = rankers.make("concepts").fit([*OTHER, *AIR[:3], passing])
    lifted = [one for one in near.near(own, priority(concept("space", "airspace")), []) if one.new == 0]
    assert [(one.text, one.calls, one.why, one.references) for one in lifted] == [
        ("e-conspicuity", 1, (("title", ""),), ("R77",))
    ]
    # Not what the text says elsewhere, not twice, and not of a call whose title says the priority itself.
    far = call(78, "Ferries in e-conspicuity", f"An airspace. {MARKETS} {MARKETS} {MARKETS} Ferries, e-conspicuity.")
    plain = call(79, "Airspace and e-conspicuity", "An airspace with e-conspicuity.")
    for mine, calls in (
        (priority(concept("space", "airspace"), concept("e", "e-conspicuity")), [passing]),
        (priority(concept("space", "airspace")), [far]),
        (priority(concept("space", "airspace")), [plain]),
    ):
        made = rankers.make("concepts").fit([*OTHER, *AIR[:3], *calls])
        assert "e-conspicuity" not in {one.text for one in near.near(made, mine, [])}


def test_two_concepts_that_match_through_one_word_are_told() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    craft, wrong = concept("craft", "aircraft"), Concept(key="w", weight=2, spellings={"en": ["zeppelinry"]})
    wrong = wrong.model_copy(update={"spellings": {**wrong.spellings, "de": ["Luftfahrzeug"]}})
    (found,) = doubled.find(own, priority(craft, wrong))
    assert found == ("aircraft", "Luftfahrzeug", "zeppelinry", "aircraft", 2)
    assert own.having(craft)[own.row_of[doubled.plainest(own, found).reference]]
    # A word and its own translation are one concept; what is off, or in no call, counts nowhere.
    right = craft.model_copy(update={"spellings": {"en": ["aircraft"], "de": ["Luftfahrzeug"]}})
    for others in (
        [right], [craft, wrong.model_copy(update={"active": False})], [craft, concept("space", "airspace")],
        [concept("voyage", "voyage"), Concept(key="r", weight=2, spellings={"de": ["Luftreise"]})][:1],
    ):  # fmt: skip
        assert doubled.find(own, priority(*others)) == []


def test_a_part_of_a_term_is_near_only_if_something_else_leads_there() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    # Written alike, the plural of a part is the part again; a title that says it is no other reason.
    for term in ("unmanned loans", "unmanned loan", "ferries zeppelinry", "unmanned aircraft"):
        assert near.near(own, priority(concept("t", term)), []) == []
    assert near.near(own, priority(concept("t", "unmanned aircraft")), WORDS)[0].text == "aircraft"


def test_rows_of_a_list_fit_or_are_only_related() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR])
    mine = priority(concept("craft", "aircraft"), concept("run", "runways"), concept("fly", "flights"))
    found = fit.rows(own, ["R70", "R72", "R76", "R74", "R71"], ["partial", "weak", "weak", "none", "none"], mine)
    assert found == (["fits", "passing", "passing", "alike", "passing"], True)
    both = priority(concept("run", "runways"), concept("wing", "wings"))
    assert fit.rows(own, ["R72"], ["weak"], both).kinds == ["fits"]
    assert fit.rows(own, ["R76"], ["strong"], mine).kinds == ["fits"]
    ruled = Priority(key="r", labels={}, rules=[Rule(prefixes=["HORIZON-72"], add=2)])
    assert fit.rows(own, ["R72", "R74"], ["weak", "weak"], ruled).kinds == ["fits", "alike"]
    # A cut list whose last row still has a class says nothing of what comes behind it.
    assert fit.rows(own, ["R70", "R72"], ["partial", "weak"], mine, top=2).whole is False
    assert fit.rows(own, ["R70", "R74"], ["partial", "none"], mine, top=2).whole
    assert fit.rows(own, [], [], priority()) == ([], True)


def test_each_call_says_which_of_its_words_brought_it() -> None:
    own = rankers.make("concepts").fit([*OTHER, *AIR]).with_glossary(WORDS)
    drones = priority(Concept(key="air", weight=2, spellings={"de": ["Luftfahrt"]}))
    told = effects.brought(own, ["R72", "R30"], drones)
    assert [word.casefold() for word in told["R72"]] == ["aviation"] and told["R30"] == ()
