"""The notation of corpus patterns: ``(a|b|)`` is a choice, ``{name}`` a slot."""

import random
import re

CHOICE = re.compile(r"\(([^()]*)\)")
SLOT = re.compile(r"\{(\w+)\}")


def fill(pattern: str, slots: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    """One text of a pattern."""
    text = CHOICE.sub(lambda found: chance.choice(found.group(1).split("|")), pattern)
    while SLOT.search(text):
        text = SLOT.sub(lambda found: chance.choice(slots[found.group(1)]), text)
    return re.sub(r"\s+", " ", text).replace(" ,", ",").replace(" 's", "'s").strip()
