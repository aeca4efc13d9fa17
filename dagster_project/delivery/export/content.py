"""A fingerprint of rows that does not depend on their order, the same on both sides of a wire."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

_MODULUS = 1 << 256


def content_hash(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return 32 hexadecimal digits over column names, number of rows and rows.

    The hashes of the rows are added, not combined by exclusive or: a row that is there twice
    counts twice.
    """
    total = 0
    count = 0
    for row in rows:
        text = json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))
        total = (total + int.from_bytes(hashlib.sha256(text.encode()).digest())) % _MODULUS
        count += 1
    return hashlib.sha256(f"{','.join(columns)}|{count}|{total:x}".encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        # minus zero is zero; repr is the shortest text that reads back as the same number
        return repr(value + 0.0)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
