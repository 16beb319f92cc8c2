"""Takes of espeak for all ways to put them together: `python -m bench.takes FOLDER SIZES POOL`.

Makes in the folder: `takes`, a store; `wav`, each of them as it is heard; `programme.pcm`, the finished
programme of the whole pool as the encoder gets it; `facts.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.texts import CHAPTER_TURNS, turn
from narrator.audio import Audio, decoded_blocks, encode_wav, to_pcm16
from narrator.encoding import Tags, master
from narrator.files import writing
from narrator.model import Utterance, Voice
from narrator.production.calibration import gains_of
from narrator.recording import record
from narrator.settings import BLOCK_FRAMES
from narrator.takes import TakeStore
from narrator.timeline import build_timeline
from narrator.units import Decibels, milliseconds

if TYPE_CHECKING:
    from narrator.model import Take, Timeline

_VOICES = (Voice("espeak", "en-us+f3", "en-us"), Voice("espeak", "de+m3", "de"))
_Gains = tuple[tuple[str, Decibels], ...]


def utterances(turns: int, pool: int) -> list[Utterance]:
    """Return the utterances of a programme; after those of the pool it begins again."""
    found = []
    for number in range(turns):
        source = number % pool
        voice = _VOICES[source % len(_VOICES)]
        language = voice.language[:2]
        text = turn(source // len(_VOICES), language)
        found.append(
            Utterance(text, voice, language, text, f"speaker {voice.name}", number // CHAPTER_TURNS, number)
        )
    return found


def put_together(spoken: list[Utterance], takes: tuple[Take, ...]) -> Timeline:
    """Return the timeline of a programme, its chapters titled."""
    titles = [f"Part {number + 1}" for number in range(spoken[-1].chapter + 1)]
    return build_timeline(spoken, takes, titles)


def produce(timeline: Timeline, store: TakeStore, gains: _Gains, path: Path) -> None:
    """Mix, master and encode, as `narrate build` does it."""
    rate = timeline.sample_rate
    chapters = tuple((milliseconds(mark.start, rate), mark.title) for mark in timeline.marks)
    with writing(path) as file:
        master(timeline, store.read, gains, file, Tags("A long talk", "narrator", chapters=chapters))


def takes_of(folder: Path, turns: int) -> tuple[list[Utterance], tuple[Take, ...], _Gains]:
    """Return what `main` made: the utterances of a programme, their takes, and the gains of the voices."""
    facts = json.loads((folder / "facts.json").read_bytes())
    store, keys = TakeStore(folder / "takes"), facts["keys"]
    there = {key: store.get(key) for key in dict.fromkeys(keys[:turns])}
    takes = tuple(take for number in range(turns) if (take := there[keys[number % len(keys)]]) is not None)
    gains = tuple((name, Decibels(gain)) for name, gain in facts["gains"])
    return utterances(turns, len(keys)), takes, gains


def main(folder: Path, sizes: list[int], pool: int) -> None:
    """Have the pool spoken, and write it in all the forms that the ways need."""
    store = TakeStore(folder / "takes")
    spoken = utterances(pool, pool)
    takes = record(spoken, store).takes
    timeline = put_together(spoken, takes)
    gains = gains_of(timeline, store.read)
    (folder / "wav").mkdir()
    for number, cue in enumerate(timeline.cues):
        heard = store.read(cue.take).samples[cue.first : cue.last]
        (folder / "wav" / f"{number}.wav").write_bytes(encode_wav(Audio(heard, cue.take.sample_rate)))
    produce(timeline, store, gains, folder / "programme.mp3")
    with (folder / "programme.pcm").open("wb") as file:
        for block in decoded_blocks(folder / "programme.mp3", BLOCK_FRAMES):
            file.write(to_pcm16(block.samples))
    longest = utterances(max(sizes), pool)
    lengths = {
        size: put_together(longest[:size], tuple(takes[number % pool] for number in range(size))).length
        for size in sizes
    }
    facts = {
        "keys": [take.key for take in takes],
        "gains": gains,
        "take_rate": takes[0].sample_rate,
        "lengths": lengths,
        "seconds": sum(cue.length for cue in timeline.cues) / len(takes) / timeline.sample_rate,
    }
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2].split(",")], int(sys.argv[3]))
