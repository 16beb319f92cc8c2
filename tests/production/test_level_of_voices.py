"""Voices are as much louder than their programme as its pauses take from it."""

import numpy as np
import pytest

from narrator.audio import Audio
from narrator.loudness import measure_audio
from narrator.model import Cue, Take, Timeline, Utterance, Voice
from narrator.production.calibration import level_of
from narrator.units import Lufs

RATE = 8_000
TAKE = Take("0" * 64, RATE, RATE, 0, RATE)
SAID = Utterance("x", Voice("fake", "one", "en"), "en")


def spoken(said_s: float, pause_s: float, count: int) -> Timeline:
    said, step = round(said_s * RATE), round((said_s + pause_s) * RATE)
    cues = tuple(Cue(index * step, said, TAKE, SAID) for index in range(count))
    return Timeline(RATE, count * step, cues, (), ())


@pytest.mark.parametrize(("said_s", "pause_s"), [(0.4, 0.7), (1.0, 0.5), (6.0, 0.7), (4.0, 0.0)])
def test_the_programme_comes_to_its_loudness(said_s: float, pause_s: float) -> None:
    timeline = spoken(said_s, pause_s, 30)
    noise = (0.1 * np.random.default_rng(5).standard_normal(timeline.length)).astype(np.float32)
    programme = np.zeros_like(noise)
    for cue in timeline.cues:
        programme[cue.start : cue.start + cue.length] = noise[cue.start : cue.start + cue.length]
    taken = measure_audio(Audio(noise, RATE)).loudness - measure_audio(Audio(programme, RATE)).loudness
    assert level_of(timeline, Lufs(-16.0)) == pytest.approx(-16.0 + taken, abs=0.15)


def test_what_has_no_loudness_changes_nothing() -> None:
    assert level_of(Timeline(RATE, RATE, (), (), ()), Lufs(-16.0)) == -16.0
    assert level_of(spoken(0.1, 0.0, 1), Lufs(-20.0)) == -20.0
