"""Texts as sparse counts of words, pieces and pairs, for training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.arrow_text import text_buffer
from classifiers.compiled import compiled
from classifiers.hashing import MAX_WORD, NUMBER
from classifiers.kernel import Lexicon, add_pieces, make_scratch, read_sentence


@compiled
def _read(
    buf: np.ndarray, offsets: np.ndarray, lex: Lexicon
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    work = make_scratch(lex.table.shape[1])
    room = offsets[-1] - offsets[0] + 2
    starts = np.zeros(offsets.size, dtype=np.int64)
    row_starts = np.zeros(offsets.size, dtype=np.int64)
    values = np.empty(room, dtype=np.uint64)
    begin, end = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    rows = np.empty(2 * room, dtype=np.uint32)
    n, m = 0, 0
    for t in range(offsets.size - 1):
        at = offsets[t]
        while at < offsets[t + 1]:
            words, at = read_sentence(buf, at, offsets[t + 1], lex, work)
            values[n : n + words] = work.value[:words]
            begin[n : n + words] = work.start[:words]
            end[n : n + words] = work.end[:words]
            n += words
            if words > 0:
                rows[m : m + words + 1] = work.row[: words + 1]
                m += words + 1
        starts[t + 1], row_starts[t + 1] = n, m
    return starts, values[:n].copy(), begin[:n].copy(), end[:n].copy(), row_starts, rows[:m].copy()


@compiled
def _piece_rows(
    buf: np.ndarray, begin: np.ndarray, end: np.ndarray, plain: np.ndarray, shift: np.uint64
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the pieces of each word: (starts, rows)."""
    table, out = np.zeros((1, 1), dtype=np.int8), np.empty(0, dtype=np.int16)
    rows = np.empty(MAX_WORD + 2, dtype=np.uint32)
    starts = np.zeros(begin.size + 1, dtype=np.int64)
    found = np.empty(begin.size * (MAX_WORD + 2), dtype=np.uint32)
    n = 0
    for w in range(begin.size):
        if plain[w]:
            k = add_pieces(buf, begin[w], end[w], table, shift, rows, out)
            found[n : n + k] = rows[:k]
            n += k
        starts[w + 1] = n
    return starts, found[:n].copy()


@dataclass(frozen=True)
class Counts:
    """Counts of texts; matrices are scipy csr."""

    hashes: np.ndarray  # uint64 [words], ascending: the distinct words
    words: Any  # [texts, words]
    pairs: Any  # [texts, rows]
    pieces: Any  # [words, rows]: the pieces of each word


def _csr(starts: np.ndarray, columns: np.ndarray, width: int) -> Any:
    from scipy.sparse import csr_matrix

    made = csr_matrix((np.ones(columns.size), columns.astype(np.int32), starts), shape=(starts.size - 1, width))
    made.sum_duplicates()
    return made


def _no_lexicon(bits: int) -> Lexicon:
    return Lexicon(
        np.zeros((1 << bits, 1), dtype=np.int8),
        np.uint64(64 - bits),
        np.zeros(16, dtype=np.uint64),
        np.zeros(16, dtype=np.int32),
        np.zeros((1, 1), dtype=np.int16),
    )


def count_features(texts: Sequence[str], bits: int) -> Counts:
    """Count what the kernel reads in each text.

    Args:
        texts: texts of any length.
        bits: bits of a row number.
    """
    buf, offsets = text_buffer(texts)
    starts, values, begin, end, row_starts, rows = _read(buf, offsets, _no_lexicon(bits))
    hashes, first, place = np.unique(values, return_index=True, return_inverse=True)
    plain = (end[first] - begin[first] > 2) & (hashes != NUMBER)
    piece_starts, pieces = _piece_rows(buf, begin[first], end[first], plain, np.uint64(64 - bits))
    return Counts(
        hashes=hashes,
        words=_csr(starts, place, hashes.size),
        pairs=_csr(row_starts, rows, 1 << bits),
        pieces=_csr(piece_starts, pieces, 1 << bits),
    )
