"""Mixing puts every sample where the timeline says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import Audio
from narrator.errors import AudioError
from narrator.mixing import mix, placed
from narrator.model import Break, Mastering, Take, Timeline, Utterance, Voice
from narrator.settings import BLOCK_FRAMES, PROGRAMME_RATE
from narrator.timeline import build_timeline
from narrator.units import Decibels

UNITY = Mastering(())


class Store:
    """Takes of plain sines in memory; counts how many are read."""

    def __init__(self) -> None:
        self.sounds: dict[str, Audio] = {}
        self.reads: list[str] = []

    def sine(self, seconds: float, rate: int, hertz: float = 400.0, silence: float = 0.1) -> Take:
        count, quiet = round(seconds * rate), round(silence * rate)
        samples = np.zeros(count + 2 * quiet, np.float32)
        samples[quiet : quiet + count] = 0.25 * np.sin(2 * np.pi * hertz * np.arange(count) / rate)
        key = f"{len(self.sounds):064}"
        self.sounds[key] = Audio(samples, rate)
        return Take(key, rate, samples.shape[0], quiet, quiet + count)

    def read(self, take: Take) -> Audio:
        self.reads.append(take.key)
        return self.sounds[take.key]


def perform(takes: list[Take]) -> Timeline:
    spoken = [
        Utterance("x", Voice("fake", f"v{index % 2}", "en"), "en", pause=Break.SENTENCE)
        for index in range(len(takes))
    ]
    return build_timeline(spoken, takes, ["One"])


def whole(timeline: Timeline, store: Store, mastering: Mastering = UNITY) -> np.ndarray:
    return np.concatenate(list(mix(timeline, store.read, mastering)))


def test_blocks_are_of_one_size_and_together_the_programme() -> None:
    store = Store()
    timeline = perform([store.sine(1.3, rate) for rate in (22_050, 44_100, 48_000)])
    blocks = list(mix(timeline, store.read, UNITY))
    assert {block.shape[0] for block in blocks[:-1]} == {BLOCK_FRAMES}
    assert sum(block.shape[0] for block in blocks) == timeline.length
    assert all(block.dtype == np.float32 for block in blocks)
    assert store.reads == [cue.take.key for cue in timeline.cues]


def test_speech_lies_where_the_timeline_says_and_pauses_are_silent() -> None:
    store = Store()
    timeline = perform([store.sine(0.8, rate) for rate in (22_050, 24_000, 16_000, 44_100, 48_000)])
    mixed = whole(timeline, store)
    for pause in timeline.pauses:
        assert not mixed[pause.start : pause.start + pause.length].any()
    for cue in timeline.cues:
        begins = cue.start + (cue.take.start - cue.first) / cue.take.sample_rate * PROGRAMME_RATE
        onset = round(begins)
        expected = 0.25 * np.sin(2 * np.pi * 400 * (onset - begins + np.arange(30_000)) / PROGRAMME_RATE)
        heard = mixed[onset : onset + 30_000]
        # So sudden a start has parts below speech, which are missing for some hundredths of a second.
        assert np.abs(heard - expected)[400:].max() < 0.005
        assert np.abs(heard - expected)[4_000:-4_000].max() < 0.0005


def test_no_join_clicks() -> None:
    store = Store()
    takes = []
    for rate in (22_050, 48_000):
        # Speech up to the very edge, at full level: the worst cut there is.
        key = f"{rate:064}"
        count = rate // 2
        store.sounds[key] = Audio(
            (0.25 * np.cos(2 * np.pi * 300 * np.arange(count) / rate)).astype(np.float32), rate
        )
        takes += [Take(key, rate, count, 0, count)] * 2
    mixed = whole(perform(takes), store)
    steepest = 0.25 * 2 * np.pi * 300 / PROGRAMME_RATE
    assert np.abs(np.diff(mixed)).max() < 1.2 * steepest


def test_each_voice_has_its_gain() -> None:
    store = Store()
    timeline = perform([store.sine(0.5, PROGRAMME_RATE) for _ in range(2)])
    mixed = whole(
        timeline, store, Mastering((("fake:v0", Decibels(-6.0)), ("fake:v1", Decibels(4.0))), Decibels(2.0))
    )
    middles = [cue.start + cue.length // 2 for cue in timeline.cues]
    peaks = [np.abs(mixed[middle - 2_000 : middle + 2_000]).max() for middle in middles]
    assert 20 * np.log10(np.array(peaks) / 0.25) == pytest.approx([-4.0, 6.0], abs=0.01)


def test_a_take_that_changed_is_refused() -> None:
    store = Store()
    take = store.sine(0.5, PROGRAMME_RATE)
    timeline = perform([take])
    store.sounds[take.key] = Audio(np.zeros(100, np.float32), PROGRAMME_RATE)
    with pytest.raises(AudioError, match="100 samples at 48000 Hz"):
        whole(timeline, store)


def test_nothing_but_pauses() -> None:
    timeline = build_timeline([], [], [])
    assert whole(timeline, Store()).shape == (timeline.length,)


@given(place=st.floats(-1, 1))
def test_a_sound_is_as_loud_wherever_it_is(place: float) -> None:
    sound = np.random.default_rng(0).standard_normal(5_000).astype(np.float32)
    both = placed(sound, place)
    assert np.square(both).sum() == pytest.approx(np.square(sound).sum(), rel=1e-5)
    left, right = np.abs(both).sum(axis=0)
    assert (left > right) == (place < -1e-6) or abs(place) <= 1e-6


def test_speakers_have_their_places_and_whoever_has_none_is_in_the_middle() -> None:
    store = Store()
    takes = [store.sine(0.5, PROGRAMME_RATE) for _ in range(3)]
    spoken = [
        Utterance("x", Voice("fake", "v", "en"), "en", speaker=speaker, pause=Break.TURN)
        for speaker in ("left", "right", "nobody")
    ]
    timeline = build_timeline(spoken, takes, ["One"])
    mono = whole(timeline, store)
    both = whole(timeline, store, Mastering((), places=(("left", -0.25), ("right", 0.25))))
    assert both.shape == (timeline.length, 2)
    power = [
        np.square(both[cue.start : cue.start + cue.length]).sum(axis=0).tolist() for cue in timeline.cues
    ]
    assert power[0][0] > 2 * power[0][1]
    assert power[1] == pytest.approx(power[0][::-1], rel=1e-4)
    assert power[2][0] == pytest.approx(power[2][1])
    assert np.square(both).sum() == pytest.approx(np.square(mono).sum(), rel=1e-4)
