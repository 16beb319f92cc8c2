import numpy as np
import pytest

from narrator.audio import Audio
from narrator.examination import fault_of, pace_of

RATE = 22_050
SPOKEN = "Good evening to you all."
LONG = "We talk about the weather today and about long walks through the woods"
PACE = pace_of(4.4, LONG)


def tone(seconds: float, level: float = 0.3, rest: float = 0.3) -> Audio:
    samples = level * np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE)) / RATE)
    return Audio(np.pad(samples, round(rest * RATE)).astype(np.float32), RATE)


def with_silence(seconds: float) -> Audio:
    half = tone(2.2, rest=0).samples
    return Audio(np.concatenate([half, np.zeros(round(seconds * RATE), np.float32), half]), RATE)


def test_good_take_passes() -> None:
    assert fault_of(tone(1.6), SPOKEN) is None


@pytest.mark.parametrize(
    ("audio", "problem", "by_length"),
    [
        (tone(2.0, 0.0), "silent", False),
        (tone(2.0, 0.001), "silent", False),
        (Audio(np.sign(tone(2.0, rest=0).samples), RATE), "clipped", False),
        (tone(0.1, rest=0), "lasts 0.1 s", True),
        (tone(40.0), "lasts 40.6 s", True),
        (Audio(np.zeros(0, np.float32), RATE), "silent", False),
    ],
)
def test_bad_take_is_told(audio: Audio, problem: str, by_length: bool) -> None:
    fault = fault_of(audio, SPOKEN)
    assert fault
    assert problem in fault.problem
    assert fault.by_length is by_length


@pytest.mark.parametrize(
    ("spoken", "seconds"),
    [("1234567890123", 12.0), ("§ 12 %", 4.0), ("Ja.", 0.15), ("東京へ行きました", 3.0), ("GPT-4", 2.5)],
)
def test_short_texts_that_are_long_to_say_pass(spoken: str, seconds: float) -> None:
    assert fault_of(tone(seconds, rest=0), spoken, PACE) is None


@pytest.mark.parametrize(
    ("share", "good"), [(0.4, False), (0.75, True), (1.0, True), (1.3, True), (2.0, False)]
)
def test_length_is_judged_by_the_pace_of_the_voice(share: float, good: bool) -> None:
    assert (fault_of(tone(4.4 * share), LONG, PACE) is None) is good
    assert fault_of(tone(4.4 * share), LONG) is None


@pytest.mark.parametrize(
    ("spoken", "seconds"),
    [
        ("The KPMG, the NSDAP and the BMW AG.", 6.0),
        ("Call 0800 123456 or 0900 654321 now, please.", 11.0),
        ("Мы говорим сегодня о погоде и о долгих прогулках", 9.0),
        ("Oh yes.", 2.5),
        ("Well … I don't know … perhaps … who can tell?", 5.5),
    ],
)
def test_texts_of_which_a_pace_tells_little_pass(spoken: str, seconds: float) -> None:
    assert fault_of(tone(seconds), spoken, PACE) is None


@pytest.mark.parametrize(
    ("spoken", "silence", "good"),
    [
        (LONG, 1.4, True),
        (LONG, 2.3, False),
        (LONG + ". Do we? We do!", 2.3, True),
        (LONG + ". Do we?", 6.0, False),
    ],
)
def test_silence_inside_needs_a_reason(spoken: str, silence: float, good: bool) -> None:
    fault = fault_of(with_silence(silence), spoken)
    assert (fault is None) is good
    assert fault is None or ("silent for" in fault.problem and not fault.by_length)
