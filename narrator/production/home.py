"""The folder of an episode: where it lies, whether it is free, and what an earlier build left there."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import PublishError, SourceError
from narrator.production.identity import is_kin, is_plainly_kin, make_guid, make_slug
from narrator.publish.record import RECORD, SCRIPT, parse_episode
from narrator.script import format_script, parse_script
from narrator.settings import OUTPUT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Episode, Script
    from narrator.sources import Source


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which an episode lies, and what makes it the same over rebuilds."""

    folder: Path
    slug: str
    guid: str
    script: bytes
    """What `script.md` is to hold: the file as it is where it is the source itself."""
    before: Episode | None = None
    """The record of an earlier build."""

    @property
    def audio(self) -> Path:
        """The enclosure."""
        return self.folder / f"{self.slug}.mp3"

    def download(self, suffix: str) -> Path:
        """Return where another form of the programme lies."""
        return self.folder / f"{self.slug}{suffix}"

    def transcript(self, suffix: str) -> Path:
        """Return where a form of the transcript lies."""
        return self.folder / f"{self.slug}{suffix}"


def find_home(source: Source, script: Script, folder: Path | None) -> Home:
    """Find where the episode of a source lies or is to lie; nothing is written.

    The `script.md` of an episode is built where it lies. Another source goes to the folder given, or to one
    named by the title. An episode that is there already is rebuilt when it has the same words, more or less,
    and keeps its guid, its date and the names of its files; anything else there is never overwritten.

    Args:
        source: The source.
        script: What it became, with its title.
        folder: Where the user wants it, or None.

    Raises:
        SourceError: The folder holds another episode, or a script with edits that would be lost.
        PublishError: The record that lies there cannot be read.
    """
    if folder is None and source.path.name == SCRIPT and _is_file(source.path.parent / RECORD):
        folder = source.path.parent
    slug = make_slug(script.title)
    folder = folder or Path(OUTPUT_FOLDER) / slug
    written = format_script(script)
    formatted = written.encode()
    there = folder / SCRIPT
    record = folder / RECORD
    before = _read_record(record) if _is_file(record) else None
    if _is_file(there):
        performed = _read(there)
        if there.resolve() == source.path.resolve():
            formatted = performed
        elif performed != formatted:
            _check(source.path, there, performed, before, script=script, formatted=written)
    guid = before.guid if before else make_guid(slug, source.raw)
    return Home(folder, before.slug if before else slug, guid, formatted, before)


def _read_record(path: Path) -> Episode:
    try:
        return parse_episode(_read(path).decode(errors="replace"), path)
    except PublishError as error:
        raise PublishError(
            f"{path} is damaged; delete it to begin a new episode there, or choose another folder with -o"
        ) from error


def _check(
    source: Path, there: Path, performed: bytes, before: Episode | None, *, script: Script, formatted: str
) -> None:
    """Refuse to overwrite a script that was edited, or that of another episode."""
    if before is None or (before.script_sha256 and _sha256(performed) != before.script_sha256):
        raise SourceError(
            f"{there} has been edited since it was built, and building {source.name} would overwrite it; "
            f"build {there} instead, or delete it, or choose another folder with -o"
        )
    written = performed.decode(errors="replace")
    if not (is_plainly_kin(written, formatted) or is_kin(parse_script(written, there), script)):
        raise SourceError(
            f"{there.parent} holds another episode, “{before.title}”; choose another folder with -o, or "
            "another title with --title",
            source,
        )


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Make a folder and see that files can be written in it; a failure leaves no new empty folder.

    Raises:
        PublishError: The folder cannot be made or written.
    """
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise PublishError(
                f"cannot write in the folder {folder}: {error.strerror}; choose another with -o"
            ) from error
        yield
    except BaseException:
        with suppress(OSError):  # not empty any more, or never made
            for one in made:
                one.rmdir()
        raise


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        problem = f"cannot look into the folder {path.parent}: {error.strerror}; choose another with -o"
        raise PublishError(problem) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", path) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
