import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrator.errors import NarratorError, ScriptError, SettingsError
from narrator.yamltext import dump_yaml, load_yaml

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
@example({"\x85": "a\u2028b"})
def test_what_is_written_reads_back(value: object) -> None:
    assert load_yaml(dump_yaml(value)).plain() == value


@given(st.text(max_size=60))
def test_any_text_reads_or_gives_one_error_of_ours(text: str) -> None:
    faults: list[SettingsError] = []
    try:
        json.dumps(load_yaml(text, Path("x.yaml")).plain())
    except SettingsError as error:
        faults.append(error)
    for fault in faults:
        assert str(fault).startswith("x.yaml:")
        assert fault.line is not None
        assert 1 <= fault.line <= len(text.splitlines()) + 1


def test_plain_words_stay_words() -> None:
    text = "language: no\nstart: 1:30\ndate: 2024-05-01\nroom: 007\nbig: 1e3\nyes: on\n"
    assert load_yaml(text).plain() == {
        "language": "no", "start": "1:30", "date": "2024-05-01", "room": "007", "big": "1e3", "yes": "on",
    }  # fmt: skip


def test_numbers_truth_and_nothing_are_values() -> None:
    text = "a: 5\nb: -1.5\nc: true\nd:\ne: ~\nf: 1.0e+20"
    assert load_yaml(text).plain() == {"a": 5, "b": -1.5, "c": True, "d": None, "e": None, "f": 1e20}


def test_lines_are_those_of_the_file() -> None:
    root = load_yaml("title: x\ncast:\n  Anna: 5\n", first_line=2)
    anna = root.mapping()["cast"].mapping()["Anna"]
    assert (anna.line, anna.key, anna.text()) == (4, "cast.Anna", "5")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2", 2, "twice"),
        ("a: [1, 2", 1, "expected"),
        ("a: b: c", 1, "mapping values"),
        ("x: &a [1]\ny: *a", 1, "alias"),
        ("x: &a\n  - *a", 1, "alias"),
        ("x: !!python/object:os.system {}", 1, "tag"),
        ("x: !!int many", 1, "tag"),
        ("? [a]\n: b", 1, "key must be a text"),
        ("a: 1\nb: \x07", 2, "U+0007"),
        ("a: 1\n---\nb: 2", 2, "document"),
        ("\tindented: 1", 1, "cannot start"),
        ("[" * 3000, 1, "nested too deeply"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    with pytest.raises(SettingsError, match=says.replace("+", r"\+")) as caught:
        load_yaml(text, Path("voices.yaml"))
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_errors_are_the_callers() -> None:
    def fail(key: str, problem: str, path: Path | None, line: int | None) -> NarratorError:
        return ScriptError(f"front matter, {key}: {problem}", path, line)

    root = load_yaml("pause: long", Path("s.md"), fail=fail, first_line=2)
    with pytest.raises(ScriptError, match=r"^s\.md:2: front matter, pause: a number is expected, not a text"):
        root.mapping()["pause"].number()


def test_questions_answer_or_say_what_was_expected() -> None:
    root = load_yaml("n: 300\nt: [a, b]\nm: {k: v}\nnone:\ntrue: true").mapping()
    assert root["n"].number(low=0, high=300) == 300
    assert [node.text() for node in root["t"].sequence()] == ["a", "b"]
    assert root["m"].mapping(known=("k",))["k"].text() == "v"
    assert root["none"].sequence() == ()
    assert root["none"].mapping() == {}
    with pytest.raises(SettingsError, match="n: a pitch from 0 to 99 is expected, not 300"):
        root["n"].number("a pitch from 0 to 99", 0, 99)
    with pytest.raises(SettingsError, match="true: a number is expected, not true or false"):
        root["true"].number()
    with pytest.raises(SettingsError, match="t: a name is expected, not a list"):
        root["t"].text("a name")
    with pytest.raises(SettingsError, match="n: a list is expected"):
        root["n"].sequence()
    with pytest.raises(SettingsError, match="n: a mapping is expected"):
        root["n"].mapping()
    with pytest.raises(SettingsError, match=r"m\.k: is not known here; there is pitch, rate"):
        root["m"].mapping(known=("pitch", "rate"))


def test_numbers_too_long_for_an_integer_still_read() -> None:
    assert load_yaml("9" * 400).plain() == math.inf
