"""Plain text to blocks."""

import re
from collections.abc import Sequence

from narrator.model import Block, BlockKind, Run, Unspoken
from narrator.settings import MAX_TITLE
from narrator.sources.layout import is_timed, label, survey
from narrator.sources.ledger import Passage, account
from narrator.text import has_words, words

_RULE = re.compile(r"([*\-_~=#•–—·⁂])(?:\s*\1){2,}|⁂")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_ROMAN = r"(?:[IVXLC]+|[ivxlc]+)"
_PART_WORDS = (
    "chapter|part|book|act|scene|volume|letter|section|canto"
    "|kapitel|teil|buch|akt|aufzug|auftritt|szene|band|brief|abschnitt|gesang"
)
_NUMBER_WORDS = (
    "the first|the last|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    "|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf"
)
_ORDINALS = (
    "erste|zweite|dritte|vierte|fünfte|sechste|siebte|siebente|achte|neunte|zehnte|elfte|zwölfte|letzte"
)
_PART = re.compile(
    rf"(?:(?:{_PART_WORDS})\s+(?:\d{{1,3}}|{_ROMAN}|{_NUMBER_WORDS})"
    rf"|(?:(?:{_ORDINALS})[rs]?|\d{{1,3}}\.|{_ROMAN}\.)\s+(?:{_PART_WORDS}))"
    r"(?P<title>\s*[.:–—-]\s*.{0,80})?",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"prolog(?:ue)?|epilog(?:ue)?|introduction|preface|foreword|afterword|interlude|appendix"
    r"|einleitung|einführung|vorwort|nachwort|geleitwort|zwischenspiel|anhang",
    re.IGNORECASE,
)
_FINAL = tuple(".!?…:;,)]\"“”»«'’‘*_")
_TITLE_LENGTH = 100
"""Characters: a longer first line is rather a sentence."""
_BYLINE = 4
"""Words of a line that tells who wrote or asked, at most."""
_WRITTEN_BY = re.compile(
    r"(?i:by|von|par|por|text:|words:)(?: [^\W\d_a-z][\w’'.-]*| (?:de|von|van|la|und|and|y|et)){1,6}"
)
"""`By Tom Avery`, under a title."""
_TITLE_ECHOES = 2
"""Lines that may begin alike, the title among them: whom it names may have the one label of an interview."""
_OVERLONG = 500
"""Characters: up to here a first line without a stop, in a text that has stops, is meant as a title."""
_STOP = re.compile(r"[.!?…](?=\s|$)")
_HYPHEN = re.compile(r"(?P<start>[^\W\d_]+)(?P<mark>[-‐\xad])$")
_SUSPENDED = frozenset(("und", "oder", "bis", "sowie", "and", "or", "to", "nor", "y", "et"))
"""After one of these a hyphen at the line end stays apart: "Vor- und Nachteile"."""


def read_plain(text: str) -> tuple[tuple[Block, ...], tuple[Unspoken, ...]]:
    """Turn plain text into blocks.

    Args:
        text: Any text with line feeds as line ends.

    Returns:
        Blocks, and an empty tuple: in plain text everything is spoken.

    Raises:
        LedgerError: A fault of this module lost a part of the text.
    """
    lines = [re.sub(r"[^\S\n]+", " ", line.strip()) for line in text.split("\n")]
    stanzas = _stanzas(lines)
    reader = _Reader(lines, stanzas)
    blocks = tuple(block for start, end in stanzas for block in reader.stanza(start, end))
    passages = [Passage(block.text, block.text, "", block.lines) for block in blocks]
    account(text, passages, blocks, ())
    return blocks, ()


def _stanzas(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where lines stand without an empty one between, as (first, one after the last)."""
    made: list[tuple[int, int]] = []
    start = None
    for position, line in enumerate((*lines, "")):
        if line and start is None:
            start = position
        elif not line and start is not None:
            made.append((start, position))
            start = None
    return made


class _Reader:
    """Turns stanzas into blocks, knowing the whole text."""

    def __init__(self, lines: Sequence[str], stanzas: Sequence[tuple[int, int]]) -> None:
        self._lines = lines
        self._layout = survey([lines[start:end] for start, end in stanzas])
        self._first = stanzas[0] if stanzas else (0, 0)
        self._single = len(stanzas) == 1
        self._known: frozenset[str] | None = None

    def stanza(self, start: int, end: int) -> list[Block]:
        """Return the blocks of the lines from `start` to before `end`."""
        blocks: list[Block] = []
        position = start
        paragraph_from = start
        while position < end:
            made = self._special(position, start, end)
            if made is None:
                position += 1
                continue
            blocks += self._prose(paragraph_from, position)
            blocks.append(made)
            position = paragraph_from = made.lines[1]
        return blocks + self._prose(paragraph_from, end)

    def _special(self, position: int, start: int, end: int) -> Block | None:
        """Return the rule or heading that begins on a line, if one surely does."""
        line = self._lines[position]
        if _RULE.fullmatch(line):
            return _block(BlockKind.RULE, "", position, position + 1)
        below = self._lines[position + 1] if position + 1 < end else ""
        first = position == start
        if first and _UNDERLINE.fullmatch(below) and len(line) <= _TITLE_LENGTH and has_words(line):
            return _block(BlockKind.HEADING, line, position, position + 2, 1 if below[0] == "=" else 2)
        part = _PART.fullmatch(line)
        alone = first and end == start + 1
        if (part and (not part["title"] or (alone and line[-1] not in ".!?"))) or (
            alone and _ALONE.fullmatch(line)
        ):
            return _block(BlockKind.HEADING, line, position, position + 1, 2)
        titled = alone or (first and end == start + 2 and _WRITTEN_BY.fullmatch(below) is not None)
        if titled and (start, end) == self._first and not self._single and self._is_title(line):
            return _block(BlockKind.HEADING, line, position, position + 1, 1)
        return None

    def _is_title(self, line: str) -> bool:
        return (
            (len(line) <= _TITLE_LENGTH or self._is_overlong_title(line))
            and not line.endswith(_FINAL)
            and not line.startswith(("(", "["))
            and not self._labels_a_turn(line)
            and not is_timed(line)
            and has_words(line)
            and self._lines.count(line) == 1  # else it labels turns
        )

    def _labels_a_turn(self, line: str) -> bool:
        """Tell a first turn with its label from a title with a colon (“Eva Muster: the long way home”).

        A turn is followed by another's, or its label comes again and again; a title by an introduction.
        `Interview: Eva Muster` is neither, but left as it is.
        """
        name = label(line)
        if not name:
            return False
        if len(name.split()) == 1 and len(line.split()) <= _BYLINE:
            return True
        following = next((label(other) for other in self._lines[self._first[1] :] if other), "")
        return bool(following) or sum(label(other) == name for other in self._lines) > _TITLE_ECHOES

    def _is_overlong_title(self, line: str) -> bool:
        """Tell a title that no feed takes, so that it is refused instead of read as a paragraph."""
        return (
            MAX_TITLE < len(line) <= _OVERLONG
            and not _STOP.search(line)
            and any(_STOP.search(other) for other in self._lines)
        )

    def _prose(self, start: int, end: int) -> list[Block]:
        blocks: list[Block] = []
        for paragraph in self._layout.paragraphs(self._lines[start:end]):
            after = start + len(paragraph)
            blocks.append(_block(BlockKind.PARAGRAPH, self._join(paragraph), start, after))
            start = after
        return blocks

    def _join(self, lines: Sequence[str]) -> str:
        text = lines[0]
        for line in lines[1:]:
            text = self._join_two(text, line)
        return text

    def _join_two(self, text: str, line: str) -> str:
        """Join two lines; a divided word is made whole where the text has it whole elsewhere.

        Else the hyphen stays, as nobody can know whether it belongs to the word.
        """
        divided = _HYPHEN.search(text)
        if not divided or not line[0].isalpha():
            return f"{text} {line}"
        rest = words(line)[0]
        if divided["mark"] == "\xad":
            return text[:-1] + line
        if rest in _SUSPENDED:
            return f"{text} {line}"
        if self._known is None:
            self._known = frozenset(words(" ".join(self._lines)))
        if line[0].islower() and words(divided["start"])[0] + rest in self._known:
            return text[:-1] + line
        return text + line


def _block(kind: BlockKind, text: str, start: int, end: int, level: int = 0) -> Block:
    return Block(kind, (Run(text),) if text else (), (start + 1, end), level)
