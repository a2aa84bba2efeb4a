"""Is everything in order? One small live request, the store, the disk, the clock; each finding ok, or what to do."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from matcher import desk
from matcher.desk_clock import now
from matcher.errors import MatcherError
from matcher.ledger import Run
from matcher.settings import Settings
from matcher.settings_service import Service
from matcher.sources import portal
from matcher.sources._http import Connection, Limits
from matcher.store import Store

CLOCK_OFF = timedelta(minutes=5)
STALE_HOURS = 36
FREE_TIMES = 3
ONE_TRY = Limits(tries=1)


class Finding(NamedTuple):
    """`advice` and `exit_code` count only where `ok` is False."""

    what: str
    ok: bool
    found: str
    advice: str = ""
    exit_code: int = 0


def examine(settings: Settings) -> list[Finding]:
    """Every finding, the store's first; never raises a MatcherError, each becomes a finding."""
    findings = [Finding("region", True, str(settings.region_folder))]
    try:
        desk.places(settings)
    except (MatcherError, OSError) as error:
        findings = [Finding("region", False, str(error), "Set MATCHER_REGION to a folder of data/regions.", 2)]
    findings += _store(settings)
    findings += _way_out(settings)
    return findings + _asked(settings)


def _asked(settings: Settings) -> list[Finding]:
    """The portal's findings, unless manners forbid to ask it."""
    with suppress(MatcherError), desk.open_store(settings) as store:
        rude = desk.left_alone(store, settings, by_hand=False)
        if rude is not None:
            return [Finding("portal", False, str(rude), "Wait; a pull after that asks again by itself.", 4)]
    return _portal(settings)


def _store(settings: Settings) -> list[Finding]:
    try:
        with desk.open_store(settings) as store:
            facts = health(store, settings)
            faults = store.verify()
    except MatcherError as error:
        return [Finding("store", False, str(error), "The sentence says it; `matcher restore` takes a backup.", 5)]
    found = f"{facts['database']}, schema {facts['schema']}, {facts.get('calls', 0)} calls, {_size(facts['bytes'])}"
    findings = [
        Finding("store", not faults, "; ".join(faults[:3]) or found, "Run `matcher restore` with a backup.", 5)
    ]
    if "free_bytes" in facts:
        enough = facts["free_bytes"] > FREE_TIMES * facts["bytes"]
        findings.append(
            Finding(
                "disk", enough, f"{_size(facts['free_bytes'])} free", "Free three times the size of the store.", 5
            )
        )
    return findings


def _way_out(settings: Settings) -> list[Finding]:
    used = settings.way_out()
    found = ", ".join(f"{name}={value}" for name, value in used.items()) or "direct, the system's certificates"
    missing = settings.missing_certificates()
    contact = Finding(
        "contact", bool(settings.contact), settings.contact or "none",
        "Set MATCHER_CONTACT to a mail address before live pulls: the portal's operators can then reach you.", 10,
    )  # fmt: skip
    return [
        _mail(),
        Finding(
            "proxy and certificates", missing is None, missing or found, "Correct the path of the certificate.", 2
        ),
        contact,
    ]


def _mail() -> Finding:
    service = Service()
    if not (service.smtp_host or service.mail_folder):
        return Finding("mail", True, "none about failed pulls (MATCHER_SMTP_HOST or MATCHER_MAIL_FOLDER)")
    there = ", ".join([*filter(None, [service.smtp_host]), *filter(None, [str(service.mail_folder or "")])])
    complete = not service.smtp_host or bool(service.mail_from and service.receivers)
    return Finding("mail", complete, f"to {there}", "Set MATCHER_MAIL_FROM and MATCHER_MAIL_TO.", 2)


def _portal(settings: Settings) -> list[Finding]:
    """One request for five topics: what was sent, what came, whether it is what was asked."""
    try:
        with Connection(settings.portal, settings.contact, allow_loopback=True, limits=ONE_TRY) as connection:
            probe = portal.probe(connection)
    except MatcherError as error:
        advice = "Without internet the app works on with what it has; behind a proxy set HTTPS_PROXY."
        return [Finding("portal", False, str(error), advice, error.exit_code)]
    sent = "; ".join(f"{name}={value}" for name, value in probe.sent.items())
    findings = [
        Finding("sent", True, sent),
        Finding("got", True, f"{probe.rows} records of {probe.total}, keys {', '.join(probe.envelope)}"),
        Finding("api version", True, probe.api_version or "not told"),
        Finding(
            "filter obeyed", not probe.faults, " ".join(probe.faults) or "type, status, language, source as asked",
            "Do not pull: the service changed. The last list stays; update the matcher.", 4,
        ),
    ]  # fmt: skip
    if probe.date is not None:
        off = abs(now() - probe.date)
        text = f"{off.total_seconds():.0f} s from the portal's"
        findings.append(
            Finding("clock", off < CLOCK_OFF, text, "Set this machine's clock; deadlines depend on it.", 2)
        )
    return findings


def exit_code(findings: list[Finding]) -> int:
    """0 if all is ok, else the code of the first fault; 10 if there are only warnings."""
    codes = [f.exit_code for f in findings if not f.ok]
    return next((code for code in codes if code != 10), 10 if codes else 0)


def health(store: Store, settings: Settings) -> dict[str, Any]:
    """Facts for a watchdog: the store's own, ages of the last pulls and the last copy, and an exit code (0, 5 or 10).

    `last_pull_hours`: since the last published pull; `last_verified_hours`: since the last whose readings agreed;
    `left_alone`: why the portal is not asked just now; `integrity`: faults found by a quick look, `matcher doctor`
    looks at all of the content. Unknown is None. Exit code 10: the last live pull is older than 36 hours.
    """
    facts = store.health()
    facts["region"] = settings.region
    facts |= dict.fromkeys(("last_pull_hours", "last_verified_hours", "left_alone", "integrity", "backup"))
    facts["stale"] = False
    if facts["readable"]:
        try:
            facts |= _ages(store, settings)
        except MatcherError as error:
            facts |= {"readable": False, "problem": str(error)}
    sound = facts["readable"] and facts["writable"] and not facts["integrity"]
    facts["exit_code"] = 5 if not sound else 10 if facts["stale"] else 0
    return facts


def _ages(store: Store, settings: Settings) -> dict[str, Any]:
    last = store.last_published("portal")
    runs = store.runs(source="portal")
    verified = next((run for run in runs if run.state == "published" and run.agreed), None)
    copy, hours = store.last_backup(), _hours(last)
    rude = desk.left_alone(store, settings, by_hand=False)
    return {
        "last_pull_hours": hours,
        "last_verified_hours": _hours(verified),
        "stale": last is not None and last.scope == "live" and hours is not None and hours > STALE_HOURS,
        "left_alone": str(rude) if rude else None,
        "integrity": store.integrity(),
        "backup": copy and {**copy, "hours": _since(datetime.fromisoformat(copy["at"])), "verified": True},
    }


def _hours(run: Run | None) -> float | None:
    return _since(run.finished) if run and run.finished else None


def _since(at: datetime) -> float:
    return round((now() - at).total_seconds() / 3600, 1)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
