"""N6: a thousand hostile strings in every place of the real app, in Chromium, and in every file that leaves it."""

import shutil
import tempfile
from pathlib import Path

from tests import browser, hostile, hostile_app
from tests.torture.databases import Databases
from tests.torture.report import Clock, Row, Say

PLACES = "titles, texts, notes, owners, people, recipients, towns, views, lists, news, mails, uploads, addresses"


def screens(where: Databases, count: int, clock: Clock, say: Say) -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory(dir=where.folder) as name, hostile_app.canary() as canary:
        folder = Path(name)
        world = hostile_app.build(folder, hostile.strings(count, canary.address))
        if Path(browser.CHROMIUM).is_file():
            rows.append(_row(f"{count} strings on screen ({PLACES})", hostile_app.sweep(world, canary, say), say))
        else:
            rows.append(Row("N6", "strings on screen", "0 faults", "Chromium is not installed", False, where.name))
        if shutil.which("soffice"):
            found = hostile_app.files(world, folder)
            rows.append(_row(f"{count} strings in CSV (both), XLSX, ICS of all and of news, mail", found, say))
        else:
            rows.append(Row("N6", "strings in files", "0 faults", "LibreOffice is not installed", False, where.name))
        rows.append(Row("N6", "requests to another host", "0", str(len(canary.asked)), not canary.asked, where.name))
    say(f"N6 took {clock.elapsed:.0f} s")
    return rows


def _row(what: str, faults: list[str], say: Say) -> Row:
    for fault in faults:
        say(f"N6: {fault}")
    return Row("N6", what, "0 faults", f"{len(faults)} faults", not faults, "SQLite")
