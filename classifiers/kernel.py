"""Text to class scores: hashed words, word pairs and four-letter pieces summed over an int8 table.

A text is a range of UTF-8 bytes. Its words are lower-cased (ASCII), apostrophes and spoken
fillers ("um") are dropped, a word said twice in a row counts once, and every number is the same
word. Each word, pair of neighbours and piece of four letters names one row of the weight table;
the sum of the rows is the score of every class, and one more column sums the squared feature
weights, which gives the length of the feature vector. All of it is integer arithmetic, so equal
bytes give equal scores on every machine.
"""

import numpy as np
from numba import njit

SEED = np.uint64(0xCBF29CE484222325)
PRIME = np.uint64(0x100000001B3)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
PAIR = np.uint64(0xC2B2AE3D27D4EB4F)
PIECE = np.uint64(0x165667B19E3779F9)
NUMBER = np.uint64(0x27D4EB2F165667C5)
U8 = np.uint64(8)
U32 = np.uint64(32)
WINDOW = np.uint64(0xFFFFFFFF)
SPACE = np.uint64(32)
ZERO = np.uint64(0)
# Longer words are cut: nothing a customer says is longer, and base64 rubbish stays cheap.
MAX_WORD = 40
# An int8 row adds at most 128 per column, so an int16 sum is safe for 255 rows.
ROWS_PER_FLUSH = 250
SEPARATOR, LETTER, DIGIT, APOSTROPHE = 0, 1, 2, 3


def _byte_kinds() -> np.ndarray:
    kinds = np.zeros(256, dtype=np.uint8)
    for value in range(256):
        if chr(value).isalpha() and value < 128 or value >= 128:
            kinds[value] = LETTER
        elif 48 <= value <= 57:
            kinds[value] = DIGIT
    kinds[ord("'")] = APOSTROPHE
    return kinds


def _hash_word(word: str) -> int:
    value = int(SEED)
    for byte in word.encode():
        value = ((value ^ byte) * int(PRIME)) & 0xFFFFFFFFFFFFFFFF
    return value


KINDS = _byte_kinds()
FILLERS = np.array(
    [_hash_word(w) for w in ("um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "mm", "ah", "eh")],
    dtype=np.uint64,
)


@njit(cache=True, nogil=True, inline="always")
def _kind(buf: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """Kind and width of the character at a byte position (typographic marks are three bytes)."""
    byte = buf[at]
    if byte == 0xE2 and at + 2 < end and buf[at + 1] == 0x80:
        if buf[at + 2] == 0x99 or buf[at + 2] == 0x98:
            return APOSTROPHE, 3
        return SEPARATOR, 3
    if byte == 0xC2 and at + 1 < end and (buf[at + 1] == 0xA0 or buf[at + 1] == 0xBF):
        return SEPARATOR, 2
    return KINDS[byte], 1


@njit(cache=True, nogil=True, inline="always")
def _read_word(buf: np.ndarray, at: int, end: int, letters: np.ndarray) -> tuple[int, int, np.uint64, int]:
    """Read the word that starts at a byte position: (end, length, hash, number of digits)."""
    value = SEED
    length = 0
    digits = 0
    while at < end:
        kind, width = _kind(buf, at, end)
        if kind == SEPARATOR:
            break
        if kind != APOSTROPHE and length < MAX_WORD:
            byte = buf[at]
            if byte >= 65 and byte <= 90:
                byte += 32
            letters[length] = byte
            value = (value ^ np.uint64(byte)) * PRIME
            length += 1
        if kind == DIGIT:
            digits += 1
        at += width
    return at, length, value, digits


@njit(cache=True, nogil=True, inline="always")
def _is_filler(value: np.uint64, length: int) -> bool:
    if length > 3:
        return False
    return value in FILLERS


@njit(cache=True, nogil=True)
def extract(
    buf: np.ndarray,
    start: int,
    end: int,
    shift: np.uint64,
    rows: np.ndarray,
    owners: np.ndarray,
    word_start: np.ndarray,
    word_end: np.ndarray,
    letters: np.ndarray,
) -> tuple[int, int]:
    """Write the table rows of one segment and the words that own them.

    Args are the text bytes, the byte range, 64 minus the table's bits, and work space. A row owned
    by word w has ``owners = w``; a pair of words (w - 1, w) has ``owners = -w``.
    Returns (number of rows, number of words).
    """
    n = 0
    words = 0
    previous = ZERO
    at = start
    while at < end:
        kind, width = _kind(buf, at, end)
        if kind in (SEPARATOR, APOSTROPHE):
            at += width
            continue
        begin = at
        at, length, value, digits = _read_word(buf, at, end, letters)
        number = digits > 1 or digits == length
        if number:
            value = NUMBER
        if _is_filler(value, length) or (value == previous and not number):
            continue
        word_start[words] = begin
        word_end[words] = at
        rows[n] = (value * SPREAD) >> shift
        owners[n] = words
        n += 1
        if words > 0:
            rows[n] = ((previous * PAIR + value) * SPREAD) >> shift
            owners[n] = -words
            n += 1
        if length > 2 and not number:
            window = SPACE
            for i in range(length + 1):
                byte = np.uint64(letters[i]) if i < length else SPACE
                window = ((window << U8) | byte) & WINDOW
                if i > 1:
                    rows[n] = ((window * PIECE) ^ ((window * SPREAD) >> U32)) * SPREAD >> shift
                    owners[n] = words
                    n += 1
        previous = value
        words += 1
    return n, words


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def next_segment(buf: np.ndarray, at: int, end: int) -> int:
    """End of the sentence that starts at a byte position (after its closing mark)."""
    while at < end:
        byte = buf[at]
        at += 1
        if byte == 10 or byte == 59:
            return at
        closing = byte == 46 or byte == 63 or byte == 33
        if closing and (at == end or buf[at] <= 32):
            return at
    return end


@njit(cache=True, nogil=True)
def text_rows(buf: np.ndarray, offsets: np.ndarray, shift: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """Rows of each text for training: (row starts per text, row numbers)."""
    longest = 0
    for t in range(offsets.size - 1):
        longest = max(longest, offsets[t + 1] - offsets[t])
    rows = np.empty(3 * longest + 8, dtype=np.uint32)
    owners = np.empty(3 * longest + 8, dtype=np.int32)
    word_start = np.empty(longest + 8, dtype=np.int64)
    word_end = np.empty(longest + 8, dtype=np.int64)
    letters = np.empty(MAX_WORD, dtype=np.uint8)
    starts = np.zeros(offsets.size, dtype=np.int64)
    found = np.empty(3 * (offsets[-1] - offsets[0]) + 8, dtype=np.uint32)
    total = 0
    for t in range(offsets.size - 1):
        at = offsets[t]
        while at < offsets[t + 1]:
            stop = next_segment(buf, at, offsets[t + 1])
            n, _ = extract(buf, at, stop, shift, rows, owners, word_start, word_end, letters)
            found[total : total + n] = rows[:n]
            total += n
            at = stop
        starts[t + 1] = total
    return starts, found[:total].copy()
