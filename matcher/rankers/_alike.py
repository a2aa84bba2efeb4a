"""Why a call is like the best calls of a priority, or like those officers took: the words they share."""

from collections.abc import Sequence

import numpy as np

from matcher.rankers import Reason
from matcher.rankers._corpus import Corpus
from matcher.rankers._index import Floats
from matcher.rankers._reasons import Read, written

MOST_NAMED = 6
OF_IDENTIFIER = "id:"


def alike(
    corpus: Corpus, row: int, reads: Sequence[Read], vector: Floats, value: float, kinds: tuple[str, str]
) -> list[tuple[float, Reason]]:
    """One reason for the words and one for the parts of the identifier that make a call like a vector.

    `value`: raw points that both share. Words are named as the call writes them: another call's form of a stem may
    not even be the same word. Parts of the identifier stand in capitals, as they do there.
    """
    words, weights = corpus.row(row)
    known = words < len(vector)
    gains = weights[known] * vector[words[known]] * np.sign(value)
    # Most words of a call say nothing here, and a preview asks for hundreds of calls.
    there, order = words[known], np.argsort(-gains, kind="stable")
    order = order[gains[order] > 0]
    names = [(int(there[i]), float(gains[i])) for i in order]
    if not names:
        return [(value, Reason(kinds[0], kinds[0], 0.0))]
    total = sum(gain for _, gain in names)
    letters = [n for n in names if corpus.words.stems[n[0]].startswith(OF_IDENTIFIER)]
    text = [n for n in names if not corpus.words.stems[n[0]].startswith(OF_IDENTIFIER)]
    out = []
    if text:
        said = tuple(written(reads, [stem for stem, _ in text[:MOST_NAMED]]))
        out.append((value * sum(g for _, g in text) / total, Reason(kinds[0], (*said, kinds[0])[0], 0.0, (), said)))
    if letters:
        said = tuple(corpus.words.surfaces[stem].upper() for stem, _ in letters[:MOST_NAMED])
        share = value * sum(g for _, g in letters) / total
        out.append((share, Reason(kinds[1], said[0], 0.0, ("identifier",), said)))
    return out
