"""Whether an episode is there as it would be made now, proven without making anything.

A build that came to its end leaves a proof with the takes: a hash of all that went in, who speaks how much,
which takes were used, and size and hash of each file of the episode. The proof holds when all of that is so
again: what goes in has the same hash; the cast, made anew from today's voices and today's memory of the
show, is the same, and so are the fingerprints of its voices; every take is whole by its seal and tells what
it told; every file has the bytes it had. Nothing else decides how an episode looks, so it would be made the
same. Whatever differs, fails or cannot be read, the whole way is gone, which mends or tells it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.engines.registry import get_engine
from narrator.errors import NarratorError
from narrator.files import file_sha256, write_atomically
from narrator.folders import proofs_folder, takes_folder
from narrator.keeping import note_use
from narrator.model import Chapter, Person, Script, Turn
from narrator.production.choice import plan_cast
from narrator.production.inputs import inputs_of, noted, request_of
from narrator.production.outcome import Production
from narrator.production.show import remember_cast
from narrator.production.takes import take_store
from narrator.publish.record import RECORD, parse_episode
from narrator.text import words
from narrator.voices import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narrator.model import Cast, Take
    from narrator.production.options import Options
    from narrator.sources import Source

_WORD = "a"
"""Stands for each word of a turn: casting counts them, and knows nothing else of what is said."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """What must be so again."""

    inputs: str
    """As `inputs_of` tells."""
    language: str
    people: list[dict[str, Any]]
    """Of the script."""
    turns: list[tuple[str, int]]
    """Speaker and number of words of each turn, in their order."""
    cast: str
    """Hash of the voices and of their fingerprints."""
    takes: list[str]
    """Keys of all takes that are needed, the voices' passages included."""
    told: str
    """Hash of what these takes tell of themselves."""
    beside: dict[str, str]
    """Hashes of further files that the source names, as `noted` tells."""
    folder: str
    """Of the episode."""
    files: list[tuple[str, int, str]]
    """Name, bytes and sha256 of each file."""
    shown: list[str]
    """These names as people are told them."""
    cut: int
    odd: list[tuple[str, str]]
    note: str
    """As in `Production`, but for what the cast tells."""


def find_fresh(source: Source, options: Options) -> Production | None:
    """Return an episode of which it is proven that it is there as it would be made now.

    Args:
        source: The source.
        options: What is chosen.

    Returns:
        None where that cannot be proven.
    """
    try:
        path = _place(source, options)
        proof = _read(path)
        if proof is None or not proof.inputs or proof.inputs != inputs_of(source, options):
            return None
        production = _proven(proof, source, options)
    except (NarratorError, OSError):  # the whole way will tell, if it meets it too
        return None
    if production is not None:
        note_use(path)
    return production


def _proven(proof: _Proof, source: Source, options: Options) -> Production | None:
    if noted(map(Path, proof.beside)) != proof.beside:
        return None
    script = _script(proof)
    roles = plan_cast(script, options, load_catalogue(options.voices), source.path)
    if _hash_of_cast(roles) != proof.cast:
        return None
    store = take_store(options)
    takes = store.get_all(proof.takes)
    if len(takes) != len(proof.takes) or _hash_of_takes(takes.values()) != proof.told:
        return None
    folder = Path(proof.folder)
    for name, size, sha256 in proof.files:
        path = folder / name
        if path.stat().st_size != size or file_sha256(path) != sha256:
            return None
    episode = parse_episode((folder / RECORD).read_text("utf-8"), folder / RECORD)
    remember_cast(source, options, script, roles)
    return Production(
        episode,
        folder,
        tuple(proof.shown),
        made=0,
        kept=len(proof.takes),
        cut=proof.cut,
        odd=tuple((text, problem) for text, problem in proof.odd),
        unchanged=True,
        natural=any(get_engine(role.voice.engine).natural for role in roles.roles),
        note=" ".join(filter(None, (roles.note, proof.note))),
    )


def keep_proof(
    begun: str,
    source: Source,
    options: Options,
    *,
    script: Script,
    roles: Cast,
    takes: Iterable[Take],
    texts: Mapping[str, bytes],
    production: Production,
    note: str,
    beside: Mapping[str, str],
) -> None:
    """Leave the proof of a build that has come to its end, where there is one.

    There is none where something that went in changed meanwhile, or where the show would give other voices
    now that it remembers this episode. A proof that cannot be written is no failure of the build.

    Args:
        begun: What `inputs_of` told before anything was made of it.
        source: The source.
        options: What was chosen.
        script: Who says what.
        roles: The voices they have.
        takes: All that were needed, the voices' passages included.
        texts: By name the small files of the episode, the record included.
        production: What the build tells.
        note: That of the production, without what the cast tells.
        beside: Hashes of further files that the source names, as `noted` told before they were read.
    """
    episode = production.episode
    hashes = {name: (len(text), hashlib.sha256(text).hexdigest()) for name, text in texts.items()}
    hashes[episode.audio] = (episode.size, episode.sha256)
    hashes |= {one.name: (one.size, one.sha256) for one in episode.downloads}
    different = list({take.key: take for take in takes}.values())
    proof = _Proof(
        begun,
        script.language,
        [asdict(person) for person in script.people],
        [(turn.speaker, len(words(turn.text))) for turn in script.turns],
        _hash_of_cast(roles),
        [take.key for take in different],
        _hash_of_takes(different),
        dict(beside),
        str(production.folder),
        [(name, *one) for name, one in hashes.items()],
        list(production.files),
        production.cut,
        list(production.odd),
        note,
    )
    with suppress(NarratorError, OSError):
        path = _place(source, options)
        catalogue = load_catalogue(options.voices)
        same = (
            not options.export  # tracks that are exported are made anew each time
            and noted(map(Path, beside)) == beside
            and inputs_of(source, options, again=True) == begun
            and _hash_of_cast(plan_cast(_script(proof), options, catalogue, source.path)) == proof.cast
        )
        if same:
            content = _canonical(asdict(proof))
            write_atomically(path, _canonical({"proof": asdict(proof), "seal": _seal(content)}))
        else:
            path.unlink(missing_ok=True)


def _script(proof: _Proof) -> Script:
    """Return what casting needs of a script: who there is, and who speaks how much after whom."""
    people = tuple(Person(**{**one, "aliases": tuple(one["aliases"])}) for one in proof.people)
    turns = tuple(Turn(speaker, " ".join([_WORD] * count)) for speaker, count in proof.turns)
    return Script("", proof.language, (Chapter("", turns),), people)


# ---------------------------------------------------------------- hashes
def _hash_of_cast(roles: Cast) -> str:
    """Return a hash of who has which voice, what shapes its sound, and what is told to its engine."""
    told = []
    for role in roles.roles:
        engine = get_engine(role.voice.engine)
        shape = (engine.fingerprint(role.voice.plain), sorted(map(str, engine.marks)))
        told.append((role.speaker, repr(role.voice), shape))
    return _seal(_canonical(told))


def _hash_of_takes(takes: Iterable[Take]) -> str:
    return _seal("\n".join(map(repr, takes)).encode())


def _canonical(told: object) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _seal(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---------------------------------------------------------------- the file
def _place(source: Source, options: Options) -> Path:
    return proofs_folder(options.takes or takes_folder()) / f"{request_of(source, options)}.proof"


def _read(path: Path) -> _Proof | None:
    """Read a proof; None for one that is missing, damaged, or written by another version."""
    try:
        told = json.loads(path.read_bytes())
        if told["seal"] != _seal(_canonical(told["proof"])):
            return None
        return _Proof(**told["proof"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
