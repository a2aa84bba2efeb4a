"""What is half done of a new region: one file beside the database, replaced as a whole at every step."""

import re
from pathlib import Path

from pydantic import ValidationError

from matcher import region
from matcher.errors import ConflictError, InputError, StoreError
from matcher.settings import Settings
from matcher.start import Start

FOLDER = "new-regions"
_KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


def known(settings: Settings) -> list[str]:
    """Keys of the regions there are, shipped ones and this user's."""
    return sorted({key for folder in settings.region_folders for key in region.regions(folder)})


def begun(settings: Settings) -> list[str]:
    """Keys of the regions that were begun and not written yet."""
    folder = settings.beside_database / FOLDER
    return sorted(path.stem for path in folder.glob("*.json") if path.stem not in known(settings))


def place(settings: Settings, key: str) -> Path:
    """The file of what was begun under a key. Raises InputError for a key that is none."""
    if not _KEY.fullmatch(key):
        raise InputError(f"{key!r} is no key of a region: small letters a to z, digits and hyphens, at most 40.")
    return settings.beside_database / FOLDER / f"{key}.json"


def fault(settings: Settings, key: str) -> str | None:
    """Why no region can be begun under a key: form, taken or begun; None if one can."""
    if not _KEY.fullmatch(key):
        return "form"
    if key in known(settings) or (settings.own_regions_folder / key).exists():
        return "taken"
    return "begun" if place(settings, key).is_file() else None


def find(settings: Settings, key: str) -> Start | None:
    """What was begun under a key; None if nothing was. Raises StoreError if its file cannot be read."""
    path = place(settings, key)
    if not path.is_file():
        return None
    try:
        return Start.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise StoreError(f"{path} cannot be read: {error}. Remove it to begin anew.") from None


def keep(settings: Settings, begun_one: Start, *, anew: bool = False) -> Start:
    """Replace the file as a whole; ConflictError (with what is there) if it is not the one that was read."""
    path, there = place(settings, begun_one.key), find(settings, begun_one.key)
    if (there is None) != anew and not (anew and there is None):
        if anew:
            raise InputError(f"{begun_one.key!r} was begun already. Go on with it, or drop it first.")
        raise ConflictError(f"{begun_one.key!r} was written or dropped by somebody else meanwhile.")
    if there is not None and there.step != begun_one.step:
        raise ConflictError(f"Somebody else went on with {begun_one.key!r} meanwhile. Look at it anew.", there)
    kept = begun_one.model_copy(update={"step": begun_one.step + 1})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(kept.model_dump_json(indent=1), "utf-8")
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error}. The last step is kept.") from None
    return kept


def drop(settings: Settings, key: str) -> None:
    """Forget what was begun under a key."""
    place(settings, key).unlink(missing_ok=True)
