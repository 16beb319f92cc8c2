"""The upkeep of a folder of takes: what lies in it, what may go, what is damaged."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.audio import decode, to_pcm16
from narrator.errors import AudioError, PublishError, TakesError
from narrator.files import remove_leftover
from narrator.folders import proofs_folder
from narrator.settings import TAKES_GRACE_S
from narrator.takes import TakeStore, pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTLING_S = (0.0, 0.2, 1.0)
"""Waits before a take is looked at again: another process may be between its two files."""
_WRITTEN_S = 60.0
"""A younger sound without facts is a take that is just being written."""
_MD5 = slice(26, 42)
"""Where a FLAC file tells the MD5 of its samples. Source: RFC 9639, sections 8.1 and 8.2."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A take as it lies in its folder."""

    key: str
    engine: str
    """Empty where it was made before that was noted, or where its facts are damaged."""
    voice: str
    size: int
    """Bytes of both files."""
    used: float
    """When it was used last, to the day; seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Tidying:
    """What a tidying took away, or would."""

    removed: tuple[Kept, ...]
    kept: int
    """Takes left."""
    kept_size: int
    """Bytes left."""
    spared: int
    """Takes that should have gone, but that a build may be using."""
    leftovers: int
    """Unfinished files of processes that were killed."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A take that is not as it was made."""

    key: str
    problem: str
    done: str = ""
    """What was done about it: `repaired`, `deleted` or nothing."""


def list_takes(folder: Path) -> Iterator[Kept]:
    """Yield the takes of a folder, whole or not, one after another.

    Raises:
        TakesError: It cannot be read.
    """
    for sound in _files(folder, "*.flac"):
        facts = sound.with_suffix(".json")
        # Another process may take it away meanwhile.
        with suppress(FileNotFoundError):
            status = sound.stat()
            size, used = status.st_size, status.st_mtime
            engine = voice = ""
            with suppress(FileNotFoundError):
                size, used = size + facts.stat().st_size, facts.stat().st_mtime
                with suppress(ValueError, AttributeError):
                    noted = json.loads(facts.read_bytes())
                    engine, voice = str(noted.get("engine", "")), str(noted.get("voice", ""))
            yield Kept(sound.stem, engine, voice, size, used)


def by_voice(takes: Iterator[Kept]) -> list[tuple[str, str, int, int, float]]:
    """Return engine, voice, number of takes, bytes, and time of the last use, sorted by engine and voice."""
    sums: dict[tuple[str, str], tuple[int, int, float]] = defaultdict(lambda: (0, 0, 0.0))
    for take in takes:
        count, size, used = sums[take.engine, take.voice]
        sums[take.engine, take.voice] = (count + 1, size + take.size, max(used, take.used))
    return [(*voice, *sums[voice]) for voice in sorted(sums)]


# ---------------------------------------------------------------- tidying
def prune(
    folder: Path,
    *,
    older_than_s: float | None = None,
    max_size: int | None = None,
    dry_run: bool = False,
    grace_s: float = TAKES_GRACE_S,
) -> Tidying:
    """Take away what was not used for long, and what killed processes left; others may use the folder.

    A take that was used within the grace stays, since a build may be using it. That its use is noted only
    once a day is within that time; and what goes away all the same is made again.

    Args:
        folder: Of the takes.
        older_than_s: Takes go that were not used for so many seconds.
        max_size: Takes go until so many bytes are left, those not used for longest first.
        dry_run: Tell what would go, and leave it.
        grace_s: Seconds.

    Raises:
        TakesError: The folder cannot be read, or something in it cannot be removed.
    """
    now = time.time()
    takes = sorted(list_takes(folder), key=lambda take: (take.used, take.key))
    left = sum(take.size for take in takes)
    removed: list[Kept] = []
    spared = 0
    for take in takes:
        old = older_than_s is not None and now - take.used > older_than_s
        if not old and (max_size is None or left <= max_size):
            continue
        if now - take.used <= grace_s or not (dry_run or _remove(folder, take, now - grace_s)):
            spared += 1
            continue
        removed.append(take)
        left -= take.size
    leftovers = sum(remove_leftover(path, grace_s, dry_run=dry_run) for path in _files(folder, ".*.part"))
    # Facts whose sound is gone, as where a disk was full or a process was ended between the two files.
    for facts in _files(folder, "*.json"):
        with suppress(FileNotFoundError):
            if not facts.with_suffix(".flac").exists() and now - facts.stat().st_mtime > grace_s:
                leftovers += 1
                if not dry_run:
                    facts.unlink(missing_ok=True)
    if older_than_s is not None and not dry_run:
        _forget_proofs(folder, now - max(older_than_s, grace_s))
    return Tidying(tuple(removed), len(takes) - len(removed), left, spared, leftovers)


def _forget_proofs(folder: Path, unused_since: float) -> None:
    """Remove what is known of episodes that nobody has built for long: a build finds it out again."""
    for proof in proofs_folder(folder).glob("*.proof"):
        with suppress(OSError):
            if proof.stat().st_mtime < unused_since:
                proof.unlink()


def _remove(folder: Path, take: Kept, unused_since: float) -> bool:
    """Remove a take, its facts first so that nobody takes it for whole; False when it was used meanwhile."""
    sound = folder / take.key[:2] / f"{take.key}.flac"
    facts = sound.with_suffix(".json")
    try:
        with suppress(FileNotFoundError):
            if facts.stat().st_mtime > unused_since:
                return False
        facts.unlink(missing_ok=True)
        sound.unlink(missing_ok=True)
    except OSError as error:
        raise TakesError(f"the take {sound} cannot be removed: {error.strerror}") from error
    return True


# ---------------------------------------------------------------- damage
def verify(folder: Path, *, repair: bool = False, delete: bool = False) -> Iterator[Damage | None]:
    """Read every take, check its seal, and decode it; one after another, so that memory stays flat.

    Args:
        folder: Of the takes.
        repair: Make the facts anew of a sound that is whole by its own checksum, and delete the rest: a build
            makes it again.
        delete: Delete what is damaged.

    Yields:
        For each take None, or what is wrong with it and what was done about that.

    Raises:
        TakesError: The folder cannot be read, or a damaged take cannot be mended or removed.
    """
    store = TakeStore(folder)
    for sound in _files(folder, "*.flac"):
        problem = ""
        for wait in _SETTLING_S:
            time.sleep(wait if problem else 0)
            problem = _problem(store, sound)
            if not problem:
                break
        if not problem:
            yield None
            continue
        done = ""
        if repair and _repaired(store, sound):
            done = "repaired"
        elif (repair or delete) and _remove(folder, Kept(sound.stem, "", "", 0, 0.0), float("inf")):
            done = "deleted"
        yield Damage(sound.stem, problem, done)


def _problem(store: TakeStore, sound: Path) -> str:
    """Say what is wrong with a take; empty when nothing is, or when it went away."""
    take = store.get(sound.stem, note_use=False)
    if take is None:
        try:
            age_s = time.time() - sound.stat().st_mtime
        except FileNotFoundError:
            return ""
        if not sound.with_suffix(".json").exists():
            return "its facts are missing" if age_s > _WRITTEN_S else ""
        return "its seal is broken: the sound or its facts were changed or cut"
    try:
        store.read(take)
    except TakesError:
        return "it cannot be decoded" if store.get(sound.stem, note_use=False) else ""
    return ""


def _repaired(store: TakeStore, sound: Path) -> bool:
    """Make the facts of a take anew, where its sound is whole; tell whether that was so."""
    try:
        content = sound.read_bytes()
        audio = decode(content, what=str(sound))
        fresh = replace(pack(audio), flac=content)
    except (AudioError, OSError):
        return False
    if hashlib.md5(to_pcm16(audio.samples), usedforsecurity=False).digest() != content[_MD5]:
        return False
    try:
        store.keep(sound.stem, fresh)
    except PublishError as error:
        raise TakesError(str(error)) from error
    return True


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the files of a pattern in the folder's own folders, sorted within each."""
    try:
        for part in sorted(folder.glob("??")):
            yield from sorted(part.glob(pattern))
    except OSError as error:
        raise TakesError(f"cannot read the folder of takes {folder}: {error.strerror}") from error
