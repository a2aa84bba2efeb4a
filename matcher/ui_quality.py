"""The parts of the page "Quality" that measure: figures on judged calls, odd calls, officers' decisions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from matcher import desk_quality, ui, ui_address, ui_wrong, words
from matcher.desk_quality import MACRO, MEASURES, Judged, Miss
from matcher.errors import InputError
from matcher.settings import Settings
from matcher.ui_history import INK
from matcher.ui_look import Node, el
from matcher.views import audit, quality, wrong

DRAWS = 1000
THIN = 15
"""Relevant calls up to which a figure hangs on single calls."""
GRADES = ("strong", "partial", "weak", "none")


def judged() -> Judged | None:
    """The figures on the judged calls; None with a sentence on the screen where there are none."""
    own, store = ui.settings(), ui.store()
    key = (
        own.database, own.ranker, store.revision("calls"), ui.profile().version, str(own.judged),
        ui.ranker().label,
    )  # fmt: skip
    try:
        return _judged(ui.ranker(), ui.profile(), own, key)
    except InputError as error:
        ui.notice(ui.say("quality.figures.none"))
        ui_wrong.draw(wrong.of(error, ui.language()), ui.language())
        return None


@st.cache_resource(show_spinner=False, max_entries=4)
def _judged(_ranker: Any, _profile: Any, _settings: Settings, key: tuple[object, ...]) -> Judged:
    return desk_quality.judged(_ranker, _profile, _settings, draws=DRAWS)


def figures() -> None:
    """Each measure per priority with its range, in words first."""
    found = judged()
    if found is None:
        return
    spoken = ui.language()
    total = max(found.calls.values())
    ten = words.number(10 * found.figures[MACRO]["P@10"].value, spoken, 1)
    most = round(found.most_in_ten, 1)
    told = ui.say("quality.figures.sentence", n=ten)
    if most < 10:
        told = ui.say("quality.figures.sentence_most", n=ten, most=words.number(most, spoken, 1))
    st.markdown(f"**{ui.md_escape(told)}**")
    numbers = {"n": words.number(total, spoken), "draws": words.number(DRAWS, spoken)}
    st.caption(ui.md_escape(ui.say("quality.figures.lead", **numbers)))
    thin = [
        ui.say("quality.figures.thin_one", field=ui.short(key), n=words.number(n, spoken))
        for key, n in found.relevant.items()
        if n <= THIN
    ]
    if thin:
        st.caption(ui.md_escape(ui.say("quality.figures.thin", list=", ".join(thin))))
    _table(found)
    with st.expander(ui.say("quality.figures.help"), key="quality_help"):
        st.text(ui.say("quality.figures.help_text"))
    left, right = st.columns(2, gap="large")
    with left:
        _chart(found)
    with right:
        _promise(found)


def _table(found: Judged) -> None:
    spoken = ui.language()
    rows = []
    for key, told in found.figures.items():
        relevant = ""
        if key != MACRO:
            n, of = (words.number(k, spoken) for k in (found.relevant[key], found.calls[key]))
            relevant = ui.say("quality.figures.relevant_of", n=n, of=of)
        name = ui.say("quality.figures.all") if key == MACRO else ui.short(key)
        cells = {measure: _range(told[measure]) for measure in MEASURES}
        rows.append({"field": name, "relevant": relevant, **cells})
    config: dict[str, Any] = {
        "field": st.column_config.TextColumn(ui.say("quality.figures.field"), pinned=True),
        "relevant": ui.say("quality.figures.relevant"),
        **{measure: ui.say(f"quality.measure.{measure}") for measure in MEASURES},
    }
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config=config, key="quality_figures",
        alt=ui.say("quality.figures.table_alt"),
    )  # fmt: skip


def _range(figure: desk_quality.Interval) -> str:
    value, low, high = (words.number(n, ui.language(), 2) for n in figure)
    return ui.say("quality.figures.value", value=value, low=low, high=high)


def _chart(found: Judged) -> None:
    rows = pd.DataFrame(
        [
            {"field": ui.short(key), **told["MAP"]._asdict()}
            for key, told in found.figures.items()
            if key != MACRO
        ]
    )  # fmt: skip
    base = alt.Chart(rows).encode(y=alt.Y("field:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)))
    sign = "," if ui.language() == "de" else "."
    axis = alt.Axis(tickCount=5, labelExpr=f"replace(format(datum.value, '.1f'), '.', '{sign}')")
    scale = alt.Scale(domain=[0, 1])
    lines = base.mark_rule(strokeWidth=3, opacity=0.4, color=INK).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title=None), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=90, color=INK, opacity=1).encode(x=alt.X("value:Q", scale=scale))
    st.caption(ui.md_escape(ui.say("quality.figures.chart_title")))
    chart = (lines + points).properties(height=34 * len(rows) + 30)
    st.altair_chart(chart, alt=ui.say("quality.figures.chart_alt"), key="quality_chart")


def _promise(found: Judged) -> None:
    spoken = ui.language()
    st.markdown(f"**{ui.md_escape(ui.say('quality.figures.promise'))}**")
    lines = []
    for grade in GRADES:
        calls, relevant = found.promise[grade]
        name = words.say(f"states.grade.{grade}", spoken)
        if not calls:
            lines.append(ui.say("quality.figures.promise_none", grade=name))
            continue
        low, high = (round(100 * part) for part in audit.interval(relevant, calls))
        around = words.percent_range(low, high, spoken)
        told = {"relevant": words.number(relevant, spoken), "calls": words.number(calls, spoken)}
        share = words.percent(100 * relevant / calls, spoken)
        lines.append(ui.say("quality.figures.promise_line", grade=name, share=share, range=around, **told))
    st.text("\n".join(lines))
    st.caption(ui.md_escape(ui.say("quality.figures.promise_help")))


def misplaced() -> None:
    """Per priority: far up but judged irrelevant, and relevant but far down; each leads to its call."""
    found = judged()
    if found is None:
        return
    st.caption(ui.md_escape(ui.say("quality.misplaced.lead")))
    keys = list(found.high)
    odd = {key: len(found.high[key]) + len(found.low[key]) for key in keys}
    first = next((key for key in keys if odd[key]), keys[0])
    key = st.segmented_control(
        ui.say("quality.misplaced.priority"), keys, default=first, required=True, key="quality_priority",
        format_func=lambda key: f"{ui.short(key)} · {words.number(odd[key], ui.language())}",
        label_visibility="collapsed",
    )  # fmt: skip
    columns = st.columns(2, gap="large")
    for column, (name, rows) in zip(columns, {"high": found.high, "low": found.low}.items(), strict=True):
        with column:
            st.subheader(ui.say(f"quality.misplaced.{name}"), anchor=False)
            _misses(name, rows[key or first])


def _misses(name: str, rows: Sequence[Miss]) -> None:
    if not rows:
        ui.notice(ui.say(f"quality.misplaced.{name}_none"))
        return
    opened = str(ui.paper(f"quality_{name}", [el("ol", *map(_miss, rows), css="history")]).get("open") or "")
    if opened in {miss.reference for miss in rows}:
        st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=opened))


def _miss(miss: Miss) -> Node:
    spoken = ui.language()
    told = {"rank": words.number(miss.rank, spoken), "score": words.number(miss.score, spoken)}
    line = ui.say("quality.misplaced.line", grade=words.number(miss.grade, spoken, 1), **told)
    link = el("a", miss.title, lang="en", href=f"call?call={miss.reference}", open=miss.reference)
    return el("li", el("p", link), el("p", f"{line} · {miss.identifier}", css="small muted"))


def decisions() -> None:
    """The offices' own decisions as a second test: how often the order was right, how long they took."""
    spoken, least = ui.language(), words.number(quality.LEAST, ui.language())
    said = ui.decisions()
    news = ui.store().new_since(date.min)
    table = quality.months(ui.ranker(), ui.profile(), said, news)
    total = int(table["verdicts"].sum())
    if not total:
        ui.notice(ui.say("quality.decisions.none"))
    elif total < quality.LEAST:
        ui.notice(ui.plural("quality.decisions.few", total, least=least))
    st.caption(ui.md_escape(ui.say("quality.decisions.lead")))
    st.text("\n".join(_sentences(table)))
    if not total:
        return
    classes = quality.classes(ui.ranker(), ui.profile(), said)
    st.markdown(f"**{ui.md_escape(ui.say('quality.decisions.classes'))}**")
    told = [
        ui.say(
            "quality.decisions.class_line", grade=words.say(f"states.grade.{grade}", spoken),
            wanted=words.number(wanted, spoken), calls=words.number(calls, spoken),
        )
        for grade, (calls, wanted) in classes.items()
        if calls
    ]  # fmt: skip
    st.text("\n".join(told))
    _months(table)


def _sentences(table: pd.DataFrame) -> list[str]:
    spoken, lines = ui.language(), []
    for row in table.to_dict("records"):
        month = words.month(row["month"], spoken)
        if pd.isna(row["precision"]):
            few = ui.plural("quality.decisions.month_few", int(row["top"]), month=month)
            lines.append(few if row["top"] else ui.say("quality.decisions.month_none", month=month))
            continue
        share = words.percent(100 * float(row["precision"]), spoken)
        counts = {name: words.number(row[name], spoken) for name in ("top", "wanted")}
        lines.append(ui.say("quality.decisions.precision", month=month, share=share, **counts))
    known = table[table["days"].notna()]
    if known.empty:
        most = int(table["timed"].max()) if len(table) else 0
        told = {"n": words.number(most, spoken), "least": words.number(quality.LEAST, spoken)}
        return [*lines, ui.say("quality.decisions.time_few", **told)]
    newest = known.iloc[0]
    month = words.month(newest["month"], spoken)
    return [*lines, ui.plural("quality.decisions.time", round(newest["days"]), month=month)]


def _months(table: pd.DataFrame) -> None:
    spoken = ui.language()
    shown = pd.DataFrame(
        {
            "month": [words.month(on, spoken) for on in table["month"]],
            "verdicts": table["verdicts"],
            "in_top": table["top"],
            "wanted": table["wanted"],
            "share": ["–" if pd.isna(n) else words.percent(100 * n, spoken) for n in table["precision"]],
            "days": ["–" if pd.isna(n) else words.number(n, spoken, 1) for n in table["days"]],
        }
    )
    st.dataframe(
        shown, hide_index=True, key="quality_months", alt=ui.say("quality.decisions.table_alt"),
        column_config={name: ui.say(f"quality.decisions.{name}") for name in shown.columns},
    )  # fmt: skip
