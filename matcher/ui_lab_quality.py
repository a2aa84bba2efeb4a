"""What a draft does against decisions and judged calls: the guard with its calls, figures before and after."""

import pandas as pd
import streamlit as st

from matcher import desk_measure, ui, words
from matcher.ui_lab_parts import TOP
from matcher.views.verdict import FAR, Fallen, Turned, Verdict

MOST = 10


def against(buried: int, shortlisted: int, lifted: int) -> str:
    """What a draft does against decisions, in words; empty if nothing."""
    parts = []
    if buried:
        n, m = (words.number(k, ui.language()) for k in (buried, shortlisted))
        parts.append(ui.say("priorities.guard.buries", n=n, m=m))
    if lifted:
        parts.append(ui.plural("priorities.guard.lifts", lifted))
    return ui.say("priorities.guard.and").join(parts)


def verdict(found: Verdict, edited: bool) -> None:
    """The guard's sentence, and the calls it speaks of."""
    if not found.kept and not found.rejected:
        st.caption(ui.md_escape(ui.say("priorities.guard.none")))
        return
    if not edited:
        return
    what, kept = against(len(found.buried), found.kept, len(found.lifted)), words.number(found.kept, ui.language())
    if what:
        ui.notice(ui.say("priorities.guard.sentence", what=what), kind="warning")
    elif found.fallen:
        ui.notice(ui.plural("priorities.guard.falls", len(found.fallen), m=kept))
    else:
        ui.notice(ui.say("priorities.guard.fine", m=kept), kind="success")
        return
    _lines([*_calls("buried", found.buried), *_calls("lifted", found.lifted), *_fallen(found.fallen)])


def _calls(sort: str, found: list[Turned]) -> list[str]:
    lines = []
    for one in found[:MOST]:
        before, after = (words.number(points, ui.language()) for points in (one.before, one.after))
        key = f"lab.guard.{sort}_top" if one.top else f"lab.guard.{sort}"
        told = ui.say(key, before=before, after=after, **({"top": TOP} if one.top else {}))
        lines.append(f"{one.title}: {told}")
    more = len(found) - MOST
    return [*lines, ui.say("lab.guard.more", n=more)] if more > 0 else lines


def _fallen(found: list[Fallen]) -> list[str]:
    lines = []
    for one in found[:MOST]:
        told = []
        if one.places >= FAR:
            told.append(ui.say("lab.guard.falls_rank", before=one.ranks[0], after=one.ranks[1]))
        if one.grades[0] != one.grades[1]:
            before, after = (ui.say(f"states.grade.{grade}") for grade in one.grades)
            told.append(ui.say("lab.guard.falls_grade", before=before, after=after))
        lines.append(f"{one.title}: {', '.join(told)}")
    more = len(found) - MOST
    return [*lines, ui.say("lab.guard.more", n=more)] if more > 0 else lines


def quality(found: desk_measure.Measured | None, edited: bool) -> None:
    """The figures on the judged calls, before and after, each with its range, and the judged calls that change."""
    if found is None:
        ui.notice(ui.say("lab.quality.unknown"))
        return
    language = ui.language()
    calls, relevant = (words.number(n, language) for n in (found.calls, found.relevant))
    st.caption(ui.md_escape(ui.say("lab.quality.lead", calls=calls, relevant=relevant)))
    rows = [
        {
            "measure": ui.say(f"quality.measure.{name}"),
            "before": _range(found.before[name]),
            "after": _range(found.after[name]),
            "change": _range(found.change[name], signed=True),
            "reading": ui.say(f"lab.quality.{_reading(found.change[name])}"),
        }
        for name in desk_measure.MEASURES
    ]
    widths = {"measure": 100, "before": 130, "after": 130, "change": 160, "reading": 110}
    config = {name: st.column_config.Column(ui.say(f"lab.quality.{name}"), width=widths[name]) for name in rows[0]}
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config=config, alt=ui.say("lab.quality.alt"), key="lab_quality"
    )
    st.caption(ui.md_escape(ui.say("lab.quality.interval")))
    if not edited:
        st.caption(ui.md_escape(ui.say("lab.quality.same")))
        return
    for name, titles in (("lost", found.lost), ("gained", found.gained), ("noise", found.noise)):
        if titles:
            st.markdown(f"**{ui.md_escape(ui.say(f'lab.quality.{name}', n=len(titles)))}**")
            more = len(titles) - MOST
            _lines([*titles[:MOST], *([ui.say("lab.guard.more", n=more)] if more > 0 else [])])


def _reading(change: desk_measure.Interval) -> str:
    if change.value == change.low == change.high == 0:
        return "equal"
    if change.low > 0:
        return "better"
    return "worse" if change.high < 0 else "unclear"


def _range(figure: desk_measure.Interval, *, signed: bool = False) -> str:
    value, low, high = (_number(n, signed) for n in figure)
    return ui.say("lab.quality.range", value=value, low=low, high=high)


def _number(n: float, signed: bool) -> str:
    n = round(n, 2)
    sign = "−" if n < 0 else "+" if n > 0 and signed else ""
    return sign + words.number(abs(n), ui.language(), 2)


def _lines(lines: list[str]) -> None:
    st.markdown("\n".join(f"- {ui.md_escape(line)}" for line in lines))
