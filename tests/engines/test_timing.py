"""When words begin: espeak's events, what a service tells, and what is kept with the take."""

from pathlib import Path

import pytest
from edge_server import LEAD_S, SECONDS_A_LETTER, serve_edge
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import Speech
from narrator.engines.edge import EdgeEngine
from narrator.engines.registry import get_engine
from narrator.engines.timing import placed, word_times
from narrator.model import Utterance
from narrator.performing import _join, perform
from narrator.spoken.dividing import recut
from narrator.takes import TakeStore

TEXT = "Um 17:30 Uhr kostet es 3,50 €, “na ja”, sagte Anna-Lena … und ging."


def said(engine: str, spoken: str) -> Utterance:
    return Utterance(spoken=spoken, voice=get_engine(engine).voices("de")[0], language="de")


def test_espeak_tells_when_each_word_begins() -> None:
    speech = get_engine("espeak").synthesize(said("espeak", TEXT))

    assert isinstance(speech, Speech)
    assert [TEXT[word.start : word.start + word.length] for word in speech.words] == [
        word for word in TEXT.split() if any(map(str.isalnum, word))
    ]
    frames = [word.frame for word in speech.words]
    assert frames == sorted(frames)
    assert frames[-1] < speech.frames


def test_a_word_begins_where_the_sound_before_it_ends() -> None:
    """The same words, said alone, last as long as the next word's time tells (within a tenth of a second)."""
    engine = get_engine("espeak")
    speech = engine.synthesize(said("espeak", "Mississippidampfer, ja."))
    alone = engine.synthesize(said("espeak", "Mississippidampfer,"))

    assert isinstance(speech, Speech)
    assert speech.words[1].frame / speech.sample_rate == pytest.approx(alone.seconds, abs=0.35)
    assert speech.words[1].frame / speech.sample_rate > 0.8


def test_words_of_a_text_that_was_cut_keep_their_places() -> None:
    engine = get_engine("espeak")
    parts = recut(said("espeak", TEXT), 3)
    whole = _join([engine.synthesize(part) for part, _ in parts], parts)

    assert len(parts) == 3
    assert isinstance(whole, Speech)
    assert [TEXT[word.start : word.start + word.length] for word in whole.words] == [
        word for word in TEXT.split() if any(map(str.isalnum, word))
    ]
    frames = [word.frame for word in whole.words]
    assert frames == sorted(frames)
    assert frames[-1] < whole.frames


def test_edge_tells_when_each_word_begins() -> None:
    pytest.importorskip("edge_tts")
    text = "Ein & zwei, drei"
    with serve_edge() as server:
        speech = EdgeEngine(server.address).synthesize(said("edge", text))

    assert isinstance(speech, Speech)
    assert [text[word.start : word.start + word.length] for word in speech.words] == ["Ein", "zwei,", "drei"]
    assert [word.frame / speech.sample_rate for word in speech.words] == pytest.approx(
        [LEAD_S + place * SECONDS_A_LETTER for place in (0, 6, 12)], abs=0.001
    )


def test_word_times_are_kept_with_the_take(tmp_path: Path) -> None:
    fresh = perform(said("espeak", TEXT))
    store = TakeStore(tmp_path)

    kept = store.keep("a1" * 32, fresh)

    assert len(kept.words) == 12
    assert store.get("a1" * 32) == kept
    facts = next(tmp_path.rglob("*.json"))
    facts.write_text(facts.read_text().replace(f"[{kept.words[3].frame},", f"[{kept.words[3].frame + 1},"))
    assert store.get("a1" * 32) is None  # the seal holds them too


@given(
    st.text(alphabet=" ab…,", max_size=40),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 45)), max_size=20),
)
def test_word_times_stand_at_words_and_never_fall(spoken: str, heard: list[tuple[int, int]]) -> None:
    found = word_times(spoken, heard)

    told = dict(heard)
    assert [word.frame for word in found] == sorted(word.frame for word in found)
    assert [word.start for word in found] == sorted({word.start for word in found})
    for word in found:
        text = spoken[word.start : word.start + word.length]
        assert any(map(str.isalnum, text))
        assert text.split() == [text]
        assert any(word.start <= place < word.start + word.length for _, place in heard), told


def test_words_a_service_wrote_anew_are_left_out() -> None:
    assert placed("one 2 three one", [(0, "one"), (5, "two"), (7, "three"), (9, "one")]) == [
        (0, 0),
        (7, 6),
        (9, 12),
    ]
