"""The pictures of chapters: read where they lie, made to fit, named by their content."""

from __future__ import annotations

import binascii
import hashlib
import os
import re
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

from narrator.addresses import picture_address
from narrator.errors import ScriptError, SourceError
from narrator.publish.chapters import is_web
from narrator.publish.cover import fit_picture
from narrator.script import is_script
from narrator.sources import text_of
from narrator.sources.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.model import Picture, Script
    from narrator.sources import Source

FOLDER = "chapters"
"""In the folder of an episode."""
SIDE = 1000
"""Pixels of either side: what a phone shows from edge to edge."""
MOST_BYTES = 300_000
"""Of a picture in the file; larger ones are written anew."""
MOST_TOGETHER = 8_000_000
"""Bytes of all in the file: players load them before the sound begins."""
_LARGEST = 25_000_000
"""Bytes of a picture that is read at all."""
_NAME = re.compile(r"[0-9a-f]{16}\.(?:jpg|png)")
_DATA = re.compile(r"data:[^,;]*(?:;(?!base64)[^,;]*)*(?P<base64>;base64)?,(?P<content>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A script whose pictures lie in the folder of its episode."""

    script: Script
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Content of each picture by its name in that folder."""
    told: tuple[str, ...] = ()
    """Which pictures are left out, and why: a sentence each."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the folder of the episode has of them, for people."""
        return (f"{FOLDER}/",) if self.files else ()


def absolute(script: Script, address: str) -> Script:
    """Return a script in which the pictures of a page of the web are told by whole addresses.

    Args:
        script: Made of the page.
        address: Of the page; empty for what lies here.
    """
    if not address:
        return script
    chapters = []
    for chapter in script.chapters:
        picture = chapter.picture
        if picture and not picture.address.startswith("data:"):
            with suppress(ValueError):  # an address that is none
                whole = picture_address(urljoin(address, picture.address))
                picture = replace(picture, address=whole) if is_web(whole) else None
        chapters.append(replace(chapter, picture=picture))
    return replace(script, chapters=tuple(chapters))


def placed(script: Script, here: Path, there: Path) -> Script:
    """Return a script in which pictures are named from another folder.

    Args:
        script: As it is read.
        here: The folder from which it names pictures.
        there: The folder from which they are to be named.
    """
    if here.resolve() == there.resolve():
        return script
    chapters = []
    for chapter in script.chapters:
        picture = chapter.picture
        if picture and not is_web(picture.address) and not picture.address.startswith("data:"):
            name, mark, inside = picture.address.partition("#")
            path = (here / unquote(name)).resolve()
            try:
                path = Path(os.path.relpath(path, there.resolve()))
            except ValueError:  # on another drive
                path = path.absolute()
            picture = replace(picture, address=picture_address(quote(path.as_posix()) + mark + inside))
        chapters.append(replace(chapter, picture=picture))
    return replace(script, chapters=tuple(chapters))


def pictures_beside(script: Script, source: Source) -> tuple[Path, ...]:
    """Return the files in which the pictures of a script's chapters lie, whether they are there or not."""
    addresses = [chapter.picture.address for chapter in script.chapters if chapter.picture]
    local = [one for one in addresses if not is_web(one) and not one.startswith("data:")]
    return tuple(dict.fromkeys(source.path.parent / unquote(one.partition("#")[0]) for one in local))


def illustrate(script: Script, source: Source) -> Illustrated:
    """Read the pictures of a script's chapters and make them fit; those of the web are left where they are.

    In a script a person has written them, so one that cannot be had is an error. Of other sources it is told,
    and a picture must lie beside its source or below: nobody else's are published by a page from elsewhere.

    Args:
        script: What a source became.
        source: The source, beside which pictures lie.

    Raises:
        ScriptError: A picture cannot be had; the message says where it is named.
    """
    if not any(chapter.picture for chapter in script.chapters):
        return Illustrated(script)
    strict = is_script(text_of(source))
    files: dict[str, bytes] = {}
    told: list[str] = []
    chapters = []
    together = 0
    for chapter in script.chapters:
        picture = chapter.picture
        if picture and not is_web(picture.address):
            try:
                content = _fitting(picture, source, strict=strict)
            except _UnfitError as unfit:
                problem = f"the picture {_shown(picture)} {unfit}"
                if strict:
                    raise ScriptError(problem, source.path, picture.line or None) from unfit
                place = f"{source.path}:{picture.line}" if picture.line else str(source.path)
                told.append(f"{place}: {problem}, so “{chapter.title}” has none.")
                picture = None
            else:
                together += len(content)
                name = f"{FOLDER}/{_name(content)}"
                fits = together <= MOST_TOGETHER
                picture = replace(picture, address=name) if fits else None
                files |= {name: content} if fits else {}
        chapters.append(replace(chapter, picture=picture))
    if together > MOST_TOGETHER:
        had = sum(chapter.picture is not None for chapter in script.chapters)
        left = had - sum(chapter.picture is not None for chapter in chapters)
        told.append(
            f"The pictures of chapters have more than {MOST_TOGETHER // 1_000_000} MB together; {left} of "
            f"{had} are left out. Make them smaller to have all of them."
        )
    return Illustrated(replace(script, chapters=tuple(chapters)), files, tuple(told))


def delete_old(folder: Path, names: Mapping[str, bytes]) -> None:
    """Delete the pictures of chapters that an earlier build left and this one does not have."""
    with suppress(OSError):  # there are none
        for one in (folder / FOLDER).iterdir():
            if _NAME.fullmatch(one.name) and f"{FOLDER}/{one.name}" not in names:
                one.unlink(missing_ok=True)
        (folder / FOLDER).rmdir()  # where it is empty


class _UnfitError(Exception):
    """A picture cannot be had; the message ends a sentence that begins with it."""


def _fitting(picture: Picture, source: Source, *, strict: bool) -> bytes:
    data = _DATA.fullmatch(picture.address)
    content = _decoded(data) if data else _read(picture, source, strict=strict)
    try:
        return fit_picture(content, SIDE, MOST_BYTES)
    except ValueError as error:
        raise _UnfitError(str(error)) from error


def _decoded(data: re.Match[str]) -> bytes:
    content = unquote_to_bytes(data["content"])
    try:
        return b64decode(content) if data["base64"] else content
    except (binascii.Error, ValueError) as error:
        raise _UnfitError("is damaged: it is not written in base64") from error


def _read(picture: Picture, source: Source, *, strict: bool) -> bytes:
    """Read a file beside a source, or one in a book."""
    name, _, inside = picture.address.partition("#")
    here = source.path.parent
    path = here / unquote(name)
    try:
        if not strict and not path.resolve().is_relative_to(here.resolve()):
            raise _UnfitError("lies outside of the folder of its source")
        if inside:
            raw = source.raw if path == source.path else path.read_bytes()
            return Archive(raw, path).read(unquote(inside))
        if not path.is_file():  # a pipe would have us wait for ever
            raise _UnfitError("is not there" if not path.exists() else "is no file")
        if path.stat().st_size > _LARGEST:
            raise _UnfitError(f"has more than {_LARGEST // 1_000_000} MB; make it smaller")
        return path.read_bytes()
    except SourceError as error:
        raise _UnfitError("is not in the book, or damaged there") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise _UnfitError(f"cannot be read: {reason}") from error


def _name(content: bytes) -> str:
    suffix = "png" if content.startswith(b"\x89PNG") else "jpg"
    return f"{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"


def _shown(picture: Picture) -> str:
    """Return an address for a message; of what is written in the source itself, the beginning."""
    address = picture.address if picture.address.startswith("data:") else unquote(picture.address)
    return address if len(address) <= 80 else f"{address[:40]}…"
