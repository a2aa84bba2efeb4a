"""Saving a decision on a call; when a colleague was faster, both are shown and the person chooses."""

import re
from typing import NamedTuple

import streamlit as st

from matcher import desk, ui, words
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import Decision, State
from matcher.model import Call
from matcher.ui_look import TYPED, Node, class_of, el, forget

SEEN, CLASH, DRAFTS, CHOICES = "decide_seen", "decide_clash", "decide_drafts", "decide_choices"


class Clash(NamedTuple):
    """What this session wanted to say on a call, and what a colleague said meanwhile."""

    reference: str
    office: str
    mine: desk.Said
    theirs: Decision


def save(call: Call, office: str, wish: desk.Said, seen: int) -> None:
    """Write the decision; a conflict or an error is kept to be shown, nothing is written then."""
    try:
        made = desk.decide(
            ui.store(), calls=[call], state=wish.state, by=ui.user(), reason=wish.reason, owner=wish.owner,
            note=wish.note, until=wish.until, to=wish.to, office=office, seen=seen,
        )  # fmt: skip
    except ConflictError as error:
        keep(error, call, office, wish)
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    drop_draft(call.reference, office)
    note(made[0], office)


def show(call: Call, office: str) -> None:
    """Both decisions side by side, with the choice between them."""
    clash: Clash | None = st.session_state.get(CLASH)
    if clash is None or (clash.reference, clash.office) != (call.reference, office):
        st.session_state.pop(CLASH, None)
        return
    theirs = clash.theirs
    ui.notice(
        ui.say("shelf.decide.conflict", by=theirs.by, at=words.moment(theirs.at, ui.language())), kind="warning"
    )
    ui.paper(
        "clash",
        [
            el(
                "dl",
                el("dt", ui.say("shelf.decide.theirs", by=theirs.by)), el("dd", *told_of(theirs)),
                el("dt", ui.say("shelf.decide.mine")), el("dd", *told(clash.mine)),
                css="facts",
            )
        ],
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            ui.say("shelf.decide.keep_mine"), key="clash_mine", type="primary", on_click=_keep_mine,
            args=(call, clash),
        )  # fmt: skip
        st.button(ui.say("shelf.decide.keep_theirs"), key="clash_theirs", on_click=_keep_theirs, args=(clash,))


def told(said: desk.Said) -> list[Node]:
    """What is said, for a pair of both sides: state, reason, day, owner, recipients, note."""
    spoken = ui.language()
    more = [words.say(f"states.discard.{said.reason}", spoken)] if said.reason else []
    if said.until:
        more.append(ui.say("call.until", day=words.day(said.until, spoken)))
    if said.owner:
        more.append(f"{ui.say('columns.owner')}: {said.owner}")
    if said.to:
        more.append(ui.say("call.sent_to", to=", ".join(said.to)))
    state = words.say(f"states.state.{said.state}", spoken)
    return [
        el("strong", state), f" ({'; '.join(more)})" if more else "",
        el("p", said.note, css="note") if said.note else "",
    ]  # fmt: skip


def told_of(decision: Decision) -> list[Node]:
    """As `told`, of a decision that is written already."""
    d = decision
    return told(desk.Said(d.state, d.reason, d.note, d.owner, d.until, tuple(d.to)))


def take_back(call: Call, done: Decision) -> None:
    """Say again what held before the last decision."""
    try:
        if not desk.take_back(ui.store(), done=[done], calls=[call], by=ui.user()):
            st.session_state["decide_late"] = True
    except MatcherError as error:
        st.session_state["error"] = error
    st.session_state.pop("decided", None)
    st.session_state.pop(SEEN, None)


def draft(reference: str, office: str) -> tuple[str, str] | None:
    """Owner and note as typed on a call and not saved yet in this session; None if nothing is."""
    kept: dict[tuple[str, str], tuple[str, str]] = st.session_state.get(DRAFTS) or {}
    return kept.get((reference, office))


def recall(reference: str, office: str, name: str, saved: tuple[str, str]) -> None:
    """Put what was typed here before the page was loaded anew back into the fields `name`, as a draft."""
    before: dict[str, str] = st.session_state.get(TYPED) or {}
    pattern = re.compile(re.escape(class_of(_fields(reference, office))) + r"_\d+_(owner|note)")
    found = {match[1]: text for key, text in before.items() if (match := pattern.fullmatch(key))}
    if not found:
        return
    st.session_state[TYPED] = {key: text for key, text in before.items() if not pattern.fullmatch(key)}
    owner, note = found.get("owner", saved[0]), found.get("note", saved[1])
    st.session_state[f"{name}_owner"], st.session_state[f"{name}_note"] = owner, note
    keep_draft(reference, office, name, saved)


def _fields(reference: str, office: str) -> str:
    """What the keys of the fields of a call begin with, before the number of its last decision."""
    return f"decide_{reference}{'_' if office else ''}{office}"


def keep_draft(reference: str, office: str, name: str, saved: tuple[str, str]) -> None:
    """Remember what stands in the fields `name`; the same as what is saved is no draft."""
    typed = (str(st.session_state.get(f"{name}_owner") or ""), str(st.session_state.get(f"{name}_note") or ""))
    if typed == saved:
        drop_draft(reference, office)
    else:
        st.session_state[DRAFTS] = {**(st.session_state.get(DRAFTS) or {}), (reference, office): typed}


def choice(reference: str, office: str) -> State | None:
    """The state that was chosen on a call and not saved yet in this session; None if none is."""
    kept: dict[tuple[str, str], State] = st.session_state.get(CHOICES) or {}
    return kept.get((reference, office))


def keep_choice(reference: str, office: str, key: str, saved: State) -> None:
    """Remember the state chosen under `key`, so that it is still there after a look at another call."""
    kept: dict[tuple[str, str], State] = dict(st.session_state.get(CHOICES) or {})
    kept.pop((reference, office), None)
    chosen = st.session_state.get(key)
    if chosen and chosen != saved:
        kept[reference, office] = State(chosen)
    st.session_state[CHOICES] = kept


def drop_draft(reference: str, office: str) -> None:
    """Forget what was typed and chosen on a call: it is saved, or taken back."""
    chosen: dict[tuple[str, str], State] = st.session_state.get(CHOICES) or {}
    st.session_state[CHOICES] = {place: state for place, state in chosen.items() if place != (reference, office)}
    kept: dict[tuple[str, str], tuple[str, str]] = st.session_state.get(DRAFTS) or {}
    st.session_state[DRAFTS] = {key: typed for key, typed in kept.items() if key != (reference, office)}
    forget(_fields(reference, office))


def note(decision: Decision, office: str) -> None:
    """This session has decided: that is what it has seen now."""
    st.session_state["decided"] = decision
    st.session_state[SEEN] = ((decision.reference, office), decision.id or 0)
    st.session_state.pop(CLASH, None)


def keep(error: ConflictError, call: Call, office: str, wish: desk.Said) -> None:
    """Remember both sides of a conflict for the next run."""
    if isinstance(error.current, Decision):
        st.session_state[CLASH] = Clash(call.reference, office, wish, error.current)


def _keep_mine(call: Call, clash: Clash) -> None:
    st.session_state.pop(CLASH, None)
    save(call, clash.office, clash.mine, clash.theirs.id or 0)


def _keep_theirs(clash: Clash) -> None:
    st.session_state.pop(CLASH, None)
    st.session_state[SEEN] = ((clash.reference, clash.office), clash.theirs.id or 0)
