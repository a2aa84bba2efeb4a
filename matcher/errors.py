"""What can go wrong, in words for the person who reads it, each with the exit code of the command line."""

from typing import Self


class MatcherError(Exception):
    """Something a person can understand and act on; `exit_code` is the command line's (README, "Exit codes").

    `code` and `values` say the same free of language: the sentence is "runs.why.<code>" of words. Empty where an
    error has no sentence of its own; the one of its exit code is then said.
    """

    exit_code = 1
    code = ""

    def __init__(self, *args: object):
        super().__init__(*args)
        self.values: dict[str, str | int | float] = {}

    def coded(self, code: str, **values: str | int | float) -> Self:
        """The error itself with its code and the values of its sentence, to be raised."""
        self.code, self.values = code, values
        return self


class InputError(MatcherError, ValueError):
    """Wrong usage or faulty input; `faults` names every fault found, nothing was stored."""

    exit_code = 2

    def __init__(self, message: str, faults: list[str] | None = None):
        super().__init__(message)
        self.faults = faults or []


class SourceError(MatcherError):
    """The source cannot be reached or changed its form."""

    exit_code = 3


class GuardError(MatcherError):
    """A pull was refused by one of its guards; the last published list stays."""

    exit_code = 4


class StoreError(MatcherError):
    """The store is full, damaged, newer than this program, or locked for too long."""

    exit_code = 5


class BusyError(MatcherError):
    """Another pull is running."""

    exit_code = 6


class ConflictError(StoreError):
    """Somebody else saved first; `current` is what they saved."""

    def __init__(self, message: str, current: object = None):
        super().__init__(message)
        self.current = current


class RecordError(MatcherError, ValueError):
    """One record of a source cannot be read: it is refused, counted and listed."""
