"""Measure the voices of voices.yaml: how well they are understood, and how alike they sound.

    pip install . torch==2.13.0 resemblyzer 'setuptools<81' faster-whisper
    python tools/measure_voices.py --whisper MODEL [--voices FILE] [--languages de,en] [--engine NAME]
                                   [--names NAME,NAME] [--sentences NUMBER] [--keep FOLDER]

MODEL is a folder with Whisper base in CTranslate2's form, or a name that faster-whisper knows; FILE is laid
over narrator's own; the engine is espeak unless another is named. Prints, as lines for that file, each
voice with its word error rate in each language it speaks, and for each pair the higher of the cosines in the
languages (Resemblyzer: up to 0.75 is well apart, over 0.85 listeners confuse them). The names choose
voices other than those of the catalogue, blends of Kokoro's too. Of slow engines a few sentences may do, and
a folder keeps what was spoken as LANGUAGE/VOICE/NUMBER.npy, so that the next run speaks only what is new. The
texts are few: a word error rate is good to about five points.
Not part of the tests.
"""

import argparse
import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrator.audio import resample
from narrator.engines.base import Engine
from narrator.engines.registry import get_engine
from narrator.model import Utterance, Voice
from narrator.voices import Pin, find_voice, load_catalogue

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


def speak(engine: Engine, voice: Voice, language: str, keep: Path | None) -> list[NDArray[np.float32]]:
    """Return each text in a voice, at 16 kHz; what lies in the folder is not spoken again."""
    clips = []
    for number, text in enumerate(TEXTS[language]):
        kept = keep / language / voice.name.replace("/", " ") / f"{number}.npy" if keep else None
        if kept and kept.is_file():
            clips.append(np.asarray(np.load(kept), np.float32))
            continue
        sound = engine.synthesize(Utterance(spoken=text, voice=voice, language=language))
        clips.append(resample(sound, RATE).samples)
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
    parser.add_argument("--names", default="")
    parser.add_argument("--sentences", type=int, default=6)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    from faster_whisper import WhisperModel
    from resemblyzer import VoiceEncoder, preprocess_wav

    whisper = WhisperModel(args.whisper, device="cpu", compute_type="int8")
    encoder = VoiceEncoder("cpu", verbose=False)
    languages = args.languages.split(",")
    TEXTS.update({language: TEXTS[language][: args.sentences] for language in languages})
    engine = get_engine(args.engine)
    catalogue = load_catalogue(args.voices)
    pools = {language: catalogue.pool(engine.voices(language), language) for language in languages}
    names = [entry.name for entry in catalogue.recommended if entry.engine == engine.name]
    names = args.names.split(",") if args.names else names
    means: dict[tuple[str, str], NDArray[np.float32]] = {}
    print("voices:")
    for name in names:
        rates = {}
        for language in languages:
            voice = find_voice(pools[language], Pin("", f"{engine.name}:{name}")) or engine.unlisted_voice(
                name
            )
            if voice is None or not voice.speaks(
                language
            ):  # not every voice speaks every language, or is installed
                continue
            clips = speak(engine, voice, language, args.keep)
            rates[language] = word_error_rate(whisper, clips, language)
            heard = [encoder.embed_utterance(preprocess_wav(clip, source_sr=RATE)) for clip in clips]
            mean = np.mean(heard, axis=0)
            means[name, language] = mean / np.linalg.norm(mean)
        if not rates:
            continue
        wer = ", ".join(f"{language}: {rate:.2f}" for language, rate in rates.items())
        print(f'  - {{name: "{name}", wer: {{{wer}}}}}', flush=True)
    print("alike:")
    for number, name in enumerate(names[:-1], 1):
        row = {}
        for other in names[number:]:
            both = [one for one in languages if {(name, one), (other, one)} <= means.keys()]
            if both:
                row[other] = max(float(means[name, one] @ means[other, one]) for one in both)
        if row:
            print(
                f'  "{name}":',
                "{" + ", ".join(f'"{other}": {value:.2f}' for other, value in row.items()) + "}",
            )
    engine.close()


def word_error_rate(whisper: Any, clips: list[NDArray[np.float32]], language: str) -> float:
    """Return the word error rate of all texts of a language, heard at once."""
    pause = np.zeros(RATE // 2, np.float32)
    whole = np.concatenate([part for clip in clips for part in (clip, pause)])
    parts, _ = whisper.transcribe(whole, language=language, beam_size=5, condition_on_previous_text=False)
    said = words(" ".join(TEXTS[language]))
    return word_errors(said, words(" ".join(part.text for part in parts))) / len(said)


if __name__ == "__main__":
    main()
