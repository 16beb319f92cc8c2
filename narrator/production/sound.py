"""What an episode is to sound like, as the user or the show wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.delivery import BIT_RATES, LOUD_BIT_RATE, LOUDEST, SOFTEST, Delivery
from narrator.errors import SettingsError
from narrator.model import NARRATOR
from narrator.production.show import wished
from narrator.settings import BIT_RATE_KBPS, LOUDNESS, STAGE_WIDTH, STEREO_KBPS
from narrator.units import Lufs

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Script
    from narrator.production.options import Options
    from narrator.yamltext import Node

KEY = "sound"
"""In `podcast.yaml`."""
_KNOWN = ("loudness", "bitrate", "stage")


def choose_delivery(options: Options, show: Path, script: Script) -> Delivery:
    """Return what the files of an episode are to be like: as asked, else as its show has it.

    Args:
        options: What the user chose.
        show: The folder of the show.
        script: All who speak.

    Raises:
        SettingsError: There is no such loudness or bit rate, or the show's file has a mistake.
    """
    given = wishes_of(show)

    def wish(key: str, asked: float | None, what: str, default: float) -> float:
        if asked is not None:
            return asked
        return given[key].number(what) if key in given else default

    loudness = wish("loudness", options.loudness, _LOUDNESS, LOUDNESS)
    places = places_of(script) if _is_staged(options, given) else ()
    rates = BIT_RATES[2 if places else 1]
    rates_there = f"a bit rate of {', '.join(map(str, rates))} kbit/s{' in stereo' if places else ''}"
    bit_rate = wish("bitrate", options.bit_rate, rates_there, STEREO_KBPS if places else BIT_RATE_KBPS)
    if not SOFTEST <= loudness <= LOUDEST:
        raise _refusal(given, "loudness", options.loudness, f"{_LOUDNESS} is expected, not {loudness:g}")
    if bit_rate not in rates:
        raise _refusal(given, "bitrate", options.bit_rate, f"{rates_there} is expected, not {bit_rate:g}")
    if loudness > LOUDNESS and bit_rate < LOUD_BIT_RATE:
        problem = f"{loudness:g} LUFS need {LOUD_BIT_RATE} kbit/s: with less, voices differ in loudness"
        raise _refusal(given, "loudness", options.loudness, problem)
    return Delivery(Lufs(loudness), int(bit_rate), places)


_LOUDNESS = f"a loudness of {SOFTEST:.0f} to {LOUDEST:.0f} LUFS"


def places_of(script: Script) -> tuple[tuple[str, float], ...]:
    """Return where everybody is between left and right: (speaker, -1 to 1), in the order in which they speak.

    The narrator is in the middle. The first of the others is on the left, the second on the right, at the
    edges of the stage; further ones go alternately into the middle of the widest gap that is left. So nobody
    moves when somebody comes who speaks later than they. Somebody alone needs no stage and gets no place.
    """
    speakers = list(dict.fromkeys(turn.speaker for turn in script.turns))
    if len(speakers) <= 1:
        return ()
    others = [speaker for speaker in speakers if speaker != NARRATOR]
    places = {speaker: _place(index) for index, speaker in enumerate(others)}
    return tuple((speaker, places.get(speaker, 0.0)) for speaker in speakers)


def _place(index: int) -> float:
    """Return the place of one of the speakers who are not the narrator, counted from 0.

    >>> [_place(index) for index in range(6)]
    [-0.25, 0.25, -0.125, 0.125, -0.0625, 0.0625]
    """
    pair, side = divmod(index, 2)
    share, step = (0.0, 0.5) if pair else (1.0, 0.5)
    while pair:  # the digits of the pair behind the point, turned around (van der Corput's sequence)
        pair, digit = divmod(pair, 2)
        share, step = share + digit * step, step / 2
    return STAGE_WIDTH * share * (1 if side else -1)


def _is_staged(options: Options, given: dict[str, Node]) -> bool:
    if options.stage is not None or "stage" not in given:
        return bool(options.stage)
    value = given["stage"].value
    if not isinstance(value, bool):
        raise given["stage"].error("true or false is expected")
    return value


def _refusal(given: dict[str, Node], key: str, asked: object, problem: str) -> Exception:
    """Return the error, with the place in the show's file where the wish stands there."""
    return SettingsError(f"--{key}", problem) if asked is not None else given[key].error(problem)


def wishes_of(show: Path) -> dict[str, Node]:
    """Read what a show wishes of its sound."""
    return wished(show, KEY, _KNOWN)
