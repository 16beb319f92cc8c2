"""Work that waits for others, done a few at the same time."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")


def each(things: Sequence[_T], work: Callable[[_T], None], threads: int) -> None:
    """Do some work for everything, in the given order; the first failure ends it and is raised.

    The threads do not hold up a process that is asked to end, as those of `concurrent.futures` do: what is
    not whole by then does not appear, and the next run sends it.

    Args:
        things: What there is to do.
        work: Does one of them.
        threads: How many at the same time, at least 1.
    """
    if threads == 1 or len(things) < 2:
        for thing in things:
            work(thing)
        return
    tasks: Queue[_T] = Queue()
    for thing in things:
        tasks.put(thing)
    failures: list[BaseException] = []
    crew = [
        Thread(target=_work_off, args=(tasks, work, failures), daemon=True)
        for _ in range(min(threads, len(things)))
    ]
    try:
        for one in crew:
            one.start()
        for one in crew:
            one.join()
    except BaseException as error:
        failures.append(error)
        raise
    if failures:
        raise failures[0]


def _work_off(tasks: Queue[_T], work: Callable[[_T], None], failures: list[BaseException]) -> None:
    """Do one task after the other, until there is none or somebody failed."""
    try:
        while not failures:
            work(tasks.get_nowait())
    except Empty:
        return
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
        failures.append(error)
