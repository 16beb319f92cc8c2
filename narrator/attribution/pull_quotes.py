"""Pull quotes: passages set apart that repeat, often in other words, what somebody says elsewhere."""

import re
from collections import defaultdict
from collections.abc import Sequence

from narrator.attribution.spans import Span
from narrator.model import BlockKind
from narrator.text import has_words, words

_OPENING, _CLOSING = '„“"«»”', '“”"»«'
_INNER_END = re.compile(r"[“”\"»](?=[\s,.])")
_MOST_WORDS = 60
_RUN = 5
"""Words in a row that two passages hardly share by chance."""
_PLAIN = 9
"""Words of a plain paragraph at least: “You said it already.” comes twice in a talk and is no pull quote."""
_FORMULA = 20
"""A run of words that stands in more spans is a formula of the text, and no repetition tells anything."""

Words = Sequence[str]


def find_pull_quotes(spans: Sequence[Span]) -> frozenset[int]:
    """Return which spans are pull quotes.

    A span is one when it stands apart (all in quotation marks, or a block quotation, or a short paragraph of
    its own) without a label and repeats another place: for one in quotation marks a run of five words or most
    of its words near each other will do, since translators and editors reword them; a plain paragraph must
    come again word for word.
    """
    texts = [words(span.text) for span in spans]
    candidates = [i for i, span in enumerate(spans) if _may_be_one(span, len(texts[i]))]
    index = _index(texts, {run for i in candidates for run in _runs(texts[i], min(_RUN, len(texts[i])))})
    found: set[int] = set()
    for i in candidates:
        apart = _stands_apart(spans[i])
        runs = _runs(texts[i], min(_RUN, len(texts[i])))
        others = {j for run in runs if len(index[run]) <= _FORMULA for j in index[run]} - found - {i}
        longer = [texts[j] for j in sorted(others) if len(texts[j]) > len(texts[i])]
        if apart:
            near = (texts[j] for j in range(max(0, i - 6), min(len(texts), i + 7)) if j != i)
            repeated = bool(longer) or any(_reworded(texts[i], other) for other in near)
        else:
            repeated = len(texts[i]) >= _PLAIN and any(_contains(other, texts[i]) for other in longer)
        if repeated:
            found.add(i)
    return frozenset(found)


def _may_be_one(span: Span, count: int) -> bool:
    if span.label or not span.starts or span.kind is BlockKind.HEADING or not 3 <= count <= _MOST_WORDS:
        return False
    return count >= _PLAIN or _stands_apart(span)


def _stands_apart(span: Span) -> bool:
    """Tell whether a span is a block quotation, or one pair of quotation marks holds the whole of it."""
    if span.kind is BlockKind.QUOTE:
        return True
    text = span.text.strip(" *_\n")
    if len(text) < 3 or text[0] not in _OPENING or text.rstrip(".,")[-1:] not in tuple(_CLOSING):
        return False
    inner_end = _INNER_END.search(text, 1, len(text) - 1)
    return not (inner_end and has_words(text[inner_end.end() :]))


def _runs(tokens: Words, length: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + length]) for start in range(len(tokens) - length + 1)]


def _index(texts: Sequence[Words], wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], set[int]]:
    """Return for each wanted run of words the texts it stands in."""
    index: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for length in sorted({len(run) for run in wanted}):
        for i, tokens in enumerate(texts):
            for run in _runs(tokens, length):
                if run in wanted:
                    index[run].add(i)
    return index


def _contains(longer: Words, shorter: Words) -> bool:
    """Tell whether one list of words holds another without a break."""
    return f" {' '.join(shorter)} " in f" {' '.join(longer)} "


def _reworded(tokens: Words, other: Words) -> bool:
    """Tell whether most of a passage's longer words stand near each other in a longer text.

    Near is a window of the passage's length and a half.
    """
    wanted = {token for token in tokens if len(token) > 3}
    if len(tokens) < _RUN or len(other) <= len(tokens) or len(wanted) < 4:
        return False
    size = len(tokens) * 3 // 2
    best = max(
        len(wanted.intersection(other[start : start + size]))
        for start in range(0, max(1, len(other) - size + 1), 3)
    )
    return best >= 0.6 * len(wanted)
