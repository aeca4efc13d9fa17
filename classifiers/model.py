"""The reason-code classifier: texts or whole calls in, codes with confidence and evidence out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifiers.arrow_text import text_buffer
from classifiers.artifact import ModelRecord, read_artifact, write_artifact
from classifiers.calibration import Calibration, neutral_calibration
from classifiers.calls import YIELDING_CODES, decide
from classifiers.scoring import Weights, raw_scores, score_units
from classifiers.tags import TAG_SCHEMA, tag_table
from classifiers.taxonomy import NO_REASON, NOT_A_CONTACT
from classifiers.turns import CallBatch, read_calls

# Turns per pass: bounds the memory of predict_turns (about 0.2 KB of work space a turn).
TURNS_PER_PASS = 200_000


@dataclass(frozen=True)
class Span:
    """The words that decided: character offsets in the text of a turn."""

    turn_no: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Prediction:
    """Why one customer called.

    ``code`` is None unless the status is accepted; ``codes`` ranks it with further accepted codes;
    ``top3`` holds the likeliest codes with their probabilities whatever the status.
    """

    code: str | None
    confidence: float
    status: str
    codes: tuple[str, ...]
    span: Span | None
    top3: tuple[tuple[str, float], ...]


class ReasonCodeClassifier:
    """A fused hashed linear model with a null class, calibrated confidence and evidence."""

    def __init__(self, record: ModelRecord | None = None) -> None:
        """An unfitted classifier, or the one a record describes."""
        self._record = record
        if record is not None:
            self._prepare(record)

    @classmethod
    def load(cls, path: Path | str) -> "ReasonCodeClassifier":
        """Read an artifact directory; no code in it is executed.

        Raises:
            FileNotFoundError: there is no artifact.
            ValueError: the files do not belong together (content hash).
        """
        return cls(read_artifact(Path(path)))

    def save(self, path: Path | str) -> None:
        """Write the artifact directory: weights, settings as JSON and a model card."""
        write_artifact(self.record, Path(path))

    @property
    def record(self) -> ModelRecord:
        """Everything the model is made of.

        Raises:
            RuntimeError: the classifier was neither fitted nor loaded.
        """
        if self._record is None:
            raise RuntimeError("the classifier is neither fitted nor loaded")
        return self._record

    @property
    def classes_(self) -> tuple[str, ...]:
        """Labels of the model in the order of its scores, the null class included."""
        return self.record.classes

    @property
    def model_version(self) -> str:
        """Version derived from the content of the model."""
        return self.record.version

    @property
    def taxonomy_version(self) -> str:
        """Version of the taxonomy the labels come from."""
        return self.record.taxonomy_version

    def fit(
        self,
        texts: Sequence[str],
        codes: Sequence[str],
        groups: Sequence[int] | None = None,
        taxonomy_version: str = "none",
    ) -> "ReasonCodeClassifier":
        """Train on labelled texts (needs the extra ``train``).

        Args:
            texts: one customer turn each.
            codes: its label; ``NO_REASON`` marks a turn that states no reason,
                ``NOT_A_CONTACT`` one that is no contact with the shop (a voicemail greeting).
            groups: texts of one group (one template, one call) are never split between fitting and
                calibration; by default every text is its own group.
            taxonomy_version: version of the label space.
        """
        from classifiers.fitting import fit_record

        self._record = fit_record(texts, codes, groups, taxonomy_version).record
        self._prepare(self._record)
        return self

    def scores(self, texts: Sequence[str] | pa.Array) -> np.ndarray:
        """Raw scores [texts, classes] of whole texts, before temperature and thresholds."""
        buf, offsets = text_buffer(texts)
        return np.asarray(raw_scores(buf, offsets, self._weights))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Classify texts, each taken as the only customer turn of a call."""
        n = len(texts)
        table = pa.table(
            {
                "call_id": pa.array(range(n), type=pa.int64()).cast(pa.string()),
                "turn_no": pa.array(np.ones(n, dtype=np.int64)),
                "speaker": pa.array(["customer"] * n, type=pa.string()),
                "text": pa.array(texts, type=pa.large_string()),
            }
        )
        found: list[list[dict[str, object]]] = []
        for row in self.predict_turns(table).to_pylist():
            if row["rank"] == 1:
                found.append([])
            found[-1].append(row)
        return [_prediction(rows) for rows in found]

    def predict_turns(self, turns: pa.Table) -> pa.Table:
        """Classify whole calls.

        Args:
            turns: columns call_id, turn_no, speaker (customer, ai or human) and text, sorted by
                call_id and turn_no; every call is complete. Only the customer's turns are read.

        Returns:
            One row per call and rank with the columns of ``TAG_SCHEMA``; rank 1 for every call.
        """
        if turns.num_rows == 0:
            return TAG_SCHEMA.empty_table()
        parts = [self._tag(batch) for batch in read_calls(turns, TURNS_PER_PASS)]
        return pa.concat_tables(parts)

    def _tag(self, batch: CallBatch) -> pa.Table:
        units = score_units(batch.buf, batch.offsets, batch.is_customer, self._weights)
        found = decide(units, batch.call_start, self._yields, self._weights.reason)
        return tag_table(batch, units, found, self._weights, self.record)

    def _prepare(self, record: ModelRecord) -> None:
        calibration: Calibration = record.calibration or neutral_calibration(len(record.classes))
        index = {code: i for i, code in enumerate(record.classes)}
        self._weights: Weights = record.linear.weights(
            accept=np.array(calibration.accept, dtype=np.float32),
            null=index.get(NO_REASON, -1),
            outside=index.get(NOT_A_CONTACT, -1),
            temperature=calibration.temperature,
            reason=calibration.reason,
            known=calibration.known,
        )
        self._yields = np.array([code in YIELDING_CODES for code in record.classes])


def _prediction(rows: list[dict[str, object]]) -> Prediction:
    """One prediction from the rows of one call."""
    first = rows[0]
    span = None
    if first["span_turn_no"] is not None:
        span = Span(
            turn_no=int(str(first["span_turn_no"])),
            start=int(str(first["span_start"])),
            end=int(str(first["span_end"])),
            text=str(first["span_text"]),
        )
    top3 = json.loads(str(first["top3"]))
    return Prediction(
        code=None if first["code"] is None else str(first["code"]),
        confidence=float(str(first["confidence"])),
        status=str(first["status"]),
        codes=tuple(str(row["code"]) for row in rows if row["code"] is not None),
        span=span,
        top3=tuple((entry["code"], entry["confidence"]) for entry in top3),
    )
