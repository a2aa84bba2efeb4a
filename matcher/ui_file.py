"""The priorities as files: everything as YAML, concepts and guards as a sheet; an upload becomes the draft."""

import streamlit as st

from matcher import desk, desk_sheet, desk_tune, exports, ui, ui_draft
from matcher.errors import InputError
from matcher.model import Profile
from matcher.ui_edits import sentences
from matcher.views.faults import told

MOST_LINES = 60
MIME = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def file() -> None:
    """Download the priorities; an uploaded file becomes the draft, whole, after a look at what it changes."""
    st.caption(ui.md_escape(ui.say("lab.file.lead")))
    _downloads()
    upload = st.file_uploader(
        ui.say("lab.file.upload"), type=list(desk_sheet.ENDINGS), max_upload_size=1,
        key=f"yaml_{ui_draft.generation()}",
    )  # fmt: skip
    if upload is None:
        return
    made: list[str] = []
    read = _read(upload.name, upload.getvalue(), made)
    if read is None:
        return
    settings, saved = ui.settings(), ui.profile()
    if read.region != settings.region:
        _faults([ui.say("priorities.file.other_region", region=read.region, here=settings.region)])
        return
    edits = desk_tune.edits(saved, read)
    if not edits:
        ui.notice(ui.say("priorities.file.same"))
        return
    st.markdown(ui.md_escape(ui.plural("priorities.file.differs", len(edits))))
    _lines(sentences(edits, read, saved))
    if made:
        st.caption(ui.md_escape(ui.say("lab.file.derived", list=", ".join(made))))
    if ui_draft.edits():
        st.caption(ui.md_escape(ui.say("priorities.file.lost")))
    st.button(ui.say("priorities.file.take"), type="primary", key="yaml_take", on_click=_take, args=(read, saved))


def _downloads() -> None:
    settings, drafted = ui.settings(), bool(ui_draft.edits())
    draft, base = ui_draft.current(), desk.shipped_priorities(settings)
    label = ui.say("priorities.file.download_draft" if drafted else "priorities.file.download")
    name = f"priorities-{settings.region}-v{ui_draft.base().version}{'-draft' if drafted else ''}"
    with st.container(horizontal=True):
        # Written when they are asked for: that takes longer than all the rest of the page.
        st.download_button(
            label, lambda: desk.write_priorities(draft, base=base).encode("utf-8"), mime="application/yaml",
            file_name=f"{name}.yaml", icon=":material/download:", on_click="ignore", key="yaml_download",
        )  # fmt: skip
        st.download_button(
            ui.say("lab.file.download_xlsx"), lambda: _sheet(draft, "xlsx"), mime=MIME["xlsx"],
            file_name=f"{name}.xlsx", icon=":material/table_view:", on_click="ignore", key="xlsx_download",
        )  # fmt: skip
        st.download_button(
            ui.say("lab.file.download_csv"), lambda: _sheet(draft, "csv"), mime=MIME["csv"], file_name=f"{name}.csv",
            icon=":material/csv:", on_click="ignore", key="csv_download", help=ui.say("lab.file.csv_help"),
        )  # fmt: skip


def _sheet(draft: Profile, form: str) -> bytes:
    return exports.sheet(desk_sheet.sheet_rows(draft), desk_sheet.HEADERS, form, ui.say("lab.file.sheet"))


def _read(name: str, data: bytes, made: list[str]) -> Profile | None:
    """What a file says; None if it is faulty: all its faults then stand on the page. `made` takes new keys."""
    try:
        if name.lower().endswith((".csv", ".xlsx")):
            return desk_sheet.read_sheet(data, ui_draft.current(), made)
        return desk.read_priorities(data.decode("utf-8-sig"), name="YAML")
    except UnicodeDecodeError:
        _faults([ui.say("priorities.file.not_text")])
    except InputError as error:
        _faults(told(error.faults or [str(error)], ui.language()))
    return None


def _faults(faults: list[str]) -> None:
    st.error(ui.md_escape(ui.plural("priorities.file.faults", len(faults))), icon=":material/warning:")
    _lines(faults)


def _lines(lines: list[str]) -> None:
    more = [f"… + {len(lines) - MOST_LINES}"] if len(lines) > MOST_LINES else []
    st.markdown("\n".join(f"- {ui.md_escape(line)}" for line in [*lines[:MOST_LINES], *more]))


def _take(read: Profile, saved: Profile) -> None:
    ui_draft.rebase(saved, read.model_copy(update={"version": saved.version}))
    ui_draft.say_later("success", ui.say("priorities.file.taken"))
