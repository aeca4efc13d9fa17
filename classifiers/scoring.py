"""Scores of the units of a text: every turn as a whole and, if it has several, each sentence."""

from typing import NamedTuple

import numpy as np
from numba import njit

from classifiers.kernel import MAX_WORD, add_rows, extract, next_segment

TOP = 3


class Weights(NamedTuple):
    """A model as the kernel reads it. Columns of the table: classes, padding, squared length."""

    table: np.ndarray  # int8 [rows, columns]; the last column is the squared feature weight
    shift: np.uint64  # 64 minus the bits of a row number
    scale: np.ndarray  # float64 [classes]
    bias: np.ndarray  # float64 [classes]
    accept: np.ndarray  # float64 [classes]: lowest probability at which a class is accepted
    null: int  # index of the class "no reason stated", or -1
    outside: int  # index of the class "no contact with the shop", or -1
    temperature: float
    reason: float  # lowest P(some reason) of a unit that states a reason
    known: float  # lowest raw score of an accepted class


class Units(NamedTuple):
    """One row per unit: the whole turn comes first, then its sentences if it has several."""

    turn: np.ndarray  # int64 [units]
    start: np.ndarray  # int64 [units]: byte position
    end: np.ndarray  # int64 [units]
    stated: np.ndarray  # float64 [units]: P(some reason)
    outside: np.ndarray  # float64 [units]: P(no contact with the shop)
    accepted: np.ndarray  # bool [units]
    top_code: np.ndarray  # int16 [units, TOP]: the likeliest reasons, -1 where there is none
    top_share: np.ndarray  # float64 [units, TOP]


class Scratch(NamedTuple):
    """Work space of one thread."""

    rows: np.ndarray
    owners: np.ndarray
    word_start: np.ndarray
    word_end: np.ndarray
    letters: np.ndarray
    small: np.ndarray


@njit(cache=True, nogil=True)
def make_scratch(longest: int, width: int) -> Scratch:
    """Work space for segments of up to ``longest`` bytes."""
    return Scratch(
        np.empty(3 * longest + 8, dtype=np.uint32),
        np.empty(3 * longest + 8, dtype=np.int32),
        np.empty(longest + 8, dtype=np.int64),
        np.empty(longest + 8, dtype=np.int64),
        np.empty(MAX_WORD, dtype=np.uint8),
        np.empty(width, dtype=np.int16),
    )


@njit(cache=True, nogil=True)
def longest_text(offsets: np.ndarray) -> int:
    """Length in bytes of the longest text."""
    longest = 0
    for t in range(offsets.size - 1):
        longest = max(longest, offsets[t + 1] - offsets[t])
    return longest


@njit(cache=True, nogil=True)
def extract_segment(buf: np.ndarray, start: int, end: int, shift: np.uint64, work: Scratch) -> tuple[int, int]:
    """Rows and words of one segment, written to the work space."""
    return extract(buf, start, end, shift, work.rows, work.owners, work.word_start, work.word_end, work.letters)


@njit(cache=True, nogil=True)
def class_scores(sums: np.ndarray, weights: Weights, scores: np.ndarray) -> None:
    """Raw class scores from the summed rows of a unit."""
    length = sums[sums.size - 1]
    norm = 1.0 / np.sqrt(length) if length > 0 else 0.0
    for c in range(scores.size):
        scores[c] = sums[c] * weights.scale[c] * norm + weights.bias[c]


@njit(cache=True, nogil=True)
def _shares(scores: np.ndarray, temperature: float, shares: np.ndarray) -> None:
    highest = scores.max()
    total = 0.0
    for c in range(scores.size):
        shares[c] = np.exp((scores[c] - highest) / temperature)
        total += shares[c]
    for c in range(scores.size):
        shares[c] /= total


@njit(cache=True, nogil=True)
def _set_top(units: Units, u: int, scores: np.ndarray, shares: np.ndarray, weights: Weights) -> None:
    code = units.top_code[u]
    code[:] = -1
    for c in range(scores.size):
        if c == weights.null or c == weights.outside:
            continue
        k = TOP
        while k > 0 and (code[k - 1] < 0 or scores[c] > scores[code[k - 1]]):
            if k < TOP:
                code[k] = code[k - 1]
            k -= 1
        if k < TOP:
            code[k] = c
    for k in range(TOP):
        units.top_share[u, k] = shares[code[k]] if code[k] >= 0 else 0.0


@njit(cache=True, nogil=True)
def _judge(units: Units, u: int, sums: np.ndarray, weights: Weights, scores: np.ndarray, shares: np.ndarray) -> None:
    class_scores(sums, weights, scores)
    _shares(scores, weights.temperature, shares)
    _set_top(units, u, scores, shares, weights)
    best = units.top_code[u, 0]
    outside = shares[weights.outside] if weights.outside >= 0 else 0.0
    stated = 1.0 - outside - (shares[weights.null] if weights.null >= 0 else 0.0)
    units.outside[u] = outside
    units.stated[u] = stated
    units.accepted[u] = (
        best >= 0
        and stated >= weights.reason
        and scores[best] >= weights.known
        and shares[best] >= weights.accept[best]
    )


@njit(cache=True, nogil=True)
def count_units(buf: np.ndarray, offsets: np.ndarray, chosen: np.ndarray) -> int:
    """Upper bound of the number of units of the chosen texts."""
    total = 0
    for t in range(offsets.size - 1):
        if not chosen[t]:
            continue
        segments = 0
        at = offsets[t]
        while at < offsets[t + 1]:
            at = next_segment(buf, at, offsets[t + 1])
            segments += 1
        total += 1 + segments
    return total


@njit(cache=True, nogil=True)
def _fill_units(buf: np.ndarray, offsets: np.ndarray, chosen: np.ndarray, weights: Weights, units: Units) -> int:
    width = weights.table.shape[1]
    work = make_scratch(longest_text(offsets), width)
    whole = np.zeros(width, dtype=np.int32)
    sums = np.zeros(width, dtype=np.int32)
    scores = np.empty(weights.bias.size)
    shares = np.empty(weights.bias.size)
    u = 0
    for t in range(offsets.size - 1):
        if not chosen[t]:
            continue
        whole[:] = 0
        turn_unit = u
        u += 1
        segments = 0
        at = offsets[t]
        while at < offsets[t + 1]:
            stop = next_segment(buf, at, offsets[t + 1])
            n, words = extract_segment(buf, at, stop, weights.shift, work)
            if words > 0:
                sums[:] = 0
                add_rows(weights.table, work.rows, n, sums, work.small)
                whole += sums
                if segments > 0 or stop < offsets[t + 1]:
                    _judge(units, u, sums, weights, scores, shares)
                    units.turn[u], units.start[u], units.end[u] = t, at, stop
                    u += 1
                segments += 1
            at = stop
        if segments == 0:
            u = turn_unit
            continue
        if segments == 1:
            u = turn_unit + 1
        _judge(units, turn_unit, whole, weights, scores, shares)
        units.turn[turn_unit] = t
        units.start[turn_unit], units.end[turn_unit] = offsets[t], offsets[t + 1]
    return u


def score_units(buf: np.ndarray, offsets: np.ndarray, chosen: np.ndarray, weights: Weights) -> Units:
    """Score the chosen texts of a batch; texts without a word have no unit.

    Args:
        buf: UTF-8 bytes of all texts (uint8).
        offsets: byte position of each text, one more entry than texts (int64).
        chosen: which texts to score (bool).
        weights: the model.
    """
    room = count_units(buf, offsets, chosen)
    units = Units(
        turn=np.empty(room, dtype=np.int64),
        start=np.empty(room, dtype=np.int64),
        end=np.empty(room, dtype=np.int64),
        stated=np.empty(room),
        outside=np.empty(room),
        accepted=np.empty(room, dtype=np.bool_),
        top_code=np.full((room, TOP), -1, dtype=np.int16),
        top_share=np.zeros((room, TOP)),
    )
    n = _fill_units(buf, offsets, chosen, weights, units)
    return Units(*(column[:n] for column in units))


@njit(cache=True, nogil=True)
def raw_scores(buf: np.ndarray, offsets: np.ndarray, weights: Weights) -> np.ndarray:
    """Raw class scores of each text as a whole: float64 [texts, classes]."""
    width = weights.table.shape[1]
    work = make_scratch(longest_text(offsets), width)
    sums = np.zeros(width, dtype=np.int32)
    out = np.empty((offsets.size - 1, weights.bias.size))
    for t in range(offsets.size - 1):
        sums[:] = 0
        at = offsets[t]
        while at < offsets[t + 1]:
            stop = next_segment(buf, at, offsets[t + 1])
            n, _ = extract_segment(buf, at, stop, weights.shift, work)
            add_rows(weights.table, work.rows, n, sums, work.small)
            at = stop
        class_scores(sums, weights, out[t])
    return out
