"""The limiter holds its ceiling, and touches nothing else."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.loudness import limit, mono_sum
from narrator.mixing import placed
from narrator.units import Decibels

RATE = 48_000
Samples = NDArray[np.float32]


def speech(seconds: float, peak: float, seed: int = 0) -> Samples:
    """Return noise of speech's band width with bursts, at a peak."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * 24_000))
    time = np.arange(noise.shape[0]) / 24_000
    burst = np.clip(np.sin(2 * np.pi * 2.3 * time), 0, None) ** 4 + 0.05
    signal = soxr.resample(noise * burst, 24_000, RATE)
    scaled: Samples = (signal * peak / np.abs(signal).max()).astype(np.float32)
    return scaled


def limited(blocks: Sequence[Samples], ceiling: float = -2.0) -> Samples:
    parts = list(limit(blocks, RATE, Decibels(ceiling)))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def true_peak(samples: Samples) -> float:
    """Peak in dBTP at four times the rate, by another resampler than ours."""
    padded = np.pad(samples.astype(np.float64), 200)
    return 20 * math.log10(np.abs(soxr.resample(padded, RATE, 4 * RATE, quality="VHQ")).max())


@pytest.mark.parametrize("ceiling", [-1.0, -2.0, -6.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_ceiling_holds_for_a_signal_much_too_hot(ceiling: float, seed: int) -> None:
    hot = speech(4.0, 2.0 * 10 ** (ceiling / 20), seed)
    out = limited([hot], ceiling)
    assert true_peak(hot) > ceiling + 5.9
    assert ceiling - 0.3 < true_peak(out) <= ceiling + 0.05


@pytest.mark.parametrize("hertz", [50.0, 997.0, 5000.0, RATE / 4, RATE / 6])
def test_the_ceiling_holds_for_tones(hertz: float) -> None:
    tone = (1.6 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE + 0.8)).astype(np.float32)
    tone *= np.clip(np.minimum(np.arange(RATE), np.arange(RATE)[::-1]) / 400, 0, 1).astype(np.float32)
    assert true_peak(limited([tone])) <= -1.95


def test_pyebur128_agrees_that_the_ceiling_holds() -> None:
    ebur128 = pytest.importorskip("pyebur128", reason="pyebur128 has no wheel for this Python")
    out = limited([speech(4.0, 1.6, seed=5)])
    meter = ebur128.R128State(1, RATE, ebur128.MeasurementMode.MODE_TRUE_PEAK)
    meter.add_frames(out, out.shape[0])
    assert 20 * math.log10(ebur128.get_true_peak(meter, 0)) <= -2.0 + 0.05


def test_what_is_soft_enough_is_not_touched() -> None:
    soft = speech(3.0, 0.6)
    assert true_peak(soft) < -2.0
    np.testing.assert_array_equal(limited([soft]), soft)


def test_only_the_neighbourhood_of_a_peak_is_touched() -> None:
    signal = speech(3.0, 0.3)
    signal[60_000:60_040] = 1.5 * np.hanning(40)
    out = limited([signal])
    changed = np.flatnonzero(out != signal)
    assert 60_000 - 0.006 * RATE < changed.min() <= 60_000
    assert changed.max() < 60_040 + 0.07 * RATE


def test_the_gain_is_smooth() -> None:
    signal = np.full(RATE, 0.2, np.float32)
    signal[20_000:20_010] = 1.5
    gain = limited([signal])[:20_000] / signal[:20_000]
    assert gain.min() < 0.6
    assert np.abs(np.diff(gain)).max() < 0.02  # half the level is not left in less than 25 samples
    assert (np.diff(gain) < 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 50_000), max_size=10), st.floats(0.5, 3.0))
def test_blocks_do_not_change_the_result(cuts: list[int], peak: float) -> None:
    signal = speech(1.1, peak, seed=3)
    parts = np.split(signal, sorted(min(cut, signal.shape[0]) for cut in cuts))
    np.testing.assert_array_equal(limited(parts), limited([signal]))


@pytest.mark.parametrize("frames", [0, 1, 7, 200, 16_384, 16_385, 40_000])
def test_the_length_is_kept(frames: int) -> None:
    signal = np.full(frames, 0.9, np.float32)
    out = limited([signal])
    assert out.shape == signal.shape
    assert out.dtype == np.float32


@pytest.mark.parametrize("place", [-0.25, 0.0, 0.1])
def test_nobody_moves_and_the_sum_of_both_channels_is_what_mono_would_be(place: float) -> None:
    hot = speech(3.0, 2.0)
    both = placed(hot, place)
    out = limited([both[:50_000], both[50_000:]])
    assert out.shape == both.shape
    assert np.abs(out[:, 0] * both[1000, 1] - out[:, 1] * both[1000, 0]).max() < 1e-5
    assert true_peak(mono_sum(out)) <= -1.95
    if not place:
        assert np.abs(mono_sum(out) - limited([hot])).max() < 1e-5


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (1, 0.1)])
def test_the_ceiling_holds_for_each_channel_and_their_sum(signs: tuple[float, float]) -> None:
    hot = np.stack([sign * speech(3.0, 2.0) for sign in signs], axis=1).astype(np.float32)
    hot[:, 0] += speech(3.0, 0.4, seed=1)
    out = limited([hot])
    assert max(map(true_peak, (out[:, 0], out[:, 1], mono_sum(out)))) <= -1.95
