"""The texts over which the sound is measured, and music for them: made here, the same every time."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parent.parent
INTERVIEW = ROOT.parent / "shared" / "cases" / "interview-de" / "source.txt"
"""A long German interview, where it lies beside the repository; else the German example is taken."""
EIGHT = ("Ada", "Ben", "Cora", "Dan", "Eve", "Finn", "Gwen", "Hal")
LINES = (
    "What a morning this is, with rain on every window and no coffee left.",
    "Read the rude letter first, it is always the best of them.",
    "You would say that, you live next door and own three umbrellas.",
    "Then let us come to the point, and answer it in turn.",
    "I never minded the rain, to be honest; it keeps the crowds away.",
    "Let us begin, there are eight of us and only one hour.",
    "Nobody told us that the map was older than the river.",
    "How long does it take until a field forgets that it was a road?",
    "The ferry leaves at seven, and nobody has ever seen it wait.",
    "My sister repaired clocks, and she never once looked at the time.",
    "Would you do it again, knowing what it cost?",
    "Some years the apples were so many that we fed them to the horses.",
)
WORDS = ("Yes.", "No.", "Why.", "Good.", "Bad.", "Here.", "There.", "Now.", "Perhaps.", "Never.")
SEED = 8
RATE = 48_000
LONG = 20_000
"""Characters of a text that is made with music as MP3 alone."""
ALL, MOST = "mp3,m4a,opus,flac,wav", "mp3,m4a,opus,flac"


def sources() -> dict[str, tuple[str, str]]:
    """Return text and formats by name."""
    chance = random.Random(SEED)  # noqa: S311 - the same texts in every run
    german = INTERVIEW if INTERVIEW.exists() else ROOT / "examples" / "gespraech.md"

    def talk(names: tuple[str, ...], turns: int) -> list[str]:
        order = [name for _ in range(-(-turns // len(names))) for name in chance.sample(names, len(names))]
        return [f"{name}: {' '.join(chance.sample(LINES, 2))}" for name in order[:turns]]

    eight = talk(EIGHT, 48)
    short = talk(EIGHT[:2], 12)
    short.insert(7, "Gwen: Yes, of course.")
    chapters = ["# Eight at a table", "## Before noon", *eight[:16], "## At noon", *eight[16:32], "## Later"]
    words = [f"{EIGHT[index % 2]}: {chance.choice(WORDS)}" for index in range(3000)]
    parts = [part for start in range(0, 3000, 300) for part in (f"## {start}", *words[start : start + 300])]
    texts = {
        "two minutes": (talk(EIGHT[:2], 14), ALL),
        "one short line": (short, ALL),
        "eight speakers": ([*chapters, *eight[32:]], ALL),
        "3,000 words": (["# Words", *parts], MOST),
    }
    return {
        "German interview": (german.read_text("utf-8"), MOST),
        **{name: ("\n\n".join(lines) + "\n", forms) for name, (lines, forms) in texts.items()},
    }


def write_music(path: Path) -> None:
    """Write twenty seconds of soft chords, faded at both ends."""
    time = np.arange(20 * RATE) / RATE
    chords = (
        (220.0, 277.18, 329.63),
        (196.0, 246.94, 293.66),
        (174.61, 220.0, 261.63),
        (164.81, 207.65, 246.94),
    )
    sound = np.zeros_like(time)
    for index, chord in enumerate(chords):
        swell = np.clip(np.sin(np.pi * (time - 5 * index) / 5), 0, None) * (time // 5 == index)
        sound += swell * sum(np.sin(2 * np.pi * hertz * time) for hertz in chord)
    soundfile.write(path, 0.15 * np.stack((sound, np.roll(sound, 200)), axis=1), RATE)


def build(folder: Path, engine: str = "espeak") -> list[Path]:
    """Build all of them, and again with music where the program can; return the folders of the episodes."""
    narrate = [sys.executable, "-m", "narrator", "build"]
    options = subprocess.run([*narrate, "--help"], capture_output=True, text=True, check=True).stdout
    texts = folder / "sources"
    texts.mkdir(parents=True, exist_ok=True)
    music = texts / "music.wav"
    write_music(music)
    made = []
    for name, (text, forms) in sources().items():
        suffix = ".md" if text.startswith("#") else ".txt"
        source = texts / f"{name.replace(' ', '-').replace(',', '')}{suffix}"
        source.write_text(text, "utf-8")
        kinds = {"": ["--format", forms]}
        if "--bed" in options:
            less = forms if len(text) < LONG else "mp3"
            kinds["-music"] = ["--format", less, "--intro", music, "--bed", music, "--outro", music]
        for kind, wishes in kinds.items():
            made.append(folder / "show" / f"{source.stem}{kind}")
            command = [*narrate, source, "--engine", engine, "--output", made[-1], "--quiet", *wishes]
            print(f"building {made[-1].name}", file=sys.stderr)
            subprocess.run([*command, "--takes", folder / "takes"], check=True, stdout=subprocess.DEVNULL)
    return made
