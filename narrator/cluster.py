"""A Dask cluster that performs: batches go to its workers, takes come home. The home of that package."""

from __future__ import annotations

import importlib.util
import logging
import pickle
import socket
import sys
import time
import warnings
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import narrator
from narrator.batches import Performed
from narrator.errors import ClusterError, EngineUnavailableError, NarratorError, UnknownEngineError
from narrator.settings import CONNECT_S, WATCH_S, WORKERS_S
from narrator.workers import Distant, WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

_P = ParamSpec("_P")
_T = TypeVar("_T")

_GO_ON = "run the command again to go on from the takes that are there"
_SAME = "install the same version on every machine of the cluster and on this one"


def cluster(address: str) -> Callable[[int], AbstractContextManager[Executor]]:
    """Return what connects to a cluster when takes are to be made, as `record` takes it.

    Args:
        address: Of the scheduler, such as tcp://scheduler:8786.
    """
    return partial(_connected, address)


@contextmanager
def _connected(address: str, _count: int) -> Iterator[Executor]:
    """Offer the workers of a cluster.

    Raises:
        ClusterError: The package is missing, no scheduler answers, there are no workers, or their versions
            differ from ours.
    """
    if importlib.util.find_spec("distributed") is None:
        raise ClusterError(address, "a package is needed for it: pip install 'narrator[cluster]'")
    import distributed

    with _quiet():
        try:
            # Dask asks where nobody listens again and again, and stumbles over what is no address.
            with socket.create_connection(_place(address), timeout=CONNECT_S):
                pass
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of versions that differ; those that matter are told below
                connect: Any = distributed.Client  # it has types in part only
                client = connect(address, timeout=CONNECT_S, set_as_default=False)
        except OSError as error:
            told = error.strerror or f"nothing in {CONNECT_S:g} seconds"
            problem = f"no scheduler answers there ({told}); start one with `dask scheduler`"
            raise ClusterError(address, problem) from error
        try:
            pool = _Cluster(address, client)
            try:
                yield pool
            finally:
                pool.shutdown(wait=False)
        finally:
            client.close()


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address.

    Raises:
        ClusterError: It is none.
    """
    with suppress(ValueError):  # brackets without a fellow, a port that is no number
        parts = urlsplit(address)
        if parts.scheme in {"tcp", "tls"} and parts.hostname and parts.port:
            return parts.hostname, parts.port
    raise ClusterError(address, "that is no address of a scheduler, such as tcp://scheduler:8786")


class _Cluster(Distant):
    """The workers that a client of Dask has."""

    def __init__(self, address: str, client: Any) -> None:
        self._address = address
        self._client = client
        self._executor: Executor = client.get_executor(pure=False)
        self._seen = self._looked = time.monotonic()
        self.slots = self._count()
        while not self.slots:
            self._give_up_where_nobody_is()
            time.sleep(0.2)
            self.slots = self._count()
        _check_versions(address, self._versions())

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        # Dask looks through arguments for its own; bytes it leaves alone, and they are in none of its logs.
        call = pickle.dumps(partial(fn, *args, **kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        ours: Future[_T] = Future()
        ours.set_running_or_notify_cancel()
        theirs = self._executor.submit(_call, self._address, _here(), call)
        theirs.add_done_callback(partial(self._hand_over, ours))
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        # What is waited for is not cancelled, the rest is.
        self._executor.shutdown(wait=wait)

    def watch(self) -> None:
        now = time.monotonic()
        if now - self._looked < WATCH_S:
            return
        self._looked = now
        self.slots = self._count() or self.slots
        self._give_up_where_nobody_is()

    def _count(self) -> int:
        """Return how many calls are worked on at the same time, and note when there was somebody."""
        try:
            slots = int(sum(self._client.nthreads().values()))
        except Exception as error:  # its own errors have no common class
            raise self._gone() from error
        if slots:
            self._seen = time.monotonic()
        return slots

    def _give_up_where_nobody_is(self) -> None:
        if time.monotonic() - self._seen > WORKERS_S:
            problem = f"it has had no workers for {WORKERS_S:g} seconds; start some with `dask worker`"
            raise ClusterError(self._address, f"{problem}, and {_GO_ON}")

    def _versions(self) -> dict[str, Mapping[str, str | None]]:
        """Return the versions of packages on each machine, the scheduler's first."""
        try:
            found = self._client.get_versions(packages=["narrator"])
        except Exception as error:  # its own errors have no common class
            raise self._gone() from error
        workers = {f"worker {name}": one for name, one in found["workers"].items()}
        machines = {"scheduler": found["scheduler"], **workers}
        # A worker that ended meanwhile tells nothing.
        return {name: one["packages"] for name, one in machines.items() if isinstance(one, dict)}

    def _gone(self) -> ClusterError:
        return ClusterError(self._address, f"its scheduler went away; {_GO_ON}")

    def _hand_over(self, ours: Future[Any], theirs: Future[Any]) -> None:
        """Give what came home to whoever waits for it, errors as they are known here."""
        from distributed import KilledWorker

        if theirs.cancelled():  # which nobody here does: Dask does when the scheduler is lost
            ours.set_exception(self._gone())
            return
        error = theirs.exception()
        if error is None:
            ours.set_result(theirs.result())
        elif isinstance(error, KilledWorker):
            ours.set_exception(WorkersLostError(error.allowed_failures + 1))
        elif isinstance(error, NarratorError):
            ours.set_exception(error)
        else:
            problem = f"a call failed with {type(error).__name__}; {_SAME}, the scheduler too"
            ours.set_exception(ClusterError(self._address, problem))


def _here() -> str:
    """Return what has to be the same wherever takes are made, besides what their keys tell."""
    return _told(narrator.__version__, ".".join(map(str, sys.version_info)))


def _told(version: str | None, python: str | None) -> str:
    program = f"narrator {version}" if version else "no narrator"
    return f"{program}, Python {'.'.join(str(python).split('.')[:2])}"


def _check_versions(address: str, found: Mapping[str, Mapping[str, str | None]]) -> None:
    """Refuse machines that have something else than this one.

    Args:
        address: Of the scheduler.
        found: For each machine the versions of its packages, None for one that is missing.

    Raises:
        ClusterError: For the first of them.
    """
    for machine, packages in found.items():
        there = _told(packages.get("narrator"), packages.get("python"))
        if there != _here():
            raise ClusterError(address, f"its {machine} has {there}, this machine {_here()}; {_SAME}")


def _call(address: str, wanted: str, call: bytes) -> Any:
    """Make a call, in a worker.

    What goes wrong is returned where it can be: a worker notes down the arguments of what raises.

    Raises:
        ClusterError: The call cannot be made by this worker.
    """
    from distributed import get_worker

    worker = get_worker()
    name = worker.address if str(worker.name) == worker.address else f"{worker.name} at {worker.address}"
    if wanted != _here():  # one that came later than the first look at the cluster
        raise ClusterError(address, f"its worker {name} has {_here()}, {wanted} is wanted; {_SAME}")
    made = pickle.loads(call)()  # noqa: S301 - whoever can reach a worker may have it do anything as it is
    if isinstance(made, Performed) and isinstance(made.error, EngineUnavailableError | UnknownEngineError):
        return Performed(made.takes, ClusterError(address, f"on its worker {name} {made.error}"))
    return made


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log off the terminal: what matters in it is told by errors."""
    import distributed

    handlers = [
        (handler, handler.level)
        for name in (distributed.__name__, "tornado")
        for handler in logging.getLogger(name).handlers
    ]
    for handler, _ in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in handlers:
            handler.setLevel(level)
