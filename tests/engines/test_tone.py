import numpy as np
import pytest

from narrator.engines.tone import ToneEngine
from narrator.errors import SynthesisError
from narrator.model import Utterance, Voice


def say(spoken: str, voice: Voice) -> Utterance:
    return Utterance(spoken=spoken, voice=voice, language=voice.language)


def loudest_pitch(samples: np.ndarray, rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / samples.shape[0])


def test_every_language_has_many_voices_of_both_genders() -> None:
    voices = ToneEngine().voices("tlh")
    assert len(voices) == 24
    assert {voice.gender for voice in voices[:2]} == {"male", "female"}
    assert {voice.language for voice in voices} == {"tlh"}


def test_every_voice_has_a_pitch_of_its_own() -> None:
    engine = ToneEngine()
    heard = {
        engine.synthesize(say("extraordinarily", voice)).samples.tobytes() for voice in engine.voices("de")
    }
    assert len(heard) == 24


def test_women_speak_higher_than_men() -> None:
    engine = ToneEngine()
    pitches: dict[str, list[float]] = {"male": [], "female": []}
    for voice in engine.voices("en"):
        audio = engine.synthesize(say("extraordinarily", voice))
        pitches[voice.gender].append(loudest_pitch(audio.samples, audio.sample_rate))
    assert max(pitches["male"]) < 1.3 * min(pitches["female"])
    assert np.mean(pitches["male"]) < 0.6 * np.mean(pitches["female"])


def test_an_option_moves_the_pitch() -> None:
    engine = ToneEngine()
    plain, high = (
        engine.synthesize(say("extraordinarily", Voice("tone", "en+bass1", "en", "male", options)))
        for options in ((), (("pitch", 99.0),))
    )
    ratio = loudest_pitch(high.samples, high.sample_rate) / loudest_pitch(plain.samples, plain.sample_rate)
    assert ratio == pytest.approx(2, rel=0.05)


def test_length_tells_words_and_their_lengths() -> None:
    engine = ToneEngine()
    voice = engine.voices("en")[0]
    assert engine.synthesize(say("abcdef abcdef", voice)).frames == 2 * 6 * 1323 + 2 * 882


@pytest.mark.parametrize("name", ["en+bass0", "en+bass5", "en+bass", "en+violin1", "bass1x"])
def test_unknown_voices_are_refused(name: str) -> None:
    with pytest.raises(SynthesisError, match="has no voice"):
        ToneEngine().synthesize(say("Hello", Voice("tone", name, "en")))
