"""Decisions on one call: what the office says about it now, and everything it said before."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from matcher import desk, ui, ui_clash, ui_keep, ui_keys, ui_news_watch, ui_put, words
from matcher.ledger import Decision, Discard, State
from matcher.model import Call
from matcher.ui_look import Node, el
from matcher.views import watch
from matcher.views.audit import marker
from matcher.views.holding import holding

# What a person can say; "expired" is the machine's word.
CHOICES: list[State] = [state for state in State if state is not State.EXPIRED]
LISTED = "decide_listed"


def panel(call: Call, said: Sequence[Decision], ways: Sequence[str] = ()) -> None:
    """State, reason, owner, day and note for the region or the chosen town; saving appends a decision.

    `ways`: to which neighbours a key leads.
    """
    spoken, office = ui.language(), ui.office()
    here = [d for d in said if d.office in (None, office or None)]
    mine = [d for d in here if marker(d) is None]
    seen = _seen(call, office, here)
    last = holding([d for d in mine if (d.id or 0) <= seen], office or None)
    # A new decision of one's own gives new widgets, so that they show what holds now.
    name = f"decide_{call.reference}{'_' if office else ''}{office}_{seen}"
    with st.container(key="decide", border=True):
        st.subheader(ui.say("call.decision"), anchor=False)
        if office:
            st.caption(ui.md_escape(ui.say("shelf.decide.for", name=ui_keep.offices().get(office, office))))
        error = st.session_state.pop("error", None)
        if error is not None:
            ui.show(error)
        ui_clash.show(call, office)
        _newer(mine, seen)
        quick = st.container(horizontal=True, key="quick", gap="xsmall")
        held = last.state if last and last.state in CHOICES else State.NEW
        # A field beside the buttons, not a second row of them: it shows where the call stands, and holds the states
        # that are rarer or need more to be said.
        state = st.selectbox(
            ui.say("columns.state"), CHOICES, index=CHOICES.index(ui_clash.choice(call.reference, office) or held),
            format_func=lambda s: words.say(f"states.state.{s}", spoken), key=f"{name}_state",
            on_change=ui_clash.keep_choice, args=(call.reference, office, f"{name}_state", held),
        )  # fmt: skip
        if state is State.DISCARDED:
            st.selectbox(
                ui.say("columns.reason"), list(Discard), index=list(Discard).index(_reason(last)),
                format_func=lambda r: words.say(f"states.discard.{r}", spoken), key=f"{name}_reason",
            )  # fmt: skip
        if state is State.PARKED:
            limit = watch.latest(call, ui.today())
            st.date_input(
                ui.say("columns.until"), value=_until(call, last), max_value=limit, format="DD.MM.YYYY",
                key=f"{name}_until", help=ui.say("matches.park_limit") if limit else None,
            )  # fmt: skip
        saved = (_latest(mine, "owner"), "")
        ui_clash.recall(call.reference, office, name, saved)
        # Fields of a call that is left are forgotten by Streamlit; what was typed comes back from the draft.
        for field, text in zip(("owner", "note"), ui_clash.draft(call.reference, office) or saved, strict=True):
            st.session_state.setdefault(f"{name}_{field}", text)
        typing = (call.reference, office, name, saved)
        st.text_input(
            ui.say("columns.owner"), max_chars=60, key=f"{name}_owner", placeholder=ui.say("pages.user"),
            on_change=ui_clash.keep_draft, args=typing,
        )  # fmt: skip
        st.text_area(
            ui.say("columns.note"), max_chars=2000, key=f"{name}_note", height=90, on_change=ui_clash.keep_draft,
            args=typing,
        )  # fmt: skip
        _last_note([d for d in mine if d.office == (office or None)])
        chosen = ui_clash.choice(call.reference, office)
        if chosen:
            told = ui.say("shelf.decide.choice", state=words.say(f"states.state.{chosen}", spoken))
            st.caption(f":material/edit_note: {ui.md_escape(told)}")
        if ui_clash.draft(call.reference, office):
            st.caption(f":material/edit_note: {ui.md_escape(ui.say('shelf.decide.draft'))}")
        here_now = (call, office, name, last, seen)
        with quick:
            for what, meant in ui_keys.QUICK.items():
                at_once = desk.Said(meant, Discard.OFF_TOPIC if meant is State.DISCARDED else None)
                st.button(
                    ui_keys.name(what), key=f"quick_{what}", shortcut=ui_keys.KEYS[what], on_click=_save,
                    args=(*here_now, at_once),
                    type="primary" if ui_keys.holds(what, held, last.reason if last else None) else "secondary",
                )  # fmt: skip
            first = next(iter(ui_news_watch.days(call)), None)
            st.button(
                ui_news_watch.label(first), key="quick_park", shortcut=ui_keys.KEYS["park"], on_click=_save,
                args=(*here_now, desk.Said(State.PARKED, until=first)), disabled=first is None,
                help=None if first else ui.say("news.act.park_late"),
                type="primary" if first and last and (held, last.until) == (State.PARKED, first) else "secondary",
            )  # fmt: skip
            ui_put.menu([call.reference], LISTED)
        kind, listed = st.session_state.pop(LISTED, ("", ""))
        if listed:
            ui.notice(listed, kind=kind)
        st.button(
            ui.say("call.save"), type="primary", key=f"{name}_save", width="stretch", shortcut=ui_keys.KEYS["save"],
            on_click=_save, args=here_now,
        )  # fmt: skip
        if st.session_state.pop("decide_late", False):
            ui.notice(ui.say("shelf.decide.late"), kind="warning")
        done: Decision | None = st.session_state.get("decided")
        if done is not None and done.reference == call.reference and done.id == seen:
            with st.container(horizontal=True, vertical_alignment="center"):
                ui.notice(ui.say("call.saved"), kind="success")
                st.button(
                    ui.say("matches.undo"), key="decide_undo", icon=":material/undo:", type="tertiary",
                    on_click=ui_clash.take_back, args=(call, done), shortcut=ui_keys.KEYS["undo"],
                )  # fmt: skip
        there = [way for way in ("next", "previous") if way in ways]
        ui_keys.line("shortlist", "read", "off_topic", "park", "undo", *there, "save")
    _offices(said)


def _last_note(said: Sequence[Decision]) -> None:
    """What the office noted last, below the field that saving leaves empty."""
    noted = next((d for d in reversed(said) if d.note), None)
    if noted is not None:
        told = ui.say("call.last_note", by=noted.by, at=words.moment(noted.at, ui.language()))
        with st.container(key="last_note"):
            st.caption(ui.md_escape(f"{told} {' '.join(str(noted.note).split())}"))


def _save(
    call: Call, office: str, name: str, last: Decision | None, seen: int, at_once: desk.Said | None = None
) -> None:
    """Write what stands in the fields `name`, or `at_once` with owner and note of these fields.

    As soon as the press arrives, not where the page is drawn: who presses the next key at once cuts that short.
    """
    owner, note = (str(st.session_state.get(f"{name}_{field}") or "").strip() for field in ("owner", "note"))
    wish = at_once or _chosen(call, name, last)
    ui_clash.save(call, office, wish._replace(owner=owner, note=note), seen)


def _chosen(call: Call, name: str, last: Decision | None) -> desk.Said:
    """State, reason and day of the fields `name`; one that is not drawn yet holds what it would be drawn with."""
    state = State(st.session_state.get(f"{name}_state") or State.NEW)
    if state is State.DISCARDED:
        return desk.Said(state, st.session_state.get(f"{name}_reason", _reason(last)))
    if state is State.PARKED:
        return desk.Said(state, until=st.session_state.get(f"{name}_until", _until(call, last)))
    return desk.Said(state, to=tuple(last.to) if last and state is State.FORWARDED else ())


def _reason(last: Decision | None) -> Discard:
    return last.reason if last and last.reason else Discard.OFF_TOPIC


def _until(call: Call, last: Decision | None) -> date:
    wanted = last.until if last and last.until else ui.today() + timedelta(days=30)
    limit = watch.latest(call, ui.today())
    return min(wanted, limit) if limit else wanted


def _seen(call: Call, office: str, mine: Sequence[Decision]) -> int:
    """The id of the decision that this session was shown on this call: it stays until the session itself decides."""
    here = (call.reference, office)
    kept: tuple[object, int] = st.session_state.get(ui_clash.SEEN, (None, 0))
    if kept[0] != here or st.session_state.get("page_before") != "call":
        newest = max((d.id or 0 for d in mine), default=0)
        kept = (here, newest)
        st.session_state[ui_clash.SEEN] = kept
    return kept[1]


def _newer(mine: Sequence[Decision], seen: int) -> None:
    """A word on what a colleague has decided since this page was opened."""
    later = [d for d in mine if (d.id or 0) > seen]
    if later and ui_clash.CLASH not in st.session_state:
        state = words.say(f"states.state.{later[-1].state}", ui.language())
        ui.notice(ui.say("shelf.decide.newer", by=later[-1].by, state=state), kind="warning")


def _offices(said: Sequence[Decision]) -> None:
    """Where the towns stand that have said something of their own."""
    last = {d.office: d for d in said if d.office and marker(d) is None}
    if last:
        names = ui_keep.offices()
        lines = [
            el("li", f"{names.get(key, key)}: ", el("strong", words.say(f"states.state.{d.state}", ui.language())))
            for key, d in sorted(last.items(), key=lambda item: names.get(item[0] or "", ""))
            if key
        ]
        ui.paper("offices", [el("p", ui.say("shelf.decide.towns"), css="small muted"), el("ul", *lines)])


def history(said: Sequence[Decision]) -> list[Node]:
    """All decisions, newest first: who, when, what, why."""
    if not said:
        return [el("p", ui.say("call.no_history"), css="muted small")]
    return [el("ol", *[_entry(decision) for decision in reversed(said)], css="history")]


def _entry(decision: Decision) -> Node:
    spoken = ui.language()
    audited = marker(decision)
    if audited is not None:
        told = ui.say(f"shelf.audit.{audited[2]}", month=words.month(date.fromisoformat(f"{audited[0]}-01"), spoken))
        return el(
            "li", el("p", told), el("p", f"{words.moment(decision.at, spoken)} · {decision.by}", css="small muted")
        )
    state = words.say(f"states.state.{decision.state}", spoken)
    more = []
    if decision.reason:
        more.append(words.say(f"states.discard.{decision.reason}", spoken))
    if decision.until:
        more.append(ui.say("call.until", day=words.day(decision.until, spoken)))
    if decision.to:
        more.append(ui.say("call.sent_to", to=", ".join(decision.to)))
    elif decision.state is State.FORWARDED:
        more.append(words.say("exports.no_mail", spoken))
    if decision.office:
        name = ui_keep.offices().get(decision.office, decision.office)
        more.insert(0, ui.say("shelf.decide.for", name=name))
    if decision.owner:
        more.append(f"{ui.say('columns.owner')}: {decision.owner}")
    return el(
        "li",
        el("p", el("strong", state), f" ({'; '.join(more)})" if more else ""),
        el("p", decision.note, css="note") if decision.note else "",
        el("p", f"{words.moment(decision.at, spoken)} · {decision.by}", css="small muted"),
    )


def _latest(said: Sequence[Decision], name: str) -> str:
    return next((str(value) for d in reversed(said) if (value := getattr(d, name))), "")
