"""A programme encoded in parts decodes as its parts do, to the sample, and is built from kept ones."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrator.audio import Audio
from narrator.delivery import BIT_RATES, DELIVERY, Delivery
from narrator.encoding import PartStore, Tags, master, measure_file
from narrator.encoding.frames import USUAL, FrameKind
from narrator.encoding.mp3 import Frames, Mp3Writer, cut_in_silence, encode_frames, encode_mp3, format_alone
from narrator.encoding.parts import parts_of
from narrator.errors import EncodingError
from narrator.model import Break, Cue, Take, Timeline, Utterance, Voice
from narrator.settings import SEAM_GRID, SEAM_SILENCE
from narrator.timeline import build_timeline

TAGS = Tags("x")
VOICE = Voice("fake", "one", "en")
QUIET = SEAM_SILENCE * SEAM_GRID
KINDS = [FrameKind(rate, channels) for channels, rates in BIT_RATES.items() for rate in rates]
STAGED = Delivery(bit_rate=128, places=(("", -0.2), ("nobody", 0.2)))
ROUNDING = 2**-21
"""What the last bits of float32 amount to at full scale, over the sum of a decoder."""
Samples = NDArray[np.float32]


@pytest.fixture(autouse=True)
def _short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts so short that a minute has many."""
    monkeypatch.setattr("narrator.timeline.PART_SECONDS", (2, 4, 12))


def noise(frames: int, seed: int, level: float = 0.2) -> Samples:
    samples: Samples = (level * np.random.default_rng(seed).standard_normal(frames)).astype(np.float32)
    return np.clip(samples, -0.9, 0.9)


def decoded(content: bytes | Path) -> Samples:
    samples: Samples
    samples, _ = soundfile.read(
        io.BytesIO(content) if isinstance(content, bytes) else content, dtype="float32"
    )
    return samples


def decoded_by_ffmpeg(path: Path) -> Samples:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


def joined(parts: list[Samples], path: Path, kind: FrameKind = USUAL) -> list[bytes]:
    """Join parts to a file; return what each is alone."""
    alone = []
    with path.open("w+b") as file:
        writer = Mp3Writer(file, sum(map(len, parts)), TAGS, kind)
        for index, part in enumerate(parts):
            frames = encode_frames([part], part.shape[0], kind)
            alone.append(format_alone(frames, part.shape[0]))
            last = index + 1 == len(parts)
            writer.join(frames if last else cut_in_silence(frames, part.shape[0] // SEAM_GRID))
        writer.finish()
    return alone


@st.composite
def programmes(draw: st.DrawFn) -> list[Samples]:
    """Draw parts of loud noise, with no more silence at their seams than is promised."""
    parts = []
    for index in range(draw(st.integers(2, 4))):
        sound = noise(
            draw(st.integers(1, 9_000)), draw(st.integers(0, 99)), draw(st.sampled_from([0.01, 0.9]))
        )
        padding = -(sound.shape[0] + 2 * QUIET) % SEAM_GRID
        before = QUIET if index else 0
        parts.append(np.pad(sound, (before, QUIET + padding + QUIET - before)))
    return [*parts[:-1], parts[-1][: parts[-1].shape[0] - draw(st.integers(0, QUIET))]]


def two_channels(part: Samples) -> Samples:
    """Return two channels that are silent together and differ where they are not."""
    return np.stack((part, part * np.cos(np.arange(part.shape[0]) / 5).astype(np.float32)), axis=1)


@settings(max_examples=12, deadline=None)
@given(parts=programmes(), kind=st.sampled_from(KINDS))
def test_the_joined_file_decodes_as_its_parts(
    parts: list[Samples], kind: FrameKind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("parts") / "a.mp3"
    if kind.channels == 2:
        parts = [two_channels(part) for part in parts]
    alone = joined(parts, path, kind)
    assert decoded(path).shape == np.concatenate(parts).shape
    difference = decoded(path) - np.concatenate([decoded(one) for one in alone])
    # A decoder's filter sums in an order that turns with the frames: the last bit of 24 may differ.
    assert np.abs(difference).max() < ROUNDING


def test_another_decoder_agrees(tmp_path: Path) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    parts = [np.pad(noise(30 * SEAM_GRID, seed), QUIET) for seed in range(3)]
    apart = []
    for index, alone in enumerate(joined(parts, tmp_path / "a.mp3")):
        (tmp_path / f"{index}.mp3").write_bytes(alone)
        apart.append(decoded_by_ffmpeg(tmp_path / f"{index}.mp3"))
    assert np.abs(decoded_by_ffmpeg(tmp_path / "a.mp3") - np.concatenate(apart)).max() < ROUNDING


def test_parts_lose_nothing_against_one_pass(tmp_path: Path) -> None:
    """As long to the sample, and as near to what was encoded."""
    parts = [np.pad(noise(40 * SEAM_GRID, seed), QUIET) for seed in range(3)]
    whole = np.concatenate(parts)
    joined(parts, tmp_path / "parts.mp3")
    encode_mp3(tmp_path / "whole.mp3", [whole], whole.shape[0], TAGS)
    in_parts, at_once = decoded(tmp_path / "parts.mp3"), decoded(tmp_path / "whole.mp3")
    assert in_parts.shape == at_once.shape == whole.shape
    error = [float(np.square(one - whole).mean()) for one in (in_parts, at_once)]
    assert error[0] == pytest.approx(error[1], rel=0.02)
    assert (tmp_path / "parts.mp3").stat().st_size == (tmp_path / "whole.mp3").stat().st_size


@pytest.mark.parametrize("kind", [USUAL, FrameKind(128, 2), FrameKind(160, 2)])
def test_sound_is_never_cut(kind: FrameKind) -> None:
    part = np.pad(noise(20 * SEAM_GRID, 0), (QUIET, SEAM_GRID))
    sound = np.stack((np.zeros_like(part), part), axis=1) if kind.channels == 2 else part
    frames = encode_frames([sound], part.shape[0], kind)
    with pytest.raises(EncodingError, match="does not end in silence after 25 frames"):
        cut_in_silence(frames, part.shape[0] // SEAM_GRID)
    with pytest.raises(EncodingError, match="another kind"):
        cut_in_silence(Frames(frames.content[5:], 3, 0), 3)


class Show:
    """A book in memory: chapters of turns, each a sound of its own."""

    def __init__(self, turns: int, seconds: float = 0.8) -> None:
        self.seconds = seconds
        self.words = [str(turn) for turn in range(turns)]
        self.reads: list[str] = []

    def timeline(self) -> Timeline:
        spoken = [
            Utterance(
                word,
                VOICE,
                "en",
                chapter=index // 6,
                turn=index,
                pause=Break.CHAPTER if index % 6 == 5 else Break.TURN,
            )
            for index, word in enumerate(self.words)
        ]
        takes = []
        for word in self.words:
            frames = round(self.seconds * 8_000) + int(word) % 100
            takes.append(Take(f"{int(word):064}", 8_000, frames, 0, frames))
        return build_timeline(spoken, takes, [f"Chapter {index}" for index in range(len(spoken))])

    def read(self, take: Take) -> Audio:
        self.reads.append(take.key)
        seed = int(take.key)
        tone = np.sin(np.arange(take.frames) * (0.2 + seed % 7 / 20))
        return Audio((0.2 * tone * np.sin(np.arange(take.frames) / 500) ** 2).astype(np.float32), 8_000)

    def build(
        self, path: Path, store: PartStore | None = None, threads: int = 1, delivery: Delivery = DELIVERY
    ) -> bytes:
        self.reads.clear()
        with path.open("w+b") as file:
            _, measured = master(
                self.timeline(), self.read, (), file, TAGS, store=store, threads=threads, delivery=delivery
            )
        whole = measure_file(path)
        assert measured.frames == whole.frames == self.timeline().length
        assert measured.loudness == pytest.approx(whole.loudness, abs=0.15)  # in parts of seconds
        assert measured.peak == pytest.approx(whole.peak, abs=0.01)
        return path.read_bytes()


def test_parts_cover_the_programme_on_the_grid() -> None:
    timeline = Show(40).timeline()
    parts = parts_of(timeline)
    assert len(parts) == len(timeline.seams) + 1 > 3
    assert sum(part.timeline.length for part in parts) == timeline.length
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    starts = [0, *timeline.seams]
    cues: list[Cue] = []
    for start, part in zip(starts, parts, strict=True):
        assert start % SEAM_GRID == 0
        for cue in part.timeline.cues:
            cues.append(timeline.cues[len(cues)])
            assert cue.start + start == cues[-1].start
        first, last = part.timeline.cues[0], part.timeline.cues[-1]
        assert first.start >= QUIET or start == 0
        assert part.timeline.length - last.start - last.length >= QUIET
    assert tuple(cues) == timeline.cues


@pytest.mark.parametrize("delivery", [DELIVERY, STAGED], ids=["mono", "staged"])
def test_an_edit_makes_one_part_anew_and_the_bytes_of_a_new_build(delivery: Delivery, tmp_path: Path) -> None:
    show, store = Show(14), PartStore(tmp_path / "store")
    first = show.build(tmp_path / "a.mp3", store, threads=2, delivery=delivery)
    assert show.build(tmp_path / "a.mp3", store, delivery=delivery) == first
    assert show.reads == []
    show.words[8] = "77"
    edited = show.build(tmp_path / "b.mp3", store, threads=2, delivery=delivery)
    assert edited != first
    parts = parts_of(show.timeline())
    touched = next(part for part in parts if any(c.utterance.spoken == "77" for c in part.timeline.cues))
    assert {cue.take.key for cue in touched.timeline.cues} <= set(show.reads)
    assert len(set(show.reads)) < len(show.words) / 2
    assert show.build(tmp_path / "c.mp3", threads=1, delivery=delivery) == edited
    assert decoded(tmp_path / "c.mp3").ndim == delivery.channels


def test_a_kept_part_is_not_taken_for_one_of_another_delivery(tmp_path: Path) -> None:
    show, store = Show(2), PartStore(tmp_path / "store")
    other = replace(STAGED, places=(("", 0.1),))
    contents = [
        show.build(tmp_path / "a.mp3", store, delivery=delivery)
        for delivery in (DELIVERY, Delivery(bit_rate=128), STAGED, other)
    ]
    assert len(set(contents)) == 4
    assert contents[-1] == show.build(tmp_path / "b.mp3", delivery=other)


def test_damaged_and_old_parts_are_made_again(tmp_path: Path) -> None:
    show, store = Show(7), PartStore(tmp_path / "store")
    first = show.build(tmp_path / "a.mp3", store)
    kept = sorted((tmp_path / "store").glob("??/*.part.mp3"))
    assert kept
    for index, path in enumerate(kept):
        content = bytearray(path.read_bytes())
        content[-1 - index % 40] ^= 1
        path.write_bytes(content if index else b"{}")
    assert show.build(tmp_path / "a.mp3", store) == first
    assert set(show.reads) == {take.key for take in (cue.take for cue in show.timeline().cues)}
    assert store.tidy() == 0
    assert store.tidy(older_than_s=-1, dry_run=True) == len(kept)
    assert store.tidy(older_than_s=-1) == len(kept)
    assert show.build(tmp_path / "a.mp3", store) == first


def test_parts_that_cannot_be_kept_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    show = Show(2)
    content = show.build(tmp_path / "a.mp3", PartStore(tmp_path / "file" / "store"))
    assert content == show.build(tmp_path / "b.mp3")


@pytest.mark.parametrize("threads", [1, 2])
def test_a_failure_ends_all_the_work(threads: int, tmp_path: Path) -> None:
    show = Show(40)
    reads = iter(range(100))

    def read(take: Take) -> Audio:
        if next(reads) == 3:
            raise EncodingError("no")
        return show.read(take)

    with (tmp_path / "a.mp3").open("w+b") as file, pytest.raises(EncodingError, match="no"):
        master(show.timeline(), read, (), file, TAGS, threads=threads)
    assert len(show.reads) < len(show.words)
