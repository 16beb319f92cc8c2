"""Labels of chapters, turns and sentences, as Audacity imports them.

Source: Audacity Manual, "Importing and Exporting Labels": start, end and text, parted by tabs; seconds with
a decimal point.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Timeline


def format_labels(timeline: Timeline) -> dict[str, str]:
    """Return the text of a file of labels by what they are of: chapters, turns, sentences.

    A chapter reaches to the next one; a turn and a sentence from their first sample to their last. Turns have
    the numbers by which `narrate build --listen` knows them. Places are told to the microsecond, which is
    finer than a sample. Each is a file for itself, since Audacity makes one track of a file.
    """
    starts = [(mark.start, mark.title) for mark in timeline.marks]
    chapters = [
        (start, end, title) for (start, title), (end, _) in pairwise([*starts, (timeline.length, "")])
    ]
    turns = []
    for number, group in groupby(timeline.cues, lambda cue: cue.utterance.turn):
        cues = list(group)
        text = "".join(cue.utterance.text for cue in cues)
        last = cues[-1]
        turns.append(
            (cues[0].start, last.start + last.length, f"{number + 1} {last.utterance.speaker}: {text}")
        )
    sentences = [(cue.start, cue.start + cue.length, cue.utterance.text) for cue in timeline.cues]
    every = {"chapters": chapters, "turns": turns, "sentences": sentences}
    return {name: _format(labels, timeline.sample_rate) for name, labels in every.items()}


def _format(labels: Iterable[tuple[int, int, str]], sample_rate: int) -> str:
    return "".join(
        f"{start / sample_rate:.6f}\t{end / sample_rate:.6f}\t{' '.join(text.split())}\n"
        for start, end, text in labels
    )
