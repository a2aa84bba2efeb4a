"""Notes of programme rules by language: told in the reader's, kept in all; old files with one note are valid."""

import pandas as pd
import pytest
from conftest import ROOT
from test_rankers import call

from matcher import region
from matcher.errors import InputError
from matcher.model import Priority, Rule
from matcher.rankers import make
from matcher.views import call as call_view
from matcher.views import rules

BOTH = Rule(prefixes=["RFCS-"], title_any=["coal"], add=6, notes={"de": "Kohleteil", "en": "Coal part"})
OLD = Rule(prefixes=["I3-"], add=1, note="Uses S3")
BARE = Rule(prefixes=["JTM-"], add=2)
RUHR = ROOT / "data" / "regions" / "ruhr" / "priorities.yaml"


def edited(language: str, text: str | None, row: int = 0) -> list[Rule]:
    table = rules.build([BOTH, OLD, BARE], language)
    table["note"] = pd.Series([text if at == row else note for at, note in enumerate(table["note"])], dtype=object)
    return rules.read(table, [BOTH, OLD, BARE], language)


@pytest.mark.parametrize(
    ("rule", "german", "english", "name"),
    [
        (BOTH, "Kohleteil", "Coal part", "Coal part"),
        (OLD, "Uses S3", "Uses S3", "Uses S3"),
        (BARE, None, None, "JTM-"),
    ],
)
def test_a_note_is_told_in_the_language_there_is(rule: Rule, german: str, english: str, name: str) -> None:
    assert (rule.told("de"), rule.told("en"), rule.name) == (german, english, name)


def test_reasons_name_the_rule_in_the_language_of_the_reader() -> None:
    wanted = Priority(key="green", labels={"en": "Green"}, rules=[BOTH, OLD])
    ranker = make("concepts").fit([call("RFCS-1", "Coal after coal"), call("B", "Ports")])
    [reason] = [r for r in ranker.explain([0], wanted)[0].reasons if r.kind == "rule"]
    assert [call_view.rule_label(wanted, reason.key, lang) for lang in ("de", "en")] == ["Kohleteil", "Coal part"]
    assert call_view.rule_label(wanted, "unknown", "de") == "unknown"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_table_shows_one_language_and_keeps_the_others(language: str) -> None:
    assert rules.read(rules.build([BOTH, OLD, BARE], language), [BOTH, OLD, BARE], language) == [BOTH, OLD, BARE]
    other = {"de": "en", "en": "de"}[language]
    [changed, *rest] = edited(language, "Neu")
    assert changed.notes == {language: "Neu", other: BOTH.notes[other]} and rest == [OLD, BARE]
    assert edited(language, None)[0] == BOTH.model_copy(update={"notes": {}})
    assert edited(language, "Neu", row=1)[1] == OLD.model_copy(update={"note": "Neu"})
    assert edited(language, "Neu", row=2)[2] == BARE.model_copy(update={"note": "Neu"})


def test_a_row_that_was_only_added_is_no_rule_and_no_fault() -> None:
    added = {"active": True, "prefixes": [], "add": 2.0, "title_any": None, "note": ""}
    table = pd.concat([rules.build([BARE], "de"), pd.DataFrame([added])], ignore_index=True)
    assert rules.read(table, [BARE], "de") == [BARE]
    with pytest.raises(InputError, match="there is no beginning of an identifier"):
        rules.read(table.assign(note="why"), [BARE], "de")


def test_the_shipped_notes_are_in_both_languages_and_the_file_comes_back_as_it_is() -> None:
    shipped = region.load(RUHR.parent)
    noted = [rule for priority in shipped.priorities for rule in priority.rules]
    assert len(noted) > 25
    assert all(set(rule.notes) == {"de", "en"} and rule.notes["de"] != rule.notes["en"] for rule in noted)
    text = RUHR.read_text("utf-8")
    assert region.dump(shipped, base=text) == text


def test_a_file_with_one_plain_note_is_valid_and_stays_plain() -> None:
    text = RUHR.read_text("utf-8")
    plain = text.replace('notes: {de: "Stahlteil", en: "Steel part"}', 'note: "Steel part"')
    assert plain != text
    old = region.read(plain, "p.yaml")
    assert [r.note for p in old.priorities for r in p.rules if r.note] == ["Steel part"]
    assert region.dump(old, base=plain) == plain
