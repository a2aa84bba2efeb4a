"""What a page shows, in the address bar: filters, order, place. A copied address opens the same view.

Written by hand and not by the widgets' own binding, because that puts the *labels* of choices into the address: they
change with the language and with the counts behind them. Here stand the keys, the same in every language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from matcher import ui_counted


@dataclass(frozen=True)
class Choice:
    """A widget whose value stands in the address; its key is the page, "_" and the name of the parameter.

    `default`: list (many of `options`), str or bool. `options` None: free text.
    `digits`: a whole number from 1, as text. `ordered`: of a list, the order counts.
    """

    default: list[str] | str | bool
    options: Sequence[str] | None = None
    digits: bool = False
    ordered: bool = False

    def read(self, texts: Sequence[str] | None) -> Any:
        """The value of these parameters; what cannot be read counts as not asked for."""
        if texts is None:
            return list(self.default) if isinstance(self.default, list) else self.default
        if isinstance(self.default, list):
            known = [t for t in dict.fromkeys(texts) if self.options is None or t in self.options]
            return known if known or list(texts) == [""] else list(self.default)
        last = texts[-1] if texts else ""
        if isinstance(self.default, bool):
            return {"1": True, "0": False}.get(last, self.default)
        if self.digits:
            return last if last.isascii() and last.isdigit() and 0 < len(last) < 6 and int(last) else self.default
        return last[:300] if self.options is None or last in self.options else self.default

    def write(self, value: Any) -> list[str]:
        """The parameters of a value; nothing for the default, one empty text for an emptied list."""
        if isinstance(self.default, list):
            given = list(value or [])
            same = given == self.default if self.ordered else sorted(given) == sorted(self.default)
            return [] if same else given or [""]
        if value is None or value == self.default:
            return []
        return ["1" if value else "0"] if isinstance(self.default, bool) else [str(value)]


def load(page: str, choices: Mapping[str, Choice]) -> None:
    """Before the widgets: take over what the address says, or what this session last looked at on this page."""
    mend(page, choices)
    now = current(choices)
    for name, choice in choices.items():
        # A default that changed while nobody chose otherwise; the old default may have been asked for, too.
        known, asked = f"default:{page}_{name}", f"asked:{page}_{name}"
        st.session_state[asked] = name in now or bool(st.session_state.get(asked))
        if st.session_state.get(known, choice.default) != choice.default and not st.session_state[asked]:
            st.session_state[f"{page}_{name}"] = choice.read(None)
        st.session_state[known] = choice.default
    kept: dict[str, list[str]] | None = st.session_state.get(f"address:{page}")
    stayed = st.session_state.get("page_before") == page
    if kept is None or (stayed and now != kept) or (not stayed and now):
        source = now
    elif not stayed:
        source = kept
    else:
        return
    for name, choice in choices.items():
        st.session_state[f"{page}_{name}"] = choice.read(source.get(name))


def mend(page: str, choices: Mapping[str, Choice]) -> None:
    """Before anything reads the widgets: none of them holds what is no option, as an outdated label is."""
    ui_counted.mend({f"{page}_{name}": c.options for name, c in choices.items() if c.options is not None})


def save(page: str, choices: Mapping[str, Choice], **more: str) -> None:
    """After the widgets: write the address and remember it for the way back."""
    wanted = wanted_of(page, choices)
    st.session_state[f"address:{page}"] = wanted
    full = {**wanted, **_everywhere(), **{name: [text] for name, text in more.items()}}
    if {name: st.query_params.get_all(name) for name in st.query_params} != full:
        st.query_params.from_dict(full)


def wanted_of(page: str, choices: Mapping[str, Choice]) -> dict[str, list[str]]:
    """The parameters of what the widgets of a page show now."""
    wanted = {name: choice.write(st.session_state.get(f"{page}_{name}")) for name, choice in choices.items()}
    return {name: texts for name, texts in wanted.items() if texts}


def kept(page: str, **more: str) -> dict[str, list[str]]:
    """The parameters with which a page was last looked at, for a link back to it."""
    last: dict[str, list[str]] = st.session_state.get(f"address:{page}") or {}
    return {**last, **_everywhere(), **{name: [text] for name, text in more.items()}}


def bare(**more: str) -> dict[str, list[str]]:
    """The parameters of a link to a page as it starts, with `more`: only language and town go along."""
    return {**_everywhere(), **{name: [text] for name, text in more.items()}}


def current(choices: Mapping[str, Choice]) -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in choices if name in st.query_params}


def _everywhere() -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = st.session_state.get("address_everywhere") or {}
    return spoken
