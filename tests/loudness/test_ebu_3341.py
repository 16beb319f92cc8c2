"""The signals of EBU Tech 3341 (version 4, table 1) that can be generated, at both rates of a programme.

Not here: 7 and 8 are recordings of programmes, which EBU gives away but nobody may pass on; 9 to 14 are of
momentary and short-term loudness, which our meter does not measure, since nothing in a podcast asks for them.
"""

import math
from functools import cache

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.loudness import Meter, measure_audio, measure_channels

Samples = NDArray[np.float32]
RATES = pytest.mark.parametrize("rate", [44_100, 48_000])
LOUDNESS_OFF = 0.1
"""LU by which a meter may be off."""
OVER, UNDER = 0.2, 0.4
"""dB by which a meter may read a true peak too high and too low."""
SURROUND = 1.41
"""How much more the mean square of a channel beside the listener counts (BS.1770-5, annex 1, table 3)."""


@cache
def tones(rate: int, *parts: tuple[float, float]) -> Meter:
    """Return a meter that heard a channel of 1 kHz: pairs of level in dBFS and seconds, one after another."""
    meter = Meter(rate)
    done = 0
    for level, seconds in parts:
        time = (done + np.arange(round(seconds * rate))) / rate
        meter.feed((10 ** (level / 20) * np.sin(2 * np.pi * 1000 * time)).astype(np.float32))
        done += time.shape[0]
    return meter


@RATES
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([(-23.0, 20.0)], -23.0, id="1"),
        pytest.param([(-33.0, 20.0)], -33.0, id="2"),
        pytest.param([(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0, id="3"),
        pytest.param(
            [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0, id="4"
        ),
        pytest.param([(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0, id="5"),
    ],
)
def test_loudness_of_stereo(parts: list[tuple[float, float]], expected: float, rate: int) -> None:
    channel = tones(rate, *parts)
    measured = measure_channels((channel, channel))
    assert measured.loudness == pytest.approx(expected, abs=LOUDNESS_OFF)


@RATES
def test_loudness_of_five_channels(rate: int) -> None:
    """Signal 6. Our programmes have no surround, so the weight of its channels goes into what they play."""
    side = -30.0 + 10 * math.log10(SURROUND)
    channels = [tones(rate, (level, 20.0)) for level in (-28.0, -28.0, -24.0, side, side)]
    assert measure_channels(channels).loudness == pytest.approx(-23.0, abs=LOUDNESS_OFF)


def test_the_gates_are_what_makes_the_difference() -> None:
    """Without them signal 3 would read 1.2 LU less and 5 the same: those tests can fail."""
    steps = tones(48_000, (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)).steps()
    ungated = -0.691 + 10 * math.log10(2 * steps.mean())
    assert ungated == pytest.approx(-24.2, abs=0.1)


def faded(signal: NDArray[np.float64]) -> Samples:
    ramp = np.clip(np.arange(signal.shape[0]) / 1000, 0, 1)
    return (signal * np.minimum(ramp, ramp[::-1])).astype(np.float32)


@RATES
@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "expected"),
    [
        pytest.param(4, 0.0, 0.5, -6.0, id="15"),
        pytest.param(4, 45.0, 0.5, -6.0, id="16"),
        pytest.param(6, 60.0, 0.5, -6.0, id="17"),
        pytest.param(8, 67.5, 0.5, -6.0, id="18"),
        pytest.param(4, 45.0, 1.41, 3.0, id="19"),
    ],
)
def test_true_peak_of_tones(
    divisor: int, degrees: float, amplitude: float, expected: float, rate: int
) -> None:
    phase = 2 * np.pi * np.arange(rate // 2) / divisor + math.radians(degrees)
    signal = faded(amplitude * np.sin(phase))
    between = 20 * math.log10(np.abs(signal).max())
    if degrees:
        assert between < expected - 0.5  # no sample is at the peak
    assert expected - UNDER <= measure_audio(Audio(signal, rate)).peak <= expected + OVER


@RATES
@pytest.mark.parametrize("offset", [pytest.param(offset, id=str(20 + offset)) for offset in range(4)])
def test_true_peak_of_one_loud_period(offset: int, rate: int) -> None:
    """Signals 20 to 23: half a scale at fs/6, within it one period at fs/4 and full scale, made at 4 fs."""
    soft = 0.5 * np.sin(2 * np.pi * np.arange(24 * 400) / 24)
    loud = np.sin(2 * np.pi * np.arange(16) / 16)
    made = faded(np.concatenate((soft, loud, soft)))[offset:]
    signal = soxr.resample(made, 4 * rate, rate, quality="VHQ").astype(np.float32)
    assert -UNDER <= measure_audio(Audio(signal, rate)).peak <= OVER
