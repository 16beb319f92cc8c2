"""Text to scripts; every mistake is told with its line and what was expected."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from narrator.errors import ScriptError
from narrator.model import Chapter, Mark, Person, Picture, Script, Span, Turn, Unspoken
from narrator.script.front import FrontMatter
from narrator.script.inline import MarkError, parse_marks
from narrator.script.lines import Line, without_comments
from narrator.script.marks import settle
from narrator.script.naming import rename
from narrator.script.spelling import (
    CHAPTER_MARK,
    DIRECTION,
    HEADING,
    LABEL,
    MADE_HEAD,
    PAUSE,
    UNSPOKEN_HEAD,
    parse_length,
    parse_linked,
    parse_picture,
    parse_provenance,
    parse_unspoken,
    unescape,
)
from narrator.text import detect_language, line_ends, tidy, without_controls

_FENCE = re.compile(r"(?:---|\.\.\.)\s*")
_TURN = "**Name:** text"


def is_script(text: str) -> bool:
    """Tell whether a text is a script: it has front matter with the key `cast`."""
    lines = line_ends(text).lstrip("\ufeff").split("\n")
    if not _is_fence(lines[0]):
        return False
    for line in lines[1:]:
        if line.startswith("cast:"):
            return True
        # Front matter that is never closed is a mistake to tell, not another kind of text.
        if _FENCE.fullmatch(line) or line.startswith(("**", "## ")):
            return False
    return False


def parse_script(text: str, path: Path | None = None, language: str = "") -> Script:
    """Read a script.

    Args:
        text: What `format_script` wrote or a person did.
        path: Where it comes from, for errors.
        language: ISO 639-1 code that overrules the front matter; where neither tells, it is detected.

    Raises:
        ScriptError: It breaks the rules of the format; the message says where and what was expected.
    """
    lines = without_controls(line_ends(text.lstrip("\ufeff"))).split("\n")
    if not _is_fence(lines[0]):
        raise ScriptError("a script begins with front matter between two lines of `---`", path, 1)
    end = next((i for i, line in enumerate(lines) if i and _FENCE.fullmatch(line)), None)
    if end is None:
        raise ScriptError("the front matter has no end; close it with a line of `---`", path, 1)
    front = FrontMatter("\n".join(lines[1:end]), path)
    body = _Body(path)
    for line in without_comments("\n".join(lines[end + 1 :]), end + 2, path):
        body.line(line)
    chapters = body.chapters_of(front.title)
    cast, named = rename(front.people, body.labels, body.made, path)
    known = {person.name: person for person in cast}
    for name in named.values():
        known.setdefault(name, Person(name))
    chapters = tuple(
        replace(one, turns=tuple(replace(turn, speaker=named[turn.speaker]) for turn in one.turns))
        for one in chapters
    )
    turns = [turn for chapter in chapters for turn in chapter.turns]
    script = Script(
        title=front.title,
        language=language or front.language or detect_language(" ".join(turn.text for turn in turns)),
        chapters=chapters,
        people=tuple(known.values()),
        author=front.author,
        date=front.date,
        unspoken=tuple(body.unspoken),
        made=tuple(replace(mark, speaker=named.get(mark.speaker, mark.speaker)) for mark in body.made),
    )
    return settle(script)


def _is_fence(line: str) -> bool:
    return line.startswith("---") and not line[3:].strip()


@dataclass(slots=True)
class _Turn:
    """A turn while it is read."""

    speaker: str
    number: int
    lines: list[tuple[int, str]]
    """Each with its number."""
    direction: str = ""
    pause_ms: int | None = None
    provenance: tuple[tuple[int, int], str, float] = ((0, 0), "", 1.0)


@dataclass(slots=True)
class _Chapter:
    """A chapter while it is read."""

    title: str
    number: int
    turns: list[_Turn] = field(default_factory=list)
    picture: Picture | None = None
    link: str = ""


class _Body:
    """Collects chapters from lines."""

    def __init__(self, path: Path | None) -> None:
        self.unspoken: list[Unspoken] = []
        self.made: list[Mark] = []
        self.labels: dict[str, int] = {}
        """Every label and the line on which it comes first."""
        self._path = path
        self._chapters: list[_Chapter] = []

    def line(self, line: Line) -> None:
        """Take the next line."""
        text = line.text.strip()
        heading, label, pause = HEADING.match(text), LABEL.match(text), PAUSE.fullmatch(text)
        if heading:
            self._heading(heading, line.number)
        elif label and (name := tidy(unescape(label["name"]))):
            self._label(name, label["text"], line.number)
        elif pause:
            self._pause(pause["length"], line.number)
        elif self._opened and (picture := parse_picture(text)):
            self._picture(picture, line.number)
        else:
            self._text(text, line.number)
        for number, comment in line.comments:
            self._comment(comment, number)

    def chapters_of(self, title: str) -> tuple[Chapter, ...]:
        """Return the chapters; one without a heading before others takes the title of the script."""
        if not self._chapters:
            raise self._error(f"there is nobody who says anything; `{_TURN}` is expected", None)
        if len(self._chapters) > 1 and not self._chapters[0].title:
            if not title:
                problem = "the turns before the first heading need one of their own: `## Title`"
                raise self._error(problem, self._chapters[0].number)
            self._chapters[0].title = title
        return tuple(self._chapter(chapter) for chapter in self._chapters)

    def _error(self, problem: str, number: int | None) -> ScriptError:
        return ScriptError(problem, self._path, number)

    def _chapter(self, chapter: _Chapter) -> Chapter:
        if not chapter.turns:
            problem = f"nobody speaks in the chapter “{chapter.title}”; add a turn or take out its heading"
            raise self._error(problem, chapter.number)
        turns = tuple(self._turn(turn) for turn in chapter.turns)
        return Chapter(chapter.title, turns, chapter.picture, chapter.link)

    def _turn(self, turn: _Turn) -> Turn:
        text, spans = self._text_of(turn.lines)
        direction = turn.direction
        if not text and direction:  # what is all that a turn has, is said
            text, direction = f"({direction})", ""
        if not text:
            raise self._error(f"{turn.speaker} says nothing; write a text or take out the label", turn.number)
        lines, reason, confidence = turn.provenance
        return Turn(turn.speaker, text, lines, reason, confidence, direction, turn.pause_ms, spans)

    def _text_of(self, lines: list[tuple[int, str]]) -> tuple[str, tuple[Span, ...]]:
        """Return what lines say, tidy, and their marks."""
        kept: list[tuple[int, str]] = []
        for number, line in lines:
            if line or (kept and kept[-1][1]):  # paragraphs are parted by one empty line
                kept.append((number, line))
        written = "\n".join(line for _, line in kept).rstrip("\n")
        try:
            text, spans = parse_marks(written)
        except MarkError as error:
            raise self._error(error.problem, kept[written.count("\n", 0, error.position)][0]) from error
        if not spans:
            return text, ()
        place = f"{self._path or 'script'}:{kept[0][0]}"  # of the turn: enough for an engine's errors
        return text, tuple(replace(span, place=place) for span in spans)

    @property
    def _opened(self) -> bool:
        """Whether a heading has begun a chapter in which nobody has said anything yet."""
        return bool(self._chapters) and not self._chapters[-1].turns

    def _last(self) -> _Turn | None:
        return self._chapters[-1].turns[-1] if self._chapters and self._chapters[-1].turns else None

    def _begin(self, turn: _Turn) -> None:
        if not self._chapters:
            self._chapters.append(_Chapter("", turn.number))
        self._chapters[-1].turns.append(turn)

    def _heading(self, match: re.Match[str], number: int) -> None:
        written, link = parse_linked(match[2] or "")
        title = tidy(unescape(written))
        if match[1] != "##" or not title:
            raise self._error("a chapter is expected to begin with `## Title`", number)
        self._chapters.append(_Chapter(title, number, link=link))

    def _picture(self, picture: Picture, number: int) -> None:
        if self._chapters[-1].picture:
            raise self._error("this chapter has a picture already; take one of them out", number)
        self._chapters[-1].picture = replace(picture, line=number)

    def _label(self, name: str, text: str, number: int) -> None:
        direction = DIRECTION.match(text)
        told = tidy(unescape(direction["direction"])) if direction else ""
        if direction and told:
            text = direction["text"]
        self.labels.setdefault(name, number)
        self._begin(_Turn(name, number, [(number, text.strip())], told))

    def _pause(self, length: str, number: int) -> None:
        ms = parse_length(length)
        last = self._last()
        if ms is None:
            raise self._error("a pause is written `(pause 1.5s)`, ten minutes at most", number)
        if last is None:
            raise self._error("a pause stands after the turn that it follows", number)
        if last.pause_ms is not None:
            raise self._error("this turn has a pause already; write one that is longer", number)
        last.pause_ms = ms

    def _text(self, text: str, number: int) -> None:
        last = self._last()
        if last is None or last.pause_ms is not None:
            if not text:
                return
            if last is None:
                raise self._error(f"nobody says this; `{_TURN}` is expected", number)
            # After a pause the same person goes on.
            last = _Turn(last.speaker, number, [])
            self._begin(last)
        last.lines.append((number, text))

    def _comment(self, comment: str, number: int) -> None:
        head, *entries = comment.strip().split("\n")
        if head.strip() in {UNSPOKEN_HEAD, MADE_HEAD}:
            for line, entry in enumerate(entries, number + 1):
                self._entry(head.strip(), entry.strip(), line)
            return
        last, provenance = self._last(), parse_provenance(comment)
        if last and provenance:
            lines, reason, confidence = provenance
            before = last.provenance[0]
            if before != (0, 0):  # the turn after it was joined to it
                lines = (before[0], max(before[1], lines[1]))
                _, reason, confidence = last.provenance
            last.provenance = (lines, reason, confidence)

    def _entry(self, head: str, entry: str, number: int) -> None:
        chapter = CHAPTER_MARK.fullmatch(entry)
        if head == MADE_HEAD and chapter:
            self.made.append(Mark(chapter[1]))
            return
        parsed = parse_unspoken(entry)
        if not parsed:
            problem = f"in the list of what is {head} `lines 1–2; reason; text` is expected"
            raise self._error(problem, number)
        lines, reason, text = parsed
        if head == MADE_HEAD:
            self.made.append(Mark(reason, text, lines))
        else:
            self.unspoken.append(Unspoken(text, reason, lines))
