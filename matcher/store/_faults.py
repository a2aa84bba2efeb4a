"""What databases and disks raise, as the store's own errors: a sentence that never carries a value or a password."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from matcher.errors import StoreError

KEPT = "Nothing was half stored; what was there before is unchanged."
LOCKED = f"Somebody else is saving right now. {KEPT} Try again."
DAMAGED = "The database file is damaged. It was left as it is; restore a backup (matcher restore FILE)."
FORBIDDEN = f"This user may not do that in the database. {KEPT} Check the rights (README, PostgreSQL for a team)."
SENTENCES = {
    "database or disk is full": f"The disk of the database is full. {KEPT} Free some space and try again.",
    "disk full": f"The disk of the database is full. {KEPT} Free some space and try again.",
    "no space left": f"The disk of the database is full. {KEPT} Free some space and try again.",
    "database is locked": LOCKED,
    "lock timeout": LOCKED,
    "could not serialize": f"Somebody else saved at the same moment. {KEPT} Try again.",
    "deadlock": f"Somebody else saved at the same moment. {KEPT} Try again.",
    "could not decode": DAMAGED,
    "malformed": DAMAGED,
    "not a database": "The file is not a database of this program. It was left as it is; restore a backup "
    "(matcher restore FILE) or set another MATCHER_DATABASE.",
    "readonly database": f"The database cannot be written by this user. {KEPT} Check the rights of file and folder.",
    "permission denied": FORBIDDEN,
    "must be owner": FORBIDDEN,
    "unable to open": "The database file cannot be opened. Check that its folder exists and may be written.",
    "disk i/o error": f"The disk of the database reports an error. {KEPT} Check the disk.",
    "no such table": "The file is a database, but not one of this program. It was left as it is.",
    "undefinedtable": "The database is not one of this program. It was left as it is.",
}
CODES = {
    "database or disk is full": "disk_full",
    "disk full": "disk_full",
    "no space left": "disk_full",
    "database is locked": "locked",
    "lock timeout": "locked",
    "could not serialize": "collision",
    "deadlock": "collision",
    "could not decode": "damaged",
    "malformed": "damaged",
    "not a database": "foreign",
    "readonly database": "read_only",
    "permission denied": "read_only",
    "must be owner": "read_only",
    "unable to open": "unopened",
    "disk i/o error": "disk_fault",
    "no such table": "foreign",
    "undefinedtable": "foreign",
}
"""The code of a run's sentence ("runs.why.<code>" of words), by the same signs."""
UNREACHABLE = (
    "The database server cannot be reached or does not let this user in. Check MATCHER_DATABASE and the server."
)


def sentence(error: BaseException) -> str:
    """The sentence for an error of the database driver."""
    words = str(error).lower()
    for sign, text in SENTENCES.items():
        if sign in words:
            return text
    if any(sign in words for sign in ("connection", "connect", "authentication", "password", "role")):
        return f"{UNREACHABLE} {KEPT}"
    first = (str(error).strip().splitlines() or [""])[0]
    return f"The database refused ({type(error).__name__}: {first[:200]}). {KEPT}"


def code_of(error: BaseException) -> str:
    """The code of the sentence for an error; empty where there is only a sentence for any fault of the store."""
    words = str(error).lower()
    found = next((code for sign, code in CODES.items() if sign in words), "")
    return found or ("no_server" if sentence(error).startswith(UNREACHABLE) else "")


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong in the database inside the block into a StoreError."""
    try:
        yield
    except TimeoutError as error:
        raise StoreError(f"Too many people use the database at this moment. {KEPT} Try again.").coded(
            "locked"
        ) from error
    except DBAPIError as error:
        raise StoreError(sentence(error.orig or error)).coded(code_of(error.orig or error)) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(sentence(error)).coded(code_of(error)) from error
    except OSError as error:
        said = f"{sentence(error)} ({error.strerror or type(error).__name__})"
        raise StoreError(said).coded(code_of(error)) from error
