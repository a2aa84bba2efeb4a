"""Differences between versions, joining the edits of two people without losing either's, reshaping, sheets."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matcher import desk_concepts, desk_sheet, desk_tune, exports
from matcher.desk_concepts import Spelling
from matcher.errors import InputError
from matcher.model import Concept, Priority, Profile, Rule
from matcher.text import paragraphs
from tests.test_region import PROFILES, QUICK, SHIPPED


def concept(key: str, weight: float = 2, **more: object) -> Concept:
    return Concept.model_validate({"key": key, "weight": weight, "spellings": {"en": [key]}, **more})


def profile(*concepts: Concept, rules: tuple[Rule, ...] = (), version: int = 1, **more: object) -> Profile:
    first = Priority.model_validate(
        {"key": "green", "labels": {"en": "Green"}, "concepts": list(concepts), "rules": list(rules), **more}
    )
    return Profile(region="ruhr", priorities=[first, Priority(key="city", labels={"en": "City"})], version=version)


BASE = profile(concept("hydrogen", 3), concept("steel"), concept("water"))


def test_same_profiles_differ_in_nothing() -> None:
    assert desk_tune.edits(BASE, BASE.model_copy(deep=True)) == []


def test_each_changed_value_is_one_edit_with_old_and_new() -> None:
    new = profile(concept("hydrogen", 2.5), concept("steel", active=False), concept("drones"))
    found = [(e.part, e.key, e.field, e.old, e.new) for e in desk_tune.edits(BASE, new)]
    assert ("concept", "hydrogen", "weight", 3, 2.5) in found
    assert ("concept", "steel", "active", True, False) in found
    assert [(f[0], f[1], f[2]) for f in found if f[4] is None] == [("concept", "water", None)]
    assert [(f[0], f[1], f[2]) for f in found if f[3] is None] == [("concept", "drones", None)]
    assert len(found) == 4


def test_two_rules_with_the_same_prefixes_stay_apart() -> None:
    one, two = Rule(prefixes=["RFCS-"], add=1), Rule(prefixes=["RFCS-"], add=2)
    old, new = profile(rules=(one, two)), profile(rules=(one, two.model_copy(update={"add": 3})))
    assert [(e.part, e.field, e.old, e.new) for e in desk_tune.edits(old, new)] == [("rule", "add", 2, 3)]


def test_edits_in_different_places_are_joined_without_a_clash() -> None:
    mine = profile(concept("hydrogen", 1), concept("steel"), concept("water"), concept("drones"))
    theirs = profile(concept("hydrogen", 3), concept("steel", 3), version=2)
    joined, clashes = desk_tune.merge(BASE, mine, theirs)
    assert clashes == []
    assert {c.key: c.weight for c in joined.priorities[0].concepts} == {"hydrogen": 1, "steel": 3, "drones": 2}
    assert joined.version == 2


def test_both_changed_the_same_concept_is_a_clash_with_both_values() -> None:
    mine, theirs = profile(concept("hydrogen", 1)), profile(concept("hydrogen", 2), version=2)
    base = profile(concept("hydrogen", 3))
    joined, clashes = desk_tune.merge(base, mine, theirs)
    assert [c.weight for c in joined.priorities[0].concepts] == [2]
    clash = clashes[0]
    assert isinstance(clash.mine, Concept) and isinstance(clash.theirs, Concept)
    assert (clash.mine.weight, clash.theirs.weight) == (1, 2)
    joined, _ = desk_tune.merge(base, mine, theirs, prefer="mine")
    assert [c.weight for c in joined.priorities[0].concepts] == [1]


def test_one_removed_what_the_other_changed_is_a_clash() -> None:
    base, mine = profile(concept("hydrogen", 3)), profile()
    joined, clashes = desk_tune.merge(base, mine, profile(concept("hydrogen", 2), version=2))
    assert len(clashes) == 1 and clashes[0].mine is None
    assert [c.key for c in joined.priorities[0].concepts] == ["hydrogen"]


def test_a_priority_that_one_added_or_removed_is_kept_or_gone() -> None:
    added = BASE.model_copy(
        update={"priorities": [*BASE.priorities, Priority(key="drones", labels={"en": "Drones"})]}
    )
    joined, clashes = desk_tune.merge(BASE, added, BASE.model_copy(update={"version": 2}))
    assert [p.key for p in joined.priorities] == ["green", "city", "drones"] and clashes == []
    removed = BASE.model_copy(update={"priorities": BASE.priorities[:1]})
    joined, clashes = desk_tune.merge(BASE, removed, BASE.model_copy(update={"version": 2}))
    assert [p.key for p in joined.priorities] == ["green"] and clashes == []


# ── order ──


def test_another_order_is_one_edit_and_comes_through_a_join() -> None:
    green = desk_concepts.place(BASE.priorities[0], "water", "first")
    mine = BASE.model_copy(update={"priorities": [BASE.priorities[1], green]})
    found = desk_tune.edits(BASE, mine)
    assert [(e.part, e.priority, e.key) for e in found] == [
        ("order", "green", "concepts"), ("order", "", "priorities"),
    ]  # fmt: skip
    theirs = profile(concept("hydrogen", 1), concept("steel"), concept("water"), concept("drones"), version=2)
    joined, clashes = desk_tune.merge(BASE, mine, theirs)
    assert clashes == [] and [p.key for p in joined.priorities] == ["city", "green"]
    assert [(c.key, c.weight) for c in joined.priorities[1].concepts] == [
        ("water", 2), ("hydrogen", 1), ("steel", 2), ("drones", 2),
    ]  # fmt: skip


def test_where_both_changed_the_order_the_preferred_one_holds() -> None:
    mine, theirs = (
        BASE.model_copy(update={"priorities": [desk_concepts.place(BASE.priorities[0], key, "first")]})
        for key in ("water", "steel")
    )
    for prefer, first in (("mine", "water"), ("theirs", "steel")):
        joined, _ = desk_tune.merge(BASE, mine, theirs, prefer=prefer)
        assert joined.priorities[0].concepts[0].key == first


# ── reshaping ──

WIDE = Concept(
    key="hydrogen", weight=3, note="core", cap=0.5,
    spellings={"en": ["hydrogen", "electrolyser", "fuel cell"], "de": ["Wasserstoff", "Brennstoffzelle"]},
)  # fmt: skip


def test_a_concept_split_in_two_shares_out_its_spellings_and_keeps_all_else() -> None:
    priority = profile(concept("steel"), WIDE, concept("fuel-cell")).priorities[0]
    going = [Spelling("en", "fuel cell"), Spelling("de", "Brennstoffzelle")]
    made = desk_concepts.split(priority, "hydrogen", going)
    assert [c.key for c in made.concepts] == ["steel", "hydrogen", "fuel-cell-2", "fuel-cell"]
    assert made.concepts[1].spellings == {"en": ["hydrogen", "electrolyser"], "de": ["Wasserstoff"]}
    assert made.concepts[2] == WIDE.model_copy(
        update={"key": "fuel-cell-2", "spellings": {"en": ["fuel cell"], "de": ["Brennstoffzelle"]}}
    )
    assert [c.key for c in priority.concepts] == ["steel", "hydrogen", "fuel-cell"]


@pytest.mark.parametrize("going", [[], desk_concepts.spellings(WIDE), [Spelling("en", "Wasserstoff")]])
def test_a_split_needs_something_to_go_and_something_to_stay(going: list[Spelling]) -> None:
    with pytest.raises(InputError, match="some must stay"):
        desk_concepts.split(profile(WIDE).priorities[0], "hydrogen", going)


def test_joined_concepts_have_all_spellings_once_and_the_weight_of_the_first() -> None:
    other = Concept(key="h2", weight=1, note="gas", spellings={"en": ["Hydrogen", "H2"], "nl": ["waterstof"]})
    priority = profile(WIDE, concept("steel"), other).priorities[0]
    made = desk_concepts.join(priority, "hydrogen", "h2")
    assert [c.key for c in made.concepts] == ["hydrogen", "steel"]
    joined = made.concepts[0]
    assert joined.spellings["en"] == ["hydrogen", "electrolyser", "fuel cell", "H2"]
    assert (joined.weight, joined.cap, joined.note) == (3, 0.5, "core · gas")
    assert joined.spellings["nl"] == ["waterstof"]
    back = desk_concepts.split(made, "hydrogen", [Spelling("en", "H2"), Spelling("nl", "waterstof")])
    assert back.concepts[1].spellings == {"en": ["H2"], "nl": ["waterstof"]}


def test_a_concept_and_a_guard_cannot_be_joined() -> None:
    guarded = profile(WIDE, guards=[concept("war", -2)]).priorities[0]
    for pair in (("hydrogen", "war"), ("hydrogen", "hydrogen"), ("hydrogen", "nothing")):
        with pytest.raises(InputError):
            desk_concepts.join(guarded, *pair)


def test_a_moved_concept_is_in_the_other_priority_under_a_free_key() -> None:
    green, city = profile(WIDE, concept("steel")).priorities[0], Priority(
        key="city", labels={"en": "City"}, concepts=[concept("hydrogen", 1)]
    )  # fmt: skip
    both = Profile(region="ruhr", priorities=[green, city])
    made = desk_concepts.move(both, "hydrogen", out_of="green", into="city")
    assert [[c.key for c in p.concepts] for p in made.priorities] == [["steel"], ["hydrogen", "hydrogen-2"]]
    assert made.priorities[1].concepts[1].spellings == WIDE.spellings
    with pytest.raises(InputError, match="already"):
        desk_concepts.move(both, "hydrogen", out_of="green", into="green")


@pytest.mark.parametrize(("where", "order"), [("first", "cabd"), ("up", "acbd"), ("down", "abdc"), ("last", "abdc")])
def test_concepts_and_priorities_take_their_place(where: str, order: str) -> None:
    priority = profile(*(concept(key) for key in "abcd")).priorities[0]
    assert "".join(c.key for c in desk_concepts.place(priority, "c", where).concepts) == order
    several = Profile(region="ruhr", priorities=[Priority(key=key, labels={"en": key}) for key in "abcd"])
    assert "".join(p.key for p in desk_concepts.place_priority(several, "c", where).priorities) == order


def test_an_added_word_is_not_added_twice() -> None:
    priority = profile(WIDE).priorities[0]
    once = desk_concepts.add_spelling(priority, "hydrogen", "en", "  green   hydrogen ")
    assert once.concepts[0].spellings["en"][-1] == "green hydrogen"
    assert desk_concepts.add_spelling(once, "hydrogen", "en", "Green-Hydrogen") == once
    new = desk_concepts.add_concept(once, "en", "Hydrogen")
    assert (new.concepts[-1].key, new.concepts[-1].spellings) == ("hydrogen-2", {"en": ["Hydrogen"]})


@QUICK
@given(PROFILES, st.data())
def test_no_step_of_reshaping_loses_or_makes_up_a_spelling(base: Profile, data: st.DataObject) -> None:
    """Whatever is split, moved or put in order, the same spellings stand there, in as many concepts as expected."""

    def words(of: Profile) -> list[tuple[str, str]]:
        return sorted(
            (s.language, s.text)
            for p in of.priorities
            for c in (*p.concepts, *p.guards)
            for s in desk_concepts.spellings(c)
        )

    homes = [(p, c) for p in base.priorities for c in (*p.concepts, *p.guards)]
    assume(homes)
    priority, one = data.draw(st.sampled_from(homes))
    said = desk_concepts.spellings(one)
    steps: list[Callable[[], Profile]] = [
        lambda: _with(base, desk_concepts.place(priority, one.key, data.draw(st.sampled_from(desk_concepts.PLACES)))),
    ]
    if len(set(said)) == len(said) > 1 and len({(x, t.casefold().replace("-", " ")) for x, t in said}) == len(said):
        steps.append(lambda: _with(base, desk_concepts.split(priority, one.key, said[:1])))
    others = [p.key for p in base.priorities if p.key != priority.key]
    if others:
        steps.append(lambda: desk_concepts.move(base, one.key, out_of=priority.key, into=others[0]))
    made = data.draw(st.sampled_from(steps))()
    assert words(made) == words(base)
    keys = [[c.key for c in (*p.concepts, *p.guards)] for p in made.priorities]
    assert all(len(set(own)) == len(own) for own in keys)


def _with(base: Profile, priority: Priority) -> Profile:
    return base.model_copy(update={"priorities": [priority if p.key == priority.key else p for p in base.priorities]})


# ── sheets ──


def sheet(of: Profile, form: str = "csv") -> bytes:
    return exports.sheet(desk_sheet.sheet_rows(of), desk_sheet.HEADERS, form, of.region)


@QUICK
@given(PROFILES, st.sampled_from(["csv", "xlsx"]))
def test_any_profile_comes_back_equal_from_a_sheet(generated: Profile, form: str) -> None:
    """A spelling that shows nothing (a zero-width blank alone) has no cell: it is left out of the generated ones."""
    seen = [
        p.model_copy(
            update={side: list(filter(None, map(_seen, getattr(p, side)))) for side in ("concepts", "guards")}
        )
        for p in generated.priorities
    ]
    base = generated.model_copy(update={"priorities": seen})
    assume(desk_sheet.sheet_rows(base))
    assert desk_sheet.read_sheet(sheet(base, form), base) == base


def test_a_priority_that_is_called_like_the_key_of_another_takes_nothing_from_it() -> None:
    ports = [concept("port")]
    both = Profile(
        region="ruhr",
        priorities=[
            Priority(key="port", labels={"de": "Hafen"}, concepts=ports),
            Priority(key="sea", labels={"de": "port"}, concepts=[concept("ship")]),
        ],
    )
    assert desk_sheet.read_sheet(sheet(both), both) == both


def _seen(one: Concept) -> Concept | None:
    spellings = {code: [s for s in texts if paragraphs(s)] for code, texts in one.spellings.items()}
    spellings = {code: texts for code, texts in spellings.items() if texts}
    note = one.note if one.note and paragraphs(one.note) else None
    return one.model_copy(update={"spellings": spellings, "note": note}) if spellings else None


@pytest.mark.parametrize("text", ["=1+1", "'=x", "''", "-", "@mail", "'t Zand", "+49", "a;b", 'say "so"', "0815"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_text_that_looks_like_something_else_stays_a_text(text: str, form: str) -> None:
    odd = profile(Concept(key="odd", weight=1, spellings={"en": [text, "plain"]}, note=text))
    fresh = desk_sheet.read_sheet(sheet(odd, form), profile())
    assert fresh.priorities[0].concepts == odd.priorities[0].concepts


def test_a_sheet_is_for_german_excel_and_runs_nothing() -> None:
    odd = profile(Concept(key="odd", weight=2.5, spellings={"en": ["=HYPERLINK(1)"]}, cap=0.25))
    text = sheet(odd).decode("utf-8-sig").splitlines()
    assert text[0].startswith('"Feld";"Bezeichnung";"Art";"Schlüssel";"Gewicht";"Sprache";"Schreibweise"')
    assert text[1] == '"green";"Green";"Konzept";"odd";"2,5";"en";"\'=HYPERLINK(1)";"0,25";"ja";""'
    page = openpyxl.load_workbook(io.BytesIO(sheet(odd, "xlsx"))).worksheets[0]
    assert [cell.value for cell in page[2]][3:8] == ["odd", 2.5, "en", "'=HYPERLINK(1)", 0.25]
    assert {cell.data_type for cell in page[2]} <= {"s", "n"}


def test_a_sheet_saved_again_elsewhere_is_read_with_its_own_rows_named() -> None:
    """Another separator, other columns' order, blank lines, headings in capitals: rows count as the program shows."""
    lines = list(csv.reader(sheet(SHIPPED).decode("utf-8-sig").splitlines(), delimiter=";"))[:6]
    lines[0] = [head.upper() for head in lines[0]]
    lines[1][4] = "7"
    text = "\n".join(",".join(f'"{cell}"' for cell in [*line[5:], *line[:5]]) for line in lines)
    text = text.replace("\n", "\n\n", 1)
    with pytest.raises(InputError) as caught:
        desk_sheet.read_sheet(text.encode(), SHIPPED)
    assert caught.value.faults[0] == "row 3, column Gewicht: 7 is not between 1 and 3 in steps of 0.5"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"), (b"Feld;Art\n", "no rows below"), (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0", "old Excel"), (b"a;b\n1;2\n", "column Feld: is missing"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_with_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        desk_sheet.read_sheet(data, SHIPPED)
    assert told in " ".join([str(caught.value), *(caught.value.faults or [])])


def test_a_cell_without_a_heading_is_a_fault_and_nothing_is_taken() -> None:
    text = sheet(SHIPPED).decode("utf-8-sig").splitlines()
    text[3] += ';"stray"'
    with pytest.raises(InputError) as caught:
        desk_sheet.read_sheet("\r\n".join(text).encode(), SHIPPED)
    assert caught.value.faults == ["row 4, column 10: 'stray' stands below no heading"]
