"""Rules for the web page of an episode or a show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from narrator.checking.rule import Fault, shown
from narrator.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.checking.pages import Page
    from narrator.checking.rule import Tests
    from narrator.checking.transcripts import Transcript


_MOST_SPEAKERS = 200
"""That are looked for; more than in any play."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, and the transcript that belongs on it."""

    page: Page
    transcript: Transcript | None = None


def _broken(one: Shown) -> Iterator[Fault]:
    if one.page.problem or not one.page.letters:
        yield Fault(one.page.problem or "there is no text on it")


def _title(one: Shown) -> Iterator[Fault]:
    if not one.page.problem and not one.page.title:
        yield Fault("it has no title")


def _language(one: Shown) -> Iterator[Fault]:
    if not one.page.problem and not one.page.language:
        yield Fault("it does not say in which language it is")


def _feed(one: Shown) -> Iterator[Fault]:
    if not one.page.problem and not one.page.feeds:
        yield Fault("it does not name the feed")


def _transcript(one: Shown) -> Iterator[Fault]:
    at = 0
    for cue in one.transcript.cues if one.transcript and not one.page.problem else ():
        said = "".join(words(" ".join(cue.lines)))
        at = one.page.letters.find(said, at)
        if at < 0:
            yield Fault(f"this is not on it: {shown(' '.join(cue.lines))}")
            return
        at += len(said)


def _speakers(one: Shown) -> Iterator[Fault]:
    if one.transcript and not one.page.problem:
        for name in islice(dict.fromkeys(cue.speaker for cue in one.transcript.cues), _MOST_SPEAKERS):
            if "".join(words(name)) not in one.page.letters:
                yield Fault(f"it does not name {shown(name)}, who speaks")


TESTS: Tests[Shown] = {
    "page-form": _broken,
    "page-title": _title,
    "page-language": _language,
    "page-feed": _feed,
    "page-transcript": _transcript,
    "page-speaker": _speakers,
}
