"""A thousand utterances for a service that misbehaves, and what their takes must sound like."""

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from narrator.audio import Audio
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice
from narrator.recording import record
from narrator.takes import TakeStore

HURRIED = Path(__file__).parent / "hurried"
RATE = 24_000
_EDGE = RATE // 12
_WORDS = (
    "Wind",
    "Wasser",
    "Feuer",
    "Erde",
    "Berg",
    "Straße",
    "Lampe",
    "Teller",
    "Löffel",
    "Zucker",
    "Käse",
    "Ufer",
)
_BINS = 1 << 15
"""Of a spectrum with lines 0.7 Hz apart."""


def utterances(voice: Voice, number: int, most: int) -> list[Utterance]:
    """Texts of up to so many sentences; each sentence tells by its number which utterance it is of."""
    draw = random.Random(7)  # noqa: S311  (texts, no secrets)
    made = []
    for place in range(number):
        sentences = [
            f"Nummer {place}, {' '.join(draw.sample(_WORDS, draw.randint(1, 3)))}".replace(",", "") + "."
            for _ in range(1 if place % 8 else draw.randint(max(1, most - 2), most))
        ]
        made.append(Utterance(" ".join(sentences), voice, voice.language))
    return made


def place_of(text: str) -> int:
    """Return which utterance a text or a piece of it is of."""
    found = re.search(r"\d+", text)
    assert found
    return int(found[0])


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def meant(text: str, language: str) -> tuple[float, int]:
    """Frequency and length in samples of the tone that stands for a text in a language.

    There are a few hundred of them, so that each need be encoded only once.
    """
    said = letters(text)
    return 300.0 + 25 * (crc32(f"{language} {said}".encode()) % 101), int(RATE * 0.25 * -(-len(said) // 9))


@cache
def sound(pitch: float, length: int) -> np.ndarray:
    wave = 0.3 * np.sin(np.arange(length) * (2 * np.pi * pitch / RATE))
    return np.concatenate([np.zeros(_EDGE), wave, np.zeros(_EDGE)])


def heard(audio: Audio) -> list[tuple[float, int]]:
    """Frequency and length of each tone in a take."""
    assert audio.sample_rate == RATE
    loud = np.flatnonzero(np.abs(audio.samples) > 0.02)
    tones = []
    for part in np.split(loud, np.flatnonzero(np.diff(loud) > RATE // 20) + 1):
        wave = audio.samples[part[0] : part[-1] + 1]
        spectrum = np.abs(np.fft.rfft(wave * np.hanning(wave.size), _BINS))
        tones.append((float(spectrum.argmax() * RATE / (_BINS)), wave.size))
    return tones


def check(audio: Audio, pieces: list[str], language: str) -> None:
    """Refuse a take that is not the tones of these texts in this order."""
    tones = heard(audio)
    assert len(tones) == len(pieces), pieces
    for (pitch, length), piece in zip(tones, pieces, strict=True):
        right_pitch, right_length = meant(piece, language)
        assert pitch == pytest.approx(right_pitch, abs=2), piece
        assert length == pytest.approx(right_length, abs=RATE // 50), piece


class _Progress:
    first = -1

    def __call__(self, there: int, _needed: int) -> None:
        if self.first < 0:
            self.first = there


@contextmanager
def threads(_count: int) -> Iterator[Executor]:
    pool = ThreadPoolExecutor(8)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def run(
    said: list[Utterance], folder: Path, asked: Callable[[], list[str]], pieces: Callable[[str], list[str]]
) -> int:
    """Record until all is there, and check every take; return how many runs were stopped.

    Args:
        said: The utterances.
        folder: For their takes.
        asked: What the service was asked for until now.
        pieces: The pieces in which a text is asked for, each of which comes back as a tone.
    """
    store = TakeStore(folder)
    stops = 0
    while True:
        before = {path.stem for path in folder.rglob("*.json")}
        mark = len(asked())
        progress = _Progress()
        try:
            recording = record(said, store, threads, progress)
        except (SynthesisError, EngineUnavailableError) as error:
            problem = str(error)
        else:
            break
        finally:
            assert progress.first == len(before)
        stops += 1
        assert "\n" not in problem
        assert stops < 9, problem
    again = {place_of(text) for text in asked()[mark:]}
    done = {place for place, take in enumerate(recording.takes) if take.key in before}
    assert len(done) == recording.kept
    assert not done & again
    for utterance, take in zip(said, recording.takes, strict=True):
        check(store.read(take), pieces(utterance.spoken), utterance.language)
    requests = len(asked())
    assert record(said, store, threads).kept == len(said)
    assert len(asked()) == requests
    return stops
