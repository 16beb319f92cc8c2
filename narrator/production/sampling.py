"""A sample of one voice, to hear it before it is given to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from narrator import settings
from narrator.audio import Audio, decode, encode_flac, encode_wav, join, resample
from narrator.encoding import Tags, encode_mp3
from narrator.engines.registry import get_engine
from narrator.errors import CastError, SettingsError
from narrator.files import write_atomically
from narrator.model import Cast, Chapter, Role, Script, Turn, Voice
from narrator.performing import perform
from narrator.production.calibration import PASSAGES
from narrator.spoken import utterances
from narrator.voices import Pin, find_voice

if TYPE_CHECKING:
    from narrator.voices import Catalogue

SUFFIXES = (".wav", ".flac", ".mp3")


def is_online(name: str) -> bool:
    """Tell whether a voice `engine:name` sends what it speaks to a network service.

    Raises:
        UnknownEngineError: There is no such engine.
        EngineUnavailableError: It cannot be loaded.
    """
    return get_engine(name.partition(":")[0]).online


def sample_path(name: str) -> Path:
    """Return where the sample of a voice goes by itself: a file in the current folder.

    >>> sample_path("espeak:de+m8").name, sample_path("piper:./x.onnx").name
    ('espeak-de-m8.wav', 'piper-x.onnx.wav')
    """
    parts = "".join(one if one.isalnum() or one in "._" else " " for one in name).split()
    return Path("-".join(part.strip(".") for part in parts if part.strip("."))[: settings.MAX_SLUG] + ".wav")


def make_sample(name: str, text: str, path: Path, catalogue: Catalogue, language: str = "") -> Voice:
    """Have a voice speak into a file.

    Args:
        name: `engine:name`, as in pins; one that begins with `*` stands for the voice in the language.
        text: What it says; empty for a plain passage in its language.
        path: WAV, FLAC or MP3 by its suffix.
        catalogue: Options of voices, and pronunciations.
        language: ISO 639-1; empty for the voice's own, and English for `*`.

    Returns:
        The voice that spoke.

    Raises:
        SettingsError: The suffix is none of these, or there is no passage in the language.
        CastError: There is no such voice.
        EngineError: The engine cannot work here, or did not speak.
        PublishError: The file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError("--output", f"{', '.join(SUFFIXES)} can be written, not {path.name!r}")
    voice = _find(name, catalogue, language)
    code = (language or voice.language).partition("-")[0].lower()
    passage = text or PASSAGES.get(code, "")
    if not passage:
        raise SettingsError("TEXT", f"there is no passage in {code!r}; say what {voice.id} is to speak")
    script = Script(voice.id, code, (Chapter("", (Turn(voice.id, passage),)),))
    cast = Cast((Role(voice.id, voice, "asked for"),))
    pause = np.zeros(settings.PROGRAMME_RATE * settings.PAUSES_MS["sentence"] // 1000, np.float32)
    parts: list[Audio] = []
    for utterance in utterances(script, cast, catalogue.pronunciations):
        if parts:
            parts.append(Audio(pause, settings.PROGRAMME_RATE))
        parts.append(resample(decode(perform(utterance).flac), settings.PROGRAMME_RATE))
    if not parts:
        raise SettingsError("TEXT", "there is nothing to speak in it")
    audio = join(parts)
    if path.suffix.lower() == ".mp3":
        encode_mp3(path, [audio.samples], audio.frames, Tags(voice.id, language=code))
    else:
        write_atomically(path, (encode_wav if path.suffix.lower() == ".wav" else encode_flac)(audio))
    return voice


def _find(name: str, catalogue: Catalogue, language: str) -> Voice:
    """Return a voice with the options that the catalogue gives it."""
    engine, _, own = name.partition(":")
    if not own:
        raise CastError("a sample", f"a voice is written engine:name, as in espeak:de+m8, not {name!r}")
    speaking = get_engine(engine)
    filed = speaking.unlisted_voice(own)
    if filed is not None:
        return filed
    available = list(speaking.voices())
    if own.startswith("*"):
        language = language or "en"
    elif not language:
        bare = own.partition("/")[0]
        language = next((voice.language for voice in available if voice.name == bare), "")
    found = find_voice(catalogue.pool(available, language), Pin("", name)) if language else None
    if found is None:
        raise CastError(
            "a sample",
            f"{engine} has no voice {own!r} here; `narrate voices --engine {engine}` lists those it has",
        )
    return found
