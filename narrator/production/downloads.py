"""The programme in other forms beside the enclosure: M4A, M4B, Opus, FLAC, WAV."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import settings
from narrator.encoding import FORMS, MAX_CHAPTERS, MP3, Further, joined, named
from narrator.files import file_sha256, writing
from narrator.model import Download

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from narrator.audio import Audio
    from narrator.encoding import Form, PartStore
    from narrator.model import Episode, Take
    from narrator.production.plan import Plan

_SHAPING = ("AAC_KBPS", "OPUS_KBPS")
"""Settings that shape a download beside those that shape the enclosure, too."""


def choose_forms(asked: tuple[str, ...], before: Episode | None) -> tuple[Form, ...]:
    """Return the forms to make beside the MP3, and see that they can be made here.

    Args:
        asked: Names; none for those that the episode had before.
        before: The record of an earlier build.

    Raises:
        EncodingError: There is no such form, or an extra is missing for it.
    """
    had = [Path(one.name).suffix[1:] for one in (before.downloads if before else ())]
    forms = named(asked or [name for name in had if name in FORMS])
    for form in forms:
        form.check()
    return forms


def make_downloads(  # noqa: PLR0917 - what goes into a stage, in the order of the work
    plan: Plan,
    forms: tuple[Form, ...],
    read: Callable[[Take], Audio],
    parts: PartStore,
    moves: ExitStack,
    begin: Callable[[str], Callable[[float], None]],
) -> tuple[Download, ...]:
    """Make the forms of a programme, those alone of which something has changed.

    Args:
        plan: The plan of the episode.
        forms: What is wanted.
        read: Gives the samples of a take.
        parts: Where parts that were measured are and will be kept.
        moves: Holds the files until all of the episode are whole.
        begin: Is told that a stage begins, and returns what is told how far it is, 0 to 1.
    """
    tags, recipe = plan.tags(), plan.recipe()
    before = {one.name: one for one in (plan.home.before.downloads if plan.home.before else ())}
    further: Further | None = None
    made = []
    for form in forms:
        path = plan.home.download(form.suffix)
        key = _recipe(form, recipe)
        kept = before.get(path.name)
        if kept is not None and kept.recipe == key and _is_whole(path, kept):
            made.append(kept)
            continue
        progress = begin(f"encoding {form.name.upper()}")
        further = further or Further(plan.timeline, read, plan.gains, parts)
        file = moves.enter_context(writing(path))
        measured = further.write(form, file, tags, progress)
        written = Path(file.name)
        made.append(
            Download(
                path.name,
                written.stat().st_size,
                file_sha256(written),
                round(measured.loudness, 2),
                round(measured.peak, 2),
                key,
            )
        )
    return tuple(made)


def tell_joined(titles: Sequence[str], forms: tuple[Form, ...]) -> str:
    """Tell which forms hold fewer chapters than there are, and what became of them; empty as a rule.

    Args:
        titles: Of all chapters.
        forms: What is made beside the MP3.
    """
    limits: dict[int, list[str]] = {MAX_CHAPTERS: [MP3]}
    for form in forms:
        if form.chapters is not None:
            limits.setdefault(form.chapters, []).append(form.name)
    told = []
    for most, names in sorted(limits.items()):
        known = set(titles)
        merged = [title for _, title in joined(tuple(enumerate(titles)), most) if title not in known]
        if merged:
            listed = ", ".join(name.upper() for name in names)
            told.append(
                f"Of {len(titles)} chapters {listed} can tell {most}, so neighbours were joined there: "
                f"“{merged[0]}”{f' and {len(merged) - 1} more' if merged[1:] else ''}."
            )
    return " ".join(told)


def _recipe(form: Form, recipe: str) -> str:
    """Return a hash of all that shapes the bytes of a form."""
    shaping = [getattr(settings, name) for name in _SHAPING]
    shape = (recipe, form.name, [version(maker) for maker in form.makers], shaping)
    return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


def _is_whole(path: Path, told: Download) -> bool:
    """Tell whether a file is what its record says."""
    try:
        return path.stat().st_size == told.size and file_sha256(path) == told.sha256
    except OSError:  # gone, or not to be read: it is made anew, and if it cannot be, that error is told
        return False
