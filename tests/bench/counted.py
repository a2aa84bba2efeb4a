"""The dashboard, with every fit of the ranking noted in the file `MATCHER_BENCH_FITS`; run by `tests.bench.pages`."""

import os
from pathlib import Path

from matcher import ui
from matcher.rankers import _corpus

if not hasattr(_corpus.Corpus, "noted"):
    fit = _corpus.Corpus.__init__

    def noted(self: _corpus.Corpus, calls: list) -> None:  # type: ignore[type-arg]
        with Path(os.environ["MATCHER_BENCH_FITS"]).open("a") as file:
            file.write(f"{len(calls)}\n")
        fit(self, calls)

    _corpus.Corpus.__init__ = noted  # type: ignore[method-assign]
    _corpus.Corpus.noted = True  # type: ignore[attr-defined]

ui.navigate()
