"""How loud each speaker of an episode is: `python tools/plot_sound.py EPISODE_FOLDER PICTURE.png`.

Above the line as the engine says the speaker's first words, below as they are heard in the finished MP3, both
measured by ffmpeg. Drawn with Pillow, as the plot of the benchmark is.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure_sound import levels, measure
from PIL import Image, ImageDraw, ImageFont

SCALE = 3
"""Drawn this much larger, then made smaller: Pillow's lines have no smooth edges."""
WIDTH, ROW, LEFT, TOP, BOTTOM, RIGHT = 760, 34, 150, 46, 52, 24
QUIET, LOUD, GRID = -40, -10, 5
"""LUFS at both ends of the axis, and between its lines."""
BEFORE, AFTER, TARGET = "#d55e00", "#0072b2", -16
FIRST_WORDS = 800
"""Characters of a speaker's text that are spoken anew to tell what the engine makes of them."""


def spoken(voice: str, text: str, language: str) -> float:
    """Return how loud an engine says a text, in LUFS."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voice.wav"
        command = [sys.executable, "-m", "narrator", "voices", "try", voice, text, "--language", language]
        subprocess.run([*command, "--output", path], check=True, capture_output=True)
        return levels("-i", path)[0]


def speakers(folder: Path) -> list[tuple[str, float, float]]:
    """Return name, LUFS before and LUFS after of each speaker."""
    record = json.loads((folder / "episode.json").read_text("utf-8"))
    transcript = json.loads((folder / f"{record['slug']}.json").read_text("utf-8"))
    rows = []
    for name, seconds, after in measure(folder).speakers:
        said = [one["body"] for one in transcript["segments"] if one["speaker"] == name]
        # The transcript translates who has no name, so a voice is found by how long it speaks.
        voice = min(record["speakers"], key=lambda one: abs(one["ms"] / 1000 - seconds))["voice"]
        text = " ".join(said)[:FIRST_WORDS]
        rows.append((name, spoken(voice, text, record["language"]), after))
    return rows


def font(size: int) -> Any:
    """Return DejaVu, which has all letters, or what comes with Pillow."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def draw(rows: list[tuple[str, float, float]], title: str, path: Path) -> None:
    height = TOP + ROW * len(rows) + BOTTOM
    image = Image.new("RGB", (SCALE * WIDTH, SCALE * height), "#ffffff")
    pen = ImageDraw.Draw(image)

    def write(x: float, y: float, text: str, anchor: str, size: int = 12) -> None:
        pen.text((SCALE * x, SCALE * y), text, "#222222", font(size * SCALE), anchor)

    def across(lufs: float) -> float:
        return LEFT + (min(max(lufs, QUIET), LOUD) - QUIET) / (LOUD - QUIET) * (WIDTH - LEFT - RIGHT)

    def dot(x: float, y: float, colour: str) -> None:
        pen.ellipse(tuple(SCALE * value for value in (x - 5, y - 5, x + 5, y + 5)), colour)

    end = TOP + ROW * len(rows)
    for lufs in range(QUIET, LOUD + 1, GRID):
        pen.line([SCALE * value for value in (across(lufs), TOP, across(lufs), end)], "#cccccc", SCALE)
        write(across(lufs), end + 6, f"{lufs}", "mt")
    line = [SCALE * value for value in (across(TARGET), TOP, across(TARGET), end)]
    pen.line(line, AFTER, SCALE)
    for index, (name, before, after) in enumerate(rows):
        y = TOP + ROW * (index + 0.5)
        write(LEFT - 12, y, name, "rm")
        pen.line([SCALE * value for value in (across(before), y, across(after), y)], "#999999", 2 * SCALE)
        dot(across(before), y, BEFORE)
        dot(across(after), y, AFTER)
    write(LEFT, 12, title, "lt", 15)
    for x, colour, text in ((LEFT, BEFORE, "as the engine speaks"), (LEFT + 190, AFTER, "in the episode")):
        dot(x + 5, height - 16, colour)
        write(x + 18, height - 16, text, "lm")
    write(WIDTH - RIGHT, height - 16, "LUFS, measured by ffmpeg", "rm")
    image.resize((WIDTH * 3 // 2, height * 3 // 2), Image.Resampling.LANCZOS).save(path, optimize=True)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("python tools/plot_sound.py EPISODE_FOLDER PICTURE.png")
    folder = Path(sys.argv[1])
    rows = speakers(folder)
    for name, before, after in rows:
        print(f"{name}: {before:.1f} LUFS, then {after:.1f}")
    draw(rows, "How loud each speaker is", Path(sys.argv[2]))


if __name__ == "__main__":
    main()
