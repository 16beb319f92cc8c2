"""Online engines that wait tenths of a second where theirs wait minutes; put this folder on the path.

Where they send their requests stands in the environment, as it may for the real ones.
"""

from narrator.engines.edge import EdgeEngine
from narrator.engines.gtts import GttsEngine
from narrator.engines.openai import OpenaiEngine
from narrator.patience import Patience


class HurriedGtts(GttsEngine):
    name = "hurried-gtts"
    requests_at_once = 1  # it has more under way, and thousands to make

    def __init__(self) -> None:
        super().__init__(
            timeout_s=(1.0, 0.3), longest_s=0.5, patience=Patience(tries=5, delay_s=0.01, longest_s=2.0)
        )


class HurriedEdge(EdgeEngine):
    name = "hurried-edge"

    def __init__(self) -> None:
        super().__init__(
            timeout_s=(1, 1), longest_s=1.0, patience=Patience(tries=5, delay_s=0.01, longest_s=2.0)
        )


class HurriedOpenai(OpenaiEngine):
    name = "hurried-openai"

    def __init__(self) -> None:
        super().__init__(
            timeout_s=(1.0, 0.3), longest_s=0.5, patience=Patience(tries=5, delay_s=0.01, longest_s=2.0)
        )
