"""A region's files: every fault named at once, edits that touch one line, round trips that lose nothing."""

import difflib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher import region
from matcher.errors import InputError
from matcher.model import Concept, Kind, Noise, Priority, Profile, Rule

RUHR = Path(__file__).resolve().parent.parent / "data" / "regions" / "ruhr"
TEXT = (RUHR / "priorities.yaml").read_text("utf-8")
SHIPPED = region.read(TEXT, "priorities.yaml")

SMALL = """\
region: north
priorities:
  - key: wind
    labels: {de: Wind, en: Wind}
    concepts:
      - {key: turbine, weight: 2, spellings: {en: [wind turbine]}}
"""


def faults(text: str, name: str = "p.yaml") -> list[str]:
    with pytest.raises(InputError) as caught:
        region.read(text, name)
    assert caught.value.exit_code == 2
    assert "nothing was applied" in str(caught.value)
    return caught.value.faults


def one(text: str) -> str:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def small(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


# ── reading ──


def test_a_small_region_needs_little() -> None:
    profile = region.read(SMALL, "p.yaml")
    assert profile.version == 0
    assert profile.priorities[0].concepts == [Concept(key="turbine", weight=2, spellings={"en": ["wind turbine"]})]
    assert profile.noise == []


def test_all_faults_are_named_at_once_with_line_column_and_suggestion() -> None:
    found = faults(
        """\
region: Ruhr
priorities:
  - key: green
    lables: {de: x}
    concepts:
      - {key: a, wieght: 3, spellings: {en: hydrogen}}
      - {key: b, weight: 4, spellings: {eng: [x]}}
      - {key: b, weight: .nan, spellings: {en: []}}
      - {key: c d, weight: "2", spellings: {en: [x]}}
      - {key: e, weight: 2.25, en: [x], spellings: {}}
      - just text
    guards:
      - {key: a, weight: 2, spellings: {en: [x]}}
      - {key: g, weight: -3.5, spellings: {en: [x]}, active: yes}
    rules:
      - {add: 3}
      - {prefixes: X-, add: 0}
    api_token: 12
noise:
  - {key: n, labels: {de: x}, kinds: [externa]}
  - {key: n, labels: {de: x}}
"""
    )
    wanted = [
        ("line 1, column 9", "'Ruhr' is no key", "for instance 'ruhr'"),
        ("line 3, column 5", "labels is missing"),
        ("line 4", "'lables' is no known field; did you mean 'labels'?"),
        ("line 6, column 9", "green, a: weight is missing"),
        ("line 6", "'wieght' is no known field; did you mean 'weight'?"),
        ("line 6, column 45", "must be a list, not 'hydrogen'; write [hydrogen]"),
        ("line 7, column 26", "4 is not between 1 and 3 in steps of 0.5"),
        ("line 7, column 46", "'eng' is no known language; did you mean 'en'?"),
        ("line 7", "at least one spelling is needed"),
        ("line 8, column 15", "the key 'b' is there already, among the concepts"),
        ("line 8, column 26", "'.nan' is not between 1 and 3"),
        ("line 8", "the list is empty; leave the language out"),
        ("line 9, column 15", "'c d' is no key", "for instance 'c-d'"),
        ("line 9, column 28", "write 2 (a point, no quotes)"),
        ("line 10, column 26", "2.25 is not between 1 and 3"),
        ("line 10", "put languages under spellings"),
        ("line 10", "at least one spelling is needed"),
        ("line 11, column 9", "must be fields (key, weight, spellings …), not 'just text'"),
        ("line 13, column 15", "the key 'a' is there already"),
        ("line 13, column 26", "a guard turns away, write -2"),
        ("line 14, column 26", "-3.5 is not between -3 and -0.5"),
        ("line 14, column 62", "'yes' must be true or false"),
        ("line 16, column 9", "prefixes is missing"),
        ("line 17, column 20", "write [X-]"),
        ("line 17", "0 is not between -10 and 10 in steps of 0.5 (not 0)"),
        ("line 18", "secrets do not belong in this file"),
        ("line 20, column 39", "'externa' is not one of topic, cascade, external, own; did you mean 'external'?"),
        ("line 21, column 5", "one of prefixes, programmes or kinds is needed"),
        ("line 21, column 11", "the key 'n' is there already"),
    ]
    assert len(found) == len(wanted), "\n".join(found)
    for parts in wanted:
        assert any(all(part in fault for part in parts) for fault in found), parts
    assert all(fault.startswith("p.yaml, line ") for fault in found)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("- a\n- b\n", "must be fields"),
        ("hello", "must be fields"),
        ("a:\n\tb: 1\n", "line 2, column 1: a tab"),
        ("a: [1, 2\nb: 3\n", "line 2"),
        ("a: 'x\n", "line"),
        ("a: b: c\n", "line 1, column 5: mapping values are not allowed here: 'a: b: c'"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("a: \x00", "not YAML"),
        ('a: "\\U7fffffff"', "not YAML"),
        ("@x", "line 1, column 1"),
        ("? [a]\n: b\n", "a list where the name of a field must stand"),
        ("region: x\npriorities: 5\n", "priorities: must be a list, not '5'"),
        ("region:\npriorities: []\n", "region is empty"),
    ],
)
def test_what_is_no_profile_is_refused_with_its_place(text: str, part: str) -> None:
    assert any(part in fault for fault in faults(text)), faults(text)


def test_a_byte_order_mark_and_windows_lines_are_read() -> None:
    assert region.read("\ufeff" + SMALL.replace("\n", "\r\n"), "p") == region.read(SMALL, "p")


@pytest.mark.parametrize(
    "word", ["NO", "no", "on", "off", "yes", "17:00", "010", "0x1F", "1_000", "2026-11-23", "1e3", "y", ".5"]
)
def test_a_text_stays_the_text_that_was_typed(word: str) -> None:
    profile = region.read(small("[wind turbine]", f"[{word}]"), "p")
    assert profile.priorities[0].concepts[0].spellings == {"en": [word]}
    assert region.read(region.dump(profile), "p") == profile


@pytest.mark.parametrize("word", ["yes", "on", "True", '"true"', "1", "TRUE"])
def test_a_switch_is_true_or_false_only(word: str) -> None:
    assert "must be true or false" in one(small("weight: 2,", f"weight: 2, active: {word},"))


@pytest.mark.parametrize(
    "word",
    ["010", "+2", "0x2", "2_0", ".inf", "-.inf", ".nan", "1e0", "two", "2.25", "0.5", "3.5", "-1", "'2'", "[2]"],
)
def test_a_weight_is_a_plain_number_of_the_scale(word: str) -> None:
    assert "is not between 1 and 3 in steps of 0.5" in one(small("weight: 2", f"weight: {word}"))


@pytest.mark.parametrize("cap", ["1.5", "-0.1", "half"])
def test_a_cap_is_a_part_of_one(cap: str) -> None:
    assert "is not a number from 0 to 1" in one(small("weight: 2", f"weight: 2, cap: {cap}"))
    assert region.read(small("weight: 2", "weight: 2, cap: 0.5"), "p").priorities[0].concepts[0].cap == 0.5


def test_a_field_written_twice_is_refused_where_it_stands() -> None:
    fault = one(small("weight: 2,", "weight: 2, weight: 3,"))
    assert fault == "p.yaml, line 6, column 35: wind, turbine, weight: 'weight' stands here a second time"
    assert "'region' stands here a second time" in one(SMALL.replace("north\n", "north\nregion: x\n"))


def test_anchors_aliases_and_tags_are_refused_and_a_bomb_is_never_unpacked() -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"b{i}: &b{i} [{', '.join([f'*b{i - 1}' if i else '*a'] * 9)}]\n" for i in range(30)
    )
    assert all("are not allowed" in f or "no known" in f or "missing" in f for f in faults(bomb))
    assert any("are not allowed" in f for f in faults("a: &a [*a]\n"))
    assert any(
        "python/object/apply:os.system" in f
        for f in faults("region: !!python/object/apply:os.system [x]\npriorities: []\n")
    )


@pytest.mark.parametrize("text", ["[" * 50_000, "{a: " * 50_000, "- " * 50_000])
def test_depth_is_limited(text: str) -> None:
    assert "nested deeper than 20 levels" in one(text)


def test_size_is_limited() -> None:
    assert "more than 256 KB" in one(SMALL + "# " + "x" * 300_000)


def test_what_was_left_empty_counts_as_not_there() -> None:
    profile = region.read(SMALL + "    guards:\n    rules: ~\nnoise:\n", "p")
    assert profile == region.read(SMALL, "p")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        region.load(tmp_path)
    assert region.places(tmp_path) == []
    assert region.actors(tmp_path) == []


def test_a_profile_made_elsewhere_is_checked_by_the_same_rules() -> None:
    assert region.faults(SHIPPED) == []
    bad = SHIPPED.model_copy(deep=True)
    bad.priorities[0].concepts[0].weight = 7
    bad.priorities[1].concepts[0].spellings = {"en": [" "]}
    bad.priorities[2].concepts[0].spellings = {"en": []}
    found = region.faults(bad)
    assert found[0] == "green, hydrogen, weight: 7 is not between 1 and 3 in steps of 0.5"
    assert "cyber, cybersecurity, spellings.en.1: is blank" in found
    assert any("industry, smart-manufacturing" in f for f in found)


# ── writing ──


SHORT_TEXT = TEXT[: TEXT.index("  - key: industry")] + TEXT[TEXT.index("noise:") : TEXT.index("  - key: euratom")]
SHORT = region.read(SHORT_TEXT, "short")


def changed_lines(profile: Profile) -> tuple[list[str], list[str]]:
    text = region.dump(profile, SHORT_TEXT)
    assert region.read(text, "again") == profile
    lines = list(difflib.unified_diff(SHORT_TEXT.splitlines(), text.splitlines(), n=0, lineterm=""))[2:]
    return [line[1:] for line in lines if line[0] == "-"], [line[1:] for line in lines if line[0] == "+"]


def test_nothing_changed_is_the_same_text() -> None:
    assert region.dump(SHIPPED, TEXT) == TEXT


def _weight(p: Profile) -> None:
    p.priorities[0].concepts[1].weight = 2.5


def _cap(p: Profile) -> None:
    p.priorities[0].concepts[1].cap = 0.5


def _cap_gone(p: Profile) -> None:
    p.priorities[1].concepts[11].cap = None


def _note(p: Profile) -> None:
    p.priorities[0].concepts[0].note = 'a: "b" # c, [d]'


def _note_gone(p: Profile) -> None:
    p.priorities[0].concepts[0].note = None


def _off(p: Profile) -> None:
    p.priorities[1].guards[0].active = False


def _spelling(p: Profile) -> None:
    p.priorities[0].concepts[0].spellings["en"].append("H2, [yes]")


def _language_gone(p: Profile) -> None:
    del p.priorities[0].concepts[0].spellings["nl"]


def _label(p: Profile) -> None:
    p.priorities[1].labels["nl"] = "Stad"


def _rule(p: Profile) -> None:
    p.priorities[0].rules[1].add = 4


def _rule_note(p: Profile) -> None:
    p.priorities[0].rules[1].notes["de"] = "Stahl: a, b"


def _noise(p: Profile) -> None:
    p.noise[0].labels["nl"] = "Extern optreden"


@pytest.mark.parametrize(
    "edit",
    [_weight, _cap, _cap_gone, _note, _note_gone, _off, _spelling, _language_gone, _label, _rule, _rule_note, _noise],
)
def test_one_value_edited_is_one_line_changed(edit: Callable[[Profile], None]) -> None:
    draft = SHORT.model_copy(deep=True)
    edit(draft)
    gone, come = changed_lines(draft)
    assert len(gone) == len(come) == 1
    assert len(region.difference(SHORT, draft)) == 1


def test_entries_come_and_go_by_their_own_line_and_comments_stay() -> None:
    draft = SHORT.model_copy(deep=True)
    del draft.priorities[0].concepts[6]  # the first below the comment "Materials in circles"
    draft.priorities[0].concepts.insert(2, Concept(key="ammonia", weight=1.5, spellings={"en": ["ammonia"]}))
    gone, come = changed_lines(draft)
    assert [line.split(",")[0].strip() for line in gone] == ["- {key: circular-economy"]
    assert come == ["      - {key: ammonia, weight: 1.5, spellings: {en: [ammonia]}}"]
    text = region.dump(draft, SHORT_TEXT)
    assert [x for x in SHORT_TEXT.splitlines() if x.strip().startswith("#")] == [
        x for x in text.splitlines() if x.strip().startswith("#")
    ]


def test_whole_priorities_move_come_and_go() -> None:
    draft = SHIPPED.model_copy(deep=True)
    draft.priorities.insert(0, draft.priorities.pop(3))
    draft.priorities[1].active = False
    draft.priorities.append(
        Priority(
            key="drones",
            labels={"de": "Drohnen"},
            concepts=[Concept(key="drone", weight=1, spellings={"en": ["drone"]})],
        )
    )
    text = region.dump(draft, TEXT)
    assert region.read(text, "again") == draft
    assert "# A small market" in text and text.count("#") >= TEXT.count("#")
    assert text.count("\n\n") == TEXT.count("\n\n") + 1
    draft.priorities = draft.priorities[2:4]
    draft.noise = []
    assert region.read(region.dump(draft, text), "again") == draft


def test_a_file_of_windows_or_of_another_hand_is_patched_too() -> None:
    base = """\
# mine
region: 'north'   # where
priorities:

# the one
- key: wind
  labels:
    en: "Wind"    # short
  concepts:
  # what turns
  - key: turbine
    weight: 2.0
    spellings:
      en:
      - wind turbine
      # blades count too
      - rotor blade
    active: true
"""
    profile = region.read(base, "b")
    profile.priorities[0].concepts[0].weight = 3
    profile.priorities[0].concepts[0].active = False
    profile.priorities[0].concepts[0].spellings["en"].insert(1, "nacelle")
    profile.priorities[0].labels["de"] = "Wind: neu"
    text = region.dump(profile, base.replace("\n", "\r\n"))
    assert region.read(text, "again") == profile
    wanted = base.replace("weight: 2.0", "weight: 3").replace("active: true", "active: false")
    wanted = wanted.replace("      # blades", "      - nacelle\n      # blades")
    wanted = wanted.replace('    en: "Wind"    # short\n', '    en: "Wind"    # short\n    de: "Wind: neu"\n')
    assert sorted(text.splitlines()) == sorted(wanted.splitlines())


def test_a_base_that_cannot_be_read_lends_its_head_only() -> None:
    text = region.dump(SHIPPED, "# head\n# two\nregion: [\n")
    assert text.startswith("# head\n# two\nregion: ruhr\n")
    assert region.read(text, "again") == SHIPPED


# ── generated profiles ──

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
ODD = (
    "no", "null", "~", "true", "010", "- x", "a: b", "#", "x #y", "{a}", "'", '"', "\\", "&a", "*a", "!x", "5G",
    "1.5", " lead", "trail ", "a\tb", "2026-01-01", "%", "@", "`", "|", ">", "?", "é", "\U0001f680",
    "\ufeff", "\u200b",
)  # fmt: skip
LINE = st.sampled_from(ODD) | st.text(LETTERS, min_size=1, max_size=8).filter(str.strip)
NOTE = st.none() | LINE | st.just("two\nlines")
KEYS = st.sampled_from(["a", "b-c", "no", "x1", "on", "d_e", "007"])
LANGUAGES = st.sampled_from(["en", "de", "nl"])
SPELLINGS = st.dictionaries(LANGUAGES, st.lists(LINE, min_size=1, max_size=2), min_size=1, max_size=2)
LABELS = st.dictionaries(LANGUAGES, LINE, min_size=1, max_size=2)


def concepts(keys: list[str], weights: list[float]) -> st.SearchStrategy[list[Concept]]:
    concept = st.builds(
        Concept, key=st.sampled_from(keys), weight=st.sampled_from(weights), spellings=SPELLINGS, note=NOTE,
        cap=st.sampled_from([None, 0.0, 0.25, 1.0]), active=st.booleans(),
    )  # fmt: skip
    return st.lists(concept, max_size=3, unique_by=lambda c: c.key)


RULES = st.lists(
    st.builds(
        Rule, prefixes=st.lists(LINE, min_size=1, max_size=2), title_any=st.lists(LINE, max_size=2),
        add=st.sampled_from([-10.0, -0.5, 0.5, 6.0]), note=NOTE, active=st.booleans(),
        notes=st.dictionaries(LANGUAGES, NOTE.filter(bool), max_size=2),
    ),
    max_size=2,
)  # fmt: skip
PRIORITY = st.builds(
    Priority, key=KEYS, labels=LABELS, rules=RULES,
    descriptions=st.dictionaries(LANGUAGES, NOTE.filter(bool), max_size=2),
    concepts=concepts(["a", "b-c", "no", "x1"], [1, 1.5, 3]), guards=concepts(["on", "d_e", "007"], [-3, -1.5, -0.5]),
    active=st.booleans(),
)  # fmt: skip
NOISE = st.builds(
    Noise, key=KEYS, labels=LABELS, prefixes=st.lists(LINE, min_size=1, max_size=2),
    programmes=st.lists(LINE, max_size=2), kinds=st.lists(st.sampled_from(list(Kind)), max_size=2),
    hidden=st.booleans(),
)  # fmt: skip
PROFILES = st.builds(
    Profile, region=KEYS, priorities=st.lists(PRIORITY, min_size=1, max_size=2, unique_by=lambda p: p.key),
    noise=st.lists(NOISE, max_size=2, unique_by=lambda n: n.key),
    version=st.just(0), at=st.none(), by=st.none(), why=st.none(),
)  # fmt: skip
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example, HealthCheck.data_too_large]
QUICK = settings(max_examples=int(os.environ.get("REGION_EXAMPLES", "20")), deadline=None, suppress_health_check=SLOW)


@QUICK
@given(PROFILES)
def test_any_profile_comes_back_equal(profile: Profile) -> None:
    assert region.faults(profile) == []
    text = region.dump(profile)
    again = region.read(text, "generated")
    assert again == profile
    assert region.dump(again, text) == text


@QUICK
@given(PROFILES, PROFILES, st.data())
def test_any_profile_can_be_put_into_any_older_text(old: Profile, new: Profile, data: st.DataObject) -> None:
    pool = data.draw(st.permutations([*old.priorities, *new.priorities]))
    mixed = new.model_copy(update={"priorities": list({p.key: p for p in pool}.values())})
    for profile in (new, mixed):
        assert region.read(region.dump(profile, region.dump(old)), "patched") == profile


@QUICK
@given(PROFILES)
def test_any_profile_comes_back_from_the_sheet(profile: Profile) -> None:
    stripped = profile.model_copy(deep=True)
    for priority in stripped.priorities:
        for concept in (*priority.concepts, *priority.guards):
            concept.spellings = {k: [s.strip() for s in v] for k, v in concept.spellings.items()}
            concept.note = concept.note if concept.note and concept.note.strip() else None
    rows = region.to_rows(stripped)
    if rows:
        assert region.from_rows(rows, stripped) == stripped
        typed = [dict(row) for row in rows]
        for row in typed:
            for name in ("Gewicht", "Obergrenze"):
                row[name] = None if row[name] is None else str(row[name]).replace(".", ",")
        assert region.from_rows(typed, stripped) == stripped


@QUICK
@given(PROFILES, PROFILES)
def test_difference_is_empty_only_between_equals(old: Profile, new: Profile) -> None:
    assert region.difference(old, old) == []
    assert (region.difference(old, new) == []) == (old == new)


# ── sheet ──


def test_the_sheet_has_a_row_for_every_spelling_and_comes_back_equal() -> None:
    rows = region.to_rows(SHIPPED)
    assert list(rows[0]) == list(region.HEADERS)
    assert rows[0] == {
        "Feld": "green", "Bezeichnung": "Grüne Technologien, Wasserstoff und Kreislaufwirtschaft", "Art": "Konzept",
        "Schlüssel": "hydrogen", "Gewicht": 3.0, "Sprache": "en", "Schreibweise": "hydrogen", "Obergrenze": None,
        "Aktiv": "ja", "Notiz": SHIPPED.priorities[0].concepts[0].note,
    }  # fmt: skip
    assert region.from_rows(rows, SHIPPED) == SHIPPED


def test_faults_of_a_sheet_are_named_by_row_and_column_all_at_once() -> None:
    rows = region.to_rows(SHIPPED)
    rows[0]["Gewicht"] = "3,25"
    rows[10]["Feld"] = "gren"
    rows[11]["Schreibweise"] = " "
    rows[20]["Aktiv"] = "vielleicht"
    rows[30]["Sprache"] = "fr"
    rows[31]["Art"] = "Konzpt"
    rows[40] |= {"Schlüssel": None, "Schreibweise": "…!"}
    rows[41] |= {"Schlüssel": None, "Schreibweise": "Hydrogen", "Feld": "green", "Art": "Konzept", "Gewicht": 2}
    before = SHIPPED.model_copy(deep=True)
    with pytest.raises(InputError) as caught:
        region.from_rows(rows, SHIPPED)
    assert caught.value.faults == [
        "row 2, column Gewicht: 3.25 is not between 1 and 3 in steps of 0.5",
        "row 3, column Gewicht: 3 is not what row 2 says of hydrogen: 3.25",
        "row 12, column Feld: gren is not one of green, cyber, industry, logistics, health, city"
        "; did you mean 'green'?",
        "row 13, column Schreibweise: is empty",
        "row 22, column Aktiv: vielleicht is neither ja nor nein",
        "row 32, column Sprache: fr is not one of en, de, nl",
        "row 33, column Art: Konzpt is not one of Konzept, Bremse; did you mean 'Konzept'?",
        "row 42, column Schlüssel: is empty",
        "row 43, column Schlüssel: the key 'hydrogen' is there already, among the concepts",
    ]
    assert before == SHIPPED


def test_headers_are_checked_first() -> None:
    rows = [{("Gewichte" if k == "Gewicht" else k): v for k, v in row.items()} for row in region.to_rows(SHIPPED)]
    with pytest.raises(InputError) as caught:
        region.from_rows(rows, SHIPPED)
    assert caught.value.faults == [
        "row 1, column Gewicht: is missing",
        "row 1, column Gewichte: is not known; did you mean 'Gewicht'?",
    ]
    with pytest.raises(InputError, match="no rows"):
        region.from_rows([], SHIPPED)


def test_a_sheet_may_add_and_leave_out_and_say_things_once() -> None:
    rows = [row for row in region.to_rows(SHIPPED) if row["Schlüssel"] != "hydrogen"]
    new = dict.fromkeys(region.HEADERS) | {
        "Feld": "Intelligente Logistik", "Art": "konzept", "Schlüssel": "cargo-bike", "Gewicht": "1,5",
        "Sprache": "en", "Schreibweise": "cargo bike", "Obergrenze": float("nan"),
    }  # fmt: skip
    rows += [
        new,
        {**new, "Gewicht": None, "Sprache": "de", "Schreibweise": "Lastenrad"},
        dict.fromkeys(region.HEADERS),
    ]
    draft = region.from_rows(rows, SHIPPED)
    assert draft.priority("logistics").concepts[-1] == Concept(
        key="cargo-bike", weight=1.5, spellings={"en": ["cargo bike"], "de": ["Lastenrad"]}
    )
    assert region.difference(SHIPPED, draft) == [
        "green: concept hydrogen removed",
        "logistics: concept cargo-bike added",
    ]


def test_an_empty_key_is_made_of_the_spelling_and_told() -> None:
    new = dict.fromkeys(region.HEADERS) | {"Feld": "logistics", "Art": "Konzept", "Gewicht": 2, "Sprache": "en"}
    rows = [
        *region.to_rows(SHIPPED),
        {**new, "Schreibweise": "Cargo bike"},
        {**new, "Gewicht": None, "Sprache": "de", "Schreibweise": "Lastenrad"},
        {**new, "Sprache": "de", "Schreibweise": "Grüner Güterzug"},
    ]
    made: list[str] = []
    assert region.from_rows(rows, SHIPPED, made=made).priority("logistics").concepts[-2:] == [
        Concept(key="cargo-bike", weight=2, spellings={"en": ["Cargo bike"], "de": ["Lastenrad"]}),
        Concept(key="gruener-gueterzug", weight=2, spellings={"de": ["Grüner Güterzug"]}),
    ]
    assert made == ["cargo-bike", "gruener-gueterzug"]
    rows += [{**new, "Schreibweise": "cargo bike"}, {**new, "Schreibweise": "train", "Schlüssel": "cargo-bike"}]
    with pytest.raises(InputError) as caught:
        region.from_rows(rows, SHIPPED, made=made)
    first = len(rows) - 3
    assert caught.value.faults[0] == (
        f"row {first}, column Schlüssel: the key 'cargo-bike' is there already, among the concepts"
    )
    assert len(made) == 2


# ── difference and check ──


def test_difference_says_what_changed_in_sentences() -> None:
    draft = SHIPPED.model_copy(deep=True)
    hydrogen = draft.priorities[0].concepts[0]
    hydrogen.weight = 2
    hydrogen.spellings["en"] = ["hydrogen", "H2"]
    hydrogen.spellings["nl"] = []
    draft.priorities[0].labels["en"] = "Green"
    draft.priorities[0].guards[0].active = False
    draft.priorities[0].rules[0].add = 3
    draft.priorities[1].rules = draft.priorities[1].rules[1:]
    draft.noise[1].hidden = False
    assert region.difference(SHIPPED, draft) == [
        'green: labels (en) "Green technologies, hydrogen and circular economy" → "Green"',
        "green: concept hydrogen: weight 3 → 2",
        "green: concept hydrogen: spelling 'H2' (en) added",
        "green: concept hydrogen: spelling 'waterstof' (nl) removed",
        "green: guard aviation: active off",
        "green: rule INNOVFUND-: add 6 → 3",
        "cyber: rule DIGITAL-ECCC- removed",
        "noise defence: hidden off",
    ]
    stamped = SHIPPED.model_copy(update={"version": 7, "by": "x", "why": "y"})
    assert region.difference(SHIPPED, stamped) == []


def test_check_names_doubles_and_overlaps_and_what_is_missing() -> None:
    profile = Profile(
        region="x",
        priorities=[
            Priority(
                key="a",
                labels={"de": "A"},
                concepts=[
                    Concept(key="one", weight=1, spellings={"en": ["net-zero", "Net zero"]}),
                    Concept(key="two", weight=1, spellings={"en": ["net zero"]}),
                    Concept(key="three", weight=1, spellings={"de": ["Null"]}),
                ],
                guards=[Concept(key="stop", weight=-1, spellings={"en": ["NET ZERO"]})],
            ),
            Priority(
                key="b",
                labels={"de": "B", "en": "B"},
                concepts=[Concept(key="x", weight=1, spellings={"en": ["Net-Zero"]})],
            ),
        ],
    )
    lines = region.check(profile)
    assert "a: no label in en" in lines
    assert "a: concept one lists 'Net zero' twice (en)" in lines
    assert "a: concept three has no English spelling; calls are in English" in lines
    assert any(line.startswith("a: 'net zero' (en) both speaks for and turns away") for line in lines)
    assert "'net zero' is in several priorities: a (one), b (x)" in lines
    assert region.check(region.read(SMALL, "p")) == []
