"""What an episode will be and cost, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cli.terminal import bold, format_table
from narrator.units import clock

if TYPE_CHECKING:
    from narrator.production.estimating import Estimate, Share


def format_estimate(estimate: Estimate) -> str:
    """Tell length, what is there, and what each engine still has to do."""
    title = bold(f"{estimate.title} (about {clock(estimate.length_s)})")
    if not estimate.shares:
        there = "counted above or there" if estimate.counted else "there"
        return (
            f"{title}\nAll {estimate.kept + estimate.counted:,} takes are {there}: nothing has to be spoken."
        )
    rows = [
        (
            share.engine,
            f"{share.takes:,}",
            f"{share.characters:,}",
            f"{share.requests:,}" if share.requests else "–",
            clock(share.speech_s),
            "–" if share.work_s is None else clock(max(1.0, share.work_s)),
            _price(share),
        )
        for share in estimate.shares
    ]
    table = format_table(
        rows, ("Engine", "Takes", "Characters", "Requests", "Speech", "Time", "Price"), indent=2
    )
    lines = [title, table, f"  Takes that are there already: {estimate.kept:,}"]
    if estimate.counted:
        lines.append(f"  Takes that are counted above: {estimate.counted:,}")
    if any(share.work_s is None for share in estimate.shares):
        lines.append("  How long a service takes is not known beforehand.")
    return "\n".join(lines)


def _price(share: Share) -> str:
    """Tell a price with two digits, or as many as it needs."""
    if not share.currency:
        return "–"
    return f"{share.price:.2f} {share.currency}" if share.price >= 0.01 else f"< 0.01 {share.currency}"
