"""Voices, and who gets which."""

from dataclasses import dataclass


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

    @property
    def id(self) -> str:
        """The name by which people pin it: `engine:name`."""
        return f"{self.engine}:{self.name}"

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
