"""Each rule finds what breaks it, and nothing where nothing is wrong."""

import re
from pathlib import Path

import good
import pytest
from cases import CASES, WEB

from narrator.checking import check, rules


def found(place: Path) -> set[str]:
    return {finding.rule for finding in check(place).findings}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_what_breaks_it_and_no_other_does(rule: str, tmp_path: Path) -> None:
    case = CASES[rule]

    assert found(case.make(tmp_path)) == {rule} | case.also


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | WEB == set(rules())


@pytest.mark.parametrize("make", [good.episode, good.published], ids=["episode", "show"])
def test_nothing_is_found_in_a_good_one(make: object, tmp_path: Path) -> None:
    assert callable(make)
    folder = make(tmp_path / "x")

    assert check(folder).findings == []
    for path in folder.rglob("*.*"):
        if path.suffix != ".css":
            assert check(path).findings == [], path


def test_every_rule_tells_its_standard_and_what_to_do() -> None:
    for rule in rules().values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z]+)+|unreadable", rule.id)
        assert rule.standard
        assert len(rule.why) > 10
        assert len(rule.advice) > 10, rule.id


def test_forms_that_feeds_may_name_and_that_have_no_rules_are_left_alone(tmp_path: Path) -> None:
    pdf = good.feed().replace("one.mp3", "one.pdf").replace("audio/mpeg", "application/pdf")
    plain = pdf.replace("one.srt", "one.txt").replace("application/x-subrip", "text/plain")
    folder = good.published(tmp_path / "p", feed=lambda _: plain)
    (folder / "one" / "one.mp3").rename(folder / "one" / "one.pdf")
    (folder / "one" / "one.pdf").write_bytes(b"%PDF-1.7\n".ljust(len(good.mp3()), b"x"))
    (folder / "one" / "one.srt").rename(folder / "one" / "one.txt")
    (folder / "one" / "index.html").write_text(good.page().replace("one.mp3", "one.pdf"), "utf-8")

    assert check(folder).findings == []
