"""Voices, and who gets which."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Shade:
    """How a voice is made from another one."""

    pitch: float = 0.0
    """Semitones by which the melody is raised."""
    formants: float = 0.0
    """Semitones by which the resonances of the throat are raised: under 0 the speaker becomes larger."""
    rate: float = 1.0
    """Factor: over 1 it speaks faster."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A named sound of an engine."""

    engine: str
    name: str
    """Unique within the engine, for example `de+m8`."""
    language: str
    """ISO 639-1 (a regional part after `-` may follow)."""
    gender: str = ""
    """`female`, `male` or empty."""
    options: tuple[tuple[str, float], ...] = ()
    """What else shapes the sound (pitch, range, rate), in the engine's own units, sorted by name."""
    shade: Shade | None = None
    """How it is made from the engine's voice that is named before the `/`; engines never see it."""

    @property
    def id(self) -> str:
        """The name by which people pin it: `engine:name`."""
        return f"{self.engine}:{self.name}"

    @property
    def plain(self) -> "Voice":
        """The engine's own voice from which this one is made; itself as a rule.

        >>> Voice("gtts", "de/deep", "de", "male", shade=Shade(pitch=-9)).plain
        Voice(engine='gtts', name='de', language='de', gender='', options=(), shade=None)
        """
        if self.shade is None:
            return self
        return replace(self, name=self.name.rpartition("/")[0], gender="", shade=None)

    def speaks(self, language: str) -> bool:
        """Tell whether this is a voice for a language; what follows the first `-` does not matter.

        >>> Voice("espeak", "en-us", "en-US").speaks("en"), Voice("espeak", "nb", "nb").speaks("no")
        (True, True)
        """
        return _primary(self.language) == _primary(language)


def _primary(language: str) -> str:
    """Return the first part of a language code; codes that name the same speech give the same."""
    first = language.replace("_", "-").partition("-")[0].lower()
    # ISO 639-3 has an own code for Mandarin; Norwegian stands in three codes, and voices are Bokmål.
    return {"cmn": "zh", "nb": "no", "nn": "no"}.get(first, first)


@dataclass(frozen=True, slots=True)
class Role:
    """A speaker with a voice, and why this one."""

    speaker: str
    voice: Voice
    reason: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Who gets which voice; no voice twice."""

    roles: tuple[Role, ...]
    note: str = ""
    """What the user should know of how it was made: a better engine that was passed over."""

    def voice(self, speaker: str) -> Voice:
        """Return a speaker's voice; raises KeyError for a speaker not in the cast."""
        for role in self.roles:
            if role.speaker == speaker:
                return role.voice
        raise KeyError(speaker)
