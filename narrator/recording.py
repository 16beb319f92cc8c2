"""Utterances to takes: only the missing ones, in parallel, through any executor."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from narrator.batches import Keys, Order, Paces, Performed, perform_all
from narrator.errors import NarratorError, SynthesisError, TakesError
from narrator.settings import TRIES, WATCH_S
from narrator.sizes import Sizes
from narrator.workers import Distant, WorkersLostError, workers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from contextlib import AbstractContextManager

    from narrator.audio import Audio
    from narrator.model import Take, Utterance
    from narrator.takes import FreshTake, TakeStore


@dataclass(frozen=True, slots=True)
class Recording:
    """The takes of a list of utterances."""

    takes: tuple[Take, ...]
    """One for each utterance, in their order; the same words with the same voice share one."""
    made: int
    """Different takes that were made now, the passages' included."""
    kept: int
    """Different takes that were there already."""
    passages: tuple[Take, ...] = ()
    """One for each passage."""


def _ignore(_there: int, _needed: int) -> None:
    """Report to nobody."""


def record(
    utterances: Sequence[Utterance],
    store: TakeStore,
    executor: Callable[[int], AbstractContextManager[Executor]] | None = None,
    on_take: Callable[[int, int], None] = _ignore,
    passages: Sequence[Utterance] = (),
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
        passages: What voices speak besides, one passage each, from which their pace is known. They are made
            first: other takes of a voice are examined by its pace, and by nothing that depends on what else
            is spoken or what the store holds.

    Raises:
        SynthesisError: An utterance cannot be spoken; what was made until then is kept.
        EngineUnavailableError: An engine cannot work here.
        PublishError: The store cannot be written.
        TakesError: The store cannot be read.
    """
    named = Keys()
    keyed = [named.of(utterance) for utterance in (*passages, *utterances)]
    keys = [key for key, _ in keyed]
    wanted = dict(reversed(keyed))  # the first of those that share a take
    takes = store.get_all(list(dict.fromkeys(keys)))
    missing = {key: wanted[key] for key in dict.fromkeys(keys) if key not in takes}
    kept, needed = len(takes), len(takes) + len(missing)
    on_take(kept, needed)
    # Of two passages of a voice the first tells its pace, in every run.
    tellers = {
        (one.voice, one.language): (key, one) for key, one in reversed([*zip(keys, passages, strict=False)])
    }
    paces = Paces(tellers, takes)
    with closing(_Performance(missing, paces).run(executor or workers)) as performances:
        for key, fresh in performances:
            takes[key] = store.keep(key, fresh, missing[key].voice)
            on_take(len(takes), needed)
    found = tuple(takes[key] for key in keys)
    count = len(passages)
    return Recording(found[count:], made=len(missing), kept=kept, passages=found[:count])


def remaking(
    recording: Recording, utterances: Sequence[Utterance], store: TakeStore, passages: Sequence[Utterance]
) -> Callable[[Take], Audio]:
    """Return what reads the takes of a recording, and makes again one that went away or was damaged since.

    Somebody may tidy up the store while an episode is mixed.

    Args:
        recording: Whose takes are to be read.
        utterances: What was spoken, the passages first.
        store: Where they lie.
        passages: As they were given to `record`.
    """
    said = dict(zip((*recording.passages, *recording.takes), utterances, strict=True))
    again = Lock()  # parts of an episode are mixed side by side; processes are started by one at a time

    def read(take: Take) -> Audio:
        try:
            return store.read(take)
        except TakesError:
            with again:
                passage = [one for one in passages if one.voice == said[take].voice]
                record([said[take]], store, passages=passage)
                return store.read(take)

    return read


@dataclass(frozen=True, slots=True)
class _Flight:
    """A batch that an executor has."""

    keys: tuple[str, ...]
    alone: bool = False
    """Whether the executor has nothing else: if processes die, it is of this one that they do."""


_Flying = dict[Future[Performed], _Flight]
"""What the executor is working on."""


@dataclass(slots=True)
class _Performance:
    """The making of all missing takes.

    An executor breaks when one of its processes dies: a crash inside a library, or the system short of
    memory. It does not tell which utterance did it, so those in flight are tried again one by one. A cluster
    goes on without the process, tries its batches again by itself, and tells when it gave one of them up.
    """

    missing: dict[str, Utterance]
    paces: Paces
    waiting: dict[str, deque[str]] = field(default_factory=dict)
    """By engine, what is not begun yet."""
    suspects: set[str] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)
    failure: NarratorError | None = None
    """Why an utterance of a batch failed, from the first such batch."""

    def __post_init__(self) -> None:
        # The longest are begun first, so that none is left over for the end; passages before all.
        for key in sorted(
            self.missing, key=lambda key: (not self.paces.told_by(key), -len(self.missing[key].spoken))
        ):
            self.waiting.setdefault(self.missing[key].voice.engine, deque()).append(key)

    def run(
        self, executor: Callable[[int], AbstractContextManager[Executor]]
    ) -> Generator[tuple[str, FreshTake], None, None]:
        """Yield the takes as they come, with their keys."""
        while any(self.waiting.values()):
            flying: _Flying = {}
            with executor(sum(map(len, self.waiting.values()))) as pool:
                try:
                    self._begin(pool, flying)
                    while flying:
                        done = self._wait(pool, flying)
                        yield from self._finished(flying)
                        self._stop_at_failure()
                        for future in done & flying.keys():
                            self._fail(future, flying)
                        self._begin(pool, flying)
                except BrokenExecutor as error:
                    yield from self._finished(flying)
                    self._stop_at_failure()
                    self._begin_again(flying, error)
                except (Exception, KeyboardInterrupt, SystemExit):
                    # What others have finished by now is not lost.
                    yield from self._finished(flying)
                    raise

    @staticmethod
    def _wait(pool: Executor, flying: _Flying) -> set[Future[Performed]]:
        """Return what is done, when something is; nobody may be left to do it, which a cluster tells."""
        if not isinstance(pool, Distant):
            return wait(flying, return_when=FIRST_COMPLETED).done
        pool.watch()
        return wait(flying, timeout=WATCH_S, return_when=FIRST_COMPLETED).done

    def _begin(self, pool: Executor, flying: _Flying) -> None:
        """Give the executor what it may have now."""
        sizes = Sizes(self.missing, pool.slots if isinstance(pool, Distant) else 0)
        while sizes.room(flight.keys for flight in flying.values()) and not (self.suspects and flying):
            busy = Counter(
                self.missing[key].voice.engine for flight in flying.values() for key in flight.keys
            )
            for engine, queue in self.waiting.items():
                if not queue or busy[engine] >= sizes.most_at_once(engine):
                    continue
                if self.suspects and queue[0] not in self.suspects:
                    continue
                orders = self._take(queue, 1 if self.suspects else sizes.batch(queue))
                if orders:
                    # Where nothing else is left to be made, nothing else comes beside it later.
                    left = any(self.waiting.values()) and not self.suspects
                    alone = len(orders) == 1 and not flying and not left
                    future = pool.submit(perform_all, orders, check=isinstance(pool, Distant))
                    flying[future] = _Flight(tuple(order.key for order in orders), alone)
                    break
            else:
                return

    def _take(self, queue: deque[str], most: int) -> tuple[Order, ...]:
        """Take a batch from a queue, a passage by itself; nothing when the pace of the first is not known."""
        orders: list[Order] = []
        while queue and len(orders) < most:
            pace = self.paces.of(queue[0], self.missing[queue[0]])
            if pace is None:
                break
            key = queue.popleft()
            orders.append(Order(key, self.missing[key], pace))
            if self.paces.told_by(key):
                break
        return tuple(orders)

    def _finished(self, flying: _Flying) -> Generator[tuple[str, FreshTake], None, None]:
        """Yield what succeeded, and take it from what is flying; remember what failed."""
        for future in list(flying):
            if future.done() and not future.cancelled() and future.exception() is None:
                flight, performed = flying.pop(future), future.result()
                del future  # it holds the sounds of the whole batch
                for key, fresh in zip(flight.keys, performed.takes, strict=False):
                    self.suspects.discard(key)
                    yield key, fresh
                self.failure = self.failure or performed.error

    def _stop_at_failure(self) -> None:
        if self.failure:
            raise self.failure

    def _fail(self, future: Future[Performed], flying: _Flying) -> None:
        """Tell why a future failed, by one of our errors or by what tells that the executor broke.

        Where a cluster gave a batch up, its utterances are put back to be tried one by one.
        """
        error = future.exception()
        if isinstance(error, NarratorError | BrokenExecutor):
            raise error
        flight = flying.pop(future)
        first = self.missing[flight.keys[0]].spoken
        if not isinstance(error, WorkersLostError):
            raise SynthesisError(first, f"{type(error).__name__}: {error}") from error
        if flight.alone:
            raise SynthesisError(first, f"{error.count} workers died of it") from error
        self._put_back([flight])

    def _begin_again(self, flying: _Flying, error: BrokenExecutor) -> None:
        """Put what was in flight back to the front.

        Raises:
            SynthesisError: An utterance broke the executor too often.
        """
        alone = [key for flight in flying.values() for key in flight.keys] or [self._next()]
        if len(alone) == 1:
            self.deaths[alone[0]] += 1
            if self.deaths[alone[0]] == TRIES:
                problem = f"the process that speaks it died {TRIES} times"
                raise SynthesisError(self.missing[alone[0]].spoken, problem) from error
        self.suspects.update(alone)
        self._put_back(flying.values())

    def _put_back(self, flights: Iterable[_Flight]) -> None:
        """Put what was begun in vain to the front of what waits, to be tried one by one."""
        for key in reversed([key for flight in flights for key in flight.keys]):
            self.suspects.add(key)
            self.waiting[self.missing[key].voice.engine].appendleft(key)

    def _next(self) -> str:
        return next(queue[0] for queue in self.waiting.values() if queue)
