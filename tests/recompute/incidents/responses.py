"""Alerts: ticket first, then the team, then a page, and pages for confirmed severity only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from tests.recompute.metric_cells import Observation

from .landing import Contact, Facts, Row, linked_tickets


def alerts(
    facts: Facts, found: list[Contact], tickets: list[tuple[str, Row]], week: Callable[[datetime], date]
) -> tuple[list[Observation], list[Observation]]:
    """Alerts with whether they came in order, and pages with whether their severity was not confirmed."""
    incidents, calls = facts.by("incidents", "incident_id"), facts.by("calls", "call_id")
    of_call = {one.call["call_id"]: one.incident_id for one in found if one.call}
    made: dict[str, list[datetime]] = {}
    for ticket_id, call_id in linked_tickets(facts).items():
        made.setdefault(call_id, []).append(facts.by("tickets", "ticket_id")[ticket_id]["created_at"])
    judged = []
    for alert in facts.rows["owner_alerts"]:
        call_id = alert.get("call_id")
        name = alert.get("incident_id") or of_call.get(call_id) or calls.get(call_id, {}).get("incident_id")
        if name or alert["channel"] == "page":
            judged.append((alert, ("incident", name) if name else ("call", call_id)))
    order, pages = [], []
    for alert, (kind, name) in judged:
        stood = [row["created_at"] for one, row in tickets if one == name] if kind == "incident" else made.get(name, [])
        team = [
            other["sent_at"]
            for other, subject in judged
            if subject == (kind, name) and other["channel"] != "page" and stood and other["sent_at"] >= min(stood)
        ]
        before = team if alert["channel"] == "page" else stood
        incident = incidents.get(name, {}) if kind == "incident" else {}
        where = {"source": incident.get("detected_by") or "unknown", "region": incident.get("region") or "unknown"}
        order.append(Observation(week(alert["sent_at"]), where, bool(before) and min(before) <= alert["sent_at"]))
        if alert["channel"] == "page":
            confirmed = incident.get("severity_confirmed_at")
            is_confirmed = alert["severity_rule_id"] and confirmed and confirmed <= alert["sent_at"]
            pages.append(Observation(week(alert["sent_at"]), where, not is_confirmed))
    return order, pages
