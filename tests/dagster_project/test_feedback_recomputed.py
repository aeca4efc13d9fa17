"""The feedback to owners agrees with a recomputation from the published calls, row by row."""

from __future__ import annotations

import pytest

from tests.recompute.comparison import report
from tests.recompute.feedback import Feedback
from tests.recompute.feedback_comparison import (
    effect_differences,
    feedback_differences,
    first_and_last_rise,
    key_of,
    recomputed,
)
from tests.recompute.product_run import Published


@pytest.fixture(scope="module")
def product(published) -> Published:
    """The published sample shop."""
    return Published(published)


@pytest.fixture(scope="module")
def ours(product) -> Feedback:
    """The same judged again."""
    return recomputed(product)


@pytest.mark.requirement("SD014", "SD029", "SD052")
def test_every_row_is_judged_the_same(ours, product) -> None:
    """Volume, baseline, dispersion, limits, chance, false discoveries, is it real, mix and rate, cost."""
    found = feedback_differences(ours, product.table("marts.ops_feedback"))
    assert not found, report(found)
    judged = [one for one in ours.weeks.values() if one.p_value is not None]
    # it is a comparison of something: weeks outside their limits on both sides of the decision, and wide ones
    assert {one.is_real for one in judged} == {True, False}
    assert any(one.dispersion > 1 for one in judged)


@pytest.mark.requirement("SD014")
def test_rises_and_effects_are_the_same(ours, product) -> None:
    """First and last rise of each item; what a fix changed, with its interval."""
    rows = product.table("marts.ops_feedback")
    risen = {row["feedback_id"]: (row["first_risen_week"], row["last_risen_week"]) for row in rows}
    items = {row["feedback_id"]: key_of(row)[0] for row in rows}
    assert risen == {name: first_and_last_rise(ours, item) for name, item in items.items()}
    as_of = max(row["started_at"] for row in product.table("marts.fct_calls"))
    number, found = effect_differences(ours, rows, as_of, "UTC")
    assert number >= 1
    assert not found, report(found)
