"""Which contact belongs to which incident, what became of its ticket, and the signal rule: from the definitions."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from .landing import Contact, Facts, Row, linked_tickets

MINUTE = timedelta(minutes=1)
AFTER = timedelta(hours=48)
REPORTS = {"SITE_TROUBLE", "PAY.CHECKOUT.PAYMENT_FAILED", "ACC.ACCESS.LOGIN_OR_CREDENTIALS"}
SIGNATURES = REPORTS | {"INC.STATUS.INCIDENT_UPDATE_REQUEST", "INC.IMPACT.DATA_LEGAL_OR_SEVERE"}
WORDS = {
    "PAY.CHECKOUT.PAYMENT_FAILED": ("pay", "checkout"),
    "ACC.ACCESS.LOGIN_OR_CREDENTIALS": ("login", "auth", "account"),
}
ESCALATED = {"transferred_human", "deferred_human"}


def start_of(incident: Row) -> datetime:
    """First impact, else detection, else opening."""
    return incident["first_impact_at"] or incident["detected_at"] or incident["opened_at"]


def signal_from(incident: Row) -> datetime:
    """First impact, else four hours before anybody knew of it."""
    known = min(incident["detected_at"] or incident["opened_at"], incident["opened_at"])
    return incident["first_impact_at"] or known - timedelta(hours=4)


def fits(incident: Row, code: str | None) -> bool:
    """Whether the words of a caller can mean the incident."""
    if code not in SIGNATURES:
        return False
    words = " ".join(incident.get(name) or "" for name in ("service", "product_area", "title")).lower()
    return code not in WORDS or any(word in words for word in WORDS[code])


def in_window(incident: Row, at: datetime) -> bool:
    """From the beginning to 48 hours after the resolution."""
    return at >= start_of(incident) and (incident["resolved_at"] is None or at <= incident["resolved_at"] + AFTER)


def rosters(facts: Facts) -> dict[tuple[str, str], list[Row]]:
    """Entries of the roster by incident and account, in the order in which they were added."""
    found = defaultdict(list)
    incidents = facts.by("incidents", "incident_id")
    for row in sorted(facts.rows["incident_accounts"], key=lambda row: row["added_at"]):
        if row["incident_id"] in incidents:
            found[row["incident_id"], row["customer_id"]].append(row)
    return found


def assign(facts: Facts) -> list[Contact]:
    """Contacts with their incident: a link of the call or ticket, of the ticket it made, else the signature."""
    incidents = facts.by("incidents", "incident_id")
    made = defaultdict(list)
    tickets = facts.by("tickets", "ticket_id")
    for ticket_id, call_id in linked_tickets(facts).items():
        made[call_id].append(tickets[ticket_id].get("incident_id"))
    roster = rosters(facts)
    for contact in facts.contacts:
        own = (contact.call or contact.ticket or {}).get("incident_id")
        through = made.get(contact.call["call_id"], []) if contact.call else []
        for rule, named in (("link", [own]), ("link", through), ("signature", None)):
            if named is None:
                options = [
                    incident
                    for incident in incidents.values()
                    if (incident["incident_id"], contact.customer_id) in roster
                    and in_window(incident, contact.at)
                    and fits(incident, contact.code)
                ]
            else:
                options = [incidents[name] for name in named if name in incidents]
            if options:
                options.sort(key=lambda one: one["incident_id"])
                contact.incident_id = max(options, key=start_of)["incident_id"]
                contact.link_rule = rule
                break
    return [contact for contact in facts.contacts if contact.incident_id]


def incident_tickets(facts: Facts, found: list[Contact]) -> list[tuple[str, Row]]:
    """(incident, ticket): named by the ticket, or because it is or comes from an incident contact."""
    incidents = facts.by("incidents", "incident_id")
    by_call = {contact.call["call_id"]: contact.incident_id for contact in found if contact.call}
    by_ticket = {contact.ticket["ticket_id"]: contact.incident_id for contact in found if contact.ticket}
    links = linked_tickets(facts)
    pairs = []
    for ticket in facts.rows["tickets"]:
        name = ticket["incident_id"] if ticket["incident_id"] in incidents else None
        name = name or by_ticket.get(ticket["ticket_id"]) or by_call.get(links.get(ticket["ticket_id"], ""))
        if name:
            pairs.append((name, ticket))
    return pairs


def ticket_use(facts: Facts, contact: Contact, tickets: list[tuple[str, Row]]) -> tuple[bool, bool]:
    """Whether the customer had an open ticket of the incident, and whether the contact was written into it."""
    earlier = [
        ticket
        for name, ticket in tickets
        if name == contact.incident_id
        and ticket["customer_id"] == contact.customer_id
        and not ticket["merged_into"]
        and ticket["created_at"] < contact.at
    ]
    if not earlier:
        return False, False
    ticket = max(earlier, key=lambda row: row["created_at"])
    if ticket["solved_at"] is not None and ticket["solved_at"] <= contact.at:
        return False, False
    touched = any(
        event["ticket_id"] == ticket["ticket_id"]
        and event["actor_type"] in ("ai", "agent", "system")
        and contact.at <= event["at"] <= contact.ended_at + 30 * MINUTE
        for event in facts.rows["ticket_events"]
    )
    return True, touched and not contact.made_ticket


def firing_reports(facts: Facts) -> list[tuple[Contact, set[str]]]:
    """Reports that fire, with the arms that do: in the order of their start."""
    customers = facts.by("customers", "customer_id")
    reports = sorted((one for one in facts.contacts if one.code in REPORTS), key=lambda one: one.at)
    valued = defaultdict(list)
    for row in facts.rows["incident_accounts"]:
        if row["high_value"]:
            valued[row["customer_id"]].append(row["added_at"])
    fired = []
    for report in reports:
        since = report.at - 60 * MINUTE
        same = {one.customer_id for one in reports if one.code == report.code and since <= one.at <= report.at}
        tier = customers.get(report.customer_id, {}).get("tier")
        is_valued = tier == "vip" or any(at <= report.at for at in valued[report.customer_id])
        arms: set[str] = set()
        if len(same) >= 3:
            arms.add("customers")
        if report.call and report.call["urgency"] in ("high", "urgent") and is_valued:
            arms.add("high_value")
        if any(_is_known_error(incident, report) for incident in facts.rows["incidents"]):
            arms.add("known_error")
        if arms:
            fired.append((report, arms))
    return fired


def _is_known_error(incident: Row, report: Contact) -> bool:
    if incident["detected_by"] not in ("monitoring", "deploy", "api_error") or incident["detected_at"] is None:
        return False
    resolved = incident["resolved_at"]
    is_open = incident["detected_at"] <= report.at and (resolved is None or report.at <= resolved)
    return is_open and fits(incident, report.code)


def signals(facts: Facts) -> list[dict[str, Any]]:
    """Firing reports of one code with at most an hour between them; true when they overlap an incident."""
    found: list[dict[str, Any]] = []
    latest: dict[str, dict[str, Any]] = {}
    for report, _ in firing_reports(facts):
        assert report.code is not None
        current = latest.get(report.code)
        if current is None or report.at - current["last"] > 60 * MINUTE:
            current = {"first": report, "last": report.at, "code": report.code}
            latest[report.code] = current
            found.append(current)
        current["last"] = report.at
    for signal in found:
        signal["is_incident"] = any(
            fits(incident, signal["code"])
            and signal_from(incident) <= signal["last"]
            and (incident["resolved_at"] is None or signal["first"].at <= incident["resolved_at"])
            for incident in facts.rows["incidents"]
        )
    return found
