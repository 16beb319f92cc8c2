"""Captions (WebVTT, SubRip) to blocks: cues joined to what one voice says."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrator.errors import SourceError
from narrator.sources.bracketed import NAMED, bracketed_names
from narrator.sources.frontmatter import FrontMatter
from narrator.sources.layout import label
from narrator.sources.ledger import letters
from narrator.sources.pen import Pen
from narrator.sources.reading import Reading
from narrator.text import language_code, words

_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*(?P<start>{_STAMP})\s*-->\s*(?P<end>{_STAMP})(?:\s.*)?")
_MARK = re.compile(
    r"(?P<tag></?[A-Za-z0-9][^<>\n]{0,300}>|</?[vcibu]?>|\{\\[^{}\n]{0,80}\})"
    r"|(?P<turn>(?:>|&gt;){2,3})"
    r"|(?P<entity>&(?:\#\w{1,8}|\w{1,32});)"
    r"|(?P<sound>\[[^\[\]\n]{1,80}\](?!:)|♪[^♪\n]{0,200}♪?)"
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+(?P<name>[^<>]+)>")
_TAG = re.compile(r"<[^<>\n]{0,300}>")
_PAREN = re.compile(r"\([^()\n]{1,60}\)(?!:)")
_DASH = re.compile(r"[-–—]\s*(?=[^\s-])")
_SENTENCE_END = re.compile(r"[.?!…][\"”’')\]]*\s*$")
_FORMATTING = frozenset(("c", "i", "b", "u", "ruby", "rt", "lang", "font", "br", "v", "span"))
_PAUSE = 2.5
"""Seconds between cues after which a sentence opens a paragraph."""
_LONG = 700
"""Characters after which the next sentence opens a paragraph."""
_ROLLING = 0.3
"""The share of cues that begin as the one before ended, in captions that roll up line by line."""
_MOST_LINES = 8
"""Lines of a cue that may be repeated in the next; no screen shows more."""
_SOUND_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a cue."""

    text: str
    number: int


@dataclass(slots=True)
class _Part:
    """A cue, or what stands between cues."""

    lines: list[_Line]
    reason: str = ""
    """Why it is not spoken; empty for the text of a cue."""
    start: float = 0.0
    end: float = 0.0


def looks_like_captions(text: str) -> bool:
    """Tell whether a text is WebVTT or SubRip, by how it begins."""
    head = [line.strip() for line in text[:2000].split("\n") if line.strip()][:2]
    if head and re.match(r"WEBVTT(?:\s|$)", head[0]):
        return True
    return len(head) == 2 and head[0].isdigit() and _TIMES.fullmatch(head[1]) is not None


def read_captions(text: str, path: Path) -> Reading:
    """Read captions.

    Args:
        text: Of a WebVTT or SubRip file.
        path: Its name, for errors.

    Raises:
        SourceError: There is no cue in it.
        LedgerError: A fault of this module lost a part of the text.
    """
    parts, language = _parts(text)
    cues = [part for part in parts if not part.reason]
    if not cues:
        raise SourceError("these captions have no cues", path)
    repeated = _repeated(cues)
    writer = _Writer(
        _dialogue_dashes(cues), bracketed_names([[line.text for line in cue.lines] for cue in cues])
    )
    for part in parts:
        if part.reason:
            for line in part.lines:
                writer.pen.drop(line.text, part.reason, (line.number, line.number))
        else:
            writer.cue(part, repeated)
    blocks, unspoken = writer.pen.finish(text)
    return Reading(FrontMatter(language=language), blocks, unspoken)


def _parts(text: str) -> tuple[list[_Part], str]:
    """Part the lines of a file into cues and the rest, and find the language it names."""
    parts: list[_Part] = []
    language = ""
    stanza: list[_Line] = []
    cue: _Part | None = None
    for number, line in enumerate((*text.split("\n"), ""), start=1):
        if line.strip():
            stanza.append(_Line(line, number))
        elif stanza:
            first = not parts
            made = _stanza(stanza, cue, first=first)
            cue = next((part for part in reversed(made) if not part.reason), cue)
            parts += made
            if first and stanza[0].text.lstrip("\ufeff").startswith("WEBVTT"):
                named = [one.text.partition(":")[2] for one in stanza if one.text.startswith("Language:")]
                language = language_code(named[0]) if named else ""
            stanza = []
    return parts, language


def _stanza(lines: Sequence[_Line], cue: _Part | None, *, first: bool) -> list[_Part]:
    """Read lines without an empty one between them, after a cue or before any."""
    head = lines[0].text.strip()
    at = [i for i, line in enumerate(lines) if _TIMES.fullmatch(line.text)]
    if not at:
        if first and head.startswith("WEBVTT"):
            return [_Part(list(lines), "mark-up")]
        if re.match(r"(?:STYLE|REGION)\s*$", head):
            return [_Part(list(lines), "mark-up")]
        if re.match(r"NOTE(?:\s|$)", head) or cue is None:
            return [_Part(list(lines), "comment")]
        return [_Part(list(lines), "", cue.end, cue.end)]  # a cue with an empty line in it
    made: list[_Part] = []
    if at[0]:
        made.append(_Part(list(lines[: at[0]]), "mark-up" if head.startswith("WEBVTT") else "cue number"))
    for i, position in enumerate(at):
        times = _TIMES.fullmatch(lines[position].text)
        if times:
            made.append(_Part([lines[position]], "time stamp"))
            last = i + 1 < len(at)
            end = at[i + 1] if last else len(lines)
            number = last and lines[end - 1].text.strip().isdigit() and end - 1 > position
            content = list(lines[position + 1 : end - 1 if number else end])
            made.append(_Part(content, "", _seconds(times["start"]), _seconds(times["end"])))
            if number:
                made.append(_Part([lines[end - 1]], "cue number"))
    return made


def _seconds(stamp: str) -> float:
    total = 0.0
    for field in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(field)
    return total


def _plain(line: _Line) -> list[str]:
    return words(_TAG.sub("", line.text))


def _repeated(cues: Sequence[_Part]) -> frozenset[int]:
    """Return the numbers of the lines that a later cue shows again, in captions that roll up."""
    found: set[int] = set()
    rolling = 0
    before: list[tuple[list[str], int]] = []
    for cue in cues:
        lines = [(plain, line.number) for line in cue.lines if (plain := _plain(line))]
        same = next(
            (
                size
                for size in range(min(len(before), len(lines), _MOST_LINES), 0, -1)
                if [one[0] for one in before[-size:]] == [one[0] for one in lines[:size]]
            ),
            0,
        )
        grown = not same and before and lines and lines[0][0][: len(before[-1][0])] == before[-1][0]
        rolling += bool(same or grown)
        found.update(number for _, number in lines[:same])
        if grown:
            found.add(before[-1][1])
        before = lines or before
    return frozenset(found) if rolling > max(2.0, _ROLLING * len(cues)) else frozenset()


def _dialogue_dashes(cues: Sequence[_Part]) -> bool:
    """Tell whether dashes part the voices in a cue: two lines of one begin with a dash."""
    return any(sum(_DASH.match(line.text.lstrip()) is not None for line in cue.lines) > 1 for cue in cues)


class _Writer:
    """Writes cues as blocks."""

    def __init__(self, dashes: bool, names: frozenset[str]) -> None:
        self.pen = Pen()
        self._names = names
        self._named = False
        """Whether a name in brackets told the voice, which then goes on until the next."""
        self._dashes = dashes
        self._voice = ""
        self._end = 0.0
        self._marks = 0
        """Marks of another voice after which nothing was said yet: a voice may do no more than laugh."""

    def cue(self, cue: _Part, repeated: frozenset[int]) -> None:
        """Write a cue."""
        spoken = [line for line in cue.lines if line.number not in repeated]
        if any(_VOICE.search(line.text) for line in spoken):
            self._named = False
        elif not self._named:
            self._speaks("")
        dashed = {
            line.number: i
            for i, line in enumerate(
                line for line in spoken if self._dashes and _DASH.match(line.text.lstrip())
            )
        }
        paused = cue.start - self._end > _PAUSE or self.pen.length > _LONG
        if paused and _SENTENCE_END.search(self.pen.last):
            self.pen.begin(speaker=self._voice)
        for line in cue.lines:
            if line.number in repeated:
                self.pen.drop(line.text, "repeated caption", (line.number, line.number))
            elif line.number in dashed:
                self._turn(marked=dashed[line.number] > 0 or len(dashed) == 1)
                self._line(_DASH.sub("", line.text.lstrip(), count=1), line.number)
            else:
                self._line(line.text, line.number)
        if spoken:
            self._end = cue.end

    def _speaks(self, voice: str) -> None:
        if voice != self._voice:
            self._voice = voice
            self.pen.begin(speaker=voice)

    def _turn(self, *, marked: bool) -> None:
        """Begin a block, before which the mark of another voice will stand."""
        self.pen.begin(speaker=self._voice)
        self._marks += marked

    def _say(self, raw: str, shown: str, lines: tuple[int, int]) -> None:
        if self._marks and letters(shown):
            self.pen.space(">> " * self._marks)
            self._marks = 0
        self.pen.speak(raw, shown, lines)

    def _line(self, text: str, number: int) -> None:
        lines = (number, number)
        stripped = text.lstrip()
        bare = _TAG.sub("", stripped)
        if label(bare) and not bare.startswith("("):
            self.pen.begin(speaker=self._voice)
        position = 0
        named = NAMED.match(text)
        if named and named["name"].lower() in self._names:
            position = named.end()
            self.pen.drop(named.group(), "label", lines)
            self._speaks(" ".join(named["name"].split()))
            self._named = True
        for match in _MARK.finditer(text, position):
            self._text(text[position : match.start()], lines)
            position = match.end()
            self._mark(match, lines)
        self._text(text[position:], lines)
        self.pen.space(" ")

    def _mark(self, match: re.Match[str], lines: tuple[int, int]) -> None:
        raw = match.group()
        if match["tag"]:
            voice = _VOICE.fullmatch(raw)
            if voice:
                self.pen.drop(raw, "label", lines)
                self._speaks(" ".join(html.unescape(voice["name"]).split()))
                return
            name = re.match(r"</?([A-Za-z]*)", raw)
            timed = re.fullmatch(rf"<{_STAMP}>", raw)
            markup = raw.startswith("{") or not name or name[1].lower() in _FORMATTING
            self.pen.drop(raw, "time stamp" if timed else "mark-up" if markup else "direction", lines)
        elif match["turn"]:
            self._turn(marked=True)
            for entity in re.findall("&gt;", raw):
                self.pen.speak(entity, "", lines)
        elif match["entity"]:
            shown = html.unescape(raw).replace("\u200e", "").replace("\u200f", "")
            self._say(raw, shown, lines)
        elif raw[0] == "♪" or len(words(raw)) <= _SOUND_WORDS:
            self.pen.drop(raw, "direction", lines)
        else:
            self._say(raw, raw, lines)

    def _text(self, text: str, lines: tuple[int, int]) -> None:
        stripped = text.strip()
        if _PAREN.fullmatch(stripped) and len(words(stripped)) <= _SOUND_WORDS:
            self.pen.drop(text, "direction", lines)
        elif text:
            self._say(text, text, lines)
