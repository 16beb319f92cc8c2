"""Print docs/commands.md: the help of every command, as the program gives it.

    python tools/document_commands.py > docs/commands.md

A test compares the two.
"""

from click.testing import CliRunner

from narrator.cli import main


def help_of(*command: str) -> str:
    return CliRunner().invoke(main, [*command, "--help"], prog_name="narrate").output.rstrip()


def page() -> str:
    parts = [
        "# Commands",
        "",
        "Made by `tools/document_commands.py`; do not edit.",
        "",
        "```",
        help_of(),
        "```",
        "",
    ]
    for name, command in sorted(main.commands.items()):
        below = sorted(getattr(command, "commands", ()))
        for names in ([name], *([name, inner] for inner in below)):
            parts += [f"## narrate {' '.join(names)}", "", "```", help_of(*names), "```", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
