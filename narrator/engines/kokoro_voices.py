"""What Kokoro's voices are called: its own, those that speak a language as foreigners, and blends of two.

A blend is written `jm_kumo~jf_alpha.30`: jm_kumo with 30 % of jf_alpha. The share has two digits, `.01` to
`.99`; `jm_kumo~jf_alpha` is half of each. A negative share leads away from the second voice:
`jm_kumo~jf_alpha.-40` is 140 % of jm_kumo less 40 % of jf_alpha. `en+` and `de+` stand before a blend as
before any voice: `de+jm_kumo~jf_alpha.30`. Any blend of voices that are installed may be pinned; those that
were measured to be good are listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.engines import kokoro_data as data

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray


class Language(NamedTuple):
    """A language that some of the voices have learned."""

    tag: str
    base: str
    """espeak's name of it."""


_LANGUAGES = {
    "a": Language("en-US", "en-us"),
    "b": Language("en-GB", "en"),
    "e": Language("es", "es"),
    "f": Language("fr", "fr"),
    "h": Language("hi", "hi"),
    "i": Language("it", "it"),
    "p": Language("pt-BR", "pt-br"),
}
"""By the first letter of a voice's name. Japanese (j) and Chinese (z) need phonemes espeak does not make."""
_FOREIGN = {"en": Language("en", "en-us"), "de": Language("de", "de")}
_GENDERS = {"f": "female", "m": "male"}
_GERMANS = (
    "ef_dora", "if_sara", "jm_kumo", "em_alex", "bm_george", "pm_alex", "jf_gongitsune", "hm_omega",
    "im_nicola", "jf_tebukuro",
)  # fmt: skip
"""Voices that were understood in German by speech recognition, best first: 11 to 26 of 100 words misheard,
where espeak's own have 27 to 39 on the same texts. They speak with an accent."""
_BLENDS = (
    "en+jm_kumo~jf_tebukuro.25",
    "en+jf_gongitsune~jf_alpha.-40",
    "en+jm_kumo~jf_alpha.-40",
    "en+jm_kumo~jf_alpha",
    "en+jf_tebukuro~jf_alpha.-40",
    "de+jf_gongitsune~jf_tebukuro.-50",
    "de+jm_kumo~jf_alpha.-40",
    "de+jm_kumo~jf_tebukuro.35",
    "de+jf_tebukuro~jf_alpha.-40",
)
"""Blends measured to be well understood and apart from their likes; see docs/voices.md."""
_VOICE = r"[a-z][fm]_[a-z]+"
_NAME = re.compile(
    rf"(?:(?P<foreign>en|de)\+)?(?P<first>{_VOICE})(?:~(?P<second>{_VOICE})(?:\.(?P<share>-?[0-9]{{2}}))?)?"
)
BLEND_RULE = (
    "a blend is two voices and the share of the second in two digits, as in en+jm_kumo~jf_alpha.30 for 30 %"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a voice says."""

    language: Language
    first: str
    second: str = ""
    """The voice that is blended in; empty for none."""
    share: int = 0
    """Of the second voice in the blend, in hundredths."""

    @property
    def gender(self) -> str:
        """Female or male, as the greater part of the voice is."""
        return _GENDERS[(self.second if self.share > 50 else self.first)[1]]

    @property
    def parts(self) -> tuple[str, ...]:
        """The voices it is made of."""
        return (self.first, self.second) if self.second else (self.first,)

    def style(self, path: Path) -> NDArray[np.float32]:
        """Return the style, of shape (510, 1, 256), from a file of voices.

        Raises:
            EngineUnavailableError: The file is damaged.
        """
        first = data.read_style(path, self.first)
        if not self.second:
            return first
        share = self.share / 100
        mixed = (1 - share) * first.astype(np.float64) + share * data.read_style(path, self.second)
        return mixed.astype(np.float32)


def parse(name: str) -> Named | None:
    """Return what a name says, None where it is none or the language is not offered.

    >>> parse("de+jm_kumo~jf_alpha.30")
    Named(language=Language(tag='de', base='de'), first='jm_kumo', second='jf_alpha', share=30)
    >>> parse("jm_kumo~"), parse("en+jm_kumo~jm_kumo"), parse("jm_kumo")
    (None, None, None)
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    language = _FOREIGN[match["foreign"]] if match["foreign"] else _LANGUAGES.get(match["first"][0])
    if language is None:
        return None
    if match["second"] is None:
        return Named(language, match["first"])
    share = int(match["share"] or 50)
    if share == 0 or match["second"] == match["first"]:
        return None
    return Named(language, match["first"], match["second"], share)


def listed(there: Collection[str]) -> list[str]:
    """Return the names offered where these voices are installed: natives, then foreigners, then blends."""
    names = [name for name in there if name[0] in _LANGUAGES]
    names += [f"en+{name}" for name in there if name[0] not in "ab"]
    names += [f"de+{name}" for name in _GERMANS if name in there]
    blends = ((name, parse(name)) for name in _BLENDS)
    return names + [name for name, named in blends if named and set(named.parts) <= set(there)]
