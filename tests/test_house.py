"""The house: imports point down, every outside thing has one owner, no module is two modules.

The table is complete: a module that is not named here fails, and so does an import that is not allowed.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "matcher"
LONGEST = 250

# floor -> what it may import of ours. A module's floor is its first path element below matcher/.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "log": set(),
    "text": set(),
    "words": set(),
    "shelf": {"model"},
    "settings": {"errors"},
    "model": {"errors"},
    "ledger": {"model"},
    "changes": {"model", "ledger", "text"},
    "gates": {"model", "text", "rates"},
    "rates": {"model", "text"},
    "guards": {"errors", "model", "ledger", "text"},
    "region": {"errors", "model", "text"},
    "migrations": set(),
    "store": {"errors", "log", "model", "ledger", "shelf", "text", "changes", "store", "migrations"},
    "sources": {"errors", "log", "model", "ledger", "text", "settings", "sources"},
    "rankers": {"errors", "model", "ledger", "text", "rankers"},
    "harvest": {"errors", "log", "model", "ledger", "text", "changes", "guards", "store", "sources"},
    "evaluate": {"errors", "model", "ledger", "rankers"},
    "start": {"errors", "model", "text", "rankers", "evaluate"},
    "views": {"start", "errors", "model", "ledger", "text", "gates", "rates", "changes", "rankers", "words", "views"},
    "exports": {"errors", "model", "text", "words", "exports"},
    "desk": {
        "log",
        "errors",
        "model",
        "ledger",
        "shelf",
        "settings",
        "text",
        "changes",
        "gates",
        "rates",
        "guards",
        "region",
        "store",
        "sources",
        "harvest",
        "rankers",
        "evaluate",
        "start",
        "views",
        "desk",
    },
    "doctor": {"errors", "model", "ledger", "settings", "region", "store", "sources", "harvest", "desk"},
    "ui": {"errors", "log", "model", "ledger", "shelf", "settings", "words", "views", "exports", "desk", "ui"},
    "pages": {"errors", "model", "ledger", "shelf", "words", "views", "exports", "desk", "ui"},
    "cli": {
        "alarm",
        "log",
        "errors",
        "model",
        "ledger",
        "settings",
        "rankers",
        "words",
        "views",
        "exports",
        "desk",
        "doctor",
        "cli",
    },
    "alarm": {"errors", "log", "settings"},
    "__main__": {"cli"},
    "__init__": set(),
}

# outside thing -> the floors that own it
OWNERS: dict[str, set[str]] = {
    "streamlit": {"ui", "pages"},
    "sqlmodel": {"model", "store"},
    "sqlalchemy": {"store", "migrations", "doctor"},
    "alembic": {"store", "migrations"},
    "requests": {"sources"},
    "urllib3": {"sources"},
    "sklearn": {"rankers"},
    "scipy": {"rankers"},
    "Stemmer": {"rankers"},
    "pandas": {"views", "exports", "desk", "ui", "pages", "cli"},
    "ruamel": {"region"},
    "selectolax": {"sources"},
    "lxml": {"sources"},
    "nh3": {"sources"},
    "openpyxl": {"sources", "exports", "views", "desk"},
    "xlsxwriter": {"exports"},
    "icalendar": {"exports"},
    "typer": {"cli"},
    "rich": {"cli"},
    "pydantic_settings": {"settings"},
    "subprocess": {"cli"},
    "smtplib": {"alarm"},
    "email": {"alarm", "sources"},
}
CLOCK = re.compile(r"\b(date\.today|datetime\.(now|utcnow|today)|time\.time)\(")
CLOCK_OWNERS = {"desk", "harvest", "doctor", "cli"}
ENVIRONMENT = re.compile(r"\bos\.(environ|getenv)\b")


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def floor(path: Path) -> str:
    """desk.py, desk_tune.py and desk/tune.py all stand on the floor `desk`."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if first in ALLOWED:
        return first
    return first.strip("_").split("_")[0]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            names |= (
                {f"matcher.{a.name}" for a in node.names if a.name != "__version__"}
                if node.module == "matcher"
                else {node.module or ""}
            )
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_module_is_placed_and_imports_point_down(path: Path) -> None:
    here = floor(path)
    assert here in ALLOWED, f"{path.name} stands on no floor: name it in the table of this test"
    ours = {floor(PACKAGE / Path(*n.split(".")[1:])) for n in imported(path) if n.startswith("matcher.")}
    assert ours - ALLOWED[here] - {here} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_outside_thing_has_its_owner(path: Path) -> None:
    here = floor(path)
    foreign = {name.split(".")[0] for name in imported(path)}
    assert {name for name in foreign if name in OWNERS and here not in OWNERS[name]} == set()
    source = path.read_text("utf-8")
    if here not in CLOCK_OWNERS:
        assert not CLOCK.search(source), "the clock belongs to the desk and the harvest: take today as an argument"
    if here != "settings":
        assert not ENVIRONMENT.search(source), "the environment belongs to settings"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_module_is_two_modules(path: Path) -> None:
    source = path.read_text("utf-8")
    lines = source.count("\n")
    if "sources" in path.parts and path.name.startswith("_programmes"):
        return  # a table of data
    assert lines <= LONGEST, f"{lines} lines: split it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_call_text_becomes_html(path: Path) -> None:
    source = path.read_text("utf-8")
    assert "unsafe_allow_html" not in source
    assert "unsafe_allow_javascript" not in source
    assert "st.html(" not in source


def test_pages_hold_no_functions() -> None:
    for path in sorted((PACKAGE / "pages").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        loops = [node.lineno for node in tree.body if isinstance(node, ast.ClassDef)]
        assert loops == [], f"{path.name}: a page defines no classes"


def test_every_module_says_what_it_is() -> None:
    silent = [
        p.name
        for p in modules()
        if p.name != "__main__.py" and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert silent == []


def test_notebooks_and_app_use_public_names_only() -> None:
    source = (ROOT / "app.py").read_text("utf-8")
    assert not re.search(r"matcher\.\w*\._", source)
