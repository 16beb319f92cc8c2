"""Pull quotes: passages set apart that repeat, often in other words, what somebody says elsewhere."""

import re
from collections import defaultdict
from collections.abc import Sequence

from narrator.attribution.spans import Span
from narrator.model import BlockKind
from narrator.text import words

_OPENING, _CLOSING = '„“"«»”', '“”"»«'
_MOST_WORDS = 60
_RUN = 5
"""Words in a row that two passages hardly share by chance."""


def find_pull_quotes(spans: Sequence[Span]) -> frozenset[int]:
    """Return which spans are pull quotes.

    A span is one when it stands apart (all in quotation marks, or a block quotation, or a short paragraph of
    its own) without a label and repeats another place: for one in quotation marks a run of five words or most
    of its words near each other will do, since translators and editors reword them; a plain paragraph must
    come again word for word.
    """
    texts = [words(span.text) for span in spans]
    index: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for i, tokens in enumerate(texts):
        for start in range(len(tokens) - _RUN + 1):
            index[tuple(tokens[start : start + _RUN])].add(i)
    found: set[int] = set()
    for i, span in enumerate(spans):
        if span.label or not span.starts or span.kind is BlockKind.HEADING:
            continue
        tokens = texts[i]
        apart = span.kind is BlockKind.QUOTE or _all_quoted(span.text)
        if not 3 <= len(tokens) <= _MOST_WORDS or (not apart and len(tokens) < _RUN):
            continue
        if _repeats(i, tokens, texts, index, found, apart=apart):
            found.add(i)
    return frozenset(found)


def _all_quoted(text: str) -> bool:
    """Tell whether one pair of quotation marks holds the whole text."""
    text = text.strip(" *_\n")
    return (
        len(text) > 2
        and text[0] in _OPENING
        and text.rstrip(".,")[-1] in _CLOSING
        and not re.search(r"[“”\"»](?=[\s,.].*\w)", text[1:-1])
    )


def _repeats(
    i: int,
    tokens: Sequence[str],
    texts: Sequence[Sequence[str]],
    index: dict[tuple[str, ...], set[int]],
    found: set[int],
    *,
    apart: bool,
) -> bool:
    runs = [tuple(tokens[start : start + _RUN]) for start in range(len(tokens) - _RUN + 1)]
    others = {j for run in runs for j in index[run] if j != i and j not in found}
    if not apart:
        longer = (j for j in others if len(texts[j]) > len(tokens))
        return any(_contains(texts[j], tokens) for j in longer)
    if len(tokens) < _RUN:
        return any(
            _contains(other, tokens) for j, other in enumerate(texts) if j != i and len(other) > len(tokens)
        )
    if any(len(texts[j]) > len(tokens) for j in others):
        return True
    near = range(max(0, i - 6), min(len(texts), i + 7))
    return any(_overlap(tokens, texts[j]) >= 0.6 for j in near if j != i and len(texts[j]) > len(tokens))


def _contains(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    """Tell whether one list of words holds another without a break."""
    return f" {' '.join(shorter)} " in f" {' '.join(longer)} "


def _overlap(tokens: Sequence[str], other: Sequence[str]) -> float:
    """Return the largest share of a passage's longer words found in a window of its length and a half."""
    wanted = {token for token in tokens if len(token) > 3}
    if len(wanted) < 4:
        return 0.0
    size = len(tokens) * 3 // 2
    best = max(
        len(wanted.intersection(other[start : start + size]))
        for start in range(0, max(1, len(other) - size + 1), 3)
    )
    return best / len(wanted)
