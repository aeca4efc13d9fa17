"""What people say of reasons and of the classifier agrees with a recomputation from published decisions and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.recompute.comparison import key_differences, report, value_differences
from tests.recompute.drift import drifts, precisions
from tests.recompute.people import ALL, agreement, claims
from tests.recompute.product_run import Published, Table


@pytest.fixture(scope="module")
def product(published) -> Published:
    """The published sample shop."""
    return Published(published)


def differences(ours: dict[Any, dict[str, Any]], rows: Table, key: Callable[[dict[str, Any]], Any]) -> list[str]:
    """Differences of a table, by its key."""
    theirs = {key(row): row for row in rows}
    found = key_differences("row", ours, theirs, len(rows))
    for name in ours.keys() & theirs.keys():
        found += value_differences(f"row {name}", ours[name], theirs[name])
    return found


@pytest.mark.requirement("SD051")
def test_reviewers_agree_as_far_as_said(product: Published) -> None:
    """Cohen's kappa of each pair and of all, with its interval."""
    ours, rows = agreement(product.table("marts.fct_reason_decisions")), product.table("marts.reviewer_agreement")
    found = differences(ours, rows, lambda row: (row["reviewer_1"], row["reviewer_2"]))
    assert not found, report(found)
    assert 0 < ours[ALL]["kappa"] < 1


@pytest.mark.requirement("SD005")
def test_claims_are_checked_as_said(product: Published) -> None:
    """Claims of each stated group that the records confirm or contradict."""
    ours, rows = claims(product.table("marts.fct_calls")), product.table("marts.claim_checks_weekly")
    found = differences(ours, rows, lambda row: (row["week_start_date"], row["stated_reason_group"]))
    assert not found, report(found)
    assert any(row["count_contradicted"] for row in ours.values())


def test_precision_is_what_the_audit_found(product: Published) -> None:
    """All codes of a week, and each code over eight weeks."""
    ours = precisions(product.table("intermediate.int_audit_calls"))
    rows = product.table("marts.audited_precision_weekly")
    found = differences(ours, rows, lambda row: (row["week_start_date"], row["reason_code"]))
    assert not found, report(found)


def test_drift_of_the_classifier(product: Published) -> None:
    """Abstentions, calibration, and how far the codes have moved beyond chance."""
    ours = drifts(product.table("intermediate.int_audit_calls"))
    rows = product.table("marts.classifier_drift_weekly")
    found = differences(ours, rows, lambda row: row["week_start_date"])
    assert not found, report(found)
    assert {row["is_shifted"] for row in ours.values()} == {True, False}
