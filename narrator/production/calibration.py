"""What every voice says once, so that its loudness is known whatever the script is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.loudness import calibrate
from narrator.model import Utterance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from narrator.audio import Audio
    from narrator.model import Cast, Take
    from narrator.units import Decibels

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
"""Some ten seconds of plain speech by language; a loudness measured on it holds within a decibel."""
_KEPT = 10_000
"""Gains that are remembered, at most: of every voice there is."""
_ELSE = "en"
"""Spoken by voices of other languages: their loudness is their own, whatever they say."""


def calibrations(cast: Cast, language: str) -> tuple[Utterance, ...]:
    """Return one utterance for each voice of a cast, in its order.

    They depend on nothing but the voice and the language, so editing a script moves no gain.

    Args:
        cast: The voices.
        language: ISO 639-1 code of the script they are to speak.
    """
    passage = PASSAGES.get(language.partition("-")[0], PASSAGES[_ELSE])
    return tuple(Utterance(passage, role.voice, language) for role in cast.roles)


_known: dict[Take, Decibels] = {}
"""Gains by the take that tells them: the sources of an archive share their voices."""


def gains_of(
    passages: Sequence[Utterance], takes: Sequence[Take], read: Callable[[Take], Audio]
) -> tuple[tuple[str, Decibels], ...]:
    """Return (voice id, gain in dB) that bring the voices to one level.

    Each voice's own passage tells its gain, whatever the script is: editing a line moves no other.

    Args:
        passages: One for each voice.
        takes: The take of each.
        read: Gives the samples of a take.
    """
    gains = []
    for passage, take in zip(passages, takes, strict=True):
        if take not in _known:
            while len(_known) >= _KEPT:
                _known.pop(next(iter(_known)))
            _known[take] = calibrate(read(take))
        gains.append((passage.voice.id, _known[take]))
    return tuple(gains)
