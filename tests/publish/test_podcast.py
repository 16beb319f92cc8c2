"""podcast.yaml is read with the line of every mistake, and written so that it can be read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.errors import SettingsError
from narrator.model import EpisodeNotes
from narrator.publish.categories import categories
from narrator.publish.podcast import feed_guid, format_podcast, parse_podcast

PATH = Path("show/podcast.yaml")
WHOLE = """\
title: Über Brücken
address: https://pod.example/bridges/
description: |-
  First.

  Second.
language: de
author: N. Whitfield
email: n@pod.example
category: [Society & Culture > Documentary, Arts]
link: https://pod.example/
image: art/cover.jpg
explicit: true
type: serial
copyright: 2026 N. Whitfield
locked: false
complete: true
frequency: weekly
funding:
  https://pod.example/give: Support us
guid: 9B024349-ccf0-5f69-a609-6b82873eab3c
episodes:
  one:
    description: What it is about.
    season: 2
    number: 3
    type: bonus
    explicit: false
    image: one.png
    link: https://pod.example/one
"""


def test_everything_is_read() -> None:
    podcast = parse_podcast(WHOLE, PATH)
    assert podcast.title == "Über Brücken"
    assert podcast.description == "First.\n\nSecond."
    assert podcast.categories == (("Society & Culture", "Documentary"), ("Arts", ""))
    assert podcast.image == Path("show/art/cover.jpg")
    assert (podcast.explicit, podcast.locked, podcast.complete, podcast.kind) == (True, False, True, "serial")
    assert (podcast.frequency, podcast.frequency_rule) == ("weekly", "FREQ=WEEKLY")
    assert podcast.funding == (("https://pod.example/give", "Support us"),)
    assert podcast.guid == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    notes = EpisodeNotes(
        "What it is about.",
        2,
        3,
        "bonus",
        explicit=False,
        image=Path("show/one.png"),
        link="https://pod.example/one",
    )
    assert podcast.notes == (("one", notes),)


def test_the_guid_is_the_one_of_the_address_of_the_feed() -> None:
    """Checklist: `podcast:guid` = UUIDv5; the two examples are those of the podcast namespace."""
    assert feed_guid("https://mp3s.nashownotes.com/pc20rss.xml") == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert feed_guid("http://podnews.net/rss/") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    podcast = parse_podcast("title: T\naddress: https://pod.example/a", PATH)
    assert podcast.guid == feed_guid("https://pod.example/a/feed.xml")
    assert podcast.address == "https://pod.example/a/"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("address: x\n", "address: an address that begins with https:// or http:// is expected"),
        ("address: https://example.com/my-podcast/\n", "address: write here where the podcast will lie"),
        ("address: https://u:p@pod.example/\n", "an address without"),
        ("address: https://pod.example/?a=b\n", "an address without"),
        ("title:\n", "“title” is missing"),
        (f"title: {'x' * 256}\n", "a text of 1 to 255 characters"),
        ("language: german language\n", "a language such as en, de or pt-BR is expected"),
        ("email: nobody\n", "an e-mail address is expected"),
        ("category: Bridges\n", "'Bridges' is none of Apple's categories; there is Arts, Business"),
        ("category: Arts > Bridges\n", "'Bridges' is no subcategory of Arts; there is Books"),
        ("explicit: clean\n", "true or false is expected"),
        ("type: weekly\n", "one of episodic, serial is expected"),
        ("frequency: sometimes\n", "one of daily, weekdays, weekly"),
        ("guid: 7\n", "a UUID is expected"),
        ("secret: abc\n", "22 or more"),
        ("name: x\n", "is not known here"),
        ("funding:\n  javascript:1: x\n", "an address that begins with"),
        ("episodes:\n  one:\n    number: 0\n", r"episodes\.one\.number: a whole number of at least 1"),
        ("episodes:\n  one:\n    number: 1.5\n", "a whole number of at least 1 is expected"),
        ("episodes:\n  one:\n    type: special\n", "one of full, trailer, bonus is expected"),
        ("episodes:\n  one:\n    sesaon: 1\n", "is not known here"),
    ],
)
def test_a_mistake_is_told_with_its_line(change: str, problem: str) -> None:
    key = change.partition(":")[0]
    base = {"title": "title: T\n", "address": "address: https://pod.example/\n"}
    text = "# remark\n" + "".join((base | {key: change}).values())
    with pytest.raises(SettingsError, match=problem) as caught:
        parse_podcast(text, PATH)
    assert str(caught.value).startswith("show/podcast.yaml:")


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)


@given(TITLES, st.sampled_from(["de", "pt-BR"]), TITLES | st.just(""))
def test_what_is_written_to_begin_with_can_be_read(title: str, language: str, author: str) -> None:
    podcast = parse_podcast(format_podcast(title, "https://pod.example/a/", language, author), PATH)
    assert (podcast.title, podcast.language, podcast.author) == (title, language, author)
    assert (podcast.address, podcast.email, podcast.kind) == ("https://pod.example/a/", "", "episodic")
    assert podcast.description == f"{title}."


def test_there_are_all_of_apples_categories() -> None:
    assert len(categories()) == 19
    assert sum(map(len, categories().values())) == 91
