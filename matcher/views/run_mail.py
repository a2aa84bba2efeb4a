"""The mail about a pull that failed, that still fails, or that works again; plain text for the office."""

from datetime import datetime

from matcher.errors import MatcherError
from matcher.ledger import Run
from matcher.views.runs import failure, sentence
from matcher.words import moment, say


def letter(
    what: str,
    outcome: Run | MatcherError,
    language: str,
    *,
    since: datetime,
    now: datetime,
    region: str,
    host: str,
    last: Run | None = None,
    readable: bool = True,
) -> tuple[str, str]:
    """Subject and text. `what`: failed, again or over; `outcome`: the run, or the error that came before one.

    `last`: the published list that stays, where `outcome` is an error; `readable`: whether the store could be asked.
    """
    if isinstance(outcome, Run):
        said, started, message = sentence(outcome, language), outcome.started, outcome.message
    else:
        said, started, message = failure(outcome, language, last, readable=readable), now, str(outcome)
    code = outcome.exit_code
    facts = say("runs.mail.facts", language, host=host, region=region, started=moment(started, language), code=code)
    parts = [said if said.endswith(".") else f"{said}."]
    if what == "over":
        parts.append(say("runs.mail.over", language, moment=moment(since, language)))
    elif what == "again":
        parts.append(say("runs.mail.since", language, moment=moment(since, language)))
    parts.append(facts)
    if what != "over" and message:
        parts.append(say("runs.mail.exact", language, message=message))
    parts.append(say("runs.mail.foot", language))
    return say(f"runs.mail.subject_{what}", language, code=code), "\n\n".join(parts) + "\n"
