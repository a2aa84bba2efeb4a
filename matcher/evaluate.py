"""How good a ranking is against calls that people judged, with intervals, and where it is most wrong."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.ledger import Decision
from matcher.model import Profile
from matcher.rankers import Ranker

Array = NDArray[np.float64]
MEASURES = ("MAP", "nDCG@10", "nDCG@30", "P@10", "R-precision")
RELEVANT = 1.5
"""Grade from which a call counts as relevant; grades go from 0 to 2, gain is 2^grade − 1."""


class Judged(NamedTuple):
    """Grades of one call by priority key."""

    reference: str
    identifier: str
    grades: dict[str, float]


class Judgements(NamedTuple):
    """Judged calls in the order of the file, and the priority keys of its header."""

    keys: tuple[str, ...]
    rows: tuple[Judged, ...]


class Interval(NamedTuple):
    """A figure with the bounds of its middle 95 % when the judged calls are drawn anew."""

    value: float
    low: float
    high: float


class Miss(NamedTuple):
    """A judged call that stands where the judges would not have put it; `rank` counts judged calls only, from 1."""

    priority: str
    reference: str
    identifier: str
    title: str
    rank: int
    score: float
    grade: float


def judgements(path: Path | str) -> Judgements:
    """Reads a CSV with header `reference,identifier,<priority keys…>` and grades 0 to 2; an empty cell is not judged.

    Raises InputError with every faulty line.
    """
    path = Path(path)
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The judgements {path} cannot be read: {error}. Nothing was measured.") from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    if header[:2] != ["reference", "identifier"] or len(header) < 3:
        raise InputError(f"{path.name} must start with the header reference,identifier,<priority keys…>.")
    keys, rows, faults, seen = tuple(header[2:]), [], [], set()
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append(f"line {number}: {len(cells)} cells instead of {len(header)}")
            continue
        try:
            grades = {k: float(c) for k, c in zip(keys, cells[2:], strict=True) if c.strip()}
        except ValueError:
            faults.append(f"line {number}: a grade is not a number")
            continue
        if any(not 0 <= g <= 2 for g in grades.values()):
            faults.append(f"line {number}: grades go from 0 to 2")
        elif cells[0] in seen:
            faults.append(f"line {number}: {cells[0]} stands here twice")
        else:
            seen.add(cells[0])
            rows.append(Judged(cells[0], cells[1], grades))
    if faults:
        raise InputError(f"{path.name} has {len(faults)} faulty lines. Nothing was measured.", faults)
    return Judgements(keys, tuple(rows))


def figures(scores: Array, grades: Array) -> dict[str, float]:
    """All measures of one ranking. Both shape (n,); equal scores keep their order. 0 without any relevant call."""
    ordered = grades[np.argsort(-scores, kind="stable")]
    relevant = ordered >= RELEVANT
    total = int(relevant.sum())
    if not total:
        return dict.fromkeys(MEASURES, 0.0)
    precision = np.cumsum(relevant) / np.arange(1, len(ordered) + 1)
    return {
        "MAP": float(precision[relevant].mean()),
        "nDCG@10": _ndcg(ordered, 10),
        "nDCG@30": _ndcg(ordered, 30),
        "P@10": float(relevant[:10].mean()),
        "R-precision": float(relevant[:total].mean()),
    }


def _ndcg(ordered: Array, depth: int) -> float:
    gains = 2.0**ordered - 1
    best = np.sort(gains)[::-1]
    discount = 1 / np.log2(np.arange(2, depth + 2))
    ideal = float(best[:depth] @ discount[: len(best)])
    return min(1.0, float(gains[:depth] @ discount[: len(gains)]) / ideal) if ideal else 0.0


def _aligned(ranker: Ranker, judged: Judgements, key: str, scores: Array) -> tuple[list[int], Array, Array]:
    where = ranker.row_of
    rows = [r for r in judged.rows if r.reference in where and key in r.grades]
    rows.sort(key=lambda r: r.reference)
    at = [where[r.reference] for r in rows]
    return at, scores[at], np.array([r.grades[key] for r in rows])


def scored(
    ranker: Ranker, profile: Profile, judged: Judgements, decisions: Sequence[Decision] = ()
) -> dict[str, tuple[list[int], Array, Array]]:
    """For each judged active priority: positions in `calls_`, scores and grades of the judged calls that are stored.

    Raises InputError when no judged call is stored or no priority has the key of a column.
    """
    known = {p.key: p for p in profile.priorities if p.active}
    keys = [k for k in judged.keys if k in known]
    if not keys:
        raise InputError(f"No priority is judged: {', '.join(judged.keys)} against {', '.join(known)}.")
    out = {key: _aligned(ranker, judged, key, ranker.scores(known[key], decisions)) for key in keys}
    if not any(at for at, _, _ in out.values()):
        raise InputError("None of the judged calls is stored here, so nothing can be measured.")
    return out


def measure(
    ranker: Ranker, profile: Profile, judged: Judgements, decisions: Sequence[Decision] = ()
) -> dict[str, dict[str, float]]:
    """Figures by priority key, and their mean under `macro`, over the judged calls that are stored."""
    out = {key: figures(s, g) for key, (_, s, g) in scored(ranker, profile, judged, decisions).items()}
    out["macro"] = {m: float(np.mean([row[m] for row in out.values()])) for m in MEASURES}
    return out


def intervals(
    ranker: Ranker,
    profile: Profile,
    judged: Judgements,
    decisions: Sequence[Decision] = (),
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, dict[str, Interval]]:
    """As `measure`, with 95 % intervals: the judged calls are drawn anew with replacement, `draws` times.

    The macro interval draws calls once for all priorities, as one call has grades for each.
    """
    data, exact = scored(ranker, profile, judged, decisions), measure(ranker, profile, judged, decisions)
    generator, sizes = np.random.default_rng(seed), {len(s) for _, s, _ in data.values()}
    samples: dict[str, list[list[float]]] = {key: [] for key in exact}
    for _ in range(draws):
        picks = {n: generator.integers(0, n, n) for n in sorted(sizes)}
        rows = []
        for key, (_, s, g) in data.items():
            pick = picks[len(s)]
            rows.append(list(figures(s[pick], g[pick]).values()))
            samples[key].append(rows[-1])
        samples["macro"].append([float(np.mean(column)) for column in zip(*rows, strict=True)])
    out = {}
    for key, drawn in samples.items():
        low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
        out[key] = {m: Interval(exact[key][m], float(low[i]), float(high[i])) for i, m in enumerate(MEASURES)}
    return out


def misses(
    ranker: Ranker, profile: Profile, judged: Judgements, decisions: Sequence[Decision] = (), most: int = 10
) -> dict[str, tuple[list[Miss], list[Miss]]]:
    """By priority key: calls ranked high but judged 0 (highest first), and relevant calls ranked low (lowest first).

    High means among as many as are relevant; low means below twice as many.
    """
    out = {}
    for key, (at, s, g) in scored(ranker, profile, judged, decisions).items():
        order = np.argsort(-s, kind="stable")
        total = max(10, int((g >= RELEVANT).sum()))
        listed = []
        for rank, i in enumerate(order, start=1):
            call = ranker.calls_[at[i]]
            listed.append(Miss(key, call.reference, call.identifier, call.title, rank, float(s[i]), float(g[i])))
        high = [m for m in listed[:total] if m.grade == 0]
        low = [m for m in listed[2 * total :] if m.grade >= RELEVANT]
        out[key] = (high[:most], low[::-1][:most])
    return out


def promise(
    ranker: Ranker, profile: Profile, judged: Judgements, decisions: Sequence[Decision] = ()
) -> dict[str, dict[str, tuple[int, int]]]:
    """By priority key and class (strong, partial, weak, none): number of judged calls, and of relevant ones."""
    out = {}
    for key, (_, s, g) in scored(ranker, profile, judged, decisions).items():
        classes = np.array(ranker.grades(s))
        out[key] = {
            c: (int((classes == c).sum()), int((g[classes == c] >= RELEVANT).sum()))
            for c in ("strong", "partial", "weak", "none")
        }
    return out
