"""What every voice says once, by which its pace is known, and how loud it is made."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator import settings
from narrator.encoding.parts import makers
from narrator.loudness import calibrate, integrate
from narrator.model import Utterance
from narrator.settings import LOUDNESS, VOICE_SAMPLE_S
from narrator.units import Decibels, Lufs

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.audio import Audio
    from narrator.keeping import NumberStore
    from narrator.model import Cast, Take, Timeline

PASSAGES = {
    "de": "Guten Tag und herzlich willkommen. Heute sprechen wir über das Wetter, über lange Wege durch "
    "den Wald und über die Frage, warum man am Abend besser denkt als am Morgen.",
    "en": "Good day, and a warm welcome. Today we talk about the weather, about long walks through the "
    "woods, and about the question why people think better in the evening than in the morning.",
    "es": "Buenos días y bienvenidos. Hoy hablamos del tiempo, de los largos caminos por el bosque y de "
    "por qué pensamos mejor por la noche que por la mañana.",
    "fr": "Bonjour et bienvenue. Aujourd’hui nous parlons du temps, de longues marches dans la forêt et "
    "de la question de savoir pourquoi l’on pense mieux le soir que le matin.",
    "it": "Buongiorno e benvenuti. Oggi parliamo del tempo, delle lunghe passeggiate nel bosco e del "
    "perché si pensa meglio la sera che la mattina.",
    "nl": "Goedendag en van harte welkom. Vandaag praten we over het weer, over lange wandelingen door "
    "het bos en over de vraag waarom mensen in de avond beter denken dan in de ochtend.",
    "pl": "Dzień dobry i serdecznie witamy. Dzisiaj rozmawiamy o pogodzie, o długich spacerach po lesie "
    "i o tym, dlaczego wieczorem myśli się lepiej niż rano.",
    "pt": "Bom dia e bem-vindos. Hoje falamos do tempo, de longos passeios pela floresta e da pergunta "
    "por que pensamos melhor à noite do que de manhã.",
}
"""Some ten seconds of plain speech by language."""
_SHAPING = ("BLOCK_FRAMES", "LIMITER_CEILING", "VOICE_STEP")
"""Settings that shape a gain beside the takes."""
_ELSE = "en"
"""Spoken by voices of other languages."""


def calibrations(cast: Cast, language: str) -> tuple[Utterance, ...]:
    """Return one utterance for each voice of a cast, in its order.

    They depend on nothing but the voice and the language.

    Args:
        cast: The voices.
        language: ISO 639-1 code of the script they are to speak.
    """
    passage = PASSAGES.get(language.partition("-")[0], PASSAGES[_ELSE])
    return tuple(Utterance(passage, role.voice, language) for role in cast.roles)


def level_of(timeline: Timeline, loudness: Lufs) -> Lufs:
    """Return how loud voices have to be by themselves, so that a programme has a loudness, pauses and all.

    What is quiet for 400 ms does not count in a programme, but shorter pauses and the edges of longer ones
    do: in talk that is 0.3 LU, where single words follow each other 2 or 3. Voices are brought to that level
    one by one; if instead the programme were turned up as a whole, the limiter would take more from some of
    them than from others.

    Args:
        timeline: Where somebody speaks.
        loudness: Of the programme.

    Returns:
        In tenths of a LU, so that a small edit does not move it.
    """
    if not timeline.cues:
        return loudness
    # Samples of speech before each point in time, then within each step of 100 ms.
    edges = [edge for cue in timeline.cues for edge in (cue.start, cue.start + cue.length)]
    spoken = np.cumsum([0, *(cue.length for cue in timeline.cues)])
    before = np.repeat(spoken, 2)[1:-1]
    step = timeline.sample_rate / 10
    points = np.arange(timeline.length // step + 1) * step
    share = np.diff(np.interp(points, edges, before)) / step
    even, whole = integrate(np.full(4, 0.01)), integrate(0.01 * share)
    return Lufs(round(loudness + (even - whole if math.isfinite(whole) else 0.0), 1))


def gains_of(
    timeline: Timeline,
    read: Callable[[Take], Audio],
    loudness: Lufs = LOUDNESS,
    store: NumberStore | None = None,
) -> tuple[tuple[str, Decibels], ...]:
    """Return (voice id, gain in dB) that bring the voices to one level, in the order in which they speak.

    Each is told by a minute of what the voice says in this programme: what it says matters, a gain found on
    other sentences would be up to two decibels off. The takes are chosen by their keys, which is by chance,
    so an edit elsewhere changes nothing.

    Args:
        timeline: What is said, and the pauses.
        read: Gives the samples of a take.
        loudness: Of the programme.
        store: Where gains are and will be kept.
    """
    said: dict[str, dict[str, Take]] = {}
    for cue in timeline.cues:
        said.setdefault(cue.utterance.voice.id, {})[cue.take.key] = cue.take
    level = level_of(timeline, loudness)
    return tuple(
        (voice, _gain(tuple(there[key] for key in sorted(there)), read, level, store))
        for voice, there in said.items()
    )


def _gain(
    takes: tuple[Take, ...], read: Callable[[Take], Audio], level: Lufs, store: NumberStore | None
) -> Decibels:
    """Return the gain of the voice whose takes these are."""
    lengths = accumulate((take.end - take.start) / take.sample_rate for take in takes)
    sample = takes[: 1 + sum(length < VOICE_SAMPLE_S for length in lengths)]
    key = _key(sample, level)
    kept = store.get(key) if store else None
    if kept is not None:
        return Decibels(kept)
    gain = _calibrated(sample, read, level)
    if store:
        store.keep(key, gain)
    return gain


def _calibrated(sample: tuple[Take, ...], read: Callable[[Take], Audio], level: Lufs) -> Decibels:
    sounds = [(take, read(take)) for take in sample]
    return calibrate(
        [replace(sound, samples=sound.samples[take.start : take.end]) for take, sound in sounds], level
    )


def _key(sample: tuple[Take, ...], level: Lufs) -> str:
    """Return a hash of everything that tells a gain."""
    shaping = [getattr(settings, name) for name in _SHAPING]
    told = ("gain", makers(), shaping, level, [(take.key, take.start, take.end) for take in sample])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
