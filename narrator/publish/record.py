"""The record of an episode, `episode.json`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from narrator.errors import PublishError
from narrator.model import Download, Episode, Illustration, Ledger, Speaking
from narrator.settings import LOUDNESS

if TYPE_CHECKING:
    from pathlib import Path

RECORD = "episode.json"
CHAPTERS = "chapters.json"
SCRIPT = "script.md"
"""Names in the folder of an episode."""
_T = TypeVar("_T", str, int)
_KINDS = {str: "a text", int: "a whole number"}


def format_episode(episode: Episode) -> str:
    """Return the record as JSON; the same episode gives the same text.

    The loudness and peak of silence, minus infinity, are null: JSON has no number for them.
    """
    content = asdict(episode)
    for one in (content, *content["downloads"]):
        for key in ("loudness", "peak"):
            one[key] = one[key] if math.isfinite(one[key]) else None
    content["chapters"] = [{"start_ms": start, "title": title} for start, title in episode.chapters]
    content["ledger"]["dropped"] = [
        {"reason": reason, "passages": passages, "words": count}
        for reason, passages, count in episode.ledger.dropped
    ]
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def parse_episode(text: str, path: Path) -> Episode:
    """Read a record.

    Args:
        text: What `format_episode` gave.
        path: Where it comes from, for error messages.

    Raises:
        PublishError: It is no record of an episode, or something in it is missing or of a wrong kind.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PublishError(f"{path} is no record of an episode: {error}; build the episode again") from error
    whole = _Fields(content, path, "the record")
    ledger = whole.inner("ledger")
    return Episode(
        title=whole.get("title", str),
        slug=whole.get("slug", str),
        guid=whole.get("guid", str),
        language=whole.get("language", str),
        author=whole.get("author", str),
        date=whole.get("date", str),
        duration_ms=whole.get("duration_ms", int),
        audio=whole.get("audio", str),
        size=whole.get("size", int),
        sha256=whole.get("sha256", str),
        loudness=whole.level("loudness"),
        peak=whole.level("peak"),
        speakers=tuple(
            Speaking(
                one.get("speaker", str),
                one.get("voice", str),
                one.get("ms", int),
                one.level("gain") if one.has("gain") else None,
            )
            for one in whole.all("speakers")
        ),
        chapters=tuple((one.get("start_ms", int), one.get("title", str)) for one in whole.all("chapters")),
        ledger=Ledger(
            ledger.get("spoken", int),
            ledger.get("labels", int),
            tuple(
                (one.get("reason", str), one.get("passages", int), one.get("words", int))
                for one in ledger.all("dropped")
            ),
        ),
        recipe=whole.get("recipe", str, ""),
        script_sha256=whole.get("script_sha256", str, ""),
        downloads=tuple(
            Download(
                one.get("name", str),
                one.get("size", int),
                one.get("sha256", str),
                one.level("loudness"),
                one.level("peak"),
                one.get("recipe", str, ""),
            )
            for one in whole.all("downloads", missing=[])
        ),
        illustrations=tuple(
            Illustration(
                one.get("start_ms", int), one.get("image", str), one.get("link", str), one.get("alt", str)
            )
            for one in whole.all("illustrations", missing=[])
        ),
        gain=whole.level("gain") if whole.has("gain") else None,
        target=whole.level("target") if whole.has("target") else LOUDNESS,
    )


class _Fields:
    """An object of the record, whose fields are asked for by name and kind."""

    def __init__(self, content: Any, path: Path, where: str) -> None:
        if not isinstance(content, dict):
            raise _refusal(path, where, "an object")
        self._content = content
        self._path = path

    def get(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        """Return a text or a whole number."""
        value = self._content.get(key, default)
        # A truth value is a whole number to Python, but not to us.
        if not isinstance(value, kind) or isinstance(value, bool):
            raise _refusal(self._path, f"“{key}”", _KINDS[kind])
        return value

    def level(self, key: str) -> float:
        """Return a loudness or peak."""
        value = self._content.get(key, "")
        if value is None:
            return -math.inf
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise _refusal(self._path, f"“{key}”", "a number")
        return float(value)

    def has(self, key: str) -> bool:
        """Tell whether there is a value."""
        return self._content.get(key) is not None

    def inner(self, key: str) -> _Fields:
        """Return an object within this one."""
        return _Fields(self._content.get(key), self._path, f"“{key}”")

    def all(self, key: str, missing: list[Any] | None = None) -> list[_Fields]:
        """Return a list of objects within this one; older records lack some lists."""
        values = self._content.get(key, missing)
        if not isinstance(values, list):
            raise _refusal(self._path, f"“{key}”", "a list")
        return [_Fields(value, self._path, f"an entry of “{key}”") for value in values]


def _refusal(path: Path, where: str, kind: str) -> PublishError:
    return PublishError(f"{path} is no record of an episode: {where} is not {kind}; build the episode again")
