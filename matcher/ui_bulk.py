"""Decisions on several chosen calls at once, and taking the last ones back. All is appended, nothing changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from matcher import desk, ui, ui_bulk_clash, ui_grid, ui_keep, ui_keys, ui_watch, words
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import Decision, Discard, State
from matcher.shelf import LONGEST_NAME

ROUND, TICKED = "bulk_round", "bulk_ticked"
UNDO = "bulk_undo"


def ticked() -> list[str]:
    """References of the calls that are ticked and still stored, in the order in which they were ticked."""
    known = ui.calls()
    return [reference for reference in st.session_state.get(TICKED) or [] if reference in known]


def bar(shown: Collection[str]) -> None:
    """What can be decided for the ticked calls; nothing ticked: what was just decided, with the way back.

    `shown`: references of the calls in view. A tick stays when its call leaves the view, and is counted.
    """
    references = ticked()
    away = len(set(references).difference(shown))
    seen = ui_bulk_clash.watch(references)
    _told()
    if not references:
        _undo_bar()
        return
    with st.bottom.container(horizontal=True, vertical_alignment="center", key="bulk"):
        said = ui.plural("matches.chosen", len(references))
        told = f" ({ui.plural('matches.chosen_away', away)})" if away else ""
        st.markdown(f"**{said}**{told}", width="content")
        table = ui.table()
        stand = list(table.loc[table["reference"].isin(references), ["state", "reason"]].itertuples(index=False))
        for name, state in ui_keys.QUICK.items():
            st.button(
                ui_keys.name(name), key=f"bulk_{name}", on_click=_decide, args=(seen, state),
                kwargs={"reason": Discard.OFF_TOPIC if state is State.DISCARDED else None},
                type="primary" if all(ui_keys.holds(name, *one) for one in stand) else "secondary",
                shortcut=ui_keys.KEYS[name],
            )  # fmt: skip
        with st.popover(ui.say("shelf.bulk.title"), key="bulk_list"):
            _list_menu(references)
        with st.popover(ui.say("matches.park"), key="bulk_park"):
            until = st.date_input(
                ui.say("matches.park_until"), value=ui.today() + timedelta(days=30), min_value=ui.today(),
                format="DD.MM.YYYY", key="bulk_until",
            )  # fmt: skip
            days = ui_watch.days(references, until) if isinstance(until, date) else {}
            for line in ui_watch.lines(days, until):
                st.caption(ui.md_escape(line), width=420)
            st.button(
                ui.say("matches.park_do"), key="bulk_park_do", on_click=_park, args=(seen,), type="primary",
                disabled=not any(days.values()),
            )  # fmt: skip
        with st.popover(ui.say("matches.discard"), key="bulk_discard"):
            st.radio(
                ui.say("matches.discard_why"), list(Discard), key="bulk_reason",
                format_func=lambda r: words.say(f"states.discard.{r}", ui.language()),
            )  # fmt: skip
            st.button(
                ui.say("matches.discard_do"), key="bulk_discard_do", on_click=_discard, args=(seen,),
                type="primary",
            )  # fmt: skip
        st.button(ui.say("matches.clear"), key="bulk_clear", on_click=fresh, type="tertiary", shortcut="Esc")
    with st.bottom:
        ui_keys.line("shortlist", "read", "off_topic", "undo")


def _discard(seen: Mapping[str, int]) -> None:
    """With the reason that is chosen when the button is pressed: the last run of the page may not know it yet."""
    _decide(seen, State.DISCARDED, reason=st.session_state["bulk_reason"])


def _told() -> None:
    """What was just done, and what colleagues did first, above the bar, where it is always seen."""
    kind, said = st.session_state.pop("bulk_said", ("", ""))
    if said or st.session_state.get(ui_bulk_clash.CLASHES):
        with st.bottom.container(key="bulk_told"):
            if said:
                ui.notice(said, kind=kind)
            ui_bulk_clash.panel()


def _list_menu(references: Sequence[str]) -> None:
    """Put the chosen calls on a named list, an old or a new one."""
    names = {one.id: one.name for one in ui_keep.lists()}
    if names:
        st.selectbox(
            ui.say("shelf.bulk.choose"), list(names), index=None, key="bulk_list_id", placeholder="–",
            format_func=lambda n: ui.plain(names.get(n, "")),
        )  # fmt: skip
    st.text_input(
        ui.say("shelf.bulk.new" if names else "shelf.lists.new"), key="bulk_list_name", max_chars=LONGEST_NAME
    )
    st.button(ui.say("shelf.bulk.add"), key="bulk_list_do", on_click=_add, args=(references,), type="primary")


def _add(references: Sequence[str]) -> None:
    known = ui.calls()
    calls = [known[reference] for reference in references if reference in known]
    name = str(st.session_state.get("bulk_list_name") or "")
    try:
        made = ui_keep.put_on_list(calls, name, st.session_state.get("bulk_list_id"))
        if made is None:
            st.session_state["bulk_said"] = ("warning", ui.say("shelf.bulk.nameless"))
            return
        st.session_state["bulk_said"] = ("success", ui.plural("shelf.bulk.added", len(calls), name=made.name))
        st.session_state["bulk_list_name"] = ""
    except ConflictError:
        st.session_state["bulk_said"] = ("warning", ui.say("shelf.bulk.taken", name=name))
        return
    except MatcherError as error:
        st.session_state["error"] = error
    fresh()


def fresh() -> None:
    """Forget the ticks."""
    st.session_state[TICKED] = []
    st.session_state.pop(ui_grid.LAST, None)
    redraw()


def redraw() -> None:
    """Begin table and list anew under another key, with the ticks there are."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _undo_bar() -> None:
    last: list[Decision] = st.session_state.get(UNDO) or []
    if not last:
        # The place that the bar takes once something is ticked, without the rest of the page.
        st.bottom.empty()
        return
    with st.bottom.container(horizontal=True, vertical_alignment="center", key="bulk"):
        state = words.say(f"states.state.{last[0].state}", ui.language())
        st.markdown(ui.md_escape(ui.plural("matches.done", len(last), state=state)), width="content")
        st.button(
            ui.say("matches.undo"),
            key="bulk_undo_do",
            icon=":material/undo:",
            on_click=_undo,
            shortcut=ui_keys.KEYS["undo"],
        )


def _park(seen: Mapping[str, int]) -> None:
    """Watch each call until the chosen day, none beyond its deadline; which come back earlier or never is said."""
    until = st.session_state["bulk_until"]
    if not isinstance(until, date):
        return
    days = ui_watch.days(list(seen), until)
    own = {one: desk.Said(State.PARKED, until=day) for one, day in days.items() if day}
    _decide({one: seen[one] for one in own}, State.PARKED, until=until, own=own)
    if said := " ".join(ui_watch.lines(days, until)):
        st.session_state["bulk_said"] = ("warning", said)


def _decide(
    seen: Mapping[str, int],
    state: State,
    *,
    reason: Discard | None = None,
    until: date | None = None,
    own: Mapping[str, desk.Said] | None = None,
) -> None:
    known, office = ui.calls(), ui.office()
    mine = desk.Said(state, reason, until=until)
    what = [(known[reference], (own or {}).get(reference, mine)) for reference in seen if reference in known]
    try:
        outcome = desk.decide_many(ui.store(), what=what, by=ui.user(), seen=seen, office=office)
        st.session_state[UNDO] = outcome.done
        ui_bulk_clash.keep(mine, outcome, office, own)
    except MatcherError as error:
        st.session_state["error"] = error
    fresh()


def _undo() -> None:
    """Say for each call again what was said before; the history keeps both. What colleagues said since stays."""
    done: list[Decision] = st.session_state.pop(UNDO, [])
    calls = ui.calls()
    known = [calls[d.reference] for d in done if d.reference in calls]
    try:
        count = desk.take_back(ui.store(), done=done, calls=known, by=ui.user())
    except MatcherError as error:
        st.session_state["error"] = error
        return
    said = ui.plural("matches.undone", count)
    if count < len(done):
        said = f"{said} {ui.plural('shelf.bulk.not_undone', len(done) - count)}"
    st.session_state["bulk_said"] = ("success" if count == len(done) else "warning", said)
