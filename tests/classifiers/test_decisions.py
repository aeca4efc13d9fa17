"""Decisions on units written by hand, so that no weight of the model matters."""

import numpy as np
import pytest

from classifiers.calls import STATUSES, YIELDING_CODES, decide
from classifiers.scoring import Units

CODES = ("WISMO", "CANCEL", "REFUND", "HUMAN")
WISMO, CANCEL, REFUND, HUMAN = range(4)
YIELDS = np.array([False, False, False, True])
REASON = 0.65


def unit(turn, code, share, stated=None, accepted=True, outside=0.0, others=(-1, -1)):
    return turn, code, share, 1.0 if stated is None else stated, accepted, outside, others


def doubtful(turn, code, others=(-1, -1)):
    return unit(turn, code, 0.5, stated=0.9, accepted=False, others=others)


def small_talk(turn):
    return unit(turn, WISMO, 0.05, stated=0.1, accepted=False)


def outside(turn, share=0.9):
    return unit(turn, WISMO, 0.02, stated=0.05, accepted=False, outside=share)


def decision(*rows):
    """Status, code name or None, and unit of a call made of these units."""
    units = Units(
        turn=np.array([r[0] for r in rows], dtype=np.int64),
        start=np.zeros(len(rows), dtype=np.int64),
        end=np.zeros(len(rows), dtype=np.int64),
        stated=np.array([r[3] for r in rows]),
        outside=np.array([r[5] for r in rows]),
        accepted=np.array([r[4] for r in rows], dtype=np.bool_),
        top_code=np.array([[r[1], *r[6]] for r in rows], dtype=np.int16),
        top_share=np.array([[r[2], 0.0, 0.0] for r in rows]),
    )
    turns = max(r[0] for r in rows) + 1
    found = decide(units, np.array([0, turns], dtype=np.int64), YIELDS, REASON)
    code = int(found.code[0, 0])
    return STATUSES[found.status[0]], CODES[code] if code >= 0 else None, int(found.unit[0, 0])


def test_a_person_asked_for_after_a_doubtful_reason_is_abstained_at_that_reason():
    assert decision(doubtful(0, CANCEL), unit(1, HUMAN, 0.99)) == ("abstained", None, 0)
    assert decision(small_talk(0), doubtful(1, REFUND), unit(2, HUMAN, 0.99)) == ("abstained", None, 1)


def test_a_doubtful_sentence_of_the_same_turn_also_stands_before_a_person():
    assert decision(doubtful(0, CANCEL), unit(0, HUMAN, 0.99)) == ("abstained", None, 0)


def test_a_person_asked_for_without_any_reason_is_accepted():
    assert decision(small_talk(0), unit(1, HUMAN, 0.9)) == ("accepted", "HUMAN", 1)
    assert decision(doubtful(0, HUMAN), unit(1, HUMAN, 0.9)) == ("accepted", "HUMAN", 1)


@pytest.mark.parametrize("share", [0.7, 0.99])
def test_a_later_unrelated_reason_does_not_overrule_an_earlier_one_in_doubt(share):
    assert decision(doubtful(0, CANCEL), unit(1, WISMO, share)) == ("abstained", None, 0)


def test_a_later_turn_may_make_an_earlier_one_clear():
    assert decision(doubtful(0, CANCEL, others=(REFUND, -1)), unit(1, REFUND, 0.8))[:2] == ("accepted", "REFUND")
    assert decision(doubtful(0, CANCEL), unit(1, CANCEL, 0.8))[:2] == ("accepted", "CANCEL")


def test_a_faint_reason_does_not_stand_in_the_way():
    faint = unit(0, CANCEL, 0.3, stated=0.7, accepted=False)
    assert decision(faint, unit(1, WISMO, 0.9)) == ("accepted", "WISMO", 1)


def test_a_turn_that_could_mean_anything_does_not_stand_in_the_way():
    anything = unit(0, CANCEL, 0.3, stated=0.99, accepted=False)
    assert decision(anything, unit(1, WISMO, 0.9)) == ("accepted", "WISMO", 1)


def test_a_sentence_decides_for_its_turn():
    assert decision(doubtful(0, CANCEL), unit(0, WISMO, 0.9)) == ("accepted", "WISMO", 1)


def test_the_first_accepted_reason_is_primary_and_doubt_after_it_changes_nothing():
    assert decision(unit(0, WISMO, 0.7), doubtful(1, CANCEL), unit(2, REFUND, 0.99)) == ("accepted", "WISMO", 0)


def test_clear_words_of_no_contact_come_before_anything_later():
    assert decision(outside(0)) == ("not_a_contact", None, -1)
    assert decision(small_talk(0), outside(1), unit(2, CANCEL, 0.9)) == ("not_a_contact", None, -1)


def test_a_reason_before_the_words_of_no_contact_stays():
    assert decision(unit(0, CANCEL, 0.9), outside(1)) == ("accepted", "CANCEL", 0)
    assert decision(doubtful(0, CANCEL), outside(1)) == ("abstained", None, 0)


def test_unclear_words_of_no_contact_are_no_reason():
    assert decision(outside(0, share=0.6)) == ("no_reason_stated", None, -1)


def test_the_yielding_code_is_a_class_of_the_shipped_model(model):
    assert set(YIELDING_CODES) <= set(model.classes_)
