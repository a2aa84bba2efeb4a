"""`make bench-quality`: rivals and ours on the same calls and judgements, in one run.

    python -m tests.bench.quality [--calls FOLDER] [--ideas FOLDER] [--draws N]

`--calls` is a replay folder (by default the recorded corpus beside the checkout, else the shipped snapshot). With
`--ideas` (a folder with `topics/` and `*.jsonl.gz`) texts of funded projects are ranked too. What needs a folder that
is not there is left out and said so.
"""

import argparse
import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from matcher import evaluate, region
from matcher.evaluate import RELEVANT, Judgements
from matcher.model import Call, Concept, Priority, Profile
from matcher.rankers import Ranker, make
from matcher.sources._replay import Replay
from matcher.sources.portal import parse
from tests.bench import learning
from tests.bench.rivals import rivals

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = ROOT / "data" / "regions" / "ruhr"
SHARED = ROOT.parent / "shared"
SHOWN = ("MAP", "nDCG@10", "R-precision")
PROMISE = 0.8
ABSURD = (["medieval", "falconry", "submarines"], ["opera", "volcano", "cheese"], ["unicorn", "dragon", "wizard"])


def read(folder: Path) -> list[Call]:
    calls = [parse(record) for page in Replay(folder).pages() for record in page.records]
    return sorted(calls, key=lambda call: call.reference)


def changed(profile: Profile, **update: object) -> Profile:
    """The same priorities with some of their parts replaced."""
    made = [p.model_copy(update=update) for p in profile.priorities]
    return profile.model_copy(update={"priorities": made})


def split(cell: str) -> list[str]:
    """Spellings of a cell of the seed: `a, b`, `advanced / smart manufacturing`, `health data (EHDS)`."""
    out = []
    for part in re.split(r",(?![^(]*\))", cell):
        inside = re.findall(r"\(([^)]+)\)", part)
        choices = [c.split() for c in re.sub(r"\([^)]*\)", "", part).split("/") if c.strip()]
        first, last = choices[0], choices[-1]
        tail = last[1:] if len(first) == 1 and len(last) > 1 else []
        head = first[:-1] if len(first) > 1 and len(choices) > 1 else []
        for number, choice in enumerate(choices):
            own = [*choice, *tail] if choice is not last and tail else choice
            out.append(" ".join([*head, *own] if number and head else own))
        out += [word for word in inside if word.isupper() or word.endswith("bD")]
    return [spelling for spelling in out if spelling]


def seed(path: Path, profile: Profile) -> Profile:
    """The lexicon as the study left it: rows cut into spellings, guards, no rules and no cap."""
    rows = json.loads(path.read_text("utf-8"))

    def concepts(key: str, group: str, weight: str) -> list[Concept]:
        return [
            Concept(key=f"{group}-{i}", weight=row[weight], spellings={"en": split(row["en"])})
            for i, row in enumerate(rows[key][group])
        ]

    made = [
        Priority(
            key=p.key,
            labels=p.labels,
            concepts=concepts(p.key, "terms", "weight"),
            guards=concepts(p.key, "guards", "effect"),
        )
        for p in profile.priorities
    ]
    return profile.model_copy(update={"priorities": made})


def german(profile: Profile) -> Profile:
    """Every concept and guard without its English spellings."""

    def twin(concept: Concept) -> Concept:
        return concept.model_copy(update={"spellings": {k: v for k, v in concept.spellings.items() if k != "en"}})

    made = [
        p.model_copy(update={"concepts": [*map(twin, p.concepts)], "guards": [*map(twin, p.guards)]})
        for p in profile.priorities
    ]
    return profile.model_copy(update={"priorities": made})


def line(label: str, ranker: Ranker, profile: Profile, judged: Judgements, draws: int) -> None:
    row = evaluate.intervals(ranker, profile, judged, draws=draws)["macro"]
    cells = " ".join(f"{row[m].value:.3f} [{row[m].low:.3f}, {row[m].high:.3f}]" for m in SHOWN)
    print(f"{label:36} {cells}", flush=True)


def priorities(folder: Path, draws: int) -> None:
    calls, profile = read(folder), region.load(REGION)
    judged = evaluate.judgements(ROOT / "data" / "judgements" / "grades.csv")
    print(f"{len(calls)} calls of {folder.name}, {len(judged.rows)} judged; 95 % intervals over judged calls\n")
    print(f"{'method':36} {'MAP':^20} {'nDCG@10':^20} {'R-precision':^20}")
    for label, ranker in rivals().items():
        line(label, ranker.fit(calls), profile, judged, draws)
    print("\nours by priority")
    for key, row in evaluate.intervals(ranker, profile, judged, draws=draws).items():
        cells = " ".join(f"{row[m].value:.3f} [{row[m].low:.3f}, {row[m].high:.3f}]" for m in SHOWN)
        print(f"{key:36} {cells}")
    lexicon = SHARED / "lexicon.json"
    print("\nthe lexicon's own effect: same ranker, other priorities")
    line("ours, as shipped", ranker, profile, judged, draws)
    line("ours without programme rules", ranker, changed(profile, rules=[]), judged, draws)
    line("ours without guards", ranker, changed(profile, guards=[]), judged, draws)
    taught = [("as shipped", profile)]
    if lexicon.is_file():
        first = seed(lexicon, profile)
        line("seed of the study (no rules)", ranker, first, judged, draws)
        line("seed of the study, TF-IDF defaults", make("tfidf").fit(calls), first, judged, draws)
        taught.append(("seed of the study (no rules)", first))
    else:
        print(f"seed of the study                    left out: {lexicon} is not there")
    translated(ranker, profile, judged)
    classes(ranker, profile, judged)
    learning.table(ranker, [*taught, ("three concepts each", learning.thin(profile))], judged)


def translated(ranker: Ranker, profile: Profile, judged: Judgements) -> None:
    """German spellings alone, read with the region's glossary, beside the English ones."""
    rows = [dict(row) for row in YAML(typ="safe").load(REGION / "glossary.yaml")]
    english = evaluate.measure(ranker, profile, judged)["macro"]["MAP"]
    twin = evaluate.measure(ranker.with_glossary(rows), german(profile), judged)["macro"]["MAP"]
    bare = evaluate.measure(ranker.with_glossary([]), german(profile), judged)["macro"]["MAP"]
    print(f"\nGerman twin: MAP {twin:.3f}, {twin / english:.1%} of the English one ({bare / english:.1%} unaided)")


def classes(ranker: Ranker, profile: Profile, judged: Judgements) -> None:
    """The promise of the class strong, as shown and with a cut-off chosen without the priority it is counted on."""
    print("\nrelevant of the shown, by class")
    for key, counts in evaluate.promise(ranker, profile, judged).items():
        print(f"{key:36} " + "  ".join(f"{c} {right}/{shown}" for c, (shown, right) in counts.items()))
    data = {key: (s, g >= RELEVANT) for key, (_, s, g) in evaluate.scored(ranker, profile, judged).items()}
    print(f"\nleave one priority out: the lowest cut-off with {PROMISE:.0%} relevant on the other five")
    right = shown = 0
    for key, (scores, relevant) in data.items():
        others = [data[k] for k in data if k != key]
        cut = lowest(others, PROMISE)
        above = scores >= cut
        right, shown = right + int(relevant[above].sum()), shown + int(above.sum())
        print(f"{key:36} cut-off {cut:4.0f}: {int(relevant[above].sum())}/{int(above.sum())}")
    print(f"{'together':36} {right}/{shown} = {right / max(shown, 1):.1%}")
    for words in ABSURD:
        made = [Concept(key=w, weight=3, spellings={"en": [w]}) for w in words]
        scores = ranker.scores(Priority(key="absurd", labels={}, concepts=made))
        strong = ranker.grades(scores).count("strong")
        print(f"absurd priority {', '.join(words):40} best {scores.max():3.0f} points, strong calls: {strong}")


def lowest(data: Sequence[tuple[np.ndarray, np.ndarray]], share: float) -> float:
    """The lowest whole score from which at least `share` of the shown calls are relevant."""
    scores, relevant = (np.concatenate(column) for column in zip(*data, strict=True))
    fits = [c for c in range(30, 96) if (scores >= c).any() and relevant[scores >= c].mean() >= share]
    return float(min(fits, default=96))


def ideas(folder: Path) -> None:
    """Texts of projects against the topics that funded them; text alone, and with the project's title."""
    calls = read(folder / "topics")
    where = {call.identifier: i for i, call in enumerate(calls)}
    rankers = {"TF-IDF, scikit-learn defaults": make("tfidf").fit(calls), "ours": make("concepts").fit(calls)}
    print(f"\n{len(calls)} topics; ideas are texts of projects that one of them funded\n")
    print(f"{'method':36} {'queries':24} {'MRR':>14} {'recall@10':>10}")
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            queries = [json.loads(row) for row in lines]
        for titled in (False, True) if file.name.startswith("objective") else (True,):
            name = f"{file.name[:-9]}, {'title and text' if titled else 'text only'}"
            for label, ranker in rankers.items():
                ranks = []
                for query in queries:
                    scores = ranker.ideas(query["text"], query["title"] if titled else "")
                    at = [where[i] for i in query["relevant"] if i in where]
                    ranks.append(
                        min(1 + int((scores > scores[i]).sum() + (scores[:i] == scores[i]).sum()) for i in at)
                    )
                gain = 1 / np.array(ranks)
                error = gain.std(ddof=1) / len(gain) ** 0.5
                found = (np.array(ranks) <= 10).mean()
                print(f"{label:36} {name:24} {gain.mean():.3f} ± {error:.3f} {found:10.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    corpus, bench = SHARED / "corpus", SHARED / "bench"
    parser.add_argument("--calls", type=Path, default=corpus if corpus.is_dir() else ROOT / "data" / "snapshot")
    parser.add_argument("--ideas", type=Path, default=bench)
    parser.add_argument("--draws", type=int, default=500)
    chosen = parser.parse_args()
    priorities(chosen.calls, chosen.draws)
    if (chosen.ideas / "topics").is_dir():
        ideas(chosen.ideas)
    else:
        print(f"\nideas of funded projects: left out, {chosen.ideas} is not there")


if __name__ == "__main__":
    main()
