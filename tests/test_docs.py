"""What the documents say is what the program does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
PAGES = sorted([TOP / "README.md", TOP / "CHANGELOG.md", *(TOP / "docs").glob("*.md")])


def test_the_command_reference_is_what_the_program_says() -> None:
    made = subprocess.run(
        [sys.executable, TOP / "tools" / "document_commands.py"], check=True, capture_output=True, text=True
    )

    assert (TOP / "docs" / "commands.md").read_text("utf-8") == made.stdout


def test_the_quick_start_has_two_commands() -> None:
    readme = (TOP / "README.md").read_text("utf-8")
    section = readme.split("## Quick start")[1].split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)

    assert len(commands) == 2
    assert "narrate build examples/" in commands[0]
    assert "pytest" in commands[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]+`", "", page.read_text("utf-8"))  # what is shown as code is no link
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / target).exists(), target
