"""What people say about reasons, worked out again: reviewers' agreement beyond chance, claims that records confirm."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

from .intervals import wilson
from .product_run import Table

Row = dict[str, Any]
ALL = ("(all)", "(all)")


def last_decisions(decisions: Table) -> dict[str, dict[str, str]]:
    """Call -> reviewer -> the code of that reviewer's last decision that names one of the present taxonomy."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(decisions, key=lambda row: (row["decided_at"], row["decision_id"])):
        if row["call_key"] is not None and row["resolved_code"] is not None and row["reviewer_id"] is not None:
            found[row["item_id"]][row["reviewer_id"]] = row["resolved_code"]
    return found


def agreement(decisions: Table) -> dict[tuple[str, str], Row]:
    """Pair of reviewers -> how far they agree; all pairs together too."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for codes in last_decisions(decisions).values():
        for one, other in combinations(sorted(codes), 2):
            pairs[one, other].append((codes[one], codes[other]))
            pairs[ALL].append((codes[one], codes[other]))
    # all pairs together are one table of first and second codes
    return {pair: kappa(given, expected(given)) for pair, given in pairs.items()}


def expected(given: list[tuple[str, str]]) -> float:
    """How often two would agree who give their codes at random, each as often as now."""
    first, second = Counter(one for one, _ in given), Counter(other for _, other in given)
    return sum(number * second[code] for code, number in first.items()) / len(given) ** 2


def kappa(given: list[tuple[str, str]], chance: float) -> Row:
    """Cohen's kappa with Wilson's interval of the agreement carried over."""
    agreed = sum(one == other for one, other in given)
    row: Row = {"count_items": len(given), "count_agreed": agreed, "agreement": agreed / len(given)}
    row |= {"agreement_by_chance": chance, "kappa": None, "ci_low": None, "ci_high": None}
    if chance < 1:
        low, high = wilson(agreed, len(given)) or (0.0, 0.0)
        bounds = (agreed / len(given), low, high)
        row |= dict(zip(("kappa", "ci_low", "ci_high"), ((one - chance) / (1 - chance) for one in bounds), strict=True))
    return row


def claims(calls: Table) -> dict[tuple[Any, str], Row]:
    """Week and stated group -> what the records say to the claims of engaged inbound calls."""
    groups: dict[tuple[Any, str], list[Row]] = defaultdict(list)
    for call in calls:
        if call["is_engaged_inbound"] and call["stated_reason_group"] is not None:
            groups[call["week_start_date"], call["stated_reason_group"]].append(call)
    return {key: _claims_of(group) for key, group in groups.items()}


def _claims_of(group: list[Row]) -> Row:
    said = Counter(call["reason_claim"] for call in group)
    checked = said["confirmed"] + said["contradicted"]
    low, high = wilson(said["contradicted"], checked) or (None, None)
    return {
        "count_claims": len(group),
        "count_confirmed": said["confirmed"],
        "count_contradicted": said["contradicted"],
        "count_not_checkable": said["not_checkable"],
        "count_unverified": sum((call["verified_reason_code"] or "").endswith(".UNVERIFIED") for call in group),
        "checkable_share": checked / len(group),
        "contradicted_rate": said["contradicted"] / checked if checked else None,
        "ci_low": low,
        "ci_high": high,
    }
