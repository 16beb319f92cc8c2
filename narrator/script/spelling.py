"""How single things are spelled in a script, each with its inverse."""

import json
import re

from narrator.addresses import picture_address, web_link
from narrator.model import Picture
from narrator.settings import MAX_PAUSE_MS
from narrator.text import tidy

HEADING = re.compile(r"(#{1,6})(?:\s+(.*))?$")
LABEL = re.compile(r"\*\*(?P<name>(?:\\.|[^*\\])+?)(?::\*\*|\*\*:)\s*(?P<text>.*)$")
DIRECTION = re.compile(r"\((?P<direction>(?:\\.|[^()\\])+)\)\s*(?P<text>.*)$")
PAUSE = re.compile(r"\(\s*pause\b(?P<length>[^()]*)\)", re.IGNORECASE)
_LINKED = re.compile(r"\[(?P<title>.*)\]\((?P<address>[^\s()<>]+|<[^<>\n]+>)\)")
_PICTURE = re.compile(r"!\[(?P<alt>.*)\]\((?P<address>[^\s()<>]+|<[^<>\n]+>)(?:\s+\"[^\"\n]*\")?\)")
_LENGTH = re.compile(
    r"\s*:?\s*(\d{1,4}(?:[.,]\d{1,3})?)\s*(?:(ms|milliseconds?)|s|sec|seconds?)\s*", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINES = r"(?:no line|lines? (?P<first>\d+)(?:\s*[–-]\s*(?P<last>\d+))?)"
_FIELD = r"(?P<reason>\"(?:[^\"\\]|\\.)*\"|[^;\"]*?)"
_PROVENANCE = re.compile(rf"{_LINES}\s*;\s*{_FIELD}(?:\s*;\s*(?P<confidence>[01](?:\.\d+)?))?")
_UNSPOKEN = re.compile(rf"{_LINES}\s*;\s*{_FIELD}\s*;\s?(?P<text>.*)")
_UNSAFE = re.compile("[<>\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
UNSPOKEN_HEAD = "not spoken"
MADE_HEAD = "as made"
CHAPTER_MARK = re.compile(r"chapter\s*;\s*(\w+)")


def escape(text: str) -> str:
    r"""Return text in which nothing is mark-up of a script, wherever it stands in a line.

    >>> escape("C:\\x <!-- y"), unescape(escape("C:\\x <!-- y"))
    ('C:\\\\x \\<!-- y', 'C:\\x <!-- y')
    """
    return text.replace("\\", "\\\\").replace("<!--", "\\<!--")


def unescape(text: str) -> str:
    r"""Undo `escape`; a backslash before a letter is only a backslash."""
    return _ESCAPE.sub(r"\1", text)


def format_title(title: str, link: str) -> str:
    r"""Write the title of a chapter, with the address of the web to which it leads.

    >>> format_title("On bees", "https://example.org/bees"), format_title("On bees", "")
    ('[On bees](https://example.org/bees)', 'On bees')
    >>> format_title("[On](https://example.org)", "")
    '\\[On](https://example.org)'
    """
    written = escape(title)
    if link:
        return f"[{written}]({link})"
    return "\\" + written if parse_linked(written)[1] else written


def parse_linked(written: str) -> tuple[str, str]:
    """Read what `format_title` wrote, still escaped: the title and its link, empty where it has none."""
    match = _LINKED.fullmatch(written.strip())
    link = web_link(match["address"].strip("<>")) if match else ""
    return (match["title"], link) if match and match["title"].strip() and link else (written, "")


def format_picture(picture: Picture) -> str:
    """Write the picture of a chapter.

    >>> format_picture(Picture("my%20dog.jpg", "A dog"))
    '![A dog](my%20dog.jpg)'
    """
    return f"![{escape(picture.alt)}]({picture.address})"


def parse_picture(line: str) -> Picture | None:
    """Read what `format_picture` wrote, or a person did; None for another line."""
    match = _PICTURE.fullmatch(line)
    address = picture_address(match["address"].strip("<>")) if match else ""
    return Picture(address, tidy(unescape(match["alt"]))) if match and address else None


def escape_name(name: str) -> str:
    r"""Return a name for a label; `*` would end it."""
    return escape(name).replace("*", "\\*")


def escape_direction(direction: str) -> str:
    """Return a direction for its parentheses."""
    return re.sub(r"([()])", r"\\\1", escape(direction))


def escape_line(line: str, *, first: bool) -> str:
    """Return a line of a turn's text so that it is taken for no heading, label, pause or direction.

    Args:
        line: The line as `format_marks` writes it.
        first: Whether a label stands before it.
    """
    if first:
        return "\\" + line if line.startswith("(") else line
    return "\\" + line if HEADING.match(line) or line.startswith("**") or PAUSE.fullmatch(line) else line


def format_pause(ms: int) -> str:
    """Write a pause.

    >>> format_pause(1500)
    '(pause 1.5s)'
    """
    second, rest = divmod(ms, 1000)
    return f"(pause {second}.{rest:03}".rstrip("0").rstrip(".") + "s)" if rest else f"(pause {second}s)"


def parse_length(length: str) -> int | None:
    """Read the length of a pause in ms; None for what is none.

    >>> parse_length(" 1.5s"), parse_length("1,5 s"), parse_length("200 ms"), parse_length("long")
    (1500, 1500, 200, None)
    """
    match = _LENGTH.fullmatch(length)
    if not match:
        return None
    number = match[1].replace(",", ".")
    ms = round(float(number)) if match[2] else round(float(number) * 1000)
    return ms if ms <= MAX_PAUSE_MS else None


def format_lines(lines: tuple[int, int]) -> str:
    """Write source lines; (0, 0) stands for none."""
    first, last = lines
    if lines == (0, 0):
        return "no line"
    return f"line {first}" if first == last else f"lines {first}–{last}"


def _lines(match: re.Match[str]) -> tuple[int, int]:
    first = int(match["first"] or 0)
    return first, int(match["last"] or first)


def _quote(text: str) -> str:
    """Write any text so that it ends no comment and no line."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _field(text: str) -> str:
    plain = text and text == tidy(text) and not re.search(r"[;\"\n<>]|--", text)
    return text if plain else _quote(text)


def _unquote(text: str) -> str | None:
    """Read what `_quote` or `_field` wrote; None for a broken quotation."""
    if not text.startswith('"'):
        return text
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, str) else None


def format_provenance(lines: tuple[int, int], reason: str, confidence: float) -> str:
    """Write where a turn comes from, for a comment; empty when there is nothing to say."""
    if (lines, reason, confidence) == ((0, 0), "", 1.0):
        return ""
    parts = [format_lines(lines), _field(reason)]
    if confidence != 1.0:
        parts.append(f"{confidence:.2f}")
    return "; ".join(parts)


def parse_provenance(comment: str) -> tuple[tuple[int, int], str, float] | None:
    """Read what `format_provenance` wrote; None for another comment."""
    match = _PROVENANCE.fullmatch(comment.strip())
    reason = _unquote(match["reason"]) if match else None
    if not match or reason is None:
        return None
    return _lines(match), reason, min(1.0, float(match["confidence"] or 1.0))


def format_unspoken(lines: tuple[int, int], reason: str, text: str) -> str:
    """Write words that are not spoken as one line of a comment."""
    plain = text and text == tidy(text) and "\n" not in text and text[0] != '"' and "--" not in text
    return f"{format_lines(lines)}; {_field(reason)}; {text if plain else _quote(text)}"


def parse_unspoken(line: str) -> tuple[tuple[int, int], str, str] | None:
    """Read what `format_unspoken` wrote; None for another line."""
    match = _UNSPOKEN.fullmatch(line)
    if not match:
        return None
    reason, text = _unquote(match["reason"]), _unquote(match["text"])
    return None if reason is None or text is None else (_lines(match), reason, text)
