"""The line on every page about the data: the last verified pull and its age, and a later try that failed."""

from datetime import date

from matcher import ui_data, words
from matcher.ledger import Run
from matcher.words import BRUSSELS

STALE_DAYS = 7
UNDONE = ("refused", "failed", "killed", "stopped")


def sentence() -> tuple[str, bool]:
    """The sentence, and whether it asks for attention: the data is old, or the last try failed."""
    last, tried = ui_data.last_run(), later_try()
    told = f"; {_tried(tried)}" if tried else ""
    if last is None:
        return ui_data.say("pages.state.none") + told, True
    spoken, demo = ui_data.language(), last.scope == "demo"
    moment, day = last.finished or last.started, day_of(last)
    if demo or last.scope == "archive":
        shown = words.day(day, spoken)
        return ui_data.say(f"pages.state.{last.scope}", day=shown) + _counted(day, demo) + told, tried is not None
    shown = words.day(day, spoken) if last.recorded_on else words.moment(moment, spoken)
    text = ui_data.say("pages.state.live", moment=shown, age=age(day)) + _counted(day)
    if last.agreed is not None:
        text += f"; {ui_data.say('runs.done.agreed' if last.agreed else 'pages.state.differ')}"
    old = (ui_data.actual_today() - day).days >= STALE_DAYS
    if old and not tried:
        text += f"; {ui_data.say('pages.state.old')}"
    return text + told, old or tried is not None


def day_of(run: Run) -> date:
    """The day the data of a pull is of: recorded data is older than its pull."""
    return run.recorded_on or (run.finished or run.started).astimezone(BRUSSELS).date()


def _counted(day: date, past: bool = False) -> str:
    """From which day the lists count the days that are left, where data of `day` leaves a doubt; `past`: of data that
    can be shown as on its day."""
    today = ui_data.today()
    if day == today:
        return f"; {ui_data.say('pages.state.counted_then')}" if past else ""
    return f"; {ui_data.say('pages.state.counted_today', day=words.day(today, ui_data.language()))}"


def age(day: date) -> str:
    """How many days ago, in words: today, yesterday, 3 days ago."""
    days = max(0, (ui_data.actual_today() - day).days)
    if days < 2:
        return ui_data.say(f"pages.state.{('today', 'yesterday')[days]}")
    return ui_data.plural("pages.state.days_ago", days)


def later_try() -> Run | None:
    """The newest pull of a source on the network if it came to nothing; None if the last one was published."""
    newest = next((run for run in ui_data.runs() if run.source != "sheet"), None)
    return newest if newest is not None and newest.state in UNDONE else None


def _tried(run: Run) -> str:
    moment = run.finished or run.started
    day, spoken = moment.astimezone(BRUSSELS).date(), ui_data.language()
    days = (ui_data.actual_today() - day).days
    when = f"{age(day)}, {words.clock(moment)}" if days < 2 else words.moment(moment, spoken)
    if days < 2 and spoken == "de":
        when += " Uhr"
    return ui_data.say(f"pages.state.tried_{run.state}", when=when)
