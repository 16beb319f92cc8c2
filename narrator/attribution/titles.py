"""Titles: a chapter's name made from the turn that opens it."""

import re
from collections.abc import Collection

from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.names import is_name_like
from narrator.text import has_words, sentences, words

_LENGTH = 60
_BRACKETS = re.compile(r"\[[^\]]{0,200}\]|\([^)]{0,200}\)")
_ANNOUNCED = re.compile(r"^[^,:?]{1,30}:\s+(?=\w)")
"""“Letzte Frage: …”"""
_MOST_SENTENCES = 40
_ENOUGH = 4
"""Words with a meaning of their own; a title is not better for more."""


def opening_title(text: str, lexicon: Lexicon, used: Collection[str]) -> str:
    """Make a chapter title of the turn that opens a topic.

    The last question that says what it asks for, else the sentence that says most; a title already used is
    passed over, and numbered where there is no other.
    """
    plain = one_line(_BRACKETS.sub(" ", text)) or one_line(text)
    ranked: list[tuple[tuple[float, int], str]] = []
    for i, sentence in enumerate(sentences(plain, lexicon.language)[:_MOST_SENTENCES]):
        title = _trim(sentence, lexicon)
        if has_words(title):
            asked = title.endswith(("?", "？", "؟"))
            # Of questions the last is the one that gets the answer; of statements the first sets the topic.
            ranked.append(((_worth(title, lexicon, asked=asked), i if asked else -i), title))
    best = [shorten(title, _LENGTH, lexicon) for _, title in sorted(ranked, reverse=True)]
    best = best or [shorten(plain, _LENGTH, lexicon)]
    fresh = next((title for title in best if title not in used), "")
    return fresh or next(
        numbered for n in range(2, len(used) + 3) if (numbered := f"{best[0]} ({n})") not in used
    )


def _trim(sentence: str, lexicon: Lexicon) -> str:
    """Take away what only leads up to a sentence: “And”, “Letzte Frage:”, “Frau Ebner,”."""
    text = _ANNOUNCED.sub("", sentence.strip(' \t\n-–—…"“”„«»'))
    for _ in range(3):
        first, _, rest = text.partition(" ")
        lead, comma, after = text.partition(", ")
        calling = len(lead.split()) <= 5 and (is_name_like(lead) or fold(lead) in lexicon["reacting"])
        if fold(first).strip(",") in lexicon["fillers"] and len(words(rest)) > 2:
            text = rest.strip()
        elif comma and calling and len(words(after)) > 2:
            text = after.strip()
    text = text.rstrip(" .") if not text.endswith("..") else text
    return text[:1].upper() + text[1:]


def _worth(title: str, lexicon: Lexicon, *, asked: bool) -> float:
    """Weigh how well a sentence serves as a title."""
    empty = lexicon["common"] | lexicon["second_person"] | lexicon["first_person"] | lexicon["question_words"]
    telling = sum(len(word) > 3 and word not in empty for word in words(title))
    folded = fold(title)
    return (
        min(telling, _ENOUGH)
        + (2.5 if asked and telling >= 2 else 0.0)
        + (1.0 if len(title) <= _LENGTH else 0.0)
        - (2.0 if lexicon.starts("reacting", folded) or lexicon.starts("answering", folded) else 0.0)
    )


def one_line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def shorten(text: str, limit: int, lexicon: Lexicon) -> str:
    """Cut a title at the end of a clause, else of a word that means something, with an ellipsis."""
    if len(text) <= limit:
        return text
    clause = max((match.start() for match in re.finditer(r"[,;:–—] ", text[:limit])), default=0)
    end = clause if clause >= limit // 2 else text.rfind(" ", 0, limit)
    cut = text[: end if end > 0 else limit].rstrip(" .,;:–—-")
    while cut.count(" ") > 3 and fold(cut.rpartition(" ")[2]) in lexicon["common"]:
        cut = cut.rpartition(" ")[0].rstrip(" .,;:–—-")
    return cut + "…" if words(cut) else text[:limit]
