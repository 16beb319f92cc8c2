"""M4A, M4B, Opus, FLAC and WAV as independent readers see them."""

import base64
import errno
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.mp4
import numpy as np
import pytest
import soundfile
import tinytag
from numpy.typing import NDArray
from PIL import Image

from narrator.audio import encode_blocks
from narrator.encoding import FORMS, Shown, Tags, parse_formats
from narrator.encoding.wav import format_head
from narrator.errors import EncodingError

RATE = 48_000
LENGTH = 3 * RATE + 77
CHAPTERS = ((0, "Intro"), (701, "Über „dies“ & das – " + "lang " * 50), (1_900, "Schluß 🦊"))
CUT = [(start, title.encode()[:255].decode(errors="ignore")) for start, title in CHAPTERS]
WITH_AAC = ("m4a", "m4b")
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffmpeg is not installed")


def picture() -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(3).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


COVER = picture()  # 120 kB: more than a page of Ogg holds
TAGS = Tags("Títle", "Ada", "Show", "de", "2026-01-02T03:04:05+00:00", cover=COVER, chapters=CHAPTERS)


def programme(length: int = LENGTH) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal(length + 40)
    return (0.5 * np.convolve(noise, np.ones(41) / 41, "valid")).astype(np.float32)


def blocks(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    for at in range(0, samples.shape[0], 10_000):
        yield samples[at : at + 10_000]


def write(path: Path, tags: Tags = TAGS, length: int = LENGTH) -> Path:
    with path.open("w+b") as file:
        FORMS[path.suffix[1:]].write(file, blocks(programme(length)), length, tags)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    for name in FORMS:
        write(folder / f"a.{name}")
    return folder


def mp4(path: Path) -> Any:
    return mutagen.mp4.MP4(path)  # type: ignore[no-untyped-call]


def probe(path: Path) -> dict[str, Any]:
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_chapters",
        "-show_format",
        "-show_streams",
        "-of",
        "json",
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def chapters_of(path: Path) -> list[tuple[float, str]]:
    return [(float(one["start_time"]), one["tags"].get("title", "")) for one in probe(path)["chapters"]]


def near(found: list[tuple[float, str]], told: Any) -> bool:
    return [title for _, title in found] == [title for _, title in told] and all(
        abs(at * 1000 - start) <= 1 for (at, _), (start, _) in zip(found, told, strict=True)
    )


def decode(path: Path) -> NDArray[np.float32]:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")


# ---------------------------------------------------------------- length and place
@needs_ffmpeg
@pytest.mark.parametrize("name", FORMS)
def test_ffmpeg_decodes_to_the_length_of_the_programme(folder: Path, name: str) -> None:
    """Every sample lies where it lay, too: nothing before it, nothing lost."""
    found = decode(folder / f"a.{name}")
    assert found.shape[0] == LENGTH
    spectrum = np.fft.rfft(found, 2 * LENGTH) * np.conj(np.fft.rfft(programme(), 2 * LENGTH))
    assert np.fft.irfft(spectrum).argmax() == 0


@pytest.mark.parametrize("length", [2_048, 2_049, 50_000, 48_000])
def test_m4a_of_any_length_is_decoded_to_it(tmp_path: Path, length: int) -> None:
    path = write(tmp_path / "a.m4a", Tags("x"), length)
    assert sum(samples.shape[0] for samples, _ in FORMS["m4a"].decode(path)) == length


@pytest.mark.parametrize("name", ["opus", "flac", "wav"])
def test_libsndfile_reads_the_length(folder: Path, name: str) -> None:
    samples, rate = soundfile.read(folder / f"a.{name}")
    assert (samples.shape[0], rate) == (LENGTH, RATE)
    if name != "opus":
        assert np.abs(samples - programme()).max() <= 1 / 65536 + 1e-6


@pytest.mark.parametrize("name", FORMS)
def test_the_same_programme_gives_the_same_bytes(folder: Path, tmp_path: Path, name: str) -> None:
    again = write(tmp_path / f"b.{name}")
    assert again.read_bytes() == (folder / f"a.{name}").read_bytes()


@pytest.mark.parametrize("name", WITH_AAC)
@pytest.mark.parametrize("chapters", [CHAPTERS, ()], ids=["chapters", "none"])
def test_sound_of_a_twin_gives_the_same_bytes_as_encoding(
    folder: Path, tmp_path: Path, name: str, chapters: tuple[tuple[int, str], ...]
) -> None:
    form = FORMS[name]
    assert form.rewrap is not None
    tags = Tags("Other", chapters=chapters)
    with (folder / f"a.{form.twin}").open("rb") as twin, (tmp_path / "b").open("w+b") as file:
        form.rewrap(file, twin, LENGTH, tags)
    assert (tmp_path / "b").read_bytes() == write(tmp_path / f"c.{name}", tags).read_bytes()


@pytest.mark.parametrize("name", FORMS)
def test_two_channels_stay_apart_and_in_place(tmp_path: Path, name: str) -> None:
    form, length, tags = FORMS[name], RATE + 77, Tags("x")
    both = np.stack((programme(length), 0.5 * programme(length)[::-1]), axis=1).astype(np.float32)
    path = tmp_path / f"a.{name}"
    with path.open("w+b") as file:
        form.write(file, blocks(both), length, tags, 2)
    found = np.concatenate([samples for samples, _ in form.decode(path)])
    assert found.shape == (length, 2)
    assert (np.square(found - both).sum(axis=0) < 0.1 * np.square(both).sum(axis=0)).all()
    assert next(form.decode(path))[1] == RATE
    if form.rewrap is not None:
        with path.open("rb") as twin, (tmp_path / f"b.{form.twin}").open("w+b") as file:
            FORMS[form.twin].rewrap(file, twin, length, tags, 2)  # type: ignore[misc]
        decoded = FORMS[form.twin].decode(tmp_path / f"b.{form.twin}")
        assert np.array_equal(np.concatenate([samples for samples, _ in decoded]), found)


@pytest.mark.parametrize("content", [b"", b"ID3" * 99, bytes(99), b"\0\0\0\x08ftyp\0\0\0\x08moov"])
def test_sound_is_taken_of_no_other_file(tmp_path: Path, content: bytes) -> None:
    with (tmp_path / "b").open("w+b") as file, pytest.raises(EncodingError, match="0 frames of AAC"):
        FORMS["m4a"].rewrap(file, io.BytesIO(content), LENGTH, TAGS)  # type: ignore[misc]


def test_sound_of_a_twin_of_another_length_is_refused(folder: Path, tmp_path: Path) -> None:
    twin = io.BytesIO((folder / "a.m4b").read_bytes())
    with (tmp_path / "b").open("w+b") as file, pytest.raises(EncodingError, match="frames of AAC"):
        FORMS["m4a"].rewrap(file, twin, LENGTH + 2_000, TAGS)  # type: ignore[misc]


@pytest.mark.parametrize("name", FORMS)
def test_a_mix_of_another_length_is_refused(tmp_path: Path, name: str) -> None:
    with (tmp_path / "a").open("w+b") as file, pytest.raises(EncodingError, match="3000 samples where"):
        FORMS[name].write(file, [np.zeros(3_000, np.float32)], 3_001, Tags("x"))


# ---------------------------------------------------------------- chapters
@needs_ffmpeg
@pytest.mark.parametrize("name", ["opus", "flac", "wav"])
def test_ffmpeg_reads_the_chapters(folder: Path, name: str) -> None:
    assert near(chapters_of(folder / f"a.{name}"), CHAPTERS)


@needs_ffmpeg
@pytest.mark.parametrize("name", WITH_AAC)
def test_mp4_has_both_kinds_of_chapters(folder: Path, tmp_path: Path, name: str) -> None:
    """Checklist: MP4: QuickTime text track with `tref/chap` and Nero `chpl`."""
    content = (folder / f"a.{name}").read_bytes()
    for gone, told in ((b"chpl", CHAPTERS), (b"chap", CUT)):
        assert content.count(gone) == 1
        path = tmp_path / f"without-{gone.decode()}.{name}"
        path.write_bytes(content.replace(gone, b"free"))
        assert near(chapters_of(path), told)
    found = mp4(folder / f"a.{name}").chapters
    assert near([(one.start, one.title) for one in found], CUT)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["m4a", "opus", "wav"])
def test_a_first_chapter_may_begin_later(tmp_path: Path, name: str) -> None:
    late = ((1_234, "One"), (2_000, "Two"))
    assert near(chapters_of(write(tmp_path / f"a.{name}", Tags("x", chapters=late))), late)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["m4b", "flac"])
def test_more_chapters_than_one_byte_counts(tmp_path: Path, name: str) -> None:
    many = tuple((index * 10, f"Number {index}") for index in range(290))
    path = write(tmp_path / f"a.{name}", Tags("x", chapters=many))
    if name not in WITH_AAC:
        assert near(chapters_of(path), many)
        return
    nero = mp4(path).chapters
    assert len(nero) == 255
    assert {round(one.start * 1000) for one in nero} < {start for start, _ in many}
    path.write_bytes(path.read_bytes().replace(b"chpl", b"free"))
    assert near(chapters_of(path), many)


@pytest.mark.parametrize("chapters", [((5, "A"), (5, "B")), ((0, "A"), (3_002, "B"))])
def test_mp4_chapters_ascend_within_the_programme(
    tmp_path: Path, chapters: tuple[tuple[int, str], ...]
) -> None:
    with pytest.raises(EncodingError, match="do not ascend"):
        write(tmp_path / "a.m4b", Tags("x", chapters=chapters))


# ---------------------------------------------------------------- tags
@pytest.mark.parametrize("name", FORMS)
def test_tinytag_reads_tags(folder: Path, name: str) -> None:
    found = tinytag.TinyTag.get(folder / f"a.{name}", image=True)
    assert (found.title, found.artist, found.album) == ("Títle", "Ada", "Show")
    assert str(found.year).startswith("2026")
    assert found.comment == TAGS.comment
    assert found.genre == ("Audiobook" if name == "m4b" else "Podcast")
    assert found.duration == pytest.approx(LENGTH / RATE, abs=0.01)
    if name != "wav":  # RIFF has no place for it
        assert found.images.any is not None
        assert found.images.any.data == COVER


def test_only_m4b_is_an_audiobook(folder: Path) -> None:
    m4a, m4b = (mp4(folder / f"a.{name}") for name in WITH_AAC)
    assert "stik" not in m4a.tags
    assert m4b.tags["stik"] == [2]
    assert m4b.tags["covr"][0].imageformat == mutagen.mp4.MP4Cover.FORMAT_PNG
    assert (m4b.info.codec, m4b.info.channels, m4b.info.sample_rate) == ("mp4a.40.2", 1, RATE)
    content = (folder / "a.m4b").read_bytes()
    assert (content[8:12], (folder / "a.m4a").read_bytes()[8:12]) == (b"M4B ", b"M4A ")
    assert content.index(b"moov") < content.index(b"mdat")  # so that playing begins at once


@pytest.mark.parametrize("name", ["opus", "flac"])
def test_mutagen_reads_comments_and_cover(folder: Path, name: str) -> None:
    found = mutagen.File(folder / f"a.{name}")
    assert found["title"] == ["Títle"]
    assert found["language"] == ["deu"]
    assert found["chapter002"] == ["00:00:00.701"]
    assert found["chapter002name"] == [CHAPTERS[1][1]]
    block = found.pictures[0] if name == "flac" else None
    if block is None:
        content = base64.b64decode(found["metadata_block_picture"][0])
        block = mutagen.flac.Picture(content)  # type: ignore[no-untyped-call]
    assert (block.mime, block.type, block.data) == ("image/png", 3, COVER)


@needs_ffmpeg
def test_every_reader_likes_a_file_without_cover_and_chapters(tmp_path: Path) -> None:
    for name in ("m4a", "opus"):
        found = probe(write(tmp_path / f"a.{name}", Tags("x", comment="")))
        assert len(found["streams"]) == 1
        assert found["chapters"] == []


@pytest.mark.parametrize("name", ["m4a", "opus", "flac"])
def test_a_cover_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncodingError, match="neither JPEG nor PNG"):
        write(tmp_path / f"a.{name}", Tags("x", cover=b"GIF89a"))


# ---------------------------------------------------------------- sizes
def test_a_wav_beyond_4_gib_is_rf64() -> None:
    """EBU Tech 3306: sizes of 32 bits are all ones, the real ones stand in `ds64`."""
    length = 3 << 30
    head = format_head(length, TAGS)
    assert (head[:4], head[4:8], head[8:16]) == (b"RF64", b"\xff" * 4, b"WAVEds64")
    assert int.from_bytes(head[16:20], "little") == 28
    whole, data, frames = (int.from_bytes(head[at : at + 8], "little") for at in (20, 28, 36))
    assert (whole, data, frames) == (len(head) + 2 * length - 8, 2 * length, length)
    assert head[-8:] == b"data" + b"\xff" * 4
    assert format_head(1 << 30, TAGS)[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("mp3", ["mp3"]),
        ("wav,m4b", ["mp3", "m4b", "wav"]),
        (" .OPUS, mp3,opus", ["mp3", "opus"]),
        ("", ["mp3"]),
    ],
)
def test_formats_are_read(asked: str, names: list[str]) -> None:
    assert list(parse_formats(asked)) == names


def test_an_unknown_format_is_told_with_those_there_are() -> None:
    with pytest.raises(EncodingError, match="no format 'ogg'; choose among mp3, m4a, m4b, opus, flac, wav"):
        parse_formats("mp3,ogg")


class Full(io.BytesIO):
    """A disk on which little is free."""

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > 2_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(content)


@pytest.mark.parametrize(("form", "kind"), [("FLAC", "PCM_16"), ("OGG", "OPUS")])
def test_a_full_disk_is_told_as_such(form: str, kind: str) -> None:
    with pytest.raises(OSError, match="No space left"):
        encode_blocks(Full(), blocks(programme()), RATE, form=form, kind=kind, level=0.5)


@pytest.mark.parametrize("name", ["m4a", "opus", "flac"])
def test_another_loudness_is_told_in_a_tag(name: str, tmp_path: Path) -> None:
    if name == "m4a":
        pytest.importorskip("av", reason="the extra m4a is not installed")
    path = write(tmp_path / f"a.{name}", replace(TAGS, loudness=-18.0))
    found = mutagen.File(path)
    if name == "m4a":
        (told,) = found["----:com.apple.iTunes:REPLAYGAIN_REFERENCE_LOUDNESS"]
        assert bytes(told) == b"-18.00 LUFS"
    else:
        assert found["REPLAYGAIN_REFERENCE_LOUDNESS"] == ["-18.00 LUFS"]


def jpeg(colour: str, size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def video(path: Path, *words: str) -> Any:
    command = ["ffprobe", "-v", "error", "-select_streams", "v", *words, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@needs_ffmpeg
@pytest.mark.parametrize("name", WITH_AAC)
def test_pictures_of_chapters_are_a_track(name: str, tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra m4a is not installed")
    pictures = (jpeg("red"), jpeg("blue", (120, 90)))
    shown = tuple(Shown(start, one) for (start, _), one in zip(CHAPTERS[1:], pictures, strict=True))
    path = write(tmp_path / f"a.{name}", replace(TAGS, cover=None, shown=shown))
    (stream,) = video(path, "-show_streams")["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("mjpeg", 64, 48)
    assert stream["disposition"]["timed_thumbnails"] == 1  # of chapters, as FFmpeg understands it
    packets = video(path, "-show_packets")["packets"][-2:]  # before them the first is given as a cover
    content = path.read_bytes()
    assert [
        (one["pts"], content[int(one["pos"]) : int(one["pos"]) + int(one["size"])]) for one in packets
    ] == [(start, one) for (start, _), one in zip(CHAPTERS[1:], pictures, strict=True)]
    # All else is read as before.
    assert [(round(1000 * one.start), one.title) for one in mp4(path).chapters] == [*CUT]
    without = write(tmp_path / f"b.{name}", replace(TAGS, cover=None))
    for ours, others in zip(*(FORMS[name].decode(one) for one in (path, without)), strict=True):
        assert np.array_equal(ours[0], others[0])


@needs_ffmpeg
def test_pictures_that_make_no_row_are_no_track(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra m4a is not installed")
    (first, _), _, (last, _) = CHAPTERS
    gap = (Shown(first, jpeg("red")), Shown(last, jpeg("blue")))
    mixed = tuple(Shown(start, jpeg("red") if start else COVER) for start, _ in CHAPTERS)
    for number, shown in enumerate((gap, mixed)):
        path = write(tmp_path / f"{number}.m4a", replace(TAGS, cover=None, shown=shown))
        assert video(path, "-show_streams")["streams"] == []
