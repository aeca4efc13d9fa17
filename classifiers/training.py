"""Fit the vectors of the kernel (needs the extra ``train``: scikit-learn)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.features import count_features
from classifiers.linear import TABLE_BITS, LinearModel, pad_columns
from classifiers.sums import LARGEST_WORD
from classifiers.vectors import WordVectors, load_word_vectors

# Inverse regularisation of the support vector machine. Higher fits the corpus more closely and
# trusts single words more; lower blurs neighbours such as refund status and refund request.
SVM_C = 1.0
# Weight of the meaning of words (their vectors) beside the words themselves.
MEANING = 2.0
LARGEST = 127


def fit_linear(texts: Sequence[str], labels: np.ndarray, classes: int) -> LinearModel:
    """Fit one linear score per class on hashed features and word vectors.

    The vectors enter linearly, so what is learned from them is added to the score vector of every
    word they know, also of words no training text has, and costs nothing when texts are read.

    Args:
        texts: training texts.
        labels: class index of each text (int64).
        classes: number of classes, at least two.

    Raises:
        ValueError: fewer than two classes have a text.
    """
    if np.unique(labels).size < 2:
        raise ValueError("training needs texts of at least two classes")
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    counts = count_features(texts, TABLE_BITS)
    known = load_word_vectors()
    pieces = counts.words @ counts.pieces
    word_rarity = _rarity(counts.words)
    # One table holds pieces and pairs; a row has the weight of its commoner use.
    rarity = np.minimum(_rarity(pieces), _rarity(counts.pairs))
    squared_rows = np.clip(np.rint(rarity**2), 1, LARGEST)
    squared_words = np.rint(word_rarity**2) + counts.pieces @ squared_rows
    length = np.sqrt(counts.words @ squared_words + counts.pairs @ squared_rows)
    norm = 1.0 / np.maximum(length, 1e-9)[:, None]
    meaning = _meaning(counts.hashes, known, word_rarity)
    blocks = [counts.words.multiply(word_rarity), (pieces + counts.pairs).multiply(rarity)]
    sparse = [csr_matrix(block.multiply(norm)) for block in blocks]
    features = hstack([*sparse, csr_matrix((counts.words @ meaning) * norm)], format="csr")
    svm = LinearSVC(C=SVM_C, random_state=0, dual=True, max_iter=4000)
    svm.fit(features, labels)
    coefficients, bias = _per_class(svm.coef_, svm.intercept_, svm.classes_, classes)
    words = counts.hashes.size
    rows = coefficients[:, words : words + rarity.size].T * rarity[:, None]
    learned = coefficients[:, words + rarity.size :].T
    vectors = coefficients[:, :words].T * word_rarity[:, None] + counts.pieces @ rows + meaning @ learned
    seen = _Parts(counts.hashes, vectors, squared_words, rows, squared_rows)
    return _quantise(_with_unseen(seen, known, learned, float(word_rarity.max())), bias)


@dataclass(frozen=True)
class _Parts:
    """Score vectors before rounding."""

    hashes: np.ndarray
    words: np.ndarray  # [words, classes]
    squared_words: np.ndarray
    rows: np.ndarray  # [rows, classes]
    squared_rows: np.ndarray


def _with_unseen(parts: _Parts, known: WordVectors, learned: np.ndarray, rarity: float) -> _Parts:
    """Add the words that no training text has but whose meaning is known."""
    unseen = ~np.isin(known.hashes, parts.hashes)
    if not unseen.any():
        return parts
    texts = [word for word, is_unseen in zip(known.words, unseen, strict=True) if is_unseen]
    counts = count_features(texts, TABLE_BITS)
    words = counts.pieces @ parts.rows + _meaning(counts.hashes, known, rarity) @ learned
    squared = np.rint(rarity**2) + counts.pieces @ parts.squared_rows
    return _Parts(
        np.concatenate([parts.hashes, counts.hashes]),
        np.vstack([parts.words, words]),
        np.concatenate([parts.squared_words, squared]),
        parts.rows,
        parts.squared_rows,
    )


def _meaning(hashes: np.ndarray, known: WordVectors, rarity: np.ndarray | float) -> np.ndarray:
    """Weighted vector of every word; zero for a word without one."""
    place = known.places(hashes)
    if known.hashes.size == 0:
        return np.zeros((hashes.size, 1))
    found = known.vectors[np.maximum(place, 0)] * (place >= 0)[:, None]
    return found * np.broadcast_to(rarity * MEANING, hashes.shape)[:, None]


def _rarity(counts: Any) -> np.ndarray:
    """Smoothed inverse document frequency of every column."""
    texts = counts.shape[0]
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.log((1 + texts) / (1 + documents)) + 1.0


def _per_class(
    coefficients: np.ndarray, intercepts: np.ndarray, fitted: np.ndarray, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Spread the fitted classes over all classes; a class without texts never wins."""
    if fitted.size == 2:
        coefficients = np.vstack([-coefficients[0], coefficients[0]])
        intercepts = np.array([-intercepts[0], intercepts[0]])
    full = np.zeros((classes, coefficients.shape[1]))
    bias = np.full(classes, -10.0)
    full[fitted], bias[fitted] = coefficients, intercepts
    return full, bias


def _quantise(found: "_Parts", bias: np.ndarray) -> LinearModel:
    """Round rows to 8 and words to 16 bits; every class has its own scale."""
    scale = np.maximum(np.abs(found.rows).max(axis=0), np.abs(found.words).max(axis=0) * LARGEST / LARGEST_WORD)
    scale = np.maximum(scale, 1e-9) / LARGEST
    order = np.argsort(found.hashes)
    rows = np.rint(found.rows / scale).astype(np.int8)
    words = np.rint(found.words[order] / scale).astype(np.int16)
    squared_words = np.clip(found.squared_words[order], 0, LARGEST_WORD).astype(np.int16)
    return LinearModel(
        table=pad_columns(rows, found.squared_rows.astype(np.int8)),
        hashes=found.hashes[order],
        vectors=pad_columns(words, squared_words),
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
    )
