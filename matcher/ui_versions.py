"""The conflict with another lead, and the list of saved versions with the way back."""

import pandas as pd
import streamlit as st

from matcher import desk, desk_tune, ui, ui_draft, ui_draft_bar, words
from matcher.errors import MatcherError
from matcher.model import Profile
from matcher.ui_edits import clash_row, sentences

_BACK = "priorities.versions.back_why"


def version_line(saved: Profile) -> str:
    """Which version is in force, since when, by whom and why."""
    moment = words.moment(saved.at, ui.language())
    if _shipped(saved):
        return ui.say("priorities.version_shipped", moment=moment)
    return ui.say(
        "priorities.version_line", version=saved.version, moment=moment, by=_who(saved), why=_why(saved)
    )  # fmt: skip


def conflict() -> None:
    """Both sides of two leads' edits. Nothing is overwritten: the person decides what becomes of the draft."""
    newer = ui_draft.overtaken()
    if newer is None:
        return
    base, mine = ui_draft.base(), ui_draft.current()
    by = _who(newer)
    title = ui.say("priorities.conflict.title", by=by, theirs=newer.version, base=base.version)
    st.warning(f"{ui.md_escape(title)} {ui.md_escape(ui.say('priorities.conflict.kept'))}", icon=":material/group:")
    _, clashes = desk_tune.merge(base, mine, newer)
    if not clashes:
        st.caption(ui.md_escape(ui.say("priorities.conflict.no_clash", by=by, theirs=newer.version)))
        offers = [("theirs", ui.say("priorities.conflict.join", theirs=newer.version))]
    else:
        st.caption(ui.md_escape(ui.plural("priorities.conflict.clash", len(clashes))))
        rows = [clash_row(clash, mine, newer, base) for clash in clashes]
        names = {name: ui.say(f"priorities.conflict.{name}", by=by) for name in ("where", "base", "mine", "theirs")}
        st.dataframe(
            pd.DataFrame(rows, columns=list(names)), column_config=names, hide_index=True, key="conflict_table",
            alt=ui.say("priorities.conflict.alt"),
        )  # fmt: skip
        offers = [(side, ui.say(f"priorities.conflict.join_{side}")) for side in ("theirs", "mine")]
    with st.container(horizontal=True):
        for side, label in offers:
            st.button(label, key=f"join_{side}", on_click=_join, args=(newer, side))
        st.button(
            ui.say("priorities.conflict.drop"),
            icon=":material/undo:",
            key="conflict_drop",
            on_click=ui_draft_bar.drop,
        )


def versions() -> None:
    """All saved versions; any two compared in words; any one made the newest again."""
    saved = ui.store().profiles(ui.settings().region)
    st.caption(ui.md_escape(ui.say("priorities.versions.lead")))
    _versions_table(saved)
    if len(saved) < 2:
        ui.notice(ui.say("priorities.versions.only_one"))
        return
    known = {profile.version: profile for profile in saved}
    names = {profile.version: _version_name(profile) for profile in saved}
    if st.session_state.get("versions_newest") != saved[0].version:
        # After a save the last change is of interest, not what was compared before it.
        st.session_state["version_left"], st.session_state["version_right"] = saved[1].version, saved[0].version
        st.session_state["versions_newest"] = saved[0].version
    with st.container(horizontal=True):
        older = st.selectbox(
            ui.say("priorities.versions.left"), list(known)[1:], format_func=lambda n: names[n],
            key="version_left", width=360,
        )  # fmt: skip
        newer = st.selectbox(
            ui.say("priorities.versions.right"), list(known), format_func=lambda n: names[n],
            key="version_right", width=360,
        )  # fmt: skip
    lines = sentences(desk_tune.edits(known[older], known[newer]), known[newer], known[older])
    if lines:
        ui_draft_bar.lines(lines)
    else:
        st.caption(ui.md_escape(ui.say("priorities.versions.same")))
    if ui_draft.edits():
        st.caption(ui.md_escape(ui.say("priorities.versions.back_draft")))
        return
    _way_back(known, older, saved[0])


def _way_back(known: dict[int, Profile], older: int, newest: Profile) -> None:
    """What rolling back would do to the version in force, the button, and after it the one that takes it back."""
    effect = sentences(desk_tune.edits(newest, known[older]), known[older], newest)
    if effect:
        st.markdown(f"**{ui.md_escape(ui.say('priorities.versions.back_does', version=older, now=newest.version))}**")
        ui_draft_bar.lines(effect)
        st.button(
            ui.say("priorities.versions.back", version=older), icon=":material/history:", key="version_back",
            help=ui.say("priorities.versions.back_help", version=older), on_click=_back, args=(known[older], newest),
        )  # fmt: skip
    else:
        st.caption(ui.md_escape(ui.say("priorities.versions.back_nothing", version=older, now=newest.version)))
    before, made = st.session_state.get("version_undo", (0, 0))
    if made == newest.version and before in known:
        undo = ui.say("priorities.versions.undo", version=before)
        st.button(undo, icon=":material/undo:", key="version_redo", on_click=_back, args=(known[before], newest))


def _versions_table(saved: list[Profile]) -> None:
    before = [*saved[1:], None]
    rows = [
        (
            profile.version,
            words.moment(profile.at, ui.language()),
            _who(profile),
            _why(profile),
            words.number(len(desk_tune.edits(old, profile)), ui.language()) if old else "–",
        )
        for profile, old in zip(saved, before, strict=True)
    ]
    names = ("version", "at", "by", "why", "changes")
    table = pd.DataFrame(rows, columns=list(names))
    st.dataframe(
        table, hide_index=True, column_config={n: ui.say(f"priorities.versions.{n}") for n in names},
        height=min(35 * len(table) + 38, 330), alt=ui.say("priorities.versions.alt"), key="versions_table",
    )  # fmt: skip


def _version_name(profile: Profile) -> str:
    return ui.plain(f"{profile.version} · {words.moment(profile.at, ui.language())} · {_who(profile)}")


def _shipped(profile: Profile) -> bool:
    return profile.version == 1 and profile.by == "matcher"


def _who(profile: Profile) -> str:
    return "–" if _shipped(profile) else profile.by or "–"


def _why(profile: Profile) -> str:
    if _shipped(profile):
        return ui.say("priorities.shipped")
    why = profile.why or ui.say("priorities.no_why")
    # The machine's own reason is kept in the language of whom it was written for.
    for spoken in words.LANGUAGES:
        before, _, after = words.say(_BACK, spoken, version="\0").partition("\0")
        number = why.removeprefix(before).removesuffix(after)
        if number.isdecimal() and why == f"{before}{number}{after}":
            return ui.say(_BACK, version=number)
    return why


def _join(newer: Profile, prefer: str) -> None:
    joined, clashes = desk_tune.merge(ui_draft.base(), ui_draft.current(), newer, prefer=prefer)
    ui_draft.rebase(newer, joined)
    if clashes and prefer == "mine":
        ui_draft_bar.overrules(newer, clashes)
    ui_draft.say_later("success", ui.say("priorities.conflict.joined", theirs=newer.version))


def _back(older: Profile, newest: Profile) -> None:
    draft = older.model_copy(update={"version": newest.version})
    why = ui.say(_BACK, version=older.version)
    try:
        saved = desk.tune(ui.store(), draft=draft, by=ui.user(), why=why)
    except MatcherError as error:
        ui_draft.say_later("warning", ui_draft_bar.problem(error))
        return
    ui_draft.drop()
    st.session_state["version_undo"] = (newest.version, saved.version)
    done = ui.say("priorities.versions.back_done", version=older.version, new=saved.version)
    ui_draft.say_later("success", done)
