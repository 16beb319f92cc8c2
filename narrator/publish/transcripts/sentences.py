"""The transcript sentence by sentence: as JSON, from which pages are made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from narrator.errors import PublishError
from narrator.model import Break, Opening, Sentence
from narrator.publish.wording import shown_name
from narrator.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.model import Timeline, Utterance


_SEGMENT = json.JSONEncoder(ensure_ascii=False, separators=(",\n   ", ": "))
"""Writes a segment as `json.dumps` does with an indent of 1, ten times as fast as that."""


def sentences(timeline: Timeline, language: str) -> tuple[Sentence, ...]:
    """Return what is said when; utterances without text for readers are not among it."""
    found = []
    free = 0
    before: Utterance | None = None
    for cue in timeline.cues:
        text = " ".join((cue.utterance.text or cue.utterance.spoken).split())
        if not text:
            continue
        start = max(milliseconds(cue.start, timeline.sample_rate), free)
        free = max(milliseconds(cue.start + cue.length, timeline.sample_rate), start + 1)
        name = shown_name(cue.utterance.speaker, language)
        found.append(Sentence(start, free, name, text, _opening(before, cue.utterance)))
        before = cue.utterance
    return tuple(found)


def _opening(before: Utterance | None, now: Utterance) -> Opening:
    if before is None or before.chapter != now.chapter:
        return Opening.CHAPTER
    if before.turn != now.turn or before.speaker != now.speaker:
        return Opening.TURN
    return Opening.PARAGRAPH if before.pause == Break.PARAGRAPH else Opening.NOTHING


def format_json(transcript: Sequence[Sentence]) -> str:
    """Return the transcript as JSON, a segment for each sentence.

    `opens` is an addition of ours, which other readers pass over: what begins with the sentence.

    Source: podcast namespace, transcripts, JSON 1.0.0; times in seconds.
    """
    segments = []
    for sentence in transcript:
        segment: dict[str, object] = {
            "speaker": sentence.speaker,
            "startTime": sentence.start / 1000,
            "endTime": sentence.end / 1000,
            "body": sentence.text,
        }
        if sentence.opens:
            segment["opens"] = sentence.opens.value
        segments.append(f"  {{\n   {_SEGMENT.encode(segment)[1:-1]}\n  }}")
    inside = ",\n".join(segments)
    listed = f"[\n{inside}\n ]" if segments else "[]"
    return f'{{\n "version": "1.0.0",\n "segments": {listed}\n}}\n'


def parse_json(text: str, path: Path) -> tuple[Sentence, ...]:
    """Read what `format_json` gave.

    Args:
        text: The JSON.
        path: Where it comes from, for the error.

    Raises:
        PublishError: It is no such transcript.
    """
    try:
        content = json.loads(text)
        return tuple(map(_sentence, content["segments"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PublishError(f"{path} is no transcript by narrator; build the episode again") from error


def _sentence(segment: dict[str, Any]) -> Sentence:
    texts = (segment["speaker"], segment["body"])
    if not all(isinstance(one, str) for one in texts):
        raise TypeError
    start, end = (round(segment[key] * 1000) for key in ("startTime", "endTime"))
    return Sentence(start, end, *texts, Opening(segment.get("opens", "")))
