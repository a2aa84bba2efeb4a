"""The unsaved priorities of a session: begun from a saved version, edited, joined with what others save, or dropped.

The draft outlives a change of page, and as a file a page that is loaded anew (`take_up`). Editors are keyed by
`generation`, which grows whenever their base table must be built anew: Streamlit matches edits by position, so a base
must never change under an editor.
"""

from datetime import datetime

import streamlit as st

from matcher import desk_drafts, desk_tune, ui
from matcher.desk_tune import Edit
from matcher.errors import MatcherError
from matcher.model import Priority, Profile

MOST_STEPS = 50


def base() -> Profile:
    """The saved version the draft began with; the newest one as long as nothing is edited."""
    saved = ui.profile()
    begun = st.session_state.get("draft_base")
    if not isinstance(begun, Profile) or begun.region != saved.region:
        return _begin(saved)
    if begun.version != saved.version and not edits():
        return _begin(saved)
    return begun


def current() -> Profile:
    """The draft as it stands, equal to `base()` where nothing is edited."""
    began = base()
    draft = st.session_state.get("draft")
    return draft if isinstance(draft, Profile) else began


def edits() -> list[Edit]:
    """What the draft changes in the version it began with."""
    begun, draft = st.session_state.get("draft_base"), st.session_state.get("draft")
    if not isinstance(begun, Profile) or not isinstance(draft, Profile):
        return []
    return desk_tune.edits(begun, draft)


def overtaken() -> Profile | None:
    """The newer version somebody saved while this draft was open."""
    saved, began = ui.profile(), base()
    return saved if saved.version != began.version else None


def put(draft: Profile) -> None:
    """Take over a whole draft (of a file, a join, a new priority); the editors start anew from it."""
    _remember()
    st.session_state["draft"] = draft
    renew()
    _keep()


def edit(priority: Priority) -> None:
    """Take over one edited priority; the editors stay as they are."""
    draft = current()
    if priority == draft.priority(priority.key):
        return
    _remember()
    st.session_state["draft"] = draft.model_copy(
        update={"priorities": [priority if p.key == priority.key else p for p in draft.priorities]}
    )
    _keep()


def rebase(onto: Profile, draft: Profile) -> None:
    """The draft now begins with another saved version; steps taken on the old one cannot be undone any more."""
    if onto.version != base().version:
        _steps().clear()
        st.session_state["draft"] = onto
    st.session_state["draft_base"] = onto
    put(draft)


def undoable() -> int:
    """How many steps can be taken back."""
    return len(_steps())


def undo() -> None:
    """Take back the last step, whether made in a table or with a button."""
    if _steps():
        st.session_state["draft"] = _steps().pop()
        renew()
        _keep()


def others() -> desk_drafts.Drafts:
    """Drafts under this name that other windows left unsaved, to be taken up while nothing is edited here.

    While something is, those that were there when it began: an edit is not to wait for files.
    """
    if edits():
        known: list[desk_drafts.Draft] = st.session_state.get("draft_others") or []
        return desk_drafts.Drafts([one for one in known if one.id != st.session_state.get("draft_id")], [])
    found, own = desk_drafts.found(ui.settings(), by=ui.user()), st.session_state.get("draft_id")
    st.session_state["draft_others"] = [one for one in found.kept if one.id != own]
    return found._replace(kept=st.session_state["draft_others"])


def edited_at() -> datetime | None:
    """When the draft of this session was last edited; None if nothing was kept yet."""
    at: datetime | None = st.session_state.get("draft_at")
    return at


def edits_of(one: desk_drafts.Draft) -> list[Edit]:
    """What a kept draft changes in the version it began with."""
    return desk_tune.edits(_begun(one), one.draft)


def _begun(one: desk_drafts.Draft) -> Profile:
    known = {saved.version: saved for saved in ui.store().profiles(ui.settings().region)}
    return known.get(one.draft.version) or ui.profile()


def take_up(one: desk_drafts.Draft) -> None:
    """Go on with a kept draft from the version it began with."""
    st.session_state["draft_base"] = _begun(one)
    st.session_state["draft"], st.session_state["draft_id"] = one.draft, one.id
    st.session_state["draft_at"] = one.at
    there = {priority.key for priority in one.draft.priorities}
    edited = [edit.priority for edit in edits() if edit.priority in there]
    if edited:
        show(edited[-1])
    _steps().clear()
    renew()


def tabs_key() -> str:
    """Where the open tab of the page stands."""
    return f"priorities_tabs_{ui.language()}"


def show(priority: str) -> None:
    """At the coming run the page shows this priority in its editor."""
    st.session_state["priorities_field"] = priority
    st.session_state[tabs_key()] = ui.say("priorities.tab.edit")


def _keep() -> None:
    """Bring the file of this session's draft up to date; where that fails, say so once and go on."""
    own: str = st.session_state.setdefault("draft_id", desk_drafts.new_id())
    try:
        if edits():
            draft = current().model_copy(update={"version": base().version})
            st.session_state["draft_at"] = desk_drafts.keep(ui.settings(), id=own, draft=draft, by=ui.user()).at
        else:
            desk_drafts.drop(ui.settings(), own)
    except MatcherError as error:
        if not st.session_state.get("draft_unkept"):
            say_later("warning", f"{ui.say('priorities.draft.unkept')} {error}")
        st.session_state["draft_unkept"] = True


def _steps() -> list[Profile]:
    steps: list[Profile] = st.session_state.setdefault("draft_steps", [])
    return steps


def _remember() -> None:
    steps = _steps()
    steps.append(current())
    del steps[:-MOST_STEPS]


def drop(*, undoable: bool = False) -> None:
    """Forget all edits. `undoable`: as a step that can be taken back, unless others saved a version meanwhile."""
    saved = ui.profile()
    if undoable and saved.version == base().version:
        put(saved)
    else:
        _begin(saved)
        _keep()


def renew() -> None:
    """Let the editors build their base tables anew."""
    st.session_state["draft_generation"] = generation() + 1
    st.session_state.pop("draft_tables", None)


def generation() -> int:
    return int(st.session_state.get("draft_generation", 0))


def say_later(kind: str, text: str) -> None:
    """A sentence to show after the coming rerun."""
    st.session_state["draft_news"] = (kind, text)


def told() -> tuple[str, str] | None:
    """The sentence left by `say_later`, once."""
    news: tuple[str, str] | None = st.session_state.pop("draft_news", None)
    return news


def _begin(saved: Profile) -> Profile:
    st.session_state["draft_base"] = saved
    st.session_state["draft"] = saved
    _steps().clear()
    renew()
    return saved
