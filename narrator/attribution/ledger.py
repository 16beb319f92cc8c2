"""The ledger: every word of the source is in a turn or listed with a reason."""

from collections import Counter
from collections.abc import Iterable

from narrator.errors import LedgerError
from narrator.model import Document, Ledger, Script, Unspoken
from narrator.text import words

LABEL = "label"
"""The reason of words that name a speaker."""


def account(document: Document, script: Script) -> Ledger:
    """Check that a script holds every word of its document exactly once, and return the account.

    Raises:
        LedgerError: Words are lost, or stand in the script though the source has them not (or less often).
    """
    source = _count(block.text for block in document.blocks) + _count(one.text for one in document.unspoken)
    script_words = _count(turn.text for turn in script.turns) + _count(one.text for one in script.unspoken)
    lost, added = source - script_words, script_words - source
    if lost or added:
        raise LedgerError([*lost.elements(), *(f"+{word}" for word in added.elements())])
    return tally(script)


def tally(script: Script) -> Ledger:
    """Return the account of a script: words spoken, words of labels, and the rest by reason."""
    dropped: dict[str, tuple[int, int]] = {}
    labels = 0
    for one in script.unspoken:
        count = len(words(one.text))
        if one.reason == LABEL:
            labels += count
        else:
            passages, total = dropped.get(one.reason, (0, 0))
            dropped[one.reason] = (passages + 1, total + count)
    spoken = sum(len(words(turn.text)) for turn in script.turns)
    return Ledger(spoken, labels, tuple((reason, *counts) for reason, counts in sorted(dropped.items())))


def unspoken_in_order(parts: Iterable[Unspoken]) -> tuple[Unspoken, ...]:
    """Sort unspoken words by where they stand in the source."""
    return tuple(sorted(parts, key=lambda one: one.lines))


def _count(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words(text))
    return counts
