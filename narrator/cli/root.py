"""The program `narrate`: its commands hang here, and this is the one place that prints errors."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from narrator import __version__
from narrator.cli.ending import tidy_end, told
from narrator.errors import NarratorError

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it: 128 and the number of SIGINT."""


class _Narrate(click.Group):
    """A group of commands in which every expected failure is one line on standard error."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command and end with its exit code: 0 done, 1 refused or failed, 2 wrong usage."""
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # whoever started us closed it
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
            # A title that the terminal's encoding lacks must not end the program.
            if hasattr(getattr(sys, name), "reconfigure"):
                getattr(sys, name).reconfigure(errors="replace")
        # Documents and scripts are large and hold no cycles: looking for some over and over took a tenth of
        # the time that a book needs.
        gc.set_threshold(100_000, 50, 50)
        extra["standalone_mode"] = False
        try:
            with tidy_end():
                code = super().main(*args, **extra)
        except click.UsageError as error:
            usage = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
            code = fail(f"{error.format_message().rstrip('.')}{usage}", 2)
        except click.ClickException as error:
            code = fail(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            code = _INTERRUPTED
        except NarratorError as error:
            code = fail(str(error))
        except OSError as error:
            code = fail(told(error))
        sys.exit(code if isinstance(code, int) else 0)


def fail(message: str, code: int = 1) -> int:
    """Print an error as one line and return the exit code."""
    click.echo(f"narrate: error: {' '.join(message.split())}", err=True)
    return code


@click.group(
    cls=_Narrate, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="narrate")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn a text in which people speak into a finished podcast episode."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
