import re
import string
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.errors import SettingsError
from narrator.model import Chapter, Script, Turn
from narrator.production.identity import is_kin, make_date, make_guid, make_slug, make_title

PATH = Path("talks") / "my_first-talk.txt"


def script(text: str = "Hello there.", title: str = "") -> Script:
    return Script(title, "en", (Chapter("", (Turn("Ada", text),)),))


# ---------------------------------------------------------------- titles
def test_title_given_wins_over_the_scripts_and_that_over_the_file_name() -> None:
    assert make_title("Given", script(title="Own"), PATH) == "Given"
    assert make_title("", script(title="Own"), PATH) == "Own"
    assert make_title("", script(), PATH) == "My first talk"
    assert make_title("", script(), Path("___.txt")) == "Untitled"


def test_title_is_one_line_without_control_characters() -> None:
    assert make_title(" A\tb\n c\x00 \x1b[1m ", script(), PATH) == "A b c [1m"


def test_too_long_title_is_refused_and_a_long_file_name_cut() -> None:
    assert make_title("x" * 255, script(), PATH) == "x" * 255
    with pytest.raises(SettingsError, match=r"256 characters.*--title"):
        make_title("x" * 256, script(), PATH)
    with pytest.raises(SettingsError, match="my_first-talk"):
        make_title("", script(title="x" * 300), PATH)
    assert len(make_title("", script(), Path("x" * 300))) == 255


# ---------------------------------------------------------------- slugs
@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Über „Größe“: Teil 2/3", "ueber-groesse-teil-2-3"),
        ("../../etc/passwd", "etc-passwd"),
        ("Don't “panic”", "dont-panic"),
        ("Crème brûlée & Ångström", "creme-brulee-angstroem"),
        ("NUL", "nul-episode"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("x" * 200, "x" * 80),
    ],
)
def test_slug_reads_like_the_title(title: str, slug: str) -> None:
    assert make_slug(title) == slug


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_slug_is_a_safe_name_for_any_title(title: str) -> None:
    slug = make_slug(title)
    assert 0 < len(slug) <= 80
    assert set(slug) <= set(string.ascii_lowercase + string.digits + "-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


def test_titles_without_latin_letters_have_different_slugs() -> None:
    assert make_slug("東京") != make_slug("大阪")
    assert re.fullmatch(r"episode-[0-9a-f]{8}", make_slug("東京"))


# ---------------------------------------------------------------- guids and dates
def test_guid_is_a_uuid_of_slug_and_source() -> None:
    guid = make_guid("talk", b"text")
    assert uuid.UUID(guid).version == 5
    assert guid == make_guid("talk", b"text")
    assert len({guid, make_guid("talk", b"other"), make_guid("other", b"text")}) == 3


def test_date_is_the_environments_else_the_kept_else_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    now = datetime.fromisoformat(make_date(""))
    assert abs(datetime.now(now.tzinfo) - now) < timedelta(seconds=5)
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond == 0
    assert make_date("2020-01-01T00:00:00+00:00") == "2020-01-01T00:00:00+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert make_date("2020-01-01T00:00:00+00:00") == "2023-11-14T22:13:20+00:00"


@pytest.mark.parametrize("wrong", ["today", "1e9", "9" * 30])
def test_wrong_date_of_the_environment_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    with pytest.raises(SettingsError, match="SOURCE_DATE_EPOCH"):
        make_date("")


# ---------------------------------------------------------------- the same or another
LONG = " ".join(f"The {word} walked over the hill and said {word} twice." for word in string.ascii_letters)


def test_edited_text_is_kin() -> None:
    words = LONG.split()
    words[3::5] = ["changed"] * len(words[3::5])
    assert is_kin(script(LONG), script(LONG))
    assert is_kin(script(LONG), script(" ".join(words)))
    assert is_kin(script(LONG), script(LONG[: len(LONG) // 4]))
    assert is_kin(script("Hello world."), script("Hello there, my world."))
    two = replace(script(), chapters=(Chapter("", (Turn("Bob", LONG[:900]), Turn("Eve", LONG[900:]))),))
    assert is_kin(script(LONG), two)


def test_another_text_is_not_kin() -> None:
    other = " ".join(f"Why does nobody in the village ever speak of number {n}?" for n in range(50))
    assert not is_kin(script(LONG), script(other))
    assert not is_kin(script("Hello there."), script("Something else entirely!"))
