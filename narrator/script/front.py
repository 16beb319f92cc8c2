"""The front matter of a script: title, language, author, date, cast."""

from pathlib import Path

from narrator.errors import ScriptError
from narrator.model import Person
from narrator.settings import MAX_TITLE
from narrator.text import language_code, tidy
from narrator.yamltext import Node, load_yaml

_KEYS = ("title", "language", "author", "date", "cast")
_PERSON_KEYS = ("gender", "aliases", "voice")
_GENDERS = ("female", "male")


def _fail(key: str, problem: str, path: Path | None, line: int | None) -> ScriptError:
    return ScriptError(f"in the front matter, {key}: {problem}", path, line)


class FrontMatter:
    """What the front matter of a script says; empty where it does not."""

    def __init__(self, yaml: str, path: Path | None) -> None:
        keys = load_yaml(yaml, path, fail=_fail, first_line=2).mapping("keys and values", _KEYS)
        self.title = _text(keys.get("title"))
        self.language = _text(keys.get("language"))
        self.author = _text(keys.get("author"))
        self.date = _text(keys.get("date"))
        if len(self.title) > MAX_TITLE:
            raise keys["title"].error(
                f"it has {len(self.title)} characters; shorten it to at most {MAX_TITLE}"
            )
        if self.language:
            code = language_code(self.language)
            if not code:
                raise keys["language"].error("a code such as de or en-GB is expected")
            self.language = code
        cast = keys.get("cast")
        people = cast.mapping("a mapping of speakers") if cast else {}
        self.people = tuple(_person(tidy(name).replace("\n", " "), node) for name, node in people.items())


def _text(node: Node | None) -> str:
    return tidy(node.text()).replace("\n", " ") if node is not None and node.value is not None else ""


def _person(name: str, node: Node) -> Person:
    if not name:
        raise node.error("a speaker has a name")
    details = node.mapping("gender, aliases or voice", _PERSON_KEYS)
    gender = _text(details.get("gender"))
    if gender and gender not in _GENDERS:
        raise details["gender"].error(f"female or male is expected, not {gender!r}")
    aliases = details["aliases"].sequence() if "aliases" in details else ()
    return Person(name, gender, tuple(alias.text("a name") for alias in aliases), _text(details.get("voice")))
