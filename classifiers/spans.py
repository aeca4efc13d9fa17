"""The words that decided, extended to a clause a person can read."""

import numpy as np

from classifiers.compiled import compiled
from classifiers.hashing import MAX_WORDS
from classifiers.kernel import Scratch, make_scratch, read_sentence
from classifiers.scoring import Units, Weights

# Share of the mean helping word a neutral word costs: lower gives longer spans. At 1.0 spans
# shrink to single words ("yet"), below 0.1 they swallow the turn.
LENGTH_PENALTY = 0.3
# Words a span may grow on each side when no punctuation bounds the clause (speech has none).
CLAUSE_WORDS = 6


@compiled
def _word_gains(weights: Weights, work: Scratch, words: int, code: int, rival: int, gains: np.ndarray) -> None:
    """How much each word speaks for the code and against its rival; a pair counts half for each word."""
    table, vectors, kept = weights.lexicon.table, weights.lexicon.vectors, work.kept
    plus = weights.scale[code]
    minus = weights.scale[rival] if rival >= 0 else np.float32(0.0)
    rival = max(rival, 0)
    for w in range(words):
        k = work.word[w]
        if k >= 0:
            gains[w] = vectors[k, code] * plus - vectors[k, rival] * minus
        else:
            gains[w] = kept[-1 - k, code] * plus - kept[-1 - k, rival] * minus
    for w in range(words + 1):
        gain = 0.5 * (table[work.row[w], code] * plus - table[work.row[w], rival] * minus)
        if w < words:
            gains[w] += gain
        if w > 0:
            gains[w - 1] += gain


@compiled
def _best_window(gains: np.ndarray, words: int) -> tuple[int, int, float]:
    """Window of words with the highest sum after the length penalty: (first, last, sum)."""
    positive = 0.0
    count = 0
    for w in range(words):
        if gains[w] > 0:
            positive += gains[w]
            count += 1
    penalty = LENGTH_PENALTY * positive / count if count > 0 else 0.0
    best, best_first, best_last = -1e30, 0, 0
    total, first = 0.0, 0
    for w in range(words):
        if total <= 0:
            total, first = 0.0, w
        total += gains[w] - penalty
        if total > best:
            best, best_first, best_last = total, first, w
    return best_first, best_last, best


@compiled
def _breaks(buf: np.ndarray, low: int, high: int) -> bool:
    """Whether a clause ends between two words."""
    for at in range(low, high):
        byte = buf[at]
        if byte == 44 or byte == 58 or byte == 59 or byte == 10 or byte == 40 or byte == 41:
            return True
        if byte == 46 or byte == 63 or byte == 33:
            return True
    return False


@compiled
def _clause(buf: np.ndarray, work: Scratch, words: int, first: int, last: int) -> tuple[int, int]:
    """Byte range of the window, extended to the clause around it."""
    low = first
    while low > 0 and first - low < CLAUSE_WORDS:
        if _breaks(buf, work.end[low - 1], work.start[low]):
            break
        low -= 1
    high = last
    while high + 1 < words and high - last < CLAUSE_WORDS:
        if _breaks(buf, work.end[high], work.start[high + 1]):
            break
        high += 1
    return work.start[low], work.end[high]


@compiled
def find_spans(
    buf: np.ndarray,
    offsets: np.ndarray,
    units: Units,
    chosen: np.ndarray,
    codes: np.ndarray,
    rivals: np.ndarray,
    weights: Weights,
) -> np.ndarray:
    """Byte ranges [n, 2] of the evidence in each chosen unit for its code against a rival."""
    work = make_scratch(weights.lexicon.table.shape[1])
    gains = np.empty(MAX_WORDS)
    out = np.zeros((chosen.size, 2), dtype=np.int64)
    for i in range(chosen.size):
        u = chosen[i]
        strongest = -1e30
        at = units.start[u]
        while at < units.end[u]:
            words, stop = read_sentence(buf, at, units.end[u], weights.lexicon, work)
            if words > 0:
                _word_gains(weights, work, words, codes[i], rivals[i], gains)
                first, last, total = _best_window(gains, words)
                if total > strongest:
                    strongest = total
                    out[i, 0], out[i, 1] = _clause(buf, work, words, first, last)
            at = stop
    return out


@compiled
def count_characters(buf: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Characters of each byte range (bytes that do not continue a UTF-8 character)."""
    out = np.zeros(low.size, dtype=np.int64)
    for i in range(low.size):
        for at in range(low[i], high[i]):
            out[i] += (buf[at] & 0xC0) != 0x80
    return out


@compiled
def _copy_ranges(buf: np.ndarray, low: np.ndarray, high: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    out = np.empty(offsets[-1], dtype=np.uint8)
    for i in range(low.size):
        out[offsets[i] : offsets[i + 1]] = buf[low[i] : high[i]]
    return out


def copy_ranges(buf: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bytes of all ranges one after another, and where each begins (int32)."""
    offsets = np.zeros(low.size + 1, dtype=np.int32)
    np.cumsum(high - low, out=offsets[1:])
    return _copy_ranges(buf, low, high, offsets), offsets


def rival_codes(units: Units, chosen: np.ndarray, codes: np.ndarray, weights: Weights) -> np.ndarray:
    """The class each chosen code had to beat: the null class or the likeliest other reason."""
    top_code, top_share = units.top_code[chosen], units.top_share[chosen]
    is_first = top_code[:, 0] == codes
    other = np.where(is_first, top_code[:, 1], top_code[:, 0])
    other_share = np.where(is_first, top_share[:, 1], top_share[:, 0])
    if weights.null < 0:
        return other
    return np.where(1.0 - units.stated[chosen] - units.outside[chosen] > other_share, weights.null, other)
