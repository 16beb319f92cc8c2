import hashlib
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.audio import Audio, Speech, WordTime, resample
from narrator.casting import cast
from narrator.engines.espeak import EspeakEngine
from narrator.engines.gtts import GttsEngine
from narrator.model import Chapter, Person, Script, Shade, Turn, Utterance, Voice
from narrator.performing import perform
from narrator.production import Options, load_script
from narrator.production.choice import plan_cast
from narrator.recording import record
from narrator.shades import shaded
from narrator.spoken import utterances
from narrator.takes import TakeStore, take_key
from narrator.voices import load_catalogue

FAKES = Path(__file__).parent / "fakes"
DEEP, BRIGHT = Shade(pitch=-9, formants=-3), Shade(pitch=4, formants=3, rate=1.1)
RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000)


@cache
def speech(text: str = "Was sagen Sie dazu?") -> Audio:
    return EspeakEngine().synthesize(Utterance(text, Voice("espeak", "de+f5", "de"), "de"))


def vowel(pitch: float, resonance: float, rate: int = 24_000, seconds: float = 0.8) -> Audio:
    """Pulses of a throat with one resonance: what WORLD takes apart, with its parts known."""
    time = np.arange(int(rate * seconds)) / rate
    partials = np.arange(1, int(rate / 2 / pitch)) * pitch
    levels = 1 / (1 + ((partials - resonance) / 150) ** 2)
    wave = (levels[:, None] * np.cos(2 * np.pi * partials[:, None] * time)).sum(axis=0)
    return Audio((0.4 * wave / np.abs(wave).max()).astype(np.float32), rate)


def spectrum(audio: Audio) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    middle = audio.samples[audio.frames // 4 : -audio.frames // 4].astype(np.float64)
    power = np.abs(np.fft.rfft(middle * np.hanning(middle.size))) ** 2
    return np.fft.rfftfreq(middle.size, 1 / audio.sample_rate).astype(np.float64), power.astype(np.float64)


def pitch_of(audio: Audio) -> float:
    """The distance at which the middle of a sound is most like itself, as Hz."""
    middle = audio.samples[audio.frames // 4 : -audio.frames // 4].astype(np.float64)
    like = np.fft.irfft(np.abs(np.fft.rfft(middle, 2 * middle.size)) ** 2)[: middle.size // 2]
    first, last = audio.sample_rate // 500, audio.sample_rate // 60
    return audio.sample_rate / (first + int(np.argmax(like[first:last])))


def resonance_of(audio: Audio) -> float:
    """The middle of the power, in Hz."""
    frequencies, power = spectrum(audio)
    return float((frequencies * power).sum() / power.sum())


def digest(audio: Audio) -> str:
    return hashlib.sha256(audio.samples.tobytes()).hexdigest()


def test_pitch_moves_the_melody_and_leaves_the_resonance() -> None:
    plain = vowel(200, 1200)
    for semitones in (-9, -4, 5):
        made = shaded(plain, Shade(pitch=semitones))
        assert pitch_of(made) == pytest.approx(200 * 2 ** (semitones / 12), rel=0.02)
        assert resonance_of(made) == pytest.approx(resonance_of(plain), rel=0.08)


def test_formants_move_the_resonance_and_leave_the_melody() -> None:
    plain = vowel(120, 1200)
    for semitones in (-4, 4):
        made = shaded(plain, Shade(formants=semitones))
        assert pitch_of(made) == pytest.approx(120, rel=0.02)
        assert resonance_of(made) == pytest.approx(resonance_of(plain) * 2 ** (semitones / 12), rel=0.08)


def test_rate_moves_the_times_of_words_along() -> None:
    plain = Speech(speech().samples, speech().sample_rate, (WordTime(0, 0, 3), WordTime(9_000, 4, 5)))
    made = shaded(plain, Shade(rate=0.8))
    assert isinstance(made, Speech)
    assert made.words == (WordTime(0, 0, 3), WordTime(11_250, 4, 5))
    assert made.frames == round(plain.frames / 0.8)
    assert pitch_of(shaded(vowel(200, 1200), Shade(rate=0.8))) == pytest.approx(200, rel=0.02)


def test_the_same_samples_whatever_ran_before_and_wherever() -> None:
    program = (
        "import sys, numpy as np; from narrator.audio import Audio; from narrator.model import Shade;"
        "from narrator.shades import shaded; import hashlib;"
        "samples = np.frombuffer(sys.stdin.buffer.read(), np.float32);"
        f"made = shaded(Audio(samples, {speech().sample_rate}), {DEEP!r});"
        "print(hashlib.sha256(made.samples.tobytes()).hexdigest())"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", program], input=speech().samples.tobytes(), capture_output=True, check=True
    )
    first = digest(shaded(speech(), DEEP))
    assert fresh.stdout.decode().strip() == first
    jobs = [(speech(), DEEP), (speech("Ja."), BRIGHT), (speech(), BRIGHT), (speech("Ja."), DEEP)] * 2
    with ThreadPoolExecutor(4) as pool:
        at_once = [*pool.map(lambda job: digest(shaded(*job)), jobs)]
    assert at_once == [digest(shaded(*job)) for job in jobs]
    assert at_once[0] == first


@pytest.mark.parametrize("rate", RATES)
def test_nothing_clicks_at_any_rate(rate: int) -> None:
    plain = resample(speech("Ja."), rate)
    made = shaded(plain, DEEP)
    assert (made.sample_rate, made.frames) == (rate, plain.frames)
    assert made.samples[0] == 0
    assert abs(made.samples[-1]) < 0.003
    # A jump is steeper than anything in speech; of 48 kHz more than of 8, where an “s” is steep too.
    steepest = [float(np.abs(np.diff(one.samples)).max()) / one.peak for one in (plain, made)]
    assert steepest[1] <= 1.3 * steepest[0]
    assert 0.05 < made.peak <= 0.98


def test_silence_stays_silent() -> None:
    silence = Audio(np.zeros(5_000, np.float32), 22_050)
    assert not shaded(silence, BRIGHT).samples.any()
    assert shaded(Audio(np.zeros(0, np.float32), 22_050), DEEP).frames == 0
    around = np.zeros(22_050, np.float32)
    made = shaded(Audio(np.concatenate([around, speech().samples, around]), 22_050), DEEP)
    assert np.abs(made.samples[: 22_050 - 2_205]).max() < 1 / 65_536
    assert np.abs(made.samples[-22_050 + 2_205 :]).max() < 1 / 65_536


@given(
    samples=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=400),
    rate=st.sampled_from(RATES),
    shade=st.builds(Shade, st.floats(-12, 12), st.floats(-6, 6), st.floats(0.7, 1.4)),
)
@settings(max_examples=25, deadline=None)
def test_whatever_it_is_given_it_keeps_the_length(samples: Sequence[float], rate: int, shade: Shade) -> None:
    plain = Audio(np.array(samples, np.float32), rate)
    made = shaded(plain, shade)
    assert made.frames == round(plain.frames / shade.rate)
    assert made.peak <= 0.98


# ---------------------------------------------------------------- where shades act
PLAIN = Voice("fake", "en-1", "en", "female")
MADE = Voice("fake", "en-1/deep", "en", "male", shade=DEEP)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(FAKES)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.mark.usefixtures("log")
def test_an_engine_speaks_with_the_voice_it_knows_and_the_take_is_shaded() -> None:
    said = Utterance("I see the river.", PLAIN, "en")
    plain = perform(said)
    made = perform(Utterance("I see the river.", MADE, "en"))
    assert made.flac != plain.flac
    assert (made.frames, made.sample_rate) == (plain.frames, plain.sample_rate)
    same = Voice("fake", "en-1/same", "en", shade=Shade(rate=0.8))
    assert perform(Utterance("I see the river.", same, "en")).frames == pytest.approx(
        plain.frames / 0.8, abs=1
    )


@pytest.mark.usefixtures("log")
def test_takes_of_a_shade_are_kept_and_belong_to_it_alone(tmp_path: Path) -> None:
    store = TakeStore(tmp_path / "takes")
    said = [Utterance("I see the river.", voice, "en") for voice in (PLAIN, MADE)]
    assert record(said, store, lambda _: ThreadPoolExecutor(2)).made == 2
    again = record(said, store, lambda _: ThreadPoolExecutor(2))
    assert (again.made, again.kept) == (0, 2)
    keys = {
        take_key(Utterance("Yes.", Voice("fake", "en-1/x", "en", shade=shade), "en"), "1")
        for shade in (None, DEEP, BRIGHT, Shade(pitch=-9, formants=-3, rate=1.01))
    }
    assert len(keys) == 4


def talk(language: str, genders: Sequence[str]) -> Script:
    people = tuple(Person(f"P{number}", gender) for number, gender in enumerate(genders))
    turns = tuple(Turn(one.name, "word " * (9 - number)) for number, one in enumerate(people))
    return Script("T", language, (Chapter("", turns),), people)


def test_a_service_of_one_voice_has_four_and_plain_voices_come_before_shades() -> None:
    catalogue = load_catalogue()
    german = catalogue.pool(GttsEngine().voices("de"), "de")
    roles = cast(talk("de", ["", "male", "", "female"]), german, catalogue).roles
    assert {role.voice.name for role in roles} == {"de", "de/deep", "de/broad", "de/bright"}
    assert next(role.voice.name for role in roles if role.speaker == "P1") == "de/deep"
    assert {role.voice.plain.name for role in roles} == {"de"}
    english = catalogue.pool(GttsEngine().voices("en"), "en")
    assert not [role for role in cast(talk("en", [""] * 8), english, catalogue).roles if role.voice.shade]


def test_an_episode_with_a_pinned_shade_has_the_same_takes_each_time(tmp_path: Path) -> None:
    source, voices = tmp_path / "talk.txt", tmp_path / "mine.yaml"
    source.write_text("Ada Stone: How old is the river?\n\nBen Hill: Nobody knows.\n", encoding="utf-8")
    voices.write_text(
        "engines: {tone: {voices: [{name: '*+alto1'}, "
        "{name: '*+alto1/low', shade: {pitch: -5, rate: 0.9}}]}}\n"
        "pins: {Ben Hill: 'tone:*+alto1/low'}\n",
        encoding="utf-8",
    )
    made = []
    for number in "12":
        script = load_script(source, language="en")
        planned = plan_cast(script, Options(engine="tone"), load_catalogue(voices))
        assert {role.speaker: role.voice.id for role in planned.roles} == {
            "Ada Stone": "tone:en+alto1",
            "Ben Hill": "tone:en+alto1/low",
        }
        store = TakeStore(tmp_path / number)
        recording = record(utterances(script, planned, {}), store, lambda _: ThreadPoolExecutor(2))
        made.append([(take.key, digest(store.read(take))) for take in recording.takes])
    assert made[0] == made[1]
