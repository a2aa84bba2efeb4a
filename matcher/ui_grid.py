"""The table of calls, and the choice of its columns, which the downloads can follow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from matcher import exports, ui, ui_counted, ui_filters, ui_keep, words
from matcher.ui_rows import DASH, Cells, cells, rows_of, whole

# One calm colour for each priority, in the profile's order; legible with dark text on white and on dark ground.
COLOURS = ("#3f7d58", "#4666a8", "#8a6a2f", "#7a5195", "#a8505f", "#2f7f8f")
ROW_HEIGHT = 36
TITLE = 364
LAST = "grid_last"


class Column(NamedTuple):
    """A column on the screen: width in pixels, what stands in it, its heading, and its columns in a file."""

    width: int
    text: Callable[[Any, Cells], str]
    heading: str
    file: tuple[str, ...]
    help: str = ""


def _day(value: Any) -> str:
    return words.day(value, ui.language()) if value else DASH


def _day_if_any(value: Any) -> str:
    # No dash: nothing is unknown, there was none.
    return _day(value) if value else ""


def _number(value: Any) -> str:
    n = whole(value)
    return words.number(n, ui.language()) if n is not None else DASH


def _total(row: Any, _: Cells) -> str:
    total = whole(row.budget_total)
    return words.money(total, row.currency, ui.language()) if total is not None else DASH


def _sent(row: Any, _: Cells) -> str:
    return f"{', '.join(row.sent_to or ())} ({_day(row.sent_on)})" if row.sent_on else ""


def _decided(row: Any, _: Cells) -> str:
    town = ui_keep.offices().get(row.office, row.office)
    return ", ".join(part for part in (_day(row.decided), row.by, town) if part) if row.decided else ""


def _reason(row: Any, _: Cells) -> str:
    return words.say(f"states.discard.{row.reason}", ui.language()) if row.reason else ""


def _dutch(row: Any, _: Cells) -> str:
    keys = row.fields or ([row.priority] if row.priority else [])
    return exports.dutch(keys, {p.key: p.labels for p in ui.profile().priorities}) or DASH


UNKNOWN, NEWS, STATE = "matches.unknown_help", "news", "state"
TEXTS: dict[str, Column] = {
    "deadline": Column(
        84, lambda r, c: c.deadline, "columns.deadline", ("deadline", "deadline_time", "date_note"), UNKNOWN
    ),
    "left": Column(46, lambda r, c: c.left, "columns.days_left", ("days_left",)),
    "money": Column(116, lambda r, c: c.money, "columns.project", ("project_from", "project_to"), UNKNOWN),
    "rate": Column(66, lambda r, c: c.rate, "matches.rate", ("rate",), "matches.rate_help"),
    "apply": Column(76, lambda r, c: c.apply_short, "matches.apply", ("audience",), "matches.apply_help"),
    "status": Column(86, lambda r, c: c.status, "columns.status", ("status",)),
    NEWS: Column(64, lambda r, c: c.news, "matches.news", ("changed", "change")),
    STATE: Column(96, lambda r, c: c.state, "columns.state", ("state", "reason")),
    "conditions": Column(220, lambda r, c: ", ".join(c.conditions), "facts.conditions", ("conditions",)),
    "programme": Column(150, lambda r, c: c.programme, "columns.programme_name", ("programme_name",)),
    "identifier": Column(220, lambda r, c: r.identifier, "columns.identifier", ("identifier",)),
    "opens": Column(84, lambda r, c: _day(r.opens), "columns.opens", ("opens",), UNKNOWN),
    "stage": Column(96, lambda r, c: ui_filters.stage(r.stage) if r.stage else DASH, "columns.stage", ("stage",)),
    "total": Column(110, _total, "columns.budget_total", ("budget_total",), UNKNOWN),
    "projects": Column(80, lambda r, c: _number(r.projects), "columns.projects", ("projects",), UNKNOWN),
    "action": Column(180, lambda r, c: c.action, "columns.types_of_action", ("types_of_action",)),
    "kind": Column(110, lambda r, c: words.say(f"states.kind.{r.kind}", ui.language()), "columns.kind", ("kind",)),
    "dutch": Column(260, _dutch, "columns.fields_nl", ("fields_nl",)),
    "sent": Column(220, _sent, "columns.sent_to", ("sent_to", "sent_on")),
    "owner": Column(100, lambda r, c: r.owner or "", "columns.owner", ("owner",)),
    "note": Column(220, lambda r, c: r.note or "", "columns.note", ("note",)),
    "first_seen": Column(84, lambda r, c: _day(r.first_seen), "columns.first_seen", ("first_seen",)),
    "before": Column(
        84, lambda r, c: _day_if_any(r.deadline_before), "exports.header.deadline_before", ("deadline_before",)
    ),
    "until": Column(96, lambda r, c: _day_if_any(r.until), "exports.header.until", ("until",)),
    "reason": Column(150, _reason, "columns.reason", ("reason",)),
    "decided": Column(220, _decided, "columns.decision", ("decided", "by", "office")),
}
FIXED: dict[str, tuple[str, tuple[str, ...]]] = {
    "score": ("columns.score", ("score",)), "title": ("columns.title", ("title",)),
    "fields": ("columns.fields", ("fields",)),
}  # fmt: skip
# What a program reads in the place of a text made for people.
MACHINE: dict[str, tuple[str, ...]] = {
    "rate": ("rate_low", "rate_high"),
    "audience": ("can_apply", "cannot_apply"),
    "date_note": (),
    "fields_nl": ("fields",),
}


def heading(name: str) -> str:
    """The head of a column in the language of the session."""
    return ui.say(FIXED[name][0] if name in FIXED else TEXTS[name].heading)


def picker() -> None:
    """Which columns the table has, in which order; the address keeps it."""
    with st.popover(ui.say("shelf.columns.title"), icon=":material/view_column:", key="columns"):
        ui_counted.many(
            ui.say("shelf.columns.label"), {name: heading(name) for name in ui_filters.COLUMNS},
            key=ui_filters.key("cols"), on_new=lambda: None, help=ui.say("shelf.columns.help"), width=420,
        )  # fmt: skip
        st.button(
            ui.say("shelf.columns.reset"), key="columns_reset", type="tertiary", on_click=_reset,
            disabled=chosen() == list(ui_filters.SHOWN),
        )  # fmt: skip


def chosen() -> list[str]:
    """The columns on the screen in their order; never none."""
    return list(ui_filters.value("cols") or ui_filters.SHOWN)


def in_file(names: Sequence[str], form: str) -> list[str]:
    """The columns of a file that shows what the screen shows; the link last."""
    wanted = [f for name in names for f in (FIXED[name][1] if name in FIXED else TEXTS[name].file)]
    if form == "csv":
        wanted = [f for name in wanted for f in MACHINE.get(name, (name,))]
    return [*dict.fromkeys(wanted), "link"]


def grid(rows: pd.DataFrame, name: str, applicant: str, ticked: Sequence[str]) -> tuple[list[str], int | None]:
    """The table. Returns the references of the ticked calls, those on other pages or hidden by a filter too, and the
    position in `rows` of the row whose cell was just clicked."""
    language = ui.language()
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    lines = rows_of(rows)
    said = [cells(row, language, shorts, applicant) for row in lines]
    wanted = chosen()
    columns: dict[str, Any] = {
        "score": rows["score"].round(0).to_numpy(),
        "title": rows["title"].to_numpy(),
        "fields": [[*c.fields[:1], *([f"+{len(c.fields) - 1}"] if len(c.fields) > 1 else [])] for c in said],
    }
    for key in wanted:
        if key in TEXTS:
            columns[key] = [TEXTS[key].text(r, c) for r, c in zip(lines, said, strict=True)]
    shown = pd.DataFrame(columns)
    # Room for titles where there is nothing new and nobody has decided.
    silent = [key for key in (NEWS, STATE) if key in wanted and not any(shown[key])]
    if wanted != list(ui_filters.SHOWN):
        silent = []
    taken = sum(TEXTS[key].width for key in (NEWS, STATE) if key in wanted and key not in silent)
    references = list(rows["reference"])
    # A table knows its ticks by row: with other rows it is another table, and gets them anew by call.
    key = f"{name}-{hash(tuple(references)):x}"
    ticked = _after_last(ticked)
    st.session_state[LAST] = (key, references)
    event = st.dataframe(
        shown, key=key, on_select="rerun", selection_mode=["multi-row", "single-cell"], hide_index=True,
        selection_default={"selection": {"rows": [n for n, r in enumerate(references) if r in ticked]}},
        height="content", row_height=ROW_HEIGHT, column_order=[key for key in wanted if key not in silent],
        alt=ui.say("matches.table_name"), column_config=_config(wanted, shorts, TITLE - taken, applicant),
    )  # fmt: skip
    selection: Any = event["selection"]
    clicked = [row for row, _ in selection["cells"]]
    return ticked, next((row for row in clicked if row < len(rows)), None)


def _after_last(ticked: Sequence[str]) -> list[str]:
    """The ticked calls after what was ticked in the table of the last run, whatever its rows were."""
    key, references = st.session_state.get(LAST, ("", []))
    if not key or key not in st.session_state:
        return list(ticked)
    rows = [row for row in st.session_state[key]["selection"]["rows"] if row < len(references)]
    chosen = {references[row] for row in rows}
    kept = [reference for reference in ticked if reference in chosen or reference not in references]
    return list(dict.fromkeys([*kept, *(references[row] for row in rows)]))


def _config(wanted: Sequence[str], shorts: Mapping[str, str], title: int, applicant: str) -> dict[str, Any]:
    config = st.column_config
    more = [f"+{n}" for n in range(1, len(shorts))]
    who = ui.say("matches.apply") if applicant == "municipality" else f"{ui.say(f'apply.applicant.{applicant}')}?"
    told: dict[str, Any] = {
        "score": config.ProgressColumn(
            ui.say("columns.score"), min_value=0, max_value=100, format="%d", width=74,
            help=ui.say("matches.score_help"), color="primary",
        ),
        "title": config.TextColumn(ui.say("columns.title"), width=title),
        "fields": config.MultiselectColumn(
            ui.say("columns.fields"), width=186, options=[*shorts.values(), *more],
            color=[*(COLOURS[i % len(COLOURS)] for i in range(len(shorts))), *(["#5b6b70"] * len(more))],
        ),
    }  # fmt: skip
    for key in wanted:
        if key in TEXTS:
            column = TEXTS[key]
            told[key] = config.TextColumn(
                who if key == "apply" else ui.say(column.heading), width=column.width,
                help=ui.say(column.help) if column.help else None, alignment="right" if key == "left" else None,
            )  # fmt: skip
    return told


def _reset() -> None:
    st.session_state[ui_filters.key("cols")] = list(ui_filters.SHOWN)
