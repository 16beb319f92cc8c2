"""Turns to utterances: long ones are divided at sentence ends, and no character is lost."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from narrator.errors import CastError
from narrator.model import Break, Cast, Script, Span, SpanKind, Turn, Utterance, Voice
from narrator.pronunciations import Pronunciations
from narrator.settings import SHORT_SENTENCE_WORDS, UTTERANCE_LENGTH
from narrator.spoken.form import read_aloud
from narrator.spoken.manner import manner_of
from narrator.spoken.marked import crop
from narrator.text import has_words, sentences, words

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_CLAUSE_END = re.compile(r"[,;:–—)\]…][\"”“’»]?\s+|[、，；：。]")
_SPACE = re.compile(r"\s+")
_EDGE = re.compile(r"(?<=\W)(?=\w)|(?<=\w)(?=\W)")
_SENTENCE_MS = 300
"""Silence where an utterance is cut after a sentence. A change of it changes takes."""
_CLAUSE_MS = 150
"""The same after a clause."""
_WORD_MS = 20
"""The same between two words."""

Piece = tuple[str, Break]
"""A part of a turn's text, and why there is a pause after it."""


def utterances(script: Script, cast: Cast, pronunciations: Pronunciations) -> tuple[Utterance, ...]:
    """Divide all turns of a script into what is given to an engine at once.

    A turn without a word gives no utterance; the pause that the script asks for after it follows what was
    said before.

    Args:
        script: Who says what.
        cast: A voice for every speaker.
        pronunciations: The user's, as for `spoken_form`.

    Raises:
        CastError: A speaker has no voice.
    """
    made: list[Utterance] = []
    language = script.language
    number = 0
    for position, chapter in enumerate(script.chapters):
        for turn in chapter.turns:
            manner = manner_of(turn.direction, language)
            for text, marks, pause in _pieces(turn, language):
                voice = _voice(cast, turn.speaker)
                spoken, spans = read_aloud(text, language, pronunciations, voice.plain.id, marks)
                made.append(
                    Utterance(
                        spoken, voice, language, text, turn.speaker, position, number,
                        pause=pause, spans=spans, manner=manner,
                    )
                )  # fmt: skip
            if made and turn.pause_ms is not None:
                made[-1] = replace(made[-1], pause=Break.SCRIPT, pause_ms=turn.pause_ms)
            number += 1
        if made and made[-1].pause is not Break.SCRIPT:
            made[-1] = replace(made[-1], pause=Break.CHAPTER)
    if made:
        made[-1] = replace(made[-1], pause=Break.END)
    return tuple(made)


def _voice(cast: Cast, speaker: str) -> Voice:
    try:
        return cast.voice(speaker)
    except KeyError as error:
        known = [role.speaker for role in cast.roles]
        raise CastError(speaker, "nobody of this name is in the cast", known) from error


def _pieces(turn: Turn, language: str) -> Iterator[tuple[str, tuple[Span, ...], Break]]:
    """Divide a turn; a marked part stays whole where it can, and one whose pronunciation is told always."""
    start = 0
    waiting = ""
    for text, pause in divide(turn.text, language):
        whole = waiting + text
        end = start + len(whole)
        cut = [span for span in turn.spans if span.start < end < span.end]
        fits = cut and max(span.end for span in cut) - start <= UTTERANCE_LENGTH
        if fits or any(span.kind is SpanKind.IPA for span in cut):
            waiting = whole
            continue
        yield whole, crop(turn.spans, start, end), pause
        start, waiting = end, ""
    # A wordless end of the text belongs to the last piece, so nothing waits here.


def divide(text: str, language: str) -> list[Piece]:
    r"""Divide the text of a turn; the parts joined are exactly the text, and each has a word.

    Args:
        text: Display text.
        language: ISO 639-1 code.

    Returns:
        Parts with the reason of the pause after them, that of the last being `Break.TURN`; empty for a text
        without a word.

    >>> [(text, pause.value) for text, pause in divide("Yes. It was cold. Was it not?\n\nNo.", "en")]
    [('Yes. It was cold. ', 'sentence'), ('Was it not?\n\n', 'paragraph'), ('No.', 'turn')]
    """
    pieces: list[Piece] = []
    for paragraph in _cut(text, [match.end() for match in _PARAGRAPH_END.finditer(text)]):
        parts = _join_short(sentences(paragraph, language))
        parts = [part for whole in parts for part in _shorten(whole)]
        pieces += [(part, Break.SENTENCE) for part in parts[:-1]]
        pieces.append((parts[-1], Break.PARAGRAPH))
    pieces = _join_wordless(pieces)
    return [*pieces[:-1], (pieces[-1][0], Break.TURN)] if pieces else []


def recut(utterance: Utterance, count: int) -> list[tuple[Utterance, int]]:
    """Cut an utterance into parts of about equal length, for an engine that stumbles over the whole.

    Args:
        utterance: What an engine was to say at once.
        count: Parts, at least 2.

    Returns:
        Parts, fewer where words lack or a pronunciation would be cut, whose spoken forms joined are exactly
        that of the whole, each with a word; with each the pause in ms between it and the next.

    >>> whole = Utterance("It is old, and it is cold.", Voice("tone", "bass", "en"), "en")
    >>> [(part.spoken, pause_ms) for part, pause_ms in recut(whole, 2)]
    [('It is old, ', 150), ('and it is cold.', 0)]
    """
    spoken, language = utterance.spoken, utterance.language
    ends = dict.fromkeys(accumulate(map(len, sentences(spoken, language))), _SENTENCE_MS)
    tiers = (
        ends,
        {match.end(): _CLAUSE_MS for match in _CLAUSE_END.finditer(spoken)},
        {match.end(): _WORD_MS for match in _SPACE.finditer(spoken)},
    )
    told = [span for span in utterance.spans if span.kind is SpanKind.IPA]
    cuts: dict[int, int] = {}
    last = 0
    for wanted in (len(spoken) * number / count for number in range(1, count)):
        reach = len(spoken) / (2 * count)
        for tier in tiers:
            near = [
                place
                for place in tier
                if abs(place - wanted) < reach
                and has_words(spoken[last:place])
                and has_words(spoken[place:])
                and not any(span.start < place < span.end for span in told)
            ]
            if near:
                last = min(near, key=lambda place: abs(place - wanted))
                cuts[last] = tier[last]
                break
    edges = [0, *cuts, len(spoken)]
    parts = [
        replace(utterance, spoken=spoken[start:end], spans=crop(utterance.spans, start, end))
        for start, end in pairwise(edges)
    ]
    return list(zip(parts, [*cuts.values(), 0], strict=True))


def _cut(text: str, positions: list[int]) -> list[str]:
    """Cut a text at positions, ascending; empty parts are left out."""
    edges = [0, *positions, len(text)]
    return [text[a:b] for a, b in pairwise(edges) if a < b]


def _join_short(parts: list[str]) -> list[str]:
    """Join very short sentences to the next, the last one to the one before."""
    made: list[str] = []
    waiting = ""
    for part in parts:
        whole = waiting + part
        if len(words(whole)) < SHORT_SENTENCE_WORDS or not has_words(part):
            waiting = whole
            continue
        made.append(whole)
        waiting = ""
    if waiting and made and len(made[-1]) + len(waiting) <= UTTERANCE_LENGTH:
        made[-1] += waiting
    elif waiting:
        made.append(waiting)
    return made


def _shorten(sentence: str) -> Iterator[str]:
    """Cut a very long sentence into parts of about equal length, best between clauses."""
    while len(sentence) > UTTERANCE_LENGTH:
        count = math.ceil(len(sentence) / UTTERANCE_LENGTH)
        position = _cut_position(sentence, len(sentence) // count)
        yield sentence[:position]
        sentence = sentence[position:]
    yield sentence


def _cut_position(sentence: str, wanted: int) -> int:
    """Return where to cut: between clauses near to `wanted`, else at a space, else between words."""
    head = sentence[:UTTERANCE_LENGTH]
    for pattern, least in ((_CLAUSE_END, wanted // 2), (_SPACE, wanted // 2), (_SPACE, 1), (_EDGE, 1)):
        ends = [match.end() for match in pattern.finditer(head) if least <= match.end() < len(head)]
        if ends:
            return min(ends, key=lambda end: abs(end - wanted))
    # One word longer than that (Chinese has no spaces): not before a combining mark.
    position = UTTERANCE_LENGTH
    while position < len(sentence) - 1 and "\u0300" <= sentence[position] <= "\u036f":
        position += 1
    return position


def _join_wordless(pieces: list[Piece]) -> list[Piece]:
    """Join parts without a word to the one before, the first ones to the one after."""
    made: list[Piece] = []
    waiting = ""
    for text, pause in pieces:
        if not has_words(text):
            if made:
                made[-1] = (made[-1][0] + text, pause)
            else:
                waiting += text
        else:
            made.append((waiting + text, pause))
            waiting = ""
    return made
