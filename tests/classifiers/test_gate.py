"""The gate lets no model through that is worse on a frozen gold set."""

import random

import pytest

from classifiers.gate import compare, gate, paired_interval

GOLD = ["A", "B"] * 200


def answers(wrong: int, start: int = 0) -> list[str | None]:
    return ["?" if start <= place < start + wrong else code for place, code in enumerate(GOLD)]


def test_the_same_answers_pass():
    result = gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(20)})
    assert result.passed
    assert result.comparisons["own"].verdict == "equal"
    assert result.comparisons["own"].old == pytest.approx(0.95)


def test_a_better_model_passes_and_a_worse_one_does_not():
    better = gate({"own": GOLD}, {"own": answers(40)}, {"own": answers(10)})
    assert better.passed
    assert better.comparisons["own"].verdict == "better"
    worse = gate({"own": GOLD}, {"own": answers(10)}, {"own": answers(40)})
    assert not worse.passed
    assert "worse" in worse.lines()[0]


def test_one_bad_gold_set_is_enough():
    old = {"own": answers(20), "public": answers(20)}
    new = {"own": answers(0), "public": answers(40)}
    assert not gate({"own": GOLD, "public": GOLD}, old, new).passed


def test_an_abstention_is_not_right():
    assert not gate({"own": ["A"]}, {"own": ["A"]}, {"own": [None]}).passed


def test_a_small_loss_within_the_tolerance_passes():
    assert gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(22)}).passed
    assert not gate({"own": GOLD}, {"own": answers(20)}, {"own": answers(23)}).passed


def test_the_interval_holds_what_it_promises():
    """Pairs drawn with a difference of -0.02: 95 % of the intervals contain it, give or take."""
    draw = random.Random(5)
    count, covered = 400, 0
    for _ in range(600):
        won = lost = 0
        for _ in range(count):
            u = draw.random()
            won += u < 0.04
            lost += 0.04 <= u < 0.10
        low, high = paired_interval(won, lost, count)
        covered += low <= -0.02 <= high
    assert 0.92 <= covered / 600 <= 0.98


@pytest.mark.parametrize(("old", "new"), [([], []), ([True], [True, False])])
def test_nothing_to_compare_is_an_error(old, new):
    with pytest.raises(ValueError, match="gold set"):
        compare(old, new)


def test_a_gold_set_without_answers_is_an_error():
    with pytest.raises(ValueError, match="no answers"):
        gate({"own": GOLD}, {}, {"own": GOLD})
    with pytest.raises(ValueError, match="without a gold set"):
        gate({}, {}, {})
