"""Spans: what the decoder gives to a speaker at once; a block, or a part of one, without its label."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from narrator.attribution.cues import find_cues, openings
from narrator.attribution.directions import (
    find_interjections,
    part_directions,
    read_stage,
    without_interjections,
)
from narrator.attribution.labels import Label, bear_timed, find_label, is_credit
from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.marks import find_marks
from narrator.attribution.people import People, gather_people
from narrator.attribution.stamps import Stamps
from narrator.model import Block, BlockKind, Document, Unspoken
from narrator.text import has_words, words

_STOPS = "?!.:…"
_TURN = re.compile(r"\s*>>+\s*")
_FEWEST = 3
_NEARLY = 0.9
"""Share of the labels that begin a paragraph from which all do."""
_CLOSING = "”“\"»«’'*)] \t\n"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that one speaker says."""

    text: str
    lines: tuple[int, int]
    kind: BlockKind
    face: str
    """`bold`, `italic`, or `plain`; of headings `heading`."""
    label: str = ""
    """The name of the person whose label stands before it."""
    starts: bool = True
    """Whether a paragraph begins with it."""
    turns: int = 0
    """Marks before it (`>>`) by which captions tell that another voice begins; two if one said no word."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A document cut into spans."""

    spans: tuple[Span, ...]
    labels: tuple[Unspoken, ...]
    people: People
    verbatim: bool
    """Whether it is a play or the protocol of a parliament, in which nobody sets quotations apart."""


def cut(document: Document, lexicon: Lexicon) -> Cut:
    """Find the labels of a document and cut its blocks into spans."""
    blocks, unspoken = _without_interjections(document, lexicon)
    verbatim = bool(unspoken)
    cues = find_cues(blocks, lexicon)
    acted = bool(cues) or any(
        block.kind is BlockKind.DIRECTION or fold(block.text).strip(" .:") in lexicon["cast_headings"]
        for block in blocks
    )
    stamps = Stamps(blocks)
    found = [cues.get(i) or _label(block, lexicon) for i, block in enumerate(blocks)]
    found = bear_timed(_alike(blocks, found, cues))
    if not cues:
        marks = find_marks(blocks, found, stamps, lexicon)
        found = [marks.get(i) or label for i, label in enumerate(found)]
    people = gather_people(
        [label for label in found if label], [block.text for block in blocks], lexicon,
        paragraphs_acted=len(openings(blocks)) if acted else 0,
    )  # fmt: skip
    stage = read_stage(blocks, lexicon) if acted else None
    spans: list[Span] = []
    waiting = ""
    last_line = -1
    for block, label in zip(blocks, found, strict=True):
        speaker = people.find(label.name) if label else None
        start = label.end if label and speaker else 0
        if label and speaker:
            unspoken.extend(_written(block, label))
            if not has_words(block.text[label.end :]):
                waiting = speaker  # the label stands alone; its speech is the next block
                last_line = block.lines[1]
                continue
        told, timed = stamps.part(block, start)
        unspoken.extend(timed)
        if timed and not has_words(told.text[start:]):
            waiting = speaker or waiting
            continue
        if stage:
            told, directions = part_directions(told, start, stage, follows=block.lines[0] == last_line + 1)
            unspoken.extend(directions)
            last_line = block.lines[1]
            if not has_words(told.text[start:]):
                waiting = speaker or waiting
                continue
        if told.kind is BlockKind.DIRECTION:
            spans.extend(_spans(told, 0, ""))  # the speech is still to come
            continue
        spans.extend(_spans(told, start, speaker or waiting))
        waiting = ""
    return Cut(tuple(spans), tuple(unspoken), people, acted or verbatim)


def _written(block: Block, label: Label) -> Iterator[Unspoken]:
    """Yield the words of a label, and of the direction in it."""
    name_end = label.end if label.name_end is None else label.name_end
    for part, reason in ((block.text[:name_end], "label"), (block.text[name_end : label.end], "direction")):
        if has_words(part):
            yield Unspoken(part.strip(), reason, block.lines)


def _without_interjections(document: Document, lexicon: Lexicon) -> tuple[list[Block], list[Unspoken]]:
    """Return the blocks that have words, without what others call out, and that."""
    blocks = [block for block in document.blocks if has_words(block.text)]
    unspoken: list[Unspoken] = []
    for i, places in find_interjections(blocks, lexicon).items():
        blocks[i], called = without_interjections(blocks[i], places)
        unspoken.extend(called)
    return [block for block in blocks if has_words(block.text)], unspoken


def _alike(
    blocks: Sequence[Block], found: Sequence[Label | None], cues: Mapping[int, Label]
) -> Sequence[Label | None]:
    """Leave out what is set unlike the labels of the text: a colon in a line of verse is no label."""
    named = {
        fold(name)
        for name in (*(cue.name for cue in cues.values()), *(b.speaker for b in blocks if b.speaker))
    }
    counts = Counter(fold(label.name) for label in found if label)
    marks = [i for i, label in enumerate(found) if label and (label.sure or counts[fold(label.name)] > 1)]
    apart = [i for i in marks if i == 0 or blocks[i].lines[0] > blocks[i - 1].lines[1] + 1]
    opening = len(apart) > _FEWEST and len(apart) >= _NEARLY * len(marks)
    kept: list[Label | None] = []
    for i, label in enumerate(found):
        key = fold(label.name) if label else ""
        runs_on = opening and i and blocks[i].lines[0] <= blocks[i - 1].lines[1] + 1
        stranger = named and key not in named and counts[key] < _FEWEST
        said = label and not label.bold and i not in cues and not blocks[i].speaker and (runs_on or stranger)
        kept.append(None if said else label)
    return kept


def _label(block: Block, lexicon: Lexicon) -> Label | None:
    """Find what may be a label before a block's text, unless it ends within a word."""
    if block.speaker:
        return Label(block.speaker, 0, bold=False, colon=True, sure=True)
    if block.kind in (BlockKind.HEADING, BlockKind.DIRECTION):
        return None
    label = find_label(block)
    if not label or is_credit(label, block.text[label.end :], lexicon):
        return None
    return label if _between_words(block.text, label.end) else None


def _between_words(text: str, position: int) -> bool:
    """Tell whether a text may be cut here; a soft hyphen or an apostrophe can join what looks apart."""
    if not 0 < position < len(text) or text[position - 1].isspace() or text[position].isspace():
        return True
    around = text[max(0, position - 200) : position], text[position : position + 200]
    return len(words(around[0])) + len(words(around[1])) == len(words("".join(around)))


def _spans(block: Block, start: int, speaker: str) -> Iterator[Span]:
    """Cut a block where a bold or italic question at its beginning ends and plain text goes on."""
    turn = _change_of_face(block, start)
    parts: Sequence[tuple[int, int]] = (
        [(start, turn), (turn, len(block.text))] if turn else [(start, len(block.text))]
    )
    for i, (begin, end) in enumerate(parts):
        text = block.text[begin:end].strip()
        turns = 0
        while mark := _TURN.match(text):
            text, turns = text[mark.end() :], turns + 1
        face = _face(block, begin, end)
        label = speaker if i == 0 else ""
        yield Span(text, block.lines, block.kind, face, label, starts=i == 0, turns=turns)


def _change_of_face(block: Block, start: int) -> int:
    """Return where a bold or italic beginning that is a whole sentence gives way to plain text, else 0."""
    if block.kind is BlockKind.HEADING:
        return 0
    position = 0
    face = None
    for run in block.runs:
        end = position + len(run.text)
        if end > start and run.text.strip():
            this = (run.bold, run.italic)
            if face is None:
                face = this
                if not any(face):
                    return 0
            elif this != face and not any(this):
                whole = block.text[start:position].rstrip(_CLOSING)
                sentence = whole.endswith(tuple(_STOPS)) and len(words(whole)) > 2
                goes_on = has_words(block.text[position:])
                return position if sentence and goes_on and _between_words(block.text, position) else 0
        position = end
    return 0


def _face(block: Block, begin: int, end: int) -> str:
    """Name the type face of most words of a stretch of a block."""
    if block.kind is BlockKind.HEADING:
        return "heading"
    if not any(run.bold or run.italic for run in block.runs):
        return "plain"
    counts = {"bold": 0, "italic": 0, "plain": 0}
    position = 0
    for run in block.runs:
        inside = run.text[max(0, begin - position) : max(0, end - position)]
        counts["bold" if run.bold else "italic" if run.italic else "plain"] += len(words(inside))
        position += len(run.text)
    total = sum(counts.values())
    # Links and names inside a bold question are often set plain: most is enough.
    return next((face for face in ("bold", "italic") if counts[face] > 0.7 * total), "plain")
