"""The filters of the page "Calls": what stands in the address, the widgets with their counts, what they hide."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from matcher import ui, ui_counted, ui_keep, words
from matcher.ledger import State
from matcher.model import Kind, Status
from matcher.ui_address import Choice
from matcher.ui_windows import APPLICANTS, DUE, MONEY, sums
from matcher.views import shortlist
from matcher.views.filters import KEPT
from matcher.views.shortlist import Facets, Filters

PAGE = "matches"
GRADES = ("strong", "partial", "weak", "none")
VISIT = "visit"
SINCE = (VISIT, "7", "14", "30", "90")
VIEWS = ("table", "list")
# The columns of the table as it starts, and all there are.
SHOWN = (
    "score", "title", "fields", "deadline", "left", "money", "rate", "apply", "status", "news", "state", "conditions",
    "programme", "identifier",
)  # fmt: skip
COLUMNS = (
    *SHOWN, "opens", "stage", "total", "projects", "action", "kind", "dutch", "sent", "owner", "note", "first_seen",
    "before", "until", "reason", "decided",
)  # fmt: skip
NOT_FILTERS = ("sort", "view", "cols")
# Parameter of the address -> filter with choices (views.shortlist.counts).
LISTS = {
    "priority": "priorities", "status": "statuses", "state": "states", "programme": "programmes",
    "action": "types_of_action", "kind": "kinds", "grade": "grades", "stage": "stages", "owner": "owners",
    "applicant": "applicants", "noise": "noise",
}  # fmt: skip


def choices(facets: Facets) -> dict[str, Choice]:
    """What stands in the address of the page, with the options that the stored calls give."""
    saved = ui.profile()
    types = sorted(facets.sets("types_of_action").names)
    return {
        "q": Choice(""),
        "sort": Choice("score", shortlist.ORDERS),
        "view": Choice("list" if st.session_state.get("narrow") else "table", VIEWS),
        "priority": Choice([], [p.key for p in saved.priorities if p.active]),
        "status": Choice(["open", "forthcoming"], list(Status)),
        "due": Choice("", ["", *DUE]),
        "since": Choice("", ["", *SINCE]),
        "state": Choice([], [KEPT, *State]),
        "programme": Choice([], sorted(facets.codes("programme_name").names)),
        "action": Choice([], types),
        "kind": Choice([], list(Kind)),
        "grade": Choice([], GRADES),
        "money": Choice("", ["", *MONEY]),
        "stage": Choice([], sorted(facets.codes("stage").names)),
        "owner": Choice([], sorted(facets.codes("owner").names)),
        "applicant": Choice([], APPLICANTS),
        "noise": Choice([], [n.key for n in saved.noise if n.hidden]),
        "late": Choice(True),
        "discarded": Choice(False),
        "cols": Choice(list(SHOWN), COLUMNS, ordered=True),
        "page": Choice("1", digits=True),
    }


def asked() -> Filters:
    """The filters as the widgets (or the address) have them now."""
    return filters_of(value)


def filters_of(read: Callable[[str], Any]) -> Filters:
    """The filters whose values `read` gives by the name of the parameter."""
    lists = {name: tuple(read(parameter) or ()) for parameter, name in LISTS.items()}
    due, money, since = read("due"), read("money"), read("since")
    least, most = DUE.get(due, (None, None))
    low, high = sums(money)
    return Filters(
        **lists,
        deadline_from=least,
        deadline_to=most,
        project_from=low,
        project_to=high,
        since=ui_keep.unseen() if since == VISIT else ui.today() - timedelta(days=int(since)) if since else None,
        search=read("q") or "",
        late=bool(read("late")),
        discarded=bool(read("discarded")),
    )


def value(parameter: str) -> Any:
    return st.session_state.get(key(parameter))


def key(parameter: str) -> str:
    """The key of the widget whose value stands in the address as `parameter`."""
    return f"{PAGE}_{parameter}"


def sidebar(known: Mapping[str, Choice], counts: Mapping[str, Mapping[str, int]], news: int) -> Any:
    """All filters, the everyday ones open, the others folded; every choice with the number of calls behind it.

    `news`: how many calls are unseen among those that pass all other filters. Returns the place for `states`.
    """
    spoken = ui.language()
    with ui.filter_slot():
        _pills("priority", known, counts, ui.short)
        _pills("status", known, counts, lambda s: words.say(f"states.status.{s}", spoken))
        _one("due", known, lambda d: ui.say(f"matches.due.{d or 'any'}"), counts)
        _one("since", known, lambda n: _since(n, news))
        place = st.container()
        names = ("programme", "action", "kind", "grade", "money", "stage", "owner", "applicant", "late")
        used = sum(bool(known[name].write(value(name))) for name in names)
        title = ui.plural("matches.more_used", used) if used else ui.say("matches.more")
        with st.expander(title, key="matches_more", type="compact"):
            _many("programme", known, counts, ui.plain)
            _many("action", known, counts, ui.plain)
            _many(
                "applicant", known, counts, lambda a: ui.say(f"apply.applicant.{a}"),
                ui.say("matches.applicant_help"),
            )  # fmt: skip
            _one("money", known, lambda m: ui.say(f"matches.money.{m or 'any'}"), counts)
            _many("kind", known, counts, lambda k: words.say(f"states.kind.{k}", spoken))
            _many("grade", known, counts, lambda g: words.say(f"states.grade.{g}", spoken))
            _many("stage", known, counts, stage)
            _many("owner", known, counts, ui.plain)
            st.toggle(ui.say("matches.late"), key=key("late"), help=ui.say("matches.late_help"), on_change=first_page)
        _many("noise", known, counts, lambda n: ui.plain(ui.label(n)), hint=ui.say("matches.noise_help"))
        st.button(
            ui.say("matches.reset"), key="matches_reset", icon=":material/filter_alt_off:", on_click=reset,
            args=(dict(known),), type="tertiary", disabled=not any(_used(known)),
        )  # fmt: skip
    return place


def states(known: Mapping[str, Choice], counts: Mapping[str, Mapping[str, int]]) -> None:
    """The choice of states, whose counts move with every decision."""
    spoken = ui.language()
    _many(
        "state", known, counts,
        lambda s: ui.say("matches.undecided") if s == "new" else words.say(f"states.state.{s}", spoken),
    )  # fmt: skip
    if not value("state"):
        st.toggle(
            ui.say("matches.discarded"), key=key("discarded"), help=ui.say("matches.discarded_help"),
            on_change=first_page,
        )  # fmt: skip


def stage(text: str) -> str:
    """ "1 of 2" in words."""
    first, _, last = text.partition(" of ")
    return ui.say("facts.stage_of", n=first, of=last)


def first_page() -> None:
    """A new wish starts at the first page of the list."""
    st.session_state[key("page")] = "1"


def reset(known: Mapping[str, Choice]) -> None:
    """All filters as at the start; order and view stay."""
    for name, choice in known.items():
        if name not in NOT_FILTERS:
            st.session_state[key(name)] = choice.read(None)


def hidden_sentence(hidden: Mapping[str, int]) -> str:
    """How many calls are not shown, and through what."""
    spoken = ui.language()
    groups: dict[str, int] = {}
    for name, count in hidden.items():
        group = name.partition(":")[0]
        groups[group] = groups.get(group, 0) + count
    names = {"noise": "noise_hidden"}
    parts = [
        ui.say(
            "matches.hidden_by", n=words.number(n, spoken), what=words.say(f"states.filter.{names.get(g, g)}", spoken)
        )
        for g, n in groups.items()
    ]
    return ui.say("matches.hidden", list=", ".join(parts))


def _since(days: str, news: int) -> str:
    if days == VISIT:
        first = ui_keep.first_visit()
        return ui.say("shelf.since.first" if first else "shelf.since.visit", n=words.number(news, ui.language()))
    return ui.plural("matches.since", int(days)) if days else ui.say("matches.since_any")


def _used(known: Mapping[str, Choice]) -> list[bool]:
    return [bool(c.write(value(n))) for n, c in known.items() if n not in (*NOT_FILTERS, "page")]


def _label(parameter: str) -> str:
    name = {**LISTS, "due": "deadline", "money": "budget", "noise": "noise_hidden"}.get(parameter, parameter)
    return words.say(f"states.filter.{name}", ui.language())


def _options(parameter: str, known: Mapping[str, Choice], counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Options that lead to calls, and those chosen; in their own order."""
    found = counts.get(LISTS[parameter], {})
    chosen = value(parameter) or []
    return [o for o in known[parameter].options or () if found.get(o) or o in chosen]


def _counted(text: str, count: int) -> str:
    return f"{text} · {words.number(count, ui.language())}"


def _pills(parameter: str, known: Mapping[str, Choice], counts: Mapping[str, Mapping[str, int]], name: Any) -> None:
    found = counts.get(LISTS[parameter], {})
    options = _options(parameter, known, counts) if parameter == "status" else list(known[parameter].options or ())
    ui_counted.pills(
        _label(parameter), {o: _counted(ui.md_escape(name(o)), found.get(o, 0)) for o in options},
        key=key(parameter), on_new=first_page,
        help=ui.say("matches.priority_help") if parameter == "priority" else None,
    )  # fmt: skip


def _many(
    parameter: str, known: Mapping[str, Choice], counts: Mapping[str, Mapping[str, int]], name: Any, hint: str = ""
) -> None:
    options: Sequence[str] = _options(parameter, known, counts)
    if not options:
        return
    found = counts.get(LISTS[parameter], {})
    ui_counted.many(
        _label(parameter), {o: _counted(name(o), found.get(o, 0)) for o in options}, key=key(parameter),
        on_new=first_page, help=hint or None, filter_mode="contains",
        placeholder=ui.say("matches.none_shown" if parameter == "noise" else "matches.all"),
    )  # fmt: skip


def _one(
    parameter: str, known: Mapping[str, Choice], name: Any, counts: Mapping[str, Mapping[str, int]] | None = None
) -> None:
    """`counts`: where there are some, by parameter and option; "any" has none."""
    found = (counts or {}).get(parameter, {})
    names = {o: _counted(name(o), found[o]) if o in found else name(o) for o in known[parameter].options or ()}
    ui_counted.one(_label(parameter), names, key=key(parameter), on_new=first_page)
