"""Voices come out equally loud behind the limiter, whatever their sound is like."""

import numpy as np
import pytest
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.loudness import GainSearch, calibrate, limit, measure_audio
from narrator.settings import LIMITER_CEILING, LOUDNESS, VOICE_STEP
from narrator.units import Decibels, Lufs

RATE = 22_050


def voice(crest: float, seed: int, level: float = 0.1, seconds: float = 6.0) -> NDArray[np.float32]:
    """Return syllables of noise, as full of peaks as wanted: a sound to the power of `crest`."""
    generator = np.random.default_rng(seed)
    noise = generator.standard_normal(round(seconds * RATE))
    syllables = np.sin(np.arange(noise.size) / RATE * np.pi * 4) ** 2
    sound = np.sign(noise) * np.abs(noise) ** crest * syllables
    scaled: NDArray[np.float32] = (level * sound / np.sqrt(np.mean(sound**2))).astype(np.float32)
    return scaled


def behind_the_limiter(samples: NDArray[np.float32], gain: float) -> float:
    blocks = list(limit([samples * np.float32(10 ** (gain / 20))], RATE, LIMITER_CEILING))
    return measure_audio(Audio(np.concatenate(blocks), RATE)).loudness


@pytest.mark.parametrize("crest", [1.0, 1.6, 2.2])
@pytest.mark.parametrize("level", [0.01, 0.2])
def test_every_voice_comes_to_one_level(crest: float, level: float) -> None:
    samples = voice(crest, seed=3, level=level)
    gain = calibrate([Audio(samples[:30_000], RATE), Audio(samples[30_000:], RATE)], LOUDNESS)
    assert gain == pytest.approx(round(gain / VOICE_STEP) * VOICE_STEP)
    assert behind_the_limiter(samples, gain) == pytest.approx(LOUDNESS, abs=0.1 + VOICE_STEP / 2)


@pytest.mark.parametrize("level", [-23.7, -11.7])
def test_voices_meet_at_any_level(level: float) -> None:
    came = []
    for crest in (1.0, 1.6):
        samples = voice(crest, seed=3)
        gain = calibrate([Audio(samples, RATE)], Lufs(level))
        came.append(behind_the_limiter(samples, gain))
    assert came == pytest.approx([level, level], abs=0.1 + VOICE_STEP / 2)


def test_sounds_of_several_rates_are_one_voice() -> None:
    samples = voice(1.0, seed=1)
    gain = calibrate([Audio(samples, RATE)], LOUDNESS)
    assert calibrate([Audio(samples, RATE), Audio(samples[::2], RATE // 2)], LOUDNESS) == pytest.approx(
        gain, abs=3
    )


def test_silence_and_what_is_too_short_get_no_gain() -> None:
    assert calibrate([Audio(np.zeros(RATE, np.float32), RATE)], LOUDNESS) == 0.0
    assert calibrate([Audio(np.full(1_000, 0.1, np.float32), RATE)], LOUDNESS) == 0.0


def test_the_search_learns_what_the_limiter_takes() -> None:
    search = GainSearch(Lufs(-16.0))
    search.tell(Decibels(0.0), Lufs(-20.0))
    assert search.next() == 4.0
    search.tell(Decibels(4.0), Lufs(-18.0))  # half of it came through
    assert search.next() == 8.0
    search.tell(Decibels(8.0), Lufs(-16.05))
    assert search.next() == 8.0
    assert search.missing == pytest.approx(0.05)
    search = GainSearch(Lufs(-16.0))
    search.tell(Decibels(0.0), Lufs(-float("inf")))
    assert search.next() == 0.0
    search.tell(Decibels(1.0), Lufs(-90.0))
    assert search.next() == 40.0


def test_what_is_known_holds_behind_another_ceiling() -> None:
    samples = np.random.default_rng(3).standard_normal(RATE * 4).astype(np.float32)

    def loudness(gain: float, ceiling: float) -> Lufs:
        blocks = limit([samples * np.float32(10 ** (gain / 20))], RATE, Decibels(ceiling))
        return measure_audio(Audio(np.concatenate(list(blocks)), RATE), true_peak=False).loudness

    search = GainSearch(Lufs(-8.0))
    for gain in (-4.0, 2.0):
        search.tell(Decibels(gain), loudness(gain, -2.0))
    moved = search.moved(Decibels(-1.5), Lufs(-9.0))
    assert moved.loudness == pytest.approx(loudness(moved.gain, -3.5), abs=0.01)
    assert moved.foretold(Decibels(moved.gain + 1)) == pytest.approx(moved.loudness + search.brings)
    assert (moved.target, search.target) == (-9.0, -8.0)
