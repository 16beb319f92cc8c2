"""Pauses are as long as people make them, and the same in every build."""

import math
from dataclasses import replace
from statistics import fmean, median, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.model import Break, Utterance, Voice
from narrator.pauses import pause_ms
from narrator.settings import PAUSES_MS

LONG = "This is a sentence of a middling length, number {}."
OURS = [Break.SENTENCE, Break.PARAGRAPH, Break.TURN, Break.CHAPTER]


def say(spoken: str, reason: Break = Break.SENTENCE, script: int | None = None) -> Utterance:
    return Utterance(spoken, Voice("fake", "one", "en"), "en", pause=reason, pause_ms=script)


@pytest.mark.parametrize("reason", OURS)
def test_pauses_spread_around_their_middle_as_measured(reason: Break) -> None:
    found = [
        pause_ms(say(LONG.format(number), reason), say(LONG.format(number + 1))) for number in range(2000)
    ]
    assert median(found) == pytest.approx(PAUSES_MS[reason], rel=0.02)
    assert pstdev(map(math.log, found)) == pytest.approx(0.155, abs=0.01)  # 0.16, less what is cut off
    assert max(found) <= PAUSES_MS[reason] * 1.38
    assert min(found) >= PAUSES_MS[reason] * 0.72


def test_short_answers_come_quickly() -> None:
    short = [pause_ms(say(f"Really {n}?", Break.TURN), say(f"Yes, {n}.")) for n in range(500)]
    mixed = [pause_ms(say(f"Really {n}?", Break.TURN), say(LONG.format(n))) for n in range(500)]
    assert fmean(short) / fmean(mixed) == pytest.approx(0.7, abs=0.03)


@given(st.text(), st.text(), st.sampled_from(OURS), st.floats(0.25, 4))
def test_the_same_two_utterances_always_have_the_same_pause(
    one: str, two: str, reason: Break, pace: float
) -> None:
    before, after = say(one, reason), say(two)
    found = pause_ms(before, after, pace)
    assert found == pause_ms(replace(before), replace(after, turn=7), pace)
    assert found == pytest.approx(pause_ms(before, after) / pace, abs=2.6)
    assert pause_ms(before, None, pace) == round(PAUSES_MS[Break.END] / pace)


@given(st.integers(0, 5000), st.floats(0.25, 4))
def test_the_script_has_the_last_word(ms: int, pace: float) -> None:
    assert pause_ms(say("One.", script=ms), say("Two."), pace) == ms
    assert pause_ms(say("One.", script=ms), None, pace) == ms
