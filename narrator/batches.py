"""Takes that are wanted: their keys, the pace they are examined by, their making one after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.engines.registry import get_engine
from narrator.errors import EngineUnavailableError, NarratorError, SynthesisError
from narrator.examination import pace_of
from narrator.performing import perform
from narrator.takes import FreshTake, take_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Take, Utterance, Voice


@dataclass(frozen=True, slots=True)
class Order:
    """A take that is wanted."""

    key: str
    """As whoever wants it would keep it."""
    utterance: Utterance
    pace: float
    """Of its voice, as `perform` takes it."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What became of a batch."""

    takes: tuple[FreshTake, ...]
    """Of the first orders, as many as went well."""
    error: NarratorError | None = None
    """Why the next one failed; those after it were not begun."""


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


@dataclass(frozen=True, slots=True)
class Paces:
    """How fast each voice speaks, as far as it is known already."""

    tellers: dict[tuple[Voice, str], tuple[str, Utterance]]
    """By voice and language the passage that tells it, with its key."""
    takes: dict[str, Take]
    """All takes that are there by now."""

    def told_by(self, key: str) -> bool:
        """Tell whether a take is a passage, by which others are examined."""
        return any(key == teller for teller, _ in self.tellers.values())

    def of(self, key: str, utterance: Utterance) -> float | None:
        """Return the pace to examine a take by, 0 where nothing tells it; None when it is not known yet."""
        teller, passage = self.tellers.get((utterance.voice, utterance.language), (key, utterance))
        if teller == key:
            return 0.0
        take = self.takes.get(teller)
        if take is None:
            return None
        return pace_of((take.end - take.start) / take.sample_rate, passage.spoken)


@cache
def _keys() -> Keys:
    """Return the one of this process."""
    return Keys()


def perform_all(orders: Sequence[Order], *, check: bool = False) -> Performed:
    """Make takes, up to the first failure.

    An error is returned, never raised, so that the takes before it are not lost on the way home; and so that
    whatever lies between need not note down a failure with the text that was to be spoken.

    Args:
        orders: What is wanted.
        check: Whether this may be another machine than the one that wants the takes: then its engine, model
            and libraries must be the same, which the key tells.
    """
    takes: list[FreshTake] = []
    for order in orders:
        try:
            if check:
                _check(order)
            takes.append(perform(order.utterance, order.pace))
        except NarratorError as error:
            return Performed(tuple(takes), travelling(error))
        except Exception as error:  # noqa: BLE001 - it could even fail to travel
            problem = f"{type(error).__name__}: {error}"
            return Performed(tuple(takes), SynthesisError(order.utterance.spoken, problem))
    return Performed(tuple(takes))


def travelling(error: NarratorError) -> NarratorError:
    """Return an error without what caused it, which may hold a request with its key, or fail to travel.

    Dask has causes and traces pickled with every error of a process in which it was imported (by tblib).
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _check(order: Order) -> None:
    """Refuse to make a take under the key of another one.

    Raises:
        EngineUnavailableError: Engine, model or libraries are others here.
    """
    voice = order.utterance.voice
    if _keys().of(order.utterance)[0] != order.key:
        here = get_engine(voice.engine).fingerprint(voice.plain)
        problem = f"it is not the one that the takes are to be of (here is {here})"
        raise EngineUnavailableError(voice.engine, f"{problem}; install the same versions and models on both")
