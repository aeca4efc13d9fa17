"""Words read eight bytes at once are the words read byte by byte."""

import numpy as np
import pytest

from classifiers.compiled import compiled
from classifiers.hashing import hash_word
from classifiers.words import _any_word, _short_word

LETTERS = [*"abczABCZ0189 '.,@[`{/:\x00\x7f", "\u2019", "\u00e9", "\u00a0"]


@compiled
def _differences(buf: np.ndarray, ends: np.ndarray) -> tuple[int, int]:
    """How many words both ways read, and how many of them differ."""
    both, different = 0, 0
    for at in range(buf.size):
        end = ends[at]
        quick = _short_word(buf, at, end)
        if quick[2] > 0:
            both += 1
            different += quick != _any_word(buf, at, end)
    return both, different


@compiled
def _hash(buf: np.ndarray) -> tuple[int, np.uint64, int, bool]:
    return _short_word(buf, 0, buf.size)


@pytest.mark.parametrize("letters", [LETTERS, None])
def test_both_ways_give_the_same(letters):
    chance = np.random.default_rng(3)
    if letters:
        text = "".join(chance.choice(letters, 60_000)).encode()
        buf = np.frombuffer(text, dtype=np.uint8)
    else:
        buf = chance.integers(0, 256, 60_000).astype(np.uint8)
    ends = np.minimum(np.arange(buf.size) + chance.integers(1, 30, buf.size), buf.size)
    both, different = _differences(buf, ends)
    assert both > 1_000
    assert different == 0


def test_the_hash_is_that_of_the_lexicon():
    for word in ("i", "refund", "Packages"):
        buf = np.frombuffer(word.encode() + b" " * 8, dtype=np.uint8)
        assert _hash(buf)[1] == hash_word(word.lower())
