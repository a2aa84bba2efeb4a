"""What the office said last on the calls of the news, in a few words: state, reason, day, to whom, by whom, when."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matcher import ui, ui_keep, words
from matcher.ledger import Decision, State
from matcher.views.audit import marker
from matcher.views.holding import held
from matcher.words import BRUSSELS


def lasts() -> dict[str, Decision]:
    """The word that holds for the office of this session, by reference."""
    return held(ui.decisions(), ui.office() or None)


def called(office: str | None) -> str:
    """The name of a town, or of the region as a whole."""
    return ui.plain(ui_keep.offices().get(office or "", office or "") or ui.say("shelf.office.region"))


def elsewhere(reference: str, own: str | None) -> str:
    """What towns other than `own` said last on a call, and when: "Essen: weitergeleitet, 27.11.2026"; or nothing."""
    spoken = ui.language()
    known: dict[str, dict[str, Decision]] = ui.for_this_run(f"of towns {len(ui.decisions())}", _of_towns)
    told = [
        ", ".join(
            (
                f"{called(town)}: {words.say(f'states.state.{d.state}', spoken)}",
                words.day(d.at.astimezone(BRUSSELS).date(), spoken),
            )
        )
        for town, d in known.get(reference, {}).items()
        if town != own and d.state is not State.NEW
    ]
    return "; ".join(told)


def _of_towns() -> dict[str, dict[str, Decision]]:
    """What each town said last on each call, by reference and town."""
    found: dict[str, dict[str, Decision]] = {}
    for decision in ui.decisions():
        if decision.office and marker(decision) is None:
            found.setdefault(decision.reference, {})[decision.office] = decision
    return found


def state(decision: Decision) -> str:
    """The state with its reason, day or recipients: "verworfen (zu groß)"."""
    spoken = ui.language()
    more = [words.say(f"states.discard.{decision.reason}", spoken)] if decision.reason else []
    if decision.until:
        more.append(ui.say("call.until", day=words.day(decision.until, spoken)))
    if decision.to:
        more.append(ui.say("call.sent_to", to=", ".join(decision.to)))
    elif decision.state is State.FORWARDED:
        more.append(words.say("exports.no_mail", spoken))
    return words.say(f"states.state.{decision.state}", spoken) + (f" ({'; '.join(more)})" if more else "")


def told(decision: Decision | None) -> str:
    """The same with who said it and when; empty where nothing is said or was taken back."""
    if decision is None or decision.state is State.NEW:
        return ""
    return f"{state(decision)} · {decision.by}, {words.moment(decision.at, ui.language())}"


def named(decision: Decision, text: str) -> str:
    """A text on a decision, with the name of the town or region before it where it is another one's."""
    return text if not text or decision.office == (ui.office() or None) else f"{called(decision.office)}: {text}"


def together(references: Sequence[str], said: Mapping[str, Decision]) -> str:
    """Each different state of the calls of an item and how many have it; the whole sentence if there is one call."""
    if len(references) == 1:
        one = said.get(references[0])
        return named(one, told(one)) if one else ""
    heard = [said[one] for one in references if one in said and said[one].state is not State.NEW]
    known = Counter(named(one, state(one)) for one in heard)
    if len(known) < 2:
        return next(iter(known), "")
    return ", ".join(f"{words.number(n, ui.language())} {what}" for what, n in known.items())
