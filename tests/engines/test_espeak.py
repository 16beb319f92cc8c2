import gc
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

from narrator.audio import to_pcm16
from narrator.engines import espeak_child
from narrator.engines.espeak import EspeakEngine
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice

_TEXTS = (
    "Guten Tag, meine Damen und Herren.",
    "Wie geht es Ihnen heute?",
    "Das ist eine etwas längere Antwort, mit Komma, Punkt und Ausrufezeichen!",
    "Nein.",
    "Im Jahr 2024 waren es 3,5 Millionen.",
)

_OPTIONS: tuple[dict[str, float], ...] = ({}, {"pitch": 10}, {"range": 0}, {"rate": 260})
_CHILDREN = Path("/proc/self/task")


def say(spoken: str, name: str = "de+m8", **options: float) -> Utterance:
    voice = Voice("espeak", name, name.partition("+")[0], options=tuple(sorted(options.items())))
    return Utterance(spoken=spoken, voice=voice, language=voice.language)


def pcm(engine: EspeakEngine, utterance: Utterance) -> bytes:
    return to_pcm16(engine.synthesize(utterance).samples)


def children() -> set[int]:
    """Process ids of the children of this process, zombies too."""
    return {
        int(child)
        for task in _CHILDREN.iterdir()
        for child in (task / "children").read_text().split()
    }  # fmt: skip


needs_proc = pytest.mark.skipif(not _CHILDREN.exists(), reason="the system does not list child processes")


@pytest.fixture
def engine() -> Iterator[EspeakEngine]:
    made = EspeakEngine()
    yield made
    made.close()


def test_bytes_do_not_depend_on_order_or_on_what_was_said_before(engine: EspeakEngine) -> None:
    utterances = [say(text, name) for text in _TEXTS for name in ("de+m8", "de+klatt", "en+f2")]
    first = {utterance: pcm(engine, utterance) for utterance in utterances}
    order = utterances * 3
    random.Random(5).shuffle(order)  # noqa: S311  (an order, no secret)
    assert all(pcm(engine, utterance) == first[utterance] for utterance in order)
    assert len(set(first.values())) == len(utterances)


def test_breathy_voices_do_not_depend_on_the_time_of_day() -> None:
    heard = set()
    for wait in (0.0, 1.1):  # the library would seed its noise with whole seconds
        time.sleep(wait)
        engine = EspeakEngine()
        heard.add(pcm(engine, say(_TEXTS[1], "de+f3")))
        engine.close()
    assert len(heard) == 1


def test_bytes_are_the_same_in_a_fresh_interpreter(engine: EspeakEngine) -> None:
    code = (
        "import sys; from narrator.audio import to_pcm16; from narrator.engines.espeak import EspeakEngine;"
        "from narrator.model import Utterance, Voice;"
        "v = Voice('espeak', 'de+m8', 'de');"
        "a = EspeakEngine().synthesize(Utterance(spoken=sys.argv[1], voice=v, language='de'));"
        "sys.stdout.buffer.write(to_pcm16(a.samples))"
    )
    other = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, _TEXTS[2]], capture_output=True, check=True
    )
    assert other.stderr == b""
    assert other.stdout == pcm(engine, say(_TEXTS[2]))


def test_a_child_that_cannot_fork_says_the_same(engine: EspeakEngine) -> None:
    once = EspeakEngine(once=True)
    for text in _TEXTS[:3]:
        assert pcm(once, say(text)) == pcm(engine, say(text))
    once.close()


@needs_proc
def test_a_killed_child_is_started_again_and_nobody_notices(engine: EspeakEngine) -> None:
    before = children()
    expected = pcm(engine, say(_TEXTS[0]))
    for _ in range(3):
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        assert pcm(engine, say(_TEXTS[0])) == expected
    engine.close()
    assert children() == before


@needs_proc
def test_a_child_that_is_killed_again_and_again_is_worth_another_try(engine: EspeakEngine) -> None:
    before = children()
    engine.fingerprint(say("a").voice)
    over = threading.Event()

    def kill() -> None:
        while not over.is_set():
            for child in children() - before:
                with suppress(ProcessLookupError):  # it has ended meanwhile
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.001)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises((SynthesisError, EngineUnavailableError)) as caught:
            engine.synthesize(say("Eine lange Rede. " * 4000))
    finally:
        over.set()
        killer.join()
    if isinstance(caught.value, SynthesisError):  # else it was killed while it started
        assert caught.value.retry
    assert engine.synthesize(say("Danach geht es wieder.")).peak > 0


@needs_proc
def test_no_child_is_left_when_an_engine_is_forgotten() -> None:
    before = children()
    engine = EspeakEngine()
    engine.synthesize(say("Hallo"))
    assert len(children() - before) == 1
    del engine
    gc.collect()
    assert children() == before


@needs_proc
def test_no_child_is_left_when_the_interpreter_ends() -> None:
    code = (
        "from narrator.engines.espeak import EspeakEngine; from narrator.model import Utterance, Voice;"
        "e = EspeakEngine(); v = Voice('espeak', 'de', 'de');"
        "e.synthesize(Utterance(spoken='Hallo', voice=v, language='de')); print(e._child._program.pid)"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, check=True, text=True
    )
    assert ended.stderr == ""
    assert not Path(f"/proc/{ended.stdout.strip()}").exists()


@needs_proc
def test_a_fault_in_the_library_costs_one_answer_only() -> None:
    library = espeakng_loader.get_library_path()
    arguments = [sys.executable, "-I", "-S", espeak_child.__file__, library, str(Path(library).parent)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        answers = [espeak_child.read_frame(child.stdout.read)]
        for request in (b"no JSON", b'{"base": "de", "variant": "", "options": {}, "text": "Hallo"}'):
            child.stdin.write(espeak_child.frame(b"R", request))
            answers.append(espeak_child.read_frame(child.stdout.read))
        child.stdin.close()
    assert [answer and answer[0] for answer in answers] == [
        espeak_child.REPORT, espeak_child.BROKEN, espeak_child.SOUND,
    ]  # fmt: skip
    assert child.returncode == 0


def test_every_listed_language_speaks(engine: EspeakEngine) -> None:
    plain = [voice for voice in engine.voices() if "+" not in voice.name]
    assert len(plain) > 120
    # Numbers are read in every language, whatever its letters.
    assert all(engine.synthesize(say("1 2 3 a", voice.name)).seconds > 0.1 for voice in plain)


def test_languages_are_found_by_their_iso_codes(engine: EspeakEngine) -> None:
    first = {
        code: engine.voices(code)[0] for code in ("de", "en", "en-US", "zh", "no", "nb", "pt", "pt-BR", "fr")
    }
    assert {code: (voice.name, voice.language) for code, voice in first.items()} == {
        "de": ("de", "de"), "en": ("en", "en-GB"), "en-US": ("en-us", "en-US"), "zh": ("cmn", "zh"),
        "no": ("nb", "nb"), "nb": ("nb", "nb"), "pt": ("pt", "pt"), "pt-BR": ("pt-br", "pt-BR"),
        "fr": ("fr", "fr-FR"),
    }  # fmt: skip
    assert engine.voices("tlhx") == ()
    plain = [voice for voice in engine.voices() if "+" not in voice.name]
    assert next(voice.name for voice in plain if voice.speaks("en")) == "en"


def test_variants_are_voices_with_gender(engine: EspeakEngine) -> None:
    voices = {voice.name: voice.gender for voice in engine.voices("de")}
    assert len(voices) > 100
    assert (voices["de"], voices["de+m8"], voices["de+f2"], voices["de+Mr serious"]) == (
        "male", "male", "female", "male",
    )  # fmt: skip


def test_pitch_range_and_rate_are_heard(engine: EspeakEngine) -> None:
    plain, low, flat, fast = (engine.synthesize(say(_TEXTS[2], "de", **options)) for options in _OPTIONS)
    assert not np.array_equal(plain.samples, low.samples)
    assert not np.array_equal(plain.samples, flat.samples)
    assert fast.seconds < 0.8 * plain.seconds


def test_a_name_may_tell_two_voices_of_one_variant_apart(engine: EspeakEngine) -> None:
    assert pcm(engine, say(_TEXTS[0], "de+m8/low")) == pcm(engine, say(_TEXTS[0], "de+m8"))


@pytest.mark.parametrize(
    "options", [{"pitch": 100}, {"range": -1}, {"rate": 10}, {"echo": 3}, {"pitch": float("nan")}]
)
def test_impossible_options_are_refused(engine: EspeakEngine, options: dict[str, float]) -> None:
    with pytest.raises(SynthesisError, match="espeak has no") as caught:
        engine.synthesize(say("Hallo", "de", **options))
    assert not caught.value.retry


def test_markup_is_read_as_text(engine: EspeakEngine) -> None:
    def length(text: str) -> float:
        return engine.synthesize(say(text, "en")).seconds

    assert length("five < six") > length("five six") + 0.1
    assert length("a & b") > length("a b") + 0.1
    assert length('<break time="30s"/> one') < 10
    assert length("[[h@l'oU]] one") > length("one") + 0.5


def test_the_fingerprint_names_library_and_data() -> None:
    engine = EspeakEngine()
    assert engine.fingerprint(say("a").voice) == "espeak-ng 1.52.0, espeakng-loader 0.2.4, 3"
    engine.close()


def test_a_long_path_with_letters_of_all_kinds_does_no_harm(tmp_path: Path) -> None:
    """espeak-ng keeps the folder of its data in a buffer of some 160 characters."""
    folder = tmp_path / ("long ä я " * 12) / ("x" * 150)
    folder.mkdir(parents=True)
    (folder / "espeakng_loader").symlink_to(Path(espeakng_loader.__file__).parent, target_is_directory=True)
    code = (
        "import espeakng_loader; from narrator.engines.espeak import EspeakEngine;"
        "print(len(espeakng_loader.get_data_path()), len(EspeakEngine().voices('de')))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, check=True, text=True, env=os.environ | {"PYTHONPATH": str(folder)},
    )  # fmt: skip
    length, voices = map(int, said.stdout.split())
    assert length > 300
    assert voices > 100


def test_missing_data_is_said_with_what_to_do(tmp_path: Path) -> None:
    """A wheel whose data was lost, in an interpreter that finds this one first."""
    package = tmp_path / "espeakng_loader"
    shutil.copytree(
        Path(espeakng_loader.__file__).parent, package, ignore=shutil.ignore_patterns("espeak-ng-data")
    )
    code = (
        "from narrator.engines.espeak import EspeakEngine\n"
        "from narrator.errors import EngineUnavailableError\n"
        "try: EspeakEngine().voices()\nexcept EngineUnavailableError as error: print(error)"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment
    )
    assert said.stdout.startswith("engine espeak cannot work here:")
    assert "pip install" in said.stdout
    for library in package.glob("libespeak-ng*"):
        library.unlink()
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment
    )
    assert "pip install" in said.stdout
