"""The quantised linear model: score vectors of words, a table of hashed rows, scales and biases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.arrow_text import text_buffer
from classifiers.compiled import compiled
from classifiers.hashing import FREE, SPREAD
from classifiers.kernel import Lexicon
from classifiers.scoring import Weights, raw_scores

TABLE_BITS = 15
# Whole vector registers; 64 int8 columns are one cache line.
COLUMN_BLOCK = 16


@compiled
def _fill_slots(hashes: np.ndarray, slots: np.ndarray, places: np.ndarray) -> None:
    mask = np.uint64(slots.size - 1)
    for i in range(hashes.size):
        slot = (hashes[i] * SPREAD) & mask
        while slots[slot] != FREE:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = hashes[i]
        places[slot] = i


@dataclass(frozen=True)
class LinearModel:
    """What training finds: quantised vectors and the scores' scale.

    The last column of ``table`` and ``vectors`` is the squared feature weight, the columns between
    the classes and it are padding.
    """

    table: np.ndarray  # int8 [2 ** bits, columns]
    hashes: np.ndarray  # uint64 [words], ascending
    vectors: np.ndarray  # int16 [words, columns]
    scale: np.ndarray  # float32 [classes]
    bias: np.ndarray  # float32 [classes]
    bits: int = TABLE_BITS

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Raw class scores [texts, classes] before any calibration."""
        buf, offsets = text_buffer(texts)
        return np.asarray(raw_scores(buf, offsets, self.weights()))

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Everything that decides about scores, for the content hash."""
        return self.table, self.hashes, self.vectors, self.scale, self.bias

    def lexicon(self) -> Lexicon:
        """The vectors with an open hash table of the words, at most half full."""
        size = 1 << max(4, int(2 * self.hashes.size).bit_length())
        slots, places = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.int32)
        _fill_slots(self.hashes, slots, places)
        return Lexicon(self.table, np.uint64(64 - self.bits), slots, places, self.vectors)

    def weights(self, **settings: float | np.ndarray | int) -> Weights:
        """The model as the kernel reads it; without settings it accepts everything."""
        neutral = {
            "accept": np.zeros(self.bias.size, dtype=np.float32),
            "null": -1,
            "outside": -1,
            "temperature": 1.0,
            "reason": 0.0,
            "known": -1e9,
        }
        return Weights(
            lexicon=self.lexicon(),
            scale=self.scale,
            bias=self.bias,
            **(neutral | settings),  # type: ignore[arg-type]
        )


def pad_columns(used: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Vectors as the kernel reads them: class columns, padding, squared feature weights.

    Args:
        used: integers [n, classes].
        squared: integers of the same type [n], the squared weight of each feature.
    """
    columns = -(-(used.shape[1] + 1) // COLUMN_BLOCK) * COLUMN_BLOCK
    table = np.zeros((used.shape[0], columns), dtype=used.dtype)
    table[:, : used.shape[1]] = used
    table[:, -1] = squared
    return table
