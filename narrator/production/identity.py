"""What makes an episode this episode: title, slug, guid, date, and whether a folder already holds it."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from narrator.errors import SettingsError
from narrator.settings import DATE_VARIABLE, MAX_SLUG, MAX_TITLE
from narrator.text import words

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Script

_NAMESPACE = uuid.UUID("6f1d1a3e-9a52-5c0b-8e0a-3d1f6b0c7e41")
"""Of the guids of episodes; any UUID, chosen once and never changed."""
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")
"""Names that Windows keeps for devices."""
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l"}
)
"""Letters that are spelled out in names of files, or that lose nothing but a stroke."""
_FEW_WORDS = 30
_KIN = 0.2
"""Share of runs of three words that an edited text keeps, at the very least: with every fourth word changed
it is 0.4; two texts on one subject share about 0.02."""
_AROUND = 4
"""Runs of three words that reach from one line into those around it, at most."""
_CERTAIN = 1.0
"""Runs that both have for each that only one may have; 0.25 would make `_KIN` of all."""


def make_title(given: str, script: Script, path: Path) -> str:
    """Return the title of an episode, one line: the one given, else the script's, else one of the file name.

    Raises:
        SettingsError: It is longer than feeds allow.

    """
    title = _one_line(given) or _one_line(script.title)
    if not title:
        title = _one_line(re.sub(r"[_-]+", " ", path.stem)) or "Untitled"
        title = title[0].upper() + title[1:]
        return title[:MAX_TITLE]
    if len(title) > MAX_TITLE:
        raise SettingsError(
            "title",
            f"it has {len(title)} characters, feeds allow {MAX_TITLE}; give a shorter one with --title",
            None if given else path,
        )
    return title


def make_slug(title: str, default: str | None = None) -> str:
    """Return the name of an episode's files and folder: a-z, 0-9 and `-`, at most MAX_SLUG characters.

    Args:
        title: What it is to tell.
        default: For a title without such a letter; else one is made of its hash.

    >>> make_slug("Über „Größe“: Teil 2/3"), make_slug("東京"), make_slug("CON")
    ('ueber-groesse-teil-2-3', 'episode-130016b2', 'con-episode')
    """
    plain = (
        unicodedata.normalize("NFKD", title.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    )
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(slug) > MAX_SLUG:
        # At the end of a word, unless a single word is that long.
        whole = slug[: MAX_SLUG + 1].rpartition("-")[0]
        slug = whole or slug[:MAX_SLUG]
    if not slug:
        return default if default is not None else f"episode-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    return f"{slug}-episode" if _RESERVED.fullmatch(slug) else slug


def make_guid(slug: str, source: bytes) -> str:
    """Return the guid that an episode gets at its first build, from its slug and its source."""
    return str(uuid.uuid5(_NAMESPACE, f"{slug} {hashlib.sha256(source).hexdigest()}"))


def make_date(kept: str) -> str:
    """Return the date of an episode, ISO 8601 in UTC: SOURCE_DATE_EPOCH, else the date kept, else now.

    Source: reproducible-builds.org, specification of SOURCE_DATE_EPOCH.

    Raises:
        SettingsError: The environment variable is no number of seconds.
    """
    wish = os.environ.get(DATE_VARIABLE, "")
    if not wish:
        return kept or datetime.now(UTC).replace(microsecond=0).isoformat()
    try:
        return datetime.fromtimestamp(int(wish), UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise SettingsError(DATE_VARIABLE, f"{wish!r} is no number of seconds since 1970") from error


def is_kin(one: Script, other: Script) -> bool:
    """Tell whether one script is an edited form of the other rather than another text."""
    shingles = [_shingles(script) for script in (one, other)]
    if min(len(shingle) for shingle in shingles) < _FEW_WORDS:
        shingles = [{(word,) for run in shingle for word in run} for shingle in shingles]
    fewer = min(len(shingle) for shingle in shingles)
    return fewer == 0 or len(shingles[0] & shingles[1]) >= _KIN * fewer


def is_plainly_kin(one: str, other: str) -> bool:
    """Tell by the lines of two written scripts, without reading them, that `is_kin` would find them kin.

    Runs of words within turns that both have are in both; what else there is has no more runs than words.
    """
    lines = [set(text.split("\n")) for text in (one, other)]
    both = lines[0] & lines[1]
    others = max(sum(len(words(line)) + _AROUND for line in each - both) for each in lines)
    wanted = max(_FEW_WORDS, _CERTAIN * others)
    found: set[tuple[str, ...]] = set()
    for line in both:
        if line.startswith("**"):
            spoken = words(line.partition(":** ")[2].partition(" <!--")[0])
            found.update(zip(spoken, spoken[1:], spoken[2:], strict=False))
            if len(found) > wanted:
                return True
    return False


def _shingles(script: Script) -> set[tuple[str, ...]]:
    """Return every run of three words in a row; all words as one run where there are fewer."""
    spoken = [word for turn in script.turns for word in words(turn.text)]
    return {tuple(spoken[at : at + 3]) for at in range(max(1, len(spoken) - 2))}


def _one_line(title: str) -> str:
    """Replace line ends and control characters by spaces, and runs of spaces by one."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Cn"} else char for char in title)
    return " ".join(kept.split())
