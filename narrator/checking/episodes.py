"""Checks the files of one episode, each for itself and beside the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrator.checking.files import Checked, check_file
from narrator.checking.pictures import read_picture
from narrator.checking.rule import Fault, Finding, apply, finding, shown
from narrator.checking.rules.chapters import MARKED_TESTS, Marked, is_beside, is_web
from narrator.checking.rules.transcripts import HEARD_TESTS, PAIR_TESTS, Heard, Pair
from narrator.checking.texts import MOST_BYTES, decode_text, load_json, read_small
from narrator.files import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.checking.chapters import Chapters
    from narrator.checking.rule import Tests

RECORD = "episode.json"
_BESIDE_MS = 100
_FORMS = (".vtt", ".srt", ".json", ".html")


def compare(parts: Sequence[Checked]) -> list[Finding]:
    """Return what is wrong with the files of an episode beside each other.

    Args:
        parts: Its audio, transcripts and chapters, as far as there are any.
    """
    found: list[Finding] = []
    recording = next((part.recording for part in parts if part.recording), None)
    duration = recording.duration_ms if recording else 0
    transcripts = [(part.where, part.transcript) for part in parts if part.transcript]
    for part in parts:
        if duration and part.transcript:
            found += apply(HEARD_TESTS, Heard(part.transcript, duration), part.where)
        if duration and recording and part.chapters:
            found += apply(MARKED_TESTS, Marked(part.chapters, duration, recording.tag.marks), part.where)
    # The one that tells most exactly who says what is what others are compared with.
    transcripts.sort(key=lambda one: ("json", "vtt", "html", "srt").index(one[1].form))
    for where, transcript in transcripts[1:]:
        found += apply(PAIR_TESTS, Pair(transcripts[0][1], transcript), where)
    return found


def check_episode(folder: Path) -> list[Finding]:
    """Check the folder of an episode: what its record names, and the record.

    Args:
        folder: In it lies `episode.json`.
    """
    path = folder / RECORD
    record, problem = _read_record(path)
    if problem:
        return [finding("record-form", problem, str(path))]
    sound = check_file(folder / record["audio"])
    parts = [sound]
    stem = record["audio"].rpartition(".")[0]
    names = [f"{stem}{form}" for form in _FORMS] + ["chapters.json"]
    parts += [check_file(folder / name) for name in names if (folder / name).is_file()]
    found = [one for part in parts for one in part.findings]
    for part in parts:
        if part.chapters:
            found += apply(_SHOWN_TESTS, _Shown(part.chapters, folder), part.where)
    if sound.recording:
        compared = _Recorded(record, folder / record["audio"], sound.recording.duration_ms)
        found += apply(_TESTS, compared, str(path))
    return found + compare(parts)


def _read_record(path: Path) -> tuple[dict[str, Any], str]:
    try:
        with path.open("rb") as file:
            value, problem = load_json(decode_text(file.read(MOST_BYTES)).text)
    except OSError as error:
        return {}, (error.strerror or "it cannot be read").lower()
    if problem or not isinstance(value, dict):
        return {}, problem or "it is no object"
    audio = value.get("audio")
    # A name alone: what it says must not lead out of the folder.
    if not isinstance(audio, str) or not re.fullmatch(r"[^/\\\x00]{1,200}", audio) or audio in {".", ".."}:
        return {}, "it names no audio"
    return value, ""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A record, and what it tells of."""

    record: dict[str, Any]
    audio: Path
    duration_ms: int


def _differs(one: _Recorded) -> Iterator[Fault]:
    told, size = one.record.get("size"), one.audio.stat().st_size
    if told != size:
        yield Fault(f"it tells of {told} bytes of audio, and there are {size}")
    elif one.record.get("sha256") != file_sha256(one.audio):
        yield Fault("the audio is not the one that it tells of")
    length = one.record.get("duration_ms")
    if not isinstance(length, int) or abs(length - one.duration_ms) > _BESIDE_MS:
        yield Fault(f"it tells of {length} ms, and the audio has {one.duration_ms}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """Chapters, and the folder in which their pictures lie."""

    chapters: Chapters
    folder: Path


def _images(one: _Shown) -> Iterator[Fault]:
    for index, chapter in enumerate(one.chapters.entries, 1):
        if is_web(chapter.image) or not is_beside(chapter.image):
            continue
        path = one.folder / str(chapter.image)
        if not path.is_file():
            yield Fault(f"its picture {shown(chapter.image)} is not there", f"chapter {index}")
            continue
        picture = read_picture(read_small(path), path.suffix.lower())
        problem = picture.problem or (
            "" if picture.form in {"JPEG", "PNG"} else f"it is {picture.form or 'no picture'}"
        )
        if problem:
            yield Fault(f"its picture {shown(chapter.image)} cannot be shown: {problem}", f"chapter {index}")


_SHOWN_TESTS: Tests[_Shown] = {"chapters-image": _images}
_TESTS: Tests[_Recorded] = {"record-differs": _differs}
