"""The model on disk: a weight file, a JSON file and a model card. Loading executes no code."""

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from classifiers.calibration import Calibration
from classifiers.card import model_card
from classifiers.linear import LinearModel, pad_columns

WEIGHTS_FILE = "weights.npz"
SETTINGS_FILE = "model.json"
CARD_FILE = "MODEL_CARD.md"
FORMAT = 2


@dataclass(frozen=True)
class ModelRecord:
    """Everything a model is made of."""

    classes: tuple[str, ...]
    linear: LinearModel
    calibration: Calibration
    taxonomy_version: str
    training_hash: str
    training_texts: int
    notes: tuple[str, ...] = ()
    """What people should know about how it came to be; says nothing about what it answers, so not hashed."""

    @property
    def version(self) -> str:
        """Version from the content: equal weights and settings give the same version."""
        return f"rc{FORMAT}-{self.content_hash[:12]}"

    @property
    def weights_hash(self) -> str:
        """SHA-256 of classes and weights alone: what a calibration does not change."""
        digest = hashlib.sha256(json.dumps(list(self.classes)).encode())
        for array in self.linear.arrays():
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    @property
    def content_hash(self) -> str:
        """SHA-256 of weights, classes, calibration and taxonomy version."""
        digest = hashlib.sha256(json.dumps(_settings(self), sort_keys=True).encode())
        for array in self.linear.arrays():
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def _settings(record: ModelRecord) -> dict[str, object]:
    return {
        "format": FORMAT,
        "taxonomy_version": record.taxonomy_version,
        "training_hash": record.training_hash,
        "training_texts": record.training_texts,
        "table_bits": record.linear.bits,
        "calibration": record.calibration.to_json(),
        "classes": list(record.classes),
    }


def write_artifact(record: ModelRecord, folder: Path) -> None:
    """Write weights, settings and card; the same record gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    used, linear = len(record.classes), record.linear
    arrays = {
        "table": linear.table[:, :used],
        "squared": linear.table[:, -1],
        "hashes": linear.hashes,
        "vectors": linear.vectors[:, :used],
        "squared_words": linear.vectors[:, -1],
        "scale": linear.scale,
        "bias": linear.bias,
    }
    with ZipFile(folder / WEIGHTS_FILE, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, np.ascontiguousarray(array), allow_pickle=False)
            entry = ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content.getvalue())
    settings = {"version": record.version, "content_hash": record.content_hash} | _settings(record)
    if record.notes:
        settings["notes"] = list(record.notes)
    (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(model_card(settings), encoding="utf-8")


def read_artifact(folder: Path) -> ModelRecord:
    """Read what ``write_artifact`` wrote.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: unknown format, or weights and settings do not belong together.
    """
    settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    if settings["format"] != FORMAT:
        raise ValueError(f"{folder}: format {settings['format']}, expected {FORMAT}")
    with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
        linear = LinearModel(
            table=pad_columns(arrays["table"], arrays["squared"]),
            hashes=arrays["hashes"],
            vectors=pad_columns(arrays["vectors"], arrays["squared_words"]),
            scale=arrays["scale"],
            bias=arrays["bias"],
            bits=settings["table_bits"],
        )
    calibration = settings["calibration"]
    record = ModelRecord(
        classes=tuple(settings["classes"]),
        linear=linear,
        calibration=Calibration(**(calibration | {"accept": tuple(calibration["accept"])})),
        taxonomy_version=settings["taxonomy_version"],
        training_hash=settings["training_hash"],
        training_texts=settings["training_texts"],
        notes=tuple(settings.get("notes", ())),
    )
    if record.content_hash != settings["content_hash"]:
        raise ValueError(f"{folder}: weights and settings do not belong together")
    return record
