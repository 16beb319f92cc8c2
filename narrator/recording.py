"""Utterances to takes: only the missing ones, in parallel, through any executor."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from narrator.engines.registry import get_engine
from narrator.errors import AudioError, NarratorError, SynthesisError
from narrator.patience import Patience
from narrator.settings import IN_FLIGHT, TRIES
from narrator.takes import FreshTake, examine, pack, take_key

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from narrator.engines.base import Engine
    from narrator.model import Take, Utterance, Voice
    from narrator.takes import TakeStore

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Recording:
    """The takes of a list of utterances."""

    takes: tuple[Take, ...]
    """One for each utterance, in their order; the same words with the same voice share one."""
    made: int
    """Different takes that were made now."""
    kept: int
    """Different takes that were there already."""


# ---------------------------------------------------------------- in this process
def _ignore(_there: int, _needed: int) -> None:
    """Report to nobody."""


def record(
    utterances: Sequence[Utterance],
    store: TakeStore,
    executor: Callable[[int], AbstractContextManager[Executor]] | None = None,
    on_take: Callable[[int, int], None] = _ignore,
) -> Recording:
    """Have every utterance spoken that the store does not hold yet.

    Each take is kept as soon as it is made, so that a run that fails or is ended loses nothing: the next one
    goes on from there.

    Args:
        utterances: What is to be spoken.
        store: Where takes are and will be kept.
        executor: Makes an executor for so many takes, `workers` by default; called only when takes are
            missing, and again when an executor breaks.
        on_take: Called with the number of different takes that are there and that are needed.

    Raises:
        SynthesisError: An utterance cannot be spoken; what was made until then is kept.
        EngineUnavailableError: An engine cannot work here.
        PublishError: The store cannot be written.
        TakesError: The store cannot be read.
    """
    fingerprints: dict[Voice, str] = {}
    takes: dict[str, Take] = {}
    missing: dict[str, Utterance] = {}
    keys = []
    for utterance in utterances:
        voice = utterance.voice
        if voice not in fingerprints:
            fingerprints[voice] = get_engine(voice.engine).fingerprint(voice)
        fit = get_engine(voice.engine).fit(utterance)
        key = take_key(fit, fingerprints[voice])
        keys.append(key)
        if key in takes or key in missing:
            continue
        take = store.get(key)
        if take is None:
            missing[key] = fit
        else:
            takes[key] = take
    kept, needed = len(takes), len(takes) + len(missing)
    on_take(kept, needed)
    with closing(_perform_all(missing, executor or workers)) as performances:
        for key, fresh in performances:
            takes[key] = store.keep(key, fresh)
            on_take(len(takes), needed)
    return Recording(tuple(takes[key] for key in keys), made=len(missing), kept=kept)


def _perform_all(
    missing: Mapping[str, Utterance], executor: Callable[[int], AbstractContextManager[Executor]]
) -> Generator[tuple[str, FreshTake], None, None]:
    """Yield the takes of utterances as they come, with their keys; the longest are begun first.

    An executor breaks when one of its processes dies: a crash inside a library, or the system short of
    memory. It does not tell which utterance did it, so those in flight are tried again one by one.
    """
    waiting = deque(sorted(missing, key=lambda key: len(missing[key].spoken), reverse=True))
    suspects: set[str] = set()
    deaths: Counter[str] = Counter()
    while waiting:
        flying: dict[Future[FreshTake], str] = {}
        with executor(len(waiting)) as pool:
            try:
                while waiting or flying:
                    while waiting and len(flying) < (1 if suspects else IN_FLIGHT):
                        flying[pool.submit(perform, missing[waiting[0]])] = waiting[0]
                        waiting.popleft()
                    done = wait(flying, return_when=FIRST_COMPLETED).done
                    # What succeeded comes first, so that it is kept when something else failed.
                    for future in sorted(done, key=lambda one: one.exception() is not None):
                        fresh = _outcome(future, missing[flying[future]])
                        key = flying.pop(future)
                        suspects.discard(key)
                        yield key, fresh
            except BrokenExecutor as error:
                alone = flying.values() if flying else (waiting[0],)
                if len(alone) == 1:
                    key = next(iter(alone))
                    deaths[key] += 1
                    if deaths[key] == TRIES:
                        problem = f"the process that speaks it died {TRIES} times"
                        raise SynthesisError(missing[key].spoken, problem) from error
                suspects.update(alone)
                waiting.extendleft(reversed(flying.values()))


def _outcome(future: Future[FreshTake], utterance: Utterance) -> FreshTake:
    """Return what a future brought, or raise its error as one of ours."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, NarratorError | BrokenExecutor):
        raise error
    raise SynthesisError(utterance.spoken, f"{type(error).__name__}: {error}") from error


# ---------------------------------------------------------------- in the workers
def perform(utterance: Utterance) -> FreshTake:
    """Make one good take, wherever this runs.

    A failure that may pass (a busy service) and a suspicious take are tried again after a growing delay.

    Raises:
        SynthesisError: It failed, or every take of it was suspicious.
        EngineUnavailableError: The engine cannot work here.
    """
    engine = get_engine(utterance.voice.engine)
    return Patience().attempt(lambda: _attempt(engine, utterance))


def _attempt(engine: Engine, utterance: Utterance) -> FreshTake:
    """Make a take and examine it; whatever an engine raises becomes one of our errors."""
    try:
        audio = engine.synthesize(utterance)
        examine(audio, utterance)
        return pack(audio)
    except AudioError as error:
        raise SynthesisError(utterance.spoken, f"the take is no sound: {error}", retry=True) from error
    except NarratorError:
        raise
    except Exception as error:
        # An engine may be anybody's: its own errors could even fail to come home from another process.
        problem = f"engine {engine.name} failed with {type(error).__name__}: {error}"
        raise SynthesisError(utterance.spoken, problem) from error


def _start_worker() -> None:
    """Let a worker end with its parent, even one that was killed and could not say so."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# ---------------------------------------------------------------- local processes
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
        max(1, min(_cores(), count)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Workers(ProcessPoolExecutor):
    """Processes that leave Ctrl-C, which a terminal sends to them too, to their parent.

    Otherwise each would print a traceback of its own. A signal held back while a process is started stays
    held back in it.
    """

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


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
