"""Processes that speak: those of this machine, and what others are like."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from abc import ABC, abstractmethod
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

_P = ParamSpec("_P")
_T = TypeVar("_T")


class WorkersLostError(Exception):
    """Processes far away died of what they were given, or beside it, so often that it was given up.

    Attributes:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} workers died")


class Distant(Executor, ABC):
    """Processes on other machines, which come and go; a call costs so much that it should be worth it.

    A future fails with `WorkersLostError` where the processes that worked on it died; others go on.
    """

    slots: int
    """How many calls are worked on at the same time, as far as is known."""

    @abstractmethod
    def watch(self) -> None:
        """Look who is there.

        Raises:
            ClusterError: Nobody, for too long.
        """


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """Offer processes on this machine, no more than there are cores or takes to make.

    They are spawned, never forked: speech libraries do not survive the fork of a process with threads. On
    an error or an interrupt they are ended at once, without waiting for what they are doing.

    Args:
        count: Takes to make, at least 1.
    """
    before = set(multiprocessing.active_children())
    pool = _Workers(
        max(1, min(cores(), count)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        pool.abandon()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Workers(ProcessPoolExecutor):
    """Processes that leave Ctrl-C, which a terminal sends to them too, to their parent.

    Otherwise each would print a traceback of its own. A signal held back while a process is started stays
    held back in it.
    """

    def abandon(self) -> None:
        """Make the end sure of a pool whose processes were ended.

        One that was ended while it sent a result leaves half of it in the pipe: who reads it waits for the
        rest until nobody holds the other end any more, and we hold it too. No public way leads there.
        """
        writer = getattr(getattr(self, "_result_queue", None), "_writer", None)
        if writer is not None:
            writer.close()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        with _interrupts_held():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start_worker() -> None:
    """Let a worker end with its parent, even one that was killed and could not say so."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
