"""`make bench`: load and ranking at 10,000 calls, each figure beside a baseline measured in the same run; then the
ranking alone at 1,000 to 100,000 calls, the largest also stacked to a million (`tests.bench.ranking`)."""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--part", choices=("load", "rank", "start"))
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.part:
        {"load": load, "rank": rank, "start": start}[chosen.part](chosen.folder, chosen.calls)
        return
    with tempfile.TemporaryDirectory() as folder:
        for part in ("load", "rank", "start"):
            # A process each, so that one part's memory is not the other's.
            subprocess.run(
                [sys.executable, "-m", "tests.bench", "--part", part, "--folder", folder, f"--calls={chosen.calls}"],
                check=True, cwd=ROOT,
            )  # fmt: skip
    subprocess.run([sys.executable, "-m", "tests.bench.ranking"], check=True, cwd=ROOT)


def peak() -> str:
    return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"


def load(folder: Path, count: int) -> None:
    """Made-up answers: parse and store, then the unchanged set again. Baseline: json.loads of the same pages."""
    from matcher import desk
    from matcher.settings import Settings
    from tests.bench import generator

    recording = folder / "recording"
    recording.mkdir()
    (recording / "replay.yaml").write_text("source: portal\nscope: archive\nrecorded_on: 2026-10-01\nnote: made up\n")
    for page in generator.pages(count):
        (recording / f"type-1-page-{page['pageNumber']:04}.json.gz").write_bytes(
            gzip.compress(json.dumps(page).encode(), compresslevel=1)
        )
    begin = time.perf_counter()
    for file in sorted(recording.glob("*.gz")):
        json.loads(gzip.decompress(file.read_bytes()))
    baseline = time.perf_counter() - begin
    settings = Settings().with_database(f"sqlite:///{folder / 'bench.db'}")
    store = desk.open_store(settings)
    begin = time.perf_counter()
    run = desk.refresh(store, settings, replay=recording)
    first = time.perf_counter() - begin
    revision = store.revision("calls")
    begin = time.perf_counter()
    again = desk.refresh(store, settings, replay=recording)
    second = time.perf_counter() - begin
    print(f"reading {count:,} records as JSON (baseline)         {baseline:7.1f} s")
    print(f"parse and store, first time                      {first:7.1f} s   {first / baseline:5.1f} x   {peak()}")
    print(f"refresh of the unchanged set                     {second:7.1f} s   {second / baseline:5.1f} x")
    print(
        f"stored {run.stored}, refused {run.refused}; the second time new {again.new}, changed {again.changed}, "
        f"same {again.same}; call rows written: {store.revision('calls') - revision}"
    )


def rank(folder: Path, count: int) -> None:
    """Fit, then six priorities after a keyword edit. Baseline: scikit-learn TF-IDF and linear_kernel, same texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import linear_kernel

    from matcher import desk
    from matcher.settings import Settings

    settings = Settings().with_database(f"sqlite:///{folder / 'bench.db'}")
    store = desk.open_store(settings)
    begin = time.perf_counter()
    calls = store.calls()
    print(f"reading {len(calls):,} calls from the store            {time.perf_counter() - begin:7.1f} s")
    texts = [f"{c.title} {c.text}" for c in calls]
    begin = time.perf_counter()
    vectorizer = TfidfVectorizer(dtype=np.float32, sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)
    plain_fit = time.perf_counter() - begin
    priorities = desk.profile(store, settings).priorities
    queries = [" ".join(s for c in p.concepts for s in c.spellings.get("en", [])) for p in priorities]
    plain = timed(lambda: linear_kernel(vectorizer.transform(queries), matrix))
    begin = time.perf_counter()
    fitted = desk.ranker(store, settings)
    fit = time.perf_counter() - begin

    words = vectorizer.get_feature_names_out()

    def edit(step: int) -> None:
        """A new spelling for one concept of one priority, then the order of all six."""
        changed = priorities[step % len(priorities)]
        first = changed.concepts[0]
        spelled = {**first.spellings, "en": [*first.spellings.get("en", []), str(words[step * 7 % 1000])]}
        edited = first.model_copy(update={"spellings": spelled})
        draft = changed.model_copy(update={"concepts": [edited, *changed.concepts[1:]]})
        for priority in priorities:
            np.argsort(-fitted.scores(draft if priority is changed else priority), kind="stable")

    ours = timed(edit)
    print(f"scikit-learn TF-IDF, single words: fit (baseline)  {plain_fit:7.1f} s")
    print(f"ours: fit                                        {fit:7.1f} s   {fit / plain_fit:5.1f} x   {peak()}")
    print(f"scikit-learn linear_kernel, six queries (baseline) p95 {plain * 1000:7.1f} ms")
    print(f"ours: edit a keyword, order of six priorities     p95 {ours * 1000:7.1f} ms  {ours / plain:5.1f} x")


def timed(work: object, times: int = 20) -> float:
    """95th percentile of `times` runs, after one to warm up; seconds."""
    taken = []
    for step in range(times + 1):
        begin = time.perf_counter()
        work(step) if work.__code__.co_argcount else work()  # type: ignore[attr-defined, operator]
        taken.append(time.perf_counter() - begin)
    return float(np.percentile(taken[1:], 95))


def start(folder: Path, count: int) -> None:
    """Start of a Python process with the whole desk. Baseline: importing pandas and scikit-learn alone."""

    def clock(code: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
        return time.perf_counter() - begin

    clock("import matcher.desk, streamlit")
    baseline = clock("import pandas, sklearn.feature_extraction.text")
    ours = clock("import matcher.desk, streamlit")
    print(f"import pandas and scikit-learn (baseline)          {baseline:7.1f} s")
    print(f"import the desk and streamlit                     {ours:7.1f} s   {ours / baseline:5.1f} x")


if __name__ == "__main__":
    main()
