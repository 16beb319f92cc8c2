"""How words are pronounced: for a language, for an engine or a voice, by respelling or IPA."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from narrator.model import Pronunciation

if TYPE_CHECKING:
    from narrator.yamltext import Node

Reading = str | Pronunciation
"""A respelling, or a pronunciation in IPA."""
Pronunciations = Mapping[str, Mapping[str, Reading]]
"""Language code, `*` for all, or a pattern of voices (`kokoro:*`) → word or words → how they are read."""

_LANGUAGE = re.compile(r"\*|[a-z]{2,4}(?:-[A-Za-z0-9]+)*")
_VOICES = re.compile(r"[a-z0-9_*?-]+:\S.*")
_LONGEST_IPA = 200
"""Characters; a name has a dozen."""
_NO_IPA = re.compile(r"[^a-zæçðøħŋœβθχɐ-ʯʰ-˿\u0300-\u036fᵊᵻᵝᶑⁿ ‿͡]")
"""What is no sign of the alphabet; a space parts words."""


def read_ipa(written: str) -> str:
    """Return a pronunciation as engines take it: without the slashes or brackets around it.

    Raises:
        ValueError: It is empty, too long, or holds a character that is none of the alphabet's.

    >>> read_ipa("/ŋwiən/"), read_ipa("ɡɪf")
    ('ŋwiən', 'ɡɪf')
    """
    ipa = written.strip()
    for opening, closing in ("//", "[]"):
        if len(ipa) > 1 and ipa[0] == opening and ipa[-1] == closing:
            ipa = ipa[1:-1]
    ipa = " ".join(ipa.replace("'", "ˈ").replace(":", "ː").replace(".", "").split())
    if not re.search("[a-zæçðøħŋœβθχɐ-ʯA-ZÀ-Þ]", ipa):
        raise ValueError("IPA is expected, as in ŋwiən")
    if len(ipa) > _LONGEST_IPA:
        raise ValueError(f"IPA of {_LONGEST_IPA} characters at most is expected")
    if unknown := _NO_IPA.search(ipa):
        raise ValueError(f"{unknown[0]!r} is no sign of IPA")
    return ipa


def read_section(key: str, node: Node) -> dict[str, Reading]:
    """Read the words that `voices.yaml` has for a language or for voices.

    Raises:
        SettingsError: The key or a reading is not understood; with file and line.
    """
    if not (_LANGUAGE.fullmatch(key) or _VOICES.fullmatch(key)):
        raise node.error('a language code (de, en), "*" or voices ("kokoro:*") are expected as key')
    words: dict[str, Reading] = {}
    for word, reading in node.mapping("a mapping of words to their respellings").items():
        if not word.strip():
            raise reading.error("a word is expected as key")
        words[word] = _reading(reading) if isinstance(reading.value, dict) else reading.text("a respelling")
    return words


def _reading(node: Node) -> Reading:
    members = node.mapping(known=("ipa", "say"))
    say = members["say"].text("a respelling") if "say" in members else ""
    if "ipa" not in members:
        if say:
            return say
        raise node.error('IPA is missing, as in {ipa: "ŋwiən", say: Winn}')
    ipa = members["ipa"]
    try:
        return Pronunciation(read_ipa(ipa.text("IPA")), say, f"{ipa.path}:{ipa.line}")
    except ValueError as error:
        raise ipa.error(str(error)) from error


def readings(pronunciations: Pronunciations, language: str, voice: str) -> tuple[tuple[str, Reading], ...]:
    """Return the words that are read another way in a language and by a voice.

    Those of the language overrule those for all, those for voices overrule both, the longer
    pattern the shorter.

    Args:
        pronunciations: The user's.
        language: ISO 639-1 code.
        voice: A voice's id, `engine:name`; empty for what is true of all.
    """
    merged = {**pronunciations.get("*", {}), **pronunciations.get(language, {})}
    patterns = sorted((key for key in pronunciations if ":" in key), key=lambda key: (len(key), key))
    for pattern in patterns:
        if voice and fnmatchcase(voice, pattern):
            merged |= pronunciations[pattern]
    return tuple(merged.items())
