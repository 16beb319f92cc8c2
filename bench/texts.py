"""Texts to speak: as many different turns as wanted, the same on every run."""

from __future__ import annotations

_ENGLISH = (
    "The ferry leaves at seven, and nobody has ever seen it wait for anyone.",
    "I counted the windows of the mill every morning on my way to school.",
    "What did your neighbours say when the first lamp went on?",
    "We kept the letters in a tin box, because mice read everything.",
    "It rained for nine days, and on the tenth the bridge was gone.",
    "My sister repaired clocks, and she never once looked at the time.",
    "How long does it take until a field forgets that it was a road?",
    "There is a sound that wood makes before it breaks, and you learn it.",
    "Nobody told us that the map was older than the river.",
    "The baker opened late that winter, since the flour came by sledge.",
    "Would you do it again, knowing what it cost?",
    "Every tool on this wall belonged to somebody who left in a hurry.",
    "You can hear the station from here when the wind stands in the west.",
    "I asked three people for the way, and all of them were right.",
    "The orchestra played on, although the lights had failed twice already.",
    "Some years the apples were so many that we fed them to the horses.",
)
_GERMAN = (
    "Der Zug hielt mitten auf der Strecke, und niemand wusste, warum.",
    "Meine Großmutter hat jeden Abend die Fenster gezählt.",
    "Was haben Sie gedacht, als das Wasser im Keller stand?",
    "Wir haben den ganzen Sommer an dem Boot gebaut, und im Herbst war es fertig.",
    "Am Anfang hat uns keiner geglaubt, nicht einmal der Lehrer.",
    "Das Dorf liegt so tief im Tal, dass die Sonne im Winter nur zwei Stunden bleibt.",
    "Man lernt, auf die Stille zwischen den Schlägen zu hören.",
    "Und wie ging es danach weiter?",
    "Die Werkstatt roch nach Öl, nach Holz und nach kaltem Kaffee.",
    "Ich habe die Briefe nie geöffnet, und heute bin ich froh darüber.",
    "Der Bürgermeister kam selbst, mit einer Schaufel über der Schulter.",
    "Es dauert lange, bis ein Garten vergisst, dass er ein Acker war.",
    "Haben Sie je daran gedacht, wegzugehen?",
    "Im Frühjahr fanden wir die Glocke wieder, drei Felder weiter.",
    "Mein Bruder sagte immer, die besten Wege stehen auf keiner Karte.",
    "Am Ende war es ein Kind, das den Fehler gefunden hat.",
)
LANGUAGES = {"en": _ENGLISH, "de": _GERMAN}
CHAPTER_TURNS = 25
"""Turns in a chapter: two or three minutes, and no more than 255 chapters with 5,000 turns."""


def turn(number: int, language: str, version: int | None = None) -> str:
    """Return the text of a turn, one or two sentences, or more where it would not be like no other.

    Args:
        number: Which turn, from 0.
        language: `en` or `de`.
        version: Another one gives another text, of the same length.
    """
    lines = LANGUAGES[language]
    first = number % len(lines)
    step = (number // len(lines) + first) % len(lines)  # so that turns are as long early as late
    second = "" if step == 0 else f" {lines[(first + step) % len(lines)]}"
    own = version is not None or number >= len(lines) ** 2
    told = f" {version or 0} times {number}." if own else ""
    return lines[first] + second + told


def talk(versions: list[int]) -> str:
    """Return a conversation of two people in English, in chapters, as a source of `narrate build`.

    Args:
        versions: Of each turn, its version.
    """
    lines = ["# A long talk", ""]
    for number, version in enumerate(versions):
        if number % CHAPTER_TURNS == 0:
            lines += [f"## Part {number // CHAPTER_TURNS + 1}", ""]
        lines += [f"{('Anna Reed', 'Ben Hart')[number % 2]}: {turn(number, 'en', version)}", ""]
    return "\n".join(lines)
