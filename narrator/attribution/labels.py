"""Labels: what stands before a speech and says whose it is, in all forms people write it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.names import is_name_like, name_tokens
from narrator.model import Block
from narrator.text import CLOCK, STAMP

_NAME = r"[@$#]?[^\W_](?:[^:?!;“”„\"«»\n\[\](){}|…/]|(?<=\w)/(?=\w)){0,110}"
_ROLE = r"(?:\s*[\[(](?P<role>[^\[\]()\n]{1,60})[\])](?:\s*[\[(][^\[\]()\n]{1,60}[\])]){0,2})?"
_COLON = r"\s*[:：](?=\s|$)"
_BRACKETED = rf"[\[(]{{1,2}}{CLOCK}[\])]{{1,2}}"

# The first form that matches is taken.
_FORMS = (
    # [00:07] Tim Smith (host): …   Tim Smith (00:07): …   >> TIM: …   [Tim]: …   Tim: [00:07] …
    re.compile(
        rf"^\s*(?:{STAMP}\s*)?(?:>[>\s]{{1,20}}|[-–—]\s+)?(?P<open>\[)?(?P<name>{_NAME}?)(?(open)\])"
        rf"(?:\s*{STAMP})?{_ROLE}(?:\s*{STAMP})?{_COLON}(?:\s*{_BRACKETED})?\s*"
    ),
    # Tim Smith 00:07 (alone on its line)   Tim Smith | 00:07   00:07 Tim Smith
    re.compile(rf"^\s*(?P<name>{_NAME}?)(?:\s+|\s*[|·•,–—-]\s*){STAMP}\s*$"),
    re.compile(rf"^\s*{STAMP}(?:\s+|\s*[|·•,–—-]\s*)(?P<name>{_NAME}?)\s*$"),
)
_OFFICE = re.compile(
    r"\s*(?P<name>[^\W_][^:?!;“”„\"«»\n\[\](){}|…/,]{1,58}),(?P<office>[^:?!;“”„\"«»\n]{3,160}):(?=\s|$)\s*"
)
"""`Eva Muster, Bundesministerin für Bildung und Forschung:`"""
_LETTER = re.compile(r"\s*([^\W\d_])\.\s+(?=\S)")
"""Q. …   A. …"""
_QUOTING = tuple("“„»«\"‘‚'")
_MOST_WORDS = 7
_TITLED = 3
"""Words of a title with a full name after it, at least one more."""
_MOST_TITLED = 14
"""Words of `Bundesministerin für Frauen, Medien und öffentlichen Dienst Eva Muster`."""
_FEWEST_TIMED = 3
_AFTER_NAME = re.compile(r"\s*[(,].*", re.DOTALL)
NUMBERED = re.compile(r"\s*#?\d{1,2}$")
"""The number of a label that names a part (`guest 2`)."""
_ROLES = ("asker_labels", "answer_labels", "narrator_labels")
"""Lists of labels that name a part and no person."""
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
    borne: bool = False
    """Whether the text as a whole bears it out."""
    timed: bool = False
    """Whether a time stands beside the name, and nothing else in the block."""
    name_end: int | None = None
    """Where the name ends if a direction stands between it and the speech."""


def find_label(block: Block) -> Label | None:
    """Find what may be a label at the start of a block; whether it names a person is decided elsewhere."""
    head = block.text[:_REACH]
    bold = bool(block.runs) and block.runs[0].bold
    if office := _office(head):
        return Label(_clean(office["name"]), office.end(), bold, colon=True)
    for form in _FORMS:
        match = form.match(head)
        # `00 12 45 07 CC Roger.` ends with speech.
        ended = form is not _FORMS[0] and match and match["name"].endswith((".", ","))
        if match and not ended and _plausible(match["name"]) and not _leads_up(match, block.text):
            name = _without_house(_clean(match["name"]))
            colon = form is _FORMS[0]
            sure = colon and _holds_office(name, match["role"])
            return Label(name, match.end(), bold, colon, sure=sure, timed=not colon)
    if match := _LETTER.match(head):
        return Label(match[1], match.end(), bold, colon=False, letter=True)
    return _bold_name(block)


def _office(head: str) -> re.Match[str] | None:
    """Find a full name and what it is the name of (“Eva Muster, Ministerin:”), no list of names."""
    match = _OFFICE.match(head)
    if not match or len(match["name"].split()) < 2 or not _plausible(match["name"]):
        return None
    office = match["office"].strip()
    if match.end() < len(head) and ("," in office or not office[0].isupper()):
        return None  # “Frau Muster, der erste Punkt, den Sie nennen: …” calls somebody
    return match if is_name_like(match["name"]) else None


def _holds_office(name: str, role: str | None) -> bool:
    """Tell whether a label names an office, and who holds it in brackets (“The Minister (Mr. John Doe):”)."""
    return name.startswith("The ") and role is not None and len(role.split()) > 1 and is_name_like(role)


def _plausible(name: str) -> bool:
    tokens = name.split()
    # A stop after a title or an initial (“Prof. Hay”, “J. Hay”) is no end of a sentence.
    inner_stop = re.search(r"[^\W\d_]{5,}\.\s", name)
    titled = len(tokens) <= _MOST_TITLED and all(is_name_like(one) for one in (tokens[0], *tokens[-2:]))
    return bool(tokens) and (len(tokens) <= _MOST_WORDS or titled) and not inner_stop


def _leads_up(label: re.Match[str], text: str) -> bool:
    """Tell whether a narrator leads up to a quotation (“Lucy cried aloud: ‘It is not true.’”)."""
    return label["name"].rsplit(maxsplit=1)[-1].islower() and text[label.end() :][:1] in _QUOTING


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" .,-–—*")


def _without_house(name: str) -> str:
    """Return a name without the house it stands for (“Ada Berg, Institut Nord:”), a second person aside.

    “Berg, Ada:” has its parts turned round, and “Ada, Ben:” names two.
    """
    person, comma, house = name.partition(",")
    full = comma and len(person.split()) > 1 and is_name_like(person) and house.strip()[:1].isupper()
    return person.strip() if full else name


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


def bear_timed(found: Sequence[Label | None]) -> list[Label | None]:
    """Believe names that stand alone beside a time, where each has speech after it and they make a habit."""
    timed = {i for i, label in enumerate(found) if label and label.timed and is_name_like(label.name)}
    # A table of contents has such lines too, one after the other.
    apart = sum(i + 1 < len(found) and i + 1 not in timed for i in timed)
    if apart < max(_FEWEST_TIMED, 0.8 * len(timed)):
        return list(found)
    return [replace(label, borne=True) if label and i in timed else label for i, label in enumerate(found)]


def apart_forms(labels: Sequence[Label], least: int) -> frozenset[frozenset[str]]:
    """Return the forms of labels that follow each other, as nobody answers themselves under another name."""
    keys = [fold(label.name) for label in labels]
    pairs = Counter(frozenset(pair) for pair in pairwise(keys) if pair[0] != pair[1])
    return frozenset(pair for pair, count in pairs.items() if count >= least)


def like_labels(label: Label, lexicon: Lexicon) -> bool:
    """Tell whether an opening with a colon looks like the labels of a play."""
    tokens = name_tokens(label.name, lexicon)
    crowd = bool(tokens) and tokens[0] in lexicon["crowd"] and len(tokens) <= 3
    named = is_name_like(label.name) and not all(
        token in lexicon["not_names"] or token in lexicon["common"] for token in tokens
    )
    return label.colon and len(tokens) <= 5 and (crowd or named)


def role_of(key: str, lexicon: Lexicon) -> str:
    """Return the list that a folded label without a name belongs to (`question`, `guest 2`), else nothing."""
    bare = NUMBERED.sub("", key)
    return next((role for role in _ROLES if bare in lexicon[role]), "")


def is_credit(label: Label, rest: str, lexicon: Lexicon) -> bool:
    """Tell whether a label only says who has a part (“Moderator: Helen Marsh (HM)”), and begins no speech."""
    name = _AFTER_NAME.sub("", rest).strip()
    return (
        label.colon and 1 < len(name.split()) <= _MOST_WORDS and is_name_like(name) and name[-1] not in ".!?…"
        and bool(role_of(fold(label.name), lexicon))
    )  # fmt: skip


def holds_title(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a label is an office with the name after it (“Ministerin für Sport Eva Muster”)."""
    parts = name.split()
    titled = len(parts) > _TITLED and fold(parts[0]) in lexicon.honorifics.get("open", ())
    return titled and is_name_like(" ".join(parts[-2:]))
