"""How espeak's languages are named and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Voice


def language_tag(language: str) -> str:
    """Write a language of espeak's list as people do: `en-us` is `en-US`, `cmn` (ISO 639-3) is `zh`."""
    first, *rest = language.split("-")
    return "-".join(
        [
            "zh" if first == "cmn" else first,
            *(part.upper() if len(part) == 2 else part for part in rest[:1]),
            *rest[1:],
        ]
    )


def closeness(
    voice: Voice, language: str | None, languages: Iterable[tuple[int, str]]
) -> tuple[str, bool, int]:
    """Return a key that sorts by language, then the region asked for first, then by espeak's priorities."""
    first = voice.language.partition("-")[0]
    priority = min((rank for rank, spoken in languages if spoken == first), default=99)
    exact = "-" in (language or "") and voice.language.lower().startswith((language or "").lower())
    return (first, not exact, priority)
