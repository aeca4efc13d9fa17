"""Intervals, tests and false-discovery control against published values."""

import random

import pytest

from dagster_project.delivery.report.stats import (
    benjamini_hochberg,
    difference_interval,
    fisher_p,
    normal_p,
    two_proportion_p,
    wilson,
)


def test_wilson_interval_of_35_in_50():
    low, high = wilson(35, 50)
    assert (round(low, 3), round(high, 3)) == (0.562, 0.809)
    assert wilson(0, 0) is None
    assert wilson(0, 35)[0] == 0.0


def test_difference_interval_is_newcombes():
    # Newcombe 1998, table II, case (a): 56/70 against 48/80, method 10
    low, high = difference_interval((56 / 70, *wilson(56, 70)), (48 / 80, *wilson(48, 80)))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_normal_deviates():
    assert normal_p(1.959963984540054) == pytest.approx(0.05)
    assert normal_p(-1.959963984540054) == pytest.approx(0.05)


def test_fishers_exact_test_of_the_textbook_table():
    assert fisher_p(1, 10, 11, 14) == pytest.approx(0.002759, abs=1e-6)


def test_proportions_of_large_counts_use_the_pooled_normal_test():
    assert two_proportion_p(450, 1000, 500, 1000) == pytest.approx(0.02514, abs=1e-4)


def test_no_evidence_without_both_outcomes():
    assert two_proportion_p(0, 50, 0, 200) == 1.0
    assert two_proportion_p(5, 0, 10, 20) == 1.0


def test_benjamini_hochberg_keeps_order_and_never_falls_below_p():
    p_values = [0.01, 0.04, 0.03, 0.005, 0.8]
    adjusted = benjamini_hochberg(p_values)
    assert adjusted == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.8])
    assert benjamini_hochberg([]) == []


def test_pure_chance_rarely_passes_false_discovery_control():
    rng = random.Random(3)
    weeks_with_alarm = 0
    for _ in range(200):
        p_values = [
            two_proportion_p(
                sum(rng.random() < 0.2 for _ in range(40)), 40,
                sum(rng.random() < 0.2 for _ in range(160)), 160,
            )
            for _ in range(20)
        ]  # fmt: skip
        weeks_with_alarm += min(benjamini_hochberg(p_values)) <= 0.10
    assert weeks_with_alarm <= 30
