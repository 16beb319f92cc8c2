"""Utterances to takes: only the missing ones, in parallel, through any executor."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from narrator.engines.registry import get_engine
from narrator.errors import NarratorError, SynthesisError, TakesError
from narrator.examination import pace_of
from narrator.performing import perform
from narrator.settings import IN_FLIGHT, REQUESTS_TO_SERVICE, TRIES
from narrator.takes import FreshTake, take_key
from narrator.workers import workers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from contextlib import AbstractContextManager

    from narrator.audio import Audio
    from narrator.model import Take, Utterance, Voice
    from narrator.takes import TakeStore

_Flying = dict[Future[FreshTake], str]
"""What the executor is working on, with the keys of the takes."""


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


class Keys:
    """The keys of takes; each voice's fingerprint is asked for once."""

    def __init__(self) -> None:
        self._fingerprints: dict[Voice, str] = {}

    def of(self, utterance: Utterance) -> tuple[str, Utterance]:
        """Return the key of an utterance's take, and the utterance without what its engine cannot speak.

        Raises:
            EngineUnavailableError: The engine cannot work here.
        """
        voice = utterance.voice
        engine = get_engine(voice.engine)
        if voice not in self._fingerprints:
            self._fingerprints[voice] = engine.fingerprint(voice.plain)
        fit = engine.fit(utterance)
        return take_key(fit, self._fingerprints[voice]), fit


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
    takes: dict[str, Take] = {}
    missing: dict[str, Utterance] = {}
    keys = []
    for utterance in (*passages, *utterances):
        key, fit = named.of(utterance)
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
    # Of two passages of a voice the first tells its pace, in every run.
    tellers = {
        (one.voice, one.language): (key, one) for key, one in reversed([*zip(keys, passages, strict=False)])
    }
    paces = _Paces(tellers, takes)
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
class _Paces:
    """How fast each voice speaks, as far as it is known already."""

    tellers: dict[tuple[Voice, str], tuple[str, Utterance]]
    """By voice and language the passage that tells it, with its key."""
    takes: dict[str, Take]
    """All takes that are there by now."""

    def of(self, key: str, utterance: Utterance) -> float | None:
        """Return the pace to examine a take by, 0 where nothing tells it; None when it is not known yet."""
        teller, passage = self.tellers.get((utterance.voice, utterance.language), (key, utterance))
        if teller == key:
            return 0.0
        take = self.takes.get(teller)
        if take is None:
            return None
        return pace_of((take.end - take.start) / take.sample_rate, passage.spoken)


@dataclass(slots=True)
class _Performance:
    """The making of all missing takes.

    An executor breaks when one of its processes dies: a crash inside a library, or the system short of
    memory. It does not tell which utterance did it, so those in flight are tried again one by one.
    """

    missing: dict[str, Utterance]
    paces: _Paces
    waiting: dict[str, deque[str]] = field(default_factory=dict)
    """By engine, what is not begun yet."""
    suspects: set[str] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        passages = {key for key, _ in self.paces.tellers.values()}
        # The longest are begun first, so that none is left over for the end; passages before all.
        for key in sorted(
            self.missing, key=lambda key: (key not in passages, -len(self.missing[key].spoken))
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
                        done = wait(flying, return_when=FIRST_COMPLETED).done
                        yield from self._finished(flying)
                        for future in done & flying.keys():
                            self._fail(future, flying)
                        self._begin(pool, flying)
                except BrokenExecutor as error:
                    yield from self._finished(flying)
                    self._begin_again(flying, error)
                except (Exception, KeyboardInterrupt, SystemExit):
                    # What others have finished by now is not lost.
                    yield from self._finished(flying)
                    raise

    def _begin(self, pool: Executor, flying: _Flying) -> None:
        """Give the executor what it may have now."""
        while len(flying) < (1 if self.suspects else IN_FLIGHT):
            busy = Counter(self.missing[key].voice.engine for key in flying.values())
            for engine, queue in self.waiting.items():
                if not queue or busy[engine] >= _most_at_once(engine):
                    continue
                if self.suspects and queue[0] not in self.suspects:
                    continue
                pace = self.paces.of(queue[0], self.missing[queue[0]])
                if pace is not None:
                    flying[pool.submit(perform, self.missing[queue[0]], pace)] = queue[0]
                    queue.popleft()
                    break
            else:
                return

    def _finished(self, flying: _Flying) -> Generator[tuple[str, FreshTake], None, None]:
        """Yield what succeeded, and take it from what is flying."""
        for future in list(flying):
            if future.done() and not future.cancelled() and future.exception() is None:
                key = flying.pop(future)
                self.suspects.discard(key)
                yield key, future.result()

    def _fail(self, future: Future[FreshTake], flying: _Flying) -> NoReturn:
        """Raise why a future failed, as one of our errors or as what tells that the executor broke."""
        error = future.exception()
        if isinstance(error, NarratorError | BrokenExecutor):
            raise error
        spoken = self.missing[flying[future]].spoken
        raise SynthesisError(spoken, f"{type(error).__name__}: {error}") from error

    def _begin_again(self, flying: _Flying, error: BrokenExecutor) -> None:
        """Put what was in flight back to the front.

        Raises:
            SynthesisError: An utterance broke the executor too often.
        """
        alone = list(flying.values()) or [self._next()]
        if len(alone) == 1:
            self.deaths[alone[0]] += 1
            if self.deaths[alone[0]] == TRIES:
                problem = f"the process that speaks it died {TRIES} times"
                raise SynthesisError(self.missing[alone[0]].spoken, problem) from error
        self.suspects.update(alone)
        for key in reversed(flying.values()):
            self.waiting[self.missing[key].voice.engine].appendleft(key)

    def _next(self) -> str:
        return next(queue[0] for queue in self.waiting.values() if queue)


def _most_at_once(engine: str) -> int:
    """Return how many utterances of an engine may be in flight: a service is asked only so much at a time."""
    one = get_engine(engine)
    return max(1, REQUESTS_TO_SERVICE // one.requests_at_once) if one.online else IN_FLIGHT
