"""The ways from takes to an MP3, one a process: `python -m bench.ways WAY TURNS FOLDER [one-core]`.

All end with MP3 of the same kind: 48 kHz, mono, the bit rate of narrator, LAME's quality 5. Only ours
brings voices and programme to one loudness, limits peaks, and measures the finished file. It reads takes
from its store, whose FLAC has to be decoded; the others get the same sound as WAV, cut and in order.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RATE = 48_000
_KBPS = 96
_QUALITY = 5
_BLOCK = 1 << 17
"""Bytes that are read and encoded at once."""
_PAUSE_MS = 700
"""Between turns, the middle of what narrator leaves."""
_ENCODE = (
    "-ar",
    str(_RATE),
    "-ac",
    "1",
    "-c:a",
    "libmp3lame",
    "-b:a",
    f"{_KBPS}k",
    "-compression_level",
    "5",
)


def _facts(folder: Path) -> Any:
    return json.loads((folder / "facts.json").read_bytes())


def _wavs(folder: Path, turns: int) -> Iterator[str]:
    pool = len(_facts(folder)["keys"])
    return (str(folder / "wav" / f"{number % pool}.wav") for number in range(turns))


def _pause(folder: Path) -> bytes:
    return bytes(2 * (_facts(folder)["take_rate"] * _PAUSE_MS // 1000))


# ---------------------------------------------------------------- ours
def ours(turns: int, folder: Path, file: Path) -> None:
    """Mix, master, encode and check, as `narrate build` does it once the takes are there."""
    from bench.takes import produce, put_together, takes_of
    from narrator.takes import TakeStore

    spoken, takes, gains = takes_of(folder, turns)
    produce(put_together(spoken, takes), TakeStore(folder / "takes"), gains, file)


def check(turns: int, folder: Path, file: Path) -> None:
    """Measure the finished file as a listener gets it: the last part of our way."""
    from narrator.encoding import measure_file

    made = folder / f"ours-{turns}.mp3"
    file.write_text(str(measure_file(made)), "utf-8")


# ---------------------------------------------------------------- the limit
def encoder(turns: int, folder: Path, file: Path) -> None:
    """Encode samples that are there, and nothing else: the same encoder with the same settings."""
    import lameenc

    bare = lameenc.Encoder()
    bare.set_in_sample_rate(_RATE)
    bare.set_channels(1)
    bare.set_bit_rate(_KBPS)
    bare.set_quality(_QUALITY)
    bare.silence()
    left = 2 * _facts(folder)["lengths"][str(turns)]
    with (folder / "programme.pcm").open("rb") as samples, file.open("wb") as made:
        while left:
            block = samples.read(min(left, _BLOCK))
            if not block:
                samples.seek(0)
            left -= len(block)
            made.write(bare.encode(block))
        made.write(bare.flush())


# ---------------------------------------------------------------- others
def pydub_add(turns: int, folder: Path, file: Path) -> None:
    """Grow one segment turn by turn, then export it: what most programs of this kind do."""
    from pydub import AudioSegment

    pause = AudioSegment.silent(_PAUSE_MS, _facts(folder)["take_rate"])
    programme = AudioSegment.empty()
    for path in _wavs(folder, turns):
        programme += AudioSegment.from_wav(path)
        programme += pause
    programme.export(file, format="mp3", parameters=list(_ENCODE))


def pydub_join(turns: int, folder: Path, file: Path) -> None:
    """Join the samples of all segments at once, then export them."""
    from pydub import AudioSegment

    pause = _pause(folder)
    parts = []
    for path in _wavs(folder, turns):
        parts += [AudioSegment.from_wav(path).raw_data, pause]
    rate = _facts(folder)["take_rate"]
    whole = AudioSegment(data=b"".join(parts), sample_width=2, frame_rate=rate, channels=1)
    whole.export(file, format="mp3", parameters=list(_ENCODE))


def ffmpeg_concat(turns: int, folder: Path, file: Path) -> None:
    """Give ffmpeg the list of files."""
    pause, listed = folder / "pause.wav", folder / f"list-{turns}.txt"
    with wave.open(str(pause), "wb") as sound:
        sound.setparams((1, 2, _facts(folder)["take_rate"], 0, "NONE", ""))
        sound.writeframes(_pause(folder))
    listed.write_text("".join(f"file '{path}'\nfile '{pause}'\n" for path in _wavs(folder, turns)), "utf-8")
    command = ["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", str(listed)]
    subprocess.run([*command, *_ENCODE, "-y", str(file)], check=True)


def ffmpeg_pipe(turns: int, folder: Path, file: Path) -> None:
    """Write the samples of one take after the other into ffmpeg."""
    pause, rate = _pause(folder), str(_facts(folder)["take_rate"])
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", rate, "-ac", "1", "-i", "pipe:0"]
    process = subprocess.Popen([*command, *_ENCODE, "-y", str(file)], stdin=subprocess.PIPE)
    if process.stdin is None:
        raise OSError("no pipe to ffmpeg")
    with process.stdin as pipe:
        for path in _wavs(folder, turns):
            with wave.open(path, "rb") as sound:
                pipe.write(sound.readframes(sound.getnframes()))
            pipe.write(pause)
    if process.wait():
        raise OSError("ffmpeg failed")


WAYS: dict[str, Callable[[int, Path, Path], None]] = {
    "ours": ours,
    "check": check,
    "encoder": encoder,
    "pydub-add": pydub_add,
    "pydub-join": pydub_join,
    "ffmpeg-concat": ffmpeg_concat,
    "ffmpeg-pipe": ffmpeg_pipe,
}


def main(way: str, turns: int, folder: Path, *, one_core: bool) -> None:
    """Go one way, and make sure that all of the programme is in the file."""
    if one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    file = folder / (f"{way}-{turns}.mp3" if not one_core else f"{way}-{turns}-one.mp3")
    WAYS[way](turns, folder, file)
    wanted = _facts(folder)["lengths"][str(turns)] / _RATE
    found = file.stat().st_size * 8 / (_KBPS * 1000)
    if way != "check" and not 0.9 < found / wanted < 1.1:  # pauses of others are all alike
        raise ValueError(f"{way}: {found:.1f} s of MP3 where {wanted:.1f} s are wanted")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), one_core="one-core" in sys.argv[4:])
