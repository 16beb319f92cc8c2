"""Where players land when they are sent to a chapter: `python tools/measure_seeks.py [FORMAT…]`.

It encodes a programme of which any 50 ms tell where in it they lie (three tones), with narrator's own
encoders and 180 chapters, sends Chromium and VLC to 20 of them, listens to the samples that they play, and
prints a table in Markdown. Ten hours of MP3 take some two minutes of CPU, of M4A ten; `--folder` keeps the
files for another time. Needs ffprobe, Chromium with playwright, and libvlc (Debian: `ffmpeg chromium vlc-bin
vlc-plugin-base`).
"""

import argparse
import contextlib
import ctypes
import ctypes.util
import json
import mimetypes
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright
from screenshots import hosted

from narrator.encoding import FORMS, Tags, encode_mp3
from narrator.files import writing
from narrator.settings import PROGRAMME_RATE

RATE = PROGRAMME_RATE
BLOCK = 10
"""Seconds in which the lowest tone rises once; the other two count these blocks."""
LOWEST, SLOPE = 500.0, 150.0
"""Hz, and Hz a second, of the rising tone."""
SECOND, THIRD, STEP, DIGITS = 3000, 6000, 25, 60
"""Hz of the counting tones, Hz between their digits, and how many digits each has."""
WINDOW = RATE // 20
CHAPTERS, ASKED, SEED = 180, 20, 6
PATIENCE = 20.0
"""Seconds for one seek."""
NEAR = 0.1
"""Seconds off that are allowed (issue of sound, acceptance 4)."""
Samples = NDArray[np.float32]


# ---------------------------------------------------------------- a programme that tells where it is
@cache
def tone(hertz: int) -> Samples:
    second = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)
    return np.tile(second, BLOCK).astype(np.float32)  # whole numbers of Hz begin anew each second


def blocks(seconds: int) -> Iterator[Samples]:
    times = np.arange(BLOCK * RATE) / RATE
    rising = np.sin(2 * np.pi * (LOWEST * times + SLOPE / 2 * times**2)).astype(np.float32)
    for index in range(seconds // BLOCK):
        second, third = SECOND + STEP * (index % DIGITS), THIRD + STEP * (index // DIGITS)
        yield np.float32(0.2) * (rising + tone(second) + tone(third))


def heard(samples: Samples) -> float | None:
    """Return where in the programme a sound begins, in seconds; None where it is no part of it."""
    found = [
        place - (start + WINDOW / 2) / RATE
        for start in range(0, samples.shape[0] - WINDOW, WINDOW // 2)
        if (place := _place(samples[start : start + WINDOW])) is not None
    ]
    return statistics.median(found) if found else None


def _place(window: Samples) -> float | None:
    size = 1 << 14
    spectrum = np.abs(np.fft.rfft(window * np.hanning(window.shape[0]), size)) + 1e-12
    if spectrum.max() < 1.0:
        return None

    def peak(low: float, high: float) -> float:
        first, last = (round(hertz * size / RATE) for hertz in (low, high))
        top = first + int(spectrum[first:last].argmax())
        before, here, after = np.log(spectrum[top - 1 : top + 2])
        return float(top + (before - after) / (2 * (before - 2 * here + after))) * RATE / size

    width = STEP * DIGITS
    second = (peak(SECOND - STEP / 2, SECOND + width) - SECOND) / STEP
    third = (peak(THIRD - STEP / 2, THIRD + width) - THIRD) / STEP
    if abs(second - round(second)) > 0.3 or abs(third - round(third)) > 0.3:
        return None  # a seam between two blocks
    block = round(second) + DIGITS * round(third)
    return BLOCK * block + (peak(LOWEST - 20, LOWEST + SLOPE * BLOCK + 20) - LOWEST) / SLOPE


def encode(path: Path, hours: float) -> None:
    seconds = round(hours * 3600 / BLOCK) * BLOCK
    chance = random.Random(SEED)  # noqa: S311 - the same places in every run
    starts = [0, *sorted(chance.sample(range(5000, 1000 * seconds - 30_000), CHAPTERS - 1))]
    tags = Tags("Seeks", chapters=tuple((start, f"Chapter {n}") for n, start in enumerate(starts, 1)))
    if path.suffix == ".mp3":
        encode_mp3(path, blocks(seconds), seconds * RATE, tags)
    else:
        with writing(path) as file:
            FORMS[path.suffix[1:]].write(file, blocks(seconds), seconds * RATE, tags)


def chapters(path: Path) -> list[float]:
    """Return where chapters begin, as the file says and ffprobe reads it."""
    command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]
    return [float(chapter["start_time"]) for chapter in found]


# ---------------------------------------------------------------- Chromium
LISTEN = """async () => {
    // What is played goes through a worklet, which hands every sample on.
    window.audio = new Audio('FILE');
    audio.preload = 'auto';
    const context = new AudioContext({ sampleRate: RATE });
    const source = `registerProcessor('tap', class extends AudioWorkletProcessor {
        process(inputs) { if (inputs[0][0]) this.port.postMessage(inputs[0][0].slice()); return true; }
    })`;
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
    const tap = new AudioWorkletNode(context, 'tap');
    tap.port.onmessage = event => { for (const sample of event.data) heard.push(sample); };
    window.heard = [];
    context.createMediaElementSource(audio).connect(tap).connect(context.destination);
    await context.resume();
    while (audio.readyState < 3) await new Promise(done => setTimeout(done, 20));
}"""
SEEK = """async time => {
    audio.pause();
    await new Promise(done => setTimeout(done, 150)); // what is under way runs out
    const there = new Promise(done => audio.addEventListener('seeked', done, { once: true }));
    audio.currentTime = time;
    await there;
    heard.length = 0;
    audio.play();
    for (let tries = 0; tries < 1000; tries += 1) {
        await new Promise(done => setTimeout(done, 20));
        const first = heard.findIndex(sample => Math.abs(sample) > 1e-4);
        if (first >= 0 && heard.length > first + COUNT) return heard.slice(first, first + COUNT);
    }
    return [];
}"""
COUNT = RATE * 2 // 5
"""Samples that are listened to after a seek: 0.4 s."""


@contextlib.contextmanager
def chromium(path: Path) -> Iterator[Callable[[float], Samples]]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    mimetypes.add_type("audio/mp4", ".m4a")
    (path.parent / "index.html").write_text("<!doctype html><title>Seeks</title>", "utf-8")
    flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
    with hosted(path.parent) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_page()
        page.goto(address + "index.html")
        page.evaluate(LISTEN.replace("FILE", path.name).replace("RATE", str(RATE)))
        seek = SEEK.replace("COUNT", str(COUNT))
        yield lambda time: np.array(page.evaluate(seek, time), np.float32)
        browser.close()


# ---------------------------------------------------------------- VLC
class _Ear:
    """Takes what VLC would give to a sound card."""

    def __init__(self) -> None:
        self.parts: list[Samples] = []
        self.open = True
        self.change = threading.Condition()

    def play(self, _: int, samples: int, count: int, __: int) -> None:
        pcm = np.frombuffer(ctypes.string_at(samples, 2 * count), "<i2")
        with self.change:
            if self.open:
                self.parts.append(pcm.astype(np.float32) / 32768)
            self.change.notify_all()

    def flush(self, _: int, __: int) -> None:
        """Forget what was to be played: VLC goes elsewhere."""
        with self.change:
            self.parts.clear()
            self.open = True

    def shut(self) -> None:
        with self.change:
            self.parts.clear()
            self.open = False

    def wait(self) -> Samples:
        with self.change:
            self.change.wait_for(lambda: sum(map(len, self.parts)) >= COUNT, PATIENCE)
            return np.concatenate([np.zeros(0, np.float32), *self.parts])


@contextlib.contextmanager
def vlc(path: Path) -> Iterator[Callable[[float], Samples]]:
    library = ctypes.CDLL(ctypes.util.find_library("vlc") or "libvlc.so.5")
    for name in ("new", "media_new_path", "media_player_new_from_media"):
        getattr(library, f"libvlc_{name}").restype = ctypes.c_void_p
    words = [b"--no-video", b"--quiet"]
    instance = ctypes.c_void_p(library.libvlc_new(len(words), (ctypes.c_char_p * len(words))(*words)))
    media = ctypes.c_void_p(library.libvlc_media_new_path(instance, str(path).encode()))
    player = ctypes.c_void_p(library.libvlc_media_player_new_from_media(media))
    ear, whole = _Ear(), ctypes.c_int64
    play = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, whole)(ear.play)
    flush = ctypes.CFUNCTYPE(None, ctypes.c_void_p, whole)(ear.flush)
    library.libvlc_audio_set_callbacks(player, play, None, None, flush, None, None)
    library.libvlc_audio_set_format(player, b"S16N", RATE, 1)
    library.libvlc_media_player_play(player)
    ear.wait()

    def seek(seconds: float) -> Samples:
        ear.shut()
        library.libvlc_media_player_set_time(player, whole(round(1000 * seconds)))
        return ear.wait()

    yield seek
    library.libvlc_media_player_stop(player)
    library.libvlc_media_player_release(player)


PLAYERS = {"Chromium": chromium, "VLC": vlc}


def measure(path: Path, hours: float) -> list[str]:
    """Return a row of the table for each player."""
    starts = chapters(path)
    chosen = random.Random(SEED).sample(starts[1:], ASKED)  # noqa: S311 - the same in every run
    rows = []
    for name, player in PLAYERS.items():
        with player(path) as seek:
            landed = [(start, heard(seek(start))) for start in chosen]
        off = [abs(place - start) for start, place in landed if place is not None]
        for start, place in landed:
            print(f"{path.name} {name} {start:.3f} {place}", file=sys.stderr)
        near = sum(1 for one in off if one <= NEAR)
        worst = f"{1000 * max(off):.0f} ms" if off else "–"
        middle = f"{1000 * statistics.median(off):.0f} ms" if off else "–"
        rows.append(f"| {path.suffix[1:]} | {hours:g} h | {name} | {near} of {ASKED} | {middle} | {worst} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Where players land when they are sent to a chapter.")
    parser.add_argument("forms", nargs="*", default=["mp3", "m4a"], metavar="FORMAT")
    parser.add_argument("--hours", type=float, default=10.0)
    parser.add_argument("--folder", type=Path, help="where files are kept, and taken from if they are there")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for form in asked.forms:
            path = (asked.folder or Path(folder)) / f"seeks.{form}"
            if not path.exists():
                begin = time.process_time()
                encode(path, asked.hours)
                print(f"{path.name}: {time.process_time() - begin:.0f} s of CPU to encode", file=sys.stderr)
            rows += measure(path, asked.hours)
    print("| file | length | player | within 0.1 s | median off | most off |\n|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
