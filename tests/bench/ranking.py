"""Speed of the ranking: `python -m tests.bench.ranking [1000 10000 100000]`, beside other libraries in the same run.

Made-up calls: Zipf words, about 300 words of text, the shipped priorities. Each size runs in its own process.
From 100,000 calls on, the fitted calls are also stacked ten times, ours and the rival's: a million rows are really
searched, added up and sorted, but nothing was fitted on a million, and every call has nine twins.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
NIGHT = 50
FROM, STACK = 100_000, 10


def calls(count: int, first: int = 0) -> list[object]:
    from matcher import region
    from matcher.model import Call, Kind, Section

    profile = region.load(ROOT / "data" / "regions" / "ruhr")
    real = [s for p in profile.priorities for c in p.concepts for s in c.spellings["en"]]
    generator = np.random.default_rng(first)
    chance = 1 / np.arange(1, 60_001)
    chance /= chance.sum()
    out = []
    for i in range(first, first + count):
        length = int(np.clip(generator.lognormal(np.log(300), 0.5), 30, 2500))
        words = [f"w{np.base_repr(n, 36).lower()}" for n in generator.choice(60_000, length, p=chance)]
        said = generator.choice(real, 4)
        text = " ".join([*words[: length // 2], *said[:3], *words[length // 2 :]])
        title = f"{said[3]} {' '.join(words[:6])}"
        sections = [Section(kind="scope", text=text)]
        out.append(
            Call(
                reference=f"{i}TOPICSen", source="made-up", kind=Kind.TOPIC, checksum=str(i),
                identifier=f"HORIZON-CL{i % 6}-2027-{i:06}", title=title, sections=sections,
            )
        )  # fmt: skip
    return out


def clock(label: str, work: object, times: int = 1) -> float:
    taken, used = [], []
    for step in range(times):
        begin, before = time.perf_counter(), time.process_time()
        work(step)  # type: ignore[operator]
        taken.append(time.perf_counter() - begin)
        used.append(time.process_time() - before)
    value = float(np.percentile(taken, 95))
    # On a busy machine the wall time is the machine's, the CPU time the method's.
    cpu = float(np.percentile(used, 95))
    print(f"  {label:58} {value * 1000:10.1f} ms, CPU {cpu * 1000:10.1f} ms", flush=True)
    return value


def stacked(ranker: object, times: int) -> object:
    """The fitted ranker over its own calls `times` over: the same blocks again at other rows, nothing read anew."""
    from matcher.rankers._corpus import Corpus
    from matcher.rankers._neighbours import Neighbours
    from matcher.rankers.concepts import Concepts

    one, tall, count = ranker._corpus, Corpus.__new__(Corpus), len(ranker.calls_)  # type: ignore[attr-defined]
    shifts = [count * i for i in range(times)]
    tall.words, tall.calls = one.words, one.calls * times
    tall.held = [
        held._replace(at=np.where(held.at >= 0, held.at + shift, -1).astype(np.int32))
        for shift in shifts
        for held in one.held
    ]
    tall._count()
    net = one.neighbours
    at = np.concatenate([np.where(net.at >= 0, net.at + shift, -1) for shift in shifts]).astype(np.int32)
    tall.neighbours = Neighbours(at, np.tile(net.like, (times, 1)), net.telling)
    made = Concepts()
    made._take(tall)
    return made


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def edited(priorities: list, step: int) -> list:  # type: ignore[type-arg]
    """The six priorities after one keyword of one of them was edited to something never asked before."""
    chosen = priorities[step % len(priorities)]
    first = chosen.concepts[0]
    spellings = {**first.spellings, "en": [*first.spellings["en"], f"w{np.base_repr(700 + step, 36).lower()} grid"]}
    concepts = [first.model_copy(update={"spellings": spellings, "weight": 1.0 + step % 5 / 2}), *chosen.concepts[1:]]
    return [p if p is not chosen else p.model_copy(update={"concepts": concepts}) for p in priorities]


def one(count: int) -> None:
    from matcher import region
    from matcher.rankers import make

    made, before = calls(count), memory()
    wanted = region.load(ROOT / "data" / "regions" / "ruhr").priorities
    print(f"{count} calls")
    begin = time.process_time()
    ranker = make("concepts").fit(made)  # type: ignore[arg-type]
    print(f"  {'fit, CPU':58} {time.process_time() - begin:10.1f} s, {memory() - before:.0f} MiB more at most")
    clock("six priorities, first time", lambda _: [ranker.scores(p) for p in wanted])
    clock(
        "an edit, order of six priorities, p95",
        lambda s: [np.argsort(-ranker.scores(p)) for p in edited(wanted, s)],
        20,
    )
    clock("reasons for the first 50 of six priorities", lambda _: [ranker.explain(range(50), p) for p in wanted])
    tonight = [*made[:-NIGHT], *calls(NIGHT, first=count)]
    clock(f"a night's {NIGHT} new calls", lambda _: ranker.updated(tonight))  # type: ignore[attr-defined]
    clock("first idea (makes its index)", lambda _: ranker.ideas("hydrogen for inland ports"))
    clock("another idea, 300 words", lambda _: ranker.ideas(made[0].text))  # type: ignore[attr-defined]
    stack = STACK if count >= FROM else 1
    if stack > 1:
        million = stacked(ranker, stack)
        label = f"{stack * count} calls (stacked {stack} times, not fitted)"
        clock(f"{label}: first time", lambda _: [million.scores(p) for p in wanted])  # type: ignore[attr-defined]
        clock(
            f"{label}: edit, p95",
            lambda s: [np.argsort(-million.scores(p)) for p in edited(wanted, s)],  # type: ignore[attr-defined]
            20,
        )
        del million
    others(made, wanted, stack=stack)


def others(made: list, wanted: list, stack: int) -> None:  # type: ignore[type-arg]
    """The same six queries with scikit-learn, bm25s and sparse-dot-topn."""
    import bm25s
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import linear_kernel
    from sparse_dot_topn import sp_matmul_topn

    documents = [f"{c.title} {c.text}" for c in made]
    queries = [" ".join(s for c in p.concepts for s in c.spellings["en"]) for p in wanted]
    begin = time.process_time()
    vectorizer = TfidfVectorizer(dtype=np.float32)
    matrix = vectorizer.fit_transform(documents)
    print(f"  {'scikit-learn TF-IDF words, fit, CPU':58} {time.process_time() - begin:10.1f} s")
    asked = vectorizer.transform(queries)
    clock("scikit-learn linear_kernel, six queries, p95", lambda _: np.argsort(-linear_kernel(asked, matrix)), 5)
    across = matrix.T.tocsr()
    clock("sparse-dot-topn, six queries, first 100, p95", lambda _: sp_matmul_topn(asked, across, top_n=100), 5)
    if stack > 1:
        tall = sparse.vstack([matrix] * stack, format="csr")
        clock(f"linear_kernel, order, stacked to {tall.shape[0]}", lambda _: np.argsort(-linear_kernel(asked, tall)))
    index = bm25s.BM25()
    begin = time.process_time()
    index.index(bm25s.tokenize(documents, show_progress=False), show_progress=False)
    print(f"  {'bm25s, fit, CPU':58} {time.process_time() - begin:10.1f} s")
    words = bm25s.tokenize(queries, show_progress=False, return_ids=False)
    clock("bm25s, six queries, p95", lambda _: [np.argsort(-index.get_scores(w)) for w in words], 5)


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        one(int(sys.argv[2]))
        return
    for count in sys.argv[1:] or ["1000", "10000", "100000"]:
        subprocess.run([sys.executable, "-m", "tests.bench.ranking", "--one", count], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
