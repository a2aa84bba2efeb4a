"""The parts of the page "Ideas": the form, what is wrong with an idea, the ranked calls with their words.

The pasted text lives in the state of the session and nowhere else: no file, no database, no address, no log.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_address, words
from matcher.model import Status
from matcher.ui_look import Node, el
from matcher.ui_rows import DASH, cells, whole
from matcher.ui_text import pieces
from matcher.views import ideas
from matcher.views.ideas import Word

TITLE, TEXT, MANY = "idea_title", "idea_text", "idea_many"
PER_PAGE, MOST = 20, 200
FORMS = {
    "csv-de": ("csv_de", "text/csv"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
STATUSES = [Status.OPEN, Status.FORTHCOMING, Status.CLOSED, Status.UNKNOWN]


class Idea(NamedTuple):
    """What somebody pasted, as it is read, and the ranker it is held against (no glossary in it)."""

    title: str
    text: str
    plain: desk.Ranker


def plain() -> desk.Ranker:
    """The fitted calls without a glossary: what is translated is chosen here, word by word."""
    return _plain(ui.ranker(), ui.settings().database, ui.settings().ranker, ui.store().revision("calls"))


@st.cache_resource(show_spinner=False, max_entries=2)
def _plain(_ranker: desk.Ranker, database: str, name: str, revision: int) -> desk.Ranker:
    return _ranker.with_glossary([])


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
    if not title and not text:
        ui.notice(ui.say("ideas.empty.none"))
        st.button(ui.say("ideas.example"), key="idea_example", icon=":material/edit_note:", on_click=_example)
        return None
    if sum(letter.isalnum() for letter in title + text) < ideas.SHORTEST:
        ui.notice(ui.say("ideas.empty.short"), kind="warning")
        return None
    if left:
        numbers = {"n": ideas.LONGEST, "left": left}
        told = {name: words.number(n, ui.language()) for name, n in numbers.items()}
        ui.notice(ui.say("ideas.empty.cut", **told), kind="warning")
    return Idea(title, text, plain())


def _again() -> None:
    st.session_state[MANY] = PER_PAGE


def _clear() -> None:
    st.session_state[TITLE] = st.session_state[TEXT] = ""


def _example() -> None:
    st.session_state[TITLE], st.session_state[TEXT] = ui.say("ideas.example_title"), ui.say("ideas.example_text")


def answer(idea: Idea, used: Sequence[desk.Bridge]) -> None:
    """The ranked calls, or why there are none."""
    own = ideas.words(idea.plain, f"{idea.title} {idea.text}")
    found = ideas.telling([*own, *ideas.english(idea.plain, [(b.spelling, b.english, b.origin) for b in used])])
    if not found:
        ui.notice(ui.say("ideas.empty.stops"), kind="warning")
        return
    scores = desk.idea_scores(idea.plain, text=idea.text, title=idea.title, english=[b.english for b in used])
    table = ideas.build(ui.table(), idea.plain, scores, found)
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
    place: dict[object, int] = {call.reference: row for row, call in enumerate(idea.plain.calls_)}
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    nodes = [
        _item(number, row, ideas.words_of(place[row.reference], found), shorts)
        for number, row in enumerate(rows.head(many).itertuples(), start=1)
    ]
    opened = str(ui.paper("idea_calls", [el("ol", *nodes, css="calls")]).get("open") or "")
    if many < min(len(rows), MOST):
        st.button(ui.say("ideas.more"), key="idea_more", icon=":material/expand_more:", on_click=_more)
    if opened in place:
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


def _item(number: int, row: Any, found: Sequence[Word], shorts: Mapping[str, str]) -> Node:
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
            _words(found),
            el("p", el("span", f"{said.programme} · {row.identifier}", lang="en"), css="small"),
            _why(row.reference, found),
            css="what",
        ),
        el("div", el("span", said.status, css=f"tag {row.status}"),
           el("span", said.state, css="tag state") if said.state else "", css="where"),
    )  # fmt: skip


def _facts(said: Any) -> list[str]:
    return [part for part in (said.money, said.action) if part != DASH]


def _words(found: Sequence[Word]) -> Node:
    if not found:
        return el("p", ui.say("ideas.no_words"), css="small")
    return el("p", *[el("span", word.text, css="chip", lang="en") for word in found])


def _why(reference: str, found: Sequence[Word]) -> Node:
    """Each word with what it stands for and how rare it is, and the part of the text that says most of them."""
    if not found:
        return ""
    spoken = ui.language()
    best = ideas.passage(ui.calls()[reference], found)
    heads: list[Node] = [el("th", ui.say(f"ideas.why_{name}"), scope="col") for name in ("word", "from")]
    rows: list[Node] = [
        el("tr", el("th", word.text, scope="row", lang="en"), el("td", _stands_for(word)),
           el("td", words.number(word.calls, spoken), css="number"))
        for word in found
    ]  # fmt: skip
    head = el("tr", *heads, el("th", ui.say("ideas.why_calls"), scope="col", css="number"))
    table = el("table", el("thead", head), el("tbody", *rows), css="reasons")
    said: Node = ""
    if best:
        name = f"facts.section.{best.section.replace(' ', '_')}"
        where = ui.say(name) if words.has(name, spoken) else best.section
        marked = [el("mark", part) if on else part for part, on in pieces(best.text, list(best.marks))]
        said = el("p", el("span", f"{where}: “", el("span", *marked, lang="en"), "”"), css="passage")
    return el("details", el("summary", ui.say("ideas.why")), table, said)


def _stands_for(word: Word) -> str:
    return f"{word.instead_of} ({origin(word.origin)})" if word.instead_of else ""


def origin(name: str) -> str:
    """Where a translation is from, in words: the lexicon, the glossary, a priority, or the person who added it."""
    whole = name.removesuffix(", in two parts")
    if whole.startswith("priority:"):
        told = ui.say("ideas.origin.priority", field=ui.short(whole.removeprefix("priority:")))
    else:
        told = ui.say(f"ideas.origin.{whole}") if whole in ("lexicon", "own") else whole
    return told if whole == name else ui.say("ideas.origin.two_parts", origin=told)


def _downloads(rows: pd.DataFrame, statuses: Sequence[str]) -> None:
    spoken, day, demo = ui.language(), ui.today(), ui.recorded() is not None
    told = desk.provenance(ui.store(), ui.settings(), today=day) | {
        "filters": ", ".join(words.say(f"states.status.{status}", spoken) for status in statuses),
        "order": ui.say("ideas.file_note"),
        "exported": ui.actual_today().isoformat(),
        "rows": words.number(len(rows), spoken),
        "ranker": ui.ranker().label,
    }
    with st.popover(ui.say("ideas.download"), icon=":material/download:", key="idea_downloads"):
        st.caption(ui.plural("ideas.download_lead", len(rows)))
        for form, (name, mime) in FORMS.items():
            st.download_button(
                ui.say(f"matches.{name}"), data=_file(form, rows, told, spoken), key=f"idea_download_{form}",
                file_name=exports.file_name(ui.settings().region, day, form, demo, spoken), on_click="ignore",
                width="stretch", mime=mime,
            )  # fmt: skip


def _file(form: str, rows: pd.DataFrame, told: Mapping[str, str], spoken: str) -> Callable[[], bytes]:
    """The file, made only when somebody asks for it; later there is no session to ask."""
    return lambda: exports.render(form, rows, language=spoken, provenance=told)
