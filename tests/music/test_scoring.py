"""Where music plays in a programme, and how loud it is beside speech: measured on the finished samples."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.encoding.parts import part_key, parts_of
from narrator.loudness import measure_audio
from narrator.mixing import mix
from narrator.model import Break, Layer, Mastering, Take, Timeline, Tune, Tunes, Utterance, Voice
from narrator.music import add_music, music_of, room_for
from narrator.settings import (
    BED_FADES_S,
    BED_UNDER,
    JINGLE_AIR_S,
    LIMITER_CEILING,
    LOUDNESS,
    MUSIC_DUCKED,
    SEAM_GRID,
    SEAM_SILENCE,
    SECTION_LEAST_S,
    THEME_UNDER,
)
from narrator.timeline import build_timeline
from narrator.units import Decibels, amplitude

RATE = 48_000
VOICE = Voice("fake", "one", "en")
EVERY = ("intro", "outro", "bed", "jingle")
Make = Callable[..., Tunes]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes tunes of noise, as loud as speech should be, by their lengths in seconds."""
    folder = tmp_path_factory.mktemp("tunes")
    noise = np.random.default_rng(4).standard_normal(60 * RATE).astype(np.float32)
    gain = amplitude(Decibels(LOUDNESS - measure_audio(Audio(noise, RATE), true_peak=False).loudness))
    assert np.abs(noise * gain).max() < 0.7  # so that two of them in a crossfade stay below 1
    (noise * np.float32(gain)).tofile(folder / "noise")

    def tunes(**lengths: float) -> Tunes:
        return Tunes(
            **{kind: Tune(f"{kind} {s}", round(s * RATE), folder / "noise") for kind, s in lengths.items()}
        )

    return tunes


def read(take: Take) -> Audio:
    """Return a tone as loud as speech should be, with a little silence at its ends."""
    times = np.arange(take.frames) / RATE
    sound = 0.2239 * np.sin(2 * np.pi * 997 * times).astype(np.float32)  # BS.1770: -16 LUFS
    sound[: take.start] = sound[take.end :] = 0.0
    return Audio(sound, RATE)


def perform(tunes: Tunes, *chapters: tuple[float | int, ...]) -> Timeline:
    """Build the timeline of chapters: seconds of takes, and as whole numbers pauses in ms."""
    spoken: list[Utterance] = []
    takes: list[Take] = []
    for number, chapter in enumerate(chapters):
        for one in chapter:
            if isinstance(one, int):
                spoken[-1] = replace(spoken[-1], pause_ms=one)
                continue
            frames = round(one * RATE)
            spoken.append(Utterance(f"x{len(spoken)}", VOICE, "en", chapter=number, pause=Break.SENTENCE))
            takes.append(Take(f"{len(takes):064}", RATE, frames + 2_000, 1_000, frames + 1_000))
        spoken[-1] = replace(spoken[-1], pause=Break.CHAPTER)
    titles = [f"Chapter {number}" for number in range(len(chapters))]
    return add_music(build_timeline(spoken, takes, titles, room=room_for(tunes)), tunes)


def layers(timeline: Timeline, kind: str) -> list[Layer]:
    every = timeline.score.layers if timeline.score else ()
    return [layer for layer in every if layer.tune.key.startswith(kind)]


def samples(timeline: Timeline) -> NDArray[np.float32]:
    assert timeline.score is not None
    return music_of(timeline.score, 0, timeline.length)


def loudness(sound: NDArray[np.float32]) -> float:
    return measure_audio(Audio(np.ascontiguousarray(sound), RATE), true_peak=False).loudness


def test_the_intro_plays_alone_and_ends_under_the_first_words(make: Make) -> None:
    timeline = perform(make(intro=10), (12.0,))
    music, first = samples(timeline), timeline.cues[0].start
    assert first == 6 * RATE  # four seconds of its end are still to come
    assert timeline.marks[0].start == 0
    assert loudness(music[: first - RATE]) == pytest.approx(LOUDNESS - THEME_UNDER, abs=0.2)
    assert loudness(music[first : first + RATE]) < LOUDNESS - MUSIC_DUCKED
    assert music[10 * RATE - 100 : 10 * RATE].any()
    assert not music[10 * RATE :].any()


def test_the_outro_begins_under_the_last_words_and_fades_out_at_the_end(make: Make) -> None:
    timeline = perform(make(outro=12), (12.0,))
    music, cue = samples(timeline), timeline.cues[-1]
    end = cue.start + cue.length
    assert not music[: end - 5 * RATE].any()
    assert loudness(music[end - RATE : end]) == pytest.approx(LOUDNESS - MUSIC_DUCKED, abs=0.5)
    assert loudness(music[end + 2 * RATE : end + 3 * RATE]) == pytest.approx(LOUDNESS - THEME_UNDER, abs=0.3)
    assert loudness(music[end + 6 * RATE : end + 7 * RATE]) < LOUDNESS - 10
    assert timeline.length == pytest.approx(end + 7.3 * RATE, abs=2)
    assert not music[end + 7 * RATE + 1 :].any()


def test_the_bed_is_ducked_under_speech_and_higher_in_long_pauses(make: Make) -> None:
    timeline = perform(make(bed=7), (8.0, 600, 8.0, 6_000, 8.0))
    music = samples(timeline)
    one, two, three = timeline.cues
    speech = np.concatenate(list(mix(replace(timeline, score=None), read, Mastering(()))))
    for cue in timeline.cues:
        under = slice(cue.start, cue.start + cue.length)
        beside = slice(
            max(cue.start, one.start + RATE), cue.start + cue.length
        )  # behind the fade at its start
        assert loudness(speech[under]) - loudness(music[beside]) == pytest.approx(MUSIC_DUCKED, abs=0.5)
    short, long = (a.start + a.length for a in (one, two))
    assert loudness(speech[one.start : long]) - loudness(music[short : two.start]) > MUSIC_DUCKED - 0.7
    between = music[long + 2 * RATE : three.start - RATE]
    assert loudness(speech[one.start : long]) - loudness(between) == pytest.approx(BED_UNDER, abs=0.3)
    # Look-ahead: it is down when the word begins, and not before it has to.
    assert loudness(music[three.start - 2 * RATE : three.start - RATE // 2]) == pytest.approx(
        LOUDNESS - BED_UNDER, abs=0.5
    )


def test_between_chapters_all_is_silent_around_the_jingle(make: Make) -> None:
    timeline = perform(make(intro=6, outro=6, bed=9, jingle=2), (10.0,), (9.0,), (11.0,))
    music = samples(timeline)
    assert len(layers(timeline, "jingle")) == 2
    assert len(layers(timeline, "bed")) == 3
    for before, after, jingle in zip(
        timeline.cues, timeline.cues[1:], layers(timeline, "jingle"), strict=False
    ):
        end = before.start + before.length
        fall, rise = round(BED_FADES_S[1] * RATE), round(BED_FADES_S[0] * RATE)
        assert music[end : end + fall].any()
        assert not music[end + fall : jingle.start].any()
        assert jingle.start - end - fall == round(JINGLE_AIR_S[0] * RATE)
        assert loudness(music[jingle.start : jingle.end]) == pytest.approx(LOUDNESS - THEME_UNDER, abs=0.3)
        assert not music[jingle.end : after.start - rise].any()
        assert after.start - rise - jingle.end >= 2 * SEAM_SILENCE * SEAM_GRID
        assert music[after.start - rise + 50 : after.start].any()
    # It begins with the same samples in each of them, whatever was before.
    two, three = (bed.start for bed in layers(timeline, "bed")[1:])
    assert np.array_equal(music[two : two + 7 * RATE], music[three : three + 7 * RATE])


def test_a_title_that_is_read_out_is_no_chapter_for_the_music(make: Make) -> None:
    every = make(intro=6, outro=6, bed=9, jingle=2)
    timeline = perform(every, (2.0,), (SECTION_LEAST_S + 0.1,), (9.0,))
    assert len(layers(timeline, "jingle")) == 1
    assert layers(timeline, "jingle")[0].start > timeline.cues[1].start
    plain = perform(Tunes(), (2.0,), (SECTION_LEAST_S + 0.1,), (9.0,))
    pauses = [b.start - a.start - a.length for a, b in pairwise(timeline.cues)]
    assert pauses[0] == plain.cues[1].start - plain.cues[0].start - plain.cues[0].length
    assert pauses[1] > 5 * RATE


def test_without_music_nothing_changes(make: Make) -> None:
    with_jingle = perform(make(jingle=2), (9.0, 9.0))
    plain = perform(Tunes(), (9.0, 9.0))
    assert plain.score is None
    assert (with_jingle.length, with_jingle.cues) == (plain.length, plain.cues)
    assert add_music(build_timeline([], [], []), make(intro=5)).score is None


def test_the_programmes_gain_is_that_of_the_music_too(make: Make) -> None:
    timeline = perform(make(intro=6, bed=5), (3.0, 2.0))
    silent = replace(timeline, score=None)
    for gain in (Decibels(0.0), Decibels(-6.0)):
        mixed = np.concatenate(list(mix(timeline, read, Mastering((), gain))))
        speech = np.concatenate(list(mix(silent, read, Mastering((), gain))))
        assert np.array_equal(mixed, speech + samples(timeline) * np.float32(amplitude(gain)))


def test_on_a_stage_music_is_in_the_middle_and_as_loud(make: Make) -> None:
    timeline = perform(make(intro=6, bed=5), (3.0, 2.0))
    staged = Mastering((), places=(("", -0.25),))
    mixed = np.concatenate(list(mix(timeline, read, staged)))
    speech = np.concatenate(list(mix(replace(timeline, score=None), read, staged)))
    assert speech[:, 0].max() > 1.4 * speech[:, 1].max()
    assert np.abs(mixed - speech - 0.5**0.5 * samples(timeline)[:, None]).max() < 1e-6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.dictionaries(st.sampled_from(EVERY), st.floats(4, 20), min_size=1),
    st.lists(
        st.lists(st.floats(0.2, 12).filter(lambda s: s != int(s)), min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    ),
)
def test_music_keeps_its_order_and_never_plays_loudly_under_speech(
    make: Make, lengths: dict[str, float], chapters: list[list[float]]
) -> None:
    timeline = perform(make(**lengths), *map(tuple, chapters))
    found = timeline.score.layers if timeline.score else ()
    assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(found))
    assert all(layer.start >= 0 and layer.end < timeline.length for layer in found)
    assert all(layer.fade_in + layer.fade_out <= layer.length for layer in found)
    assert all(layer.crossfade or layer.length <= layer.tune.frames for layer in found)
    assert timeline.pauses[-1].start + timeline.pauses[-1].length == timeline.length
    assert [cue.take.frames for cue in timeline.cues] == [
        round(s * RATE) + 2_000 for c in chapters for s in c
    ]
    for jingle in layers(timeline, "jingle"):
        assert not any(
            cue.start < jingle.end and jingle.start < cue.start + cue.length for cue in timeline.cues
        )
    assert len(layers(timeline, "outro")) == ("outro" in lengths)
    music = samples(timeline) if timeline.score else np.zeros(timeline.length, np.float32)
    for cue in timeline.cues:
        assert np.abs(music[cue.start : cue.start + cue.length]).max() <= amplitude(Decibels(-MUSIC_DUCKED))


LONG = tuple(tuple([11.3] * 3) for _ in range(4))
"""Chapters long enough to be encoded apart."""


def keys(timeline: Timeline) -> list[str]:
    return [part_key(part, Mastering(()), LIMITER_CEILING, what="encoded") for part in parts_of(timeline)]


@pytest.mark.parametrize("kinds", [EVERY, ("intro", "outro"), ("bed",), ("jingle",)])
def test_parts_meet_where_the_music_is_silent(make: Make, kinds: tuple[str, ...]) -> None:
    timeline = perform(make(**dict.fromkeys(kinds, 8.0)), *LONG)
    silence = SEAM_SILENCE * SEAM_GRID
    assert len(timeline.seams) == 3
    assert all(seam % SEAM_GRID == 0 for seam in timeline.seams)
    music = samples(timeline)
    for seam in timeline.seams:
        assert not music[seam - silence : seam + silence].any()
        assert not any(
            cue.start < seam + silence and seam - silence < cue.start + cue.length for cue in timeline.cues
        )
    parts = [
        music_of(part.timeline.score, 0, part.timeline.length)
        if part.timeline.score
        else np.zeros(part.timeline.length, np.float32)
        for part in parts_of(timeline)
    ]
    assert np.array_equal(np.concatenate(parts), music)


def test_an_edit_and_other_music_change_their_own_parts_alone(make: Make) -> None:
    every = make(intro=8, outro=8, bed=9, jingle=2)
    before = keys(perform(every, *LONG))
    edited = keys(perform(every, LONG[0], (11.3, 12.9, 11.3), *LONG[2:]))
    assert len(before) == len(edited) == 4
    assert [a == b for a, b in zip(before, edited, strict=True)] == [True, False, True, True]
    other = keys(perform(replace(every, outro=make(outro=10).outro), *LONG))
    assert [a == b for a, b in zip(before, other, strict=True)] == [True, True, True, False]
    alone = keys(perform(make(intro=8), *LONG))
    assert [a == b for a, b in zip(alone, keys(perform(Tunes(), *LONG)), strict=True)] == [
        False,
        True,
        True,
        True,
    ]


def test_no_seam_lies_under_intro_or_outro(make: Make) -> None:
    # Cut at every pause that may be one, were it not for the music.
    chapter = (1.1,) * 40
    timeline = perform(make(intro=60, outro=60), chapter, chapter, chapter)
    assert timeline.score is not None
    assert timeline.seams
    assert all(timeline.score.silent(seam - SEAM_GRID, seam + SEAM_GRID) for seam in timeline.seams)
