"""The transcript as HTML, for apps that show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from narrator.model import Opening
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Sentence

_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
"""


def format_html(transcript: Sequence[Sentence], title: str, language: str) -> str:
    """Return the transcript as HTML: who speaks in `cite`, from when in `time`, what in `p`.

    Source: podcast namespace, transcripts, HTML.
    """
    parts = [_HEAD.format(language=escape(language), title=escape(title))]
    words: list[str] = []

    def close() -> None:
        if words:
            parts.append(f"<p>{' '.join(words)}</p>\n")
            words.clear()

    for sentence in transcript:
        if sentence.opens:
            close()
        if sentence.opens in {Opening.TURN, Opening.CHAPTER}:
            time = f"<time>{clock(sentence.start / 1000)}</time>\n"
            parts.append((f"<cite>{escape(sentence.speaker)}:</cite>\n" if sentence.speaker else "") + time)
        words.append(escape(sentence.text))
    close()
    return "".join((*parts, "</body>\n</html>\n"))
