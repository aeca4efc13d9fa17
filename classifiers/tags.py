"""Decisions as the table the warehouse stores: one row per call and rank."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.artifact import ModelRecord
from classifiers.calls import NOT_A_CONTACT, STATUSES, Decisions
from classifiers.scoring import TOP, Units, Weights
from classifiers.spans import copy_ranges, count_characters, find_spans, rival_codes
from classifiers.turns import CallBatch

TAG_SCHEMA = pa.schema(
    [
        ("call_id", pa.string()),
        ("rank", pa.int32()),
        ("code", pa.string()),
        ("confidence", pa.float64()),
        ("status", pa.string()),
        ("span_turn_no", pa.int64()),
        ("span_start", pa.int64()),
        ("span_end", pa.int64()),
        ("span_text", pa.string()),
        ("top3", pa.string()),
        ("taxonomy_version", pa.string()),
        ("model_version", pa.string()),
    ]
)
"""Columns of ``predict_turns``. Offsets count characters; ``top3`` is JSON."""

# Confidence is stored with four decimals: more would only differ between machines.
STEPS = 10_000


def tag_table(batch: CallBatch, units: Units, found: Decisions, weights: Weights, record: ModelRecord) -> pa.Table:
    """Rows of a batch: rank 1 for every call, ranks 2 and 3 for its further codes."""
    has_row = found.code >= 0
    has_row[:, 0] = True
    call, rank = np.nonzero(has_row)
    code = found.code[call, rank]
    status = found.status[call]
    spans = _span_columns(batch, units, found, weights, call, rank)
    n = call.size
    labels = pa.array(record.classes)
    return pa.table(
        [
            batch.call_ids.take(pa.array(call)),
            pa.array((rank + 1).astype(np.int32)),
            labels.take(pa.array(code.astype(np.int64), mask=code < 0)),
            pa.array(_steps(found.confidence[call, rank]) / STEPS),
            pa.array(STATUSES).take(pa.array(status.astype(np.int64))),
            *spans,
            _top3_json(found, labels).take(pa.array(call)),
            pa.repeat(record.taxonomy_version, n),
            pa.repeat(record.version, n),
        ],
        schema=TAG_SCHEMA,
    )


@cache
def _step_texts() -> pa.Array:
    """Every confidence as text; made on first use because pyarrow then imports pandas."""
    return pa.array([f"{step / STEPS:.4f}" for step in range(STEPS + 1)])


def _steps(confidence: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(confidence, 0.0, 1.0) * STEPS).astype(np.int64)


def _span_columns(
    batch: CallBatch,
    units: Units,
    found: Decisions,
    weights: Weights,
    call: np.ndarray,
    rank: np.ndarray,
) -> list[pa.Array]:
    """Turn number, character offsets and text of the evidence; null where there is none."""
    unit = found.unit[call, rank]
    has_span = unit >= 0
    chosen = unit[has_span]
    codes = found.code[call, rank][has_span]
    codes = np.where(codes >= 0, codes, units.top_code[chosen, 0]).astype(np.int64)
    rivals = rival_codes(units, chosen, codes, weights).astype(np.int64)
    ranges = find_spans(batch.buf, batch.offsets, units, chosen, codes, rivals, weights)
    turn = units.turn[chosen]
    low, high = ranges[:, 0].copy(), ranges[:, 1].copy()
    start = count_characters(batch.buf, batch.offsets[turn], low)
    length = count_characters(batch.buf, low, high)
    place = pa.array(np.cumsum(has_span) - 1, mask=~has_span)
    columns = (batch.turn_no[turn], start, start + length)
    numbers = [pa.array(column).take(place) for column in columns]
    data, offsets = copy_ranges(batch.buf, low, high)
    text = pa.StringArray.from_buffers(chosen.size, pa.py_buffer(offsets), pa.py_buffer(data))
    return [*numbers, text.take(place)]


def _top3_json(found: Decisions, labels: pa.Array) -> pa.Array:
    """The likeliest codes of each call as JSON text."""
    entries = []
    for k in range(TOP):
        code = found.top_code[:, k].astype(np.int64)
        absent = (code < 0) | (found.status == NOT_A_CONTACT)
        entry = pc.binary_join_element_wise(
            '{"code": "' if k == 0 else ', {"code": "',
            labels.take(pa.array(code, mask=absent)),
            '", "confidence": ',
            _step_texts().take(pa.array(_steps(found.top_share[:, k]))),
            "}",
            "",
        )
        entries.append(pc.fill_null(entry, ""))
    return pc.binary_join_element_wise("[", *entries, "]", "")
