"""Headers that ask for a part, or only for what is new, against RFC 9110 and its grammar."""

from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.serving.conditions import (
    FAILED,
    MAX_RANGES,
    NOT_MODIFIED,
    OK,
    Validators,
    choose_ranges,
    judge,
    parse_ranges,
)

THERE = Validators('"abc"', 1_700_000_000)
EARLIER, SAME, LATER = (formatdate(1_700_000_000 + by, usegmt=True) for by in (-60, 0, 60))


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("bytes=0-499", 10_000, ((0, 500),)),  # the examples of RFC 9110, 14.1.2
        ("bytes=500-999", 10_000, ((500, 1000),)),
        ("bytes=-500", 10_000, ((9500, 10_000),)),
        ("bytes=9500-", 10_000, ((9500, 10_000),)),
        ("bytes=0-0,-1", 10_000, ((0, 1), (9999, 10_000))),
        ("bytes= 0-999, 4500-5499, -1000", 10_000, ((0, 1000), (4500, 5500), (9000, 10_000))),
        ("bytes=500-600,601-999", 10_000, ((500, 1000),)),
        ("bytes=500-700,601-999", 10_000, ((500, 1000),)),
        ("Bytes=0-", 10, ((0, 10),)),
        ("bytes=0-99999999999999999999999999", 10, ((0, 10),)),
        ("bytes=-99", 10, ((0, 10),)),
        ("bytes=,0-1,,", 10, ((0, 2),)),
        ("bytes=5-6,20-30", 10, ((5, 7),)),
        ("bytes=10-", 10, ()),
        ("bytes=-0", 10, ()),
        ("bytes=" + "9" * 5000 + "-", 10, ()),
        ("bytes=3-2", 10, None),
        ("bytes=0-1,x", 10, None),
        ("bytes=-", 10, None),
        ("bytes=", 10, None),
        ("bytes", 10, None),
        ("bytes=1 - 2", 10, None),
        ("bytes=+1-2", 10, None),
        ("bytes=１-2", 10, None),
        ("seconds=0-1", 10, None),
        ("bytes=0-", 0, None),
        ("bytes=" + "0-," * (MAX_RANGES + 1), 10, None),
    ],
)
def test_ranges_are_read_as_the_standard_says(
    text: str, size: int, expected: tuple[tuple[int, int], ...] | None
) -> None:
    assert parse_ranges(text, size) == expected


SPECS = st.tuples(st.none() | st.integers(0, 300), st.none() | st.integers(0, 300)).filter(any)


@settings(max_examples=60)
@given(st.lists(SPECS, min_size=1, max_size=MAX_RANGES), st.integers(1, 250))
def test_every_byte_asked_for_is_sent_once_and_few_others(
    specs: list[tuple[int | None, int | None]], size: int
) -> None:
    text = ",".join(f"{'' if a is None else a}-{'' if b is None else b}" for a, b in specs)
    found = parse_ranges("bytes=" + text, size)
    if any(a is not None and b is not None and b < a for a, b in specs):
        assert found is None
        return
    asked = set()
    for a, b in specs:
        first = a if a is not None else max(size - (b or 0), 0)
        last = size - 1 if a is None or b is None else b
        asked |= set(range(first, min(last + 1, size)))
    assert found is not None
    sent = [at for start, end in found for at in range(start, end)]
    assert len(sent) == len(set(sent))
    assert asked <= set(sent) <= set(range(size))
    assert sent == sorted(sent)
    assert bool(asked) == bool(found)


@settings(max_examples=60)
@given(st.text(), st.integers(0, 2**40))
def test_any_text_is_read_or_ignored(text: str, size: int) -> None:
    for header in (text, "bytes=" + text):
        found = parse_ranges(header, size)
        assert found is None or all(0 <= start < end <= size for start, end in found)
    fields = dict.fromkeys(
        ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"), text
    )
    assert judge(fields, THERE) in (OK, NOT_MODIFIED, FAILED)
    for name, value in fields.items():
        assert judge({name: value}, THERE) in (OK, NOT_MODIFIED, FAILED)
        choose_ranges({"range": "bytes=0-1", name: value}, THERE, 5)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, OK),
        ({"if-none-match": '"abc"'}, NOT_MODIFIED),
        ({"if-none-match": 'W/"abc"'}, NOT_MODIFIED),
        ({"if-none-match": '"x", "a,b" ,W/"abc"'}, NOT_MODIFIED),
        ({"if-none-match": "*"}, NOT_MODIFIED),
        ({"if-none-match": '"x"'}, OK),
        ({"if-none-match": "abc"}, OK),
        ({"if-none-match": '"x"', "if-modified-since": LATER}, OK),  # the tag counts alone
        ({"if-none-match": '"abc"', "if-modified-since": EARLIER}, NOT_MODIFIED),
        ({"if-modified-since": SAME}, NOT_MODIFIED),
        ({"if-modified-since": LATER}, NOT_MODIFIED),
        ({"if-modified-since": EARLIER}, OK),
        ({"if-modified-since": "yesterday"}, OK),
        ({"if-match": '"abc"'}, OK),
        ({"if-match": "*"}, OK),
        ({"if-match": 'W/"abc"'}, FAILED),
        ({"if-match": '"x"'}, FAILED),
        ({"if-match": '"abc"', "if-none-match": '"abc"'}, NOT_MODIFIED),
        ({"if-unmodified-since": EARLIER}, FAILED),
        ({"if-unmodified-since": SAME}, OK),
        ({"if-match": '"abc"', "if-unmodified-since": EARLIER}, OK),
    ],
)
def test_conditions_hold_in_the_order_of_the_standard(headers: dict[str, str], expected: int) -> None:
    assert judge(headers, THERE) == expected


@pytest.mark.parametrize(
    ("condition", "part"),
    [('"abc"', True), ('W/"abc"', False), ('"x"', False), (SAME, True), (EARLIER, False), (LATER, False)],
)
def test_a_part_is_sent_only_of_what_the_client_has_a_part_of(condition: str, part: bool) -> None:
    found = choose_ranges({"range": "bytes=1-2", "if-range": condition}, THERE, 5)
    assert found == (((1, 3),) if part else None)


def test_without_a_known_date_only_tags_count() -> None:
    unknown = Validators('"abc"')
    assert judge({"if-modified-since": LATER}, unknown) == OK
    assert judge({"if-unmodified-since": EARLIER}, unknown) == OK
    assert choose_ranges({"range": "bytes=1-2", "if-range": LATER}, unknown, 5) is None
