"""One utterance to one good take, wherever this runs; a suspicious one is made again from a cut text."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import Audio, Speech, WordTime, join, sounding
from narrator.engines.registry import get_engine
from narrator.errors import AudioError, NarratorError, SynthesisError
from narrator.examination import Fault, fault_of
from narrator.patience import Patience
from narrator.rumble import without_rumble
from narrator.settings import EDGE_MS, FADE_MS, TAKE_SILENCE, TRIES
from narrator.shades import shaded
from narrator.spoken.dividing import recut
from narrator.takes import FreshTake, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.engines.base import Engine
    from narrator.model import Utterance

_AGREE = 0.2
"""Two takes of a text whose lengths differ by less than this share of the longer one say the same: a cut
adds a pause and slows the speech before it."""


def perform(utterance: Utterance, pace: float = 0.0) -> FreshTake:
    """Make one good take.

    A failure that may pass (a busy service) is tried again after a growing delay. A suspicious take is made
    again from the text cut in two, then in three: an engine that stumbles over a sentence rarely does so over
    its parts. No word is dropped and the voice stays. Where none is plausible, nothing but the length is
    odd, and two that are cut in different ways are equally long, it is the text that is odd: the first is
    kept, and says so.

    Args:
        utterance: What is to be spoken.
        pace: Of its voice, as `pace_of` tells it; 0 when it is not known. The take depends on nothing else,
            so that it is the same whatever else is spoken, and in whatever order.

    Raises:
        SynthesisError: It failed, or every take of it was suspicious.
        EngineUnavailableError: The engine cannot work here.
    """
    engine = get_engine(utterance.voice.engine)
    odd: list[tuple[Audio, int, Fault]] = []
    faults: list[Fault] = []
    for parts in _cuts(utterance, again=engine.online):
        audio, fault = _attempt(engine, utterance, parts, pace)
        if audio and not fault:
            return replace(pack(audio), parts=len(parts))
        if fault:
            faults.append(fault)
        if audio and fault and fault.by_length:
            odd.append((audio, len(parts), fault))
    for (audio, count, fault), (other, _, _) in combinations(odd, 2):
        if _agree(audio, other):
            return replace(pack(audio), parts=count, odd=fault.problem)
    raise SynthesisError(utterance.spoken, faults[0].problem)


def _cuts(utterance: Utterance, *, again: bool) -> Iterator[list[tuple[Utterance, int]]]:
    """Yield the ways to speak a text: at once, in two parts, in three; with the pauses after parts in ms.

    Args:
        utterance: What is to be spoken.
        again: Whether a text that cannot be cut is worth another try as it is: a service may answer better.
    """
    yield [(utterance, 0)]
    for count in range(2, TRIES + 1):
        parts = recut(utterance, count)
        if len(parts) == count or again:
            yield parts


def _attempt(
    engine: Engine, utterance: Utterance, parts: list[tuple[Utterance, int]], pace: float
) -> tuple[Audio | None, Fault | None]:
    """Speak a text in parts; return the take, where it is a sound at all, and what is wrong with it."""
    try:
        takes = [_speak(engine, part) for part, _ in parts]
        audio = _join(takes, parts)
    except AudioError as error:
        return None, Fault(f"the take is no sound: {error}")
    faults = [fault_of(take, part.spoken, pace) for take, (part, _) in zip(takes, parts, strict=True)]
    faults.append(fault_of(audio, utterance.spoken, pace))
    # A part may be silent while the whole passes; that is worse than an odd length.
    return audio, min(filter(None, faults), key=lambda fault: fault.by_length, default=None)


def _speak(engine: Engine, utterance: Utterance) -> Audio:
    """Have an engine speak, shade and clean what it says; whatever it raises becomes one of our errors.

    An engine knows nothing of shades; whoever examines or joins takes hears them.

    Raises:
        AudioError: What came is no sound.
        SynthesisError: It failed for good, or too often.
        EngineUnavailableError: It cannot work here.
    """
    shade = utterance.voice.shade
    plain = replace(utterance, voice=utterance.voice.plain)
    try:
        sound = Patience().attempt(lambda: engine.synthesize(plain))
        shown = shaded(sound, shade) if shade else sound
        return replace(shown, samples=without_rumble(shown.samples, shown.sample_rate))
    except NarratorError:
        raise
    except Exception as error:
        # An engine may be anybody's: its own errors could even fail to come home from another process.
        problem = f"engine {engine.name} failed with {type(error).__name__}: {error}"
        raise SynthesisError(utterance.spoken, problem) from error


def _join(takes: list[Audio], parts: list[tuple[Utterance, int]]) -> Audio:
    """Join the takes of parts with the pauses meant, whatever silence each came with.

    Raises:
        AudioError: A part is nothing but silence.
    """
    if len(takes) == 1:
        return takes[0]
    sounds: list[Audio] = []
    times: list[WordTime] = []
    frames = characters = 0
    for take, (part, pause_ms) in zip(takes, parts, strict=True):
        start, end = sounding(take, TAKE_SILENCE)
        if start == end:
            raise AudioError("a part of it is nothing but silence")
        edge = take.sample_rate * EDGE_MS // 1000
        first = max(0, start - edge)
        heard = take.samples[first : end + edge].copy()
        count = min(take.sample_rate * FADE_MS // 1000, heard.size // 2)
        fade = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
        heard[:count] *= fade
        heard[heard.size - count :] *= fade[::-1]
        silence = np.zeros(take.sample_rate * max(0, pause_ms - 2 * EDGE_MS) // 1000, np.float32)
        sounds.append(Audio(np.concatenate([heard, silence]), take.sample_rate))
        for word in take.words if isinstance(take, Speech) else ():
            at = min(max(word.frame - first, 0), heard.size - 1)
            times.append(WordTime(frames + at, characters + word.start, word.length))
        frames += sounds[-1].frames
        characters += len(part.spoken)
    whole = join(sounds)
    return Speech(whole.samples, whole.sample_rate, tuple(times)) if times else whole


def _agree(one: Audio, other: Audio) -> bool:
    """Tell whether two takes of one text are about equally long, without the silence at their ends."""
    lengths = [
        (end - start) / audio.sample_rate
        for audio in (one, other)
        for start, end in [sounding(audio, TAKE_SILENCE)]
    ]
    return max(lengths) - min(lengths) <= _AGREE * max(lengths)
