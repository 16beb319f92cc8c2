"""Who says what, on small texts with the answer beside them and on arbitrary documents."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import attribute
from narrator.attribution.ledger import account, tally
from narrator.errors import LedgerError
from narrator.model import INTERVIEWER, NARRATOR, Block, BlockKind, Document, Run, Script
from narrator.sources import read_document
from narrator.text import words

CASES = Path(__file__).parent.parent / "data" / "attribution"
ANSWERS = sorted(CASES.glob("*.turns"))
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def source_of(answer: Path) -> Path:
    (source,) = (path for path in CASES.glob(f"{answer.stem}.*") if path != answer)
    return source


def lines_of(script: Script) -> list[str]:
    return [f"{turn.speaker}| {turn.text.replace(chr(10) * 2, ' ¶ ')}" for turn in script.turns]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.stem)
def test_the_right_person_speaks(answer: Path) -> None:
    script = attribute(read_document(source_of(answer)))

    assert lines_of(script) == answer.read_text("utf-8").splitlines()


def paragraphs(*texts: str, language: str = "en") -> Document:
    blocks = tuple(Block(BlockKind.PARAGRAPH, (Run(text),), (i, i)) for i, text in enumerate(texts, start=1))
    return Document("", language, blocks)


def speakers(script: Script) -> list[str]:
    return [turn.speaker for turn in script.turns]


def test_a_label_is_unspoken_and_a_pull_quote_is_listed() -> None:
    script = attribute(read_document(CASES / "teilweise.txt"))
    reasons = Counter(one.reason for one in script.unspoken)

    assert reasons == {"label": 3, "pull quote": 1}
    ledger = tally(script)
    assert ledger.labels == 5
    assert ledger.dropped == (("pull quote", 1, 12),)
    assert ledger.words == len(words((CASES / "teilweise.txt").read_text("utf-8")))


def test_a_false_label_is_spoken() -> None:
    script = attribute(read_document(CASES / "teilweise.txt"))

    assert any(turn.text.startswith("Letzte Frage:") for turn in script.turns)


def test_genders_come_from_names_and_titles() -> None:
    script = attribute(
        paragraphs(
            "Ms. Quill: Do you keep bees?",
            "Thomas Ray: I do, since spring.",
            "Ms. Quill: How many?",
            "Thomas Ray: More than I can count, Ms. Quill.",
        )
    )

    assert {person.name: person.gender for person in script.people} == {
        "Ms. Quill": "female",
        "Thomas Ray": "male",
    }


@pytest.mark.parametrize(
    ("first", "second", "genders"),
    [
        ("Priya Nair", "Siobhán Ward", ("female", "female")),
        ("Łukasz Zielinski", "Rajesh Rao", ("male", "male")),
        ("Jürgen Quast", "Hannelore Quast", ("male", "female")),
        ("Caitlin", "Kevin", ("female", "male")),
        ("Carter", "Jones", ("", "")),  # a surname as likely as a first name
        ("Andrea Rossi", "Kim Park", ("", "")),  # men or women, by country
    ],
)
def test_genders_come_from_public_registers_of_names(
    first: str, second: str, genders: tuple[str, str]
) -> None:
    script = attribute(
        paragraphs(
            f"{first}: Do you keep bees?", f"{second}: I do.", f"{first}: How many?", f"{second}: Twelve."
        )
    )

    assert {person.name: person.gender for person in script.people} == dict(
        zip((first, second), genders, strict=True)
    )


def test_mr_and_mrs_stay_two_people() -> None:
    script = attribute(
        paragraphs(
            "Mr. Bell: Is it locked?", "Mrs. Bell: I locked it.", "Mr. Bell: Twice?", "Mrs. Bell: Twice."
        )
    )

    assert speakers(script) == ["Mr. Bell", "Mrs. Bell", "Mr. Bell", "Mrs. Bell"]


def test_a_call_by_name_says_who_answers() -> None:
    script = attribute(
        paragraphs(
            "Ruth Adler: I began with the cellar, and I was cold.",
            "And what did you find there?",
            "Boxes. I found a hundred boxes.",
            "Simon, what did you think when you saw them?",
            "I thought we would never finish. I was right.",
            "Simon Vega: I still think so.",
            "Ruth, do you agree with him?",
            "I do not. I have a system.",
        )
    )

    assert speakers(script) == [
        "Ruth Adler", INTERVIEWER, "Ruth Adler", INTERVIEWER, "Simon Vega", INTERVIEWER, "Ruth Adler",
    ]  # fmt: skip


def test_certain_turns_are_surer_than_guessed_ones() -> None:
    script = attribute(read_document(CASES / "teilweise.txt"))
    labelled = [turn.confidence for turn in script.turns if turn.reason == "label"]
    guessed = [turn.confidence for turn in script.turns if turn.reason != "label"]

    assert all(0.0 <= value <= 1.0 for value in labelled + guessed)
    assert min(labelled) >= 0.8
    assert sum(labelled) / len(labelled) > sum(guessed) / len(guessed)


def test_headings_make_chapters_and_are_read() -> None:
    script = attribute(read_document(EXAMPLES / "gespraech.md"))

    assert [chapter.title for chapter in script.chapters] == [
        "Der Mann, der die Uhren anhält", "In der Werkstatt", "Auf dem Turm",
    ]  # fmt: skip
    for chapter in script.chapters:
        assert chapter.turns[0].speaker == NARRATOR
        assert chapter.turns[0].text == chapter.title


def test_long_conversations_get_chapters_from_their_questions() -> None:
    answer = "I remember it well, and I have told it often, in every town where I was asked. " * 12
    texts = ["A talk with Anna Reed, who has seen it all.", "Anna Reed: Let us begin."]
    for number in range(1, 13):
        texts += [
            f"What did you do in the year number {number}, before the great flood came to the valley?",
            answer,
        ]
    script = attribute(paragraphs(*texts))
    titles = [chapter.title for chapter in script.chapters]

    assert len(titles) >= 3
    assert len(set(titles)) == len(titles)
    assert all(0 < len(title) <= 61 for title in titles)
    for chapter in script.chapters:
        assert sum(len(turn.text) for turn in chapter.turns) / 18 >= 60
    assert all(chapter.turns[0].speaker == INTERVIEWER for chapter in script.chapters[1:])


def test_the_ledger_finds_a_lost_and_an_added_word() -> None:
    document = paragraphs("One two three.", "Four five.")
    script = attribute(document)
    short = paragraphs("One two three.", "Four.")
    long = paragraphs("One two three.", "Four five six.")

    assert account(document, script).words == 5
    with pytest.raises(LedgerError, match=r"“\+five”"):
        account(short, script)
    with pytest.raises(LedgerError, match="“six”"):
        account(long, script)


PIECES = st.sampled_from(
    [
        *("Anna Reed:", "Bob:", "Q:", "A:", "Letzte Frage:", "[00:12]", "(laughs)", "“Quite so,”", "„Ja“"),
        *("?", "Why do you ask?", "I think so.", "...", "—", "Anna,", "* * *", "said Bob.", "It’s", "x_y"),
        *("\ufb01ne", "\uff11\uff12", "a\u0301"),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, min_size=1, max_size=8).map(" ".join),
    st.text(min_size=1, max_size=60),
)
RUNS = st.builds(Run, text=TEXTS, bold=st.booleans(), italic=st.booleans())
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(list(BlockKind)),
    runs=st.lists(RUNS, min_size=1, max_size=4).map(tuple),
    lines=st.integers(1, 99).map(lambda line: (line, line)),
    level=st.integers(0, 6),
)


@settings(max_examples=150, deadline=None)
@given(
    blocks=st.lists(BLOCKS, max_size=20).map(tuple),
    title=st.sampled_from(["", "A title"]),
    language=st.sampled_from(["en", "de", "fr", "xx"]),
)
def test_every_word_is_accounted_for(blocks: tuple[Block, ...], title: str, language: str) -> None:
    document = Document(title, language, blocks)
    script = attribute(document)  # raises LedgerError itself

    in_script = Counter(words(" ".join([turn.text for turn in script.turns])))
    in_script.update(word for one in script.unspoken for word in words(one.text))
    assert in_script == Counter(word for block in blocks for word in words(block.text))
    assert {turn.speaker for turn in script.turns} == {person.name for person in script.people}
    assert all(words(turn.text) for turn in script.turns)


@settings(max_examples=30, deadline=None)
@given(order=st.lists(st.sampled_from(["Anna Reed", "Bert Holm", "Cora Finch"]), min_size=4, max_size=20))
def test_explicit_labels_always_decide(order: list[str]) -> None:
    texts = [f"{name}: My number is {i}, is it not?" for i, name in enumerate(order)]
    expected = [name for i, name in enumerate(order) if i == 0 or order[i - 1] != name]

    assert speakers(attribute(paragraphs(*texts))) == expected


def test_a_label_ends_no_word() -> None:
    runs = (Run("It’s", bold=True), Run("\u00ad0 degrees, as it was."))
    document = Document("", "en", (Block(BlockKind.PARAGRAPH, runs, (1, 1)),))

    assert tally(attribute(document)).words == 5


def test_a_title_with_a_colon_is_no_label() -> None:
    script = attribute(read_document(CASES / "gastgeber.txt"))

    assert script.title == "Tillie Marsh: a life among clocks"
    assert [one.reason for one in script.unspoken] == ["label"]


def test_a_note_does_not_part_a_question_from_its_answer() -> None:
    script = attribute(
        paragraphs(
            "Ada, where do you keep your bees?",
            "Ada Winter: On the roof. I carry them up in spring.",
            "And what do your neighbours say?",
            "[Editor's note: The house has six floors.]",
            "Honey is a good argument.",
            "How much do you get from a hive?",
            "Thirty pounds, in a year I like to remember.",
        )
    )

    assert speakers(script)[2:5] == [INTERVIEWER, NARRATOR, "Ada Winter"]


def test_a_first_name_that_is_a_month_is_a_name() -> None:
    script = attribute(
        paragraphs(
            "We spoke with April Dunmore about maps.",
            "April, when did you draw your first map?",
            "April Dunmore: I was six. It showed our yard.",
            "And what do you draw now?",
            "I draw the yards of others.",
        )
    )

    assert speakers(script) == [NARRATOR, INTERVIEWER, "April Dunmore", INTERVIEWER, "April Dunmore"]


def test_people_who_quote_a_lot_in_a_talk_tell_no_story() -> None:
    question = "And what do you say when they ask you about number {}?"
    answer = "Well, I say “Why do you ask?” and they say “Because you know it, don't you?” And I laugh."
    talk = [text for n in range(1, 8) for text in (question.format(n), answer)]

    script = attribute(paragraphs("An interview with Ada Winter.", *talk))

    assert speakers(script)[1:] == [INTERVIEWER, "Ada Winter"] * 7


def test_a_host_in_bold_speaks_also_where_nothing_is_asked() -> None:
    bold = (
        "It has been a long way from the harbour to this kitchen, and the soup was worth it.",
        "So the first winter went by without a single guest who paid for a meal.",
        "That reminds me of the bakery in our street, which opens when the baker wakes.",
        "What would your grandmother say, if she saw the queue before the house?",
    )
    runs = [run for text in bold for run in (Run(text, bold=True), Run("We cooked, and I slept little."))]
    blocks = [Block(BlockKind.PARAGRAPH, (run,), (n, n)) for n, run in enumerate(runs, start=1)]

    assert speakers(attribute(Document("", "en", tuple(blocks)))) == [INTERVIEWER, "GUEST"] * 4


def test_a_short_sentence_that_comes_twice_is_spoken_twice() -> None:
    script = attribute(
        paragraphs(
            "Do you like the wind?",
            "Ada Winter: I do. If it has to go quickly, I take the wind.",
            "If it has to go quickly.",
            "Do you ever row?",
            "I row when there is none.",
        )
    )

    assert not [one for one in script.unspoken if one.reason == "pull quote"]
