"""Unsaved priorities: each draft of a session is one file beside the database, replaced as a whole at every step.

So a draft outlives a page that is loaded anew and a server that ends. Saved or dropped, its file goes.
"""

import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from matcher.desk_clock import now
from matcher.errors import InputError, StoreError
from matcher.model import Noun, Profile
from matcher.settings import Settings

FOLDER = "drafts"
_ID = re.compile(r"[0-9a-f]{32}")


class Draft(Noun):
    """Whose draft of which saved version (`draft.version`) it is, and when it was last edited."""

    id: str
    by: str
    at: datetime
    draft: Profile


class Drafts(NamedTuple):
    """What was found: drafts, the one edited last first, and files that cannot be read."""

    kept: list[Draft]
    unreadable: list[Path]


def new_id() -> str:
    return uuid4().hex


def keep(settings: Settings, *, id: str, draft: Profile, by: str) -> Draft:
    """Write a draft, over what was kept under its id. Raises StoreError if it cannot be written; nothing is lost."""
    kept = Draft(id=id, by=by, at=now(), draft=draft)
    path = _place(settings, id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(kept.model_dump_json(), "utf-8")
        beside.replace(path)
    except (OSError, ValueError) as error:  # ValueError: half a character cannot be written
        raise StoreError(f"{path} cannot be written: {error}. The draft is kept in this window only.") from None
    return kept


def drop(settings: Settings, id: str) -> None:
    """Forget a draft. Raises StoreError if its file cannot be removed."""
    path = _place(settings, id)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be removed: {error}.") from None


def found(settings: Settings, *, by: str) -> Drafts:
    """The kept drafts of a name in the region, and files in their folder that are none."""
    kept, unreadable = [], []
    for path in sorted(_folder(settings).glob("*.json")):
        try:
            one = Draft.model_validate_json(path.read_text("utf-8"))
        except FileNotFoundError:
            continue  # saved or dropped by another session a moment ago
        except (OSError, UnicodeDecodeError, ValidationError):
            unreadable.append(path)
            continue
        if one.by == by and one.draft.region == settings.region and one.id == path.stem:
            kept.append(one)
    return Drafts(sorted(kept, key=lambda one: one.at, reverse=True), unreadable)


def _folder(settings: Settings) -> Path:
    """One for each database: drafts of two stores in one folder are not of the same versions."""
    return settings.beside_database / FOLDER / sha256(settings.database.encode()).hexdigest()[:16]


def _place(settings: Settings, id: str) -> Path:
    if not _ID.fullmatch(id):
        raise InputError(f"{id!r} is no number of a draft.")
    return _folder(settings) / f"{id}.json"
