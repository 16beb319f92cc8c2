"""Dates of feeds.

Source: RFC 2822, sections 3.3 and 4.3, with years of four digits.
"""

import calendar
import re
from datetime import date

_DATE = re.compile(
    r"(?:(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s+)?(?P<day>\d{1,2})\s+"
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+(?P<year>\d{4})\s+"
    r"(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60))?\s+(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)"
)
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_of(told: str) -> date | None:
    """Return the day of a date; None where it has another form, or there is no such day.

    >>> day_of("Tue, 03 Feb 2026 10:00:00 +0000"), day_of("31 Feb 2026 10:00 GMT")
    (datetime.date(2026, 2, 3), None)
    """
    found = _DATE.fullmatch(told)
    if found is None:
        return None
    try:
        return date(int(found["year"]), _MONTHS.index(found["month"]), int(found["day"]))
    except ValueError:
        return None


def right_weekday(told: str) -> str:
    """Return the weekday that a date should name; empty where it is right, not named, or no date.

    >>> right_weekday("Mon, 03 Feb 2026 10:00:00 +0000")
    'Tuesday'
    """
    day = day_of(told)
    found = _DATE.fullmatch(told)
    if day is None or found is None or found["weekday"] in {None, _DAYS[day.weekday()]}:
        return ""
    return calendar.day_name[day.weekday()]
