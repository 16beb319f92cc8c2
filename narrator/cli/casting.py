"""`narrate cast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cli.options import (
    ENGINE,
    JSON,
    LANGUAGE,
    OUT,
    QUOTES,
    SOURCE,
    SPEAK,
    VOICES,
    add_options,
    as_text,
    deliver,
)
from narrator.cli.root import cli

if TYPE_CHECKING:
    from pathlib import Path


@cli.command()
@SOURCE
@add_options(LANGUAGE, ENGINE, VOICES, QUOTES, SPEAK, JSON, OUT)
def cast(
    *,
    source: Path | str,
    language: str,
    engine: str,
    voices: Path | None,
    quotes: str,
    speak: frozenset[str],
    output: Path | None,
    as_json: bool,
) -> None:
    """Say who gets which voice, and why."""
    from narrator.cli.account import cast_rows, format_cast
    from narrator.production import Options, load_script, plan_cast

    performed = load_script(source, language=language, quotes=quotes, speak=speak)
    planned = plan_cast(performed, Options(engine=engine, voices=voices))
    text = as_text(cast_rows(performed, planned)) if as_json else format_cast(performed, planned)
    deliver(text, output)
