"""Templates and their style sheet and script: the one place that knows the template engine."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from narrator.model import Asset
from narrator.publish.pages.figures import blocks
from narrator.publish.types import TYPES
from narrator.publish.wording import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from jinja2 import Environment

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""What may not stand in a page: control characters, surrogates, noncharacters (HTML, 13.1.7)."""
_SCRIPTS = ("page.js", "player.js", "reading.js", "search.js", "keys.js", "episodes.js")
"""Parts of the script in the order in which they build on each other."""


def render(template: str, facts: Mapping[str, Any], language: str) -> bytes:
    """Return a page.

    Args:
        template: The name of the template.
        facts: What it shows.
        language: BCP 47, of what it says beside the texts of people.
    """
    assets = {asset.name.partition("-")[0].removeprefix("assets/"): asset.name for asset in page_assets()}
    page = _environment().get_template(template).render(words=wording(language), assets=assets, **facts)
    return page.encode("utf-8")


@lru_cache
def page_assets() -> tuple[Asset, ...]:
    """Return style sheet, script and icon, which all pages share."""
    folder = _folder()
    parts = "\n".join((folder / name).read_text("utf-8") for name in _SCRIPTS)
    return (
        _asset("page.css", (folder / "page.css").read_bytes()),
        _asset("script.js", f'(() => {{\n"use strict";\n{parts}}})();\n'.encode()),
        _asset("icon.svg", (folder / "icon.svg").read_bytes()),
    )


@lru_cache
def fingerprint() -> str:
    """Return a sha256 of the templates, the wording, and the code that makes pages of them."""
    package = resources.files("narrator.publish")
    files = [package / "wording.yaml", *(package / "pages").iterdir(), *_folder().iterdir()]
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        if file.name.endswith((".py", ".yaml", ".html", ".css", ".js", ".svg")):
            whole.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def without_forbidden(text: str) -> str:
    r"""Return a text without what may not stand in a page.

    >>> without_forbidden("a\x00b\ufffe\n\u202ec")
    'ab\n\u202ec'
    """
    return _FORBIDDEN.sub("", text)


def _folder() -> Traversable:
    return resources.files("narrator.publish.pages") / "templates"


def _asset(name: str, content: bytes) -> Asset:
    stem, suffix = name.split(".")
    key = hashlib.sha256(content).hexdigest()
    return Asset(f"assets/{stem}-{key[:8]}.{suffix}", TYPES[f".{suffix}"], key, content)


@lru_cache
def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        """Clean whatever a template puts into the page."""
        if isinstance(value, Markup):
            return Markup(without_forbidden(value))  # noqa: S704 - escaped already; this only takes away
        return without_forbidden(value) if isinstance(value, str) else value

    sources = {
        file.name: file.read_text("utf-8") for file in _folder().iterdir() if file.name.endswith(".html")
    }
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["blocks"] = blocks
    environment.policies["urlize.rel"] = "noopener"
    environment.filters["fill"] = lambda phrase, **values: phrase.format(**values)
    return environment
