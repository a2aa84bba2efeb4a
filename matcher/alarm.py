"""Mail about pulls that fail: a file in a folder, or SMTP. At the first failure, once a day, and when it is over.

A mail that cannot be delivered is never the end of anything: `tell` says so in a sentence, and the next pull tries
again. What was told is noted in a small file, so that it holds from one pull to the next.
"""

import json
import os
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Literal, NamedTuple

from matcher import log
from matcher.settings_service import Service

SECONDS, WHOLE = 20, 60
IMPLICIT_TLS = 465
# Less than a day, because a nightly pull begins at a random minute.
AGAIN_AFTER = timedelta(hours=20)

What = Literal["failed", "again", "over"]


class State(NamedTuple):
    """Since when pulls fail, and when a mail last said so (None: not yet)."""

    since: datetime
    told: datetime | None


class Letter(NamedTuple):
    subject: str
    text: str


def wanted(service: Service) -> bool:
    return bool(service.mail_folder or service.smtp_host)


def tell(
    service: Service, place: Path, failed: bool, now: datetime, write: Callable[[What, datetime], Letter]
) -> str | None:
    """Deliver a mail if one is due; a sentence if that failed. `place`: the file that remembers what was told.

    `write` makes the letter for what is due ("failed" the first time, "again" a day later, "over" after a good pull)
    and the moment since which pulls fail.
    """
    state = _read(place)
    what = _due(state, failed, now)
    since = state.since if state else now
    if what is None:
        return None
    trouble = _deliver(service, write(what, since), now)
    if trouble:
        log.event("mail failed", what=what, why=trouble)
    else:
        log.event("mail", what=what)
    noted = _note(place, what, State(since, (state.told if state else None) if trouble else now), bool(trouble))
    return trouble or noted


def _due(state: State | None, failed: bool, now: datetime) -> What | None:
    if not failed:
        # Nobody has heard of the failure, so nobody needs to hear of its end.
        return "over" if state and state.told else None
    if state is None or state.told is None:
        return "failed"
    return "again" if now - state.told >= AGAIN_AFTER else None


def _deliver(service: Service, letter: Letter, now: datetime) -> str | None:
    """The sentence about what could not be delivered; None if all was."""
    message = EmailMessage()
    try:
        message["Subject"] = letter.subject
        message["From"] = service.mail_from or "matcher@localhost"
        message["To"] = ", ".join(service.receivers) or "matcher@localhost"
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain="matcher.local")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
    except ValueError:
        return "The mail was not sent: MATCHER_MAIL_FROM or MATCHER_MAIL_TO is no address."
    troubles = [_keep(message, service.mail_folder, now)] if service.mail_folder else []
    troubles += [_send(message, service)] if service.smtp_host else []
    return " ".join(trouble for trouble in troubles if trouble) or None


def _keep(message: EmailMessage, folder: Path, now: datetime) -> str | None:
    name = f"{now:%Y-%m-%dT%H%M%SZ}.eml"
    part = folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(message.as_bytes())
        part.replace(folder / name)
    except OSError as error:
        return f"The mail could not be written into {folder} ({error.strerror or type(error).__name__})."
    return None


def _send(message: EmailMessage, service: Service) -> str | None:
    if not (service.mail_from and service.receivers):
        return "The mail was not sent: MATCHER_MAIL_FROM and MATCHER_MAIL_TO must be set."
    if service.smtp_user and not _encrypted(service) and not _loopback(service.smtp_host):
        return "The mail was not sent: without MATCHER_SMTP_STARTTLS its password would travel unencrypted."
    troubles: list[str | None] = [f"The mail was not sent: {service.smtp_host} took longer than {WHOLE} seconds."]

    def work() -> None:
        troubles[0] = _post(message, service)

    # A server that sends a byte now and then is stopped by no time limit of a single read.
    thread = Thread(target=work, name="mail", daemon=True)
    thread.start()
    thread.join(WHOLE)
    return troubles[0]


def _post(message: EmailMessage, service: Service) -> str | None:
    """Never the server's own words: they may repeat what was sent."""
    host, port = service.smtp_host, service.smtp_port
    try:
        if port == IMPLICIT_TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(host, port, timeout=SECONDS)
        with connection:
            if service.smtp_starttls and port != IMPLICIT_TLS:
                connection.starttls(context=ssl.create_default_context())
            if service.smtp_user:
                connection.login(service.smtp_user, service.smtp_password.get_secret_value())
            refused = connection.send_message(message, service.mail_from, service.receivers)
    except smtplib.SMTPAuthenticationError:
        return f"The mail was not sent: {host} did not accept user and password."
    except smtplib.SMTPRecipientsRefused:
        return f"The mail was not sent: {host} refused every receiver."
    except smtplib.SMTPResponseException as error:
        return f"The mail was not sent: {host} refused it (SMTP {error.smtp_code})."
    except ssl.SSLError:
        return f"The mail was not sent: no secure connection to {host}:{port}."
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return f"The mail was not sent: {host}:{port} cannot be used ({type(error).__name__})."
    return f"{host} refused {len(refused)} of {len(service.receivers)} receivers of the mail." if refused else None


def _encrypted(service: Service) -> bool:
    return service.smtp_starttls or service.smtp_port == IMPLICIT_TLS


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read(place: Path) -> State | None:
    """What was noted; None if nothing was, or it cannot be read: then a mail too many is better than none."""
    try:
        noted = json.loads(place.read_text("utf-8"))
        told = noted.get("told")
        return State(datetime.fromisoformat(noted["since"]), datetime.fromisoformat(told) if told else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _note(place: Path, what: What, state: State, trouble: bool) -> str | None:
    part = place.with_name(f"{place.name}.{os.getpid()}.part")
    try:
        if what == "over" and not trouble:
            place.unlink(missing_ok=True)
            return None
        place.parent.mkdir(parents=True, exist_ok=True)
        values = {"since": state.since.isoformat(), "told": state.told.isoformat() if state.told else None}
        part.write_text(json.dumps(values), "utf-8")
        part.replace(place)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return f"It could not be noted that a mail was sent ({why}): it may come twice."
    return None
