"""Chapters of MP3 files, as two readers of JavaScript see them, on which many apps and web players rest."""

from pathlib import Path

import numpy as np
import pytest
from readers import read

from narrator.encoding import Tags, encode_mp3

RATE = 48_000
# The longest in the middle: a writer that sorts frames by their size brings these out of order.
CHAPTERS = ((0, "Intro"), (700, "Über „dies“ & das – " + "lang " * 39 + "lang"), (1_900, "Schluß 🦊"))


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp3") / "a.mp3"
    samples = (0.1 * np.sin(np.arange(3 * RATE) / 20)).astype(np.float32)
    tags = Tags("Títle", "Ada", "Show", "de", "2026-01-02T03:04:05+00:00", chapters=CHAPTERS)
    encode_mp3(path, iter((samples,)), samples.shape[0], tags)
    return path


def test_music_metadata_reads_the_chapters(mp3: Path) -> None:
    """Checklist: MP3: ID3 v2.3; `CHAP` frames in order of time, times in ms, `TIT2` UTF-16."""
    found = read("music-metadata", mp3)[0]
    assert found["format"]["tagTypes"] == ["ID3v2.3"]
    assert (found["format"]["container"], found["format"]["codecProfile"]) == ("MPEG", "CBR")
    assert found["format"]["bitrate"] == 96_000
    assert found["format"]["duration"] == pytest.approx(3, abs=0.1)
    chapters = [(one["start"], one["title"]) for one in found["format"]["chapters"]]
    assert chapters == [(start / 1000, title) for start, title in CHAPTERS]


def test_node_id3_reads_the_chapters_and_their_table(mp3: Path) -> None:
    """Checklist: MP3: ID3 v2.3; `CHAP` frames, unique element ids; one `CTOC`, ordered, listing all."""
    found = read("node-id3", mp3)[0]
    chapters = [(one["startTimeMs"], one["tags"]["title"]) for one in found["chapter"]]
    assert chapters == list(CHAPTERS)
    ends = [one["endTimeMs"] for one in found["chapter"]]
    assert ends == [700, 1_900, 3_000]
    (table,) = found["tableOfContents"]
    assert table["isOrdered"]
    ids = [one["elementID"] for one in found["chapter"]]
    assert table["elements"] == ids
    assert len(set(ids)) == len(ids)
