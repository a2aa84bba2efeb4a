"""The quieter parts of the page "Data": changes, completeness, own list, storage, what is not covered, licence."""

from datetime import timedelta

import streamlit as st

from matcher import desk, desk_state, ui, ui_pull, ui_wrong, words
from matcher.errors import InputError
from matcher.views import changes as changes_view
from matcher.views import wrong

PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/"
MOST = 500
FORMS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def changes() -> None:
    """What pulls found changed in calls since a day."""
    language, found = ui.language(), ui.changes()
    if not found:
        ui.notice(ui.say("data.changes.none_baseline"))
        return
    with st.container(horizontal=True):
        since = st.date_input(
            ui.say("data.changes.since"), ui.today() - timedelta(days=14), format="DD.MM.YYYY", key="changes_since",
            width=200,
        )  # fmt: skip
        kinds = sorted({change.kind for change in found})
        labels = {kind: _change_kind(kind) for kind in ("", *kinds)}
        what = st.selectbox(
            ui.say("data.changes.what"),
            list(labels),
            format_func=lambda kind: labels[kind],
            key="changes_kind",
            width=320,
        )
    wanted = [c for c in found if c.on >= since and what in ("", c.kind)]
    day = words.day(since, language)
    if not wanted:
        ui.notice(ui.say("data.changes.none", day=day))
        return
    st.caption(ui.md_escape(ui.plural("data.changes.found", len(wanted), day=day)))
    table = changes_view.build(wanted, {call.reference: call for call in ui.ranker().calls_}, language)
    names = ("on", "title", "identifier", "change")
    st.dataframe(
        table.loc[: MOST - 1, list(names)],
        hide_index=True,
        column_config={
            "on": st.column_config.DateColumn(ui.say("columns.on"), format="DD.MM.YYYY", width="small"),
            **{name: ui.say(f"columns.{name}") for name in names[1:]},
        },
        alt=ui.say("data.changes.table_alt"),
        key="changes_table",
    )


def _change_kind(kind: str) -> str:
    if not kind:
        return ui.say("data.changes.all")
    key = f"states.change.{kind}"
    text = ui.say(key, old="…", new="…", field="…") if words.has(key, ui.language()) else kind
    return ui.plain(text.split(":", 1)[0])


def own_list() -> None:
    """Template, upload and what is in the office's own list now."""
    language = ui.language()
    st.caption(ui.md_escape(ui.say("data.sheet.lead")))
    last = ui.store().last_published("sheet")
    told = ui.plural("data.sheet.now", last.stored) if last else ui.say("data.sheet.now_none")
    st.text(told)
    stem = ui.say("data.sheet.file")
    with st.container(horizontal=True):
        for form, mime in FORMS.items():
            st.download_button(
                ui.say("data.sheet.template", form=form.upper()), desk_state.sheet_template(language, form),
                file_name=f"{stem}.{form}", mime=mime, icon=":material/download:", on_click="ignore",
                key=f"sheet_template_{form}",
            )  # fmt: skip
    file = st.file_uploader(ui.say("data.sheet.upload"), type=["csv", "xlsx"], max_upload_size=1, key="sheet_file")
    if file is None:
        return
    if not st.button(ui.say("data.sheet.apply"), type="primary", key="sheet_apply"):
        return
    try:
        run = desk.add_sheet(ui.store(), data=file.getvalue())
    except InputError as error:
        faults = error.faults or [str(error)]
        st.error(ui.md_escape(ui.plural("data.sheet.faults", len(faults))), icon=":material/warning:")
        ui_wrong.draw(wrong.lines(faults, ui.language()), ui.language())
        return
    kind, text = ui_pull.told(run)
    ui_pull.tell(kind, text, ui_pull.details(run))


def storage() -> None:
    """Size, free space, health and copies of the store."""
    facts, language = desk_state.storage(ui.store()), ui.language()
    with st.container(horizontal=True, gap="medium"):
        st.metric(ui.say("data.storage.database"), facts.database, width="content")
        st.metric(ui.say("data.storage.size"), _bytes(facts.size), width="content")
        st.metric(ui.say("data.storage.free"), _bytes(facts.free), width="content")
        copied = words.moment(facts.copied, language) if facts.copied else ui.say("data.storage.backup_none")
        st.metric(ui.say("data.storage.backup"), copied, width="content")
    if facts.copied and facts.copy is None:
        ui.notice(ui.say("data.storage.backup_gone"), kind="warning")
    if facts.problem:
        st.error(ui.say("data.storage.bad"), icon=":material/warning:")
        ui_wrong.draw(wrong.lines([facts.problem], language), language)
    else:
        st.caption(f":green[:material/check:] {ui.say('data.storage.state')}: {ui.say('data.storage.good')}")
    if facts.database != "SQLite":
        st.caption(ui.md_escape(ui.say("data.storage.postgres")))
        return
    if st.button(
        ui.say("data.storage.make"), icon=":material/save:", help=ui.say("data.storage.make_help"), key="copy_now"
    ):
        made = desk_state.copy_now(ui.store())
        ui.notice(ui.say("data.storage.made", file=f"{made.parent.name}/{made.name}"), kind="success")


def _bytes(size: int | None) -> str:
    """A size in bytes as MB or GB."""
    if size is None:
        return ui.say("data.storage.unknown")
    unit, divisor, digits = ("GB", 1e9, 1) if size >= 1e9 else ("MB", 1e6, 1)
    return f"{words.number(size / divisor, ui.language(), digits)} {unit}"


def elsewhere() -> None:
    """Programmes that are in no source of this tool, with links."""
    language = ui.language()
    st.markdown(ui.say("data.limits.lead"))
    found = desk_state.elsewhere(ui.settings())
    if not found:
        ui.notice(ui.say("data.limits.none"))
    for entry in found:
        name, text = (by.get(language) or next(iter(by.values()), "") for by in (entry.names, entry.texts))
        with st.container(gap=None):
            st.link_button(ui.md_escape(name), entry.url, type="tertiary", icon=":material/open_in_new:")
            st.caption(ui.md_escape(text))
    st.caption(ui.md_escape(ui.say("data.limits.hint")))


def licence() -> None:
    """Where the calls come from and under which terms they may be used."""
    run, language = ui.last_run(), ui.language()
    if run is None:
        text = ui.say("data.licence.notice_empty")
    else:
        day = run.recorded_on or (run.finished or run.started).astimezone(words.BRUSSELS).date()
        key = "notice_demo" if run.scope == "demo" else "notice"
        text = ui.say(f"data.licence.{key}", day=words.day(day, language))
    for line in (text, ui.say("data.licence.basis"), ui.say("data.licence.code")):
        st.markdown(ui.md_escape(line))
    st.link_button(ui.say("data.licence.portal"), PORTAL, icon=":material/open_in_new:")
