"""The encoder of the word vectors in plain NumPy and double precision (extra ``semantic``, weights only).

The 8-bit encoder of `semantic.py` is fast; this one reads the unrounded weights of the pinned package and
gives the same numbers on every machine to many more digits than are kept, so that ``data/word_vectors`` can
be made again byte by byte.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.semantic import VOCABULARY_PACKAGE, pinned_file, vocabulary_path

WEIGHTS_FILE = "model/model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, DIMENSIONS = 6, 12, 384
BATCH = 128


def encode_exactly(texts: Sequence[str]) -> np.ndarray:
    """Mean vectors float64 [texts, 384], not scaled to length 1.

    Raises:
        SemanticUnavailableError: the extra is not installed or its weights are not the pinned ones.
    """
    tokenizer = _tokenizer(vocabulary_path())
    ids = [tokenizer.encode(text).ids for text in texts]
    out = np.zeros((len(texts), DIMENSIONS))
    lengths = np.array([len(tokens) for tokens in ids], dtype=np.int64)
    for length in np.unique(lengths):
        places = np.flatnonzero(lengths == length)
        for start in range(0, places.size, BATCH):
            chosen = places[start : start + BATCH]
            out[chosen] = _encode_batch(np.array([ids[i] for i in chosen])).mean(axis=1)
    return out


@cache
def _tokenizer(vocabulary: Path) -> Any:
    from tokenizers import BertWordPieceTokenizer

    return BertWordPieceTokenizer(str(vocabulary), lowercase=True)


@cache
def _weights() -> dict[str, np.ndarray]:
    """Tensors of a safetensors file: a JSON header, then plain little-endian numbers."""
    raw = pinned_file(VOCABULARY_PACKAGE, WEIGHTS_FILE, WEIGHTS_SHA256).read_bytes()
    begin = 8 + int.from_bytes(raw[:8], "little")
    found = {}
    for name, entry in json.loads(raw[8:begin]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            low, high = entry["data_offsets"]
            values = np.frombuffer(raw, "<f4", count=(high - low) // 4, offset=begin + low)
            found[name] = values.reshape(entry["shape"]).astype(np.float64)
    return found


def _encode_batch(ids: np.ndarray) -> np.ndarray:
    """Last layer [texts, tokens, 384] of texts of one length."""
    weights = _weights()
    embedded = weights["embeddings.word_embeddings.weight"][ids]
    embedded = embedded + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    hidden = _normalised(embedded + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        part = f"encoder.layer.{layer}"
        attended = _linear(_attention(hidden, f"{part}.attention.self"), f"{part}.attention.output.dense")
        hidden = _normalised(attended + hidden, f"{part}.attention.output.LayerNorm")
        inner = _gelu(_linear(hidden, f"{part}.intermediate.dense"))
        hidden = _normalised(_linear(inner, f"{part}.output.dense") + hidden, f"{part}.output.LayerNorm")
    return hidden


def _linear(values: np.ndarray, name: str) -> np.ndarray:
    return np.asarray(values @ _weights()[f"{name}.weight"].T + _weights()[f"{name}.bias"])


def _normalised(values: np.ndarray, name: str) -> np.ndarray:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return np.asarray(centred / spread * _weights()[f"{name}.weight"] + _weights()[f"{name}.bias"])


def _gelu(values: np.ndarray) -> np.ndarray:
    from scipy.special import erf

    return np.asarray(values * 0.5 * (1 + erf(values / np.sqrt(2))))


def _attention(hidden: np.ndarray, name: str) -> np.ndarray:
    texts, tokens, _ = hidden.shape
    query, key, value = (
        _linear(hidden, f"{name}.{part}").reshape(texts, tokens, HEADS, -1).transpose(0, 2, 1, 3)
        for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1])
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = powers / powers.sum(axis=-1, keepdims=True) @ value
    return np.asarray(mixed.transpose(0, 2, 1, 3).reshape(texts, tokens, -1))
