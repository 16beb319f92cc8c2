"""Who says what in plays and protocols, in the layouts in which people set them."""

from pathlib import Path

import pytest

from narrator.attribution import attribute
from narrator.model import NARRATOR, Script
from narrator.sources import parse_document

VERSE = """A Bridge

[Enter Mara and Odo, with a
lantern.]

{mara}
Who built this bridge before the river came,
Odo. You built it, who forgot the stream;
The mason said: no water is the same,
(I heard him, and I wondered at his dream)

{odo}
Who asks the water?

{mara}
Nobody but you
Would ask, and nobody would answer true.

{odo}
Then let us cross.

{mara}
And after?

{odo}
[Crossing.] After, rest.

{keeper}
Halt there!
"""


def read(text: str, name: str = "source.txt") -> Script:
    return attribute(parse_document(text, Path(name)))


def spoken(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, " ".join(turn.text.split())) for turn in script.turns]


def test_a_line_of_verse_is_no_label_and_a_direction_over_two_lines_is_one() -> None:
    script = read(VERSE.format(mara="MARA", odo="ODO", keeper="KEEPER"))
    said = spoken(script)

    assert (NARRATOR, "[Enter Mara and Odo, with a lantern.]") in said
    assert [name for name, _ in said if name != NARRATOR] == [
        "Mara",
        "Odo",
        "Mara",
        "Odo",
        "Mara",
        "Odo",
        "Keeper",
    ]
    assert "The mason said: no water" in " ".join(text for _, text in said)
    assert ("Odo", "After, rest.") in said


@pytest.mark.parametrize("end", ["", " (quietly)"])
def test_names_in_small_letters_above_the_speech_are_labels(end: str) -> None:
    script = read(VERSE.format(mara="Mara", odo=f"Odo{end}", keeper="Keeper"))

    assert {"Mara", "Odo"} <= {turn.speaker for turn in script.turns}
    assert ("Odo", "Then let us cross.") in spoken(script)


def test_who_speaks_once_is_believed_where_every_speech_has_its_label() -> None:
    turns = "".join(f"*Mara.* Line {i} of mine.\n\n*Odo.* Line {i} of yours.\n\n" for i in range(4))
    script = read(f"{turns}*The Ferryman.* All aboard.\n", "source.md")

    assert spoken(script)[-1] == ("The Ferryman", "All aboard.")


def test_numbered_people_stay_apart() -> None:
    turns = "".join(f"CLERK 1º. Paper {i}.\n\nCLERK 2º. Ink {i}.\n\n" for i in range(3))

    assert len({turn.speaker for turn in read(turns).turns}) == 2


def test_one_name_within_another_is_not_the_same_person() -> None:
    turns = "".join(f"Rauk: Wo bist du?\n\nLady Rauk (leise): Hier, Nummer {i}.\n\n" for i in range(3))
    script = read(f"Personen\n\nRauk\nLady Rauk\n\n{turns}")

    assert {"Rauk", "Lady Rauk"} <= {turn.speaker for turn in script.turns}


def test_a_refrain_of_a_play_is_no_pull_quote() -> None:
    verse = "The wheel goes round and the water runs below."
    script = read("".join(f"MARA\n{verse}\n\nODO\n{verse}\n\n{verse}\n\n" for _ in range(3)))

    assert " ".join(text for _, text in spoken(script)).count(verse) == 9


PROTOCOL = """Präsidentin Mag. Ada Lenz:

Ich eröffne die Sitzung.

(Beifall bei der ABC)

Bitte, Herr Kollege.

Konrad Weidt (Ulm) [ABC]:

Wir stimmen zu. (Heiterkeit bei der DEF.) Und zwar gern.

(Berta Ohm [DEF]: Seit wann denn?)

Seit heute.

(Beifall bei der ABC – Zuruf von der DEF)

Ministerin für Wege, Brücken und öffentliche Plätze Dr. Ilse Tann: Vielen Dank.

Präsidentin Mag. Ada Lenz:

Ich schließe die Sitzung.
"""


def test_interjections_are_unspoken_and_offices_are_labels() -> None:
    script = read(PROTOCOL)
    said = spoken(script)

    assert [name for name, _ in said] == [
        "Präsidentin Mag. Ada Lenz",
        "Konrad Weidt",
        "Ministerin für Wege, Brücken und öffentliche Plätze Dr. Ilse Tann",
        "Präsidentin Mag. Ada Lenz",
    ]
    assert said[1][1] == "Wir stimmen zu. Und zwar gern. Seit heute."
    assert sum(one.reason == "interjection" for one in script.unspoken) == 4


def test_interjections_are_read_when_directions_are_asked_for() -> None:
    document = parse_document(PROTOCOL, Path("source.txt"))
    script = attribute(document, speak=frozenset({"directions"}))

    assert (NARRATOR, "(Berta Ohm [DEF]: Seit wann denn?)") in spoken(script)


def test_a_call_by_name_and_office_in_a_sentence_is_no_label() -> None:
    script = read(
        "Eva Muster, Bundesministerin für Sport: Ja.\n\nUwe Kern (ABC): Frau Muster, der erste Punkt ist.\n\n"
        "Frau Muster, der erste Punkt, den Sie nennen: er stimmt.\n\n"
        "Eva Muster, Bundesministerin für Sport: Gut."
    )

    assert [name for name, _ in spoken(script)] == ["Eva Muster", "Uwe Kern", "Eva Muster"]


def test_two_people_of_a_group_that_the_list_of_a_tei_play_names_once_stay_apart() -> None:
    speeches = "".join(
        f'<sp who="#g{i % 2}"><speaker>{name} GUARD</speaker><p>Post {i}.</p></sp>'
        for i, name in enumerate(("FIRST", "SECOND") * 2)
    )
    listed = "".join(f'<castItem xml:id="g{i}"><role>Guards</role></castItem>' for i in range(2))
    script = read(
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><front><castList>{listed}</castList></front>'
        f"<body>{speeches}</body></text></TEI>",
        "source.xml",
    )

    assert {"First Guard", "Second Guard"} <= {turn.speaker for turn in script.turns}


def test_lines_of_verse_that_ask_and_answer_stay_with_who_speaks() -> None:
    """A play names who speaks at every change; a speech full of questions is still one person's."""
    text = (
        "NORA.\nIs this the hour? And is it you I see?\nI know you not. Who were you, when I knew?\n"
        "I have forgotten.\n\nIVAN.\nForgotten all? And what is left to me?\nI have your letters still.\n\n"
    )
    script = read(text * 3)
    assert [turn.speaker for turn in script.turns] == ["Nora", "Ivan"] * 3


def test_what_brackets_hold_within_the_sentences_of_an_interview_is_said() -> None:
    text = (
        "ADA BERG\nWe use two programs (both of them free, since nothing else works offline) for that.\n\n"
        "BEN HILL\nAnd the feed (RSS) is made by hand?\n\nADA BERG\nBy hand (on paper) at first.\n\n"
        "BEN HILL\nI see. And now?\n\n"
    )
    script = read(text)
    assert {turn.speaker for turn in script.turns} == {"Ada Berg", "Ben Hill"}
    assert not [one for one in script.unspoken if one.reason == "direction"]


def test_captions_all_in_capitals_have_no_cues() -> None:
    script = read("ALICE: WE WENT TO THE PIER.\n\nSYSTEM.\n\nBERND: WHO WAS THERE?\n\nSYSTEM.\n\n" * 3)
    assert {turn.speaker for turn in script.turns} == {"Alice", "Bernd"}
