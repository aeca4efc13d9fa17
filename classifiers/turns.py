"""Read a table of turns as batches of whole calls."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.arrow_text import text_buffer

TURN_COLUMNS = ("call_id", "turn_no", "speaker", "text")


class CallBatch(NamedTuple):
    """Turns of whole calls as the kernel reads them."""

    call_ids: pa.Array  # string [calls]
    call_start: np.ndarray  # int64 [calls + 1]: first turn of each call
    turn_no: np.ndarray  # int64 [turns]
    is_customer: np.ndarray  # bool [turns]
    buf: np.ndarray  # uint8: UTF-8 of all turns
    offsets: np.ndarray  # int64 [turns + 1]


def read_calls(turns: pa.Table, turns_per_batch: int) -> Iterator[CallBatch]:
    """Cut a table sorted by call and turn into batches of whole calls.

    Args:
        turns: columns call_id, turn_no, speaker and text.
        turns_per_batch: turns after which a batch ends with its current call.

    Raises:
        ValueError: a column is missing.
    """
    missing = [name for name in TURN_COLUMNS if name not in turns.column_names]
    if missing:
        raise ValueError(f"turns lack the columns {', '.join(missing)}")
    starts = _call_starts(turns.column("call_id"))
    bounds = np.append(starts, turns.num_rows)
    low = 0
    while low < starts.size:
        high = int(np.searchsorted(bounds, bounds[low] + turns_per_batch, side="left"))
        high = min(max(high, low + 1), starts.size)
        part = turns.slice(bounds[low], bounds[high] - bounds[low])
        yield _batch(part, bounds[low : high + 1] - bounds[low])
        low = high


def _call_starts(call_id: pa.ChunkedArray) -> np.ndarray:
    """Rows at which a new call begins."""
    if len(call_id) == 1:
        return np.zeros(1, dtype=np.int64)
    changed = pc.not_equal(call_id.slice(1), call_id.slice(0, len(call_id) - 1))
    return np.concatenate([[0], np.flatnonzero(changed.to_numpy()) + 1]).astype(np.int64)


def _batch(part: pa.Table, call_start: np.ndarray) -> CallBatch:
    buf, offsets = text_buffer(part.column("text"))
    is_customer = pc.fill_null(pc.equal(part.column("speaker"), "customer"), False)
    call_ids = part.column("call_id").take(pa.array(call_start[:-1]))
    return CallBatch(
        call_ids=call_ids.cast(pa.string()).combine_chunks(),
        call_start=call_start,
        turn_no=part.column("turn_no").to_numpy().astype(np.int64),
        is_customer=is_customer.to_numpy().astype(np.bool_),
        buf=buf,
        offsets=offsets,
    )
