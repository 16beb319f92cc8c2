"""What lies under speech is taken away, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.rumble import without_rumble

RATES = (16_000, 22_050, 24_000, 44_100)


def sine(hertz: float, rate: int, seconds: float = 2.0) -> NDArray[np.float32]:
    # Fading in and out, so that there is no step in it.
    time = np.arange(int(seconds * rate)) / rate
    wave: NDArray[np.float64] = np.sin(2 * np.pi * hertz * time) * np.sin(np.pi * time / seconds) ** 2
    return wave.astype(np.float32)


def decibels(after: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.square(after, dtype=float).sum() / np.square(before, dtype=float).sum()))


@pytest.mark.parametrize("rate", RATES)
def test_rumble_goes_and_deep_voices_stay(rate: int) -> None:
    for hertz in (5, 10, 15, 18):
        assert decibels(without_rumble(sine(hertz, rate), rate), sine(hertz, rate)) < -30
    for hertz in (62, 75, 100, 1000, 7000):
        before = sine(hertz, rate)
        assert np.abs(without_rumble(before, rate) - before).max() < 0.005


@pytest.mark.parametrize("rate", RATES)
def test_an_offset_goes(rate: int) -> None:
    speech = sine(200, rate)
    offset = (np.sin(np.pi * np.arange(speech.shape[0]) / speech.shape[0]) ** 2 * 0.2).astype(np.float32)
    cleaned = without_rumble(speech + offset, rate)
    assert np.abs(cleaned - speech).max() < 0.01
    assert abs(cleaned.mean()) < 1e-4


@given(st.integers(0, 70_000), st.sampled_from(RATES), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_any_sound_stays_as_long_as_it_is_and_comes_out_the_same(frames: int, rate: int, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-1, 1, frames).astype(np.float32)
    cleaned = without_rumble(noise, rate)
    assert cleaned.shape == noise.shape
    assert cleaned.dtype == np.float32
    assert np.isfinite(cleaned).all()
    assert np.array_equal(cleaned, without_rumble(noise.copy(), rate))
    # Taken once, there is nothing left to take but what begins at the cut ends.
    inner = slice(rate // 4, -rate // 4)
    assert np.abs(without_rumble(cleaned, rate) - cleaned)[inner].max(initial=0) < 0.05
