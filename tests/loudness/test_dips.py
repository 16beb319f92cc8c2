"""Places that are turned down for an instant."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.loudness import Dips, loud_groups
from narrator.loudness.truepeak import GROUP
from narrator.units import Decibels

RATE = 48_000
FRAMES = 6_000


def sine(level: float) -> NDArray[np.float32]:
    """Return a tone whose samples all lie 3 dB below its peaks."""
    wave: NDArray[np.float32] = np.sin(np.pi / 2 * np.arange(FRAMES) + np.pi / 4).astype(np.float32)
    return wave * np.float32(level)


@pytest.mark.parametrize("channels", [0, 1, 2])
def test_a_loud_place_is_found_and_turned_down_alone(channels: int) -> None:
    samples = sine(0.5)
    samples[3_200:3_264] *= 2
    shaped = samples if not channels else np.stack([samples, samples * np.float32(0.1)][:channels], axis=1)
    loud = dict(loud_groups([shaped], Decibels(-4.0)))
    assert {100, 101} <= set(loud) <= set(range(99, 103))
    assert max(loud.values()) == pytest.approx(0.0, abs=0.5)
    dips = Dips(RATE).deeper((group, Decibels(peak + 6.0)) for group, peak in loud.items())
    (turned,) = dips.applied([shaped])
    assert turned.shape == shaped.shape
    # Its neighbours were twice as soft as it was, so what is left over them is the slope.
    assert max(dict(loud_groups([turned], Decibels(-9.0))).values()) == pytest.approx(-6.0, abs=0.3)
    far = np.abs(np.arange(FRAMES) - 3_232) > 0.012 * RATE
    assert np.array_equal(turned[far], shaped[far])


def test_what_is_still_too_loud_is_turned_down_further() -> None:
    once = Dips(RATE, {50: Decibels(2.0)})
    twice = once.deeper([(50, Decibels(1.0)), (51, Decibels(0.5))])
    ones = np.ones(FRAMES, np.float32)
    (first,), (second,) = once.applied([ones]), twice.applied([ones])
    assert -20 * np.log10(first[50 * GROUP + 16]) == pytest.approx(2.0, abs=0.01)
    assert -20 * np.log10(second[50 * GROUP + 16]) == pytest.approx(3.0, abs=0.01)
    assert np.all(second <= first)
    assert np.abs(np.diff(second)).max() < 0.002  # no step


def test_no_dips_leave_the_very_samples() -> None:
    samples = sine(1.0)
    (same,) = Dips(RATE).applied([samples])
    assert same is samples


@settings(max_examples=30)
@given(
    st.lists(st.integers(1, FRAMES - 1), max_size=5), st.dictionaries(st.integers(0, 187), st.floats(0.1, 6))
)
def test_sizes_of_blocks_change_nothing(cuts: list[int], depths: dict[int, float]) -> None:
    samples = sine(1.0)
    dips = Dips(RATE, {group: Decibels(depth) for group, depth in depths.items()})
    blocks = np.split(samples, sorted(cuts))
    (whole,) = dips.applied([samples])
    assert np.array_equal(np.concatenate(list(dips.applied(blocks))), whole)
    found, alike = (dict(loud_groups(one, Decibels(-0.01))) for one in (blocks, [samples]))
    assert found == pytest.approx(alike, abs=1e-4)
