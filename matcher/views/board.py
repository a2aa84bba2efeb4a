"""The full shortlist as all sessions share it: it takes in decision after decision without being built anew."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Self

import pandas as pd

from matcher.ledger import Change, Decision
from matcher.model import Profile
from matcher.rankers import Ranker
from matcher.views import _standing
from matcher.views._facets import Facets
from matcher.views._facts import TYPES
from matcher.views.shortlist import build


class Board:
    """`table` as `shortlist.build` gives it for all decisions so far, and its `facets`. Never changed, only followed.

    Only the rows of the calls decided on differ from one board to the next: what decisions teach is settled when a
    board is built (`learned`), so that its order holds while people work with it.
    """

    def __init__(
        self,
        ranker: Ranker,
        profile: Profile,
        today: date,
        *,
        known: pd.DataFrame,
        decisions: Sequence[Decision] = (),
        changes: Sequence[Change] = (),
        news: Collection[str] | None = None,
        language: str = "de",
        office: str | None = None,
        learned: Sequence[Decision] = (),
        offices: Mapping[str, str] | None = None,
    ):
        self.table = build(
            ranker, profile, today, decisions=decisions, changes=changes, news=news, known=known, language=language,
            office=office, learned=learned, offices=offices,
        )  # fmt: skip
        self.facets = Facets(self.table, english=ranker.english)
        self._day, self._language, self._office = today, language, office
        self._calls = {call.reference: call for call in ranker.calls_}
        self._places = {reference: place for place, reference in enumerate(self.table["reference"])}
        self._roll = _standing.roll(ranker.calls_)
        self._moves = _standing.moves_of(changes)
        self._said = _standing.said_among(self._roll, decisions, office)

    def after(self, later: Sequence[Decision]) -> "Board":
        """The board with further decisions; the scores are those of this one."""
        if not later:
            return self
        new = _standing.said_among(self._roll, later, self._office)
        said = {r: sorted([*self._said.get(r, ()), *own], key=_standing.in_time) for r, own in new.items()}
        made = self._like()
        made._said = {**self._said, **said}
        if said:
            made.table = self._with(said)
            made.facets = self.facets.moved(made.table, _standing.COLUMNS)
        return made

    def _like(self) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def _with(self, said: dict[str, list[Decision]]) -> pd.DataFrame:
        places = [self._places[reference] for reference in said]
        statuses = self.table["status"].to_numpy()[places]
        rows = [
            _standing.row(
                self._calls[r], own, self._moves.get(r, ()), status, self._day, self._language, self._office
            )
            for (r, own), status in zip(said.items(), statuses, strict=True)
        ]
        columns: dict[str, Any] = {}
        for name, cells in zip(_standing.COLUMNS, zip(*rows, strict=True), strict=True):
            column = self.table[name].to_numpy(copy=True)
            for place, cell in zip(places, cells, strict=True):
                column[place] = cell
            columns[name] = pd.Series(column, dtype=TYPES[name], index=self.table.index)
        return self.table.assign(**columns)
