"""The meter agrees with two other meters, and with itself; `test_ebu_3341` has the standard's signals."""

import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.loudness import Meter, measure_audio, measure_channels

RATE = 48_000
Samples = NDArray[np.float32]


def sine(
    level: float, seconds: float, hertz: float = 1000.0, rate: int = RATE, phase: float = 0.0
) -> Samples:
    """Return a sine with its peak at a level in dBFS."""
    time = np.arange(round(seconds * rate)) / rate
    return (10 ** (level / 20) * np.sin(2 * np.pi * hertz * time + phase)).astype(np.float32)


def speech(seconds: float, rate: int, seed: int = 0) -> Samples:
    """Return something with the spectrum, syllables and pauses of speech."""
    noise = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    pitch = np.cumsum(120 * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * time))) / rate
    tone = sum(np.sin(2 * np.pi * k * pitch + k * k) / k for k in range(1, 30))
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * time) + 0.3, 0, None)
    phrases = np.sin(2 * np.pi * 0.2 * time) > -0.5
    hiss = 0.2 * noise.standard_normal(time.shape[0])
    return (0.1 * (tone + hiss) * syllables * phrases).astype(np.float32)


def loudness(samples: Samples, rate: int = RATE) -> float:
    return measure_audio(Audio(samples, rate)).loudness


# After ITU-R BS.2217: the weighting at single frequencies, for a level that reads -23 at 1 kHz. The expected
# values are the magnitudes of the two filters of BS.1770 annex 1 at 48 kHz, from its tables.
@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("hertz", [40.0, 100.0, 500.0, 1000.0, 2000.0, 4000.0, 7000.0])
def test_weighting_at_any_rate(rate: int, hertz: float) -> None:
    z = np.exp(-2j * np.pi * hertz / 48_000)
    shelf = (1.53512485958697 - 2.69169619 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    expected = -0.691 + 20 * math.log10(abs(shelf * high_pass)) - 20 - 3.0103
    # The bilinear transform bends the shelf towards half the rate; there no two meters agree.
    off = 0.02 if rate >= 44_100 and hertz < rate / 8 else 0.15
    assert loudness(sine(-20.0, 3.0, hertz, rate), rate) == pytest.approx(expected, abs=off)


def test_full_scale_997_hz_reads_as_the_standard_says() -> None:
    assert loudness(sine(0.0, 5.0, 997.0)) == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("rate", [22_050, 24_000, 44_100, 48_000])
def test_agrees_with_pyebur128(rate: int) -> None:
    ebur128 = pytest.importorskip("pyebur128", reason="pyebur128 has no wheel for this Python")
    signal = speech(12.0, rate)
    other = ebur128.R128State(
        1, rate, ebur128.MeasurementMode.MODE_I | ebur128.MeasurementMode.MODE_TRUE_PEAK
    )
    other.add_frames(signal, signal.shape[0])
    measured = measure_audio(Audio(signal, rate))
    # libebur128 leaves the high-pass's gain as it is at 48 kHz: at lower rates it reads a little more.
    assert measured.loudness == pytest.approx(
        ebur128.get_loudness_global(other), abs=0.02 if rate >= 44_100 else 0.06
    )
    assert measured.peak == pytest.approx(20 * math.log10(ebur128.get_true_peak(other, 0)), abs=0.1)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
def test_agrees_with_ffmpeg(tmp_path: Path) -> None:
    signal = speech(12.0, 44_100, seed=1)
    soundfile.write(tmp_path / "a.wav", signal, 44_100, subtype="FLOAT")
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(tmp_path / "a.wav")]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    measured = measure_audio(Audio(signal, 44_100))
    assert measured.loudness == pytest.approx(float(_last(r"I:\s+(\S+) LUFS", report)), abs=0.06)
    assert measured.peak == pytest.approx(float(_last(r"Peak:\s+(\S+) dBFS", report)), abs=0.15)


def _last(pattern: str, text: str) -> str:
    return str(re.findall(pattern, text)[-1])


def test_true_peak_between_two_blocks_and_at_the_ends() -> None:
    signal = np.zeros(1000, np.float32)
    for position in (0, 499, 998):
        signal[:] = 0
        signal[position : position + 2] = 0.5
        expected = 20 * math.log10(0.5 * 4 / math.pi)  # two equal samples: sinc gives 4/pi between them
        meter = Meter(RATE)
        meter.feed(signal[:500])
        meter.feed(signal[500:])
        assert meter.result().peak == pytest.approx(expected, abs=0.05)


def test_silence_and_too_short_have_no_loudness() -> None:
    quiet = measure_audio(Audio(np.zeros(RATE, np.float32), RATE))
    assert (quiet.loudness, quiet.peak, quiet.frames) == (-math.inf, -math.inf, RATE)
    assert loudness(sine(-20.0, 0.39)) == -math.inf
    assert loudness(sine(-20.0, 0.41)) > -25
    assert loudness(sine(-80.0, 5.0)) == -math.inf
    assert measure_audio(Audio(np.zeros(0, np.float32), RATE)).frames == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 30_000), max_size=8), st.sampled_from([22_050, 44_100]))
def test_blocks_do_not_change_the_measurement(cuts: list[int], rate: int) -> None:
    signal = speech(1.7, rate, seed=2)
    meter = Meter(rate)
    for part in np.split(signal, sorted(min(cut, signal.shape[0]) for cut in cuts)):
        meter.feed(part)
    assert meter.result() == measure_audio(Audio(signal, rate))


def test_more_can_be_fed_after_a_result() -> None:
    signal = speech(3.0, 24_000, seed=3)
    meter = Meter(24_000)
    meter.feed(signal[:30_001])
    assert meter.result() == measure_audio(Audio(signal[:30_001], 24_000))
    meter.feed(signal[30_001:])
    assert meter.result() == measure_audio(Audio(signal, 24_000))


def test_channels_are_summed_as_the_standard_says() -> None:
    left, right = speech(7, RATE, 1), 0.5 * speech(7, RATE, 2)
    meters = [Meter(RATE), Meter(RATE)]
    for meter, samples in zip(meters, (left, left), strict=True):
        meter.feed(samples)

    doubled = measure_channels(meters)

    one = measure_audio(Audio(left, RATE))
    assert doubled.loudness == pytest.approx(one.loudness + 10 * math.log10(2), abs=1e-6)
    assert doubled.peak == one.peak

    pyebur128 = pytest.importorskip("pyebur128")
    state = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_I)
    samples = np.stack((left, right), axis=1)
    state.add_frames(samples.ravel(), samples.shape[0])
    meters = [Meter(RATE), Meter(RATE)]
    for meter, channel in zip(meters, (left, right), strict=True):
        meter.feed(channel)
    expected = pyebur128.get_loudness_global(state)
    assert measure_channels(meters).loudness == pytest.approx(expected, abs=0.05)
