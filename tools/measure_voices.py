"""Measure the voices of voices.yaml: how well they are understood, and how alike they sound.

    pip install . torch==2.13.0 resemblyzer 'setuptools<81' faster-whisper
    python tools/measure_voices.py --whisper MODEL [--voices FILE] [--languages de,en] [--engine NAME]
                                   [--on ENGINE:VOICE …] [--names NAME,NAME]
                                   [--sentences NUMBER] [--keep FOLDER]

MODEL is a folder with Whisper base in CTranslate2's form, or a name that faster-whisper knows; FILE is laid
over narrator's own; the engine is espeak unless another is named. Prints, as lines for that file, each
voice with its word error rate in each language it speaks, and for each pair the higher of the cosines in the
languages (Resemblyzer: up to 0.75 is well apart, over 0.85 listeners confuse them). The texts are few: a word
error rate is good to about five points. `itself` is the lowest mean cosine between the sentences of a voice.
With --on, an engine's shades are made from these voices instead of its own, as where it is a service; of
several, the highest word error rate and cosine count. The names choose voices other than those of the
catalogue, blends of Kokoro's too. Of slow engines a few sentences may do, and a folder keeps what was spoken
as LANGUAGE/VOICE/NUMBER.npy, so that the next run speaks only what is new.
Not part of the tests.
"""

import argparse
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrator.audio import resample
from narrator.engines.base import Engine
from narrator.engines.registry import get_engine
from narrator.model import Utterance, Voice
from narrator.shades import shaded
from narrator.voices import Catalogue, Pin, find_voice, load_catalogue

TEXTS = {
    "de": (
        "Guten Abend und herzlich willkommen zu unserer Sendung über das Leben am Wasser.",
        "Als Kind bin ich jeden Morgen mit meinem Großvater zum Fischen hinausgefahren.",
        "Was würden Sie heute anders machen, wenn Sie noch einmal von vorne anfangen könnten?",
        "Wir haben damals kaum Geld gehabt, aber die Nachbarn brachten uns Brot und Käse.",
        "Die größte Überraschung war, dass niemand die alte Brücke reparieren wollte.",
        "Vielen Dank für das Gespräch, und kommen Sie gut nach Hause.",
    ),
    "en": (
        "Good evening, and welcome to our programme about life beside the river.",
        "When I was a child, my grandfather took me fishing every single morning.",
        "What would you do differently if you could start again from the beginning?",
        "We had hardly any money then, but the neighbours brought us bread and cheese.",
        "The biggest surprise was that nobody wanted to repair the old bridge.",
        "Thank you for talking to us, and have a safe journey home.",
    ),
}
RATE = 16_000
"""Hertz; what both models listen to."""


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())


def word_errors(said: list[str], heard: list[str]) -> int:
    """Return how many words must be put in, left out or changed (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return row[-1]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Voices that are compared with each other."""

    engine: Engine
    language: str
    voices: dict[str, Voice]
    """By the names under which voices.yaml knows them."""


def own_voices(catalogue: Catalogue, name: str, language: str, names: list[str]) -> Subjects:
    """Return voices of an engine that speak a language: those named, else those voices.yaml lists."""
    engine = get_engine(name)
    pool = catalogue.pool(engine.voices(language), language)
    names = names or [entry.name for entry in catalogue.recommended if entry.engine == name]
    found = {one: find_voice(pool, Pin("", f"{name}:{one}")) or engine.unlisted_voice(one) for one in names}
    return Subjects(
        engine,
        language,
        {one: voice for one, voice in found.items() if voice is not None and voice.speaks(language)},
    )


def shades_on(catalogue: Catalogue, name: str, base: str) -> Subjects:
    """Return what the shades of an engine make of a voice of another."""
    own, _, voice_name = base.partition(":")
    engine = get_engine(own)
    voice = next(voice for voice in engine.voices() if voice.name == voice_name)
    voices = {
        entry.name: replace(voice, name=f"{voice.name}/shade", shade=entry.shade) if entry.shade else voice
        for entry in catalogue.recommended
        if entry.engine == name and (entry.shade or entry.name == "*")
    }
    return Subjects(engine, voice.language.partition("-")[0], voices)


def speak(
    engine: Engine, voice: Voice, language: str, count: int, keep: Path | None
) -> list[NDArray[np.float32]]:
    """Return so many texts in a voice, at 16 kHz; what lies in the folder is not spoken again."""
    clips = []
    for number, text in enumerate(TEXTS[language][:count]):
        kept = keep / language / voice.id.replace("/", " ") / f"{number}.npy" if keep else None
        if kept and kept.is_file():
            clips.append(np.asarray(np.load(kept), np.float32))
            continue
        sound = engine.synthesize(Utterance(spoken=text, voice=voice.plain, language=language))
        clips.append(resample(shaded(sound, voice.shade) if voice.shade else sound, RATE).samples)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, clips[-1])
    return clips


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--whisper", required=True)
    parser.add_argument("--voices", type=Path)
    parser.add_argument("--languages", default="de,en")
    parser.add_argument("--engine", default="espeak")
    parser.add_argument("--on", nargs="+", default=[], metavar="ENGINE:VOICE")
    parser.add_argument("--names", default="")
    parser.add_argument("--sentences", type=int, default=6)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    from faster_whisper import WhisperModel
    from resemblyzer import VoiceEncoder, preprocess_wav

    whisper = WhisperModel(args.whisper, device="cpu", compute_type="int8")
    encoder = VoiceEncoder("cpu", verbose=False)
    catalogue = load_catalogue(args.voices)
    if args.on:
        rounds = [shades_on(catalogue, args.engine, base) for base in args.on]
    else:
        named = args.names.split(",") if args.names else []
        rounds = [own_voices(catalogue, args.engine, code, named) for code in args.languages.split(",")]
    means: dict[tuple[str, int], NDArray[np.float32]] = {}
    names = list(dict.fromkeys(name for subjects in rounds for name in subjects.voices))
    print("voices:")
    for name in names:
        rates: dict[str, float] = {}
        itself = 1.0
        for number, subjects in enumerate(rounds):
            if name not in subjects.voices:  # not every voice speaks every language, or is installed
                continue
            language = subjects.language
            clips = speak(subjects.engine, subjects.voices[name], language, args.sentences, args.keep)
            rates[language] = max(rates.get(language, 0.0), word_error_rate(whisper, clips, language))
            heard = [encoder.embed_utterance(preprocess_wav(clip, source_sr=RATE)) for clip in clips]
            itself = min(itself, float(np.mean([a @ b for a, b in combinations(heard, 2)])))
            mean = np.mean(heard, axis=0)
            means[name, number] = mean / np.linalg.norm(mean)
        wer = ", ".join(f"{language}: {rate:.2f}" for language, rate in rates.items())
        print(f'  - {{name: "{name}", wer: {{{wer}}}}}  # itself {itself:.2f}', flush=True)
    print("alike:")
    for position, name in enumerate(names[:-1], 1):
        row = {}
        for other in names[position:]:
            both = [one for one in range(len(rounds)) if {(name, one), (other, one)} <= means.keys()]
            if both:
                row[other] = max(float(means[name, one] @ means[other, one]) for one in both)
        if row:
            print(
                f'  "{name}":',
                "{" + ", ".join(f'"{other}": {value:.2f}' for other, value in row.items()) + "}",
            )
    for subjects in rounds:
        subjects.engine.close()


def word_error_rate(whisper: Any, clips: list[NDArray[np.float32]], language: str) -> float:
    """Return the word error rate of all texts of a language, heard at once."""
    pause = np.zeros(RATE // 2, np.float32)
    whole = np.concatenate([part for clip in clips for part in (clip, pause)])
    parts, _ = whisper.transcribe(whole, language=language, beam_size=5, condition_on_previous_text=False)
    said = words(" ".join(TEXTS[language][: len(clips)]))
    return word_errors(said, words(" ".join(part.text for part in parts))) / len(said)


if __name__ == "__main__":
    main()
