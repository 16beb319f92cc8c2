"""Rules and what they find: one row of a table for each thing that can be wrong."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from narrator.yamltext import load_yaml

_MOST_ALIKE = 5
"""Findings of one rule in one place that are told one by one: hostile input could have millions."""
_LONGEST = 160
"""Characters that are shown of a text that was found."""

T = TypeVar("T")


class Severity(StrEnum):
    """What a finding means for a listener."""

    ERROR = "error"
    """A standard's must: some app refuses it, loses something, or shows it wrongly."""
    WARNING = "warning"
    """A should: it works, but worse than it could."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found."""

    what: str
    at: str = ""
    """Line, item, cue or byte within the file."""


Tests: TypeAlias = dict[str, Callable[[T], Iterable[Fault]]]
"""Functions that find what is wrong, by the ids of their rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is required.

    How to add one: write a function that takes the facts of a thing and yields a `Fault` for each offence,
    put it into the table `TESTS` of its module in `rules/`, describe it in `rules/rules.yaml`, and add a case
    to `tests/checking`.
    """

    id: str
    severity: Severity
    standard: str
    """The standard and its clause."""
    why: str
    """What is required, or what goes wrong without it."""
    advice: str
    """What to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a place."""

    rule: str
    severity: Severity
    where: str
    """File or address."""
    at: str
    """Line, item, cue or byte within it; may be empty."""
    what: str
    why: str
    standard: str
    advice: str


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by their ids, as `rules/rules.yaml` has them."""
    path = Path(__file__).parent / "rules" / "rules.yaml"
    rows = load_yaml(path.read_text("utf-8"), path).mapping()
    made = {}
    for name, row in rows.items():
        fields = row.mapping(known=("severity", "standard", "why", "advice"))
        severity, *texts = (fields[key].text() for key in ("severity", "standard", "why", "advice"))
        made[name] = Rule(name, Severity(severity), *texts)
    return made


def apply(tests: Tests[T], subject: T, where: str, at: str = "") -> list[Finding]:
    """Return what rules find.

    Args:
        tests: Of the subject's kind.
        subject: The facts.
        where: The file or address that they are of.
        at: Where in it, when the rules look at a part.
    """
    return fewer(
        finding(name, fault.what, where, ", ".join(filter(None, (at, fault.at))))
        for name, test in tests.items()
        for fault in test(subject)
    )


def fewer(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out those of a rule in a place that would only repeat, and tell how many they are."""
    kept = []
    counts: Counter[tuple[str, str]] = Counter()
    for one in findings:
        counts[one.rule, one.where] += 1
        if counts[one.rule, one.where] <= _MOST_ALIKE:
            kept.append(one)
    for (rule, where), count in counts.items():
        if count > _MOST_ALIKE:
            kept.append(finding(rule, f"and {count - _MOST_ALIKE:,} more like this", where))
    return kept


def finding(name: str, what: str, where: str, at: str = "") -> Finding:
    """Return what a rule found in a place."""
    rule = rules()[name]
    return Finding(name, rule.severity, where, at, what, rule.why, rule.standard, rule.advice)


def shown(text: str) -> str:
    r"""Return a foreign text as it can be shown: one line, without controls, not too long.

    >>> shown("a\x1b[31m\n b")
    '“a [31m b”'
    """
    seen = (char if char.isprintable() else " " for char in text[: 4 * _LONGEST])
    line = " ".join("".join(seen).split())
    return f"“{line[: _LONGEST - 1]}…”" if len(line) > _LONGEST else f"“{line}”"
