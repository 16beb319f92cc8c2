"""A source changes after a person has corrected its script: the corrections stay."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import ScriptError
from narrator.model import Chapter, Person, Script, Turn
from narrator.script import Revision, format_script, parse_script, revise, with_marks

TEXTS = (
    "Good evening, and welcome to the lighthouse.",
    "Thank you. I have lived up here for forty years.",
    "Did you never want to go back to the town?",
    "Never.\n\nThe town came to me, every summer, with cameras.",
    "And in winter?",
    "In winter I read the same nine books again.",
)


def made(*texts: str, first_line: int = 1) -> Script:
    """A script as it is made from a source with a paragraph in every second line."""
    turns = [
        Turn(("Ada Stone", "Ben Hill")[i % 2], text, (first_line + 2 * i,) * 2, "label", 0.8)
        for i, text in enumerate(texts or TEXTS)
    ]
    chapters = (Chapter("Arrival", tuple(turns[:2])), Chapter("The years", tuple(turns[2:])))
    people = (Person("Ada Stone", "female"), Person("Ben Hill", "male", ("Hill",)))
    return with_marks(Script("The lighthouse", "en", chapters, people))


def edited(*changes: tuple[str, str], script: Script | None = None) -> Script:
    """A script after a person has replaced some of its text."""
    text = format_script(script or made())
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_script(text, Path("talk.md"))


def said(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in script.turns]


def updated(*changes: tuple[str, str], new: Script | None = None) -> Revision:
    revision = revise(edited(*changes), new or made())
    assert parse_script(format_script(revision.script)) == revision.script
    return revision


LONGER = (*TEXTS[:2], "May I?", "Please, sit down.", *TEXTS[2:])
"""The source with two turns put in."""


def test_what_was_not_edited_is_as_it_was_made() -> None:
    assert edited() == made()
    assert revise(made(), made()) == Revision(made(), ())


def test_an_edited_turn_is_sure() -> None:
    script = edited(("**Ada Stone:** And in", "**Ben Hill:** And in"), ("nine books", "ten books"))

    assert [turn.confidence for turn in script.turns] == [0.8, 0.8, 0.8, 0.8, 1.0, 1.0]
    assert script.turns[4].reason == "by hand"
    assert parse_script(format_script(script)) == script


# ---------------------------------------------------------------- renaming
def test_renaming_in_the_front_matter_renames_everywhere() -> None:
    script = edited(("  Ben Hill:", "  Benjamin H.:"))

    assert [turn.speaker for turn in script.turns] == ["Ada Stone", "Benjamin H."] * 3
    assert script.people[1] == Person("Benjamin H.", "male", ("Hill", "Ben Hill"))
    assert all(turn.confidence == 0.8 for turn in script.turns)
    assert parse_script(format_script(script)) == script
    assert "**Benjamin H.:** Thank" in format_script(script)


def test_all_may_be_renamed_at_once_and_again() -> None:
    script = edited(("  Ben Hill:", "  Keeper:"), ("  Ada Stone:", "  Visitor:"))
    assert [turn.speaker for turn in script.turns] == ["Visitor", "Keeper"] * 3

    again = edited(("  Keeper:", "  Old Ben:"), script=script)
    assert [turn.speaker for turn in again.turns] == ["Visitor", "Old Ben"] * 3
    assert revise(again, made()).script.turns == again.turns


def test_a_new_label_is_a_new_person_and_no_renamed_one() -> None:
    script = edited(
        ("**Ben Hill:** Thank", "**Carl:** Thank"),
        ("**Ben Hill:** Never", "**Carl:** Never"),
        ("**Ben Hill:** In", "**Carl:** In"),
    )

    assert [turn.speaker for turn in script.turns] == ["Ada Stone", "Carl"] * 3


def test_an_alias_names_its_person() -> None:
    script = edited(("**Ben Hill:** Never", "**Hill:** Never"))

    assert script == made()
    both = ("    gender: female", "    gender: female\n    aliases: [Hill]")
    with pytest.raises(ScriptError, match=r"talk.md:\d+: “Hill” is an alias of Ada Stone and of Ben Hill"):
        edited(("**Ben Hill:** Never", "**Hill:** Never"), both)


def test_an_unclear_rename_is_told() -> None:
    entries = ("  Ben Hill:\n    gender: male\n    aliases:\n    - Hill\n", "  Ben:\n  Hills:\n")
    with pytest.raises(ScriptError, match=r"talk.md:\d+: the cast has no “Ben Hill”.*aliases: \[Ben Hill\]"):
        edited(entries)


# ---------------------------------------------------------------- corrections
def test_a_corrected_label_stays_when_the_source_grows() -> None:
    change = ("**Ada Stone:** And in", "**Ben Hill:** And in")
    revision = updated(change, new=made(*LONGER))

    assert revision.lost == ()
    assert ("Ben Hill", "And in winter?") in said(revision.script)
    assert ("Ada Stone", "May I?") in said(revision.script)
    assert len(revision.script.turns) == 8
    corrected = next(turn for turn in revision.script.turns if turn.text == "And in winter?")
    assert (corrected.reason, corrected.confidence, corrected.lines) == ("by hand", 1.0, (13, 13))


def test_edited_texts_pauses_directions_titles_and_names_stay() -> None:
    revision = updated(
        ("the same nine books", "the very same books"),
        ("Hill:** Thank you.", "Hill:** (softly) Thank you."),
        ("to the town? <!--", "to the town?\n\n(pause 2s)\n\n<!--"),
        ("## The years", "## Forty years"),
        ("  Ada Stone:", "  Ada S.:"),
        ("    gender: male", "    gender: male\n    voice: tone:en+bass1"),
        new=made(*LONGER),
    )
    script = revision.script

    assert revision.lost == ()
    assert script.turns[-1].text == "In winter I read the very same books again."
    assert script.turns[1].direction == "softly"
    assert next(turn for turn in script.turns if turn.pause_ms).text == TEXTS[2]
    assert "Forty years" in [chapter.title for chapter in script.chapters]
    assert {turn.speaker for turn in script.turns} == {"Ada S.", "Ben Hill"}
    assert script.people[1].voice == "tone:en+bass1"


def test_removed_and_added_turns_stay_so() -> None:
    text = format_script(made())
    removed = re.sub(r"\*\*Ada Stone:\*\* And in winter.*?-->\n", "**Ada Stone:** Tell me more!\n", text)
    script = revise(parse_script(removed), made(*LONGER)).script

    assert "And in winter?" not in [turn.text for turn in script.turns]
    assert said(script)[-2:] == [("Ada Stone", "Tell me more!"), ("Ben Hill", TEXTS[5])]


def test_parted_and_joined_turns_stay_so() -> None:
    parted = updated(("Never.\n\nThe town", "Never.\n\n**Ada Stone:** The town"), new=made(*LONGER)).script
    assert ("Ben Hill", "Never.") in said(parted)
    assert ("Ada Stone", "The town came to me, every summer, with cameras.") in said(parted)

    joined = updated(("**Ada Stone:** And in", "And in"), new=made(*LONGER)).script
    assert ("Ben Hill", TEXTS[3] + "\n\n" + TEXTS[4]) in said(joined)
    assert TEXTS[4] not in [turn.text for turn in joined.turns]


def test_headings_put_in_or_taken_out_stay_so() -> None:
    script = updated(
        ("## The years\n", ""), ("**Ada Stone:** And in", "## Winter\n\n**Ada Stone:** And in")
    ).script

    assert [chapter.title for chapter in script.chapters] == ["Arrival", "Winter"]
    assert len(script.chapters[1].turns) == 2


def test_what_changed_on_both_sides_is_told() -> None:
    change = ("the same nine books", "the very same books")
    new = made(*TEXTS[:5], "In winter I read the same eleven books again.")
    revision = updated(change, new=new)

    assert revision.script.turns[-1].text == "In winter I read the very same books again."
    (told,) = revision.lost
    assert "eleven books" in told
    assert "line 11" in told


def test_a_label_stays_where_the_source_changed_its_text() -> None:
    new = made(*TEXTS[:4], "And in a cold winter?", TEXTS[5])
    revision = updated(("**Ada Stone:** And in", "**Ben Hill:** And in"), new=new)

    assert said(revision.script)[4] == ("Ben Hill", "And in a cold winter?")
    assert revision.lost == ()


def test_what_is_gone_from_the_source_is_told() -> None:
    new = made(*TEXTS[:4], "Shall we go down?", "Let us.")
    revision = updated(("**Ada Stone:** And in", "**Ben Hill:** And in"), new=new)

    (told,) = revision.lost
    assert "“And in winter?”" in told
    assert "line 9" in told


def test_a_script_without_marks_is_compared_with_its_comments() -> None:
    by_hand = replace(made(), made=())
    text = format_script(by_hand).replace(" <!-- line 9; label; 0.80 -->", "")
    text = text.replace("**Ada Stone:** And in winter?", "**Ben Hill:** And in winter?")
    script = revise(parse_script(text), made()).script

    assert ("Ben Hill", "And in winter?") in said(script)


def test_long_scripts_that_repeat_themselves_cost_little() -> None:
    turns = ["Yes.", "No."] * 2500
    old = made(*turns)
    start = time.process_time()
    hand = parse_script(format_script(old).replace("** Yes.", "** Oh yes.").replace("Oh yes.", "Yes.", 5))
    revision = revise(hand, made("Well.", *turns, "Good."))

    assert time.process_time() - start < 10
    assert len(revision.script.turns) == 5002


# ---------------------------------------------------------------- any edits
EDIT = st.one_of(
    st.tuples(st.just("speaker"), st.sampled_from(["Ada Stone", "Ben Hill", "Cora"])),
    st.tuples(st.just("text"), st.sampled_from(["Quite so.", "I do not think so at all, my dear."])),
    st.tuples(st.just("direction"), st.sampled_from(["softly", "laughing"])),
    st.tuples(st.just("pause_ms"), st.integers(0, 5000)),
    st.tuples(st.just("remove"), st.just("")),
)


@settings(max_examples=150, deadline=None)
@given(edits=st.lists(st.tuples(st.integers(0, 5), EDIT), max_size=6), grown=st.booleans())
def test_any_edits_stay(edits: list[tuple[int, tuple[str, str | int]]], grown: bool) -> None:
    turns: list[Turn | None] = list(made().turns)
    for at, (what, value) in edits:
        turn = turns[at]
        if turn:
            turns[at] = None if what == "remove" else replace(turn, **{what: value})  # type: ignore[arg-type]
    chapters = [Chapter("Arrival", tuple(filter(None, turns[:2])))]
    chapters.append(Chapter("The years", tuple(filter(None, turns[2:]))))
    if not any(chapter.turns for chapter in chapters):
        return
    hand = replace(made(), chapters=tuple(chapter for chapter in chapters if chapter.turns))
    old = parse_script(format_script(hand))
    end = ("What will you do now?", "I shall go to bed.")
    revision = revise(old, made(*TEXTS, *end) if grown else made())
    parts = [(one.speaker, one.text, one.direction, one.pause_ms) for one in revision.script.turns]

    assert revision.lost == ()
    expected = [(one.speaker, one.text, one.direction, one.pause_ms) for one in old.turns]
    assert parts[: len(expected)] == expected
    assert [part[1] for part in parts[len(expected) :]] == list(end if grown else ())
    again = revise(parse_script(format_script(revision.script)), made(*TEXTS, *end) if grown else made())
    assert again.script == revision.script
