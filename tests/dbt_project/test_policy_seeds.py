"""The rules that were asked for stand in the seeds; that rules are followed is shown where models are tested."""

import csv

import pytest

from .test_project_files import PROJECT


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (PROJECT / "seeds" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.requirement("SD098", "SD099")
def test_reading_an_account_is_free_and_access_to_it_is_not() -> None:
    """Both are actions of their own; access always means a person."""
    actions = {row["subject"]: row for row in seed("workflow_policy") if row["subject_kind"] == "action_type"}
    free, kept = actions["get_account_information"], actions["get_account_credentials"]
    assert (free["auto_allowed"], free["must_queue"]) == ("true", "false")
    assert (kept["auto_allowed"], kept["must_queue"], kept["review_cause"]) == ("false", "true", "access")
    named = {row["subject"]: row["sub_workflow"] for row in seed("sub_workflows")}
    assert named["get_account_information"] == "account_information"
    assert named["get_account_credentials"] == "account_credentials"
    assert ("any", "action_type", "get_account_credentials") in mandated()


@pytest.mark.requirement("SD130")
def test_five_kinds_of_incident_calls_go_to_people() -> None:
    """Legal threats, lost data, medical or financial impact (one code), high value, angry people who call again."""
    assert mandated() >= {
        ("any", "reason_code", "INC.IMPACT.DATA_LEGAL_OR_SEVERE"),
        ("any", "customer_tier", "vip"),
        ("any", "earlier_contacts", "CON.COMPLAINT.SERVICE_COMPLAINT"),
    }


@pytest.mark.requirement("SD153")
def test_five_families_of_detectors() -> None:
    """Each rule has a name and a version that are its own."""
    rules = seed("exception_rules")
    assert {row["family"] for row in rules} >= {"lateness", "scan_gap", "inventory", "address", "carrier_event"}
    assert len({(row["rule_id"], row["rule_version"]) for row in rules}) == len(rules)


@pytest.mark.requirement("SD155")
def test_four_actions_have_rules() -> None:
    """Tell the customer, make a task, send the parcel elsewhere, call an operations lead."""
    rules = seed("exception_action_rules")
    assert {row["action_type"] for row in rules} == {"notify_customer", "internal_task", "reroute", "escalate"}
    types = {row["exception_type"] for row in seed("exception_rules")} | {"any"}
    assert {row["exception_type"] for row in rules} <= types


@pytest.mark.requirement("SD164", "SD167")
def test_decisions_that_stay_with_people() -> None:
    """High-value customers, compensation, unusual cases."""
    rules = [row for row in seed("exception_action_rules") if row["requires_human"] == "true"]
    kept = {(row["exception_type"], row["tier"]) for row in rules}
    assert kept >= {("any", "vip"), ("past_promise", "any"), ("carrier_exception", "any"), ("lost", "any")}
    actions = {row["subject"]: row for row in seed("workflow_policy") if row["subject_kind"] == "action_type"}
    assert all(actions[name]["must_queue"] == "true" for name in ("grant_compensation", "issue_refund"))
    assert ("any", "action_type", "grant_compensation") in mandated()


def mandated() -> set[tuple[str, str, str]]:
    """Workflow, fact and value of each rule that sends a call to a person."""
    return {(row["workflow"], row["fact"], row["value"]) for row in seed("mandated_rules")}
