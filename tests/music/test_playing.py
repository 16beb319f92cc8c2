"""The music of any range is the same whatever ranges are asked for, and nothing in it clicks."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.errors import AudioError
from narrator.model import Ducking, Layer, Score, Tune
from narrator.music import music_of
from narrator.units import Decibels, amplitude

OPEN, LOW = Decibels(-6.0), Decibels(-20.0)
DUCKING = Ducking(attack=50, hold=30, release=120)
LENGTH = 6_000


def tune(folder: Path, samples: NDArray[np.float32], name: str = "tune") -> Tune:
    path = folder / f"{name}.f32"
    samples.astype("<f4").tofile(path)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    return Tune(name, samples.shape[0], path, channels)


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Tune:
    samples = np.random.default_rng(6).standard_normal(900).astype(np.float32)
    return tune(tmp_path_factory.mktemp("noise"), samples, "noise")


def score(
    noise: Tune, spoken: tuple[tuple[int, int], ...] = ((700, 1_500), (2_400, 2_600), (5_000, 5_200))
) -> Score:
    """A short programme: an intro, a bed in several rounds, silence, an outro."""
    return Score(
        (
            Layer(noise, 0, 900, 10, 200, OPEN, LOW),
            Layer(noise, 900, 2_600, 150, 200, OPEN, LOW, crossfade=100),
            Layer(noise, 4_700, 900, 300, 400, OPEN, LOW),
        ),
        spoken,
        DUCKING,
    )


@given(st.lists(st.integers(0, LENGTH), max_size=12))
def test_ranges_put_together_are_the_whole(noise: Tune, cuts: list[int]) -> None:
    one = score(noise)
    whole = music_of(one, 0, LENGTH)
    bounds = [0, *sorted(cuts), LENGTH]
    parts = [music_of(one, start, end) for start, end in pairwise(bounds)]
    assert np.array_equal(np.concatenate(parts), whole)
    # A part cut out plays the same from its own beginning, and is cut again as well as the whole is.
    for (start, end), part in zip(pairwise(bounds), parts, strict=True):
        cut = one.cut(start, end)
        assert np.array_equal(music_of(cut, 0, end - start), part)
        assert cut.digest(0, end - start) == one.digest(start, end)
        assert cut.silent(0, end - start) == one.silent(start, end) == (not part.any())


@given(st.integers(-5_000, 50_000), st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_a_digest_tells_music_wherever_it_lies(noise: Tune, shift: int, one: int, other: int) -> None:
    start, end = sorted((one, other))
    here = score(noise)
    there = Score(
        tuple(replace(layer, start=layer.start + shift) for layer in here.layers),
        tuple((first + shift, last + shift) for first, last in here.spoken),
        DUCKING,
    )
    assert here.digest(start, end) == there.digest(start + shift, end + shift)


@given(
    st.lists(st.integers(0, LENGTH), min_size=2, max_size=6, unique=True),
    st.integers(0, LENGTH),
    st.integers(1, 800),
)
def test_music_that_differs_has_another_digest(
    noise: Tune, edges: list[int], start: int, length: int
) -> None:
    ends = sorted(edges)[: len(edges) // 2 * 2]
    one, other = score(noise), score(noise, tuple(zip(ends[::2], ends[1::2], strict=True)))
    differs = not np.array_equal(music_of(one, start, start + length), music_of(other, start, start + length))
    assert not differs or one.digest(start, start + length) != other.digest(start, start + length)


def test_a_digest_knows_the_tune_and_no_speech_far_away(noise: Tune) -> None:
    one = score(noise)
    far = score(noise, (*one.spoken[:2], (5_100, 5_400)))
    assert one.digest(0, 4_000) == far.digest(0, 4_000)
    assert one.digest(4_000, LENGTH) != far.digest(4_000, LENGTH)
    # Nor where speech begins that is under way, and ends long after.
    assert score(noise, ((500, 1_500),)).digest(1_000, 1_200) == one.digest(1_000, 1_200)
    assert score(noise, ((700, 1_900),)).digest(1_000, 1_200) == one.digest(1_000, 1_200)
    other = replace(
        one, layers=tuple(replace(layer, tune=replace(noise, key="other")) for layer in one.layers)
    )
    assert one.digest(0, 100) != other.digest(0, 100)
    # All silence is the same.
    assert one.digest(3_600, 3_700) == other.digest(5_700, 5_800)


def test_music_comes_down_before_a_word_and_up_behind_it(tmp_path: Path) -> None:
    ones = tune(tmp_path, np.ones(3_000, np.float32))
    one = Score(
        (Layer(ones, 0, 3_000, 0, 0, OPEN, LOW),), ((1_000, 1_400), (1_460, 1_600), (2_900, 3_500)), DUCKING
    )
    level = 20 * np.log10(music_of(one, 0, 3_000))
    assert np.allclose(level[:950], OPEN)
    assert (np.diff(level[949:1_001]) < 0).all()  # the attack ends with the first sample of the word
    assert np.allclose(level[1_000:1_430], LOW)
    # It was coming up when the next word came near.
    assert LOW < level[1_430:1_460].max() < OPEN
    assert np.allclose(level[1_460:1_630], LOW)
    assert (np.diff(level[1_630:1_750]) > 0).all()
    assert np.allclose(level[1_750:2_850], OPEN)
    assert np.allclose(level[2_900:], LOW)


def test_a_loop_has_no_seam(tmp_path: Path) -> None:
    # A wave that ends at its top and begins at zero: as bad a seam as there is.
    frames = np.arange(4_800)
    wave = np.sin(2 * np.pi * 102.5 / 48_000 * frames).astype(np.float32)
    assert abs(wave[-1] - wave[0]) > 20 * np.abs(np.diff(wave)).max()
    looped = Layer(tune(tmp_path, wave), 0, 20_000, 400, 400, OPEN, OPEN, crossfade=1_000)
    music = music_of(Score((looped,), (), DUCKING), 0, 20_000)
    # Two of them together are at most √2 as steep as one.
    assert np.abs(np.diff(music)).max() <= 1.45 * amplitude(OPEN) * np.abs(np.diff(wave)).max()
    assert max(abs(music[0]), abs(music[-1])) < 1e-4
    # The power stays what it is where they have nothing to do with each other.
    noise = np.random.default_rng(1).standard_normal(60_000).astype(np.float32)
    layer = Layer(
        tune(tmp_path, noise, "long"), 0, 200_000, 0, 0, Decibels(0.0), Decibels(0.0), crossfade=15_000
    )
    long = music_of(Score((layer,), (), DUCKING), 0, 200_000)
    for seam in (45_000, 90_000, 135_000):
        assert np.std(long[seam : seam + 15_000]) == pytest.approx(1.0, abs=0.03)


def test_stereo_is_given_where_it_is_wanted(tmp_path: Path) -> None:
    both = np.random.default_rng(2).standard_normal((500, 2)).astype(np.float32)
    flat = Decibels(0.0)
    stereo = Score((Layer(tune(tmp_path, both), 100, 500, 0, 0, flat, flat),), (), DUCKING)
    assert np.array_equal(music_of(stereo, 100, 600, 2), both)
    mono = Score((Layer(tune(tmp_path, both[:, 0], "one"), 100, 500, 0, 0, flat, flat),), (), DUCKING)
    assert np.array_equal(music_of(mono, 100, 600, 2), both[:, [0, 0]])


def test_music_that_was_removed_meanwhile_is_an_error(tmp_path: Path) -> None:
    gone = tune(tmp_path, np.ones(10, np.float32))
    one = Score((Layer(gone, 0, 10, 0, 0, OPEN, OPEN),), (), DUCKING)
    gone.path.write_bytes(bytes(20))
    with pytest.raises(AudioError, match="build again"):
        music_of(one, 0, 10)
    gone.path.unlink()
    with pytest.raises(AudioError, match="build again"):
        music_of(one, 0, 10)
