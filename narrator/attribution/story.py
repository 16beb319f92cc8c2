"""Stories: narrative prose cut into what the narrator tells and what its people say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.characters import Characters, gather_characters
from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.manner import Kind, Manner
from narrator.attribution.mentions import Passage, read_passage
from narrator.attribution.quotations import find_quotations, is_speech
from narrator.attribution.saying import said_after, said_before
from narrator.attribution.spans import Span
from narrator.model import Block, BlockKind, Document
from narrator.text import has_words, words

_CHANCE = 40
"""Paragraphs to each chance likeness to a label."""


@dataclass(frozen=True, slots=True)
class Part:
    """A span of a story."""

    span: Span
    paragraph: int
    spoken: bool
    goes_on: bool = False
    """Speech whose quotation is not closed in its paragraph."""


@dataclass(frozen=True, slots=True)
class Story:
    """A narrative, cut and read, before anybody is chosen."""

    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    """Every part in tokens with its mentions."""
    characters: Characters
    lexicon: Lexicon


def cut_story(document: Document, lexicon: Lexicon) -> tuple[Part, ...]:
    """Cut the paragraphs of prose at their quotations; every word is in one part."""
    blocks = [block for block in document.blocks if has_words(block.text)]
    told = [block.text if block.kind is not BlockKind.HEADING else "" for block in blocks]
    parts: list[Part] = []
    for i, (block, quotations) in enumerate(zip(blocks, find_quotations(told, lexicon), strict=True)):
        position = 0
        for one in quotations:
            if not is_speech(block.text, one, lexicon):
                continue
            _add(parts, block, i, (position, one.start), spoken=False)
            _add(parts, block, i, (one.start, one.end), spoken=True, goes_on=one.goes_on)
            position = one.end
        _add(parts, block, i, (position, len(block.text)), spoken=False)
    return tuple(parts)


def _add(
    parts: list[Part], block: Block, number: int, at: tuple[int, int], *, spoken: bool, goes_on: bool = False
) -> None:
    text = block.text[slice(*at)].strip()
    starts = not parts or parts[-1].paragraph != number
    if has_words(text):
        face = "heading" if block.kind is BlockKind.HEADING else "plain"
        span = Span(text, block.lines, block.kind, face, starts=starts)
        parts.append(Part(span, number, spoken, goes_on))


def read_story(parts: Sequence[Part], lexicon: Lexicon) -> Story:
    """Find the people of a story and where it speaks of them."""
    narration: list[tuple[str, bool, bool]] = []
    speech: list[tuple[str, int]] = []
    for i, part in enumerate(parts):
        if part.spoken:
            speech.append((part.span.text, len(narration)))
        elif part.span.kind is not BlockKind.HEADING:
            after = i > 0 and parts[i - 1].spoken and parts[i - 1].paragraph == part.paragraph
            before = i + 1 < len(parts) and parts[i + 1].spoken
            narration.append((part.span.text, after, before))
    characters = gather_characters(narration, speech, lexicon)
    passages = tuple(read_passage(part.span.text, lexicon, characters.forms) for part in parts)
    return Story(tuple(parts), passages, characters, lexicon)


_ASKED_OFTEN = 3
"""Questions to somebody outside quotations; storytellers ask their readers hardly one."""


def tells(manner: Manner, spans: Sequence[Span]) -> bool:
    """Tell whether a text may be a story: its speakers have no labels, but for a chance likeness to one.

    Dashes stand before speech in stories and in interviews; one that is announced as an interview is none.
    """
    labelled = sum(bool(span.label) for span in spans)
    chance = 0 < labelled <= len(spans) // _CHANCE  # “Brenda wrote:”
    return (
        (manner.kind is not Kind.LABELLED or chance)
        and not (manner.face or manner.announced)
        and (chance or not labelled)
        and all(span.kind is not BlockKind.DIRECTION for span in spans)
    )


def _converses(parts: Sequence[Part], lexicon: Lexicon) -> bool:
    """Tell whether people ask each other outside quotations, as in an interview without labels."""
    told = [part.span.text for part in parts if not part.spoken]
    asking = sum("?" in text and bool(set(words(text)) & lexicon["second_person"]) for text in told)
    return asking >= _ASKED_OFTEN and asking >= 0.1 * len(told)


def is_fiction(parts: Sequence[Part], lexicon: Lexicon) -> bool:
    """Tell whether prose tells a story, in which the people quoted speak; articles quote, too.

    In doubt it is no story: a narrator who reads quotations is right in an article and bearable in a novel.
    """
    spoken = [part for part in parts if part.spoken]
    if len(spoken) < 4 or _converses(parts, lexicon):
        return False
    count = sum(len(words(part.span.text)) for part in parts)
    quoted = sum(len(words(part.span.text)) for part in spoken)
    narration = fold(" ".join(part.span.text for part in parts if not part.spoken))
    with_speech = {part.paragraph for part in spoken}
    told = {part.paragraph for part in parts if not part.spoken}
    alone = len(with_speech - told)
    asks = sum(re.search(r"[?!]", part.span.text) is not None for part in spoken)
    second = sum(bool(set(words(part.span.text)) & lexicon["second_person"]) for part in spoken)
    pronouns = lexicon["male_pronouns"] | lexicon["female_pronouns"] | lexicon["own_pronouns"]
    tags = sayings = 0
    for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
        if part.spoken:
            continue
        passage = read_passage(part.span.text, lexicon)
        saying = None
        if before and before.spoken and before.paragraph == part.paragraph:
            saying = said_after(passage, lexicon)
        elif after and after.spoken:
            saying = said_before(passage, lexicon)
        if saying and saying.weight > 5:
            sayings += 1
            tags += passage.tokens[saying.mention.first].lower() in pronouns
    chapter = any(
        part.span.kind is BlockKind.HEADING and lexicon.finds("chapters", fold(part.span.text))
        for part in parts
    )
    news = lexicon.count("reporting", narration) + lexicon.count("credits", narration)
    third = sum(word in lexicon["male_forms"] | lexicon["female_forms"] for word in words(narration))
    score = (
        2.0 * (quoted > 0.15 * count) + 1.0 * (quoted > 0.35 * count)
        + 1.5 * (asks >= 0.25 * len(spoken)) + 1.0 * (second >= 0.25 * len(spoken))
        + 1.5 * (alone >= 0.2 * len(with_speech) and alone >= 2) + 1.0 * (sayings >= 3)
        + 1.0 * (tags >= 2) + 1.0 * chapter + 0.5 * (len(spoken) > 20)
        + 1.0 * (third >= 0.04 * (count - quoted) and 1000 * news <= count)
        - 2.0 * min(3.0, 300.0 * news / max(count, 300))
    )  # fmt: skip
    return score >= 4.0
