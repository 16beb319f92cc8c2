import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.casting import cast, pinned_engines
from narrator.engines.espeak import EspeakEngine
from narrator.engines.tone import ToneEngine
from narrator.errors import CastError
from narrator.model import INTERVIEWER, NARRATOR, Chapter, Person, Role, Script, Turn, Voice
from narrator.voices import Catalogue, Pin, Recommended, load_catalogue

_TONES = tuple(ToneEngine().voices("en"))


def script(*said: tuple[str, int], people: tuple[Person, ...] = (), language: str = "en") -> Script:
    turns = tuple(Turn(speaker, "word " * count) for speaker, count in said)
    return Script("T", language, (Chapter("", turns),), people)


def plain(*names: str) -> tuple[Voice, ...]:
    return tuple(Voice("e", f"en+{name}", "en", "female" if name[0] == "f" else "male") for name in names)


def measured(**cosines: float) -> Catalogue:
    """A catalogue in which the voices of pairs like `m1_m2` are so alike."""
    table: dict[tuple[str, str, str], float] = {}
    for pair, cosine in cosines.items():
        a, b = (f"*+{name}" for name in pair.split("_"))
        table["e", a, b] = table["e", b, a] = cosine
    return Catalogue(cosines=table)


def test_the_narrator_comes_first_then_who_says_most() -> None:
    roles = cast(script(("A", 5), ("B", 50), (NARRATOR, 1), ("C", 5)), _TONES, Catalogue()).roles
    assert [role.speaker for role in roles] == [NARRATOR, "B", "A", "C"]


def test_each_gets_the_voice_farthest_from_those_before() -> None:
    catalogue = measured(m1_m2=0.95, m1_m3=0.90, m1_m4=0.78, m4_m2=0.85, m4_m3=0.80)
    roles = cast(script((NARRATOR, 9), ("A", 8), ("B", 7)), plain("m1", "m2", "m3", "m4"), catalogue).roles
    assert [(role.voice.name, role.reason) for role in roles] == [
        ("en+m1", "the best voice"),
        ("en+m4", "farthest from NARRATOR's voice"),
        ("en+m3", "farthest from NARRATOR's and A's voices"),
    ]


def test_among_voices_well_apart_the_better_one_is_taken() -> None:
    catalogue = measured(m1_m2=0.90, m1_m3=0.74, m1_m4=0.40)
    roles = cast(script((NARRATOR, 9), ("A", 8)), plain("m1", "m2", "m3", "m4"), catalogue).roles
    assert (roles[1].voice.name, roles[1].reason) == ("en+m3", "well apart from NARRATOR's voice")


def test_the_voices_heard_in_alternation_are_chosen_together() -> None:
    # The best voice, m1, is near to all others: one after the other would begin with it.
    catalogue = measured(m1_m2=0.85, m1_m3=0.85, m1_m4=0.85, m2_m3=0.70, m2_m4=0.60, m3_m4=0.65)
    said = ((NARRATOR, 2), (INTERVIEWER, 3), ("A", 9), ("B", 5))
    planned = cast(script(*said), plain("m1", "m2", "m3", "m4"), catalogue)
    assert {planned.voice(name).name for name in (NARRATOR, INTERVIEWER, "A")} == {"en+m2", "en+m3", "en+m4"}
    assert planned.voice("B").name == "en+m1"


@given(st.permutations([Person(name, "female" if name in "AC" else "") for name in "ABCDEF"]))
def test_the_order_in_which_people_are_listed_does_not_matter(people: list[Person]) -> None:
    said = tuple((name, 9 - number) for number, name in enumerate("ABCDEF"))
    expected = cast(
        script(*said, people=tuple(sorted(people, key=lambda one: one.name))), _TONES, Catalogue()
    )
    assert cast(script(*said, people=tuple(people)), _TONES, Catalogue()) == expected


def test_gender_is_kept_while_there_are_voices_of_it() -> None:
    people = (Person("A", "female"), Person("B", "female"), Person("C", "male"))
    roles = cast(
        script(("A", 9), ("B", 8), ("C", 7), people=people), plain("m1", "m2", "f1", "m3"), Catalogue()
    ).roles
    assert [(role.voice.name, role.reason) for role in roles] == [
        ("en+f1", "female, the best voice"),
        ("en+m1", "no female voice is free, farthest from A's voice"),
        ("en+m2", "male, farthest from A's and B's voices"),
    ]


def test_a_pin_in_the_script_wins_over_one_in_the_catalogue() -> None:
    catalogue = Catalogue(pins=(Pin("a", "tone:*+alto1", (), "x/voices.yaml:3"),))
    speakers = script(("A", 9), people=(Person("A", "male", voice="tone:en+bass2"),))
    assert cast(speakers, _TONES, catalogue).roles[0].reason == "pinned in the script"
    assert cast(speakers, _TONES, catalogue).voice("A").name == "en+bass2"
    roles = cast(script(("A", 9)), _TONES, catalogue).roles
    assert roles == (Role("A", next(v for v in _TONES if v.name == "en+alto1"), "pinned in voices.yaml"),)


def test_a_pin_finds_its_person_by_alias_and_without_case() -> None:
    catalogue = Catalogue(pins=(Pin("sam  ALTMANN", "tone:en+bass2"),))
    people = (Person("Sam Altman", "male", ("Altman", "Sam Altmann")),)
    assert (
        cast(script(("Sam Altman", 3), people=people), _TONES, catalogue).voice("Sam Altman").name
        == "en+bass2"
    )


def test_a_pinned_voice_is_kept_from_those_before_and_counts_for_the_distance() -> None:
    catalogue = Catalogue(
        pins=(Pin("B", "e:en+m1", (("pitch", 10.0),)),), cosines=measured(m1_m2=0.95, m1_m3=0.77).cosines
    )
    planned = cast(script(("A", 9), ("B", 1)), plain("m1", "m2", "m3"), catalogue)
    assert (planned.voice("A").name, planned.voice("B").name) == ("en+m3", "en+m1")
    assert planned.voice("B").options == (("pitch", 10.0),)


def test_a_pin_for_somebody_else_does_nothing() -> None:
    catalogue = Catalogue(pins=(Pin("Z", "tone:nothing"),))
    assert cast(script(("A", 9)), _TONES, catalogue).voice("A") == _TONES[0]


def test_an_unknown_pinned_voice_is_an_error_with_speaker_place_and_choice() -> None:
    catalogue = Catalogue(pins=(Pin("A", "tone:en+violin", (), "voices.yaml:7"),))
    with pytest.raises(
        CastError, match=r"no voice for A: “tone:en.violin”, pinned in voices\.yaml:7"
    ) as caught:
        cast(script(("A", 9)), _TONES, catalogue)
    assert caught.value.speaker == "A"
    assert "tone:en+bass1" in caught.value.known


@pytest.mark.parametrize("second", ["e:en+m1", "e:*+m1", "e:en-us+m1"])
def test_two_speakers_pinned_to_one_voice_is_an_error(second: str) -> None:
    pool = (*plain("m1", "m2"), Voice("e", "en-us+m1", "en-US"))
    catalogue = Catalogue(recommended=(Recommended("e", "*+m1"), Recommended("e", "*+m2")))
    people = (Person("A", voice="e:en+m1"), Person("B", voice=second))
    with pytest.raises(
        CastError, match=r"no voice for B: .* is A's already; pin another; there is e:en.m2"
    ) as caught:
        cast(script(("A", 9), ("B", 2), people=people), pool, catalogue)
    assert caught.value.speaker == "B"


def test_one_timbre_is_never_given_twice_even_from_another_region() -> None:
    pool = (*plain("m1"), Voice("e", "en-us+m1", "en-US", "male"))
    catalogue = Catalogue(recommended=(Recommended("e", "*+m1"),))
    with pytest.raises(CastError):
        cast(script(("A", 9), ("B", 2)), pool, catalogue)


def test_voices_that_run_out_are_an_error_naming_who_is_left_and_what_to_do() -> None:
    with pytest.raises(
        CastError, match=r"no voice for C, D: every voice .* is given \(2\); pin others"
    ) as caught:
        cast(script(("A", 9), ("B", 8), ("C", 7), ("D", 6)), plain("m1", "m2"), Catalogue())
    assert caught.value.speaker == "C, D"


def test_without_any_voice_the_language_is_named() -> None:
    with pytest.raises(CastError, match="no voice for A: there is none for “en”"):
        cast(script(("A", 9)), (), Catalogue())


def test_a_voice_that_is_not_to_be_used_is_given_by_pin_only() -> None:
    catalogue = Catalogue(recommended=(Recommended("e", "*+m1", use=False), Recommended("e", "*+m2")))
    assert cast(script(("A", 9)), plain("m1", "m2", "m3"), catalogue).voice("A").name == "en+m2"
    for name in ("en+m1", "en+m3"):
        people = (Person("A", voice=f"e:{name}"),)
        assert (
            cast(script(("A", 9), people=people), plain("m1", "m2", "m3"), catalogue).voice("A").name == name
        )


def test_voices_of_a_second_engine_are_given_by_pin_only() -> None:
    pool = (*plain("m1", "m2"), *_TONES)
    people = (Person("A", voice="tone:en+bass1"),)
    speakers = script((NARRATOR, 9), ("A", 9), ("B", 8), people=people)
    assert [role.voice.id for role in cast(speakers, pool, Catalogue()).roles] == [
        "e:en+m1", "tone:en+bass1", "e:en+m2",
    ]  # fmt: skip
    with pytest.raises(CastError):
        cast(script(("A", 9), ("B", 8), ("C", 1)), pool, Catalogue())
    assert pinned_engines(speakers, Catalogue(pins=(Pin("b", "gtts:en"), Pin("x", "edge:en")))) == (
        "tone",
        "gtts",
    )


@given(
    st.lists(st.tuples(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWX"), st.integers(0, 30)), max_size=40),
    st.lists(st.sampled_from(["male", "female", ""]), min_size=24, max_size=24),
)
def test_everybody_who_speaks_gets_one_voice_and_no_voice_is_given_twice(
    said: list[tuple[str, int]], genders: list[str]
) -> None:
    people = tuple(
        Person(name, gender) for name, gender in zip("ABCDEFGHIJKLMNOPQRSTUVWX", genders, strict=True)
    )
    performed = script(*said, people=people)
    planned = cast(performed, _TONES, Catalogue())
    assert {role.speaker for role in planned.roles} == {turn.speaker for turn in performed.turns}
    assert len({role.speaker for role in planned.roles}) == len(planned.roles)
    assert len({role.voice.id for role in planned.roles}) == len(planned.roles)
    assert planned == cast(performed, _TONES, Catalogue())


def test_a_play_can_be_cast_with_espeak() -> None:
    engine = EspeakEngine()
    catalogue = load_catalogue()
    pool = catalogue.pool(engine.voices("en"), "en")
    engine.close()
    names = [NARRATOR, *"ABCDEFGHIJK"]
    people = tuple(Person(name, ("", "female", "male")[i % 3]) for i, name in enumerate(names))
    start = time.process_time()
    planned = cast(script(*((name, 5) for name in names), people=people), pool, catalogue)
    assert time.process_time() - start < 1
    assert len({role.voice.id for role in planned.roles}) == 12
    for person, role in zip(people, planned.roles, strict=True):
        assert role.voice.gender == person.gender or not person.gender or "no " in role.reason


@pytest.mark.parametrize("speakers", [1, 2])
def test_voices_of_an_engine_that_was_not_chosen_are_given_to_nobody_without_a_pin(speakers: int) -> None:
    pool = (Voice("online", "en-1", "en"), Voice("online", "en-2", "en"), Voice("online", "en-3", "en"))
    pins = (Pin("A", "online:en-1"),)
    said = [("A", 9), ("B", 5)][-speakers:]
    with pytest.raises(CastError, match=r"no voice for B: engine chosen has none for “en”; .*--engine"):
        cast(script(*said), pool, Catalogue(engine="chosen", pins=pins))


def test_an_unknown_pin_names_the_voices_of_its_engine() -> None:
    pool = (*plain("m1", "m2"), Voice("other", "en-1", "en"))
    with pytest.raises(CastError) as caught:
        cast(script(("A", 9)), pool, Catalogue(engine="e", pins=(Pin("A", "other:en-9"),)))
    assert caught.value.known == ("other:en-1",)
