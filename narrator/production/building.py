"""A build: nothing is made where nothing has changed, and what makes an episode is loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.production.freshness import find_fresh
from narrator.sources import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.production.options import Options
    from narrator.production.outcome import Production, Progress


def build(place: Path | str, options: Options, progress: Progress) -> Production:
    """Go the whole way from a source to a finished episode in its folder.

    An episode that is proven to be there as it would be made now stays as it is. Else see `stages.build`.

    Raises:
        NarratorError: Whatever went wrong, in one line.
    """
    source = open_source(place)
    fresh = find_fresh(source, options)
    if fresh is not None:
        return fresh
    from narrator.production import stages

    return stages.build(source, options, progress)
