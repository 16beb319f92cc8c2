"""Work done side by side on the cores, with results in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from concurrent.futures import Future

_T = TypeVar("_T")
_R = TypeVar("_R")


def abreast(
    work: Callable[[_T], _R], items: Sequence[_T], threads: int, stop: Callable[[], None]
) -> Generator[_R]:
    """Do work in threads and yield its results in the order of the items.

    Threads, since the encoder, the decoders and most of numpy let others run meanwhile; and nothing has to be
    sent from one process to another. No more than twice as many results as threads wait to be fetched.

    Args:
        work: What is done with each.
        items: What it is done with.
        threads: How many at once, at least 1.
        stop: Called when somebody has failed or nobody wants more results: work under way should end.
    """
    if min(threads, len(items)) <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        waiting: deque[Future[_R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
