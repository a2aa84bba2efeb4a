"""The menu of files of a table: every form one press; what stays in the house unless it is asked for."""

from collections.abc import Callable, Sequence

import streamlit as st

from matcher import exports, ui

FORMS = {
    "csv-de": ("csv_de", "text/csv"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ics": ("ics", "text/calendar"),
    "csv": ("csv", "text/csv"),
}


def menu(
    file: Callable[[str, bool], Callable[[], bytes]],
    key: str,
    *,
    forms: Sequence[str] = tuple(FORMS),
    of: str = "",
    people: str = "with_people",
) -> None:
    """A switch for what stays in the house and a button for each of `forms`.

    `file(form, people)` gives what makes the file when it is asked for: then there is no session any more. The keys
    of the buttons begin with `key`; `of` is the name of a list; `people` the key of the switch.
    """
    day, demo = ui.today(), ui.recorded() is not None
    whole = st.toggle(ui.say("shelf.export.people"), key=people, help=ui.say("shelf.export.people_help"))
    # A file that must not leave the house is told apart by its name.
    name_of = f"{of} {ui.say('shelf.export.internal')}" if whole else of
    for form in forms:
        name, mime = FORMS[form]
        st.download_button(
            ui.say(f"matches.{name}"), data=file(form, whole), key=f"{key}_{form}", mime=mime, width="stretch",
            file_name=exports.file_name(ui.settings().region, day, form, demo, ui.language(), of=name_of),
            on_click="ignore",
        )  # fmt: skip
    # Below: above, it would move the buttons when the switch is turned.
    st.caption(ui.say("matches.people_in" if whole else "shelf.export.people_out"))
