"""What people read, in their language: messages from `words/<language>/<group>.toml`, and dates, numbers, money.

A message's key is "group.name" (or "group.table.name"); group is the file's name. Keys and stored values are never
translated, only what is shown. Dutch has labels only and falls back to English.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("de", "en")
BRUSSELS = ZoneInfo("Europe/Brussels")
MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_DE = ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")
SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}

_FOLDER = Path(__file__).parent
_ISO = re.compile(r"(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<minute>T[0-9]{2}:[0-9]{2}Z)?(?![\w-])")


def say(key: str, language: str, **values: object) -> str:
    """The message `key` in `language`, its `{placeholders}` filled with `values`.

    Blanks and hyphens in a key count as underscores, so stored values fit: `say(f"states.state.{state}", "de")`.
    Raises KeyError naming key and language, or the value that a placeholder lacks.
    """
    name = _name(key)
    message = messages(language).get(name)
    if message is None and language not in LANGUAGES:
        message = messages("en").get(name)
    if message is None:
        raise KeyError(f"words: no message {key!r} in {language!r}")
    try:
        return message.format(**values) if values or "{" in message else message
    except KeyError as missing:
        raise KeyError(f"words: {key!r} in {language!r} needs a value for {missing}") from None


def has(key: str, language: str) -> bool:
    """Whether there is such a message, for values that come from outside (a kind of change, a flag)."""
    return _name(key) in messages(language)


def plural(key: str, n: int, language: str, **values: object) -> str:
    """`key` + "_one" for exactly one, else `key`; `{n}` is the number as people write it."""
    return say(f"{key}_one" if n == 1 else key, language, n=number(n, language), **values)


@cache
def messages(language: str) -> Mapping[str, str]:
    """All messages of a language by key, from every TOML file of its folder; KeyError without such a folder."""
    folder = _FOLDER / language
    if not language.isalpha() or not folder.is_dir():
        raise KeyError(f"words: there is no language {language!r}")
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        found.update(_flat(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


def day(on: date | None, language: str) -> str:
    """23.11.2026 or 23 Nov 2026; "not stated" for None."""
    if on is None:
        return say("facts.not_stated", language)
    if language == "en":
        return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.day:02}.{on.month:02}.{on.year:04}"


def near_day(on: date, today: date, language: str) -> str:
    """24.12. or 24 Dec for a day less than half a year away, else as `day`."""
    if abs((on - today).days) > 180:
        return day(on, language)
    return f"{on.day} {MONTHS[on.month - 1]}" if language == "en" else f"{on.day:02}.{on.month:02}."


def month(on: date, language: str) -> str:
    """Nov. 2026 or Nov 2026."""
    return f"{(MONTHS_DE if language == 'de' else MONTHS)[on.month - 1]} {on.year}"


def clock(at: datetime) -> str:
    """HH:MM in Brussels; a time without zone is taken as UTC."""
    return _brussels(at).strftime("%H:%M")


def moment(at: datetime | None, language: str) -> str:
    """Day and time in Brussels (23.11.2026, 06:00 Uhr or 23 Nov 2026, 06:00); a time without zone is taken as UTC."""
    if at is None:
        return say("facts.not_stated", language)
    local = _brussels(at)
    return f"{day(local.date(), language)}, {local:%H:%M}" + (" Uhr" if language == "de" else "")


def number(n: float | int | Decimal, language: str, digits: int = 0) -> str:
    """Thousands, decimals and minus as the language writes them, halves rounded up, always `digits` decimals."""
    exact = Decimal(str(n)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{exact + 0:,}".replace("-", MINUS)
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def money(amount: int | None, currency: str, language: str) -> str:
    """7,5 Mio. € or €7.5 million; whole units below 100 000; "not stated" for None.

    Millions and above keep two decimals, sums from 100 000 to a million three; zeros at the end are left out.
    """
    if amount is None:
        return say("facts.not_stated", language)
    sign = SIGNS.get(currency, currency)
    if abs(amount) < 100_000:
        return _with_sign(number(amount, language), "", sign, language)
    if abs(amount) < 999_500:
        text, unit = _short(Decimal(amount) / 10**6, 3, language), "million"
    elif abs(amount) < 999_995_000:
        text, unit = _short(Decimal(amount) / 10**6, 2, language), "million"
    else:
        text, unit = _short(Decimal(amount) / 10**9, 2, language), "billion"
    return _with_sign(text, say(f"facts.unit.{unit}", language), sign, language)


def money_range(low: int | None, high: int | None, currency: str, language: str) -> str:
    """One sum, "from – to", "at least …" or "up to …"; "not stated" if both are None."""
    if low is not None and high is not None and low != high:
        return f"{money(low, currency, language)} – {money(high, currency, language)}"
    if high is not None:
        return (
            money(high, currency, language)
            if low == high
            else say("facts.up_to", language, sum=money(high, currency, language))
        )
    return (
        say("facts.at_least", language, sum=money(low, currency, language)) if low else money(low, currency, language)
    )


def percent(value: float | int | None, language: str, digits: int = 0) -> str:
    """60 % or 60%; `value` is in percent (60, not 0.6)."""
    if value is None:
        return say("facts.not_stated", language)
    return number(value, language, digits) + ("%" if language == "en" else " %")


def percent_range(low: int | None, high: int | None, language: str) -> str:
    """70–100 %; one figure where both are equal or one is unknown."""
    if low is not None and high is not None and low != high:
        return f"{number(low, language)}–{percent(high, language)}"
    return percent(high if low is None else low, language)


def days_left(days: int | None, language: str) -> str:
    """Time to a deadline in words: today, tomorrow, 12 days left, over for 3 days; "no deadline" for None."""
    if days is None:
        return say("facts.days.none", language)
    if days in (0, 1):
        return say(f"facts.days.{('today', 'tomorrow')[days]}", language)
    return plural("facts.days.over" if days < 0 else "facts.days.left", abs(days), language)


def yes_no(value: bool | None, language: str) -> str:
    """Yes, no, or "not stated"."""
    return say({True: "facts.yes", False: "facts.no"}.get(value, "facts.not_stated"), language)  # type: ignore[arg-type]


def dates_in(text: str, language: str) -> str:
    """ISO dates and UTC minutes inside a text as the language writes them; impossible ones stay as they are."""

    def shown(match: re.Match[str]) -> str:
        try:
            if match["minute"]:
                return moment(datetime.fromisoformat(match[0].replace("Z", "+00:00")), language)
            return day(date.fromisoformat(match[0]), language)
        except ValueError:
            return match[0]

    return _ISO.sub(shown, text)


def _name(key: str) -> str:
    return key.replace(" ", "_").replace("-", "_")


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", value


def _brussels(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BRUSSELS)


def _short(value: Decimal, digits: int, language: str) -> str:
    text = number(value, language, digits)
    return text.rstrip("0").rstrip(",.")


def _with_sign(text: str, unit: str, sign: str, language: str) -> str:
    if language == "en":
        glued = f"{sign}{text}" if len(sign) == 1 else f"{sign} {text}"
        return f"{glued} {unit}".rstrip()
    return " ".join(part for part in (text, unit, sign) if part)
