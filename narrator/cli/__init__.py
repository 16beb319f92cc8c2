"""The command line `narrate`."""

from narrator.cli.commands import cli, main

__all__ = ["cli", "main"]
