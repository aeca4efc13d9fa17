"""Fit the weight table of the kernel (needs the extra ``train``: scikit-learn)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from classifiers.arrow_text import text_buffer
from classifiers.kernel import text_rows
from classifiers.linear import TABLE_BITS, LinearModel, pad_columns

# Inverse regularisation of the support vector machine. Higher fits the corpus more closely and
# trusts single words more; lower blurs neighbours such as refund status and refund request.
SVM_C = 1.0
LARGEST = 127


def fit_linear(texts: Sequence[str], labels: np.ndarray, classes: int) -> LinearModel:
    """Fit one linear score per class on hashed features.

    Args:
        texts: training texts.
        labels: class index of each text (int64).
        classes: number of classes, at least two.

    Raises:
        ValueError: fewer than two classes have a text.
    """
    if np.unique(labels).size < 2:
        raise ValueError("training needs texts of at least two classes")
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    buf, offsets = text_buffer(texts)
    starts, rows = text_rows(buf, offsets, np.uint64(64 - TABLE_BITS))
    counts = csr_matrix(
        (np.ones(rows.size), rows.astype(np.int32), starts),
        shape=(len(texts), 1 << TABLE_BITS),
    )
    counts.sum_duplicates()
    rarity = _rarity(counts)
    squared = np.clip(np.rint(rarity**2), 1, LARGEST)
    features = counts.multiply(rarity).tocsr()
    length = np.sqrt(counts @ squared)
    features = csr_matrix(features.multiply(1.0 / np.maximum(length, 1e-9)[:, None]))
    svm = LinearSVC(C=SVM_C, random_state=0, dual=True, max_iter=4000)
    svm.fit(features, labels)
    coefficients, intercepts = _per_class(svm.coef_, svm.intercept_, svm.classes_, classes)
    return _quantise(coefficients * rarity, intercepts, squared)


def _rarity(counts: Any) -> np.ndarray:
    """Smoothed inverse document frequency of every row of the table."""
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


def _quantise(coefficients: np.ndarray, bias: np.ndarray, squared: np.ndarray) -> LinearModel:
    """Round every class to 8 bits with its own scale."""
    scale = np.maximum(np.abs(coefficients).max(axis=1), 1e-9) / LARGEST
    used = np.rint(coefficients / scale[:, None]).T.astype(np.int8)
    return LinearModel(pad_columns(used, squared.astype(np.int8)), scale, bias)
