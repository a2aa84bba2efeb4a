"""Messages are complete in both languages; dates, numbers and money read as people of that language write them."""

import string
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import streamlit
import streamlit.elements.exception

from matcher import words
from matcher.ledger import Discard, State
from matcher.model import DeadlineModel, Kind, Status
from matcher.rankers import GRADES
from matcher.words import day, days_left, messages, moment, money, money_range, number, percent, plural, say

FOLDER = Path(words.__file__).parent


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_german_and_english_hold_the_same_keys():
    german, english = set(messages("de")), set(messages("en"))
    assert len(german) > 300
    assert german - english == set(), "only in German"
    assert english - german == set(), "only in English"


def test_no_message_is_empty_and_placeholders_are_equal():
    german, english = messages("de"), messages("en")
    for key, text in german.items():
        assert isinstance(text, str) and text.strip(), key
        assert english[key].strip(), key
        assert placeholders(text) == placeholders(english[key]), key


def test_dutch_has_only_keys_that_english_has_and_falls_back_to_it():
    assert set(messages("nl")) <= set(messages("en"))
    assert say("labels.priority", "nl") == "Prioriteit"
    assert say("states.status.open", "nl") == "open"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*/*.toml")), ids=lambda f: f"{f.parent.name}/{f.name}")
def test_every_file_is_toml_of_texts_with_plain_keys(file: Path):
    def walk(table: dict[str, object]) -> None:
        for key, value in table.items():
            assert key == key.replace(" ", "_").replace("-", "_"), key
            assert isinstance(value, str | dict), key
            if isinstance(value, dict):
                walk(value)

    walk(tomllib.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_stored_value_has_words(language: str):
    groups = {"status": Status, "kind": Kind, "deadline_model": DeadlineModel, "state": State, "discard": Discard}
    for group, values in groups.items():
        said = [say(f"states.{group}.{value}", language) for value in values]
        assert len(set(said)) == len(said), group
    assert [say(f"states.grade.{grade}", language) for grade in GRADES]


def test_every_glossary_term_has_a_text():
    for language in words.LANGUAGES:
        keys = messages(language)
        terms = {key.rpartition(".")[2] for key in keys if key.startswith("glossary.term.")}
        texts = {key.rpartition(".")[2] for key in keys if key.startswith("glossary.text.")}
        assert terms == texts
        assert {"ria", "ia", "csa", "pcp", "ppi", "fstp", "cascade_call", "two_stage", "cut_off"} <= terms


def test_a_missing_key_value_or_language_is_named():
    with pytest.raises(KeyError, match=r"no message 'states\.status\.half' in 'de'"):
        say("states.status.half", "de")
    with pytest.raises(KeyError, match=r"needs a value for 'new'"):
        say("states.change.opening_moved", "de", old="1")
    for language in ("fr", "../de", ""):
        with pytest.raises(KeyError, match="language"):
            say("states.status.open", language)


def test_values_are_never_read_as_templates():
    assert say("states.change.title", "en", old="{new}", new="{0.__class__}") == (
        "Title changed: {new} → {0.__class__}"
    )


def test_dates_and_times():
    assert day(date(2026, 11, 3), "de") == "03.11.2026"
    assert day(date(2026, 11, 3), "en") == "3 Nov 2026"
    assert day(None, "de") == "keine Angabe"
    assert moment(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "de") == "24.11.2026, 00:30 Uhr"
    assert moment(datetime.fromisoformat("2026-06-23T15:00"), "en") == "23 Jun 2026, 17:00"
    assert words.dates_in("2027-01-26 and 2027-02-31", "de") == "26.01.2027 and 2027-02-31"
    assert words.dates_in("2026-09-30T15:00Z / 2026-09-30T99:00Z", "en") == "30 Sep 2026, 17:00 / 2026-09-30T99:00Z"
    assert words.month(date(2026, 3, 1), "de") == "März 2026"


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (None, "keine Angabe", "not stated"),
        (0, "0 €", "€0"),
        (95_000, "95.000 €", "€95,000"),
        (99_999, "99.999 €", "€99,999"),
        (250_000, "0,25 Mio. €", "€0.25 million"),
        (999_500, "1 Mio. €", "€1 million"),
        (7_500_000, "7,5 Mio. €", "€7.5 million"),
        (100_000_000, "100 Mio. €", "€100 million"),
        (999_996_000, "1 Mrd. €", "€1 billion"),
        (1_230_000_000, "1,23 Mrd. €", "€1.23 billion"),
    ],
)
def test_money(amount: int | None, german: str, english: str):
    assert money(amount, "EUR", "de") == german
    assert money(amount, "EUR", "en") == english


def test_other_currencies_and_ranges():
    assert money(2_000_000, "NOK", "de") == "2 Mio. NOK"
    assert money(2_000_000, "NOK", "en") == "NOK 2 million"
    assert money_range(3_000_000, 5_000_000, "EUR", "de") == "3 Mio. € – 5 Mio. €"
    assert money_range(3_000_000, 3_000_000, "EUR", "en") == "€3 million"
    assert money_range(None, 60_000, "EUR", "de") == "bis 60.000 €"
    assert money_range(60_000, None, "EUR", "en") == "from €60,000"
    assert money_range(None, None, "EUR", "en") == "not stated"


def test_numbers_percents_and_days():
    assert number(1234567.25, "de", 1) == "1.234.567,3"
    assert [number(n, "de") for n in (-72, -0.2, -1234.5)] == ["−72", "0", "−1.235"]
    assert number(1234567.25, "en", 2) == "1,234,567.25"
    assert percent(60, "de") == "60 %"
    assert words.percent_range(70, 100, "en") == "70–100%"
    assert words.percent_range(None, None, "en") == "not stated"
    assert [days_left(n, "de") for n in (None, 0, 1, 12, -1, -3)] == [
        "ohne Frist", "heute", "morgen", "noch 12 Tage", "seit 1 Tag vorbei", "seit 3 Tagen vorbei",
    ]  # fmt: skip
    assert plural("facts.days.left", 1, "en") == "1 day left"
    assert [words.yes_no(v, "de") for v in (True, False, None)] == ["ja", "nein", "keine Angabe"]


def test_what_streamlit_says_itself_is_known_letter_by_letter_and_translated_once():
    """A new version of Streamlit that says it otherwise would show English on German pages."""
    english, german = ({k: v for k, v in messages(lang).items() if k.startswith("own.")} for lang in ("en", "de"))
    static = Path(streamlit.__file__).parent / "static" / "static" / "js"
    script = "".join(file.read_text("utf-8") for file in static.glob("*.js"))
    # The others are put together of parts: keys, and a widget's name behind what its button does.
    parts = ("{", "Ctrl", "Press", "Streamlit Cloud")
    whole = [text for text in english.values() if not any(part in text for part in parts)]
    assert len(whole) > 40
    assert [text for text in whole if f"`{text}`" not in script] == []
    assert english["own.failed"] == streamlit.elements.exception._GENERIC_UNCAUGHT_EXCEPTION_TEXT
    for there, here in ((english, german), (german, english)):
        assert len(set(there.values())) == len(there)
        # What was said once is not taken for something else to be said.
        assert not set(there.values()) & set(here.values())
