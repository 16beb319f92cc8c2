"""Whether a take can be the speech it should be: level, length for its text, silence inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import sounding
from narrator.settings import TAKE_SILENCE
from narrator.units import amplitude

if TYPE_CHECKING:
    from narrator.audio import Audio

# ---------------------------------------------------------------- level
_QUIETEST = 0.003
"""A lower peak (-50 dBFS) is silence: speech of any engine peaks above -20."""
_FULL_SCALE = 32766 / 32768
_MOST_CLIPPED = 0.01
"""Share of samples at full scale; distorted but honest speech stays under a thousandth."""

# ---------------------------------------------------------------- length, whoever speaks
_FASTEST = 80
"""Letters a second: double the fastest speech espeak-ng makes at 450 words a minute."""
_SLOWEST_LETTER_S = 0.5
"""Four times as slow as people dictate."""
_SLOWEST_SIGN_S = 2.5
"""A digit, an ideograph or a symbol may be read as several words."""
_LONGEST_REST_S = 5.0
"""Silence an engine may add at the ends."""
_FIRST_WIDE = "\u2e80"
"""From here on (CJK) a letter can be a word."""

# ---------------------------------------------------------------- length, for the pace of the voice
_SHORTEST = 0.6
_LONGEST = 1.4
"""Of the length that the voice's own pace foretells. Measured on 1,186 utterances by espeak-ng and 60 by
Kokoro, German and English, of interviews, plays, talks and novels: the medians are 0.92 to 1.04, the median
deviations 0.06 to 0.09, none is under 0.70. More than 1.3 have only texts with figures or initials, for which
the allowances below are: with them the longest is at 0.72 of its limit, the shortest at 1.39 of its own."""
_LEEWAY_S = 0.4
"""Besides, on both sides: a single word may be said in a breath, or slowly."""
_CAPITAL_LETTERS = 4.0
"""A capital within a word of capitals may be read by its name: "W" has nine letters in English."""
_SIGN_LETTERS = 12.0
"""A digit or a symbol may be read as a word or two."""
_INNER_PAUSE_S = 0.5
"""What a sign of punctuation may add."""
_LAST_LATIN = "\u024f"
_LEAST_LETTERS = 12
"""A pace tells nothing of a shorter text."""

# ---------------------------------------------------------------- silence inside
_LONGEST_SILENCE_S = 2.0
"""In the same utterances: espeak-ng at most 0.4 s between sentences and 0.3 s within one, Kokoro 1.4 and
1.1."""
_LONGEST_PAUSE_S = 5.0
"""The same where the text has a reason for it."""
_STEP_S = 0.01

_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}|\b[B-HJ-NP-ZÀ-ÖØ-Þ]\b")
"""Words of capitals and single ones, but not "I", "A" and "O"."""
_PAUSE = re.compile(r"[,;:.!?…–—()\[\]/\n\"“”„«»]+")
_SIGN = re.compile(r"[^\s,;:.!?…–—()\[\]/\"“”„«»‚‘’›‹'_-]")
"""A letter, or what may be read as a word."""
_REST = re.compile(r"[.!?…:–—\n]+(?=.*\w)", re.DOTALL)
"""What a speaker may make a long pause at."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a take is suspicious."""

    problem: str
    """For people."""
    by_length: bool = False
    """Whether its length alone is odd: where another take is as long, the text is odd and not the take."""


def fault_of(audio: Audio, spoken: str, pace: float = 0.0) -> Fault | None:
    """Examine a take; that its samples are finite numbers is the promise of `Audio` itself.

    Args:
        audio: The take.
        spoken: The spoken form it is of.
        pace: Of its voice, as `pace_of` tells it; 0 when it is not known.

    Returns:
        What is wrong with it, or None.
    """
    if audio.peak < _QUIETEST:
        return Fault("the take is silent")
    clipped = float(np.mean(np.abs(audio.samples) >= _FULL_SCALE))
    if clipped > _MOST_CLIPPED:
        return Fault(f"the take is clipped ({clipped:.0%} of it is at full scale)")
    start, end = sounding(audio, TAKE_SILENCE)
    heard = (end - start) / audio.sample_rate
    for seconds, (shortest, longest) in (
        (audio.seconds, _believable(spoken)),
        (heard, _usual(spoken, pace)),
    ):
        if not shortest <= seconds <= longest:
            return Fault(
                f"the take lasts {seconds:.1f} s, where {shortest:.1f} to {longest:.1f} s are believable",
                by_length=True,
            )
    silence = _longest_silence(audio, start, end)
    if silence > (_LONGEST_PAUSE_S if _REST.search(spoken) else _LONGEST_SILENCE_S):
        return Fault(f"the take is silent for {silence:.1f} s inside")
    return None


def pace_of(seconds: float, spoken: str) -> float:
    """Return the pace of a voice in seconds a letter, pauses included; 0 when the text tells none.

    Args:
        seconds: How long it speaks a text, without the silence at the ends.
        spoken: The text, best one of several sentences.
    """
    letters, _ = _count(spoken)
    return seconds / letters if letters >= _LEAST_LETTERS else 0.0


def _believable(spoken: str) -> tuple[float, float]:
    """Return the shortest and the longest time in which anybody says a text, in seconds."""
    letters, signs = _count(spoken)
    return letters / _FASTEST, letters * _SLOWEST_LETTER_S + signs * _SLOWEST_SIGN_S + _LONGEST_REST_S


def _usual(spoken: str, pace: float) -> tuple[float, float]:
    """Return the shortest and the longest time in which a voice of this pace says a text, in seconds.

    The pace is measured in Latin letters; of other scripts it tells nothing.
    """
    letters, _ = _count(spoken)
    signs = len(_SIGN.findall(spoken)) - letters
    latin = sum(character.isalpha() and character <= _LAST_LATIN for character in spoken)
    if not pace or letters < _LEAST_LETTERS or latin < letters:
        return 0.0, float("inf")
    capitals = sum(len(found) for found in _CAPITALS.findall(spoken))
    longer = letters + capitals * (_CAPITAL_LETTERS - 1) + signs * _SIGN_LETTERS
    pauses = len(_PAUSE.findall(spoken)) * _INNER_PAUSE_S
    return _SHORTEST * pace * letters - _LEEWAY_S, _LONGEST * pace * longer + pauses + _LEEWAY_S


def _count(spoken: str) -> tuple[int, int]:
    """Return how many letters a text has, and how many signs that may be whole words."""
    letters = sum(character.isalpha() and character < _FIRST_WIDE for character in spoken)
    signs = sum(not character.isspace() for character in spoken) - letters
    return letters, signs


def _longest_silence(audio: Audio, start: int, end: int) -> float:
    """Return the length of the longest silence between two samples, in seconds."""
    step = max(1, round(audio.sample_rate * _STEP_S))
    count = (end - start) // step
    steps = audio.samples[start : start + count * step].reshape(count, step)
    level = np.sqrt(np.mean(np.square(steps), axis=1))
    loud = np.flatnonzero(level >= audio.peak / amplitude(TAKE_SILENCE))
    edges = np.concatenate([[-1], loud, [count]])
    return float(np.diff(edges).max() - 1) * _STEP_S
