"""Where the marked parts of a display text lie in its spoken form."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from narrator.model import Span, SpanKind
from narrator.spoken.signs import KEPT, KEPT_RANGE
from narrator.text import word_spans, words

Spoken = tuple[str, tuple[Span, ...]]
"""A text in one line, and what is said of its parts."""
Reader = Callable[[str, Span, tuple[Span, ...]], Spoken]
_SIGN = re.compile(f"[{KEPT_RANGE}]")


def in_order(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sort spans by where they begin, the longer first."""
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.kind)))


def crop(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return what spans say of a part of their text, counted from its start."""
    return tuple(
        replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
        for span in spans
        if span.start < end and start < span.end
    )


def keep(spoken: Spoken, kept: list[Spoken]) -> str:
    """Return a sign that stands for what is kept as it is while all else is read."""
    kept.append(spoken)
    return chr(KEPT + len(kept) - 1)


def set_apart(text: str, spans: Sequence[Span], kept: list[Spoken], read: Reader) -> str:
    """Put a sign for each part whose pronunciation or language is told, and how it is read into `kept`.

    Args:
        text: Display text.
        spans: What is said of its parts.
        kept: What signs stand for.
        read: Reads a part: is given its text, its span and the spans within it.
    """
    parts = []
    done = 0
    for i, span in enumerate(spans):
        if span.kind is SpanKind.EMPHASIS or span.start < done:  # what lies within another is read there
            continue
        part = text[span.start : span.end]
        within = [other for other in spans[i + 1 :] if other.end <= span.end]
        said, found = read(part, span, crop(within, span.start, span.end))
        whole = Span(0, len(said), span.kind, span.value, span.place)
        parts += [text[done : span.start], keep((said, (whole, *found)), kept) if said else part]
        done = span.end
    return "".join((*parts, text[done:]))


def restore(form: str, kept: Sequence[Spoken]) -> Spoken:
    """Put what is kept in the place of its signs, and make one line of it all."""
    form = " ".join(form.split())
    if not kept:
        return form, ()
    made = ""
    spans: list[Span] = []
    done = 0
    for sign in _SIGN.finditer(form):
        said, within = kept[ord(sign[0]) - KEPT]
        made += form[done : sign.start()]
        if not said and made.endswith(" "):
            made = made[:-1]
        spans += [replace(span, start=span.start + len(made), end=span.end + len(made)) for span in within]
        made += said
        done = sign.end()
    made = made + form[done:]
    lead = len(made) - len(made.lstrip())
    return made.strip(), tuple(replace(span, start=span.start - lead, end=span.end - lead) for span in spans)


def emphasised(text: str, form: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield where the words that are stressed in a display text lie in its spoken form.

    Nothing is read otherwise because it is stressed: the words are found again in what is read of all.
    """
    wanted = [
        span
        for span in spans
        if span.kind is SpanKind.EMPHASIS
        and not any(
            other.kind is not SpanKind.EMPHASIS and other.start <= span.start and span.end <= other.end
            for other in spans
        )
    ]
    if not wanted:
        return
    shown, said = word_spans(text), word_spans(form)
    before = [" ".join(words(text[a:b])) for a, b in shown]
    after = [" ".join(words(form[a:b])) for a, b in said]
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for span in wanted:
        found: set[int] = set()
        for i, (start, end) in enumerate(shown):
            if span.start < end and start < span.end:
                for tag, i1, i2, j1, j2 in codes:
                    if i1 <= i < i2:
                        found |= {j1 + i - i1} if tag == "equal" else set(range(j1, j2))
        if found:
            yield Span(said[min(found)][0], said[max(found)][1], span.kind, span.value, span.place)
