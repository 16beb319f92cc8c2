"""What paid engines cost, as `voices.yaml` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.yamltext import Node

_DEAREST = 10_000.0


@dataclass(frozen=True, slots=True)
class Price:
    """The price of speech."""

    per_minute: float = 0.0
    """Of speech."""
    per_million_characters: float = 0.0
    """Sent."""
    currency: str = "USD"
    """ISO 4217."""

    def of(self, characters: int, seconds: float) -> float:
        """Return what a text costs.

        >>> Price(per_minute=0.6).of(0, 90.0), Price(per_million_characters=15).of(2_000_000, 0.0)
        (0.9, 30.0)
        """
        return self.per_minute * seconds / 60 + self.per_million_characters * characters / 1_000_000


def read_prices(node: Node) -> dict[str, Price]:
    """Read the prices of an engine, by the model that speaks.

    Raises:
        SettingsError: A mistake, with its file and line.
    """
    prices = {}
    for model, entry in node.mapping("a mapping of models to prices").items():
        members = entry.mapping(
            "a price, as in {per_minute: 0.015, currency: USD}",
            ("per_minute", "per_million_characters", "currency"),
        )
        amounts = {
            name: float(members[name].number("a price", 0, _DEAREST))
            for name in ("per_minute", "per_million_characters")
            if name in members
        }
        if not amounts:
            raise entry.error("a price is missing: per_minute, per_million_characters or both")
        currency = members["currency"].text("a currency") if "currency" in members else "USD"
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise members["currency"].error(f"a currency is written as in USD or EUR, not {currency!r}")
        prices[model] = Price(**amounts, currency=currency)
    return prices
