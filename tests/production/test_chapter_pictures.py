"""Pictures and links of chapters, from the source to what players read."""

import base64
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import mutagen.id3
import pytest
from book_files import book, page
from click.testing import CliRunner, Result
from PIL import Image
from readers import program, read

from narrator.cli import main as cli
from narrator.model import Script
from narrator.production import load_script
from narrator.production.pictures import Illustrated, illustrate
from narrator.sources import Source, open_source

TEXT = """\
# The River

## [How it began](https://example.org/began)

![Ice on the river](ice.png)

It froze in winter.

## What it carries
![Sand, and a chair](pictures/sand%20heap.jpg) It carries sand.

## Where it ends

[Of mouths](https://example.org/mouths?a=1&b=2)

![The sea](https://example.org/sea.jpg)

It ends in the sea.

## Nobody knows

It says nothing.
"""
FORMATS = "opus,m4a" if find_spec("av") else "opus"
APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
)
NS = {"psc": "http://podlove.org/simple-chapters"}


def run(*arguments: str) -> Result:
    return CliRunner(**APART).invoke(cli, arguments)


def build(*arguments: str) -> Result:
    return run("build", *arguments, "--engine", "tone", "-o", "show/river", "--takes", "takes")


def picture(form: str, size: tuple[int, int] = (64, 48), colour: str = "teal", **how: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, form, **how)
    return written.getvalue()


def photograph() -> bytes:
    """Return a picture as a camera writes it: large, lying on its side, with the place where it was taken."""
    notes = Image.Exif()
    notes[0x0112] = 6  # the top is at the right
    notes[0x010E] = "51.5 N 0.1 W"
    return picture("JPEG", (1_600, 1_200), exif=notes.tobytes())


def tag_of(folder: Path) -> Any:
    return mutagen.id3.ID3(next(folder.glob("*.mp3")))  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source, an episode and its publication, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "river.md").write_text(TEXT, "utf-8")
    (folder / "ice.png").write_bytes(picture("PNG"))
    (folder / "pictures").mkdir()
    (folder / "pictures" / "sand heap.jpg").write_bytes(photograph())
    (folder / "show").mkdir()
    (folder / "show" / "podcast.yaml").write_text(
        "title: Rivers\naddress: https://pod.example/\nlanguage: en\nemail: owner@pod.example\n", "utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = build("river.md", "--format", FORMATS)
        assert result.exit_code == 0, result.output
        result = run("publish", "show", "--to", "place", "-q")
        assert result.exit_code == 0, result.output
    return folder


def test_the_mp3_holds_pictures_and_links_of_its_chapters(made: Path) -> None:
    tag = tag_of(made / "show" / "river")
    inner = {str(one.sub_frames["TIT2"]): one.sub_frames for one in tag.getall("CHAP")}
    assert list(inner) == ["The River", "How it began", "What it carries", "Where it ends", "Nobody knows"]
    ice = inner["How it began"].getall("APIC")[0]
    assert (ice.mime, ice.type, ice.desc) == ("image/png", 0, "Ice on the river")
    assert ice.data == (made / "ice.png").read_bytes()
    links = {title: [one.url for one in frames.getall("WXXX")] for title, frames in inner.items()}
    assert links["How it began"] == ["https://example.org/began"]
    assert links["Where it ends"] == ["https://example.org/mouths?a=1&b=2"]
    assert not links["What it carries"]
    assert not inner["Where it ends"].getall("APIC")  # what lies elsewhere is not fetched
    assert set(inner["Nobody knows"]) == {"TIT2"}


def test_a_photograph_is_made_smaller_upright_and_tells_no_place(made: Path) -> None:
    tag = tag_of(made / "show" / "river")
    found = next(one for one in tag.getall("CHAP") if str(one.sub_frames["TIT2"]) == "What it carries")
    content = found.sub_frames.getall("APIC")[0].data
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("JPEG", (750, 1_000))
    assert not image.getexif()
    assert b"51.5 N" not in content
    assert len(content) < 300_000


def test_other_readers_see_all_chapters_and_the_picture(made: Path) -> None:
    enclosure = next((made / "show" / "river").glob("*.mp3"))
    asked = [program("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", str(enclosure)]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    titles = [one["tags"]["title"] for one in told["chapters"]]
    assert titles == ["The River", "How it began", "What it carries", "Where it ends", "Nobody knows"]


def test_node_id3_reads_picture_and_link(made: Path) -> None:
    chapters = read("node-id3", next((made / "show" / "river").glob("*.mp3")))[0]["chapter"]
    ice = chapters[1]["tags"]["image"]
    assert (ice["mime"], ice["description"]) == ("image/png", "Ice on the river")
    assert bytes(ice["imageBuffer"]["data"]) == (made / "ice.png").read_bytes()
    assert [one["url"] for one in chapters[1]["tags"]["userDefinedUrl"]] == ["https://example.org/began"]


def test_m4a_has_a_row_of_jpegs(made: Path) -> None:
    pytest.importorskip("av", reason="the extra m4a is not installed")
    path = next((made / "show" / "river").glob("*.m4a"))
    asked = [program("ffprobe"), "-v", "error", "-select_streams", "v", "-show_packets", "-of", "json"]
    told = subprocess.run([*asked, str(path)], check=True, capture_output=True).stdout
    packets = json.loads(told)["packets"]
    chapters = json.loads((made / "show" / "river" / "chapters.json").read_text("utf-8"))["chapters"]
    # The first one is told once more, as a cover.
    assert [one["pts"] for one in packets[1:]] == [round(1000 * one["startTime"]) for one in chapters[1:]]
    content = path.read_bytes()
    shown = [Image.open(io.BytesIO(content[int(one["pos"]) :][: int(one["size"])])) for one in packets[1:]]
    assert [(one.format, one.size) for one in shown] == [
        ("JPEG", size) for size in ((64, 48), (750, 1_000), (64, 48), (64, 48))
    ]
    # What lies elsewhere is not fetched, and where there is none, all is grey.
    assert [one.convert("RGB").getextrema() == ((128, 128),) * 3 for one in shown] == [
        False,
        False,
        True,
        True,
    ]


def test_opus_tells_links(made: Path) -> None:
    content = next((made / "show" / "river").glob("*.opus")).read_bytes()
    assert b"CHAPTER002URL=https://example.org/began" in content
    assert b"CHAPTER003URL" not in content


def test_chapters_beside_the_audio_name_pictures_and_links(made: Path) -> None:
    folder = made / "show" / "river"
    chapters = json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"]
    assert {"img", "url"}.isdisjoint(chapters[0])
    ice, sand = folder / chapters[1]["img"], folder / chapters[2]["img"]
    assert ice.read_bytes() == (made / "ice.png").read_bytes()
    assert sorted(folder.glob("chapters/*")) == sorted((ice, sand))
    assert chapters[1]["url"] == "https://example.org/began"
    assert chapters[3]["img"] == "https://example.org/sea.jpg"
    assert set(chapters[4]) == {"startTime", "title"}


def test_published_pictures_lie_at_whole_addresses(made: Path) -> None:
    place = made / "place"
    beside = json.loads(next(place.glob("river/chapters-*.json")).read_text("utf-8"))["chapters"]
    images = [one["img"] for one in beside if "img" in one]
    assert [one.startswith("https://pod.example/river/") for one in images] == [True, True, False]
    for image in images[:2]:
        assert (place / image.removeprefix("https://pod.example/")).is_file()
    feed = ET.parse(place / "feed.xml")  # noqa: S314 - our own
    simple = feed.findall(".//psc:chapter", NS)
    assert [one.get("image") for one in simple if one.get("image")] == images
    assert [one.get("href") for one in simple if one.get("href")] == [
        "https://example.org/began",
        "https://example.org/mouths?a=1&b=2",
    ]
    shown_page = (place / "river" / "index.html").read_text("utf-8")
    shown = re.findall(
        r'<img src="\.\./(river/chapter-[^"]+)"[^>]* alt="([^"]+)"[^>]* loading="lazy"', shown_page
    )
    assert [alt for _, alt in shown] == ["Ice on the river", "Sand, and a chair"]
    assert all((place / name).is_file() for name, _ in shown)
    assert "sea.jpg" not in shown_page  # nobody else learns who reads the page
    assert 'href="https://example.org/mouths?a=1&amp;b=2"' in shown_page
    assert run("check", str(place)).exit_code == 0
    assert run("check", str(made / "show" / "river")).exit_code == 0


def test_a_rebuild_changes_pictures_and_not_the_sound(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("river.md", "ice.png", "pictures", "takes"):
        (shutil.copytree if (made / name).is_dir() else shutil.copy2)(made / name, tmp_path / name)
    folder = shutil.copytree(made / "show" / "river", tmp_path / "show" / "river")
    monkeypatch.chdir(tmp_path)
    enclosure = next(folder.glob("*.mp3"))
    before, size = enclosure.read_bytes(), tag_of(folder).size
    old = next(folder.glob("chapters/*.png"))

    # The script of the episode names the pictures that lie there, so it is built where it lies as it was.
    result = run("build", "show/river/script.md", "--engine", "tone", "--takes", "takes", "-q")
    assert result.exit_code == 0, result.output
    assert enclosure.read_bytes() == before

    (tmp_path / "ice.png").write_bytes(picture("PNG", colour="navy"))
    result = build("river.md")
    assert result.exit_code == 0, result.output
    after = enclosure.read_bytes()
    assert after != before
    assert after[tag_of(folder).size :] == before[size:]
    assert not old.exists()
    assert len(list(folder.glob("chapters/*"))) == 2


SCRIPT = """\
---
title: A talk
language: en
cast: {}
---

## One

![](%s)

**Ada:** Well.
"""


def bomb() -> bytes:
    """Return a PNG that says that it has ten thousand million pixels."""
    small = bytearray(picture("PNG"))
    small[16:24] = (100_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


def pipe(path: Path) -> None:
    os.mkfifo(path)


HOSTILE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("gone.png", lambda _: None, "is not there"),
    "a folder": ("a.png", Path.mkdir, "is no file"),
    "a pipe": ("a.png", pipe, "is no file"),
    "a text": ("a.png", lambda path: path.write_text("no picture"), "is no picture"),
    "a program": ("a.eps", lambda path: path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n"), "is no picture"),
    "cut off": (
        "a.jpg",
        lambda path: path.write_bytes(photograph()[:2_000]),
        "is damaged, or ends too early",
    ),
    "too many pixels": ("a.png", lambda path: path.write_bytes(bomb()), "pixels; make it smaller"),
    "too few pixels": ("a.gif", lambda path: path.write_bytes(picture("GIF", (1, 1))), "too few to be seen"),
    "no base64": ("data:image/png;base64,A", lambda _: None, "is not written in base64"),
    "no book": ("a.epub#b.png", lambda path: path.write_bytes(b"PK"), "is not in the book"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_picture_that_cannot_be_had_is_told_in_one_line(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, make, problem = HOSTILE[case]
    monkeypatch.chdir(tmp_path)
    if not address.startswith("data:"):
        make(tmp_path / address.partition("#")[0])
    Path("talk.md").write_text(SCRIPT % address, "utf-8")

    result = build("talk.md")

    assert result.exit_code == 1
    last = result.stderr.rstrip("\n").split("\n")[-1]
    assert "talk.md:9: the picture " in last
    assert problem in last
    assert not Path("show").exists()


def test_what_a_picture_is_is_told_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.png").write_bytes(picture("JPEG"))
    Path("talk.md").write_text(SCRIPT % "a.png", "utf-8")
    assert build("talk.md").exit_code == 0
    assert [one.suffix for one in Path("show/river/chapters").iterdir()] == [".jpg"]


# ---------------------------------------------------------------- before anything is spoken
def illustrated(path: Path) -> Illustrated:
    source = open_source(path)
    return illustrate(load_script(source), source)


def addresses(script: Script) -> list[str]:
    return [chapter.picture.address if chapter.picture else "" for chapter in script.chapters]


def test_a_picture_of_a_book_is_taken_out_of_it(tmp_path: Path) -> None:
    ice = picture("PNG")
    members = {
        "text/one.xhtml": page('<h1>One</h1><p><img src="../ice.png" alt="Ice"/></p><p>It is cold.</p>')
    }
    (tmp_path / "a.epub").write_bytes(book(members, ice__png=ice))
    found = illustrated(tmp_path / "a.epub")
    assert list(found.files.values()) == [ice]
    assert addresses(found.script) == list(found.files)
    assert not found.told


def test_a_picture_in_the_text_itself_is_taken_out_of_it(tmp_path: Path) -> None:
    gif = picture("GIF")
    source = tmp_path / "a.html"
    data = base64.b64encode(gif).decode()
    source.write_text(f'<html><body><h2>One</h2><img src="data:image/gif;base64,{data}"><p>It is.</p></html>')
    (content,) = illustrated(source).files.values()
    assert Image.open(io.BytesIO(content)).format == "JPEG"


def test_other_sources_are_read_without_pictures_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(picture("PNG"))
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "a.md"
    source.write_text("## One\n\n![](../b.png)\n\nIt is.\n\n## Two\n\n![](gone.png)\n\nIt was.\n")
    found = illustrated(source)
    assert addresses(found.script) == ["", ""]
    assert found.told == (
        f"{source}:3: the picture ../b.png lies outside of the folder of its source, so “One” has none.",
        f"{source}:9: the picture gone.png is not there, so “Two” has none.",
    )


def test_pictures_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrator.production.pictures.MOST_TOGETHER", 400)
    text = ""
    for number, colour in enumerate(("red", "navy", "teal", "red")):
        (tmp_path / f"{number}.png").write_bytes(picture("PNG", colour=colour))
        text += f"## Part {number}\n\n![]({number}.png)\n\nIt is.\n\n"
    (tmp_path / "a.md").write_text(text)
    found = illustrated(tmp_path / "a.md")
    assert sum(map(len, found.files.values())) <= 400
    left = addresses(found.script).count("")
    assert 0 < left < 4
    assert f"{left} of 4 are left out" in found.told[0]


def test_pictures_of_a_page_of_the_web_stay_there() -> None:
    html = '<html><body><h2>{}</h2><img src="{}"><p>It is.</p></body></html>'
    for address, expected in {
        "../ice.png": "https://example.org/ice.png",
        "//cdn.example/a": "",
        "/etc/a.png": "https://example.org/etc/a.png",
        "file:///etc/a.png": "",
        "https://e.example/a": "https://e.example/a",
    }.items():
        raw = html.format("One", address).encode()
        source = Source(Path("example.org/talks/one.html"), raw, "", "https://example.org/talks/one.html")
        found = illustrate(load_script(source), source)
        assert (addresses(found.script), found.files, found.told) == ([expected], {}, ())


def test_a_script_names_pictures_from_where_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("## One\n\n![Ice](b%20c.png)\n\nIt is.\n")
    monkeypatch.chdir(tmp_path)
    assert "\n![Ice](in/b%20c.png)\n" in run("script", "in/a.md", "-q").stdout
    assert run("script", "in/a.md", "-q", "-o", "out/a.md").exit_code == 0
    assert "\n![Ice](../in/b%20c.png)\n" in Path("out/a.md").read_text("utf-8")
    # What a person has put in stays, seen from where the new script lies.
    Path("out/a.md").write_text(
        Path("out/a.md")
        .read_text("utf-8")
        .replace("## One", "## [One](https://e.org)")
        .replace("../in/b", "b"),
        "utf-8",
    )
    assert run("script", "in/a.md", "-q", "--update", "out/a.md", "-o", "a.md").exit_code == 0
    assert "\n## [One](https://e.org)\n\n![Ice](out/b%20c.png)\n" in Path("a.md").read_text("utf-8")


def test_a_script_shows_at_most_one_picture_in_a_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(SCRIPT.replace("%s)", "a.png)\n![](b.png)"), "utf-8")
    result = build("a.md")
    assert result.exit_code == 1
    assert "a.md:10: this chapter has a picture already; take one of them out" in result.stderr
