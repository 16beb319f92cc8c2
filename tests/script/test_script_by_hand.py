"""Scripts as people write them, and what they are told when something is wrong."""

import json
from pathlib import Path

import pytest

from narrator.errors import ScriptError
from narrator.model import Chapter, Person, Script, Span, SpanKind, Turn, Unspoken
from narrator.script import format_json, format_script, is_script, parse_script, revise, with_marks

PATH = Path("talk.md")
HEAD = "---\ntitle: A talk\nlanguage: en\ncast:\n---\n"

BY_HAND = """---
title: A talk
language: en-GB
cast:
  Anna Berg:
    gender: female
    aliases: [Berg, A. B.]
    voice: espeak:en+f3
  NARRATOR:
---
**NARRATOR:** They met in winter.
It was cold.
## The beginning
**Anna Berg:** (laughing) It was so cold!
<!-- ask her again -->


And it stayed \\[very\\] cold.
(pause 1.5s)
**Ben**: Yes? <!-- lines 3–4; answer; 0.9 -->
( Pause: 200 ms )

I mean: **no**.

**Ben:** (sighs)
"""


def test_a_script_written_by_hand_is_understood() -> None:
    script = parse_script(BY_HAND, PATH)
    assert script == Script(
        title="A talk",
        language="en",
        chapters=(
            Chapter("A talk", (Turn("NARRATOR", "They met in winter.\nIt was cold."),)),
            Chapter(
                "The beginning",
                (
                    Turn(
                        "Anna Berg",
                        "It was so cold!\n\nAnd it stayed [very] cold.",
                        direction="laughing",
                        pause_ms=1500,
                    ),
                    Turn("Ben", "Yes?", (3, 4), "answer", 0.9, pause_ms=200),
                    Turn("Ben", "I mean: **no**."),
                    Turn("Ben", "(sighs)"),
                ),
            ),
        ),
        people=(
            Person("Anna Berg", "female", ("Berg", "A. B."), "espeak:en+f3"),
            Person("NARRATOR"),
            Person("Ben"),
        ),
    )
    assert parse_script(BY_HAND.replace("\n", "\r\n"), PATH) == script
    assert parse_script(BY_HAND.replace("\n", "\r"), PATH) == script
    assert parse_script("\ufeff" + BY_HAND, PATH) == script
    assert parse_script(format_script(script), PATH) == script


def test_a_script_is_written_to_be_read() -> None:
    text = "Hello.\n\n(pause) # not **bold**."
    turn = Turn("Anna", text, (3, 5), "label", 0.98, "softly", 1500)
    script = Script(
        title="A talk",
        language="en",
        chapters=(Chapter("One", (turn,)),),
        people=(Person("Anna", "female"),),
        author="Ben: himself",
        date="2024-05-01",
        unspoken=(Unspoken("Anna:", "label", (3, 3)), Unspoken("a\nb --> c", "comment", (6, 7))),
    )  # fmt: skip
    assert format_script(script) == (
        "---\ntitle: A talk\nlanguage: en\nauthor: 'Ben: himself'\ndate: '2024-05-01'\n"
        "cast:\n  Anna:\n    gender: female\n---\n"
        "\n## One\n"
        "\n**Anna:** (softly) Hello.\n"
        "\n(pause) # not **bold**. <!-- lines 3–5; label; 0.98 -->\n"
        "\n(pause 1.5s)\n"
        '\n<!-- not spoken\nline 3; label; Anna:\nlines 6–7; comment; "a\\nb --\\u003e c"\n-->\n'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("**A:** Hi", "talk.md:1: a script begins with front matter"),
        ("---\ntitle: x\ncast:\n**A:** Hi", "talk.md:1: the front matter has no end"),
        ("---\ncast: [\n---\n**A:** Hi", r"talk.md:\d: in the front matter, YAML"),
        ("---\ncast:\nspeakers: x\n---\n**A:** Hi", "talk.md:3: .*speakers.*not known.*title, language"),
        ("---\ncast: Anna\n---\n**A:** Hi", "talk.md:2: .*cast.*mapping of speakers"),
        ("---\ncast:\n  A: {sex: f}\n---\n**A:** Hi", "talk.md:3: .*sex.*gender, aliases, voice"),
        ("---\ncast:\n  A: {gender: f}\n---\n**A:** Hi", "talk.md:3: .*female or male"),
        ("---\nlanguage: the English one\ncast:\n---\n**A:** Hi", "talk.md:2: .*de or en-GB"),
        (f"---\ncast:\ntitle: {'x' * 300}\n---\n**A:** Hi", "talk.md:3: .*300 characters; shorten"),
        (HEAD + "\nOnce upon a time\n", r"talk.md:7: nobody says this; `\*\*Name:\*\* text` is expected"),
        (HEAD + "\n", "talk.md: there is nobody who says anything"),
        (HEAD + "# One\n**A:** Hi", "talk.md:6: a chapter is expected to begin with `## Title`"),
        (HEAD + "##\n**A:** Hi", "talk.md:6: a chapter"),
        (HEAD + "## One\n\n## Two\n**A:** Hi", "talk.md:6: nobody speaks in the chapter “One”"),
        (HEAD + "**A:**\n\n**B:** Hi", "talk.md:6: A says nothing"),
        (HEAD + "**A:** Hi\n\n(pause long)", r"talk.md:8: a pause is written `\(pause 1.5s\)`"),
        (HEAD + "**A:** Hi\n(pause 1 hour)", "talk.md:7: a pause"),
        (HEAD + "**A:** Hi\n(pause 9999s)", "talk.md:7: .*ten minutes at most"),
        (HEAD + "(pause 1s)\n**A:** Hi", "talk.md:6: a pause stands after the turn"),
        (HEAD + "**A:** Hi\n(pause 1s)\n(pause 1s)", "talk.md:8: this turn has a pause already"),
        (HEAD + "**A:** Hi\n\n<!-- oh\n\n**B:** Hi", "talk.md:8: this comment has no end"),
        (HEAD + "**A:** Hi\n\nYes,\n*so it goes\n\nNo", r"talk.md:9: this \* begins an emphasis without end"),
        (HEAD + "**A:** Hi\nwith [Bob]{lang=en", "talk.md:7: this brace is not closed"),
        (HEAD + "**A:** Hi\nwith [Bob]{as=en}", "talk.md:7: 'as' is not known here; write"),
        (HEAD + "**A:** Hi\nwith [Bob]{}", "talk.md:7: '{}' is not known here"),
        (HEAD + "**A:** Hi\nwith []{lang=en}", "talk.md:7: words are expected between"),
        (HEAD + "**A:** Hi\nwith [ Bob]{lang=en}", "talk.md:7: words are expected between"),
        (HEAD + "**A:** Hi\nwith Bob]{lang=en}", "talk.md:7: no square bracket opens before this"),
        (HEAD + "**A:** Hi\nwith [Bob{lang=en}", "talk.md:7: before this brace the words"),
        (HEAD + "**A:** Hi\nwith [Bob]{lang=English}", "talk.md:7: 'English' is no code of a language"),
        (HEAD + "**A:** Hi\nwith [Bob]{lang=qq}", "talk.md:7: 'qq' is no code of a language"),
        (HEAD + "**A:** Hi\nwith [Bob]{ipa=}", "talk.md:7: IPA is expected"),
        (HEAD + "**A:** Hi\nwith [Bob]{ipa=B5b}", "talk.md:7: 'B' is no sign of IPA"),
        (HEAD + "**A:** Hi\nwith [Bob *and]{lang=en} Al*", "talk.md:7: two marks cross"),
        (HEAD + "**A:** Hi\nwith [Bob *and* Al]{ipa=a}", "talk.md:7: a word with {ipa=…} holds no other"),
        (HEAD + "**A:** Hi\n<!-- not spoken\nline 1; x; A\nwhat\n-->", "talk.md:9: .*reason; text"),
        (HEAD.replace("title: A talk\n", "") + "**A:** Hi\n## One\n**A:** Hi", "talk.md:5: the turns before"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(text: str, message: str) -> None:
    with pytest.raises(ScriptError, match=message) as caught:
        parse_script(text, PATH)
    assert "\n" not in str(caught.value)


def test_only_front_matter_with_a_cast_makes_a_script() -> None:
    assert is_script(HEAD)
    assert is_script("---\r\ncast: {}\r\n---\r\n")
    assert is_script("---\ntitle: [\ncast:\n")
    assert not is_script("---\ntitle: x\n---\ncast:\n")
    assert not is_script("cast:\n")
    assert not is_script("---\n\nWhat a\n\n**cast:** we")
    assert not is_script("")


def test_json_is_as_programs_expect_it() -> None:
    turn = Turn("Anna", "Hello.", (3, 5), "label", 0.98)
    script = Script("A talk", "en", (Chapter("One", (turn,)),), unspoken=(Unspoken("Ä:", "label", (3, 3)),))
    written = format_json(script)
    assert "Ä" in written
    assert json.loads(written) == {
        "title": "A talk",
        "language": "en",
        "chapters": [
            {
                "title": "One",
                "turns": [
                    {
                        "speaker": "Anna",
                        "text": "Hello.",
                        "reason": "label",
                        "confidence": 0.98,
                        "lines": [3, 5],
                    }
                ],
            }
        ],
        "dropped": [{"text": "Ä:", "reason": "label", "lines": [3, 3]}],
    }


def _marks(text: str) -> tuple[str, list[tuple[str, SpanKind, str]]]:
    (turn,) = parse_script(HEAD + f"**A:** {text}").turns
    return turn.text, [(turn.text[s.start : s.end], s.kind, s.value) for s in turn.spans]


def test_marks_are_read_and_not_shown() -> None:
    assert _marks("It is *so* cold, *really\ncold*, in [Bad Ischl]{lang=de-AT}!") == (
        "It is so cold, really\ncold, in Bad Ischl!",
        [
            ("so", SpanKind.EMPHASIS, ""),
            ("really\ncold", SpanKind.EMPHASIS, ""),
            ("Bad Ischl", SpanKind.LANGUAGE, "de-AT"),
        ],
    )
    assert _marks("Ask *[Nguyen]{ipa=/ŋwiən/}* [*now* or [never]]{lang='en'}.") == (
        "Ask Nguyen now or [never].",
        [
            ("Nguyen", SpanKind.EMPHASIS, ""), ("Nguyen", SpanKind.IPA, "ŋwiən"),
            ("now or [never]", SpanKind.LANGUAGE, "en"), ("now", SpanKind.EMPHASIS, ""),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Q* and 2 * 3 * 4, Kolleg*innen, see below* and **there**", "a [note] [1] {x} a[i]", r"x ** y *** z"],
)
def test_signs_that_are_no_marks_stay(text: str) -> None:
    assert _marks(text) == (text, [])


def test_a_backslash_makes_a_sign_of_a_mark() -> None:
    assert _marks(r"\*so* [Bob]\{lang=en} \{ipa=a}") == ("*so* [Bob]{lang=en} {ipa=a}", [])


def test_marks_outlive_an_update_of_the_source() -> None:
    made = with_marks(
        Script("T", "en", (Chapter("", (Turn("A", "It is so cold.", (1, 1)),)),), (Person("A"),))
    )
    edited = parse_script(format_script(made).replace(" so ", " *so* "))
    revised = revise(edited, made).script
    assert [turn.spans for turn in revised.turns] == [(Span(6, 8, SpanKind.EMPHASIS),)]
    assert revised.turns[0].reason == "by hand"
