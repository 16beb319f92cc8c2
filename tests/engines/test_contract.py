"""What every engine promises; run over all that are registered, online ones against a server of our own."""

import os
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from edge_server import serve_edge
from google_server import serve_google
from openai_server import error as refusal
from openai_server import serve_openai, sound, streamed, tone
from piper_models import piper_models

from narrator.engines.base import Engine
from narrator.engines.edge import EdgeEngine
from narrator.engines.gtts import GttsEngine
from narrator.engines.openai import OpenaiEngine
from narrator.engines.registry import engine_names, get_engine
from narrator.errors import EngineUnavailableError, SynthesisError, UnknownEngineError
from narrator.model import Utterance, Voice


@pytest.fixture(scope="module", params=engine_names())
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made = get_engine(request.param)
    if made.name == "piper":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NARRATOR_MODELS", str(piper_models()))
            yield made
            made.close()
        return
    try:
        made.voices()
    except EngineUnavailableError as error:
        pytest.skip(f"{error}")
    if not made.online:
        yield made
        made.close()
    elif isinstance(made, GttsEngine):
        with serve_google() as google:
            yield GttsEngine(google.address)
    elif isinstance(made, EdgeEngine):
        with serve_edge() as edge:
            yield EdgeEngine(edge.address)
    elif isinstance(made, OpenaiEngine):
        with serve_openai() as openai, pytest.MonkeyPatch.context() as patch:
            patch.delenv("OPENAI_API_KEY", raising=False)
            openai.answer = lambda _, content: (
                streamed(sound(tone(content["input"])))
                if made.voices("de")[0].name == f"de+{content['voice']}"
                else refusal(400, "invalid_value")
            )
            yield OpenaiEngine(openai.address)
    else:
        pytest.skip(f"{request.param} is online and there is no server of ours that speaks its protocol")


_LANGUAGES = {"hibari": ("en",), "piper": ("en",)}
"""What engines speak here whose models are of one language each; all others have these and more."""


def languages(engine: Engine) -> tuple[str, ...]:
    return _LANGUAGES.get(engine.name, ("de", "en", "en-GB"))


_HASTE = {"piper": (("rate", 350.0),), "kokoro": (("rate", 350.0),)}
"""Options with which slow engines speak faster; they are also given less to say."""


def is_slow(engine: Engine) -> bool:
    return engine.natural and not engine.online


def say(engine: Engine, spoken: str, voice: Voice | None = None) -> Utterance:
    chosen = voice or replace(engine.voices("en")[0], options=_HASTE.get(engine.name, ()))
    return Utterance(spoken=spoken, voice=chosen, language=chosen.language)


def test_voices_have_unique_names_and_language_codes(engine: Engine) -> None:
    voices = engine.voices()
    names = [voice.name for voice in voices]
    assert len(set(names)) == len(names)
    for voice in voices:
        assert voice.engine == engine.name
        assert re.fullmatch(r"[a-z]{2,4}(-[A-Za-z0-9]{1,8})*", voice.language), voice
        assert voice.gender in {"male", "female", ""}
        assert voice.name.isprintable()
        assert voice.name == voice.name.strip()


def test_voices_of_a_language_speak_it(engine: Engine) -> None:
    for language in languages(engine):
        voices = engine.voices(language)
        assert voices
        assert all(voice.speaks(language) for voice in voices)
    if "en-GB" not in languages(engine):
        assert engine.voices("de") == ()
        return
    assert engine.voices("en-GB")[0].language in {"en-GB", "en"}


def test_voices_are_the_same_each_time(engine: Engine) -> None:
    language = languages(engine)[0]
    assert engine.voices(language) == engine.voices(language)


def test_fingerprint_is_a_stable_text(engine: Engine) -> None:
    voice = engine.voices(languages(engine)[0])[0]
    assert engine.fingerprint(voice) == engine.fingerprint(voice) != ""


def test_speech_is_audible_and_longer_for_longer_texts(engine: Engine) -> None:
    short = engine.synthesize(say(engine, "Good morning."))
    long = engine.synthesize(say(engine, "Good morning, and welcome to this rather long sentence of ours."))
    assert short.peak > 0.05
    assert 0.3 < short.seconds < 4
    assert long.seconds > 1.8 * short.seconds


def test_the_same_utterance_gives_the_same_samples(engine: Engine) -> None:
    first = engine.synthesize(say(engine, "The same again, please."))
    engine.synthesize(say(engine, "Something else in between."))
    again = engine.synthesize(say(engine, "The same again, please."))
    assert np.array_equal(first.samples, again.samples)


@pytest.mark.parametrize("spoken", ["", "   \n", "… — !?", "***", "\x00"])
def test_text_without_words_is_refused_for_good(engine: Engine, spoken: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        engine.synthesize(say(engine, spoken))
    assert not caught.value.retry


@pytest.mark.parametrize(
    "spoken",
    [
        "Five < six & seven > <b>two</b>",
        '<speak><break time="10s"/>one</speak>',
        "Nul\x00 and \x01 100s control \x1b[0m",
        "Lone \ud83d surrogate, private \ue001 sign, emoji 👩‍👩‍👧 too",
        "Ähm … naïve “quotes” [[h@l'oU]] one",
        "שלום one двадцать 你好 cafe\u0301",
    ],
)
def test_any_text_with_words_is_spoken(engine: Engine, spoken: str) -> None:
    assert engine.synthesize(say(engine, spoken)).peak > 0.01


def test_long_text_is_spoken_whole(engine: Engine) -> None:
    sentence = "This is one of many sentences. "
    count = 18 if is_slow(engine) else 40  # 18 are more than Kokoro takes at once
    one = engine.synthesize(say(engine, sentence)).seconds
    assert engine.synthesize(say(engine, sentence * count)).seconds > 0.6 * count * one


@pytest.mark.parametrize("name", ["", "xx", "en+nobody", "de+m1+m2", "../de", "en+../../lang/gmw/de"])
def test_unknown_voice_is_refused_for_good(engine: Engine, name: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        engine.synthesize(say(engine, "Hello", Voice(engine.name, name, "en")))
    assert not caught.value.retry


def test_an_engine_can_be_sent_to_another_process(engine: Engine) -> None:
    copy = pickle.loads(pickle.dumps(engine))  # noqa: S301  (made in this line)
    utterance = say(engine, "Sent away.")
    assert np.array_equal(copy.synthesize(utterance).samples, engine.synthesize(utterance).samples)
    copy.close()


def test_an_engine_works_again_after_close(engine: Engine) -> None:
    engine.close()
    engine.close()
    assert engine.synthesize(say(engine, "Back again.")).peak > 0


def test_threads_may_share_an_engine(engine: Engine) -> None:
    utterances = [say(engine, f"Number {n} of a few.") for n in range(3 if is_slow(engine) else 8)]
    alone = [engine.synthesize(utterance).samples for utterance in utterances]
    with ThreadPoolExecutor(4) as pool:
        together = [audio.samples for audio in pool.map(engine.synthesize, utterances)]
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
def test_a_fork_may_go_on_with_an_engine(engine: Engine) -> None:
    utterance = say(engine, "Before and after the fork.")
    expected = engine.synthesize(utterance).samples
    fork = os.fork()
    if fork == 0:
        status = 1
        try:
            status = 0 if np.array_equal(engine.synthesize(utterance).samples, expected) else 2
            engine.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 0
    assert np.array_equal(engine.synthesize(utterance).samples, expected)


def test_an_unknown_engine_is_named_with_those_there_are() -> None:
    with pytest.raises(
        UnknownEngineError, match="'nope'; there is edge, espeak, gtts, hibari, kokoro, openai, piper, tone"
    ):
        get_engine("nope")
