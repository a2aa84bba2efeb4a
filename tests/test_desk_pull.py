"""A pull beside the screen: one at a time, its end and its error are kept for whoever looks."""

from datetime import UTC, datetime
from threading import Event

from matcher.desk_pull import Progress, Puller
from matcher.errors import SourceError
from matcher.ledger import Run

RUN = Run(source="portal", scope="live", started=datetime(2026, 8, 22, tzinfo=UTC), state="published", exit_code=0)


def test_progress_and_result_are_seen_and_a_second_pull_waits_its_turn() -> None:
    begun, go_on = Event(), Event()

    def work(progress: Progress) -> Run:
        progress(50, 200, "page 1")
        begun.set()
        assert go_on.wait(10)
        return RUN

    puller = Puller()
    assert puller.start(work)
    assert begun.wait(10)
    assert (puller.running, puller.part, puller.text) == (True, 0.25, "page 1")
    assert not puller.start(work)
    go_on.set()
    assert puller.wait(10)
    assert (puller.run, puller.error, puller.times) == (RUN, None, 1)


def test_an_error_is_kept_and_the_next_pull_starts_afresh() -> None:
    def fails(progress: Progress) -> Run:
        raise SourceError("The portal cannot be reached.")

    puller = Puller()
    puller.start(fails)
    assert puller.wait(10)
    assert puller.run is None and isinstance(puller.error, SourceError)
    puller.start(lambda progress: RUN)
    assert puller.wait(10)
    assert puller.error is None and puller.run == RUN and puller.part is None


def test_a_bug_is_told_without_its_details(caplog: object) -> None:
    def broken(progress: Progress) -> Run:
        raise RuntimeError("postgresql://office:secret@host")

    puller = Puller()
    puller.start(broken)
    assert puller.wait(10)
    assert puller.error is not None and "secret" not in str(puller.error)
