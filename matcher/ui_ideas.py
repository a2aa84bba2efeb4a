"""The parts of the page "Ideas": the form, what is wrong with an idea, the ranked calls with their words.

The pasted text lives in the state of the session and nowhere else: no file, no database, no address, no log.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_address, ui_downloads, ui_why, words
from matcher.model import Status
from matcher.ui_look import Node, el
from matcher.ui_rows import DASH, cells, whole
from matcher.views import ideas

TITLE, TEXT, MANY = "idea_title", "idea_text", "idea_many"
PER_PAGE, MOST = 20, 200
MOST_CHIPS = 10
STATUSES = [Status.OPEN, Status.FORTHCOMING, Status.CLOSED, Status.UNKNOWN]


class Idea(NamedTuple):
    """What somebody pasted, as it is read, and the ranker it is held against."""

    title: str
    text: str
    ranker: desk.Ranker


def ask() -> Idea | None:
    """The form; None with a sentence on the screen if there is nothing to look for."""
    with st.form("idea_form", border=True):
        st.text_input(
            ui.say("ideas.idea_title"), key=TITLE, max_chars=300, placeholder=ui.say("ideas.idea_title_hint"),
            persist_state="session",
        )  # fmt: skip
        st.text_area(
            ui.say("ideas.text"), key=TEXT, height=150, placeholder=ui.say("ideas.text_hint"), persist_state="session"
        )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button(
                ui.say("ideas.search"), type="primary", icon=":material/search:", key="idea_search", on_click=_again
            )  # fmt: skip
            st.form_submit_button(ui.say("ideas.clear"), type="tertiary", key="idea_clear", on_click=_clear)
    title, _ = ideas.tidy(str(st.session_state.get(TITLE) or ""))
    text, left = ideas.tidy(str(st.session_state.get(TEXT) or ""))
    lacking = ideas.trouble(text, title)
    if lacking:
        ui.notice(ui.say(f"ideas.empty.{lacking}"), kind="info" if lacking == "none" else "warning")
    if lacking == "none":
        st.button(ui.say("ideas.example"), key="idea_example", icon=":material/edit_note:", on_click=_example)
    if lacking:
        return None
    if left:
        numbers = {"n": ideas.LONGEST, "left": left}
        told = {name: words.number(n, ui.language()) for name, n in numbers.items()}
        ui.notice(ui.say("ideas.empty.cut", **told), kind="warning")
    return Idea(title, text, ui.ranker())


def places() -> tuple[Any, Any]:
    """Where the calls and the translations go: side by side, on a phone the translations folded above."""
    if st.session_state.get("narrow"):
        folded = st.expander(ui.say("ideas.bridge.folded"), icon=":material/translate:", key="bridge_folded")
        return st.container(), folded
    answer, side = st.columns([2, 1], gap="large")
    return answer, side


def _again() -> None:
    st.session_state[MANY] = PER_PAGE


def _clear() -> None:
    st.session_state[TITLE] = st.session_state[TEXT] = ""


def _example() -> None:
    st.session_state[TITLE], st.session_state[TEXT] = ui.say("ideas.example_title"), ui.say("ideas.example_text")


def answer(idea: Idea, used: Sequence[desk.Bridge]) -> None:
    """The ranked calls, or why there are none."""
    own = ideas.words(idea.ranker, f"{idea.title} {idea.text}")
    found = ideas.telling([*own, *ideas.english(idea.ranker, [(b.spelling, b.english, b.origin) for b in used])])
    lacking = ideas.trouble(idea.text, idea.title, found)
    if lacking:
        ui.notice(ui.say(f"ideas.empty.{lacking}"), kind="warning")
        return
    scores = desk.idea_scores(idea.ranker, text=idea.text, title=idea.title, used=used)
    table = ideas.build(ui.table(), idea.ranker, scores, found)
    spoken = ui.language()
    with st.container(horizontal=True, vertical_alignment="bottom", key="idea_bar"):
        chosen = st.pills(
            ui.say("ideas.status"), STATUSES, selection_mode="multi", default=STATUSES[:2], key="idea_status",
            format_func=lambda status: words.say(f"states.status.{status}", spoken), persist_state="session",
        )  # fmt: skip
        rows = table[table["status"].isin(list(chosen))].reset_index(drop=True)
        rows.attrs = dict(table.attrs)
        if len(rows):
            _downloads(rows.head(MOST), [str(status) for status in chosen])
    many = min(int(st.session_state.get(MANY) or PER_PAGE), MOST, len(rows))
    _summary(many, len(rows), ideas.counts(table, chosen))
    if rows.empty:
        ui.notice(ui.say("ideas.empty.nothing"))
        return
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    shown = rows.head(many)
    whys = desk.explain_idea(
        idea.ranker, list(shown["reference"]), text=idea.text, title=idea.title, used=used
    )  # fmt: skip
    nodes = [
        _item(number, row, why, shorts)
        for number, (row, why) in enumerate(zip(shown.itertuples(), whys, strict=True), start=1)
    ]
    opened = str(ui.paper("idea_calls", [el("ol", *nodes, css="calls")]).get("open") or "")
    if many < min(len(rows), MOST):
        st.button(ui.say("ideas.more"), key="idea_more", icon=":material/expand_more:", on_click=_more)
    if opened in set(rows["reference"]):
        st.session_state["order"] = list(rows["reference"])
        st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=opened))


def _more() -> None:
    st.session_state[MANY] = int(st.session_state.get(MANY) or PER_PAGE) + PER_PAGE


def _summary(many: int, total: int, hidden: Mapping[str, int]) -> None:
    spoken = ui.language()
    if many < total:
        numbers = {"n": words.number(many, spoken), "total": words.number(total, spoken)}
        told = ui.say("ideas.count_first", **numbers)
    else:
        told = ui.plural("ideas.count", total)
    away = [
        ui.say("ideas.hidden_by", n=words.number(n, spoken), status=words.say(f"states.status.{status}", spoken))
        for status, n in hidden.items()
    ]
    more = ui.say("ideas.hidden", list=", ".join(away)) if away else ""
    st.markdown(f"**{ui.md_escape(told)}** {ui.md_escape(more)}", help=ui.say("ideas.score_help"))


def _item(number: int, row: Any, why: desk.Explanation, shorts: Mapping[str, str]) -> Node:
    spoken = ui.language()
    said = cells(row, spoken, shorts)
    left = words.days_left(whole(row.days_left), spoken)
    due: Node = el("span", el("strong", said.deadline), f" · {left}", css="fact") if row.deadline else ""
    points = words.number(row.score, spoken)
    return el(
        "li",
        el("span", words.number(number, spoken), css="muted small"),
        el(
            "div", el("div", el("div", css="bar", part=float(row.score)), css="rail"),
            el("span", points, css="points"), css="score", hint=ui.say("ideas.score_help"),
        ),
        el(
            "div",
            el("h3", el("a", row.title, lang="en", href=f"call?call={row.reference}", open=row.reference)),
            el("p", due or el("span", left, css="fact"), *[el("span", m, css="fact") for m in _facts(said)]),
            _words(why),
            el("p", el("span", f"{said.programme} · {row.identifier}", lang="en"), css="small"),
            _why(why, shorts),
            css="what",
        ),
        el("div", el("span", said.status, css=f"tag {row.status}"),
           el("span", said.state, css="tag state") if said.state else "", css="where"),
    )  # fmt: skip


def _facts(said: Any) -> list[str]:
    return [part for part in (said.money, said.action) if part != DASH]


def _words(why: desk.Explanation) -> Node:
    """The words of the call that give most, each once."""
    kinds = ("word", "translation", "phrase")
    said = dict.fromkeys(word for reason in why.reasons if reason.kind in kinds for word in reason.words)
    known: dict[str, str] = {}
    for word in said:
        known.setdefault(word.casefold(), word)
    if not known:
        return el("p", ui.say("ideas.no_words"), css="small")
    return el("p", *[el("span", word, css="chip", lang="en") for word in list(known.values())[:MOST_CHIPS]])


def _why(why: desk.Explanation, names: Mapping[str, str]) -> Node:
    """The parts of the score as bars that add up, the passage that says most, and what the call lacks."""
    spoken = ui.language()
    told = ideas.lines(why, spoken, names)
    rows = [
        ui_why.row(line.label, line.words, line.where, line.share, start)
        for line, start in zip(told, ui_why.starts(told), strict=True)
    ]
    inside: list[Node] = [el("p", ui.say("ideas.why_short"), css="warning")] if why.rule_only else []
    inside.append(ui_why.table(rows, why.score))
    if why.passage:
        name = f"facts.section.{why.passage.section.replace(' ', '_')}"
        where = ui.say(name) if words.has(name, spoken) else why.passage.section
        said = ui_why.quoted(ui_why.highlighted(why.passage.text, why.passage.marks))
        inside.append(el("p", el("span", f"{where}: ", css="muted"), said, css="passage"))
    if why.missing:
        inside.append(el("p", f"{ui.say('ideas.why_missing')}: {', '.join(why.missing)}", css="small muted"))
    return el("details", el("summary", ui.say("ideas.why")), *inside)


def origin(name: str) -> str:
    """Where a translation is from, in words."""
    return ideas.origin(name, ui.language(), {p.key: ui.short(p.key) for p in ui.profile().priorities})


def _downloads(rows: pd.DataFrame, statuses: Sequence[str]) -> None:
    spoken, day = ui.language(), ui.today()
    told = desk.provenance(ui.store(), ui.settings(), today=day) | {
        "filters": ", ".join(words.say(f"states.status.{status}", spoken) for status in statuses),
        "order": ui.say("ideas.file_note"),
        "exported": ui.actual_today().isoformat(),
        "rows": words.number(len(rows), spoken),
        "ranker": ui.ranker().label,
    }
    with st.popover(ui.say("ideas.download"), icon=":material/download:", key="idea_downloads"):
        st.caption(ui.plural("ideas.download_lead", len(rows)))
        ui_downloads.menu(
            lambda form, people: _file(form, rows, told, spoken, people), "idea_download", forms=("csv-de", "xlsx"),
            people="idea_people",
        )  # fmt: skip


def _file(form: str, rows: pd.DataFrame, told: Mapping[str, str], spoken: str, people: bool) -> Callable[[], bytes]:
    """The file, made only when somebody asks for it; later there is no session to ask."""
    return lambda: exports.render(form, rows, language=spoken, provenance=told, people=people)
