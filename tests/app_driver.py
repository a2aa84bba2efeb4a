"""Driving the dashboard's pages without a browser: a small store, a page of it, what a person does there."""

import shutil
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent
PAGES = "matcher/pages"


def small_recording(folder: Path, pages: int = 1) -> Path:
    """A recording with the first pages of the shipped snapshot: 100 calls each, quick to fit."""
    folder.mkdir(parents=True)
    snapshot = ROOT / "data" / "snapshot"
    shutil.copy(snapshot / "replay.yaml", folder)
    for page in sorted(snapshot.glob("type-1-page-*.json"))[:pages]:
        shutil.copy(page, folder)
    return folder


def opened(page: str, *, language: str = "de", **query: str) -> AppTest:
    """A page of the dashboard in a session of its own, run once."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["language"] = language
    app.switch_page(f"{PAGES}/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    problems = [(error.message, error.stack_trace) for error in app.exception]
    assert not problems, problems
    return app


def seen(app: AppTest) -> str:
    """All text on the page, escapes of Markdown taken away."""
    parts: list[Any] = [
        *app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.text, *app.info, *app.warning,
        *app.error, *app.success, *app.code, *app.metric,
    ]  # fmt: skip
    texts = [f"{getattr(part, 'label', '') or ''} {part.value}" for part in parts]
    labels = [w.label for w in (*app.button, *app.selectbox, *app.text_input, *app.tabs, *app.expander)]
    return "\n".join([*texts, *labels]).replace("\\", "")


def edited(app: AppTest, key: str, **changes: Any) -> AppTest:
    """An edit in a data editor: `rows` {position: {column: value}}, `added` [{…}], `deleted` [positions]."""
    app.session_state[key] = {
        "edited_rows": changes.get("rows", {}),
        "added_rows": changes.get("added", []),
        "deleted_rows": changes.get("deleted", []),
    }
    return sound(app.run())
