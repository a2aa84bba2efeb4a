"""Verbs about a new region: begin with a text, try the draft on calls, write its folder. Each step is kept at once.

What is half done is kept by `desk_begun`; the region's own folder appears in one move, complete, or not at all.
"""

import shlex
import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from matcher import region, start_label, start_text
from matcher.desk_begun import begun, drop, fault, find, keep, known, place
from matcher.desk_clock import day_of, now
from matcher.desk_ideas import glossary
from matcher.errors import InputError, StoreError
from matcher.model import Profile
from matcher.rankers import Ranker
from matcher.settings import Settings, first_region
from matcher.start import Start
from matcher.start_draft import ORIGINS, draft
from matcher.start_files import about, no_places
from matcher.start_label import Doubt, First
from matcher.start_open import still_open, translated
from matcher.views import shortlist

__all__ = [
    "ORIGINS",
    "Doubt",
    "First",
    "Start",
    "answer",
    "ask",
    "begin",
    "begun",
    "change",
    "command",
    "drop",
    "fault",
    "find",
    "first",
    "known",
    "listed",
    "program",
    "switch_off",
    "translated",
    "write",
]  # fmt: skip

AHEAD = ("open", "forthcoming")


def begin(
    settings: Settings, fitted: Ranker, *, key: str, text: str, languages: Sequence[str], by: str,
    told: Mapping[str, str], today: date,
) -> Start:  # fmt: skip
    """A first draft from a strategy text or a list of words (`start_text.read`), kept under `key`.

    `told`: a sentence for each of `ORIGINS`, the notes of the concepts. Raises InputError for a key that is no key or
    taken, or a text without a field.
    """
    place(settings, key)
    if key in known(settings) or (settings.own_regions_folder / key).exists():
        raise InputError(f"There is a region {key!r} already. Nothing was changed; take another key.")
    wrong = [code for code in languages if code not in ("de", "en", "nl")]
    if wrong or not languages:
        raise InputError(f"Labels are in de, en or nl, not {', '.join(wrong) or 'nothing'}.")
    reading = start_text.read(text, tuple(languages))
    groups = region.load(settings.model_copy(update={"region": first_region()}).region_folder).noise
    # What another region does not look for may be what this one lives on: nothing is hidden before somebody asks.
    noise = [group.model_copy(update={"hidden": False}) for group in groups]
    made = draft(reading, fitted, _rows(settings), region=key, told=told, noise=noise)
    problems = region.faults(made.profile)
    if problems:
        raise InputError("The text gives no sound priorities. Nothing was kept.", problems)
    begun_now = Start(
        key=key, text=text, languages=list(languages), by=by, begun=now(), open=made.open,
        profile=made.profile, left_out=reading.left_out,
    )  # fmt: skip
    return keep(settings, begun_now, anew=True)


def change(settings: Settings, begun_one: Start, *, profile: Profile) -> Start:
    """Keep an edited draft. Raises InputError with its faults, ConflictError if somebody else went on meanwhile."""
    problems = region.faults(profile)
    if problems:
        raise InputError("The draft has faults. The last sound one is kept.", problems)
    keys = {priority.key for priority in profile.priorities}
    answers = {reference: [k for k in fits if k in keys] for reference, fits in begun_one.answers.items()}
    left = still_open(profile, begun_one.open)
    return keep(settings, begun_one.model_copy(update={"profile": profile, "answers": answers, "open": left}))


def ask(settings: Settings, begun_one: Start, fitted: Ranker, *, today: date, size: int = start_label.SIZE) -> Start:
    """Choose the calls to label among those that are ahead and not hidden; those answered already stay."""
    among = set(_ahead(begun_one, fitted, today, None)["reference"]) - set(begun_one.answers)
    picked = start_label.propose(fitted, begun_one.profile, among, max(0, size - len(begun_one.answers)))
    return keep(settings, begun_one.model_copy(update={"asked": [*begun_one.answers, *picked]}))


def answer(settings: Settings, begun_one: Start, *, reference: str, fits: Collection[str] | None) -> Start:
    """Keep which priorities a call fits (empty: none); None takes the answer back."""
    keys = [priority.key for priority in begun_one.profile.priorities]
    wrong = sorted(set(fits or ()) - set(keys))
    if wrong or reference not in begun_one.asked:
        raise InputError(f"{wrong[0] if wrong else reference} is not part of what was asked. Nothing was kept.")
    answers = {r: said for r, said in begun_one.answers.items() if r != reference}
    if fits is not None:
        answers[reference] = [key for key in keys if key in fits]
    return keep(settings, begun_one.model_copy(update={"answers": answers}))


def first(begun_one: Start, fitted: Ranker) -> tuple[dict[str, First], list[Doubt]]:
    """First figures by priority, and the concepts that brought only calls that do not fit."""
    told = start_label.first_figures(fitted, begun_one.profile, begun_one.answers)
    return told, start_label.doubts(fitted, begun_one.profile, begun_one.answers)


def switch_off(settings: Settings, begun_one: Start, found: Sequence[Doubt]) -> Start:
    """The draft with these concepts switched off; they stay in it, with their notes."""
    off = {(doubt.priority, doubt.concept) for doubt in found}
    priorities = [
        p.model_copy(
            update={
                "concepts": [
                    c.model_copy(update={"active": c.active and (p.key, c.key) not in off}) for c in p.concepts
                ]
            }
        )
        for p in begun_one.profile.priorities
    ]
    return change(settings, begun_one, profile=begun_one.profile.model_copy(update={"priorities": priorities}))


def listed(begun_one: Start, fitted: Ranker, *, today: date, only: str, top: int = 10) -> pd.DataFrame:
    """The best calls of one priority that are ahead, as a shortlist."""
    table = _ahead(begun_one, fitted, today, only)
    return table[table["grade"] != "none"].head(top).reset_index(drop=True)


def write(settings: Settings, begun_one: Start, fitted: Ranker) -> Path:
    """Write the region's folder, whole, and forget what was half done. Returns the folder.

    Raises InputError if there is such a region by now, StoreError where the folder cannot be written.
    """
    folder = settings.own_regions_folder / begun_one.key
    if folder.exists() or begun_one.key in known(settings):
        raise InputError(f"{folder} is there already and was left as it is. Begin again with another key.")
    calls = {call.reference: call.identifier for call in fitted.calls_}
    files = {
        "priorities.yaml": region.dump(begun_one.profile, about(begun_one, day_of(now()))),
        "places.yaml": no_places(begun_one.key),
    }
    if begun_one.answers:
        files["judgements.csv"] = start_label.judgements(calls, begun_one.profile, begun_one.answers)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{begun_one.key}-", dir=folder.parent) as beside:
            whole = Path(beside) / begun_one.key
            whole.mkdir()
            for name, text in files.items():
                (whole / name).write_text(text, "utf-8")
            words = _glossary_file(settings)
            if words is not None:
                shutil.copy(words, whole / "glossary.yaml")
            # What is not sound must not appear: the same reading as at every start, before the move.
            region.load(whole)
            region.places(whole)
            whole.rename(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error}. What was begun is kept.") from None
    drop(settings, begun_one.key)
    return folder


def command(settings: Settings, key: str) -> str:
    """How the region is opened on a command line: with a database of its own, by the program that runs now."""
    asked = settings.own_regions_folder == settings.regions_folder and "regions_folder" in settings.model_fields_set
    folder = f"MATCHER_REGIONS_FOLDER={shlex.quote(str(settings.regions_folder))} " if asked else ""
    return f"{folder}MATCHER_REGION={key} MATCHER_DATABASE=sqlite:///{key}.db {program()} app"


def program() -> str:
    """How this program is called on a command line, from any folder and without an environment switched on."""
    script = Path(sys.executable).with_name("matcher")
    if script.is_file():
        return shlex.quote(str(script))
    return f"{shlex.quote(sys.executable)} -m matcher"


def _ahead(begun_one: Start, fitted: Ranker, today: date, only: str | None) -> pd.DataFrame:
    """The calls that are open or forthcoming and not in a hidden group, ranked by the draft."""
    table = shortlist.build(fitted, begun_one.profile, today, only=only)
    shown = tuple(noise.key for noise in begun_one.profile.noise if not noise.hidden)
    return shortlist.narrow(table, shortlist.Filters(statuses=AHEAD, noise=shown))[0]


def _rows(settings: Settings) -> list[dict[str, object]]:
    """The glossary of this region with what people said of it, or of the first region that has one."""
    own = glossary(settings)
    words = None if own else _glossary_file(settings)
    return own if words is None else region.glossary(words.parent)


def _glossary_file(settings: Settings) -> Path | None:
    others = (folder / key for folder in settings.region_folders for key in region.regions(folder))
    found = (folder / "glossary.yaml" for folder in [settings.region_folder, *others])
    return next((path for path in found if path.is_file()), None)
