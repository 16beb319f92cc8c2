"""A cover is made that podcast apps take, and an owner's picture is judged by their rules."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shows import make_show

from narrator.errors import SettingsError
from narrator.production.showing import open_show
from narrator.publish.content import load
from narrator.publish.cover import _PALETTES, art_faults, cover_key, make_cover, read_art, undrawn

TITLES = ["Тихий Дон", "x" * 255, "東京"]


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("title", TITLES)
def test_a_cover_is_made_by_the_rules_and_the_same_again(title: str) -> None:
    """Checklist: JPEG or PNG, 1400 to 3000 px square, RGB, extension matches content."""
    content = make_cover(title, "N. Whitfield")
    assert list(art_faults(content, ".png")) == []
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size, image.mode) == ("PNG", (3000, 3000), "RGB")
    assert len(content) < 512 * 1024
    assert make_cover(title, "N. Whitfield") == content


def test_the_title_is_large_and_stays_within_the_picture() -> None:
    content = make_cover("Über Brücken", "")
    grey = np.asarray(Image.open(io.BytesIO(content)).convert("L"), int)[:1730]
    rows, columns = np.nonzero(abs(grey - grey[5, 5]) > 60)
    left, right, top, bottom = columns.min(), columns.max(), rows.min(), rows.max()
    assert (left > 150, top > 150, right < 2850) == (True, True, True)
    assert right - left > 1800
    assert bottom - top > 300  # 9 of a picture shown at 90 pixels


def test_letters_stand_out_from_the_ground() -> None:
    for ground, accent, ink in _PALETTES:
        dark, mark, light = (
            luminance(tuple(bytes.fromhex(colour[1:]))) + 0.05 for colour in (ground, accent, ink)
        )
        assert light / dark >= 7
        assert mark / dark >= 3


def test_letters_that_cannot_be_drawn_are_told() -> None:
    assert undrawn("Über Brücken — Тихий Ἰλιάς 🎉") == ""
    assert undrawn("東京 Tokyo 東") == "東京"


def test_another_title_gives_another_key_and_picture() -> None:
    """Checklist: new file name when the art changes."""
    assert cover_key("A", "") != cover_key("B", "")
    assert make_cover("A", "") != make_cover("B", "")


def picture(form: str = "PNG", size: tuple[int, int] = (1400, 1400), mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, form)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix", "fault"),
    [
        (picture(), ".png", ""),
        (picture("JPEG"), ".jpg", ""),
        (picture("JPEG", (3000, 3000)), ".JPEG", ""),
        (picture("JPEG"), ".png", "it is a JPEG, but its name ends with .png"),
        (picture("GIF"), ".gif", "it is a GIF, not a JPEG or PNG"),
        (picture(size=(1400, 1500)), ".png", "not square"),
        (picture(size=(1399, 1399)), ".png", "it is 1399 x 1399 pixels, 1400 to 3000 are needed"),
        (picture(size=(3001, 3001)), ".png", "1400 to 3000 are needed"),
        (picture(mode="RGBA"), ".png", "its colours are RGBA, not RGB"),
        (picture("JPEG", mode="CMYK"), ".jpg", "its colours are CMYK, not RGB"),
        (picture(mode="L"), ".png", "its colours are L, not RGB"),
        (picture("JPEG")[:3000], ".jpg", "ends too early"),
        (b"<svg/>", ".png", "it is no picture"),
        (b"", ".png", "it is no picture"),
    ],
)
def test_a_picture_is_judged(content: bytes, suffix: str, fault: str) -> None:
    faults = list(art_faults(content, suffix))
    assert len(faults) == bool(fault)
    assert not faults or fault in faults[0]


def test_a_picture_that_claims_to_be_huge_is_not_read() -> None:
    bomb = bytearray(picture())
    bomb[16:24] = (60_000).to_bytes(4) * 2  # width and height in PNG's header
    art = read_art(bytes(bomb))
    assert not art.whole


def test_the_owners_picture_is_taken_or_refused(tmp_path: Path) -> None:
    podcast = "title: T\naddress: https://pod.example/\nimage: art.jpeg\n"
    show = make_show(tmp_path, "one", podcast=podcast)
    (show / "art.jpeg").write_bytes(picture("JPEG"))
    cover = open_show(show).cover
    assert cover.source == picture("JPEG")
    assert cover.name == f"cover-{cover.key[:8]}.jpg"
    thumbnail = open_show(show).thumbnail
    small = read_art(load(thumbnail.source))
    assert (small.form, small.width, small.height, small.whole) == ("JPEG", 600, 600, True)
    assert thumbnail.name.startswith("cover-small-")
    (show / "art.jpeg").write_bytes(picture("JPEG", (800, 800)))
    with pytest.raises(SettingsError, match=r"image: .*art.jpeg cannot be a cover: it is 800 x 800 pixels"):
        open_show(show)
