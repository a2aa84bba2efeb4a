"""Which languages a text may be in, by its function words: what is clearly English is not read as German."""

from collections.abc import Sequence

from matcher.rankers._tokens import plain

_ENGLISH = "the of and for with to by from that our we are is this which their its on or as a"
_GERMAN = """
der die das und fur mit von zu im ein eine einen einem einer wir auf ist den dem des als zur zum bei nicht sich werden
wird soll sollen durch uber aus nach oder auch sowie unser unsere vom sind ohne zwischen
"""
_DUTCH = """
de het een en van voor met op wij zijn naar te bij worden wordt niet dat uit aan om door ook onze over tussen zonder
deze
"""
WORDS = {code: frozenset(words.split()) for code, words in (("de", _GERMAN), ("nl", _DUTCH), ("en", _ENGLISH))}


def languages(words: Sequence[str]) -> tuple[list[str], bool]:
    """Of de and nl those that a text may be in (both where it says nothing), and whether it is clearly English.

    A clearly English text is still read for German nouns, which show by their capital.
    """
    read = [plain(word) for word in words]
    counts = {code: sum(word in known for word in read) for code, known in WORDS.items()}
    most = max(counts.values())
    found = [code for code in ("de", "nl") if 2 * counts[code] >= most]
    return (found, False) if found else (["de"], True)
