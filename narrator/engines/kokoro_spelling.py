"""The phonemes of espeak-ng and of IPA in the symbols that Kokoro's model has learned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.engines import kokoro_data as data
from narrator.engines.espeak_marks import without_fine_signs
from narrator.engines.phonemes import Clause
from narrator.errors import SynthesisError
from narrator.model import SpanKind

if TYPE_CHECKING:
    from narrator.engines.phonemes import Phonemizer
    from narrator.model import Utterance

_SPELLED = {"ʏ": "y", "g": "ɡ", "-": "", "\u0329": "", "\u032a": "", "ɫ": "l", "ʀ": "ʁ", "ʍ": "w", "ɱ": "m"}
"""Phonemes of espeak that the model does not know, by the closest it knows. A syllabic consonant and a dental
one are as well without their signs; a hyphen is a liaison of French."""


def clauses_of(utterance: Utterance, base: str, phonemizer: Phonemizer) -> list[Clause]:
    """Return how an utterance is pronounced, in the model's symbols.

    Args:
        utterance: What is said.
        base: espeak's name of the voice's language.
        phonemizer: Makes phonemes of text.

    Raises:
        SynthesisError: The model does not know a phoneme.
    """
    spoken, spans = utterance.spoken, utterance.spans
    for span in spans:
        if span.kind is SpanKind.IPA:
            spell(Clause(without_fine_signs(span.value), ""), spoken, span.place)
    if not spans:
        return [spell(clause, spoken) for clause in phonemizer.clauses(spoken, base)]
    try:
        found = phonemizer.marked_clauses(spoken, spans, base, _base)
        return [spell(clause, spoken) for clause in found]
    except SynthesisError:
        # A passage in a language whose sounds the model does not know is read as the rest is.
        plain = [span for span in spans if span.kind is not SpanKind.LANGUAGE]
        if len(plain) == len(spans):
            raise
        return clauses_of(replace(utterance, spans=tuple(plain)), base, phonemizer)


def _base(code: str) -> str:
    """Return espeak's name of a language."""
    return {"en": "en-us", "zh": "cmn"}.get(code.lower(), code.lower())


def spell(clause: Clause, spoken: str, place: str = "") -> Clause:
    """Return a clause in the model's symbols.

    Args:
        clause: What is pronounced.
        spoken: The text, for errors.
        place: File and line of a pronunciation, for errors.

    Raises:
        SynthesisError: The model does not know a phoneme, and would leave it out without a word.
    """
    phonemes = "".join(_SPELLED.get(symbol, symbol) for symbol in clause.phonemes)
    unknown = sorted(set(phonemes + clause.mark) - data.symbols().keys())
    if unknown:
        where = f"{place}: " if place else ""
        raise SynthesisError(spoken, f"{where}kokoro has no sound for the phoneme {' '.join(unknown)!r}")
    return Clause(phonemes, clause.mark)
