"""Scores of the units of a text: every turn as a whole and, if it has several, each sentence."""

from typing import NamedTuple

import numpy as np

from classifiers.compiled import compiled
from classifiers.kernel import Lexicon, make_scratch, read_sentence
from classifiers.sums import add_sentence, class_scores, clear, set_shares

TOP = 3


class Weights(NamedTuple):
    """A model as the kernel reads it."""

    lexicon: Lexicon
    scale: np.ndarray  # float32 [classes]
    bias: np.ndarray  # float32 [classes]
    accept: np.ndarray  # float32 [classes]: lowest probability at which a class is accepted
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
    stated: np.ndarray  # float32 [units]: P(some reason)
    outside: np.ndarray  # float32 [units]: P(no contact with the shop)
    accepted: np.ndarray  # bool [units]
    top_code: np.ndarray  # int16 [units, TOP]: the likeliest reasons, -1 where there is none
    top_share: np.ndarray  # float32 [units, TOP]


@compiled
def _top_codes(scores: np.ndarray, null: int, outside: int) -> tuple[int, int, int]:
    """The three likeliest reasons, -1 where there is none; of equal scores the first class wins."""
    a, b, c = -1, -1, -1
    third = np.float32(-np.inf)
    for j in range(scores.size):
        if not scores[j] > third or j in (null, outside):
            continue
        if a < 0 or scores[j] > scores[a]:
            a, b, c = j, a, b
        elif b < 0 or scores[j] > scores[b]:
            b, c = j, b
        else:
            c = j
        if c >= 0:
            third = scores[c]
    return a, b, c


@compiled(inline="always")
def _judge(units: Units, u: int, scores: np.ndarray, shares: np.ndarray, weights: Weights) -> None:
    """Write what the scores of a unit and their probabilities say."""
    a, b, c = _top_codes(scores, weights.null, weights.outside)
    units.top_code[u, 0], units.top_code[u, 1], units.top_code[u, 2] = a, b, c
    units.top_share[u, 0] = shares[a] if a >= 0 else 0.0
    units.top_share[u, 1] = shares[b] if b >= 0 else 0.0
    units.top_share[u, 2] = shares[c] if c >= 0 else 0.0
    outside = shares[weights.outside] if weights.outside >= 0 else np.float32(0.0)
    null = shares[weights.null] if weights.null >= 0 else np.float32(0.0)
    stated = max(np.float32(1.0) - outside - null, np.float32(0.0))
    units.outside[u] = outside
    units.stated[u] = stated
    units.accepted[u] = (
        a >= 0 and stated >= weights.reason and scores[a] >= weights.known and shares[a] >= weights.accept[a]
    )


@compiled
def count_units(buf: np.ndarray, offsets: np.ndarray, chosen: np.ndarray) -> int:
    """Upper bound of the number of units of the chosen texts: every closing mark may end a sentence."""
    total = 0
    for t in range(offsets.size - 1):
        if not chosen[t]:
            continue
        low, high = offsets[t], offsets[t + 1]
        marks = 0
        for at in range(low, high):
            byte = buf[at]
            marks += (byte == 10) | (byte == 59) | (byte == 46) | (byte == 63) | (byte == 33)
        # a sentence cut for its length or its words has at least 1,000 bytes
        total += 3 + marks + (high - low) // 1000
    return total


@compiled
def _fill_units(buf: np.ndarray, offsets: np.ndarray, chosen: np.ndarray, weights: Weights, units: Units) -> int:
    lex = weights.lexicon
    scale, bias = weights.scale, weights.bias
    sharpness = np.float32(1.0 / weights.temperature)
    width = lex.table.shape[1]
    work = make_scratch(width)
    whole, part = np.zeros(width, dtype=np.int32), np.zeros(width, dtype=np.int32)
    table, vectors, kept, word, row, small = lex.table, lex.vectors, work.kept, work.word, work.row, work.small
    scores, shares = np.empty_like(bias), np.empty_like(bias)
    powers = np.empty(bias.size, dtype=np.int32)
    u = 0
    for t in range(offsets.size - 1):
        if not chosen[t]:
            continue
        clear(whole)
        turn_unit = u
        u += 1
        sentences = 0
        at, end = offsets[t], offsets[t + 1]
        while at < end:
            words, stop = read_sentence(buf, at, end, lex, work)
            if words > 0:
                clear(part)
                add_sentence(table, vectors, kept, word, row, words, part, small)
                for j in range(width):
                    whole[j] += part[j]
                if sentences > 0 or stop < end:
                    class_scores(part, scale, bias, scores)
                    set_shares(scores, sharpness, shares, powers)
                    _judge(units, u, scores, shares, weights)
                    units.turn[u], units.start[u], units.end[u] = t, at, stop
                    u += 1
                sentences += 1
            at = stop
        if sentences == 0:
            u = turn_unit
            continue
        if sentences == 1:
            u = turn_unit + 1
        class_scores(whole, scale, bias, scores)
        set_shares(scores, sharpness, shares, powers)
        _judge(units, turn_unit, scores, shares, weights)
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
        stated=np.empty(room, dtype=np.float32),
        outside=np.empty(room, dtype=np.float32),
        accepted=np.empty(room, dtype=np.bool_),
        top_code=np.full((room, TOP), -1, dtype=np.int16),
        top_share=np.zeros((room, TOP), dtype=np.float32),
    )
    n = _fill_units(buf, offsets, chosen, weights, units)
    return Units(*(column[:n] for column in units))


@compiled
def raw_scores(buf: np.ndarray, offsets: np.ndarray, weights: Weights) -> np.ndarray:
    """Raw class scores of each text as a whole: float32 [texts, classes]."""
    lex = weights.lexicon
    width = lex.table.shape[1]
    work = make_scratch(width)
    sums = np.zeros(width, dtype=np.int32)
    table, vectors, kept, word, row, small = lex.table, lex.vectors, work.kept, work.word, work.row, work.small
    scale, bias = weights.scale, weights.bias
    scores = np.empty_like(bias)
    out = np.empty((offsets.size - 1, bias.size), dtype=np.float32)
    for t in range(offsets.size - 1):
        clear(sums)
        at, end = offsets[t], offsets[t + 1]
        while at < end:
            words, at = read_sentence(buf, at, end, lex, work)
            add_sentence(table, vectors, kept, word, row, words, sums, small)
        class_scores(sums, scale, bias, scores)
        for j in range(bias.size):
            out[t, j] = scores[j]
    return out
