"""The reading of `voices.yaml`, narrator's own and the user's over it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import SettingsError
from narrator.model import Shade
from narrator.prices import read_prices
from narrator.pronunciations import read_section
from narrator.voices.catalogue import Catalogue, Options, Pin, Recommended, overlaid
from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.prices import Price
    from narrator.pronunciations import Reading
    from narrator.yamltext import Node

FILE_NAME = "voices.yaml"

_OPTIONS = {
    "pitch": ("a pitch from 0 to 99", 0, 99),
    "range": ("a range of pitch from 0 to 99", 0, 99),
    "rate": ("a rate of 80 to 450 words a minute", 80, 450),
}
_SHADE = {
    "pitch": ("a pitch of -12 to 12 semitones", -12, 12),
    "formants": ("formants of -6 to 6 semitones", -6, 6),
    "rate": ("a rate of 0.7 to 1.4 times the voice's own", 0.7, 1.4),
}
"""Beyond these, WORLD no longer sounds like a person (formants of children lie 6 semitones over men's)."""
_ENTRY = ("name", "gender", *_OPTIONS, "shade", "note", "wer", "use")
_SHADE_NAME = re.compile(r"[^/]+/[\w-]+")
_VOICE_ID = re.compile(r"[^:\s]+:\S.*")


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read narrator's own `voices.yaml` and the user's over it.

    Args:
        path: The user's file; when None, `voices.yaml` in the current folder if there is one.

    Raises:
        SettingsError: A file cannot be read, or says something that is not understood; with file and line.
    """
    return _catalogue(tuple((file, _text(file)) for file in catalogue_files(path)))


def catalogue_files(path: Path | None = None) -> tuple[Path, ...]:
    """Return the files that `load_catalogue` reads, narrator's own first."""
    own = _own_file()
    user = path if path is not None else Path(FILE_NAME)
    if path is not None or (user.is_file() and user.resolve() != own.resolve()):
        return own, user
    return (own,)


@lru_cache(maxsize=2)
def _catalogue(files: tuple[tuple[Path, str], ...]) -> Catalogue:
    """Return what files say; those that were not changed are read once for all sources of an archive."""
    maker = _Maker()
    for path, text in files:
        maker.read(path, text)
    return maker.catalogue()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}".lower()
        raise SettingsError("voices", f"the file cannot be read: {problem}", path) from error


def _own_file() -> Path:
    """Return the file in the installed package or, in a checkout, the one at its top."""
    packaged = Path(__file__).parent.with_name(FILE_NAME)
    return packaged if packaged.is_file() else packaged.parent.with_name(FILE_NAME)


class _Maker:
    """Gathers what one file after the other says."""

    def __init__(self) -> None:
        self._engine = ""
        self._pins: dict[str, Pin] = {}
        self._pronunciations: dict[str, dict[str, Reading]] = {}
        self._recommended: dict[tuple[str, str], Recommended] = {}
        self._prices: dict[tuple[str, str], Price] = {}
        self._cosines: dict[tuple[str, str, str], float] = {}

    def read(self, path: Path, text: str) -> None:
        """Lay a file over what was read before."""
        members = load_yaml(text, path).mapping(
            "a mapping of settings", ("engine", "pins", "pronunciations", "engines")
        )
        if "engine" in members:
            self._engine = members["engine"].text("the name of an engine")
        for section, take in (
            ("pins", self._pin), ("pronunciations", self._pronounce), ("engines", self._describe),
        ):  # fmt: skip
            if section in members:
                for name, node in members[section].mapping().items():
                    take(name, node)

    def catalogue(self) -> Catalogue:
        """Return what was gathered."""
        pins, recommended = tuple(self._pins.values()), tuple(self._recommended.values())
        return Catalogue(self._engine, pins, self._pronunciations, recommended, self._cosines, self._prices)

    def _pin(self, speaker: str, node: Node) -> None:
        options: Options = ()
        voice = node
        if isinstance(node.value, dict):
            members = node.mapping(known=("voice", *_OPTIONS))
            if "voice" not in members:
                raise node.error("a voice is missing, as in {voice: espeak:de+m8, pitch: 40}")
            voice, options = members["voice"], _options(members)
        name = voice.text("a voice, as in espeak:de+m8,")
        if not _VOICE_ID.fullmatch(name):
            raise voice.error(f"a voice is written engine:name, as in espeak:de+m8, not {name!r}")
        self._pins[speaker.casefold()] = Pin(speaker, name, options, f"{node.path}:{node.line}")

    def _pronounce(self, key: str, node: Node) -> None:
        self._pronunciations.setdefault(key, {}).update(read_section(key, node))

    def _describe(self, engine: str, node: Node) -> None:
        members = node.mapping(known=("voices", "alike", "prices"))
        if "prices" in members:
            prices = read_prices(members["prices"])
            self._prices |= {(engine, model): price for model, price in prices.items()}
        for entry in members["voices"].sequence("a list of voices") if "voices" in members else ():
            self._recommend(engine, entry)
        if "alike" not in members:
            return
        for first, row in members["alike"].mapping("a mapping of voices").items():
            for second, cosine in row.mapping("a mapping of voices to cosines").items():
                for name in (first, second):
                    if (engine, name) not in self._recommended:
                        raise cosine.error(f"{name!r} is not among the voices of {engine} in this file")
                value = cosine.number("a cosine from -1 to 1", -1, 1)
                self._cosines[engine, first, second] = self._cosines[engine, second, first] = value

    def _recommend(self, engine: str, node: Node) -> None:
        members = node.mapping("a mapping that describes a voice", _ENTRY)
        if "name" not in members:
            raise node.error("a name is missing")
        name = members["name"].text("the name of a voice")
        entry = self._recommended.get((engine, name), Recommended(engine, name))
        if "gender" in members:
            gender = members["gender"].text("female or male")
            if gender not in {"female", "male"}:
                raise members["gender"].error(f"female or male is expected, not {gender!r}")
            entry = replace(entry, gender=gender)
        if "note" in members:
            entry = replace(entry, note=members["note"].text())
        if "wer" in members:
            rates = members["wer"].mapping("a mapping of languages to word error rates")
            entry = replace(
                entry,
                wer=tuple((code, rate.number("a rate from 0 to 1", 0, 1)) for code, rate in rates.items()),
            )
        if "use" in members:
            use = members["use"].value
            if not isinstance(use, bool):
                raise members["use"].error("true or false is expected")
            entry = replace(entry, use=use)
        if "shade" in members:
            if not _SHADE_NAME.fullmatch(name):
                example = f"{name.partition('/')[0]}/deep"
                raise members["shade"].error(f"a shade needs a name as in {example!r}, not {name!r}")
            entry = replace(entry, shade=_shade(members["shade"]))
        self._recommended[engine, name] = replace(entry, options=overlaid(entry.options, _options(members)))


def _shade(node: Node) -> Shade:
    parts = node.mapping("a mapping of pitch, formants and rate", tuple(_SHADE))
    if not parts:  # it would be the plain voice under another name
        raise node.error("pitch, formants or rate is missing, as in {pitch: -9, formants: -3}")
    return Shade(**{name: float(part.number(*_SHADE[name])) for name, part in parts.items()})


def _options(members: Mapping[str, Node]) -> Options:
    return tuple(
        (name, float(members[name].number(what, low, high)))
        for name, (what, low, high) in sorted(_OPTIONS.items())
        if name in members
    )
