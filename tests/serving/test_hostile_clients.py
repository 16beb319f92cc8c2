"""`narrate serve` among clients that mean harm; `hostile.py` as a program does the same at full size."""

import asyncio
import signal
from pathlib import Path

import pytest
from hostile import Campaign, make_target, resident_kib
from test_serve_command import ADDRESS, audio_path, program


@pytest.mark.slow
def test_hostile_requests_get_nothing_and_hinder_nobody(tmp_path: Path) -> None:
    """Acceptance: hostile requests; nothing outside the show, no crash, good clients still served."""
    _, sound = make_target(tmp_path, 8_000_000)
    with program(tmp_path) as (running, said):
        found = ADDRESS.search(said)
        assert found
        port = int(found[1].split(":")[2].strip("/"))
        campaign = Campaign(port, audio_path(found[1], "one"), sound, seed=5, patience_s=0.5)
        before = resident_kib(running.pid)
        seen = asyncio.run(campaign.run(250, at_once=100))
        after = resident_kib(running.pid)

        assert seen.leaks == []
        assert seen.failures == []
        assert len(seen.latencies) >= 9
        assert sum(seen.answers.values()) == 250
        assert {"200", "206", "400", "404", "405", "413", "421"} <= set(seen.answers)
        assert "500" not in seen.answers
        assert after - before < 60_000
        running.send_signal(signal.SIGTERM)
        assert running.communicate(timeout=20) == ("", "")
