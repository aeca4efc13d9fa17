"""Whole calls with the second opinion: the turn that decided is asked about again if the kernel was unsure."""

import json
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.calibration import shares
from classifiers.model import ReasonCodeClassifier
from classifiers.second_opinion import Encoder, SecondOpinion, sure_top3
from classifiers.semantic import encode, weights_path
from classifiers.tags import TAG_SCHEMA


class CallClassifier(Protocol):
    """What tags calls: the kernel alone, or with its second opinion."""

    @property
    def model_version(self) -> str:
        """Version of everything that decides."""

    @property
    def taxonomy_version(self) -> str:
        """Version of the label space."""

    def predict_turns(self, turns: pa.Table) -> pa.Table:
        """Classify whole calls, see `ReasonCodeClassifier.predict_turns`."""


class WithSecondOpinion:
    """A kernel and the opinion that was fitted with it."""

    def __init__(self, model: ReasonCodeClassifier, opinion: SecondOpinion, encoder: Encoder = encode) -> None:
        """Check that both belong together and that the encoder is there.

        Raises:
            ValueError: the opinion belongs to another model.
            SemanticUnavailableError: the extra is not installed.
        """
        opinion.check(model)
        if encoder is encode:
            weights_path()
        self.model, self.opinion, self._encoder = model, opinion, encoder

    @property
    def model_version(self) -> str:
        """Versions of both."""
        return f"{self.model.model_version}+{self.opinion.version}"

    @property
    def taxonomy_version(self) -> str:
        """Version of the taxonomy the labels come from."""
        return self.model.taxonomy_version

    def predict_turns(self, turns: pa.Table) -> pa.Table:
        """Classify whole calls; ``model_version`` of a row says whether the second opinion decided it.

        Only calls with one or no code are asked about, and only where the kernel is unsure of the turn that
        decided. An opinion that is not sure either changes nothing. The span stays the kernel's.
        """
        tags = self.model.predict_turns(turns)
        if self.opinion.blend <= 0:
            return tags
        rows = tags.to_pylist()
        several = {row["call_id"] for row in rows if row["rank"] > 1}
        places = [i for i, row in enumerate(rows) if row["span_turn_no"] is not None and row["call_id"] not in several]
        texts = self._texts(turns, [(rows[i]["call_id"], rows[i]["span_turn_no"]) for i in places])
        kernel = shares(self.model.scores(texts).astype(np.float64), self.model.record.calibration.temperature)
        unsure = np.flatnonzero(kernel.max(axis=1) < self.opinion.ask_below).tolist() if texts else []
        blended = self.opinion.shares(self.model, [texts[k] for k in unsure], self._encoder)
        for k, share in zip(unsure, blended, strict=True):
            top3 = sure_top3(share, self.model)
            if top3:
                rows[places[k]] |= {
                    "code": top3[0][0],
                    "confidence": top3[0][1],
                    "status": "accepted",
                    "top3": json.dumps([{"code": code, "confidence": p} for code, p in top3]),
                    "model_version": self.model_version,
                }
        return pa.Table.from_pylist(rows, schema=TAG_SCHEMA)

    @staticmethod
    def _texts(turns: pa.Table, wanted: list[tuple[str, int]]) -> list[str]:
        """Texts of the turns that decided."""
        chosen = turns.filter(pc.is_in(turns["call_id"], pa.array([call for call, _ in wanted], pa.string())))
        spoken = {
            (call, turn): text or ""
            for call, turn, text in zip(
                chosen["call_id"].to_pylist(),
                chosen["turn_no"].to_pylist(),
                chosen["text"].to_pylist(),
                strict=True,
            )
        }
        return [spoken[key] for key in wanted]
