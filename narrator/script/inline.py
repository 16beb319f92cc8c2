r"""Marks within a text: `*so*`, `[Machine Learning]{lang=en}`, `[Nguyen]{ipa=ŋwiən}`.

A sign that is none of a mark is written with a backslash where it could be taken for one: `\*`, `]\{`.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from narrator.model import Span, SpanKind
from narrator.pronunciations import read_ipa
from narrator.spoken.marked import in_order

_TOKEN = re.compile(
    r"\\[!-/:-@\[-`{-~]|\*+|\[|\](?:\{[^{}\n]*\}?)?|\{|\n[^\S\n]*\n|[^\\*\[\]{\n]+|.",
    re.DOTALL,
)
_SPECIAL = re.compile(r"[\\*\[\]{]|<!--")
"""What may need a backslash."""
_NAKED = re.compile(r"\{\s*(?:lang|ipa)\b")
_ATTRIBUTE = re.compile(r"\s*(?P<key>[^\s=]*)\s*(?:=\s*(?P<value>.*?))?\s*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)*")
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik
io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml
mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd
se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi
vo wa wo xh yi yo za zh zu yue cmn grc haw chr hak
"""
_LANGUAGES = frozenset(_CODES.split())
"""ISO 639-1, and those of ISO 639-3 that espeak has."""
_HELP = "write [words]{lang=en} or [name]{ipa=ŋwiən}"


class MarkError(Exception):
    """A mark is malformed."""

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(problem)
        self.position = position
        """Where in the text."""
        self.problem = problem


def parse_marks(written: str) -> tuple[str, tuple[Span, ...]]:
    r"""Read a text with its marks.

    Args:
        written: As it stands in a script.

    Returns:
        The text that is shown, and what its marks say.

    Raises:
        MarkError: A mark is malformed, or two of them cross.

    >>> parse_marks(r"*So* ist das \*")
    ('So ist das *', (Span(start=0, end=2, kind=<SpanKind.EMPHASIS: 'emphasis'>, value='', place=''),))
    """
    return _Parser(written).result()


class _Parser:
    """Reads the signs of a text one after the other."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._parts: list[str] = []
        self._starts: list[int] = []
        """Where in the text each part was written."""
        self._brackets: list[int] = []
        """Parts that are brackets still open."""
        self._star: int | None = None
        """The part that opens an emphasis."""
        self._found: list[tuple[int, int, SpanKind, str]] = []
        """Marks, by their first part and the one after their last."""

    def result(self) -> tuple[str, tuple[Span, ...]]:
        """Return what `parse_marks` does."""
        for match in _TOKEN.finditer(self._written):
            self._take(match[0], match.start())
        self._paragraph_ends()
        places = list(accumulate(map(len, self._parts), initial=0))
        starts = {(places[a], places[b], kind): self._starts[a] for a, b, kind, _ in self._found}
        spans = in_order([Span(places[a], places[b], kind, value) for a, b, kind, value in self._found])
        for i, span in enumerate(spans):
            start = starts[span.start, span.end, span.kind]
            later = [other for other in spans[i + 1 :] if other.start < span.end]
            if any(span.end < other.end for other in later):
                raise MarkError(start, "two marks cross; end the inner one first")
            if span.kind is SpanKind.IPA and later:
                raise MarkError(start, "a word with {ipa=…} holds no other mark; write it around the word")
        return "".join(self._parts), spans

    def _take(self, sign: str, start: int) -> None:
        self._starts.append(start)
        at = len(self._parts)
        if sign[0] == "\\" and len(sign) > 1:
            sign = sign[1:]
        elif sign == "*":
            sign = self._stars(start, at)
        elif sign == "[":
            self._brackets.append(at)
        elif sign[0] == "]":
            opened = self._brackets.pop() if self._brackets else None
            if len(sign) > 1:
                self._bracketed(opened, sign[1:], start, at)
                sign = ""
        elif _NAKED.match(self._written, start):
            raise MarkError(start, f"before this brace the words are expected in square brackets; {_HELP}")
        elif sign[0] == "\n" and len(sign) > 1:
            self._paragraph_ends()
        self._parts.append(sign)

    def _stars(self, start: int, at: int) -> str:
        """Take a single star; return what is shown of it."""
        before, after = self._written[:start][-1:], self._written[start + 1 : start + 2]
        if self._star is not None and before.strip() and not _is_letter(after):
            self._parts[self._star] = ""
            self._found.append((self._star, at, SpanKind.EMPHASIS, ""))
            self._star = None
            return ""
        if self._star is None and after.strip() and not _is_letter(before):
            self._star = at
        return "*"

    def _bracketed(self, opened: int | None, braces: str, start: int, at: int) -> None:
        kind, value = _attribute(braces, start)
        if opened is None:
            raise MarkError(start, f"no square bracket opens before this; {_HELP}")
        inside = "".join(self._parts[opened + 1 : at])
        if not inside.strip() or inside != inside.strip() or "\n\n" in inside:
            problem = f"words are expected between these brackets, without space around them; {_HELP}"
            raise MarkError(self._starts[opened], problem)
        self._parts[opened] = ""
        self._found.append((opened, at, kind, value))

    def _paragraph_ends(self) -> None:
        if self._star is not None:
            problem = r"this * begins an emphasis without end; write *words*, or \* for the sign itself"
            raise MarkError(self._starts[self._star], problem)
        self._brackets.clear()


def _attribute(braces: str, start: int) -> tuple[SpanKind, str]:
    """Read what stands in braces."""
    if not braces.endswith("}"):
        raise MarkError(start, f"this brace is not closed in its line; {_HELP}")
    match = _ATTRIBUTE.fullmatch(braces[1:-1])
    key, value = (match["key"], (match["value"] or "").strip("\"'“”")) if match else ("", "")
    if key not in {"lang", "ipa"}:
        raise MarkError(start, rf"{key or braces!r} is not known here; {_HELP}, or ]\{{ for the signs")
    if key == "ipa":
        try:
            return SpanKind.IPA, read_ipa(value)
        except ValueError as error:
            raise MarkError(start, f"{error}; {_HELP}") from error
    if not _LANGUAGE.fullmatch(value) or re.split("[-_]", value)[0].lower() not in _LANGUAGES:
        raise MarkError(start, f"{value!r} is no code of a language; write one as in {{lang=en}}")
    return SpanKind.LANGUAGE, value.replace("_", "-")


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "*"


def format_marks(text: str, spans: Sequence[Span]) -> str:
    """Write a text with its marks; `parse_marks` reads the same back.

    Args:
        text: What is shown.
        spans: What is said of its parts, sorted by where they begin, the longer first.
    """
    if not spans and not _SPECIAL.search(text):
        return text
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for span in spans:
        stressed = span.kind is SpanKind.EMPHASIS
        opened.setdefault(span.start, []).append("*" if stressed else "[")
        closed.setdefault(span.end, []).insert(0, "*" if stressed else f"]{{{span.kind}={span.value}}}")
    parts = []
    for i, character in enumerate(text):
        parts += [*closed.get(i, ()), *opened.get(i, ())]
        parts.append(_escaped(text, i, marked=bool(spans)) + character)
    return "".join((*parts, *closed.get(len(text), ())))


def _escaped(text: str, i: int, *, marked: bool) -> str:
    """Return the backslash that a sign needs, or nothing."""
    character, before, after = text[i], text[i - 1 : i] if i else "", text[i + 1 : i + 2]
    if character == "\\" or text.startswith("<!--", i):
        return "\\"
    if character == "*":
        alone = before != "*" and after != "*"
        return "\\" if marked or (alone and after.strip() and not before.isalnum()) else ""
    if character == "{" and (before == "]" or _NAKED.match(text, i)):
        return "\\"
    return "\\" if marked and character in "[]" else ""
