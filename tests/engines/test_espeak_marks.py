"""What is said of parts of an utterance is heard from espeak."""

from collections.abc import Iterator

import pytest

from narrator.audio import to_pcm16
from narrator.engines.espeak import EspeakEngine
from narrator.errors import SynthesisError
from narrator.model import Span, SpanKind, Utterance, Voice


@pytest.fixture(scope="module")
def engine() -> Iterator[EspeakEngine]:
    made = EspeakEngine()
    yield made
    made.close()


def say(spoken: str, *marked: tuple[str, SpanKind, str], name: str = "de+m3") -> Utterance:
    spans = [
        Span(spoken.index(part), spoken.index(part) + len(part), kind, value, "voices.yaml:7")
        for part, kind, value in marked
    ]
    voice = Voice("espeak", name, name.partition("+")[0], options=(("pitch", 35.0), ("rate", 170.0)))
    return Utterance(spoken, voice, voice.language, spans=tuple(spans))


def pcm(engine: EspeakEngine, utterance: Utterance) -> bytes:
    return to_pcm16(engine.synthesize(utterance).samples)


def test_a_passage_is_spoken_by_the_same_voice_in_its_language(engine: EspeakEngine) -> None:
    text = "Machine learning is great"
    english = pcm(engine, say(text, name="en-us+m3"))
    assert pcm(engine, say(text, (text, SpanKind.LANGUAGE, "en"))) == english
    assert pcm(engine, say(text)) != english
    # What espeak has no language for is spoken as the rest is.
    assert pcm(engine, say(text, (text, SpanKind.LANGUAGE, "xh"))) == pcm(engine, say(text))


def test_ipa_is_spoken_and_nothing_of_it_is_read_out(engine: EspeakEngine) -> None:
    nuyen = pcm(engine, say("Nuhjen fragt", ("Nuhjen", SpanKind.IPA, "nˈuːjən")))
    assert nuyen == pcm(engine, say("Nguyen fragt", ("Nguyen", SpanKind.IPA, "ˈnuːjən")))
    assert len(nuyen) < 1.3 * len(pcm(engine, say("Nujen fragt")))


@pytest.mark.parametrize(
    ("name", "ipa"),
    [
        ("de", "ˈʃaɪ̯nbaːɐ̯"), ("de", "ˈʁeːdn̩"), ("de", "t͡saɪ̯t"), ("de", "ŋwiən"), ("de", "dʒɔb"),
        ("de", "θɪŋk"), ("en-us", "ˈkɜːrnəl"), ("en-us", "ɡøːtə"), ("en-us", "ˈbʌtɚ"), ("fr", "ʒɔʁʒ"),
        ("en-us", "ˈsæm ˈɔːltmən"),
    ],
)  # fmt: skip
def test_ipa_of_dictionaries_is_understood(engine: EspeakEngine, name: str, ipa: str) -> None:
    assert engine.synthesize(say("Wort", ("Wort", SpanKind.IPA, ipa), name=name)).seconds > 0.2


def test_a_sound_that_a_language_lacks_is_told_with_its_place(engine: EspeakEngine) -> None:
    with pytest.raises(SynthesisError, match=r"voices\.yaml:7: of “ʘi” espeak has no sound for 'ʘ' in “de”"):
        engine.synthesize(say("Nguyen fragt", ("Nguyen", SpanKind.IPA, "ʘi")))


def test_emphasis_is_heard(engine: EspeakEngine) -> None:
    text = "Das ist so kalt hier"
    stressed = pcm(engine, say(text, ("so", SpanKind.EMPHASIS, "")))
    assert len(stressed) > 1.05 * len(pcm(engine, say(text)))


def test_signs_of_the_notation_in_a_marked_text_are_no_commands(engine: EspeakEngine) -> None:
    def length(text: str) -> int:
        return len(pcm(engine, say(text, ("so", SpanKind.EMPHASIS, ""))))

    assert length("Ich & so <break time='5s'/> du [[ha:]]") > length("Ich so du")
    assert length("so [[h'alo:]]") > length("so ha")
