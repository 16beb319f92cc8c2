"""What the file of a whole build says about itself, and chapters that no file could hold."""

from pathlib import Path

import mutagen.id3
import pytest

from narrator.errors import SourceError
from narrator.production import Options, build


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


def test_too_many_chapters_are_told_before_anything_is_spoken(tmp_path: Path) -> None:
    source = tmp_path / "long.md"
    source.write_text("# Long\n\n" + "\n".join(f"## Part {n}\n\nIt goes on.\n" for n in range(256)))
    with pytest.raises(SourceError, match=r"25\d chapters, an MP3 holds 255"):
        build(source, options(tmp_path), Nobody())
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "takes").exists()
