"""What a person's first labels say of a draft, in sentences: for the command line and the page alike."""

from collections.abc import Mapping
from statistics import mean

from matcher.start_label import First
from matcher.views.audit import interval
from matcher.words import number, percent, percent_range, say


def sentences(told: Mapping[str, First], names: Mapping[str, str], language: str) -> list[str]:
    """A line a priority: precision of its strong calls with the exact 95 % interval, average precision; then the mean
    over those with a call that fits (MAP). `names`: what each priority is called."""
    lines = []
    for key, first in told.items():
        counts = {"field": names[key], "fits": number(first.fits, language), "n": number(first.labelled, language)}
        if first.strong:
            low, high = (round(100 * part) for part in interval(first.strong_fits, first.strong))
            counts |= {"fits": number(first.strong_fits, language), "strong": number(first.strong, language)}
            share = percent(100 * first.strong_fits / first.strong, language)
            line = say(
                "region.list.strong", language, share=share, range=percent_range(low, high, language), **counts
            )
            if first.fits < first.strong:
                line += "; " + say("region.list.most", language, most=number(first.fits, language))
        else:
            line = say("region.list.strong_none", language, **counts)
        if first.precision is not None:
            line += "; " + say("region.list.order", language, figure=number(first.precision, language, 2))
        lines.append(line)
    known = [first.precision for first in told.values() if first.precision is not None]
    if known:
        lines.append(say("region.list.mean", language, figure=number(mean(known), language, 2)))
    return lines
