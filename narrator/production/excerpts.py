"""What is heard of an episode where only a part of it is wanted: with the music that it has there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from narrator.batches import Keys
from narrator.encoding.parts import parts_of
from narrator.model import Tunes
from narrator.music import add_music, room_for
from narrator.settings import EDGE_OF_TUNE_S
from narrator.timeline import build_timeline
from narrator.units import samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.model import Cue, Score, Take, Timeline, Utterance
    from narrator.takes import TakeStore


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an episode, and what has to be there to know how it sounds."""

    spoken: tuple[Utterance, ...]
    """The utterances whose takes are needed: those of the part, or of the whole episode."""
    wanted: frozenset[int]
    """Indexes of the turns that are to be heard."""
    tunes: Tunes
    """The music that sounds with what is spoken."""

    def around(self, takes: Sequence[Take], titles: Sequence[str], pace: float) -> Timeline:
        """Return the timeline of all that is spoken, with music."""
        room = room_for(self.tunes)
        return add_music(build_timeline(self.spoken, takes, titles, pace=pace, room=room), self.tunes)

    def cut(self, around: Timeline) -> Timeline:
        """Return what is wanted of that timeline, from its own first sample.

        It begins where the words before it, and the bed under them, have ended, with a jingle before it, and
        ends where the next words, their bed or a jingle begin.
        """
        cues = around.cues
        inside = [index for index, cue in enumerate(cues) if cue.utterance.turn in self.wanted]
        first, last = inside[0], inside[-1]
        start = _behind(around.score, cues[first - 1], cues[first]) if first else 0
        end = _before(around.score, cues[last], cues[last + 1]) if last + 1 < len(cues) else around.length
        seams = tuple(one for one in (start, end) if 0 < one < around.length)
        return parts_of(replace(around, seams=seams))[1 if start else 0].timeline


def choose_excerpt(
    spoken: Sequence[Utterance], wanted: Sequence[Utterance], tunes: Tunes, store: TakeStore
) -> Excerpt:
    """Return what is needed to hear a part.

    Where music lies in it depends on all that is spoken. No take is made for that: where one is missing,
    the part is as if it were alone.

    Args:
        spoken: All utterances of the episode.
        wanted: Those of the part, at least one; they follow each other.
        tunes: The music of the episode.
        store: Where takes are.
    """
    turns = frozenset(one.turn for one in wanted)
    if tunes and len(wanted) < len(spoken):
        named = Keys()
        keys = list(dict.fromkeys(named.of(one)[0] for one in spoken))
        if len(store.get_all(keys)) == len(keys):
            return Excerpt(tuple(spoken), turns, tunes)
    own = Tunes(
        intro=tunes.intro if wanted[0] is spoken[0] else None,
        outro=tunes.outro if wanted[-1] is spoken[-1] else None,
        bed=tunes.bed,
        jingle=tunes.jingle if len(wanted) == len(spoken) else None,
    )
    return Excerpt(tuple(wanted), turns, own)


def _end(cue: Cue) -> int:
    return cue.start + cue.length


def _behind(score: Score | None, before: Cue, cue: Cue) -> int:
    """Return where all has ended that belongs to the words before."""
    layers = score.within(_end(before), cue.start) if score else ()
    over = [one.end for one in layers if one.start < _end(before) and one.end <= cue.start]
    return max([_end(before), *over])


def _before(score: Score | None, cue: Cue, after: Cue) -> int:
    """Return where something begins that belongs to the words that follow."""
    layers = score.within(_end(cue), after.start) if score else ()
    return min([after.start, *(one.start for one in layers if one.start >= _end(cue))])


def faded(blocks: Iterable[NDArray[np.float32]], timeline: Timeline) -> Iterator[NDArray[np.float32]]:
    """Fade a programme in and out within an instant: its music may be cut in the middle of a wave.

    Args:
        blocks: Arrays of shape (frames,) or (frames, channels), together as long as the timeline.
        timeline: What they are of.
    """
    edge = min(samples(EDGE_OF_TUNE_S, timeline.sample_rate), timeline.length // 2)
    start = 0
    for block in blocks:
        near = np.arange(start, start + block.shape[0])
        start += block.shape[0]
        near = np.minimum(near, timeline.length - 1 - near)
        gain = (0.5 - 0.5 * np.cos(np.pi * (np.minimum(near, edge) + 0.5) / (edge + 0.5))).astype(np.float32)
        yield block if gain.min() == 1 else block * gain.reshape(-1, *([1] * (block.ndim - 1)))
