"""Playing a sound file with what the system has."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ANY = (".wav", ".mp3")
PLAYERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("afplay", (), _ANY),
    ("pw-play", (), (".wav",)),
    ("paplay", (), (".wav",)),
    ("aplay", ("-q",), (".wav",)),
    ("mpv", ("--no-config", "--no-video", "--really-quiet"), _ANY),
    ("ffplay", ("-nodisp", "-autoexit", "-loglevel", "error"), _ANY),
)
"""Program, its arguments before the file, and the suffixes it surely plays; the first that works is taken."""


def play(path: Path, seconds: float) -> bool:
    """Play a file to its end with the first player that is here and does not fail.

    Args:
        path: WAV or MP3.
        seconds: Its length. A player that is done much earlier did not play it: without a sound card ffplay
            ends at once, and says that all went well.

    Returns:
        Whether it was played.
    """
    suffix = path.suffix.lower()
    for name, arguments, suffixes in PLAYERS:
        program = shutil.which(name) if suffix in suffixes else None
        if program is None:
            continue
        # An absolute path: a name that begins with a stroke would be taken for an option.
        command = [program, *arguments, str(path.absolute())]
        begun = time.monotonic()
        try:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
        except OSError:  # it cannot be started
            continue
        # One that was ended from outside (a negative code) was ended on purpose: no other begins anew.
        if code < 0 or (code == 0 and time.monotonic() - begun > seconds / 2):
            return True
    return sys.platform == "win32" and suffix == ".wav" and _play_on_windows(path)


if sys.platform == "win32":

    def _play_on_windows(path: Path) -> bool:
        import winsound

        try:
            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
        except RuntimeError:  # there is nothing that sounds
            return False
        return True

else:

    def _play_on_windows(_path: Path) -> bool:
        return False
