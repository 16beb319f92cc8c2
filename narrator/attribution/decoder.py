"""The decoder: the best sequence of speakers under all evidence, by dynamic programming.

A state is who speaks and who answers questions at this point (the partner): an unlabelled answer belongs to
whom the questions go to, until a label or a call by name says otherwise. The best path gives the speakers,
the forward-backward sums over all paths their confidence.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrator.attribution.evidence import (
    ANOTHER,
    ANSWERS,
    ANY_GUEST,
    ASKS_ON,
    BACK,
    LABEL_WEIGHT,
    SAME,
    Evidence,
)
from narrator.attribution.manner import Kind, Manner
from narrator.model import NARRATOR

State = tuple[str, str]
"""(who speaks, who answers)."""

_BEAM = 30.0
"""Log odds behind the best at which a state is given up: no evidence but a label is so strong."""
_STORY_BEAM = 10.0
"""As `_BEAM`, in a story, where thousands of quotations have many states."""
_HOPELESS = -5.0
"""Log odds at which nobody joins the dialogue of a story."""
_MOST_STATES = 150
"""States kept of a span; a novel with hundreds of names would else have their square."""

# Habits of conversation: log odds of one role after another. Roles: narrator, asker, guest.
_HABITS: dict[Kind, dict[tuple[str, str], float]] = {
    Kind.INTERVIEW: {
        ("narrator", "narrator"): 0.6, ("narrator", "asker"): -0.3, ("narrator", "guest"): -1.0,
        ("asker", "narrator"): -2.0, ("asker", "asker"): -0.1, ("asker", "guest"): 1.7,
        ("guest", "narrator"): -1.8, ("guest", "asker"): -0.1, ("guest", "guest"): 0.2,
    },
    # Where every change of speaker is labelled, a paragraph without a label goes on with the speaker before.
    Kind.LABELLED: {
        ("narrator", "narrator"): 0.5, ("narrator", "guest"): -0.5,
        ("guest", "narrator"): -1.5, ("guest", "guest"): 1.5,
    },
    Kind.PROSE: {("narrator", "narrator"): 0.0},
}  # fmt: skip
_DOUBT = {Kind.INTERVIEW: 1.6}
"""By how much the odds of a manner's paths are too sure of themselves: the sums take the clues of a paragraph
for independent, which they are not. Fitted so that turns claimed at 0.9 are right in 97 of 100 words."""
_CHANGE = -5.0
"""Another guest goes on without a label or a call."""
_RELABELLED = -1.5
"""A label names who goes on anyway: where labels come only now and then, they come at changes."""
_THIRD = -3.0
"""A third voice comes in, where two have spoken by turns."""
_ASIDE = -3.0
"""Something that nobody says stands among the captions."""
_CALLED = 3.0
"""Who is called by name answers next."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The speaker of a span, why, and how sure."""

    speaker: str
    reason: str
    confidence: float
    """Probability under the model, 0 to 1."""


def decode(count: int, evidence: Iterable[Evidence], manner: Manner) -> list[Choice]:
    """Choose the speakers of `count` spans in a row."""
    by_span: list[list[Evidence]] = [[] for _ in range(count)]
    for piece in evidence:
        by_span[piece.span].append(piece)
    steps = _forward(by_span, manner)
    if not steps:
        return []
    return _read_back(steps, by_span, manner)


@dataclass(slots=True)
class _Step:
    """The states of one span."""

    best: dict[State, float]
    came_from: dict[State, State]
    total: dict[State, float]
    edges: dict[State, list[tuple[State, float]]]
    """State → (state before, score of the move and of the span, as far as it is believed)."""


def _forward(by_span: Sequence[Sequence[Evidence]], manner: Manner) -> list[_Step]:
    turns = manner.kind is Kind.TURNS
    doubt = _DOUBT.get(manner.kind, 1.0)
    guided = manner.guests and manner.kind in (Kind.INTERVIEW, Kind.TURNS)
    first_partner = manner.guests[0] if guided else ""
    before = _Step({(NARRATOR, first_partner): 0.0}, {}, {(NARRATOR, first_partner): 0.0}, {})
    steps: list[_Step] = []
    beam = _STORY_BEAM if manner.kind is Kind.FICTION else _BEAM
    for pieces in by_span:
        scores = _scores(pieces)
        called = [piece.addressee for piece in pieces if piece.addressee]
        step = _Step({}, {}, {}, {})
        sums: dict[State, list[float]] = defaultdict(list)
        for state, score in before.best.items():
            after = _turn_moves(state, scores, manner) if turns else _moves(state, scores, called, manner)
            for to, move in after.items():
                gain = move + _emission(to[0], scores, manner)
                sums[to].append(before.total[state] + gain / doubt)
                step.edges.setdefault(to, []).append((state, gain / doubt))
                if score + gain > step.best.get(to, -math.inf):
                    step.best[to] = score + gain
                    step.came_from[to] = state
        best = sorted(step.best.values(), reverse=True)[:_MOST_STATES]
        limit = max(best[0] - beam, best[-1])
        step.best = {state: score for state, score in step.best.items() if score >= limit}
        step.edges = {state: step.edges[state] for state in step.best}
        step.total = {state: _log_sum(sums[state]) for state in step.best}
        steps.append(step)
        before = step
    return steps


def _scores(pieces: Sequence[Evidence]) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    for piece in pieces:
        scores[piece.speaker] += piece.weight
    return dict(scores)


def _emission(speaker: str, scores: Mapping[str, float], manner: Manner) -> float:
    own = scores.get(speaker, 0.0)
    return own + (scores.get(ANY_GUEST, 0.0) if _role(speaker, manner) == "guest" else 0.0)


def _moves(
    state: State, scores: Mapping[str, float], called: Sequence[str], manner: Manner
) -> dict[State, float]:
    """Return the states that may follow, each with the habit's score."""
    if manner.kind is Kind.FICTION:
        return _story_moves(state, scores)
    speaker, partner = state
    habits = _HABITS[manner.kind]
    role = _role(speaker, manner)
    moves = {(NARRATOR, partner): habits[role, "narrator"]}
    if manner.kind is Kind.PROSE:
        return moves
    if manner.kind is Kind.INTERVIEW:
        asks = habits[role, "asker"] + (scores.get(ASKS_ON, 0.0) if role == "guest" else 0.0)
        moves[manner.asker, partner] = asks
        for name in called:
            moves[manner.asker, name] = asks + (_CALLED if name != partner else 0.0)
    if partner:
        moves[partner, partner] = habits[role, "guest"] + (
            scores.get(ANSWERS, 0.0) if role == "asker" else 0.0
        )
        if speaker == partner and manner.kind is Kind.INTERVIEW and scores.get(partner, 0.0) >= LABEL_WEIGHT:
            moves[partner, partner] += _RELABELLED
    for name, weight in scores.items():
        if weight > 0 and name not in (NARRATOR, ANY_GUEST, ANSWERS, ASKS_ON, partner):
            if name == manner.asker and manner.kind is Kind.INTERVIEW:
                continue
            moves[name, name] = 0.0 if weight >= LABEL_WEIGHT else _CHANGE
    return moves


def _story_moves(state: State, scores: Mapping[str, float]) -> dict[State, float]:
    """Return the states that may follow in a story: who speaks, and who spoke before them in the scene."""
    speaker, other = state
    another = scores.get(ANOTHER, 0.0)
    moves: dict[State, float] = {}
    # In a novel of a hundred people most are out of the question at each quotation.
    likely = (name for name, score in scores.items() if score > _HOPELESS)
    for name in (*likely, speaker, other):
        if not name or name in (SAME, ANOTHER, BACK, ANY_GUEST, NARRATOR):
            continue
        if speaker == NARRATOR:
            moves[name, ""] = 0.0
        elif name == speaker:
            moves[speaker, other] = scores.get(SAME, 0.0)
        else:
            moves[name, speaker] = another + (scores.get(BACK, 0.0) if name == other else 0.0)
    return moves


def _turn_moves(state: State, scores: Mapping[str, float], manner: Manner) -> dict[State, float]:
    """Return the states that may follow where marks tell of changes: two voices by turns, or a third."""
    speaker, partner = state
    change = scores.get(ANOTHER, 0.0) / 2
    moves = {(NARRATOR, partner): _ASIDE}
    voices = [*manner.guests, *(name for name in scores if scores[name] >= LABEL_WEIGHT)]
    for name in dict.fromkeys(voices):
        if name == NARRATOR:
            continue
        if speaker == NARRATOR:
            others = [one for one in manner.guests if one != name]
            moves[name, others[0] if others else ""] = 0.0 if name == partner else _THIRD / 2
        elif name == speaker:
            moves[speaker, partner] = -change
        else:
            moves[name, speaker] = change + (0.0 if name == partner or not partner else _THIRD)
    return moves


def _role(speaker: str, manner: Manner) -> str:
    if speaker == NARRATOR:
        return "narrator"
    return "asker" if speaker == manner.asker and manner.kind is Kind.INTERVIEW else "guest"


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))


def _read_back(steps: Sequence[_Step], by_span: Sequence[Sequence[Evidence]], manner: Manner) -> list[Choice]:
    """Follow the best path from the end; on the way sum all paths behind each state."""
    last = steps[-1]
    state = max(last.best, key=lambda one: (last.best[one], one))
    behind: dict[State, float] = dict.fromkeys(last.total, 0.0)
    choices: list[Choice] = []
    for i in range(len(steps) - 1, -1, -1):
        step = steps[i]
        weights = {one: step.total[one] + behind[one] for one in step.total if one in behind}
        whole = _log_sum(list(weights.values()))
        mine = [weight for (speaker, _), weight in weights.items() if speaker == state[0]]
        confidence = math.exp(min(0.0, _log_sum(mine) - whole))
        choices.append(Choice(state[0], _reason(state[0], by_span[i], manner), confidence))
        sums: dict[State, list[float]] = defaultdict(list)
        for to, edges in step.edges.items():
            if to in behind:
                for origin, gain in edges:
                    sums[origin].append(gain + behind[to])
        behind = {origin: _log_sum(values) for origin, values in sums.items()}
        state = step.came_from[state]
    return choices[::-1]


def _reason(speaker: str, pieces: Sequence[Evidence], manner: Manner) -> str:
    """Name the strongest evidence for a speaker, or how the choice follows from its neighbours."""
    names = {speaker, ANY_GUEST} if _role(speaker, manner) == "guest" else {speaker}
    spoken_for = [piece for piece in pieces if piece.speaker in names and piece.weight > 0.5]
    if spoken_for:
        return max(spoken_for, key=lambda piece: piece.weight).reason
    return "narration" if speaker == NARRATOR else "goes on"
