"""The draft at the foot of the window: what it changes, save, undo, drop; and drafts that other windows left."""

import streamlit as st

from matcher import desk, desk_drafts, desk_tune, ui, ui_draft, words
from matcher.errors import ConflictError, MatcherError
from matcher.model import Profile
from matcher.ui_edits import field_label, sentences

MOST_LINES = 30
MOST_OFFERED = 3
MOST_FIELDS = 3
LONGEST_NAME = 40


def offer() -> None:
    """Drafts under this name that were left unsaved, each to go on with or to drop, while nothing is edited.

    With several the page says which is shown: whose, from when, of what.
    """
    found, mine = ui_draft.others(), ui_draft.edits()
    if mine:
        _beside(found.kept, mine)
        return
    if found.kept:
        st.caption(ui.md_escape(ui.say("priorities.kept.shown", version=ui.profile().version)))
    for path in found.unreadable[:MOST_OFFERED]:
        ui.notice(ui.say("priorities.kept.unreadable", path=path), kind="warning")
    for one in found.kept[:MOST_OFFERED]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"kept_{one.id}"):
            own = ui_draft.edits_of(one)
            told = ui.plural("priorities.kept.is", len(own), **_whose(one), fields=_fields(own, one.draft))
            st.markdown(f":material/edit_note: {ui.md_escape(told)}", width="stretch")
            st.button(ui.say("priorities.kept.go_on"), key=f"kept_on_{one.id}", on_click=_take_up, args=(one,))
            st.button(
                ui.say("priorities.kept.drop"), key=f"kept_drop_{one.id}", icon=":material/delete:", type="tertiary",
                on_click=_forget, args=(one,),
            )  # fmt: skip


def _beside(others: list[desk_drafts.Draft], mine: list[desk_tune.Edit]) -> None:
    """Which draft is shown while others lie beside it."""
    at = ui_draft.edited_at()
    if not others or at is None:
        return
    listed = []
    for one in others[:MOST_OFFERED]:
        own = ui_draft.edits_of(one)
        count, fields = ui.plural("priorities.kept.edits", len(own)), _fields(own, one.draft)
        listed.append(ui.say("priorities.kept.named", **_whose(one), edits=count, fields=fields))
    more = [f"+ {len(others) - len(listed)}"] if len(others) > len(listed) else []
    shown = ui.say(
        "priorities.kept.mine", edits=ui.plural("priorities.kept.edits", len(mine)),
        fields=_fields(mine, ui_draft.current()), moment=words.moment(at, ui.language()),
    )  # fmt: skip
    st.caption(ui.md_escape(f"{shown} {ui.say('priorities.kept.beside', list='; '.join([*listed, *more]))}"))


def _whose(one: desk_drafts.Draft) -> dict[str, str]:
    return {"by": one.by or "–", "moment": words.moment(one.at, ui.language())}


def _fields(edits: list[desk_tune.Edit], draft: Profile) -> str:
    """The priorities that a draft changes, by their short names; "–" where it changes only their order."""
    keys = list(dict.fromkeys(edit.priority for edit in edits if edit.priority))
    names = [field_label(key, draft, ui_draft.base()) for key in keys[:MOST_FIELDS]]
    return ", ".join([*names, *(["…"] if len(keys) > len(names) else [])]) or "–"


def _take_up(one: desk_drafts.Draft) -> None:
    ui_draft.take_up(one)
    ui_draft.say_later("success", ui.say("priorities.kept.taken", **_whose(one)))


def _forget(one: desk_drafts.Draft) -> None:
    try:
        desk_drafts.drop(ui.settings(), one.id)
    except MatcherError as error:
        ui_draft.say_later("warning", problem(error))
        return
    ui_draft.say_later("success", ui.say("priorities.draft.discarded"))


def bar(against: str, faults: list[str]) -> None:
    """At the foot of the window, so that nothing moves while people edit: what the draft changes, save it, drop it.

    `against`: what the draft does against decisions of officers, in words; empty if nothing. It then needs a reason.
    `faults`: what is wrong in the editor; nothing can be saved before that is put right.
    """
    edits = ui_draft.edits()
    against = "; ".join(part for part in (_overruled(edits), against) if part)
    if not edits and not faults:
        if st.session_state.get("draft_dropped") and ui_draft.undoable():
            with st.bottom.container(horizontal=True, vertical_alignment="center", key="draft_bar"):
                st.markdown(
                    f":material/delete: **{ui.md_escape(ui.say('priorities.draft.discarded'))}**", width="content"
                )
                _undo_button()
        return
    st.session_state["draft_dropped"] = False
    with st.bottom.container(horizontal=True, vertical_alignment="center", key="draft_bar"):
        if faults:
            told, sign = ui.plural("priorities.draft.faulty", len(faults)), ":red[:material/warning:]"
        else:
            told, sign = ui.plural("priorities.draft.count", len(edits)), ":material/edit_note:"
        st.markdown(f"{sign} **{ui.md_escape(told)}**", width="content")
        if edits:
            with st.popover(ui.say("priorities.draft.what"), key="draft_what"):
                lines(sentences(edits, ui_draft.current(), ui_draft.base()))
        if edits and not faults and ui_draft.overtaken() is None:
            with st.popover(
                ui.say("priorities.draft.open"), type="primary", icon=":material/save:", key="draft_open"
            ):
                _form(against)
        if ui_draft.undoable():
            _undo_button()
        st.button(ui.say("priorities.draft.discard"), icon=":material/delete:", key="draft_drop", on_click=drop)


def _undo_button() -> None:
    st.button(
        ui.say("priorities.draft.undo"), icon=":material/undo:", key="draft_undo", on_click=ui_draft.undo,
        help=ui.say("priorities.draft.undo_help"),
    )  # fmt: skip


def _form(against: str) -> None:
    """Who saves and why, and the button."""
    if against:
        ui.notice(ui.say("priorities.guard.sentence", what=against), kind="warning")
    help_ = ui.say("priorities.draft.by_help")
    by = st.text_input(
        ui.say("priorities.draft.by"), ui.user(), key="draft_by", max_chars=LONGEST_NAME, help=help_, on_change=_name
    )  # fmt: skip
    label = "priorities.draft.why_needed" if against else "priorities.draft.why"
    # Kept while the form is not there: with another page, and in a conflict, what was written is not lost.
    why = st.text_input(
        ui.say(label), key="draft_why", max_chars=300, placeholder=ui.say("priorities.draft.why_hint"), width=420,
        persist_state="session",
    )  # fmt: skip
    # Beside the button, for whoever pressed it looks there.
    missing = _missing(by, why, against) if st.session_state.get("draft_refused") else None
    refused = missing or st.session_state.pop("draft_problem", None)
    if refused:
        ui.notice(refused, kind="warning")
    save = ui.say("priorities.draft.save", version=ui_draft.base().version + 1)
    st.button(save, type="primary", icon=":material/save:", key="draft_save", on_click=_save, args=(against,))


def _missing(by: str, why: str, against: str) -> str | None:
    """What has to be written before the draft can be saved, in words."""
    if not by.strip():
        return ui.say("priorities.draft.need_by")
    return ui.say("priorities.draft.need_why") if against and not why.strip() else None


def overrules(theirs: Profile, clashes: list[desk_tune.Clash]) -> None:
    """What the draft sets against values another lead saved; as long as it does, it needs a reason."""
    places = {(clash.priority, clash.part, clash.key) for clash in clashes}
    st.session_state["draft_overrules"] = (theirs.by, theirs.version, places)


def _overruled(edits: list[desk_tune.Edit]) -> str:
    """Whose values the draft overrules, in words; empty if nobody's."""
    by, version, places = st.session_state.get("draft_overrules") or ("", 0, set())
    if not any((edit.priority, edit.part, edit.key) in places for edit in edits):
        return ""
    return ui.say("priorities.guard.overrules", by=by or "–", version=version)


def _name() -> None:
    """Who said once what to call them need not say it again, whatever becomes of the draft."""
    by = str(st.session_state.get("draft_by") or "").strip()
    if by:
        st.session_state["user"] = by


def _save(against: str) -> None:
    by, why = (str(st.session_state.get(name) or "").strip() for name in ("draft_by", "draft_why"))
    st.session_state["draft_refused"] = _missing(by, why, against) is not None
    if st.session_state["draft_refused"]:
        return
    draft = ui_draft.current().model_copy(update={"version": ui_draft.base().version})
    try:
        saved = desk.tune(ui.store(), draft=draft, by=by, why=why)
    except ConflictError:
        # What the other one saved is shown beside the draft at the coming run.
        return
    except MatcherError as error:
        st.session_state["draft_problem"] = problem(error)
        return
    ui_draft.drop()
    _begin_anew()
    st.session_state.pop("draft_overrules", None)
    ui_draft.say_later("success", ui.say("priorities.draft.saved", version=saved.version))


def _begin_anew() -> None:
    """What was written for one draft is not for the next."""
    st.session_state["draft_why"], st.session_state["draft_refused"] = "", False


def drop() -> None:
    """Drop the draft; it can be taken back unless somebody saved a version meanwhile."""
    ui_draft.drop(undoable=True)
    _begin_anew()
    st.session_state["draft_dropped"] = ui_draft.undoable() > 0
    if not st.session_state["draft_dropped"]:
        ui_draft.say_later("success", ui.say("priorities.draft.discarded"))


def lines(told: list[str]) -> None:
    """Sentences as points, not more than `MOST_LINES`."""
    shown = told[:MOST_LINES]
    more = [f"… + {len(told) - len(shown)}"] if len(told) > len(shown) else []
    st.markdown("\n".join(f"- {ui.md_escape(line)}" for line in [*shown, *more]))


def problem(error: MatcherError) -> str:
    """What went wrong, with its kind in the language of the session."""
    kind = f"pages.error.{type(error).__name__}"
    return f"{ui.say(kind if words.has(kind, ui.language()) else 'pages.error.MatcherError')} {error}"
