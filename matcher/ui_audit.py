"""The missed-call audit on the page "Quality": one call at a time, without its score, and what the answers say."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from matcher import desk_quality, ui, ui_address, ui_facts, ui_why, words
from matcher.errors import MatcherError
from matcher.model import Call
from matcher.ui_look import el
from matcher.views import audit as sample
from matcher.views.audit import Answer

READING, TROUBLE = "audit_reading", "audit_trouble"
ROUGH = 10
"""Read calls under which the range is said to be wide."""


def audit() -> None:
    """This month's sample: begin or go on, read one by one, and the estimate."""
    trouble = st.session_state.pop(TROUBLE, None)
    if trouble is not None:
        ui.show(trouble)
    spoken, said, month = ui.language(), ui.decisions(), sample.month_of(ui.today())
    given = [answer for answer in sample.answers(said, month) if answer.reference in ui.calls()]
    population = sample.below(ui.table(), said)
    drawn = sample.draw(population, month, [answer.reference for answer in given])
    st.caption(ui.md_escape(ui.say("quality.audit.lead", n=words.number(sample.SAMPLE, spoken))))
    if not drawn:
        ui.notice(ui.say("quality.audit.empty"))
        return
    if st.session_state.get(READING) == month and len(given) < len(drawn):
        call = ui.calls()[drawn[len(given)]]
        _read(call, month, len(population), given, len(drawn))
        return
    st.text(ui.plural("quality.audit.population", len(population)))
    if len(population) < sample.SAMPLE:
        small = ui.say("quality.audit.small", n=words.number(sample.SAMPLE, spoken))
        st.caption(ui.md_escape(small))
    name = _name(month)
    if len(given) < len(drawn):
        label = ui.say("quality.audit.resume" if given else "quality.audit.start", month=name)
        st.button(
            label, type="primary", icon=":material/visibility:", key="audit_start", on_click=_begin, args=(month,)
        )
    else:
        ui.notice(ui.say("quality.audit.done", month=name), kind="success")
    st.subheader(ui.say("quality.audit.result", month=name), anchor=False)
    _result(given)
    earlier = sorted({a.month for a in sample.answers(said)} - {month}, reverse=True)
    if earlier:
        with st.expander(ui.say("quality.audit.earlier"), key="audit_earlier"):
            for other in earlier:
                st.markdown(f"**{ui.md_escape(_name(other))}**")
                _result(sample.answers(said, other))


def _name(month: str) -> str:
    return words.month(date.fromisoformat(f"{month}-01"), ui.language())


def _begin(month: str | None) -> None:
    st.session_state[READING] = month


def _read(call: Call, month: str, below: int, given: Sequence[Answer], total: int) -> None:
    """One call in a plain view: title, facts, text. No score, no priority, no marks."""
    spoken = ui.language()
    numbers = {"done": words.number(len(given), spoken), "total": words.number(total, spoken)}
    st.progress(len(given) / total, text=ui.md_escape(ui.say("quality.audit.progress", **numbers)))
    reading, side = st.columns([2, 1], gap="large")
    with side, st.container(border=True, key="audit_answer"):
        st.markdown(f"**{ui.md_escape(ui.say('quality.audit.question'))}**")
        for answer in sample.ANSWERS:
            st.button(
                ui.say(f"quality.audit.{answer}"), key=f"audit_{answer}", width="stretch", on_click=_answer,
                args=(call, month, below, answer),
            )  # fmt: skip
        with st.container(horizontal=True):
            st.button(
                ui.say("quality.audit.pause"), key="audit_pause", type="tertiary", on_click=_begin, args=(None,)
            )
            if given:
                last = given[-1]
                st.button(
                    ui.say("quality.audit.undo"), key="audit_undo", type="tertiary", icon=":material/undo:",
                    on_click=_answer,
                    args=(ui.calls()[last.reference], month, below, sample.WITHDRAWN),
                )  # fmt: skip
        st.caption(ui.md_escape(ui.say("quality.audit.fields")))
        st.text("\n".join(f"• {ui.label(p.key)}" for p in ui.profile().priorities if p.active))
    with reading:
        ui.paper("audit_head", [el("h2", call.title, lang="en", css="title"), *ui_facts.facts(call)])
        ui.paper("audit_text", ui_why.text(call, []))


def _answer(call: Call, month: str, below: int, answer: str) -> None:
    try:
        desk_quality.answer_audit(
            ui.store(), call=call, month=month, below=below, answer=answer, by=ui.user(), office=ui.office() or None
        )
    except MatcherError as error:
        st.session_state[TROUBLE] = error


def _result(given: Sequence[Answer]) -> None:
    """The estimate in a sentence, and the calls behind it."""
    spoken, told = ui.language(), sample.estimate(given)
    if told is None:
        st.text(ui.say("quality.audit.result_none"))
        return
    numbers = {name: words.number(n, spoken) for name, n in told._asdict().items() if name != "found"}
    if told.found:
        sentence = ui.plural("quality.audit.some", told.found, found=words.number(told.found, spoken), **numbers)
    else:
        sentence = ui.say("quality.audit.zero", **numbers)
    st.markdown(ui.md_escape(sentence))
    if told.unsure:
        st.caption(ui.md_escape(ui.plural("quality.audit.unsure_note", told.unsure)))
    if told.read < ROUGH:
        st.caption(ui.md_escape(ui.say("quality.audit.rough", n=words.number(ROUGH, spoken))))
    lines = [
        el(
            "li",
            el("a", ui.calls()[a.reference].title, lang="en", href=f"call?call={a.reference}", open=a.reference)
            if a.reference in ui.calls()
            else el("span", a.reference),
            el("p", _said(a), css="small muted"),
        )
        for a in sorted(given, key=lambda a: sample.ANSWERS.index(a.answer))
    ]
    listed = el("details", el("summary", ui.say("quality.audit.answers")), el("ol", *lines, css="history"))
    opened = str(ui.paper(f"audit_answers_{given[0].month}", [listed]).get("open") or "")
    if opened in ui.calls():
        st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=opened))


def _said(answer: Answer) -> str:
    name = ui.say(f"quality.audit.{answer.answer}")
    return ui.say("quality.audit.said", answer=name, by=answer.decision.by)
