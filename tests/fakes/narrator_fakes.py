"""An engine for tests, installed like any other: put this folder on the path.

It notes every request in the file named by the environment variable FAKE_LOG, and certain words in the text
make it fail in a certain way.
"""

import os
import signal
import time
from pathlib import Path

import numpy as np

from narrator.audio import Audio
from narrator.engines.base import Engine
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice

RATE = 16_000
_BREATH = 8
"""Words; texts that are longer make it stumble, where a certain word is in them."""


class SpoilsPicklesError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


class FakeEngine(Engine):
    name = "fake"
    speed = 100.0

    def voices(self, language: str | None = None) -> list[Voice]:
        voices = [
            Voice("fake", f"{spoken}-{number}", spoken, "female" if number % 2 else "male")
            for spoken in ("en", "de")
            for number in range(6)
        ]
        return [voice for voice in voices if language in {None, voice.language}]

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - one model for all voices
        return os.environ.get("FAKE_MODEL", "1")

    def synthesize(self, utterance: Utterance) -> Audio:
        words = utterance.spoken.lower().split()
        before = self._note(utterance.spoken)
        if "unavailable" in words:
            raise EngineUnavailableError("fake", "buy one")
        if "refuse" in words:
            raise SynthesisError(utterance.spoken, "the service said no")
        if "busy" in words and before < 2:
            raise SynthesisError(utterance.spoken, "the service is busy", retry=True)
        if "bug" in words:
            raise SpoilsPicklesError("one", "two")
        if "crash" in words or ("stumble" in words and not before):
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in words:
            time.sleep(60)
        length = int(RATE * 0.06 * len(utterance.spoken) * self._stumbles(words))
        time_s = np.arange(length) / RATE
        pitch = 100 + 20 * sum(utterance.voice.name.encode()) % 200
        samples = 0.3 * np.sin(2 * np.pi * pitch * time_s) * self._hole(words, length)
        if "nothing" in words:
            samples = 0 * samples
        if "loud" in words:
            samples = np.sign(samples)
        if "nan" in words:
            samples = samples * np.nan
        return Audio(np.pad(samples, RATE // 10).astype(np.float32), RATE)

    @staticmethod
    def _stumbles(words: list[str]) -> float:
        """Return how many times as long speech gets as it should, as where an engine loses its way."""
        long = len(words) > _BREATH
        return (
            (2.0 if "stutter" in words and long else 1.0)
            * (0.3 if "break" in words and long else 1.0)
            * (2.0 if "drawl" in words else 1.0)
            * (2.0 + len(words) ** 2 / 20 if "babble" in words else 1.0)
        )

    @staticmethod
    def _hole(words: list[str], length: int) -> np.ndarray:
        """Return which samples are heard; in a hole none are."""
        heard = np.ones(length)
        if "hole" in words and len(words) > _BREATH:
            heard[length // 3 : length // 3 + 3 * RATE] = 0
        return heard

    @staticmethod
    def _note(spoken: str) -> int:
        """Write the request down; return how often it was made before."""
        log = Path(os.environ["FAKE_LOG"])
        before = log.read_text().splitlines().count(spoken) if log.exists() else 0
        with log.open("a") as file:
            file.write(f"{spoken}\n")
        return before
