"""Agreement of reviewers and checked claims agree with a recomputation from the published decisions and calls."""

from __future__ import annotations

import pytest

from tests.recompute.comparison import key_differences, report, value_differences
from tests.recompute.people import ALL, agreement, claims
from tests.recompute.product_run import Published


@pytest.fixture(scope="module")
def product(published) -> Published:
    """The published sample shop."""
    return Published(published)


@pytest.mark.requirement("SD051")
def test_reviewers_agree_as_far_as_said(product: Published) -> None:
    """Cohen's kappa of each pair and of all, with its interval."""
    ours = agreement(product.table("marts.fct_reason_decisions"))
    rows = product.table("marts.reviewer_agreement")
    theirs = {(row["reviewer_1"], row["reviewer_2"]): row for row in rows}
    found = key_differences("pair", ours, theirs, len(rows))
    for pair in ours.keys() & theirs.keys():
        found += value_differences(f"pair {pair}", ours[pair], theirs[pair])
    assert not found, report(found)
    assert 0 < ours[ALL]["kappa"] < 1


@pytest.mark.requirement("SD005")
def test_claims_are_checked_as_said(product: Published) -> None:
    """Claims of each stated group that the records confirm or contradict."""
    ours = claims(product.table("marts.fct_calls"))
    rows = product.table("marts.claim_checks_weekly")
    theirs = {(row["week_start_date"], row["stated_reason_group"]): row for row in rows}
    found = key_differences("claim", ours, theirs, len(rows))
    for key in ours.keys() & theirs.keys():
        found += value_differences(f"claim {key}", ours[key], theirs[key])
    assert not found, report(found)
    assert any(row["count_contradicted"] for row in ours.values())
