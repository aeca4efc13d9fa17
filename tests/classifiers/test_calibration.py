import numpy as np

from classifiers.calibration import HIGHEST_ACCEPT, accepted, calibrate
from classifiers.engine_evaluation import auroc, coverage

NULL = 3


def scores_of(labels: np.ndarray, taken: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Raw scores of four classes in which each text is taken for a class by a margin."""
    scores = np.full((labels.size, 4), -1.0)
    scores[np.arange(labels.size), taken] += margin
    return scores


def test_a_class_that_attracts_others_gets_a_higher_threshold():
    chance = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, NULL], 600)
    taken = labels.copy()
    margin = np.where(chance.random(labels.size) < 0.8, 1.5, 0.5)
    wrong = (labels == 1) & (margin < 1) | (labels == 2) & (margin < 1)
    taken[wrong] = 0
    groups = np.arange(labels.size) // 6
    found = calibrate(scores_of(labels, taken, margin), labels, groups, [NULL], precision=0.92)
    assert found.accept[0] > found.accept[1]
    best, kept = accepted(scores_of(labels, taken, margin), found, [NULL])
    assert (best == labels)[kept].mean() >= 0.92
    assert not kept[labels == NULL].any()


def test_patterns_count_the_same_whatever_their_number_of_texts():
    labels = np.array([0] * 40 + [1] * 40)
    taken = labels.copy()
    taken[:30] = 1  # one large pattern that is always wrong
    groups = np.array([0] * 30 + list(range(1, 51)))
    margin = np.full(80, 1.0)
    found = calibrate(scores_of(labels, taken, margin), labels, groups, [NULL], precision=0.9)
    assert max(found.accept[:2]) < HIGHEST_ACCEPT


def test_a_class_nobody_is_taken_for_is_judged_like_the_others():
    labels = np.repeat([0, 1], 50)
    found = calibrate(scores_of(labels, labels, np.ones(100)), labels, np.arange(100), [NULL])
    assert len(set(found.accept)) == 1


def test_coverage_counts_what_can_be_answered_and_never_a_case_without_an_answer():
    confidence = np.array([0.9, 0.8, 0.7, 0.0, 0.0])
    assert coverage(confidence, np.array([True, True, False, False, False]), 0.95) == 0.4
    assert coverage(confidence, np.array([True, True, True, False, False]), 0.5) == 0.6
    assert coverage(confidence, np.zeros(5, dtype=bool), 0.95) == 0.0


def test_auroc_counts_ties_half():
    assert auroc(np.array([2.0, 3.0]), np.array([1.0, 0.0])) == 1.0
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
