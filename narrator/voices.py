"""The catalogue: recommended voices, how alike they sound, pins and pronunciations, from `voices.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import CastError, SettingsError
from narrator.prices import Price, read_prices
from narrator.pronunciations import read_section
from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Voice
    from narrator.pronunciations import Pronunciations, Reading
    from narrator.yamltext import Node

Options = tuple[tuple[str, float], ...]
"""Pitch, range and rate where they are given, sorted by name."""
FILE_NAME = "voices.yaml"
UNMEASURED = 0.80
"""Taken for the likeness of two voices that nobody measured: neither well apart nor confused."""

_OPTIONS = {
    "pitch": ("a pitch from 0 to 99", 0, 99),
    "range": ("a range of pitch from 0 to 99", 0, 99),
    "rate": ("a rate of 80 to 450 words a minute", 80, 450),
}
_ENTRY = ("name", "gender", *_OPTIONS, "note", "wer", "use")
_VOICE_ID = re.compile(r"[^:\s]+:\S.*")


@dataclass(frozen=True, slots=True)
class Pin:
    """A speaker for whom a voice is pinned."""

    speaker: str
    voice: str
    """`engine:name`; a name that begins with `*` stands for the voice in the script's language."""
    options: Options = ()
    """What the pin changes of the voice's own."""
    place: str = ""
    """File and line, for errors; empty for a pin in the script."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """A voice that the catalogue describes."""

    engine: str
    name: str
    """A voice's name; one that begins with `*` stands for that voice in every language."""
    gender: str = ""
    """Where it is another than the engine says: `female` or `male`."""
    options: Options = ()
    note: str = ""
    wer: tuple[tuple[str, float], ...] = ()
    """(language, word error rate 0 to 1) as measured by speech recognition."""
    use: bool = True
    """Whether it may be given to a speaker without a pin."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything `voices.yaml` says, the user's own laid over narrator's."""

    engine: str = ""
    """The engine to use when none is asked for."""
    pins: tuple[Pin, ...] = ()
    pronunciations: Pronunciations = field(default_factory=dict)
    recommended: tuple[Recommended, ...] = ()
    """Best first."""
    cosines: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    """(engine, name, name), in both orders → how alike they sound."""
    prices: Mapping[tuple[str, str], Price] = field(default_factory=dict)
    """(engine, model) → what it costs."""

    def pool(self, available: Sequence[Voice], language: str) -> tuple[Voice, ...]:
        """Return the voices that can be cast, the recommended ones first, with their options.

        Args:
            available: What the engines have; they keep their order. Only voices of the language are taken, so
                all of an engine's voices may be given, and the error can tell the languages it has.
            language: ISO 639-1 code of the script.

        Raises:
            CastError: No voice speaks the language.
        """
        spoken = [voice for voice in available if voice.speaks(language)]
        if not spoken:
            known = sorted({voice.language.partition("-")[0] for voice in available})
            raise CastError(f"a text in “{language}”", "the engine does not speak this language", known)
        pool: dict[str, Voice] = {}
        for engine in dict.fromkeys(voice.engine for voice in spoken):
            own = [voice for voice in spoken if voice.engine == engine]
            by_pattern: dict[str, list[Voice]] = {}
            for voice in own:
                for name in {voice.name, _starred(voice.name)}:
                    by_pattern.setdefault(name, []).append(voice)
            later: list[Voice] = []
            for entry in self.recommended:
                if entry.engine == engine:
                    bare, _, shade = entry.name.partition("/")
                    made = [_dressed(voice, entry, shade) for voice in by_pattern.get(bare, ())]
                    pool |= {voice.id: voice for voice in made[:1]}
                    later += made[1:]  # the same voice in other regions: for pins
            for voice in (*later, *own):
                pool.setdefault(voice.id, voice)
        return tuple(pool.values())

    def recommends(self, voice: Voice) -> bool:
        """Tell whether a voice may be given without a pin; of an engine not described here, all may."""
        entry = self._entry(voice)
        if entry is None:
            return all(other.engine != voice.engine for other in self.recommended)
        return entry.use

    def timbre(self, voice: Voice) -> str:
        """Return a name for the sound of a voice: what differs only in region or options has the same."""
        entry = self._entry(voice)
        return f"{voice.engine}:{entry.name if entry else voice.name}"

    def alike(self, a: Voice, b: Voice) -> float:
        """Return how alike two voices sound: the measured cosine, `UNMEASURED` where nobody measured it."""
        if self.timbre(a) == self.timbre(b):
            return 1.0
        if a.engine != b.engine:
            return UNMEASURED
        for first in (a.name, _starred(a.name)):
            for second in (b.name, _starred(b.name)):
                if (a.engine, first, second) in self.cosines:
                    return self.cosines[a.engine, first, second]
        return UNMEASURED

    def _entry(self, voice: Voice) -> Recommended | None:
        names = (voice.name, _starred(voice.name))
        return next((e for e in self.recommended if e.engine == voice.engine and e.name in names), None)


def find_voice(pool: Sequence[Voice], pin: Pin) -> Voice | None:
    """Return the voice of a pool that a pin means, with the pin's options; None when there is none."""
    engine, _, name = pin.voice.partition(":")
    for voice in pool:
        if voice.engine == engine and name in {voice.name, _starred(voice.name)}:
            return replace(voice, options=_overlaid(voice.options, pin.options))
    return None


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read narrator's own `voices.yaml` and the user's over it.

    Args:
        path: The user's file; when None, `voices.yaml` in the current folder if there is one.

    Raises:
        SettingsError: A file cannot be read, or says something that is not understood; with file and line.
    """
    own = _own_file()
    user = path if path is not None else Path(FILE_NAME)
    maker = _Maker()
    maker.read(own)
    if path is not None or (user.is_file() and user.resolve() != own.resolve()):
        maker.read(user)
    return maker.catalogue()


def _own_file() -> Path:
    """Return the file in the installed package or, in a checkout, the one at its top."""
    packaged = Path(__file__).with_name(FILE_NAME)
    return packaged if packaged.is_file() else packaged.parent.with_name(FILE_NAME)


def _starred(name: str) -> str:
    """Return a voice's name without its language.

    >>> [_starred(name) for name in ("de+m8", "de", "en-us+m3/high")]
    ['*+m8', '*', '*+m3/high']
    """
    return re.sub(r"^[^+/]*", "*", name)


def _dressed(voice: Voice, entry: Recommended, shade: str) -> Voice:
    """Return an engine's voice as the catalogue recommends it."""
    return replace(
        voice,
        name=f"{voice.name}/{shade}" if shade else voice.name,
        gender=entry.gender or voice.gender,
        options=_overlaid(voice.options, entry.options),
    )


def _overlaid(below: Options, above: Options) -> Options:
    return tuple(sorted((dict(below) | dict(above)).items()))


class _Maker:
    """Gathers what one file after the other says."""

    def __init__(self) -> None:
        self._engine = ""
        self._pins: dict[str, Pin] = {}
        self._pronunciations: dict[str, dict[str, Reading]] = {}
        self._recommended: dict[tuple[str, str], Recommended] = {}
        self._prices: dict[tuple[str, str], Price] = {}
        self._cosines: dict[tuple[str, str, str], float] = {}

    def read(self, path: Path) -> None:
        """Lay a file over what was read before."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error.strerror}".lower()
            raise SettingsError("voices", f"the file cannot be read: {problem}", path) from error
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
        self._recommended[engine, name] = replace(entry, options=_overlaid(entry.options, _options(members)))


def _options(members: Mapping[str, Node]) -> Options:
    return tuple(
        (name, float(members[name].number(what, low, high)))
        for name, (what, low, high) in sorted(_OPTIONS.items())
        if name in members
    )
