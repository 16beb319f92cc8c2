"""Independent programs come to the same as the readers of `narrate check`, on files of other makers too."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import good
import numpy as np
import pytest
import readers
import soundfile
from cases import CASES
from mutagen import id3
from PIL import Image

from narrator.checking import check
from narrator.checking.id3 import read_id3
from narrator.checking.pictures import read_picture
from narrator.checking.sound import measure_sound

MUTAGEN: Any = id3  # without types
FLAGS = MUTAGEN.CTOCFlags.TOP_LEVEL | MUTAGEN.CTOCFlags.ORDERED


DAMAGED = ("mp3-junk", "mp3-cut", "mp3-count", "mp3-end", "mp3-sums", "mp3-header", "")


def run(*command: str | Path) -> str:
    if not shutil.which(str(command[0])):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([str(part) for part in command], capture_output=True, check=True, timeout=60)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def found(path: Path) -> set[str]:
    return {one.rule for one in check(path).findings}


@pytest.mark.parametrize("version", [3, 4])
def test_a_tag_by_mutagen_is_read_as_mutagen_reads_it(version: int, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(good.stream(good.spoken()))
    tag = MUTAGEN.ID3()
    for frame in (
        MUTAGEN.TIT2(3, "Über “alles” 🎙"),
        MUTAGEN.TPE1(1, "Ada"),
        MUTAGEN.TALB(0, "Talks"),
        MUTAGEN.COMM(1, "eng", "", "Synthetic."),
    ):
        tag.add(frame)
    tag.add(MUTAGEN.APIC(1, "image/png", 3, "Cover", good.png(30, 30)))
    for index in range(40):
        inner = [MUTAGEN.TIT2(1, f"Part {index} " + "long " * 40)]
        tag.add(MUTAGEN.CHAP(f"c{index}", index * 90, index * 90 + 90, sub_frames=inner))
    ids = [f"c{index}" for index in range(40)]
    tag.add(
        MUTAGEN.CTOC(
            "toc",
            FLAGS,
            ids,
            sub_frames=[MUTAGEN.TIT2(1, "All")],
        )
    )
    tag.save(path, v2_version=version)

    ours, theirs = read_id3(path), MUTAGEN.ID3(path)

    assert ours.version == version
    assert ours.problems == []
    assert ours.text("TIT2") == str(theirs["TIT2"])
    assert ours.comments == ["Synthetic."]
    assert [one.content for one in ours.pictures] == [good.png(30, 30)]
    told = {(one.id.decode(), one.start, one.end, one.title.text if one.title else "") for one in ours.marks}
    assert told == {
        (one.element_id, one.start_time, one.end_time, str(one.sub_frames["TIT2"]))
        for one in theirs.getall("CHAP")
    }
    assert ours.contents[0].children == tuple(name.encode() for name in ids)
    assert ours.end <= path.stat().st_size - sum(map(len, good.spoken()))


def test_mutagen_sorts_chapters_by_size_and_that_is_found(tmp_path: Path) -> None:
    """Checklist: MP3: ID3 v2.3; `CHAP` frames in order of time, unique element ids."""
    path = tmp_path / "a.mp3"
    path.write_bytes(good.mp3(head=good.tag(good.words())))
    tag = MUTAGEN.ID3(path)
    for name, start, end, title in (("a", 0, 2_000, "A long title first"), ("b", 2_000, 4_000, "End")):
        tag.add(MUTAGEN.CHAP(name, start, end, sub_frames=[MUTAGEN.TIT2(1, title)]))
    tag.add(
        MUTAGEN.CTOC(
            "toc",
            FLAGS,
            ["a", "b"],
            sub_frames=[MUTAGEN.TIT2(1, "All")],
        )
    )
    tag.save(path, v2_version=3)

    assert found(path) == {"chap-order"}


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_ffmpeg_measures_the_same_loudness_and_peak(channels: int, rate: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    left = 0.5 * good.speech(6, rate)
    samples = np.stack([left, 0.6 * np.roll(left, 999)][:channels], axis=1)
    soundfile.write(path, samples, rate, subtype="FLOAT")
    meter = ("-af", "ebur128=peak=true", "-f", "null", "-")
    told = run("ffmpeg", "-hide_banner", "-nostats", "-i", path, *meter)
    loudness = float(re.findall(r"I:\s+(-?[0-9.]+) LUFS", told)[-1])
    peak = float(re.findall(r"Peak:\s+(-?[0-9.]+) dBFS", told)[-1])

    sound = measure_sound(path)

    assert sound.loudness == pytest.approx(loudness, abs=0.15)
    assert sound.peak == pytest.approx(peak, abs=0.3)


@pytest.mark.parametrize(
    "rule", ["mp3-junk", "mp3-cut", "mp3-count", "mp3-end", "mp3-sums", "mp3-header", ""]
)
def test_mp3val_finds_the_same_files_damaged(rule: str, tmp_path: Path) -> None:
    path = CASES[rule].make(tmp_path) if rule else tmp_path / "a.mp3"
    if not rule:
        path.write_bytes(good.mp3())

    # It has no rule for a file without the header.
    assert ("WARNING" in run("mp3val", path)) == (rule not in {"", "mp3-header"})
    assert bool(found(path)) == bool(rule)


@pytest.mark.parametrize("rule", ["vtt-signature", "vtt-form", "vtt-escape", "cue-times", "cue-overlap", ""])
def test_a_strict_parser_finds_the_same_webvtt_wrong(rule: str, tmp_path: Path) -> None:
    path = CASES[rule].make(tmp_path) if rule else tmp_path / "a.vtt"
    if not rule:
        path.write_text(good.vtt(), "utf-8")
    told = readers.read("webvtt", path)[0]

    assert bool(told["errors"]) == bool(rule and rule != "cue-overlap")  # which is allowed, but unreadable
    assert found(path) == ({rule} if rule else set())


@pytest.mark.parametrize("rule", ["srt-form", "srt-number", "cue-order", ""])
def test_a_strict_validator_finds_the_same_srt_wrong(rule: str, tmp_path: Path) -> None:
    path = CASES[rule].make(tmp_path) if rule else tmp_path / "a.srt"
    if not rule:
        path.write_text(good.srt(), "utf-8")
    told = readers.read("srt", path)[0]

    assert bool(told["errors"]) == bool(rule)
    assert found(path) == ({rule} if rule else set())


def ffmpeg(source: Path, target: Path, *options: str) -> None:
    run("ffmpeg", "-v", "error", "-i", source, *options, "-y", target)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.wav"
    soundfile.write(path, good.speech(), good.RATE)
    return path


def test_ffmpegs_own_file_is_right_but_for_what_it_does_not_tell(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    ffmpeg(source, path, "-b:a", "96k", "-id3v2_version", "3")

    assert found(path) == {"id3-title", "id3-artist", "id3-album"}


def test_ffmpegs_variable_rate_into_a_pipe_has_no_length(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    ffmpeg(source, path, "-q:a", "4", "-write_xing", "0", "-id3v2_version", "0")

    assert {"mp3-length", "mp3-varies", "id3-none"} <= found(path)


def test_ffmpegs_chapters_of_version_2_4_are_found(source: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.txt"
    mark = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={}\nEND={}\ntitle=Part\n"
    marks = mark.format(0, 2_000) + mark.format(2_000, 4_000)
    facts.write_text(f";FFMETADATA1\ntitle=One\nartist=Ada\nalbum=Talks\n{marks}", "utf-8")
    path = tmp_path / "a.mp3"
    inputs = ("-i", source, "-i", facts, "-map_metadata", "1", "-map_chapters", "1")
    run("ffmpeg", "-v", "error", *inputs, "-b:a", "96k", "-id3v2_version", "4", path)

    assert found(path) == {"chap-version", "ctoc-title"}


def test_ffmpegs_m4a_is_read(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    ffmpeg(source, path, "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart")
    assert found(path) == {"mp4-unmeasured"}
    ffmpeg(source, path, "-c:a", "aac", "-b:a", "96k")
    assert found(path) == {"mp4-unmeasured", "mp4-late"}


@pytest.mark.parametrize(
    ("form", "mode", "options", "colour"),
    [
        ("PNG", "RGB", {}, "RGB"),
        ("PNG", "RGBA", {}, "RGB with transparency"),
        ("PNG", "P", {}, "palette"),
        ("PNG", "L", {}, "grey"),
        ("JPEG", "RGB", {}, "RGB"),
        ("JPEG", "RGB", {"progressive": True}, "RGB"),
        ("JPEG", "CMYK", {}, "CMYK"),
        ("JPEG", "L", {}, "grey"),
    ],
)
def test_pictures_by_pillow_are_read(form: str, mode: str, options: dict[str, bool], colour: str) -> None:
    """Checklist: art: JPEG or PNG, 1400 to 3000 px square, RGB, extension matches content."""
    file = io.BytesIO()
    Image.new(mode, (37, 21)).save(file, form, **options)

    picture = read_picture(file.getvalue(), ".x")

    assert (picture.form, picture.width, picture.height, picture.colour) == (form, 37, 21, colour)
    assert picture.problem == ""
    assert read_picture(file.getvalue()[:-30]).problem
