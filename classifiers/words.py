"""Reading one word from UTF-8 bytes, and finding it in the lexicon."""

import numpy as np

from classifiers.bytewise import load_eight, swap_bytes, trailing_zeros
from classifiers.compiled import compiled
from classifiers.hashing import (
    APOSTROPHE,
    FILLER_BITS,
    FILLERS,
    FREE,
    LOWERED,
    MAX_WORD,
    NUMBER,
    PRIME,
    SEED,
    SPREAD,
    U8,
    U32,
)


def _eight(byte: int) -> np.uint64:
    """The byte eight times."""
    return np.uint64(byte * 0x0101010101010101)


HIGH, LOW, ONES, CASE = _eight(0x80), _eight(0x7F), _eight(1), _eight(0x20)
# added to a byte below 128 they carry into its high bit from this letter or digit on
FROM_A, PAST_Z = _eight(0x80 - ord("a")), _eight(0x7F - ord("z"))
FROM_0, PAST_9 = _eight(0x80 - ord("0")), _eight(0x7F - ord("9"))
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
ONE, SIX_BITS = np.uint64(1), np.uint64(63)
U2, U3, U7, U56 = np.uint64(2), np.uint64(3), np.uint64(7), np.uint64(56)


@compiled(inline="always")
def kind_at(buf: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """Lowered byte (0 = separator) and width of the character at a byte position."""
    byte = buf[at]
    if byte == 0xE2 and at + 2 < end and buf[at + 1] == 0x80:
        if buf[at + 2] == 0x99 or buf[at + 2] == 0x98:
            return APOSTROPHE, 3
        return 0, 3
    if byte == 0xC2 and at + 1 < end and (buf[at + 1] == 0xA0 or buf[at + 1] == 0xBF):
        return 0, 2
    return int(LOWERED[byte]), 1


@compiled(inline="always")
def _any_word(buf: np.ndarray, at: int, end: int) -> tuple[int, np.uint64, int, bool]:
    """`read_word` for any word, byte by byte."""
    value = SEED
    chunk = np.uint64(0)
    length = 0
    digits = 0
    while at < end:
        kind = int(LOWERED[buf[at]])
        width = 1
        if kind >= 128:
            kind, width = kind_at(buf, at, end)
        if kind == 0:
            break
        if kind != APOSTROPHE:
            if length < MAX_WORD:
                chunk = (chunk << U8) | np.uint64(kind)
                length += 1
                if length & 7 == 0:
                    value = (value ^ chunk) * PRIME
                    value ^= value >> U32
                    chunk = np.uint64(0)
            if kind < 58:
                digits += 1
        at += width
    if digits > 1 or digits == length:
        return at, NUMBER, length, True
    value = (value ^ chunk) * PRIME
    return at, value ^ (value >> U32), length, False


@compiled(inline="always")
def _short_word(buf: np.ndarray, at: int, end: int) -> tuple[int, np.uint64, int, bool]:
    """`read_word` for a word of at most eight plain letters and digits, all at once; length 0 = it is another."""
    if at + 8 > buf.size:
        return at, SEED, 0, False
    eight = load_eight(buf, at)
    low = eight & LOW
    letter = ((low | CASE) + FROM_A) & ~((low | CASE) + PAST_Z) & HIGH & ~eight
    digit = (low + FROM_0) & ~(low + PAST_9) & HIGH & ~eight
    other = (letter | digit) ^ HIGH
    length = min(8 if other == FREE else int(np.int64(trailing_zeros(other) >> U3)), end - at)
    after = at + length
    if length == 0 or after < end and LOWERED[buf[after]] != 0:
        return at, SEED, 0, False
    spare = np.uint64(64 - 8 * length)
    digits = np.int64((((digit & (ALL >> spare)) >> U7) * ONES) >> U56)
    if digits > 1 or digits == length:
        return after, NUMBER, length, True
    value = (SEED ^ (swap_bytes(eight | (letter >> U2)) >> spare)) * PRIME
    value ^= value >> U32
    if length == 8:
        value *= PRIME
        value ^= value >> U32
    return after, value, length, False


@compiled(inline="always")
def read_word(buf: np.ndarray, at: int, end: int) -> tuple[int, np.uint64, int, bool]:
    """Read the word at a byte position: (end, hash, length, whether it is a number)."""
    after, value, length, number = _short_word(buf, at, end)
    if length == 0:
        after, value, length, number = _any_word(buf, at, end)
    return after, value, length, number


@compiled(inline="always")
def is_filler(value: np.uint64, length: int) -> bool:
    """Whether the word is a spoken filler."""
    return length <= 3 and (FILLER_BITS >> (value & SIX_BITS)) & ONE != FREE and value in FILLERS


@compiled(inline="always")
def find_word(value: np.uint64, slots: np.ndarray, places: np.ndarray) -> int:
    """Vector of a word of the lexicon, or -1."""
    mask = np.uint64(slots.size - 1)
    slot = (value * SPREAD) & mask
    while slots[slot] != FREE:
        if slots[slot] == value:
            return places[slot]
        slot = (slot + np.uint64(1)) & mask
    return -1
