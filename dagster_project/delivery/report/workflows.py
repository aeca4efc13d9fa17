"""The workflows that have a page of their own, in the order in which people read them."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.delivery.report import queries
from dagster_project.delivery.report.source import fetch


@dataclass(frozen=True)
class Workflow:
    """A workflow as people name it; `key` is what `dim_metrics.workflow` says, `tables` are its marts.

    `unranked` are dimensions that its figures are made of: by outcome every containment is nought or one.
    """

    key: str
    title: str
    question: str
    tables: tuple[str, ...]
    unranked: tuple[str, ...] = ("outcome",)


WORKFLOWS = (
    Workflow(
        "order_support",
        "Order support",
        "Are calls about orders answered for good, or do the customers come back?",
        (
            "fct_calls",
            "fct_contacts",
            "fct_contact_episodes",
            "fct_tickets",
            "fct_orders",
            "launch_phases",
            "ticket_deflection_weekly",
            "definition_lab_weekly",
        ),
        # a call gets an owner when it is escalated
        unranked=("outcome", "owner"),
    ),
    Workflow(
        "order_exception",
        "Order exceptions and carriers",
        "Which deliveries go wrong, with whom, and do we see it before the customer does?",
        ("fct_shipments", "fct_shipment_exceptions", "fct_order_exceptions", "fct_messages", "exception_packets"),
    ),
    Workflow(
        "cart_recovery",
        "Abandoned carts",
        "What does calling about a cart bring in, above what would have come anyway?",
        ("fct_cart_episodes", "fct_cart_orders", "fct_outreach_attempts", "fct_opt_outs"),
    ),
    Workflow(
        "incident",
        "Incidents",
        "Do affected customers hear from us in time, and stop calling?",
        ("fct_incident_accounts", "fct_incident_contacts", "fct_incident_messages", "fct_incident_signals"),
    ),
    Workflow(
        "handoff",
        "Hand-offs and documents",
        "Does the next person get all that is needed, about the right order?",
        ("fct_handoffs", "fct_documents", "fct_risk_flags"),
    ),
    Workflow(
        "policy",
        "Policy and escalation quality",
        "Did the agent escalate what it must, promise only what it may, and write to nobody twice?",
        ("fct_call_conduct", "fct_promises", "fct_call_actions", "fct_call_alerts", "ops_feedback"),
    ),
)


def page_name(week: date, workflow: Workflow | None = None) -> str:
    """Return the file name of the week's page, of a workflow's page if one is given."""
    tail = f"_{workflow.key}" if workflow else ""
    return f"weekly_{week.isoformat()}{tail}.html"


def mart_names(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the marts that this warehouse has."""
    return {row["table_name"] for row in fetch(con, queries.MARTS)}
