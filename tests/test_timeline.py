"""The timeline is exact to the sample."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import Audio, resample
from narrator.model import Break, Cue, Pause, Take, Timeline, Utterance, Voice
from narrator.pauses import pause_ms
from narrator.settings import EDGE_MS, PAUSES_MS, PROGRAMME_RATE
from narrator.timeline import build_timeline

VOICE = Voice("fake", "one", "en")
RATES = (8000, 11025, 16000, 22050, 24000, 44100, 48000)


def utterance(chapter: int = 0, pause: Break = Break.TURN, pause_ms: int | None = None) -> Utterance:
    return Utterance("x", VOICE, "en", chapter=chapter, pause=pause, pause_ms=pause_ms)


def take(frames: int = 1000, start: int = 0, end: int | None = None, rate: int = PROGRAMME_RATE) -> Take:
    return Take("0" * 64, rate, frames, start, frames if end is None else end)


@st.composite
def performances(draw: st.DrawFn) -> tuple[list[Utterance], list[Take], list[str]]:
    chapters = draw(st.lists(st.integers(0, 4), min_size=3, max_size=3))
    utterances, takes = [], []
    for chapter, count in enumerate(chapters):
        for _ in range(count):
            pause = draw(st.sampled_from([Break.SENTENCE, Break.PARAGRAPH, Break.TURN, Break.CHAPTER]))
            utterances.append(utterance(chapter, pause, draw(st.none() | st.integers(0, 3000))))
            frames = draw(st.integers(1, 50_000))
            start = draw(st.integers(0, frames - 1))
            end = draw(st.integers(start + 1, frames))
            takes.append(take(frames, start, end, draw(st.sampled_from(RATES))))
    return utterances, takes, ["Intro", "", "Outro"]


@given(performances(), st.sampled_from([44100, 48000]))
def test_cues_and_pauses_cover_everything_once(
    performance: tuple[list[Utterance], list[Take], list[str]], rate: int
) -> None:
    utterances, takes, titles = performance
    timeline = build_timeline(utterances, takes, titles, rate)
    parts: list[Cue | Pause] = sorted([*timeline.cues, *timeline.pauses], key=lambda part: part.start)
    assert all(part.length > 0 for part in parts)
    ends = [0, *(part.start + part.length for part in parts)]
    assert [*(part.start for part in parts), timeline.length] == ends
    assert [cue.utterance for cue in timeline.cues] == utterances
    assert [cue.take for cue in timeline.cues] == takes
    assert all(a.start < b.start for a, b in pairwise(timeline.marks))
    present = sorted({one.chapter for one in utterances} - {1})
    assert [mark.title for mark in timeline.marks] == [titles[chapter] for chapter in present]
    for mark, chapter in zip(timeline.marks, present, strict=True):
        first = next(cue for cue in timeline.cues if cue.utterance.chapter == chapter)
        assert mark.start == (0 if first is timeline.cues[0] else first.start)


@pytest.mark.parametrize("rate", RATES)
def test_a_cue_is_as_long_as_the_resampled_sound(rate: int) -> None:
    one = take(12_345, 2_000, 11_003, rate)
    cue = build_timeline([utterance()], [one], [""]).cues[0]
    assert cue.last is not None
    heard = Audio(np.zeros(cue.last - cue.first, np.float32), rate)
    assert resample(heard, PROGRAMME_RATE).frames == cue.length


def heard_silence(timeline: Timeline, index: int) -> float:
    """Milliseconds between the speech of two cues."""
    one, two = timeline.cues[index : index + 2]
    assert one.last is not None
    between = (two.start - one.start - one.length) / timeline.sample_rate
    kept = (one.last - one.take.end) / one.take.sample_rate + (
        two.take.start - two.first
    ) / two.take.sample_rate
    return 1000 * (between + kept)


@pytest.mark.parametrize("pause", [Break.SENTENCE, Break.PARAGRAPH, Break.TURN, Break.CHAPTER])
@pytest.mark.parametrize("silence", [0, 100, 20_000])
def test_pauses_are_heard_as_long_as_they_are_meant(pause: Break, silence: int) -> None:
    one = take(60_000, silence, 60_000 - silence, 22_050)
    timeline = build_timeline([utterance(pause=pause)] * 2, [one, one], [""])
    meant = pause_ms(utterance(pause=pause), utterance())
    assert heard_silence(timeline, 0) == pytest.approx(meant, abs=0.1)
    assert [pause.reason for pause in timeline.pauses] == [Break.START, pause, Break.END]


def test_the_script_has_the_last_word_on_a_pause() -> None:
    timeline = build_timeline(
        [utterance(pause_ms=1234), utterance(pause_ms=0), utterance()], [take()] * 3, ["One"]
    )
    assert heard_silence(timeline, 0) == pytest.approx(1234, abs=0.1)
    assert heard_silence(timeline, 1) == 0
    assert [pause.reason for pause in timeline.pauses] == [
        Break.START,
        Break.SCRIPT,
        Break.END,
    ]


def test_silence_is_trimmed_but_for_an_edge() -> None:
    cue = build_timeline([utterance()], [take(PROGRAMME_RATE, 10_000, 20_000)], [""]).cues[0]
    edge = PROGRAMME_RATE * EDGE_MS // 1000
    assert (cue.first, cue.last, cue.length) == (10_000 - edge, 20_000 + edge, 10_000 + 2 * edge)


def test_pauses_can_be_set() -> None:
    pauses = {**PAUSES_MS, "turn": 2000, "start": 0, "end": 0}
    timeline = build_timeline([utterance()] * 2, [take()] * 2, ["One"], PROGRAMME_RATE, pauses)
    ms = pause_ms(utterance(), utterance(), lengths=pauses)
    assert 2000 * 0.7 * 0.72 < ms < 2000 * 1.39
    assert timeline.pauses == (Pause(1000, ms * PROGRAMME_RATE // 1000, Break.TURN),)


def test_nothing_to_say_is_a_pause() -> None:
    timeline = build_timeline([], [], [])
    assert timeline.pauses == (Pause(0, PROGRAMME_RATE * PAUSES_MS["end"] // 1000, Break.END),)
    assert timeline.length == timeline.pauses[0].length
    assert timeline.marks == ()
