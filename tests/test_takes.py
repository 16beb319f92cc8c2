import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrator.audio import Audio
from narrator.errors import AudioError, NarratorError, TakesError
from narrator.model import Break, Utterance, Voice
from narrator.takes import TakeStore, pack, take_key

RATE = 22_050
KEY = hashlib.sha256(b"any").hexdigest()
VOICE = Voice("tone", "alto", "en", "female", (("pitch", 40.0), ("rate", 150.0)))
UTTERANCE = Utterance("Good evening to you all.", VOICE, "en", text="Good evening to you all.")


def tone(seconds: float = 2.0, level: float = 0.3, before: float = 0.25, after: float = 0.4) -> Audio:
    time_s = np.arange(round(seconds * RATE)) / RATE
    samples = level * np.sin(2 * np.pi * 200 * time_s)
    return Audio(np.pad(samples, (round(before * RATE), round(after * RATE))).astype(np.float32), RATE)


# ---------------------------------------------------------------- keys
@pytest.mark.parametrize(
    "other",
    [
        replace(UTTERANCE, spoken="Good evening to you, all."),
        replace(UTTERANCE, language="de"),
        replace(UTTERANCE, voice=replace(VOICE, name="bass")),
        replace(UTTERANCE, voice=replace(VOICE, engine="other")),
        replace(UTTERANCE, voice=replace(VOICE, options=(("pitch", 41.0), ("rate", 150.0)))),
    ],
)
def test_key_depends_on_everything_that_shapes_the_sound(other: Utterance) -> None:
    assert take_key(other, "1") != take_key(UTTERANCE, "1")


@pytest.mark.parametrize(
    "other",
    [
        replace(UTTERANCE, text="Good evening!", speaker="Ada", chapter=3, turn=7),
        replace(UTTERANCE, pause=Break.CHAPTER, pause_ms=10),
        replace(UTTERANCE, voice=replace(VOICE, gender="male", language="en-gb")),
        replace(UTTERANCE, voice=replace(VOICE, options=(("rate", 150.0), ("pitch", 40.0)))),
    ],
)
def test_key_depends_on_nothing_else(other: Utterance) -> None:
    assert take_key(other, "1") == take_key(UTTERANCE, "1")


def test_key_is_the_same_in_every_process_and_release() -> None:
    assert take_key(UTTERANCE, "1") == "bc894c651c7ab78659a4012a09317f3550ef150a5c30d598af62be4e123adffc"
    assert take_key(UTTERANCE, "2") != take_key(UTTERANCE, "1")


# ---------------------------------------------------------------- the store
def test_what_is_put_comes_back_as_it_was(tmp_path: Path) -> None:
    audio = tone()
    take = TakeStore(tmp_path).put(KEY, audio)

    again = TakeStore(tmp_path)
    assert again.get(KEY) == take
    assert np.abs(again.read(take).samples - audio.samples).max() <= 0.5 / 32768
    assert again.get(KEY[::-1]) is None


def test_take_is_a_plain_flac_file_beside_its_facts(tmp_path: Path) -> None:
    take = TakeStore(tmp_path).put(KEY, tone())

    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        f"{KEY[:2]}/{KEY}.flac",
        f"{KEY[:2]}/{KEY}.json",
    ]
    info = soundfile.info(tmp_path / KEY[:2] / f"{KEY}.flac")
    facts = json.loads((tmp_path / KEY[:2] / f"{KEY}.json").read_text())
    assert (info.format, info.samplerate, info.frames) == ("FLAC", take.sample_rate, take.frames)
    assert (facts["sample_rate"], facts["frames"]) == (take.sample_rate, take.frames)


@pytest.mark.parametrize(("before", "after", "level"), [(0.25, 0.4, 0.3), (0.0, 0.0, 0.9), (1.0, 0.03, 0.01)])
def test_silence_at_the_ends_is_measured(before: float, after: float, level: float) -> None:
    fresh = pack(tone(2.0, level, before, after))

    assert abs(fresh.start - before * RATE) <= 0.011 * RATE
    assert abs(fresh.end - (before + 2.0) * RATE) <= 0.011 * RATE
    assert 0 <= fresh.start < fresh.end <= fresh.frames


def test_soft_ends_of_speech_are_not_taken_for_silence() -> None:
    # 40 dB under the peak: the last consonant of "Haus".
    rng = np.random.default_rng(1)
    hiss = rng.uniform(-0.01, 0.01, RATE // 5)
    speech = 0.9 * np.sin(np.arange(RATE) / 10)
    fresh = pack(Audio(np.concatenate([speech, hiss, np.zeros(RATE)]).astype(np.float32), RATE))

    assert abs(fresh.end - 1.2 * RATE) <= 0.011 * RATE


def test_nothing_but_silence_is_refused(tmp_path: Path) -> None:
    for silence in (np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        with pytest.raises(AudioError, match="silence"):
            TakeStore(tmp_path).put(KEY, Audio(silence, RATE))
    assert not list(tmp_path.rglob("*.flac"))


# ---------------------------------------------------------------- damage
def spoil(path: Path, kind: str) -> None:
    content = path.read_bytes()
    match kind:
        case "gone":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "bit":
            middle = len(content) // 2
            path.write_bytes(content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :])
        case "noise":
            path.write_bytes(os.urandom(200))
        case "other":
            path.write_bytes(b"[1, 2]")


@pytest.mark.parametrize("kind", ["gone", "empty", "cut", "bit", "noise", "other"])
@pytest.mark.parametrize("suffix", ["flac", "json"])
def test_damaged_take_counts_as_missing_and_can_be_made_again(tmp_path: Path, suffix: str, kind: str) -> None:
    store = TakeStore(tmp_path)
    take = store.put(KEY, tone())
    spoil(tmp_path / KEY[:2] / f"{KEY}.{suffix}", kind)

    assert store.get(KEY) is None
    assert store.put(KEY, tone()) == take
    assert store.get(KEY) == take


def test_changed_facts_are_seen_though_the_sound_is_whole(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    store.put(KEY, tone())
    facts = tmp_path / KEY[:2] / f"{KEY}.json"
    for name in ("frames", "start", "end", "sample_rate"):
        changed = json.loads(facts.read_text())
        changed[name] += 1
        facts.write_text(json.dumps(changed))
        assert store.get(KEY) is None
        store.put(KEY, tone())


def test_take_lying_under_a_wrong_key_is_not_believed(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    store.put(KEY, tone())
    wrong = KEY[:2] + KEY[2:][::-1]
    for suffix in (".flac", ".json"):
        (tmp_path / KEY[:2] / (wrong + suffix)).write_bytes(
            (tmp_path / KEY[:2] / (KEY + suffix)).read_bytes()
        )

    assert store.get(wrong) is None


@pytest.mark.parametrize("kind", ["gone", "cut", "noise"])
def test_take_that_is_damaged_after_it_was_found_gives_a_clear_error(tmp_path: Path, kind: str) -> None:
    store = TakeStore(tmp_path)
    take = store.put(KEY, tone())
    spoil(tmp_path / KEY[:2] / f"{KEY}.flac", kind)

    with pytest.raises(TakesError, match="run again"):
        store.read(take)


def test_folder_that_cannot_be_used_gives_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(TakesError, match="--takes"):
        TakeStore(file / "takes")

    store = TakeStore(tmp_path / "takes")
    (tmp_path / "takes" / KEY[:2] / f"{KEY}.json").mkdir(parents=True)
    with pytest.raises(TakesError, match="--takes"):
        store.get(KEY)


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are those of POSIX")
def test_full_disk_gives_one_clear_error_and_no_broken_take(tmp_path: Path) -> None:
    # A limit on the size of files refuses writing as a full disk does.
    program = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
import numpy as np
from pathlib import Path
from narrator.audio import Audio
from narrator.errors import NarratorError
from narrator.takes import TakeStore
store = TakeStore(Path({str(tmp_path)!r}))
noise = np.random.default_rng(1).uniform(-0.5, 0.5, 20000).astype(np.float32)
try:
    store.put("{KEY}", Audio(noise, 16000))
except NarratorError as error:
    print(error)
print(store.get("{KEY}"))
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    message, found = out.splitlines()
    assert str(tmp_path) in message
    assert found == "None"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_thousand_takes_are_looked_up_in_a_second(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    noise = Audio(np.random.default_rng(1).uniform(-0.3, 0.3, 4 * RATE).astype(np.float32), RATE)
    fresh = pack(noise)
    assert len(fresh.flac) > 100_000
    keys = [hashlib.sha256(bytes([number])).hexdigest() for number in range(50)]
    for key in keys:
        store.keep(key, fresh)

    begin = time.process_time()
    assert all(store.get(key) for key in keys * 20)
    assert time.process_time() - begin < 1.0


# ---------------------------------------------------------------- what can be no take
def test_samples_that_are_no_numbers_never_become_audio() -> None:
    with pytest.raises(NarratorError, match="finite"):
        Audio(np.full(10, np.nan, np.float32), RATE)
