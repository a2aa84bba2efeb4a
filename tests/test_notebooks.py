"""Every notebook runs from top to bottom on the shipped calls, with public names only."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert {book.stem for book in BOOKS} >= {"01_first_look", "02_why_this_rank", "03_which_ranker", "04_coverage"}


@pytest.mark.parametrize("book", BOOKS, ids=lambda b: b.stem)
@pytest.mark.filterwarnings("default")
def test_notebook_runs(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(book, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "stored without outputs"
    nbclient.NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": ROOT}}
    ).execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("book", BOOKS, ids=lambda b: b.stem)
def test_notebook_uses_public_names(book: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    cells = [cell.source for cell in nbformat.read(book, as_version=4).cells if cell.cell_type == "code"]
    names = [
        node
        for cell in cells
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Attribute | ast.ImportFrom)
    ]
    private = [
        n.attr for n in names if isinstance(n, ast.Attribute) and n.attr.startswith("_") and n.attr != "_asdict"
    ]
    private += [n.module for n in names if isinstance(n, ast.ImportFrom) and "._" in (n.module or "")]
    assert [name for name in private if name != "__file__"] == []
