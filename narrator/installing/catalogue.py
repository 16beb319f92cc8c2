"""What can be installed: which files, where they lie, and by what they are known to be right."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrator.engines import kokoro_data, piper_data
from narrator.errors import InstallError, WebError
from narrator.model import Voice
from narrator.patience import Patience
from narrator.settings import REQUEST_TRIES
from narrator.web import fetch

INDEX = "index.json"
"""The list that a mirror or a folder may have: what is installed → its files."""
PIPER_INDEX = "voices.json"
"""The list that Piper's collection has: voice → its files with sizes and MD5."""
_KOKORO_ADDRESS = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0"
_PIPER_ADDRESS = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
_KOKORO_VOICES_SHA256 = "bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d"
"""Of `voices-v1.0.bin` of the release `model-files-v1.0`, as many projects that use it have pinned it."""
_KOKORO_SIZES = (92_361_271, 28_214_398)
_PIPER_SHA256 = {
    "de_DE-thorsten-medium.onnx": "7e64762d8e5118bb578f2eea6207e1a35a8e0c30595010b666f983fc87bb7819",
    "en_US-joe-medium.onnx": "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
}
"""Of models. The descriptions in the collection are edited now and then, so none is pinned."""
_PIPER_NAME = re.compile(r"(?P<code>(?P<family>[a-z]{2,3})_[A-Z]{2})-(?P<speaker>\w+)-(?P<quality>\w+)")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SHA256, _MD5 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
_MOST_INDEX = 10_000_000
_PIPER_LICENCE = "each voice has its own licence, see its MODEL_CARD in the collection rhasspy/piper-voices"
_KOKORO_NAMES = {
    "af": "alloy aoede bella heart jessica kore nicole nova river sarah sky",
    "am": "adam echo eric fenrir liam michael onyx puck santa",
    "bf": "alice emma isabella lily",
    "bm": "daniel fable george lewis",
    "ef": "dora",
    "em": "alex santa",
    "ff": "siwis",
    "hf": "alpha beta",
    "hm": "omega psi",
    "if": "sara",
    "im": "nicola",
    "pf": "dora",
    "pm": "alex santa",
}
"""The official voices of languages that narrator offers, by what their names begin with (language,
gender); the file has Japanese and Chinese ones besides."""
_KOKORO_LANGUAGES = {
    "a": "en-US",
    "b": "en-GB",
    "e": "es",
    "f": "fr",
    "h": "hi",
    "i": "it",
    "p": "pt-BR",
}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that can be installed."""

    name: str
    address: str
    """Where it can be fetched; empty for a file of a folder."""
    size: int = 0
    """Bytes; 0 where nobody tells."""
    sha256: str = ""
    md5: str = ""
    """What Piper's collection tells; at least one of both is known before a file is fetched."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What `narrate voices install` takes: an engine's files, or those of one of its voices."""

    name: str
    engine: str
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files, as far as they are known."""
        return sum(file.size for file in self.files)


def offered_voices() -> tuple[tuple[Voice, str], ...]:
    """Return the official voices that narrator knows of, each with what to install for it."""
    found = []
    for kind, names in _KOKORO_NAMES.items():
        gender = "female" if kind[1] == "f" else "male"
        for name in names.split():
            voice = Voice(kokoro_data.ENGINE, f"{kind}_{name}", _KOKORO_LANGUAGES[kind[0]], gender)
            found.append((voice, kokoro_data.ENGINE))
    for line in Path(piper_data.__file__).with_name("piper_voices.txt").read_text("utf-8").splitlines():
        name = line.split()[0]
        match = _PIPER_NAME.fullmatch(name)
        if match:
            language = match["code"].replace("_", "-")
            voice = Voice(piper_data.ENGINE, name, language, piper_data.gender_of(match["speaker"]))
            found.append((voice, voice.id))
    return tuple(found)


def find_offer(name: str, address: str = "", folder: Path | None = None) -> Offer:
    """Find out what belongs to a name, asking the source where it alone can tell.

    Args:
        name: `kokoro`, or `piper:VOICE`.
        address: A mirror; empty for the makers' own addresses.
        folder: Where the files are at hand; then nothing is asked over the network.

    Raises:
        InstallError: There is no such thing, or a list of the source makes no sense.
        WebError: The source cannot be reached.
    """
    engine, _, voice = name.partition(":")
    match = _PIPER_NAME.fullmatch(voice)
    if not (name == kokoro_data.ENGINE or (engine == piper_data.ENGINE and match)):
        problem = (
            "it is nothing to install; there is kokoro, and piper:VOICE as in piper:de_DE-thorsten-medium"
        )
        raise InstallError(name, problem)
    base = address.rstrip("/")
    if folder or base:
        index = _index(name, f"{base}/{INDEX}", folder / INDEX if folder else None)
        if name in index:
            return _listed(name, index[name], base)
    if match is None:
        place = f"{base}/kokoro" if base else _KOKORO_ADDRESS
        names = (kokoro_data.MODEL, kokoro_data.VOICES[-1])
        sums = (kokoro_data.MODEL_SHA256, _KOKORO_VOICES_SHA256)
        return Offer(
            name,
            engine,
            "Apache-2.0",
            tuple(
                RemoteFile(one, f"{place}/{one}", size, sha256)
                for one, size, sha256 in zip(names, _KOKORO_SIZES, sums, strict=True)
            ),
        )
    place = f"{base}/piper" if base else _PIPER_ADDRESS
    return _piper(name, match, place, folder)


def _piper(name: str, match: re.Match[str], place: str, folder: Path | None) -> Offer:
    """Return the files of a voice in Piper's collection."""
    voice = match[0]
    path = f"{match['family']}/{match['code']}/{match['speaker']}/{match['quality']}"
    index = _index(name, f"{place}/{PIPER_INDEX}", folder / PIPER_INDEX if folder else None)
    if not folder and voice not in index:
        near = [one for one in sorted(index) if one.startswith(match["family"] + "_")][:8]
        known = f"; there is {', '.join(near)}" if near else ""
        raise InstallError(name, f"{place}/{PIPER_INDEX} lists no such voice{known}")
    files = []
    for file in (f"{voice}.onnx", f"{voice}.onnx.json"):
        told: Any = index.get(voice) or {}
        try:
            facts = told["files"][f"{path}/{file}"] if told else {}
            size, md5 = int(facts.get("size_bytes", 0)), str(facts.get("md5_digest", ""))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InstallError(name, f"{PIPER_INDEX} of the source does not describe {file}") from error
        if told and not _MD5.fullmatch(md5):
            raise InstallError(name, f"{PIPER_INDEX} of the source tells no MD5 of {file}")
        files.append(RemoteFile(file, f"{place}/{path}/{file}", size, _PIPER_SHA256.get(file, ""), md5))
    return Offer(name, piper_data.ENGINE, _PIPER_LICENCE, tuple(files))


def _listed(name: str, entry: Any, base: str) -> Offer:
    """Read what a list of narrator's own form says of a name."""
    try:
        files = tuple(
            RemoteFile(
                str(one["name"]),
                f"{base}/{one.get('path', one['name'])}",
                int(one["size"]),
                str(one["sha256"]).lower(),
            )
            for one in entry["files"]
        )
        licence = str(entry.get("licence", "not told"))
    except (KeyError, TypeError, ValueError, AttributeError):
        files = ()
    sound = [
        _PLAIN.fullmatch(file.name) and _SHA256.fullmatch(file.sha256) and file.size > 0 for file in files
    ]
    if not sound or not all(sound):
        problem = f"{INDEX} of the source does not describe it; each file needs name, size and sha256"
        raise InstallError(name, problem)
    return Offer(name, name.partition(":")[0], licence, files)


def _index(name: str, address: str, path: Path | None) -> dict[str, Any]:
    """Read a list of the source; empty where it has none."""
    try:
        if path is not None:
            content = path.read_bytes() if path.is_file() else b"{}"
        else:
            content = Patience(REQUEST_TRIES).attempt(lambda: fetch(address, _MOST_INDEX)).content
        index = json.loads(content)
    except WebError as error:
        if error.status != 404:
            raise
        return {}
    except OSError as error:
        raise InstallError(name, f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InstallError(name, f"{path or address} is no list of files") from error
    if not isinstance(index, dict):
        raise InstallError(name, f"{path or address} is no list of files")
    return index
