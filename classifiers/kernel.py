"""Words of a text: UTF-8 bytes to word numbers and to rows of the pair table.

A text is a range of UTF-8 bytes. Its words are lower-cased (ASCII), apostrophes and spoken
fillers ("um") are dropped, a word said twice in a row counts once, and every number is the same
word. A word of the lexicon names its own vector of scores; any other word is the sum of its
four-letter pieces, which is worked out once and kept. Every pair of neighbours, and the first and
last word of a sentence with its edge, names one row of the table. All of it is integer
arithmetic, so equal bytes give equal sums on every machine, whatever was kept before.
"""

from typing import NamedTuple

import numpy as np

from classifiers.compiled import compiled
from classifiers.hashing import (
    APOSTROPHE,
    EDGE,
    FREE,
    KEPT_BITS,
    KEPT_WORDS,
    MAX_SENTENCE,
    MAX_WORD,
    MAX_WORDS,
    PAIR,
    PIECE,
    SPACE,
    SPREAD,
    U8,
    U32,
    WINDOW,
)
from classifiers.words import find_word, is_filler, kind_at, read_word


class Lexicon(NamedTuple):
    """Score vectors of words and of hashed rows; the last column is the squared feature weight."""

    table: np.ndarray  # int8 [rows, columns]: pairs and four-letter pieces
    shift: np.uint64  # 64 minus the bits of a row number
    slots: np.ndarray  # uint64 [power of two]: hashes of the known words, 0 = free
    places: np.ndarray  # int32 [slots]: vector of the word in the slot
    vectors: np.ndarray  # int16 [words, columns]


class Scratch(NamedTuple):
    """Work space of one thread."""

    word: np.ndarray  # int32: vector of each word; -1 - k is the kept word k
    value: np.ndarray  # uint64: hash of each word
    row: np.ndarray  # uint32: row of the pair before each word, and one more after the last
    start: np.ndarray  # int64: byte position of each word
    end: np.ndarray  # int64
    slots: np.ndarray  # uint64: hashes of the kept words
    places: np.ndarray  # int32
    kept: np.ndarray  # int16 [KEPT_WORDS, columns]
    used: np.ndarray  # int64 [1]: words kept
    small: np.ndarray  # int16 [columns]


@compiled
def make_scratch(width: int) -> Scratch:
    """Work space for texts of any length."""
    return Scratch(
        np.empty(MAX_WORDS, dtype=np.int32),
        np.empty(MAX_WORDS, dtype=np.uint64),
        np.empty(MAX_WORDS, dtype=np.uint32),
        np.empty(MAX_WORDS, dtype=np.int64),
        np.empty(MAX_WORDS, dtype=np.int64),
        np.zeros(2 * KEPT_WORDS, dtype=np.uint64),
        np.empty(2 * KEPT_WORDS, dtype=np.int32),
        np.empty((KEPT_WORDS, width), dtype=np.int16),
        np.zeros(1, dtype=np.int64),
        np.empty(width, dtype=np.int16),
    )


@compiled(inline="always")
def _closes(buf: np.ndarray, at: int, end: int, begin: int) -> bool:
    """Whether the separator at a byte position ends its sentence."""
    byte = buf[at]
    if byte == 32:
        return at - begin >= MAX_SENTENCE
    if byte == 46 or byte == 63 or byte == 33:
        return at + 1 == end or buf[at + 1] <= 32 or at - begin >= MAX_SENTENCE
    return byte == 10 or byte == 59 or byte < 128 and at - begin >= MAX_SENTENCE


@compiled
def add_pieces(
    buf: np.ndarray, at: int, end: int, table: np.ndarray, shift: np.uint64, rows: np.ndarray, out: np.ndarray
) -> int:
    """Rows of the four-letter pieces of a word; their sum is added to ``out`` if that has columns."""
    n = 0
    length = 0
    window = SPACE
    while True:
        byte = SPACE
        if at < end and length < MAX_WORD:
            kind, width = kind_at(buf, at, end)
            at += width
            if kind == APOSTROPHE:
                continue
            byte = np.uint64(kind)
            length += 1
        else:
            at = end
        window = ((window << U8) | byte) & WINDOW
        if length > 2:
            row = (((window * PIECE) ^ ((window * SPREAD) >> U32)) * SPREAD) >> shift
            rows[n] = row
            n += 1
            for j in range(out.size):
                out[j] += table[row, j]
        if byte == SPACE and at >= end:
            return n


@compiled
def _keep(buf: np.ndarray, start: int, end: int, value: np.uint64, plain: bool, lex: Lexicon, work: Scratch) -> int:
    """Number of a word outside the lexicon, worked out if it is new."""
    mask = np.uint64(work.slots.size - 1)
    slot = (value * SPREAD) >> np.uint64(64 - KEPT_BITS - 1)
    while work.slots[slot] != FREE:
        if work.slots[slot] == value:
            return -1 - work.places[slot]
        slot = (slot + np.uint64(1)) & mask
    k = work.used[0]
    work.used[0] += 1
    work.slots[slot] = value
    work.places[slot] = k
    work.kept[k, :] = 0
    if plain:
        rows = np.empty(MAX_WORD + 2, dtype=np.uint32)
        add_pieces(buf, start, end, lex.table, lex.shift, rows, work.kept[k])
    return -1 - k


@compiled(inline="always")
def read_sentence(buf: np.ndarray, begin: int, end: int, lex: Lexicon, work: Scratch) -> tuple[int, int]:
    """Read one sentence into the work space: (number of words, byte position after it).

    ``work.row`` holds one row more than there are words, if there is a word.
    """
    if work.used[0] > KEPT_WORDS - MAX_WORDS:
        work.used[0] = 0
        work.slots[:] = FREE
    words = 0
    previous = EDGE
    at = begin
    while at < end and words < MAX_WORDS - 1:
        if buf[at] == 32 and at + 1 - begin < MAX_SENTENCE:
            at += 1
            continue
        kind, width = kind_at(buf, at, end)
        if kind == APOSTROPHE:
            at += width
            continue
        if kind == 0:
            at += width
            if width == 1 and _closes(buf, at - 1, end, begin):
                break
            continue
        start = at
        at, value, length, number = read_word(buf, at, end)
        if (value == previous and not number) or is_filler(value, length):
            continue
        place = find_word(value, lex.slots, lex.places)
        if place < 0:
            place = _keep(buf, start, at, value, length > 2 and not number, lex, work)
        work.word[words] = place
        work.value[words] = value
        work.row[words] = ((previous * PAIR + value) * SPREAD) >> lex.shift
        work.start[words] = start
        work.end[words] = at
        previous = value
        words += 1
    if words > 0:
        work.row[words] = ((previous * PAIR + EDGE) * SPREAD) >> lex.shift
    return words, at
