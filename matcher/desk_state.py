"""Verbs about where things stand: the store and its copies, and the funding that is listed elsewhere."""

import shutil
import tomllib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from matcher.desk_clock import now
from matcher.errors import InputError, StoreError
from matcher.settings import Settings
from matcher.sources import sheet
from matcher.store import Store

COPIES = "backups"


class Elsewhere(NamedTuple):
    """A programme that is not in any source of this tool. `names` and `texts` by language."""

    url: str
    names: dict[str, str]
    texts: dict[str, str]


class Storage(NamedTuple):
    """Sizes in bytes (None: cannot be told). `copy`: the newest verified copy, made at `copied`; None if it is gone
    or there never was one (`copied` None too). `problem`: what is wrong."""

    database: str
    size: int | None
    free: int | None
    copy: Path | None
    copied: datetime | None
    problem: str | None


def elsewhere(settings: Settings) -> list[Elsewhere]:
    """What the region's offices must look up elsewhere, from its `elsewhere.toml`; [] if there is no such file.

    Raises InputError naming the entry that cannot be read.
    """
    path = settings.region_folder / "elsewhere.toml"
    if not path.is_file():
        return []
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("programme", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read: {error}.") from None
    found = []
    for number, entry in enumerate(entries, 1):
        url, names, texts = entry.get("url", ""), entry.get("name"), entry.get("text")
        if not str(url).startswith("https://") or not isinstance(names, dict) or not isinstance(texts, dict):
            raise InputError(f"{path.name}, entry {number}: needs url (https), name and text by language.")
        found.append(Elsewhere(str(url), {**names}, {**texts}))
    return found


def sheet_template(language: str, form: str = "csv") -> bytes:
    """An empty side list with one example row, as CSV or XLSX, headings in German or English."""
    return sheet.template(form, language)


def storage(store: Store) -> Storage:
    """Size, free space and newest copy of the store. One quick look, no check of the content."""
    report = store.health()
    place = Path(report["file"]) if report.get("file") else None
    last = store.last_backup()
    return Storage(
        database="SQLite" if place else "PostgreSQL",
        size=report.get("bytes"),
        free=shutil.disk_usage(place.parent).free if place else None,
        copy=Path(last["file"]) if last and last["there"] else None,
        copied=datetime.fromisoformat(last["at"]) if last else None,
        problem=report.get("problem"),
    )


def copy_now(store: Store) -> Path:
    """Make a verified copy in the folder `backups` beside a SQLite database. Raises StoreError elsewhere."""
    report = store.health()
    if not report.get("file"):
        raise StoreError("Copies of a PostgreSQL database are made with its own tools (pg_dump).")
    place = Path(report["file"])
    target = place.parent / COPIES / f"{place.stem}-{now():%Y%m%d-%H%M%S}.db"
    store.backup(target)
    return target
