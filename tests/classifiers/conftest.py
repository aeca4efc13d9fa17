from collections.abc import Callable

import pyarrow as pa
import pytest

from classifiers import ReasonCodeClassifier
from classifiers.train import MODEL


@pytest.fixture(scope="session")
def model() -> ReasonCodeClassifier:
    return ReasonCodeClassifier.load(MODEL)


@pytest.fixture
def turns_of() -> Callable[..., pa.Table]:
    """Build a table of turns from call_id=[(speaker, text), ...]."""

    def build(**calls: list[tuple[str, str | None]]) -> pa.Table:
        rows = [
            (call, number, speaker, text)
            for call, turns in calls.items()
            for number, (speaker, text) in enumerate(turns, start=1)
        ]
        names = ["call_id", "turn_no", "speaker", "text"]
        types = [pa.string(), pa.int64(), pa.string(), pa.string()]
        columns = list(zip(*rows, strict=True)) if rows else [()] * 4
        arrays = [pa.array(c, type=t) for c, t in zip(columns, types, strict=True)]
        return pa.table(arrays, names=names)

    return build
