"""The review loop recomputed in plain Python on a shop with planted errors, and held against the planted truth."""

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.dbt_project.dbt import build
from tests.dbt_project.review_world import PlantedCall, build_world, planted_calls

BORROWED, IMAGINED, IMAGINED_ERRORS, WINDOW = 5, 5, 0.5, timedelta(days=56)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def calls() -> list[PlantedCall]:
    return planted_calls()


@pytest.fixture(scope="module")
def path(tmp_path_factory, dbt_scratch, calls) -> Path:
    """The built shop."""
    path = tmp_path_factory.mktemp("review") / "review.duckdb"
    build_world(path, calls).close()
    results = build(path, dbt_scratch, "--exclude-resource-type", "unit_test")
    assert [node for node in results if node[1] not in ("success", "pass")] == []
    return path


def read(path: Path, sql: str) -> Rows:
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        result = con.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def monday(call: PlantedCall) -> date:
    day = call.started_at.date()
    return day - timedelta(days=day.weekday())


def predicted(call: PlantedCall) -> str:
    return call.code or call.status.upper()


def wilson(right: int, count: int) -> tuple[float, float]:
    z, p = 1.959963984540054, right / count
    middle, half = p + z * z / (2 * count), z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)


@pytest.fixture(scope="module")
def audited(path, calls) -> list[PlantedCall]:
    """Calls that the audit drew and ann has decided by as_of."""
    decided = {
        row["item_id"] for row in read(path, "select item_id from raw.review_decisions where reviewer_id = 'ann'")
    }
    return [call for call in calls if call.call_id in decided]


def test_the_later_decision_is_the_reason_of_the_call(path, audited):
    rows = {row["call_id"]: row for row in read(path, "select * from marts.fct_calls where reason_source = 'reviewer'")}
    right = [call for call in audited if call.call_id in rows]
    assert len(right) == len(audited) > 250
    for call in audited:
        row = rows[call.call_id]
        state = call.true_code if call.true_code == "NO_REASON_STATED" else None
        assert row["stated_reason_code"] == (None if state else call.true_code)
        assert row["reason_status"] == (state.lower() if state else "accepted")


def test_the_history_keeps_before_and_after(path, audited):
    rows = {row["decision_id"]: row for row in read(path, "select * from marts.fct_reason_decisions")}
    for call in audited:
        row = rows[f"ann-{call.call_id}"]
        assert (row["code_before"], row["resolved_code"]) == (predicted(call), call.true_code)
        assert row["is_change"] == (predicted(call) != call.true_code)
        assert (row["effect"], row["model_version"]) == ("in_force", "m1")
    assert {row["effect"] for name, row in rows.items() if name.startswith("bob") and "ann" + name[3:] in rows} == {
        "overruled"
    }


def test_decided_items_have_left_the_queue(path, calls, audited):
    waiting = {row["item_id"]: row for row in read(path, "select * from marts.review_queue")}
    assert not waiting.keys() & {call.call_id for call in audited}
    abstained = {call.call_id for call in calls if call.status == "abstained"} - {call.call_id for call in audited}
    seen_by_bob = {row["item_id"] for row in read(path, "select item_id from raw.review_decisions")}
    assert {item for item, row in waiting.items() if row["is_abstained"]} == abstained - seen_by_bob
    assert {row["sampling_probability"] for row in waiting.values() if row["is_audit_sample"]} <= {0.1}


def test_audited_precision(path, audited):
    found = {
        row["week_start_date"]: row
        for row in read(path, "select * from marts.audited_precision_weekly")
        if row["reason_code"] == "(all)"
    }
    for week, row in found.items():
        mine = [call for call in audited if monday(call) == week and call.status == "accepted"]
        right = sum(call.code == call.true_code for call in mine)
        assert (row["count_audited"], row["count_right"]) == (len(mine), right)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(wilson(right, len(mine)))
        assert row["mean_confidence"] == pytest.approx(np.mean([call.confidence for call in mine]))


def test_precision_of_a_code_finds_the_planted_error(path, calls):
    (row,) = read(
        path,
        "select * from marts.audited_precision_weekly where reason_code = 'WISMO' "
        "order by week_start_date desc limit 1",
    )
    wismo = [call for call in calls if call.code == "WISMO"]
    truth = sum(call.true_code == "WISMO" for call in wismo) / len(wismo)
    assert row["ci_low"] < truth < row["ci_high"] < 0.95


def test_kappa(path):
    decisions = read(path, "select * from marts.fct_reason_decisions where resolved_code is not null")
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for row in decisions:
        given[row["item_id"]][row["reviewer_id"]] = row["resolved_code"]
    pairs = [(codes["ann"], codes["bob"]) for codes in given.values() if len(codes) == 2]
    agreed = sum(one == other for one, other in pairs)
    ann, bob = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ann[code] * bob[code] for code in ann) / len(pairs) ** 2
    for row in read(path, "select * from marts.reviewer_agreement"):
        assert (row["count_items"], row["count_agreed"]) == (len(pairs), agreed)
        assert row["kappa"] == pytest.approx((agreed / len(pairs) - chance) / (1 - chance))
        low, high = ((bound - chance) / (1 - chance) for bound in wilson(agreed, len(pairs)))
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))
        # a slip names the right code one time in six
        planted = 1 - 0.15 * 5 / 6
        assert row["ci_low"] < (planted - chance) / (1 - chance) < row["ci_high"]


def corrected(week: date, calls: list[PlantedCall], audited: list[PlantedCall]) -> dict[str, float]:
    """The corrected shares of a week, call by call instead of by tables."""
    mine = [call for call in calls if monday(call) == week]
    seen = [call for call in audited if week - WINDOW < monday(call) <= week]
    accepted = Counter(call.code for call in mine if call.status == "accepted")
    shares: dict[str, float] = defaultdict(float)
    for status in {call.status for call in mine}:
        of_status = [call for call in seen if call.status == status]
        wrong = Counter(call.true_code for call in of_status if call.top != call.true_code)
        goes = {
            code: (wrong[code] + IMAGINED_ERRORS * accepted[code] / accepted.total()) / (len(of_status) + IMAGINED)
            for code in {*wrong, *accepted}
        }
        for call in (call for call in mine if call.status == status):
            cell = [other.true_code for other in of_status if other.top == call.top]
            weight = 1 / (len(cell) + BORROWED) / len(mine)
            for code in cell:
                shares[code] += weight
            for code, share in goes.items():
                shares[code] += weight * BORROWED * share
            shares[call.top] += weight * BORROWED * (1 - sum(goes.values()))
    return shares


@pytest.fixture(scope="module")
def shares(path) -> Rows:
    return read(path, "select * from marts.reason_shares_weekly order by week_start_date, reason_code")


@pytest.mark.requirement("SD001")
def test_crude_and_corrected_shares(shares, calls, audited):
    for week in {row["week_start_date"] for row in shares}:
        count = Counter(predicted(call) for call in calls if monday(call) == week)
        expected = corrected(week, calls, audited)
        enough = sum(week - WINDOW < monday(call) <= week for call in audited)
        for row in (row for row in shares if row["week_start_date"] == week):
            assert row["crude_share"] == pytest.approx(count[row["reason_code"]] / count.total())
            assert row["count_audited"] == enough
            if enough < 50:
                assert row["corrected_share"] is row["ci_low"] is row["ci_high"] is None
            else:
                assert row["corrected_share"] == pytest.approx(expected[row["reason_code"]], abs=1e-8)


def test_corrected_shares_come_nearer_to_the_truth(shares, calls):
    """And the intervals hold it about as often as they say."""
    crude = fixed = 0.0
    covered = []
    for row in shares:
        if row["corrected_share"] is None:
            continue
        mine = [call for call in calls if monday(call) == row["week_start_date"]]
        truth = sum(call.true_code == row["reason_code"] for call in mine) / len(mine)
        crude += abs(row["crude_share"] - truth)
        fixed += abs(row["corrected_share"] - truth)
        if row["reason_code"] != "ABSTAINED":
            covered.append(row["ci_low"] <= truth <= row["ci_high"])
    assert fixed < crude / 2
    # the weeks share one audit, so they stand or fall together; over many audits nine in ten are covered
    assert np.mean(covered) >= 0.8


def test_drift(path, calls, audited):
    rows = {row["week_start_date"]: row for row in read(path, "select * from marts.classifier_drift_weekly")}
    for week, row in rows.items():
        mine = [call for call in calls if monday(call) == week]
        assert row["abstained_share"] == pytest.approx(np.mean([call.status == "abstained" for call in mine]))
        checked = [call for call in audited if monday(call) == week and call.status == "accepted"]
        precision = np.mean([call.code == call.true_code for call in checked])
        assert row["overconfidence"] == pytest.approx(np.mean([call.confidence for call in checked]) - precision)
        before = Counter(predicted(call) for call in calls if week - WINDOW <= monday(call) < week)
        now = Counter(predicted(call) for call in mine)
        codes = sorted({*before, *now})
        if before:
            p = np.array([now[code] + 0.5 for code in codes])
            q = np.array([before[code] + 0.5 for code in codes])
            index = ((p / p.sum() - q / q.sum()) * np.log((p / p.sum()) / (q / q.sum()))).sum()
            assert row["stability_index"] == pytest.approx(index)
            assert not row["is_shifted"]
        else:
            assert row["stability_index"] is None
        low, high = wilson(round(precision * len(checked)), len(checked))
        assert row["is_miscalibrated"] == (not low <= np.mean([call.confidence for call in checked]) <= high)
    # nine in ten sure, three in four right: the audit says so in some weeks, though it sees twenty calls of each
    assert any(row["is_miscalibrated"] for row in rows.values())
