"""QR codes are read back from what a terminal shows, by a decoder that has nothing to do with their maker."""

import re

import pytest
from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from narrator.serving import format_code

_SIZE = 6
"""Pixels of a module."""


def _shown(text: str, background: tuple[int, int, int]) -> Image.Image:
    """Draw what a terminal shows: its own background, and cells of two colours each, one above the other."""
    lines = [re.fullmatch(r"\x1b\[38;5;16;48;5;231m([ ▀▄█]+)\x1b\[0m", line) for line in text.split("\n")]
    cells = [line[1] for line in lines if line]
    assert len(cells) == len(lines)
    width, height = len(cells[0]) + 8, 2 * len(cells) + 8
    image = Image.new("RGB", (width, height), background)
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            for half, dark in enumerate((cell in "▀█", cell in "▄█")):
                image.putpixel((column + 4, 2 * row + 4 + half), (0, 0, 0) if dark else (255, 255, 255))
    return image.resize((width * _SIZE, height * _SIZE), Image.Resampling.NEAREST)


@pytest.mark.parametrize("background", [(0, 0, 0), (255, 255, 255), (0, 43, 54), (253, 246, 227)])
@pytest.mark.parametrize(
    "address",
    ["http://192.168.1.5:8000/", "http://[fe80::1]:65535/", "http://10.0.0.1:8000/aB3dE5gH7jK9mN1pQ3sT5v/"],
)
def test_a_camera_reads_the_address_on_terminals_of_any_colour(
    address: str, background: tuple[int, int, int]
) -> None:
    found = read_barcodes(
        _shown(format_code(address), background), formats=BarcodeFormats(BarcodeFormat.QRCode)
    )
    assert [one.text for one in found] == [address]


def test_a_code_fits_a_small_terminal() -> None:
    lines = format_code("http://192.168.100.100:8000/").split("\n")
    assert len(lines) <= 20
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines) <= 40
