"""A region that is being set up: what was pasted, the draft made of it, the calls that were put before a person.

It is kept outside the store until it is written as a folder, so that a half-done region never shows anywhere.
"""

from datetime import datetime

from matcher.model import Noun, Profile


class Start(Noun):
    """One beginning. `step` grows with each change; `asked` are references in their order, `answers` the keys of the
    priorities each of them fits (empty: none).

    `open`: by priority, words of the text for which no English is known. `left_out`: headings taken for no field.
    """

    key: str
    text: str
    languages: list[str]
    by: str
    begun: datetime
    step: int = 0
    profile: Profile
    open: dict[str, list[str]] = {}
    left_out: list[str] = []
    asked: list[str] = []
    answers: dict[str, list[str]] = {}

    @property
    def left(self) -> list[str]:
        """The calls still to be labelled, in their order."""
        return [reference for reference in self.asked if reference not in self.answers]
