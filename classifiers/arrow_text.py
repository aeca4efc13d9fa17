"""Text as the kernel reads it: one buffer of UTF-8 bytes and the offsets of each text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def text_buffer(texts: "Sequence[str | None] | pa.Array | pa.ChunkedArray") -> tuple[np.ndarray, np.ndarray]:
    """Bytes (uint8) and offsets (int64, one more than texts); a null is an empty text.

    Args:
        texts: Python strings, or an Arrow array of type string, large_string or a dictionary of it.
    """
    if not isinstance(texts, pa.Array | pa.ChunkedArray):
        texts = pa.array(texts, type=pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    if len(texts) == 0:
        return np.zeros(1, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if data is None or data.size == 0:
        return np.zeros(1, dtype=np.uint8), bounds
    return np.frombuffer(data, dtype=np.uint8), bounds
