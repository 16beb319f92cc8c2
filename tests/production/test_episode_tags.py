"""What the file of a whole build says about itself, and more chapters than it can hold."""

from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from narrator.encoding import FORMS
from narrator.production import Options, build
from narrator.production.downloads import tell_joined


class Nobody:
    """Is told how far the work is."""

    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


def options(tmp_path: Path) -> Options:
    return Options(folder=tmp_path / "out", engine="tone", takes=tmp_path / "takes")


@pytest.mark.parametrize(("author", "artist"), [("author: Cora Vale\n", "Cora Vale"), ("", "narrator")])
def test_nobody_is_said_to_have_spoken_what_a_machine_spoke(tmp_path: Path, author: str, artist: str) -> None:
    source = tmp_path / "river.md"
    source.write_text(f"---\ntitle: The River\nlanguage: en\n{author}---\n\n**Ada Stone:** It is wide.\n")
    production = build(source, options(tmp_path), Nobody())
    tag = mutagen.id3.ID3(production.folder / production.episode.audio)  # type: ignore[no-untyped-call]
    assert str(tag["TPE1"]) == artist
    assert "synthetic" in str(tag["COMM::eng"])


def test_more_chapters_than_a_file_holds_are_joined_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("narrator.encoding.id3", "narrator.production.downloads"):
        monkeypatch.setattr(f"{module}.MAX_CHAPTERS", 3)  # hundreds of them take long to speak
    source = tmp_path / "long.md"
    source.write_text("# Long\n\n" + "\n".join(f"## Part {n}\n\nIt goes on.\n" for n in range(1, 6)))
    production = build(source, options(tmp_path), Nobody())
    tag: Any = mutagen.id3.ID3(production.folder / production.episode.audio)  # type: ignore[no-untyped-call]
    told = {one.start_time: str(one.sub_frames["TIT2"]) for one in tag.getall("CHAP")}
    starts = {title: start for start, title in production.episode.chapters}
    titles = list(starts)
    joined = [titles[0] + " – " + titles[1], titles[2] + " – " + titles[3], titles[4] + " – " + titles[5]]
    assert told == {starts[titles[2 * index]]: title for index, title in enumerate(joined)}
    assert production.note == (
        f"Of 6 chapters MP3 can tell 3, so neighbours were joined there: “{joined[0]}” and 2 more."
    )


def test_every_form_tells_its_own_limit() -> None:
    forms = tuple(FORMS.values())
    titles = [f"Part {number}" for number in range(1_000)]
    assert tell_joined(titles[:255], forms) == ""
    assert tell_joined(titles[:256], forms) == (
        "Of 256 chapters MP3, M4A, M4B can tell 255, so neighbours were joined there: “Part 254 – Part 255”."
    )
    assert tell_joined(titles, forms) == (
        "Of 1000 chapters MP3, M4A, M4B can tell 255, so neighbours were joined there: “Part 0 – Part 2” and "
        "254 more. Of 1000 chapters OPUS, FLAC can tell 999, so neighbours were joined there: “Part 998 – "
        "Part 999”."
    )
