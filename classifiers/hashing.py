"""How bytes become words: lower-casing, what separates words, and the hash of a word."""

import numpy as np

SEED = np.uint64(0xCBF29CE484222325)
PRIME = np.uint64(0xD6E8FEB86659FD93)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
PAIR = np.uint64(0xC2B2AE3D27D4EB4F)
PIECE = np.uint64(0x165667B19E3779F9)
NUMBER = np.uint64(0x27D4EB2F165667C5)
EDGE = np.uint64(0x85EBCA77C2B2AE63)
FREE = np.uint64(0)
U8 = np.uint64(8)
U32 = np.uint64(32)
WINDOW = np.uint64(0xFFFFFFFF)
SPACE = np.uint64(32)
# Longer words are cut: nothing a customer says is longer, and base64 rubbish stays cheap.
MAX_WORD = 24
# A sentence is cut at the first gap after so many bytes, which bounds the work space.
MAX_SENTENCE = 2000
MAX_WORDS = MAX_SENTENCE // 2 + 8
# Words outside the lexicon that are kept; when they run out of room all are forgotten.
KEPT_BITS = 12
KEPT_WORDS = 1 << KEPT_BITS
APOSTROPHE = 39


def _lowered() -> np.ndarray:
    """Lower-cased letter or digit of each byte, 0 for what separates words."""
    found = np.zeros(256, dtype=np.uint8)
    for value in range(256):
        if value >= 128 or chr(value).isalnum():
            found[value] = ord(chr(value).lower()) if value < 128 else value
    found[ord("'")] = APOSTROPHE
    return found


def hash_word(word: str) -> int:
    """Hash of a word as the kernel computes it: lower-case, without apostrophes, eight bytes a step."""
    value, chunk = int(SEED), 0
    letters = word.encode()[:MAX_WORD]
    for length, byte in enumerate(letters, start=1):
        chunk = chunk << 8 | byte
        if length % 8 == 0:
            value, chunk = _mix(value, chunk), 0
    return _mix(value, chunk)


def _mix(value: int, chunk: int) -> int:
    value = ((value ^ chunk) * int(PRIME)) & 0xFFFFFFFFFFFFFFFF
    return value ^ value >> 32


LOWERED = _lowered()
FILLERS = np.array(
    [hash_word(w) for w in ("um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "mm", "ah", "eh")],
    dtype=np.uint64,
)
# One bit for the last six bits of each: most words are told to be none of them by one look.
FILLER_BITS = np.uint64(sum({1 << (int(value) & 63) for value in FILLERS}))
