"""What an episode is to sound like, as the user or the show wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.delivery import BIT_RATES, LOUD_BIT_RATE, LOUDEST, SOFTEST, Delivery
from narrator.errors import SettingsError
from narrator.publish.podcast import PODCAST
from narrator.settings import BIT_RATE_KBPS, LOUDNESS
from narrator.units import Lufs
from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.production.options import Options
    from narrator.yamltext import Node

KEY = "sound"
"""In `podcast.yaml`."""
_KNOWN = ("loudness", "bitrate")


def choose_delivery(options: Options, show: Path) -> Delivery:
    """Return what the files of an episode are to be like: as asked, else as its show has it.

    Args:
        options: What the user chose.
        show: The folder of the show.

    Raises:
        SettingsError: There is no such loudness or bit rate, or the show's file has a mistake.
    """
    given = _of_show(show)

    def wish(key: str, asked: float | None, what: str, default: float) -> float:
        if asked is not None:
            return asked
        return given[key].number(what) if key in given else default

    loudness = wish("loudness", options.loudness, _LOUDNESS, LOUDNESS)
    bit_rate = wish("bitrate", options.bit_rate, _BIT_RATE, BIT_RATE_KBPS)
    if not SOFTEST <= loudness <= LOUDEST:
        raise _refusal(given, "loudness", options.loudness, f"{_LOUDNESS} is expected, not {loudness:g}")
    if bit_rate not in BIT_RATES:
        raise _refusal(given, "bitrate", options.bit_rate, f"{_BIT_RATE} is expected, not {bit_rate}")
    if loudness > LOUDNESS and bit_rate < LOUD_BIT_RATE:
        problem = f"{loudness:g} LUFS need {LOUD_BIT_RATE} kbit/s: with less, voices differ in loudness"
        raise _refusal(given, "loudness", options.loudness, problem)
    return Delivery(Lufs(loudness), int(bit_rate))


_LOUDNESS = f"a loudness of {SOFTEST:.0f} to {LOUDEST:.0f} LUFS"
_BIT_RATE = f"a bit rate of {', '.join(map(str, BIT_RATES))} kbit/s"


def _refusal(given: dict[str, Node], key: str, asked: object, problem: str) -> Exception:
    """Return the error, with the place in the show's file where the wish stands there."""
    return SettingsError(f"--{key}", problem) if asked is not None else given[key].error(problem)


def _of_show(show: Path) -> dict[str, Node]:
    """Read what a show wishes; nothing else of its `podcast.yaml` matters to a build."""
    path = show / PODCAST
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}".lower()
        raise SettingsError(KEY, f"the file cannot be read: {problem}", path) from error
    root = load_yaml(text, path).mapping()
    given = root[KEY].mapping(f"a mapping of {', '.join(_KNOWN)}", _KNOWN) if KEY in root else {}
    return {key: node for key, node in given.items() if node.value is not None}
