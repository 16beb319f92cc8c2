"""What became of many sources, told at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from narrator.cli.ending import told
from narrator.cli.root import fail
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Summary:
    """Counts sources, and remembers why some failed."""

    many: bool
    """Whether there are several sources: an error then names its own."""
    built: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)

    def done(self, *, unchanged: bool) -> None:
        """Count a source of which there is an episode now."""
        self.unchanged += unchanged
        self.built += not unchanged

    def failed(self, source: Path | str, error: Exception) -> None:
        """Print why a source failed, and remember it.

        Raises:
            Exception: The error, where it is not foreseen and no other source waits.
        """
        if isinstance(error, NarratorError):
            message = str(error)
        elif isinstance(error, OSError):
            message = f"{source}: {told(error)}"
        elif self.many:
            # A fault of ours in one text of an archive must not cost the others.
            problem = f"{type(error).__name__}: {error}"
            message = f"this is a fault of narrator, please report it with the source: {problem}"
        else:
            raise error
        if self.many and not message.startswith(str(source)):
            message = f"{source}: {message}"
        fail(message)
        self.failures.append(message)

    @property
    def code(self) -> int:
        """The exit code: 1 when any source failed."""
        return 1 if self.failures else 0

    def tell(self) -> None:
        """Print how many sources came to what, and each failure again, on standard error."""
        counts = f"{self.built:,} built, {self.unchanged:,} unchanged, {len(self.failures):,} failed"
        click.echo(f"narrate: {counts}", err=True)
        for failure in self.failures:
            fail(failure)
