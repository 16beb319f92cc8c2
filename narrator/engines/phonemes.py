"""Text to phonemes by espeak-ng, and their division into pieces that a model takes at once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from narrator.engines import espeak_child as wire
from narrator.engines.espeak import EspeakEngine, speakable
from narrator.engines.espeak_marks import without_fine_signs
from narrator.errors import SynthesisError
from narrator.model import SpanKind, Voice
from narrator.spoken.marked import crop
from narrator.text import has_words, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from narrator.model import Span

_SWITCH = re.compile(r"\([a-z]{2,3}(?:-[a-z0-9-]+)*\)")
"""How espeak marks a word that it reads by the rules of another language: `(en)miːtɪŋ(de)`."""
_MARK = re.compile(r"([.,;:!?…—–।])[^\w.,;:!?…—–।]*\w?$")
"""The mark at which a clause ended, in the text that was read for it: quotation marks may follow, and one
character of the next clause."""
_OPENING_MARK = re.compile(r"\W*?([.,;:!?…—–])(?!\w)")
"""A mark at which the words before it end."""
_ALIKE = {"–": "—", "।": "."}
"""Marks that are told by others: a dash, and the full stop of Hindi."""
_SENTENCE_ENDS = ".!?…"


class Joint(IntEnum):
    """What stands between a word and the next one, from the closest to the widest."""

    NOTHING = 0
    """The middle of a word."""
    WORD = 1
    CLAUSE = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence as it is pronounced."""

    phonemes: str
    """IPA, a space between words."""
    mark: str
    """The mark at its end, one of `. , ; : ! ? … —`; empty where espeak parts a long clause by itself."""

    @property
    def joint(self) -> Joint:
        """What follows it."""
        if not self.mark:
            return Joint.WORD
        return Joint.SENTENCE if self.mark in _SENTENCE_ENDS else Joint.CLAUSE


class Phonemizer:
    """espeak-ng's pronunciation, from a child program of its own; may be used by threads and in forks."""

    def __init__(self) -> None:
        self._espeak = EspeakEngine()

    @property
    def fingerprint(self) -> str:
        """What changes when other phonemes may be made of the same text."""
        return self._espeak.fingerprint(Voice("espeak", "en", "en"))

    def clauses(self, text: str, base: str) -> tuple[Clause, ...]:
        """Return how a text is pronounced.

        Args:
            text: Any text; characters that are commands for espeak are taken for spaces.
            base: espeak's name of the language, for example `en-us`.

        Raises:
            SynthesisError: espeak does not know the language, or failed.
            EngineUnavailableError: espeak cannot work here.
        """
        clean = speakable(text)
        answer = self._espeak.ask({"transcribe": clean, "base": base})
        if answer is None:
            raise SynthesisError(text, "espeak was ended twice while it pronounced it", retry=True)
        kind, content, _ = answer
        if kind != wire.REPORT:
            raise SynthesisError(text, content.decode(), retry=kind == wire.BROKEN)
        return tuple(_gathered(clean, base.partition("-")[0], json.loads(content)))

    def marked_clauses(
        self, text: str, spans: Sequence[Span], base: str, base_of: Callable[[str], str]
    ) -> tuple[Clause, ...]:
        """Return how a text is pronounced of which something is said.

        Args:
            text: As for `clauses`.
            spans: Pronunciations and languages of its parts, sorted by where they begin, the longer first.
            base: As for `clauses`.
            base_of: Makes espeak's name of a language code.

        Raises:
            SynthesisError: As for `clauses`.
        """
        made: list[Clause] = []
        done = 0
        for i, span in enumerate((*spans, None)):
            if span and span.start < done:  # within the one before, and done there
                continue
            between = text[done : span.start if span else None]
            opening = _OPENING_MARK.match(between)
            if opening and made and not made[-1].mark:
                made[-1] = Clause(made[-1].phonemes, _ALIKE.get(opening[1], opening[1]))
            _join_on(made, self.clauses(between, base) if has_words(between) else ())
            if not span:
                break
            part, done = text[span.start : span.end], span.end
            if span.kind is SpanKind.IPA:
                _join_on(made, [Clause(without_fine_signs(span.value), "")])
                continue
            inner = crop([other for other in spans[i + 1 :] if other.end <= span.end], span.start, span.end)
            own = base_of(span.value) if span.kind is SpanKind.LANGUAGE else base
            _join_on(made, self.marked_clauses(part, inner, own, base_of))
        return tuple(made)

    def close(self) -> None:
        """End the child program; it is started again when needed."""
        self._espeak.close()


def _join_on(made: list[Clause], more: Sequence[Clause]) -> None:
    """Add clauses, of which the first goes on with one that has no mark at its end."""
    if made and more and not made[-1].mark:
        made[-1] = Clause(f"{made[-1].phonemes} {more[0].phonemes}", more[0].mark)
        more = more[1:]
    made += more


def _gathered(text: str, language: str, answers: Sequence[tuple[str, str]]) -> Iterator[Clause]:
    """Yield the clauses of espeak's answers; the point of “Mrs. Hale”, where it ends one too, is no mark."""
    ends = list(accumulate(len(sentence) for sentence in sentences(text, language)))
    place = 0
    for phonemes, read in answers:
        mark, at = _mark(read)
        follows = next((end for end in ends if end > place + at), len(text))
        if mark == "." and has_words(text[place + at + 1 : follows]):
            mark = ""
        place += len(read)
        spoken = " ".join(_SWITCH.sub("", phonemes).split())
        if spoken:
            yield Clause(spoken, mark)


def _mark(read: str) -> tuple[str, int]:
    """Return the mark at the end of the text that was read for a clause, and where it stands.

    >>> [_mark(text) for text in ("He said: “N", "o.”", " now – s", "on and on ")]
    [(':', 7), ('.', 1), ('—', 5), ('', 10)]
    """
    found = _MARK.search(read)
    if found:
        return _ALIKE.get(found[1], found[1]), found.start()
    return "", len(read)


def divide(clauses: Sequence[Clause], limit: int) -> tuple[tuple[str, Joint], ...]:
    """Divide what is pronounced into pieces of a length that a model takes, at the widest joints.

    Args:
        clauses: What is pronounced; every word and mark of it comes in exactly one piece, in order.
        limit: Most characters of a piece, at least 1.

    Returns:
        Each piece, words parted by spaces, with what follows it.

    >>> divide([Clause("aa bb", ","), Clause("cc dd", ".")], 9)
    (('aa bb,', <Joint.CLAUSE: 2>), ('cc dd.', <Joint.SENTENCE: 3>))
    """
    rest = [part for clause in clauses for part in _parts(clause, limit)]
    pieces = []
    while rest:
        count, length = 1, len(rest[0][0])
        while count < len(rest) and (length := length + _gap(rest[count - 1]) + len(rest[count][0])) <= limit:
            count += 1
        if count < len(rest):
            widest = max(joint for _, joint in rest[:count])
            count = max(at for at in range(count) if rest[at][1] == widest) + 1
        piece = "".join(word + " " * _gap((word, joint)) for word, joint in rest[:count])
        pieces.append((piece.rstrip(" "), rest[count - 1][1]))
        rest = rest[count:]
    return tuple(pieces)


def _gap(part: tuple[str, Joint]) -> int:
    """Return how many spaces follow a part."""
    return int(part[1] > Joint.NOTHING)


def _parts(clause: Clause, limit: int) -> list[tuple[str, Joint]]:
    """Return the words of a clause, longer ones in parts, each with what follows it."""
    parts: list[tuple[str, Joint]] = []
    for word in f"{clause.phonemes.rstrip()}{clause.mark}".split():
        parts += [(word[at : at + limit], Joint.NOTHING) for at in range(0, len(word), limit)]
        parts[-1] = (parts[-1][0], Joint.WORD)
    if parts:
        parts[-1] = (parts[-1][0], clause.joint)
    return parts
