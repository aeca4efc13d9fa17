"""The quantised linear model: one table of small integers, one scale and bias per class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.arrow_text import text_buffer
from classifiers.scoring import Weights, raw_scores

TABLE_BITS = 15
# 64 int8 columns are one cache line, so a row is one memory access.
COLUMN_BLOCK = 64


@dataclass(frozen=True)
class LinearModel:
    """What training finds: the quantised table and the scores' scale."""

    table: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    bits: int = TABLE_BITS

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Raw class scores [texts, classes] before any calibration."""
        buf, offsets = text_buffer(texts)
        return np.asarray(raw_scores(buf, offsets, self.weights()))

    def weights(self, **settings: float | np.ndarray | int) -> Weights:
        """The model as the kernel reads it; without settings it accepts everything."""
        neutral = {
            "accept": np.zeros(self.bias.size),
            "null": -1,
            "outside": -1,
            "temperature": 1.0,
            "reason": 0.0,
            "known": -1e9,
        }
        return Weights(
            table=self.table,
            shift=np.uint64(64 - self.bits),
            scale=self.scale,
            bias=self.bias,
            **(neutral | settings),  # type: ignore[arg-type]
        )


def pad_columns(used: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """The table as the kernel reads it: class columns, padding, squared feature weights.

    Args:
        used: int8 [rows, classes].
        squared: int8 [rows], the squared weight of each feature.
    """
    columns = -(-(used.shape[1] + 1) // COLUMN_BLOCK) * COLUMN_BLOCK
    table = np.zeros((used.shape[0], columns), dtype=np.int8)
    table[:, : used.shape[1]] = used
    table[:, -1] = squared
    return table
