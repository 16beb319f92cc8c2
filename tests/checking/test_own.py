"""In what narrator itself builds and publishes, nothing is wrong."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from narrator.cli import main

TEXT = """\
# The River & the <Sea>

## How it began

Ada Stone: Good evening. We talk about the river that runs behind this house, which is older than the town.

Ben Hill: Thank you. I have lived here for sixty years, and I have never seen it freeze.

## What it carries

Ada Stone: What does the river carry down to the sea?

Ben Hill: Mostly sand, now and then a chair. Once it brought a piano, and the piano still played.
"""


def narrate(*arguments: str | Path) -> str:
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_nothing_is_wrong_with_what_narrator_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checklist: default MP3 CBR 96 kbit/s mono, 44.1 or 48 kHz, with Info header."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "NARRATOR_TAKES", str(tmp_path / "takes"))
    Path("river.md").write_text(TEXT, "utf-8")
    narrate("build", "river.md", "--engine", "tone", "-q")
    (episode,) = (path.parent for path in Path("output").glob("*/episode.json"))

    assert json.loads(narrate("check", episode, "--json"))["findings"] == []

    Path("output/podcast.yaml").write_text(
        "title: Rivers\naddress: https://pod.example/rivers/\nlanguage: en\nauthor: Ada\n"
        "email: ada@pod.example\ndescription: On rivers.\ncategory: Science\nfrequency: weekly\n",
        "utf-8",
    )
    narrate("publish", "-q", "--to", "www")
    facts = json.loads(narrate("check", "www", "--strict", "--json"))

    assert facts["findings"] == []
    assert (facts["episodes"], facts["examined"]) == (1, 1)
