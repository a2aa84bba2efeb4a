"""A new region: fields of a text, a draft, calls to label, first figures, and a folder that is whole or absent."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from matcher import (
    cli,
    desk,
    desk_begun,
    desk_region,
    evaluate,
    rankers,
    region,
    start_draft,
    start_label,
    start_open,
    start_text,
)
from matcher.errors import ConflictError, InputError, StoreError
from matcher.model import Call, Concept, Kind, Priority, Profile, Section
from matcher.rankers import Ranker
from matcher.settings import Settings, first_region
from matcher.start import Start
from matcher.start_files import about, no_places
from matcher.views.first_figures import sentences
from tests.conftest import ROOT

TOLD = {origin: f"{origin} {{n}} {{calls}}" for origin in start_draft.ORIGINS}
ROWS = region.glossary(ROOT / "data" / "regions" / first_region())
COAST = """Innovationsstrategie der Küste

Einleitung
Die Region liegt am Meer.

Handlungsfeld 1: Häfen und Schifffahrt
Unsere Häfen stellen auf grünen Wasserstoff um. Autonome Schiffe sind eine Stärke, und Robotik hilft beim Umschlag.
- Landstrom = shore-side electricity
- Binnenschifffahrt

Handlungsfeld 2: Drohnen / Drones
Drohnen, U-space, Luftraum = airspace; Schwebefahrzeuge
"""


@cache
def fitted() -> Ranker:
    titles = {
        "Ports": "Shore-side electricity in ports for inland waterway vessels",
        "Barges": "Autonomous vessels on inland waterways",
        "Drones": "Drones in the airspace of towns",
        "Counter": "Counter-drone systems for the airspace of airports",
        "Robots": "Robotics for handling of cargo",
        "Farms": "Soil health on farms", "Food": "Food of the future", "Arts": "Dance across borders",
    }  # fmt: skip
    calls = [
        Call(
            reference=name, source="t", kind=Kind.TOPIC, identifier=f"ID-{name}", title=title, portal_status="open",
            sections=[Section(kind="text", text=f"{title}. The project shows {title.lower()} in practice.")],
        )
        for name, title in titles.items()
    ]  # fmt: skip
    return rankers.make("concepts").fit(calls)


def drafted(text: str = COAST) -> start_draft.Drafted:
    return start_draft.draft(start_text.read(text), fitted(), ROWS, region="coast", told=TOLD)


# ── the text ──


def test_named_fields_with_lists_and_prose() -> None:
    reading = start_text.read(COAST)
    assert reading.language == "de" and reading.left_out == ["Innovationsstrategie der Küste"]
    ports, drones = reading.fields
    assert ports.labels == {"de": "Häfen und Schifffahrt"} and drones.labels == {"de": "Drohnen", "en": "Drones"}
    where = {term.spelling: (term.where, term.also) for term in (*ports.terms, *drones.terms)}
    assert where["Landstrom"] == ("list", ("shore-side electricity",))
    assert where["Häfen"][0] == "heading" and where["grünen Wasserstoff"][0] == "text"
    assert where["Luftraum"] == ("list", ("airspace",)) and where["Schwebefahrzeuge"][0] == "list"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# Strategy\n## Foreword\nHello.\n## Blue economy\nSea.\n## Drones\nAir.", ["Blue economy", "Drones"]),
        ("1. Ports\nQuays and cranes.\n2. Health\nClinics.\n2.1 Care\nHomes.", ["Ports", "Health"]),
        ("Ports: quay, crane\nHealth: clinic, nurse", ["Ports", "Health"]),
        ("Ports\n- quay\n- crane\n\nHealth\n- clinic", ["Ports", "Health"]),
        ("Priority area 1: Ports\nx\nPriority area 2: Health\ny", ["Ports", "Health"]),
        ("Drones\nWe fly drones over the whole of the region, every day and night.", ["Drones"]),
    ],
)
def test_fields_are_found_however_they_are_written(text: str, names: list[str]) -> None:
    assert [next(iter(field.labels.values())) for field in start_text.read(text).fields] == names


WRAPPED = """Handlungsfeld 1: Blaue Wirtschaft / Blue economy
Wir wollen Aquakultur und den Anbau von Algen nachhaltig ausbauen, Landstrom
anbieten und emissionsarme Schifffahrt ermöglichen. Küstenschutz
und Hochwasserschutz sind Daueraufgaben, stärken den Hochwasserschutz und die
Meeresforschung. Moore, Salzwiesen und Offshore-
Windenergie gehören dazu.

Handlungsfeld 2: Kultur
- Museen und Denkmäler digital erschließen
- Wir bewahren die Fischerdörfer, das Plattdeutsche, den
  Bootsbau
- Wind- und Sonnenenergie
"""


def test_lines_that_were_only_wrapped_are_read_as_one() -> None:
    sea, culture = start_text.read(WRAPPED).fields
    where = {term.spelling: (term.where, term.also) for term in sea.terms}
    assert where["Blaue Wirtschaft"] == ("heading", ("Blue economy",))
    assert [spelling for spelling in where if where[spelling][0] == "list"] == []
    assert {"Küstenschutz", "emissionsarme Schifffahrt", "Offshore-Windenergie", "Meeresforschung"} <= where.keys()
    listed = [term.spelling for term in culture.terms if term.where == "list"]
    assert listed == [
        "Museen", "Denkmäler", "Fischerdörfer", "Plattdeutsche", "Bootsbau", "Wind- und Sonnenenergie",
    ]  # fmt: skip


def test_a_list_with_a_word_a_line_stays_a_list() -> None:
    (field,) = start_text.read("Drohnen\nLuftraum\nSchwebefahrzeuge").fields
    assert [t.spelling for t in field.terms if t.where != "text"] == ["Drohnen", "Luftraum", "Schwebefahrzeuge"]


def test_a_bare_list_is_one_field() -> None:
    (field,) = start_text.read("drones, U-space, Drohnen").fields
    assert [term.spelling for term in field.terms] == ["drones", "U-space", "Drohnen"] and field.labels == {}


@pytest.mark.parametrize("text", ["", " \n ", "1234 !!", "x" * 200_001, "# Foreword\na\n# Summary\nb"])
def test_a_text_without_a_field_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"Nothing was taken"):
        start_text.read(text)


def test_more_fields_than_are_read_are_named() -> None:
    reading = start_text.read("\n".join(f"# Field{n}\nwords" for n in range(25)))
    assert len(reading.fields) == start_text.MOST_FIELDS and reading.left_out == [f"Field{n}" for n in range(20, 25)]


@hypothesis.settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = start_text.read(text)
    except InputError:
        return
    assert reading.fields
    problems = region.faults(start_draft.draft(reading, fitted(), ROWS, region="x", told=TOLD).profile)
    assert problems == []


# ── the draft ──


def test_german_words_find_their_english_by_glossary_author_or_look() -> None:
    made = drafted()
    ports, drones = made.profile.priorities
    concepts = {c.key: c for c in (*ports.concepts, *drones.concepts)}
    assert concepts["shore-side-electricity"].spellings == {"en": ["shore-side electricity"], "de": ["Landstrom"]}
    assert concepts["drones"].spellings["de"][0].startswith("Drohne")
    assert concepts["u-space"].spellings["en"] == ["U-space"]
    assert concepts["robotics"].weight == 1.5 and concepts["robotics"].note == "text 1 1"
    assert made.open["drohnen"] == ["Schwebefahrzeuge"]
    scores = fitted().scores(ports)
    best = [fitted().calls_[i].reference for i in np.argsort(-scores, kind="stable")[:2]]
    assert set(best) == {"Ports", "Barges"}


def test_a_heading_that_no_call_has_as_a_whole_gives_its_parts() -> None:
    reading = start_text.read("Smart inland ports\n- quay")
    (field,) = start_draft.draft(reading, fitted(), [], region="x", told=TOLD).profile.priorities
    said = {spelling: c.weight for c in field.concepts for spelling in c.spellings["en"]}
    assert said["Smart inland ports"] == 3 and said["ports"] == 2.5


def test_the_names_and_descriptions_of_six_fields_alone_give_a_usable_order(demo_file: Path) -> None:
    """From 131 German words, nothing edited or labelled: most of what the edited priorities reach on judged calls."""
    settings = Settings().with_database(f"sqlite:///{demo_file}")
    shipped = region.load(settings.region_folder)
    text = "\n\n".join(
        f"Handlungsfeld {n}: {p.labels['de']}\n{p.descriptions['de']}" for n, p in enumerate(shipped.priorities, 1)
    )
    with desk.open_store(settings) as store:
        ranker = desk.ranker(store, settings)
    made = start_draft.draft(start_text.read(text), ranker, ROWS, region="x", told=TOLD).profile
    assert len(made.priorities) == len(shipped.priorities)
    pairs = zip(made.priorities, shipped.priorities, strict=True)
    named = made.model_copy(update={"priorities": [a.model_copy(update={"key": b.key}) for a, b in pairs]})
    known = evaluate.judgements(settings.judgements_file)
    of_draft, of_shipped = (evaluate.measure(ranker, p, known)["macro"] for p in (named, shipped))
    assert of_draft["nDCG@10"] > 0.8 * of_shipped["nDCG@10"] and of_draft["MAP"] > 0.67 * of_shipped["MAP"]


def test_an_installed_program_writes_regions_into_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.settings.home_folder", lambda: tmp_path)
    plain = Settings(region="coast")
    assert plain.own_regions_folder == tmp_path / "regions" and plain.region_folder.parent == plain.regions_folder
    (tmp_path / "regions" / "coast").mkdir(parents=True)
    assert plain.region_folder == tmp_path / "regions" / "coast"
    asked = Settings(region=first_region(), regions_folder=tmp_path / "elsewhere")
    assert asked.own_regions_folder == tmp_path / "elsewhere"
    assert asked.region_folder == ROOT / "data" / "regions" / first_region(), "the shipped ones stay in reach"


def test_what_is_only_guessed_comes_switched_off() -> None:
    rated = start_draft.draft(start_text.read("Drohnen"), fitted(), [], region="x", told=TOLD).profile
    (drones,) = rated.priorities[0].concepts
    assert drones.spellings == {"en": ["drones"], "de": ["Drohnen"]} and not drones.active
    assert drones.note == "guess 2 2"


def test_every_noun_of_a_german_text_becomes_a_concept_or_is_named_without_english() -> None:
    words = {"Aquaculture": "Aquaculture of algae", "Wind": "Offshore wind energy"}
    calls = [
        Call(reference=name, source="t", kind=Kind.TOPIC, identifier=name, title=title, portal_status="open")
        for name, title in words.items()
    ]  # fmt: skip
    ranker = rankers.make("concepts").fit([*fitted().calls_, *calls])
    text = WRAPPED.replace("gehören dazu", "gehören dazu. Auch KI-Anwendungen helfen")
    made = start_draft.draft(start_text.read(text), ranker, ROWS, region="x", told=TOLD)
    sea, culture = made.profile.priorities
    german = {spelling for c in sea.concepts for spelling in c.spellings.get("de", [])}
    guessed = {
        c.spellings["de"][0]: (c.spellings["en"][0], c.active) for c in sea.concepts if "guess" in (c.note or "")
    }
    assert guessed["Aquakultur"] == ("aquaculture", False) and guessed["Algen"] == ("algae", False)
    named = german | set(made.open[sea.key])
    assert {"Aquakultur", "Algen", "Landstrom", "Schifffahrt", "Küstenschutz", "Salzwiesen"} <= named
    assert {"Offshore-Windenergie", "KI-Anwendungen"} <= named
    assert {"Fischerdörfer", "Plattdeutsche", "Bootsbau"} <= set(made.open[culture.key])


def test_words_that_only_the_best_calls_use_are_offered_switched_off() -> None:
    calls = [
        Call(
            reference=f"{n}", source="t", kind=Kind.TOPIC, identifier=f"{n}",
            title=f"Inland vessels and smart bollards {n}" if n < 5 else f"Topic {n}",
        )
        for n in range(60)
    ]  # fmt: skip
    ranker = rankers.make("concepts").fit(calls)
    made = start_draft.draft(start_text.read("vessels"), ranker, [], region="x", told=TOLD).profile
    near = [c for c in made.priorities[0].concepts if c.note and c.note.startswith("near")]
    assert any("smart bollards" in c.spellings["en"][0] for c in near) and not any(c.active for c in near)


# ── calls to label and first figures ──


def profile() -> Profile:
    wanted = {"ports": ["ports", "vessels"], "drones": ["drones", "airspace", "soil health"]}
    return Profile(
        region="x",
        priorities=[
            Priority(
                key=key, labels={"en": key},
                concepts=[Concept(key=f"{key}-{n}", weight=2, spellings={"en": [s]}) for n, s in enumerate(said)],
            )
            for key, said in wanted.items()
        ],
    )  # fmt: skip


def test_proposals_come_from_every_priority_best_first_each_call_once() -> None:
    everything = [call.reference for call in fitted().calls_]
    first = start_label.propose(fitted(), profile(), everything, 4)
    assert first == start_label.propose(fitted(), profile(), everything, 4) and len(set(first)) == 4
    assert first[0] in ("Ports", "Barges") and first[1] in ("Drones", "Counter")
    assert set(start_label.propose(fitted(), profile(), ["Arts", "Food"], 20)) == {"Arts", "Food"}


def test_words_of_a_sentence_are_read_as_people_meant_them() -> None:
    """An adjective with a capital that begins a sentence, a preposition in a heading, a word of all strategies."""
    reading = start_text.read(
        "Handlungsfeld 1: Energie nach der Kohle\nBerufliche Bildung und soziale Innovation. Ein Schwerpunkt ist die "
        "Flutung der Restlöcher.\n\nHandlungsfeld 2: Industrie der nächsten Generation\nDer Leichtbau wächst hier.\n"
    )
    said = [[term.spelling for term in field.terms] for field in reading.fields]
    assert said[0][:3] == ["Energie", "Kohle", "Bildung"] and "berufliche Bildung" in said[0]
    assert not {"Berufliche", "Schwerpunkt", "Energie nach"} & set(said[0])
    assert said[1] == ["Industrie", "Leichtbau"]


def test_first_figures_are_those_of_the_evaluation_of_the_written_labels(tmp_path: Path) -> None:
    answers = {"Ports": ["ports"], "Barges": [], "Drones": ["drones"], "Counter": ["drones"], "Farms": []}
    told = start_label.first_figures(fitted(), profile(), answers)
    assert (told["ports"].labelled, told["ports"].fits) == (5, 1)
    assert (told["drones"].fits, told["drones"].precision) == (2, 1.0)
    file = tmp_path / "judgements.csv"
    file.write_text(
        start_label.judgements({c.reference: c.identifier for c in fitted().calls_}, profile(), answers), "utf-8"
    )
    exact = evaluate.measure(fitted(), profile(), evaluate.judgements(file))
    assert exact["ports"]["MAP"] == told["ports"].precision


def test_a_concept_that_brings_only_wrong_calls_is_named() -> None:
    answers = {"Ports": [], "Barges": [], "Drones": ["drones"], "Counter": []}
    calls = [
        call.model_copy(update={"reference": f"{call.reference}{n}"}) for call in fitted().calls_ for n in range(2)
    ]
    ranker = rankers.make("concepts").fit(calls)
    found = start_label.doubts(ranker, profile(), {f"{k}{n}": v for k, v in answers.items() for n in range(2)})
    assert [(d.priority, d.concept, d.calls) for d in found] == [("ports", "ports-1", 4)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_first_figures_as_sentences(language: str) -> None:
    told = {"a": start_label.First(20, 5, 4, 3, 0.5), "b": start_label.First(20, 0, 0, 0, None)}
    one, two, mean = sentences(told, {"a": "Ports", "b": "Drones"}, language)
    assert ("75 %" if language == "de" else "75%") in one and "19–99" in one and "Ports" in one
    assert "höchstens" not in one and "at most" not in one
    few = sentences({"a": start_label.First(20, 2, 5, 1, 0.5)}, {"a": "Ports"}, language)[0]
    assert ("höchstens 2" if language == "de" else "at most 2") in few
    assert "Drones" in two and mean.endswith("0,50" if language == "de" else "0.50")


# ── steps, kept ──


@pytest.fixture
def own(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("MATCHER_REGIONS_FOLDER", str(tmp_path / "regions"))
    monkeypatch.setenv("MATCHER_LANGUAGE", "en")
    yield Settings()


def begun(own: Settings) -> tuple[Start, Ranker, desk.Store]:
    store = desk.open_store(own)
    ranker = desk.ranker(store, own)
    made = desk_region.begin(
        own, ranker, key="coast", text=COAST, languages=["de", "en"], by="kb", told=TOLD, today=desk.today(store)
    )
    return made, ranker, store


def test_each_step_is_kept_and_the_folder_appears_whole_at_the_end(own: Settings) -> None:
    made, ranker, store = begun(own)
    today = desk.today(store)
    with store:
        assert desk_region.begun(own) == ["coast"] and desk_region.find(own, "coast") == made
        made = desk_region.ask(own, made, ranker, today=today)
        assert len(made.asked) == 20
        made = desk_region.answer(own, made, reference=made.asked[0], fits=[made.profile.priorities[0].key])
        made = desk_region.answer(own, made, reference=made.asked[1], fits=[])
        made = desk_region.answer(own, made, reference=made.asked[1], fits=None)
        again = desk_region.find(own, "coast")
        assert again == made and len(made.left) == 19
        assert not own.own_regions_folder.exists()
        with pytest.raises(InputError):
            desk_region.answer(own, made, reference="unknown", fits=[])
        folder = desk_region.write(own, made, ranker)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["coast"]
    assert {p.name for p in folder.iterdir()} == {"priorities.yaml", "places.yaml", "judgements.csv", "glossary.yaml"}
    assert region.load(folder) == made.profile and region.places(folder) == []
    assert region.check(region.load(folder)) is not None
    assert desk_region.begun(own) == [] and "coast" in desk_region.known(own)
    there = own.model_copy(update={"region": "coast"})
    assert there.region_folder == folder and there.judged == folder / "judgements.csv"
    with pytest.raises(InputError, match="already"):
        begun(own)
    with pytest.raises(InputError, match="left as it is"):
        desk_region.write(own, made, ranker)


def test_two_people_at_one_beginning_do_not_overwrite_each_other(own: Settings) -> None:
    made, ranker, store = begun(own)
    with store:
        first = desk_region.ask(own, made, ranker, today=desk.today(store))
    with pytest.raises(ConflictError):
        desk_region.change(own, made, profile=made.profile)
    assert desk_region.find(own, "coast") == first
    desk_region.drop(own, "coast")
    with pytest.raises(ConflictError):
        desk_region.change(own, first, profile=made.profile)


def test_a_faulty_draft_and_a_damaged_file_are_told(own: Settings) -> None:
    made, _, store = begun(own)
    store.close()
    broken = made.profile.model_copy(update={"priorities": [Priority(key="a b", labels={"de": "x"})]})
    with pytest.raises(InputError) as caught:
        desk_region.change(own, made, profile=broken)
    assert "is no key" in caught.value.faults[0]
    path = own.beside_database / desk_begun.FOLDER / "coast.json"
    path.write_text(json.dumps({"key": "coast"}), "utf-8")
    with pytest.raises(StoreError, match="begin anew"):
        desk_region.find(own, "coast")


def test_a_folder_that_cannot_be_written_leaves_nothing(own: Settings) -> None:
    made, ranker, store = begun(own)
    store.close()
    own.own_regions_folder.parent.mkdir(parents=True, exist_ok=True)
    own.own_regions_folder.write_text("a file, no folder", "utf-8")
    with pytest.raises(StoreError, match="is kept"):
        desk_region.write(own, made, ranker)
    assert desk_region.find(own, "coast") == made


@pytest.mark.parametrize("key", ["../x", "Coast", "", "a b", "-a", "x" * 50])
def test_a_key_is_a_plain_name(own: Settings, key: str) -> None:
    with pytest.raises(InputError):
        desk_region.begin(
            own, fitted(), key=key, text=COAST, languages=["de"], by="kb", told=TOLD, today=None  # type: ignore[arg-type]
        )  # fmt: skip
    assert not (own.beside_database / desk_begun.FOLDER).exists()


def test_a_new_region_hides_no_group_of_calls(own: Settings) -> None:
    made, _, store = begun(own)
    store.close()
    assert made.profile.noise and not any(noise.hidden for noise in made.profile.noise)


def test_english_for_an_open_word_completes_its_concept_or_makes_one() -> None:
    old = Concept(key="lachszucht", weight=2.5, spellings={"de": ["Lachszucht"]})
    field = Priority(key="sea", labels={"de": "Meer"}, concepts=[old])
    typed = {"Lachszucht": "salmon farming; fish farming", "Krabben": " shrimps ", "Watt": " ; "}
    made = start_open.translated(field, typed, "by hand")
    assert [(c.key, c.weight, c.spellings.get("en"), c.note) for c in made.concepts] == [
        ("lachszucht", 2.5, ["salmon farming", "fish farming"], None),
        ("shrimps", 2.0, ["shrimps"], "by hand"),
    ]
    whole = Profile(region="x", priorities=[made])
    assert start_open.still_open(whole, {"sea": ["Lachszucht", "Watt"], "gone": ["Deich"]}) == {"sea": ["Watt"]}


def test_the_command_that_is_printed_runs_as_it_stands(own: Settings) -> None:
    said = desk_region.command(own, "coast").split(" ")
    assert said[1:3] == ["MATCHER_REGION=coast", "MATCHER_DATABASE=sqlite:///coast.db"] and said[-1] == "app"
    assert Path(said[3]).is_file() and desk_region.program().split(" ")[0] == said[3]


def test_the_end_of_the_input_keeps_the_draft_and_says_how_to_go_on(own: Settings, tmp_path: Path) -> None:
    text = tmp_path / "coast.txt"
    text.write_text(COAST, "utf-8")
    for arguments in (["--text", str(text)], ["--unlabelled"]):
        done = CliRunner().invoke(cli.app, ["region", "new", "coast", *arguments], input="")
        assert done.exit_code == 0 and f"{desk_region.program()} region new coast" in done.output
    labelled = CliRunner().invoke(cli.app, ["region", "new", "coast"], input="\n" * 20)
    assert labelled.exit_code == 0 and "Brings only calls" in labelled.output
    assert desk_region.begun(own) == ["coast"]


def test_the_head_of_the_file_says_what_was_left_open(own: Settings) -> None:
    made, _, store = begun(own)
    with store:
        text = about(made, desk.today(store))
    assert all(line.startswith("#") for line in text.splitlines())
    assert "Innovationsstrategie der Küste" in text and "Schwebefahrzeuge" in text
    assert region.read(region.dump(made.profile, text), "p") == made.profile
    assert "places: []" in no_places("coast")


# ── the command ──


def test_the_command_leads_through_stops_and_goes_on(own: Settings, tmp_path: Path) -> None:
    text = tmp_path / "coast.txt"
    text.write_text(COAST, "utf-8")
    run = CliRunner().invoke
    first = run(cli.app, ["region", "new", "coast", "--text", str(text)], input="1\n9\n1,2\nu\nq\n")
    assert first.exit_code == 0, first.output
    assert "Please numbers from 1 to 2" in first.output and "matcher region new coast" in first.output
    assert isinstance(run(cli.app, ["region", "new", "coast", "--text", str(text)]).exception, InputError)
    second = run(cli.app, ["region", "new", "coast"], input="\n" * 19 + "y\ny\n")
    assert second.exit_code == 0, second.output
    assert "1 of 1" in second.output or "none of the labelled calls" in second.output
    assert (own.own_regions_folder / "coast" / "priorities.yaml").is_file()
    assert "coast" in run(cli.app, ["region", "list"]).output


def test_the_command_without_labels_or_without_a_text(own: Settings, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("Drones: drones, airspace\nHealth: cancer, home care", "utf-8")
    run = CliRunner().invoke
    assert isinstance(run(cli.app, ["region", "new", "sky"]).exception, InputError)
    done = run(cli.app, ["region", "new", "sky", "--words", str(words), "--unlabelled", "--yes", "--labels", "en"])
    assert done.exit_code == 0, done.output
    folder = own.own_regions_folder / "sky"
    assert [p.labels for p in region.load(folder).priorities] == [{"en": "Drones"}, {"en": "Health"}]
    assert not (folder / "judgements.csv").exists()
