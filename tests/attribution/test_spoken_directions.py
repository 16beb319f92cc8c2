"""When asked for, directions are read where they stand, and no word is read twice or lost."""

from collections import Counter
from pathlib import Path

import pytest

from narrator.attribution import attribute, speak_directions
from narrator.model import NARRATOR, Chapter, Person, Script, Turn, Unspoken
from narrator.sources import read_document
from narrator.text import words

DATA = Path(__file__).parent.parent / "data" / "attribution"
WITH_DIRECTIONS = [path for path in sorted(DATA.glob("*.txt")) if "comedy" in path.name or "kom" in path.name]


def script(*turns: Turn, unspoken: tuple[Unspoken, ...] = ()) -> Script:
    return Script("A play", "en", (Chapter("", turns),), (Person("Ada"),), unspoken=unspoken)


def said(performed: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in performed.turns]


def test_a_direction_is_read_where_it_stands() -> None:
    turn = Turn("Ada", "One.\n\nTwo.\n\nThree.", (3, 7), "label", 0.9, pause_ms=500)
    told = (Unspoken("(Sits.)", "direction", (5, 5)), Unspoken("(Goes.)", "stage direction", (8, 8)))
    performed = speak_directions(script(turn, unspoken=(*told, Unspoken("Ada:", "label", (3, 3)))))

    assert said(performed) == [
        ("Ada", "One."), (NARRATOR, "(Sits.)"), ("Ada", "Two.\n\nThree."), (NARRATOR, "(Goes.)"),
    ]  # fmt: skip
    assert [turn.pause_ms for turn in performed.turns] == [None, None, 500, None]
    assert [one.reason for one in performed.unspoken] == ["label"]
    assert {person.name for person in performed.people} == {"Ada", NARRATOR}


def test_how_somebody_speaks_is_read_once() -> None:
    turn = Turn("Ada", "One.", (3, 3), direction="softly")
    told = Unspoken("(Softly.)", "direction", (3, 3))

    assert said(speak_directions(script(turn))) == [(NARRATOR, "softly"), ("Ada", "One.")]
    assert said(speak_directions(script(turn, unspoken=(told,)))) == [
        (NARRATOR, "(Softly.)"),
        ("Ada", "One."),
    ]
    assert speak_directions(script(Turn("Ada", "One."))) == script(Turn("Ada", "One."))


@pytest.mark.parametrize("path", WITH_DIRECTIONS, ids=lambda path: path.name)
def test_no_word_of_a_play_is_lost(path: Path) -> None:
    document = read_document(path)
    plain, read = attribute(document), attribute(document, speak=frozenset({"directions"}))

    def counted(performed: Script) -> Counter[str]:
        texts = [turn.text for turn in performed.turns] + [one.text for one in performed.unspoken]
        return Counter(word for text in texts for word in words(text))

    assert counted(read) == counted(plain)
    assert not [one for one in read.unspoken if one.reason == "direction"]
    assert len(read.turns) > len(plain.turns)
