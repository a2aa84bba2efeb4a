"""Which filters hide calls that a search and the priorities ask for: these can be dropped, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matcher.views._facets import Facets
from matcher.views.filters import Filters, Found

KEPT = ("search", "priorities")


class Hiding(NamedTuple):
    """`filters`: fields of `Filters`, and "deadline" and "budget" for their two; `calls`: how many more calls stand
    there without them."""

    filters: tuple[str, ...]
    calls: int


NOTHING = Hiding((), 0)


def hiding(found: Found) -> Hiding:
    """All filters that hide a call which passes search and priorities."""
    asked = np.ones(len(found.mask), dtype=bool)
    for name in KEPT:
        asked &= found.masks.get(name, True)
    names = [
        name.partition(":")[0] for name, mask in found.masks.items() if name not in KEPT and (asked & ~mask).any()
    ]
    return Hiding(tuple(dict.fromkeys(names)), int(asked.sum() - found.mask.sum()))


def of_nothing(facets: Facets, asked: Filters, texts: Mapping[str, str] | None = None) -> Hiding:
    """The same for a list without calls; the priorities are dropped where nothing fits them whatever the others."""
    plain = hiding(Found(facets, asked, texts))
    if plain.calls or not asked.priorities:
        return plain if plain.calls else NOTHING
    wider = Found(facets, replace(asked, priorities=()), texts)
    others = NOTHING if wider.mask.any() else hiding(wider)
    calls = int(wider.mask.sum()) + others.calls
    return Hiding(("priorities", *others.filters), calls) if calls else NOTHING
