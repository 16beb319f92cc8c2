"""Transcripts in the JSON of the podcast namespace (Podcastindex-org/podcast-namespace, transcripts)."""

import json
import re
from pathlib import Path
from typing import Any

from narrator.errors import SourceError
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.pen import Pen
from narrator.sources.reading import Reading
from narrator.text import without_controls

_SIGN = re.compile(r"\s*\{(?=[\s\S]{0,2000}\"segments\"\s*:\s*\[)")
_PAUSE = 2.5
"""Seconds without speech after which a sentence opens a paragraph."""
_LONG = 700
"""Characters after which the next sentence opens a paragraph."""
_SENTENCE_END = re.compile(r"[.?!…][\"”’')\]]*\s*$")


def looks_like_segments(text: str) -> bool:
    """Tell whether a text is such a transcript, by how it begins."""
    return _SIGN.match(text) is not None


def read_segments(text: str, path: Path) -> Reading:
    """Read a transcript.

    The words of its values are accounted for; its keys are mark-up.

    Raises:
        SourceError: It is no JSON, or no transcript.
        LedgerError: A fault of this module lost a part of the text.
    """
    try:
        tree: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"this is no JSON: {error.msg}", path, error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise SourceError("its values are nested too deeply, or its numbers too long", path) from error
    entries = tree.get("segments") if isinstance(tree, dict) else None
    if not isinstance(entries, list):
        raise SourceError("this JSON is no transcript: it has no list called segments", path)
    if not all(isinstance(entry, dict) for entry in entries):
        raise SourceError("a transcript's segments are objects with a body", path)
    writer = _Writer(text.count("\n") + 1)
    for entry in entries:
        writer.write(entry)
    for key in (key for key in tree if key != "segments"):
        writer.drop(_text(tree[key]), "mark-up")
    blocks, unspoken = writer.pen.finish("".join(writer.whole))
    return Reading(FrontMatter(), blocks, unspoken)


class _Writer:
    """Writes entries as blocks."""

    def __init__(self, last: int) -> None:
        self.pen = Pen()
        self.whole: list[str] = []
        """All values, in the order in which they are written."""
        self._last = last
        self._line = 1
        self._voice = ""
        self._end = 0.0

    def drop(self, text: str, reason: str) -> None:
        """Note a value that is not spoken."""
        self.whole += (text, " ")
        self.pen.drop(text, reason, (self._line, self._line))

    def write(self, entry: dict[str, Any]) -> None:
        """Write what one voice says, and where it said it."""
        self._line = min(self._line + 1, self._last)  # the usual files have one entry a line
        for key in (key for key in entry if key not in ("speaker", "body")):
            self.drop(_text(entry[key]), "time stamp" if key in ("startTime", "endTime") else "mark-up")
        speaker = " ".join(_text(entry.get("speaker", "")).split())
        start = _number(entry.get("startTime"), self._end)
        paused = start - self._end > _PAUSE or self.pen.length > _LONG
        if speaker != self._voice or (paused and _SENTENCE_END.search(self.pen.last)):
            self.pen.begin(speaker=speaker)
        self.drop(speaker, "label")
        body = _text(entry.get("body", ""))
        self.whole += (body, " ")
        if body:
            if self.pen.length:
                self.pen.space(" ")
            self.pen.speak(body, body, (self._line, self._line))
        self._voice, self._end = speaker, _number(entry.get("endTime"), start)


def _text(value: Any) -> str:
    """Return a value as text; a list or an object as JSON."""
    if isinstance(value, str):
        return without_controls(value.replace("\n", " "))
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e9 else default
