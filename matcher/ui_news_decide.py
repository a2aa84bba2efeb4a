"""Deciding on the item of news in hand with one or two clicks, for the topic that is read or all open ones; undo."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_keys, ui_news, ui_news_hand, ui_news_stand, ui_news_watch, ui_put, words
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import Decision, Discard, State

UNDO, SAID, OWN, SOON = "news_undo", "news_said", "news_own", "news_soon"
LONGEST_TITLE = 45


class Way(NamedTuple):
    """On which calls is decided; which item comes then, and which of its topics."""

    references: list[str]
    item: str
    topic: str


def way(items: pd.DataFrame, place: int, references: list[str]) -> Way:
    """After a decision on `references` of the item at `place`: its next open topic, else the next open item."""
    waiting = [set(open_) - (set(references) if at == place else set()) for at, open_ in enumerate(items["open"])]
    order = [place, *range(place + 1, len(items)), *range(place)]
    found = next((at for at in order if waiting[at]), place)
    topics, topic = list(items["references"].iloc[found]), ""
    if found == place and waiting[place] and references[-1] in topics:
        after = topics.index(references[-1]) + 1
        topic = next(one for one in [*topics[after:], *topics[:after]] if one in waiting[place])
    return Way(references, str(items["key"].iloc[found]), topic)


def acts(item: Any, reference: str, to: Way, own: Any) -> str:
    """The decisions, in the same place whatever the item; in `own` the day of one's own for a watch, if it is asked.

    Returns to whom the calls are to go, if that is chosen.
    """
    seen = max((d.id or 0 for d in ui.decisions()), default=0)
    call = ui.calls()[reference]
    days = ui_news_watch.days(call)
    first = next(iter(days), None)
    last = ui_news_stand.lasts().get(reference)
    own_word = last if last is not None and last.office == (ui.office() or None) else None
    for name, said in (
        ("shortlist", desk.Said(State.SHORTLISTED)), ("read", desk.Said(State.READING)),
        ("off_topic", desk.Said(State.DISCARDED, Discard.OFF_TOPIC)), ("park", desk.Said(State.PARKED, until=first)),
    ):  # fmt: skip
        label = ui_news_watch.label(first) if name == "park" else ui_keys.name(name)
        st.button(
            label, key=f"news_{name}_now" if name == "park" else f"news_{name}",
            shortcut=ui_keys.KEYS[name], on_click=_say, args=(to, said, seen),
            # Filled is what holds now.
            type="primary" if own_word is not None and _holds(own_word, said) else "secondary",
            disabled=name == "park" and first is None,
            help=ui.md_escape(days[first] if first else ui.say("news.act.park_late")) if name == "park" else None,
        )  # fmt: skip
    reasons = {reason: words.say(f"states.discard.{reason}", ui.language()) for reason in Discard}
    for name, title, labels in (("park", "park_until", ui_news_watch.choices(days)), ("discard", "discard", reasons)):
        st.menu_button(
            ui.say(f"news.act.{title}"), list(labels), key=f"news_{name}", on_click=_chosen, args=(name, to, seen),
            disabled=not labels,
            format_func={choice: ui.md_escape(text) for choice, text in labels.items()}.__getitem__,
        )  # fmt: skip
    name = f"news_forward_{item.key}"
    chosen = ui_news_hand.recipient(name)
    ui_put.menu(to.references, SAID)
    kept = keepable(item, to)
    if kept:
        held = words.say(f"states.state.{kept[to.references[0]].state}", ui.language())
        st.button(
            ui.say("news.act.keep"), key="news_keep", shortcut=ui_keys.KEYS["keep"], on_click=_keep,
            args=(to, kept, seen), help=ui.md_escape(ui.say("news.act.keep_help", state=held)),
        )  # fmt: skip
    with own:
        ui_news_watch.own_day(call, first, _watch, (to, seen))
    return chosen


def _holds(last: Decision, said: desk.Said) -> bool:
    """Whether a button would say what was said already, with the same reason or day."""
    return (last.state, last.reason, last.until) == (said.state, said.reason, said.until)


def keepable(item: Any, to: Way) -> dict[str, Decision]:
    """What was said before on calls that changed since, if on all of them; it can hold in spite of the change."""
    last = ui_news_stand.lasts()
    kept = {one: last[one] for one in to.references if one in last and last[one].state is not State.NEW}
    return kept if len(kept) == len(to.references) and set(to.references) <= set(item.open) else {}


def forward(item: Any, to: Way, recipient: str) -> None:
    """The mail on the calls, and the button that logs that it went out."""
    seen = max((d.id or 0 for d in ui.decisions()), default=0)
    name = f"news_forward_{item.key}"
    ui_news_hand.draft(recipient, to.references, _forwarded, (to, recipient, seen, name), name)


def told(preparing: bool) -> None:
    """What was just decided, with the way back; the mail that went out last; a conflict; an error.

    `preparing`: a mail is being prepared; the way to the last one would be taken for the way to this one.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="news_done", gap="small"):
        error = st.session_state.pop("error", None)
        if error is not None:
            ui.show(error)
        kind, text = st.session_state.pop(SAID, ("", ""))
        if text:
            # What is told came after the last decision: an undo beside it would be taken for its own.
            st.session_state.pop(UNDO, None)
            ui.notice(text, kind=kind)
        if st.session_state.pop(SOON, False):
            st.caption(f":material/keyboard: {ui.md_escape(ui.say('news.act.too_soon'))}", width="content")
        before, made, kept = st.session_state.get(UNDO) or ("", [], False)
        calls = ui.calls()
        # What was said for another town or the region is taken back there, not from here.
        if made and made[0].reference in calls and made[0].office == (ui.office() or None):
            done = ui.say(
                "news.act.kept" if kept else "news.act.done",
                title=_called([d.reference for d in made]), state=ui_news_stand.state(made[0]),
            )  # fmt: skip
            st.caption(f":green[:material/check:] {ui.md_escape(done)}", width="content")
            st.button(
                ui.say("matches.undo"), key="news_undo_do", icon=":material/undo:", type="tertiary",
                shortcut=ui_keys.KEYS["undo"], on_click=_undo, args=(before, made),
            )  # fmt: skip
            if not preparing:
                ui_news_hand.last_mail([d.id for d in made])


def _called(references: list[str]) -> str:
    """The title of the first call, shortened, and how many more there are."""
    calls = ui.calls()
    title = calls[references[0]].title if references[0] in calls else references[0]
    short = title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rstrip()} …"
    return ui.plural("news.act.more", len(references) - 1, title=short) if references[1:] else short


def _chosen(name: str, to: Way, seen: int) -> None:
    choice: Any = st.session_state.get(f"news_{name}")
    if choice is None:
        return
    if choice == ui_news_watch.OTHER:
        ui_news_watch.ask(to.references[0])
    elif name == "park":
        _watch(to, seen, choice)
    else:
        _say(to, desk.Said(State.DISCARDED, Discard(choice)), seen)


def _watch(to: Way, seen: int, until: date) -> None:
    _say(to, desk.Said(State.PARKED, until=until), seen)


def _forwarded(to: Way, recipient: str, seen: int, name: str) -> None:
    if _decide(to, desk.Said(State.FORWARDED, to=(recipient,)), seen):
        _, made, _ = st.session_state[UNDO]
        ui_news_hand.sent(recipient, to.references, name, [d.id for d in made])


def _say(to: Way, said: desk.Said, seen: int) -> None:
    _decide(to, said, seen)


def _decide(to: Way, said: desk.Said, seen: int) -> bool:
    return _write(to, dict.fromkeys(to.references, said), seen)


def _keep(to: Way, kept: Mapping[str, Decision], seen: int) -> None:
    """Say again what holds, so that the item is done."""
    said = {one: desk.Said(d.state, d.reason, until=d.until, to=tuple(d.to)) for one, d in kept.items()}
    _write(to, said, seen, kept=True)


def _write(to: Way, said: Mapping[str, desk.Said], seen: int, *, kept: bool = False) -> bool:
    known, spoken = ui.calls(), ui.language()
    what = [(known[one], said[one]) for one in to.references if one in known]
    before = st.session_state.get(ui_news.key("item"))
    try:
        made = desk.decide_each(ui.store(), what=what, by=ui.user(), office=ui.office(), seen=seen)
    except ConflictError as error:
        theirs = error.current
        assert isinstance(theirs, Decision)
        # A key that comes too soon meets what this session itself has just said.
        st.session_state[SOON] = theirs.by == ui.user() and theirs.id in st.session_state.get(OWN, ())
        if not st.session_state[SOON]:
            st.session_state[SAID] = ("warning", ui.say(
                "news.act.conflict", by=theirs.by, state=words.say(f"states.state.{theirs.state}", spoken),
                at=words.moment(theirs.at, spoken),
            ))  # fmt: skip
        return False
    except MatcherError as error:
        st.session_state["error"] = error
        return False
    st.session_state[UNDO] = (before, made, kept)
    _own({d.id for d in made})
    st.session_state.pop("decided", None)
    _hand(to.item, to.topic)
    return True


def _undo(before: str, made: list[Decision]) -> None:
    calls, office = ui.calls(), made[0].office
    try:
        back = desk.take_back(ui.store(), done=made, calls=[calls[d.reference] for d in made], by=ui.user())
    except MatcherError as error:
        st.session_state["error"] = error
        return
    if back:
        known = {d.reference for d in made}
        _own({d.id for d in ui.decisions() if d.reference in known and d.by == ui.user() and d.office == office})
    st.session_state.pop(UNDO, None)
    title = _called([d.reference for d in made])
    now = ui_news_stand.lasts().get(made[0].reference)
    told = ui.say("news.act.undone", title=title)
    if back and now is not None and now.state is not State.NEW:
        told = ui.say("news.act.back", title=title, state=words.say(f"states.state.{now.state}", ui.language()))
    st.session_state[SAID] = ("success", told)
    _hand(before, made[0].reference)


def _own(numbers: set[int | None]) -> None:
    """Remember which decisions this session wrote."""
    st.session_state[OWN] = st.session_state.get(OWN, frozenset()) | numbers


def _hand(item: str, topic: str) -> None:
    st.session_state[ui_news.key("item")] = item
    st.session_state["news_topic"] = topic
