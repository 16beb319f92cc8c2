"""The categories of podcasts."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from narrator.yamltext import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """Return Apple's categories, each with its subcategories."""
    text = (resources.files("narrator.publish") / "categories.yaml").read_text("utf-8")
    return {
        name: tuple(one.text() for one in node.sequence()) for name, node in load_yaml(text).mapping().items()
    }
