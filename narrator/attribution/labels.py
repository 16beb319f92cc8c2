"""Labels: what stands before a speech and says whose it is, in all forms people write it."""

import re
from dataclasses import dataclass

from narrator.attribution.names import is_name_like
from narrator.model import Block

_TIME = r"[\[(<]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])>]?"
_NAME = r"[@$#]?[^\W_](?:[^:?!;“”„\"«»\n\[\](){}|…/]|(?<=\w)/(?=\w)){0,58}"
_ROLE = r"(?:\s*[\[(](?P<role>[^\[\]()\n]{1,60})[\])](?:\s*\([^\[\]()\n]{1,60}\))?)?"
_COLON = r"\s*[:：](?=\s|$)"

# The first form that matches is taken.
_FORMS = (
    # [00:07] Tim Smith (host): …   Tim Smith (00:07): …   >> TIM: …
    re.compile(
        rf"^\s*(?P<t1>{_TIME}\s*)?(?:>[>\s]{{1,20}}|[-–—]\s+)?(?P<name>{_NAME}?)(?P<t2>\s*{_TIME})?{_ROLE}(?P<t3>\s*{_TIME})?{_COLON}\s*"
    ),
    # Tim Smith 00:07 (alone on its line)   00:07 Tim Smith
    re.compile(rf"^\s*(?P<name>{_NAME}?)\s+(?P<t1>{_TIME})\s*$"),
    re.compile(rf"^\s*(?P<t1>{_TIME})\s+(?P<name>{_NAME}?)\s*$"),
)
_OFFICE = re.compile(
    r"\s*(?P<name>[^\W_][^:?!;“”„\"«»\n\[\](){}|…/,]{1,58}),(?P<office>[^:?!;“”„\"«»\n]{3,160}):\s*$"
)
"""`Eva Muster, Bundesministerin für Bildung und Forschung:`, alone on its line."""
_LETTER = re.compile(r"\s*([^\W\d_])\.\s+(?=\S)")
"""Q. …   A. …"""
_QUOTING = tuple("“„»«\"‘‚'")
_MOST_WORDS = 7
_REACH = 200
"""Characters from the start of a block in which a label ends, with time stamp and role."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands in a block."""

    name: str
    """Whom it names, without time stamp and role."""
    end: int
    """Position in the block's text where the speech begins."""
    bold: bool
    """Whether it is set in bold."""
    colon: bool
    """Whether a colon ends it; a label without one needs a time stamp or bold type to be believed."""
    letter: bool = False
    """Whether it is a letter with a stop, which only questions and answers in turn make a label."""
    sure: bool = False
    """Whether the source's own mark-up, or the form of a play, says that it names a speaker."""
    name_end: int | None = None
    """Where the name ends if a direction stands between it and the speech."""


def find_label(block: Block) -> Label | None:
    """Find what may be a label at the start of a block; whether it names a person is decided elsewhere."""
    head = block.text[:_REACH]
    bold = bool(block.runs) and block.runs[0].bold
    for form in _FORMS:
        match = form.match(head)
        if match and _plausible(match["name"]) and not _leads_up(match["name"], block.text[match.end() :]):
            name = _clean(match["name"])
            colon = form is _FORMS[0]
            return Label(name, match.end(), bold, colon, sure=colon and _holds_office(name, match["role"]))
    office = _OFFICE.match(head)
    if office and _plausible(office["name"]) and is_name_like(office["name"]):
        return Label(_clean(office["name"]), office.end(), bold, colon=True)
    if match := _LETTER.match(head):
        return Label(match[1], match.end(), bold, colon=False, letter=True)
    return _bold_name(block)


def _holds_office(name: str, role: str | None) -> bool:
    """Tell whether a label names an office, and who holds it in brackets (“The Minister (Mr. John Doe):”)."""
    return name.startswith("The ") and role is not None and len(role.split()) > 1 and is_name_like(role)


def _plausible(name: str) -> bool:
    tokens = name.split()
    # A stop after a title or an initial (“Prof. Hay”, “J. Hay”) is no end of a sentence.
    inner_stop = re.search(r"[^\W\d_]{5,}\.\s", name)
    return 0 < len(tokens) <= _MOST_WORDS and not inner_stop


def _leads_up(name: str, rest: str) -> bool:
    """Tell whether a narrator leads up to a quotation (“Lucy cried aloud: ‘It is not true.’”)."""
    return name.rsplit(maxsplit=1)[-1].islower() and rest[:1] in _QUOTING


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" .,-–—*")


def _bold_name(block: Block) -> Label | None:
    """Find `**Name** speech`: a short bold run without a stop, followed by plain text."""
    if len(block.runs) < 2 or not block.runs[0].bold or block.runs[1].bold:
        return None
    name = block.runs[0].text.strip()
    if block.runs[1].text[:1].isalnum() and block.runs[0].text[-1:].isalnum():
        return None  # bold ends within a word
    if not 0 < len(name.split()) <= 4 or not re.fullmatch(_NAME, name) or name[-1] in ".,;":
        return None
    return Label(_clean(name), len(block.runs[0].text), bold=True, colon=False)
