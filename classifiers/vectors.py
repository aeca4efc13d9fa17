"""Meanings of common English words as vectors, for training (data/word_vectors)."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from classifiers.hashing import hash_word

FOLDER = Path(__file__).resolve().parents[1] / "data" / "word_vectors"


@dataclass(frozen=True)
class WordVectors:
    """Vectors of words, found by the kernel's hash of the word."""

    words: tuple[str, ...]
    hashes: np.ndarray  # uint64 [words], ascending
    vectors: np.ndarray  # float64 [words, dimensions]
    version: str

    def places(self, hashes: np.ndarray) -> np.ndarray:
        """Row of each hash, -1 where the word is unknown."""
        if self.hashes.size == 0:
            return np.full(hashes.size, -1)
        at = np.minimum(np.searchsorted(self.hashes, hashes), self.hashes.size - 1)
        return np.where(self.hashes[at] == hashes, at, -1)


@cache
def load_word_vectors(folder: Path = FOLDER) -> WordVectors:
    """Read ``words.txt`` and ``vectors.npy`` (int8); without the folder no word has a vector."""
    if not (folder / "words.txt").exists():
        return WordVectors((), np.zeros(0, dtype=np.uint64), np.zeros((0, 1)), "none")
    words = (folder / "words.txt").read_text(encoding="utf-8").split()
    packed = np.load(folder / "vectors.npy", allow_pickle=False)
    hashes = np.array([hash_word(word) for word in words], dtype=np.uint64)
    order = np.argsort(hashes)
    vectors = packed[order].astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1).mean()
    version = hashlib.sha256(packed.tobytes() + "\n".join(words).encode()).hexdigest()
    return WordVectors(tuple(words[i] for i in order), hashes[order], vectors, version)
