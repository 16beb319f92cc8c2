"""Chapters: from headings, or from the questions that open a topic."""

from collections.abc import Sequence

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.titles import one_line, opening_title, shorten
from narrator.model import NARRATOR, Chapter, Turn

HEADING = "heading"
TITLE = "title"
"""Reasons of the turns in which the narrator reads headings and the title."""

_SECONDS_PER_CHARACTER = 1 / 18
"""A quick voice; at the usual 14 characters a second chapters only become longer."""
_SHORTEST = 60.0
"""Seconds; a shorter chapter is one only where a heading says so."""
_USUAL = (90.0, 300.0)
"""Seconds; the length a chapter tends to is a fifth of the whole, but within these."""


def divide(turns: Sequence[Turn], title: str, asker: str, lexicon: Lexicon) -> tuple[Chapter, ...]:
    """Divide turns into chapters.

    Args:
        turns: All turns; those that read a heading have the reason `heading`.
        title: The title of the text, may be empty.
        asker: Who asks, or empty.
        lexicon: Word lists of the language.
    """
    if any(turn.reason == HEADING for turn in turns):
        return _by_headings(turns, title, lexicon)
    breaks = _topics(turns, asker)
    if not breaks:
        return (Chapter(title, tuple(turns)),)
    starts = [0, *breaks]
    ends = [*breaks, len(turns)]
    names: list[str] = [_opening(turns, title, asker, lexicon)]
    for a in breaks:
        names.append(opening_title(turns[a].text, lexicon, names))
    return tuple(Chapter(name, tuple(turns[a:b])) for name, a, b in zip(names, starts, ends, strict=True))


def _by_headings(turns: Sequence[Turn], title: str, lexicon: Lexicon) -> tuple[Chapter, ...]:
    """Begin a chapter at every heading; headings without text between them are one chapter's title."""
    parts: list[tuple[str, list[Turn]]] = []
    for turn in turns:
        if turn.reason == HEADING:
            if parts and parts[-1][0] and all(one.reason == HEADING for one in parts[-1][1]):
                parts[-1] = (f"{parts[-1][0]} – {one_line(turn.text)}", [*parts[-1][1], turn])
            else:
                parts.append((one_line(turn.text), [turn]))
        elif parts:
            parts[-1][1].append(turn)
        else:
            parts.append(("", [turn]))
    if not parts[0][0]:
        parts[0] = (title or lexicon.introduction or parts[1][0], parts[0][1])
    return tuple(Chapter(shorten(name, 200, lexicon), tuple(content)) for name, content in parts)


def _topics(turns: Sequence[Turn], asker: str) -> list[int]:
    """Choose the turns at which topics open, so that chapters are near their usual length.

    A dynamic programme over the questions: the cost of a chapter grows with its distance from the usual
    length, and a question that starts anew (long, or after a long answer) costs less than a follow-up.
    """
    times = [0.0]
    for turn in turns:
        times.append(times[-1] + len(turn.text) * _SECONDS_PER_CHARACTER)
    whole = times[-1]
    openings = [i for i, turn in enumerate(turns) if i and _opens(turn, turns[i - 1], asker)]
    points = [
        0,
        *(i for i in openings if times[i] >= _SHORTEST and whole - times[i] >= _SHORTEST),
        len(turns),
    ]
    usual = min(max(whole / 5, _USUAL[0]), _USUAL[1])
    best: list[tuple[float, int]] = [(0.0, 0)]
    for b in range(1, len(points)):
        costs: list[tuple[float, int]] = []
        for a in range(b - 1, -1, -1):
            length = times[points[b]] - times[points[a]]
            if length > 4 * usual and costs:
                break  # so that thousands of questions do not cost millions of comparisons
            if best[a][0] == float("inf") or (length < _SHORTEST and (a, b) != (0, len(points) - 1)):
                continue
            newness = 0.0 if points[b] == len(turns) else _newness(turns, points[b])
            costs.append((best[a][0] + (length / usual - 1.0) ** 2 - newness, a))
        best.append(min(costs) if costs else (float("inf"), 0))
    chosen = []
    b = len(points) - 1
    while b > 0:
        b = best[b][1]
        if b > 0:
            chosen.append(points[b])
    return chosen[::-1]


def _opens(turn: Turn, before: Turn, asker: str) -> bool:
    if turn.speaker in (before.speaker, NARRATOR):
        return False
    return turn.speaker == asker if asker else "?" in turn.text


def _newness(turns: Sequence[Turn], i: int) -> float:
    """Tell how likely a question opens a topic: 0 for a bare follow-up to about 0.5."""
    return min(len(turns[i].text), 300) / 1000 + min(len(turns[i - 1].text), 1000) / 4000


def _opening(turns: Sequence[Turn], title: str, asker: str, lexicon: Lexicon) -> str:
    """Name the first chapter: an introduction unless the text begins with a question."""
    if not asker or turns[0].speaker != asker:
        return lexicon.introduction or title or opening_title(turns[0].text, lexicon, ())
    return opening_title(turns[0].text, lexicon, ())
