"""The programme in other forms beside the enclosure: M4A, M4B, Opus, FLAC, WAV."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from narrator import settings
from narrator.encoding import FORMS, MAX_CHAPTERS, MP3, Further, joined, named
from narrator.files import file_sha256, writing
from narrator.model import Download
from narrator.production.chapter_art import in_a_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from narrator.audio import Audio
    from narrator.encoding import Form, PartStore
    from narrator.model import Episode, Take
    from narrator.production.plan import Plan

_SHAPING = ("AAC_KBPS", "AAC_CHOICES", "OPUS_KBPS", "STEREO_AAC_KBPS", "STEREO_OPUS_KBPS")
"""Settings that shape a download beside those that shape the enclosure, too."""


class _Made(NamedTuple):
    """A form that is whole, and where it lies now."""

    told: Download
    path: Path


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

    Of two that hold the same sound one is encoded, and the other one takes it from there.

    Args:
        plan: The plan of the episode.
        forms: What is wanted.
        read: Gives the samples of a take.
        parts: Where parts that were measured are and will be kept.
        moves: Holds the files until all of the episode are whole.
        begin: Is told that a stage begins, and returns what is told how far it is, 0 to 1.
    """
    recipe = plan.recipe()
    before = {one.name: one for one in (plan.home.before.downloads if plan.home.before else ())}
    further: Further | None = None

    def kept(form: Form) -> _Made | None:
        path = plan.home.download(form.suffix)
        told = before.get(path.name)
        right = told is not None and told.recipe == _recipe(form, recipe) and _is_whole(path, told)
        return _Made(told, path) if told is not None and right else None

    made: dict[str, _Made] = {}
    for form in forms:
        there = kept(form)
        if there is None:
            progress = begin(f"encoding {form.name.upper()}")
            path = plan.home.download(form.suffix)
            tags = in_a_row(plan.tags()) if form.pictures else plan.tags()
            twin = made.get(form.twin) or (kept(FORMS[form.twin]) if form.twin else None)
            file = moves.enter_context(writing(path))
            if twin is not None and form.rewrap is not None:
                with twin.path.open("rb") as sound:
                    form.rewrap(file, sound, plan.timeline.length, tags, plan.delivery.channels)
                levels = (twin.told.loudness, twin.told.peak)
            else:
                further = further or Further(plan.timeline, read, plan.gains, parts, plan.delivery)
                measured = further.write(form, file, tags, progress)
                levels = (round(measured.loudness, 2), round(measured.peak, 2))
            written = Path(file.name)
            size, sha256 = written.stat().st_size, file_sha256(written)
            there = _Made(Download(path.name, size, sha256, *levels, _recipe(form, recipe)), written)
        made[form.name] = there
    return tuple(one.told for one in made.values())


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
