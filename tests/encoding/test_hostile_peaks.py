"""Whatever goes in, no finished file goes over the allowed true peak: ffmpeg judges, not our own meter."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.encoding import FORMS, Further, Tags, master
from narrator.files import writing
from narrator.loudness import limit
from narrator.model import Take, Utterance, Voice
from narrator.settings import LIMITER_CEILING, PEAK
from narrator.timeline import build_timeline

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")

RATE = 48_000
"""As of the programme, so that every sample goes in as it is made."""
SECONDS = 0.5
Signal = NDArray[np.float64]
TIME = np.arange(round(SECONDS * RATE)) / RATE


def clipped_square() -> Signal:
    """Return what a square wave is between its samples: more than its samples."""
    wave: Signal = np.sign(np.sin(2 * np.pi * 997 * TIME))
    return wave


def quarter_rate() -> Signal:
    """Return a sine whose samples all lie 3 dB below its peaks."""
    wave: Signal = np.sqrt(2) * np.sin(np.pi / 2 * np.arange(TIME.shape[0]) + np.pi / 4)
    return wave


def bursts() -> Signal:
    """Return the same in bursts, so that its peaks come out of silence."""
    return quarter_rate() * (np.sin(2 * np.pi * 5 * TIME) > 0)


def impulses() -> Signal:
    """Return single samples, pairs of them and pairs of opposite ones over a soft hum."""
    signal = 0.02 * np.sin(2 * np.pi * 150 * TIME)
    signal[::2_400] += 1.0
    signal[1::2_400] += 1.0
    signal[1_000::4_800] -= 1.0
    signal[1_002::4_800] += 1.0
    return signal


def noise() -> Signal:
    wave: Signal = np.clip(np.random.default_rng(0).standard_normal(TIME.shape[0]), -1, 1)
    return wave


def worst_alternation() -> Signal:
    """Return full scale with the signs for which a sinc adds up: the largest peak between two samples."""
    around = np.arange(-40, 40)
    one = np.sign(np.sinc(around + 0.5)) * 0.99
    signal = 0.1 * np.sin(2 * np.pi * 300 * TIME)
    for start in range(1_000, TIME.shape[0] - 80, 6_000):
        signal[start : start + 80] = one
    return signal


def pulses() -> Signal:
    """Return glottal pulses through a resonance, as spiky as espeak's Klatt voices."""
    pitch = (TIME * 110) % 1
    excitation = np.where(pitch < 110 / RATE, 1.0, 0.0)
    ringing = np.exp(-TIME[:1_000] * 900) * np.sin(2 * np.pi * 1_400 * TIME[:1_000])
    size = 1 << 17
    signal = np.fft.irfft(np.fft.rfft(excitation, size) * np.fft.rfft(ringing, size), size)
    return signal[: TIME.shape[0]] * (0.2 + np.abs(np.sin(2 * np.pi * 3 * TIME)))


HOT = (clipped_square, quarter_rate, bursts, noise, worst_alternation)
"""Loud by themselves."""
SPIKY = (impulses, worst_alternation, pulses)
"""Soft but for their peaks, so that they are made louder, into the limiter."""


def joined(makers: Sequence[Callable[[], Signal]]) -> Audio:
    """Return the signals one after another, each at full scale."""
    signals = [make() for make in makers]
    return Audio(np.concatenate([one / np.abs(one).max() for one in signals]).astype(np.float32), RATE)


def true_peak(path: Path) -> float:
    """Return what ffmpeg measures of the decoded file, in dBTP; it tells tenths."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"Peak:\s+(\S+) dBFS", report)[-1])


@pytest.mark.parametrize("makers", [HOT, SPIKY], ids=["hot", "spiky"])
@pytest.mark.parametrize("form", ["mp3", "m4a", "opus"])
def test_no_file_goes_over_the_peak(
    form: str, makers: Sequence[Callable[[], Signal]], tmp_path: Path
) -> None:
    if form == "m4a":
        pytest.importorskip("av", reason="the extra m4a is not installed")
    sound = joined(makers)
    take = Take("0" * 64, RATE, sound.frames, 0, sound.frames)
    spoken = Utterance("x", Voice("fake", "0", "en"), "en")
    timeline = build_timeline([spoken], [take], ["One"])
    path = tmp_path / f"a.{form}"
    with writing(path) as file:
        if form == "mp3":
            _, measured = master(timeline, lambda _: sound, (), file, Tags("x"))
        else:
            measured = Further(timeline, lambda _: sound, ()).write(FORMS[form], file, Tags("x"))
    assert true_peak(path) <= PEAK
    assert measured.peak == pytest.approx(true_peak(path), abs=0.15)


def test_the_limiter_holds_its_ceiling_by_another_meter(tmp_path: Path) -> None:
    hot = joined((*HOT, *SPIKY)).samples * np.float32(2)
    soundfile.write(tmp_path / "in.wav", hot, RATE, subtype="FLOAT")
    limited = np.concatenate(list(limit([hot], RATE, LIMITER_CEILING)))
    soundfile.write(tmp_path / "out.wav", limited, RATE, subtype="FLOAT")
    assert true_peak(tmp_path / "in.wav") > LIMITER_CEILING + 10
    assert true_peak(tmp_path / "out.wav") <= LIMITER_CEILING + 0.1
