"""The memory of a show, voices that are shared, and several engines in one cast."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.casting import Memory, Remembered, cast
from narrator.casting.memory import format_memory, parse_memory
from narrator.errors import CastError, SettingsError
from narrator.model import INTERVIEWER, NARRATOR, Chapter, Person, Script, Turn, Voice
from narrator.voices import Catalogue


def script(*said: tuple[str, int], people: tuple[Person, ...] = (), language: str = "en") -> Script:
    turns = tuple(Turn(speaker, "word " * count) for speaker, count in said)
    return Script("T", language, (Chapter("", turns),), people)


def voices(count: int, engine: str = "e") -> tuple[Voice, ...]:
    return tuple(Voice(engine, f"en+v{number}", "en") for number in range(count))


def ids(script: Script, pool: tuple[Voice, ...], memory: Memory, **more: bool) -> dict[str, str]:
    made = cast(script, pool, Catalogue(), memory, **more)
    return {role.speaker: role.voice.id for role in made.roles}


# ---------------------------------------------------------------- who keeps which voice
def test_the_same_person_has_the_same_voice_next_week() -> None:
    first = script((NARRATOR, 3), ("Ada Stone", 9), ("Ben", 5))
    memory = Memory().with_cast(first, cast(first, voices(9), Catalogue()))
    second = script(("Cem", 20), ("Ben", 9), (INTERVIEWER, 8), ("ADA  STONE", 1))
    again = cast(second, voices(9), Catalogue(), memory)
    before = ids(first, voices(9), Memory())
    after = {role.speaker: (role.voice.id, role.reason) for role in again.roles}
    assert after["Ben"] == (before["Ben"], "as in earlier episodes")
    assert after["ADA  STONE"] == (before["Ada Stone"], "as in earlier episodes")
    # Whoever is new gets none of the voices that somebody in the show has.
    assert not {after["Cem"][0], after[INTERVIEWER][0]} & set(before.values())


def test_voices_of_others_in_the_show_are_taken_when_there_are_no_more() -> None:
    memory = Memory((Remembered("Ada", voices=(("en", ("e:en+v0", "e:en+v1")),)),))
    assert ids(script(("Cem", 2)), voices(3), memory) == {"Cem": "e:en+v2"}
    assert ids(script(("Cem", 2)), voices(2), memory) == {"Cem": "e:en+v0"}


@pytest.mark.parametrize(
    ("person", "remembered", "same"),
    [
        (Person("José Álvarez"), Remembered("Jose Alvarez"), True),
        (Person("Altman"), Remembered("Sam Altman", ("Altman",)), True),
        (Person("Sam Altman", aliases=("Altman",)), Remembered("Altman"), True),
        (Person("Jane Altman", aliases=("Altman",)), Remembered("Sam Altman", ("Altman",)), False),
        (Person("Ada"), Remembered("Adam"), False),
    ],
)
def test_people_are_known_again_by_their_names(person: Person, remembered: Remembered, same: bool) -> None:
    memory = Memory((Remembered(remembered.name, remembered.aliases, (("en", ("e:en+v7",)),)),))
    got = ids(script((person.name, 3), people=(person,)), voices(9), memory)[person.name]
    assert (got == "e:en+v7") is same


def test_a_surname_that_two_people_have_means_neither() -> None:
    memory = Memory(
        (
            Remembered("Sam Altman", ("Altman",), (("en", ("e:en+v7",)),)),
            Remembered("Jane Altman", ("Altman",), (("en", ("e:en+v8",)),)),
        )
    )
    assert ids(script(("Altman", 3)), voices(9), memory) == {"Altman": "e:en+v0"}


def test_memory_is_kept_by_language_and_engine() -> None:
    memory = Memory()
    for language, engine in (("en", "e"), ("de", "e"), ("en", "f")):
        pool = tuple(Voice(engine, f"{language}+{engine}{n}", language) for n in range(3))
        one = script(("Ada", 3), language=language)
        memory = memory.with_cast(one, cast(one, pool, Catalogue()))
    assert memory.people == (
        Remembered("Ada", voices=(("de", ("e:de+e0",)), ("en", ("e:en+e0", "f:en+f0")))),
    )
    assert memory.engines([Person("Ada")], "en-GB") == ("e", "f")


def test_a_remembered_voice_stays_when_another_episode_gives_one() -> None:
    memory = Memory((Remembered("Ada", voices=(("en", ("e:en+v5",)),)),))
    one = script(("Ada", 3), people=(Person("Ada", voice="e:en+v1"),))
    made = cast(one, voices(9), Catalogue(), memory)
    assert made.voice("Ada").name == "en+v1"  # the pin wins, and the show remembers what it did
    assert memory.with_cast(one, made) == memory


def test_what_cannot_be_remembered_is_told_and_not_forgotten() -> None:
    memory = Memory(
        (
            Remembered("Ada", voices=(("en", ("e:en+gone",)),)),
            Remembered("Ben", voices=(("en", ("e:en+v1",)),)),
            Remembered("Cem", voices=(("en", ("e:en+v1",)),)),
        )
    )
    one = script(("Ada", 9), ("Ben", 5), ("Cem", 3))
    made = cast(one, voices(9), Catalogue(), memory)
    assert "Ada's voice, e:en+gone, as in earlier episodes, is not here" in made.note
    assert "Cem's voice, e:en+v1, as in earlier episodes, is Ben's in this one" in made.note
    assert len({role.voice.id for role in made.roles}) == 3
    assert memory.with_cast(one, made) == memory


def test_a_chosen_voice_wins_over_memory_but_not_over_a_pin() -> None:
    memory = Memory((Remembered("Ada", voices=(("en", ("e:en+v5",)),)),)).with_choice(
        Person("Ada"), "en", "e:en+v6"
    )
    assert ids(script(("Ada", 3)), voices(9), memory) == {"Ada": "e:en+v6"}
    pinned = script(("Ada", 3), people=(Person("Ada", voice="e:en+v7"),))
    assert ids(pinned, voices(9), memory) == {"Ada": "e:en+v7"}


# ---------------------------------------------------------------- its file
_NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name == name.strip() and name.isprintable())
_NAME_OF_VOICE = st.from_regex(r"[a-z]{2}\+\w{1,5}", fullmatch=True)
_VOICES = st.builds("{}:{}".format, st.sampled_from(["e", "f"]), _NAME_OF_VOICE)
_REMEMBERED = st.builds(
    Remembered,
    _NAMES,
    st.lists(_NAMES, max_size=3, unique=True).map(tuple),
    st.dictionaries(st.sampled_from(["de", "en", "no"]), st.lists(_VOICES, min_size=1, max_size=3)).map(
        lambda found: tuple(sorted((code, tuple(listed)) for code, listed in found.items()))
    ),
    st.dictionaries(st.sampled_from(["de", "en", "no"]), _VOICES).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


@given(st.lists(_REMEMBERED, max_size=4, unique_by=lambda one: one.name))
def test_a_memory_that_is_written_and_read_is_the_same(people: list[Remembered]) -> None:
    memory = Memory(tuple(people))
    assert parse_memory(format_memory(memory), Path("cast.yaml")) == memory


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Ada: {voice: e:x}", r"cast\.yaml:1: "),
        ("Ada:\n  voices: {de: e:x}", r"cast\.yaml:2: .*a list of voices"),
        ("Ada:\n  chosen: {de: m3}", r"cast\.yaml:2: .*engine:name"),
        ("[Ada]", r"cast\.yaml:1: "),
        ("Ada: {voices: {de: [e:x]", r"cast\.yaml:1: "),
    ],
)
def test_a_mistake_in_the_memory_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        parse_memory(text, Path("cast.yaml"))


# ---------------------------------------------------------------- too few voices
def test_the_smallest_parts_may_share_a_voice() -> None:
    said = ((NARRATOR, 50), ("A", 40), ("B", 30), ("C", 20), ("D", 3), ("E", 2))
    made = cast(script(*said), voices(4), Catalogue(), share=True)
    got = {role.speaker: role.voice.id for role in made.roles}
    assert len({got[name] for name in (NARRATOR, "A", "B", "C")}) == 4
    assert {got["D"], got["E"]} <= {got["B"], got["C"]}
    assert got["D"] != got["C"]  # they speak one after the other
    assert {role.speaker: role.reason for role in made.roles}["D"] == "shares the voice of B"
    assert Memory().with_cast(script(*said), made).entry(Person("D")) is None  # a makeshift


def test_leads_never_share() -> None:
    with pytest.raises(CastError, match=r"no voice for B, C: every voice .* is given"):
        cast(script((NARRATOR, 5), ("A", 4), ("B", 3), ("C", 2)), voices(2), Catalogue(), share=True)


@given(
    st.lists(st.tuples(st.sampled_from("ABCDEFGHIJ"), st.integers(1, 9)), min_size=1, max_size=30),
    st.integers(1, 10),
)
def test_voices_are_shared_only_when_it_is_asked_for(said: list[tuple[str, int]], count: int) -> None:
    performed = script(*said)
    speakers = {speaker for speaker, _ in said}
    if count >= len(speakers):
        assert len(set(ids(performed, voices(count), Memory(), share=True).values())) == len(speakers)
    else:
        with pytest.raises(CastError, match="--share-voices"):
            cast(performed, voices(count), Catalogue())
    if 3 <= count < len(speakers):
        made = ids(performed, voices(count), Memory(), share=True)
        assert made.keys() == speakers
        assert len(set(made.values())) == count


# ---------------------------------------------------------------- several engines
def test_a_second_engine_speaks_where_the_first_has_no_voices_left() -> None:
    pool = (*voices(2, "natural"), *voices(9, "robot"))
    said = tuple((name, 9 - number) for number, name in enumerate("ABCD"))
    made = cast(script(*said), pool, Catalogue(engine="natural, robot"))
    assert [role.voice.engine for role in made.roles] == ["natural", "natural", "robot", "robot"]
    made = cast(script(*said), pool, Catalogue(engine="robot, natural"))
    assert {role.voice.engine for role in made.roles} == {"robot"}
