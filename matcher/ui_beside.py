"""Beside a call's facts: what an assumed project would cost its partners, and calls that read alike."""

import streamlit as st

from matcher import desk, ui, ui_rows, words
from matcher.model import Call, Status
from matcher.ui_look import Node, el
from matcher.views import call as call_view

MOST, LOOKED_AT = 5, 40


def own_share(call: Call) -> None:
    """Grant and own share for an assumed project sum, at the usual rate or one read in the call."""
    budget, spoken = call.budget, ui.language()
    usual, none = call_view.rate(call), ui.say("shelf.share.none")
    with st.container(key="own_share"):
        st.subheader(ui.say("shelf.share.title"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            total, wrong = _total(call)
            told = st.number_input(
                ui.say("shelf.share.rate"), min_value=0, max_value=100, value=None, width=200,
                key=f"share_{call.reference}_rate", help=ui.say("shelf.share.rate_help"),
                placeholder=words.percent_range(usual.low, usual.high, spoken) if usual else none,
            )  # fmt: skip
        if wrong:
            ui.notice(ui.say("shelf.share.no_number"), kind="warning")
        low, high = (int(told), int(told)) if told is not None else (usual.low, usual.high) if usual else (None, None)
        if low is None or high is None:
            st.caption(ui.say("shelf.share.unknown"))
            return
        if not total:
            st.caption(ui.say("shelf.share.no_total"))
            return
        share = call_view.own_share(int(total), low, high)
        grant, own = (
            words.money_range(*pair, budget.currency, spoken)
            for pair in ((share.grant_low, share.grant_high), (share.own_low, share.own_high))
        )
        rate = words.percent_range(low, high, spoken)
        st.markdown(
            ui.md_escape(
                ui.say(
                    "shelf.share.result",
                    sum=words.money(int(total), budget.currency, spoken),
                    rate=rate,
                    grant=grant,
                    own=own,
                )
            )
        )
        st.caption(ui.say("shelf.share.read" if told is not None else "shelf.share.check"))


def _total(call: Call) -> tuple[int | None, bool]:
    """The sum a person typed, with separators as the language has them, and whether it cannot be read."""
    budget, spoken = call.budget, ui.language()
    start, key = budget.project_to or budget.project_from, f"share_{call.reference}_total"
    if key not in st.session_state:
        st.session_state[key] = words.number(start, spoken) if start else ""

    def tidy() -> None:
        number = call_view.read_sum(str(st.session_state[key]), ui.language())
        if number is not None:
            st.session_state[key] = words.number(number, ui.language())

    typed = st.text_input(
        ui.say("shelf.share.total", currency=budget.currency), key=key, width=240, max_chars=30, on_change=tidy,
        placeholder=ui.say("shelf.share.none"), help=ui.say("shelf.share.total_help"),
    )  # fmt: skip
    total = call_view.read_sum(typed or "", spoken)
    return total, total is None and bool((typed or "").strip())


def similar(call: Call) -> None:
    """The calls that are not over and whose words are nearest to this one's."""
    own, today = ui.settings(), ui.today()
    found = _similar(ui.ranker(), call.reference, own.database, own.ranker, ui.store().revision("calls"))
    near = [(one, points) for one, points in found if one.status(today) is not Status.CLOSED][:MOST]
    st.subheader(ui.say("shelf.similar.title"), anchor=False)
    if not near:
        ui.paper("similar", [el("p", ui.say("shelf.similar.none"), css="muted small")])
        return
    result = ui.paper("similar", [el("ul", *[_near(*one) for one in near], css="links")])
    known = {one.reference for one, _ in near}
    if (opened := str(result.get("open"))) in known:
        # A page link to the page on the screen would leave the address in the browser as it is.
        st.query_params["call"] = opened
        st.rerun()


def _near(call: Call, points: float) -> Node:
    spoken, today = ui.language(), ui.today()
    due, status = call.next_deadline(today), words.say(f"states.status.{call.status(today)}", spoken)
    href = ui_rows.address(call.reference)
    facts = [words.day(due.on, spoken)] if due else []
    facts += [status, ui.say("shelf.similar.points", n=words.number(points, spoken))]
    return el(
        "li",
        el("a", call.title, lang="en", href=href, open=call.reference),
        el("p", " · ".join(facts), css="small muted"),
    )


@st.cache_resource(show_spinner=False, max_entries=200)
def _similar(
    _ranker: desk.Ranker, reference: str, database: str, name: str, revision: int
) -> list[tuple[Call, float]]:
    return desk.similar(_ranker, reference=reference, top=LOOKED_AT)
