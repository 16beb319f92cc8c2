"""Who speaks by the mark-up of a page: plays in tables, definition lists, `<cite>`, classes of speakers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from narrator.sources.flow import Parts
from narrator.sources.hypertext import parts_blocks
from narrator.sources.markup import Element
from narrator.text import STAMP, words

_PERSONA = frozenset(
    ("persona", "speaker", "dramatis-persona", "speaker-name", "speakername", "speaker_name", "speaker-label")
)
"""Classes, and types of the structural vocabularies of e-books, of elements that name who speaks."""
_TIMES = frozenset(("timestamp", "timecode", "time", "time-stamp", "time-code"))
_DIRECTION = frozenset(("stage-direction", "stage", "stagedirection", "direction", "didascalia"))
_LONE = frozenset(("p", "div", "h2", "h3", "h4", "h5", "h6"))
_NAME_WORDS = 5
_TIME = re.compile(STAMP)
_ENDS_SENTENCE = re.compile(r"[?!…;]$|[^\W\d_]{5,}\.$")


def read_personae(root: Element) -> Parts:
    """Find which elements of a page name who speaks, and which hold what one person says."""
    names: dict[int, str] = {}
    speeches: dict[int, str] = {}
    directions: set[int] = set()
    times: dict[int, str] = {}
    lists: list[Element] = []
    tables: list[Element] = []
    openings: list[tuple[Element, bool]] = []
    for element in root.elements():
        marks = _marks(element)
        if marks & _DIRECTION:
            directions.add(id(element))
        if (element.name == "time" or marks & _TIMES) and _TIME.fullmatch(element.text):
            times[id(element)] = "time stamp"
        elif element.name == "dl":
            lists.append(element)
        elif element.name == "table":
            tables.append(element)
        if not marks & _DIRECTION:
            openings += [(cite, alone) for cite, alone in _openings(element) if _is_name(cite.text)]
    for table in tables:
        _read_rows(table, names, speeches, times)
    for one in lists:
        _read_list(one, names, speeches)
    _read_openings(openings, names)
    _read_lone(root, names)
    return Parts(times, names, speeches, frozenset(directions))


def _marks(element: Element) -> frozenset[str]:
    """Return the words with which an element says what it is: its classes and types, without namespaces."""
    said = f"{element.get('class')} {element.get('type')} {element.get('role')}".lower()
    return frozenset(word.rpartition(":")[2] for word in said.split())


def _is_name(text: str) -> bool:
    return 0 < len(words(_cleaned(text))) <= _NAME_WORDS and not _ENDS_SENTENCE.search(text)


def _cleaned(text: str) -> str:
    return " ".join(_TIME.sub(" ", text).split()).strip(" .,:：–—-()[]>")


# ---------------------------------------------------------------- tables
def _read_rows(
    table: Element, names: dict[int, str], speeches: dict[int, str], unspoken: dict[int, str]
) -> None:
    """Read a play set as a table: a row is a speech, its first cell names the speaker, times aside."""
    lines = [row.children("td", "th") for row in table.elements() if row.name == "tr"]
    clocks = {id(cell) for cells in lines for cell in cells if _TIME.fullmatch(cell.text)}
    head = lines[0] if lines and all(cell.name == "th" for cell in lines[0]) else []
    body = [[cell for cell in cells if id(cell) not in clocks] for cells in lines[bool(head) :]]
    rows = [(cells[0], cells[1]) for cells in body if len(cells) == 2]
    told = [first for first, _ in rows if _PERSONA & _marks(first)]
    named = [first for first, _ in rows if first.text]
    if not told and not _is_cast(rows):
        return
    unspoken |= dict.fromkeys(clocks, "time stamp") | {id(cell): "mark-up" for cell in head}
    for first, second in rows:
        if (first in told) if told else (first in named):
            names[id(first)] = speeches[id(second)] = _cleaned(first.text)


def _is_cast(rows: Sequence[tuple[Element, Element]]) -> bool:
    """Tell a table of speeches from any other: few short names, again and again, before sentences."""
    firsts = [first.text for first, _ in rows if first.text]
    if len(firsts) < 4 or not all(_is_name(text) for text in firsts):
        return False
    speech = sum(len(words(second.text)) for first, second in rows if first.text)
    return len(set(firsts)) <= len(firsts) / 2 and speech >= 4 * len(firsts)


# ---------------------------------------------------------------- definition lists
def _read_list(one: Element, names: dict[int, str], speeches: dict[int, str]) -> None:
    """Read a list of terms and descriptions whose terms are names."""
    entries = [
        entry for child in one.children() for entry in (child.children() if child.name == "div" else [child])
    ]
    terms = [entry for entry in entries if entry.name == "dt"]
    shown = Counter(term.text for term in terms)
    colons = all(term.text.endswith(":") for term in terms)
    if not all(_is_name(text) for text in shown) or not (colons or len(shown) < len(terms)):
        return
    name = ""
    for entry in entries:
        if entry.name == "dt":
            name = names[id(entry)] = _cleaned(entry.text)
        elif entry.name == "dd" and name:
            speeches[id(entry)] = name


# ---------------------------------------------------------------- names before speeches
def _openings(element: Element) -> Iterator[tuple[Element, bool]]:
    """Find an element at the start of a paragraph, or between paragraphs, that may name who speaks.

    Yields:
        The element, and whether its mark-up alone makes it sure.
    """
    first = True
    for position, part in enumerate(element.parts):
        if isinstance(part, str):
            first = first and not part.strip()
            continue
        told = bool(_PERSONA & _marks(part))
        if part.name == "cite" or told:
            before = first or _parted(element.parts[:position])
            if before and (told or part.text.endswith(":") or _speech_follows(element, position)):
                yield part, told
        first = False


def _parted(before: Sequence[Element | str]) -> bool:
    """Tell whether what stands before ends a block."""
    for part in reversed(before):
        if isinstance(part, str):
            if part.strip():
                return False
        else:
            return parts_blocks(part.name) or part.name in {"br", "hr"}
    return True


def _speech_follows(element: Element, position: int) -> bool:
    """Tell whether text comes after the name: in this paragraph, or in the next."""
    rest = element.parts[position + 1 :]
    return bool(words(" ".join(part if isinstance(part, str) else part.text for part in rest[:6])))


def _read_openings(openings: Sequence[tuple[Element, bool]], names: dict[int, str]) -> None:
    """Believe a class of speakers; `<cite>`, which also marks titles, where one name comes again."""
    counts = Counter(_cleaned(element.text) for element, told in openings if not told)
    again = sum(count > 1 for count in counts.values())
    for element, told in openings:
        colon = element.text.endswith(":")
        if told or (again and (colon or counts[_cleaned(element.text)] > 1)):
            names.setdefault(id(element), _cleaned(element.text))


# ---------------------------------------------------------------- names by themselves
def _read_lone(root: Element, names: dict[int, str]) -> None:
    """Read a page where a name stands by itself before each speech, always in one form of element."""
    groups: dict[tuple[str, str], list[Element]] = {}
    for element in root.elements():
        if element.name in _LONE and id(element) not in names and _is_lone(element):
            groups.setdefault((element.name, element.get("class")), []).append(element)
        elif element.children():
            for one in _before_blocks(element):
                if id(one) not in names and _is_lone(one):
                    groups.setdefault((one.name, one.get("class")), []).append(one)
    for group in groups.values():
        counts = Counter(_cleaned(element.text) for element in group)
        again = {text for text, count in counts.items() if count > 1}
        if len(again) > 1 and len(counts) <= len(group) / 2:
            told = {id(element): _cleaned(element.text) for element in group}
            names |= {key: name for key, name in told.items() if name in again}


def _before_blocks(element: Element) -> Iterator[Element]:
    """Return a first element of the flow of text after which a block comes."""
    parts = [part for part in element.parts if not isinstance(part, str) or part.strip()]
    if len(parts) > 1 and not isinstance(parts[0], str) and not isinstance(parts[1], str):
        first, second = parts[0], parts[1]
        if not parts_blocks(first.name) and parts_blocks(second.name):
            yield first


def _is_lone(element: Element) -> bool:
    """Tell an element with nothing in it but what looks like a name: every word begins with a capital."""
    if any(parts_blocks(child.name) for child in element.children()):
        return False
    text = _TIME.sub("", element.text).strip().removesuffix(":")
    parts = text.split()
    return (
        0 < len(parts) <= _NAME_WORDS
        and text[-1:].isalnum()
        and all(part[0].isupper() or len(part) <= 3 for part in parts)
        and parts[0][0].isupper()
    )
