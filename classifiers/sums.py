"""Sums of score vectors and what follows from them: raw scores and probabilities."""

import numpy as np

from classifiers.compiled import compiled

# A word vector adds at most LARGEST_WORD per column and a row at most 128, so an int16 sum of so many is safe.
WORDS_PER_FLUSH = 14
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


@compiled(inline="always")
def add_word(table: np.ndarray, vectors: np.ndarray, kept: np.ndarray, place: int, row: int, small: np.ndarray) -> None:
    """Add one word and the pair before it to an int16 sum."""
    if place >= 0:
        for j in range(small.size):
            small[j] += vectors[place, j] + np.int16(table[row, j])
    else:
        for j in range(small.size):
            small[j] += kept[-1 - place, j] + np.int16(table[row, j])


@compiled
def add_sentence(
    table: np.ndarray,
    vectors: np.ndarray,
    kept: np.ndarray,
    word: np.ndarray,
    row: np.ndarray,
    words: int,
    sums: np.ndarray,
    small: np.ndarray,
) -> None:
    """Add the words and pairs of a sentence to int32 sums.

    Two words and their pairs a pass go through an int16 sum, which takes a quarter of the loads and stores.
    Plain arrays are passed, not the tuples that hold them: every array of a tuple would be counted up and down.

    Args:
        table: int8 [rows, columns].
        vectors: int16 [words, columns].
        kept: int16 vectors of words outside the lexicon.
        word: vector of each word; -1 - k is the kept word k.
        row: row of the pair before each word, and one more after the last.
        words: number of words.
        sums: int32 [columns].
        small: int16 [columns], work space.
    """
    width = sums.size
    done = 0
    while done < words:
        stop = min(words, done + WORDS_PER_FLUSH)
        for j in range(width):
            small[j] = 0
        i = done
        while i + 2 <= stop:
            a, b, c, d = word[i], word[i + 1], row[i], row[i + 1]
            if a >= 0 and b >= 0:
                for j in range(width):
                    pairs = np.int16(table[c, j]) + np.int16(table[d, j])
                    small[j] += vectors[a, j] + vectors[b, j] + pairs
            else:
                add_word(table, vectors, kept, a, c, small)
                add_word(table, vectors, kept, b, d, small)
            i += 2
        if i < stop:
            add_word(table, vectors, kept, word[i], row[i], small)
        for j in range(width):
            sums[j] += small[j]
        done = stop
    if words > 0:
        last = row[words]
        for j in range(width):
            sums[j] += table[last, j]


@compiled
def clear(sums: np.ndarray) -> None:
    """Set all sums to zero (a loop: assigning to a slice costs more)."""
    for j in range(sums.size):
        sums[j] = 0


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
