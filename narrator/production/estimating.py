"""What an episode will be and cost, before anything is made or sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from narrator.batches import Keys
from narrator.engines.registry import get_engine
from narrator.examination import pace_of
from narrator.pauses import pause_ms
from narrator.production.calibration import calibrations
from narrator.production.choice import plan_cast
from narrator.production.stages import load_script
from narrator.production.takes import take_store
from narrator.settings import PAUSES_MS
from narrator.spoken import utterances
from narrator.voices import load_catalogue
from narrator.workers import cores

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Take, Utterance
    from narrator.production.options import Options
    from narrator.takes import TakeStore

_DIGIT_LETTERS = 4
"""What a digit is worth in time: "7" is read as a word."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one engine has to do for it."""

    engine: str
    takes: int
    """Different takes that are missing."""
    characters: int
    """Of the spoken forms of these."""
    requests: int
    """That are sent to a network service, when none fails."""
    speech_s: float
    """Seconds of speech in these takes."""
    work_s: float | None
    """Seconds until they are made on all cores of this machine; None for a service, of which nobody knows."""
    price: float
    currency: str
    """Of the price; empty where all is free, or no price is known."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an episode will be and cost."""

    title: str
    length_s: float
    """Of the finished episode, in seconds."""
    kept: int
    """Different takes that are there already."""
    counted: int
    """Different takes that a source before this one will have made."""
    shares: tuple[Share, ...]
    """By engine, those with nothing to do left out."""


def estimate(place: Path | str, options: Options, counted: set[str] | None = None) -> Estimate:
    """Tell what a source will take, without making a take, writing a file, or sending anything of it.

    Lengths come from the takes that are there, else from the pace of a voice's own passage, else from what
    its engine usually needs for a letter.

    Args:
        place: Of the source.
        options: As for a build.
        counted: Keys of takes that sources before this one will have made; those missing here are added.

    Raises:
        NarratorError: The source cannot be cast.
    """
    script = load_script(
        place,
        language=options.language,
        title=options.title,
        quotes=options.quotes,
        speak=options.speak,
    )
    catalogue = load_catalogue(options.voices)
    roles = plan_cast(script, options, catalogue, place)
    spoken = utterances(script, roles, catalogue.pronunciations)
    passages = calibrations(roles, script.language)
    known = _Known(take_store(options), Keys())
    paces = {passage.voice: known.pace(passage) for passage in passages}
    pauses = [pause_ms(one, after, options.pace) for one, after in zip_longest(spoken, spoken[1:])]
    length = (PAUSES_MS["start"] / options.pace + sum(pauses)) / 1000
    counted = set() if counted is None else counted
    before = set()
    missing: dict[str, Utterance] = {}
    lengths: dict[str, float] = {}
    for number, utterance in enumerate((*passages, *spoken)):
        key, take = known.find(utterance)
        seconds = _heard(take) if take else paces[utterance.voice] * _letters(utterance.spoken)
        lengths[key] = seconds
        if take is None and key in counted:
            before.add(key)
        elif take is None:
            missing[key] = utterance
        if number >= len(passages):
            length += seconds
    kept = len(lengths) - len(missing) - len(before)
    counted.update(missing)
    shares = []
    for name in dict.fromkeys(utterance.voice.engine for utterance in missing.values()):
        engine = get_engine(name)
        own = {key: one for key, one in missing.items() if one.voice.engine == name}
        characters = sum(len(one.spoken) for one in own.values())
        seconds = sum(lengths[key] for key in own)
        price = catalogue.prices.get((name, engine.tariff))
        shares.append(
            Share(
                name,
                len(own),
                characters,
                sum(engine.requests(one) for one in own.values()),
                seconds,
                seconds / engine.speed / min(cores(), len(own)) if engine.speed else None,
                price.of(characters, seconds) if price else 0.0,
                price.currency if price else "",
            )
        )
    return Estimate(script.title, length, kept, len(before), tuple(shares))


@dataclass(frozen=True, slots=True)
class _Known:
    """The takes that are there."""

    store: TakeStore
    keys: Keys

    def find(self, utterance: Utterance) -> tuple[str, Take | None]:
        """Return the key of an utterance's take, and the take where it is there."""
        key, _ = self.keys.of(utterance)
        return key, self.store.get(key)

    def pace(self, passage: Utterance) -> float:
        """Return how long a voice takes for a letter, in seconds."""
        take = self.find(passage)[1]
        usual = get_engine(passage.voice.engine).pace
        return (pace_of(_heard(take), passage.spoken) if take else 0.0) or usual


def _heard(take: Take) -> float:
    """Return how long a take is heard, in seconds; what is left of its silence counts as pause."""
    return (take.end - take.start) / take.sample_rate


def _letters(spoken: str) -> int:
    """Return how many letters a text is worth in time."""
    kinds = Counter("digit" if char.isdigit() else "letter" for char in spoken if char.isalnum())
    return kinds["letter"] + _DIGIT_LETTERS * kinds["digit"]
