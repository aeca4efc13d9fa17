"""Sums of score vectors and what follows from them: raw scores and probabilities."""

import numpy as np

from classifiers.compiled import compiled
from classifiers.kernel import Lexicon, Scratch

# A row adds at most 128 per column and a word vector at most LARGEST_WORD, so an int16 sum is safe.
ROWS_PER_FLUSH = 250
WORDS_PER_FLUSH = 16
LARGEST_WORD = 2047
# exp(x) = 2^k * 2^f with f in [-0.5, 0.5]: a polynomial without library calls, so that equal scores
# give equal probabilities on every machine.
LOG2_E = np.float32(1.4426950408889634)
LOWEST = np.float32(-80.0)
C1, C2, C3 = np.float32(0.6931472), np.float32(0.24022651), np.float32(0.05550411)
C4, C5, C6 = np.float32(0.009618129), np.float32(0.0013333558), np.float32(0.000154035)
ONE = np.float32(1.0)
MAGIC = np.float32(12582912.0)
MAGIC_BITS = np.int32(int(np.array(MAGIC).view(np.int32)) - 127)
BITS_23 = np.int32(23)


@compiled
def add_rows(table: np.ndarray, rows: np.ndarray, n: int, sums: np.ndarray, small: np.ndarray) -> None:
    """Add n rows of the int8 table to int32 sums (through an int16 sum, which is faster)."""
    width = table.shape[1]
    done = 0
    while done < n:
        stop = min(n, done + ROWS_PER_FLUSH)
        for j in range(width):
            small[j] = 0
        i = done
        while i + 4 <= stop:  # four rows a pass: a quarter of the loads and stores of the sum
            a, b, c, d = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
            for j in range(width):
                pair = np.int16(table[a, j]) + np.int16(table[b, j])
                small[j] += pair + np.int16(table[c, j]) + np.int16(table[d, j])
            i += 4
        while i < stop:
            for j in range(width):
                small[j] += table[rows[i], j]
            i += 1
        for j in range(width):
            sums[j] += small[j]
        done = stop


@compiled
def add_words(
    vectors: np.ndarray, kept: np.ndarray, word: np.ndarray, n: int, sums: np.ndarray, small: np.ndarray
) -> None:
    """Add the int16 vectors of n words (-1 - k is the kept word k) to int32 sums."""
    width = sums.size
    done = 0
    while done < n:
        stop = min(n, done + WORDS_PER_FLUSH)
        for j in range(width):
            small[j] = 0
        for i in range(done, stop):
            place = word[i]
            if place >= 0:
                for j in range(width):
                    small[j] += vectors[place, j]
            else:
                for j in range(width):
                    small[j] += kept[-1 - place, j]
        for j in range(width):
            sums[j] += small[j]
        done = stop


@compiled
def add_sentence(lex: Lexicon, work: Scratch, words: int, sums: np.ndarray) -> None:
    """Add all words and pairs of the sentence in the work space to int32 sums."""
    if words > 0:
        add_words(lex.vectors, work.kept, work.word, words, sums, work.small)
        add_rows(lex.table, work.row, words + 1, sums, work.small)


@compiled
def clear(sums: np.ndarray) -> None:
    """Set all sums to zero (a loop: assigning to a slice costs more)."""
    for j in range(sums.size):
        sums[j] = 0


@compiled
def add_part(lex: Lexicon, work: Scratch, words: int, part: np.ndarray, whole: np.ndarray) -> None:
    """Sums of the sentence in the work space, also added to those of its turn."""
    clear(part)
    add_sentence(lex, work, words, part)
    for j in range(whole.size):
        whole[j] += part[j]


@compiled
def class_scores(sums: np.ndarray, scale: np.ndarray, bias: np.ndarray, scores: np.ndarray) -> None:
    """Raw class scores (float32) from the sums of a unit."""
    length = sums[sums.size - 1]
    norm = np.float32(1.0 / np.sqrt(np.float64(length))) if length > 0 else np.float32(0.0)
    for c in range(scores.size):
        scores[c] = np.float32(sums[c]) * scale[c] * norm + bias[c]


@compiled
def set_shares(scores: np.ndarray, sharpness: np.float32, shares: np.ndarray, whole: np.ndarray) -> None:
    """Probabilities (float32) of raw scores; ``whole`` is int32 work space, viewed as float32 here."""
    highest = scores[0]
    for c in range(scores.size):
        highest = max(highest, scores[c])
    power = whole.view(np.float32)
    for c in range(scores.size):
        x = max((scores[c] - highest) * sharpness, LOWEST) * LOG2_E
        rounded = x + MAGIC  # its last bits are the nearest whole number
        f = x - (rounded - MAGIC)
        shares[c] = ONE + f * (C1 + f * (C2 + f * (C3 + f * (C4 + f * (C5 + f * C6)))))
        power[c] = rounded
    for c in range(scores.size):
        whole[c] = (whole[c] - MAGIC_BITS) << BITS_23
    for c in range(scores.size):
        shares[c] *= power[c]
    total = np.float32(0.0)
    for c in range(scores.size):  # in order: a sum in another order would differ in the last bit
        total += shares[c]
    part = ONE / total
    for c in range(scores.size):
        shares[c] *= part
