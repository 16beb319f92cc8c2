"""The ledger at the border of the source: every letter of the text is in a block or in the unspoken.

Letters rather than words, and in the order of the source: mark-up in the middle of a word (`un*believ*able`)
or a word divided at a line end changes what the words are, but never the letters. There is no list of
excuses: a passage that a parser forgot is a difference, whatever it looks like.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.errors import LedgerError
from narrator.model import Block, Unspoken
from narrator.text import LETTERS, words

_LETTERS = re.compile(LETTERS)
_NO_LETTERS = str.maketrans("", "", "".join(char for char in map(chr, range(128)) if not char.isalnum()))
"""Takes away all of ASCII that is no letter or digit."""
_ENTITY = re.compile(r"&(?:#\w{1,8}|\w{1,32});")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the source, what became of it, and where it stands."""

    raw: str
    """As in the source."""
    shown: str
    """As in a block; empty when it is not spoken."""
    reason: str
    """Why it is not spoken; empty when it is."""
    lines: tuple[int, int]


def letters(text: str) -> str:
    """Return all letters and digits of a text, without what stands between.

    >>> letters("un*believ*able, _No._ 1")
    'unbelievableNo1'
    """
    return text.translate(_NO_LETTERS) if text.isascii() else "".join(_LETTERS.findall(text))


def account(
    source: str, passages: Sequence[Passage], blocks: Sequence[Block], unspoken: Sequence[Unspoken]
) -> None:
    """Check that a parser has put every letter of its source somewhere, and none that is not there.

    Args:
        source: The whole text.
        passages: All of it that has letters, in the order of the source.
        blocks: What was made of the passages that are spoken.
        unspoken: What was made of the others.

    Raises:
        LedgerError: Letters are missing or added.
    """
    _compare(source, "".join(letters(passage.raw) for passage in passages), "passages")
    for passage in passages:
        if passage.reason or passage.raw == passage.shown or _ENTITY.fullmatch(passage.raw):
            continue  # an entity is spelled with other letters than it stands for
        _compare(passage.raw, letters(passage.shown), "passages")
    shown = " ".join(passage.shown for passage in passages if not passage.reason)
    _compare(shown, "".join(letters(block.text) for block in blocks), "blocks")
    kept = "".join(letters(entry.text) for entry in unspoken)
    dropped = " ".join(passage.raw for passage in passages if passage.reason)
    if sorted(kept) != sorted(letters(dropped)):  # several of one block may have been put together
        raise LedgerError(words(dropped), "list of what is not spoken")


def _compare(text: str, found: str, where: str) -> None:
    expected = letters(text)
    if expected == found:
        return
    same = 0
    for wanted, there in zip(expected, found, strict=False):
        if wanted != there:
            break
        same += 1
    # The words from the first difference on, to find the place.
    seen = 0
    for position, char in enumerate(text):
        if _LETTERS.match(char):
            if seen == same:
                raise LedgerError(words(text[position : position + 500]), where)
            seen += 1
    raise LedgerError(words(found[same:]), where)
