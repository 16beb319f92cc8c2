"""Fountain screenplays to blocks: who speaks by their cues, actions as directions (fountain.io/syntax)."""

import re
from pathlib import Path

from narrator.model import BlockKind
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.pen import Pen
from narrator.sources.reading import Reading
from narrator.text import has_words

_SCENE = re.compile(r"(?:INT|EXT|EST|INT\./EXT|INT/EXT|I/E)[. ]\s*\S.*|\.[^\W_.].*", re.IGNORECASE)
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{0,30}):(?P<value>.*)")
_TITLE_KEYS = frozenset(
    ("title", "credit", "author", "authors", "source", "notes", "draft date", "date", "contact", "copyright",
     "revision", "font", "tl", "tc", "tr", "cc", "br", "bl", "header", "footer")
)  # fmt: skip
_TRANSITION = re.compile(r"[^a-z]{2,60} TO:|(?:FADE|CUT) (?:IN|OUT|TO BLACK)[.:]?")
_CUE_EXTRA = re.compile(r"\([^()\n]{0,80}\)")
_OPENING = re.compile(r"/\*|\[\[")
_CLOSING = {"/*": "*/", "[[": "]]"}
_EMPHASIS = re.compile(r"\*{1,3}|(?<![^\W_])_|_(?![^\W_])")
_SCENE_NUMBER = re.compile(r"#[^#\n]{1,20}#\s*$")


def looks_like_fountain(text: str) -> bool:
    """Tell whether a text begins with a title page and has scene headings or cues."""
    first = _KEY.match(text.lstrip())
    key = first["key"].lower() if first else ""
    lines = text[:20_000].split("\n")
    return key in _TITLE_KEYS - {"date", "source", "notes", "contact"} and any(
        re.match(r"(?:INT|EXT)\.\s", line) for line in lines
    )


def read_fountain(text: str, _path: Path) -> Reading:
    """Read a screenplay.

    Args:
        text: Of a Fountain file.
        _path: Its name.

    Raises:
        LedgerError: A fault of this module lost a part of the text.
    """
    reader = _Reader(text)
    front = reader.title_page()
    reader.body()
    blocks, unspoken = reader.pen.finish(text)
    return Reading(front, blocks, unspoken)


class _Reader:
    """Reads the lines of a screenplay in order."""

    def __init__(self, text: str) -> None:
        self.pen = Pen()
        self._raw = text.split("\n")
        self._hidden = _by_line(self._raw, _hidden(text))
        self._at = 0

    def title_page(self) -> FrontMatter:
        """Read the keys and values at the head."""
        found: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        key = ""
        first = next((line for line in self._raw if line.strip()), "")
        opening = _KEY.match(first)
        if not opening or opening["key"].strip().lower() not in _TITLE_KEYS:
            return FrontMatter()
        while self._at < len(self._raw) and (self._raw[self._at].strip() or not found):
            line = self._raw[self._at]
            self._at += 1
            match = _KEY.match(line)
            if match and not line[:1].isspace():
                key = match["key"].strip().lower()
                found[key] = [match["value"].strip()] if match["value"].strip() else []
                lines[key] = self._at
            elif line.strip():
                found.setdefault(key, []).append(line.strip())
            self.pen.drop(line, "front matter", (self._at, self._at))
        authors = found.get("author", found.get("authors", []))
        return FrontMatter(
            title=" ".join(_EMPHASIS.sub("", " ".join(found.get("title", []))).split()),
            title_line=lines.get("title"),
            author=" ".join(" ".join(authors).split()),
            date=" ".join(found.get("draft date", found.get("date", []))),
        )

    def _line(self, at: int) -> str:
        """Return a line without what is hidden in it, empty beyond the end."""
        if not 0 <= at < len(self._raw):
            return ""
        return _without(self._raw[at], self._hidden.get(at, []))

    def body(self) -> None:
        """Read everything after the title page."""
        speaker = ""
        joined = False
        while self._at < len(self._raw):
            at = self._at
            line = self._line(at).strip()
            blank_before = not self._line(at - 1).strip()
            self._at += 1
            if not line:
                speaker = speaker if self._raw[at] == "  " else ""  # two spaces keep a speech going
                joined = False
                self._write(at, "")
            elif speaker:
                if line.startswith("(") and line.endswith(")"):
                    self._drop(at, "direction")
                    joined = False  # the rest of the speech is a block of its own
                else:
                    if not joined:
                        self.pen.begin(speaker=speaker)
                    joined = True
                    self._write(at, line, lyric=line.startswith("~"))
            elif name := self._cue(at, line, blank_before=blank_before):
                speaker = name
                self._drop(at, "label")
            else:
                self._other(at, line, blank_before=blank_before)

    def _cue(self, at: int, line: str, *, blank_before: bool) -> str:
        """Return whom a line names as the speaker of the lines under it, or an empty string."""
        if not blank_before or not self._line(at + 1).strip():
            return ""
        bare = _CUE_EXTRA.sub("", line.rstrip("^ ")).strip()
        if line.startswith("@"):
            return " ".join(bare[1:].split())
        if line.startswith(("!", ">", "#", "=", "~", ".")) or _SCENE.fullmatch(line):
            return ""
        named = any(char.isalpha() for char in bare) and bare == bare.upper()
        return " ".join(bare.split()) if named and not _TRANSITION.fullmatch(bare) else ""

    def _other(self, at: int, line: str, *, blank_before: bool) -> None:
        """Read a line that nobody says."""
        section = re.match(r"#{1,6}(?=\s|[^\W_])", line)
        if re.fullmatch(r"={3,}", line):
            self._drop(at, "mark-up")  # a page break may have a comment beside it
        elif section:
            self.pen.begin(BlockKind.HEADING, level=len(section.group()))
            self._write(at, line)
        elif line.startswith("="):
            self._drop(at, "synopsis")
        elif _SCENE.fullmatch(line) and blank_before and not line.startswith(".."):
            self.pen.begin(BlockKind.HEADING, level=2)
            self._write(at, line)
        elif self._is_transition(at, line, blank_before=blank_before):
            self._drop(at, "transition")
        else:
            if blank_before:
                self.pen.begin(BlockKind.DIRECTION)
            self._write(at, line, lyric=line.startswith("~"))

    def _is_transition(self, at: int, line: str, *, blank_before: bool) -> bool:
        if line.startswith(">"):
            return not line.endswith("<")
        apart = blank_before and not self._line(at + 1).strip()
        return apart and _TRANSITION.fullmatch(line) is not None

    def _drop(self, at: int, reason: str) -> None:
        self.pen.begin()
        self._pieces(at, reason)

    def _write(self, at: int, line: str, *, lyric: bool = False) -> None:
        """Write a line; emphasis and marks at its ends have no letters and are left out."""
        self._pieces(at, "", italic=lyric)
        if line:
            self.pen.space(" ")

    def _pieces(self, at: int, reason: str, *, italic: bool = False) -> None:
        raw, lines = self._raw[at], (at + 1, at + 1)
        position = 0
        for start, end in [*self._hidden.get(at, []), (len(raw), len(raw))]:
            text = raw[position:start]
            if reason:
                self.pen.drop(text, reason, lines)
            elif has_words(text):
                shown = _shown(text, first=position == 0, last=end == len(raw))
                self.pen.speak(text, shown, lines, italic=italic)
            elif text.strip() and not _EMPHASIS.sub("", text).strip(" >~@!#=<"):
                pass  # marks alone
            elif text:
                self.pen.speak(text, text, lines, italic=italic)
            self.pen.drop(raw[start:end], "comment", lines)
            position = end


def _hidden(text: str) -> list[tuple[int, int]]:
    """Return where the notes and the boneyard of a screenplay lie; one that is never closed is neither."""
    found: list[tuple[int, int]] = []
    open_ended: set[str] = set()
    position = 0
    while opening := _OPENING.search(text, position):
        mark = opening.group()
        end = -1 if mark in open_ended else text.find(_CLOSING[mark], opening.end())
        if end < 0:
            open_ended.add(mark)
            position = opening.end()
        else:
            position = end + 2
            found.append((opening.start(), position))
    return found


def _by_line(lines: list[str], hidden: list[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Return which stretches of each line are hidden."""
    found: dict[int, list[tuple[int, int]]] = {}
    position = 0
    waiting = list(reversed(hidden))
    for i, line in enumerate(lines):
        end = position + len(line)
        while waiting and waiting[-1][0] <= end:
            start, stop = waiting[-1]
            found.setdefault(i, []).append((max(0, start - position), min(len(line), stop - position)))
            if stop > end:
                break
            waiting.pop()
        position = end + 1
    return found


def _without(line: str, hidden: list[tuple[int, int]]) -> str:
    edges = [0, *(edge for pair in hidden for edge in pair), len(line)]
    return "".join(line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _shown(text: str, *, first: bool, last: bool) -> str:
    """Return a line without the marks of its kind, and without emphasis; it keeps all letters."""
    if first:
        text = re.sub(r"^\s*(?:[!~]|>|\.(?=\w)|#{1,6})\s*", "", text)
    if last:
        text = re.sub(r"\s*<\s*$", "", text)
        number = _SCENE_NUMBER.search(text)
        if number:
            text = text.replace("#", "")
    return _EMPHASIS.sub("", text.replace("\\*", "*"))
